"""From a table of cells to one record a cell: files read, counted once, put on one time line, and joined."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from interlayer.cell import Cell
from interlayer.errors import InputError, InterlayerError, ReadError
from interlayer.lab import joining
from interlayer.lab.cells_table import AS_LISTED, CellRow
from interlayer.lab.clocks import UTC, Clock, clock_of, offset_for, offsets_of, zone_of
from interlayer.lab.dates import dated, order_of
from interlayer.lab.description import cell_of
from interlayer.lab.found_files import look
from interlayer.lab.grouping import guess
from interlayer.lab.lab_cell import Join, LabCell
from interlayer.lab.reading import FileReader, Report, partly, silent
from interlayer.lab.running import is_running
from interlayer.lab.same_data import Series, find_same
from interlayer.lab.timeline import Piece, Place, place
from interlayer.readers import ReadOptions
from interlayer.readers.timestamps import MONTH_FIRST
from interlayer.record import checks
from interlayer.record import schema as s
from interlayer.record.record import Finding, Record
from interlayer.surface.observation import Observation, is_observation, of_record

_READING: Final = 0.8
"""Share of the work that reading is."""


def lab_cells(
    paths: Sequence[str | Path],
    rows: Sequence[CellRow] | None = None,
    *,
    folder: str | Path | None = None,
    reader: FileReader | None = None,
    report: Report = silent,
    now_s: float | None = None,
) -> Iterator[LabCell]:
    """Yield one cell after the other, each with the record of all of its files.

    Parameters
    ----------
    paths : sequence of str or Path
        Files and folders. With a table only cells that have a file among them are given; all if it is empty.
    rows : sequence of CellRow, optional
        The table of cells; without one the files are grouped by `interlayer.lab.grouping.guess`.
    folder : str or Path, optional
        Of the table, to which its paths are relative; by default the working folder.
    reader : FileReader, optional
        Reads through the cache; says afterwards which files it had to read (`fresh`).
    report : callable
        Told how far it is.
    now_s : float, optional
        Seconds since 1970, for what is running; the clock of this computer by default.

    Raises
    ------
    ReadError
        If a path is not there. A file that cannot be read stops nothing: it is among the cell's `failures`.
    DescriptionError, InputError
        If a row of the table cannot be used; before any file is read.
    """
    reader = FileReader() if reader is None else reader
    base = Path() if folder is None else Path(folder)
    places = [Path(p) for p in paths]
    if rows is None:
        files = look(places).files
        reader.prepare(files, partly(report, _READING))
        rows, base = guess(files, reader), Path()
    elif places:
        rows = _among(rows, base, places)
    # What is wrong in the table is said before anything is read.
    described = [(row, cell_of(row, base)) for row in rows]
    for row in rows:
        _clocks_said(row)
    wanted = [base / name for row in rows for name in row.files]
    reader.prepare([p for p in wanted if p.is_file()], partly(report, _READING))
    now = time.time() if now_s is None else now_s
    for number, (row, cell) in enumerate(described):
        report(_READING + (1 - _READING) * number / len(described), f"joining {row.label}")
        yield lab_cell(row, cell, base, reader, now)
    report(1.0)


def lab_cell(row: CellRow, cell: Cell | None, folder: Path, reader: FileReader, now_s: float) -> LabCell:
    """Return one cell with the record of all of its files.

    Parameters
    ----------
    row : CellRow
    cell : Cell or None
        Its description; None if nothing is known of it.
    folder : Path
        To which the paths of the row are relative.
    reader : FileReader
    now_s : float
        Seconds since 1970.

    Raises
    ------
    InputError
        If `clock_offset` or `time_zone` of the row cannot be read.
    """
    offsets, zone = _clocks_said(row)
    records: list[tuple[str, Record]] = []
    observations: list[Observation] = []
    failures: list[InterlayerError] = []
    for name in dict.fromkeys(row.files):
        try:
            record = _read(folder / name, name, reader)
            if is_observation(record):
                observations.append(of_record(record))
            else:
                records.append((name, _as_said(record, name, folder, row, cell, reader)))
        except InterlayerError as error:
            failures.append(error)
    if not records:
        return LabCell(row, None, failures=tuple(failures), observations=tuple(observations))
    order = row.values.get("date_order")
    dates, decided = dated(
        records,
        [_changed(folder / name) for name, _ in records],
        None if order is None else order_of(order, where=f"line {row.line}, column date_order"),
    )
    records = [(name, record) for (name, _), record in zip(records, dates, strict=True)]
    clocks = [clock_of(record, offset_for(name, offsets), zone) for name, record in records]
    same = find_same([Series(record, clock) for (_, record), clock in zip(records, clocks, strict=True)])
    pieces = [
        Piece(name, record, clock)
        for k, ((name, record), clock) in enumerate(zip(records, clocks, strict=True))
        if k not in same
    ]
    places, findings, zero = place(pieces, by_hand=row.values.get("order") == AS_LISTED)
    twins = {records[k][0]: records[other][0] for k, other in same.items()}
    findings = [*decided, *findings, *_said_twice(twins), *_unread(failures)]
    record = joining.join(places, findings, zero, row.label)
    if cell is not None:
        record = described(record, cell, only_named=not row.values)
    return LabCell(
        row,
        record,
        _joins(places, twins, same_line=len(places) > 1),
        under_test_s(places) / 3600.0 if any(x.start_s is not None for x in places) else None,
        _wall_s(places) / 3600.0 if any(x.start_s is not None for x in places) else None,
        _running(row, places, folder, now_s),
        tuple(failures),
        tuple(observations),
    )


def under_test_s(places: Sequence[Place]) -> float:
    """Return the time in which at least one file measured, s."""
    spans = sorted((x.start_s, x.end_s) for x in places if x.start_s is not None and x.end_s is not None)
    total, reached = 0.0, float("-inf")
    for begin, end in spans:
        total += max(end - max(begin, reached), 0.0)
        reached = max(reached, end)
    return total


def _wall_s(places: Sequence[Place]) -> float:
    ends = [x.end_s for x in places if x.end_s is not None]
    starts = [x.start_s for x in places if x.start_s is not None]
    return max(ends) - min(starts)


def _clocks_said(row: CellRow) -> tuple[tuple[tuple[str, float], ...], dt.tzinfo | None]:
    where = f"line {row.line}" if row.line else row.label
    offsets = offsets_of(row.values.get("clock_offset", ""), where=f"{where}, column clock_offset")
    zone = row.values.get("time_zone")
    return offsets, None if not zone else zone_of(zone, where=f"{where}, column time_zone")


def _among(rows: Sequence[CellRow], base: Path, places: Sequence[Path]) -> list[CellRow]:
    """Rows that have a file at, or below, one of the places."""
    for one in places:
        if not one.exists():
            raise ReadError("no such file or folder", where=str(one))
    resolved = [one.resolve() for one in places]
    found = [
        row
        for row in rows
        if any(
            (path := (base / name).resolve()) == one or one in path.parents
            for name in row.files
            for one in resolved
        )
    ]
    if not found:
        shown = ", ".join(str(p) for p in places[:3])
        raise InputError(
            f"no cell of the table has a file in {shown}",
            advice="run `interlayer collect` on it with -o for that table",
        )
    return found


def _read(path: Path, name: str, reader: FileReader) -> Record:
    if not path.is_file():
        raise ReadError(
            "no such file", where=name, advice="take it out of the table, or run `interlayer collect`"
        )
    return reader.record(path)


def _as_said(
    record: Record, name: str, folder: Path, row: CellRow, cell: Cell | None, reader: FileReader
) -> Record:
    """The record read anew with what the row says of tables that do not say it: a current, an order of dates."""
    current, order = row.values.get("current"), row.values.get("date_order")
    lacks_current = len(record.cycling) > 0 and s.CURRENT not in record.columns
    open_dates = any(finding.name == "ambiguous_dates" for finding in record.findings)
    dates = None
    if order is not None and open_dates:
        dates = "month-first" if order_of(order) == MONTH_FIRST else "day-first"
    wanted = current if lacks_current else None
    if wanted is not None and wanted.lower().endswith(".mps"):
        wanted = str(folder / wanted)
    is_table = (record.provenance.reader or "").startswith("plain_")
    if (wanted is None and dates is None) or not is_table:
        return record
    area = None if cell is None else cell.current_area
    return reader.record_as(folder / name, ReadOptions(current=wanted, dates=dates, area_m2=area))


def described(record: Record, cell: Cell, *, only_named: bool = False) -> Record:
    """Return a record with what is known of its cell, and what follows from the area checked anew.

    `only_named`: nothing but label and group is said, so that what a stored record knows of its cell stays.
    """
    said = cell.record_dict()
    if only_named and record.cell is not None:
        said = record.cell | {key: said[key] for key in ("label", "group") if key in said}
    area = record.area_m2 if only_named and record.area_m2 is not None else cell.current_area
    record = record.with_(
        cell=said,
        area_m2=area,
        findings=tuple(f for f in record.findings if not f.name.startswith("header_area")),
    )
    return record.with_(findings=record.findings + checks.header_area(record))


def _said_twice(twins: dict[str, str]) -> list[Finding]:
    return [
        Finding("same_data", f"{one} holds the same data as {other}; they are counted once", "note")
        for one, other in twins.items()
    ]


def _unread(failures: Sequence[InterlayerError]) -> list[Finding]:
    return [Finding("file_not_read", f"left out: {error}") for error in failures]


def _joins(places: Sequence[Place], twins: dict[str, str], *, same_line: bool) -> tuple[Join, ...]:
    found = [
        Join(
            x.piece.name,
            x.start_s if same_line else (x.piece.first if x.start_s is not None else None),
            x.gap_s,
            x.how,
            "; ".join(x.details),
        )
        for x in places
    ]
    starts = {join.file: join.start_s for join in found}
    found += [
        Join(one, starts.get(other), None, "clock", f"the same data as {other}", counted=False)
        for one, other in twins.items()
    ]
    return tuple(found)


def _running(row: CellRow, places: Sequence[Place], folder: Path, now_s: float) -> bool | None:
    if (said := row.values.get("running")) is not None:
        return said == "yes"
    cycled = [x for x in places if x.piece.cycled and x.end_s is not None]
    if not cycled:
        return None
    last = max(cycled, key=lambda x: x.end_s or 0.0).piece
    changed = _changed(folder / last.name)
    return is_running(last.record, ended_s=_ended(last, last.clock), changed_s=changed, now_s=now_s)


def _changed(path: Path) -> float | None:
    """When a file was changed last, s since 1970."""
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _ended(piece: Piece, clock: Clock | None) -> float | None:
    """When the last row was written, as far as the file tells, seconds since 1970 in universal time."""
    if clock is None or piece.span is None:
        return None
    seconds = clock.seconds + piece.span[1]
    if clock.kind == UTC:
        return seconds
    # The clock of a computer without its zone: taken as that of this one.
    return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)).timestamp()
