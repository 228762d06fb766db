"""A cell that is unplugged and plugged in again: its contacts differ a little each time.

Scatter of resistances of plug contacts (Holm, Electric Contacts, 1967, ch. 4). Benign as long as it is a small
part; a shunt that lies beside the cell is taken to lie beside this, too.
"""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Mechanism, Slice


class RepluggedCable(Mechanism):
    """`at`: half-cycles before which it happens, sorted; `ohm`: of the contacts before the first and after each."""

    def __init__(self, at: np.ndarray, ohm: np.ndarray) -> None:
        self.at, self.ohm = at, ohm

    def act(self, s: Slice) -> None:
        s.bulk_ohm += self.ohm[int(np.searchsorted(self.at, s.half_cycle, side="right"))]
