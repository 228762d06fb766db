"""How far a test has come."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Slice


def position(s: Slice) -> np.ndarray:
    """Half-cycles that have passed, with the share of the running one, shape (n,)."""
    return max(s.half_cycle, 0) + (s.share if s.direction else np.ones_like(s.time_s))


def series_ohm(s: Slice) -> np.ndarray:
    """Sum of the ionic resistances of the moment, shape (n,)."""
    total = s.bulk_ohm + s.boundary_ohm + s.interface_ohm
    return total + sum(s.failing_ohm.values(), np.zeros_like(total))
