"""The instrument's count of cycles and half-cycles against the turns of the current."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.record import schema as s
from interlayer.record.control_check import MODE
from interlayer.record.record import Finding, Record

HALF_CYCLE: Final = "half cycle / 1"
"""EC-Lab's count of half-cycles."""
SIGNIFICANT: Final = 0.01
"""Currents below this share of the largest count as zero."""
TOLERANCE: Final = 0.1
_LEAST_TURNS: Final = 3


def half_cycle_numbers(record: Record) -> tuple[Finding, ...]:
    """Counts that run backwards, or that differ from the turns of the current by more than a tenth."""
    findings: list[Finding] = []
    table = record.cycling
    for label in (s.CYCLE, HALF_CYCLE):
        if label not in table.columns or table[label].null_count() == len(table):
            continue
        number = record.array(label)
        known = number[np.isfinite(number)]
        back = np.flatnonzero(np.diff(known) < 0)
        if back.size:
            at = int(back[0])
            detail = (
                f"{label} falls {back.size} times, first from {known[at]:g} to {known[at + 1]:g}: "
                "a restart, or files that were joined; half-cycles are counted from the current instead"
            )
            findings.append(Finding("cycle_count_falls", detail, "warning", int(back.size)))
    if HALF_CYCLE in record.columns and not any(x.name == "cycle_count_falls" for x in findings):
        findings += _against_current(record)
    return tuple(findings)


def _against_current(record: Record) -> list[Finding]:
    current, number = record.array(s.CURRENT), record.array(HALF_CYCLE)
    good = np.isfinite(current) & np.isfinite(number)
    if MODE in record.columns:
        # where the voltage is controlled the current may turn at any time
        good &= record.array(MODE) == 1
    if not good.any():
        return []
    sign = np.sign(np.where(np.abs(current) > SIGNIFICANT * np.abs(current[good]).max(), current, 0.0))[good]
    sign = sign[sign != 0]
    turns = int((np.diff(sign) != 0).sum()) + 1 if sign.size else 0
    counted = np.unique(number[good]).size
    if turns < _LEAST_TURNS or abs(counted - turns) <= max(1.0, TOLERANCE * turns):
        return []
    detail = f"the instrument counts {counted} half-cycles, the current turns into {turns}: its numbers are not used"
    return [Finding("half_cycle_count", detail, "note", abs(counted - turns))]
