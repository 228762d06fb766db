"""Small-signal building blocks: what every linearised part of a cell is made of."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp


def parallel(resistance: jax.Array, admittance: jax.Array) -> jax.Array:
    """Impedance of R beside a capacitive admittance, finite for R = 0."""
    return resistance / (1.0 + resistance * admittance)


def voltage_state(
    value: jax.Array,
    rate: Callable[[jax.Array, jax.Array], jax.Array],
    volt: Callable[[jax.Array], jax.Array],
    own: jax.Array,
    s: jax.Array,
) -> jax.Array:
    """Impedance C (s - A)^-1 B of a state that carries voltage and whose rates are diagonal in itself.

    Parameters
    ----------
    value : the frozen state, shape () or (modes,).
    rate : its time derivative from (state, own current in A/m2).
    volt : the voltage it carries, V.
    own : current density of the side, A/m2.
    s : Laplace variable j omega, shape (n,).

    Returns
    -------
    Array of shape (n,), ohm m2.
    """
    decay = jax.jvp(lambda v: rate(v, own), (value,), (jnp.ones_like(value),))[1]
    gain = jax.jvp(lambda i: rate(value, i), (own,), (jnp.ones_like(own),))[1]
    weight = jax.grad(volt)(value)
    modes = jnp.atleast_1d(weight * gain) / (s[:, None] - jnp.atleast_1d(decay))
    return modes.sum(axis=1)
