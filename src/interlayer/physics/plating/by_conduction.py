"""Where lithium plates in a layer that conducts ions and electrons: at either face of it, or inside."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp

from interlayer.physics.base import Drive, Mechanism, Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.constants import FARADAY

_SERIES: Final = 1e-3
"""Squared thickness over decay length below which the hyperbolic functions are taken from their series."""


class Shares(NamedTuple):
    """Where plated lithium lies, parts of the current through the layer; they sum to 1."""

    lithium: jax.Array
    """At Li|layer, on the electrode."""
    inside: jax.Array
    """Inside the layer."""
    electrolyte: jax.Array
    """At layer|electrolyte."""


class Line(NamedTuple):
    """The layer as a transmission line."""

    near: jax.Array
    """Conductance of deposition at Li|layer, S/m2."""
    far: jax.Array
    """At layer|electrolyte, S/m2."""
    volume: jax.Array
    """Inside, over the whole thickness, S/m2."""
    both: Scalar
    """Resistance against ions and electrons together, ohm m2."""
    flat: jax.Array
    """tanh(x)/x; 1 where deposition is even over the thickness."""
    fade: jax.Array
    """1 - 1/cosh(x)."""
    weight: jax.Array
    """Determinant of the line, S/m2."""


@mechanism
class PlatingByConduction(Mechanism):
    """A transmission line: ions come from the electrolyte, electrons from the electrode, and meet where it is easiest.

    Deposition is linear in the local overpotential eta = phi_ion - phi_electron, with a conductance at both faces
    (g_0 at the lithium, g_h at the electrolyte) and G inside. Then eta'' = G/h (r_i + r_e)/h eta, solved by
    hyperbolic functions of x = sqrt(G (r_i + r_e)); r_i, r_e are the layer's areal resistances against ions and
    electrons. Shares do not depend on the current. Electrons that are faster than ions plate at the electrolyte:
    with easy deposition everywhere its share is r_i/(r_i + r_e). Stripping takes lithium with the same shares, as
    long as there is some. The uncovered part of the face plates on the electrode, which there touches the electrolyte.
    """

    family = "plating"
    law = "by-conduction"
    equation = {  # noqa: RUF012
        "warmth": "arrhenius(activation_energy, temperature)",
        "resistance": "layer_resistance + leak_resistance",
        "depth_ratio": "sqrt(inside_conductance * layer_thickness * warmth * resistance)",
        "flat": "tanh(depth_ratio) / depth_ratio if depth_ratio > 0 else 1",
        "weight": "warmth * (inside_conductance * layer_thickness * flat + lithium_conductance"
        " + electrolyte_conductance + lithium_conductance * electrolyte_conductance * warmth * resistance * flat)",
        "share_at_lithium": "warmth * lithium_conductance / weight * (layer_resistance / resistance / cosh(depth_ratio)"
        " + leak_resistance / resistance * (1 + electrolyte_conductance * warmth * resistance * flat))",
        "share_at_electrolyte": "warmth * electrolyte_conductance / weight"
        " * (leak_resistance / resistance / cosh(depth_ratio)"
        " + layer_resistance / resistance * (1 + lithium_conductance * warmth * resistance * flat))",
        "share_inside": "warmth / weight * (inside_conductance * layer_thickness * flat + (lithium_conductance"
        " * layer_resistance + electrolyte_conductance * leak_resistance) / resistance * (1 - 1 / cosh(depth_ratio)))",
        "lithium_inside": "-current / F * coverage * share_inside if current < 0 or lithium_inside > 0 else 0",
        "lithium_at_electrolyte": "-current / F * coverage * share_at_electrolyte"
        " if current < 0 or lithium_at_electrolyte > 0 else 0",
        "lithium_bound": "lithium_inside + lithium_at_electrolyte",
        "filament_reach": "1 - coverage + coverage * (share_at_electrolyte"
        " + elsewhere_weight * (1 - share_at_electrolyte))",
    }
    references = ("newman2004", "han2019")
    states = (
        State("lithium_inside", "mol/m2", "Lithium Inside Layer", "plated inside the layer"),
        State(
            "lithium_at_electrolyte",
            "mol/m2",
            "Lithium at Electrolyte",
            "plated between layer and electrolyte",
        ),
    )

    lithium_conductance: Scalar = parameter(
        "S/cm2", "of deposition at Li|layer, i_0 F/RT (0.7 mA/cm2: 0.027)", default=0.027, bounds=(1e-9, 1e4)
    )
    electrolyte_conductance: Scalar = parameter(
        "S/cm2",
        "of deposition at layer|electrolyte; 0: nothing nucleates there",
        default=0.027,
        bounds=(0.0, 1e4),
    )
    inside_conductance: Scalar = parameter(
        "S/cm3",
        "of deposition inside, area of nuclei a volume times i_0 F/RT; 0: dense, or nothing nucleates",
        default=0.0,
        bounds=(0.0, 1e9),
    )
    activation_energy: Scalar = parameter(
        "eV", "of all three conductances (that of charge transfer)", default=0.5, bounds=(0.0, 1.5)
    )
    elsewhere_weight: Scalar = parameter(
        "1",
        "of lithium that plates elsewhere, in the current that drives filaments; 0: only what plates at the"
        " electrolyte does, 1: all does",
        default=0.0,
        bounds=(0.0, 1.0),
    )

    def line(self, drive: Drive) -> Line:
        """The transmission line of the covered face."""
        both = drive.layer_resistance + drive.leak_resistance
        warm = arrhenius(self.activation_energy, drive.temperature)
        near, far = self.lithium_conductance * warm, self.electrolyte_conductance * warm
        volume = self.inside_conductance * warm * drive.layer_thickness
        flat, fade = _flat(volume * both), _fade(volume * both)
        weight = volume * flat + near + far + near * far * both * flat
        return Line(near, far, volume, both, flat, fade, weight)

    def shares(self, drive: Drive) -> Shares:
        """Where the current through the covered face plates."""
        near, far, volume, both, flat, fade, weight = self.line(drive)
        some = jnp.asarray(both) > 0.0
        # what ions and electrons carry where lithium plates with ease at both faces
        by_ions = jnp.where(some, drive.leak_resistance / jnp.where(some, both, 1.0), 1.0)
        by_electrons = 1.0 - by_ions
        lithium = near * (by_electrons * (1.0 - fade) + by_ions * (1.0 + far * both * flat)) / weight
        electrolyte = far * (by_ions * (1.0 - fade) + by_electrons * (1.0 + near * both * flat)) / weight
        inside = (volume * flat + (near * by_electrons + far * by_ions) * fade) / weight
        return Shares(lithium, inside, electrolyte)

    def start(self, drive: Drive) -> dict[str, Any]:  # noqa: ARG002
        """All lithium is on the electrode."""
        return {"lithium_inside": jnp.asarray(0.0), "lithium_at_electrolyte": jnp.asarray(0.0)}

    def _driven(self, drive: Drive) -> dict[str, jax.Array]:
        """Rates while there is something to strip, mol/(m2 s)."""
        shares = self.shares(drive)
        plated = -drive.current / FARADAY * drive.coverage
        return {
            "lithium_inside": plated * shares.inside,
            "lithium_at_electrolyte": plated * shares.electrolyte,
        }

    def rates(self, states: States, drive: Drive) -> dict[str, jax.Array]:
        """Rates, mol/(m2 s)."""
        driven = self._driven(drive)
        return {
            n: jnp.where((states[n] <= 0.0) & (drive.current >= 0.0), 0.0, rate) for n, rate in driven.items()
        }

    def advance(self, states: States, drive: Drive, dt: Scalar) -> dict[str, jax.Array]:
        """Exact at constant current."""
        return {n: jnp.maximum(states[n] + rate * dt, 0.0) for n, rate in self._driven(drive).items()}

    def lithium_bound(self, states: States) -> Scalar:
        """Lithium that is not on the electrode, mol/m2."""
        return states["lithium_inside"] + states["lithium_at_electrolyte"]

    def filament_reach(self, drive: Drive) -> Scalar:
        """Share of the plating current that can drive a filament: what touches the electrolyte."""
        touching = self.shares(drive).electrolyte
        counted = touching + self.elsewhere_weight * (1.0 - touching)
        return 1.0 - drive.coverage + drive.coverage * counted


def _flat(square: Scalar) -> jax.Array:
    """tanh(x)/x of x squared, with its derivatives at zero."""
    small = jnp.asarray(square) < _SERIES
    x = jnp.sqrt(jnp.where(small, 1.0, square))
    series = 1.0 + square * (
        -1.0 / 3.0 + square * (2.0 / 15.0 + square * (-17.0 / 315.0 + square * 62.0 / 2835.0))
    )
    return jnp.where(small, series, jnp.tanh(x) / x)


def _fade(square: Scalar) -> jax.Array:
    """1 - 1/cosh(x) = tanh(x) tanh(x/2) of x squared, with its derivatives at zero."""
    small = jnp.asarray(square) < _SERIES
    x = jnp.sqrt(jnp.where(small, 1.0, square))
    series = square * (0.5 + square * (-5.0 / 24.0 + square * (61.0 / 720.0 - square * 277.0 / 8064.0)))
    return jnp.where(small, series, jnp.tanh(x) * jnp.tanh(0.5 * x))
