"""Patterns made elsewhere (benchmarks/diffraction_population.py) and closed forms; the long study is a benchmark."""

from __future__ import annotations

import math

import numpy as np
import pytest
from benchmarks.diffraction import LIMIT, outcome
from benchmarks.diffraction_population import pattern

from interlayer.errors import InputError
from interlayer.surface.xrd import density
from interlayer.surface.xrd.analysis import Analysis, analyse
from interlayer.surface.xrd.library import library, phase
from interlayer.surface.xrd.pattern import Pattern
from interlayer.surface.xrd.processing import peaks
from interlayer.surface.xrd.processing.background import snip
from interlayer.surface.xrd.processing.noise import noise
from interlayer.surface.xrd.radiation import of_anode

CU = of_anode("Cu")


@pytest.mark.parametrize(
    ("main", "foreign"),
    [
        ("latp", ""), ("latp", "alpo4-berlinite"), ("latp", "tio2-rutile"), ("latp", "li3po4-gamma"),
        ("llzo-cubic", ""), ("llzo-cubic", "la2zr2o7"),
    ],
)  # fmt: skip
def test_five_percent_are_flagged_named_and_the_cell_is_right(main, foreign):
    found = outcome(4711, main, foreign)
    assert found.flagged == bool(foreign)
    assert found.named == ((foreign,) if foreign else ())
    assert found.errors and max(abs(one) for one in found.errors) < LIMIT
    if foreign:
        assert found.fraction == pytest.approx(0.05, abs=0.015)


def test_without_a_phase_given_the_library_is_tried():
    x, y, _ = pattern(31, {"tio2-anatase": 0.7, "tio2-rutile": 0.3})
    found = analyse(Pattern(x, y, "counts"), CU)
    assert {one.lines.phase.key: one.fraction for one in found.phases if one.seen} == pytest.approx(
        {"tio2-anatase": 0.7, "tio2-rutile": 0.3}, abs=0.05
    )


def test_a_pattern_whose_background_was_subtracted_is_analysed():
    x, y, _ = pattern(34, {"latp": 0.95, "tio2-rutile": 0.05}, span=(10.0, 60.0))
    found = analyse(Pattern(x, y - snip(x, y), "counts"), CU, [phase("latp")])
    assert {one.lines.phase.key for one in found.phases if one.seen} == {"latp", "tio2-rutile"}
    assert found.offset < 0.0


def test_a_main_phase_that_is_not_there_is_said():
    x, y, _ = pattern(32, {"latp": 1.0}, span=(10.0, 60.0))
    found = analyse(Pattern(x, y, "counts"), CU, [phase("lif")])
    assert not any(one.seen for one in found.phases if one.given)
    # Lines that no phase of the library has: every spacing a third larger than in the copper structure.
    strange = np.random.default_rng(1).poisson(
        100.0 + sum(3000.0 * np.exp(-(((x - at) / 0.06) ** 2)) for at in (11.3, 17.9, 28.3, 47.1, 53.9))
    )
    nothing = analyse(Pattern(x, strange.astype(float), "counts"), CU)
    assert nothing.phases == () and len(nothing.foreign) == 5
    assert not nothing.main_phase_known or nothing.whole is None


def test_a_line_of_the_tube_is_not_foreign():
    """K-beta of rutile's strongest line, 1.392234 angstrom at 3.2483 angstrom: 24.75 degrees."""
    x, y, _ = pattern(33, {"tio2-rutile": 1.0})
    at = 2.0 * math.degrees(math.asin(1.392234 / (2.0 * 4.5937 / math.sqrt(2.0))))
    y += np.random.default_rng(2).poisson(150.0 * np.exp(-(((x - at) / 0.06) ** 2)))
    found = analyse(Pattern(x, y, "counts"), CU, [phase("tio2-rutile")])
    assert [one.tube for one in found.foreign] == ["K-beta of TiO2 (rutile) 110"]


def test_what_cannot_be_analysed_is_refused():
    x = np.linspace(10.0, 60.0, 2501)
    y = np.random.default_rng(3).poisson(100.0, 2501).astype(float)
    with pytest.raises(InputError, match="only the positions"):
        analyse(Pattern(x, y, "counts"), CU, [phase("litiopo4")])
    with pytest.raises(InputError, match="no line between"):
        analyse(Pattern(x[:300], y[:300], "counts"), CU, [phase("cu")])
    with pytest.raises(InputError, match="only"):
        analyse(Pattern(x[:100], y[:100], "counts"), CU)
    flat: Analysis = analyse(Pattern(x, y, "counts"), CU, [phase("latp")])
    assert not any(one.seen for one in flat.phases)
    assert flat.foreign == ()


def test_false_peaks_of_noise_are_as_rare_as_their_threshold_says():
    """200 flat patterns of 2500 points: at 5 standard deviations less than one peak in 50 of them."""
    rng = np.random.default_rng(4)
    x = 10.0 + 0.02 * np.arange(2500)
    count = 0
    for _ in range(200):
        y = rng.poisson(150.0, 2500).astype(float)
        count += len(peaks.find(x, y, np.full(2500, 150.0), 0.1))
    assert count <= 4


def test_a_peak_has_the_significance_of_its_area():
    """One line on a flat background: matched filter, 5 % of the closed form sqrt(sum (s - mean s)2) h / sigma."""
    x = 10.0 + 0.02 * np.arange(1500)
    shape = np.exp(-4.0 * math.log(2.0) * ((x - 25.0) / 0.1) ** 2)
    (one,) = peaks.find(x, 400.0 + 300.0 * shape, np.full(1500, 400.0), 0.1)
    window = shape[np.abs(x - 25.0) < 0.21]
    expected = 300.0 / 20.0 * math.sqrt(float(np.sum((window - window.mean()) ** 2)))
    assert one.significance == pytest.approx(expected, rel=0.05)
    assert one.two_theta_deg == pytest.approx(25.0, abs=1e-3)
    assert one.height == pytest.approx(300.0, rel=0.02)


def test_noise_knows_scaled_and_smoothed_counts():
    rng = np.random.default_rng(5)
    x = np.linspace(10.0, 80.0, 3500)
    counts = rng.poisson(200.0 + 100.0 * np.sin(x / 9.0)).astype(float)
    assert noise(Pattern(x, counts, "counts")).gain == 1.0
    assert noise(Pattern(x, 7.0 * counts, "1")).gain == pytest.approx(7.0, rel=0.1)
    smooth = np.convolve(counts, np.full(5, 0.2), mode="same")
    assert noise(Pattern(x, smooth, "1")).smoothed


def test_the_background_of_snip_is_that_below_the_peaks():
    x = np.linspace(10.0, 80.0, 3500)
    truth = 300.0 * np.exp(-(x - 10.0) / 15.0) + 100.0
    lines = sum(2000.0 * np.exp(-(((x - at) / 0.08) ** 2)) for at in range(15, 78, 4))
    assert np.abs(snip(x, truth + lines) - truth)[50:-50].max() < 0.06 * truth.max()


def test_relative_density_is_mass_over_volume_over_crystal():
    one = density.pellet("0.500 g", "10.00 mm", "2.00 +- 0.02 mm")
    assert one is not None
    volume = math.pi / 4.0 * 0.01**2 * 0.002
    metric, said = density.relative_density(one, library()["latp"].structure.density_kg_m3, 0.0, "cell")
    crystal = library()["latp"].structure.density_kg_m3
    assert metric.value == pytest.approx(100.0 * 5e-4 / volume / crystal)
    relative = math.sqrt((0.0005 / 0.5) ** 2 + (2 * 0.005 / 10.0) ** 2 + (0.02 / 2.0) ** 2)
    assert metric.uncertainty == pytest.approx(metric.value * relative)
    assert said and "cannot be" in said[0]  # 3.18 g/cm3 is more than LATP has
    assert density.pellet(None, None, None) is None
    for wrong in (("0.5 g", None, "1 mm"), ("-0.5 g", "1 mm", "1 mm"), ("0.5 mm", "1 mm", "1 mm")):
        with pytest.raises(InputError):
            density.pellet(*wrong)


def test_real_mixtures_are_what_their_names_say(shared_data):
    """Of five phases offered, TiO2 (anatase) and MnO are found; MnO has 4.4446 angstrom (NBS Monograph 25 sect. 5)."""
    from interlayer.surface.xrd.lattice import Lattice
    from interlayer.surface.xrd.readers.read import read

    folder = shared_data / "d_characterisation" / "xrd_AutoAnalyzer"
    names = ("MnO_225", "TiO2_141", "LiF_225", "Mn2O3_206", "Li2O_225")
    (one,) = read(folder / "TiO2+MnO.xy").patterns
    found = analyse(one, CU, [phase(str(folder / f"{name}.cif")) for name in names])
    assert {p.lines.phase.key for p in found.phases if p.seen and p.given} == {"MnO_225", "TiO2_141"}
    (oxide,) = [p for p in found.phases if p.lines.phase.key == "MnO_225"]
    assert isinstance(oxide.lattice, Lattice)
    assert oxide.lattice.cell.a == pytest.approx(4.4446, abs=0.001)


def test_a_real_rutile_has_its_cell(shared_data):
    """a 4.5937, c 2.9587 angstrom (Howard 1991) to 0.1 %, its K-beta line told apart."""
    from interlayer.surface.xrd.lattice import Lattice
    from interlayer.surface.xrd.readers.read import read

    (one,) = read(shared_data / "d_characterisation" / "xrd_datalab" / "TiO2.raw").patterns
    assert one.radiation is not None
    found = analyse(one, one.radiation)
    assert [p.lines.phase.key for p in found.phases if p.seen] == ["tio2-rutile"]
    cell = found.phases[0].lattice
    assert isinstance(cell, Lattice)
    assert (cell.cell.a, cell.cell.c) == pytest.approx((4.5937, 2.9587), rel=1e-3)
    assert all(p.tube for p in found.foreign)
