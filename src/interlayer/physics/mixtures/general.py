"""Percolation with free threshold and exponents."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar

_BISECTIONS = 60


def general(
    matrix: Scalar,
    other: Scalar,
    fraction: Scalar,
    threshold: Scalar = 0.16,
    above: Scalar = 2.0,
    below: Scalar = 0.8,
) -> jax.Array:
    """Conductivity by McLachlan's general effective-medium equation, `other` the better conductor.

    Parameters
    ----------
    matrix, other : conductivities, the same unit, 0 < matrix <= other.
    fraction : volume fraction of `other`, 0 to 1.
    threshold : of percolation (0.16 to 0.29 for random spheres, less for segregated metal).
    above, below : exponents t (1.6 to 2) and s (0.7 to 0.9).

    With threshold 1/3 and both exponents 1 it is the symmetric rule. Source: `mclachlan1990`.
    """
    contrast = (1.0 - threshold) / threshold
    phi = jnp.asarray(fraction)

    def gap(log_sigma: jax.Array) -> jax.Array:
        low_ratio = jnp.exp((log_sigma - jnp.log(matrix)) / below)
        high_ratio = jnp.exp((log_sigma - jnp.log(other)) / above)
        low = (1.0 - phi) * (1.0 - low_ratio) / (1.0 + contrast * low_ratio)
        return low + phi * (1.0 - high_ratio) / (1.0 + contrast * high_ratio)

    low = jnp.broadcast_to(jnp.log(matrix), phi.shape)
    high = jnp.broadcast_to(jnp.log(other), phi.shape)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        rising = gap(middle) > 0.0
        low, high = jnp.where(rising, middle, low), jnp.where(rising, high, middle)
    found = jax.lax.stop_gradient(0.5 * (low + high))
    value, slope = jax.jvp(gap, (found,), (jnp.ones_like(found),))
    return jnp.exp(found - value / jax.lax.stop_gradient(slope))  # one Newton step carries the derivatives
