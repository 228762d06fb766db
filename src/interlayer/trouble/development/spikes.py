"""Single rows far off: a range that switches to and fro in mid-step, or only where the current switches."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class Spikes(Fault):
    """Single rows within half-cycles whose |V| is many times too large or has the wrong sign.

    `at_switches`: only the first row after a change of current, as many instruments do: no trouble then.
    """

    def __init__(self, share: float, height: float, *, at_switches: bool) -> None:
        self.share, self.height, self.at_switches = share, height, at_switches

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        """Put the spikes in."""
        flowing = np.flatnonzero((rows.half_cycle >= 0) & rows.keep)
        if self.at_switches:
            first = flowing[np.diff(rows.half_cycle[flowing], prepend=-1) != 0]
            hit = first[rng.random(first.size) < 0.5]
        else:
            first = flowing[int(0.3 * flowing.size) :]
            count = max(12, int(self.share * first.size))
            hit = np.sort(rng.choice(first, min(count, first.size // 3), replace=False))
        sign = rng.choice([-1.0, 1.0], hit.size) if not self.at_switches else 1.0
        rows.voltage_V[hit] *= 1.0 + sign * self.height * rng.uniform(0.5, 1.0, hit.size)
        return None if self.at_switches or not hit.size else int(hit[0])
