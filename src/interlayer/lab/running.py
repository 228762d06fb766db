"""Whether a test goes on: told by its last file, how old that is, and what its last step does."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.record import schema as s
from interlayer.record.record import Record

RECENT_S: Final = 36 * 3600.0
"""A folder that is copied once a day may be a day behind its test."""
JUST_NOW_S: Final = 3600.0


def is_running(
    record: Record, *, ended_s: float | None, changed_s: float | None, now_s: float
) -> bool | None:
    """Judge the last file of a cell.

    Parameters
    ----------
    record : Record
        Of that file.
    ended_s : float or None
        What the clock read at its last row, seconds since 1970; if that clock tells no time zone it may be wrong
        by hours.
    changed_s : float or None
        When the file was changed last; a copy may be younger than its content.
    now_s : float

    Returns
    -------
    bool or None
        False if its last row (where no clock dates it, its last change) is older than a day and a half; True if the
        file is younger and ends before its announced end, or its last row is and a current flows, or is of the last
        hour; None if it cannot be told.
    """
    ages = [now_s - x for x in (ended_s, changed_s) if x is not None]
    if not ages:
        return None
    # The last row is what counts where its time is known; a copied file looks new.
    age = ages[0]
    if age > RECENT_S:
        return False
    if not record.complete:
        return True
    # The time of the last change alone may be that of a copy.
    return True if ended_s is not None and (_current_flows(record) or age < JUST_NOW_S) else None


def _current_flows(record: Record) -> bool:
    """Whether the last rows carry a current."""
    current = record.cycling[s.CURRENT].drop_nulls().tail(3).to_numpy()
    largest = record.cycling[s.CURRENT].abs().max()
    if not current.size or largest is None or float(str(largest)) == 0:
        return False
    return bool(np.median(np.abs(current)) > 0.01 * float(str(largest)))
