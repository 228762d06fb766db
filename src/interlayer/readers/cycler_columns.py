"""Columns that cyclers name: word and unit parted, converted into those of a record, the rest kept as extras.

'Test_Time(s)', 'Test Time (s)', 'Current [A]' and 'Voltage / V' are one way of naming in four spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer import units
from interlayer.errors import UnitError
from interlayer.readers import timestamps
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME
from interlayer.record.record import Finding

_PARTED: Final = re.compile(r"^(?P<word>.*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]\s*$")
_SLASHED: Final = re.compile(r"^(?P<word>.*\S)\s+/\s+(?P<unit>\S.*)$")
_SPELLINGS: Final = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), "h"),
    **dict.fromkeys(("minute", "minutes", "mins"), "min"),
    **dict.fromkeys(("c", "°c", "degc", "celsius", "deg c", "\ufffdc", "\u2103"), "degC"),
    **dict.fromkeys(("ohms", "ω", "\u03a9"), "ohm"),
    **dict.fromkeys(("amps", "amp", "ampere"), "A"),
    **dict.fromkeys(("volts", "volt"), "V"),
    **dict.fromkeys(("a.h", "a-hr", "ahr", "amp-hr", "amphr"), "Ah"),
    **dict.fromkeys(("w.h", "w-hr", "whr", "watt-hr"), "Wh"),
}
_BLOCK: Final = 16384
_UNIX: Final = (5e8, 5e9)
_UNIX_MS: Final = (5e11, 5e12)
_OLE_DAYS: Final = (2e4, 8e4)
_OLE_TO_UNIX_DAYS: Final = 25569.0
"""Days from 1899-12-30, on which the clock of Office counts from, to 1970-01-01."""
STEP_NUMBER: Final = "Step Number / 1"
STEP_TIME: Final = "Step Time / s"
RECORD_NUMBER: Final = "Record Number / 1"
WHOLE: Final = (s.CYCLE, STEP_NUMBER, RECORD_NUMBER)
"""Labels of counters."""


@dataclass(frozen=True)
class Name:
    """A column's name in parts.

    Attributes
    ----------
    word : str
        Lower case, underscores as blanks: 'test time'.
    unit : str
        As `interlayer.units` spells it; '' if the name has none, or one that it does not know.
    label : str
        'Word / unit' with the file's own capitals, for an extra column.
    """

    word: str
    unit: str
    label: str


def name_of(text: str) -> Name:
    """Part a column's name into word and unit."""
    text = " ".join(text.replace("\ufeff", "").split())
    match = _PARTED.match(text) or _SLASHED.match(text)
    shown, unit_text = (match["word"], match["unit"].strip()) if match else (text, "")
    unit = known_unit(unit_text)
    word = " ".join(shown.replace("_", " ").lower().split())
    return Name(word, unit, f"{shown} / {unit_text or '1'}")


def known_unit(text: str) -> str:
    """Return a unit's usual spelling, '' if it is none that is known."""
    plain = text.strip()
    plain = _SPELLINGS.get(plain.lower(), plain)
    if plain in ("", "1", "degC"):
        return plain
    try:
        units.factor(plain)
    except UnitError:
        return ""
    return plain


def converted(column: str, name: Name, label: str, unit: str = "") -> pl.Expr:
    """Return a column of numbers in the unit of a record's label.

    Parameters
    ----------
    column : str
        In the frame.
    name : Name
        Its parts.
    label : str
        'Name / unit' of the record.
    unit : str
        What the column is in if its name has no unit; that of `label` by default.
    """
    wanted = label.rpartition(" / ")[2]
    given = name.unit or unit or wanted
    value = pl.col(column).cast(pl.Float64, strict=False)
    if given != wanted and "degC" not in (given, wanted):
        value = value * (units.factor(given) / units.factor(wanted))
    elif given == "K" and wanted == "degC":
        value = value - 273.15
    return value.alias(label)


def fits(name: Name, label: str) -> bool:
    """Whether a column's unit, if it has one, is of the kind of a record's label."""
    wanted = label.rpartition(" / ")[2]
    if name.unit in ("", "1") or wanted == "1":
        return True
    if "degC" in (name.unit, wanted):
        return name.unit in ("degC", "K")
    return units.dimension(name.unit) == units.dimension(wanted)


def to_record(
    frame: pl.DataFrame, known: Mapping[str, str], *, extra: Mapping[str, str] | None = None
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Rename and convert the columns of a frame.

    Parameters
    ----------
    frame : polars.DataFrame
        Under the file's names.
    known : mapping
        Labels of a record by the words of names; the first column of each label is taken.
    extra : mapping, optional
        The same for labels of extra columns.

    Returns
    -------
    polars.DataFrame
        Columns of a record and extras 'Name / unit'.
    dict
        The file's names by the labels that were found.
    """
    made: list[pl.Expr] = []
    found: dict[str, str] = {}
    labels = {**known, **(extra or {})}
    taken: set[str] = set()
    for column in frame.columns:
        name = name_of(column)
        label = labels.get(name.word, "")
        if label and label not in found and frame.schema[column] != pl.String and fits(name, label):
            found[label] = column
            made.append(converted(column, name, label))
            taken.add(label)
            continue
        made.append(pl.col(column).alias(unused(name.label, taken)))
    whole = [label for label in WHOLE if label in found]
    return frame.select(made).with_columns(pl.col(n).cast(pl.Int64, strict=False) for n in whole), found


def unused(label: str, taken: set[str]) -> str:
    """Return a label that is not in `taken` and none of the record's own, and add it there."""
    word, _, unit = label.rpartition(" / ")
    if label in s.CORE_LABELS:
        word = f"{word} as written"
    result = f"{word} / {unit}"
    count = 1
    while result in taken:
        count += 1
        result = f"{word} ({count}) / {unit}"
    taken.add(result)
    return result


def steps(marks: Iterable[pl.Series], restarts: Iterable[pl.Series] = ()) -> NDArray[np.int64]:
    """Count steps from 0: a new one begins where a mark changes or a counter within the step falls back.

    Parameters
    ----------
    marks : iterable of polars.Series
        Numbers of step and cycle; blanks continue the value before.
    restarts : iterable of polars.Series
        Time within the step.

    Returns
    -------
    ndarray of int64
        Shape (n,).
    """
    new: NDArray[np.bool_] | None = None
    for mark in marks:
        values = _filled(mark)
        change = np.concatenate(([False], np.diff(values) != 0)) if len(values) else np.zeros(0, np.bool_)
        new = change if new is None else new | change
    for counter in restarts:
        values = _filled(counter)
        change = np.concatenate(([False], np.diff(values) < 0)) if len(values) else np.zeros(0, np.bool_)
        new = change if new is None else new | change
    return np.zeros(0, np.int64) if new is None else np.cumsum(new).astype(np.int64)


def _filled(series: pl.Series) -> NDArray[np.float64]:
    values = series.cast(pl.Float64, strict=False)
    return values.fill_null(strategy="forward").fill_null(strategy="backward").fill_null(0.0).to_numpy()


def clock(values: pl.Series) -> tuple[str, pl.Series] | None:
    """Read a column of clock times given as numbers: seconds or milliseconds since 1970, or days of Office.

    Returns
    -------
    tuple of str and polars.Series, or None
        `Unix Time / s` or `Local Time / s`, and seconds; None if the numbers are neither.
    """
    known = values.drop_nulls()
    if not len(known):
        return None
    low, high = float(str(known.min())), float(str(known.max()))
    if _UNIX[0] < low and high < _UNIX[1]:
        return s.UNIX_TIME, values
    if _UNIX_MS[0] < low and high < _UNIX_MS[1]:
        return s.UNIX_TIME, values / 1e3
    if _OLE_DAYS[0] < low and high < _OLE_DAYS[1]:
        return LOCAL_TIME, ole_seconds(values)
    return None


def stamps(texts: pl.Series) -> timestamps.Timestamps | None:
    """Read clock times given as text, as `timestamps.parse`, in blocks: their parts need much memory.

    The order of day and month is taken from the dates in their order.
    """
    if len(texts) <= _BLOCK:
        return timestamps.parse(texts)
    dates = texts.str.extract(r"^\s*(\S+)\s").unique(maintain_order=True).drop_nulls()
    found = timestamps.parse(dates + " 00:00")
    if found is None or found.ambiguous:
        return found
    seconds: list[NDArray[np.float64]] = []
    for at in range(0, len(texts), _BLOCK):
        block = texts.slice(at, _BLOCK)
        part = timestamps.parse(block, order=found.order)
        seconds.append(np.full(len(block), np.nan) if part is None else part.seconds)
    return replace(found, seconds=np.concatenate(seconds))


def ole_seconds(days: pl.Series) -> pl.Series:
    """Return seconds since 1970 on the same clock of days since 1899-12-30, to the millisecond.

    A day's fraction as a double holds no more: 1 us is its last digit.
    """
    return ((days - _OLE_TO_UNIX_DAYS) * 86400.0).round(3)


def missing(found: Mapping[str, str], needed: Iterable[str]) -> list[str]:
    """Return the labels that were not found."""
    return [label for label in needed if label not in found]


def name_absent(found: Mapping[str, str], findings: list[Finding]) -> None:
    """Add a finding if a text holds neither voltage nor current."""
    if s.VOLTAGE not in found and s.CURRENT not in found:
        findings.append(Finding("nothing_measured", "the file holds neither voltage nor current", "error"))
