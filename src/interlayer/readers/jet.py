"""Tables of an Access database (Jet 4 and later), as far as measured data need them: read only, bounds checked.

Written from public descriptions of the format; facts in docs/formats/arbin.md. A database is pages of 4096 bytes.
Columns of fixed width are taken out of all rows at once. Whatever a damaged file says, no offset is followed
outside its page, no chain twice, and a value that does not lie within its row is null.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError

MARKS: Final = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")
PAGE: Final = 4096
_JET3: Final = 0
_CATALOGUE: Final = 2
_DATA_PAGE: Final = 1
_DEFINITION_PAGE: Final = 2
_MAP_PAGE: Final = 5
_DEFINITION_HEAD: Final = 63
_LONGEST_DEFINITION: Final = 2**17
_MOST_COLUMNS: Final = 255
_FIRST_ROW: Final = 14
_DELETED: Final = 0x8000
_ELSEWHERE: Final = 0x4000
_OFFSET: Final = 0x1FFF
_TABLE: Final = 1
_MOST_TEXTS: Final = 4096
"""Rows of which texts are read: those of small tables."""
_BLOCK: Final = 32768
"""Rows taken at once, so that their addresses need little memory."""
_MOST_POINTERS: Final = 100_000
_SHORTEST_ROW: Final = 8
"""Bytes that a row takes at least, with its entry on the page; keeps the memory of a made-up file in proportion."""
_BOOLEAN: Final = 1
_TEXT: Final = 10
_FIXED: Final[dict[int, tuple[str, type[pl.DataType]]]] = {
    2: ("u1", pl.Int64),
    3: ("<i2", pl.Int64),
    4: ("<i4", pl.Int64),
    5: ("<i8", pl.Float64),  # money, ten thousandths
    6: ("<f4", pl.Float64),
    7: ("<f8", pl.Float64),
    8: ("<f8", pl.Float64),  # days since 1899-12-30
}
_MONEY: Final = 5

Bytes = NDArray[np.uint8]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """One column of a table: its type by number, its place among all, the variable and the fixed ones."""

    name: str
    kind: int
    number: int
    variable: int
    fixed: int | None


@dataclass(frozen=True)
class Table:
    """One table: its columns, how many rows it announces, and where its rows begin and end in the file.

    Attributes
    ----------
    columns : dict of Column
    announced : int
    begin, end : ndarray of int
        Shape (n,); bytes from the beginning of the file.
    """

    columns: dict[str, Column]
    announced: int
    begin: Indices
    end: Indices


class Database:
    """An Access database in memory.

    Parameters
    ----------
    data : bytes
        The whole file; a page that is cut is left out.

    Raises
    ------
    ReadError
        If it is no such database, one of Access 97 or older, encrypted, or without a list of its tables.
    """

    def __init__(self, data: bytes) -> None:
        if not data.startswith(MARKS) or len(data) < PAGE * (_CATALOGUE + 1):
            raise ReadError("not an Access database, or one that ends within its first pages")
        if data[20] == _JET3:
            raise ReadError(
                "a database of Access 97 or older",
                advice="open and save it with a newer program, or export text",
            )
        self._data = data
        self._bytes: Bytes = np.frombuffer(data, dtype=np.uint8)
        self.cut_bytes: Final = len(data) % PAGE
        pages = self._bytes[: len(data) - self.cut_bytes].reshape(-1, PAGE)
        self._count = len(pages)
        self._kind: Bytes = pages[:, 0].copy()
        self._owner: NDArray[np.uint32] = np.ascontiguousarray(pages[:, 4:8]).view("<u4")[:, 0]
        if self._kind[_CATALOGUE] != _DEFINITION_PAGE:
            raise ReadError(
                "a damaged or encrypted Access database: its list of tables is not where it should be",
                advice="copy it from the instrument's computer again, without a password",
            )

    @cached_property
    def tables(self) -> dict[str, int]:
        """Page of the definition of each table, by name."""
        catalogue = self.table(_CATALOGUE)
        needed = [catalogue.columns.get(name) for name in ("Id", "Type", "Name")]
        if any(column is None for column in needed):
            raise ReadError("a damaged Access database: its list of tables cannot be read")
        identity, kind = (self.numbers(catalogue, name).to_list() for name in ("Id", "Type"))
        names = self.texts(catalogue, "Name")
        return {
            name: number & 0xFFFFFF
            for name, number, what in zip(names, identity, kind, strict=False)
            if name and number is not None and what == _TABLE
        }

    def table(self, page: int) -> Table:
        """Return the table whose definition stands on a page.

        Raises
        ------
        ReadError
            If there is no definition there, or one that contradicts itself.
        """
        definition = self._definition(page)
        announced = struct.unpack_from("<I", definition, 16)[0]
        columns = _columns(definition)
        scanned = self._data_pages(page)
        begin, end = self._rows(scanned)
        mapped = self._mapped(definition)
        if len(begin) != announced and mapped is not None:
            # A page that was freed keeps what it held: only the list of used pages tells.
            used = self._rows(scanned[mapped[scanned]])
            if len(used[0]) == announced or len(begin) > announced:
                begin, end = used
        if len(begin) > len(self._data) // _SHORTEST_ROW:
            raise ReadError("a damaged Access database: a table has more rows than there is room for")
        return Table(columns, announced, begin, end)

    def _definition(self, page: int) -> bytes:
        """Bytes of a table's definition, which may go on over several pages."""
        pieces: list[bytes] = []
        seen: set[int] = set()
        length = PAGE
        while True:
            if page in seen or not 0 < page < self._count or self._kind[page] != _DEFINITION_PAGE:
                raise ReadError("a damaged Access database: the definition of a table is missing")
            seen.add(page)
            whole = self._data[page * PAGE : (page + 1) * PAGE]
            pieces.append(whole if not pieces else whole[8:])
            if len(pieces) == 1:
                length = struct.unpack_from("<I", whole, 8)[0] + 8
                if not _DEFINITION_HEAD < length < _LONGEST_DEFINITION:
                    raise ReadError("a damaged Access database: the definition of a table has no length")
            following = struct.unpack_from("<I", whole, 4)[0]
            if following == 0 or sum(map(len, pieces)) >= length:
                return b"".join(pieces)
            page = following

    def _data_pages(self, owner: int) -> Indices:
        return np.flatnonzero((self._kind == _DATA_PAGE) & (self._owner == owner))

    def _mapped(self, definition: bytes) -> NDArray[np.bool_] | None:
        """Which pages the table uses, shape (pages,), by its map; None if the map cannot be read."""
        row, page = definition[55], int.from_bytes(definition[56:59], "little")
        place = self._row(page, row)
        if place is None or place[1] - place[0] < 5:
            return None
        content = self._bytes[place[0] : place[1]]
        used = np.zeros(self._count, dtype=np.bool_)
        if content[0] == 0:
            first = int.from_bytes(content[1:5].tobytes(), "little")
            bits = np.flatnonzero(np.unpackbits(content[5:], bitorder="little")) + first
            used[bits[bits < self._count]] = True
            return used
        if content[0] != 1:
            return None
        listed = content[1 : 1 + (len(content) - 1) // 4 * 4].copy().view("<u4").astype(np.int64)
        for position, at in enumerate(listed.tolist()):
            if not 0 < at < self._count or self._kind[at] != _MAP_PAGE:
                continue
            bits = np.flatnonzero(
                np.unpackbits(self._bytes[at * PAGE + 4 : (at + 1) * PAGE], bitorder="little")
            )
            bits = bits + position * (PAGE - 4) * 8
            used[bits[bits < self._count]] = True
        return used

    def _offsets(self, pages: Indices) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Entries for rows on pages, flags included, shape (pages, most); and which of them exist."""
        at = pages[:, None] * PAGE
        count = self._bytes[at + np.arange(12, 14)].view("<u2")[:, 0].astype(np.int64)
        count = np.minimum(count, (PAGE - _FIRST_ROW) // 2)
        most = int(count.max(initial=0))
        raw = self._bytes[at + np.arange(_FIRST_ROW, _FIRST_ROW + 2 * most)]
        entries = raw.reshape(len(pages), -1).copy().view("<u2").astype(np.int64).reshape(len(pages), most)
        return entries, np.arange(most) < count[:, None]

    def _rows(self, pages: Indices) -> tuple[Indices, Indices]:
        """Begin and end of every row on pages, deleted ones left out, pointers followed."""
        if not len(pages):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        entries, exists = self._offsets(pages)
        if not entries.shape[1]:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        begin = entries & _OFFSET
        end = np.concatenate((np.full((len(pages), 1), PAGE), begin[:, :-1]), axis=1)
        first = _FIRST_ROW + 2 * exists.sum(axis=1, keepdims=True)
        live = exists & (entries & _DELETED == 0) & (begin >= first) & (begin < end) & (end <= PAGE)
        base = pages[:, None] * PAGE
        pointers = live & (entries & _ELSEWHERE != 0)
        direct = live & ~pointers
        found_begin, found_end = (base + begin)[direct], (base + end)[direct]
        if pointers.any():
            followed = [self._follow(at) for at in (base + begin)[pointers][:_MOST_POINTERS].tolist()]
            # Two pointers to one row are damage, and would make many rows of one.
            followed = sorted({place for place in followed if place is not None})
            there = np.array(followed, dtype=np.int64).reshape(-1, 2)
            found_begin = np.concatenate((found_begin, there[:, 0]))
            found_end = np.concatenate((found_end, there[:, 1]))
        return found_begin, found_end

    def _follow(self, at: int) -> tuple[int, int] | None:
        if at + 4 > len(self._data):
            return None
        return self._row(int.from_bytes(self._data[at + 1 : at + 4], "little"), self._data[at])

    def _row(self, page: int, row: int) -> tuple[int, int] | None:
        """Begin and end of one row of a data page, whatever its flags; None if there is none."""
        if not 0 < page < self._count or self._kind[page] != _DATA_PAGE:
            return None
        base = page * PAGE
        count = struct.unpack_from("<H", self._data, base + 12)[0]
        if row >= min(count, (PAGE - _FIRST_ROW) // 2):
            return None
        begin = struct.unpack_from("<H", self._data, base + _FIRST_ROW + 2 * row)[0] & _OFFSET
        end = PAGE
        if row:
            end = struct.unpack_from("<H", self._data, base + _FIRST_ROW + 2 * row - 2)[0] & _OFFSET
        return (base + begin, base + end) if _FIRST_ROW <= begin < end <= PAGE else None

    def numbers(self, table: Table, name: str) -> pl.Series:
        """Return a column of numbers, dates (days since 1899-12-30) or truth values, nulls where it has none.

        Raises
        ------
        ReadError
            If the column holds something else.
        """
        column = table.columns[name]
        if column.kind != _BOOLEAN and (column.kind not in _FIXED or column.fixed is None):
            raise ReadError(f"the column {name} of the database does not hold numbers")
        parts = [
            self._block(column, table.begin[a : a + _BLOCK], table.end[a : a + _BLOCK])
            for a in range(0, len(table.begin), _BLOCK)
        ]
        dtype = pl.Boolean if column.kind == _BOOLEAN else _FIXED[column.kind][1]
        return pl.concat(parts).alias(name) if parts else pl.Series(name, [], dtype=dtype)

    def _block(self, column: Column, begin: Indices, end: Indices) -> pl.Series:
        row_columns = self._bytes[begin[:, None] + np.arange(2)].view("<u2")[:, 0].astype(np.int64)
        mask = end - (row_columns + 7) // 8
        there = (column.number < row_columns) & (mask >= begin + 2)
        at_bit = np.where(there, mask + column.number // 8, begin)
        bit = (self._bytes[at_bit] >> (column.number % 8)) & 1 == 1
        if column.kind == _BOOLEAN:
            return pl.select(pl.when(pl.Series(there)).then(pl.Series(bit))).to_series()
        dtype, kind = _FIXED[column.kind]
        size = np.dtype(dtype).itemsize
        at = begin + 2 + (column.fixed or 0)
        there &= bit & (at + size <= mask)
        at = np.where(there, at, 0)
        values = self._bytes[at[:, None] + np.arange(size)].view(dtype)[:, 0]
        if column.kind == _MONEY:
            values = values / 1e4
        series = pl.Series(values).cast(kind)
        if kind == pl.Float64:
            there &= np.isfinite(values)
        return pl.select(pl.when(pl.Series(there)).then(series)).to_series()

    def texts(self, table: Table, name: str) -> list[str | None]:
        """Return a column of texts, of the first 4096 rows."""
        column = table.columns[name]
        if column.kind != _TEXT:
            return []
        pairs = zip(table.begin[:_MOST_TEXTS].tolist(), table.end[:_MOST_TEXTS].tolist(), strict=True)
        return [self._text(column, self._data[begin:end]) for begin, end in pairs]

    def _text(self, column: Column, row: bytes) -> str | None:
        if len(row) < 6:
            return None
        count = struct.unpack_from("<H", row, 0)[0]
        mask = len(row) - (count + 7) // 8
        if column.number >= count or mask < 6 or not row[mask + column.number // 8] >> column.number % 8 & 1:
            return None
        variable = struct.unpack_from("<H", row, mask - 2)[0]
        place = mask - 4 - 2 * column.variable
        if column.variable >= variable or place - 2 < 2:
            return None
        begin, end = struct.unpack_from("<H", row, place)[0], struct.unpack_from("<H", row, place - 2)[0]
        return _decoded(row[begin:end]) if 2 <= begin <= end <= mask else None


def _columns(definition: bytes) -> dict[str, Column]:
    count, indexes = struct.unpack_from("<H", definition, 45)[0], struct.unpack_from("<I", definition, 51)[0]
    at = _DEFINITION_HEAD + 12 * indexes
    names_at = at + 25 * count
    if not 0 < count <= _MOST_COLUMNS or indexes > 1000 or names_at > len(definition):
        raise ReadError("a damaged Access database: the definition of a table contradicts itself")
    columns: dict[str, Column] = {}
    for i in range(count):
        kind, _, number, variable = struct.unpack_from("<BIHH", definition, at + 25 * i)
        flags = definition[at + 25 * i + 15]
        fixed = struct.unpack_from("<H", definition, at + 25 * i + 21)[0]
        if names_at + 2 > len(definition):
            break
        length = struct.unpack_from("<H", definition, names_at)[0]
        name = definition[names_at + 2 : names_at + 2 + length].decode("utf-16-le", errors="replace")
        names_at += 2 + length
        columns.setdefault(name, Column(name, kind, number, variable, fixed if flags & 1 else None))
    return columns


def _decoded(text: bytes) -> str:
    """A text as Jet 4 stores it: UTF-16, or behind FF FE one byte a character, switched by zero bytes."""
    if not text.startswith(b"\xff\xfe"):
        return text.decode("utf-16-le", errors="replace")
    parts = text[2:].split(b"\x00")
    decoded = [
        part.decode("latin-1") if i % 2 == 0 else part.decode("utf-16-le", errors="replace")
        for i, part in enumerate(parts)
    ]
    return "".join(decoded)
