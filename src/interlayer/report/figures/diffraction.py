"""A powder pattern: measured, fitted, difference, ticks of the phases, foreign lines marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from interlayer.report.figure import Axis, Figure, Note, Panel, Series
from interlayer.surface.xrd.radiation import K_LINES

if TYPE_CHECKING:
    from interlayer.surface.xrd.analysis import Analysis
    from interlayer.surface.xrd.pattern import Pattern

_TICK: Final = 0.35
_FAINT: Final = 0.005
_NOTES: Final = 6


def diffraction(result: Analysis, pattern: Pattern, label: str) -> Figure:
    """Return the figure of one pattern; intensities on a square-root scale, so that weak lines are seen."""
    unit = pattern.intensity_unit
    span = (float(result.x[0]), float(result.x[-1]))
    angle = Axis("2θ", "deg", range=span)
    low = min(float(result.y.min()), 0.0)

    def root(values: np.ndarray) -> np.ndarray:
        return np.sqrt(np.maximum(values - low, 0.0))

    square = "1" if unit == "1" else f"{unit}^0.5"
    series = [Series("measured", result.x, root(result.y), color=0)]
    panels: list[Panel] = []
    if result.whole is not None:
        series.append(Series("fit", result.x, root(result.whole.model), color=1))
        series.append(Series("background", result.x, root(result.whole.background), color=4, dashed=True))
    strange = [one for one in result.foreign if not one.tube]
    tube = [one for one in result.foreign if one.tube]
    top = root(result.y)
    notes: list[Note] = []
    for name, marks, colour in (("foreign line", strange, 3), ("line of the tube", tube, 5)):
        if marks:
            at = np.array([one.two_theta_deg for one in marks])
            height = np.interp(at, result.x, top) + 0.05 * float(top.max())
            series.append(Series(name, at, height, style="points", color=colour, hollow=True))
            if name == "foreign line":
                ranked = sorted(range(len(marks)), key=lambda i: -marks[i].significance)[:_NOTES]
                notes += [Note(float(at[i]), float(height[i]), f"{at[i]:.1f}°") for i in ranked]
    panels.append(
        Panel(
            angle,
            Axis("√ intensity", square),
            tuple(series),
            title=label,
            notes=tuple(notes),
            height=1.5,
        )
    )
    if result.whole is not None:
        shown = [one for one in result.phases if one.number >= 0 and (one.seen or one.given)]
        ticks: list[Series] = []
        names: list[tuple[float, str]] = []
        for row, one in enumerate(reversed(shown)):
            cell = result.whole.cells[one.number]
            where = one.lines.positions(cell, result.radiation.alpha1, result.whole.shift_deg)
            strong = (
                (one.lines.intensity > _FAINT * one.lines.intensity.max())
                & (where > span[0])
                & (where < span[1])
            )
            where = where[strong]
            x = np.column_stack([where, where, np.full(len(where), np.nan)]).ravel()
            y = np.tile([row - _TICK, row + _TICK, np.nan], len(where))
            name = one.lines.phase.name if one.seen else f"{one.lines.phase.name} (not seen)"
            ticks.append(Series(name, x, y, color=len(shown) - 1 - row + 1))
            names.append((float(row), name))
        panels.append(
            Panel(
                angle,
                Axis("", "1", range=(-0.7, len(shown) - 0.3), names=tuple(names)),
                tuple(ticks),
                height=0.16 + 0.12 * len(shown),
            )
        )
        spread = np.sqrt(result.variance)
        panels.append(
            Panel(
                angle,
                Axis("difference / σ", "1"),
                (
                    Series(
                        "measured less fit, over the noise",
                        result.x,
                        (result.y - result.whole.model) / spread,
                        color=0,
                    ),
                ),
                height=0.5,
            )
        )
    light = result.radiation
    anode = f"{light.anode} Kα, " if light.anode in K_LINES else ""
    return Figure(
        f"diffraction-{_id(label)}",
        f"Powder pattern of {label}",
        f"{anode}{light.alpha1:.4f} Å. Ticks are K-alpha1 positions with the fitted cells and displacement.",
        tuple(panels),
        share_x=True,
        whole=True,
    )


def _id(label: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in label).strip("-") or "pattern"
