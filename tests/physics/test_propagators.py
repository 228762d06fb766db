"""Each mechanism's own step against a general stiff solver on its own rates; orders of convergence."""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from interlayer.physics.base import Mechanism
from tests.physics.test_equations import LITHIUM_END, drive
from tests.physics.test_equations import make as plain


class AsOnASide:
    """A law of conduction, called as the laws of a side are."""

    def __init__(self, made) -> None:
        self.made, self.law = made, made.law

    def start(self, _felt):
        return self.made.start()

    def rates(self, states, felt):
        return self.made.rates(states, felt.current, felt.temperature)

    def advance(self, states, felt, dt):
        return self.made.advance(states, felt.current, felt.temperature, dt)


def make(kind):
    return AsOnASide(plain(kind)) if kind.family == "conduction" else plain(kind)


WITH_STATES = tuple(kind for kind in LITHIUM_END if kind.states)
"""Those of cathodes: test_cathode.py."""
EXACT = {"wagner", "energy-release", "saturating", "logarithmic", "square-root", "mediated", "salt-in-polymer",
         "growing-area", "contact-threshold", "asr-exponential", "griffith", "front",
         "linear", "parabolic", "passivating", "concentrated-salt", "inactive-share", "by-conduction", "fusing",
         "stress-relaxed", "filled-polymer"}  # fmt: skip
SECOND_ORDER = {"void-growth", "saturating-offset", "two-layer", "creep"}

NATIVE = {"parabolic", "logarithmic"}


@cache
def compiled(kind):
    """A mechanism, its rates (all in one row) and its step, compiled once for every current and length of step."""
    made = make(kind)

    @jax.jit
    def rates(states, felt):
        slope = made.rates(states, felt)
        return jnp.concatenate([jnp.ravel(slope[n]) for n in states])

    @jax.jit
    def advance(states, felt, dt):
        return dict(made.advance(states, felt, dt))

    return made, rates, advance


def begin(made: Mechanism, felt) -> dict:
    return {k: jnp.asarray(v, dtype=float) for k, v in sorted(made.start(felt).items())}  # as JAX orders them


def reference(kind: type[Mechanism], felt, seconds: float) -> np.ndarray:
    """Radau at 1e-10 on the mechanism's rates; all states in one row."""
    made, rates, _ = compiled(kind)
    first = begin(made, felt)
    parts = {n: np.shape(v) for n, v in first.items()}
    cuts = np.cumsum([int(np.prod(shape)) for shape in parts.values()])[:-1]

    def rhs(_, y):
        if "dc_polarisation" in parts:  # Radau's trial points may leave the domain of atanh
            y = np.clip(y, -made.saturation_voltage * (1 - 1e-15), made.saturation_voltage * (1 - 1e-15))
        pieces = zip(parts.items(), np.split(y, cuts), strict=True)
        return np.asarray(rates({n: v.reshape(shape) for (n, shape), v in pieces}, felt))

    y0 = np.concatenate([np.ravel(v) for v in first.values()]).astype(float)
    scale = np.maximum(np.abs(rhs(0.0, y0)).max() * seconds, 1e-12)
    if made.law in NATIVE:  # the first rate is far from the later ones
        scale = 1e-6
    done = solve_ivp(rhs, (0.0, seconds), y0, method="Radau", rtol=1e-10, atol=1e-12 * scale)
    return done.y[:, -1]


def stepped(kind: type[Mechanism], felt, seconds: float, count: int) -> np.ndarray:
    made, _, advance = compiled(kind)
    states = begin(made, felt)
    for _ in range(count):
        states = advance(states, felt, seconds / count)
    return np.concatenate([np.ravel(v) for v in states.values()])


def test_every_mechanism_with_states_is_classified():
    assert {k.law for k in WITH_STATES} == EXACT | SECOND_ORDER


@pytest.mark.parametrize("current", [0.0, 2.0, -2.0])
@pytest.mark.parametrize("kind", [k for k in WITH_STATES if k.law in EXACT], ids=lambda k: k.law)
def test_exact_steps(kind, current):
    felt = drive(current)
    seconds = 300.0 if kind.family == "filament" else 3600.0  # before the filament crosses the pellet
    expected = reference(kind, felt, seconds)
    for count in (1, 7):
        np.testing.assert_allclose(stepped(kind, felt, seconds, count), expected, rtol=2e-7, atol=1e-15)


@pytest.mark.parametrize("current", [3.0, -3.0])
@pytest.mark.parametrize("kind", [k for k in WITH_STATES if k.law in SECOND_ORDER], ids=lambda k: k.law)
def test_observed_order_is_two(kind, current):
    felt = drive(current)
    seconds = 60.0 if kind.law == "saturating-offset" else 1800.0
    expected = reference(kind, felt, seconds)
    counts = np.array([16, 32, 64, 128])
    errors = [np.abs(stepped(kind, felt, seconds, n) - expected).max() for n in counts]
    if max(errors) < 1e-12 * max(np.abs(expected).max(), 1e-9):
        return
    slope = -np.polyfit(np.log(counts), np.log(errors), 1)[0]
    assert slope > 1.8, errors


@pytest.mark.parametrize("current", [1700.0, -1700.0, 0.0])
@pytest.mark.parametrize("kind", WITH_STATES, ids=lambda k: k.law)
def test_long_steps_stay_finite_and_approach_the_steady_state(kind, current):
    (made, _, advance), felt = compiled(kind), drive(current)
    states = begin(made, felt)
    for _ in range(3):
        states = advance(states, felt, 1e6)
    assert all(np.isfinite(value).all() for value in states.values())
    if kind.law == "saturating-offset":
        steady = made.saturation_voltage * np.tanh(current / made.saturation_current)
        np.testing.assert_allclose(states["dc_polarisation"], steady, rtol=1e-6, atol=1e-12)
