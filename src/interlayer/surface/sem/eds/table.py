"""Tables of EDS line scans: one position and one column an element; and maps written as a matrix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer import units
from interlayer.errors import ReadError, UnitError
from interlayer.surface.sem.micrograph import decoded

FloatArray = NDArray[np.float64]

MOST_BYTES: Final = 50_000_000
FEWEST_ROWS: Final = 8
_DISTANCE: Final = re.compile(
    r"^\s*(distance|position|pos|x|length|depth|abstand|weg|距离|位置)\b", re.IGNORECASE
)
_UNIT: Final = re.compile(r"[\[(/]\s*([^\])/]+?)\s*[\])]?\s*$")
_ELEMENTS: Final = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br "
    "Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho "
    "Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Th U "
)
_SYMBOLS: Final = frozenset(_ELEMENTS.split())
_SPELLINGS: Final = {"µm": "um", "μm": "um", "microns": "um", "micron": "um", "micrometer": "um"}


@dataclass(frozen=True, eq=False)
class LineScan:
    """Signal of each element along a line.

    Attributes
    ----------
    position_m : ndarray, shape (n,)
        m, ascending; in steps of the scan where `has_unit` is False.
    signals : dict of str to ndarray, shape (n,)
        By element symbol: counts or percent, as the file has them.
    has_unit : bool
        Whether the file says the unit of the position.
    """

    position_m: FloatArray
    signals: dict[str, FloatArray]
    has_unit: bool


def element_of(title: str) -> str | None:
    """Return the element that a column or file name names, such as 'Ti Ka1', 'Cu (at.%)', 'map_F'; None if none."""
    words = [word for word in re.split(r"[^A-Za-z]+", title) if word]
    for word in words:
        if word in _SYMBOLS:
            return word
        found = re.fullmatch(r"([A-Z][a-z]?)([KLM](?:a|b|alpha|beta)?)", word)
        if found and found.group(1) in _SYMBOLS:
            return found.group(1)
    return None


def _rows(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise ReadError("there is no such file", where=path.name)
    if path.stat().st_size > MOST_BYTES:
        raise ReadError(f"more than {MOST_BYTES / 1e6:.0f} MB are no line scan", where=path.name)
    raw = path.read_bytes()
    if b"\x00" in raw[:4096] and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise ReadError("this is no text", where=path.name, advice="export the line scan as CSV or text")
    lines = [line for line in decoded(raw).splitlines() if line.strip()]
    counts = {d: sum(line.count(d) for line in lines[:50]) for d in ("\t", ";", ",")}
    delimiter = next((d for d in ("\t", ";") if counts[d] >= len(lines[:50])), "," if counts[","] else None)
    rows = [[cell.strip().strip('"') for cell in line.split(delimiter)] for line in lines]
    if delimiter != ",":
        rows = [[re.sub(r"^([+-]?\d+),(\d+)$", r"\1.\2", cell) for cell in row] for row in rows]
    return rows


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def read_line_scan(path: Path) -> LineScan:
    """Read a line scan.

    Raises
    ------
    ReadError
        If it is no table, has no elements, too few rows, no ascending position, or holes.
    """
    rows = _rows(path)
    head = next(
        (
            k
            for k, row in enumerate(rows)
            if len(row) >= 2
            and sum(element_of(c) is not None for c in row[1:]) >= 1
            and all(np.isnan(_number(c)) for c in row if c)
        ),
        None,
    )
    if head is None:
        raise ReadError(
            "no line names elements",
            where=path.name,
            advice="the first line has to name a position and elements, as 'Distance (um),Ti,Cu,F'",
        )
    titles = rows[head]
    body = [
        row
        for row in rows[head + 1 :]
        if len(row) >= len([t for t in titles if t]) and not np.isnan(_number(row[0]))
    ]
    if len(body) < FEWEST_ROWS:
        raise ReadError(f"{len(body)} rows of numbers are too few, {FEWEST_ROWS} are needed", where=path.name)
    place = next((k for k, t in enumerate(titles) if _DISTANCE.match(t)), None)
    if place is None:
        raise ReadError(
            "no column is a position", where=path.name, advice="name one 'Distance (um)' or 'Position / um'"
        )
    position = np.array([_number(row[place]) for row in body])
    signals: dict[str, FloatArray] = {}
    for k, title in enumerate(titles):
        element = element_of(title) if k != place else None
        if element is None or element in signals:
            continue
        values = np.array([_number(row[k]) for row in body])
        if not np.isfinite(values).all():
            raise ReadError(
                f"column '{title}' has {int((~np.isfinite(values)).sum())} places without a number",
                where=path.name,
            )
        signals[element] = values
    if not np.isfinite(position).all() or not np.all(np.diff(position) > 0.0):
        raise ReadError("the position does not rise from row to row", where=path.name)
    unit = _UNIT.search(titles[place])
    factor, has_unit = 1.0, False
    if unit is not None:
        name = _SPELLINGS.get(unit.group(1), unit.group(1))
        try:
            if units.dimension(name) == "m":
                factor, has_unit = units.factor(name), True
        except UnitError:
            pass
        if not has_unit and name not in ("px", "pixel", "pixels", "points", "1"):
            raise ReadError(f"'{unit.group(1)}' is no unit of length", where=path.name, advice="use um or nm")
    return LineScan(position * factor, signals, has_unit)


def is_matrix(path: Path) -> bool:
    """Whether a table is a map: numbers only, as many in each row."""
    rows = _rows(path)
    return len(rows) >= 16 and len(rows[0]) >= 16 and not np.isnan([_number(c) for c in rows[0] if c]).any()


def read_matrix(path: Path) -> FloatArray:
    """Read the map of one element, rows as in the image.

    Raises
    ------
    ReadError
        If rows differ in length or something is no number.
    """
    rows = [[c for c in row if c] for row in _rows(path)]
    if len({len(row) for row in rows}) != 1:
        raise ReadError("the rows of the map differ in length", where=path.name)
    values = np.array([[_number(c) for c in row] for row in rows])
    if not np.isfinite(values).all():
        raise ReadError(
            f"{int((~np.isfinite(values)).sum())} places of the map are no numbers", where=path.name
        )
    return values
