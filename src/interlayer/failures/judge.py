"""From a record to the verdict on its cell."""

from __future__ import annotations

from interlayer.failures.verdict import Moment, Verdict
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.short import find_short


def find_verdict(analysis: Analysis) -> Verdict:
    """Judge a record: shorts and other failures, with time, half-cycle, confidence and evidence.

    Never raises for a record that cannot be judged: it is then 'unknown', and the evidence says why.
    """
    short = analysis.get(find_short)
    if short.kind is None:
        return Verdict("unknown", "unknown", None, None, 0.0, short.evidence)
    if short.kind == "none":
        return Verdict("none", "none", None, None, 0.5, short.evidence, judged_until_s=short.time_s)
    moments = (
        () if short.time_s is None else (Moment("short", short.time_s, short.half_cycle, short.evidence[0]),)
    )
    return Verdict(short.kind, "none", short.time_s, short.half_cycle, 0.5, short.evidence, moments)
