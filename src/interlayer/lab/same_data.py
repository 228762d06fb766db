"""The same data twice: one measurement exported in two formats, or an earlier export of what a later one goes on with.

Two files of one cell hold the same data if their times (from the first row on) and voltages, and their spectra, are
equal as far as the coarser of the two prints them, and if their clocks, where both tell one, agree. Spectra that were
exported by themselves are looked for among all spectra of the other file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.lab.clocks import Clock
from interlayer.record import schema as s
from interlayer.record.record import Record

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
CLOCKS_AGREE_S: Final = 61.0
"""A start that is printed to the minute may be off by one."""
FEWEST_ROWS: Final = 5
_MOST_DECIMALS: Final = 7
_FLOAT32: Final = 2e-7
_SAMPLE: Final = 5000


@dataclass(frozen=True)
class Series:
    """What is compared of a file."""

    record: Record
    clock: Clock | None

    @cached_property
    def cycling(self) -> tuple[FloatArray, FloatArray]:
        """Times from the first row on (s) and voltages (V), shape (n,) each; rows without one left out."""
        rows = self.record.cycling.select(s.TIME, s.VOLTAGE).drop_nulls().cast(pl.Float64)
        time, voltage = rows[s.TIME].to_numpy(), rows[s.VOLTAGE].to_numpy()
        return (time - time[0] if time.size else time), voltage

    @cached_property
    def spectra(self) -> FloatArray:
        """Frequency, real and imaginary part of all points, shape (3, n)."""
        return self.points.select(s.FREQUENCY, s.Z_REAL, s.Z_IMAG).cast(pl.Float64).to_numpy().T

    @cached_property
    def points(self) -> pl.DataFrame:
        """Rows of all points of spectra."""
        return self.record.table.drop_nulls([s.FREQUENCY, s.Z_REAL, s.Z_IMAG])

    @cached_property
    def spectrum_starts(self) -> IntArray:
        """Which of the points is the first of a spectrum."""
        index = self.points[s.SPECTRUM].fill_null(0).to_numpy()
        return (
            np.flatnonzero(np.append(True, np.diff(index) != 0))
            if index.size
            else np.zeros(0, dtype=np.int64)
        )

    def moment(self, point: int) -> float | None:
        """What its clock read at a point, s; None if the file tells no clock."""
        time = self.points[s.TIME][point]
        return None if self.clock is None else self.clock.seconds + (time or 0.0)

    @cached_property
    def quanta(self) -> tuple[float, float]:
        """Last digit of times (s) and voltages (V)."""
        time, voltage = self.cycling
        return _quantum(time), _quantum(voltage)

    @property
    def rows(self) -> int:
        """Rows of both kinds."""
        return self.cycling[0].size + self.spectra.shape[1]

    @property
    def richness(self) -> tuple[int, int, int, float]:
        """Sort key: rows, columns of the schema, other columns, fine digits."""
        filled = self.record.columns
        core = sum(column in s.DTYPES for column in filled)
        return self.rows, core, len(filled), -sum(self.quanta)


def find_same(series: Sequence[Series]) -> dict[int, int]:
    """Return which file (by number) holds nothing that another (by number), which is kept, does not hold too."""
    if len(series) < 2:
        return {}
    order = sorted(range(len(series)), key=lambda k: series[k].richness, reverse=True)
    kept: list[int] = []
    same: dict[int, int] = {}
    for k in order:
        twin = next((other for other in kept if _within(series[k], series[other])), None)
        if twin is None:
            kept.append(k)
        else:
            same[k] = twin
    return same


def _within(one: Series, whole: Series) -> bool:
    """Whether all of `one` stands at the beginning of `whole`."""
    n, points = one.cycling[0].size, one.spectra.shape[1]
    if n + points < FEWEST_ROWS or whole.cycling[0].size < n or whole.spectra.shape[1] < points:
        return False
    if not n:
        return _spectra_within(one, whole)
    a, b = one.clock, whole.clock
    if (
        a is not None
        and b is not None
        and a.comparable(b)
        and abs(_began(one, a) - _began(whole, b)) > CLOCKS_AGREE_S
    ):
        return False
    return _same_cycling(one, whole, n) and _same_spectra(one.spectra, whole.spectra[:, :points])


def _spectra_within(one: Series, whole: Series) -> bool:
    """Whether the spectra of a file without cycling stand one after the other among those of another."""
    points = one.spectra.shape[1]
    for begin in whole.spectrum_starts:
        part = whole.spectra[:, begin : begin + points]
        if part.shape[1] == points and _same_spectra(one.spectra, part):
            first, second = one.moment(0), whole.moment(int(begin))
            if first is None or second is None or not _both_dated(one, whole):
                return True
            return abs(first - second) <= CLOCKS_AGREE_S
    return False


def _began(series: Series, clock: Clock) -> float:
    first = series.record.table[s.TIME].drop_nulls().first()
    return clock.seconds + (float(str(first)) if first is not None else 0.0)


def _same_cycling(one: Series, whole: Series, n: int) -> bool:
    if not n:
        return True
    (t1, v1), (t2, v2) = one.cycling, whole.cycling
    for a, b, quantum in zip((t1, v1), (t2[:n], v2[:n]), map(max, one.quanta, whole.quanta), strict=True):
        # times count from the first row, so that two rounded numbers are apart
        if (np.abs(a - b) > 1.1 * quantum + _FLOAT32 * np.abs(b)).any():
            return False
    # a flat line is equal to many others
    return bool(np.ptp(v1) > 4 * max(one.quanta[1], whole.quanta[1])) or _both_dated(one, whole)


def _both_dated(one: Series, whole: Series) -> bool:
    a, b = one.clock, whole.clock
    return a is not None and b is not None and a.comparable(b)


def _same_spectra(one: FloatArray, other: FloatArray) -> bool:
    if not one.size:
        return True
    digits = max(_relative_quantum(one), _relative_quantum(other))
    modulus = np.hypot(other[1], other[2])
    scale = np.vstack([other[0], modulus, modulus])
    return bool((np.abs(one - other) <= 1.1 * digits * np.abs(scale)).all())


def _quantum(values: FloatArray) -> float:
    """Place of the last digit of rounded numbers, 10^-k, k at most 7; told by the first thousands."""
    values = values[:_SAMPLE]
    for decimals in range(_MOST_DECIMALS):
        if np.allclose(values, np.round(values, decimals), rtol=0, atol=1e-9 * 10.0**-decimals + 1e-12):
            return 10.0**-decimals
    return 10.0**-_MOST_DECIMALS


def _relative_quantum(values: FloatArray) -> float:
    """The same for numbers that are rounded to significant digits: 10^-(k-1), k from 3 to 8."""
    known = values[values != 0]
    if not known.size:
        return 1e-7
    exponent = np.floor(np.log10(np.abs(known)))
    mantissa = known / 10.0**exponent
    for digits in range(2, 7):
        if np.allclose(mantissa, np.round(mantissa, digits), rtol=0, atol=1e-3 * 10.0**-digits):
            return 10.0**-digits
    return 1e-7
