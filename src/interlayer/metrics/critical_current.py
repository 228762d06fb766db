"""Critical current density of a ramp, as the interval (last passed, first failed]."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.failures import judge
from interlayer.failures.verdict import Verdict
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.dc_asr import NO_AREA
from interlayer.metrics.halves import halves
from interlayer.metrics.levels import Level, is_same, levels, mode
from interlayer.metrics.short import KINDS, Short, find_short
from interlayer.record import Record


@dataclass(frozen=True)
class CriticalCurrent:
    """Critical current of one ramp; everything None with a reason if there is no ramp to judge.

    Attributes
    ----------
    last_passed_A, first_failed_A : float or None
        Absolute currents. `first_failed_A` is None if no short occurred (censored: the value is at least
        `last_passed_A`); `last_passed_A` is None if the first level failed.
    last_passed_A_m2, first_failed_A_m2 : float or None
        The same as densities; None without an area.
    step_A : float or None
        Median rise between levels.
    duration_s : float or None
        Median duration of a half-cycle.
    mode : str
        'time-constant', 'capacity-constant' or 'mixed'.
    directions : str
        'alternating' or 'one direction'.
    cumulative_charge_C : float or None
        Sum of |charge| of all half-cycles of the record up to the short, or to the end.
    cumulative_areal_capacity_C_m2 : float or None
        The same per area (CAC).
    censored : bool
        Whether no level failed up to the last one.
    short : Short
        The verdict behind it.
    criterion : str
        What counts as failed.
    ended_by : str
        'short', another failure of `interlayer.failures.verdict.FAILURES`, or 'none'.
    reason : str
        Why there is no result, else empty.
    """

    last_passed_A: float | None
    first_failed_A: float | None
    last_passed_A_m2: float | None
    first_failed_A_m2: float | None
    step_A: float | None
    duration_s: float | None
    mode: str
    directions: str
    cumulative_charge_C: float | None
    cumulative_areal_capacity_C_m2: float | None
    censored: bool
    short: Short
    criterion: str
    reason: str = ""
    ended_by: str = "none"


CRITERION = "failed is the level in which a short begins (a fall of |V|/|I|, see the verdict)"
OTHER_CRITERION = (
    "failed is the level in which {} begins; no short occurred, so this is no critical current of shorting"
)
NAMES = {
    "contact_loss": "loss of contact",
    "depletion": "depletion",
    "runaway": "run-away of the resistance",
    "unknown": "a failure of unknown kind",
}


def find_critical_current(analysis: Analysis) -> CriticalCurrent:
    """Find the ramp of a record and where it failed."""
    short, verdict = analysis.get(find_short), analysis.get(judge.find_verdict)
    ramp = _ramp(analysis.get(levels))
    if short.kind is None:
        return _nothing(short, short.evidence[0])
    if len(ramp) < 2:
        return _nothing(short, "no ramp: the current does not rise in steps")
    first, stop = ramp[0].first, ramp[-1].stop
    ended, half, time = _end_of(verdict)
    failed: Level | None = None
    if half is not None and ended != "instrument":
        if half < first:
            what = "shorted" if ended == "short" else "failed"
            return _nothing(short, f"the cell {what} before the ramp began")
        failed = next((x for x in ramp if x.first <= half < x.stop), None)
    passed = [x for x in ramp if failed is None or x.stop <= failed.first]
    if ended == "instrument" and half is not None:
        # what came after trouble with the instrument says nothing of the cell
        passed = [x for x in passed if x.stop <= half]
    elif failed is None and not _is_finished(analysis, ramp):
        passed = passed[:-1]
    if failed is None and not passed:
        return _nothing(short, "no level of the ramp was finished")
    if failed is None:
        ended = "none" if ended != "instrument" else ended
    return _interval(analysis, ramp, passed, failed, stop, (ended, half, time), short)


def _end_of(verdict: Verdict) -> tuple[str, int | None, float | None]:
    """What ended it, in which half-cycle and when: whatever began first, a short if both did at once."""
    has_short = verdict.short in KINDS and verdict.short_half_cycle is not None
    has_other = verdict.failure not in ("none", "unknown") and verdict.failure_half_cycle is not None
    if has_short and not (has_other and (verdict.failure_s or 0.0) < (verdict.short_s or 0.0)):
        return "short", verdict.short_half_cycle, verdict.short_s
    if has_other:
        if has_short:  # a short is what the ramp is run for, also where contact was lost before
            return "short", verdict.short_half_cycle, verdict.short_s
        return verdict.failure, verdict.failure_half_cycle, verdict.failure_s
    return "none", None, None


def _interval(
    analysis: Analysis,
    ramp: tuple[Level, ...],
    passed: list[Level],
    failed: Level | None,
    stop: int,
    end: tuple[str, int | None, float | None],
    short: Short,
) -> CriticalCurrent:
    h, area = analysis.get(halves), analysis.record.area_m2
    ended, half, time = end
    first = ramp[0].first
    last = passed[-1] if passed else None
    until = stop if failed is None else failed.stop
    counted = np.abs(h.charge_C[:until])
    if half is not None and failed is not None:
        share = (time or float(h.end_s[half])) - float(h.start_s[half])
        part = counted[half] * min(1.0, max(0.0, share / max(float(h.duration_s[half]), 1e-300)))
        counted = np.append(counted[:half], part)
    charge = float(counted.sum())
    rises = np.diff([x.current_A for x in ramp])
    both = len(set(h.direction[first:until].tolist())) > 1
    other = ended not in ("short", "none", "instrument")
    return CriticalCurrent(
        last_passed_A=None if last is None else last.current_A,
        first_failed_A=None if failed is None else failed.current_A,
        last_passed_A_m2=None if last is None or area is None else last.current_A / area,
        first_failed_A_m2=None if failed is None or area is None else failed.current_A / area,
        step_A=float(np.median(rises)),
        duration_s=float(np.median(h.duration_s[first:until])),
        mode=mode(h, first, until),
        directions="alternating" if both else "one direction",
        cumulative_charge_C=charge,
        cumulative_areal_capacity_C_m2=None if area is None else charge / area,
        censored=failed is None,
        short=short,
        criterion=OTHER_CRITERION.format(NAMES.get(ended, ended)) if other else CRITERION,
        ended_by=ended,
    )


def _ramp(all_levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Longest run of levels with strictly rising current."""
    best: tuple[Level, ...] = ()
    run: list[Level] = []
    for level in all_levels:
        if run and not (
            level.current_A > run[-1].current_A and not is_same(level.current_A, run[-1].current_A)
        ):
            run = []
        run.append(level)
        if len(run) > len(best):
            best = tuple(run)
    return best


def _is_finished(analysis: Analysis, ramp: tuple[Level, ...]) -> bool:
    """Whether the last level has as many half-cycles as those before, and the last of them as long as they asks."""
    h, level = analysis.get(halves), ramp[-1]
    usual = int(np.median([x.count for x in ramp[:-1]]))
    if level.count < usual:
        return False
    last = level.stop - 1
    earlier = slice(max(0, last - 4), last)
    if last == 0:
        return True
    time_like = h.duration_s[last] >= 0.9 * float(np.median(h.duration_s[earlier]))
    charge_like = abs(float(h.charge_C[last])) >= 0.9 * float(np.median(np.abs(h.charge_C[earlier])))
    return bool(time_like or charge_like)


def _nothing(short: Short, reason: str) -> CriticalCurrent:
    return CriticalCurrent(
        None, None, None, None, None, None, "", "", None, None, False, short, CRITERION, reason
    )


def critical_current(record: Record) -> CriticalCurrent:
    """Return the critical current of a ramp as the interval (last passed, first failed]."""
    return find_critical_current(Analysis(record))


def critical_current_last_passed(analysis: Analysis) -> tuple[Metric, ...]:
    """Highest current of the ramp that passed, mA."""
    return _metric(analysis, "critical_current_last_passed", "mA")


def critical_current_first_failed(analysis: Analysis) -> tuple[Metric, ...]:
    """Lowest current of the ramp that failed, mA."""
    return _metric(analysis, "critical_current_first_failed", "mA")


def critical_current_density_last_passed(analysis: Analysis) -> tuple[Metric, ...]:
    """Highest current density of the ramp that passed, mA/cm2."""
    return _metric(analysis, "critical_current_density_last_passed", "mA/cm2")


def critical_current_density_first_failed(analysis: Analysis) -> tuple[Metric, ...]:
    """Lowest current density of the ramp that failed, mA/cm2."""
    return _metric(analysis, "critical_current_density_first_failed", "mA/cm2")


def cumulative_areal_capacity(analysis: Analysis) -> tuple[Metric, ...]:
    """Areal charge passed in both directions up to the short, or to the end of the ramp, mAh/cm2."""
    name, unit = "cumulative_areal_capacity", "mAh/cm2"
    found = analysis.get(find_critical_current)
    if found.reason:
        return (Metric(name, None, unit, evidence=(found.reason,)),)
    if found.cumulative_areal_capacity_C_m2 is None:
        return (Metric(name, None, unit, evidence=(NO_AREA,)),)
    value = found.cumulative_areal_capacity_C_m2 / units.factor(unit)
    bound = ">=" if found.censored else None
    text = "sum of |charge| over all half-cycles, both directions"
    return (Metric(name, value, unit, bound=bound, evidence=(text, found.criterion)),)


def _metric(analysis: Analysis, name: str, unit: str) -> tuple[Metric, ...]:
    found = analysis.get(find_critical_current)
    if found.reason:
        return (Metric(name, None, unit, evidence=(found.reason,)),)
    passed = name.endswith("last_passed")
    density = unit != "mA"
    if density and analysis.record.area_m2 is None:
        return (Metric(name, None, unit, evidence=(NO_AREA,)),)
    evidence = (*_conditions(analysis, found), *found.short.evidence)
    if passed:
        value = found.last_passed_A_m2 if density else found.last_passed_A
        missing = "the first level failed"
    else:
        value = found.first_failed_A_m2 if density else found.first_failed_A
        missing = "no short occurred: no level failed"
    if value is None:
        return (Metric(name, None, unit, evidence=(missing, *evidence)),)
    bound = ">=" if passed and found.censored else None
    half, time = (None, None) if passed else _end_of(analysis.get(judge.find_verdict))[1:]
    return (Metric(name, value / units.factor(unit), unit, None, half, time, bound, evidence),)


def _conditions(analysis: Analysis, found: CriticalCurrent) -> tuple[str, ...]:
    """Say how the ramp was run."""
    parts = [found.directions, found.mode]
    if found.duration_s is not None:
        parts.append(f"half-cycles of {found.duration_s / units.factor('h'):.4g} h")
    if found.step_A is not None:
        parts.append(f"steps of {found.step_A / units.factor('mA'):.4g} mA")
    area = analysis.record.area_m2
    if area is not None:
        parts.append(f"area {area / units.factor('cm2'):.4g} cm2")
    return ("ramp: " + ", ".join(parts), found.criterion)
