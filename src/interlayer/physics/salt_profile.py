"""The profile of a binary salt between two faces that pass only Li+: odd cosine modes, for layers and electrolytes.

Relative to its mean, the salt rises at one face by the swing s and falls at the other by the same. At constant current
every mode relaxes by itself, so that any step in time is exact.
"""

from __future__ import annotations

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.physics.base import Scalar

_GROUPS: Final = (0, 1, 2, 3, 4, 6, 10, 16, 26, 42, 68, 110)
"""First odd cosine mode of each state: four modes alone, then groups that widen by the golden ratio, then the rest."""
MODES: Final = len(_GROUPS)
"""States of the salt profile."""


def _grouped() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share in the steady state, and decay over that of the slowest mode, of each group; both of shape (MODES,).

    Mode n has the share 8 / (pi (2n + 1))^2 and decays (2n + 1)^2 times as fast as mode 0. A group carries the sum of
    its shares and of their shares over rates, so that steady state and slow changes are exact; the sums over all
    modes are 1 and pi^2 / 12.
    """
    odd = 2.0 * np.arange(_GROUPS[-1]) + 1.0
    share, lag = 8.0 / (np.pi * odd) ** 2, 8.0 / (np.pi * odd**2) ** 2
    shares, lags = (np.add.reduceat(x, _GROUPS[:-1]) for x in (share, lag))
    shares = np.append(shares, 1.0 - share.sum())
    lags = np.append(lags, np.pi**2 / 12.0 - lag.sum())
    return shares, shares / lags


_SHARE, _DECAY = _grouped()
_DEPLETED: Final = 0.999
"""Relative concentration swing beyond which the logarithm goes on as its tangent (no infinity, no NaN)."""


def uniform() -> jax.Array:
    """Modes of salt spread evenly, shape (MODES,)."""
    return jnp.zeros(MODES)


def decay(diffusivity: Scalar, thickness: Scalar) -> jax.Array:
    """Rate at which each mode forgets, 1/s, shape (MODES,); diffusivity in m2/s, thickness in m."""
    return jnp.asarray(jnp.pi**2 * diffusivity / thickness**2 * _DECAY)


def steady(half: Scalar) -> jax.Array:
    """Modes in steady state, shape (MODES,); `half` is their sum, half the relative difference of the faces."""
    return jnp.asarray(half * _SHARE)


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
    return 2.0 * (jnp.arctanh(inside) + (s - inside) / (1.0 - _DEPLETED**2))
