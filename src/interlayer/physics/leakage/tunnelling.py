"""Electrons that must tunnel through a skin on top of the layer's ohmic leak."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from interlayer.physics.base import Scalar, mechanism, parameter
from interlayer.physics.constants import ELECTRON_MASS, ELEMENTARY_CHARGE, PLANCK, REFERENCE_TEMPERATURE
from interlayer.physics.leakage.film import BLOCKED, Film


@mechanism
class TunnellingLeak(Film):
    """A wide-gap skin (LiF, Li2O) in series with the ohmic film; electrons cross it by tunnelling.

    Low-voltage form of Simmons for a rectangular barrier: conductance per area e^2 kappa exp(-2 kappa d) /
    (2 pi h d), kappa = sqrt(2 m Phi) / hbar = 5.12 /nm sqrt(m*/m_e Phi/eV). For Phi of 2 to 4 eV it falls e-fold
    over 0.05 to 0.07 nm, so the skin decides within a nanometre between nothing and everything. Capped at a
    resistance that stands for none at all, to keep numbers finite.
    """

    family = "leakage"
    law = "tunnelling"
    equation = {  # noqa: RUF012
        "decay": "2 * pi * sqrt(2 * effective_mass * m_e * barrier_height) / h",
        "resistance": "layer_thickness / (conductivity_before ** (1 - conversion) * conductivity_after ** conversion)"
        " / arrhenius(electronic_activation_energy, temperature) / blocking_factor"
        " + 1 / (e ** 2 * decay * exp(-2 * decay * skin_thickness)"
        " / (2 * pi * h * skin_thickness) + 1 / blocked)",
    }
    references = ("simmons1963", "zhou2025", "lin2016")

    barrier_height: Scalar = parameter(
        "eV", "from the metal's Fermi level to the skin's conduction band (2 to 4)", default=3.0,
        bounds=(0.05, 8.0), source="textbook", status="memory",
    )  # fmt: skip
    effective_mass: Scalar = parameter(
        "1", "of the electron in the barrier, over its rest mass", default=1.0, bounds=(0.05, 5.0)
    )
    skin_thickness: Scalar = parameter(
        "nm",
        "of the skin (2 nm of LiF or more stop electrons)",
        default=2.0,
        bounds=(0.1, 100.0),
        source="lin2016",
        status="memory",
    )

    def decay(self) -> jax.Array:
        """Decay constant kappa of the wave in the barrier, 1/m."""
        momentum = jnp.sqrt(2.0 * self.effective_mass * ELECTRON_MASS * self.barrier_height)
        return 2.0 * jnp.pi * momentum / PLANCK

    def resistance(
        self, layer_thickness: Scalar, conversion: Scalar, temperature: Scalar = REFERENCE_TEMPERATURE
    ) -> jax.Array:
        """Resistance of film and skin against electrons, ohm m2."""
        kappa = self.decay()
        through = ELEMENTARY_CHARGE**2 * kappa * jnp.exp(-2.0 * kappa * self.skin_thickness)
        through = through / (2.0 * jnp.pi * PLANCK * self.skin_thickness)
        return self.film_resistance(layer_thickness, conversion, temperature) + 1.0 / (
            through + 1.0 / BLOCKED
        )
