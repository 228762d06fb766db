"""Thickness along the layer and how often each thickness occurs."""

from __future__ import annotations

import numpy as np

from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.surface.sem.boundaries import Boundaries
from interlayer.surface.sem.scale import Scale
from interlayer.surface.sem.thickness import Thickness


def thickness_figure(scale: Scale | None, found: Boundaries, thickness: Thickness) -> Figure:
    """Return the figure; in pixels where the scale is not known."""
    factor, unit = (1.0, "1") if scale is None else (scale.pixel_m * 1e6, "um")
    name = "Thickness in pixels" if scale is None else "Thickness"
    along = np.asarray((np.arange(found.upper.size) + 0.5) * factor / found.cosine, dtype=np.float64)
    good = found.judged & ~found.gap
    values = np.where(good, found.thickness * factor, np.nan)
    counts, edges = np.histogram(values[good], bins=min(40, max(8, int(np.sqrt(good.sum())))))
    share = 100.0 * counts / counts.sum()
    lines = (
        Line(thickness.mean * factor, "mean", "horizontal"),
        Line(thickness.p05 * factor, "5 %", "horizontal"),
        Line(thickness.p95 * factor, "95 %", "horizontal"),
    )
    distance = Axis("Distance in pixels" if scale is None else "Distance along the layer", unit)
    return Figure(
        "thickness",
        "Thickness of the layer",
        "Along the normal of the mean layer; columns that cannot be judged are left out.",
        (
            Panel(distance, Axis(name, unit), (Series("thickness", along, values),), lines, span=2),
            Panel(
                Axis(name, unit),
                Axis("Share of the length", "%"),
                (Series("share", edges, np.append(share, share[-1]), "steps"),),
            ),
        ),
        columns=3,
    )
