"""What a finder of failures other than shorts returns."""

from __future__ import annotations

from dataclasses import dataclass

from interlayer.failures.rises import Rise
from interlayer.failures.trace import time_text, trace
from interlayer.metrics.analysis import Analysis


@dataclass(frozen=True)
class Failure:
    """A failure other than a short.

    Attributes
    ----------
    name : str
        One of `interlayer.failures.verdict.FAILURES`.
    time_s : float
    half : int
    weight : float
        How well the record fits it; the best of those above zero is taken.
    detail : str
    """

    name: str
    time_s: float
    half: int
    weight: float
    detail: str


def rise_text(analysis: Analysis, one: Rise) -> str:
    """Say how far |V|/|I| rises, and since when."""
    t = analysis.get(trace)
    where = "within half-cycles" if one.within else "from half-cycle to half-cycle"
    return (
        f"{t.what} rises to {one.factor:.3g} times that of the sound cell, {where}, from {time_text(one.time_s)} "
        f"(half-cycle {one.half}) on"
    )
