"""The table of published interlayers: facts as their sources print them, one row a cell or test."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Final

from interlayer.errors import InputError, ReadError, unknown_name

VERSION: Final = 1
"""Raised when a row or the meaning of a column changes."""

_NUMBERS: Final = (
    *("thickness_um", "temperature_C", "resistance_before", "resistance_after", "ccd_mA_cm2", "life_h"),
    *("current_mA_cm2", "capacity_mAh_cm2", "overpotential_mV", "capacity_mAh_g", "retention_pct", "cycles"),
)
_CHOICES: Final = {
    "resistance_unit": ("", "ohm", "ohm cm2"),
    "ccd_bound": ("", ">="),
    "life_bound": ("", ">="),
    "evidence": ("abstract", "full text", "figure", "own data"),
    "test": ("symmetric", "ramp", "ramp and symmetric", "full cell", "impedance"),
}
_NEEDED: Final = ("id", "work", "year", "doi", "electrolyte", "interlayer", "test", "evidence")
_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True)
class PublishedInterlayer:
    """One row.

    Attributes
    ----------
    id : str
        Unique in the table.
    work, year, doi : str
        Which publication.
    family, electrolyte, interlayer, class_, process, electrode : str
        What was built; `interlayer` is 'none' for a bare electrolyte.
    test : str
        'symmetric', 'ramp', 'ramp and symmetric', 'full cell' or 'impedance'.
    thickness_um, temperature_C : float or None
        Of the layer; of the test.
    resistance_before, resistance_after : float or None
        Without and with the layer, in `resistance_unit`.
    resistance_unit : str
        'ohm' (area not known) or 'ohm cm2'.
    ccd_mA_cm2, life_h : float or None
        Critical current density; time to short or of the test. With a bound '>=' no short occurred.
    ccd_bound, life_bound : str
        '>=' or ''.
    current_mA_cm2, capacity_mAh_cm2, overpotential_mV : float or None
        Of the cycling that lasted `life_h`.
    cathode, rate : str
    capacity_mAh_g, retention_pct, cycles : float or None
        Of a full cell.
    evidence : str
        What was read: 'abstract', 'full text', 'figure' or 'own data'.
    note : str
        What a number leaves open.
    """

    id: str
    work: str
    year: str
    doi: str
    family: str
    electrolyte: str
    interlayer: str
    class_: str
    process: str
    thickness_um: float | None
    electrode: str
    test: str
    temperature_C: float | None
    resistance_before: float | None
    resistance_after: float | None
    resistance_unit: str
    ccd_mA_cm2: float | None
    ccd_bound: str
    life_h: float | None
    life_bound: str
    current_mA_cm2: float | None
    capacity_mAh_cm2: float | None
    overpotential_mV: float | None
    cathode: str
    rate: str
    capacity_mAh_g: float | None
    retention_pct: float | None
    cycles: float | None
    evidence: str
    note: str

    @property
    def name(self) -> str:
        """What it is called on a figure: 'Ding2024, CuF2 composite -> Cu/LiF-rich'."""
        return f"{self.work}, {self.interlayer}"


COLUMNS: Final[tuple[str, ...]] = tuple(f.name.rstrip("_") for f in fields(PublishedInterlayer))
"""Headings of the table, in their order."""


def load(*more: str | Path) -> tuple[PublishedInterlayer, ...]:
    """Return the rows of the package's table, and of further tables of the same form.

    Raises
    ------
    ReadError
        If a file cannot be read or lacks a heading.
    InputError
        If a value breaks the table's contract; file, line, column, value and what is expected are named.
    """
    text = files("interlayer.published.interlayers").joinpath("interlayers.csv").read_text(encoding="utf-8")
    rows = _rows(text, "interlayers.csv")
    for path in map(Path, more):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}", where=str(path)) from problem
        except UnicodeDecodeError as problem:
            raise ReadError(
                "is not text in UTF-8", where=str(path), advice="save it as CSV UTF-8"
            ) from problem
        rows += _rows(text, path.name)
    _refuse_doubles(rows)
    return tuple(row for row, _ in rows)


def _rows(text: str, name: str) -> list[tuple[PublishedInterlayer, str]]:
    reader = csv.DictReader(io.StringIO(text))
    heads = reader.fieldnames or []
    for head in heads:
        if head not in COLUMNS:
            raise InputError(unknown_name("column", head, COLUMNS), where=f"{name} line 1")
    missing = [c for c in _NEEDED if c not in heads]
    if missing:
        raise ReadError(
            f"lacks the column {missing[0]}", where=f"{name} line 1", advice="headings: " + ",".join(COLUMNS)
        )
    found: list[tuple[PublishedInterlayer, str]] = []
    for raw in reader:
        where = f"{name} line {reader.line_num}"
        values = {c: (raw.get(c) or "").strip() for c in COLUMNS}
        if any(values.values()):
            found.append((_row(values, where), where))
    return found


def _row(values: dict[str, str], where: str) -> PublishedInterlayer:
    for column in _NEEDED:
        if not values[column]:
            raise InputError(f"{column} is empty", where=where, advice="every row needs it")
    if not _DOI.fullmatch(values["doi"]):
        raise InputError(f"doi = '{values['doi']}' is no DOI", where=where, advice="write 10.1039/d3sc06347j")
    if not re.fullmatch(r"(19|20)\d\d", values["year"]):
        raise InputError(f"year = '{values['year']}' is no year", where=where, advice="four digits")
    for column, allowed in _CHOICES.items():
        if values[column] not in allowed:
            raise InputError(
                f"{column} = '{values[column]}' is not known",
                where=where,
                advice="one of " + ", ".join(x or "(empty)" for x in allowed),
            )
    numbers = {column: _number(values[column], column, where) for column in _NUMBERS}
    resistance = numbers["resistance_before"] is not None or numbers["resistance_after"] is not None
    if resistance and not values["resistance_unit"]:
        raise InputError(
            "a resistance has no unit",
            where=where,
            advice="resistance_unit: ohm, or ohm cm2 if the area is in",
        )
    texts = {c: v for c, v in values.items() if c not in _NUMBERS and c != "class"}
    return PublishedInterlayer(class_=values["class"], **texts, **numbers)  # pyright: ignore[reportArgumentType]


def _number(text: str, column: str, where: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    least = -273.15 if column == "temperature_C" else 0.0
    if not (math.isfinite(value) and value > least):
        advice = "a number with a decimal point, without unit" if "," in text else f"a number above {least:g}"
        raise InputError(f"{column} = '{text}' is not such a number", where=where, advice=advice)
    return value


def _refuse_doubles(rows: Sequence[tuple[PublishedInterlayer, str]]) -> None:
    seen: dict[str, str] = {}
    for row, where in rows:
        if row.id in seen:
            raise InputError(f"id = '{row.id}' stands in {seen[row.id]} already", where=where)
        seen[row.id] = where
