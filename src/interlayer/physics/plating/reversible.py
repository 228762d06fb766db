"""Plated lithium that can all be stripped again."""

from __future__ import annotations

from interlayer.physics.base import Mechanism, Scalar, States, mechanism


@mechanism
class ReversiblePlating(Mechanism):
    """Every plated atom stays in contact: the usual picture with lithium in excess."""

    family = "plating"
    law = "reversible"
    equation = {"lithium_bound": "0.0"}  # noqa: RUF012

    def lithium_bound(self, states: States) -> Scalar:  # noqa: ARG002
        """Lithium out of reach: none."""
        return 0.0
