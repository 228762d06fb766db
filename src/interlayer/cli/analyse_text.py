"""Analysed cells for people: one row a cell, one row a quantity of a group, and what was not used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from interlayer.cli import metric_text, tables
from interlayer.cli.console import results, say
from interlayer.errors import InterlayerError
from interlayer.lab.cell_result import CellResult
from interlayer.lab.groups import GroupRow
from interlayer.lab.headline import Quantity

IN_FULL: Final = 3
"""Of so many cells or fewer, everything is printed."""
_HEADS: Final = (
    *("cell", "group", "test", "hours", "overpotential / mV", "R_int / ohm", "critical current", "verdict"),
    "running",
)


def show(
    found: Sequence[CellResult], groups: Sequence[GroupRow], left_out: Sequence[InterlayerError]
) -> None:
    """Print the cells, their groups, and what was left out and why."""
    if found:
        tables.show(_HEADS, [_cell_line(one) for one in found], numeric=_HEADS[3:6])
    if groups:
        heads = ("group", "quantity", "unit", "n", "median", "mean", "sd", "range", "note")
        tables.show(heads, [_group_line(row) for row in groups], numeric=heads[3:7])
    excluded = [one for one in found if one.cell.row.excluded]
    if excluded:
        lines = [[x.cell.row.label, x.cell.row.group or "-", _why_excluded(x)] for x in excluded]
        tables.show(("excluded", "group", "reason"), lines)
    if left_out:
        tables.show(("not used",), [[str(problem)] for problem in left_out])
    if len(found) <= IN_FULL:
        for one in found:
            _in_full(one)
        say("why other metrics have no value says `interlayer metrics`")


def _in_full(one: CellResult) -> None:
    print_line = results().print
    print_line(one.cell.row.label, style="bold", markup=False, soft_wrap=True)
    if one.kind is not None:
        print_line(f"test: {one.kind.name} ({'; '.join(one.kind.evidence)})", markup=False, soft_wrap=True)
    if one.verdict is not None:
        print_line(f"verdict: {one.verdict.words}", markup=False, soft_wrap=True)
        for text in one.verdict.evidence:
            print_line(f"  {text}", markup=False, soft_wrap=True)
    for join in one.cell.joins:
        if len(one.cell.joins) > 1 or join.detail:
            print_line(
                f"file {join.file}: {join.how}{', ' + join.detail if join.detail else ''}", markup=False
            )
    for seen in one.cell.observations:
        for text in seen.words:
            print_line(f"{seen.technique}, {seen.state}: {text}", markup=False, soft_wrap=True)
    for finding in one.checks:
        if finding.severity != "note":
            print_line(f"{finding.severity}: {finding.name}: {finding.detail}", markup=False, soft_wrap=True)
    print_line()
    metric_text.condensed(one.metrics, reasons=False)


def _cell_line(one: CellResult) -> list[str]:
    by_name = {q.name: q for q in one.quantities}
    running = one.cell.running
    return [
        one.cell.row.label,
        one.cell.row.group or "-",
        "-" if one.kind is None else one.kind.name,
        tables.digits(one.cell.hours_under_test),
        _of(next((q for n, q in by_name.items() if n.startswith("overpotential")), None)),
        _ends(by_name.get("first R_int"), by_name.get("last R_int")),
        _critical(next((q for n, q in by_name.items() if n.startswith("critical current")), None)),
        "not tested" if one.is_only_seen else "not read" if one.verdict is None else one.verdict.words,
        "-" if running is None else tables.digits(running),
    ]


def _of(one: Quantity | None) -> str:
    if one is None:
        return "-"
    return f"{one.bound} {tables.digits(one.value)}" if one.bound else tables.digits(one.value)


def _ends(first: Quantity | None, last: Quantity | None) -> str:
    return _of(first) if last is None else f"{_of(first)} to {_of(last)}"


def _critical(one: Quantity | None) -> str:
    if one is None:
        return "-"
    if one.interval is not None:
        low, high = one.interval
        return f"({tables.digits(low)}, {tables.digits(high)}] {one.unit}"
    return f"{_of(one)} {one.unit}"


def _group_line(row: GroupRow) -> list[str]:
    low, high = tables.digits(row.low), tables.digits(row.high)
    span = low if low == high else f"{low} to {high}"
    return [
        row.group,
        row.quantity,
        row.unit,
        str(row.n),
        tables.digits(row.median),
        tables.digits(row.mean),
        tables.digits(row.sd, 2),
        span,
        row.text or "-",
    ]


def _why_excluded(one: CellResult) -> str:
    row = one.cell.row
    by = ", ".join(x for x in (row.excluded_by, row.excluded_on) if x)
    return f"{row.excluded} ({by})" if by else row.excluded
