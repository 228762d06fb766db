"""Half-cycles: stretches of one current sign and level."""

from __future__ import annotations

from dataclasses import dataclass

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.halves import halves
from interlayer.record import Record


@dataclass(frozen=True)
class HalfCycle:
    """One half-cycle.

    Attributes
    ----------
    index : int
        From 0, in the order of the record.
    start_s, end_s : float
        Test time.
    rows : slice
        Its rows in `record.cycling`.
    current_A : float
        Mean current with its sign.
    charge_C : float
        Time integral of the current.
    direction : int
        +1 (strips the working electrode) or -1 (plates it).
    step : int or None
        Step Index of its first row.
    galvanostatic : bool
        Whether the current is constant.
    """

    index: int
    start_s: float
    end_s: float
    rows: slice
    current_A: float
    charge_C: float
    direction: int
    step: int | None
    galvanostatic: bool

    @property
    def duration_s(self) -> float:
        """How long it takes."""
        return self.end_s - self.start_s


def half_cycles(record: Record) -> tuple[HalfCycle, ...]:
    """Return the half-cycles of a record; none if it has no current (`no_half_cycles` says why)."""
    h = halves(Analysis(record))
    columns = zip(
        h.start_s.tolist(),
        h.end_s.tolist(),
        h.first.tolist(),
        h.stop.tolist(),
        h.current_A.tolist(),
        h.charge_C.tolist(),
        h.direction.tolist(),
        h.step.tolist(),
        h.galvanostatic.tolist(),
        strict=True,
    )
    return tuple(
        HalfCycle(k, start, end, slice(first, stop), i, q, sign, None if step < 0 else step, constant)
        for k, (start, end, first, stop, i, q, sign, step, constant) in enumerate(columns)
    )


def no_half_cycles(record: Record) -> str:
    """Return why a record has no half-cycles, or an empty text if it has some."""
    return halves(Analysis(record)).reason


def cycles_leapt(record: Record) -> int:
    """Return how many cycles a simulation leapt over: the cell went through more half-cycles than the record holds."""
    return int(record.provenance.extra.get("cycles_leapt") or 0)


def half_cycle_count(analysis: Analysis) -> tuple[Metric, ...]:
    """Return the number of half-cycles as a metric."""
    h = analysis.get(halves)
    if h.reason:
        return (Metric("half_cycles", None, "1", evidence=(h.reason,)),)
    incomplete = "" if analysis.record.complete else "; the record is incomplete, the last may be cut"
    if leapt := cycles_leapt(analysis.record):
        incomplete += f"; {leapt} cycles that were leapt over are not among them"
    evidence = (
        f"{int((h.direction > 0).sum())} with positive, {int((h.direction < 0).sum())} with negative current"
    )
    return (Metric("half_cycles", float(len(h)), "1", evidence=(evidence + incomplete,)),)
