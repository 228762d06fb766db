"""Peaks of a distribution of relaxation times: resistance, time constant, capacitance, exponent, with errors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from interlayer.circuits.elements.base import FloatArray

CERTAIN = 2.0
"""Standard errors that a peak's resistance must have, and its height over the valley to its neighbour."""
PROMINENT = 0.03
"""Height over the valley to a higher neighbour, relative to itself, that a peak must have, besides `CERTAIN`
standard errors of that height."""


@dataclass(frozen=True)
class Peak:
    """One peak, from valley to valley.

    Attributes
    ----------
    resistance_ohm, stderr_ohm : float
        Area under the peak.
    time_constant_s, time_constant_stderr_s : float
        Centre of the part above half its height.
    capacitance_F, capacitance_stderr_F : float
        Effective, time constant over resistance.
    exponent : float
        Of the arc (R beside a CPE) of the same height and area; the penalty makes it too small, never too large.
    in_window : bool
        Whether the time constant lies inside the measured frequencies.
    first, last : int
        Its grid points: `first` to `last` - 1.
    """

    resistance_ohm: float
    stderr_ohm: float
    time_constant_s: float
    time_constant_stderr_s: float
    capacitance_F: float
    capacitance_stderr_F: float
    exponent: float
    in_window: bool
    first: int
    last: int

    @property
    def peak_Hz(self) -> float:  # noqa: N802  (as in Arc)
        """Frequency of the top of its arc."""
        return 1.0 / (2.0 * np.pi * self.time_constant_s)


def find_peaks(
    tau: FloatArray, gamma: FloatArray, covariance: FloatArray, shortest: float, longest: float
) -> tuple[Peak, ...]:
    """Return the peaks of gamma(ln tau), shape (m,), by rising time constant.

    Parameters
    ----------
    covariance : array (m, m)
        Of gamma.
    shortest, longest : float
        Time constants of the ends of the window, in s.
    """
    x = np.log(tau)
    step = float(x[1] - x[0])
    found: list[Peak] = []
    for first, last in _segments(gamma, covariance):
        part = slice(first, last)
        weight = np.zeros(gamma.size)
        weight[part] = step
        resistance = float(weight @ gamma)
        stderr = float(np.sqrt(max(weight @ covariance @ weight, 0.0)))
        top = first + int(np.argmax(gamma[part]))
        if resistance <= 0 or resistance < CERTAIN * stderr:
            continue
        upper = np.zeros(gamma.size, dtype=np.bool_)
        upper[_half(gamma, top, first, last)] = True
        mass = float(gamma[upper].sum())
        centre = float(gamma[upper] @ x[upper]) / mass
        lever = np.where(upper, (x - centre) / mass, 0.0)
        error = float(np.sqrt(max(lever @ covariance @ lever, 0.0)))
        both = lever - weight / resistance
        relative = float(np.sqrt(max(both @ covariance @ both, 0.0)))
        time = float(np.exp(centre))
        exponent = float(2.0 / np.pi * np.arctan(2.0 * np.pi * gamma[top] / resistance))
        found.append(
            Peak(
                resistance,
                stderr,
                time,
                time * error,
                time / resistance,
                time / resistance * relative,
                exponent,
                shortest <= time <= longest,
                first,
                last,
            )
        )
    return tuple(found)


def _segments(gamma: FloatArray, covariance: FloatArray) -> list[tuple[int, int]]:
    """Grid points of each peak; those that do not stand out are joined to their higher neighbour."""
    inner = np.flatnonzero((gamma[1:-1] > gamma[:-2]) & (gamma[1:-1] >= gamma[2:])) + 1
    tops = [int(k) for k in inner]
    if not tops:
        return []
    while len(tops) > 1:
        valleys = [a + int(np.argmin(gamma[a : b + 1])) for a, b in itertools.pairwise(tops)]
        lower = [a if gamma[a] < gamma[b] else b for a, b in itertools.pairwise(tops)]
        depth = gamma[lower] - gamma[valleys]
        spread = covariance[lower, lower] + covariance[valleys, valleys] - 2 * covariance[lower, valleys]
        certain = depth / np.maximum(CERTAIN * np.sqrt(np.maximum(spread, 0.0)), 1e-300)
        certain = np.minimum(certain, depth / (PROMINENT * gamma[lower]))
        k = int(np.argmin(certain))
        if certain[k] > 1.0:
            break
        tops.pop(k if gamma[tops[k]] < gamma[tops[k + 1]] else k + 1)
    edges = [a + int(np.argmin(gamma[a : b + 1])) for a, b in itertools.pairwise(tops)]
    # what rises again beyond the outermost valleys belongs to no peak
    low = int(tops[0] - np.argmin(gamma[tops[0] :: -1]))
    high = int(tops[-1] + np.argmin(gamma[tops[-1] :]))
    borders = [low, *edges, high + 1]
    return list(itertools.pairwise(borders))


def _half(gamma: FloatArray, top: int, first: int, last: int) -> slice:
    """Grid points about the top that are above half of it."""
    below = gamma < 0.5 * gamma[top]
    left = np.flatnonzero(below[first:top])
    right = np.flatnonzero(below[top:last])
    return slice(
        first + int(left[-1]) + 1 if left.size else first, top + int(right[0]) if right.size else last
    )
