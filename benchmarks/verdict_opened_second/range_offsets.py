"""Ranges that switch by themselves, each with a gain and an offset of its own (Keithley, Low Level Measurements)."""

from __future__ import annotations

import numpy as np

from interlayer.trouble.mechanism import Fault, Rows


class RangeOffsets(Fault):
    """`ends_V`: ends of the ranges, rising; `error`: relative, standard deviation of gains and of offsets."""

    def __init__(self, ends_V: tuple[float, ...], error: float) -> None:
        self.ends_V, self.error = np.array(ends_V), error

    def spoil(self, rows: Rows, rng: np.random.Generator) -> int | None:
        place = np.searchsorted(self.ends_V, np.abs(rows.voltage_V))
        gain = 1.0 + self.error * rng.standard_normal(self.ends_V.size + 1)
        offset = 0.1 * self.error * np.append(self.ends_V, 2.0 * self.ends_V[-1])
        offset *= rng.standard_normal(offset.size)
        rows.voltage_V[:] = rows.voltage_V * gain[place] + offset[place]
        return None

    def deviation_of(self, voltage_V: np.ndarray) -> np.ndarray:
        return self.error * np.abs(voltage_V)
