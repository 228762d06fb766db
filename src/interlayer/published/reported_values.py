"""A table of values that a publication reports, one a line, read for what can be compared.

Columns, in any order: `quantity`, `condition` (or `conditions`), `value` (or `published`), `unit`, and if there are,
`sample` (or `cell`), `relation` and `source`. Several values stand in one line with semicolons between them, as the
publication lists them. Without a sample the first word of the condition is one if it holds '/' or '|'.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interlayer import units
from interlayer.errors import ReadError, UnitError

_COLUMNS: Final = {
    "quantity": ("quantity",),
    "condition": ("condition", "conditions"),
    "value": ("value", "published", "values"),
    "unit": ("unit",),
}
_OPTIONAL: Final = {"sample": ("sample", "cell"), "relation": ("relation",), "source": ("source",)}
_NUMBER: Final = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_UNIT_OF_CURRENT: Final = r"(?P<unit>[mu]?A(?:\s*/\s*cm(?:2|²|\^2)|\s*(?:·\s*)?cm(?:-2|\^-2|⁻²)))"
_LIST: Final = re.compile(rf"(?P<list>{_NUMBER}(?:\s*[;,]\s*{_NUMBER})*)\s*{_UNIT_OF_CURRENT}")
_RATES: Final = re.compile(rf"(?<![\w.])(?P<list>(?:{_NUMBER}\s*C\s*[;,]\s*)+{_NUMBER}\s*C)\b")
_COUNT: Final = re.compile(r"\b(?P<count>\d+) (?:conditions|currents|current densities|steps|levels|rates)\b")


@dataclass(frozen=True)
class Reported:
    """One line of the table.

    Attributes
    ----------
    line : int
    quantity, condition, sample, unit, source : str
        As written; `sample` is empty where none can be told.
    values : tuple of float
        In `unit`; empty where the line holds no number.
    relation : str
        '=', '~', '>=', '<='.
    currents_A_m2 : tuple of float
        Current densities that the condition names, in its order.
    rates : int
        C-rates that the condition lists.
    stated_count : int or None
        How many conditions the condition says there are.
    """

    line: int
    quantity: str
    condition: str
    sample: str
    values: tuple[float, ...]
    unit: str
    relation: str
    source: str
    currents_A_m2: tuple[float, ...]
    rates: int
    stated_count: int | None

    def si(self) -> tuple[float, ...]:
        """Return the values in SI units, or none if the unit is not known."""
        try:
            return tuple(units.from_unit(value, plain_unit(self.unit)) for value in self.values)
        except UnitError:
            return ()

    def has_dimension_of(self, unit: str) -> bool:
        """Whether the line's unit measures the same as another."""
        try:
            return units.dimension(plain_unit(self.unit)) == units.dimension(unit)
        except UnitError:
            return False


def plain_unit(text: str) -> str:
    """Return a unit as this package spells it: 'mA cm-2' as 'mA/cm2', 'percent' as '%'."""
    text = text.strip().replace("⁻", "-").replace("²", "2").replace("¹", "1").replace("^", "")
    if text.lower() in ("percent", "per cent"):
        return "%"
    return re.sub(r"\s*(?:·|\s)\s*([A-Za-z]+)-(\d)", lambda m: f"/{m[1]}{'' if m[2] == '1' else m[2]}", text)


def read_reported(path: str | Path) -> tuple[Reported, ...]:
    """Read a table of reported values.

    Raises
    ------
    ReadError
        If there is no such file, it is no CSV of these columns, or holds no line with a number.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as problem:
        raise ReadError("no such file", where=str(path)) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise ReadError(
            "cannot be read as text in UTF-8", where=path.name, advice="save it as CSV"
        ) from problem
    return parse_reported(text, path.name)


def parse_reported(text: str, name: str = "") -> tuple[Reported, ...]:
    """Read a table of reported values from its text; `name` stands for the file in messages. See `read_reported`."""
    rows = csv.reader(text.splitlines(), strict=True)
    try:
        lines = [(rows.line_num, row) for row in rows if any(x.strip() for x in row)]
    except csv.Error as problem:
        raise ReadError(f"no table of comma-separated values: {problem}", where=name) from problem
    if not lines:
        raise ReadError("the file is empty", where=name)
    heads = [x.strip().lower() for x in lines[0][1]]
    place = {key: _place(heads, names) for key, names in (_COLUMNS | _OPTIONAL).items()}
    lacking = [key for key in _COLUMNS if place[key] is None]
    if lacking:
        raise ReadError(
            f"no column {', '.join(lacking)} among {', '.join(heads)}",
            where=name,
            advice="the first line is: quantity,condition,value,unit,source",
        )
    found = [_reported(number, row, place) for number, row in lines[1:]]
    if not any(one.values for one in found):
        raise ReadError("no line holds a number in the column of values", where=name)
    return tuple(found)


def _place(heads: list[str], names: tuple[str, ...]) -> int | None:
    return next((heads.index(x) for x in names if x in heads), None)


def _reported(line: int, row: list[str], place: dict[str, int | None]) -> Reported:
    def cell(key: str) -> str:
        k = place[key]
        return row[k].strip() if k is not None and k < len(row) else ""

    condition, raw = cell("condition"), cell("value")
    match = re.match(r"\s*(>=|<=|~|≈|>|<|=)\s*", raw)
    relation = cell("relation") or (match[1] if match else "=")
    sample = cell("sample") or _first_sample(condition)
    count = _COUNT.search(condition)
    rates = _RATES.search(condition)
    return Reported(
        line=line,
        quantity=cell("quantity"),
        condition=condition,
        sample=sample,
        values=_numbers(raw[match.end() :] if match else raw),
        unit=cell("unit"),
        relation=relation,
        source=cell("source"),
        currents_A_m2=_currents(condition),
        rates=len(re.split("[;,]", rates["list"])) if rates else 0,
        stated_count=int(count["count"]) if count else None,
    )


def _first_sample(condition: str) -> str:
    first = condition.split(" ", 1)[0].rstrip(",;:")
    return first if "/" in first or "|" in first else ""


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(";"))
    except ValueError:
        return ()


def _currents(condition: str) -> tuple[float, ...]:
    found: list[float] = []
    for match in _LIST.finditer(condition):
        # '0.05..0.6' is a range, not the two currents at its ends
        if condition[: match.start()].endswith(".."):
            continue
        unit = plain_unit(re.sub(r"\s*/\s*", "/", match["unit"]))
        found += [units.from_unit(float(x), unit) for x in re.split(r"\s*[;,]\s*", match["list"])]
    return tuple(found)
