"""Steps of a DC polarisation: where a voltage (or a current) is held, and the conductance that it settles at.

The conductance g = I/V falls while ions still move to the blocking contact, whether the voltage is held (I falls) or
the current (V rises). It is called steady if it changes by less than `STEADY` over the last tenth of the step. What is
left of a decay with t^-1/2 changes by 5.4 % of itself in that time: that much goes into the error. A conductance that
still falls is an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import FloatArray, IntArray
from interlayer.record import schema as s

STEADY: Final = 0.01
"""Relative change of the conductance over the last tenth of a step up to which it is steady."""
NOISY: Final = 0.03
"""Relative change that noise may hide in a step that still counts as steady."""
SMALLEST_V: Final = 0.2e-3
"""V; less is rest."""
FEWEST: Final = 8
"""Rows of a step below which nothing is said."""
_JUMP_V: Final = 5e-3
_JUMP: Final = 0.02
_SHORT: Final = 0.02
_END: Final = 0.1
_OF_ROOT: Final = 0.9**-0.5 - 1.0
"""Relative change of t^-1/2 over the last tenth."""
NO_STEP: Final = "no voltage or current is held for long enough"


@dataclass(frozen=True)
class PolarisationStep:
    """One step.

    Attributes
    ----------
    rows : slice
        Of `record.cycling`.
    start_s, end_s : float
    voltage_V, current_A : float
        Means over the last tenth, with their signs.
    conductance_S : float
        Mean of I/V over the last tenth.
    stderr_S : float
        From the scatter of the samples and from what may be left of the decay.
    change : float
        Relative change over the last tenth, negative for a fall.
    change_stderr : float
    temperature_C : float or None
    """

    rows: slice
    start_s: float
    end_s: float
    voltage_V: float
    current_A: float
    conductance_S: float
    stderr_S: float
    change: float
    change_stderr: float
    temperature_C: float | None

    @property
    def is_steady(self) -> bool:
        """Whether it changes by no more than `STEADY`, or by no more than noise of a size that would hide little."""
        hidden = min(2.0 * self.change_stderr, NOISY)
        return abs(self.change) <= max(STEADY, hidden)

    @property
    def bound(self) -> str | None:
        """'<=' where the conductance still falls, else None."""
        return "<=" if not self.is_steady and self.change < 0 else None

    def text(self) -> str:
        """Say whether it is steady."""
        hours = (self.end_s - self.start_s) / units.factor("h")
        over = f"over the last tenth of {hours:.3g} h"
        if self.is_steady:
            return f"steady: changes by {100 * self.change:+.2g} % {over}"
        if self.change < 0:
            return f"still falling, by {-100 * self.change:.2g} % {over}: an upper bound; hold it longer"
        return f"rising, by {100 * self.change:.2g} % {over}: no steady state"


def polarisation_steps(analysis: Analysis) -> tuple[PolarisationStep, ...]:
    """Find the steps of a record, in the order of time."""
    record = analysis.record
    table = record.cycling
    if not {s.TIME, s.VOLTAGE, s.CURRENT} <= set(table.columns):
        return ()
    time, volt, amp = (record.array(x) for x in (s.TIME, s.VOLTAGE, s.CURRENT))
    step = table[s.STEP].cast(pl.Int64).fill_null(-1).to_numpy()
    good = np.isfinite(time) & np.isfinite(volt) & np.isfinite(amp)
    with np.errstate(invalid="ignore"):
        on = good & (np.abs(volt) > SMALLEST_V) & (volt * amp > 0)
    begin, stop = _segments(time, volt, step, on)
    warm = record.array(s.TEMPERATURE) if s.TEMPERATURE in record.columns else None
    found = (
        _measured(slice(a, b), time, volt, amp, warm)
        for a, b in zip(begin.tolist(), stop.tolist(), strict=True)
    )
    return tuple(x for x in found if x is not None)


def _segments(
    time: FloatArray, volt: FloatArray, step: IntArray, on: np.ndarray
) -> tuple[IntArray, IntArray]:
    """First rows and rows after the last of stretches without a jump of the voltage."""
    if not on.any():
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    with np.errstate(invalid="ignore"):
        jump = np.abs(np.diff(volt)) > np.maximum(
            _JUMP_V, _JUMP * np.fmax(np.abs(volt[1:]), np.abs(volt[:-1]))
        )
    edge = jump | (on[1:] != on[:-1]) | (step[1:] != step[:-1])
    begin = np.concatenate([[0], np.flatnonzero(edge) + 1]).astype(np.int64)
    stop = np.append(begin[1:], volt.size)
    length = np.where(on[begin], time[stop - 1] - time[begin], 0.0)
    keep = on[begin] & (stop - begin >= FEWEST) & (length > _SHORT * np.nanmax(length))
    return begin[keep], stop[keep]


def _measured(
    rows: slice, time: FloatArray, volt: FloatArray, amp: FloatArray, warm: FloatArray | None
) -> PolarisationStep | None:
    t, v, i = time[rows], volt[rows], amp[rows]
    if (np.diff(t) < 0).any():
        return None
    g = i / v
    span = float(t[-1] - t[0])
    last = t >= t[-1] - _END * span
    late = t >= t[-1] - 2.0 * _END * span
    if late.sum() < 4:
        last = late = np.arange(t.size) >= t.size - 4
    mean = float(g[last].mean())
    sigma = float(np.diff(g[late]).std() / np.sqrt(2.0))
    slope, error = _slope(t[late], g[late], sigma)
    change = slope * _END * span / mean
    change_error = error * _END * span / abs(mean)
    left = max(abs(change), change_error) / _OF_ROOT
    stderr = mean * float(np.hypot(sigma / mean / np.sqrt(last.sum()), min(left, 1.0)))
    here = None if warm is None else warm[rows]
    known = here is not None and np.isfinite(here).any()
    return PolarisationStep(
        rows=rows,
        start_s=float(t[0]),
        end_s=float(t[-1]),
        voltage_V=float(v[last].mean()),
        current_A=float(i[last].mean()),
        conductance_S=mean,
        stderr_S=stderr,
        change=change,
        change_stderr=change_error,
        temperature_C=float(np.nanmean(here)) if known and here is not None else None,
    )


def _slope(t: FloatArray, g: FloatArray, sigma: float) -> tuple[float, float]:
    """Slope of a straight line and its standard error for samples of scatter sigma."""
    x = t - t.mean()
    spread = float((x**2).sum())
    if spread <= 0.0:
        return 0.0, float("inf")
    return float((x * g).sum()) / spread, sigma / float(np.sqrt(spread))
