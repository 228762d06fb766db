"""Faces that differ: |V| depends on the direction of the current."""

from __future__ import annotations

from interlayer.trouble.mechanism import Mechanism, Slice


class Asymmetry(Mechanism):
    """R_int x (1 + a) in one direction, x (1 - a) in the other."""

    source = "closed form"

    def __init__(self, amount: float) -> None:
        self.amount = amount

    def act(self, s: Slice) -> None:
        """Scale the interface."""
        s.interface_ohm *= 1.0 + self.amount * s.direction
