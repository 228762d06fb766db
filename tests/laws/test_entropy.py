"""Entropy production: the cell turns into heat what it takes in and does not store, never the other way round.

Stored and returnable: the free energy of the uneven salt, and the charge of the low-current polarisation (a law's
`stored_energy`). Everything else between the two lithium electrodes is a resistance or runs one way only. Capacitances
that time stepping eliminates store nothing there; test_impedance_is_passive_and_causal_in_sign has them.
"""

from __future__ import annotations

from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.physics.diffusion_states import DECAY, SHARE, ladder
from interlayer.physics.layer import SaltInPolymer
from interlayer.stepping import pad, run_stages, step_weights
from interlayer.system import drive, ionic_voltage, rates, start
from tests.listed import SYSTEMS, coated, system

HOUR = 3600.0
STAGES = ((1.0, HOUR), (-1.0, HOUR), (0.0, HOUR), (-3.0, 600.0), (3.0, 60.0), (0.0, 60.0), (-0.1, HOUR))
"""A/m2 and s: reversals from a steady state and from the middle of a relaxation, rests long and short."""
ONE_WAY = ("interphase_thickness", "conversion", "crack_damage", "layer_ageing", "filament_length")
"""States driven by chemical or mechanical energy that the model never gives back."""
every_system = pytest.mark.parametrize("name", SYSTEMS)


def stored(made, y, current):
    """Energy that can come back, J/m2."""
    energy = 0.0
    for index, side in enumerate(made.sides):
        felt = drive(made, index, y[index], current)
        energy = energy + sum(mechanism.stored_energy(y[index], felt) for mechanism in side)
    return energy + made.conduction.stored_energy(y[2], felt)


@jax.jit
@partial(jax.vmap, in_axes=(None, 0, 0))
@partial(jax.vmap, in_axes=(None, 0, 0))
def powers(made, y, current):
    """Power taken in, gain of what is stored, W/m2; what is stored, J/m2; rates of the states: for every row."""
    slope = rates(made, y, current)
    energy, gain = jax.jvp(lambda y: stored(made, y, current), (y,), (slope,))
    return current * ionic_voltage(made, y, current), gain, energy, slope


@cache
def run(name):
    made = SYSTEMS[name]
    stages = pad([False] * len(STAGES), *(list(v) for v in zip(*STAGES, strict=True)))
    _, trace = run_stages(made, start(made), stages, jnp.asarray(step_weights(24)))
    trace = jax.tree.map(lambda v: v[: len(STAGES)], trace)
    found = powers(made, trace.states, trace.ionic_current)
    return trace, jax.tree.map(np.asarray, found)


@every_system
def test_entropy_production_is_not_negative(name):
    """At every row: after each reversal at once, in rests, and in between."""
    _, (taken, gain, energy, _) = run(name)
    produced = taken - gain
    assert produced.min() > -1e-12 * np.abs(taken).max()
    assert energy.min() >= 0.0
    currents = np.array([i for i, _ in STAGES])
    assert produced[currents != 0.0].min() > 0.0
    if energy.max() > 0.0:
        assert taken[1:].min() < 0.0 or gain.min() < 0.0  # something has come back, or the test tests nothing


@every_system
def test_what_is_stored_only_falls_in_a_rest(name):
    """Between the rows too: the time steps themselves make no energy."""
    _, (_, _, energy, _) = run(name)
    for index in [k for k, (i, _) in enumerate(STAGES) if i == 0.0]:
        assert (np.diff(energy[index]) <= 1e-15 * energy.max()).all()


@every_system
def test_no_stage_gives_more_than_was_stored(name):
    """Work over each stage, by the trapezoidal rule on its rows, is at least what the store has gained."""
    trace, (taken, _, energy, _) = run(name)
    work = np.sum(0.5 * (taken[:, 1:] + taken[:, :-1]) * np.diff(np.asarray(trace.time), axis=1), axis=1)
    assert (work - (energy[:, -1] - energy[:, 0]) >= -1e-12 * np.abs(work).max()).all()


@every_system
def test_what_is_not_stored_runs_one_way(name):
    _, (_, _, _, slopes) = run(name)
    for slope in slopes[:2]:
        for state in slope.keys() & set(ONE_WAY):
            assert slope[state].min() >= 0.0, state


def test_the_salt_dissipates_what_diffusion_does():
    """In steady state all that the salt's voltage takes in: 2 R T D times the integral of c'^2 / c.

    With c = c0 (1 - s (1 - 2x/h)) that is 4 R T D c0 s / h ln((1 + s) / (1 - s)).
    """
    made = system(coated(), coated())
    layer: SaltInPolymer = made.sides[0].layer
    swing = 0.4
    states = {**start(made)[0], "salt_modes": jnp.asarray(swing * SHARE)}
    coverage = made.sides[0].coverage.coverage(layer.thickness)
    per_area = layer.diffusion_coefficient(298.15) * coverage
    current = 2 * 96485.33212 * per_area * layer.concentration * swing
    current = current / ((1 - layer.transference_number) * layer.thickness)
    felt = drive(made, 0, states, current)
    slope = layer.rates(states, felt)["salt_modes"]
    assert np.abs(slope).max() < 1e-6 * np.max(layer.decay(298.15))
    taken = current * layer.concentration_overpotential(states, 298.15)
    exact = 4 * 8.314462618 * 298.15 * per_area * layer.concentration * swing / layer.thickness
    np.testing.assert_allclose(taken, exact * np.log((1 + swing) / (1 - swing)), rtol=1e-9)


def test_stored_salt_energy_is_that_of_the_profile():
    """A linear profile of swing s over c0: 2 R T c0 h ((1+s)^2 ln(1+s) - (1-s)^2 ln(1-s) - 2 s) / (4 s) - ...

    by the integral of c ln(c/c0) - c + c0; the ladder's cells give it to 1 %, as the lag alone fixes their volumes.
    """
    made = system(coated(), coated())
    layer: SaltInPolymer = made.sides[0].layer
    swing = 0.4
    felt = drive(made, 0, start(made)[0], 0.0)
    found = layer.stored_energy({"salt_modes": jnp.asarray(swing * SHARE)}, felt)
    x = np.linspace(-1, 1, 200001)
    c = 1 + swing * x
    mean = np.trapezoid(c * np.log(c) - c + 1, x) / 2
    coverage = made.sides[0].coverage.coverage(layer.thickness)
    exact = 2 * 8.314462618 * 298.15 * layer.concentration * layer.thickness * coverage * mean
    np.testing.assert_allclose(found, exact, rtol=0.01)


def test_the_ladder_is_a_passive_layer_and_the_same_states():
    """All cells and gaps are positive; from face to middle the steady deviation falls; the cells' answer is that of
    the states."""
    cells = ladder()
    assert (cells.volumes > 0).all()
    assert (cells.conductances > 0).all()
    steady = cells.from_states @ SHARE
    assert (np.diff(np.r_[steady, 0.0]) < 0).all()
    np.testing.assert_allclose(cells.from_states[0], 1.0, rtol=1e-12)
    through = np.diag(cells.conductances) + np.diag(np.r_[0.0, cells.conductances[:-1]])
    through -= np.diag(cells.conductances[:-1], 1) + np.diag(cells.conductances[:-1], -1)
    for s in (0.0, 1.0, 1e3, 1e6):
        found = np.linalg.solve(through + s * np.diag(cells.volumes), np.eye(len(SHARE))[0])[0]
        np.testing.assert_allclose(found, np.sum(SHARE / (1 + s / DECAY)), rtol=1e-10)
