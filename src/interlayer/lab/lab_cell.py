"""One cell of a laboratory: its row, its record joined from all of its files, and how it was joined."""

from __future__ import annotations

from dataclasses import dataclass, field

from interlayer.errors import InterlayerError
from interlayer.lab.cells_table import CellRow
from interlayer.record.record import Record
from interlayer.surface.observation import Observation


@dataclass(frozen=True)
class Join:
    """Where one file of a cell begins on its time line.

    Attributes
    ----------
    file : str
        Name of the file.
    start_s : float or None
        Test time of its first row; None if it has no place (a spectrum without a date).
    gap_s : float or None
        Time between the end of the file before and its beginning; None if not known; < 0 for an overlap.
    how : str
        What places it: 'clock', 'order by hand', 'name', 'end of the file before', 'not placed'.
    detail : str
        What is worth knowing: a change of channel, a clock offset, rows that are in another file as well.
    counted : bool
        False for a file that holds the same data as another one.
    """

    file: str
    start_s: float | None
    gap_s: float | None
    how: str
    detail: str = ""
    counted: bool = True


@dataclass(frozen=True)
class LabCell:
    """A cell and what was measured on it.

    Attributes
    ----------
    row : CellRow
    record : Record or None
        One record of all files of cycling and impedance; None if there is none that could be read.
    joins : tuple of Join
    hours_under_test : float or None
        Sum of the times in which something was measured.
    hours_wall : float or None
        From the first to the last moment, gaps included.
    running : bool or None
        Whether the test goes on; None if it cannot be told.
    failures : tuple of InterlayerError
        Files that could not be read, each with its reason.
    observations : tuple of Observation
        What was seen of its surfaces and layers: no part of the record, they have no place on its time line.
    """

    row: CellRow
    record: Record | None
    joins: tuple[Join, ...] = ()
    hours_under_test: float | None = None
    hours_wall: float | None = None
    running: bool | None = None
    failures: tuple[InterlayerError, ...] = field(default_factory=tuple[InterlayerError, ...])
    observations: tuple[Observation, ...] = field(default_factory=tuple[Observation, ...])
