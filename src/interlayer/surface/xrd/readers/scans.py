"""Several scans of one file: repeats are summed, ranges put end to end, anything else stays apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from interlayer.record.record import Finding
from interlayer.surface.xrd.pattern import Pattern


def joined(patterns: Sequence[Pattern]) -> tuple[Pattern, ...]:
    """Return the patterns that a file's scans make together."""
    if len(patterns) < 2:
        return tuple(patterns)
    first = patterns[0]
    if all(_same_grid(first, one) for one in patterns[1:]):
        return (_summed(patterns),)
    if all(_follows(a, b) for a, b in pairwise(patterns)):
        return (_end_to_end(patterns),)
    return tuple(
        replace(one, sample=f"{one.sample} scan {number}".strip())
        for number, one in enumerate(patterns, start=1)
    )


def noted(pattern: Pattern, finding: Finding) -> Pattern:
    """Return the pattern with one finding more."""
    return replace(pattern, findings=(*pattern.findings, finding))


def _same_grid(one: Pattern, other: Pattern) -> bool:
    return (
        one.intensity_unit == other.intensity_unit == "counts"
        and one.two_theta_deg.shape == other.two_theta_deg.shape
        and bool(np.allclose(one.two_theta_deg, other.two_theta_deg, atol=1e-4))
    )


def _follows(one: Pattern, other: Pattern) -> bool:
    if not len(one.two_theta_deg) or not len(other.two_theta_deg):
        return False
    return one.radiation == other.radiation and bool(one.two_theta_deg[-1] < other.two_theta_deg[0])


def _summed(patterns: Sequence[Pattern]) -> Pattern:
    first = patterns[0]
    times = [one.counting_s for one in patterns]
    known = [t for t in times if t is not None]
    errors = [one.sigma for one in patterns]
    sigma = None
    if any(e is not None for e in errors):
        sigma = np.sqrt(
            np.sum(
                [np.maximum(p.intensity, 1.0) if p.sigma is None else p.sigma**2 for p in patterns],
                axis=0,
            )
        )
    return noted(
        replace(
            first,
            intensity=np.sum([one.intensity for one in patterns], axis=0),
            counting_s=sum(known) if len(known) == len(times) else None,
            sigma=sigma,
            findings=tuple(dict.fromkeys(f for one in patterns for f in one.findings)),
        ),
        Finding("summed_scans", f"{len(patterns)} scans of the same range were summed", "note"),
    )


def _end_to_end(patterns: Sequence[Pattern]) -> Pattern:
    first = patterns[0]
    times = {one.counting_s for one in patterns}
    units = {one.intensity_unit for one in patterns}
    alike = len(times) == 1 and len(units) == 1
    can_rate = None not in times and units == {"counts"}
    parts, unit = [one.intensity for one in patterns], first.intensity_unit
    sigma = None
    if not alike and can_rate:
        parts = [one.intensity / (one.counting_s or 1.0) for one in patterns]
        sigma = np.concatenate(
            [np.sqrt(np.maximum(one.intensity, 1.0)) / (one.counting_s or 1.0) for one in patterns]
        )
        unit = "counts/s"
    findings = tuple(dict.fromkeys(f for one in patterns for f in one.findings))
    how = (
        " as counts/s"
        if sigma is not None
        else ""
        if alike
        else "; their units or times differ, expect a step"
    )
    return replace(
        first,
        two_theta_deg=np.concatenate([one.two_theta_deg for one in patterns]),
        intensity=np.concatenate(parts),
        intensity_unit=unit,
        counting_s=first.counting_s if alike else None,
        sigma=sigma,
        findings=(
            *findings,
            Finding("joined_ranges", f"{len(patterns)} ranges were put end to end{how}", "note"),
        ),
    )
