"""Loss of the shape within half-cycles: an arc that becomes a rectangle, as the current no longer moves lithium."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer.failures.trace import trace
from interlayer.metrics.analysis import Analysis


@dataclass(frozen=True)
class Shape:
    """How much |V| changes within half-cycles before and after a moment.

    Attributes
    ----------
    before, after : float or None
        Median of the range of |V|/|I| within a half-cycle over its level, noise taken out; None if unknown.
    lost : bool
        Whether less than a third is left of a shape that was seen clearly.
    detail : str
    """

    before: float | None
    after: float | None
    lost: bool
    detail: str


def shape_around(analysis: Analysis, half: int) -> Shape:
    """Compare the shape of the half-cycles before and after one."""
    t = analysis.get(trace)
    amount = _amounts(analysis)
    before, after = amount[:half], amount[half + 1 :]
    before, after = before[np.isfinite(before)][-12:], after[np.isfinite(after)][:12]
    if before.size < 2 or after.size < 2 or t.reason:
        return Shape(None, None, False, "shape within half-cycles: too few on one side to compare")
    one, two = float(np.median(before)), float(np.median(after))
    lost = one > 0.05 and two < one / 3.0
    verb = "is lost" if lost else "stays"
    return Shape(
        one, two, lost, f"shape within half-cycles {verb}: |V| changes by {one:.1%} before, {two:.1%} after"
    )


def _amounts(analysis: Analysis) -> np.ndarray:
    """Range within each half-cycle between the 10 % and 90 % quantile of its slices over its level, shape (h,)."""
    t = analysis.get(trace)
    out = np.full(len(t.halves), np.nan)
    if not t.ohm.size:
        return out
    inner = t.share > 0.03
    owner, value = t.owner[inner], t.ohm[inner]
    number = np.bincount(owner, minlength=len(t.halves))
    ordered = value[np.lexsort((value, owner))]
    begin = np.cumsum(number) - number
    some = np.flatnonzero(number >= 6)
    low = ordered[begin[some] + (0.1 * (number[some] - 1)).astype(int)]
    high = ordered[begin[some] + (0.9 * (number[some] - 1)).astype(int)]
    # what noise alone would spread
    spread = 2.56 * t.noise_ohm[some]
    with np.errstate(invalid="ignore", divide="ignore"):
        level = np.abs(t.level_ohm[some])
        out[some] = np.sqrt(np.maximum((high - low) ** 2 - spread**2, 0.0)) / level
    return out
