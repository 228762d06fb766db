"""Distribution of relaxation times against closed forms, another program's results, and its own band."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import nnls

from interlayer.circuits.drt import drt_spectra, drt_spectrum
from interlayer.circuits.nonnegative import nonnegative
from interlayer.errors import InputError
from interlayer.report.figures.drt import drt
from tests.circuits.population import draw

F = np.geomspace(7e6, 0.01, 90)
S = 2j * np.pi * F


def arc_distribution(tau, resistance, centre, exponent):
    """Closed form of R || CPE (Fuoss and Kirkwood 1941; Cole and Cole 1941)."""
    angle = (1 - exponent) * np.pi
    x = exponent * np.log(tau / centre)
    return resistance / (2 * np.pi) * np.sin(angle) / (np.cosh(x) - np.cos(angle))


def noisy(z, level, seed):
    rng = np.random.default_rng(seed)
    return z + level * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))


def population(count, level):
    """Cells of two and three arcs, without tails (whose distribution is no function), exponents up to 0.97."""
    cells = [draw(k) for k in range(count)]
    cells = [
        replace(c, arcs=tuple((r, t, min(n, 0.97)) for r, t, n in c.arcs), warburg=None, slow=None)
        for c in cells
    ]
    return cells, np.array([noisy(c.impedance(F), level, [7, k]) for k, c in enumerate(cells)])


@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_two_arcs_are_the_closed_form(noise):
    arcs = ((100.0, 1e-5, 0.9), (300.0, 3e-3, 0.8))
    z = 20 + sum(r / (1 + (S * t) ** n) for r, t, n in arcs)
    found = drt_spectrum(F, noisy(z, noise, 0))
    truth = sum(arc_distribution(found.tau_s, *a) for a in arcs)
    assert np.sqrt(np.mean((found.gamma_ohm - truth) ** 2)) < 0.05 * truth.max()
    assert np.mean((truth >= found.low_ohm) & (truth <= found.high_ohm)) > 0.9
    assert len(found.peaks) == 2
    for peak, (r, tau, n) in zip(found.peaks, arcs, strict=True):
        assert peak.resistance_ohm == pytest.approx(r, rel=0.06)
        assert abs(np.log(peak.time_constant_s / tau)) < found.step / 2
        assert peak.capacitance_F == pytest.approx(tau / r, rel=0.2)
        assert peak.exponent == pytest.approx(n, abs=0.05)
        assert peak.in_window
    assert found.polarisation.value == pytest.approx(400, rel=0.02)
    assert found.ohmic.value == pytest.approx(20, rel=0.1)
    np.testing.assert_allclose(found.model(F), z, rtol=5e-3)


def test_sharp_arcs_keep_their_resistance_and_time():
    """R beside C is a delta function: the penalty widens it, its area and place stay."""
    z = noisy(10 + 50 / (1 + S * 1e-6) + 200 / (1 + S * 1e-3), 1e-3, 1)
    found = drt_spectrum(F, z)
    assert len(found.peaks) == 2
    for peak, (r, tau) in zip(found.peaks, ((50, 1e-6), (200, 1e-3)), strict=True):
        assert peak.resistance_ohm == pytest.approx(r, rel=0.03)
        assert abs(np.log(peak.time_constant_s / tau)) < found.step / 2


def test_finite_warburg_has_its_largest_peaks_where_the_series_has_them():
    """tanh(sqrt(s t))/sqrt(s t) = sum of RC with R_k = 2/(pi (k - 1/2))^2, tau_k = t/(pi (k - 1/2))^2."""
    x = np.sqrt(S * 10.0)
    found = drt_spectrum(F, noisy(5 + 100 * np.tanh(x) / x, 3e-4, 2))
    first = max(found.peaks, key=lambda p: p.resistance_ohm)
    assert first.time_constant_s == pytest.approx(10 / (np.pi / 2) ** 2, rel=0.05)
    assert first.resistance_ohm == pytest.approx(100 * 2 / (np.pi / 2) ** 2, rel=0.05)
    second = found.peaks[found.peaks.index(first) - 1]
    assert second.time_constant_s == pytest.approx(10 / (1.5 * np.pi) ** 2, rel=0.2)
    total = found.gamma_ohm.sum() * found.step + found.ohmic.value
    assert total == pytest.approx(105, rel=0.01)


def test_leads_and_blocking_are_series_elements():
    z = noisy(30 + 5e-7 * S + 100 / (1 + (S * 1e-4) ** 0.9) + 1 / (S * 1e-3), 1e-3, 3)
    found = drt_spectrum(F, z)
    assert found.inductance.value == pytest.approx(5e-7, rel=0.05)
    assert found.capacitance is not None
    assert found.capacitance.value == pytest.approx(1e-3, rel=0.05)
    assert found.starts(1)[0] == pytest.approx([100, 1e-4, 0.9], rel=0.1)


@pytest.mark.parametrize("noise", [1e-3, 1e-2])
def test_the_band_covers_the_closed_form(noise):
    """Pointwise 95 % band over the window, all spectra and time constants together (Nychka, JASA 83 (1988) 1134)."""
    cells, z = population(60, noise)
    inside = outside = 0
    for cell, found in zip(cells, drt_spectra(F, z), strict=True):
        seen = (found.tau_s > 1 / (2 * np.pi * F.max())) & (found.tau_s < 1 / (2 * np.pi * F.min()))
        truth = sum(arc_distribution(found.tau_s, *a) for a in cell.arcs)
        # where there is nothing to see, a band from zero covers for nothing
        seen &= truth > 0.02 * truth.max()
        within = (truth >= found.low_ohm) & (truth <= found.high_ohm)
        inside += int((within & seen).sum())
        outside += int((~within & seen).sum())
    assert 0.90 <= inside / (inside + outside) <= 0.99


def test_peaks_are_not_invented():
    cells, z = population(60, 3e-3)
    for cell, found in zip(cells, drt_spectra(F, z), strict=True):
        assert sum(p.in_window for p in found.peaks) <= len(cell.arcs)


def test_starts_are_near_the_arcs_where_arcs_are_apart():
    cells, z = population(60, 3e-3)
    near = total = 0
    for cell, found in zip(cells, drt_spectra(F, z), strict=True):
        taus = np.array([a[1] for a in cell.arcs])
        if (taus[1:] / taus[:-1]).min() < 30 or min(a[2] for a in cell.arcs) < 0.7:
            continue
        starts = found.starts()
        for r, tau, _ in cell.arcs:
            total += 1
            if len(starts):
                k = np.abs(np.log(starts[:, 1] / tau)).argmin()
                near += abs(np.log(starts[k, 1] / tau)) < np.log(2) and abs(
                    np.log(starts[k, 0] / r)
                ) < np.log(1.5)
    assert total > 20 and near / total > 0.85


@pytest.mark.parametrize(
    ("data", "reference", "arc"),
    [
        ("1ZARC.csv", "1ZARC_DRT-RR.csv", (50.0, 0.1, 0.8)),
        ("2ZARC0.csv", "2ZARC_DRT-RR_0.csv", (60.0, 1e-4, 0.7)),
    ],
)
def test_same_distribution_as_pydrttools(shared_data, data, reference, arc):
    """Its ridge result for the same file, stored at tau = 1/f, falling frequency; compared in shape."""
    folder = shared_data / "a_eis/pyDRTtools"
    with (folder / data).open() as file:
        rows = np.array(list(csv.reader(file))[1:], dtype=float)
    gamma = np.array((folder / reference).read_text().split()[1:], dtype=float)
    found = drt_spectrum(rows[:, 1], rows[:, 2] + 1j * rows[:, 3])
    tau = np.sort(1 / rows[:, 1])
    ours = np.interp(np.log(tau), np.log(found.tau_s), found.gamma_ohm)
    assert np.corrcoef(ours, gamma)[0, 1] > 0.99
    (peak,) = found.peaks
    assert peak.resistance_ohm == pytest.approx(arc[0], rel=0.05)
    assert abs(np.log(tau[gamma.argmax()] / peak.time_constant_s)) < 0.25
    assert peak.time_constant_s == pytest.approx(arc[1], rel=0.15)


def test_blank_points_and_the_order_do_not_matter():
    z = noisy(draw(1).impedance(F), 1e-3, 4)
    holes = np.append(z, [np.nan, 0])
    f = np.append(F, [3.0, 5.0])
    a, b = drt_spectrum(F, z, weighting="modulus"), drt_spectrum(f[::-1], holes[::-1], weighting="modulus")
    np.testing.assert_allclose(a.gamma_ohm, b.gamma_ohm, rtol=0.05, atol=0.02 * a.gamma_ohm.max())


def test_a_batch_is_what_single_spectra_are():
    _, z = population(4, 2e-3)
    for one, found in zip(z, drt_spectra(F, z), strict=True):
        np.testing.assert_allclose(found.gamma_ohm, drt_spectrum(F, one).gamma_ohm, rtol=1e-6, atol=1e-6)


def test_nonnegative_least_squares_is_scipys():
    rng = np.random.default_rng(8)
    a, b = rng.standard_normal((20, 40, 15)), rng.standard_normal((20, 40))
    x, _ = nonnegative(a.swapaxes(1, 2) @ a, np.einsum("snp,sn->sp", a, b))
    for k in range(20):
        np.testing.assert_allclose(x[k], nnls(a[k], b[k])[0], atol=1e-8)


def test_figure_shows_each_peak_with_its_resistance():
    z = noisy(20 + 100 / (1 + (S * 1e-5) ** 0.9) + 300 / (1 + (S * 3e-3) ** 0.8), 1e-3, 0)
    found = drt_spectrum(F, z)
    figure = drt([("cell", found), ("again", found)])
    for letter, panel in zip("ab", figure.panels, strict=True):
        assert len(panel.series) == 3
        for series, peak in itertools.zip_longest(panel.series[1:], found.peaks):
            assert series.name.startswith(f"{letter}: {peak.resistance_ohm:.3g} ±")
    assert drt([]).panels[0].is_empty


@pytest.mark.parametrize(
    ("f", "z", "keys"),
    [
        (F, np.ones(3), {}),
        (F[:5], np.ones(5), {}),
        (F, np.ones(90), {"weighting": "odd"}),
        (F, np.ones(90), {"weighting": np.zeros(90)}),
        (F, np.ones(90), {"lambda_": 0.0}),
    ],
)
def test_what_cannot_be_used_is_said(f, z, keys):
    with pytest.raises(InputError):
        drt_spectrum(f, z, **keys)
