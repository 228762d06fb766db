"""Battery Data Format as text (.bdf.csv, .bdf): names in the first row, see `bdf_columns`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import bdf_columns, containers, named_rows, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record import bdf
from interlayer.record.record import Finding

LARGEST_UNPACKED: Final = 2**29
_FIRST_BYTES: Final = 4096
_SAMPLE_ROWS: Final = 50
_SAMPLE_BYTES: Final = 16384
_WHOLE: Final = re.compile(rb"[+-]?\d+")
_TRUTH: Final = {"true": True, "false": False}


class BdfCsv:
    """Reader of Battery Data Format as text."""

    name = "bdf_csv"
    version = "1"
    extensions = (".bdf",)
    signature = (
        "a text, also packed with gzip, whose first line holds 'Test Time / s' or test_time_second, and a voltage "
        "or current likewise"
    )

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such a text."""
        if head.startswith(containers.GZIP):
            head = containers.first_bytes(head, _FIRST_BYTES)
        line = text_table.decode_line(text_table.to_utf8(head[: len(head) // 2 * 2]).partition(b"\n")[0])
        return bdf_columns.looks_like(named_rows.split_names(line, named_rows.delimiter_of(line)))

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read the whole file.

        Raises
        ------
        ReadError
            If it cannot be opened, has not the names of the format, or rows that do not fit them.
        """
        if not self.sniff(path, head):
            raise ReadError(
                "not Battery Data Format: its first line does not hold 'Test Time / s' and 'Voltage / V'",
                advice="name the columns so, or give the instrument's own file",
            )
        first, body = _content(path, head)
        line = text_table.decode_line(first)
        delimiter = named_rows.delimiter_of(line)
        text = named_rows.parse(body, named_rows.split_names(line, delimiter), delimiter)
        begin = body[:_SAMPLE_BYTES]
        del body  # a long test is not held as text beside its table
        findings: list[Finding] = list(text.findings)
        table, ambient = bdf_columns.table(_typed(text.frame, begin, delimiter), findings)
        extra: dict[str, Any] = {bdf.TEMPERATURE_OF: "ambient"} if ambient else {}
        return RawRecord(table, tuple(findings), complete=text.complete, extra=extra)


def _content(path: Path, head: bytes) -> tuple[bytes, bytes]:
    """First line and rest of the text, unpacked if it is packed."""
    if head.startswith(containers.GZIP):
        first, _, body = text_table.to_utf8(containers.gunzip(path, largest=LARGEST_UNPACKED)).partition(
            b"\n"
        )
        return first, body
    return text_table.first_line(path)


def _typed(frame: pl.DataFrame, body: bytes, delimiter: str) -> pl.DataFrame:
    """Columns that are written as whole numbers or truth values as such: a decimal point makes a number real."""
    cells = [line.split(delimiter.encode()) for line in body.split(b"\n", _SAMPLE_ROWS)[:_SAMPLE_ROWS]]
    made: list[pl.Expr] = []
    for i, (name, kind) in enumerate(frame.schema.items()):
        shown = [row[i].strip() for row in cells if i < len(row) and row[i].strip()]
        column = frame[name]
        if kind == pl.Float64 and shown and all(map(_WHOLE.fullmatch, shown)):
            if bool(((column == column.round()) & (column.abs() < 2**53)).all()):
                made.append(pl.col(name).cast(pl.Int64))
        elif kind == pl.String and set(column.drop_nulls().unique()) <= set(_TRUTH):
            made.append(pl.col(name).replace_strict(_TRUTH, return_dtype=pl.Boolean))
    return frame.with_columns(made)
