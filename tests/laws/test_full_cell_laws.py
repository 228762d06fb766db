"""What every composed full cell must obey."""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.linearisation import cell_impedance
from interlayer.stepping import pad, run_stages, step_weights
from interlayer.system import (
    advance,
    ionic_voltage,
    lithium_content,
    rates,
    start,
    surroundings,
    voltage_parts,
)
from tests.listed import FULL_SYSTEMS, mirrored, mirrored_states

FARADAY = 96485.33212
HOUR = 3600.0
CURRENTS = (1.0, -0.6, 0.4)
every_cell = pytest.mark.parametrize("name", FULL_SYSTEMS)
voltage_of = jax.jit(ionic_voltage)
parts_of = jax.jit(voltage_parts)
impedance_of = jax.jit(cell_impedance, static_argnames="geometric")
STEPS = 24
"""Everywhere the same number: each cell's run is then compiled once."""


@cache
def used(name: str):
    """Charged for 2 h, discharged for 1 h, charged for half an hour: nothing is relaxed, nothing empty or full."""
    stages = pad([False] * 3, list(CURRENTS), [2 * HOUR, HOUR, HOUR / 2])
    return run_stages(FULL_SYSTEMS[name], start(FULL_SYSTEMS[name]), stages, jnp.asarray(step_weights(STEPS)))


@every_cell
def test_parts_sum_to_the_voltage_and_the_mirrored_cell_gives_the_opposite(name):
    made = FULL_SYSTEMS[name]
    y, _ = used(name)
    for i in (0.3, -2.0):
        parts = parts_of(made, y, i)
        assert {"cathode_1", "cathode_contact_1", "charge_transfer_2"} <= parts.keys()
        np.testing.assert_allclose(sum(parts.values()), voltage_of(made, y, i), rtol=1e-12)
        turned = voltage_of(mirrored(made), mirrored_states(y), -i)
        np.testing.assert_allclose(turned, -voltage_of(made, y, i), rtol=1e-12)


@every_cell
def test_charge_and_lithium_are_conserved(name):
    made = FULL_SYSTEMS[name]
    first = start(made)
    y, _ = used(name)
    np.testing.assert_allclose(lithium_content(made, y), lithium_content(made, first), rtol=1e-11)
    charge = np.dot(CURRENTS, [2 * HOUR, HOUR, HOUR / 2])
    cathode = made.sides[0]
    moved = float(cathode.lithium_content(first[0]) - cathode.lithium_content(y[0]))
    np.testing.assert_allclose(moved, charge / FARADAY, rtol=1e-9)


@every_cell
def test_dissipation_is_never_negative(name):
    """Electrical power less what the active material stores at its own potentials, at rest and under either current."""
    made = FULL_SYSTEMS[name]
    y, _ = used(name)
    side = made.sides[0]
    around = surroundings(made)
    for i in (0.0, 1.5, -1.5):
        felt = side.drive(around, y[0], i)
        slopes = side.cathode.rates(y[0], side.open_circuit, felt)["lithiation"]
        local = y[0]["lithiation"]
        if "particle_modes" in y[0]:
            local = side.cathode.surface(y[0])
        own = side.open_circuit.potential(local, made.temperature)
        stored = -jnp.mean(slopes * own) * side.loading * y[0]["active_material"] * side.cathode.capacity()
        parts = side.voltage_parts(around, y[0], jnp.asarray(i))
        assert float(i * sum(parts.values()) - stored) >= -1e-12


@every_cell
def test_a_small_sine_in_time_gives_the_impedance(name):
    """Slow against everything eliminated; the cathode's reaction without capacitance, as in time stepping."""
    made = FULL_SYSTEMS[name]
    side = made.sides[0]
    off = {"reaction_capacitance": 0.0, "double_layer": 0.0}
    fields = {k: v for k, v in off.items() if hasattr(side.cathode, k)}
    still = side._replace(
        cathode=type(side.cathode)(
            **{**{n: getattr(side.cathode, n) for n in side.cathode.specs()}, **fields}
        ),
        cathode_contact=type(side.cathode_contact)(initial_resistance="30 ohm cm2"),
        cathode_fade=type(side.cathode_fade)(),
    )
    made = jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made._replace(sides=(still, made.sides[1])))
    y, _ = used(name)
    rest = pad([False], [0.0], [200 * HOUR])
    y, _ = run_stages(made, y, rest, jnp.asarray(step_weights(STEPS)))
    period, count, turns = 400.0, 64, 4
    omega = 2 * np.pi / period
    times = (np.arange(count * turns) + 0.5) * period / count
    amplitude = 1e-3
    wave = amplitude * np.sin(omega * times)
    z = np.asarray(impedance_of(made, y, jnp.asarray([omega]), geometric=False))[0]
    weights = jnp.asarray([0.5, 0.5] + [0.0] * (STEPS - 2))
    volts = []
    for begin in range(0, len(wave), 64):
        part = list(wave[begin : begin + 64])
        stages = pad([False] * len(part), part, [period / count] * len(part))
        y, trace = run_stages(made, y, stages, weights)
        volts.append(np.asarray(trace.voltage)[: len(part), 1])
    v = np.concatenate(volts)[-count:]
    base = np.stack([np.sin(omega * times[-count:]), np.cos(omega * times[-count:]), np.ones(count)], axis=1)
    inphase, quadrature, _ = np.linalg.lstsq(base, v, rcond=None)[0] / amplitude
    np.testing.assert_allclose(inphase + 1j * quadrature, z, rtol=5e-3)


@every_cell
def test_impedance_is_passive_and_charging_at_low_frequency(name):
    y, _ = used(name)
    z = impedance_of(FULL_SYSTEMS[name], y, jnp.asarray(np.geomspace(1e-5, 1e9, 100)))
    assert (z.real > 0).all()
    assert (z.imag < 0).all()
    assert abs(z[0].imag) > 5 * abs(z[30].imag)


@every_cell
def test_no_gradient_is_nan_at_the_corners(name):
    made = FULL_SYSTEMS[name]

    def final(system, i, dt):
        y = advance(system, start(system), i, dt)
        return ionic_voltage(system, y, i) + sum(jnp.sum(v) for s in y for v in s.values())

    slopes = jax.jit(jax.grad(final, argnums=(0, 1, 2)))
    for current in (0.0, 1.0, -0.1):
        for seconds in (0.0, 60.0):
            leaves = jax.tree.leaves(slopes(made, current, seconds))
            assert all(np.isfinite(leaf).all() for leaf in leaves), (current, seconds)


@every_cell
def test_second_order_in_time(name):
    """From the middle of the plateau and slowly: at a knee the fastest classes relax within less than any step."""
    made = FULL_SYSTEMS[name]

    @jax.jit
    def end(count):
        y = start(made)
        y = ({**y[0], "lithiation": 0.0 * y[0]["lithiation"] + 0.6}, y[1], y[2])
        for current in (0.1, -0.06):
            step = 0.25 * HOUR / count
            y = jax.lax.fori_loop(0, count, lambda _, s, i=current, dt=step: advance(made, s, i, dt), y)
        states = [jnp.ravel(y[0][n]) for n in y[0]] + [y[1]["crack_damage"][None]]
        return jnp.concatenate(states)

    fine = np.asarray(end(4096))
    scale = np.maximum(np.abs(fine), 1e-9)
    errors = [np.abs((np.asarray(end(n)) - fine) / scale).max() for n in (64, 256)]
    assert errors[1] < 1e-7 or np.log(errors[0] / errors[1]) / np.log(4.0) > 1.6, errors


@every_cell
def test_rates_agree_with_the_steps(name):
    made = FULL_SYSTEMS[name]
    y, _ = used(name)
    slope, after = jax.jit(rates)(made, y, -0.5), jax.jit(advance)(made, y, -0.5, 1e-6)
    for key, rate in slope[0].items():
        moved = (np.asarray(after[0][key]) - np.asarray(y[0][key])) / 1e-6
        size = np.abs(np.asarray(y[0][key])).max()
        np.testing.assert_allclose(moved, rate, rtol=2e-3, atol=1e-8 * max(size, 1e-6))


@every_cell
def test_gradients_agree_with_finite_differences(name):
    made = FULL_SYSTEMS[name]
    y, _ = used(name)
    leaves, shape = jax.tree.flatten(made)

    @jax.jit
    @jax.value_and_grad
    def voltage(values):
        return ionic_voltage(jax.tree.unflatten(shape, values), y, 1.3)

    exact = voltage(leaves)[1]
    for k, value in enumerate(leaves):
        if np.ndim(value) or float(value) == 0.0:  # the points of a table are checked by its own slope
            continue
        h = 1e-5 * abs(float(value))
        up, down = list(leaves), list(leaves)
        up[k], down[k] = value + h, value - h
        numeric = (voltage(up)[0] - voltage(down)[0]) / (2 * h)
        np.testing.assert_allclose(exact[k], numeric, rtol=1e-6, atol=1e-8 / abs(float(value)))
