"""Conductivity times temperature against reciprocal temperature, with the lines of the activation energies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from interlayer.report.figure import Axis, Figure, Line, Panel, Series

FloatArray = NDArray[np.float64]
_BOLTZMANN_EV_K = 8.617333262e-5


def arrhenius_plot(
    temperature_K: FloatArray,
    parts: Mapping[str, tuple[FloatArray, FloatArray]],
    lines: Mapping[str, tuple[float, float]],
    *,
    walls_K: tuple[float, ...] = (),
    id: str = "arrhenius",
    title: str = "Conductivity against temperature",
    caption: str = "",
) -> Figure:
    """Draw sigma T of each part of a pellet on a logarithmic axis.

    Parameters
    ----------
    temperature_K : array (n,)
    parts : {name: (conductivity, error)}
        In S/m.
    lines : {name: (prefactor in S K/m, activation energy in eV)}
        Drawn over the measured range only.
    walls_K : tuple of float
        Temperatures at which arcs swap order; those inside the range are marked.
    """
    x = 1000.0 / temperature_K
    series: list[Series] = []
    for slot, (name, (value, error)) in enumerate(parts.items()):
        y = value * temperature_K / 100.0
        width = np.where(np.isfinite(error), error, 0.0) * temperature_K / 100.0
        shown = f"{name}, {lines[name][1]:.3g} eV" if name in lines else name
        series.append(Series(shown, x, y, "points", slot, np.maximum(y - width, 0.02 * y), y + width))
        if name in lines:
            prefactor, energy = lines[name]
            ends = np.linspace(x.min(), x.max(), 50)
            line = prefactor / 100.0 * np.exp(-energy * ends / (1000.0 * _BOLTZMANN_EV_K))
            series.append(Series(shown, ends, line, "line", slot))
    inside = [w for w in walls_K if temperature_K.min() < w < temperature_K.max()]
    marks = tuple(Line(1000.0 / w, "arcs swap order") for w in inside)
    panel = Panel(
        Axis("1000/T", "1/K"), Axis("σT", "S K/cm", "log"), tuple(series), marks, empty="no conductivities"
    )
    return Figure(id, title, caption, (panel,), 1, "84mm")
