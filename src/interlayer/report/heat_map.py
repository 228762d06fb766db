"""A table of signed numbers as colours: sensitivities, correlations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from interlayer.errors import InputError
from interlayer.report.matplotlib_backend import ShownDrawing, settings
from interlayer.report.palette import INK, MUTED, mix

WIDTH_MM: Final = 174.0
FONT_PT: Final = 6.6
_POSITIVE, _NEGATIVE, _NOTHING = "#0072B2", "#D55E00", "#FFFFFF"
_ROW_MM: Final = 4.3
_MM_PER_CHARACTER: Final = 1.32
_TOP_MM: Final = 2.0
_BOTTOM_MM: Final = 5.0


def draw_heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: ArrayLike,
    *,
    full: float = 1.0,
    smallest: float = 0.005,
    note: str = "",
) -> ShownDrawing:
    """Draw `values`, shape (rows, columns), as coloured and numbered squares.

    Parameters
    ----------
    rows, columns : sequence of str
        Labels.
    values : array_like
        Blue where positive, vermillion where negative; the colour is full at `full`.
    smallest : float
        Smaller values are left blank.
    note : str
        Below the map.

    Raises
    ------
    InputError
        If the shape does not fit the labels.
    """
    table = np.asarray(values, dtype=float)
    if table.shape != (len(rows), len(columns)):
        raise InputError(
            f"values have shape {table.shape}, labels ask for {(len(rows), len(columns))}",
            where="heat map",
            advice="give one value for each row and column",
        )
    left = 2.0 + _MM_PER_CHARACTER * max(len(text) for text in rows)
    head = 3.0 + _MM_PER_CHARACTER * max(len(text) for text in columns)
    wide = (WIDTH_MM - left - 2.0) / len(columns)
    height = _TOP_MM + head + _ROW_MM * len(rows) + _BOTTOM_MM
    with mpl.rc_context(settings(FONT_PT)):
        drawing = ShownDrawing(figsize=(WIDTH_MM / 25.4, height / 25.4), dpi=150)
        FigureCanvasAgg(drawing)
        axes = drawing.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH_MM)
        axes.set_ylim(height, 0)
        axes.set_axis_off()
        top = _TOP_MM + head
        for j, text in enumerate(columns):
            axes.text(left + (j + 0.5) * wide, top - 1.0, text, rotation=90, ha="center", va="bottom", color=INK,
                      parse_math=False)  # fmt: skip
        for i, text in enumerate(rows):
            y = top + i * _ROW_MM
            axes.text(
                left - 1.0, y + 0.5 * _ROW_MM, text, ha="right", va="center", color=INK, parse_math=False
            )
            for j in range(len(columns)):
                value = float(table[i, j])
                share = min(abs(value) / full, 1.0) if np.isfinite(value) else 0.0
                colour = mix(_NOTHING, _POSITIVE if value > 0 else _NEGATIVE, share)
                box = Rectangle(
                    (left + j * wide, y), wide, _ROW_MM, facecolor=colour, edgecolor="#E4E8ED", lw=0.4
                )
                axes.add_patch(box)
                if np.isfinite(value) and abs(value) >= smallest:
                    axes.text(left + (j + 0.5) * wide, y + 0.52 * _ROW_MM, _short(value), ha="center", va="center",
                              color="#FFFFFF" if share > 0.55 else INK, size=0.74 * FONT_PT)  # fmt: skip
        if note:
            axes.text(
                left, height - 0.45 * _BOTTOM_MM, note, ha="left", va="center", color=MUTED, parse_math=False
            )
    return drawing


def _short(value: float) -> str:
    """Two digits with a true minus: '0.31', '\u22121.2'."""
    text = f"{abs(value):.2f}" if abs(value) < 0.995 else f"{abs(value):.1f}"
    return ("\u2212" if value < 0 else "") + text
