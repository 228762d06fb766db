"""Liquid cells: mossy lithium is stripped first, at a low overpotential, then the bulk has to be pitted.

The change comes where the mossy lithium of the half-cycle before is used up; dead lithium piles up and its
pores lengthen the path of the ions, the more the tighter they are (Wood et al., ACS Cent. Sci. 2016, 2, 790;
Chen et al., J. Mater. Chem. A 2017, 5, 11671).
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class MossyLithium(Mechanism):
    def __init__(
        self, mossy: float, width: float, pitting: float, spike: float, spike_s: float, dead: float
    ) -> None:
        self.mossy, self.width, self.pitting = mossy, width, pitting
        self.spike, self.spike_s, self.dead = spike, spike_s, dead

    def act(self, s: Slice) -> None:
        pile = 1.0 + self.dead * max(s.half_cycle, 0)
        if s.direction:
            used = 0.5 * (1.0 + np.tanh((s.share - self.mossy) / self.width))
            nuclei = self.spike * np.exp(-s.elapsed_s / self.spike_s)
            s.interface_ohm *= pile * (1.0 + self.pitting * used + nuclei)
        else:
            s.interface_ohm *= pile
