"""Current of a table that has none: a constant one that a person states, signed by what the table shows.

Labels of steps give the sign where there are any. Else, in a cell of two equal electrodes under imposed current,
voltage and current have one sign. A voltage that never changes its sign shows no alternation; then the sign is
that of the text, throughout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from interlayer import units
from interlayer.errors import InputError, ReadError
from interlayer.readers.biologic_mps import read_settings
from interlayer.record import schema as s
from interlayer.record.record import Finding

SETTINGS: Final = ".mps"
DIRECTION: Final = "direction"
"""Column of a table on its way: 1, -1, 0 or null by the label of the step."""
_BOTH_SIDES: Final = 0.1
"""Voltage beyond this fraction of its largest value on both sides of zero shows an alternating current."""
_FEW: Final = 0.01


def parse(text: str, area_m2: float | None = None) -> float:
    """Return a stated current in A.

    Parameters
    ----------
    text : str
        Such as '50 uA' or '0.1 mA/cm2', or the name of an EC-Lab settings file (.mps).
    area_m2 : float, optional
        Electrode area, m2, for a current density.

    Raises
    ------
    UnitError
        If it is no current.
    InputError
        If it is a current density and the area is unknown, or if it is zero.
    ReadError
        If the settings file cannot be read, or states no current or several.
    """
    if text.lower().endswith(SETTINGS):
        return _of_settings(Path(text))
    value, unit = units.parse_either(text, ("A", "A/m2"), where="--current")
    if unit == "A/m2":
        if area_m2 is None:
            raise InputError(
                f'"{text}" is a current density and the area is unknown',
                where="--current",
                advice='give --area "0.785 cm2", --cell, or a current such as "50 uA"',
            )
        value *= area_m2
    if value == 0:
        raise InputError("a current of zero is none", where="--current", advice='write for instance "50 uA"')
    return value


def _of_settings(path: Path) -> float:
    """Return the one size of current in a settings file, A, > 0."""
    sizes = sorted({float(f"{abs(current):.9g}") for current in read_settings(path).currents})
    if len(sizes) != 1:
        shown = ", ".join(units.format_quantity(x, "mA") for x in sizes[:8])
        raise ReadError(
            f"the settings state {len(sizes)} currents ({shown})"
            if sizes
            else "the settings state no current",
            where=path.name,
            advice='say which it was, for instance --current "50 uA"',
        )
    return sizes[0]


def fill(table: pl.DataFrame, current_A: float, findings: list[Finding]) -> pl.DataFrame:
    """Return the table with a constant current.

    Parameters
    ----------
    table : polars.DataFrame
        May hold `DIRECTION` and a voltage.
    current_A : float
        Its sign counts only where nothing else gives one.
    findings : list of Finding
        How the sign was found is added here.
    """
    size = abs(current_A)
    shown = units.format_quantity(size, "mA")
    if DIRECTION in table.columns and table[DIRECTION].null_count() < len(table):
        findings.append(
            Finding(
                "current_given", f"{shown} was stated; its sign is that of the labels of the steps", "note"
            )
        )
        return table.with_columns((pl.col(DIRECTION) * size).alias(s.CURRENT))
    if _alternates(table):
        findings.append(
            Finding(
                "current_given",
                f"{shown} was stated; its sign is taken from the voltage, which changes its own: right for two "
                "equal electrodes under current, wrong at rest",
            )
        )
        return table.with_columns((pl.col(s.VOLTAGE).sign() * size).alias(s.CURRENT))
    findings.append(
        Finding(
            "current_given",
            f"{units.format_quantity(current_A, 'mA')} was stated and is used with this sign in all rows: neither "
            "labels of steps nor the sign of the voltage show a change of direction. If it alternates, give the "
            "column of step labels (--columns step_type), or a file that has the current",
        )
    )
    return table.with_columns(
        pl.when(pl.any_horizontal(pl.all().is_not_null())).then(pl.lit(current_A)).alias(s.CURRENT)
    )


def _alternates(table: pl.DataFrame) -> bool:
    if s.VOLTAGE not in table.columns:
        return False
    voltage = table[s.VOLTAGE].drop_nulls()
    if not len(voltage):
        return False
    beyond = _BOTH_SIDES * float(voltage.abs().quantile(0.95) or 0.0)
    return beyond > 0 and all(
        int((side > beyond).sum()) > _FEW * len(voltage) for side in (voltage, -voltage)
    )
