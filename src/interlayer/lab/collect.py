"""What is in a laboratory's folder, one row a cell, beside what a person typed there before: nothing typed is lost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from interlayer.errors import InputError, InterlayerError, OutputError, ReadError
from interlayer.lab.assemble import lab_cell
from interlayer.lab.cells_table import (
    AS_LISTED,
    COLUMNS,
    FOUND,
    CellRow,
    column_of,
    file_names,
    is_set,
    rows_of,
)
from interlayer.lab.clocks import offsets_of, zone_of
from interlayer.lab.dates import order_of
from interlayer.lab.found_files import look
from interlayer.lab.grouping import relative
from interlayer.lab.lab_cell import LabCell
from interlayer.lab.names import label_of, natural, same_cell
from interlayer.lab.reading import FileReader, Report, partly, silent
from interlayer.lab.sheet import Sheet, read_sheet, write_sheet
from interlayer.lab.sheet_marks import BETWEEN_FILES
from interlayer.metrics.placement import start_of
from interlayer.record.record import Record

GONE: Final = "gone: "
NOT_READ: Final = "cannot be read: "
BACKUP: Final = ".bak"


@dataclass
class Line:
    """One row of the table while it is made anew: its texts by column name."""

    texts: dict[str, str]
    files: list[str] = field(default_factory=list[str])

    @property
    def label(self) -> str:
        """Name of the cell; '' for files that belong to none."""
        return self.texts.get("label", "").strip()

    @property
    def typed(self) -> bool:
        """Whether a person wrote anything into it."""
        return any(text.strip() for name, text in self.texts.items() if name not in FOUND)

    @property
    def by_hand(self) -> bool:
        """Whether its files stand in an order that a person set."""
        return self.texts.get("order", "").strip().casefold() in (AS_LISTED, "by hand", "listed")


@dataclass(frozen=True)
class Collected:
    """What `collect` found.

    Attributes
    ----------
    sheet : Sheet
        The table as it is to be written.
    cells : tuple of LabCell
        The cells in it.
    new : tuple of str
        Labels of cells that were not in the table before.
    gone : tuple of str
        Files of the table that are not there any more.
    not_read : dict
        Why a file cannot be read, by its path.
    others : int
        Documents, pictures and the like that were passed over.
    """

    sheet: Sheet
    cells: tuple[LabCell, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    not_read: dict[str, str]
    others: int


def collect(
    places: Sequence[Path],
    table: Path,
    *,
    reader: FileReader | None = None,
    report: Report = silent,
    delimiter: str | None = None,
    force: bool = False,
    now_s: float | None = None,
) -> Collected:
    """List the cells of folders, keeping what the table says already; nothing is written.

    Parameters
    ----------
    places : sequence of Path
        Folders and files.
    table : Path
        The table that is made or brought up to date; its paths are relative to its folder.
    reader : FileReader, optional
    report : callable
        Told how far it is.
    delimiter : str, optional
        Of a CSV; by default that of the table, ',' for a new one.
    force : bool
        Make a new table where another file stands.
    now_s : float, optional
        Seconds since 1970, for what is running.

    Raises
    ------
    ReadError
        If a place is not there, or the table that is cannot be read.
    InputError
        If the table that is there is no table of cells.
    """
    reader = FileReader() if reader is None else reader
    base = table.parent
    old = _before(table, force=force)
    names = _column_names(old)
    lines = [_line(names, row) for row in old.rows]
    found = look(places, without=[table, table.with_name(table.name + BACKUP)])
    by_path = {relative(path, base): path for path in found.files}
    left_out = {name for line in lines for name in file_names(line.texts.get("leave_out", ""))}
    fresh = [name for name in by_path if name not in left_out and name.rpartition("/")[2] not in left_out]
    reader.prepare([by_path[n] for n in fresh], partly(report, 0.9))
    records, not_read = _read(fresh, by_path, reader)
    before = {line.label for line in lines if line.label}
    gone = _gone(lines, by_path, base)
    _distribute(lines, fresh, by_path, records, not_read, gone)
    lines = [line for line in lines if line.files or line.typed]
    _in_time(lines, records)
    cells = _fill(lines, base, reader, gone, not_read, time.time() if now_s is None else now_s, report)
    lines.sort(key=lambda line: not line.label)
    headings = [*old.headings, *(c for c in COLUMNS if c not in names)]
    columns = [*names, *(c for c in COLUMNS if c not in names)]
    sheet = replace(
        old,
        headings=headings,
        rows=[[line.texts.get(column, "") for column in columns] for line in lines],
        lines=[],
        delimiter=delimiter or old.delimiter,
    )
    report(1.0)
    new = tuple(line.label for line in lines if line.label and line.label not in before)
    return Collected(sheet, tuple(cells), new, tuple(gone), not_read, len(found.others))


def write(table: Path, sheet: Sheet) -> bool:
    """Write the table if it has changed, and keep the one before under its name and '.bak'.

    The table appears whole or not at all.

    Returns
    -------
    bool
        False if there was nothing to change.

    Raises
    ------
    OutputError
        If it cannot be written, as when a spreadsheet holds it open.
    """
    if table.exists():
        if _same(table, sheet):
            return False
        try:
            shutil.copy2(table, table.with_name(table.name + BACKUP))
        except OSError as problem:
            raise OutputError(
                f"the table before cannot be kept: {problem.strerror}",
                where=str(table),
                advice="close it elsewhere",
            ) from problem
    write_sheet(table, sheet)
    return True


def _same(table: Path, sheet: Sheet) -> bool:
    try:
        old = read_sheet(table)
    except ReadError:
        return False
    return (old.headings, old.rows, old.delimiter) == (sheet.headings, sheet.rows, sheet.delimiter)


def _before(table: Path, *, force: bool) -> Sheet:
    """The table as it is; an empty one if there is none, or something else that is to be replaced."""
    new = Sheet(list(COLUMNS), [], [])
    if not table.exists():
        return new
    try:
        old = read_sheet(table)
    except ReadError:
        if force:
            return new
        raise
    if {"label", "files"} <= set(_column_names(old)):
        return old
    if force:
        return new
    raise InputError(
        "this is no table of cells: it has no columns 'label' and 'files'",
        where=str(table),
        advice="choose another name for -o, or add --force",
    )


def _column_names(sheet: Sheet) -> list[str]:
    """Name of each column; a heading that is none of ours is its own."""
    names: list[str] = []
    for position, heading in enumerate(sheet.headings):
        name = column_of(heading)[0]
        names.append(name if name and name not in names else f"{heading}\n{position}")
    return names


def _line(names: list[str], row: list[str]) -> Line:
    texts = dict(zip(names, row, strict=True))
    return Line(texts, list(file_names(texts.get("files", ""))))


def _read(
    names: Sequence[str], by_path: dict[str, Path], reader: FileReader
) -> tuple[dict[str, _Facts], dict[str, str]]:
    """What is known of each file, and why others cannot be read."""
    records: dict[str, _Facts] = {}
    not_read: dict[str, str] = {}
    for name in names:
        try:
            record = reader.record(by_path[name])
        except InterlayerError as error:
            what, cut, _ = error.what.partition(". Looked for ")
            not_read[name] = what + (f" -> {error.advice}" if error.advice and not cut else "")
            continue
        records[name] = _Facts(label_of(by_path[name], record), _began(record))
    return records, not_read


@dataclass(frozen=True)
class _Facts:
    """What `collect` remembers of a file: the label that it suggests, and its start on whatever clock."""

    label: str
    start: float | None


def _began(record: Record) -> float | None:
    found = start_of(record)
    return None if found is None else found[1]


def _gone(lines: Sequence[Line], by_path: dict[str, Path], base: Path) -> list[str]:
    """Files that the table names and that are nowhere; one that was moved is found by its name."""
    listed = {name for line in lines for name in line.files}
    unlisted: dict[str, list[str]] = {}
    for name in by_path:
        if name not in listed:
            unlisted.setdefault(name.rpartition("/")[2], []).append(name)
    gone: list[str] = []
    for line in lines:
        for position, name in enumerate(line.files):
            if name in by_path or (base / name).is_file():
                continue
            moved = unlisted.get(name.rpartition("/")[2], [])
            if len(moved) == 1:
                line.files[position] = moved.pop()
            else:
                gone.append(name)
    return gone


def _distribute(
    lines: list[Line],
    names: Sequence[str],
    by_path: dict[str, Path],
    records: dict[str, _Facts],
    not_read: dict[str, str],
    gone: Sequence[str],
) -> None:
    """Give each file its row: the one that a person put it in, else that of its cell, else a new one."""
    # A row without a label, in which nothing was typed, is made anew.
    lines[:] = [line for line in lines if line.label or line.typed]
    listed = {name for line in lines for name in line.files}
    rows: dict[str, Line] = {}
    for line in lines:
        if line.label:
            rows.setdefault(same_cell(line.label), line)
    # Cells that a person renamed are known by the files that stand in their row.
    for line in lines:
        for name in line.files:
            if name in gone or not line.label:
                continue
            suggested = records[name].label if name in records else label_of(Path(name))
            rows.setdefault(same_cell(suggested), line)
    new: list[Line] = []
    for name in names:
        if name in listed:
            continue
        if name in not_read:
            label = label_of(by_path[name])
            line = rows.get(same_cell(label))
            if line is None or not line.label:
                new.append(Line({}, [name]))
                continue
            # Known to be of a cell by its name: the cell says that it lacks it.
            line.files.append(name)
            continue
        label = records[name].label
        line = rows.get(same_cell(label))
        if line is None:
            line = Line({"label": label})
            rows[same_cell(label)] = line
            new.append(line)
        line.files.append(name)
    lines += sorted(new, key=lambda line: natural(line.label))


def _in_time(lines: Sequence[Line], records: dict[str, _Facts]) -> None:
    """Put the files of each row in the order of their starts, those without one by name behind; not if set by hand."""
    for line in lines:
        if line.by_hand:
            continue
        starts = {name: records[name].start if name in records else None for name in line.files}
        line.files.sort(key=lambda n: (starts[n] is None, starts[n] or 0.0, natural(n)))


def _fill(
    lines: Sequence[Line],
    base: Path,
    reader: FileReader,
    gone: Sequence[str],
    not_read: dict[str, str],
    now_s: float,
    report: Report,
) -> list[LabCell]:
    """Write into each row what was found: start, hours, files, and what is worth knowing."""
    cells: list[LabCell] = []
    for number, line in enumerate(lines):
        line.texts["files"] = f" {BETWEEN_FILES} ".join(line.files)
        missing = [name for name in line.files if name in gone]
        notes = [GONE + ", ".join(map(_base, missing))] if missing else []
        notes += [f"{NOT_READ}{_base(name)}: {not_read[name]}" for name in line.files if name in not_read]
        line.texts["start"] = line.texts["hours"] = ""
        if line.label:
            report(0.9 + 0.1 * number / len(lines), f"joining {line.label}")
            readable = tuple(name for name in line.files if name not in gone and name not in not_read)
            cell = lab_cell(_row(line, readable), None, base, reader, now_s)
            cells.append(cell)
            line.texts["start"] = _start(cell)
            if cell.hours_under_test is not None:
                line.texts["hours"] = f"{cell.hours_under_test:.4g}"
            notes += _notes(cell)
        line.texts["found"] = "; ".join(notes)
    return cells


def _row(line: Line, files: tuple[str, ...]) -> CellRow:
    """The row as far as joining needs it; what cannot be read in it is told by `analyse`, not here."""
    values: dict[str, str] = {"order": AS_LISTED} if line.by_hand else {}
    for column, check in (("clock_offset", offsets_of), ("time_zone", zone_of), ("date_order", order_of)):
        text = line.texts.get(column, "").strip()
        try:
            if text:
                check(text)
                values[column] = text
        except InputError:
            continue
    if running := line.texts.get("running", "").strip():
        values["running"] = "yes" if is_set(running) else "no"
    return CellRow(label=line.label, files=files, values=values)


def _start(cell: LabCell) -> str:
    """Start of the cell's test as a date; local time as the file tells it, universal time with a Z."""
    if cell.record is None:
        return ""
    found = start_of(cell.record)
    if found is None:
        return ""
    kind, seconds = found
    text = time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds))
    return text + "Z" if kind == "UTC" else text


def _notes(cell: LabCell) -> list[str]:
    notes = ["running"] if cell.running else []
    notes += [f"{j.file}: {j.detail}, counted once" for j in cell.joins if not j.counted]
    notes += [f"{j.file}: {j.how}" for j in cell.joins if j.start_s is None and j.counted]
    named = ("mixed_clocks", "clocks_contradict", "time_between_unknown", "start_date_order")
    if cell.record is not None:
        notes += [f.detail for f in cell.record.findings if f.name in named]
    # The row lists the files with their folders; here their names do, where they tell them apart.
    bases = [_base(name) for name in cell.row.files]
    if len(set(bases)) == len(bases):
        for name in sorted(cell.row.files, key=len, reverse=True):
            notes = [note.replace(name, _base(name)) for note in notes]
    return notes


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def check(table: Path, sheet: Sheet) -> InterlayerError | None:
    """Return what is wrong in the table as it is, None if nothing is; `collect` says it, `analyse` refuses it."""
    try:
        rows_of(replace(sheet, lines=list(range(2, 2 + len(sheet.rows)))), table.name)
    except ReadError:
        raise
    except InterlayerError as error:
        return error
    return None
