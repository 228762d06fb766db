"""Tables of cycling data in text of any make: where the names stand, what parts the values, which rows are whole.

Only the beginning of a file is looked at to find its form; the rows are then read in one go. Nothing is
repaired: rows that are cut or too short are left out and counted.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import cycling_roles, durations, timestamps
from interlayer.readers.cycling_roles import CyclingRole
from interlayer.readers.text_table import decode_line
from interlayer.record.record import Finding

DELIMITERS: Final = ("\t", ";", ",", "|", " ")
_HEAD_BYTES: Final = 262144
_HEAD_LINES: Final = 400
_SAMPLE: Final = 200
_FEW_ODD: Final = 4
_ENOUGH: Final = 4
"""A line with so many columns that are known ends the search for the names."""
_NUMBER: Final = re.compile(r"\s*[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eEdD][+-]?\d+)?\s*%?\s*")
_COMMA_NUMBER: Final = re.compile(r"\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*")
_POINT_NUMBER: Final = re.compile(r"\s*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?\s*")
_NO_NUMBER: Final = (
    "nan",
    "-nan",
    "+nan",
    "inf",
    "-inf",
    "+inf",
    "null",
    "none",
    "na",
    "n/a",
    "--",
    "-",
    "1.#qnan",
)
_AXES: Final = (
    "time",
    "step_time",
    "datetime",
    "unix_time",
    "voltage",
    "working_potential",
    "counter_potential",
)
"""Kinds of which a table of cycling data has at least one."""


@dataclass(frozen=True)
class Sheet:
    """A table of a file with what is known of its columns.

    Attributes
    ----------
    names : tuple of str
        As the file has them, with a unit from a line of units below them if there is one; empty texts if a
        person named the columns.
    roles : dict
        What each column is, by position.
    frame : polars.DataFrame
        Columns '0', '1', ...: String where words, dates or h:m:s stand, else Float64.
    above : tuple of str
        Lines above the names.
    line : int
        Number of the first row below the names in the file, from 1.
    delimiter, decimal : str
    findings : tuple of Finding
    complete : bool
        False if the last row is cut.
    decimals : dict
        Digits behind the decimal mark by position, of columns with a role that print a fixed number of them.
    """

    names: tuple[str, ...]
    roles: dict[int, CyclingRole]
    frame: pl.DataFrame
    above: tuple[str, ...]
    line: int
    delimiter: str
    decimal: str
    findings: tuple[Finding, ...] = ()
    complete: bool = True
    decimals: dict[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True)
class _Form:
    """Where a table begins and what parts its values."""

    delimiter: str
    names: tuple[str, ...]
    roles: dict[int, CyclingRole]
    above: int
    """Index of the line of names."""
    first: int
    """Index of the first row."""
    units: tuple[str, ...] = field(default=())


def head_lines(data: bytes) -> list[str]:
    """Return the first lines of a text, the last of them whole."""
    head = data[:_HEAD_BYTES]
    if len(data) > len(head):
        head = head[: head.rfind(b"\n") + 1] or head
    return [decode_line(line) for line in head.split(b"\n")[:_HEAD_LINES]]


def looks_like_cycling(data: bytes) -> bool:
    """Whether a text begins with names of columns of cycling data above rows that fit them."""
    if b"\x00" in data:
        return False
    return _form_of(data[:_HEAD_BYTES], None, whole=len(data) <= _HEAD_BYTES) is not None


@lru_cache(maxsize=4)
def _form_of(head: bytes, delimiter: str | None, *, whole: bool) -> _Form | None:
    """Form of a text by its beginning; several readers ask for the same one after another."""
    return _named_form(head_lines(head if whole else head[: head.rfind(b"\n") + 1] or head), delimiter)


def fits(data: bytes, given: dict[int, CyclingRole], delimiter: str | None) -> bool:
    """Whether a text has a row that fits the columns that a person named."""
    return b"\x00" not in data and _given_form(head_lines(data), delimiter, given) is not None


def kinds_in(data: bytes, *, delimiter: str | None = None) -> tuple[tuple[str, ...], dict[int, CyclingRole]]:
    """Return names and roles of the columns of a text; empty if it has no names of cycling data."""
    form = _form_of(data[:_HEAD_BYTES], delimiter, whole=len(data) <= _HEAD_BYTES)
    return (form.names, form.roles) if form else ((), {})


def find(
    data: bytes,
    *,
    delimiter: str | None = None,
    decimal: str | None = None,
    given: Mapping[int, CyclingRole] | None = None,
) -> Sheet | None:
    """Read the table of a text.

    Parameters
    ----------
    data : bytes
        UTF-8 with Unix line ends.
    delimiter, decimal : str, optional
        If a person says so.
    given : mapping of int to CyclingRole, optional
        What a person says that the columns are, by position; names in the file are then not looked at.

    Returns
    -------
    Sheet or None
        None if there is no line of names with a time or a voltage, or no row that fits the columns given.

    Raises
    ------
    ReadError
        If rows regularly have more or fewer values than there are names.
    """
    findings: list[Finding] = []
    if b"\x00" in data:
        data = data.replace(b"\x00", b"?")  # a number that lost a digit must not look like one
        findings.append(Finding("null_bytes", "the file holds zero bytes, as after a crash while writing"))
    lines = head_lines(data)
    form = _named_form(lines, delimiter) if given is None else _given_form(lines, delimiter, dict(given))
    if form is None:
        return None
    body = _skip_lines(data, form.first)
    names, roles = form.names, form.roles
    separator = form.delimiter
    if separator == " ":
        body = re.sub(rb"[ \t]+", b"\t", re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", body))
        separator = "\t"
    if b'"' in body:
        body = _unquoted(body, separator, form.first, findings)
        separator = "\t"
    rows = pl.read_csv(
        body or b"\n",
        separator="\x1f",
        has_header=False,
        quote_char=None,
        schema={"line": pl.String},
        encoding="utf8-lossy",
        truncate_ragged_lines=True,
    )["line"]
    names, body, more, whole = _whole_rows(body, rows, names, separator, line=form.first)
    del rows
    findings.extend(more)
    sample = [_cells(line, separator) for line in _sampled(body)]
    mark = decimal or _decimal(sample, roles, separator)
    frame = _frame(body, len(names), roles, sample, separator, mark)
    if not data.endswith(b"\n") and whole and _last_is_cut(body, separator, len(names), mark):
        frame = frame.head(len(frame) - 1)
        findings.append(Finding("cut_row", "the last row is cut; it is left out", rows=1))
        whole = False
    above = tuple(line.strip() for line in lines[: form.above] if line.strip())
    return Sheet(
        names,
        {i: role for i, role in roles.items() if i < len(names)},
        frame,
        above,
        form.first + 1,
        form.delimiter,
        mark,
        tuple(findings),
        complete=whole and "null_bytes" not in {f.name for f in findings},
        decimals={i: _decimals([row[i] for row in sample if i < len(row)], mark) for i in roles},
    )


# --- where the names stand -------------------------------------------------------------------------------


def _named_form(lines: list[str], delimiter: str | None) -> _Form | None:
    """The line with most names that are known, above a row that fits them."""
    best: tuple[int, _Form] | None = None
    for at, line in enumerate(lines):
        if not any(c.isalpha() for c in line):
            continue
        for between in (delimiter,) if delimiter else DELIMITERS:
            if between not in line and not (between == "\t" and _is_single(line)):
                continue
            form = _form_at(lines, at, between)
            if form is None:
                continue
            score = len(form.roles)
            if best is None or score > best[0]:
                best = (score, form)
        if best is not None and (best[0] >= _ENOUGH or at > best[1].above + 3):
            break
    return None if best is None else best[1]


def _is_single(line: str) -> bool:
    return not any(d in line for d in ("\t", ";", ",", "|"))


def _form_at(lines: list[str], at: int, delimiter: str) -> _Form | None:
    for names in _name_cells(lines[at], delimiter):
        roles = cycling_roles.roles_of(names)
        if not any(role.kind in _AXES for role in roles.values()):
            continue
        found = _first_row(lines, at, names, roles, delimiter)
        if found is None:
            continue
        first, units = found
        if units:
            names = tuple(f"{n} ({u})" if u else n for n, u in zip(names, units, strict=True))
            roles = cycling_roles.roles_of(names) or roles
        return _Form(delimiter, names, roles, at, first)
    return None


def _name_cells(line: str, delimiter: str) -> list[tuple[str, ...]]:
    if delimiter != " ":
        return [tuple(_cells(line.lstrip("#%~ " if delimiter != "\t" else "#%~"), delimiter))]
    bare = line.strip().lstrip("#%~ ")
    ways = [tuple(re.split(r"\s{2,}", bare)), tuple(re.split(r"\s+", bare))]
    return [way for way in dict.fromkeys(ways) if len(way) > 1]


def _first_row(
    lines: list[str], at: int, names: tuple[str, ...], roles: dict[int, CyclingRole], delimiter: str
) -> tuple[int, tuple[str, ...]] | None:
    """Index of the first row below a line of names, and the units if a line of units stands between."""
    units: tuple[str, ...] = ()
    passed = 0
    for i in range(at + 1, len(lines)):
        if not lines[i].strip(" \t;,|"):
            continue
        cells = _cells(lines[i], delimiter)
        width_fits = abs(len(cells) - len(names)) <= 1
        if width_fits and _fits(cells, roles):
            return i, units
        passed += 1
        if passed > 3 or not width_fits:
            return None
        spelled = _units_line(cells, len(names))
        units = spelled or units
    return None


def _units_line(cells: list[str], width: int) -> tuple[str, ...]:
    """Units of the columns if a line holds only such; else nothing."""
    bare = [cell.strip().strip("()[]").strip() for cell in cells[:width]]
    bare += [""] * (width - len(bare))
    filled = [cell for cell in bare if cell]
    known = sum(cycling_roles.unit_of(cell) is not None for cell in filled)
    return tuple(bare) if known > 0 and known >= 0.5 * len(filled) else ()


def _fits(cells: list[str], roles: dict[int, CyclingRole]) -> bool:
    """Whether a line is a row of data: its time or voltage can be read, and nothing known holds other words."""
    read = 0
    for i, role in roles.items():
        if i >= len(cells) or not cells[i].strip():
            continue
        ok = _readable(cells[i], role.kind)
        if not ok and role.kind not in ("step_type", "step", "cycle", "temperature", "pressure", "capacity"):
            return False
        read += ok and role.kind in (*_AXES, "current")
    return read > 0


def _readable(cell: str, kind: str) -> bool:
    text = cell.strip()
    if kind == "step_type":
        return True
    if _NUMBER.fullmatch(text) or text.lower() in _NO_NUMBER:
        return True
    if kind in ("time", "step_time"):
        return durations.looks_like_duration(text) or timestamps.looks_like_timestamp(text)
    return kind == "datetime" and any(c.isdigit() for c in text)


def _given_form(lines: list[str], delimiter: str | None, given: dict[int, CyclingRole]) -> _Form | None:
    """The first line whose values are what a person says that the columns are."""
    last = max(given, default=-1)
    best: tuple[int, _Form] | None = None
    for between in (delimiter,) if delimiter else DELIMITERS:
        fitting = [
            (i, cells)
            for i, line in enumerate(lines)
            if line.strip(" \t;,|")
            and len(cells := _cells(line, between)) > last
            and _fits(cells, given)
            and all(_readable(cells[k], role.kind) or not cells[k].strip() for k, role in given.items())
        ]
        if not fitting:
            continue
        width = Counter(len(cells) for _, cells in fitting).most_common(1)[0][0]
        first = next(i for i, cells in fitting if len(cells) == width)
        score = sum(len(cells) == width for _, cells in fitting)
        if best is None or score > best[0]:
            best = (score, _Form(between, ("",) * width, given, first, first))
    return None if best is None else best[1]


# --- rows ------------------------------------------------------------------------------------------------


def _skip_lines(data: bytes, count: int) -> bytes:
    position = 0
    for _ in range(count):
        position = data.index(b"\n", position) + 1
    return data[position:]


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == " ":
        return line.split()
    if '"' in line:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
        except (csv.Error, StopIteration):
            pass
    return [cell.strip() for cell in line.split(delimiter)]


def _whole_rows(
    body: bytes, rows: pl.Series, names: tuple[str, ...], delimiter: str, *, line: int
) -> tuple[tuple[str, ...], bytes, list[Finding], bool]:
    """Leave out blank, short and cut rows; refuse a table whose rows do not fit its names."""
    findings: list[Finding] = []
    counts = rows.str.count_matches(delimiter, literal=True).fill_null(0).to_numpy().astype(np.int64)
    blank = rows.is_null() | ~rows.str.contains(r"[^\s;,|]")
    filled = ~blank.to_numpy()
    if not filled.any():
        raise ReadError("the file has names of columns but not a single row of data")
    names = _checked_width(rows, filled, names, delimiter)
    need = len(names) - 1
    long_enough = counts >= need
    kept = filled & long_enough
    last = int(np.flatnonzero(filled)[-1])
    whole = bool(kept[last]) or re.match(r"\s*[\"+-]?[\d.,;\t]", str(rows[last])) is None
    short = filled & ~long_enough
    if not whole:
        findings.append(Finding("cut_row", "the last row is cut; it is left out", rows=1))
        short[last] = False
    if short.any():
        findings.append(
            Finding(
                "short_rows",
                f"{int(short.sum())} rows have fewer than {len(names)} values, the first in line "
                f"{line + int(np.flatnonzero(short)[0]) + 1}; left out",
                rows=int(short.sum()),
            )
        )
    longer = kept & (counts > need)
    if longer.any():
        escaped = re.escape(delimiter)
        beyond = rows.str.contains(rf"^(?:[^{escaped}]*{escaped}){{{len(names)}}}.*[^\s{escaped}]").fill_null(
            value=False
        )
        usual = int(np.argmax(np.bincount(counts[kept])))
        # A few rows that end in a delimiter where the others do not are damaged; many are the file's own way.
        odd = longer & (counts != usual)
        few = int(odd.sum()) <= max(_FEW_ODD, 0.01 * int(kept.sum()))
        longer &= beyond.to_numpy() | (odd & few)
    if longer.any():
        kept &= ~longer
        findings.append(
            Finding(
                "long_rows",
                f"{int(longer.sum())} rows have more than {len(names)} values, the first in line "
                f"{line + int(np.flatnonzero(longer)[0]) + 1}; left out",
                rows=int(longer.sum()),
            )
        )
    if not kept.any():
        raise ReadError("not a single whole row of data below the names of the columns")
    # The first row decides how many columns are read, so that rows of unequal length are written anew.
    if not kept.all() or len(np.unique(counts[kept])) > 1:
        body = "\n".join(rows.filter(pl.Series(kept)).to_list()).encode() + b"\n"
    return names, body, findings, whole


def _unquoted(body: bytes, delimiter: str, line: int, findings: list[Finding]) -> bytes:
    """Return rows with quotation marks as rows with tabs; rows whose marks do not match are left blank and counted."""
    cell = rf'(?: *"(?:[^"]|"")*" *|[^"{re.escape(delimiter)}]*)'
    good = re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*")
    lines = body.decode("utf-8", errors="replace").split("\n")
    odd = [i for i, text in enumerate(lines) if '"' in text and good.fullmatch(text) is None]
    for i in odd:
        lines[i] = ""
    if odd:
        findings.append(
            Finding(
                "quotes_damaged",
                "rows with a quotation mark that is not closed, or stands within a value, the first in line "
                f"{line + odd[0] + 1}; left out",
                rows=len(odd),
            )
        )
    rows = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    try:
        return "\n".join("\t".join(c.replace("\t", " ") for c in row) for row in rows).encode()
    except csv.Error as problem:
        raise ReadError(
            "the rows below the names cannot be parted into values", advice="export the file again"
        ) from problem


def _checked_width(
    rows: pl.Series, filled: NDArray[np.bool_], names: tuple[str, ...], delimiter: str
) -> tuple[str, ...]:
    """Leave out blank last names without values; refuse rows that regularly have more or fewer values."""
    sample = [_cells(str(rows[int(i)]), delimiter) for i in np.flatnonzero(filled)[:_SAMPLE]]
    if any(names):
        width = max((i + 1 for i, name in enumerate(names) if name.strip()), default=0)
        valued = max((i + 1 for row in sample for i, cell in enumerate(row[: len(names)]) if cell), default=0)
        names = names[: max(width, valued)]
    named = sum(bool(n.strip()) for n in names) or len(names)
    over = sum(any(row[len(names) :]) for row in sample)
    usual, often = Counter(len(row) for row in sample).most_common(1)[0]
    if over > 0.5 * len(sample):
        raise ReadError(
            f"the rows have {usual} values under {named} names, so that no value can be given its name",
            advice="repair the line of names, or name the columns with --columns",
        )
    if usual < len(names) and often > 0.5 * len(sample):
        if usual == len(names) - 1 and not names[-1].strip():
            return names[:-1]
        raise ReadError(
            f"the rows have {usual} values under {named} names, so that no value can be given its name",
            advice="repair the line of names, or name the columns with --columns",
        )
    return names


def _sampled(body: bytes) -> list[str]:
    head = body[:_HEAD_BYTES]
    lines = head.split(b"\n")
    return [
        decode_line(line)
        for line in (lines[:-1] if len(body) > len(head) else lines)[:_SAMPLE]
        if line.strip()
    ]


def _decimal(sample: list[list[str]], roles: Mapping[int, CyclingRole], delimiter: str) -> str:
    cells = [row[i] for row in sample for i in range(len(row)) if i in roles] or [
        c for row in sample for c in row
    ]
    commas = any(_COMMA_NUMBER.fullmatch(c) for c in cells)
    points = any(_POINT_NUMBER.fullmatch(c) for c in cells)
    del delimiter
    return "," if commas and not points else "."


def _decimals(cells: list[str], decimal: str) -> int:
    """Digits behind the decimal mark if all values are printed with as many, as a zero shows; else -1."""
    printed = {len(cell.rpartition(decimal)[2]) if decimal in cell else 0 for cell in cells if cell}
    zeros = any(cell and not cell.strip("+-0.,") for cell in cells)
    return printed.pop() if len(printed) == 1 and zeros else -1


def rows_above(data: bytes) -> int:
    """Return the number of lines above the first row of a text with names of cycling data; 0 if it has none."""
    form = _named_form(head_lines(data), None)
    return form.first if form else 0


def _is_number(cell: str) -> bool:
    return not cell or cell.lower() in _NO_NUMBER or _NUMBER.fullmatch(cell) is not None


def _frame(
    body: bytes,
    width: int,
    roles: Mapping[int, CyclingRole],
    sample: list[list[str]],
    delimiter: str,
    decimal: str,
) -> pl.DataFrame:
    columns = [[row[i] for row in sample if i < len(row)] for i in range(width)]
    text = {
        i
        for i, cells in enumerate(columns)
        if (i in roles and roles[i].kind in ("time", "step_time", "datetime", "step_type"))
        or not all(_is_number(c) for c in cells)
    }
    schema = {str(i): pl.String if i in text else pl.Float64 for i in range(width)}
    # The first row decides how many columns are seen: give it those that others have at their end.
    extra = max((len(row) for row in sample), default=width) - width
    schema |= {f"beyond {k}": pl.String for k in range(extra)}
    end_of_line = body.find(b"\n")
    first = body[:end_of_line] if end_of_line >= 0 else body
    missing = len(schema) - 1 - first.count(delimiter.encode())
    if missing > 0:
        body = first + delimiter.encode() * missing + body[len(first) :]
    try:
        frame = pl.read_csv(
            body,
            separator=delimiter,
            has_header=False,
            schema=schema,
            decimal_comma=decimal == "," and delimiter != ",",
            ignore_errors=True,
            truncate_ragged_lines=True,
            quote_char=None,
            null_values=["NaN", "nan", "NAN", "-", "--", "N/A", "null", "None"],
            encoding="utf8-lossy",
        )
    except pl.exceptions.PolarsError as problem:
        raise ReadError(
            "the rows below the names cannot be parted into values", advice="export the file again"
        ) from problem
    return frame.select(str(i) for i in range(width)).with_columns(
        pl.col(str(i)).str.strip_chars() for i in text
    )


def _last_is_cut(body: bytes, delimiter: str, width: int, decimal: str) -> bool:
    """Whether a file that ends without a line end stops within its last value, judged by the rows before."""
    tail = body[-65536:].rstrip(b"\n").rsplit(b"\n", 6)[-6:]
    rows = [_cells(decode_line(line), delimiter) for line in tail]
    if len(rows) < 2 or any(len(row) < width for row in rows):
        return False
    last, before = rows[-1][width - 1], [row[width - 1] for row in rows[:-1]]
    if not last or re.search(r"\d[eE][+-]?$", last):
        return bool(last) or all(before)
    if all(durations.looks_like_duration(x) or timestamps.looks_like_timestamp(x) for x in before):
        return len(last) < min(len(x) for x in before)
    digits = {len(x.rpartition(decimal)[2]) if decimal in x else 0 for x in before if _NUMBER.fullmatch(x)}
    if len(digits) != 1 or not _NUMBER.fullmatch(last):
        return False
    return (len(last.rpartition(decimal)[2]) if decimal in last else 0) < digits.pop()


def with_roles(sheet: Sheet, roles: dict[int, CyclingRole]) -> Sheet:
    """Return the same table with other roles of its columns."""
    return replace(sheet, roles=roles)


def words(names: Sequence[str]) -> str:
    """Return names of columns for a message."""
    return ", ".join(n for n in names if n)[:160] or f"{len(names)} without names"
