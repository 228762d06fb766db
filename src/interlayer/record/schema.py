"""Columns of a record: name with unit, sign and meaning (Battery Data Format labels where they exist)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

SCHEMA_VERSION: Final = "interlayer-record/1"
"""Written into every stored record; a reader of an older version lifts it first."""


@dataclass(frozen=True)
class Column:
    """One column of the table: its label carries the unit, its meaning the sign convention."""

    label: str
    dtype: type[pl.DataType]
    meaning: str
    required: bool = False


TIME: Final = "Test Time / s"
VOLTAGE: Final = "Voltage / V"
CURRENT: Final = "Current / A"
STEP: Final = "Step Index / 1"
CYCLE: Final = "Cycle Count / 1"
UNIX_TIME: Final = "Unix Time / s"
SPECTRUM: Final = "Spectrum Index / 1"
FREQUENCY: Final = "Frequency / Hz"
Z_REAL: Final = "Real Impedance / ohm"
Z_IMAG: Final = "Imaginary Impedance / ohm"
TEMPERATURE: Final = "Cell Temperature / degC"
CHARGE_CAPACITY: Final = "Charging Capacity / Ah"
DISCHARGE_CAPACITY: Final = "Discharging Capacity / Ah"

COLUMNS: Final[tuple[Column, ...]] = (
    Column(TIME, pl.Float64, "seconds since the test began; never decreases in a sound record", True),
    Column(VOLTAGE, pl.Float64, "E_WE - E_CE; in Li|Li > 0 while the working electrode is stripped"),
    Column(CURRENT, pl.Float64, "> 0 is oxidation at the working electrode (strips Li, charges a full cell)"),
    Column(STEP, pl.Int64, "number of the protocol step, from 0, counted through repeats"),
    Column(CYCLE, pl.Int64, "number of the full cycle as the instrument counted it"),
    Column(UNIX_TIME, pl.Float64, "wall-clock time, seconds since 1970-01-01 UTC"),
    Column(SPECTRUM, pl.Int64, "number of the impedance spectrum, from 0; null outside spectra"),
    Column(FREQUENCY, pl.Float64, "of an impedance point; null outside spectra"),
    Column(Z_REAL, pl.Float64, "real part of the impedance of the whole cell"),
    Column(Z_IMAG, pl.Float64, "imaginary part; < 0 for a capacitor"),
    Column(TEMPERATURE, pl.Float64, "temperature of the cell or its chamber"),
    Column(CHARGE_CAPACITY, pl.Float64, "as the instrument integrated it, current > 0"),
    Column(DISCHARGE_CAPACITY, pl.Float64, "as the instrument integrated it, current < 0, counted positive"),
)
"""The columns with a contract. Model states and instrument extras are further columns 'Name / unit'."""

CORE_LABELS: Final[tuple[str, ...]] = tuple(c.label for c in COLUMNS)
DTYPES: Final[dict[str, type[pl.DataType]]] = {c.label: c.dtype for c in COLUMNS}
