"""Arbin's columns, which its database, its text export and its workbooks share but for their spelling.

Arbin counts charge as positive current, that is, current into the cell at its + terminal. With the working
electrode at + this is oxidation there, our sign; nothing is inverted. `Step_Index` is the number in the schedule and
comes back in each cycle; steps are counted where it, the cycle or the test changes, or the time within the step
starts again.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import cycler_columns as columns
from interlayer.readers import timestamps
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME
from interlayer.record.record import Finding

KNOWN: Final = {
    "test time": s.TIME,
    "voltage": s.VOLTAGE,
    "current": s.CURRENT,
    "cycle index": s.CYCLE,
    "charge capacity": s.CHARGE_CAPACITY,
    "discharge capacity": s.DISCHARGE_CAPACITY,
    "aux temperature 1": s.TEMPERATURE,
    "cell temperature": s.TEMPERATURE,
    "temperature": s.TEMPERATURE,
}
EXTRA: Final = {
    "step time": columns.STEP_TIME,
    "step index": columns.STEP_NUMBER,
    "data point": columns.RECORD_NUMBER,
    "charge energy": "Charging Energy / Wh",
    "discharge energy": "Discharging Energy / Wh",
    "internal resistance": "Internal Resistance / ohm",
    "dv/dt": "dV/dt / V/s",
    "power": "Power / W",
}
CLOCKS: Final = ("datetime", "date time")
_FIRST_WHOLE: Final = ("cycle index", "step index", "data point")
_SUMMARY: Final = ("min current", "max current", "min voltage", "max voltage")


def looks_like(names: list[str]) -> bool:
    """Whether the names are those of Arbin's channel data, or of its summary by cycles."""
    words = {columns.name_of(name).word for name in names}
    if "test time" not in words or not words & set(_FIRST_WHOLE):
        return False
    return {"voltage", "current"} <= words or set(_SUMMARY) <= words


def table(frame: pl.DataFrame, findings: list[Finding]) -> pl.DataFrame:
    """Return the columns of a record.

    Parameters
    ----------
    frame : polars.DataFrame
        Under Arbin's names; dates may be text, seconds since 1970 or days of Office.
    findings : list of Finding
        What is odd is added here.

    Raises
    ------
    ReadError
        If there is no time, or neither voltage nor current.
    """
    words = {columns.name_of(name).word for name in frame.columns}
    if set(_SUMMARY) <= words and "voltage" not in words:
        raise ReadError(
            f"a summary with one row a cycle ({len(frame)} rows), without measured points",
            advice="give the file with the channel's data (Test_Time, Current, Voltage)",
        )
    dates = next((name for name in frame.columns if columns.name_of(name).word in CLOCKS), None)
    result, found = columns.to_record(frame.drop(dates) if dates else frame, KNOWN, extra=EXTRA)
    lacking = columns.missing(found, (s.TIME, s.VOLTAGE, s.CURRENT))
    if s.TIME in lacking:
        raise ReadError("no column of test time", advice="export the file again with Test_Time")
    columns.name_absent(found, findings)
    marks = [
        frame[name] for name in frame.columns if columns.name_of(name).word in ("step index", "cycle index")
    ]
    within = [frame[name] for name in frame.columns if columns.name_of(name).word == "step time"]
    if marks or within:
        result = result.with_columns(pl.Series(s.STEP, columns.steps(marks, within)))
    if dates is not None and (moment := _clock(frame[dates], findings)) is not None:
        result = result.with_columns(moment[1].cast(pl.Float64).alias(moment[0]))
    return result


def _clock(dates: pl.Series, findings: list[Finding]) -> tuple[str, pl.Series] | None:
    if dates.dtype != pl.String:
        return columns.clock(dates)
    stamps = columns.stamps(dates)
    if stamps is None:
        numbers = dates.cast(pl.Float64, strict=False)
        return columns.clock(numbers)
    if stamps.ambiguous:
        findings.append(
            Finding(
                "ambiguous_dates",
                f"nothing in the file shows whether its dates are {timestamps.MONTH_FIRST} or "
                f"{timestamps.DAY_FIRST}; wall-clock times are left out",
                "warning",
                len(dates),
            )
        )
        return None
    findings.append(Finding("date_order", f"dates are read as {stamps.order}: {stamps.evidence}", "note"))
    return LOCAL_TIME, pl.Series(np.round(stamps.seconds, 6)).fill_nan(None)
