"""One photoelectron line: data, background, states, envelope, and what is left over in standard deviations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from interlayer.report.figure import Axis, Figure, Panel, Series

FloatArray = NDArray[np.float64]

MEASURED, ENVELOPE, BACKGROUND = "measured", "fit", "background"

_STATE_SLOTS = (2, 3, 4, 5)
MOST_POINTS = 200
"""Beyond which points would run into each other: a line is drawn."""


def photoelectron(
    energy_eV: FloatArray,
    intensity: FloatArray,
    background: FloatArray,
    states: Sequence[tuple[str, FloatArray]],
    residuals: FloatArray,
    *,
    unit: str,
    id: str = "xps",
    title: str = "",
    caption: str = "",
) -> Figure:
    """Draw one fitted region; binding energy falls to the right, as the field draws it.

    Parameters
    ----------
    energy_eV, intensity, background, residuals : array, shape (n,)
        Binding energy; intensities in `unit` ('counts', 'counts/s', '1'); residuals in standard deviations.
    states : sequence of (str, array)
        Name and intensity above the background of each state.
    """
    envelope = background + sum((line for _, line in states), np.zeros_like(background))
    largest = float(np.max(intensity)) if intensity.size else 1.0
    size, prefix = (1e3, "thousand ") if largest >= 2e4 else (1.0, "")
    shown = {"counts": "Counts", "counts/s": "Counts per second"}.get(unit, "Intensity")
    y = Axis(f"{shown}{' / thousand' if prefix else ''}", "1")
    ends = (float(energy_eV.max()), float(energy_eV.min()))
    x = Axis("Binding energy", "eV", range=ends)
    # The thick fit lies below the thin data, states and background above both.
    series = [
        Series(ENVELOPE, energy_eV, envelope / size, "line", 1, heavy=True),
        Series(
            MEASURED,
            energy_eV,
            intensity / size,
            "points" if energy_eV.size <= MOST_POINTS else "line",
            0,
            hollow=True,
        ),
        Series(BACKGROUND, energy_eV, background / size, "line", 6, dashed=True),
    ]
    # A line stands on the background, as it is drawn in the field; traces are left out.
    most = max((float(line.max()) for _, line in states), default=0.0)
    seen = [(k, name, line) for k, (name, line) in enumerate(states) if float(line.max()) > 5e-3 * most]
    series += [
        Series(name, energy_eV, (background + line) / size, "line", _STATE_SLOTS[k % len(_STATE_SLOTS)])
        for k, name, line in seen
    ]
    above = Panel(x, y, tuple(series))
    left = Panel(
        x,
        Axis("Residual / sd", "1"),
        (Series("residual", energy_eV, residuals, "line", 0),),
        height=0.4,
    )
    return Figure(id, title, caption, (above, left), share_x=True)
