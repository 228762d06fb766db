"""Cycling data out of a table: which column is what, in which unit, with which sign, and when each row was taken.

Shared by the readers of cyclers' text and Excel exports and by the plain tables. What a header states is taken;
what it does not state is assumed and said in a finding; what cannot be decided is refused with what to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import (
    cycling_roles,
    delimited,
    durations,
    given_current,
    number_table,
    started,
    step_labels,
    timestamps,
)
from interlayer.readers.contract import RawRecord
from interlayer.readers.cycling_roles import CLOCK, CyclingRole
from interlayer.readers.delimited import Sheet
from interlayer.readers.options import ReadOptions
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME, STEP_TYPE
from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]

CURRENT_DENSITY: Final = "Current Density / A/m2"
"""Extra column; `interlayer.readers.read` makes a current of it where the area is known."""
NET_CAPACITY: Final = "Step Net Capacity / Ah"
STEP_NUMBER: Final = "Step Number / 1"
STEP_TIME: Final = "Step Time / s"
WORKING: Final = "Working Electrode Potential / V"
COUNTER: Final = "Counter Electrode Potential / V"
_MOST_EXTRAS: Final = 80
_RESET: Final = 0.5
"""A time that falls to less than this fraction of what it was has begun anew."""
_COARSE: Final = 0.02
_EXCEL: Final = (20000.0, 80000.0)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")
_DAY_ZERO_S: Final = -2209075200.0
_MARCH_1900_S: Final = -2203891200.0
_YEAR_1950_S: Final = -631152000.0
_MATLAB: Final = (700000.0, 800000.0)
_EXCEL_EPOCH_DAYS: Final = 25569.0
_MATLAB_EPOCH_DAYS: Final = 719529.0
_FINE_ENOUGH_S: Final = 2.0
_ROW_NUMBER: Final = re.compile(
    r"(data[ _]?points?|data ?set|index|record|record[ _]?(index|id|no\.?|number)"
    r"|rec ?#?|channel_index|序号|(数据|记录)序号|nr\.?|no\.?)"
)
_WITH_UNIT: Final = frozenset(
    ("time", "step_time", "voltage", "current", "charge_capacity", "discharge_capacity", "capacity")
)
_ZERO_SENSOR: Final = ("temperature", "pressure")


@dataclass(frozen=True)
class Format:
    """What a format itself fixes.

    Attributes
    ----------
    name : str
        For messages; empty if the file is of no known make.
    net_capacity_of_step : bool
        Whether 'Capacity' counts from zero in each step without a sign.
    date_order : str
        `timestamps.DAY_FIRST` or `timestamps.MONTH_FIRST` if the format fixes it.
    date_hint : str
        Another date of the file, read for its order only.
    kinds : dict
        Kind of a column by its words in lower case, where the format's names mean something else than usual;
        empty for a column that is none.
    """

    name: str = ""
    net_capacity_of_step: bool = False
    date_order: str = ""
    date_hint: str = ""
    kinds: dict[str, str] = field(default_factory=dict[str, str])


PLAIN: Final = Format()


def with_format(sheet: Sheet, form: Format) -> Sheet:
    """Return a sheet whose roles are those that a format fixes by name; the others stay."""
    if not form.kinds:
        return sheet
    fixed: dict[int, CyclingRole | None] = {}
    for place, name in enumerate(sheet.names):
        words, unit = cycling_roles.parted(name)
        kind = form.kinds.get(words.lower())
        if kind is not None:
            default = cycling_roles.UNITS[kind][0] if kind else ""
            usual = sheet.roles.get(place)
            if usual is not None and usual.kind == kind:
                fixed[place] = usual
            else:
                fixed[place] = CyclingRole(kind, unit or default, stated=bool(unit)) if kind else None
    taken = {role.kind for role in fixed.values() if role is not None}
    roles = {i: role for i, role in sheet.roles.items() if i not in fixed and role.kind not in taken}
    roles |= {i: role for i, role in fixed.items() if role is not None}
    return delimited.with_roles(sheet, roles)


def to_record(sheet: Sheet, options: ReadOptions | None = None, form: Format = PLAIN) -> RawRecord:
    """Return what a table of cycling data says.

    Parameters
    ----------
    sheet : Sheet
    options : ReadOptions, optional
        Current and order of dates that a person states.
    form : Format, optional
        What the format fixes.

    Raises
    ------
    ReadError
        If it has neither a time nor a voltage, or not a single row in which either can be read.
    """
    options = options or ReadOptions()
    sheet = with_format(sheet, form)
    roles = {role.kind: (i, role) for i, role in sheet.roles.items()}
    if not roles.keys() & {
        "time",
        "step_time",
        "datetime",
        "unix_time",
        "voltage",
        "working_potential",
        "counter_potential",
    }:
        raise ReadError(
            f"neither a time nor a voltage; its columns: {delimited.words(sheet.names)}",
            advice='name them in their order, for instance --columns "time h,voltage V,current mA"',
        )
    findings: list[Finding] = list(sheet.findings)
    columns: dict[str, pl.Series] = {}
    clock = _times(sheet, roles, columns, findings, form, options)
    _potentials(sheet, roles, columns, findings)
    _numbers(sheet, roles, columns, findings)
    _refuse_summary(columns)
    _labels(sheet, roles, columns, findings, form)
    kept = _usable(sheet, roles, columns, findings)
    extras = _extras(sheet, roles, columns, findings)
    table = pl.DataFrame(columns | extras)
    if not kept.all():
        table = table.filter(pl.Series(kept))
    table = _not_finite(table, sheet, findings)
    table = _step_clock(table, roles, findings)
    table = _steps(table)
    table = _current(table, findings, options)
    _coarse_current(table, sheet, roles, findings)
    table = _capacities(table, findings, form)
    _say_units(sheet, findings)
    _say_columns(sheet, findings)
    extra = _facts(table, sheet, clock, findings)
    unix = _started_unix(table)
    drop = [c for c in (given_current.DIRECTION, _CAPACITY, _STEP_RAW, _STEP_COUNT_RAW) if c in table.columns]
    return RawRecord(
        table.drop(drop), tuple(findings), complete=sheet.complete, started_unix_s=unix, extra=extra
    )


_CAPACITY: Final = "capacity as printed"
_STEP_RAW: Final = "step as printed"
_STEP_COUNT_RAW: Final = "step count as printed"


# --- time ------------------------------------------------------------------------------------------------


def _times(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
    form: Format,
    options: ReadOptions,
) -> timestamps.Timestamps | None:
    """Fill test time, step time, local and universal time; return the clock readings."""
    stamps: timestamps.Timestamps | None = None
    order = {"day-first": timestamps.DAY_FIRST, "month-first": timestamps.MONTH_FIRST}.get(
        options.dates or "", form.date_order
    )
    for kind, label in (("time", s.TIME), ("step_time", STEP_TIME)):
        if kind not in roles:
            continue
        place, role = roles[kind]
        column = sheet.frame[str(place)]
        seconds, dates = _seconds(column, role, sheet.decimal, form.date_hint, order)
        if dates is not None:
            stamps = stamps or dates
            continue
        columns[label] = seconds
    if "datetime" in roles:
        place, role = roles["datetime"]
        column = sheet.frame[str(place)]
        number = column.cast(pl.Float64, strict=False)
        if number.null_count() < len(number):
            serial = _serial(number, sheet.names[place] or "the date", findings)
            if serial is not None and serial.evidence.endswith("1970"):
                columns[s.UNIX_TIME] = pl.Series(serial.seconds).fill_nan(None)
            else:
                stamps = serial or stamps
        elif column.null_count() < len(column):
            stamps = _dates(column, form.date_hint, order) or stamps
    if "unix_time" in roles:
        place, role = roles["unix_time"]
        columns[s.UNIX_TIME] = sheet.frame[str(place)].cast(pl.Float64, strict=False) * role.factor("s")
    if stamps is not None:
        _say_order(stamps, findings, elapsed_rests_on_it=s.TIME not in columns)
        if not stamps.ambiguous:
            columns[LOCAL_TIME] = pl.Series(stamps.seconds).fill_nan(None)
    if s.TIME not in columns:
        _time_from_clock(columns, stamps, findings)
    return stamps


def _seconds(
    column: pl.Series, role: CyclingRole, decimal: str, hint: str, order: str
) -> tuple[pl.Series, timestamps.Timestamps | None]:
    """Seconds of a column of numbers or h:m:s; or its dates."""
    if column.dtype != pl.String:
        return column * (role.factor("s") if role.unit != CLOCK else 86400.0), None
    plain = column.str.replace(",", ".", literal=True) if decimal == "," else column
    numbers = plain.cast(pl.Float64, strict=False)
    filled = len(column) - column.null_count() - int((column == "").sum())
    if len(numbers) - numbers.null_count() >= 0.5 * filled and filled:
        # A day's fraction is how Excel stores h:m:s.
        return numbers * (role.factor("s") if role.unit != CLOCK else 86400.0), None
    seconds = durations.parse(column)
    if len(seconds) - seconds.null_count() >= 0.5 * filled and filled:
        return seconds, None
    dates = _dates(column, hint, order)
    if (
        dates is not None
        and (known := dates.seconds[np.isfinite(dates.seconds)]).size
        and known.max() < _YEAR_1950_S
    ):
        return pl.Series(_excel_duration(dates.seconds)).fill_nan(None), None
    return seconds, dates


def _excel_duration(seconds: FloatArray) -> FloatArray:
    """Durations that a workbook stores as cells of time and shows as dates from 31 December 1899 on."""
    # From March 1900 on such dates are one off, because of a leap day in that year that Excel invented.
    return np.round(seconds - np.where(seconds < _MARCH_1900_S, _DAY_ZERO_S, _DAY_ZERO_S - 86400.0), 6)


def _dates(column: pl.Series, hint: str, order: str) -> timestamps.Timestamps | None:
    """Dates of a column; those that begin with the year are read in one go."""
    if all(_ISO.fullmatch(text) for text in column.head(20).drop_nulls().to_list()):
        plain = column.str.replace("T", " ", literal=True)
        read = plain.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
        if read.null_count() == column.null_count() and read.null_count() < len(read):
            seconds = read.dt.epoch("us").cast(pl.Float64).fill_null(float("nan")).to_numpy() / 1e6
            return timestamps.Timestamps(seconds, timestamps.YEAR_FIRST, "the year comes first")
    return timestamps.parse(column, hint=hint, order=order)


def _serial(column: pl.Series, name: str, findings: list[Finding]) -> timestamps.Timestamps | None:
    """Dates stored as numbers: seconds since 1970, or days as Excel and Matlab count them."""
    values = column.cast(pl.Float64, strict=False).to_numpy()
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    day = 86400.0
    if _EXCEL[0] <= low <= high <= _EXCEL[1]:
        seconds, words = (values - _EXCEL_EPOCH_DAYS) * day, "days as Excel counts them"
    elif _MATLAB[0] <= low <= high <= _MATLAB[1]:
        seconds, words = (values - _MATLAB_EPOCH_DAYS) * day, "days as Matlab counts them"
    elif 1e8 <= low <= high <= 5e9:
        seconds, words = values, "seconds since 1970"
    elif 1e11 <= low <= high <= 5e12:
        seconds, words = values / 1e3, "milliseconds since 1970"
    else:
        return None
    # Days with two or three decimals only are quarters of an hour, or minutes.
    if words.startswith("days") and bool((np.abs(known - np.round(known, 4)) < 1e-9).all()):
        findings.append(
            Finding("coarse_dates", f"'{name}' holds {words}, too coarse for a clock; it is left out", "note")
        )
        return None
    findings.append(Finding("serial_dates", f"'{name}' is read as {words}", "note"))
    return timestamps.Timestamps(np.round(seconds, 3), timestamps.YEAR_FIRST, words)


def _say_order(stamps: timestamps.Timestamps, findings: list[Finding], *, elapsed_rests_on_it: bool) -> None:
    if not stamps.ambiguous:
        if stamps.order != timestamps.YEAR_FIRST:
            findings.append(
                Finding("date_order", f"dates are read as {stamps.order}: {stamps.evidence}", "note")
            )
        return
    matters = elapsed_rests_on_it and stamps.changes_elapsed
    effect = "elapsed times depend on it" if matters else "wall-clock times are left out"
    findings.append(
        Finding(
            "ambiguous_dates",
            f"nothing in the file shows whether its dates are {timestamps.MONTH_FIRST} or {timestamps.DAY_FIRST}"
            + (f"; {stamps.order} is assumed" if elapsed_rests_on_it else "")
            + f", {effect} (--dates day-first or month-first says it)",
            "error" if matters else "warning",
            len(stamps.seconds),
        )
    )


def _time_from_clock(
    columns: dict[str, pl.Series], stamps: timestamps.Timestamps | None, findings: list[Finding]
) -> None:
    if stamps is not None:
        seconds, words = pl.Series(stamps.seconds).fill_nan(None), "dates"
    elif s.UNIX_TIME in columns:
        seconds, words = columns[s.UNIX_TIME], "seconds since 1970"
    else:
        return
    first = seconds.drop_nulls().first()
    if first is None:
        return
    columns[s.TIME] = (seconds - float(str(first))).round(6)
    findings.append(Finding("time_from_clock", f"test time is counted from the first of the {words}", "note"))


def _step_clock(
    table: pl.DataFrame, roles: dict[str, tuple[int, CyclingRole]], findings: list[Finding]
) -> pl.DataFrame:
    """Make the test time from times that begin anew in each step, where there is no other."""
    if s.TIME in table.columns and table[s.TIME].null_count() < len(table):
        if STEP_TIME in table.columns or "time" not in roles:
            return table
        time = table[s.TIME].fill_null(strategy="forward").to_numpy()
        back = np.flatnonzero(np.diff(time) < 0)
        # A time that only ever falls back to its beginning, and stays there, is that of the step; a single row
        # that stands out is damage.
        if not len(back) or len(back) > 0.2 * len(time):
            return table
        begins, after = time[back + 1], time[np.minimum(back + 2, len(time) - 1)]
        anew = (begins <= _RESET * time[back]) & (begins <= time[0] + 0.1 * np.median(time[back]))
        if not (anew & (after <= time[back])).all():
            return table
        table = table.rename({s.TIME: STEP_TIME})
    elif STEP_TIME not in table.columns:
        return table
    elapsed = table[STEP_TIME].fill_null(strategy="forward").fill_null(0.0).to_numpy()
    falls = np.flatnonzero(np.diff(elapsed) < 0) + 1
    before = np.zeros(len(elapsed))
    before[falls] = elapsed[falls - 1]
    total = np.cumsum(before) + elapsed
    findings.append(
        Finding(
            "time_from_step_time",
            f"the file has times of each step only; {len(falls) + 1} of them are joined without pauses between",
        )
    )
    return table.with_columns(pl.Series(s.TIME, total - total[0] if len(total) else total))


# --- voltage, numbers, labels ----------------------------------------------------------------------------


def _potentials(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
) -> None:
    """Voltage of the cell, and the potentials of its electrodes if there is a third."""
    read = {
        kind: sheet.frame[str(roles[kind][0])].cast(pl.Float64, strict=False) * roles[kind][1].factor("V")
        for kind in ("voltage", "working_potential", "counter_potential")
        if kind in roles
    }
    if "voltage" in read:
        columns[s.VOLTAGE] = read["voltage"]
    elif read.keys() >= {"working_potential", "counter_potential"}:
        columns[s.VOLTAGE] = read["working_potential"] - read["counter_potential"]
        findings.append(
            Finding(
                "voltage_from_potentials",
                "the voltage is the working less the counter electrode's potential",
                "note",
            )
        )
    elif "working_potential" in read:
        columns[s.VOLTAGE] = read.pop("working_potential")
        findings.append(
            Finding(
                "voltage_is_working_potential",
                "the file has the working electrode's potential only; it is taken for the voltage, which is right "
                "with two electrodes",
            )
        )
    if "working_potential" in read:
        columns[WORKING] = read["working_potential"]
    if "counter_potential" in read:
        columns[COUNTER] = read["counter_potential"]


def _numbers(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
) -> None:
    for kind, label, unit in (
        ("current", s.CURRENT, "A"),
        ("current_density", CURRENT_DENSITY, "A/m2"),
        ("charge_capacity", s.CHARGE_CAPACITY, "Ah"),
        ("discharge_capacity", s.DISCHARGE_CAPACITY, "Ah"),
        ("capacity", _CAPACITY, "Ah"),
    ):
        if kind not in roles:
            continue
        place, role = roles[kind]
        columns[label] = sheet.frame[str(place)].cast(pl.Float64, strict=False) * role.factor(unit)
    for kind, label in (("step", _STEP_RAW), ("step_count", _STEP_COUNT_RAW), ("cycle", s.CYCLE)):
        if kind not in roles:
            continue
        place, _ = roles[kind]
        column = sheet.frame[str(place)]
        number = column.cast(pl.Float64, strict=False)
        if number.null_count() == len(number):
            if kind != "cycle" and column.dtype == pl.String:
                columns[label] = column
            continue
        whole = bool((number.drop_nulls() % 1 == 0).all())
        if kind == "cycle" and not whole:
            findings.append(
                Finding("cycle_not_whole", f"'{sheet.names[place]}' holds no whole numbers; it is kept aside")
            )
            continue
        columns[label] = number.cast(pl.Int64, strict=False) if whole else number
    if s.CYCLE in columns:
        _cycle_jumps(columns[s.CYCLE], findings)


def _refuse_summary(columns: dict[str, pl.Series]) -> None:
    """Refuse a table with one row a cycle or a step."""
    if s.VOLTAGE in columns or s.CURRENT in columns or s.CYCLE not in columns:
        return
    if STEP_TIME in columns and s.TIME not in columns:
        raise ReadError(
            "a summary with one row a step, without voltage and current: no rows of a test",
            advice="export the rows that the cycler recorded",
        )
    cycle = columns[s.CYCLE].drop_nulls()
    if len(cycle) > 1 and bool((cycle.diff().drop_nulls() > 0).all()):
        raise ReadError(
            f"a summary with one row a cycle ({len(cycle)} rows), without voltage and current: no rows of a test",
            advice="export the rows that the cycler recorded",
        )


def _cycle_jumps(cycle: pl.Series, findings: list[Finding]) -> None:
    jumps = cycle.drop_nulls().diff().drop_nulls()
    over = jumps.filter(jumps > 1)
    if len(over):
        findings.append(
            Finding("cycles_missing", "numbers of cycles are left out", rows=int((over - 1).sum()))
        )


def _labels(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
    form: Format,
) -> None:
    """Labels of steps in one spelling, and the direction that they state."""
    if "step_type" not in roles:
        return
    column = sheet.frame[str(roles["step_type"][0])]
    if column.dtype != pl.String or column.cast(pl.Float64, strict=False).null_count() < 0.5 * len(column):
        return  # numbers of a code that only the instrument knows
    known = {text: step_labels.normalise(text) for text in column.unique().drop_nulls().to_list()}
    labels = column.replace_strict(known, default=None, return_dtype=pl.String)
    columns[STEP_TYPE] = labels
    directions = {label: step_labels.direction(label) for label in known.values()}
    columns[given_current.DIRECTION] = labels.replace_strict(
        directions, default=None, return_dtype=pl.Float64
    )
    unread = sorted(label for label, value in directions.items() if value is None and label)
    if unread:
        shown = ", ".join(unread)[:200]
        parted = form.net_capacity_of_step and not {"charge_capacity", "discharge_capacity"} & roles.keys()
        effect = "; charge and discharge of these steps are not told apart" if parted else ""
        findings.append(
            Finding(
                "labels_unread",
                f"labels of steps that say no direction: {shown}{effect}",
                "warning" if parted else "note",
            )
        )


def _usable(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
) -> NDArray[np.bool_]:
    """Rows that are data: not a second line of names, not a sum below the table."""
    count = len(sheet.frame)
    has: dict[str, NDArray[np.bool_]] = {
        label: columns[label].is_not_null().to_numpy()
        for label in (s.TIME, STEP_TIME, s.VOLTAGE, s.CURRENT, CURRENT_DENSITY)
        if label in columns
    }
    timed = has.get(s.TIME, has.get(STEP_TIME))
    measured = np.zeros(count, dtype=np.bool_)
    for label in (s.VOLTAGE, s.CURRENT):
        if label in has:
            measured |= has[label]
    kept = measured.copy() if s.VOLTAGE in has or s.CURRENT in has else np.ones(count, dtype=np.bool_)
    if timed is not None:
        kept |= timed
        words = np.zeros(count, dtype=np.bool_)
        for kind in ("time", "datetime"):
            if kind in roles and sheet.frame[str(roles[kind][0])].dtype == pl.String:
                cell = sheet.frame[str(roles[kind][0])]
                words |= ((cell != "").fill_null(value=False)).to_numpy() & ~timed
        kept &= ~words
    if kept.all():
        return kept
    if not kept.any():
        raise ReadError(
            "not a single row in which a time or a voltage can be read",
            advice="look whether the columns are those that their names say, or name them with --columns",
        )
    lost = np.flatnonzero(~kept)
    findings.append(
        Finding(
            "rows_left_out",
            f"{len(lost)} rows without a time and without values, or with words in their place, the first "
            f"{int(lost[0]) + 1} rows below the names",
            rows=len(lost),
        )
    )
    return kept


def _not_finite(table: pl.DataFrame, sheet: Sheet, findings: list[Finding]) -> pl.DataFrame:
    """NaN and infinite numbers become blanks, counted where they were measured."""
    del sheet
    floats = [c for c, kind in table.schema.items() if kind == pl.Float64]
    odd = (
        table.select((~pl.col(c).is_finite()).sum().alias(c) for c in floats).row(0, named=True)
        if floats
        else {}
    )
    named = {c: n for c, n in odd.items() if n and c in (s.TIME, s.VOLTAGE, s.CURRENT)}
    if named:
        shown = ", ".join(f"{label}: {n}" for label, n in named.items())
        findings.append(
            Finding(
                "not_finite",
                f"values that are no finite numbers, read as blank ({shown})",
                rows=max(named.values()),
            )
        )
    return table.with_columns(
        pl.when(pl.col(c).is_finite()).then(pl.col(c)).alias(c) for c, n in odd.items() if n
    )


# --- steps, current, capacity ----------------------------------------------------------------------------


def _steps(table: pl.DataFrame) -> pl.DataFrame:
    """Number the steps from 0 through repeats: where the number, the label or the cycle changes, or its time resets."""
    sources = [c for c in (_STEP_COUNT_RAW, _STEP_RAW, STEP_TYPE) if c in table.columns]
    if not sources and STEP_TIME not in table.columns:
        return table
    # A loop to the same step begins its time anew; where there is no such time, the cycle shows it.
    if s.CYCLE in table.columns and STEP_TIME not in table.columns:
        sources.append(s.CYCLE)
    change = pl.any_horizontal(
        pl.int_range(pl.len()) == 0, *(pl.col(c).ne_missing(pl.col(c).shift()) for c in sources)
    )
    if STEP_TIME in table.columns:
        change |= (pl.col(STEP_TIME) < pl.col(STEP_TIME).shift()).fill_null(value=False)
    step = table.select(change.cast(pl.Int64).cum_sum().alias("n") - 1).to_series()
    made = [step.alias(s.STEP)]
    raw = _STEP_RAW if _STEP_RAW in table.columns else _STEP_COUNT_RAW
    if raw in table.columns and table.schema[raw] == pl.Int64:
        made.append(table[raw].alias(STEP_NUMBER))
    return table.with_columns(made)


def _current(
    table: pl.DataFrame,
    findings: list[Finding],
    options: ReadOptions,
) -> pl.DataFrame:
    label = next(
        (
            c
            for c in (s.CURRENT, CURRENT_DENSITY)
            if c in table.columns and table[c].null_count() < len(table)
        ),
        "",
    )
    has = bool(label)
    if options.current is not None:
        if has:
            raise ReadError(
                "the table has a current of its own, and --current states another",
                advice="leave --current out, or call that column skip in --columns",
            )
        return given_current.fill(table, given_current.parse(options.current, options.area_m2), findings)
    if not has or given_current.DIRECTION not in table.columns:
        return table
    current = table[label]
    direction = table[given_current.DIRECTION]
    wrong = (direction < 0) & (current > 0)
    if not bool(wrong.any()) or bool((current < 0).any()):
        return table
    unlabelled = int(((direction.is_null()) & (current != 0)).sum())
    findings.append(
        Finding(
            "current_signed_by_label",
            "the current is printed without a sign; it is < 0 where the label of the step says discharge"
            + (f"; {unlabelled} rows without such a label stay > 0" if unlabelled else ""),
            "warning" if unlabelled else "note",
            int(wrong.sum()),
        )
    )
    signed = pl.when(pl.col(given_current.DIRECTION) < 0).then(-pl.col(label)).otherwise(pl.col(label))
    return table.with_columns(signed.alias(label))


def _coarse_current(
    table: pl.DataFrame, sheet: Sheet, roles: dict[str, tuple[int, CyclingRole]], findings: list[Finding]
) -> None:
    """Say if a current is printed with so few digits that its integral is no charge."""
    if "current" not in roles or s.CURRENT not in table.columns:
        return
    place, role = roles["current"]
    digits = sheet.decimals.get(place, -1)
    largest = table[s.CURRENT].abs().max()
    if digits < 2 or largest is None or float(str(largest)) == 0:
        return
    step = abs(role.factor("A")) * 10.0**-digits
    share = step / float(str(largest))
    if share > _COARSE:
        findings.append(
            Finding(
                "coarse_current",
                f"the current is printed in steps of {step * 1e3:.3g} mA, {share:.0%} of its largest value; the charge "
                "that the cycler counted is better than its integral",
            )
        )


def _capacities(table: pl.DataFrame, findings: list[Finding], form: Format) -> pl.DataFrame:
    for label in (s.CHARGE_CAPACITY, s.DISCHARGE_CAPACITY):
        if label not in table.columns:
            continue
        column = table[label].drop_nulls()
        if len(column) and bool((column <= 0).all()) and bool((column < 0).any()):
            table = table.with_columns((-pl.col(label)).alias(label))
            findings.append(
                Finding("capacity_turned", f"'{label}' is printed negative; it is counted positive", "note")
            )
    if _CAPACITY not in table.columns:
        return table
    if not form.net_capacity_of_step:
        return table.with_columns(pl.col(_CAPACITY).alias("Capacity / Ah"))
    made = [pl.col(_CAPACITY).alias(NET_CAPACITY)]
    if s.CHARGE_CAPACITY not in table.columns and s.DISCHARGE_CAPACITY not in table.columns:
        if given_current.DIRECTION in table.columns:
            sign = pl.col(given_current.DIRECTION)
        elif s.CURRENT in table.columns:
            sign = pl.col(s.CURRENT).sign()
        else:
            return table.with_columns(made)
        size = pl.col(_CAPACITY).abs()
        made += [
            (sign.clip(lower_bound=0.0) * size).alias(s.CHARGE_CAPACITY),
            # No -0.0 at rest.
            ((-sign).clip(lower_bound=0.0) * size + 0.0).alias(s.DISCHARGE_CAPACITY),
        ]
    return table.with_columns(made)


# --- what else the table has -----------------------------------------------------------------------------


def _extras(
    sheet: Sheet,
    roles: dict[str, tuple[int, CyclingRole]],
    columns: dict[str, pl.Series],
    findings: list[Finding],
) -> dict[str, pl.Series]:
    """Every further column of numbers under its own name and unit; the temperature of the cell under ours."""
    used = {place for kind, (place, _) in roles.items() if kind not in ("temperature", "pressure")}
    made: dict[str, pl.Series] = {}
    silent: list[str] = []
    if "temperature" in roles:
        place, role = roles["temperature"]
        column = sheet.frame[str(place)].cast(pl.Float64, strict=False)
        known = column.drop_nulls()
        if len(known) and bool((known == 0).all()):
            silent.append(sheet.names[place] or "temperature")
        elif len(known):
            made[s.TEMPERATURE] = column - 273.15 if role.unit == "K" else column
        used.add(place)
    left: list[str] = []
    for place, name in enumerate(sheet.names):
        column = sheet.frame[str(place)]
        if place in used or not name.strip() or _ROW_NUMBER.fullmatch(name.strip().lower()):
            continue
        role = roles["pressure"][1] if roles.get("pressure", (-1, None))[0] == place else None
        if column.dtype != pl.Float64:
            if column.null_count() < len(column):
                left.append(name)
            continue
        if column.null_count() == len(column):
            continue
        words, unit = cycling_roles.parted(name)
        unit = role.unit if role is not None and role.unit else unit
        label = f"{_title(words)} / {unit or '1'}"
        if label in columns or label in made or label in s.CORE_LABELS or len(made) >= _MOST_EXTRAS:
            left.append(name)
            continue
        if (role is not None or cycling_roles.role_of(name) in _sensors(name)) and bool(
            (column.drop_nulls() == 0).all()
        ):
            silent.append(name)
            continue
        made[label] = column
    if "pressure" in roles and not sheet.names[roles["pressure"][0]].strip():
        place, role = roles["pressure"]
        made[f"Pressure / {role.unit}"] = sheet.frame[str(place)].cast(pl.Float64, strict=False)
    if silent:
        findings.append(
            Finding(
                "sensors_silent",
                "exactly 0 in all rows, as without a sensor; left out: " + ", ".join(silent),
                "note",
            )
        )
    if left:
        findings.append(Finding("columns_left_out", "not read: " + ", ".join(left)[:200], "note"))
    return made


def _sensors(name: str) -> tuple[CyclingRole, ...]:
    role = cycling_roles.role_of(name)
    return (role,) if role is not None and role.kind in _ZERO_SENSOR else ()


def _title(words: str) -> str:
    return " ".join(words.replace("_", " ").split())


def _say_units(sheet: Sheet, findings: list[Finding]) -> None:
    """Say which columns name no unit, and how they are read."""
    assumed: list[tuple[str, str, str]] = []
    for place, role in sorted(sheet.roles.items()):
        if role.stated or not role.unit or role.kind not in _WITH_UNIT:
            continue
        column = sheet.frame[str(place)]
        if (
            column.dtype == pl.String
            and column.drop_nulls().head(20).cast(pl.Float64, strict=False).null_count()
        ):
            continue  # h:m:s or dates say it themselves
        assumed.append((role.kind, sheet.names[place] or f"column {place + 1}", role.unit))
    if not assumed:
        return
    shown = ", ".join(f"'{name}' in {unit}" for _, name, unit in assumed)
    heavy = any(kind in ("time", "step_time", "current") for kind, _, _ in assumed)
    findings.append(
        Finding(
            "unit_assumed",
            f'names without a unit are read as {shown} (--columns, such as "time h,current mA", says otherwise)',
            "warning" if heavy else "note",
        )
    )


def _say_columns(sheet: Sheet, findings: list[Finding]) -> None:
    shown = [
        f"{role.kind.replace('_', ' ')}: {sheet.names[i] or f'column {i + 1}'}"
        + (f" in {role.unit}" if role.unit and (not role.stated or not sheet.names[i]) else "")
        for i, role in sorted(sheet.roles.items())
    ]
    findings.append(Finding("columns_read", "; ".join(shown)[:400], "note"))


def say_form(sheet: Sheet, findings: list[Finding]) -> None:
    """Say which delimiter and decimal mark were found."""
    word = number_table.NAMES.get(sheet.delimiter, sheet.delimiter)
    mark = "comma" if sheet.decimal == "," else "point"
    findings.append(Finding("table_form", f"values between {word}s, decimal {mark}", "note"))


def _facts(
    table: pl.DataFrame, sheet: Sheet, clock: timestamps.Timestamps | None, findings: list[Finding]
) -> dict[str, Any]:
    del sheet, findings
    extra: dict[str, Any] = {}
    if clock is None or clock.ambiguous or LOCAL_TIME not in table.columns or s.TIME not in table.columns:
        return extra
    first = table.select((pl.col(LOCAL_TIME) - pl.col(s.TIME)).drop_nulls().first()).item()
    if first is not None and 0 <= float(first) < 253402300800:
        extra |= started.local(float(first))
        extra["clock"] = "local time of the measuring computer; the file does not tell its time zone"
    return extra


def _started_unix(table: pl.DataFrame) -> float | None:
    if s.UNIX_TIME not in table.columns or s.TIME not in table.columns:
        return None
    first = table.select((pl.col(s.UNIX_TIME) - pl.col(s.TIME)).drop_nulls().first()).item()
    return None if first is None else float(first)
