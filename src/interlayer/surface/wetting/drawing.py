"""What was fitted, drawn over the photograph: edge, baseline, profile, tangents and angles."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from interlayer.surface.wetting.measure import Drop

FloatArray = NDArray[np.float64]
_WIDEST: Final = 900
_EDGE, _LINE, _TANGENT = "#E69F00", "#56B4E9", "#CC79A7"
"""Colours that are told apart without red and green (Okabe and Ito)."""


def drawing(image: FloatArray, drop: Drop) -> str:
    """Return an SVG of the part of the image around the drop.

    Parameters
    ----------
    image : array, shape (height, width, 3)
        0 to 1.
    drop : Drop
    """
    height, width = image.shape[:2]
    edge, wide = drop.edge, drop.width_px
    x0 = max(int(edge[:, 0].min() - 0.35 * wide), 0)
    x1 = min(int(edge[:, 0].max() + 0.35 * wide), width)
    y0 = max(int(edge[:, 1].min() - 0.25 * wide), 0)
    y1 = min(int(edge[:, 1].max() + 0.35 * wide), height)
    part = image[y0:y1, x0:x1]
    zoom = min(_WIDEST / max(x1 - x0, 1), 3.0)
    shown = Image.fromarray(np.clip(part * 255.0, 0, 255).astype(np.uint8))
    shown = shown.resize(
        (max(int(shown.width * zoom), 1), max(int(shown.height * zoom), 1)), Image.Resampling.BICUBIC
    )
    stored = io.BytesIO()
    shown.save(stored, "JPEG", quality=88)
    data = base64.b64encode(stored.getvalue()).decode()
    w, h = shown.size

    def at(points: FloatArray) -> FloatArray:
        # the centre of a pixel is half a pixel from its corner
        return (points - np.array([x0, y0]) + 0.5) * zoom

    def path(points: FloatArray, colour: str, wide_px: float, dash: str = "") -> str:
        text = " ".join(f"{x:.1f},{y:.1f}" for x, y in at(points))
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        return f'<polyline points="{text}" fill="none" stroke="{colour}" stroke-width="{wide_px}"{dashed}/>'

    base, scale = drop.baseline, float(drop.scale)
    # the profile lies in the measured pixels; the baseline's point is known in both
    u, v = (drop.fit.curve * scale).T
    over = v > -0.02 * wide
    ends = np.array(drop.fit.ends) * scale
    ends = np.where(np.isfinite(ends), ends, [u[over].min(), u[over].max()])
    line = base.back(np.array([ends[0] - 0.3 * wide, ends[1] + 0.3 * wide]), np.zeros(2))
    parts = [
        f'<image href="data:image/jpeg;base64,{data}" width="{w}" height="{h}"/>',
        *(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.6" fill="{_EDGE}"/>'
            for x, y in at(edge[:: max(len(edge) // 160, 1)])
        ),
        path(base.back(u[over], v[over]), _LINE, 1.6),
        path(line, _LINE, 1.6, "7 5"),
    ]
    reach = 0.33 * wide
    size = max(13.0, 0.028 * w)
    for end, angle, error, sense in (
        (ends[0], drop.left_deg, drop.left_error_deg, 1.0),
        (ends[1], drop.right_deg, drop.right_error_deg, -1.0),
    ):
        direction = np.radians(angle)
        tip = np.array([[end, 0.0], [end + sense * reach * np.cos(direction), reach * np.sin(direction)]])
        parts.append(path(base.back(tip[:, 0], tip[:, 1]), _TANGENT, 2.0))
        (tx, ty) = at(base.back(np.array([end - sense * 0.03 * wide]), np.array([-0.09 * wide])))[0]
        anchor = "end" if sense > 0 else "start"
        text = escape(f"{angle:.1f} ± {error:.1f}°")
        parts.append(
            f'<text x="{tx:.0f}" y="{ty:.0f}" font-family="sans-serif" font-size="{size:.0f}" text-anchor="{anchor}" '
            f'fill="white" stroke="black" stroke-width="3" paint-order="stroke">{text}</text>'
        )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}">'
    return head + "".join(parts) + "</svg>"
