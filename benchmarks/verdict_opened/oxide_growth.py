"""An interphase that grows linearly first, then parabolically: Deal and Grove, J. Appl. Phys. 1965, 36, 3770.

x^2 + A x = B t, so x = A/2 (sqrt(1 + 4 B t/A^2) - 1); its resistance is proportional to x.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class OxideGrowth(Mechanism):
    def __init__(self, share: float, knee_s: float) -> None:
        self.share, self.knee_s = share, knee_s

    def act(self, s: Slice) -> None:
        s.interface_ohm *= 1.0 + self.share * (np.sqrt(1.0 + s.time_s / self.knee_s) - 1.0)
