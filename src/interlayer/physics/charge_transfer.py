"""Butler-Volmer charge transfer between lithium and the solid, on the true contact area."""

from __future__ import annotations

from typing import Any, Final

import jax
import jax.numpy as jnp

from interlayer.physics.base import Mechanism, Scalar, arrhenius, mechanism, parameter
from interlayer.physics.constants import FARADAY, GAS_CONSTANT


@mechanism
class ButlerVolmer(Mechanism):
    """i = i0 a (exp(alpha F eta/RT) - exp(-(1 - alpha) F eta/RT)); a is the fraction of the face in true contact."""

    family = "charge_transfer"
    law = "butler-volmer"
    equation = {  # noqa: RUF012
        "current": "exchange_current_density * arrhenius(activation_energy, temperature) * active_fraction"
        " * (exp(symmetry_factor * F * overpotential / (R * temperature))"
        " - exp(-(1 - symmetry_factor) * F * overpotential / (R * temperature)))",
    }
    references = ("newman2004",)

    exchange_current_density: Scalar = parameter(
        "mA/cm2", "per true contact area at 25 degC", default=0.7, bounds=(1e-6, 1e4)
    )
    activation_energy: Scalar = parameter(
        "eV",
        "of the exchange current (0.35 to 0.65 for Li|oxide and Li|polymer)",
        default=0.5,
        bounds=(0.0, 1.5),
    )
    symmetry_factor: Scalar = parameter(
        "1", "anodic transfer coefficient alpha", default=0.5, bounds=(0.05, 0.95)
    )

    def exchange(self, temperature: Scalar) -> jax.Array:
        """Exchange current density at `temperature`, A/m2 of true contact."""
        return self.exchange_current_density * arrhenius(self.activation_energy, temperature)

    def resistance(self, active_fraction: Scalar, temperature: Scalar) -> jax.Array:
        """Slope of the overpotential at rest, ohm m2 of electrode; the same for every symmetry factor."""
        return GAS_CONSTANT * temperature / (FARADAY * self.exchange(temperature) * active_fraction)

    def overpotential(self, current: Scalar, active_fraction: Scalar, temperature: Scalar) -> jax.Array:
        """Overpotential in V for `current` (A/m2 of the electrode, > 0 strips): the inverse of the equation."""
        thermal = GAS_CONSTANT * temperature / FARADAY
        ratio = current / (self.exchange(temperature) * active_fraction)
        return thermal * _inverse(ratio, jnp.asarray(self.symmetry_factor))


_ROUNDS: Final = 8
_CLOSE: Final = 1e-8
"""Relative move of Newton's last step; the error left is its square."""


@jax.custom_jvp
def _inverse(ratio: jax.Array, alpha: jax.Array) -> jax.Array:
    """Solve exp(alpha u) - exp(-(1 - alpha) u) = ratio for u, shape ().

    Started on the branch that dominates, Newton on the logarithm of that branch converges in a few steps
    everywhere; for alpha = 1/2 the start 2 asinh(ratio/2) is already the answer.
    """
    own = jnp.where(ratio >= 0, alpha, 1.0 - alpha)
    size = jnp.abs(ratio)
    half = 0.5 * size
    # asinh by log1p: exact for small arguments too, and compiled to vector instructions, which asinh is not
    u = 2.0 * jnp.log1p(half + half**2 / (1.0 + jnp.sqrt(1.0 + half**2)))
    u = jnp.where(jnp.abs(own - 0.5) < 1e-12, u, jnp.minimum(size, jnp.log1p(size) / own))

    def narrow(carry: tuple[jax.Array, jax.Array, int]) -> tuple[jax.Array, jax.Array, Any]:
        u, _, count = carry
        # |ratio| + exp(-(1-own)u) = exp(own u): compare logarithms, so that large currents stay linear.
        back = jnp.exp(-(1.0 - own) * u)
        total = size + back
        move = (own * u - jnp.log(total)) / (own + (1.0 - own) * back / total)
        return u - move, jnp.abs(move) / (1.0 + u), count + 1

    def again(carry: tuple[jax.Array, jax.Array, Any]) -> jax.Array:
        return (carry[1] > _CLOSE) & (carry[2] < _ROUNDS)

    first = (u, jnp.full_like(u, jnp.inf), 0)
    u, _, _ = jax.lax.while_loop(again, narrow, first)
    return jnp.sign(ratio) * u


@_inverse.defjvp
def _inverse_jvp(
    primals: tuple[jax.Array, jax.Array], tangents: tuple[jax.Array, jax.Array]
) -> tuple[jax.Array, jax.Array]:
    ratio, alpha = primals
    u = _inverse(ratio, alpha)
    forward, backward = jnp.exp(alpha * u), jnp.exp(-(1.0 - alpha) * u)
    slope = alpha * forward + (1.0 - alpha) * backward
    by_alpha = u * (forward - backward)
    return u, (tangents[0] - by_alpha * tangents[1]) / slope
