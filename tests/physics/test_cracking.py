"""Critical thickness of cracking from material data."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import interlayer as il
from interlayer.build import build
from interlayer.physics.cracking.energy_release import EnergyReleaseCracking
from interlayer.physics.cracking.stress_relaxed import StressRelaxedCracking
from tests.physics.test_equations import drive


@pytest.mark.parametrize(("modulus", "energy"), [(115, 9.9), (81, 14.0)])
def test_fracture_energy_of_the_ceramic(modulus, energy):
    """K_IC^2 (1 - nu^2)/E by hand; physics notes 4.3: 10 to 15 J/m2 over the measured moduli."""
    law = StressRelaxedCracking(young_modulus=f"{modulus} GPa")
    np.testing.assert_allclose(law.fracture_energy(), energy, rtol=0.01)


@pytest.mark.parametrize(("stress", "low", "high"), [(200, 10, 20), (100, 40, 80)])
def test_critical_thickness_lies_where_the_notes_have_it(stress, low, high):
    """Physics notes 4.3: 10 to 20 um at 200 MPa, 40 to 80 um at 100 MPa, for Z of 2 to 4; K^2/(Z sigma^2) by hand."""
    found = [
        1e6
        * float(StressRelaxedCracking(relaxed_stress=f"{stress} MPa", geometry_factor=z).critical_thickness)
        for z in (2.0, 4.0)
    ]
    np.testing.assert_allclose(found, [1.1**2 / (z * stress**2) * 1e6 for z in (2.0, 4.0)], rtol=1e-9)
    assert found[1] < high
    assert found[0] > low


def test_a_small_expansion_stays_elastic_and_a_large_one_yields():
    small = StressRelaxedCracking(volume_expansion=1e-4)
    np.testing.assert_allclose(small.stress(), 98e9 * 1e-4 / 3 / 0.75, rtol=1e-12)  # 4.4 MPa
    np.testing.assert_allclose(StressRelaxedCracking().stress(), 100e6, rtol=1e-12)
    assert float(StressRelaxedCracking(volume_expansion=0.0).critical_thickness) > 1.0  # metres: never


def test_stack_pressure_holds_cracks_shut():
    """nu/(1 - nu) P = P/3 less stress: a tenth of the stress needs 30 MPa, a coin cell's spring does nothing."""
    thick = [
        float(StressRelaxedCracking(stack_pressure=f"{p} MPa").critical_thickness) for p in (0, 0.4, 30, 400)
    ]
    np.testing.assert_allclose(thick[1] / thick[0], 1.0, atol=0.003)
    np.testing.assert_allclose(thick[2] / thick[0], 0.9**-2, rtol=1e-9)
    assert thick[3] > 1.0


def test_with_the_same_thickness_it_is_energy_release():
    law = StressRelaxedCracking()
    same = EnergyReleaseCracking(critical_thickness=float(law.critical_thickness))
    felt = drive(1.0)._replace(interphase_thickness=6e-5)
    ends = [m.advance({"crack_damage": np.asarray(0.1)}, felt, 1e4)["crack_damage"] for m in (law, same)]
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-12)
    slopes = jax.grad(lambda m: m.advance({"crack_damage": 0.1}, felt, 1e4)["crack_damage"])(law)
    assert all(np.isfinite(v) for v in jax.tree.leaves(slopes))


def test_the_electrolyte_of_the_cell_gives_its_own_toughness():
    cell = il.cells.load("ding2024/bare").override({"model.cracking.law": "stress-relaxed"})
    made = build(cell)
    law = made.system.sides[0].cracking
    np.testing.assert_allclose(law.fracture_toughness, 1.1e6, rtol=1e-12)
    assert made.values["1.cracking.young_modulus"].source == "jackman2012"
