"""Metal particles that do not touch: electrons tunnel from one to the next."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar


def critical_gap(fraction: Scalar, diameter: Scalar) -> jax.Array:
    """Gap that must be tunnelled to cross a dispersion of hard spheres, in the unit of `diameter`.

    delta_c = 1.65 D (1 - phi)^3 / (12 phi (2 - phi)). Source: `ambrosetti2010` (its closed form, from memory).
    """
    phi = jnp.asarray(fraction)
    return 1.65 * diameter * (1.0 - phi) ** 3 / (12.0 * phi * (2.0 - phi))


def tunnelling_percolation(
    prefactor: Scalar, fraction: Scalar, diameter: Scalar, tunnelling_length: Scalar
) -> jax.Array:
    """Electronic conductivity sigma_0 exp(-2 delta_c / xi) of metal spheres in an insulator, unit of `prefactor`.

    `diameter` and `tunnelling_length` (0.1 to 1 nm) in the same unit. Use the shape, anchor it on a measured value:
    the absolute number is uncertain by five powers of ten.
    """
    return prefactor * jnp.exp(-2.0 * critical_gap(fraction, diameter) / tunnelling_length)
