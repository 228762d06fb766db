"""Cycling data without a line of names: which column is the time, which the voltage, which the current.

Only what the numbers show is taken, and said: a time never falls and does not run in even logarithmic steps, as
frequencies and relaxation times do; a current stands still at a few levels while the voltage moves.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers.cycling_roles import CyclingRole
from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]
_FEWEST_ROWS: Final = 5
_LARGEST_VOLTAGE: Final = 10.0
_CLEAR: Final = 5
"""A current that is held takes so many times fewer values than the voltage that answers it."""
_ADVICE: Final = 'name the columns in their order, for instance --columns "time h,voltage V,current mA"'


def roles(values: FloatArray, findings: list[Finding]) -> dict[int, CyclingRole] | None:
    """Return roles of two or three columns of numbers; None if they cannot be cycling data.

    Parameters
    ----------
    values : ndarray
        Shape (n, columns).
    findings : list of Finding
        What was assumed is added here.

    Raises
    ------
    ReadError
        If one column is a time but the others cannot be told apart.
    """
    count = values.shape[1]
    columns = list(range(count))
    if count == 4 and _is_counter(values[:, 0]):
        columns = columns[1:]
    if len(columns) not in (2, 3) or len(values) < _FEWEST_ROWS:
        return None
    if not _is_time(values[:, columns[0]]):
        return None
    time, *rest = columns
    if any(not (np.nanmax(np.abs(values[:, c])) < _LARGEST_VOLTAGE) for c in rest):
        return None
    found = {time: CyclingRole("time", "s", stated=False)}
    if len(rest) == 1:
        found[rest[0]] = CyclingRole("voltage", "V", stated=False)
    else:
        levels = [_levels(values[:, c]) for c in rest]
        fewest = int(np.argmin(levels))
        if max(levels) < _CLEAR * min(levels):
            raise ReadError(
                "three columns of numbers without names, none of which runs evenly as frequencies do; one runs as a "
                "time, but nothing tells voltage and current apart",
                advice=_ADVICE,
            )
        current, voltage = rest[fewest], rest[1 - fewest]
        found[voltage] = CyclingRole("voltage", "V", stated=False)
        found[current] = CyclingRole("current", "A", stated=False)
    shown = ", ".join(f"column {i + 1} as {role.kind} in {role.unit}" for i, role in sorted(found.items()))
    findings.append(
        Finding("columns_assumed", f'no line of names: {shown} (--columns "time h,voltage V" says otherwise)')
    )
    return found


def _is_counter(column: FloatArray) -> bool:
    return bool(column[0] in (0, 1) and (np.diff(column) == 1).all())


def _is_time(column: FloatArray) -> bool:
    """Whether a column never falls, and is no logarithmic sweep."""
    if not np.isfinite(column).all() or column[0] < 0:
        return False
    step = np.diff(column)
    if (step < 0).any() or not (step > 0).any():
        return False
    above = column[column > 0]
    ratio = np.diff(np.log(above[:2000]))
    even = len(ratio) > 3 and float(np.std(ratio)) < 0.3 * float(np.mean(ratio))
    return not even or float(column[-1]) < 2 * float(above[0])


def _levels(column: FloatArray) -> int:
    """Number of values that a column takes, to a ten thousandth of the largest."""
    known = column[np.isfinite(column)]
    size = float(np.abs(known).max()) if len(known) else 0.0
    return len(np.unique(np.round(known / size, 4))) if size > 0 else 1
