"""Scatter of a threshold after Weibull: weakest link, so that larger electrodes fail earlier."""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.physics.base import Mechanism, Scalar

L = TypeVar("L", bound=Mechanism)


def size_factor(area: Scalar, reference_area: Scalar, inverse_modulus: Scalar) -> jax.Array:
    """Factor (A_ref / A)^(1/m) on every quantile of the threshold."""
    return jnp.asarray(reference_area / area) ** inverse_modulus


def quantile_factor(quantile: Scalar, inverse_modulus: Scalar) -> jax.Array:
    """Threshold of a quantile over the median: (-ln(1 - q) / ln 2)^(1/m); one at q = 0.5."""
    return (-jnp.log1p(-jnp.asarray(quantile, dtype=float)) / np.log(2.0)) ** inverse_modulus


def survival(load: Scalar, median: Scalar, modulus: Scalar) -> jax.Array:
    """Fraction of cells whose threshold lies above `load`: exp(-ln 2 (load / median)^m)."""
    return jnp.exp(-np.log(2.0) * jnp.asarray(load / median) ** modulus)


def quantiles(count: int, seed: int) -> NDArray[np.float64]:
    """Draw quantiles of `count` cells, shape (count,), the same for the same seed."""
    return np.clip(np.random.default_rng(seed).random(count), 1e-9, 1.0 - 1e-9)


def scattered(law: L, count: int, seed: int) -> L:
    """The law with one random quantile a cell: its field `quantile` has shape (count,), for use under `vmap`.

    Raises
    ------
    TypeError
        If the law has no `quantile`.
    """
    changes: dict[str, Any] = {"quantile": jnp.asarray(quantiles(count, seed))}
    return dataclasses.replace(law, **changes)  # pyright: ignore[reportArgumentType]
