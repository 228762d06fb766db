"""Derivatives of a voltage after half-cycles, through every step, against finite differences; corners of thickness."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from interlayer.linearisation import cell_impedance
from interlayer.physics.layer import SaltInPolymer
from interlayer.physics.solid_film import SolidFilm
from interlayer.stepping import pad, run_stages, step_weights
from interlayer.system import advance, ionic_voltage, start
from tests.listed import SYSTEMS

HOUR = 3600.0
WARM = 310.0
"""K; apart from the anchor of all activation energies, where they have no derivative."""
HALF_CYCLES = jax.tree.map(lambda v: v[:3], pad([False] * 3, [1.0, -1.3, 0.0], [HOUR, HOUR / 2, 60.0]))
WEIGHTS = jnp.asarray(step_weights(12))


@pytest.mark.parametrize("name", ["coated", "linear, parabolic"])
def test_derivatives_through_half_cycles(name):
    """By every parameter, and by the temperature of the run, after plating, stripping and a minute of rest."""
    made = SYSTEMS[name]
    leaves, shape = jax.tree.flatten(made)

    @jax.jit
    def voltages(values):
        stages = HALF_CYCLES._replace(temperature=jnp.full(3, values[-1]))
        system = jax.tree.unflatten(shape, list(values[:-1]))
        return run_stages(system, start(system), stages, WEIGHTS)[1].voltage[:, -1]

    point = jnp.asarray([*leaves, WARM])
    exact = np.asarray(jax.jit(jax.jacfwd(voltages))(point))
    assert np.abs(exact[:2, -1]).min() > 1e-6  # V/K
    seen = 0
    for k, value in enumerate(np.asarray(point)):
        if value == 0.0:
            continue
        slopes = []
        for h in (1e-4 * abs(value), 5e-5 * abs(value)):
            shift = jnp.zeros_like(point).at[k].set(h)
            slopes.append((voltages(point + shift) - voltages(point - shift)) / (2 * h))
        numeric = (4 * slopes[1] - slopes[0]) / 3  # Richardson: order 4
        np.testing.assert_allclose(exact[:, k], numeric, rtol=1e-6, atol=1e-9 / abs(value), err_msg=str(k))
        seen += bool(np.abs(exact[:, k] * value).max() > 1e-6)
    assert seen > 20


def thin(made, thickness):
    """The cell with its layers that thin, bounds or not."""

    def one(side):
        layer = side.layer
        if not isinstance(layer, (SaltInPolymer, SolidFilm)):
            return side
        leaves, shape = jax.tree.flatten(layer)
        at = list(type(layer).specs()).index("thickness")
        leaves[at] = jnp.asarray(thickness)
        return side._replace(layer=jax.tree.unflatten(shape, leaves))

    return made._replace(sides=tuple(one(side) for side in made.sides))


@pytest.mark.parametrize("name", ["coated", "solid film"])
def test_nothing_is_nan_at_no_thickness_of_the_layer(name):
    """Voltage, impedance and gradients, at rest and under current, for a step of no time and one of a minute."""
    made = thin(SYSTEMS[name], 0.0)
    omega = jnp.asarray([1e-3, 1.0, 1e6])

    def final(system, i, dt):
        y = advance(system, start(system), i, dt)
        z = cell_impedance(system, y, omega)
        return ionic_voltage(system, y, i) + jnp.sum(z.real) + jnp.sum(z.imag)

    slopes = jax.jit(jax.value_and_grad(final, argnums=(0, 1, 2)))
    for current in (0.0, 1.0, -1.0):
        for seconds in (0.0, 60.0):
            leaves = jax.tree.leaves(slopes(made, current, seconds))
            assert all(np.isfinite(leaf).all() for leaf in leaves), (current, seconds)
