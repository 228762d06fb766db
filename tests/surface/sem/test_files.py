"""Scales from metadata that the tests write, from drawn bars and from words; files and wishes that are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from benchmarks.sem_population import Plan, plain, render
from PIL import Image, TiffImagePlugin
from typer.testing import CliRunner

from interlayer.cli.app import app
from interlayer.errors import InputError, ReadError
from interlayer.surface.observation import is_observation, of_record
from interlayer.surface.sem import micrograph
from interlayer.surface.sem.choices import Choices
from interlayer.surface.sem.data_bar import data_bar_top
from interlayer.surface.sem.look import look
from interlayer.surface.sem.metadata import stated_scale
from interlayer.surface.sem.micrograph import read_micrograph
from interlayer.surface.sem.scale import of_length, stated
from interlayer.surface.sem.scale_bar import find_bar

PLAN: Plan = plain(noise=0.02, columns=320, rows=240, thickness=60.0)


@pytest.fixture(scope="module")
def grey() -> np.ndarray:
    return render(PLAN, np.random.default_rng(1)).grey


@pytest.fixture(scope="module")
def barred() -> np.ndarray:
    return render(
        plain(noise=0.02, columns=320, rows=240, thickness=60.0, bar=120), np.random.default_rng(1)
    ).grey


def save(grey: np.ndarray, path, bits: int = 8, tags: dict[int, object] | None = None):
    image = Image.fromarray(
        np.round(grey * 255).astype(np.uint8) if bits == 8 else np.round(grey * 65535).astype(np.uint16)
    )
    if tags:
        info = TiffImagePlugin.ImageFileDirectory_v2()
        for tag, value in tags.items():
            info[tag] = value
            if tag > 30000:
                info.tagtype[tag] = 2
        image.save(path, tiffinfo=info)
    else:
        image.save(path)
    return path


def pixel_nm(path) -> float | None:
    scale, _, _ = stated_scale(read_micrograph(path))
    return None if scale is None else scale.pixel_m * 1e9


FEI = "[User]\r\nUser=somebody\r\n[Beam]\r\nHV=5000\r\n[Scan]\r\nPixelWidth=1.23e-008\r\nPixelHeight=1.23e-008\r\n"
ZEISS = (
    "0\r\n0\r\n0\r\n2.5e-08\r\nAP_WD\r\nWD = 5.0 mm\r\n"
    "AP_IMAGE_PIXEL_SIZE\r\nImage Pixel Size = 24.8 nm\r\nAP_MAG\r\nMag = 5.00 K X\r\n"
)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(
    ("tag", "text", "nanometres"), [(34682, FEI, 12.3), (34680, FEI, 12.3), (34118, ZEISS, 24.8)]
)
def test_tags_of_makers(tmp_path, grey, bits, tag, text, nanometres):
    path = save(grey, tmp_path / "a.tif", bits, {tag: text})
    assert pixel_nm(path) == pytest.approx(nanometres)
    seen = look(path, "A", "coated", Choices())
    found = {m.name: m for m in seen.observation.metrics}
    assert found["interlayer_thickness"].value == pytest.approx(60.0 * nanometres * 1e-3, rel=0.005)
    assert "somebody" not in json.dumps(seen.observation.as_dict())


def test_older_zeiss_files_state_metres_in_their_fourth_line(tmp_path, grey):
    assert pixel_nm(
        save(grey, tmp_path / "a.tif", tags={34118: "0\r\n0\r\n0\r\n2.5e-08\r\n"})
    ) == pytest.approx(25.0)


@pytest.mark.parametrize(
    ("ending", "text", "nanometres"),
    [
        (
            ".txt",
            "$CM_FORMAT JEOL\n$CM_FULL_SIZE 320 240\n$$SM_MICRON_BAR 125\n$$SM_MICRON_MARKER 10um\n",
            80.0,
        ),
        (
            ".txt",
            "[SemImageFile]\r\nInstructName=S-4800\r\nDataSize=320x240\r\nPixelSize=9.921875\r\n",
            9.921875,
        ),
        (".txt", "[SemImageFile]\r\nDataSize=640x480\r\nPixelSize=10\r\n", 20.0),
        (".hdr", "[MAIN]\nPixelSizeX=2.0e-8\nMagnification=5000\n[SEM]\nHV=5000\n", 20.0),
    ],
)
def test_texts_beside_the_image(tmp_path, grey, ending, text, nanometres):
    path = save(grey, tmp_path / "a.tif")
    (tmp_path / f"a{ending}").write_text(text, encoding="utf-8")
    assert pixel_nm(path) == pytest.approx(nanometres)


def test_a_hitachi_text_in_utf_16(tmp_path, grey):
    path = save(grey, tmp_path / "a.tif")
    (tmp_path / "a.txt").write_bytes("[SemImageFile]\r\nPixelSize=12.5\r\n".encode("utf-16"))
    assert pixel_nm(path) == pytest.approx(12.5)


def test_imagej_states_a_scale_and_a_bare_resolution_does_not(tmp_path, grey):
    assert pixel_nm(
        save(grey, tmp_path / "a.tif", tags={270: "ImageJ=1.53\nunit=um\n", 282: 20.0})
    ) == pytest.approx(50.0)
    assert pixel_nm(save(grey, tmp_path / "b.tif", tags={282: 72.0, 296: 2})) is None


def test_two_makers_that_disagree_leave_no_scale(tmp_path, grey):
    scale, _, findings = stated_scale(
        read_micrograph(save(grey, tmp_path / "a.tif", tags={34682: FEI, 34118: ZEISS}))
    )
    assert scale is None
    assert [f.name for f in findings] == ["two_scales"]


def test_an_impossible_pixel_size_is_named_and_not_used(tmp_path, grey):
    image = read_micrograph(save(grey, tmp_path / "a.tif", tags={34682: "[Scan]\nPixelWidth=12.3\n"}))
    scale, _, findings = stated_scale(image)
    assert scale is None
    assert findings[0].name == "impossible_pixel_size"


def test_scales_in_words():
    assert stated("12.3 nm").pixel_m == pytest.approx(12.3e-9)
    assert stated("12.3 +- 0.246 nm").sigma == pytest.approx(0.02)
    assert of_length("10 um=200").pixel_m == pytest.approx(50e-9)
    assert of_length("10 um = 200 px").sigma == pytest.approx(np.sqrt(2.0) / 200.0)
    for wrong in ("10 um", "10 um=0", "10 um=-3", "10 um=abc", "=200"):
        with pytest.raises(InputError):
            of_length(wrong)
    for wrong in ("12.3 V", "-2 nm", "5 m", "nan nm"):
        with pytest.raises(InputError):
            stated(wrong)


@pytest.mark.parametrize("bar", [40, 97, 150])
def test_the_drawn_bar_is_measured_and_the_data_bar_cut_off(bar):
    one = render(
        plain(noise=0.03, columns=320, rows=240, thickness=60.0, bar=bar), np.random.default_rng(2)
    ).grey
    top = data_bar_top(one)
    assert top == 240
    assert find_bar(one, top).length == pytest.approx(bar, abs=1)
    assert find_bar(one[::1, ::-1], top).length == pytest.approx(bar, abs=1)


def test_an_image_without_bar_has_none(grey):
    assert data_bar_top(grey) == grey.shape[0]
    with pytest.raises(InputError, match="no scale bar"):
        find_bar(grey, grey.shape[0])


def test_two_different_lines_are_not_chosen_between(barred):
    two = barred.copy()
    two[275:278, 20:100] = 1.0
    with pytest.raises(InputError, match="several lines"):
        find_bar(two, data_bar_top(two))


def run(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in ("sem", *arguments)])


def test_the_command_end_to_end(tmp_path, barred):
    path = save(barred, tmp_path / "a.png")
    done = run(
        path,
        "--bar",
        "6 um",
        "--cell",
        "C 1",
        "--state",
        "coated",
        "--json",
        "-o",
        tmp_path / "p.html",
        "--save",
        tmp_path / "s",
    )
    assert done.exit_code == 0, done.output
    one = json.loads(done.stdout[done.stdout.index("[\n") :] if "[\n" in done.stdout else done.stdout)[0]
    found = {m["name"]: m["value"] for m in one["metrics"]}
    assert (one["technique"], one["label"], one["state"]) == ("sem", "C 1", "coated")
    assert found["interlayer_thickness"] == pytest.approx(60.0 * 6.0 / 120.0, rel=0.015)
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "data:image/svg+xml" in page
    from interlayer.record.store import load

    kept = [load(p) for p in (tmp_path / "s").glob("*.parquet")]
    assert [is_observation(k) for k in kept] == [True]
    assert of_record(kept[0]).metrics[0].name == "interlayer_thickness"


def test_two_images_on_one_page(tmp_path, barred):
    paths = [save(barred, tmp_path / f"{n}.png") for n in "ab"]
    assert run(*paths, "--bar", "6 um", "-o", tmp_path / "p.html").exit_code == 0


def test_without_scale_there_are_ratios_only_and_it_is_said(tmp_path, grey):
    seen = look(save(grey, tmp_path / "a.png"), "A", "coated", Choices())
    found = {m.name: m for m in seen.observation.metrics}
    assert found["interlayer_thickness"].value is None
    assert "no scale" in found["interlayer_thickness"].evidence[0]
    assert found["interlayer_thickness_variation"].value is not None
    assert any(f.name == "no_scale" and f.severity == "error" for f in seen.observation.findings)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--bar", "10 um"), "no scale bar"),
        (("--pixel", "10 nm", "--scale", "1 um=10"), "both say the scale"),
        (("--region", "0,0,5000,100"), "are not in the"),
        (("--region", "0,0,20,20"), "too few"),
        (("--region", "a,b"), "not 4 numbers"),
        (("--between", "10,5000"), "leave no layer"),
        (("--layer", "7"), "no band on both sides"),
        (("--layer", "grey"), "is no layer"),
        (("--along", "z"), "is no axis"),
        (("--layer", "2", "--between", "90,150"), "both say the layer"),
    ],
)
def test_wishes_that_cannot_be_met(tmp_path, grey, options, message):
    done = run(save(grey, tmp_path / "a.png"), *options, "-o", tmp_path / "p.html")
    assert done.exit_code == 2
    assert message in " ".join(done.output.split())
    assert not (tmp_path / "p.html").exists()


@pytest.mark.parametrize("name", ["a.tif", "a.png", "a.jpg", "a.bmp"])
def test_files_that_are_no_images_or_cut_off(tmp_path, grey, name):
    save(grey, tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    for content in (b"", b"hello", whole[: len(whole) // 3], whole[:20]):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ReadError):
            read_micrograph(tmp_path / name)
    assert run(tmp_path / name, "--pixel", "5 nm").exit_code == 2
    assert run(tmp_path / "missing.png").exit_code == 2


def test_too_many_pixels_are_refused_undecoded(tmp_path, grey, monkeypatch):
    path = save(grey, tmp_path / "a.png")
    monkeypatch.setattr(micrograph, "MOST_PIXELS", 1000)
    with pytest.raises(ReadError, match="pixels are more than"):
        read_micrograph(path)


def test_saturated_and_empty_images(tmp_path, grey):
    for content, message in (
        (np.full((200, 300), 0.4), "one grey level"),
        ((grey > 0.4).astype(float), "saturated"),
    ):
        path = save(content, tmp_path / "a.png")
        with pytest.raises(InputError, match=message):
            look(path, "A", "coated", Choices())


def test_a_plan_view(tmp_path):
    rng = np.random.default_rng(3)
    done = run(
        save(np.clip(0.5 + 0.1 * rng.standard_normal((200, 300)), 0, 1), tmp_path / "a.png"),
        "--pixel",
        "5 nm",
    )
    assert done.exit_code == 2
    assert "plan view" in done.output


def test_an_upright_layer_is_turned(tmp_path, grey):
    path = save(np.ascontiguousarray(grey.T), tmp_path / "a.png")
    done = run(path, "--pixel", "50 nm", "--along", "y", "--json")
    found = {m["name"]: m["value"] for m in json.loads(done.stdout)[0]["metrics"]}
    assert found["interlayer_thickness"] == pytest.approx(3.0, rel=0.01)


def test_sixteen_bits_and_eight_agree(tmp_path, grey):
    values = [
        look(save(grey, tmp_path / f"{bits}.tif", bits), "A", "coated", Choices(pixel="50 nm"))
        .observation.metrics[0]
        .value
        for bits in (8, 16)
    ]
    assert values[0] == pytest.approx(values[1], rel=1e-3)


def test_said_rows_and_a_region(tmp_path, grey):
    path = save(grey, tmp_path / "a.png")
    for choices in (
        Choices(pixel="50 nm", between=(90.0, 150.0)),
        Choices(pixel="50 nm", region=(20, 20, 300, 220)),
    ):
        assert look(path, "A", "coated", choices).observation.metrics[0].value == pytest.approx(3.0, rel=0.01)
