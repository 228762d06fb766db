"""Physical consistency of measured records: each check names what is odd, where, and how often.

A check reads a record and returns findings; it repairs nothing and raises nothing. Its findings are
'note' (worth knowing), 'warning' (look at it) or 'error' (numbers that rest on it are not to be had).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer import units
from interlayer.record import schema as s
from interlayer.record.control_check import control
from interlayer.record.default_amounts import default_amounts
from interlayer.record.half_cycle_check import half_cycle_numbers
from interlayer.record.implausible_check import implausible
from interlayer.record.record import Finding, Record

Findings = tuple[Finding, ...]
Check = Callable[[Record], Findings]
FloatArray = NDArray[np.float64]

LOCAL_TIME: Final = "Local Time / s"
"""Extra column: wall clock of a computer whose time zone is not known."""
STEP_TYPE: Final = "Step Type / 1"
"""Extra column: kind of step as the cycler names it, ending in _Chg or _DChg where it can only do one."""
DEFAULT_AREAS_CM2: Final = (0.0, 0.001)
"""Electrode areas that instruments print when nobody entered one."""

_CLOCK_TOLERANCE_S: Final = 2.0
_CLOCK_TOLERANCE: Final = 1e-3
_CHARGE_TOLERANCE: Final = 0.02
_MODULUS_TOLERANCE: Final = 1e-3
_SIGNIFICANT_CURRENT: Final = 0.01
"""Currents below this fraction of the largest one have a sign by noise only."""
_CLIPPED_ROWS: Final = 5
_CLIPPED_VOLTAGE_V: Final = 1.0
_LONGEST_REGULAR_GAP_S: Final = 60.0


def run(record: Record) -> Findings:
    """Return what all checks find, in their order."""
    # Numbers of damaged files can have any size.
    with np.errstate(over="ignore", invalid="ignore"):
        return tuple(finding for check in ALL_CHECKS for finding in check(record))


# --- what is there ---------------------------------------------------------------------------------------


def rows(record: Record) -> Findings:
    """The record holds rows at all."""
    if len(record.table):
        return ()
    return (Finding("no_rows", "the file has its columns but not a single row of data", "error", 0),)


def missing_columns(record: Record) -> Findings:
    """Lists the columns of the schema that the source lacks; time and what was measured are warnings."""
    if not len(record.table):
        return ()
    empty = [label for label in s.CORE_LABELS if record.table[label].null_count() == len(record.table)]
    has_spectra, has_cycling = bool(record.spectra), len(record.cycling) > 0
    needed = [s.TIME]
    needed += [s.VOLTAGE, s.CURRENT] if has_cycling else []
    needed += [s.FREQUENCY, s.Z_REAL, s.Z_IMAG] if has_spectra else []
    lacking = [label for label in needed if label in empty]
    of_spectra = (s.SPECTRUM, s.FREQUENCY, s.Z_REAL, s.Z_IMAG)
    others = [label for label in empty if label not in lacking and (has_spectra or label not in of_spectra)]
    findings: list[Finding] = []
    if lacking:
        findings.append(Finding("missing_columns", "not in the file: " + ", ".join(lacking)))
    if others:
        findings.append(Finding("absent_columns", "not in the file: " + ", ".join(others), "note"))
    return tuple(findings)


def blank_points(record: Record) -> Findings:
    """Rows without time, voltage or current although the column is filled elsewhere."""
    table = record.cycling
    found = {
        label: table[label].null_count()
        for label in (s.TIME, s.VOLTAGE, s.CURRENT)
        if 0 < table[label].null_count() < len(table)
    }
    if not found:
        return ()
    shown = ", ".join(f"{label}: {n}" for label, n in found.items())
    return (Finding("blank_values", f"rows without a value ({shown})", "warning", max(found.values())),)


def zero_rows(record: Record) -> Findings:
    """Rows in which time, voltage and current are all zero, other than the first."""
    table = record.cycling
    labels = [x for x in (s.TIME, s.VOLTAGE, s.CURRENT) if table[x].null_count() < len(table)]
    if len(labels) < 2 or len(table) < 2:
        return ()
    zero = table.select(pl.all_horizontal(pl.col(x) == 0 for x in labels)).to_series().fill_null(value=False)
    where = np.flatnonzero(zero.to_numpy())
    where = where[where > 0]
    if not len(where):
        return ()
    return (Finding("zero_rows", f"rows of zeros, the first is row {where[0] + 1}", "warning", len(where)),)


def duplicate_rows(record: Record) -> Findings:
    """Rows that repeat the row before in every measured value."""
    table = record.table
    labels = [x for x in s.CORE_LABELS if table[x].null_count() < len(table)]
    if s.TIME not in labels or len(table) < 2:
        return ()
    same = table.select(pl.all_horizontal(pl.col(x).eq_missing(pl.col(x).shift()) for x in labels))
    where = np.flatnonzero(same.to_series().to_numpy()[1:]) + 1
    if not len(where):
        return ()
    return (
        Finding(
            "duplicate_rows", f"rows that repeat the row before, first row {where[0] + 1}", rows=len(where)
        ),
    )


# --- time ------------------------------------------------------------------------------------------------


def time_backwards(record: Record) -> Findings:
    """Test time that decreases from a row to the next."""
    time = _known(record.table, s.TIME)
    back = np.flatnonzero(np.diff(time) < 0)
    if not len(back):
        return ()
    at, worst = time[back[0]], -np.diff(time).min()
    return (
        Finding(
            "time_backwards",
            f"time runs backwards {len(back)} times, first after {at:g} s, by at most {worst:g} s",
            "error",
            len(back),
        ),
    )


def gaps(record: Record) -> Findings:
    """Pauses within a step, far longer than the usual distance between its rows."""
    table = record.cycling.select(s.TIME, s.STEP).drop_nulls(s.TIME)
    if len(table) < 20:
        return ()
    time = table[s.TIME].to_numpy()
    step = table[s.STEP].fill_null(0).to_numpy()
    distance = np.diff(time)
    usual = float(np.quantile(distance[distance > 0], 0.95)) if (distance > 0).any() else 0.0
    limit = max(10 * usual, _LONGEST_REGULAR_GAP_S)
    where = np.flatnonzero((distance > limit) & (np.diff(step) == 0))
    if not len(where):
        return ()
    longest = where[np.argmax(distance[where])]
    return (
        Finding(
            "gaps",
            f"{len(where)} pauses without rows; the longest, {distance[longest]:g} s, begins at "
            f"{time[longest]:g} s (rows usually stand at most {usual:g} s apart)",
            "warning",
            len(where),
        ),
    )


def clock(record: Record) -> Findings:
    """Elapsed time against wall-clock time: both must advance alike."""
    label = next(
        (
            x
            for x in (s.UNIX_TIME, LOCAL_TIME)
            if x in record.table.columns and record.table[x].null_count() < len(record.table)
        ),
        None,
    )
    if label is None:
        return ()
    both = record.table.select(s.TIME, label).drop_nulls()
    if len(both) < 2:
        return ()
    elapsed = both[s.TIME].to_numpy() - both[s.TIME][0]
    wall = both[label].cast(pl.Float64).to_numpy() - both[label][0]
    apart = np.abs(wall - elapsed)
    allowed = max(_CLOCK_TOLERANCE_S, _CLOCK_TOLERANCE * float(np.abs(elapsed).max()))
    if apart.max() <= allowed:
        return ()
    first = int(np.argmax(apart > allowed))
    return (
        Finding(
            "clock_disagrees",
            f"elapsed time and the clock part by up to {apart.max():.4g} s, first at {elapsed[first]:.4g} s; "
            "a pause of the test does this, or a clock that was set",
            "warning",
            int((apart > allowed).sum()),
        ),
    )


# --- current and charge ----------------------------------------------------------------------------------


def capacity(record: Record) -> Findings:
    """Integral of the current against the capacities that the instrument counted itself.

    Only intervals in which current and capacity are smooth count: within one step, without a reset and with
    a current that changes by less than a tenth, so that the trapezoid is the integral.
    """
    findings: list[Finding] = []
    for name, counted in _counted_charges(record):
        table = record.cycling.select(
            pl.col(s.TIME), pl.col(s.CURRENT), pl.col(s.STEP).fill_null(0), counted.alias("q")
        ).drop_nulls()
        if len(table) < 3:
            continue
        time, current, step, charge = (table[c].to_numpy() for c in (s.TIME, s.CURRENT, s.STEP, "q"))
        dt, dq = np.diff(time), np.diff(charge)
        mean = (current[1:] + current[:-1]) / 2
        smooth = (dt > 0) & (np.diff(step) == 0) & (np.abs(np.diff(current)) <= 0.1 * np.abs(mean))
        # A counter that starts again at zero is no charge.
        smooth &= ~((np.abs(charge[1:]) < 0.5 * np.abs(charge[:-1])) & (np.sign(dq) != np.sign(mean)))
        smooth &= np.abs(mean) > _SIGNIFICANT_CURRENT * np.abs(current).max()
        passed = np.abs(mean[smooth] * dt[smooth]).sum() / units.factor("Ah")
        if not smooth.any() or passed == 0:
            continue
        apart = np.abs(mean[smooth] * dt[smooth] / units.factor("Ah") - dq[smooth]).sum() / passed
        total = (dq[smooth] * np.sign(mean[smooth])).sum() / passed
        if apart > _CHARGE_TOLERANCE and abs(total - 1) > _CHARGE_TOLERANCE:
            findings.append(
                Finding(
                    "capacity_disagrees",
                    f"{name} advances {total:.4g} times as fast as the integral of the current",
                    "warning",
                    int(smooth.sum()),
                )
            )
    return tuple(findings)


def current_sign(record: Record) -> Findings:
    """Sign of the current against the kind of step, and against EC-Lab's own word for it."""
    table = record.cycling
    if table[s.CURRENT].null_count() == len(table):
        return ()
    current = pl.col(s.CURRENT)
    wrong: dict[str, pl.Expr] = {}
    if STEP_TYPE in table.columns:
        kinds = table[STEP_TYPE].unique().drop_nulls().cast(pl.String)
        charge = [kind for kind in kinds if kind == "Chg" or kind.endswith("_Chg")]
        discharge = [kind for kind in kinds if kind == "DChg" or kind.endswith("_DChg")]
        wrong["charge steps with negative current"] = pl.col(STEP_TYPE).is_in(charge) & (current < 0)
        wrong["discharge steps with positive current"] = pl.col(STEP_TYPE).is_in(discharge) & (current > 0)
    if {"ox/red / 1", "mode / 1"} <= set(table.columns):
        # In other modes ox/red is the direction of the potential sweep.
        controlled = pl.col("mode / 1") == 1
        wrong["oxidation with negative current"] = controlled & (pl.col("ox/red / 1") == 1) & (current < 0)
        wrong["reduction with positive current"] = controlled & (pl.col("ox/red / 1") == 0) & (current > 0)
    if not wrong:
        return ()
    largest = table[s.CURRENT].abs().max()
    flows = current.abs() > _SIGNIFICANT_CURRENT * float(str(largest))
    # Rows at the edge of a step may show the current of its neighbour.
    step = pl.col(s.STEP)
    flows &= step.eq_missing(step.shift()) & step.eq_missing(step.shift(-1))
    counts = table.select((flows & e).sum().alias(k) for k, e in wrong.items()).row(0, named=True)
    return tuple(
        Finding("current_sign", f"{n} rows: {what}", "warning", n) for what, n in counts.items() if n
    )


def clipped_voltage(record: Record) -> Findings:
    """Voltage that stands exactly still at its extreme under constant current: the end of a range.

    Below 1 V a flat plateau of a symmetric cell looks the same and is not reported.
    """
    table = record.cycling.select(s.VOLTAGE, s.CURRENT).drop_nulls()
    if len(table) < _CLIPPED_ROWS:
        return ()
    voltage, current = table[s.VOLTAGE].to_numpy(), table[s.CURRENT].to_numpy()
    findings: list[Finding] = []
    for extreme in {float(voltage.max()), float(voltage.min())}:
        if abs(extreme) < _CLIPPED_VOLTAGE_V:
            continue
        count = 0
        for first, last in _runs(voltage == extreme):
            inside = current[first : last + 1]
            steady = np.ptp(inside) <= 0.01 * np.abs(inside).max()
            if last - first + 1 >= _CLIPPED_ROWS and steady and np.abs(inside).min() > 0:
                count += last - first + 1
        if count:
            findings.append(
                Finding(
                    "clipped_voltage",
                    f"{count} rows at exactly {extreme:g} V under constant current: the range may end there",
                    "warning",
                    count,
                )
            )
    return tuple(findings)


# --- impedance and area ----------------------------------------------------------------------------------


def impedance_modulus(record: Record) -> Findings:
    """Printed |Z| against real and imaginary part: columns that were shifted or renamed do not fit."""
    label = "|Z| / Ohm"
    if label not in record.table.columns or "Re(Z) / Ohm" in record.table.columns:
        return ()  # with three electrodes |Z| is that of the working electrode
    table = record.table.select(label, s.Z_REAL, s.Z_IMAG).drop_nulls()
    if not len(table):
        return ()
    printed = table[label].to_numpy()
    made = np.hypot(table[s.Z_REAL].to_numpy(), table[s.Z_IMAG].to_numpy())
    wrong = int((np.abs(made - printed) > _MODULUS_TOLERANCE * np.abs(printed)).sum())
    if not wrong:
        return ()
    return (Finding("impedance_modulus", f"|Z| does not fit Re and Im in {wrong} points", "error", wrong),)


def header_area(record: Record) -> Findings:
    """Says what becomes of an area in the instrument's header: it is shown, never used."""
    area = record.provenance.extra.get("header_area_cm2")
    if not isinstance(area, (int, float)):
        return ()
    if any(abs(area - default) < 1e-9 for default in DEFAULT_AREAS_CM2):
        return (
            Finding("header_area_default", f"{area:g} cm2 in the header is the instrument's default", "note"),
        )
    if record.area_m2 is None:
        detail = f'the header says {area:g} cm2; to use it give --area "{area:g} cm2"'
        return (Finding("header_area_unused", detail, "note"),)
    given = units.to_unit(record.area_m2, "cm2")
    if abs(given - area) > 0.02 * area:
        detail = f"the header says {area:g} cm2, {given:.4g} cm2 was given and is used"
        return (Finding("header_area_differs", detail),)
    return ()


ALL_CHECKS: Final[tuple[Check, ...]] = (
    rows,
    missing_columns,
    blank_points,
    zero_rows,
    duplicate_rows,
    time_backwards,
    gaps,
    clock,
    capacity,
    current_sign,
    control,
    half_cycle_numbers,
    clipped_voltage,
    implausible,
    impedance_modulus,
    header_area,
    default_amounts,
)


# --- helpers ---------------------------------------------------------------------------------------------


def _known(table: pl.DataFrame, label: str) -> FloatArray:
    return table[label].drop_nulls().cast(pl.Float64).to_numpy()


def _counted_charges(record: Record) -> list[tuple[str, pl.Expr]]:
    """Counters of charge in the record, each as a signed Ah expression."""
    columns = set(record.columns)
    counted: list[tuple[str, pl.Expr]] = []
    if {s.CHARGE_CAPACITY, s.DISCHARGE_CAPACITY} <= columns:
        difference = pl.col(s.CHARGE_CAPACITY) - pl.col(s.DISCHARGE_CAPACITY)
        counted.append(("charging less discharging capacity", difference))
    if (label := "(Q-Qo) / mA.h") in columns:
        counted.append(("(Q-Qo)", pl.col(label) * (units.factor("mAh") / units.factor("Ah"))))
    if (label := "(Q-Qo) / C") in columns:
        counted.append(("(Q-Qo)", pl.col(label) / units.factor("Ah")))
    return counted


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of every run of True."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True)
    )
