"""Files and folders as people name them on the command line, as cells of a laboratory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from interlayer.cli.inputs import path_of
from interlayer.cli.loading import Source
from interlayer.cli.progress import Report
from interlayer.errors import InputError, InterlayerError
from interlayer.lab.cells_table import CellRow
from interlayer.lab.lab_cell import LabCell


class Laboratory:
    """The cells behind some files and folders.

    Parameters
    ----------
    paths : sequence of str
    cell, area : str or None
        What is known about every one of them.
    cells : str or None
        Table of cells.

    Raises
    ------
    InputError
        If options exclude each other, or there is no file.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        cell: str | None = None,
        cells: str | None = None,
        area: str | None = None,
    ) -> None:
        if cells is not None and (cell is not None or area is not None):
            raise InputError(
                "--cells states the cell of every file", advice="leave out --cell and --area, or --cells"
            )
        self.left_out: list[InterlayerError] = []
        self._source = Source(cell, area)
        self._files: list[Path] = [path_of(text) for text in paths]
        self.count = max(1, len(self._files))

    def cells(self, tell: Report, *, share: float) -> Iterator[LabCell]:
        """Yield the cells, each with its record; `share` is the part of the whole work that reading is."""
        for number, path in enumerate(self._files):
            tell(share * number / self.count, f"reading {path.name}")
            try:
                record = self._source.record(str(path))
            except InterlayerError as error:
                yield LabCell(CellRow(path.stem, (path.name,)), None, failures=(error,))
                continue
            time = record.table["Test Time / s"]
            span = None
            if len(time) and time.null_count() < len(time):
                span = (float(str(time.max())) - float(str(time.min()))) / 3600.0
            yield LabCell(
                CellRow(record.label, (path.name,)),
                record,
                hours_under_test=span,
                hours_wall=span,
                running=None if record.complete else True,
            )
