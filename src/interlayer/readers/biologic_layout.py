"""Where each column stands in a row of an EC-Lab binary file, also if the file has columns that are not known.

The length of a row is known, the width of an unknown column is not. What stands before the first unknown
column and behind the last one is fixed by the known widths alone. What is left for the unknown ones is
solved only if one solution makes sense of the numbers; else it is named and not read.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import biologic_ids as ids
from interlayer.record.record import Finding

Rows = NDArray[np.uint8]
FLAGS_NAME: Final = "flags"
_ADVICE: Final = "export it in EC-Lab as text (Experiment > Export as Text)"
_TELLING: Final = ("time/s", "freq/Hz", "Ns", "half cycle", "z cycle", "I Range", "cycle number")
_MOST_TRIALS: Final = 4000
_MOST_IN_A_RUN: Final = 16
_MOST_NAMED: Final = 12
_SENSIBLE: Final = (1e-20, 1e20)
"""Sizes of measured numbers other than zero, in the units of EC-Lab."""
_ENOUGH: Final = 0.98
"""Share of sensible numbers in a column that is known: instruments write a few NaN."""
_MOST_SIDE_BY_SIDE: Final = 5
_DISTINCT: Final = 20
"""So many different sensible numbers are no chance: half of all bit patterns of four bytes look like one."""


@dataclass(frozen=True)
class Field:
    """One column of a row: its number, name, numpy kind and place in bytes."""

    number: int
    name: str
    kind: str
    offset: int


@dataclass(frozen=True)
class _Slot:
    """A column, or the byte of flags, in the order of the row; `kind` is None if the width is not known."""

    number: int
    name: str
    kind: str | None

    @property
    def width(self) -> int:
        return 0 if self.kind is None else int(self.kind[-1])


def known_bytes(numbers: tuple[int, ...]) -> int | None:
    """Length of a row in bytes by the widths of its columns; None if one is not known."""
    slots = _slots(numbers, described=True)
    return None if any(x.kind is None for x in slots) else sum(x.width for x in slots)


def solve(numbers: tuple[int, ...], row_bytes: int, rows: Rows, findings: list[Finding]) -> list[Field]:
    """Return the columns that can be placed, in the order of the row.

    Parameters
    ----------
    numbers : tuple of int
        Numbers of the columns as the file lists them.
    row_bytes : int
    rows : ndarray of uint8
        Shape (n, row_bytes); a sample of rows, in their order.
    findings : list of Finding
        What was inferred or cannot be read is added here.

    Raises
    ------
    ReadError
        If the widths do not add up to the length of a row.
    """
    # Trial columns hold patterns that are no numbers.
    with np.errstate(invalid="ignore"):
        fields = _attempt(_slots(numbers, described=True), row_bytes, rows, findings)
        if fields is None and any(n in ids.DESCRIBED for n in numbers):
            # A published width may be wrong: take such columns for unknown ones.
            fields = _attempt(_slots(numbers, described=False), row_bytes, rows, findings)
    if fields is None:
        raise ReadError(
            f"an EC-Lab binary file (.mpr) whose rows have {row_bytes} bytes, which its columns do not make up",
            advice=_ADVICE,
        )
    return fields


def dtype(fields: list[Field], row_bytes: int) -> np.dtype[Any]:
    """Structured dtype of a row."""
    return np.dtype(
        {
            "names": [f.name for f in fields],
            "formats": [f.kind for f in fields],
            "offsets": [f.offset for f in fields],
            "itemsize": row_bytes,
        }
    )


def _slots(numbers: tuple[int, ...], *, described: bool) -> list[_Slot]:
    slots: list[_Slot] = []
    taken: set[str] = set()
    for number in numbers:
        name, kind = ids.SEEN.get(number, (ids.unknown_name(number), None))
        if number in ids.FLAGS:
            name, kind = FLAGS_NAME, "u1"
            if name in taken:
                continue
        elif described and number in ids.DESCRIBED:
            name, kind = ids.DESCRIBED[number]
        if name in taken:
            name = f"{name} ({number})"
        while name in taken:
            name += "'"
        taken.add(name)
        slots.append(_Slot(number, name, kind))
    return slots


def _attempt(slots: list[_Slot], row_bytes: int, rows: Rows, findings: list[Finding]) -> list[Field] | None:
    """Place the columns; None if they cannot add up to a row."""
    surplus = row_bytes - sum(x.width for x in slots)
    runs = _runs(slots)
    unknown = sum(b - a for a, b in runs)
    if surplus < 0 or surplus > max(ids.WIDTHS) * unknown:
        return None
    if not runs:
        return _placed(slots, {}, 0)
    if len(runs) == 1:
        gaps: list[int] | None = [surplus]
        # All places are sure: times and counters only confirm them, others may hold anything.
        placed = _placed(slots, dict(zip(runs, gaps, strict=True)), 0)
        if not _makes_sense([f for f in placed if f.name in _TELLING], rows):
            return None
    else:
        gaps = _gap_widths(slots, runs, surplus, rows)
    first, last = runs[0][0], runs[-1][1]
    if gaps is None:
        # Nothing between the first and the last unknown column has a sure place.
        before = _placed(slots[:first], {}, 0)
        behind = slots[last:]
        start = row_bytes - sum(x.width for x in behind)
        lost = [x.name for x in slots[first:last]]
        findings.append(
            Finding("columns_unread", f"not known here, or between such columns: {_listed(lost)}; not read")
        )
        return before + _placed(behind, {}, start)
    if len(runs) > 1:
        between = [x.name for x in slots[first:last] if x.kind is not None]
        detail = (
            f"{_listed(between)} stand between columns that are not known here; their places were inferred"
        )
        findings.append(Finding("columns_inferred", detail))
    widths = dict(zip(runs, gaps, strict=True))
    return _placed(slots, widths, 0, rows, findings)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    return shown + (f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else "")


def _runs(slots: list[_Slot]) -> list[tuple[int, int]]:
    """First index and the index after the last of every run of unknown columns."""
    runs: list[tuple[int, int]] = []
    for i, slot in enumerate(slots):
        if slot.kind is None:
            if runs and runs[-1][1] == i:
                runs[-1] = (runs[-1][0], i + 1)
            else:
                runs.append((i, i + 1))
    return runs


def _placed(
    slots: list[_Slot],
    widths: dict[tuple[int, int], int],
    start: int,
    rows: Rows | None = None,
    findings: list[Finding] | None = None,
) -> list[Field]:
    """Known columns at their places; with rows and findings also the unknown ones that can be read."""
    fields: list[Field] = []
    at = start
    ends = dict(widths.keys())
    i = 0
    while i < len(slots):
        if i in ends:
            run = (i, ends[i])
            if rows is not None and findings is not None:
                fields += _inferred(slots[slice(*run)], at, widths[run], rows, findings)
            at += widths[run]
            i = run[1]
            continue
        slot = slots[i]
        if slot.kind is not None:
            fields.append(Field(slot.number, slot.name, slot.kind, at))
        at += slot.width
        i += 1
    return fields


def _gap_widths(
    slots: list[_Slot], runs: list[tuple[int, int]], surplus: int, rows: Rows
) -> list[int] | None:
    """Bytes of each run of unknown columns, if exactly one way of sharing them makes sense."""
    if not len(rows) or any(b - a > _MOST_IN_A_RUN for a, b in runs):
        return None
    choices = [sorted(_sums(b - a, surplus)) for a, b in runs[:-1]]
    trials = 1
    for choice in choices:
        trials *= len(choice)
    if trials > _MOST_TRIALS:
        return None
    possible_last = _sums(runs[-1][1] - runs[-1][0], surplus)
    sensible: list[list[int]] = []
    for first in itertools.product(*choices):
        rest = surplus - sum(first)
        if rest in possible_last:
            gaps = [*first, rest]
            fields = _placed(slots, dict(zip(runs, gaps, strict=True)), 0)
            if _makes_sense(fields, rows):
                sensible.append(gaps)
                if len(sensible) > 1:
                    return None
    return sensible[0] if sensible else None


def _sums(count: int, most: int) -> set[int]:
    """Bytes that a number of unknown columns can take together, up to `most`."""
    sums = {0}
    for _ in range(min(count, most + 1)):
        sums = {a + w for a in sums for w in ids.WIDTHS if a + w <= most}
    return sums


def _inferred(
    slots: list[_Slot], offset: int, width: int, rows: Rows, findings: list[Finding]
) -> list[Field]:
    """Unknown columns side by side, read if one way of parting their bytes makes sense."""
    names = [x.name for x in slots]
    if width == 0:
        detail = f"not known here, without bytes of their own (single bits): {_listed(names)}; not read"
        findings.append(Finding("columns_unread", detail, "note"))
        return []
    parted = _parted(len(slots), offset, width, rows)
    if parted is None:
        detail = f"not known here, {width} bytes of each row: {_listed(names)}; not read"
        findings.append(Finding("columns_unread", detail))
        return []
    detail = f"not known here, kept under their numbers: {_listed(names)}"
    if len(slots) > 1:
        detail += "; their widths were inferred from the length of a row"
    findings.append(Finding("unknown_columns", detail, "warning" if len(slots) > 1 else "note"))
    return [Field(x.number, x.name, kind, at) for x, (kind, at) in zip(slots, parted, strict=True) if kind]


def _parted(count: int, offset: int, width: int, rows: Rows) -> list[tuple[str, int]] | None:
    """Kind and place of each of `count` columns, if exactly one way of sharing the bytes makes sense."""
    if not len(rows):
        return None
    if count == 1:
        kind = _kind(width, offset, rows)
        return None if kind is None else [(kind, offset)]
    if count > _MOST_SIDE_BY_SIDE or len(rows) < _DISTINCT:
        return None
    kinds: dict[tuple[int, int], str | None] = {}
    found: list[list[tuple[str, int]]] = []
    for widths in itertools.product(ids.WIDTHS, repeat=count):
        if sum(widths) != width:
            continue
        pieces = [(w, offset + sum(widths[:k])) for k, w in enumerate(widths)]
        for piece in pieces:
            if piece not in kinds:
                kinds[piece] = _kind(*piece, rows) if piece[0] else ""
        if any(kinds[piece] is None or _holds_two(*piece, rows) for piece in pieces):
            continue
        found.append([(kinds[piece] or "", piece[1]) for piece in pieces])
        if len(found) > 1:
            return None
    return found[0] if found else None


def _holds_two(width: int, offset: int, rows: Rows) -> bool:
    """Whether eight bytes are two numbers: the low half of a double is no sensible number in row after row."""
    if width != 8:
        return False
    low = _column(rows, offset, "<f4")
    return _sensible_reals(low) and len(np.unique(low[low != 0])) >= _DISTINCT


def _kind(width: int, offset: int, rows: Rows) -> str | None:
    """Numpy kind of a column of this width; None if its numbers make no sense."""
    if width not in ids.WIDTHS:
        return None
    if width < 4:
        return f"<u{width}"
    real = f"<f{width}"
    if _sensible_reals(_column(rows, offset, real)):
        return real
    # Small whole numbers look like tiny reals.
    whole = f"<u{width}"
    return whole if bool((_column(rows, offset, whole) < 1e9).all()) else None


def _column(rows: Rows, offset: int, kind: str) -> NDArray[Any]:
    width = int(kind[-1])
    if offset < 0 or offset + width > rows.shape[1]:
        return np.full(len(rows), np.nan)
    return np.ascontiguousarray(rows[:, offset : offset + width]).view(kind)[:, 0]


def _sensible_reals(values: NDArray[Any], share: float = 1.0) -> bool:
    """Whether at least a share of the numbers are zero or of a size that is measured."""
    size = np.abs(values.astype(np.float64))
    small, large = _SENSIBLE
    sensible = (size == 0) | ((size > small) & (size < large))
    return int(sensible.sum()) >= share * len(values)


def _makes_sense(fields: list[Field], rows: Rows) -> bool:
    """Whether the known columns hold what their names say, at these places."""
    return all(_fits(f, _column(rows, f.offset, f.kind)) for f in fields)


def _fits(field: Field, values: NDArray[Any]) -> bool:
    if field.name == FLAGS_NAME:
        return True
    numbers = values.astype(np.float64)
    if not _sensible_reals(values, _ENOUGH):
        return False
    if field.name == "time/s":
        steps = np.diff(numbers)
        return bool(((numbers >= -1) & (numbers < 1e10)).all() and (steps < 0).sum() <= 0.01 * len(steps))
    if field.name == "freq/Hz":
        return bool(((numbers == 0) | ((numbers > 1e-7) & (numbers < 1e9))).all())
    if field.name in ("Ns", "half cycle", "z cycle", "I Range"):
        return bool((numbers < 1e6).all())
    if field.name == "cycle number":
        return bool(((numbers >= 0) & (numbers < 1e7)).all())
    return True
