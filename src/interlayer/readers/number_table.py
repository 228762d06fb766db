"""Rows of numbers in a text of unknown make: delimiter, decimal mark, names of columns, several tables.

Nothing is known beforehand. A line is a row if it splits into numbers by one of the delimiters; the pair of
delimiter and decimal mark by which most lines are rows is taken, and stated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import column_roles
from interlayer.readers.text_table import decode_line
from interlayer.record.record import Finding

NAMES: Final = {"\t": "tab", ";": "semicolon", ",": "comma", " ": "blank"}
_ORDER: Final = (("\t", "."), (";", "."), (",", "."), (" ", "."), ("\t", ","), (";", ","), (" ", ","))
"""Pairs of delimiter and decimal mark, in the order in which they win a tie."""
_KNOWN_NAMES: Final = 2
"""A line with so many names that are known is a line of names."""
_FEW_ROWS: Final = 3
"""With fewer rows of numbers alone, rows that hold words too are looked for."""
_FEWEST_TO_MISS_ONE: Final = 3
"""With fewer columns a line of one number and a word is a heading as well as a damaged row."""
_SAMPLE: Final = 5000
"""Lines from which the form of a longer table is judged."""
_LINES_ABOVE: Final = 8
"""How many lines above a table may hold its names."""


@dataclass(frozen=True)
class Block:
    """One table of a file.

    Attributes
    ----------
    values : ndarray
        Shape (n, columns); NaN where blank.
    names : tuple of str
        Names of the columns; empty if the file gives none.
    above : tuple of str
        Lines between the table before and this one, the line of names included.
    line : int
        Number of its first row in the file, from 1.
    """

    values: NDArray[np.float64]
    names: tuple[str, ...]
    above: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Numbers:
    """What a text holds in numbers.

    Attributes
    ----------
    blocks : tuple of Block
        At least one.
    delimiter, decimal : str
        As detected, or as given.
    findings : tuple of Finding
    complete : bool
        False if the last row is cut.
    """

    blocks: tuple[Block, ...]
    delimiter: str
    decimal: str
    findings: tuple[Finding, ...]
    complete: bool


def looks_numeric(data: bytes, *, rows: int = 3) -> bool:
    """Whether a text holds at least so many rows of numbers of equal width.

    Parameters
    ----------
    data : bytes
        Beginning of the text, UTF-8.
    rows : int
    """
    if b"\x00" in data:
        return False
    lines = pl.Series([decode_line(line) for line in data.split(b"\n")], dtype=pl.String)
    if any(_usual(widths)[1] >= rows for widths in (_widths(lines, *pair) for pair in _ORDER)):
        return True
    return _mixed(lines.to_list(), list(_ORDER)) is not None


def find(data: bytes, *, delimiter: str | None = None, decimal: str | None = None) -> Numbers:
    """Find the tables of a text.

    Parameters
    ----------
    data : bytes
        UTF-8 with Unix line ends.
    delimiter, decimal : str, optional
        If a person says so.

    Raises
    ------
    ReadError
        If there is no row of numbers, or commas may be decimal marks as well as delimiters.
    """
    findings: list[Finding] = []
    complete = True
    if b"\x00" in data:
        data = data.replace(b"\x00", b"")
        findings.append(Finding("null_bytes", "the file holds zero bytes, as after a crash while writing"))
        complete = False
    texts = [decode_line(line) for line in data.split(b"\n")]
    if not data.endswith(b"\n") and _cut_number(texts):
        texts[_last_line(texts)] = ""
        findings.append(Finding("cut_row", "the last row is cut; it is left out", rows=1))
        complete = False
    lines = pl.Series(texts, dtype=pl.String).str.replace_all('"', "")
    pairs = [
        (d, m)
        for d, m in _candidates(delimiter, decimal)
        if (delimiter is None or d == delimiter) and (decimal is None or m == decimal)
    ]
    if len(lines) > 2 * _SAMPLE:  # the form of a long table is that of its beginning
        pairs = _likely(lines.head(_SAMPLE), pairs)
    scored = [(_usual(widths := _widths(lines, d, m)), widths, d, m) for d, m in pairs]
    # Most rows of equal width first, then more columns (a comma alone may be read as no delimiter at all).
    best = max(scored, key=lambda x: (x[0][1], x[0][0] > 1)) if scored else None
    if best is None or best[0][1] < _FEW_ROWS:
        mixed = _mixed(texts, pairs)
        if mixed is not None and (best is None or sum(len(b.values) for b in mixed[0]) > best[0][1]):
            return Numbers(*mixed, tuple(findings), complete)
    if best is None or best[0][1] == 0:
        raise ReadError(
            "no row that holds numbers only, and no line of names with a frequency, a time or a voltage above others",
            advice="give a table with frequencies and impedances, or with time, voltage and current",
        )
    (width, _), widths, found_delimiter, found_decimal = best
    blocks, more, whole = _blocks(texts, lines, widths, width, found_delimiter, found_decimal)
    if delimiter is None and decimal is None and found_delimiter == "," and not blocks[0].names:
        _refuse_double_commas(lines, widths, width)
    findings.extend(more)
    if not data.endswith(b"\n") and whole and _cut_text(texts, widths):
        findings.append(Finding("cut_row", "the last line is no whole row; it is left out", rows=1))
        whole = False
    return Numbers(blocks, found_delimiter, found_decimal, tuple(findings), complete and whole)


def _likely(lines: pl.Series, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs by which any of some lines are rows; all if none does."""
    found = [((usual := _usual(_widths(lines, d, m)))[1], usual[0] > 1, (d, m)) for d, m in pairs]
    most = max(found, key=lambda x: (x[0], x[1]), default=None)
    return [most[2]] if most is not None and most[0] > 0 else pairs


def _candidates(delimiter: str | None, decimal: str | None) -> tuple[tuple[str, str], ...]:
    if delimiter is not None and decimal is not None:
        return ((delimiter, decimal),)
    return _ORDER


def _pattern(delimiter: str, decimal: str) -> str:
    mark = r"\." if decimal == "." else ","
    number = rf"(?:[+-]?(?:\d+{mark}?\d*|{mark}\d+)(?:[eEdD][+-]?\d+)?|[+-]?(?i:nan|inf))"
    if delimiter == " ":
        return rf"^\s*{number}(?:\s+{number})*\s*$"
    between = re.escape(delimiter)
    blank = r"[ \t]*" if delimiter != "\t" else " *"
    return rf"^{blank}{number}{blank}(?:{between}{blank}{number}?{blank})*$"


def _widths(lines: pl.Series, delimiter: str, decimal: str) -> NDArray[np.int64]:
    """Number of values in every line that is a row, 0 in the others."""
    is_row = lines.str.contains(_pattern(delimiter, decimal))
    # A delimiter at the end closes the last value, it does not begin another.
    counted = (
        lines.str.strip_chars().str.count_matches(r"\s+")
        if delimiter == " "
        else lines.str.strip_chars_end(" ")
        .str.strip_suffix(delimiter)
        .str.count_matches(re.escape(delimiter))
    )
    return np.where(is_row.to_numpy(), counted.to_numpy().astype(np.int64) + 1, 0)


def _usual(widths: NDArray[np.int64]) -> tuple[int, int]:
    """The commonest width of rows and how many rows have it."""
    rows = widths[widths > 0]
    if not len(rows):
        return 0, 0
    counts = np.bincount(rows)
    width = int(np.argmax(counts))
    return width, int(counts[width])


def _refuse_double_commas(lines: pl.Series, widths: NDArray[np.int64], width: int) -> None:
    """Refuse '1,5,2,5,3,5': nothing tells which comma parts two values."""
    if width < 4:
        return
    rows = lines.filter(pl.Series(widths == width))
    if rows.str.contains(r"[.eE]").any() or not rows.str.contains(r"\d,\d").any():
        return
    raise ReadError(
        f"only whole numbers between commas, {width} in a row: commas may be decimal marks as well",
        advice="say what they are with --delimiter and --decimal, or save the file with semicolons",
    )


def _blocks(
    texts: list[str], lines: pl.Series, widths: NDArray[np.int64], width: int, delimiter: str, decimal: str
) -> tuple[tuple[Block, ...], list[Finding], bool]:
    rows = np.flatnonzero(widths == width)
    values = _values(lines.gather(rows), width, delimiter, decimal)
    findings: list[Finding] = []
    inside = (widths > 0) & (widths != width)
    inside[: rows[0]] = False
    last_is_cut = bool(inside[rows[-1] :].any()) and int(np.flatnonzero(inside)[-1]) >= _last_line(texts)
    others = np.flatnonzero(inside)
    short = len(others) - int(last_is_cut)
    if short > 0:
        findings.append(
            Finding(
                "short_rows",
                f"{short} rows do not have {width} values, the first in line {others[0] + 1}; left out",
                rows=short,
            )
        )
    if last_is_cut:
        findings.append(Finding("cut_row", "the last row is cut; it is left out", rows=1))
    blank = np.array([not text.strip() for text in texts])
    damaged = _damaged(lines, widths, width, delimiter, decimal)
    if damaged.any():
        first = int(np.flatnonzero(damaged)[0]) + 1
        findings.append(
            Finding(
                "unreadable_rows",
                f"{damaged.sum()} rows hold something else beside their numbers, the first in line {first}; left out",
                rows=int(damaged.sum()),
            )
        )
    # A table ends where a line of words stands between two rows.
    words = np.cumsum((widths == 0) & ~blank & ~damaged)
    edges = [0, *(np.flatnonzero(np.diff(words[rows]) > 0) + 1).tolist(), len(rows)]
    blocks: list[Block] = []
    names: tuple[str, ...] = ()
    for a, b in pairwise(edges):
        begin = int(rows[a - 1]) + 1 if a else 0
        above = [texts[i].strip() for i in range(begin, int(rows[a])) if texts[i].strip() and widths[i] == 0]
        names = _names(above, width, delimiter) or names
        blocks.append(Block(values[a:b], names, tuple(above), int(rows[a]) + 1))
    return tuple(blocks), findings, not last_is_cut


def _damaged(
    lines: pl.Series, widths: NDArray[np.int64], width: int, delimiter: str, decimal: str
) -> NDArray[np.bool_]:
    """Lines that would be rows but for a value or two: as many values, more than half of them numbers."""
    found = np.zeros(len(lines), dtype=np.bool_)
    if width < _FEWEST_TO_MISS_ONE:
        return found
    places = np.flatnonzero(widths == 0)
    texts = lines.gather(places).str.strip_chars()
    if decimal == ",":
        texts = texts.str.replace_all(",", ".", literal=True)
    parts = (
        texts.str.replace_all(r"\s+", " ").str.split(" ") if delimiter == " " else texts.str.split(delimiter)
    )
    as_wide = (parts.list.len() == width).to_numpy()
    places, parts = places[as_wide], parts.filter(pl.Series(as_wide))
    if not len(places):
        return found
    numbers = parts.list.eval(
        pl.element().str.strip_chars().cast(pl.Float64, strict=False).is_not_null()
    ).list.sum()
    found[places] = 2 * numbers.to_numpy() > width
    return found


def _last_line(texts: list[str]) -> int:
    """Number of the last line that is not blank."""
    return max((i for i in range(len(texts) - 1, -1, -1) if texts[i].strip()), default=0)


def _values(rows: pl.Series, width: int, delimiter: str, decimal: str) -> NDArray[np.float64]:
    if delimiter == " ":
        rows, delimiter = rows.str.strip_chars().str.replace_all(r"\s+", " "), " "
    if decimal == ",":
        rows = rows.str.replace_all(",", ".", literal=True)
    rows = rows.str.replace_all("[dD]", "e")
    parts = rows.str.split(delimiter)
    columns = [
        parts.list.get(i, null_on_oob=True).str.strip_chars().cast(pl.Float64, strict=False).fill_null(np.nan)
        for i in range(width)
    ]
    values = np.column_stack([c.to_numpy() for c in columns])
    return np.where(np.isfinite(values), values, np.nan)


def _names(above: list[str], width: int, delimiter: str) -> tuple[str, ...]:
    """Names of the columns among the lines above a table: as many as columns, at least one of them known."""
    for line in reversed(above[-_LINES_ABOVE:]):
        bare = line.strip().strip('"').lstrip("#%;! ").strip()
        found: list[tuple[str, ...]] = []
        for between in (
            re.escape(delimiter) if delimiter != " " else r"\s+",
            r"\t+",
            ",",
            ";",
            r"\s{2,}",
            r"\s+",
        ):
            parts = [part.strip().strip('"') for part in re.split(between, bare)]
            found.append(tuple(parts))
            found.append(tuple(part for part in parts if part))
        # A blank first name is that of a column of row numbers.
        led = re.split(re.escape(delimiter), line) if delimiter != " " else []
        found.append(tuple(part.strip().strip('"') for part in led))
        for names in found:
            if len(names) == width and len(column_roles.roles_of(names)) >= _KNOWN_NAMES:
                return names
    return ()


def mismatched_names(block: Block, delimiter: str) -> int:
    """Return the number of names above a table if there are names, but not one for each column; else 0."""
    if block.names:
        return 0
    for line in reversed(block.above[-_LINES_ABOVE:]):
        bare = line.strip().lstrip("#%;! ")
        for between in (re.escape(delimiter) if delimiter != " " else r"\s+", r"\t+"):
            parts = [part.strip().strip('"') for part in re.split(between, bare)]
            if len(column_roles.roles_of(parts)) >= _KNOWN_NAMES:
                return len(parts)
    return 0


def _mixed(texts: list[str], pairs: list[tuple[str, str]]) -> tuple[tuple[Block, ...], str, str] | None:
    """Find a table whose rows hold words beside numbers, by its line of names; words part it into spectra."""
    for delimiter, decimal in pairs:
        if delimiter == " ":
            continue
        for at, line in enumerate(texts[:200]):
            names = tuple(part.strip().strip('"') for part in line.split(delimiter))
            kinds = {role.kind for role in column_roles.roles_of(names).values()}
            if len(kinds) < _KNOWN_NAMES or not kinds & {"frequency", "angular"}:
                continue
            blocks = _mixed_blocks(texts, at, names, delimiter, decimal)
            if blocks:
                return blocks, delimiter, decimal
    return None


def _mixed_blocks(
    texts: list[str], at: int, names: tuple[str, ...], delimiter: str, decimal: str
) -> tuple[Block, ...]:
    rows = pl.Series([t for t in texts[at + 1 :] if t.count(delimiter) == len(names) - 1], dtype=pl.String)
    parts = rows.str.replace_all('"', "").str.split(delimiter)
    words = [parts.list.get(i).str.strip_chars() for i in range(len(names))]
    cells = [w.str.replace(",", ".", literal=True) if decimal == "," else w for w in words]
    numbers = [c.cast(pl.Float64, strict=False) for c in cells]
    known = column_roles.roles_of(names)
    if any(
        numbers[i].null_count() > 0.5 * len(rows) for i in known if known[i].kind in ("frequency", "real")
    ):
        return ()
    values = np.column_stack([n.fill_null(np.nan).to_numpy() for n in numbers])
    labels = [
        w for w, n in zip(words, numbers, strict=True) if n.null_count() == len(rows) and w.n_unique() > 1
    ]
    labels = [w for w in labels if w.n_unique() <= len(rows) // _FEW_ROWS]
    new = np.zeros(len(rows), dtype=np.bool_)
    for label in labels:
        new |= (label != label.shift()).fill_null(value=False).to_numpy()
    edges = [0, *(np.flatnonzero(new[1:]) + 1).tolist(), len(rows)]
    return tuple(Block(values[a:b], names, (texts[at].strip(),), at + 2 + a) for a, b in pairwise(edges))


def _cut_number(texts: list[str]) -> bool:
    """Whether a text stops within a number with an exponent, judged by the form of those in the rows before."""
    tail = [text.split()[-1] for text in texts[-20:] if text.strip()][-6:]
    tail = [re.split(r"[,;]", text)[-1] for text in tail]
    whole = [text for text in tail[:-1] if re.search(r"\d[eE][+-]?\d{2,3}$", text)]
    forms = {re.sub(r"\d", "0", text.lstrip("+-")).replace("-", "+") for text in whole}
    if len(whole) < 2 or len(forms) != 1:
        return False
    form, last = forms.pop(), re.sub(r"\d", "0", tail[-1].lstrip("+-")).replace("-", "+")
    return len(last) < len(form) and form.startswith(last)


def _cut_text(texts: list[str], widths: NDArray[np.int64]) -> bool:
    """Whether the last line begins as a row and is none, as '1.0E+04, 1.2E' is."""
    last = _last_line(texts)
    return widths[last] == 0 and bool(
        re.match(r"\s*[+-]?\d+[.,]?\d*(?:[eE][+-]?\d*)?(?:$|[\s,;])", texts[last])
    )
