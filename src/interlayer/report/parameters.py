"""Whose number is whose: the resolved parameters of a simulated record as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from interlayer.record import Record
from interlayer.report import labels
from interlayer.report.html import Cell, Column, Kind, Section, Table, Value

WHOSE: Final[dict[str, str]] = {
    "own": "own",
    "shipped": "shipped cell",
    "set": "parameter set",
    "library": "library",
    "declared": "default",
}
"""Word in the table by origin in the ledger, in the order of its rows."""
_UNKNOWN: Final = "–"
_LONGEST_SOURCE: Final = 110
_Entry = Mapping[str, Any]


def parameters_section(record: Record) -> Section | None:
    """Return the part of a page that says where each parameter of a simulated record comes from, own values first.

    None for a record without parameters. Records written before uncertainties were kept have none shown.
    """
    entries = {name: e for name, e in record.parameters.items() if isinstance(e, Mapping)}
    if not entries:
        return None
    places = list(WHOSE)

    def order(item: tuple[str, str, _Entry]) -> int:
        origin = item[2].get("origin")
        return places.index(origin) if origin in places else len(places)

    merged = sorted(_merged(entries), key=order)
    rows = [_row(name, side, entry) for name, side, entry in merged]
    columns = (
        Column("Parameter"), Column("Side", align="centre"), Column("Value", align="right"), Column("Unit"),
        Column("Whose"), Column("Status"), Column("Source"),
    )  # fmt: skip
    return Section(
        "Parameters",
        _summary([entry for _, _, entry in merged]),
        tables=(Table(columns, tuple(rows)),),
        tables_first=True,
    )


def _summary(entries: list[_Entry]) -> str:
    own = [e for e in entries if e.get("origin") == "own"]
    sure = sum(e.get("uncertainty") is not None for e in own)
    loose = [e for e in entries if e.get("status") in ("assumed", "memory")]
    bare = sum(e.get("low") is None and e.get("uncertainty") is None for e in loose)
    first = (
        f"{len(own)} of {len(entries)} values are this cell's own (\u25c6), {sure} of them with an uncertainty."
        if own
        else f"None of the {len(entries)} values is this cell's own."
    )
    return (
        f"{first} {len(loose)} are assumed or from memory, {bare} of these without a stated range.\n\n"
        "Own: stated in this cell's description, over everything else. Shipped cell: the file that this cell began "
        "as. Parameter set: measured, fitted or assumed there, as the status says. Library: of the material. "
        "Default: declared by the mechanism. After ± stands one standard deviation; below a value "
        "stands its range, what is thought possible."
    )


def _merged(entries: Mapping[str, _Entry]) -> list[tuple[str, str, _Entry]]:
    """Return (name, side, entry); what is the same on both sides is one row."""
    found: list[tuple[str, str, _Entry]] = []
    for name, entry in entries.items():
        first, _, rest = name.partition(".")
        if first not in ("1", "2"):
            found.append((name, "", entry))
        elif entries.get(f"1.{rest}") == entries.get(f"2.{rest}"):
            if first == "1":
                found.append((rest, "both", entry))
        else:
            found.append((rest, first, entry))
    return found


def _row(name: str, side: str, entry: _Entry) -> tuple[Value | Cell, ...]:
    origin, unit = str(entry.get("origin", "")), str(entry.get("unit", ""))
    family, _, key = name.rpartition(".")
    low, high = entry.get("low"), entry.get("high")
    span = f"{labels.number(low)} to {labels.number(high)}" if _are(low, high) else ""
    mark: Kind = "own" if origin == "own" else ""
    return (
        Cell(key.replace("_", " "), mark, family.replace("_", " ")),
        Cell(side, mark),
        Cell(_value(entry), mark, span.replace(" ", "\u00a0")),
        Cell(labels.pretty_unit(unit).replace(" ", "\u00a0"), mark),
        Cell(WHOSE.get(origin, _UNKNOWN).replace(" ", "\u00a0"), mark),
        Cell(str(entry.get("status", "")), mark),
        Cell(labels.shorten(str(entry.get("source", "")), _LONGEST_SOURCE), mark),
    )


def _value(entry: _Entry) -> str:
    value, sigma = entry.get("value"), entry.get("uncertainty")
    if value is None or not _are(value):
        return _UNKNOWN
    if sigma is None or not _are(sigma):
        return labels.number(value)
    return labels.with_error(value, sigma)


def _are(*values: Any) -> bool:
    return all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
