"""Small records with values known in closed form, for writers, readers and the store."""

from __future__ import annotations

import numpy as np
import polars as pl

from interlayer.record import schema as s
from interlayer.record.record import Provenance, Record

SIMULATED = Provenance(kind="simulated")
CURRENT_A = 7.85e-5
RESISTANCE_OHM = 510.0
ROWS_A_STEP = 12
SECONDS_A_ROW = 300.0

R_HIGH_OHM = 120.0
R_ARC_OHM = 340.0
C_ARC_F = 2e-7


def cycling_record(steps: int = 4) -> Record:
    """Strip and plate in turn at constant current through a resistor: V = I R, Q = I t in each step."""
    time: list[float] = []
    columns: dict[str, list[float]] = {name: [] for name in ("step", "cycle", "current", "plus", "minus")}
    for step in range(steps):
        current = CURRENT_A if step % 2 == 0 else -CURRENT_A
        for row in range(ROWS_A_STEP):
            time.append(SECONDS_A_ROW * (step * (ROWS_A_STEP - 1) + row))
            charge = CURRENT_A * SECONDS_A_ROW * row / 3600
            columns["step"].append(step)
            columns["cycle"].append(step // 2 + 1)
            columns["current"].append(current)
            columns["plus"].append(charge if current > 0 else 0.0)
            columns["minus"].append(charge if current < 0 else 0.0)
    current = np.array(columns["current"])
    table = pl.DataFrame(
        {
            s.TIME: time,
            s.VOLTAGE: current * RESISTANCE_OHM,
            s.CURRENT: current,
            s.STEP: columns["step"],
            s.CYCLE: columns["cycle"],
            s.TEMPERATURE: np.full(len(current), 25.0),
            s.CHARGE_CAPACITY: columns["plus"],
            s.DISCHARGE_CAPACITY: columns["minus"],
        }
    )
    return Record(table=table, provenance=SIMULATED, label="resistor", area_m2=0.785e-4)


def impedance(frequency: np.ndarray) -> np.ndarray:
    """R + (R parallel C), ohm: the closed form behind `eis_record`."""
    return R_HIGH_OHM + R_ARC_OHM / (1 + 2j * np.pi * frequency * R_ARC_OHM * C_ARC_F)


def eis_record(spectra: int = 2, points: int = 15) -> Record:
    """Falling sweeps from 1 MHz to 0.1 Hz over `impedance`, scaled by 1, 2, ... from spectrum to spectrum."""
    frequency = np.tile(np.logspace(6, -1, points), spectra)
    index = np.repeat(np.arange(spectra), points)
    z = impedance(frequency) * (1 + index)
    table = pl.DataFrame(
        {
            s.TIME: np.arange(len(frequency)) * 2.0,
            s.VOLTAGE: np.full(len(frequency), 1e-3),
            s.CURRENT: np.full(len(frequency), 2e-6),
            s.STEP: np.zeros(len(frequency), dtype=np.int64),
            s.CYCLE: index + 1,
            s.SPECTRUM: index,
            s.FREQUENCY: frequency,
            s.Z_REAL: z.real,
            s.Z_IMAG: z.imag,
        }
    )
    return Record(table=table, provenance=SIMULATED, label="arc")


def mixed_record() -> Record:
    """A rest, a spectrum, a second spectrum and another step, as ModuloBat writes them into one file."""
    eis, cycling = eis_record().table, cycling_record(2).table
    first = cycling.filter(pl.col(s.STEP) == 0)
    second = cycling.filter(pl.col(s.STEP) == 1)
    start = float(first[s.TIME][-1]) + 1
    end = start + float(eis[s.TIME][-1]) + 1
    parts = [
        first,
        eis.with_columns(pl.col(s.TIME) + start, pl.lit(1, pl.Int64).alias(s.STEP), pl.lit(1).alias(s.CYCLE)),
        second.with_columns(
            pl.col(s.TIME) - float(second[s.TIME][0]) + end, pl.lit(2, pl.Int64).alias(s.STEP)
        ),
    ]
    return Record(table=pl.concat(parts, how="diagonal_relaxed"), provenance=SIMULATED, label="mixed")
