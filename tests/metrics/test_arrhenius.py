"""Activation energies against a published analysis and closed forms; what is not extended."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.errors import InputError
from interlayer.metrics import arrhenius
from interlayer.metrics.arrhenius import BOLTZMANN_EV_K, crossing_K

T = np.array([413.0, 423.0, 433.0, 443.0, 453.0, 463.0, 473.0])
PUBLISHED = {
    # sigma in S/cm, E_a, its error in eV, K in S K/cm: report of EISFitpython, Example3, unweighted straight line
    # of ln(sigma T) (Adediwura, Mathew, Schmedt auf der Guenne, J. Mater. Chem. A 12 (2024) 15847)
    "bulk": ([2.857e-6, 3.721e-6, 5.256e-6, 7.453e-6, 1.049e-5, 1.523e-5, 1.860e-5], 0.5869, 0.0163, 16090.3),
    "gb": ([2.076e-7, 3.666e-7, 6.261e-7, 1.050e-6, 1.719e-6, 2.737e-6, 4.397e-6], 0.8919, 0.0025, 6537462.6),
    "total": (
        [1.936e-7, 3.338e-7, 5.594e-7, 9.201e-7, 1.477e-6, 2.320e-6, 3.556e-6],
        0.8555,
        0.0006,
        2198387.3,
    ),
}


@pytest.mark.parametrize("part", PUBLISHED)
def test_a_published_pellet(part):
    """To the four digits in which the conductivities are printed."""
    sigma, energy, error, prefactor = PUBLISHED[part]
    found = arrhenius(part, T, np.array(sigma) * 100.0).hopping
    assert found.activation_energy_eV == pytest.approx(energy, abs=1e-4)
    assert found.stderr_eV == pytest.approx(error, abs=1e-4)
    assert found.prefactor / 100.0 == pytest.approx(prefactor, rel=2e-3)


@pytest.mark.parametrize("form", ["sigma T", "sigma"])
def test_each_form_finds_its_own_constants(form):
    t = np.linspace(250.0, 350.0, 9)
    energy, prefactor = 0.32, 3e6
    y = prefactor * np.exp(-energy / (BOLTZMANN_EV_K * t))
    found = arrhenius("bulk", t, y / t if form == "sigma T" else y)
    own = found.hopping if form == "sigma T" else found.plain
    other = found.plain if form == "sigma T" else found.hopping
    assert own.activation_energy_eV == pytest.approx(energy, rel=1e-9)
    assert own.prefactor == pytest.approx(prefactor, rel=1e-6)
    assert own.aicc < other.aicc
    # the plain form's energy is lower by about k T
    assert found.hopping.activation_energy_eV - found.plain.activation_energy_eV == pytest.approx(
        BOLTZMANN_EV_K * 298.0, rel=0.03
    )


def test_errors_are_those_of_repeats():
    rng = np.random.default_rng(1)
    t = np.linspace(280.0, 350.0, 8)
    true = 2e6 / t * np.exp(-0.4 / (BOLTZMANN_EV_K * t))
    drawn = [
        arrhenius("bulk", t, true * np.exp(0.05 * rng.standard_normal(8)), 0.05 * true) for _ in range(300)
    ]
    energies = [a.hopping.activation_energy_eV for a in drawn]
    at = [a.at(298.15) for a in drawn]
    assert np.median([a.hopping.stderr_eV for a in drawn]) == pytest.approx(np.std(energies), rel=0.15)
    assert np.median([e for _, e in at]) == pytest.approx(np.std([v for v, _ in at]), rel=0.15)
    assert np.mean([v for v, _ in at]) == pytest.approx(
        2e6 / 298.15 * np.exp(-0.4 / (BOLTZMANN_EV_K * 298.15)), rel=0.02
    )


def test_points_that_lie_on_a_line_are_no_better_than_their_errors():
    t = np.array([300.0, 320.0, 340.0])
    y = 2e6 / t * np.exp(-0.4 / (BOLTZMANN_EV_K * t))
    found = arrhenius("bulk", t, y, 0.1 * y)
    x = 1.0 / (BOLTZMANN_EV_K * t)
    assert found.hopping.stderr_eV == pytest.approx(0.1 / np.sqrt(((x - x.mean()) ** 2).sum()), rel=1e-6)
    assert any("three temperatures" in text for text in found.findings)


def test_nothing_is_extended_across_a_swap():
    sigma = np.array(PUBLISHED["bulk"][0]) * 100.0
    found = arrhenius("bulk", T, sigma, walls_K=[400.0])
    found.at(405.0)
    found.at(600.0)
    with pytest.raises(InputError, match="arcs swap order near 127 degC"):
        found.at(298.15)
    # between measured points there is nothing to extend
    arrhenius("bulk", T, sigma, walls_K=[440.0]).at(438.0)


def test_where_relaxation_times_cross():
    one = 1e-12 * np.exp(0.6 / (BOLTZMANN_EV_K * T))
    other = one * np.exp(-0.3 / BOLTZMANN_EV_K * (1 / T - 1 / 600.0))
    assert crossing_K(one, other, T) == pytest.approx(600.0, rel=1e-6)
    assert crossing_K(one, 2 * one, T) is None


def test_a_bend_is_named():
    bend = np.where(T < 443.0, 0.9, 0.4)
    y = 1e-3 * np.exp(-bend / BOLTZMANN_EV_K * (1 / T - 1 / 443.0))
    found = arrhenius("bulk", T, y, 0.02 * y)
    assert any("further from the line" in text for text in found.findings)


@pytest.mark.parametrize(
    ("t", "sigma"),
    [([300.0, 310.0], [1.0, 2.0]), ([300.0] * 4, [1.0] * 4), ([300.0, 310.0, 320.0], [1.0, -1.0, 2.0])],
)
def test_too_few_temperatures_are_refused(t, sigma):
    with pytest.raises(InputError, match="too few"):
        arrhenius("bulk", t, sigma)
