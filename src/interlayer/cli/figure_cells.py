"""Cells that a command draws: from files, records and folders. Loads the readers; import it late."""

from __future__ import annotations

from collections.abc import Sequence

from interlayer.cli.console import fail, say
from interlayer.cli.laboratory import Laboratory
from interlayer.cli.progress import Report
from interlayer.errors import InterlayerError
from interlayer.report.drawn_cell import DrawnCell, drawn_cell, labelled_apart


def cells_of(
    paths: Sequence[str],
    *,
    cell: str | None = None,
    cells: str | None = None,
    area: str | None = None,
    tell: Report,
    failures: list[InterlayerError],
    share: float = 1.0,
) -> list[DrawnCell]:
    """Return the cells behind paths, each with a name of its own, excluded ones left out.

    What cannot be read is named and kept in `failures`.
    """
    found: list[DrawnCell] = []
    source = Laboratory(paths, cell=cell, cells=cells, area=area)
    for one in source.cells(tell, share=share):
        for problem in one.failures:
            fail(str(problem))
            failures.append(problem)
        if one.row.excluded:
            say(f"{one.row.label} is excluded: {one.row.excluded}")
        elif (drawn := drawn_cell(one)) is not None:
            found.append(drawn)
    for problem in source.left_out:
        say(f"left out: {problem}")
    return labelled_apart(found)
