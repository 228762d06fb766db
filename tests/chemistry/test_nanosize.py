"""Potential of small particles."""

from __future__ import annotations

import pytest

from interlayer.chemistry import conversion, nanosize_potential, potential_shift
from interlayer.errors import DescriptionError


def test_copper_of_a_nanometre():
    # By hand: 2 x 1.8 J/m2 x 7.09e-6 m3/mol / (1.25e-9 m x 2 x 96485 C/mol) = 0.106 V.
    assert potential_shift(1.8, 7.092e-6, 1.25e-9, 2) == pytest.approx(0.1059, abs=2e-4)
    c = conversion("CuF2")
    small = nanosize_potential(c, 1.25e-9, {"Cu": 1.8})
    assert c.potential - small == pytest.approx(0.106, abs=1e-3)
    assert nanosize_potential(c, 1.25e-9, {}) == c.potential


def test_it_scales_with_one_over_the_radius_and_adds_up():
    c = conversion("Al2O3")
    far, near = (c.potential - nanosize_potential(c, r, {"Al": 1.1}) for r in (4e-9, 1e-9))
    assert near == pytest.approx(4 * far, rel=1e-9)
    # Two aluminium for six electrons: three each.
    assert near == pytest.approx(potential_shift(1.1, c.substance("Al").molar_volume, 1e-9, 3), rel=1e-12)
    both = c.potential - nanosize_potential(c, 1e-9, {"Al": 1.1, "Li2O": 0.5})
    oxide = c.potential - nanosize_potential(c, 1e-9, {"Li2O": 0.5})
    assert both == pytest.approx(near + oxide, rel=1e-12)


@pytest.mark.parametrize(
    "numbers", [(-1, 7e-6, 1e-9, 2), (1, 0, 1e-9, 2), (1, 7e-6, 0, 2), (1, 7e-6, 1e-9, float("nan"))]
)
def test_impossible_particles_are_refused(numbers):
    with pytest.raises(DescriptionError):
        potential_shift(*numbers)


def test_only_products_can_be_small():
    with pytest.raises(DescriptionError, match="Zn is no product of CuF2"):
        nanosize_potential(conversion("CuF2"), 1e-9, {"Zn": 1.0})
