"""Conduction around what blocks it."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar


def bruggeman(conductivity: Scalar, blocked: Scalar, exponent: Scalar = 1.5) -> jax.Array:
    """Conductivity of a matrix with a volume fraction `blocked` of insulating inclusions: sigma (1 - phi)^m.

    Exponent 1.5 is for spheres in a continuous matrix, more for poor necks. Units of `conductivity`.
    Source: Bruggeman's rule as in `newman2004`.
    """
    return conductivity * (1.0 - jnp.asarray(blocked)) ** exponent
