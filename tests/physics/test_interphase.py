"""Growth laws of the interphase against their closed forms."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from interlayer.physics.constants import BOLTZMANN, FARADAY
from interlayer.physics.interphase.linear import LinearGrowth
from interlayer.physics.interphase.logarithmic import LogarithmicGrowth
from interlayer.physics.interphase.parabolic import ParabolicGrowth
from interlayer.physics.interphase.passivating import PassivatingGrowth
from interlayer.physics.interphase.two_layer import TwoLayerGrowth
from interlayer.physics.interphase.wagner import WagnerGrowth
from tests.physics.test_equations import drive

HOUR = 3600.0
LAWS = (LinearGrowth, LogarithmicGrowth, ParabolicGrowth, PassivatingGrowth, TwoLayerGrowth, WagnerGrowth)
every_law = pytest.mark.parametrize("kind", LAWS, ids=lambda k: k.law)


def felt(current=0.0, **changes):
    return drive(current)._replace(temperature=298.15, leak_resistance=0.0, **changes)


def grown(law, seconds, steps=1, drive=None):
    drive = felt() if drive is None else drive
    states = law.start(drive)
    for _ in range(steps):
        states = law.advance(states, drive, seconds / steps)
    return float(states["interphase_thickness"])


def test_parabolic_growth_is_the_square_root_of_time():
    """k_p of the physics notes, 4.2: 1.9e-11 cm2/s and 37 um after 100 h with the pellet's conductivity."""
    law = ParabolicGrowth(mixed_conductivity="1.11e-8 S/cm", native_thickness="0.1 nm")
    k = 1.3e-4 * 1.11e-6 * 2.2 / (1.7 * FARADAY)
    np.testing.assert_allclose(k, 1.9e-15, rtol=0.03)
    np.testing.assert_allclose(grown(law, 100 * HOUR), 37e-6, rtol=0.02)
    for hours in (1, 100, 1000):
        np.testing.assert_allclose(grown(law, hours * HOUR), np.sqrt(2 * k * hours * HOUR), rtol=1e-6)


def test_linear_and_parabolic_growth_are_the_limits_of_wagner():
    early = WagnerGrowth(reaction_conductance="1e-9 S/cm2")
    np.testing.assert_allclose(
        grown(early, HOUR), grown(LinearGrowth(reaction_conductance="1e-9 S/cm2"), HOUR), rtol=1e-4
    )
    late = WagnerGrowth(reaction_conductance="1e6 S/cm2")
    np.testing.assert_allclose(grown(late, HOUR), grown(ParabolicGrowth(), HOUR), rtol=1e-4)


@pytest.mark.parametrize("steps", [1, 5])
def test_tunnelling_gives_the_logarithm_of_time(steps):
    law = LogarithmicGrowth(decay_length="0.5 nm", contact_conductance="1e-4 S/cm2")
    speed = 1.3e-4 / (1.7 * FARADAY) * 2.2 * 1.0  # g = 1e-4 S/cm2 = 1 S/m2
    tau = 0.5e-9 / speed
    for hours in (0.1, 10.0, 1e4):
        expected = 0.5e-9 * np.log1p(hours * HOUR / tau)
        np.testing.assert_allclose(grown(law, hours * HOUR, steps), expected, rtol=1e-10)


def test_a_blocking_layer_makes_tunnelling_growth_linear_at_first():
    law, blocked = LogarithmicGrowth(), felt()._replace(leak_resistance=1e9)
    expected = 1.3e-4 / (1.7 * FARADAY) * 2.2 / 1e9 * HOUR
    np.testing.assert_allclose(grown(law, HOUR, drive=blocked), expected, rtol=1e-6)


def test_passivating_growth_ends():
    law = PassivatingGrowth(final_thickness="20 nm", reaction_conductance="1e-7 S/cm2")
    rate = 1.3e-4 / (1.7 * FARADAY) * 2.2 * 1e-3 / 20e-9
    np.testing.assert_allclose(grown(law, HOUR, 3), 20e-9 * (1 - np.exp(-rate * HOUR)), rtol=1e-12)
    np.testing.assert_allclose(grown(law, 1e5 * HOUR), 20e-9, rtol=1e-12)


def test_two_layers_end_at_a_steady_compact_layer_and_linear_growth():
    """Growth through c equals breakdown c/tau: c^2/sigma + B c - k tau = 0 with k = V_m dPhi/(z F)."""
    law = TwoLayerGrowth(breakdown_time="10 hour")
    k = 1.3e-4 / (1.7 * FARADAY) * 2.2
    blocking, sigma, tau = 1e-2, 1e-8, 10 * HOUR
    steady = 0.5 * sigma * (-blocking + np.sqrt(blocking**2 + 4 * k * tau / sigma))
    states = law.start(felt())
    for _ in range(4000):
        states = law.advance(states, felt(), 0.05 * HOUR)
    compact = float(states["interphase_thickness"] - states["porous_thickness"])
    np.testing.assert_allclose(compact, steady, rtol=1e-4)
    np.testing.assert_allclose(law.rates(states, felt())["interphase_thickness"], steady / tau, rtol=1e-4)


def test_two_layers_without_breakdown_are_wagner():
    law = TwoLayerGrowth(breakdown_time="1e7 hour", mixed_conductivity="1e-8 S/cm")
    np.testing.assert_allclose(
        grown(law, HOUR), grown(WagnerGrowth(mixed_conductivity="1e-8 S/cm"), HOUR), rtol=1e-6
    )


@every_law
def test_growth_by_current_keeps_second_order(kind):
    """The leak's step is exact; with growth by current beside it the error falls with the step's square."""
    law, seconds, cycled = kind(cycling_coefficient=0.02), 100 * HOUR, felt(3.0)
    if kind is LogarithmicGrowth:  # resolve the decay length
        law, seconds = kind(cycling_coefficient=0.02, contact_conductance="1e-6 S/cm2"), 60.0

    def end(steps):
        states = law.advance(law.start(cycled), felt(), seconds)  # away from the root's infinite slope
        for _ in range(steps):
            states = law.advance(states, cycled, seconds / steps)
        return float(states["interphase_thickness"])

    ends = [end(n) for n in (20, 40, 80, 1280)]
    errors = np.abs(np.array(ends[:-1]) - ends[-1])
    if errors.max() < 1e-9 * ends[-1]:
        return
    assert (np.log2(errors[:-1] / errors[1:]) > 1.8).all(), errors


@every_law
def test_growth_follows_arrhenius_where_nothing_else_limits(kind):
    """The initial rate of a warm cell over that at 25 degC is exp(-E/k (1/T - 1/T0))."""
    law = kind(growth_activation_energy="0.5 eV")
    ratio = [
        float(law.rates(law.start(f), f)["interphase_thickness"])
        for f in (felt(), felt()._replace(temperature=333.15))
    ]
    expected = np.exp(-0.5 * 1.602176634e-19 / BOLTZMANN * (1 / 333.15 - 1 / 298.15))
    np.testing.assert_allclose(ratio[1] / ratio[0], expected, rtol=1e-10)


@every_law
def test_gradients_of_a_step_are_finite_and_agree_with_differences(kind):
    law, cycled = kind(cycling_coefficient=0.02), felt(-3.0)._replace(leak_resistance=20.0)

    def end(made, seconds):
        return made.advance(made.start(cycled), cycled, seconds)["interphase_thickness"]

    assert all(np.isfinite(v) for v in jax.tree.leaves(jax.grad(end)(law, 0.0)))
    leaves, shape = jax.tree.flatten(law)
    slopes = jax.tree.leaves(jax.grad(end)(law, HOUR))
    for k, value in enumerate(leaves):
        if not value:
            continue
        h = 1e-5 * value
        up, down = (
            float(end(jax.tree.unflatten(shape, [*leaves[:k], value + s * h, *leaves[k + 1 :]]), HOUR))
            for s in (1, -1)
        )
        np.testing.assert_allclose(slopes[k], (up - down) / (2 * h), rtol=1e-6, atol=1e-12 * up / value)
