"""Maccor text exports (.txt, .csv), in the dialects of its programs: names of columns in one line, facts above it.

Maccor prints the current without a sign; the column of states (`Md`, `State`) tells the direction: C charges, that
is, current into the cell at its + terminal, which is oxidation at a working electrode there and > 0 here; D discharges.
A file that has negative currents is taken as it is. Capacity counts within each step, unsigned.

A column of time without a unit (`TestTime`) may be in seconds, minutes or hours: the clock of the same rows shows it,
or, without a clock, the current and its capacity.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import cycler_columns as columns
from interlayer.readers import named_rows, started, text_table, timestamps
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME, STEP_TYPE
from interlayer.record.record import Finding

_LINES_ABOVE: Final = 60
_TIMES: Final = ("testtime", "test time", "test")
_STEP_TIMES: Final = ("steptime", "step time")
_VOLTAGES: Final = ("voltage", "volts", "volt")
_CURRENTS: Final = ("current", "amps", "amp")
_RECORDS: Final = ("rec", "rec#", "rec #")
_CYCLES: Final = ("cycle c", "cyc#", "cycle", "cyc", "cycle #", "cycle p")
_STATES: Final = ("md", "state", "mode")
_CLOCKS: Final = ("dpt time", "dpt", "date time")
_CAPACITIES: Final = ("cap.", "capacity", "amp-hr", "cap", "ahr")
_ENERGIES: Final = ("ener.", "energy", "watt-hr", "whr")
_TEMPERATURES: Final = ("temp 1", "temp1", "ev temp", "temperature", "logtemp001", "temp")
_DIRECTIONS: Final = {"C": 1.0, "D": -1.0, "CHARGE": 1.0, "DISCHARGE": -1.0}
_KINDS: Final = {
    "C": "Charge_Chg",
    "D": "Discharge_DChg",
    "CHARGE": "Charge_Chg",
    "DISCHARGE": "Discharge_DChg",
}
_SECONDS: Final = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}
_UNIT_TOLERANCE: Final = 0.05
_ROWS_COMPARED: Final = 200
_FILLER: Final = "\xff"
"""What fills up texts of fixed length."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DURATION: Final = r"^\s*(?:(\d+)\s*d\s*)?(\d+):(\d{2}):(\d{2}(?:\.\d+)?)\s*$"
_CAPACITY: Final = "Step Capacity / Ah"
_ENERGY: Final = "Step Energy / Wh"
_STATE: Final = "state"
_CLOCK: Final = "clock"
_FACTS: Final = {"tester": "instrument", "description": "comments", "c rate": "c_rate"}
_PRIVATE: Final = {"name": "name", "procedure": "procedure", "channel": "channel"}


class Maccor:
    """Reader of Maccor's text exports."""

    name = "maccor"
    version = "1"
    extensions = ()
    signature = (
        "a text with a line of names that begins with Rec and holds Step, a test time and Volts or Voltage"
    )

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is near the beginning)
        """Whether the content is such an export."""
        return _names_at(text_table.to_utf8(head[: len(head) // 2 * 2])) is not None

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read a whole export.

        Raises
        ------
        ReadError
            If it cannot be opened, has no line of such names, no unit of time that it could be, or rows that do not
            fit the names.
        """
        if not self.sniff(path, head):
            raise ReadError(
                "not a Maccor export: no line of names with Rec, Step, test time and voltage",
                advice="export it again as text with its header",
            )
        data = text_table.file_bytes(path)
        found = _names_at(data)
        if found is None:
            raise ReadError("not a Maccor export: its line of names is cut")
        above, line, body = found
        delimiter = named_rows.delimiter_of(line)
        names = named_rows.split_names(line, delimiter)
        words = {text: columns.name_of(text).word for text in names}
        texts = [n for n, w in words.items() if w in (*_STATES, *_CLOCKS)]
        text = named_rows.parse(body, names, delimiter, texts=texts)
        del body  # a long test is not held as text beside its table
        findings: list[Finding] = list(text.findings)
        dates = next((column for column in text.frame.columns if words.get(column) in _CLOCKS), None)
        stamps = None if dates is None else _stamps(text.frame[dates], findings)
        table = _table(text.frame, None if stamps is None else _seconds(stamps), findings)
        extra = _facts(above, delimiter, "" if stamps is None else stamps.order, findings)
        return RawRecord(table, tuple(findings), complete=text.complete, extra=extra)


def _names_at(text: bytes) -> tuple[list[str], str, bytes] | None:
    """Lines above the names, the line of names and what follows; None if there is no such line."""
    rest = text
    above: list[str] = []
    for _ in range(_LINES_ABOVE):
        line, end, rest = rest.partition(b"\n")
        shown = text_table.decode_line(line)
        if _is_names(shown):
            return above, shown, rest
        if not end:
            return None
        above.append(shown)
    return None


def _is_names(line: str) -> bool:
    names = named_rows.split_names(line, named_rows.delimiter_of(line))
    words = [columns.name_of(name).word for name in names]
    return (
        len(words) > 3
        and words[0] in _RECORDS
        and "step" in words
        and any(word in _TIMES for word in words)
        and any(word in _VOLTAGES for word in words)
    )


_ROLES: Final = (
    (s.TIME, _TIMES),
    (columns.STEP_TIME, _STEP_TIMES),
    (s.VOLTAGE, _VOLTAGES),
    (s.CURRENT, _CURRENTS),
    (columns.RECORD_NUMBER, _RECORDS),
    (s.CYCLE, _CYCLES),
    (columns.STEP_NUMBER, ("step",)),
    (_CAPACITY, _CAPACITIES),
    (_ENERGY, _ENERGIES),
    (s.TEMPERATURE, _TEMPERATURES),
    (_STATE, _STATES),
    (_CLOCK, _CLOCKS),
)


def _roles(parts: dict[str, columns.Name]) -> dict[str, str]:
    """The file's column for each label; of several the one whose word stands first."""
    taken: dict[str, str] = {}
    for label, words in _ROLES:
        for word in words:
            column = next((c for c, name in parts.items() if name.word == word), None)
            if column is not None:
                taken[label] = column
                break
    return taken


def _table(frame: pl.DataFrame, clock: pl.Series | None, findings: list[Finding]) -> pl.DataFrame:
    parts = {column: columns.name_of(column) for column in frame.columns}
    taken = _roles(parts)
    # The time within the step is called 'Step (Sec)' where the test's is 'Test (Sec)'.
    within = next((c for c, n in parts.items() if n.word == "step" and n.unit in ("s", "min", "h")), None)
    if within is not None:
        taken[columns.STEP_TIME] = within
        number = next((c for c, n in parts.items() if n.word == "step" and not n.unit), None)
        taken.pop(columns.STEP_NUMBER, None)
        if number is not None:
            taken[columns.STEP_NUMBER] = number
    made: list[pl.Series] = []
    for label, column in taken.items():
        if label in (_STATE, _CLOCK, s.TIME, columns.STEP_TIME):
            continue
        name = parts[column]
        if not columns.fits(name, label):
            continue
        made.append(frame.select(columns.converted(column, name, label)).to_series())
    result = pl.DataFrame(made)
    result = _with_times(result, frame, parts, taken, clock, findings)
    result = _with_direction(result, frame[taken[_STATE]] if _STATE in taken else None, findings)
    if clock is not None:
        result = result.with_columns(clock.alias(LOCAL_TIME))
    marks = [result[label] for label in (columns.STEP_NUMBER, s.CYCLE) if label in result.columns]
    restarts = [result[columns.STEP_TIME]] if columns.STEP_TIME in result.columns else []
    if marks:
        result = result.with_columns(pl.Series(s.STEP, columns.steps(marks, restarts)))
    whole = [n for n in columns.WHOLE if n in result.columns]
    result = result.with_columns(pl.col(n).cast(pl.Int64, strict=False) for n in whole)
    names = set(result.columns)
    rest = [c for c in frame.columns if c not in taken.values()]
    return result.with_columns(frame[c].alias(columns.unused(parts[c].label, names)) for c in rest)


# --- time ------------------------------------------------------------------------------------------------


def _stamps(texts: pl.Series, findings: list[Finding]) -> timestamps.Timestamps | None:
    """Clock times; None if they cannot be read, or in two ways."""
    plain = _month_numbers(texts)
    stamps = columns.stamps(plain)
    if stamps is None:
        return None
    if stamps.ambiguous:
        findings.append(
            Finding(
                "ambiguous_dates",
                f"nothing in the file shows whether its dates are {timestamps.MONTH_FIRST} or "
                f"{timestamps.DAY_FIRST}; wall-clock times are left out",
                "warning",
                len(texts),
            )
        )
        return None
    if plain is texts:
        findings.append(Finding("date_order", f"dates are read as {stamps.order}: {stamps.evidence}", "note"))
    return stamps


def _seconds(stamps: timestamps.Timestamps) -> pl.Series:
    return pl.Series(np.round(stamps.seconds, 6)).fill_nan(None)


def _month_numbers(texts: pl.Series) -> pl.Series:
    """'23-Nov-23 3:56 PM' as '2023-11-23 3:56 PM'."""
    if not texts.str.contains(r"^\s*\d{1,2}-[A-Za-z]{3}-\d{2,4}\s").any():
        return texts
    for number, month in enumerate(_MONTHS, start=1):
        texts = texts.str.replace(rf"(?i)^\s*(\d{{1,2}})-{month}-(\d{{2}})\s", f"20${{2}}-{number}-${{1}} ")
        texts = texts.str.replace(rf"(?i)^\s*(\d{{1,2}})-{month}-(\d{{4}})\s", f"${{2}}-{number}-${{1}} ")
    return texts


def _duration(texts: pl.Series) -> pl.Series | None:
    """'1d 02:03:04.50' and '26:03:04' in seconds; None if none is so written."""
    groups = texts.str.extract_groups(_DURATION).struct.unnest()
    if groups["2"].null_count() == len(texts):
        return None
    day, hour, minute, second = (groups[n].cast(pl.Float64, strict=False) for n in ("1", "2", "3", "4"))
    return day.fill_null(0.0) * 86400 + hour * 3600 + minute * 60 + second


def _with_times(
    result: pl.DataFrame,
    frame: pl.DataFrame,
    parts: dict[str, columns.Name],
    taken: dict[str, str],
    clock: pl.Series | None,
    findings: list[Finding],
) -> pl.DataFrame:
    if s.TIME not in taken:
        raise ReadError("no column of test time", advice="export the file again with the test time")
    factor = 0.0
    for label in (s.TIME, columns.STEP_TIME):
        column = taken.get(label)
        if column is None:
            continue
        values = frame[column]
        if values.dtype == pl.String:
            seconds = _duration(values)
            if seconds is None:
                raise ReadError(f"the column {column} holds neither numbers nor times such as 0d 01:02:03")
            result = result.with_columns(seconds.alias(label))
            continue
        if parts[column].unit in ("s", "min", "h"):
            result = result.with_columns(
                frame.select(columns.converted(column, parts[column], label)).to_series()
            )
            continue
        factor = factor or _unit_of_time(values, result, clock, findings)
        # To the microsecond: six digits of a minute carry no more.
        result = result.with_columns((values * factor).round(6).alias(label))
    return result


def _unit_of_time(
    values: pl.Series, result: pl.DataFrame, clock: pl.Series | None, findings: list[Finding]
) -> float:
    """Seconds in the unit of a column that names none.

    Raises
    ------
    ReadError
        If neither the clock nor the capacity shows it.
    """
    time = values.to_numpy()
    ratio, by = 0.0, ""
    if clock is not None:
        # Between some rows far apart, so that neither a rounded clock nor a pause of the test counts.
        some = np.unique(np.linspace(0, len(time) - 1, _ROWS_COMPARED).astype(np.int64))
        elapsed, wall = np.diff(time[some]), np.diff(clock.fill_null(float("nan")).to_numpy()[some])
        good = (elapsed > 0) & (wall >= 60)
        if not good.any():
            good = (elapsed > 0) & (wall > 0)
        if good.any():
            ratio, by = float(np.median(wall[good] / elapsed[good])), "the clock of the same rows shows it"
    if not ratio and {s.CURRENT, _CAPACITY} <= set(result.columns):
        current = np.abs(result[s.CURRENT].fill_null(0.0).to_numpy())
        charge = np.diff(result[_CAPACITY].fill_null(0.0).to_numpy()) * 3600
        passed = (current[1:] + current[:-1]) / 2 * np.diff(time)
        good = (charge > 0) & (passed > 0)
        if good.sum() >= 3:
            ratio, by = float(np.median(charge[good] / passed[good])), "the capacity and the current show it"
    name = next((n for n, f in _SECONDS.items() if abs(ratio / f - 1) <= _UNIT_TOLERANCE), "")
    if not name:
        raise ReadError(
            "the column of test time has no unit, and neither clock nor capacity show it",
            advice="export it again with 'Test (Sec)' or with DPT Time",
        )
    findings.append(Finding("time_unit", f"the test time, without a unit, is in {name}: {by}", "note"))
    return _SECONDS[name]


# --- direction -------------------------------------------------------------------------------------------


def _with_direction(result: pl.DataFrame, states: pl.Series | None, findings: list[Finding]) -> pl.DataFrame:
    """Sign the current by the state, and part the capacity into charging and discharging."""
    if s.CURRENT not in result.columns:
        return result
    current = result[s.CURRENT]
    signed = bool((current < 0).any())
    if states is None:
        if not signed and bool((current > 0).any()):
            findings.append(
                Finding(
                    "unsigned_current",
                    "the currents have no sign and the file no column of states (Md, State) that would tell it; "
                    "they are kept as printed",
                    "error",
                    int((current > 0).sum()),
                )
            )
        return result
    plain = states.str.strip_chars().str.to_uppercase()
    direction = plain.replace_strict(_DIRECTIONS, default=None, return_dtype=pl.Float64)
    kind = plain.replace_strict(_KINDS, default=plain, return_dtype=pl.String)
    made = [kind.alias(STEP_TYPE)]
    if not signed:
        made.append((current * direction.fill_null(1.0)).alias(s.CURRENT))
        lost = int(((current != 0) & direction.is_null()).sum())
        if lost:
            others = ", ".join(
                sorted(plain.filter((current != 0) & direction.is_null()).drop_nulls().unique())[:5]
            )
            findings.append(
                Finding(
                    "unsigned_current",
                    f"{lost} rows with current in states whose direction is not known ({others})",
                    "warning",
                    lost,
                )
            )
    if _CAPACITY in result.columns:
        capacity = result[_CAPACITY].abs()
        made.append((capacity * direction.clip(lower_bound=0.0)).alias(s.CHARGE_CAPACITY))
        made.append((capacity * -direction.clip(upper_bound=0.0)).alias(s.DISCHARGE_CAPACITY))
    return result.with_columns(made)


# --- header ----------------------------------------------------------------------------------------------


def _facts(above: list[str], delimiter: str, order: str, findings: list[Finding]) -> dict[str, Any]:
    extra: dict[str, Any] = {"instrument": "Maccor"}
    private: dict[str, str] = {}
    for line in above:
        key, _, value = line.partition(delimiter)
        key = key.strip().rstrip(":").strip().lower()
        value = " ".join(
            "".join(c for c in value if c.isprintable() and c != _FILLER).replace(delimiter, " ").split()
        )
        if not value:
            continue
        if key in ("started", "date of test", "start date"):
            text = _month_numbers(pl.Series([value + " "]))[0].strip()
            extra |= started.facts(text, findings, order=order) | {"started_as_written": value}
        elif key in _FACTS:
            extra[_FACTS[key]] = value
        elif key in _PRIVATE:
            private[_PRIVATE[key]] = value
    if private:
        extra["private"] = private
    return extra
