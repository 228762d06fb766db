"""Where a spectrum stands in a cell's life, and how that is known: by its file, by clocks, by the user, or not.

Nothing is guessed: a spectrum that neither its file nor a clock nor the user places is kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interlayer import units
from interlayer.errors import InputError, UnitError
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.half_cycles import cycles_leapt
from interlayer.metrics.halves import halves
from interlayer.record import Record, Spectrum
from interlayer.record import schema as s

FloatArray = NDArray[np.float64]
How = Literal["file", "timestamps", "user", "not placed"]
_COUNT: Final = re.compile(r"(cycle|half-cycle)\s*(\d+)", re.IGNORECASE)
_EXAMPLES: Final = "write 'before', '100 h', 'cycle 50', 'half-cycle 12' or '60 degC'"


@dataclass(frozen=True)
class Place:
    """What a user said about one spectrum.

    Attributes
    ----------
    time_s, temperature_C : float or None
    half_cycle, cycle : int or None
        Completed before it.
    text : str
        As given.
    """

    text: str
    time_s: float | None = None
    half_cycle: int | None = None
    cycle: int | None = None
    temperature_C: float | None = None


@dataclass(frozen=True)
class Placement:
    """Where a spectrum stands.

    Attributes
    ----------
    how : {'file', 'timestamps', 'user', 'not placed'}
    time_s : float or None
        Since the cell's test began.
    half_cycle : int or None
        Half-cycles completed before it.
    cycle : int or None
        Cycles completed before it, if the user said so.
    temperature_C : float or None
        Of the file, or as the user said.
    detail : str
        In words.
    """

    how: How
    time_s: float | None = None
    half_cycle: int | None = None
    cycle: int | None = None
    temperature_C: float | None = None
    detail: str = ""

    @property
    def text(self) -> str:
        """How it was placed, in one line."""
        head = {"file": "placed by its file", "timestamps": "placed by clocks", "user": "placed by the user"}
        first = head.get(self.how, self.how)
        return f"{first}: {self.detail}" if self.detail else first


def read_place(text: str, *, where: str = "--at") -> Place:
    """Read what a user says about a spectrum's place: 'before', '100 h', 'cycle 50', 'half-cycle 12', '60 degC'.

    Raises
    ------
    InputError
        If it is none of these.
    """
    plain = text.strip()
    if plain.lower() == "before":
        return Place(plain, time_s=0.0, half_cycle=0)
    if match := _COUNT.fullmatch(plain):
        number = int(match.group(2))
        if match.group(1).lower() == "cycle":
            return Place(plain, half_cycle=2 * number, cycle=number)
        return Place(plain, half_cycle=number)
    try:
        value, unit = units.parse_either(plain, ("h", "degC"), where=where)
    except UnitError as problem:
        raise InputError(f"'{text}' places no spectrum", where=where, advice=_EXAMPLES) from problem
    if unit == "degC":
        return Place(plain, temperature_C=value - 273.15)
    if value < 0:
        raise InputError(f"'{text}' is before the test", where=where, advice="write 'before'")
    return Place(plain, time_s=value)


def place_spectra(
    records: Sequence[Record], said: Sequence[Place | None] = (), along: Record | None = None
) -> list[list[Placement]]:
    """Place every spectrum of several records, in their order.

    What the user says about a file holds for all its spectra and wins. Else a file with cycling rows, or the
    only file, places its own spectra; else the clocks of the files do, against that of `along` or of the
    earliest file; else a spectrum is not placed.

    Parameters
    ----------
    records : sequence of Record
    said : sequence of Place or None
        One a record; may be shorter.
    along : Record, optional
        The cell's cycling, on which spectra from other files are placed.
    """
    starts = [start_of(record) for record in records]
    kinds = {kind for kind, _ in (x for x in starts if x is not None)}
    known = all(x is not None for x in starts) and len(kinds) == 1
    zero: tuple[str, float] | None = None if along is None else start_of(along)
    if along is None and known and len(records) > 1:
        zero = min((x for x in starts if x is not None), key=lambda x: x[1])
    placed: list[list[Placement]] = []
    for number, record in enumerate(records):
        one = said[number] if number < len(said) else None
        placed.append(
            [
                _placed(record, spectrum, one, starts[number], zero, along, alone=len(records) == 1)
                for spectrum in record.spectra
            ]
        )
    return placed


def start_of(record: Record) -> tuple[str, float] | None:
    """Return which clock a record's file tells ('UTC' or 'local') and its start on it in seconds, or None.

    Local times of two files can be compared with each other, not with UTC.
    """
    where = record.provenance
    if where.started_unix_s is not None:
        return "UTC", where.started_unix_s
    local = where.extra.get("started_local")
    if isinstance(local, str):
        try:
            moment = datetime.fromisoformat(local)
        except ValueError:
            return None
        return "local", (moment.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()
    return None


def temperature_of(record: Record, spectrum: Spectrum) -> float | None:
    """Return the mean temperature in degC that the file gives for a spectrum, or None."""
    values = _rows_of(record, spectrum, s.TEMPERATURE)
    return float(values.mean()) if values.size else None


def bias_of(record: Record, spectrum: Spectrum) -> tuple[float, str] | None:
    """Return the mean voltage (V), else current (A), that a file gives for a spectrum's points, or None."""
    for column, unit in ((s.VOLTAGE, "V"), (s.CURRENT, "A")):
        values = _rows_of(record, spectrum, column)
        if values.size:
            return float(values.mean()), unit
    return None


def times_of(record: Record, spectrum: Spectrum) -> FloatArray | None:
    """Return when each point of a spectrum was measured, in s, or None if the file does not tell."""
    table = record.table
    mask = table[s.FREQUENCY].is_not_null() & (table[s.SPECTRUM].fill_null(0) == spectrum.index)
    points = table.filter(mask).drop_nulls([s.FREQUENCY, s.Z_REAL, s.Z_IMAG])
    time = points[s.TIME]
    if len(time) != spectrum.frequency_Hz.size or time.null_count() or not len(time):
        return None
    values = time.to_numpy().astype(np.float64)
    return values if np.isfinite(values).all() and np.ptp(values) > 0 else None


def _rows_of(record: Record, spectrum: Spectrum, column: str) -> FloatArray:
    table = record.table
    points = table.filter(
        table[s.FREQUENCY].is_not_null() & (table[s.SPECTRUM].fill_null(0) == spectrum.index)
    )
    return points[column].drop_nulls().drop_nans().to_numpy().astype(np.float64)


def _placed(
    record: Record,
    spectrum: Spectrum,
    said: Place | None,
    start: tuple[str, float] | None,
    zero: tuple[str, float] | None,
    along: Record | None,
    *,
    alone: bool,
) -> Placement:
    temperature = temperature_of(record, spectrum)
    if said is not None and said.temperature_C is None:
        detail = f"'{said.text}'"
        if said.text.lower() == "before":
            detail += ", taken as 0 h"
        return Placement("user", said.time_s, said.half_cycle, said.cycle, temperature, detail)
    if said is not None:
        temperature = said.temperature_C
    time, cycled = spectrum.time_s, len(record.cycling) > 0
    if time is not None and cycled:
        return Placement(
            "file",
            time,
            _completed(record, time),
            None,
            temperature,
            "its rows stand among those of the test",
        )
    if time is None and cycled and said is None:
        return Placement("not placed", None, None, None, temperature, "no time stands beside it in its file")
    if along is None and alone and time is not None and len(record.spectra) > 1:
        return Placement("file", time, None, None, temperature, "time since the file began")
    if start is not None and zero is not None and start[0] == zero[0]:
        moment = start[1] - zero[1] + (time or 0.0)
        clock = "clock of the files" if along is None else f"clock of this file and of {along.label}"
        if moment < 0:
            return Placement("timestamps", moment, 0, None, temperature, f"{clock}, before the test")
        count = None if along is None else _completed(along, moment)
        return Placement("timestamps", moment, count, None, temperature, clock)
    if said is not None:
        return Placement("user", None, None, None, temperature, f"'{said.text}'")
    detail = "this file tells no time of day" if start is None else "no other file to compare its clock with"
    return Placement("not placed", None, None, None, temperature, detail)


def _completed(record: Record, time_s: float) -> int | None:
    """Half-cycles of a record that ended before a time; None if it leaps over some."""
    if cycles_leapt(record):
        return None
    end = np.sort(Analysis(record).get(halves).end_s)
    # a spectrum may carry the very time at which the half-cycle before it ended
    return int(np.searchsorted(end, time_s + 1e-6 * (1 + abs(time_s))))
