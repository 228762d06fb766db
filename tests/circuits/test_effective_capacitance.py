"""Capacitance of arcs with constant phase elements, conductivity and permittivity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.circuits.conductivity import areal, conductivity, relative_permittivity
from interlayer.circuits.effective_capacitance import brug, hsu_mansfeld
from interlayer.circuits.geometry import Geometry
from interlayer.circuits.result import Parameter
from interlayer.errors import InputError

PUBLISHED = (
    # R, Q, n and C of the fits of s04147 at 140, 170 and 200 degC, bulk and grain boundary: reports of
    # EISFitpython, Example3 (Adediwura, Mathew, Schmedt auf der Guenne, J. Mater. Chem. A 12 (2024) 15847)
    (1.462e5, 6.515e-11, 0.8382, 6.996e-12),
    (2.012e6, 1.546e-10, 0.7872, 1.741e-11),
    (5.605e4, 1.538e-10, 0.7857, 6.397e-12),
    (3.980e5, 1.241e-10, 0.8360, 1.775e-11),
    (2.246e4, 1.491e-10, 0.7948, 5.756e-12),
    (9.502e4, 7.939e-11, 0.8910, 1.877e-11),
)

resistances = st.floats(1e-2, 1e8)
coefficients = st.floats(1e-12, 1e-2)
exponents = st.floats(0.4, 1.0)


@pytest.mark.parametrize(("r", "q", "n", "c"), PUBLISHED)
def test_hsu_mansfeld_against_published_values(r, q, n, c):
    """To the rounding of n, which has four digits."""
    assert hsu_mansfeld(r, q, n).value_F == pytest.approx(c, rel=2e-3)


@given(resistances, coefficients, exponents)
def test_hsu_mansfeld_puts_the_top_of_the_arc_at_one_over_rc(r, q, n):
    omega = 1.0 / (r * hsu_mansfeld(r, q, n).value_F)
    z = r / (1.0 + r * q * (1j * omega) ** n)
    # at the top of a depressed arc the real part is half the resistance
    assert z.real == pytest.approx(r / 2, rel=1e-6)


@given(coefficients, resistances, resistances)
def test_all_formulas_agree_for_an_ideal_capacitor(q, series, r):
    for found in (hsu_mansfeld(r, q, 1.0), brug(q, 1.0, series, r), brug(q, 1.0, series)):
        assert found.value_F == pytest.approx(q, rel=1e-9)


@given(coefficients, exponents, resistances, resistances)
def test_brug_is_hsu_mansfeld_with_both_resistances_side_by_side(q, n, series, r):
    """Q^(1/n) (1/R_s + 1/R)^((n-1)/n) is Hsu and Mansfeld's formula at R_s R/(R_s + R)."""
    both = 1.0 / (1.0 / series + 1.0 / r)
    assert brug(q, n, series, r).value_F == pytest.approx(hsu_mansfeld(both, q, n).value_F, rel=1e-9)
    assert brug(q, n, series).value_F == pytest.approx(hsu_mansfeld(series, q, n).value_F, rel=1e-9)


def test_errors_are_those_of_drawn_parameters():
    rng = np.random.default_rng(3)
    mean = np.array([1e3, 2e-6, 0.85])
    spread = np.diag([20.0, 6e-8, 0.006])
    mix = np.array([[1.0, 0.3, -0.2], [0.3, 1.0, -0.6], [-0.2, -0.6, 1.0]])
    covariance = spread @ mix @ spread
    drawn = rng.multivariate_normal(mean, covariance, 20000)
    for formula, found in (
        (lambda x: hsu_mansfeld(*x).value_F, hsu_mansfeld(*mean, covariance)),
        (lambda x: brug(x[1], x[2], 50.0, x[0]).value_F, brug(mean[1], mean[2], 50.0, mean[0], covariance)),
        (lambda x: brug(x[1], x[2], 50.0).value_F, brug(mean[1], mean[2], 50.0, None, covariance[1:, 1:])),
    ):
        values = [formula(x) for x in drawn[:4000]]
        assert found.stderr_F == pytest.approx(np.std(values), rel=0.06)


def test_conductivity_is_length_over_area_and_resistance():
    geometry = Geometry(2e-4, 1e-3, 4e-6, 3e-5)
    found = conductivity(Parameter(500.0, 5.0, "ohm"), geometry)
    assert found is not None
    assert found.value == pytest.approx(1e-2)  # 1e-3 m / (2e-4 m2 * 500 ohm)
    # 1 %, 2 % and 3 % in quadrature
    assert found.stderr == pytest.approx(1e-2 * np.sqrt(0.01**2 + 0.02**2 + 0.03**2))
    assert found.unit == "S/m"
    assert conductivity(Parameter(500.0, 5.0, "ohm"), Geometry(2e-4)) is None
    unknown = conductivity(Parameter(500.0, None, "ohm"), geometry)
    assert unknown is not None and unknown.stderr is None


def test_areal_resistance_and_permittivity():
    geometry = Geometry(2e-4, 1e-3, 2e-6)
    found = areal(Parameter(100.0, 3.0, "ohm"), geometry, 0.5)
    assert found is not None
    assert (found.value, found.unit) == (pytest.approx(1e-2), "ohm m2")
    assert found.stderr == pytest.approx(1e-2 * np.hypot(0.03, 0.01))
    assert areal(Parameter(100.0, 3.0, "ohm"), Geometry()) is None
    # a plate capacitor of 1 cm2 and 1 mm with permittivity 10
    assert relative_permittivity(10 * 8.8541878128e-12 * 1e-4 / 1e-3, Geometry(1e-4, 1e-3)) == pytest.approx(
        10
    )


@pytest.mark.parametrize("keys", [{"area_m2": 0.0}, {"thickness_m": -1e-3}, {"area_m2": float("nan")}])
def test_a_geometry_that_is_none_is_refused(keys):
    with pytest.raises(InputError, match="is not a positive number"):
        Geometry(**keys)
