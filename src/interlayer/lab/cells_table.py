"""The table of cells: one row a cell, what was found in the folder and what a person typed beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FORMAT: Final = "interlayer-cells/1"


@dataclass(frozen=True)
class CellRow:
    """One cell of the table.

    Attributes
    ----------
    label : str
        Name of the cell; unique in the table.
    files : tuple of str
        Paths of its files, relative to the table, in the order in which they are joined.
    group : str
        Cells of one group are compared as repeats; '' if none.
    values : dict
        What else the table says, by column name, as text and only where something is written: area, diameter,
        electrolyte, thickness, coating, coating_thickness, pressure, temperature, cell (a TOML description),
        kind (of test), one_c, active_mass ...
    excluded : str
        Why it is left out of groups; '' if it is not.
    excluded_by, excluded_on : str
    overrule : dict
        A person's verdict in place of the computed one: keys of `OVERRULE` that are filled.
    line : int
        Row of the table that it stands in, for messages.
    """

    label: str
    files: tuple[str, ...]
    group: str = ""
    values: dict[str, str] = field(default_factory=dict[str, str])
    excluded: str = ""
    excluded_by: str = ""
    excluded_on: str = ""
    overrule: dict[str, str] = field(default_factory=dict[str, str])
    line: int = 0


OVERRULE: Final = ("short", "failure", "hours", "reason", "by", "on")
"""Columns 'overrule_short', 'overrule_failure', ... of the table."""
