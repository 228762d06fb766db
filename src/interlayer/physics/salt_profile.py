"""The profile of a binary salt between two faces that pass only Li+, in few states, for layers and electrolytes.

Relative to its mean, the salt rises at one face by the swing s and falls at the other by the same. At constant current
every state (`diffusion_states`) relaxes by itself, so that any step in time is exact.
"""

from __future__ import annotations

from typing import Final

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar
from interlayer.physics.diffusion_states import DECAY, SHARE, STATES, ladder

MODES: Final = STATES
"""States of the salt profile."""
THINNEST: Final = 1e-12
"""m; below this a layer relaxes at once in any case (no infinity, no NaN at no thickness)."""
_DEPLETED: Final = 0.999
"""Relative concentration swing beyond which the logarithm goes on as its tangent (no infinity, no NaN)."""


def uniform() -> jax.Array:
    """Modes of salt spread evenly, shape (MODES,)."""
    return jnp.zeros(MODES)


def decay(diffusivity: Scalar, thickness: Scalar) -> jax.Array:
    """Rate at which each mode forgets, 1/s, shape (MODES,); diffusivity in m2/s, thickness in m."""
    return jnp.asarray(jnp.pi**2 * diffusivity / jnp.maximum(thickness, THINNEST) ** 2 * DECAY)


def steady(half: Scalar) -> jax.Array:
    """Modes in steady state, shape (MODES,); `half` is their sum, half the relative difference of the faces."""
    return jnp.asarray(half * SHARE)


def rates(modes: jax.Array, goal: jax.Array, forget: jax.Array) -> jax.Array:
    """Time derivatives of the modes on their way to `goal`, 1/s, shape (MODES,)."""
    return forget * (goal - modes)


def relaxed(modes: jax.Array, goal: jax.Array, forget: jax.Array, dt: Scalar) -> jax.Array:
    """Modes `dt` seconds later at a constant goal, exact, shape (MODES,)."""
    return goal + (modes - goal) * jnp.exp(-forget * dt)


def swing(modes: jax.Array) -> jax.Array:
    """Relative rise of the salt at one face and fall at the other; 1 means one face is empty."""
    return jnp.sum(modes)


def log_ratio(modes: jax.Array) -> jax.Array:
    """ln((1 + s)/(1 - s)) of the concentrations at the faces; its tangent beyond a swing of 0.999."""
    s = swing(modes)
    inside = jnp.clip(s, -_DEPLETED, _DEPLETED)
    return 2.0 * (_arctanh(inside) + (s - inside) / (1.0 - _DEPLETED**2))


def _arctanh(x: jax.Array) -> jax.Array:
    """By log1p, which is compiled to vector instructions."""
    return 0.5 * jnp.log1p(2.0 * x / (1.0 - x))


def unevenness(modes: jax.Array) -> jax.Array:
    """Free energy of the uneven salt over that of 2 R T c0 a thickness: sum of c ln(c/c0) - c + c0 over its cells.

    Multiplied by 2 R T c0 h it is what the salt's voltage has stored (J/m2); what that voltage takes in, less what this
    gains, is what diffusion dissipates. A swing beyond 0.999 goes on as its tangent, as the voltage does.
    """
    cells = ladder()
    s = jnp.abs(cells.from_states @ modes)
    inside = jnp.minimum(s, _DEPLETED)
    beyond = s - inside
    bent = jnp.arctanh(inside)
    uneven = inside * bent + 0.5 * jnp.log1p(-(inside**2))
    uneven = uneven + beyond * bent + 0.5 * beyond**2 / (1.0 - _DEPLETED**2)
    return 4.0 / jnp.pi**2 * jnp.sum(cells.volumes * uneven)
