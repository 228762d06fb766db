"""Rows of delimited text under one line of names, as cyclers export them: lean, fast, honest about bad rows.

As `text_table`, but for any delimiter and quotation marks, and for tests of millions of rows: lines are counted
and left out as arrays of bytes, never one by one. Nothing is repaired.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers.text_table import TextTable, unique_names
from interlayer.record.record import Finding

DELIMITERS: Final = ("\t", ",", ";")
_SAMPLE_BYTES: Final = 16384
_SAMPLE_ROWS: Final = 50
_PIECE_BYTES: Final = 2**21
_READ_BYTES: Final = 2**23
_MOST_SURPLUS: Final = 1000
_NUMBER: Final = re.compile(rb"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?")
_DECIMAL_COMMA: Final = re.compile(rb"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_DECIMAL_POINT: Final = re.compile(rb"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?")
_NO_NUMBERS: Final = (b"nan", b"-nan", b"inf", b"-inf", b"null", b"none", b"n/a", b"na", b"1.#", b"-1.#")
_NO_VALUE: Final = ("", "nan", "-nan", "null", "none", "n/a", "na", "-")


def delimiter_of(line: str) -> str:
    """Return the commonest of `DELIMITERS` in a line of names, a tab if it has none."""
    return max(DELIMITERS, key=line.count)


def split_names(line: str, delimiter: str) -> list[str]:
    """Return the names in a line, without blanks and quotation marks around them."""
    return [name.strip().strip('"').strip() for name in line.split(delimiter)]


def parse(
    body: bytes,
    names: Sequence[str],
    delimiter: str,
    *,
    numbers: Collection[str] = (),
    texts: Collection[str] = (),
) -> TextTable:
    """Read rows under `names`.

    Parameters
    ----------
    body : bytes
        UTF-8 with Unix line ends, without the line of names.
    names : sequence of str
        As the file has them; blank last ones are left out if no row has a value there.
    delimiter : str
        One character. With a semicolon or a tab numbers may have a decimal comma, which the rows show.
    numbers, texts : collection of str
        Names of columns that hold numbers, or text, whatever stands in them; others by their first rows.

    Returns
    -------
    TextTable
        Float64 or String columns in the order of the file; values that are no finite numbers are null.

    Raises
    ------
    ReadError
        If rows regularly have more or fewer values than there are names.
    """
    findings: list[Finding] = []
    complete = True
    if b"\x00" in body:
        body = body.replace(b"\x00", b"")
        findings.append(Finding("null_bytes", "the file holds zero bytes, as after a crash while writing"))
        complete = False
    names = list(names)
    while names and not names[-1]:
        names.pop()
    width = len(names)
    begins, ends, counts, blank = _lines(body, delimiter)
    filled = np.flatnonzero(~blank)
    _check_width(counts[filled], width)
    whole = filled[counts[filled] >= width]
    if len(whole) > 1 and not body.endswith(b"\n") and counts[whole[-1]] < counts[whole[0]]:
        whole = whole[:-1]  # without the delimiter that ends the other rows its last value may be cut
    if len(filled) and (not len(whole) or whole[-1] != filled[-1]):
        complete = False
        findings.append(Finding("cut_row", f"row {len(filled)}, the last, is cut; it is left out", rows=1))
    elif len(filled) and not body.endswith(b"\n"):
        findings.append(Finding("no_line_end", "the last line has no end; its last value may be cut", "note"))
    is_cut = bool(len(filled)) and (not len(whole) or whole[-1] != filled[-1])
    short = len(filled) - len(whole) - int(is_cut)
    if short > 0:
        first = int(np.flatnonzero(counts[filled] < width)[0]) + 1
        findings.append(
            Finding("short_rows", f"{short} rows have too few values, the first is row {first}", rows=short)
        )
    inner_blank = int(blank[: filled[-1]].sum()) if len(filled) else 0
    if inner_blank:
        findings.append(
            Finding("blank_lines", f"{inner_blank} blank lines between the rows", "note", inner_blank)
        )
    if len(whole) != len(begins):
        body = _kept(body, begins, ends, whole)
    surplus = max(int(counts[whole].max()) - width, 0) if len(whole) else 0
    if surplus > _MOST_SURPLUS:
        raise ReadError(
            f"a row has {width + surplus} values under {width} names", advice="export the file again"
        )
    if len(whole) and counts[whole[0]] < width + surplus:
        # The first row decides how many columns are seen: give it the delimiters that others have at their end.
        first = int(ends[whole[0]] - begins[whole[0]])
        missing = delimiter * int(width + surplus - counts[whole[0]])
        body = body[:first] + missing.encode() + body[first:]
    row_number = np.searchsorted(filled, whole).astype(np.int64)
    del begins, ends, counts, blank, filled, whole  # a long test is not held as positions beside its table
    frame, more = _frame(body, unique_names(names), delimiter, surplus, set(numbers), set(texts))
    findings.extend(more)
    return TextTable(frame, row_number, tuple(findings), complete)


def _lines(
    body: bytes, delimiter: str
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Begin, end, number of values of every line, and whether it is blank (delimiters and blanks only).

    Between quotation marks a delimiter parts nothing and a line end ends nothing. A piece of the text at a time, so
    that positions of single bytes need little memory.
    """
    whole = np.frombuffer(body, dtype=np.uint8)
    quoted = _is_quoted(body)
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]] = []
    at = 0
    while at < len(body):
        # A piece ends with a line; one with an open quotation goes on to the next line end.
        stop = _line_end(body, at + _PIECE_BYTES)
        while quoted and body.count(b'"', at, stop) % 2:
            stop = _line_end(body, stop + 1)
        parts.append(_piece(whole[at:stop], delimiter, quoted=quoted, offset=at))
        at = stop
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none, np.zeros(0, dtype=np.bool_)
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
        np.concatenate([part[3] for part in parts]),
    )


def _line_end(body: bytes, start: int) -> int:
    """Where the line that holds a position ends, its end included."""
    found = body.find(b"\n", start)
    return len(body) if found < 0 else found + 1


def _piece(
    data: NDArray[np.uint8], delimiter: str, *, quoted: bool, offset: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    at_end = data == ord("\n")
    at_delimiter = data == ord(delimiter)
    if quoted:
        outside = np.cumsum(data == ord('"'), dtype=np.int32) % 2 == 0
        at_end &= outside
        at_delimiter &= outside
    ends = np.flatnonzero(at_end)
    if not len(ends) or ends[-1] != len(data) - 1:
        ends = np.append(ends, len(data))
    begins = np.concatenate(([0], ends[:-1] + 1))
    before = np.searchsorted(np.flatnonzero(at_delimiter), ends)
    counts = np.diff(before, prepend=0) + 1
    solid = (data > ord(" ")) & ~at_delimiter
    blank = ~np.logical_or.reduceat(solid, begins)
    return begins + offset, ends + offset, counts, blank


def _is_quoted(body: bytes) -> bool:
    """Whether quotation marks come in pairs; a single one is an inch."""
    return b'"' in body and body.count(b'"') % 2 == 0


def _check_width(counts: NDArray[np.int64], width: int) -> None:
    sample = counts[:_SAMPLE_ROWS]
    if not len(sample):
        return
    usual = int(np.bincount(sample).argmax())
    often = int((sample == usual).sum())
    # One value more is a delimiter at the end of the rows, whose emptiness is seen to below.
    if (usual < width or usual > width + 1) and often > max(1, 0.5 * len(sample)):
        raise ReadError(
            f"the rows have {usual} values under {width} names, so that no value can be given its name",
            advice="export the file again with all its columns",
        )


def _kept(body: bytes, begins: NDArray[np.int64], ends: NDArray[np.int64], whole: NDArray[np.int64]) -> bytes:
    keep = np.zeros(len(begins), dtype=np.bool_)
    keep[whole] = True
    lengths = np.minimum(ends + 1, len(body)) - begins
    return np.frombuffer(body, dtype=np.uint8)[np.repeat(keep, lengths)].tobytes()


def _frame(
    body: bytes, names: list[str], delimiter: str, surplus: int, numbers: set[str], texts: set[str]
) -> tuple[pl.DataFrame, list[Finding]]:
    cells = _sample(body, delimiter)
    kinds = {
        name: pl.String if name in texts or (name not in numbers and _is_text(cells, i)) else pl.Float64
        for i, name in enumerate(names)
    }
    if not body.strip():
        return pl.DataFrame(schema=kinds), []
    nameless = [f"nameless {i}" for i in range(surplus)]
    comma = delimiter != "," and _has_decimal_comma(cells)
    quote = '"' if _is_quoted(body) else None
    schema: dict[str, type[pl.DataType]] = {**kinds, **dict.fromkeys(nameless, pl.String)}
    frame = _read(body, delimiter, quote, schema, comma=comma)
    findings: list[Finding] = []
    lost = sum(int((frame[n].fill_null("").str.strip_chars() != "").sum()) for n in nameless)
    frame = frame.drop(nameless)
    if lost:
        findings.append(Finding("surplus_values", "values beyond the last named column, left out", rows=lost))
    # Numbers with blanks around them are not seen as such: columns with gaps are looked at as text.
    gaps = [name for name, kind in kinds.items() if kind == pl.Float64 and frame[name].null_count()]
    as_texts: dict[str, type[pl.DataType]] = dict.fromkeys(schema, pl.String)
    asked = [list(schema).index(name) for name in gaps]
    written = _read(body, delimiter, quote, as_texts, columns=asked) if gaps else frame.select([])
    written = written.with_columns(pl.all().str.strip_chars()) if gaps else written
    frame = frame.with_columns(_filled(frame[name], written[name], comma=comma) for name in gaps)
    finite = [
        name for name, kind in kinds.items() if kind == pl.Float64 and not frame[name].is_finite().all()
    ]
    frame = frame.with_columns(pl.when(pl.col(n).is_finite()).then(pl.col(n)).alias(n) for n in finite)
    edged = [
        name
        for name, kind in kinds.items()
        if kind == pl.String and frame[name].str.contains(r"^\s|\s$").any()
    ]
    frame = frame.with_columns(pl.col(name).str.strip_chars() for name in edged)
    findings.extend(_unreadable(frame, written))
    return frame, findings


def _filled(values: pl.Series, written: pl.Series, *, comma: bool) -> pl.Series:
    """Numbers that blanks around them hid."""
    plain = written.str.replace(",", ".", literal=True) if comma else written
    return values.fill_null(plain.cast(pl.Float64, strict=False))


def _sample(body: bytes, delimiter: str) -> list[list[bytes]]:
    """Values of the first rows, without blanks and quotation marks around them."""
    begin = body[:_SAMPLE_BYTES]
    if _is_quoted(body):
        rows = csv.reader(io.StringIO(begin.decode("utf-8", errors="replace")), delimiter=delimiter)
        return [[cell.strip().encode() for cell in row] for row in islice(rows, _SAMPLE_ROWS)]
    lines = begin.split(b"\n")[:_SAMPLE_ROWS]
    return [[cell.strip() for cell in line.split(delimiter.encode())] for line in lines if line.strip()]


def _read(
    body: bytes,
    delimiter: str,
    quote: str | None,
    schema: dict[str, type[pl.DataType]],
    *,
    comma: bool = False,
    columns: list[int] | None = None,
) -> pl.DataFrame:
    """The values of a text; a piece of it at a time, since reading takes a copy."""
    parts: list[pl.DataFrame] = []
    at = 0
    while at < len(body):
        stop = len(body) if quote else _line_end(body, at + _READ_BYTES)
        try:
            part = pl.read_csv(
                body if stop - at == len(body) else _part(body, at, stop, delimiter, len(schema)),
                separator=delimiter,
                has_header=False,
                schema=schema,
                columns=columns,
                decimal_comma=comma,
                ignore_errors=True,
                truncate_ragged_lines=True,
                quote_char=quote,
                encoding="utf8-lossy",
            )
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as problem:
            raise ReadError(
                "its rows cannot be parted into values: a damaged text, or one with single quotation marks",
                advice="export the file again",
            ) from problem
        parts.append(part)
        at = stop
    return pl.concat(parts)


def _part(body: bytes, at: int, stop: int, delimiter: str, width: int) -> bytes:
    """Lines of a text, the first with all delimiters: it decides how many columns are seen."""
    end = body.find(b"\n", at, stop)
    end = stop if end < 0 else end
    missing = width - 1 - body.count(delimiter.encode(), at, end)
    if missing <= 0:
        return body[at:stop]
    return body[at:end] + delimiter.encode() * missing + body[end:stop]


def _is_text(cells: list[list[bytes]], position: int) -> bool:
    """Whether a column holds text: none of its first values is a number, and some are no blanks."""
    filled = [row[position] for row in cells if position < len(row) and row[position]]
    filled = [value for value in filled if not value.lower().startswith(_NO_NUMBERS)]
    return bool(filled) and not any(_NUMBER.fullmatch(value) for value in filled)


def _has_decimal_comma(cells: list[list[bytes]]) -> bool:
    flat = [value for row in cells for value in row]
    return any(map(_DECIMAL_COMMA.fullmatch, flat)) and not any(map(_DECIMAL_POINT.fullmatch, flat))


def _unreadable(frame: pl.DataFrame, texts: pl.DataFrame) -> list[Finding]:
    """Name the columns of numbers with gaps (a note), and those with something else than numbers (a warning)."""
    blank: dict[str, int] = {}
    other: dict[str, int] = {}
    empty: list[str] = []
    for name in texts.columns:
        shown = texts[name].fill_null("").str.to_lowercase()
        said = int((frame[name].is_null() & ~shown.is_in(_NO_VALUE)).sum())
        gaps = frame[name].null_count() - said
        if said:
            other[name] = said
        if gaps == len(frame):
            empty.append(name)
        elif gaps:
            blank[name] = gaps
    findings: list[Finding] = []
    if other:
        told = ", ".join(f"{name}: {n}" for name, n in other.items())
        findings.append(
            Finding("unreadable_values", f"values that are no numbers ({told})", rows=max(other.values()))
        )
    if blank:
        told = ", ".join(f"{name}: {n}" for name, n in blank.items())
        findings.append(Finding("blank_points", f"blank values ({told})", "note", max(blank.values())))
    if empty and len(frame):
        findings.append(Finding("empty_columns", "no value in " + ", ".join(empty), "note", rows=len(frame)))
    return findings
