"""Small Access (Jet 4) databases, written from public descriptions of the format, for tests of their reader."""

from __future__ import annotations

import struct
from dataclasses import dataclass

PAGE = 4096
INTEGER, LONG, SINGLE, DOUBLE, DATE, TEXT, BOOLEAN, MONEY = 3, 4, 6, 7, 8, 10, 1, 5
_FORMATS = {2: "<B", INTEGER: "<h", LONG: "<i", SINGLE: "<f", DOUBLE: "<d", DATE: "<d", MONEY: "<q"}


@dataclass
class Table:
    """Columns as (name, type), rows as tuples; None is null."""

    name: str
    columns: list[tuple[str, int]]
    rows: list[tuple]
    announced: int | None = None
    deleted: tuple[int, ...] = ()
    """Numbers of rows that are marked as deleted."""
    elsewhere: tuple[int, ...] = ()
    """Numbers of rows that stand on another page, behind a pointer."""
    far_map: bool = False
    """Whether its map has a page of its own, as in large files."""


def write(path, tables: list[Table], *, stale_page_of: str = "", version: int = 1, compressed: bool = False):
    """Write a database and return its path.

    Parameters
    ----------
    path : Path
    tables : list of Table
    stale_page_of : str
        Table of which one more page of rows stays in the file though its map no longer lists it.
    version : int
        0 for Access 97.
    compressed : bool
        Texts one byte a character.
    """
    pages: list[bytes | None] = [None, None, None]
    maps: list[bytes] = []
    places: dict[str, int] = {}
    for table in tables:
        places[table.name] = len(pages)
        _append(pages, maps, table, len(pages), stale=table.name == stale_page_of, compressed=compressed)
    catalogue = Table(
        "MSysObjects",
        [("Id", LONG), ("Name", TEXT), ("Type", INTEGER)],
        [(page, name, 1) for name, page in places.items()] + [(99, "no table", 5)],
    )
    _append(pages, maps, catalogue, 2, compressed=compressed)
    pages[0] = (b"\x00\x01\x00\x00Standard Jet DB\x00" + bytes([version, 0, 0, 0])).ljust(PAGE, b"\0")
    pages[1] = _data_page(0, [(row, 0) for row in maps])
    path.write_bytes(b"".join(page for page in pages if page is not None))
    return path


def _append(pages, maps, table: Table, at: int, *, stale: bool = False, compressed: bool = False) -> None:
    """Add the definition of a table at page `at`, its rows behind, and its map."""
    if at == len(pages):
        pages.append(None)
    used: list[int] = []
    waiting: list[tuple[bytes, int]] = []
    room = PAGE - 14
    rows = [_row(table, row, compressed) for row in table.rows]
    for number, row in enumerate(rows):
        flags = 0x8000 if number in table.deleted else 0
        if number in table.elsewhere:
            pages.append(_data_page(at, [(row, 0x8000)]))
            used.append(len(pages) - 1)
            row, flags = bytes([0]) + (len(pages) - 1).to_bytes(3, "little"), 0x4000
        if room < len(row) + 2:
            pages.append(_data_page(at, waiting))
            used.append(len(pages) - 1)
            waiting, room = [], PAGE - 14
        waiting.append((row, flags))
        room -= len(row) + 2
    if waiting:
        pages.append(_data_page(at, waiting))
        used.append(len(pages) - 1)
    if stale:
        pages.append(_data_page(at, [(row, 0) for row in rows[:5]]))
    maps.append(_map(pages, used, far=table.far_map))
    live = len(rows) - len(table.deleted)
    announced = live if table.announced is None else table.announced
    pages[at] = _definition(table, announced, len(maps) - 1)


def _map(pages, used: list[int], *, far: bool) -> bytes:
    """Row that tells which pages a table uses: as bits, or as pages of bits where there are many."""
    far = far or max(used, default=0) >= 512
    bits = bytearray(PAGE - 4 if far else 64)
    for page in used:
        bits[page // 8] |= 1 << page % 8
    if not far:
        return b"\0" + struct.pack("<I", 0) + bytes(bits)
    pages.append(b"\x05\x01\0\0" + bytes(bits))
    return b"\1" + struct.pack("<I", len(pages) - 1) + bytes(64)


def _definition(table: Table, announced: int, map_row: int) -> bytes:
    fixed = variable = 0
    described, names = b"", b""
    for number, (name, kind) in enumerate(table.columns):
        is_fixed = kind != TEXT
        described += struct.pack("<BIHHH", kind, 0, number, variable if not is_fixed else 0, number)
        described += bytes(4) + bytes([1 if is_fixed else 0]) + bytes(5)
        size = struct.calcsize(_FORMATS[kind]) if kind in _FORMATS else 0
        described += struct.pack("<HH", fixed if is_fixed else 0, size or 510)
        fixed += size if is_fixed else 0
        variable += 0 if is_fixed else 1
        encoded = name.encode("utf-16-le")
        names += struct.pack("<H", len(encoded)) + encoded
    head = b"\x02\x01\x00\x00" + bytes(4)
    rest = struct.pack("<II", 0, announced) + bytes(20)
    rest += struct.pack("<BHHHII", 0x4E, len(table.columns), variable, len(table.columns), 0, 0)
    rest += bytes([map_row]) + (1).to_bytes(3, "little") + bytes([map_row]) + (1).to_bytes(3, "little")
    rest += described + names
    whole = head + struct.pack("<I", len(rest) + 4) + rest
    assert len(whole) <= PAGE
    return whole.ljust(PAGE, b"\0")


def _row(table: Table, values: tuple, compressed: bool) -> bytes:
    fixed, variable, offsets = b"", b"", []
    mask = bytearray((len(table.columns) + 7) // 8)
    for number, ((_, kind), value) in enumerate(zip(table.columns, values, strict=True)):
        if kind == BOOLEAN:
            mask[number // 8] |= bool(value) << number % 8
            continue
        mask[number // 8] |= (value is not None) << number % 8
        if kind == TEXT:
            offsets.append(len(variable))
            variable += _text(value or "", compressed)
        else:
            scaled = 0 if value is None else round(value * 10000) if kind == MONEY else value
            fixed += struct.pack(_FORMATS[kind], scaled)
    begin = 2 + len(fixed)
    ends = [begin + len(variable), *(begin + offset for offset in reversed(offsets))]
    tail = b"".join(struct.pack("<H", end) for end in ends) + struct.pack("<H", len(offsets)) + bytes(mask)
    return struct.pack("<H", len(table.columns)) + fixed + variable + tail


def _text(value: str, compressed: bool) -> bytes:
    if compressed and value and value.isascii():
        return b"\xff\xfe" + value.encode("latin-1")
    return value.encode("utf-16-le")


def _data_page(owner: int, rows: list[tuple[bytes, int]]) -> bytes:
    entries, body, end = b"", b"", PAGE
    for row, flags in rows:
        end -= len(row)
        entries += struct.pack("<H", end | flags)
        body = row + body
    head = b"\x01\x01" + struct.pack("<HII", 0, owner, 0) + struct.pack("<H", len(rows)) + entries
    assert len(head) + len(body) <= PAGE
    return head + bytes(PAGE - len(head) - len(body)) + body
