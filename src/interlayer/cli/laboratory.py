"""Files and folders as people name them on the command line, as cells of a laboratory."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from interlayer.cli import outputs, summary, tables
from interlayer.cli.console import fail, say
from interlayer.cli.inputs import path_of
from interlayer.cli.loading import Source
from interlayer.cli.progress import Report, progress
from interlayer.errors import InputError, InterlayerError
from interlayer.lab.assemble import described, lab_cells
from interlayer.lab.cells_table import CellRow, read_table
from interlayer.lab.found_files import look
from interlayer.lab.grouping import guess
from interlayer.lab.lab_cell import LabCell
from interlayer.lab.reading import FileReader, partly
from interlayer.record import Record, store
from interlayer.record.file_names import file_stem
from interlayer.surface.observation import is_observation, of_record


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
        self._paths: list[Path] = [path_of(text) for text in paths]
        self._table = None if cells is None else path_of(cells)
        self.reader = FileReader()
        """Says afterwards which files were read and not taken from the cache."""
        self._rows: tuple[CellRow, ...] | None = None
        if self._table is not None:
            self._rows = read_table(self._table)
        elif any(map(_is_lab, self._paths)):
            self._rows = ()
        self.count = max(1, len(self._paths if self._rows is None else self._rows))

    def cells(self, tell: Report, *, share: float) -> Iterator[LabCell]:
        """Yield the cells, each with its record; `share` is the part of the whole work that reading is.

        With a table, or for a folder, files of one cell make one record; files that are named one by one are one
        cell each.
        """
        if self._rows is None:
            yield from self._one_by_one(tell, share)
            return
        if self._table is not None:
            found = lab_cells(
                self._paths,
                self._rows,
                folder=self._table.parent,
                reader=self.reader,
                report=partly(tell, share),
            )
            yield from found
            return
        files = look(self._paths).files
        self.reader.prepare(files, partly(tell, 0.9 * share))
        rows = guess(files, self.reader)
        if not rows:
            raise InputError(
                "no measurement found",
                where=", ".join(str(p) for p in self._paths),
                advice="give the folder of the files",
            )
        self.count = len(rows)
        for one in lab_cells([], rows, reader=self.reader):
            if one.record is None and one.observations:
                yield one
                continue
            if one.record is None:
                # A file that is no measurement belongs to no cell.
                self.left_out += one.failures
                continue
            yield replace(one, record=self._stamped(one.record))

    def _stamped(self, record: Record) -> Record:
        """The record with what the command says of every cell; the label stays its own."""
        cell, area = self._source.cell, self._source.area_m2
        if cell is not None:
            record = described(record, cell.with_(label=record.label))
        return record if area is None else record.with_(area_m2=area)

    def _one_by_one(self, tell: Report, share: float) -> Iterator[LabCell]:
        for number, path in enumerate(self._paths):
            tell(share * number / self.count, f"reading {path.name}")
            try:
                record = self._source.record(str(path))
            except InterlayerError as error:
                yield LabCell(CellRow(path.stem, (path.name,)), None, failures=(error,))
                continue
            if is_observation(record):
                seen = of_record(record)
                yield LabCell(CellRow(record.label, (path.name,)), None, observations=(seen,))
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


def has_folder(paths: Sequence[str]) -> bool:
    """Whether one of the paths is a folder of files, and not a record in parts."""
    return any(_is_lab(path_of(text)) for text in paths)


def _is_lab(path: Path) -> bool:
    return path.is_dir() and not store.holds_parts(path)


def refuse_with_folders(said: Mapping[str, object]) -> None:
    """Refuse options that belong to one file, by name and value. Raises InputError."""
    given = [name for name, value in said.items() if value is not None]
    if given:
        raise InputError(
            f"{', '.join(given)} can be said of single files only",
            advice="leave it out, or name the files one by one",
        )


def read_cells(source: Laboratory, out: str | None, *, force: bool, as_json: bool) -> None:
    """Say what is in each cell, and store one record a cell if a folder is given.

    Raises
    ------
    OutputError
        If the folder may not be filled.
    typer.Exit
        With the code of the worst failure, if a file could not be read.
    """
    folder = None if out is None else outputs.folder_to_write(out, force=force)
    taken: set[str] = set()
    rows: list[dict[str, Any]] = []
    failures: list[InterlayerError] = []
    with progress("reading") as tell:
        for cell in source.cells(tell, share=1.0):
            for problem in cell.failures:
                fail(f"{cell.row.label}: {problem}")
                failures.append(problem)
            if cell.record is None:
                continue
            target = None if folder is None else folder / f"{file_stem(cell.record.label, taken)}.parquet"
            if target is not None and folder is not None:
                outputs.refuse_existing(target, force=force)
                outputs.mark_folder(folder)
                store.save(cell.record, target, overwrite=force)
                say(f"wrote {target}")
            rows.append(_item(cell, cell.record, target))
            if not as_json:
                summary.show(cell.record, _files(cell))
                _show_joins(cell)
    for problem in source.left_out:
        say(f"left out: {problem}")
    say(f"{len(rows)} cells; {len(source.reader.fresh)} files read, the others taken from the cache")
    if as_json:
        sys.stdout.write(tables.as_json(rows, ascii_only=True))
    if failures:
        raise typer.Exit(max(error.exit_code for error in failures))


def _item(cell: LabCell, record: Record, target: Path | None) -> dict[str, Any]:
    row = summary.as_row(record, _files(cell), None if target is None else str(target))
    return row | {
        "group": cell.row.group or None,
        "files": list(cell.row.files),
        "hours_under_test": cell.hours_under_test,
        "hours_wall": cell.hours_wall,
        "running": cell.running,
        "excluded": cell.row.excluded or None,
        "joins": [vars(join) for join in cell.joins],
        "failures": [str(problem) for problem in cell.failures],
    }


def _files(cell: LabCell) -> str:
    names = [name.rpartition("/")[2] for name in cell.row.files]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _show_joins(cell: LabCell) -> None:
    """Print where each file stands, as far as there is more than one."""
    if len(cell.joins) > 1:
        tables.show(
            ("file", "from / h", "gap / h", "placed by", "detail"),
            [
                [
                    join.file,
                    "-" if join.start_s is None else f"{join.start_s / 3600:.4g}",
                    "-" if join.gap_s is None else "within" if join.gap_s < 0 else f"{join.gap_s / 3600:.3g}",
                    join.how if join.counted else "not counted",
                    join.detail,
                ]
                for join in cell.joins
            ],
            numeric=("from / h", "gap / h"),
        )
