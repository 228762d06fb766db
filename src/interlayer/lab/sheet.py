"""A table of text as people keep it: CSV in whatever form a spreadsheet saved it, or a workbook.

Excel saves CSV with the list separator and the encoding of its country: commas or semicolons, UTF-8 with a mark,
UTF-16, GBK, Windows Latin-1. Everything is kept as text; what is written is UTF-8 with a mark, which Excel reads.
"""

from __future__ import annotations

import codecs
import csv
import importlib
import io
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from interlayer.errors import InputError, OutputError, ReadError
from interlayer.readers import workbook
from interlayer.report.atomic import write_bytes

WORKBOOK: Final = ".xlsx"
_DELIMITERS: Final = (",", ";", "\t")
_EXTRA: Final = "python -m pip install 'interlayer[xlsx]'"
_GB2312_COMMON: Final = (0xB0, 0xD7)
"""Lead bytes of the 3755 common Chinese characters."""
_GB2312_SIGNS: Final = (0xA1, 0xA3)


@dataclass
class Sheet:
    """Headings and rows of text.

    Attributes
    ----------
    headings : list of str
    rows : list of list of str
        Each as long as the headings.
    lines : list of int
        Line of the file, or row of the sheet, in which each row begins.
    delimiter : str
        Of a CSV; ',' for a workbook.
    others : dict
        Further sheets of a workbook, by name, as text.
    name : str
        Name of the sheet in a workbook.
    """

    headings: list[str]
    rows: list[list[str]]
    lines: list[int] = field(default_factory=list[int])
    delimiter: str = ","
    others: dict[str, list[list[str]]] = field(default_factory=dict[str, list[list[str]]])
    name: str = "cells"


def read_sheet(path: Path) -> Sheet:
    """Read a table.

    Raises
    ------
    ReadError
        If it is not there, cannot be opened, or holds no headings; for a workbook also if the extra is missing.
    """
    if not path.is_file():
        raise ReadError(
            "no such file", where=str(path), advice="make it: interlayer collect FOLDER -o cells.csv"
        )
    if path.suffix.lower() == WORKBOOK:
        return _read_workbook(path)
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise ReadError(
            f"cannot be read: {problem.strerror}", where=path.name, advice="close it elsewhere"
        ) from problem
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ReadError(
            "a workbook under the name of a text", where=path.name, advice=f"name it {path.stem}.xlsx"
        )
    return parse_csv(decoded(data), path.name)


def parse_csv(text: str, name: str = "") -> Sheet:
    """Read CSV text; the delimiter is the one that parts its line of headings. Raises ReadError."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped, delimiter = 0, ""
    if text.lower().startswith("sep=") and len(text) > 4:
        delimiter, text = text[4], text.partition("\n")[2]
        skipped = 1
    if not text.strip():
        raise ReadError(
            "an empty table", where=name, advice="make it again: interlayer collect FOLDER -o cells.csv"
        )
    first = next(line for line in text.split("\n") if line.strip())
    delimiter = delimiter or max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=False)
    found: list[tuple[int, list[str]]] = []
    line = 1 + skipped
    for row in reader:
        if any(cell.strip() for cell in row):
            found.append((line, row))
        line = reader.line_num + 1 + skipped
    return _sheet(found, delimiter, name)


def _sheet(found: list[tuple[int, list[str]]], delimiter: str, name: str) -> Sheet:
    (_, headings), *rows = found
    headings = [" ".join(h.split()) for h in headings]
    width = max(len(headings), max((len(r) for _, r in rows), default=0))
    filled = [row + [""] * (width - len(row)) for _, row in rows]
    headings += [""] * (width - len(headings))
    while headings and not headings[-1] and not any(row[-1].strip() for row in filled):
        headings.pop()
        for row in filled:
            row.pop()
    if len({h.casefold() for h in headings if h}) < sum(bool(h) for h in headings):
        twice = next(
            h for i, h in enumerate(headings) if h and h.casefold() in [x.casefold() for x in headings[:i]]
        )
        raise ReadError(
            f"two columns are called '{twice}'", where=name, advice="rename or remove one of them"
        )
    return Sheet(headings, filled, [line for line, _ in rows], delimiter)


def decoded(data: bytes) -> str:
    """Return text in UTF-8, UTF-16, GBK or Windows Latin-1, told by its mark, else by its bytes."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if _looks_chinese(data):
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            pass
    return data.decode("cp1252", errors="replace")


def _looks_chinese(data: bytes) -> bool:
    """Whether the bytes beyond ASCII are pairs of GB2312 and most of them common characters.

    In Latin-1 a letter with an accent stands among plain letters, so that it makes no pair.
    """
    pairs = common = at = 0
    while at < len(data):
        if data[at] < 0x80:
            at += 1
            continue
        if at + 1 >= len(data) or not data[at + 1] >= 0x40 or data[at] == 0x80:
            return False
        pairs += 1
        lead, trail = data[at], data[at + 1]
        known = _GB2312_COMMON[0] <= lead <= _GB2312_COMMON[1] or _GB2312_SIGNS[0] <= lead <= _GB2312_SIGNS[1]
        common += known and trail >= 0xA1
        at += 2
    return pairs > 0 and 2 * common >= pairs


def write_sheet(path: Path, sheet: Sheet) -> Path:
    """Write a table; the file appears whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written, as when a spreadsheet holds it open; InputError if the extra is missing.
    """
    try:
        if path.suffix.lower() == WORKBOOK:
            return write_bytes(path, _workbook(sheet))
        text = io.StringIO()
        writer = csv.writer(text, delimiter=sheet.delimiter, lineterminator="\r\n")
        writer.writerow(sheet.headings)
        writer.writerows(sheet.rows)
        return write_bytes(path, codecs.BOM_UTF8 + text.getvalue().encode("utf-8"))
    except OutputError as problem:
        raise OutputError(
            problem.what, where=str(path), advice="close it in the spreadsheet, or choose another -o"
        ) from problem


def need_workbooks() -> None:
    """Raise InputError if the extra that reads and writes workbooks is not there."""
    if find_spec("xlsxwriter") is None or find_spec("fastexcel") is None:
        raise InputError(
            "workbooks (.xlsx) need an extra that is not installed",
            advice=f"run: {_EXTRA}, or write -o cells.csv, which Excel opens",
        )


def _read_workbook(path: Path) -> Sheet:
    need_workbooks()
    try:
        # Archives that would unpack to too much, or elsewhere, are refused there.
        sheets = workbook.sheets(path)
    except ReadError as problem:
        raise problem.at(path.name) from problem.__cause__
    texts = {name: [[_plain_cell(x) for x in row] for row in frame.rows()] for name, frame in sheets.items()}
    name, first = next(iter(texts.items()), ("cells", []))
    found = [(line, row) for line, row in enumerate(first, start=1) if any(cell.strip() for cell in row)]
    if not found:
        raise ReadError(
            "an empty table", where=path.name, advice="make it again: interlayer collect FOLDER -o cells.xlsx"
        )
    sheet = _sheet(found, ",", path.name)
    sheet.name, sheet.others = name, {k: v for k, v in texts.items() if k != name}
    return sheet


def _plain_cell(value: object) -> str:
    """Text of a cell; a whole day without its midnight."""
    text = "" if value is None else str(value)
    return text.removesuffix(" 00:00:00")


def _workbook(sheet: Sheet) -> bytes:
    need_workbooks()
    xlsxwriter = importlib.import_module("xlsxwriter")
    data = io.BytesIO()
    with xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        page = book.add_worksheet(sheet.name[:31] or "cells")
        page.freeze_panes(1, 1)
        for column, heading in enumerate(sheet.headings):
            texts = [heading, *(row[column] for row in sheet.rows)]
            page.set_column(column, column, min(max(map(len, texts), default=8) + 2, 48))
            page.write_string(0, column, heading, bold)
            for line, row in enumerate(sheet.rows, start=1):
                if row[column]:
                    page.write_string(line, column, row[column])
        for name, rows in sheet.others.items():
            other = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, text in enumerate(row):
                    if text:
                        other.write_string(line, column, text)
    return data.getvalue()
