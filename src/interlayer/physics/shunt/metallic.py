"""A filament that has crossed stays what it is until it is stripped back."""

from __future__ import annotations

from typing import ClassVar

from interlayer.physics.base import Mechanism, Scalar, States, mechanism


@mechanism
class MetallicShunt(Mechanism):
    """The metal of the fresh filament, of its own length and cross-section; gone once it is shorter than the pellet."""

    family: ClassVar[str] = "shunt"
    law: ClassVar[str] = "metallic"
    equation = {"size": "1.0"}  # noqa: RUF012
    references: ClassVar[tuple[str, ...]] = ("porz2017",)

    def size(self, states: States) -> Scalar:  # noqa: ARG002
        """Conductance over that of the fresh filament."""
        return 1.0

    def hard_size(self, conductance: float) -> float | None:  # noqa: ARG002
        """No level at which it changes its nature."""
        return None
