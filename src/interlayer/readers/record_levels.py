"""Exports in levels: lines of cycles, below them lines of steps, below them the recorded rows.

Each level has a line of names of its own at the beginning and stands one column further to the right. The rows
are taken; the number of the cycle and number, count and label of the step are carried down to them.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import cycling_roles
from interlayer.readers.text_table import decode_line

_CARRIED: Final = {
    "cycle": "Cycle Index",
    "step": "Step Index",
    "step_count": "Step Number",
    "step_type": "Step Type",
}
_MOST_LEVELS: Final = 3


def names_of_levels(data: bytes) -> tuple[tuple[str, ...], ...]:
    """Return the names of each level, the recorded rows last; empty if a text has no levels.

    Parameters
    ----------
    data : bytes
        UTF-8 with Unix line ends, values between commas or tabs.
    """
    lines = [decode_line(line) for line in data[:65536].split(b"\n")[:12]]
    lines = [line for line in lines if line.strip(" ,\t")]
    found = _levels(lines)
    return found[1] if found else ()


def _levels(lines: list[str]) -> tuple[str, tuple[tuple[str, ...], ...]] | None:
    for delimiter in (",", "\t"):
        levels: list[tuple[str, ...]] = []
        for depth, line in enumerate(lines[:_MOST_LEVELS]):
            cells = [cell.strip().strip('"') for cell in line.split(delimiter)]
            lead = next((i for i, cell in enumerate(cells) if cell), len(cells))
            words = [cell for cell in cells[lead:] if cell]
            if lead != depth or len(words) < 2 or any(re.fullmatch(r"[-+\d.:]+", word) for word in words):
                break
            names = cells[lead:]
            while names and not names[-1]:
                names.pop()
            levels.append(tuple(names))
        if len(levels) < 2:
            continue
        kinds = {role.kind for role in cycling_roles.roles_of(levels[-1]).values()}
        if "voltage" in kinds and kinds & {"time", "step_time"}:
            return delimiter, tuple(levels)
    return None


def flatten(data: bytes) -> bytes | None:
    """Return the recorded rows as one table with names, tabs between the values; None if a text has no levels."""
    lines = [decode_line(line) for line in data[:65536].split(b"\n")[:12]]
    found = _levels([line for line in lines if line.strip(" ,\t")])
    if found is None:
        return None
    delimiter, levels = found
    rows = pl.read_csv(
        data,
        separator="\x1f",
        has_header=False,
        quote_char=None,
        schema={"line": pl.String},
        encoding="utf8-lossy",
        truncate_ragged_lines=True,
    )["line"].drop_nulls()
    rows = rows.str.replace_all('"', "", literal=True)
    if delimiter == ",":
        rows = rows.str.replace_all("\t", " ", literal=True).str.replace_all(",", "\t", literal=True)
    rows = rows.filter(rows.str.contains(r"[^\s]"))
    depth = rows.str.extract(r"^(\t*)").str.len_chars()
    rows, depth = rows.slice(len(levels)), depth.slice(len(levels))
    last = len(levels) - 1
    above = [_carried(rows, depth, level, names) for level, names in enumerate(levels[:-1])]
    own = {role.kind for role in cycling_roles.roles_of(levels[-1]).values()}
    carried: dict[str, pl.Series] = {}
    for columns in above:
        carried |= {kind: column for kind, column in columns.items() if kind not in own}
    is_row = depth == last
    frame = pl.DataFrame({"row": rows.str.strip_prefix("\t" * last), **carried}).with_columns(
        pl.col(kind).forward_fill() for kind in carried
    )
    width = len(levels[-1])
    body = frame.filter(is_row)
    parts = body["row"].str.count_matches("\t", literal=True)
    # Rows padded to the width of the widest level get just their own cells; cut ones stay short.
    own_cells = body["row"].str.extract(rf"^((?:[^\t]*\t){{{width - 1}}}[^\t]*)")
    full = body.select(
        pl.concat_str(
            own_cells.alias("row"), *(pl.col(kind).fill_null("") for kind in carried), separator="\t"
        )
    ).to_series()
    text = pl.select(pl.when(parts >= width - 1).then(full).otherwise(body["row"])).to_series()
    names = "\t".join([*levels[-1], *(_CARRIED[kind] for kind in carried)])
    end = "\n" if data.endswith(b"\n") else ""
    return (names + "\n" + "\n".join(text.to_list()) + end).encode()


def _carried(rows: pl.Series, depth: pl.Series, level: int, names: tuple[str, ...]) -> dict[str, pl.Series]:
    """Values of the lines of one level by kind, null in all other lines."""
    made: dict[str, pl.Series] = {}
    at = (depth == level).to_numpy()
    cells = (
        rows.filter(pl.Series(at)).str.strip_chars_end("\t").str.count_matches("\t", literal=True) + 1 - level
    )
    if len(cells) and int(str(cells.max())) > len(names):
        raise ReadError(
            f"lines of an upper level have {cells.max()} values under {len(names)} names, so that no value can be "
            "given its name",
            advice="export it again, or the records alone",
        )
    parts = rows.str.split("\t")
    roles = cycling_roles.roles_of(names)
    for place, role in roles.items():
        if role.kind not in _CARRIED:
            continue
        own = parts.list.get(level + place, null_on_oob=True)
        made[role.kind] = pl.select(pl.when(pl.Series(at)).then(own)).to_series()
    return made


def spread_first_steps(data: bytes) -> bytes:
    """Part lines that hold a cycle and its first step at once into two lines.

    Parameters
    ----------
    data : bytes
        As for `flatten`.
    """
    lines = [decode_line(line) for line in data[:65536].split(b"\n")[:12]]
    found = _levels([line for line in lines if line.strip(" ,\t")])
    if found is None or len(found[1]) < _MOST_LEVELS:
        return data
    delimiter, levels = found
    d = re.escape(delimiter).encode()
    cell, first = rb"[^" + d + rb"\n]*", rb"[^" + d + rb"\n]+"
    more = [rb"(?:" + d + cell + rb"){" + str(len(names) - 1).encode() + rb"}" for names in levels[:2]]
    joined = re.compile(
        rb"(?m)^(?P<cycle>"
        + first
        + more[0]
        + rb")"
        + d
        + rb"(?P<step>"
        + first
        + more[1]
        + rb")(?="
        + d
        + rb"*\r?$)"
    )
    head, separator, rest = _split_lines(data, len(levels))
    return head + separator + joined.sub(rb"\g<cycle>\n" + delimiter.encode() + rb"\g<step>", rest)


def _split_lines(data: bytes, count: int) -> tuple[bytes, bytes, bytes]:
    """Part a text behind its first lines that are not blank."""
    position = seen = 0
    while seen < count:
        end = data.find(b"\n", position)
        if end < 0:
            return data, b"", b""
        seen += bool(data[position:end].strip(b" ,\t"))
        position = end + 1
    return data[: position - 1], b"\n", data[position:]
