"""Sheets of a workbook (.xlsx) as text. Needs the extra `interlayer[xlsx]`."""

from __future__ import annotations

import re
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import containers

ZIP_MARK: Final = b"PK\x03\x04"
MEMBER: Final = "xl/workbook.xml"
_ENGINE: Final = "fastexcel"
_DAMAGED: Final = (
    OSError,
    BadZipFile,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    EOFError,
    zlib.error,
)
"""What a damaged archive makes the standard library raise."""
_NAMES: Final = re.compile(r"<(?:\w+:)?sheet\b[^>]*?\bname=\"([^\"]*)\"")
_SHEETS_LOOKED_AT: Final = 8
_MOST_BYTES: Final = 4_000_000


def is_workbook(path: Path, head: bytes) -> bool:
    """Whether a file is a workbook."""
    if not head.startswith(ZIP_MARK):
        return False
    return MEMBER in containers.members(path)


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets; empty if they cannot be read. Never raises."""
    try:
        with ZipFile(path) as archive, archive.open(MEMBER) as member:
            text = member.read(_MOST_BYTES).decode("utf-8", errors="replace")
    except _DAMAGED:
        return ()
    return tuple(_NAMES.findall(text))


def first_texts(path: Path, count: int = 400) -> tuple[str, ...]:
    """Return the first texts in the cells of a workbook, shared or within its first sheets. Never raises."""
    found: list[str] = []
    try:
        with ZipFile(path) as archive:
            members = archive.namelist()
            sheets_first = [m for m in members if m.startswith("xl/worksheets/sheet")][:_SHEETS_LOOKED_AT]
            for member in ("xl/sharedStrings.xml", *sheets_first):
                if member not in members:
                    continue
                with archive.open(member) as file:
                    text = file.read(65536).decode("utf-8", errors="replace")
                found += re.findall(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<", text)[:count]
    except _DAMAGED:
        return ()
    return tuple(found)


def need_engine() -> None:
    """Raise ReadError if what reads workbooks is not installed."""
    if find_spec(_ENGINE) is None:
        raise ReadError(
            "reading workbooks needs an extra that is not installed",
            advice="run: python -m pip install 'interlayer[xlsx]', or save the sheet as CSV",
        )


def sheets(path: Path) -> dict[str, pl.DataFrame]:
    """Return all sheets by name, every cell as text, without names of columns.

    Raises
    ------
    ReadError
        If it is no workbook, a damaged one, one that unpacks to more than a workbook can, or its reading needs an
        extra that is not installed.
    """
    need_engine()
    containers.check_zip(path, largest=containers.LARGEST_WORKBOOK)
    try:
        return pl.read_excel(
            path,
            sheet_id=0,
            has_header=False,
            infer_schema_length=0,
            raise_if_empty=False,
            drop_empty_rows=False,
            drop_empty_cols=False,
        )
    except Exception as problem:  # a damaged workbook makes the engine raise nearly anything
        raise ReadError(
            "a damaged workbook: its sheets cannot be read", advice="save it again, or as CSV"
        ) from problem


def as_text(frame: pl.DataFrame) -> bytes:
    """Return a sheet as UTF-8 text with tabs between the cells, trailing blank columns left out."""
    clean = frame.select(pl.all().cast(pl.String).str.replace_all(r"[\t\r\n]+", " ").fill_null(""))
    return clean.write_csv(separator="\t", include_header=False, quote_style="never").encode()
