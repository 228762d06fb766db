"""Steps for scalar nonlinear states: fixed work, no data-dependent branching, smooth in everything."""

from __future__ import annotations

from collections.abc import Callable

import jax

from interlayer.physics.base import Scalar

_GAMMA = 1.0 - 0.5**0.5
"""Makes both methods below L-stable at order 2."""


def rosenbrock2(rate: Callable[[jax.Array], jax.Array], y: jax.Array, dt: Scalar) -> jax.Array:
    """One step of ROS2 (order 2, L-stable, order kept for an inexact derivative) for a scalar y.

    Source: Verwer, Spee, Blom, Hundsdorfer, SIAM J. Sci. Comput. 20 (1999) 1456, equation (3).
    """
    f0, slope = jax.jvp(rate, (y,), (jax.numpy.ones_like(y),))
    damp = 1.0 - _GAMMA * dt * slope
    k1 = dt * f0 / damp
    k2 = (dt * rate(y + k1) - 2.0 * k1) / damp
    return y + 1.5 * k1 + 0.5 * k2


def sdirk2(solve: Callable[[jax.Array, Scalar], jax.Array], y: jax.Array, dt: Scalar) -> jax.Array:
    """One step of Alexander's two-stage SDIRK (order 2, L-stable).

    `solve(base, h)` returns the z with z = base + h * rate(z).
    Source: Alexander, SIAM J. Numer. Anal. 14 (1977) 1006.
    """
    first = solve(y, _GAMMA * dt)
    slope = (first - y) / jax.numpy.where(dt > 0, _GAMMA * dt, 1.0)
    return solve(y + (1.0 - _GAMMA) * dt * slope, _GAMMA * dt)
