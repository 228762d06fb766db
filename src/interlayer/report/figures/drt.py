"""Distribution of relaxation times with its band and peaks, one panel a spectrum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from interlayer.circuits.drt import DRT
from interlayer.report.figure import Axis, Figure, Line, Panel, Series

_BEYOND = 3.0
"""Factor by which the time axis exceeds the measured window."""


def drt(
    distributions: Sequence[tuple[str, DRT]],
    *,
    id: str = "drt",
    title: str = "Distribution of relaxation times",
    caption: str = "",
) -> Figure:
    """Draw distributions of relaxation times.

    Parameters
    ----------
    distributions : sequence of (name, DRT)
        One panel each. The band is the pointwise 95 % band; a mark stands on each peak, its resistance beside
        it; lines stand at the ends of the measured window, beyond which nothing was seen.
    """
    several = 1 < len(distributions) <= 26
    panels = [
        _panel(name, one, f"{chr(ord('a') + k)}: " if several else "")
        for k, (name, one) in enumerate(distributions)
    ]
    if not panels:
        panels = [Panel(Axis("Time constant", "s", "log"), Axis("γ", "ohm"), empty="no spectrum")]
    columns = 1 if len(panels) == 1 else 2
    return Figure(id, title, caption, tuple(panels), columns, "84mm" if columns == 1 else "174mm")


def _panel(name: str, one: DRT, letter: str) -> Panel:
    shortest = 1.0 / (2.0 * np.pi * float(one.frequency_Hz.max()))
    longest = 1.0 / (2.0 * np.pi * float(one.frequency_Hz.min()))
    # a tail that goes on below the window may be many times as high as all arcs
    inside = (one.tau_s >= shortest) & (one.tau_s <= longest)
    shown = (one.tau_s >= shortest / _BEYOND) & (one.tau_s <= longest * _BEYOND)
    peaks = [p for p in one.peaks if p.in_window]
    height = max([float(one.gamma_ohm[p.first : p.last].max()) for p in peaks], default=0.0)
    top = 1.35 * (height or float(one.gamma_ohm[inside].max(initial=0.0)) or 1.0)
    series = [
        Series(
            "γ, 95 % band",
            one.tau_s[shown],
            np.minimum(one.gamma_ohm[shown], top),
            "line",
            0,
            np.minimum(one.low_ohm[shown], top),
            np.minimum(one.high_ohm[shown], top),
        )
    ]
    for p in peaks:
        at = p.first + int(np.argmin(np.abs(np.log(one.tau_s[p.first : p.last] / p.time_constant_s))))
        label = f"{letter}{p.resistance_ohm:.3g} ± {p.stderr_ohm:.1g} ohm, {_farad(p.capacitance_F)}"
        series.append(
            Series(label, np.array([p.time_constant_s]), np.array([one.gamma_ohm[at]]), "points", len(series))
        )
    lines = (Line(shortest), Line(longest))
    x = Axis("Time constant", "s", "log", (shortest / _BEYOND, longest * _BEYOND))
    return Panel(x, Axis("γ", "ohm", range=(0.0, top)), tuple(series), lines, name)


def _farad(value: float) -> str:
    for prefix, size in (("p", 1e-12), ("n", 1e-9), ("u", 1e-6), ("m", 1e-3)):
        if value < 999.5 * size:
            return f"{value / size:.2g} {prefix}F" if value < 99.5 * size else f"{value / size:.0f} {prefix}F"
    return f"{value:.2g} F"
