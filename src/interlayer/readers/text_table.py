"""Rows of numbers in a text file, as instruments write them: fast, and honest about every bad row.

Shared by the readers of text formats. Nothing is repaired: incomplete rows are left out and counted,
unreadable values become null and are counted.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.record.record import Finding

_SAMPLE_ROWS: Final = 50
_SAMPLE_RUNS: Final = 2000
_HIGH_BYTES: Final = re.compile(rb"[\x80-\xff]+")
_NUMBER = re.compile(rb"[ +-]*(?:\d+[.,]?\d*|[.,]\d+)(?:[eEdD][+-]?\d*)?\s*")
_NOT_NUMBERS: Final = (b"nan", b"-nan", b"inf", b"-inf", b"+inf", b"1.#", b"-1.#")
_COMMA_NUMBER = re.compile(rb"^\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*$")
_POINT_NUMBER = re.compile(rb"^\s*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?\s*$")


@dataclass(frozen=True)
class TextTable:
    """A table read from text.

    Attributes
    ----------
    frame : polars.DataFrame
        Float64, or String where a column holds no numbers; names unique, in the order of the file.
    row_number : ndarray of int
        Shape (n,); position of each kept row in the file's table, from 0, blank lines not counted.
    findings : tuple of Finding
    complete : bool
        False if the last row is cut.
    """

    frame: pl.DataFrame
    row_number: NDArray[np.int64]
    findings: tuple[Finding, ...]
    complete: bool


def to_utf8(data: bytes) -> bytes:
    """Return the text of a file as UTF-8 with Unix line ends, whatever it was written in.

    UTF-8, UTF-16 (with or without byte-order mark), GBK and GB18030; for everything else Windows Latin-1
    (cp1252), which `decode_line` reads.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", errors="replace").encode()
    elif (order := _utf16_without_mark(data[:200])) is not None:
        data = data.decode(order, errors="replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.isascii() and _looks_chinese(data):
        data = data.decode("gb18030", errors="replace").encode()
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def decode_line(line: bytes) -> str:
    """Return one line as text: UTF-8 if it is, else Windows Latin-1."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _looks_chinese(data: bytes) -> bool:
    """Whether a text that is no UTF-8 is GBK: high bytes in pairs, most of them common signs and characters.

    In Latin-1 high bytes stand alone ('µA', '°C') or, as in 'Größe', form pairs that are rare characters.
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)  # a head may end within a character
    except UnicodeDecodeError:
        pass
    else:
        return False
    runs: list[bytes] = [m.group() for m in itertools.islice(_HIGH_BYTES.finditer(data), _SAMPLE_RUNS)]
    even = [run for run in runs if len(run) % 2 == 0]
    pairs = [run[i : i + 2] for run in even for i in range(0, len(run), 2)]
    common = sum((0xA1 <= p[0] <= 0xA9 or 0xB0 <= p[0] <= 0xD7) and p[1] >= 0xA1 for p in pairs)
    signs = sum(0xA1 <= p[0] <= 0xA9 and p[1] >= 0xA1 for p in pairs)
    return len(even) >= 0.9 * len(runs) and (len(pairs) > 1 or signs > 0) and common >= 0.8 * len(pairs) > 0


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2], head[1::2]
    if len(head) < 8:
        return None
    if odd.count(0) > 0.8 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.8 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def unique_names(names: Sequence[str]) -> list[str]:
    """Return names without repeats: the second 'x' becomes 'x (2)', a blank one 'unnamed'."""
    seen: Counter[str] = Counter()
    result: list[str] = []
    for name in names:
        base = name.strip() or "unnamed"
        seen[base] += 1
        result.append(base if seen[base] == 1 else f"{base} ({seen[base]})")
    return result


def parse(body: bytes, names: Sequence[str], numbers: Collection[str] = ()) -> TextTable:
    """Read tab-separated rows under `names`.

    Parameters
    ----------
    body : bytes
        UTF-8 with Unix line ends, without the line of names. Decimal point or comma.
    names : sequence of str
        Names as the file has them; a blank last one (a tab at the end of the line) is left out if no row has
        a value there.
    numbers : collection of str
        Names of columns that hold numbers whatever stands in them; the others may be text.

    Raises
    ------
    ReadError
        If rows regularly have more or fewer values than there are names, so that none can be trusted.
    """
    findings: list[Finding] = []
    complete = True
    if b"\x00" in body:
        body = body.replace(b"\x00", b"")
        findings.append(Finding("null_bytes", "the file holds zero bytes, as after a crash while writing"))
        complete = False
    names = list(names)
    lines = body.split(b"\n")
    kept = [line for line in lines if line.strip(b"\t ")]
    blank = len(lines) - len(kept) - (1 if not lines[-1] else 0)
    if blank > 0:
        findings.append(Finding("blank_lines", f"{blank} blank lines between the rows", "note", blank))
    names = _checked_width(kept, names)
    width = len(names)
    whole = [i for i, line in enumerate(kept) if line.count(b"\t") >= width - 1]
    if kept and (not whole or whole[-1] != len(kept) - 1):
        complete = False
    elif len(whole) > 1 and not body.endswith(b"\n") and _is_cut(kept[whole[-1]], kept[whole[-2]], width):
        complete = False
        whole.pop()
    if not complete and kept and (not whole or whole[-1] != len(kept) - 1):
        findings.append(Finding("cut_row", f"row {len(kept)}, the last, is cut; it is left out", rows=1))
    short = (whole[-1] + 1 - len(whole)) if whole else 0
    if short:
        first = next(i for i, j in enumerate(whole) if i != j)
        findings.append(
            Finding(
                "short_rows", f"{short} rows have too few values, the first is row {first + 1}", rows=short
            )
        )
    if len(whole) != len(lines):
        body = b"\n".join([kept[i] for i in whole])
    frame, unreadable = _frame(body, unique_names(names), numbers, [kept[i] for i in whole[:_SAMPLE_ROWS]])
    findings.extend(unreadable)
    return TextTable(frame, np.asarray(whole, dtype=np.int64), tuple(findings), complete)


def _checked_width(rows: list[bytes], names: list[str]) -> list[str]:
    """Leave out blank last names without values; refuse a table whose rows do not fit its names."""
    sample = [row.split(b"\t") for row in rows[:_SAMPLE_ROWS]]
    while names and not names[-1].strip() and not any(_value(row, len(names) - 1) for row in sample):
        names = names[:-1]
    named = sum(bool(name.strip()) for name in names)
    over = [row for row in sample if any(v.strip() for v in row[len(names) :])]
    if over or (names and not names[-1].strip()):
        count = len(over[0]) if over else len(names)
        raise ReadError(
            f"the rows have {count} values under {named} names, so that no value can be given its name",
            advice="export the file again with all its columns",
        )
    counts = Counter(len(row) for row in sample)
    usual, often = counts.most_common(1)[0] if counts else (len(names), 0)
    if usual < len(names) and often > max(1, 0.5 * len(sample)):
        raise ReadError(
            f"the rows have {usual} values under {named} names, so that no value can be given its name",
            advice="export the file again with all its columns",
        )
    return names


def _value(row: list[bytes], position: int) -> bytes:
    return row[position].strip() if position < len(row) else b""


def _shape(value: bytes) -> bytes:
    return re.sub(rb"\d", b"0", value.strip().lstrip(b"+-"))


def _is_cut(last: bytes, before: bytes, width: int) -> bool:
    """Whether the last value of a row stops early, judged by the row before.

    Only numbers of fixed form with an exponent can tell: '1.2345E-0' under '1.2345678E-003' is cut, '7'
    under '12' is not.
    """
    end, full = _shape(last.split(b"\t")[width - 1]), _shape(before.split(b"\t")[width - 1])
    return (
        (b"E" in full.upper())
        and len(end) < len(full)
        and full.replace(b"-", b"+").startswith(end.replace(b"-", b"+"))
    )


def _frame(
    body: bytes, names: list[str], numbers: Collection[str], sample: list[bytes]
) -> tuple[pl.DataFrame, list[Finding]]:
    cells = [row.split(b"\t") for row in sample]
    schema = {
        name: pl.String if name not in numbers and _is_text([row[i].strip() for row in cells]) else pl.Float64
        for i, name in enumerate(names)
    }
    if not body.strip():
        return pl.DataFrame(schema=schema), []
    # A tab at the end of the rows makes one more, nameless column: read it, so that nothing is lost unseen.
    nameless = [f"nameless {i}" for i in range(len(names), max(map(len, cells), default=0))]
    # The first row decides how many columns are seen: give it the tabs that others have at their end.
    line, end, rest = body.partition(b"\n")
    short = len(names) + len(nameless) - 1 - line.count(b"\t")
    frame = pl.read_csv(
        line + b"\t" * short + end + rest if short > 0 else body,
        separator="\t",
        has_header=False,
        schema={**schema, **dict.fromkeys(nameless, pl.String)},
        decimal_comma=_has_decimal_comma(cells),
        ignore_errors=True,
        truncate_ragged_lines=True,
        quote_char=None,
        encoding="utf8-lossy",
    )
    surplus = sum(int((frame[n].fill_null("").str.strip_chars() != "").sum()) for n in nameless)
    frame = frame.drop(nameless)
    read = [name for name, kind in schema.items() if kind == pl.Float64]
    frame = frame.with_columns(pl.when(pl.col(n).is_finite()).then(pl.col(n)).alias(n) for n in read)
    findings = _unreadable(frame)
    if surplus:
        findings.append(
            Finding("surplus_values", "values beyond the last named column, left out", rows=surplus)
        )
    return frame, findings


def _unreadable(frame: pl.DataFrame) -> list[Finding]:
    """Name the columns with values that are blank or no numbers."""
    counts = {name: frame[name].null_count() for name in frame.columns}
    blank = {name: n for name, n in counts.items() if 0 < n < len(frame)}
    empty = [name for name, n in counts.items() if n == len(frame)]
    findings: list[Finding] = []
    if blank:
        shown = ", ".join(f"{name}: {n}" for name, n in blank.items())
        findings.append(
            Finding(
                "blank_points", f"values that are blank or no numbers ({shown})", rows=max(blank.values())
            )
        )
    if empty and len(frame):
        findings.append(Finding("empty_columns", "no value in " + ", ".join(empty), "note", rows=len(frame)))
    return findings


def _is_text(values: list[bytes]) -> bool:
    """Whether a column holds text: none of its values in the sample is a number, and some are no blanks."""
    filled = [v for v in values if v and not v.lower().startswith(_NOT_NUMBERS)]
    return bool(filled) and not any(_NUMBER.fullmatch(v) for v in filled)


def _has_decimal_comma(cells: list[list[bytes]]) -> bool:
    flat = [value for row in cells for value in row]
    return any(_COMMA_NUMBER.match(v) for v in flat) and not any(_POINT_NUMBER.match(v) for v in flat)


def file_bytes(path: Path) -> bytes:
    """Return the text of a file as UTF-8 with Unix line ends.

    Raises
    ------
    ReadError
        If it cannot be opened.
    """
    try:
        return to_utf8(path.read_bytes())
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem


def first_line(path: Path) -> tuple[bytes, bytes]:
    """Return the first line of a text file without its end, and all that follows, as `file_bytes` would.

    A long text that is UTF-8 with Unix line ends is held only once.

    Raises
    ------
    ReadError
        If it cannot be opened.
    """
    try:
        with path.open("rb", buffering=0) as file:  # what a buffer holds already would be joined, in a copy
            line, rest = file.readline(), file.read()
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem
    first = line.removeprefix(codecs.BOM_UTF8)
    if (
        first.isascii()
        and b"\x00" not in first
        and b"\r" not in first
        and rest.isascii()
        and b"\r" not in rest
    ):
        return first.removesuffix(b"\n"), rest
    data = to_utf8(line + rest)
    del line, rest
    first, _, body = data.partition(b"\n")
    return first, body
