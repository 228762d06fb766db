"""A liquid or polymer that soaks into its separator and faces: the wet part grows as the square root of time.

Washburn, Phys. Rev. 1921, 17, 273, doi:10.1103/PhysRev.17.273.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class WashburnWetting(Mechanism):
    """R_int over its wet part, which is `first` at the beginning and all at `soaked_s`."""

    def __init__(self, first: float, soaked_s: float) -> None:
        self.first, self.soaked_s = first, soaked_s

    def act(self, s: Slice) -> None:
        front = np.sqrt(np.minimum(s.time_s / self.soaked_s, 1.0))
        s.interface_ohm /= self.first + (1.0 - self.first) * front
