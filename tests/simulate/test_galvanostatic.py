"""The fast path takes the very steps of the one-by-one path, for every listed cell, and hands over where it must."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer import cells, simulation
from interlayer.build import build
from interlayer.galvanostatic import flat_guess, is_known_beforehand, run_blocks
from interlayer.physics.registry import ALL_MECHANISMS
from interlayer.protocol import Protocol
from interlayer.recursion import affine_course, course
from interlayer.runner import Runner, following
from interlayer.simulation import simulate
from interlayer.stepping import STAGES, pad, run_stages, step_weights
from interlayer.system import start
from tests.listed import SYSTEMS

KNOWN = [name for name, made in SYSTEMS.items() if is_known_beforehand(made)]
STEPS = 24


def stages():
    """Plating, rest and stripping, some of it warm, below every cell's threshold of filaments."""
    currents = [0.5, 0.0, -0.5, 0.0] * 2
    return pad([False] * 8, currents, [3600.0, 600.0, 3600.0, 0.0] * 2, [298.15] * 4 + [313.15] * 4)


@pytest.mark.parametrize("name", KNOWN)
def test_blocks_take_the_steps_that_the_loop_takes(name):
    made, weights = SYSTEMS[name], jnp.asarray(step_weights(STEPS))
    y = start(made)
    last, trace = run_stages(made, y, stages(), weights)
    fast_last, fast, _ = run_blocks(made, y, stages(), weights, flat_guess(made, y, STAGES, STEPS))
    for one, other in zip(jax.tree.leaves((last, trace)), jax.tree.leaves((fast_last, fast)), strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-10, atol=1e-12 * float(np.max(np.abs(one)) or 1.0))


def test_a_guess_changes_nothing_but_time():
    made, weights = SYSTEMS["coated"], jnp.asarray(step_weights(STEPS))
    y = start(made)
    flat = run_blocks(made, y, stages(), weights, flat_guess(made, y, STAGES, STEPS))
    own = run_blocks(made, y, stages(), weights, flat[2])
    for one, other in zip(jax.tree.leaves(flat[:2]), jax.tree.leaves(own[:2]), strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-10, atol=1e-12 * float(np.max(np.abs(one)) or 1.0))


def test_states_with_an_axis_and_affine_laws_are_what_they_say():
    """Each element steps by itself; where a law says affine, the second difference of a step vanishes."""
    made = SYSTEMS["coated"]
    around_y = start(made)
    side, y = made.sides[0], around_y[0]
    from interlayer.system import surroundings

    for mechanism in side.mechanisms():
        for state in mechanism.states:
            felt = side._felt_by(mechanism, surroundings(made), y, jnp.asarray(1.0))

            def step(v, *, m=mechanism, n=state.name, d=felt):
                return m.advance({**y, n: v}, d, 600.0)[n]

            here = jnp.asarray(y[state.name]) + 0.01 * jnp.arange(1.0, 1.0 + np.size(y[state.name])).reshape(
                np.shape(y[state.name])
            )
            if here.ndim:
                slope = jax.jacfwd(step)(here)
                np.testing.assert_allclose(slope - jnp.diag(jnp.diag(slope)), 0.0, atol=1e-15)
            if mechanism.affine:
                a, b, c = step(here), step(1.5 * here), step(2.0 * here)
                np.testing.assert_allclose(c - 2 * b + a, 0.0, atol=1e-12 * float(jnp.max(jnp.abs(c))))


def test_every_law_that_says_affine_is_tested():
    names = {type(m).__name__ for m in SYSTEMS["coated"].sides[0].mechanisms()}
    said = {c.__name__ for c in ALL_MECHANISMS if c.affine}
    assert said - names <= {"StressRelaxedCracking", "FilledPolymer"}  # siblings that inherit their step


def test_affine_course_against_the_loop():
    rng = np.random.default_rng(3)
    factor, shift = rng.uniform(0.0, 1.0, (5, 7, 2)), rng.normal(size=(5, 7, 2))
    y, expected = np.ones(2), []
    for a, b in zip(factor.reshape(-1, 2), shift.reshape(-1, 2), strict=True):
        y = a * y + b
        expected.append(y)
    found = affine_course(jnp.asarray(factor), jnp.asarray(shift), jnp.ones(2))
    np.testing.assert_allclose(found.reshape(-1, 2), expected, rtol=1e-13)


def test_course_of_a_logistic_map_in_its_stable_range_against_the_loop():
    """y -> r y (1 - y) with r = 2.8 settles at 1 - 1/r by swinging around it."""
    y, expected = 0.1, []
    for _ in range(60):
        y = 2.8 * y * (1 - y)
        expected.append(y)
    rate = jnp.full((6, 10), 2.8)
    found = course(lambda v, r, _: r * v * (1 - v), jnp.asarray(0.1), rate, guess=jnp.full((6, 10), 0.6))
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-12)


def test_a_course_that_cannot_be_found_is_nan():
    rate = jnp.full((20, 20), 3.99)  # chaos
    found = course(lambda v, r, _: r * v * (1 - v), jnp.asarray(0.3), rate, guess=jnp.full((20, 20), 0.5))
    assert np.isnan(found).all()


def stepped(cell, protocol):
    """The record without the fast path."""
    runner = Runner(build(cell), 1e-3, None)
    runner.known_beforehand = False
    run = runner.run(protocol)
    answer = None
    while (asked := following(run, answer)) is not None:
        answer = run_stages(
            runner.system,
            asked.states,
            asked.stages,
            jnp.asarray(runner.weights(search=asked.search)),
            search=asked.search,
            holds=asked.holds,
        )
    return runner.record(cell)


@pytest.mark.parametrize("current", ["0.3 mA/cm2", "1.4 mA/cm2", "20 mA/cm2"])
def test_records_are_the_same_through_shorts_and_safety_limits(current, monkeypatch):
    """Below the threshold; through a short and on beside it; over the voltage limit."""
    monkeypatch.setattr(simulation, "_BLOCKS_FROM", 0)
    cell = cells.load("ding2024/bare")
    protocol = Protocol.cycling(current, "1 hour", 40)
    fast, slow = simulate(cell, protocol), stepped(cell, protocol)
    assert [(e.name, e.side, e.step) for e in fast.events] == [(e.name, e.side, e.step) for e in slow.events]
    np.testing.assert_allclose(
        [e.time_s for e in fast.events], [e.time_s for e in slow.events], rtol=1e-9, atol=1e-6
    )
    assert fast.table.columns == slow.table.columns
    for name in fast.table.columns:
        one, other = fast.table[name].to_numpy(), slow.table[name].to_numpy()
        if one.dtype.kind == "f":
            size = float(np.nan_to_num(np.abs(other)).max())
            np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-10 * size, err_msg=name)
