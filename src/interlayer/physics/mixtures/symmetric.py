"""Two phases on equal footing."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar


def symmetric(matrix: Scalar, other: Scalar, fraction: Scalar) -> jax.Array:
    """Conductivity of two phases by the symmetric effective-medium rule in three dimensions.

    Solves the sum of phi_k (sigma_k - sigma) / (sigma_k + 2 sigma) = 0: a quadratic. `fraction` is the volume
    fraction of `other`; each phase percolates above 1/3. Source: `kirkpatrick1973`.
    """
    phi = jnp.asarray(fraction)
    mean = other * (3.0 * phi - 1.0) + matrix * (2.0 - 3.0 * phi)
    product = 8.0 * matrix * other
    root = jnp.sqrt(mean**2 + product)
    # Below the threshold `mean` is negative and the plain root loses its digits: use the conjugate there.
    negative = jnp.where(mean < 0.0, root - mean, 1.0)
    return 0.25 * jnp.where(mean < 0.0, product / negative, mean + root)
