"""Active materials against closed forms and against a solver of another kind."""

from __future__ import annotations

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from scipy.integrate import solve_ivp

from interlayer.physics.cathode.base import CathodeDrive
from interlayer.physics.cathode.resistive_reactants import CLASSES, ResistiveReactants
from interlayer.physics.cathode.single_particle import SingleParticle
from interlayer.physics.open_circuit.lfp import LfpOpenCircuit
from interlayer.physics.open_circuit.nmc811 import Nmc811OpenCircuit
from interlayer.physics.open_circuit.table import TableOpenCircuit

HOUR = 3600.0


def drive(material, c_rate: float, temperature: float = 298.15) -> CathodeDrive:
    """Current of `c_rate` times the accessible capacity an hour, > 0 charges."""
    capacity = material.capacity()
    return CathodeDrive(1.0, c_rate * capacity / HOUR, temperature, 0.0, capacity)


@pytest.mark.parametrize("rate", [-0.1, -1.0, 0.5])
def test_classes_agree_with_an_implicit_solver_of_another_kind(rate):
    """Radau of SciPy, tolerance 1e-9, until the knee where most classes are full or empty."""
    material, curve = ResistiveReactants(median_resistance=0.1, spread=1.5), LfpOpenCircuit()
    felt = drive(material, rate)
    first = jnp.full(CLASSES, 0.05 if rate < 0 else 0.95)
    hours = 0.85 / abs(rate)

    slopes = jax.jit(lambda s: material.rates({"lithiation": s}, curve, felt)["lithiation"])
    exact = solve_ivp(lambda _, s: np.asarray(slopes(s)), (0.0, hours * HOUR), np.asarray(first), "Radau",
                      rtol=1e-8, atol=1e-9)  # fmt: skip
    steps = 400
    step = jax.jit(lambda s, dt: material.advance({"lithiation": s}, curve, felt, dt)["lithiation"])
    s = first
    for _ in range(steps):
        s = step(s, hours * HOUR / steps)
    np.testing.assert_allclose(s, exact.y[:, -1], atol=2e-4)
    volts = [float(material.potential({"lithiation": x}, curve, felt)) for x in (s, exact.y[:, -1])]
    assert volts[0] == pytest.approx(volts[1], abs=2e-3)


def test_charge_is_exact_even_where_newton_is_cut_off():
    """One step over the whole knee: the mean lithiation is what was passed, to rounding."""
    material, curve = ResistiveReactants(spread=2.5), LfpOpenCircuit()
    for rate, begin in ((-1.0, 0.02), (1.0, 0.98)):
        felt = drive(material, rate)
        s = material.advance({"lithiation": jnp.full(CLASSES, begin)}, curve, felt, 0.9 * HOUR)["lithiation"]
        assert float(s.mean()) == pytest.approx(begin - 0.9 * rate, abs=1e-12)
        assert bool(jnp.isfinite(s).all())


def test_equal_classes_are_one_resistor():
    """Without spread: V = U(s) + R c, all classes alike, R as stated at 1C."""
    material, curve = ResistiveReactants(median_resistance=0.08, spread=0.0), LfpOpenCircuit()
    felt = drive(material, 0.5)
    states = {"lithiation": jnp.full(CLASSES, 0.4)}
    own = float(curve.potential(jnp.asarray(0.4), 298.15))
    assert float(material.potential(states, curve, felt)) == pytest.approx(own + 0.04, abs=1e-12)
    after = material.advance(states, curve, felt, 0.2 * HOUR)["lithiation"]
    np.testing.assert_allclose(after, 0.3, atol=1e-9)


def test_capacity_falls_with_rate_and_rises_with_temperature():
    """A flat potential, a spread of resistances: what a discharge to 2.5 V takes out falls with the rate."""
    material, curve = ResistiveReactants(median_resistance=0.15, spread=1.3), LfpOpenCircuit()

    def taken(rate: float, kelvin: float) -> float:
        felt = drive(material, -rate, kelvin)
        step = jax.jit(
            lambda s: material.advance({"lithiation": s}, curve, felt, 0.005 / rate * HOUR)["lithiation"]
        )
        s = jnp.full(CLASSES, 0.01)
        while float(material.potential({"lithiation": s}, curve, felt)) > 2.5:
            s = step(s)
        return float(s.mean())

    found = [taken(rate, 298.15) for rate in (0.1, 0.5, 1.0, 2.0)]
    assert all(a > b for a, b in pairwise(found))
    assert taken(1.0, 333.15) > found[2]


def test_surface_of_a_sphere_under_constant_flux_is_the_closed_form():
    """Crank, The Mathematics of Diffusion, eq. 6.45 at r = R: 1/5 - 2 sum exp(-l^2 t) / l^2 with tan(l) = l."""
    material = SingleParticle(particle_radius="5 um", diffusivity="1e-14 m2/s")
    felt = drive(material, -1.0)
    lag = 25e-12 / 1e-14
    roots = np.arange(1, 4000) * np.pi + 1.0
    k = np.arange(1, 4000)
    for _ in range(60):
        roots = k * np.pi + np.arctan(roots)
    size = float(material.capacity()) / HOUR / float(material.capacity()) * lag / 3.0  # flux R / D over c_max
    for t in (0.002, 0.02, 0.2, 2.0):  # in R^2/D
        states = material.advance(material.start(), Nmc811OpenCircuit(), felt, t * lag)
        excess = float(material.surface(states) - states["lithiation"])
        exact = size * (0.2 - np.sum(2.0 / roots**2 * np.exp(-(roots**2) * t)))
        assert excess == pytest.approx(exact, abs=1e-3 * size * 0.2)
    assert float(states["lithiation"]) == pytest.approx(0.98 + 2.0 * lag / HOUR, rel=1e-12)


@pytest.mark.parametrize("law", ["resistive-reactants", "single-particle"])
def test_impedance_is_the_jacobian_of_the_rates(law):
    """C (s - A)^-1 B + D of the law's own rates and potential, capacitances left out."""
    if law == "resistive-reactants":
        material, curve = ResistiveReactants(reaction_capacitance=0.0), LfpOpenCircuit()
        states = {"lithiation": jnp.linspace(0.004, 0.97, CLASSES)}
    else:
        material, curve = SingleParticle(double_layer=0.0), Nmc811OpenCircuit()
        states = material.advance(material.start(), curve, drive(material, 0.3), 2 * HOUR)
    felt = drive(material, 0.2)
    flat, back = ravel_pytree(states)

    def slopes(x, j):
        return ravel_pytree(material.rates(back(x), curve, felt._replace(specific_current=j)))[0]

    def volts(x, j):
        return material.potential(back(x), curve, felt._replace(specific_current=j))

    j = jnp.asarray(felt.specific_current)
    a, b = jax.jacfwd(slopes, (0, 1))(flat, j)
    c, d = jax.jacfwd(volts, (0, 1))(flat, j)
    omega = np.geomspace(1e-6, 1e1, 15)
    exact = [c @ np.linalg.solve(1j * w * np.eye(len(flat)) - a, b) + d for w in omega]
    np.testing.assert_allclose(material.impedance(states, curve, felt, jnp.asarray(omega)), exact, rtol=1e-6)


@pytest.mark.parametrize(
    "curve", [LfpOpenCircuit(), Nmc811OpenCircuit(), TableOpenCircuit.of([0.0, 0.4, 1.0], [4.0, 3.7, 3.0])]
)
def test_open_circuit_falls_everywhere_and_its_slope_is_its_derivative(curve):
    s = jnp.asarray(np.linspace(-0.05, 1.05, 701) + 1e-7)
    values, slope = curve.with_slope(s, 298.15)
    assert (np.diff(values) < 0).all()
    numeric = (curve.potential(s + 1e-8, 298.15) - curve.potential(s - 1e-8, 298.15)) / 2e-8
    np.testing.assert_allclose(slope, numeric, rtol=1e-4, atol=1e-5)


def test_lfp_plateau_is_that_of_the_source():
    """3.4077 - 0.020269/2 V in the middle of the plateau (Afshar 2017, as PyBaMM has it)."""
    assert float(LfpOpenCircuit().potential(jnp.asarray(0.5), 298.15)) == pytest.approx(3.39757, abs=1e-5)
