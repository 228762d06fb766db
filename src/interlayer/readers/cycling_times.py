"""When each row of a table of cycling data was taken: elapsed times, times of steps, dates in many forms."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.readers import (
    durations,
    timestamps,
)
from interlayer.readers.cycling_format import Format
from interlayer.readers.cycling_labels import (
    STEP_TIME,
)
from interlayer.readers.cycling_roles import CLOCK, CyclingRole
from interlayer.readers.delimited import Sheet
from interlayer.readers.options import ReadOptions
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME
from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]

_RESET: Final = 0.5
"""A time that falls to less than this fraction of what it was has begun anew."""
_EXCEL: Final = (20000.0, 80000.0)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")
_DAY_ZERO_S: Final = -2209075200.0
_MARCH_1900_S: Final = -2203891200.0
_YEAR_1950_S: Final = -631152000.0
_MATLAB: Final = (700000.0, 800000.0)
_EXCEL_EPOCH_DAYS: Final = 25569.0
_MATLAB_EPOCH_DAYS: Final = 719529.0


def fill_times(
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


def step_clock(
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
