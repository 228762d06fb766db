"""Distribution of relaxation times of one spectrum, with its band; its peaks are marked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from interlayer import units
from interlayer.report.figure import Axis, Figure, Line, Panel, Series

FloatArray = NDArray[np.float64]
_LEAST_SHARE = 0.02


def relaxation_times(
    tau_s: FloatArray,
    gamma_ohm: FloatArray,
    low_ohm: FloatArray,
    high_ohm: FloatArray,
    peaks: Sequence[tuple[float, float]],
    *,
    window_s: tuple[float, float] | None = None,
    id: str = "drt",
    title: str = "Distribution of relaxation times",
    caption: str = "",
) -> Figure:
    """Draw gamma against the time constant.

    Parameters
    ----------
    tau_s, gamma_ohm, low_ohm, high_ohm : array (m,)
        Distribution over ln tau and its 95 % band.
    peaks : sequence of (time constant in s, resistance in ohm)
        Marked with their resistance; small ones are not.
    window_s : (float, float), optional
        Time constants of the measured frequencies; what lies outside is left out.
    """
    inside = np.ones(tau_s.size, dtype=np.bool_)
    if window_s is not None:
        inside = (tau_s >= window_s[0]) & (tau_s <= window_s[1])
    if not inside.any():
        inside[:] = True
    tau, gamma = tau_s[inside], gamma_ohm[inside]
    largest = float(gamma.max()) if gamma.size else 1.0
    unit = "Mohm" if largest > 2e7 else "kohm" if largest > 2e4 else "ohm" if largest > 0.5 else "mohm"
    size = units.factor(unit)
    curve = Series(
        "distribution, 95 % band",
        tau,
        gamma / size,
        "line",
        0,
        low_ohm[inside] / size,
        high_ohm[inside] / size,
    )
    total = sum(r for _, r in peaks)
    seen = [(t, r) for t, r in peaks if tau.min() <= t <= tau.max() and r > _LEAST_SHARE * total]
    marks = tuple(Line(t, units.format_quantity(r, "ohm", 3)) for t, r in seen)
    panel = Panel(
        Axis("Time constant", "s", "log"), Axis("γ(ln τ)", unit), (curve,), marks, empty="no distribution"
    )
    return Figure(id, title, caption, (panel,), 1, "84mm")
