"""The cell behind a row of the table: its TOML file if the row names one, and what the row says itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from interlayer import cells
from interlayer.cell import Cell
from interlayer.errors import DescriptionError, InterlayerError
from interlayer.lab.cells_table import CellRow

BARE: Final = frozenset(("none", "bare", "uncoated", "no coating", "without", "-", "无", "ohne"))
"""Words for no coating."""
_DIRECT: Final = {
    "area": "area",
    "diameter": "diameter",
    "temperature": "temperature",
    "pressure": "operating_pressure",
    "electrolyte": "electrolyte.material",
    "thickness": "electrolyte.thickness",
    "coating": "coating.material",
    "coating_thickness": "coating.thickness",
    "cathode": "cathode.material",
    "active_mass": "cathode.active_mass",
    "nominal_capacity": "cathode.nominal_capacity",
}
"""Where a column of the table stands in a description."""


def cell_of(row: CellRow, folder: Path) -> Cell:
    """Return the description of a cell.

    Parameters
    ----------
    row : CellRow
        What it says wins over the file that it names.
    folder : Path
        Of the table, to which that file's path is relative.

    Raises
    ------
    DescriptionError
        If the file cannot be used, or what the row says breaks the contract of a cell; with the line of the table.
    """
    where = f"table of cells, line {row.line}" if row.line else f"cell '{row.label}'"
    changes: dict[str, Any] = {"label": row.label, **({"group": row.group} if row.group else {})}
    try:
        base = _named(row, folder)
        if row.values.get("coating", "").casefold() in BARE:
            changes["coating"] = None
        changes |= {
            target: row.values[column]
            for column, target in _DIRECT.items()
            if column in row.values and not (column.startswith("coating") and "coating" in changes)
        }
        if any(key.startswith("cathode.") for key in changes) and base.cathode is None:
            changes.setdefault("cathode.material", "unknown")
        if "area" in changes or "diameter" in changes:
            changes |= {key: None for key in ("area", "diameter", "electrode_area") if key not in changes}
        # A material given anew has none of the properties of the one before.
        for table in ("electrolyte", "coating"):
            named = changes.get(f"{table}.material")
            if named is not None and named != _material(base, table):
                changes = {table: None, **changes}
        return base.override({k: v for k, v in changes.items() if v is None}).override(
            {k: v for k, v in changes.items() if v is not None}
        )
    except DescriptionError as problem:
        raise DescriptionError(f"cell '{row.label}': {problem}", where=where) from problem
    except InterlayerError as problem:
        raise DescriptionError(problem.what, where=where, advice=problem.advice) from problem


def _named(row: CellRow, folder: Path) -> Cell:
    name = row.values.get("cell", "")
    if not name:
        return Cell.from_dict({"label": row.label})
    return cells.load(folder / name if name.lower().endswith(".toml") else name)


def _material(cell: Cell, table: str) -> str | None:
    found = cell.as_dict().get(table)
    return found.get("material") if isinstance(found, dict) else None
