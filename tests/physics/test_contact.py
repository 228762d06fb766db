"""Contact under pressure against the numbers of the field."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.physics.contact.creep_contact import CreepContact
from interlayer.physics.contact.void_growth import VoidGrowth
from tests.physics.test_equations import drive

FELT = drive(1.0)._replace(temperature=298.15, full_contact=0.3)


@pytest.mark.parametrize(("pressure", "expected"), [(0.3, 0.02), (0.4, 0.12), (0.5, 0.54)])
def test_creep_replenishes_a_steep_current_in_pressure(pressure, expected):
    """Physics notes, 5: F/V_Li l rate at l = 10 um, mA/cm2."""
    law = CreepContact(stack_pressure=f"{pressure} MPa", supersaturation=1.0)
    np.testing.assert_allclose(float(law.replenished(FELT)) / 10.0, expected, rtol=0.12, atol=0.002)


@pytest.mark.parametrize(("length", "expected"), [(20, 0.21), (50, 0.083)])
def test_self_diffusion_replenishes_what_the_field_finds(length, expected):
    """Physics notes, 5: 83 to 210 uA/cm2 at 50 to 20 um, twofold supersaturation, without pressure."""
    law = CreepContact(diffusion_length=f"{length} um", stack_pressure="0.001 MPa")
    np.testing.assert_allclose(float(law.replenished(FELT)) / 10.0, expected, rtol=0.015)


def test_contact_of_assembly_is_pressure_over_hardness_while_small():
    np.testing.assert_allclose(CreepContact(stack_pressure="1 kPa").initial, 1e3 / 2.2e6, rtol=1e-3)
    assert CreepContact(stack_pressure="1000 MPa").initial < 1.0


def test_with_its_own_numbers_stated_it_is_void_growth():
    law = CreepContact()
    same = VoidGrowth(
        replenishment=float(law.replenished(FELT)), healing_time=1.0 / float(law.creep_rate(298.15))
    )
    for current in (30.0, -30.0, 0.0):
        felt = FELT._replace(current=current)
        ends = [m.advance({"contact_fraction": np.asarray(0.2)}, felt, 600.0) for m in (law, same)]
        np.testing.assert_allclose(ends[0]["contact_fraction"], ends[1]["contact_fraction"], rtol=1e-12)


def test_rest_heals_within_a_day_at_usual_pressure_and_faster_when_warm():
    rate = float(CreepContact().creep_rate(298.15))
    assert 3600.0 < 1.0 / rate < 86400.0
    assert float(CreepContact().creep_rate(333.15)) / rate == pytest.approx(
        np.exp(37000 / 8.314462618 * (1 / 298.15 - 1 / 333.15)), rel=1e-9
    )
