"""Every composed cell from 0 to 80 degC."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.linearisation import cell_impedance
from interlayer.physics.base import arrhenius
from interlayer.physics.contact.void_growth import VoidGrowth
from interlayer.physics.registry import ALL_MECHANISMS
from interlayer.stepping import pad, run_stages, step_weights
from interlayer.system import interface_resistance, layer_resistance, start
from tests.listed import SYSTEMS
from tests.physics.test_equations import drive
from tests.physics.test_propagators import make

HOUR = 3600.0
COLD, COOL, HOT = 273.15, 298.15, 353.15
WITHOUT = {
    "coverage": "geometry",
    "double_layer": "capacitance of contact: some 0.1 % a kelvin",
    "growing-area": "geometry of the deposit",
    "reversible": "no rate",
    "inactive-share": "a share of what is plated",
    "blocked": "nothing passes",
    "metallic": "resistivity of lithium: 0.4 % a kelvin",
}
"""Families and laws whose equations know no temperature, and why."""


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_cell_runs_cold_and_hot_and_conducts_better_when_hot(name):
    """Ten half-cycles at 0, 25 and 80 degC; then the resistances of one and the same state at the three."""
    made = SYSTEMS[name]
    weights = jnp.asarray(step_weights(24))
    aged = None
    for kelvin in (COLD, COOL, HOT):
        stages = pad([False] * 10, [1.0, -1.0] * 5, [HOUR] * 10, [kelvin] * 10)
        y, trace = run_stages(made, start(made), stages, weights)
        assert np.isfinite(np.asarray(trace.voltage)[:10]).all(), kelvin
        assert all(np.isfinite(np.asarray(v)).all() for s in y for v in s.values()), kelvin
        aged = y if kelvin == COOL else aged
    found = []
    for kelvin in (COLD, COOL, HOT):
        warm = made._replace(temperature=kelvin)
        sides = [interface_resistance(warm, k, aged[k]) for k in (0, 1)]
        layers = [layer_resistance(warm, k) for k in (0, 1)]
        found.append([warm.conduction.total_resistance(kelvin), *sides, *layers])
    cold, cool, hot = np.array(found)
    some = cool > 0.0
    assert some.sum() >= 3
    assert (cold[some] > cool[some]).all()
    assert (cool[some] > hot[some]).all()


def test_arrhenius_is_one_at_25_and_doubles_as_it_should():
    """exp(E/k (1/T0 - 1/T)): 0.5 eV from 25 to 80 degC is exp(0.5/8.617e-5 (1/298.15 - 1/353.15)) = 20.7."""
    joule = 0.5 * 1.602176634e-19
    assert float(arrhenius(joule, COOL)) == 1.0
    expected = np.exp(0.5 / 8.617333e-5 * (1 / COOL - 1 / HOT))
    np.testing.assert_allclose(arrhenius(joule, HOT), expected, rtol=1e-6)


LITHIUM_SIDE = [k for k in ALL_MECHANISMS if not k.family.startswith(("cathode", "open_circuit"))]


@pytest.mark.parametrize("kind", LITHIUM_SIDE, ids=lambda k: f"{k.family}:{k.law}")
def test_every_mechanism_knows_temperature_or_says_why_not(kind):
    if kind.law in WITHOUT or kind.family in WITHOUT or kind.law in ("none", "full"):
        assert not any("activation" in name for name in kind.specs())
        return
    text = " ".join(kind.equation.values())
    assert "arrhenius" in text or "temperature" in text or "interface_resistance" in text


def test_warm_lithium_is_replenished_and_heals_faster():
    """Void growth: both follow their own Arrhenius factor, and stay at the stated numbers at 25 degC."""
    law, gap = VoidGrowth(), jnp.asarray(0.1)
    cool, hot = (drive(1.0)._replace(temperature=kelvin) for kelvin in (COOL, HOT))
    np.testing.assert_allclose(law.replenished(cool), 3.0, rtol=1e-12)
    np.testing.assert_allclose(law.healing(gap, cool), 0.1 / 3600, rtol=1e-12)
    for energy, ratio in (
        (0.53, law.replenished(hot) / law.replenished(cool)),
        (0.383, law.healing(gap, hot) / law.healing(gap, cool)),
    ):
        np.testing.assert_allclose(ratio, np.exp(energy / 8.617333e-5 * (1 / COOL - 1 / HOT)), rtol=1e-5)


@pytest.mark.parametrize("kind", [k for k in LITHIUM_SIDE if k.states], ids=lambda k: f"{k.family}:{k.law}")
def test_steps_are_finite_from_0_to_80(kind):
    made = make(kind)
    for kelvin in (COLD, HOT):
        felt = drive(-1.0)._replace(temperature=kelvin)
        states = {n: jnp.asarray(v, dtype=float) for n, v in made.start(felt).items()}
        after = made.advance(states, felt, HOUR)
        assert all(np.isfinite(np.asarray(v)).all() for v in after.values())


def test_the_impedance_of_a_hot_cell_is_smaller():
    made = SYSTEMS["coated"]
    omega = jnp.asarray([1.0])
    sizes = [
        abs(cell_impedance(made._replace(temperature=k), start(made), omega)[0]) for k in (COLD, COOL, HOT)
    ]
    assert sizes[0] > sizes[1] > sizes[2]
