"""Plated lithium that can all be stripped again."""

from __future__ import annotations

from typing import ClassVar

from interlayer.physics.base import Drive, Mechanism, Scalar, States, mechanism


@mechanism
class ReversiblePlating(Mechanism):
    """Every plated atom stays in contact: the usual picture with lithium in excess."""

    family: ClassVar[str] = "plating"
    law: ClassVar[str] = "reversible"
    equation = {"lithium_bound": "0.0", "filament_reach": "1.0"}  # noqa: RUF012
    references: ClassVar[tuple[str, ...]] = ("textbook",)

    def lithium_bound(self, states: States) -> Scalar:  # noqa: ARG002
        """Lithium out of reach: none."""
        return 0.0

    def filament_reach(self, drive: Drive) -> Scalar:  # noqa: ARG002
        """Share of the plating current that can drive a filament: all of it."""
        return 1.0
