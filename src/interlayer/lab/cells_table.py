"""The table of cells: one row a cell, what was found in the folder and what a person typed beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from interlayer import measured, units
from interlayer.errors import DescriptionError, InputError, UnitError, nearest
from interlayer.failures.overrule import OVERRULE
from interlayer.failures.verdict import FAILURES, SHORTS
from interlayer.lab.clocks import offsets_of, zone_of
from interlayer.lab.dates import order_of
from interlayer.lab.sheet import Sheet, read_sheet
from interlayer.lab.sheet_marks import BETWEEN_FILES
from interlayer.record.kinds import KINDS, named_kind

FORMAT: Final = "interlayer-cells/1"

_Fault = Callable[[str, str, str], None]


@dataclass(frozen=True)
class CellRow:
    """One cell of the table.

    Attributes
    ----------
    label : str
        Name of the cell; unique in the table.
    files : tuple of str
        Paths of its files, relative to the table, in the order in which they are joined.
    group : str
        Cells of one group are compared as repeats; '' if none.
    values : dict
        What else the table says, by column name, as text and only where something is written: area, diameter,
        electrolyte, thickness, coating, coating_thickness, pressure, temperature, cell (a TOML description),
        kind (of test), one_c, active_mass ...
    excluded : str
        Why it is left out of groups; '' if it is not.
    excluded_by, excluded_on : str
    overrule : dict
        A person's verdict in place of the computed one: keys of `OVERRULE` that are filled.
    line : int
        Row of the table that it stands in, for messages.
    """

    label: str
    files: tuple[str, ...]
    group: str = ""
    values: dict[str, str] = field(default_factory=dict[str, str])
    excluded: str = ""
    excluded_by: str = ""
    excluded_on: str = ""
    overrule: dict[str, str] = field(default_factory=dict[str, str])
    line: int = 0


QUANTITIES: Final[dict[str, str]] = {
    "diameter": "10 mm",
    "area": "0.785 cm2",
    "thickness": "0.7 mm",
    "coating_thickness": "15 um",
    "pressure": "0.4 MPa",
    "temperature": "25 degC",
    "active_mass": "1.2 mg",
    "nominal_capacity": "170 mAh/g",
    "one_c": "0.2 mA",
}
"""Columns that hold a number with its unit, each with an example; the example's unit fixes what may be written."""
TEXTS: Final = (
    "electrolyte",
    "coating",
    "cathode",
    "cell",
    "kind",
    "order",
    "clock_offset",
    "time_zone",
    "date_order",
    "current",
    "running",
)
"""Other columns that go into `CellRow.values`."""
FOUND: Final = ("start", "hours", "files", "found")
"""Columns that `collect` fills anew each time, `files` but for its order."""
AS_LISTED: Final = "as listed"
"""Mark in the column `order`: files are joined in the order in which they stand."""
COLUMNS: Final = (
    *("label", "group", "diameter", "area", "electrolyte", "thickness", "coating", "coating_thickness"),
    *("pressure", "temperature", "kind", "cell", "exclude", "exclude_reason", "exclude_by", "exclude_on"),
    *(f"overrule_{name}" for name in OVERRULE),
    *("start", "hours", "files", "order", "clock_offset", "leave_out", "found"),
)
"""Headings of a new table."""
KNOWN: Final = frozenset((*COLUMNS, *QUANTITIES, *TEXTS))
YES: Final = frozenset(("yes", "y", "x", "1", "true", "ja", "wahr", "oui", "是", "√", "✓"))
NO: Final = frozenset(("", "no", "n", "0", "false", "nein", "falsch", "non", "否", "-"))
_HEADING: Final = re.compile(
    r"(?P<name>[^/(\[]+?)\s*(?:/\s*(?P<a>[^/].*)|\((?P<b>[^)]*)\)|\[(?P<c>[^\]]*)\])?\s*"
)
_FAULTS_SHOWN: Final = 12


def read_table(path: str | Path) -> tuple[CellRow, ...]:
    """Read a table of cells, CSV or workbook, as `collect` wrote it and a person filled it in.

    Rows without a label (files that belong to no cell, or cannot be read) are passed over.

    Raises
    ------
    ReadError
        If it cannot be read, or holds no headings.
    DescriptionError
        With every fault, each with its line, its column and what to write.
    """
    path = Path(path)
    sheet = read_sheet(path)
    return rows_of(sheet, path.name)


def rows_of(sheet: Sheet, name: str) -> tuple[CellRow, ...]:
    """Return the rows of a table that was read as text; `name` stands for it in messages. See `read_table`."""
    columns = columns_of(sheet.headings)
    faults: list[str] = []
    if "label" not in columns:
        shown = ", ".join(h for h in sheet.headings if h)[:120]
        raise DescriptionError(
            f"no column 'label' among: {shown}", where=name, advice="add it, one name a cell"
        )
    for heading in sheet.headings:
        column = column_of(heading)[0]
        if column not in KNOWN and (close := nearest(column, KNOWN, most=1)) and _is_slip(column, close[0]):
            faults.append(f"line 1: column '{heading}' is not known -> write {close[0]}")
    rows: list[CellRow] = []
    lines: dict[str, int] = {}
    for cells, line in zip(sheet.rows, sheet.lines, strict=True):
        texts = {column: " ".join(cells[i].split()) for column, (i, _) in columns.items() if cells[i].strip()}
        label = texts.get("label", "")
        if not label:
            continue
        if label.casefold() in lines:
            first = lines[label.casefold()]
            faults.append(
                f"line {line}, column label: '{label}' stands in line {first} already -> write '{label} b', or move "
                "its files to that line"
            )
            continue
        lines[label.casefold()] = line
        units_of = {column: unit for column, (_, unit) in columns.items()}
        comma = sheet.delimiter in ";\t"
        rows.append(_row(texts, units_of, line, faults, decimal_comma=comma))
    if faults:
        shown = faults[:_FAULTS_SHOWN]
        more = len(faults) - len(shown)
        text = "\n  ".join([*shown, *([f"and {more} more"] if more else [])])
        raise DescriptionError(
            f"{len(faults)} {'faults' if len(faults) > 1 else 'fault'}:\n  {text}", where=name
        )
    return tuple(rows)


def column_of(heading: str) -> tuple[str, str]:
    """Return the column that a heading names, and the unit that it states: 'Diameter / mm' is diameter in mm."""
    match = _HEADING.fullmatch(heading.strip())
    if match is None:
        return heading.strip().casefold(), ""
    name = re.sub(r"[\s_\-]+", "_", match["name"].strip()).casefold()
    unit = next((match[k] for k in "abc" if match[k]), "").strip()
    return (name, unit) if name in KNOWN else (heading.strip().casefold(), "")


def columns_of(headings: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return position and stated unit of each column by its name."""
    found: dict[str, tuple[int, str]] = {}
    for position, heading in enumerate(headings):
        name, unit = column_of(heading)
        if name:
            found.setdefault(name, (position, unit))
    return found


def file_names(text: str) -> tuple[str, ...]:
    """Return the files that a cell of the table lists."""
    return tuple(name for part in re.split(rf"[{BETWEEN_FILES}\n]", text) if (name := part.strip()))


def is_set(text: str) -> bool:
    """Whether a cell of the table says yes, or anything but no."""
    return text.strip().casefold() not in NO


def _row(
    texts: dict[str, str], units_of: dict[str, str], line: int, faults: list[str], *, decimal_comma: bool
) -> CellRow:
    values: dict[str, str] = {}

    def fault(column: str, what: str, advice: str) -> None:
        faults.append(f"line {line}, column {column}: {what}" + (f" -> {advice}" if advice else ""))

    for column, example in QUANTITIES.items():
        if (text := texts.get(column)) is None:
            continue
        if decimal_comma:
            text = units.decimal_point(text)
        if (unit := units_of[column]) and re.fullmatch(r"[\d\s.,+\-±eE]+", text):
            text = f"{text} {unit}"
        try:
            # What a person does not know may be called so.
            if text.casefold() != "unknown":
                measured.read(text, example.partition(" ")[2])
        except UnitError as problem:
            # The unit that such a thing is measured in: nobody has an electrode of 10 um.
            usual = f"{text} {example.partition(' ')[2]}"
            fault(
                column, problem.what, f'write "{usual}"' if _is_quantity(usual, example) else problem.advice
            )
            continue
        values[column] = text
    if "area" in values and "diameter" in values:
        fault("area", "area and diameter say the same thing twice", "leave one of them empty")
    values |= {column: texts[column] for column in TEXTS if column in texts}
    _check_texts(values, fault)
    return CellRow(
        label=texts["label"],
        files=file_names(texts.get("files", "")),
        group=texts.get("group", ""),
        values=values,
        excluded=_excluded(texts, fault),
        excluded_by=texts.get("exclude_by", ""),
        excluded_on=texts.get("exclude_on", ""),
        overrule=_overrule(texts, fault),
        line=line,
    )


def _is_quantity(text: str, example: str) -> bool:
    try:
        measured.read(text, example.partition(" ")[2])
    except UnitError:
        return False
    return True


def _check_texts(values: dict[str, str], fault: _Fault) -> None:
    if (current := values.get("current")) is not None and not current.lower().endswith(".mps"):
        try:
            units.parse_either(current, ("A", "A/m2"))
        except UnitError as problem:
            fault("current", problem.what, problem.advice or "write for instance 50 uA or 0.1 mA/cm2")
    if (kind := values.get("kind")) is not None:
        try:
            values["kind"] = named_kind(kind)
        except InputError:
            close = nearest(kind.casefold(), KINDS, most=1)
            fault(
                "kind",
                f"'{kind}' is no kind of test",
                f"write {close[0] if close else 'one of ' + ', '.join(KINDS)}",
            )
    if (order := values.get("order")) is not None:
        if order.casefold() in (AS_LISTED, "by hand", "listed"):
            values["order"] = AS_LISTED
        else:
            fault("order", f"'{order}' is not known", f"write '{AS_LISTED}', or leave it empty")
    if (running := values.get("running")) is not None:
        values["running"] = "yes" if is_set(running) else "no"
    for column, check in (("clock_offset", offsets_of), ("time_zone", zone_of), ("date_order", order_of)):
        if column in values:
            try:
                check(values[column])
            except InputError as problem:
                fault(column, problem.what, problem.advice)
    if "thickness" in values and not ({"electrolyte", "cell"} & set(values)):
        fault("thickness", "a thickness of no electrolyte", "name the electrolyte, such as LATP")
    if "coating_thickness" in values and not ({"coating", "cell"} & set(values)):
        fault("coating_thickness", "a thickness of no coating", "name the coating, such as CuF2")


def _excluded(texts: dict[str, str], fault: _Fault) -> str:
    mark, reason = texts.get("exclude", ""), texts.get("exclude_reason", "")
    if not is_set(mark):
        return ""
    if mark.casefold() not in YES:  # the reason itself stands there
        return mark if not reason else f"{mark}: {reason}"
    if not reason:
        fault("exclude_reason", "a cell is left out without a reason", "write why, such as 'pellet broke'")
    return reason or mark


def _overrule(texts: dict[str, str], fault: _Fault) -> dict[str, str]:
    found = {name: texts[f"overrule_{name}"] for name in OVERRULE if f"overrule_{name}" in texts}
    for name, known in (("short", SHORTS), ("failure", FAILURES)):
        if name not in found:
            continue
        plain = found[name].casefold().replace(" ", "_")
        if plain in known:
            found[name] = plain
        else:
            fault(f"overrule_{name}", f"'{found[name]}' is not known", "write one of " + ", ".join(known))
    if hours := found.get("hours"):
        number = units.decimal_point(hours).removesuffix("h").strip()
        if re.fullmatch(r"\d+(\.\d*)?", number):
            found["hours"] = number
        else:
            fault("overrule_hours", f"'{hours}' is no number of hours", "write for instance 120")
    if {"short", "failure", "hours"} & set(found) and "reason" not in found:
        fault("overrule_reason", "a verdict is overruled without a reason", "write why")
    if {"short", "failure", "hours"} & set(found) and "by" not in found:
        fault("overrule_by", "a verdict is overruled without a name", "write who says so")
    return found


def _is_slip(column: str, known: str) -> bool:
    """Whether a heading is meant to be a known one: one letter wrong or two swapped."""
    return sorted(column) == sorted(known) or (
        abs(len(column) - len(known)) <= 1 and len(known) > 4 and len(set(column) ^ set(known)) <= 1
    )
