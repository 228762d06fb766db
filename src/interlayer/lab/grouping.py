"""Files into cells without a table, by the rules of `collect`: same label, same cell."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from interlayer.errors import InterlayerError
from interlayer.lab.cells_table import CellRow
from interlayer.lab.names import label_of, natural, same_cell
from interlayer.lab.reading import FileReader
from interlayer.record.record import Record


def guess(
    paths: Sequence[Path], reader: FileReader | None = None, *, base: Path | None = None
) -> tuple[CellRow, ...]:
    """Return one row a cell.

    Files whose instrument, or else whose name, gives the same label are of one cell. A file that cannot be read
    goes by its name, so that its cell says what is missing.

    Parameters
    ----------
    paths : sequence of Path
    reader : FileReader, optional
        Reads the files, for what instruments say of the cell; without one names alone decide.
    base : Path, optional
        Folder to which the paths in the rows are relative; by default as they are given.
    """
    groups: dict[str, tuple[str, list[Path]]] = {}
    for path in sorted(paths, key=lambda p: natural(p.as_posix())):
        label = label_of(path, _record(path, reader))
        groups.setdefault(same_cell(label), (label, []))[1].append(path)
    return tuple(
        CellRow(label=label, files=tuple(relative(path, base) for path in files))
        for label, files in sorted(groups.values(), key=lambda one: natural(one[0]))
    )


def relative(path: Path, base: Path | None) -> str:
    """Return a path as it stands in the table: relative to it where it can be, with forward slashes."""
    if base is None:
        return path.as_posix()
    try:
        return Path(os.path.relpath(path.resolve(), base.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def _record(path: Path, reader: FileReader | None) -> Record | None:
    if reader is None:
        return None
    try:
        return reader.record(path)
    except InterlayerError:
        return None
