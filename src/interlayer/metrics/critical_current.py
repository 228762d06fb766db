"""Critical current density of a ramp, as the interval (last passed, first failed]."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.dc_asr import NO_AREA
from interlayer.metrics.halves import halves
from interlayer.metrics.levels import Level, is_same, levels, mode
from interlayer.metrics.short import Short, find_short
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
        Whether no short occurred up to the last level.
    short : Short
        The verdict behind it.
    criterion : str
        What counts as failed.
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


CRITERION = "failed is the level in which a short begins (sudden fall of |V|/|I| or a collapse that stays)"


def find_critical_current(analysis: Analysis) -> CriticalCurrent:
    """Find the ramp of a record and where it failed."""
    verdict = analysis.get(find_short)
    ramp = _ramp(analysis.get(levels))
    if verdict.kind is None:
        return _nothing(verdict, verdict.evidence[0])
    if len(ramp) < 2:
        return _nothing(verdict, "no ramp: the current does not rise in steps")
    h = analysis.get(halves)
    first, stop = ramp[0].first, ramp[-1].stop
    failed: Level | None = None
    if verdict.half_cycle is not None:
        if verdict.half_cycle < first:
            return _nothing(verdict, "the cell shorted before the ramp began")
        failed = next((x for x in ramp if x.first <= verdict.half_cycle < x.stop), None)
    passed = [x for x in ramp if failed is None or x.stop <= failed.first]
    if failed is None and not _is_finished(analysis, ramp[-1]):
        passed = passed[:-1]
        if not passed:
            return _nothing(verdict, "no level of the ramp was finished")
    last = passed[-1] if passed else None
    until = stop if failed is None else failed.stop
    counted = np.abs(h.charge_C[:until])
    if verdict.half_cycle is not None and failed is not None:
        k = verdict.half_cycle
        share = (verdict.time_s or h.end_s[k]) - h.start_s[k]
        part = counted[k] * min(1.0, max(0.0, share / max(float(h.duration_s[k]), 1e-300)))
        counted = np.append(counted[:k], part)
    charge = float(counted.sum())
    area = analysis.record.area_m2
    rises = np.diff([x.current_A for x in ramp])
    both = len(set(h.direction[first:until].tolist())) > 1
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
        short=verdict,
        criterion=CRITERION,
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


def _is_finished(analysis: Analysis, level: Level) -> bool:
    """Whether a level lasted as long as its mode asks (a running test's last level may be cut)."""
    h = analysis.get(halves)
    if level.count > 1 or level.first == 0:
        usual = float(np.median(np.abs(h.charge_C[level.first : level.stop])))
        return abs(float(h.charge_C[level.stop - 1])) >= 0.9 * usual or level.count > 2
    earlier = slice(max(0, level.first - 4), level.first)
    time_like = h.duration_s[level.first] >= 0.9 * float(np.median(h.duration_s[earlier]))
    charge_like = abs(float(h.charge_C[level.first])) >= 0.9 * float(np.median(np.abs(h.charge_C[earlier])))
    return bool(time_like or charge_like)


def _nothing(verdict: Short, reason: str) -> CriticalCurrent:
    return CriticalCurrent(
        None, None, None, None, None, None, "", "", None, None, False, verdict, CRITERION, reason
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
    return (Metric(name, value, unit, bound=bound, evidence=(text,)),)


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
    half = None if passed else found.short.half_cycle
    time = None if passed else found.short.time_s
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
