"""The image itself with what was found drawn over it."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from interlayer.report.html import Picture
from interlayer.surface.sem.boundaries import Boundaries
from interlayer.surface.sem.thickness import runs
from interlayer.surface.sem.view import View
from interlayer.surface.sem.voids import Voids

UPPER, LOWER, PORE, CRACK, UNSEEN = "#56B4E9", "#E69F00", (0, 158, 115), (213, 94, 0), "#CC79A7"
WIDEST = 1400


def drawing(view: View, found: Boundaries, voids: Voids) -> Picture:
    """Return image, boundaries, pores (green), cracks (red) and columns that were not judged."""
    rows, columns = view.grey.shape
    low, high = np.percentile(view.grey, [0.5, 99.5])
    grey = np.clip((view.grey - low) / max(high - low, 1e-6), 0.0, 1.0) * 255.0
    colour = np.repeat(grey[:, :, None], 3, axis=2)
    for mask, shade in ((voids.pores, PORE), (voids.cracks, CRACK)):
        colour[mask] = 0.45 * colour[mask] + 0.55 * np.array(shade)
    image = Image.fromarray(colour.astype(np.uint8))
    if columns > WIDEST:
        image = image.resize((WIDEST, max(1, round(rows * WIDEST / columns))))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    width = max(1.0, columns / 420.0)
    size = columns / 46.0
    line = f'fill="none" stroke-width="{width:.2f}" stroke-linejoin="round"'
    marks = "".join(
        f'<rect x="{a}" y="{rows + 0.25 * size:.1f}" width="{b - a + 1}" height="{0.4 * size:.1f}" fill="{UNSEEN}"/>'
        for a, b in runs(~found.judged | found.gap)
    )
    legend = (
        ("upper boundary", UPPER),
        ("lower boundary", LOWER),
        ("pores", _hex(PORE)),
        ("cracks", _hex(CRACK)),
        ("no layer, or not judged", UNSEEN),
    )
    texts, x = "", 0.0
    for text, shade in legend:
        texts += (
            f'<rect x="{x:.1f}" y="{rows + 1.1 * size:.1f}" width="{size:.1f}" height="{0.5 * size:.1f}" '
            f'fill="{shade}"/>'
            f'<text x="{x + 1.3 * size:.1f}" y="{rows + 1.6 * size:.1f}" font-size="{0.8 * size:.1f}" '
            f'font-family="sans-serif" fill="#333">{text}</text>'
        )
        x += (2.6 + 0.46 * len(text)) * size
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns} {rows + 2 * size:.1f}">'
        f'<rect width="{columns}" height="{rows + 2 * size:.1f}" fill="#fff"/>'
        f'<image href="data:image/png;base64,{data}" width="{columns}" height="{rows}"/>'
        f'<polyline points="{_points(found.upper)}" stroke="{UPPER}" {line}/>'
        f'<polyline points="{_points(found.lower)}" stroke="{LOWER}" {line}/>{marks}{texts}</svg>'
    )
    return Picture(
        "section",
        svg,
        "The image with both boundaries, pores and cracks as they were found. Look whether you agree.",
        "cross-section with boundaries, pores and cracks drawn over it",
    )


def _hex(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{c:02X}" for c in colour)


def _points(boundary: NDArray[np.float64]) -> str:
    return " ".join(f"{x + 0.5:.1f},{y:.2f}" for x, y in enumerate(boundary))
