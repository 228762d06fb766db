"""Line scans and maps: places and widths against the error functions that were drawn; tables that are refused."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.sem_population import plain, render
from PIL import Image
from scipy.special import erf

from interlayer.errors import InputError, ReadError
from interlayer.surface.sem.choices import Choices
from interlayer.surface.sem.eds.look import look_at_table
from interlayer.surface.sem.eds.steps import TEN_TO_NINETY, fit_steps
from interlayer.surface.sem.eds.table import element_of, read_line_scan
from interlayer.surface.sem.look import look


def step(x, place, sigma):
    return 0.5 * (1.0 + erf((x - place) / (np.sqrt(2.0) * sigma)))


X = np.arange(0.0, 30.0, 0.25)


def test_exact_steps_come_back():
    """Closed form: the very error functions, without noise."""
    signal = 5.0 + 200.0 * step(X, 8.0, 0.5) - 120.0 * step(X, 20.0, 1.2)
    found = fit_steps(X, signal)
    assert [s.place for s in found] == pytest.approx([8.0, 20.0], abs=1e-3)
    assert [s.width for s in found] == pytest.approx([TEN_TO_NINETY * 0.5, TEN_TO_NINETY * 1.2], rel=1e-3)
    assert [s.height for s in found] == pytest.approx([200.0, -120.0], rel=1e-3)


def test_errors_of_place_and_width_cover_the_truth():
    """Counting noise: of 60 scans, the errors over their standard errors have a spread of about one."""
    rng = np.random.default_rng(1)
    ratios = []
    for _ in range(60):
        found = fit_steps(X, rng.poisson(20.0 + 300.0 * step(X, 12.0, 0.8)).astype(float))
        assert len(found) == 1
        one = found[0]
        ratios += [(one.place - 12.0) / one.place_error, (one.width - TEN_TO_NINETY * 0.8) / one.width_error]
    assert 0.7 < np.std(ratios) < 1.3


def test_a_flat_signal_has_no_step():
    rng = np.random.default_rng(2)
    assert sum(len(fit_steps(X, rng.poisson(30.0, X.size).astype(float))) for _ in range(10)) == 0


def table(path, delimiter=",", title="Distance (um)", decimal=".", factor=1.0):
    ti, cu = 300.0 * step(X, 20.0, 0.8) + 3.0, 200.0 * (step(X, 8.0, 0.5) - step(X, 20.0, 0.8)) + 5.0
    rows = [
        delimiter.join(f"{v:.6g}".replace(".", decimal) for v in row)
        for row in zip(X * factor, ti, cu, strict=True)
    ]
    path.write_text("\n".join([delimiter.join((title, "Ti Ka1", "Cu K")), *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"delimiter": "\t", "title": "Position / um"},
        {"delimiter": ";", "decimal": ","},
        {"title": "Distance [nm]", "factor": 1000.0},
    ],
)
def test_tables_in_several_dialects(tmp_path, form):
    seen = look_at_table(table(tmp_path / "a.csv", **form), "A", "coated")
    places = sorted(m.value for m in seen.observation.metrics if m.name == "element_boundary")
    assert places == pytest.approx([8.0, 20.0, 20.0], abs=0.02)
    assert all(m.bound == "<=" for m in seen.observation.metrics if m.name == "interdiffusion_width")
    assert "Cu, Ti" in seen.observation.words[0]


def test_without_unit_there_are_no_lengths(tmp_path):
    seen = look_at_table(table(tmp_path / "a.csv", title="Position"), "A", "coated")
    assert all(m.value is None for m in seen.observation.metrics)
    assert seen.observation.findings[0].name == "no_scale"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no line names elements"),
        ("a,b\n1,2\n", "no line names elements"),
        ("Distance (um),Ti\n1,2\n2,3\n", "too few"),
        ("Distance (V),Ti\n" + "\n".join(f"{k},{k}" for k in range(12)), "no unit of length"),
        ("Distance (um),Ti\n" + "\n".join(f"{-k},{k}" for k in range(12)), "does not rise"),
        ("Distance (um),Ti\n" + "\n".join(f"{k},x" for k in range(12)), "without a number"),
        ("Energy,Ti\n" + "\n".join(f"{k},{k}" for k in range(12)), "no column is a position"),
    ],
)
def test_tables_that_are_refused(tmp_path, text, message):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=message):
        read_line_scan(tmp_path / "a.csv")


def test_names_of_elements():
    assert [element_of(t) for t in ("Ti Ka1", "Cu (at.%)", "map_F", "TiK", "Distance", "Spectrum")] == [
        "Ti",
        "Cu",
        "F",
        "Ti",
        None,
        None,
    ]


def test_maps_beside_their_image(tmp_path):
    """Maps drawn from the boundaries themselves: Cu in the layer, Ti below it."""
    one = render(plain(noise=0.02, columns=320, rows=240, thickness=60.0), np.random.default_rng(1))
    y = np.arange(240)[:, None] + 0.5
    rng = np.random.default_rng(3)
    layer = (y >= one.upper) & (y < one.lower)
    paths = []
    for name, mask in (("map_Cu.png", layer), ("map_Ti.png", y >= one.lower)):
        Image.fromarray(rng.poisson(10 + 90 * mask).clip(0, 255).astype(np.uint8)).save(tmp_path / name)
        paths.append(tmp_path / name)
    Image.fromarray(np.round(one.grey * 255).astype(np.uint8)).save(tmp_path / "a.png")
    seen = look(tmp_path / "a.png", "A", "coated", Choices(pixel="50 nm", eds=tuple(paths)))
    places = {
        (m.evidence[0], m.evidence[1]): m.value
        for m in seen.observation.metrics
        if m.name == "element_boundary"
    }
    assert places[("Cu", "rises")] == pytest.approx(0.0, abs=0.05)
    assert places[("Cu", "falls")] == pytest.approx(3.0, abs=0.05)
    assert places[("Ti", "rises")] == pytest.approx(3.0, abs=0.05)
    with pytest.raises(InputError, match="names no element"):
        (tmp_path / "map.png").write_bytes((tmp_path / "map_Cu.png").read_bytes())
        look(tmp_path / "a.png", "A", "coated", Choices(eds=(tmp_path / "map.png",)))
