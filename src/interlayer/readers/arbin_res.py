"""Arbin .res files: an Access database whose `Channel_Normal_Table` holds the points.

Sign and columns as in `arbin_columns`. Dates are on the clock of the measuring computer without its time zone.
A file packed with gzip (.res.gz) is read as well.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import arbin_columns, containers, jet, started
from interlayer.readers import cycler_columns as columns
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

LARGEST_BYTES: Final = 2**31
"""More than an Access database can have."""
LARGEST_UNPACKED: Final = 2**29

_POINTS: Final = "Channel_Normal_Table"
_COPY: Final = "copy it from the cycler's computer again"
_AUXILIARY_KINDS: Final = (
    ("Voltage", "V"),
    ("Temperature", "degC"),
    ("Pressure", "1"),
    ("pH", "1"),
    ("Flow Rate", "1"),
    ("Concentration", "1"),
    ("Digital Input", "1"),
    ("Digital Output", "1"),
)
_TEMPERATURE_KIND: Final = 1
_MOST_AUXILIARIES: Final = 64
_AUXILIARY_COLUMNS: Final = ("Data_Point", "Auxiliary_Index", "Data_Type", "X")


class ArbinRes:
    """Reader of Arbin .res files."""

    name = "arbin_res"
    version = "1"
    extensions = (".res",)
    signature = "an Access database ('Standard Jet DB' at its beginning), also packed with gzip"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is an Access database; whether it is Arbin's its tables tell on reading."""
        if head.startswith(containers.GZIP):
            head = containers.first_bytes(head, 32)
        return head.startswith(jet.MARKS)

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read the points of the first test in the file.

        Raises
        ------
        ReadError
            If it is no Access database, damaged, not one of Arbin's, or without points.
        """
        database = jet.Database(_content(path, head))
        tables = database.tables
        if _POINTS not in tables:
            shown = ", ".join(name for name in tables if not name.startswith("MSys"))[:200]
            raise ReadError(
                f"an Access database, but not one of Arbin: it has no {_POINTS}, only {shown or 'no table'}",
                advice="export the table with the points as CSV",
            )
        points = database.table(tables[_POINTS])
        findings: list[Finding] = []
        frame = _numbers(database, points)
        complete = _check_complete(database, points, findings)
        if not len(frame):
            raise ReadError("an Arbin file without a single point", advice="copy it again after the test")
        frame, test = _one_test(frame, findings)
        if "Data_Point" in frame.columns:
            frame = frame.sort("Data_Point", maintain_order=True)
        table = arbin_columns.table(frame, findings)
        del frame, points  # a long test is not held twice
        table = _with_auxiliaries(table, database, test, findings)
        return RawRecord(table, tuple(findings), complete=complete, extra=_facts(database, test))


def _content(path: Path, head: bytes) -> bytes:
    if head.startswith(containers.GZIP):
        return containers.gunzip(path, largest=LARGEST_UNPACKED)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ReadError("larger than an Access database can be (2 GiB)", advice=_COPY)
        return path.read_bytes()
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror}") from problem


def _numbers(database: jet.Database, table: jet.Table, only: Collection[str] = ()) -> pl.DataFrame:
    """All columns of numbers of a table, or those of some names."""
    made: list[pl.Series] = []
    for name in table.columns:
        if only and name not in only:
            continue
        try:
            made.append(database.numbers(table, name))
        except ReadError:
            continue  # a column of texts
    return pl.DataFrame(made)


def _check_complete(database: jet.Database, points: jet.Table, findings: list[Finding]) -> bool:
    complete = True
    if database.cut_bytes:
        findings.append(Finding("cut_file", "the file ends within a page of its database"))
        complete = False
    if len(points.begin) != points.announced:
        findings.append(
            Finding(
                "rows_missing",
                f"the database announces {points.announced} points, {len(points.begin)} can be read",
            )
        )
        complete = False
    return complete


def _one_test(frame: pl.DataFrame, findings: list[Finding]) -> tuple[pl.DataFrame, int | None]:
    """Keep the first test; a file may hold several, of different cells."""
    if "Test_ID" not in frame.columns or frame["Test_ID"].null_count() == len(frame):
        return frame, None
    tests = frame["Test_ID"].drop_nulls().unique(maintain_order=False).sort().to_list()
    if len(tests) > 1:
        others = ", ".join(str(test) for test in tests[1:10])
        findings.append(
            Finding(
                "other_tests", f"the file holds {len(tests)} tests; test {tests[0]} is read, not {others}"
            )
        )
    return frame.filter(pl.col("Test_ID") == tests[0]).drop("Test_ID"), int(tests[0])


def _with_auxiliaries(
    table: pl.DataFrame, database: jet.Database, test: int | None, findings: list[Finding]
) -> pl.DataFrame:
    """Add auxiliary channels, logged as (data point, channel, kind, value); the first temperature is the cell's."""
    page = database.tables.get("Auxiliary_Table")
    if page is None or columns.RECORD_NUMBER not in table.columns:
        return table
    try:
        rows = _numbers(database, database.table(page), ("Test_ID", *_AUXILIARY_COLUMNS))
    except ReadError as problem:
        findings.append(Finding("auxiliary_channels_unread", problem.what))
        return table
    if not len(rows) or not set(_AUXILIARY_COLUMNS) <= set(rows.columns):
        return table
    if "Test_ID" in rows.columns:
        mine = rows if test is None else rows.filter(pl.col("Test_ID") == test)
        rows = mine.drop("Test_ID")
    rows = rows.drop_nulls(list(_AUXILIARY_COLUMNS))
    channels = (
        rows.select("Data_Type", "Auxiliary_Index").unique().sort("Data_Type", "Auxiliary_Index").rows()
    )
    for kind, index in channels[:_MOST_AUXILIARIES]:
        word, unit = _AUXILIARY_KINDS[kind] if 0 <= kind < len(_AUXILIARY_KINDS) else (f"Kind {kind}", "1")
        label = f"Auxiliary {word} {index} / {unit}"
        if kind == _TEMPERATURE_KIND and s.TEMPERATURE not in table.columns:
            label = s.TEMPERATURE
        values = (
            rows.filter((pl.col("Data_Type") == kind) & (pl.col("Auxiliary_Index") == index))
            .select(
                pl.col("Data_Point").cast(table.schema[columns.RECORD_NUMBER]).alias(columns.RECORD_NUMBER),
                pl.col("X").cast(pl.Float64).alias(label),
            )
            .unique(columns.RECORD_NUMBER, keep="first")
        )
        table = table.join(values, on=columns.RECORD_NUMBER, how="left", maintain_order="left")
    return table


_FACTS: Final = {
    "Test_Name": "test",
    "Comments": "comments",
    "Software_Version": "software",
}
_PRIVATE: Final = {
    "Creator": "user",
    "Serial_Number": "serial_number",
    "Applications_Path": "folder",
    "Schedule_File_Name": "schedule_file",
    "Item_ID": "item",
}


def _facts(database: jet.Database, test: int | None) -> dict[str, Any]:
    """What the file says about the test as a whole."""
    extra: dict[str, Any] = {"instrument": "Arbin"}
    page = database.tables.get("Global_Table")
    if page is None:
        return extra
    try:
        table = database.table(page)
        numbers = _numbers(database, table)
    except ReadError:
        return extra  # the points are read without it
    tests = numbers["Test_ID"].to_list() if "Test_ID" in numbers.columns else []
    row = tests.index(test) if test in tests else 0
    if row >= len(numbers):
        return extra
    for column, name in _FACTS.items():
        if text := _text(database, table, column, row):
            extra[name] = text
    if private := {n: t for c, n in _PRIVATE.items() if (t := _text(database, table, c, row))}:
        extra["private"] = private
    known = numbers.row(row, named=True)
    if known.get("MASS"):
        extra["header_mass_g"] = known["MASS"]
    if known.get("Channel_Index") is not None:
        extra["channel"] = known["Channel_Index"]
    begun = known.get("Start_DateTime")
    if begun is not None and 2e4 < begun < 8e4:
        extra |= started.local(float(columns.ole_seconds(pl.Series([begun]))[0]))
        extra["clock"] = "local time of the measuring computer; the file does not tell its time zone"
    return extra


def _text(database: jet.Database, table: jet.Table, column: str, row: int) -> str:
    if column not in table.columns:
        return ""
    found = database.texts(table, column)
    return (found[row] or "").strip() if row < len(found) else ""
