"""A cell that was shorted before its first current: pressed through, or touching around the edge."""

from __future__ import annotations

from interlayer.trouble.mechanism import Mechanism, Slice


class FirstShunt(Mechanism):
    """G_0 from the beginning."""

    source = "closed form"

    def __init__(self, conductance_S: float) -> None:
        self.conductance_S = conductance_S

    def act(self, s: Slice) -> None:
        """Add the conductance."""
        s.shunt_S += self.conductance_S
