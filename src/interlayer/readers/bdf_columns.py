"""Names of Battery Data Format (BDF): preferred labels, machine-readable names, older spellings; into a record.

`Step Index / 1` is the place of a point within its step today and was the number of the step in the schedule before;
which it is, the numbers show. Steps of a record are counted from 0, `Step Count / 1` from 1.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import cycler_columns as columns
from interlayer.record import bdf
from interlayer.record import schema as s
from interlayer.record.checks import STEP_TYPE
from interlayer.record.record import Finding

_TAILS: Final = {
    "ampere_hour": "Ah",
    "milliampere_hour": "mAh",
    "watt_hour": "Wh",
    "millisecond": "ms",
    "second": "s",
    "minute": "min",
    "hour": "h",
    "millivolt": "mV",
    "volt": "V",
    "milliampere": "mA",
    "microampere": "uA",
    "ampere": "A",
    "ah": "Ah",
    "mah": "mAh",
    "wh": "Wh",
    "celsius": "degC",
    "degc": "degC",
    "kelvin": "K",
    "ohm": "ohm",
    "pascal": "Pa",
    "pa": "Pa",
    "hertz": "Hz",
    "watt": "W",
    "degree": "deg",
    "dimensionless": "1",
    "1": "1",
}
"""How machine-readable names end, longest first where one ends on another."""

_RECORD: Final = {
    "test time": s.TIME,
    "voltage": s.VOLTAGE,
    "current": s.CURRENT,
    "unix time": s.UNIX_TIME,
    "date time": s.UNIX_TIME,
    "cycle count": s.CYCLE,
    "cycle": s.CYCLE,
    "charging capacity": s.CHARGE_CAPACITY,
    "charge capacity": s.CHARGE_CAPACITY,
    "discharging capacity": s.DISCHARGE_CAPACITY,
    "discharge capacity": s.DISCHARGE_CAPACITY,
    "frequency": s.FREQUENCY,
    "real impedance": s.Z_REAL,
    "imaginary impedance": s.Z_IMAG,
    "spectrum index": s.SPECTRUM,
    "cell temperature": s.TEMPERATURE,
}
_TEMPERATURES: Final = ("surface temperature t1", "temperature t1", "ambient temperature")
_STEP_COUNT: Final = ("step count", "step")
_STEP_INDEX: Final = "step index"
_NEEDED: Final = ("test time",)
_MEASURED: Final = ("voltage", "current")
_WHOLE: Final = (s.CYCLE, s.SPECTRUM)
_MOSTLY: Final = 0.5


def name_of(text: str) -> columns.Name | None:
    """Part a name of BDF: 'Test Time / s' or 'test_time_second'; None if it is neither."""
    plain = text.strip().strip('"')
    if " / " in plain:
        return columns.name_of(plain)
    if plain != plain.lower() or " " in plain or "(" in plain:
        return None
    label = bdf.NOTATIONS.get(plain, "")
    if label:
        return columns.name_of(label)
    for tail, unit in sorted(_TAILS.items(), key=lambda item: -len(item[0])):
        if plain.endswith("_" + tail) and len(plain) > len(tail) + 1:
            words = plain[: -len(tail) - 1].replace("_", " ")
            return columns.Name(words, unit, f"{words.title()} / {unit}")
    return None


def looks_like(names: list[str]) -> bool:
    """Whether the names are BDF's: test time with its unit, and a voltage or a current with its own."""
    found = {name.word for text in names if (name := name_of(text)) and name.unit}
    return set(_NEEDED) <= found and bool(found & set(_MEASURED))


def table(frame: pl.DataFrame, findings: list[Finding]) -> tuple[pl.DataFrame, bool]:
    """Return the columns of a record.

    Parameters
    ----------
    frame : polars.DataFrame
        Under BDF's names, with further columns of any name.
    findings : list of Finding
        What is odd is added here.

    Returns
    -------
    polars.DataFrame
    bool
        Whether the temperature is that of the surroundings.

    Raises
    ------
    ReadError
        If a column that must hold numbers holds text.
    """
    parts = {column: name_of(column) or _other(column) for column in frame.columns}
    chosen = _chosen(frame, parts)
    made: list[pl.Expr] = []
    taken: set[str] = set()
    for label, column in chosen.items():
        if frame.schema[column] == pl.String:
            raise ReadError(f"the column '{column}' holds text instead of numbers")
        made.append(columns.converted(column, parts[column], label))
        taken.add(label)
    step = _step(frame, parts, findings)
    if step is not None:
        made.append(pl.lit(step).alias(s.STEP))
        taken.add(s.STEP)
    counted = [c for c, name in parts.items() if name.word in _STEP_COUNT]
    for column, name in parts.items():
        if column in chosen.values() or (step is not None and column in counted[:1]):
            continue
        label = columns.STEP_NUMBER if name.word == _STEP_INDEX else name.label
        made.append(pl.col(column).alias(columns.unused(label, taken)))
    result = frame.select(made)
    for label in _WHOLE:
        if label in chosen:
            result = _whole(result, label, findings)
    _check_sign(result, findings)
    ambient = s.TEMPERATURE in chosen and parts[chosen[s.TEMPERATURE]].word == "ambient temperature"
    return result, ambient


def _other(column: str) -> columns.Name:
    """A column that is not of BDF keeps its name; '/ 1' is added where it has no unit."""
    name = columns.name_of(column)
    return columns.Name(name.word if " / " in column else "", name.unit, name.label)


def _chosen(frame: pl.DataFrame, parts: dict[str, columns.Name]) -> dict[str, str]:
    """The file's column for each label of a record."""
    chosen: dict[str, str] = {}
    for column, name in parts.items():
        label = _RECORD.get(name.word, "")
        if label and name.unit and label not in chosen and columns.fits(name, label):
            chosen[label] = column
    for word in _TEMPERATURES:
        found = next((c for c, name in parts.items() if name.word == word), None)
        if found is not None and s.TEMPERATURE not in chosen and frame[found].null_count() < len(frame):
            chosen[s.TEMPERATURE] = found
    return chosen


def _step(frame: pl.DataFrame, parts: dict[str, columns.Name], findings: list[Finding]) -> pl.Series | None:
    """Number of the step of every row from 0, from the count or from what the index shows."""
    counts = [c for c, name in parts.items() if name.word in _STEP_COUNT and frame.schema[c].is_numeric()]
    if counts and frame[counts[0]].null_count() < len(frame):
        count = frame[counts[0]].cast(pl.Float64).round().cast(pl.Int64, strict=False)
        lowest = count.min()
        return count - 1 if isinstance(lowest, int) and lowest >= 1 else count
    indices = [c for c, name in parts.items() if name.word == _STEP_INDEX and frame.schema[c].is_numeric()]
    if not indices or not len(frame):
        return None
    index = frame[indices[0]].cast(pl.Float64)
    values = index.fill_null(strategy="forward").fill_null(0.0).to_numpy()
    rising = np.diff(values) == 1
    # The number of a step in the schedule stays for many rows; the place within a step rises with each.
    if len(values) > 2 and (rising | (values[1:] == 1)).all() and rising.mean() > _MOSTLY:
        findings.append(
            Finding("step_index_in_step", f"'{indices[0]}' numbers the points within each step", "note")
        )
        return pl.Series(np.cumsum(np.concatenate(([False], values[1:] == 1))).astype(np.int64))
    findings.append(
        Finding(
            "steps_counted",
            f"'{indices[0]}' is the step in the schedule; steps are counted by its changes",
            "note",
        )
    )
    marks = [index, *(frame[c] for c, name in parts.items() if name.word in ("cycle count", "cycle"))]
    return pl.Series(columns.steps([m for m in marks if m.dtype.is_numeric()]))


def _whole(result: pl.DataFrame, label: str, findings: list[Finding]) -> pl.DataFrame:
    """A counter as whole numbers; one that is not whole is left out and named."""
    values = result[label].drop_nulls()
    if not len(values) or bool((values == values.round()).all()):
        return result.with_columns(pl.col(label).cast(pl.Int64, strict=False))
    turns = values / (2 * math.pi)
    why = (
        ": multiples of 2 pi, a cycle taken for a turn in radians"
        if bool(((turns - turns.round()).abs() < 1e-9 * turns.abs()).all())
        else ""
    )
    findings.append(
        Finding(
            "counter_not_whole",
            f"{label} holds {values[0]:.6g} and the like, no whole numbers{why}; it is left out",
            "warning",
            len(values),
        )
    )
    return result.with_columns(pl.lit(None, dtype=pl.Int64).alias(label))


def _check_sign(result: pl.DataFrame, findings: list[Finding]) -> None:
    """Name steps called charge with negative current, and the other way round: BDF's current is > 0 in charge."""
    if STEP_TYPE not in result.columns or s.CURRENT not in result.columns:
        return
    kind = result[STEP_TYPE].cast(pl.String).str.to_lowercase()
    current = result[s.CURRENT]
    wrong = ((kind == "charge") & (current < 0)) | ((kind == "discharge") & (current > 0))
    count = int(wrong.sum())
    if count:
        findings.append(
            Finding(
                "current_sign",
                f"{count} rows: the current is negative in steps called charge or positive in those called "
                "discharge, against the format's sign; nothing is turned",
                "warning",
                count,
            )
        )
