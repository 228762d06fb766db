"""The table of cells for a supporting information: one row a cell, as CSV and as a page to print."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from interlayer import units
from interlayer.export.facts import cell_facts, current_texts
from interlayer.lab.cell_result import CellResult
from interlayer.lab.headline import Quantity
from interlayer.report.html import Cell, Column, Page, Section, Table, render_page
from interlayer.report.lab_page import quantity_text, verdict_words
from interlayer.report.labels import pretty_unit
from interlayer.version import __version__

Value = str | float | int | None


@dataclass(frozen=True)
class Entry:
    """One column: its name and unit, and the value of each cell."""

    name: str
    unit: str
    values: tuple[Value, ...]


def supporting_entries(found: Sequence[CellResult]) -> list[Entry]:
    """Return the columns of the table; those that no cell fills are left out, except the verdict."""
    rows = [_row(one) for one in found]
    names = list(dict.fromkeys(key for row in rows for key in row))
    order = {key: place for place, key in enumerate(_ORDER)}
    names.sort(key=lambda key: order.get(key, len(order)))
    entries = [Entry(*key, tuple(row.get(key) for row in rows)) for key in names]
    return [e for e in entries if e.name == "verdict" or any(v not in (None, "") for v in e.values)]


_ORDER = (
    ("cell", ""),
    ("group", ""),
    ("test", ""),
    ("area", "cm2"),
    ("temperature", "degC"),
    ("current density", "mA/cm2"),
    ("current", "mA"),
    ("half-cycle", "h"),
    ("half-cycles", ""),
    ("time under test", "h"),
    ("overpotential", "mV"),
    ("overpotential at", ""),
    ("R_int first", "ohm"),
    ("R_int first, error", "ohm"),
    ("R_int last", "ohm"),
    ("R_int last, error", "ohm"),
    ("last passed", "mA/cm2"),
    ("first failed", "mA/cm2"),
    ("last passed", "mA"),
    ("first failed", "mA"),
    ("cumulative areal capacity", "mAh/cm2"),
    ("first discharge capacity", "mAh/g"),
    ("first discharge capacity", "mAh"),
    ("last discharge capacity", "mAh/g"),
    ("last discharge capacity", "mAh"),
    ("retention", "%"),
    ("coulombic efficiency", "%"),
    ("time to failure", "h"),
    ("time to failure is", ""),
    ("verdict", ""),
    ("running", ""),
    ("excluded because", ""),
)


_FULL_CELL = ("first discharge capacity", "last discharge capacity", "retention", "coulombic efficiency")


def _row(one: CellResult) -> dict[tuple[str, str], Value]:
    cell, facts = one.cell, cell_facts(one)
    by_name = {q.name: q for q in one.quantities}
    row: dict[tuple[str, str], Value] = {
        ("cell", ""): cell.row.label,
        ("group", ""): cell.row.group,
        ("test", ""): None if one.kind is None else one.kind.name,
        ("time under test", "h"): cell.hours_under_test,
        ("verdict", ""): verdict_words(one.verdict),
        ("running", ""): None if cell.running is None else "yes" if cell.running else "no",
        ("excluded because", ""): cell.row.excluded,
    }
    if facts is not None:
        areal = facts.area_m2 is not None
        row["area", "cm2"] = None if facts.area_m2 is None else facts.area_m2 * 1e4
        row["temperature", "degC"] = None if facts.temperature_degC is None else facts.temperature_degC[1]
        flows = current_texts(facts.currents_A, facts.area_m2)
        shown = flows[0] if len(flows) == 1 else f"{flows[0]} to {flows[-1]}" if flows else ""
        row["current density" if areal else "current", "mA/cm2" if areal else "mA"] = shown
        row["half-cycle", "h"] = None if facts.half_cycle_s is None else facts.half_cycle_s / 3600.0
        row["half-cycles", ""] = facts.half_cycles or None
    over = next((q for q in one.quantities if q.name.startswith("overpotential")), None)
    if over is not None:
        row["overpotential", "mV"] = over.value
        row["overpotential at", ""] = over.name.partition(" at ")[2]
    for name, quantity in (("R_int first", "first R_int"), ("R_int last", "last R_int")):
        _with_error(row, name, by_name.get(quantity))
    _critical_current(row, one)
    for name in _FULL_CELL:
        if (quantity := by_name.get(name)) is not None:
            row[name, quantity.unit] = quantity.value
    life = by_name.get("time to failure")
    if life is not None:
        row["time to failure", "h"] = life.value
        row["time to failure is", ""] = "at least this" if life.bound == ">=" else "reached"
    return row


def _with_error(row: dict[tuple[str, str], Value], name: str, one: Quantity | None) -> None:
    if one is not None:
        row[name, one.unit] = one.value
        row[f"{name}, error", one.unit] = one.uncertainty


def _critical_current(row: dict[tuple[str, str], Value], one: CellResult) -> None:
    found = one.critical_current
    if found is None:
        return
    areal = found.last_passed_A_m2 is not None or found.first_failed_A_m2 is not None
    unit = "mA/cm2" if areal else "mA"
    passed = found.last_passed_A_m2 if areal else found.last_passed_A
    failed = found.first_failed_A_m2 if areal else found.first_failed_A
    size = units.factor(unit)
    row["last passed", unit] = None if passed is None else passed / size
    row["first failed", unit] = None if failed is None else failed / size
    charge = found.cumulative_areal_capacity_C_m2
    row["cumulative areal capacity", "mAh/cm2"] = None if charge is None else charge / units.factor("mAh/cm2")


def supporting_csv(found: Sequence[CellResult]) -> str:
    """Return the table as CSV: a row of names, a row of units, one row a cell."""
    entries = supporting_entries(found)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([e.name for e in entries])
    writer.writerow([e.unit for e in entries])
    for values in zip(*(e.values for e in entries), strict=True):
        writer.writerow([f"{v:.6g}" if isinstance(v, float) else "" if v is None else v for v in values])
    return buffer.getvalue()


def supporting_page(found: Sequence[CellResult], methods: str) -> str:
    """Return the table as an HTML page to print or to paste, the methods paragraph above it; fewer, joined columns."""
    columns = (
        Column("cell"),
        Column("area", "cm2", digits=3),
        Column("current density", "mA/cm2", "left"),
        Column("half-cycles"),
        Column("time", "h"),
        Column("overpotential", "mV"),
        Column("R_int, first", "ohm", "right"),
        Column("CCD", "mA/cm2", "right"),
        Column("CAC", "mAh/cm2"),
        Column("capacity", align="right"),
        Column("verdict", align="left"),
    )
    rows = tuple(_printed(one) for one in found)
    kept = [n for n in range(len(columns)) if any(row[n].value not in (None, "") for row in rows)]
    table = Table(tuple(columns[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in rows))
    note = (
        "Time: under test. CCD: critical current density, (last passed, first failed]. "
        "CAC: areal capacity passed up to there. Capacity: of the first discharge. "
        "\u2265: nothing failed until there. Errors: one standard deviation."
    )
    page = Page(
        "Cells",
        "Table for a supporting information",
        (Section("Methods", methods), Section("Cells", note, tables=(table,))),
        version=__version__,
    )
    return render_page(page)


def _printed(one: CellResult) -> tuple[Cell, ...]:
    row = _row(one)
    by_name = {q.name: q for q in one.quantities}
    excluded = one.cell.row.excluded
    notes = [str(row[key]) for key in (("group", ""), ("test", "")) if row.get(key)]
    notes += [f"excluded: {excluded}"] if excluded else []
    flow = row.get(("current density", "mA/cm2")) or ""
    if not flow and row.get(("current", "mA")):
        flow = f"{row['current', 'mA']} mA"
    halves, hours = row.get(("half-cycles", "")), row.get(("half-cycle", "h"))
    each = f"of {hours:.3g} h" if isinstance(hours, float) else ""
    at = row.get(("overpotential at", ""))
    first, last = by_name.get("first R_int"), by_name.get("last R_int")
    then = "" if last is None else f"last {quantity_text(last)}"
    critical = next((q for n, q in by_name.items() if n.startswith("critical current")), None)
    density = "" if critical is None else quantity_text(critical) + (" mA" if critical.unit == "mA" else "")
    return (
        Cell(one.cell.row.label, note="; ".join(notes)),
        Cell(row.get(("area", "cm2"))),
        Cell(flow),
        Cell(halves, note=each if halves else ""),
        Cell(row.get(("time under test", "h")), note="running" if one.cell.running else ""),
        Cell(row.get(("overpotential", "mV")), note=f"at {at}" if at else ""),
        Cell("" if first is None else quantity_text(first), note=then),
        Cell(density),
        Cell(row.get(("cumulative areal capacity", "mAh/cm2"))),
        _capacity(by_name),
        Cell(verdict_words(one.verdict)),
    )


def _capacity(by_name: dict[str, Quantity]) -> Cell:
    first, kept = by_name.get("first discharge capacity"), by_name.get("retention")
    if first is None:
        return Cell("")
    note = "" if kept is None else f"{quantity_text(kept)} % kept, {kept.detail}"
    return Cell(f"{quantity_text(first)} {pretty_unit(first.unit)}", note=note)
