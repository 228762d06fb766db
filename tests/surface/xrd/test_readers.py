"""Every format comes back as it was written; damage and wrong files are refused in words."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from interlayer.errors import ReadError
from interlayer.surface.xrd.crystal import cif
from interlayer.surface.xrd.readers.read import read
from tests.surface.xrd import writers
from tests.surface.xrd.writers import FORMATS, X, Y


@pytest.mark.parametrize("name", FORMATS)
def test_it_comes_back_as_written(tmp_path, name):
    found = read(writers.write(tmp_path, name))
    assert found.provenance.reader == FORMATS[name][2]
    (one,) = found.patterns
    np.testing.assert_allclose(one.two_theta_deg, X, atol=2e-5)
    np.testing.assert_allclose(one.intensity, Y)


@pytest.mark.parametrize("name", ["xrdml", "raw2", "raw3", "raw4", "brml"])
def test_it_knows_its_radiation_and_sample(tmp_path, name):
    (one,) = read(writers.write(tmp_path, name)).patterns
    assert one.radiation is not None
    assert one.radiation.anode == "Cu"
    assert one.radiation.alpha1 == pytest.approx(1.5406, abs=2e-5)
    assert one.radiation.alpha2 == pytest.approx(1.5444, abs=1e-4)
    assert one.intensity_unit == "counts"
    assert name == "raw2" or one.sample == "pellet 3"


def test_text_headers(tmp_path):
    eva = read(writers.write(tmp_path, "eva")).patterns[0]
    assert eva.radiation is not None and eva.radiation.anode == "Co"
    assert eva.extra["private"] == {"operator": "N"}
    bm = read(writers.write(tmp_path, "11bm")).patterns[0]
    assert bm.radiation is not None and bm.radiation.lines == ((0.414581, 1.0),)
    assert bm.sigma is not None
    german = read(writers.write(tmp_path, "german")).patterns[0]
    assert german.radiation is not None and german.radiation.alpha1 == pytest.approx(1.5406)
    assert read(writers.write(tmp_path, "xy")).patterns[0].radiation is None


def test_a_third_column_that_is_no_error_is_not_taken_for_one(tmp_path):
    path = tmp_path / "three.xy"
    path.write_text("\n".join(f"{a:.2f} {b:.0f} {100 + a:.0f}" for a, b in zip(X, Y, strict=True)))
    (one,) = read(path).patterns
    assert one.sigma is None
    assert [f.name for f in one.findings] == ["third_column"]


def test_repeated_scans_are_summed_and_attenuation_is_undone(tmp_path):
    path = tmp_path / "three.xrdml"
    path.write_bytes(writers.xrdml(scans=3))
    (one,) = read(path).patterns
    np.testing.assert_allclose(one.intensity, 3.0 * Y)
    assert one.counting_s == pytest.approx(3 * 62.23)
    path.write_bytes(writers.xrdml(attenuated=True))
    (one,) = read(path).patterns
    np.testing.assert_allclose(one.intensity, Y)  # version 1 holds what the factors were multiplied into
    assert one.sigma is not None
    # Half as many were counted where the factor is 2: sqrt(2) times the error.
    np.testing.assert_allclose(one.sigma[5:8], np.sqrt(2.0 * Y[5:8]))


def test_points_of_several_values(tmp_path):
    path = tmp_path / "wide.raw"
    path.write_bytes(writers.raw4(width=3))
    np.testing.assert_allclose(read(path).patterns[0].intensity, Y)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"RAW \0\0\0\0\x10\0\0\0" + bytes(200), "version 1"),
        (b"RAW9.77\0" + bytes(200), "RAW9.77"),
        (writers.raw4(scan_type=b"Rocking Curve"), "Rocking Curve"),
        (writers.raw4()[:-200], "ends before"),
        (writers.raw3()[:800], "ends within its header"),
        (writers.xrdml(extra='<!DOCTYPE x [<!ENTITY a "b">]>'), "document type"),
        (writers.xrdml()[:-300], "damaged or cut"),
        (writers.xrdml(body='<scan scanAxis="Omega"></scan>'), "Omega"),
        (writers.brml({"../evil.xml": b"x"}), "outside its folder"),
        (writers.brml({"bomb.xml": bytes(2**25)}), "zip bomb"),
        (writers.rows(np.r_[X[:200], X[:200]]).encode(), "do not rise"),
        (writers.rows(X + 300.0).encode(), "no scattering angles"),
        (writers.rows(X / 10000.0).encode(), "rise"),
        (writers.rows(X, np.full(len(X), 7.0)).encode(), "same"),
        (b"1 2\n" * 5, "rows"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "no powder pattern"),
        (b"<html><body>404</body></html>", "no powder pattern"),
        (b"data_x\n_cell_length_a 4.0\nloop_\n", "structure"),
    ],
)
def test_what_is_no_pattern_is_refused_in_words(tmp_path, content, said):
    path = tmp_path / "file.xyz"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=said) as caught:
        read(path)
    assert "file.xyz" in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(ReadError, match="cannot be read"):
        read(tmp_path / "none.xy")
    with pytest.raises(ReadError, match="folder"):
        read(tmp_path)


def test_a_saturated_detector_and_a_falling_scan_are_found(tmp_path):
    path = tmp_path / "a.xy"
    path.write_text(writers.rows(X[::-1], np.minimum(Y, 3000.0)[::-1]))
    (one,) = read(path).patterns
    assert {f.name for f in one.findings} == {"saturated", "falling_angles"}
    assert one.two_theta_deg[0] == X[0]


@pytest.mark.parametrize("name", FORMATS)
def test_mutants_are_read_or_refused(tmp_path, name):
    """A hundred mutants: nothing but `ReadError` comes out, and what is read is a pattern."""
    rng = random.Random(name)
    whole = FORMATS[name][1]()
    path = tmp_path / f"mutant{FORMATS[name][0]}"
    for _ in range(100):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 1, 4, 32))):
            at = rng.randrange(len(data)) if rng.random() < 0.5 else rng.randrange(min(len(data), 900))
            kind = rng.random()
            if kind < 0.5:
                data[at] = rng.randrange(256)
            elif kind < 0.7:
                data[at : at + rng.randrange(1, 40)] = b""
            elif kind < 0.9:
                data[at:at] = rng.choice(
                    (b"\0" * 7, b"9" * 30, b",,", b"-", b"\n", b"nan ", b"1e400 ", b"\xff" * 4)
                )
            else:
                del data[at:]
            if not data:
                data = bytearray(b" ")
        path.write_bytes(data)
        try:
            found = read(path)
        except ReadError as refused:
            assert len(str(refused)) < 1500
            continue
        for one in found.patterns:
            assert len(one.two_theta_deg) == len(one.intensity)
            assert np.all(np.isfinite(one.two_theta_deg)) and np.all(np.isfinite(one.intensity))
            assert np.all(np.diff(one.two_theta_deg) > 0.0)


SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "d_characterisation"
REAL = {
    "xrd_AutoAnalyzer/Li2MnO3+MnO+TiO2.xy": ("xrd_text", 9001),
    "xrd_AutoAnalyzer/TiO2+MnO.xy": ("xrd_text", 9001),
    "xrd_AutoAnalyzer/TiO2.xy": ("xrd_text", 9001),
    "xrd_datalab/CG20396_jdb12-1.xrdml": ("panalytical_xrdml", 7181),
    "xrd_datalab/HL1-2_5-90_60min.xrdml": ("panalytical_xrdml", 6474),
    "xrd_datalab/Scan_C1.xrdml": ("panalytical_xrdml", 7181),
    "xrd_datalab/TiO2.raw": ("bruker_raw4", 1647),
    "xrd_datalab/TiOF.brml": ("bruker_brml", 2469),
    "xrd_datalab/example_bmb.xye": ("aps_11bm", 575),
    "xrd_datalab/example_evadiffract.xy": ("bruker_eva_xy", 28),
    "xrd_datalab/example_mac.xye": ("xrd_text", 599),
    "xrd_datalab/example_ocx.xy": ("xrd_text", 1876),
    "xrd_AutoAnalyzer/LICENSE": ("refused", 0),
    "xrd_datalab/LICENSE": ("refused", 0),
}
"""Real files: who reads them and how many points they have, counted by hand; .cif files are structures."""


def _real() -> list[str]:
    if not SHARED.is_dir():
        return list(REAL)
    folders = [one for one in SHARED.iterdir() if one.name.startswith(("xrd_", "cif_"))]
    return sorted(f"{one.parent.name}/{one.name}" for folder in folders for one in folder.iterdir())


@pytest.mark.parametrize("name", _real())
def test_every_real_file_is_read_or_refused(shared_data, name):
    path = shared_data / "d_characterisation" / name
    if name.endswith(".cif"):
        structure = cif.read(path)
        assert 1000.0 < structure.density_kg_m3 < 9000.0
        with pytest.raises(ReadError, match="--phase"):
            read(path)
        return
    reader, points = REAL[name]
    if reader == "refused":
        with pytest.raises(ReadError, match="no powder pattern"):
            read(path)
        return
    found = read(path)
    assert found.provenance.reader == reader
    assert [len(one.two_theta_deg) for one in found.patterns] == [points]
