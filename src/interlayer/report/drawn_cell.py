"""A cell as the figures of a laboratory take it: its name, its record, and how the record was joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from interlayer.failures.judge import find_verdict
from interlayer.failures.verdict import Verdict
from interlayer.lab.cells_table import CellRow
from interlayer.lab.judged import judged
from interlayer.lab.lab_cell import Join, LabCell
from interlayer.metrics.analysis import Analysis
from interlayer.record import Record


@dataclass(frozen=True, eq=False)
class DrawnCell:
    """One cell to draw.

    Attributes
    ----------
    label : str
        As on figures; different for all cells of a figure.
    record : Record
    group : str
        Cells of one group are repeats; '' if none.
    joins : tuple of Join
        Where its files begin on its time line.
    hours : float or None
        Hours under test.
    running : bool or None
        Whether the test goes on.
    row : CellRow or None
        Its row in the table of cells.
    """

    label: str
    record: Record
    group: str = ""
    joins: tuple[Join, ...] = field(default_factory=tuple[Join, ...])
    hours: float | None = None
    running: bool | None = None
    row: CellRow | None = None

    @cached_property
    def analysis(self) -> Analysis:
        """What is computed from its record, each result once."""
        return Analysis(self.record)

    @cached_property
    def verdict(self) -> Verdict:
        """Whether and how it failed, after a person's overrule."""
        return self.analysis.get(find_verdict) if self.row is None else judged(self.analysis, self.row)


def drawn_cell(cell: LabCell) -> DrawnCell | None:
    """Return a cell of a laboratory as figures take it, or None if it has no record."""
    if cell.record is None:
        return None
    joins = cell.joins if len(cell.joins) > 1 else stored_joins(cell.record) or cell.joins
    label = cell.row.label or cell.record.label or cell.record.provenance.file_name or "unnamed cell"
    return DrawnCell(label, cell.record, cell.row.group, joins, cell.hours_under_test, cell.running, cell.row)


def stored_joins(record: Record) -> tuple[Join, ...]:
    """Return the joins that a stored record of several files still names; none if it is of one file."""
    files = record.provenance.extra.get("files")
    parts = [part for part in files if isinstance(part, dict)] if isinstance(files, list) else []
    return tuple(
        Join(
            str(part.get("file", "")), _number(part.get("start_s")), _number(part.get("gap_s")),
            str(part.get("how") or ""),
        )
        for part in parts
    )  # fmt: skip


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def labelled_apart(cells: Sequence[DrawnCell]) -> list[DrawnCell]:
    """Return the cells with names that differ: numbered where two are alike."""
    counts: dict[str, int] = {}
    taken = {cell.label for cell in cells}
    found: list[DrawnCell] = []
    for cell in cells:
        counts[cell.label] = counts.get(cell.label, 0) + 1
        label, number = cell.label, counts[cell.label]
        if number > 1:
            while label in taken:
                label, number = f"{cell.label} ({number})", number + 1
            taken.add(label)
        found.append(cell if label == cell.label else replace(cell, label=label))
    return found
