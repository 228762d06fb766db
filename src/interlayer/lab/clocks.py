"""Clocks of instruments: which one a file tells, its time zone, and by how much it is wrong, as far as a person knows.

Starts in universal time and starts on the clock of a computer cannot be compared until the table states the zone of
the latter (`time_zone`) or how far one file's clock is off (`clock_offset`).
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from interlayer import units
from interlayer.errors import InputError, UnitError
from interlayer.lab.sheet_marks import BETWEEN_FILES
from interlayer.metrics.placement import start_of
from interlayer.record.record import Record

UTC: Final = "UTC"
LOCAL: Final = "local"
_FIXED: Final = re.compile(r"(?:UTC|GMT)?\s*([+\-−])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_EPOCH: Final = dt.datetime(1970, 1, 1)


@dataclass(frozen=True)
class Clock:
    """What a file's clock read at its test time 0.

    Attributes
    ----------
    kind : str
        `UTC` or `LOCAL`.
    seconds : float
        Since 1970 on it, with what the table says about it.
    detail : str
        What the table says about it, '' if nothing.
    """

    kind: str
    seconds: float
    detail: str = ""
    stated: bool = False
    """Whether the table says by how much it is to be moved: then it is on the clock of the cell's other files."""

    def comparable(self, other: Clock) -> bool:
        """Whether times on both may be subtracted."""
        return self.kind == other.kind or self.stated or other.stated


def clock_of(record: Record, offset_s: float | None, zone: dt.tzinfo | None) -> Clock | None:
    """Return the clock of a record, None if its file tells none.

    Parameters
    ----------
    record : Record
    offset_s : float or None
        To be added to its clock, s.
    zone : tzinfo or None
        Of clocks that are not in universal time.
    """
    found = start_of(record)
    if found is None:
        return None
    kind, seconds = found
    said: list[str] = []
    if kind == LOCAL and zone is not None:
        moment = (_EPOCH + dt.timedelta(seconds=seconds)).replace(tzinfo=zone)
        kind, seconds = UTC, moment.timestamp()
        said.append(f"its clock is that of {zone}")
    if offset_s:
        seconds += offset_s
        said.append(f"its clock is moved by {_signed(offset_s)}, as the table says")
    return Clock(kind, seconds, "; ".join(said), stated=offset_s is not None)


def zone_of(text: str, *, where: str = "time_zone") -> dt.tzinfo:
    """Return a time zone by its name ('Europe/Berlin') or its distance from universal time ('UTC+8').

    Raises
    ------
    InputError
        If it is neither.
    """
    plain = text.strip()
    if plain.upper() in ("UTC", "GMT"):
        return dt.UTC
    if match := _FIXED.fullmatch(plain):
        minutes = 60 * int(match[2]) + int(match[3] or 0)
        if minutes <= 14 * 60:
            return dt.timezone(dt.timedelta(minutes=minutes if match[1] == "+" else -minutes))
    try:
        return ZoneInfo(plain)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"'{text}' is no time zone", where=where, advice="write for instance UTC+8, or Europe/Berlin"
        ) from None


def offsets_of(text: str, *, where: str = "clock_offset") -> tuple[tuple[str, float], ...]:
    """Return the offsets that a table states, (pattern of file names, s) each: 'eis*.mpt: +5 min | b.csv: -1 h'.

    Raises
    ------
    InputError
        If one cannot be read, or does not say for which file it is.
    """
    found: list[tuple[str, float]] = []
    for part in text.split(BETWEEN_FILES):
        if not part.strip():
            continue
        pattern, mark, amount = part.rpartition(":")
        if not mark or not pattern.strip():
            raise InputError(
                f"'{part.strip()}' does not say for which files",
                where=where,
                advice=f"write for instance '*eis*: {part.strip()}'",
            )
        try:
            seconds = units.parse(units.decimal_point(amount.strip().removeprefix("+")), "min", where=where)
        except UnitError as problem:
            raise InputError(
                f"'{part.strip()}': {problem.what}",
                where=where,
                advice=f"write for instance '{pattern.strip()}: +5 min'",
            ) from None
        found.append((pattern.strip(), seconds))
    return tuple(found)


def offset_for(name: str, offsets: tuple[tuple[str, float], ...]) -> float | None:
    """Return what is to be added to the clock of a file, by its path or name; None if nothing is said."""
    short = name.rpartition("/")[2]
    return next(
        (s for pattern, s in offsets if fnmatch.fnmatch(name, pattern) or fnmatch.fnmatch(short, pattern)),
        None,
    )


def iso(seconds: float) -> str:
    """Return seconds since 1970 on any clock as '2024-11-20T11:38:41.000'."""
    return (_EPOCH + dt.timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def _signed(seconds: float) -> str:
    unit = "s" if abs(seconds) < 120 else "min" if abs(seconds) < 3600 else "h"
    return f"{seconds / units.factor(unit):+.4g} {unit}"
