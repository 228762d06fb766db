"""Arbin workbooks (.xlsx): `Channel_...` sheets with the points, `Global_Info` with what is known of the test.

Sign and columns as in `arbin_columns`. A long test goes on over several sheets of one channel (`Channel_11_1`,
`Channel_11_2`, ...). Needs the extra `interlayer[xlsx]`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import arbin_columns, containers, started
from interlayer.readers.contract import RawRecord, Reader
from interlayer.readers.options import ReadOptions
from interlayer.readers.plain_xlsx import PlainXlsx
from interlayer.record.record import Finding

_ZIP_MARK: Final = b"PK\x03\x04"
_LIST: Final = "xl/workbook.xml"
_LONGEST_LIST: Final = 2**20
_ENGINE: Final = "fastexcel"
_SHEET: Final = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?name="([^"]*)"')
_CHANNEL: Final = re.compile(r"Channel[_ -](\d+)(?:[_ -](\d+))*", re.IGNORECASE)
_INFO: Final = "Global_Info"
_NOTHING_SAID: Final = ReadOptions()


@dataclass(frozen=True)
class ArbinXlsx:
    """Reader of Arbin's workbooks."""

    options: ReadOptions = _NOTHING_SAID
    name: str = "arbin_xlsx"
    version: str = "1"
    extensions: tuple[str, ...] = ()
    signature: str = "a workbook with a sheet named Channel_ and a number"

    def with_options(self, options: ReadOptions) -> Reader:
        """Return the same reader with the sheet that a person names, or one of tables if columns are said."""
        if set(options.given) - {"sheet"}:
            return PlainXlsx().with_options(options)
        return replace(self, options=options)

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is a workbook with channels."""
        return head.startswith(_ZIP_MARK) and any(_CHANNEL.fullmatch(name) for name in _sheet_names(path))

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read all sheets of one channel.

        Raises
        ------
        ReadError
            If it is no such workbook, unsafe to unpack, its reading needs an extra that is not installed, or no
            sheet holds points.
        """
        if not self.sniff(path, head):
            raise ReadError("not an Arbin workbook: no sheet is named Channel_ and a number")
        containers.check_zip(path, largest=containers.LARGEST_WORKBOOK)
        if find_spec(_ENGINE) is None:
            raise ReadError(
                "reading workbooks needs an extra that is not installed",
                advice="run: python -m pip install 'interlayer[xlsx]', or export the channel as CSV",
            )
        findings: list[Finding] = []
        names = _sheet_names(path)
        chosen = _chosen(names, self.options.sheet, findings)
        frames = [frame for name in chosen if arbin_columns.looks_like((frame := _sheet(path, name)).columns)]
        if not frames:
            raise ReadError(
                f"no points in {', '.join(chosen)}: Test_Time, Current or Voltage is missing",
                advice="export the channel again",
            )
        frame = pl.concat(frames, how="diagonal_relaxed")
        table = arbin_columns.table(_as_numbers(frame), findings)
        return RawRecord(table, tuple(findings), extra=_facts(path, names) | {"sheet": ", ".join(chosen)})


def _sheet_names(path: Path) -> list[str]:
    """Names of the sheets, from the workbook's own list; [] if it has none that can be read."""
    if _LIST not in containers.members(path):
        return []
    try:
        with ZipFile(path) as archive, archive.open(_LIST) as member:
            listed = member.read(_LONGEST_LIST)
    except Exception:  # a damaged archive makes its decoder raise nearly anything; `read` says what is wrong
        return []
    return [unescape(name.decode("utf-8", errors="replace")) for name in _SHEET.findall(listed)]


def _chosen(names: list[str], wanted: str | None, findings: list[Finding]) -> list[str]:
    """Sheets of the first channel in their order, or the one that is named."""
    if wanted is not None:
        if wanted not in names:
            raise ReadError(f"no sheet '{wanted}'; its sheets: {', '.join(names)}", advice="name one of them")
        return [wanted]
    channels: dict[int, list[str]] = {}
    for name in names:
        if match := _CHANNEL.fullmatch(name):
            channels.setdefault(int(match[1]), []).append(name)
    first = next(iter(channels))
    if len(channels) > 1:
        others = ", ".join(str(channel) for channel in list(channels)[1:])
        findings.append(
            Finding(
                "other_channels",
                f"the workbook holds {len(channels)} channels; channel {first} is read, not {others}; "
                "name a sheet with --sheet for another",
            )
        )
    return sorted(channels[first], key=lambda name: [int(part) for part in re.findall(r"\d+", name)])


@contextmanager
def _quiet() -> Generator[None, None, None]:
    """Keep the engine's remarks on blank columns off the user's terminal."""
    logger = logging.getLogger(_ENGINE)
    level, logger.disabled = logger.level, True
    children = [
        found
        for name, found in logging.Logger.manager.loggerDict.items()
        if name.startswith(_ENGINE + ".") and isinstance(found, logging.Logger)
    ]
    logger.setLevel(logging.CRITICAL)
    for child in children:
        child.disabled = True
    try:
        yield
    finally:
        logger.disabled = False
        logger.setLevel(level)
        for child in children:
            child.disabled = False


def _sheet(path: Path, name: str, *, has_header: bool = True) -> pl.DataFrame:
    try:
        with _quiet():
            return pl.read_excel(
                path,
                sheet_name=name,
                has_header=has_header,
                infer_schema_length=1000 if has_header else 0,
                raise_if_empty=False,
                drop_empty_rows=has_header,
                drop_empty_cols=False,
            )
    except Exception as problem:  # a damaged workbook makes the engine raise nearly anything
        raise ReadError(
            f"a damaged workbook: its sheet {name} cannot be read", advice="save it again, or as CSV"
        ) from problem


def _as_numbers(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates as text in one way of writing; columns of texts that are numbers as numbers."""
    made: list[pl.Series] = []
    for name, kind in frame.schema.items():
        column = frame[name]
        if isinstance(kind, pl.Datetime):
            column = column.dt.to_string("%Y-%m-%d %H:%M:%S%.3f")
        elif kind == pl.String:
            numbers = column.cast(pl.Float64, strict=False)
            column = numbers if numbers.null_count() == column.null_count() else column
        made.append(column)
    return pl.DataFrame(made)


def _facts(path: Path, names: list[str]) -> dict[str, Any]:
    """What `Global_Info` says of the test."""
    extra: dict[str, Any] = {"instrument": "Arbin"}
    if _INFO not in names:
        return extra
    rows = [[str(v or "").strip() for v in row] for row in _sheet(path, _INFO, has_header=False).rows()]
    at = next((i for i, row in enumerate(rows) if "Channel" in row and "Start DateTime" in row), None)
    if at is None or at + 1 >= len(rows):
        return extra
    known = {key: value for key, value in zip(rows[at], rows[at + 1], strict=False) if key and value}
    extra |= {
        name: known[key]
        for key, name in (("Comments", "comments"), ("Software Version", "software"), ("Channel", "channel"))
        if key in known
    }
    extra |= started.facts(known.get("Start DateTime", ""), [])
    private = {
        name: known[key]
        for key, name in (("Creator", "user"), ("Schedule File Name", "schedule_file"), ("Item ID", "item"))
        if key in known
    }
    above = [value for row in rows[:at] for value in row if value and "\\" in value]
    if above:
        private["folder"] = above[0]
    if private:
        extra["private"] = private
    return extra
