"""Contact that improves under pressure: power-law creep closes the gaps left by assembly.

Contact fraction f with df/dt = (1 - f)/tau and R_int over f (creep of lithium: Masias et al., J. Mater. Sci.
2019, 54, 2585); a benign fall of resistance.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class CreepWetting(Mechanism):
    def __init__(self, contact: float, tau_s: float) -> None:
        self.contact, self.tau_s = contact, tau_s

    def act(self, s: Slice) -> None:
        s.interface_ohm /= 1.0 - (1.0 - self.contact) * np.exp(-s.time_s / self.tau_s)
