"""The conversion front against its closed forms."""

from __future__ import annotations

import numpy as np

from interlayer.physics.constants import FARADAY
from interlayer.physics.conversion.front import FrontConversion
from tests.physics.test_equations import drive

FELT = drive(0.0)._replace(temperature=298.15)
YEAR = 365.25 * 86400.0


def converted(law, seconds, steps=1):
    states = law.start(FELT)
    for _ in range(steps):
        states = law.advance(states, FELT, seconds / steps)
    return float(states["conversion"])


def test_a_film_without_metal_paths_takes_a_year():
    """Physics notes, 3.4: 15 um, 1e-11 S/cm, 3.5 V and 0.5 mAh/cm2: about 1.2 years."""
    charge = 0.5e-3 * 3600 / 1e-4  # C/m2
    fraction = charge * 24e-6 / (2 * FARADAY * 15e-6)
    law = FrontConversion(
        thickness="15 um", driving_potential="3.5 V", reaction_conductance="1e6 S/cm2",
        reactant_volume_fraction=fraction,
    )  # fmt: skip
    assert converted(law, 1.15 * YEAR) < 1.0
    assert converted(law, 1.30 * YEAR) == 1.0
    np.testing.assert_allclose(float(law.lithium_bound({"conversion": 1.0})) * FARADAY, charge, rtol=1e-12)


def test_slow_reaction_makes_it_linear_and_slow_electrons_parabolic():
    per_charge = 24e-6 / (0.19 * 2 * FARADAY)
    linear = FrontConversion(
        thickness="15 um", reaction_conductance="1e-9 S/cm2", electronic_conductivity="1 S/cm",
        ionic_conductivity="1 S/cm",
    )  # fmt: skip
    np.testing.assert_allclose(
        15e-6 * converted(linear, 3600.0, 3), per_charge * 3.55 * 1e-5 * 3600.0, rtol=1e-6
    )
    starved = FrontConversion(
        thickness="15 um", reaction_conductance="1e6 S/cm2", ionic_conductivity="1 S/cm"
    )
    np.testing.assert_allclose(
        15e-6 * converted(starved, 3600.0, 3), np.sqrt(2 * per_charge * 3.55 * 1e-9 * 3600.0), rtol=1e-6
    )


def test_nothing_is_taken_up_beyond_all():
    law = FrontConversion(thickness="1 um", electronic_conductivity="1e-3 S/cm")
    assert converted(law, 1e9, 5) == 1.0
    assert float(law.rates({"conversion": np.asarray(1.0)}, FELT)["conversion"]) == 0.0
