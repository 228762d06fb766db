"""Short circuits: what the verdict on a cell says of them, as a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.failures import judge
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.halves import Halves, halves
from interlayer.record import Record

KINDS = ("soft", "hard", "recovering")
"""Kinds of short, as `interlayer.failures.verdict.SHORTS` names them."""


@dataclass(frozen=True)
class Short:
    """Verdict on short circuits.

    Attributes
    ----------
    kind : 'none', 'soft', 'hard', 'recovering' or None
        None if the record cannot tell; `evidence` says why.
    time_s : float or None
        When it began; for 'none' the end of what was judged.
    half_cycle : int or None
        Number of the half-cycle in which it began.
    evidence : tuple of str
    """

    kind: str | None
    time_s: float | None
    half_cycle: int | None
    evidence: tuple[str, ...]


def find_short(analysis: Analysis) -> Short:
    """Take the short from the verdict on a record."""
    verdict = analysis.get(judge.find_verdict)
    if verdict.short == "unknown":
        return Short(None, None, None, verdict.evidence)
    if verdict.short not in KINDS:
        return Short("none", verdict.judged_until_s, None, verdict.evidence)
    return Short(verdict.short, verdict.short_s, verdict.short_half_cycle, verdict.evidence)


def short(record: Record) -> Short:
    """Return whether, when and how a cell shorted."""
    return find_short(Analysis(record))


def time_to_short(analysis: Analysis) -> tuple[Metric, ...]:
    """Time until the first short in h; '>=' the judged time if there was none."""
    found = analysis.get(find_short)
    name, hour = "time_to_short", units.factor("h")
    if found.kind is None or found.time_s is None:
        return (Metric(name, None, "h", evidence=found.evidence),)
    value = (found.time_s - _origin(analysis.get(halves))) / hour
    bound = ">=" if found.kind == "none" else None
    evidence = (f"short: {found.kind}", *found.evidence)
    return (Metric(name, value, "h", None, found.half_cycle, found.time_s, bound=bound, evidence=evidence),)


def _origin(h: Halves) -> float:
    """Time of the record's first row."""
    finite = h.time_s[np.isfinite(h.time_s)]
    return float(finite[0]) if finite.size else 0.0
