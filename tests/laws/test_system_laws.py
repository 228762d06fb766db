"""What every composed cell must obey."""

from __future__ import annotations

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.linearisation import cell_impedance
from interlayer.physics.cracking.energy_release import EnergyReleaseCracking
from interlayer.physics.layer import SaltInPolymer
from interlayer.stepping import pad, run_stages, step_weights
from interlayer.system import (
    advance,
    ionic_voltage,
    layer_resistance,
    lithium_content,
    rates,
    shunt_conductance,
    start,
    surroundings,
    voltage_parts,
)
from tests.listed import AREA, SYSTEMS, mirrored, mirrored_states

FARADAY = 96485.33212
voltage_of = jax.jit(ionic_voltage)
parts_of = jax.jit(voltage_parts)
_impedance_of = jax.jit(cell_impedance, static_argnames="geometric")
HOUR = 3600.0
every_system = pytest.mark.parametrize("name", SYSTEMS)
# One number of steps and of frequencies throughout: each cell's programs are then compiled once.
STEPS, FREQUENCIES = 24, 120


def impedance_of(made, y, omega, *, current=0.0, geometric=True):
    filled = np.full(FREQUENCIES, omega[-1])
    filled[: len(omega)] = omega
    return _impedance_of(made, y, jnp.asarray(filled), current=current, geometric=geometric)[: len(omega)]


@cache
def aged(name: str):
    """The cell after ten cycles of 2 x 1 h at 0.1 mA/cm2 and half an hour of plating: nothing is relaxed."""
    stages = pad([False] * 21, [1.0, -1.0] * 10 + [-1.0], [HOUR] * 20 + [HOUR / 2])
    return run_stages(SYSTEMS[name], start(SYSTEMS[name]), stages, jnp.asarray(step_weights(STEPS)))


@every_system
def test_parts_sum_to_the_voltage(name):
    y, _ = aged(name)
    parts = parts_of(SYSTEMS[name], y, 3.0)
    np.testing.assert_allclose(sum(parts.values()), voltage_of(SYSTEMS[name], y, 3.0), rtol=1e-12)
    assert len(parts) >= 10


@every_system
def test_mirrored_cell_gives_the_opposite_voltage(name):
    made = SYSTEMS[name]
    y, _ = aged(name)
    for i in (0.3, 4.0):
        forward = voltage_of(made, y, i)
        backward = voltage_of(mirrored(made), mirrored_states(y), -i)
        np.testing.assert_allclose(forward, -backward, rtol=1e-12, atol=1e-15)


@every_system
def test_a_relaxed_cell_at_rest_has_no_voltage_while_calendar_ageing_goes_on(name):
    made = SYSTEMS[name]
    y, trace = run_stages(
        made, start(made), pad([False], [0.0], [200 * HOUR]), jnp.asarray(step_weights(STEPS))
    )
    assert np.abs(np.asarray(trace.voltage)[0]).max() < 1e-12
    for side, s in zip(made.sides, y[:2], strict=True):
        assert (float(s["interphase_thickness"]) > 1e-15) == (side.leakage.law != "blocked")


@every_system
def test_charge_and_lithium_are_conserved(name):
    made = SYSTEMS[name]
    first = start(made)
    y, trace = aged(name)
    charge = np.sum(np.asarray(trace.ionic_current)[:21, 0] * np.r_[np.full(20, HOUR), HOUR / 2])
    for index, sign in ((0, 1.0), (1, -1.0)):
        side = made.sides[index]
        before = side.lithium_content(first[index])
        after = side.lithium_content(y[index])
        np.testing.assert_allclose(before - after, sign * charge / FARADAY, rtol=1e-9, atol=1e-9 * before)
    total = [lithium_content(made, states) for states in (first, y)]
    np.testing.assert_allclose(total[0], total[1], rtol=1e-12)


@every_system
def test_direct_limit_of_impedance_is_the_slope_of_the_steady_polarisation(name):
    """Z(0) = dV/di with ageing frozen, around rest and under current."""
    made = SYSTEMS[name]
    y, _ = aged(name)

    def steady(i):
        out = []
        for index, states in enumerate(y[:2]):
            own = i if index == 0 else -i
            new = dict(states)
            side = made.sides[index]
            if "salt_modes" in states:
                layer = side.layer
                coverage = side.coverage.coverage(layer.thickness)
                dense = layer.diffusion_coefficient(298.15) * (1 - layer.porosity) ** layer.porosity_exponent
                gradient = own * (1 - layer.transference_number) / (FARADAY * dense * coverage)
                share = states["salt_modes"] * 0.0 + 1.0 / states["salt_modes"].size
                new["salt_modes"] = gradient * layer.thickness / (2 * layer.concentration) * share
            if "dc_polarisation" in states:
                p = side.polarisation
                new["dc_polarisation"] = p.saturation_voltage * jnp.tanh(own / p.saturation_current)
            out.append(new)
        new = dict(y[2])
        if "salt_modes" in new:
            salt = made.conduction
            share = new["salt_modes"] * 0.0 + 1.0 / new["salt_modes"].size
            gradient = i * (1 - salt.cation_share()) / (FARADAY * salt.diffusion_coefficient(298.15))
            new["salt_modes"] = gradient * salt.thickness / (2 * salt.concentration) * share
        return (*out, new)

    slope_of = jax.jit(jax.grad(lambda i: ionic_voltage(made, steady(i), i)))
    for bias in (0.0, 0.8):  # A/m2
        slope = slope_of(bias)
        z = impedance_of(made, steady(bias), [1e-9], current=bias)[0]
        np.testing.assert_allclose(z.real, slope, rtol=1e-6)
        assert abs(z.imag) < 1e-5 * slope


@every_system
def test_high_frequency_limits(name):
    made = SYSTEMS[name]
    y, _ = aged(name)
    ohmic = made.conduction.total_resistance(298.15) + layer_resistance(made, 0) + layer_resistance(made, 1)
    bare_limit = impedance_of(made, y, [1e16], geometric=False)[0]
    np.testing.assert_allclose(bare_limit.real, ohmic, rtol=1e-6)
    assert abs(impedance_of(made, y, [1e22])[0]) < 1e-6 * ohmic


@every_system
def test_impedance_is_passive_and_causal_in_sign(name):
    y, _ = aged(name)
    z = impedance_of(SYSTEMS[name], y, np.geomspace(1e-4, 1e9, FREQUENCIES))
    assert (z.real > 0).all()
    assert (z.imag < 0).all()


@pytest.mark.parametrize("name", ["coated", "unequal thickness"])
def test_a_small_sine_in_time_gives_the_impedance(name):
    """The salt's and the low-current polarisation's share, where the sine is slow against everything eliminated."""
    made = SYSTEMS[name]
    y = start(made)
    period, count = 40.0, 80
    omega = 2 * np.pi / period
    amplitude = 0.01
    times = (np.arange(count * 25) + 0.5) * period / count
    wave = amplitude * np.sin(omega * times)
    weights = jnp.asarray([1.0] + [0.0] * (STEPS - 1))
    volts = []
    for begin in range(0, len(times), 64):
        part = wave[begin : begin + 64]
        y, trace = run_stages(
            made, y, pad([False] * len(part), list(part), [period / count] * len(part)), weights
        )
        # middle of each stage: mean of its ends at the current of the stage
        volts.append(np.asarray(trace.voltage)[: len(part), :2].mean(axis=1))
    v = np.concatenate(volts)[-count:]
    t = times[-count:]
    found = 2 / count * np.sum(v * (np.sin(omega * t) + 1j * np.cos(omega * t))) / amplitude
    expected = impedance_of(made, start(made), [omega], geometric=False)[0]
    np.testing.assert_allclose(found, expected, rtol=3e-3)


def test_the_layer_counts_its_polarisation_once():
    """Ohmic part and salt profile add up to h / (kappa t+) in steady state."""
    made = SYSTEMS["coated"]
    y, _ = run_stages(
        made, start(made), pad([False] * 4, [0.01] * 4, [12.5 * HOUR] * 4), jnp.asarray(step_weights(STEPS))
    )
    parts = parts_of(made, y, 0.01)
    layer: SaltInPolymer = made.sides[0].layer
    coverage = made.sides[0].coverage.coverage(layer.thickness)
    expected = layer.thickness / (layer.conductivity * layer.transference_number * coverage)
    np.testing.assert_allclose((parts["layer_1"] + parts["salt_1"]) / 0.01, expected, rtol=1e-6)


def test_warburg_of_the_salt_is_the_closed_form():
    """Finite-length diffusion between two cation-selective faces: R tanh(sqrt(j w tau))/sqrt(j w tau), tau=(h/2)^2/D.

    Its few states carry it to 1e-4 of the diffusion resistance over ten decades.
    """
    made = SYSTEMS["no polarisation"]
    layer: SaltInPolymer = made.sides[0].layer
    coverage = made.sides[0].coverage.coverage(layer.thickness)
    diffusion = layer.diffusion_coefficient(298.15)
    ohmic = layer.thickness / layer.conductivity / coverage
    resistance = ohmic * (1 / layer.transference_number - 1)
    tau = (layer.thickness / 2) ** 2 / diffusion
    omega = np.geomspace(1e-2, 1e8, 200) / tau
    root = np.sqrt(1j * omega * tau)
    exact = resistance * np.tanh(root) / root
    side = made.sides[0]
    found = side.state_impedance(
        surroundings(made), start(made)[0], jnp.asarray(0.0), 1j * jnp.asarray(omega)
    )
    assert np.abs(found - exact).max() < 1e-4 * resistance


def test_an_ohmic_cell_gives_the_thickness_over_the_conductivity():
    """Kinetics made infinitely fast, no polarisation: V = i L / sigma, in time and in frequency."""
    made = SYSTEMS["bare"]
    fast = [
        side._replace(
            charge_transfer=type(side.charge_transfer)(exchange_current_density="1e4 mA/cm2"),
            contact=type(side.contact)(initial=1.0),
            polarisation=SYSTEMS["no polarisation"].sides[0].polarisation,
        )
        for side in made.sides
    ]
    made = jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made._replace(sides=tuple(fast)))
    y = start(made)
    expected = 5.5e-4 / 4.9e-2  # m / (S/m)
    voltage = float(voltage_of(made, y, 2.0))
    charge_transfer = 2 * 8.314462618 * 298.15 / FARADAY / 1e5 * 2.0
    np.testing.assert_allclose(voltage - charge_transfer, 2.0 * expected, rtol=1e-6)
    z = impedance_of(made, y, [1e-6])[0]
    np.testing.assert_allclose(z.real - charge_transfer / 2.0, expected, rtol=1e-6)


@every_system
def test_no_gradient_is_nan_at_the_corners(name):
    """Fresh cell: no interphase, no damage, full contact, no current; a step of no time and one of a minute."""
    made = SYSTEMS[name]

    def final(system, i, dt):
        y = advance(system, start(system), i, dt)
        return ionic_voltage(system, y, i) + sum(jnp.sum(v) for s in y for v in s.values())

    slopes = jax.jit(jax.grad(final, argnums=(0, 1, 2)))
    for current in (0.0, 1.0, -1.0):
        for seconds in (0.0, 60.0):
            leaves = jax.tree.leaves(slopes(made, current, seconds))
            assert all(np.isfinite(leaf).all() for leaf in leaves), (current, seconds)


def test_gradients_through_a_whole_run_are_finite():
    """Reverse mode through stages, holds and the current solver."""
    made = SYSTEMS["one side coated"]
    weights = jnp.asarray(step_weights(12))

    def final(system):
        stages = pad([False, True], [1.0, 0.02], [60.0, 60.0])
        y, trace = run_stages(system, start(system), stages, weights)
        return trace.current[1, -1] + sum(jnp.sum(v) for s in y for v in s.values())

    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(jax.jit(jax.grad(final))(made)))


@every_system
def test_gradients_agree_with_finite_differences(name):
    made = SYSTEMS[name]
    y, _ = aged(name)
    leaves, shape = jax.tree.flatten(made)

    @jax.jit
    @jax.value_and_grad
    def voltage(values):
        return ionic_voltage(jax.tree.unflatten(shape, values), y, 2.0)

    exact = voltage(leaves)[1]
    for k, value in enumerate(leaves):
        if float(value) == 0.0:
            continue
        h = 1e-5 * abs(float(value))
        up, down = list(leaves), list(leaves)
        up[k], down[k] = value + h, value - h
        numeric = (voltage(up)[0] - voltage(down)[0]) / (2 * h)
        np.testing.assert_allclose(exact[k], numeric, rtol=1e-6, atol=1e-9 / abs(float(value)))


def test_a_filament_that_crosses_is_a_shunt_in_voltage_and_impedance():
    made = SYSTEMS["bare"]
    y, _ = aged("bare")
    shorted = ({**y[0], "filament_length": jnp.asarray(5.5e-4)}, y[1], y[2])
    conductance = float(shunt_conductance(made, shorted)) * AREA
    metal = made.sides[0].filament
    np.testing.assert_allclose(
        1 / conductance, 9.28e-8 * 5.5e-4 / float(metal.filament_cross_section), rtol=1e-9
    )
    omega = [1e-3, 1e3]
    z, whole = impedance_of(made, shorted, omega) / AREA, impedance_of(made, y, omega) / AREA
    np.testing.assert_allclose(z, 1 / (1 / whole + conductance), rtol=1e-9)
    _, trace = run_stages(made, shorted, pad([False], [2.0], [60.0]), jnp.asarray(step_weights(STEPS)))
    voltage, total, ionic = (np.asarray(v)[0] for v in (trace.voltage, trace.current, trace.ionic_current))
    np.testing.assert_allclose(total, 2.0, rtol=1e-9)
    np.testing.assert_allclose((total - ionic) * AREA, voltage * conductance, rtol=1e-9)
    assert 0 < voltage[-1] < 0.2 * float(voltage_of(made, y, 2.0))


def test_a_hold_imposes_its_voltage():
    made = SYSTEMS["coated"]
    stages = pad([True] * 2, [0.05] * 2, [HOUR / 2] * 2)
    _, trace = run_stages(made, start(made), stages, jnp.asarray(step_weights(STEPS)))
    for row in ((0, 0), (0, 10), (1, STEPS)):
        states = jax.tree.map(lambda v, row=row: v[row], trace.states)
        voltage = voltage_of(made, states, float(trace.ionic_current[row]))
        np.testing.assert_allclose(voltage, 0.05, rtol=1e-9)


@every_system
def test_second_order_in_time(name):
    """Observed order of the coupled step, from halved steps, on contact, interphase and damage together."""
    made = SYSTEMS[name]
    fast = [side._replace(cracking=EnergyReleaseCracking(critical_thickness="1 um", rate="2 1/hour"))
            for side in made.sides]  # fmt: skip
    made = jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made._replace(sides=tuple(fast)))

    names = ("contact_fraction", "interphase_thickness", "crack_damage", "filament_length")

    @jax.jit
    def end(count):
        dt = HOUR / count
        y = start(made)
        for current in (0.7, -0.7):
            y = jax.lax.fori_loop(0, count, lambda _, s, i=current: advance(made, s, i, dt), y)
        return jnp.stack([s[n] for s in y[:2] for n in names])

    fine = np.asarray(end(4096))
    scale = np.maximum(np.abs(fine), 1e-12)
    errors = [np.abs((np.asarray(end(n)) - fine) / scale).max() for n in (32, 128)]
    if errors[0] < 1e-9:
        return
    assert np.log(errors[0] / errors[1]) / np.log(4.0) > 1.7, errors


@every_system
def test_rates_agree_with_the_steps(name):
    """advance() over a short time is rates() times that time, for every state of the composed cell."""
    made = SYSTEMS[name]
    y, _ = aged(name)
    slope = jax.jit(rates)(made, y, -0.5)
    step = jax.jit(advance)
    for dt, fast in ((1e-5, False), (1e-10, True)):  # the fastest salt states relax within 1e-6 s
        after = step(made, y, -0.5, dt)
        for s, a, b in zip(slope, after, y, strict=True):
            for key in s.keys() & {"salt_modes"} if fast else s.keys() - {"salt_modes"}:
                moved = (np.asarray(a[key]) - np.asarray(b[key])) / dt
                size = np.abs(np.asarray(b[key])).max()
                np.testing.assert_allclose(moved, s[key], rtol=1e-3, atol=1e-9 * max(size, 1e-9))


def test_active_fraction_is_contact_times_what_is_whole():
    made = SYSTEMS["bare"]
    states = {**start(made)[0], "crack_damage": jnp.asarray(0.25)}
    np.testing.assert_allclose(made.sides[0].active_fraction(states), 0.16 * 0.75, rtol=1e-12)
