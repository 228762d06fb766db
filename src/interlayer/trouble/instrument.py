"""The cycler: when it writes a row, how noisy it is, how many digits it has, where it stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.trouble.specimen import log_uniform

FloatArray = NDArray[np.float64]

DIGITS: Final = 2**16
"""Steps of a range, both signs together."""
RANGES_V: Final = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Instrument:
    """A channel of a cycler.

    Attributes
    ----------
    rows_a_half : int
        Rows that a half-cycle gets by the rule of time.
    least_V : float
        Rule of voltage: a row is also written where the voltage has changed by this much; 0: rule of time alone.
    early : bool
        Whether the first rows of a step lie closer.
    noise_V, relative_noise : float
        White noise of the voltage: absolute, and of |V|.
    range_V : float
        End of the range; its digits are 2**16 steps.
    automatic : bool
        Whether the range follows |V|; digits then do, too.
    limit_V : float
        Voltage limit of the programme.
    on_limit : 'stop', 'next' or 'hold'
        What happens there: the test ends, the next step begins, or the voltage stays and the current falls.
    noise_A : float
        Relative noise of the current.
    offset_A : float
        Relative offset of the current.
    columns : frozenset of str
        What else is written: 'step', 'cycle', 'capacity', 'temperature', 'clock'.
    """

    rows_a_half: int
    least_V: float
    early: bool
    noise_V: float
    relative_noise: float
    range_V: float
    automatic: bool
    limit_V: float
    on_limit: str
    noise_A: float
    offset_A: float
    columns: frozenset[str]

    def moments(self, duration_s: float, rows: int) -> FloatArray:
        """Times within a step at which rows are taken, shape (n,), the last one at its end."""
        even = np.linspace(0.0, duration_s, max(rows, 3))
        if not self.early:
            return even[1:] if rows > 5 else even
        more = np.geomspace(min(duration_s * 1e-3, 0.1 * even[1]), even[1], 5)[:-1]
        return np.concatenate([[0.0], more, even[1:]])

    def written(self, elapsed_s: FloatArray, voltage_V: FloatArray) -> NDArray[np.bool_]:
        """Rows that the rule of voltage keeps beside the first, the last and one of every eight."""
        if self.least_V <= 0 or elapsed_s.size < 8:
            return np.ones(elapsed_s.size, dtype=np.bool_)
        bins = np.floor(voltage_V / self.least_V)
        keep = np.concatenate([[True], bins[1:] != bins[:-1]])
        keep[::8] = True
        keep[-1] = True
        return keep

    def deviation_of(self, voltage_V: FloatArray) -> FloatArray:
        """Standard deviation of rows at these voltages: noise and rounding."""
        rounding = self.digit_of(voltage_V) / np.sqrt(12.0)
        return np.sqrt(self.noise_V**2 + (self.relative_noise * voltage_V) ** 2 + rounding**2)

    @property
    def end_of_range(self) -> float:
        """End of the widest range, V."""
        return RANGES_V[-1] if self.automatic else self.range_V

    def digit_of(self, voltage_V: FloatArray) -> FloatArray:
        """One digit at these voltages."""
        if not self.automatic:
            return np.full(np.shape(voltage_V), 2.0 * self.range_V / DIGITS)
        ranges = np.array(RANGES_V)
        chosen = ranges[np.minimum(np.searchsorted(ranges, np.abs(voltage_V)), ranges.size - 1)]
        return 2.0 * chosen / DIGITS

    def measured(self, voltage_V: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Voltages with noise, rounded and clipped at the end of the range."""
        noise = np.sqrt(self.noise_V**2 + (self.relative_noise * voltage_V) ** 2)
        noisy = voltage_V + noise * rng.standard_normal(voltage_V.size)
        step = self.digit_of(noisy)
        return np.clip(np.round(noisy / step) * step, -self.end_of_range, self.end_of_range)


def draw(rng: np.random.Generator, half_count: int, typical_V: float) -> Instrument:
    """Draw a channel for a test with so many half-cycles and this |V|."""
    most = min(400.0, 9000.0 / half_count) if half_count > 1 else 1500.0
    least = 8.0 if half_count > 1 else 150.0
    rows = int(log_uniform(rng, least, max(most, least + 1)))
    noise = typical_V * log_uniform(rng, 2e-4, 2e-2)
    range_V = float(rng.choice([2.5, 5.0, 10.0]))
    columns = {x for x, p in _COLUMNS if rng.random() < p}
    return Instrument(
        rows_a_half=rows,
        least_V=0.0 if rng.random() < 0.8 else max(typical_V * 0.02, 3.0 * noise),
        early=bool(rng.random() < 0.4),
        noise_V=min(noise, 2e-3),
        relative_noise=log_uniform(rng, 1e-4, 3e-3),
        range_V=range_V,
        automatic=bool(rng.random() < 0.3),
        limit_V=float(rng.choice([1.0, 2.0, 5.0])) if range_V >= 5.0 else float(rng.choice([1.0, 2.0])),
        on_limit=str(rng.choice(["stop", "next", "next"])),
        noise_A=log_uniform(rng, 1e-5, 1e-3),
        offset_A=float(rng.normal(0.0, 5e-4)),
        columns=frozenset(columns),
    )


_COLUMNS: Final = (("step", 0.8), ("cycle", 0.7), ("capacity", 0.4), ("temperature", 0.35), ("clock", 0.3))
