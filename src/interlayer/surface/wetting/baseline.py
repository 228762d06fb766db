"""Where the drop stands: a line, given by hand or seen as the edge of the substrate beside the drop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError

FloatArray = NDArray[np.float64]
How = Literal["substrate", "reflection", "flat bottom", "by hand"]

MOST_TILT: Final = 15.0
"""Degrees between baseline and the rows of the image that are searched."""
_LEAST_BESIDE: Final = 0.06
"""Share of the image's width in which the substrate is to be seen beside the drop."""
_INLIER_PX: Final = 1.2


@dataclass(frozen=True)
class Baseline:
    """A line through `point` in the unit direction `along` (x grows), in pixels; `error_px` of its height."""

    point: tuple[float, float]
    along: tuple[float, float]
    error_px: float
    how: How

    @property
    def tilt_deg(self) -> float:
        """Angle to the rows of the image; > 0 falls to the right, as y counts downwards."""
        return float(np.degrees(np.arctan2(self.along[1], self.along[0])))

    def across(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return places along it and heights above it of points (n, 2) of x, y."""
        d = points - np.asarray(self.point)
        ax, ay = self.along
        return d[:, 0] * ax + d[:, 1] * ay, d[:, 0] * ay - d[:, 1] * ax

    def back(self, along: FloatArray, above: FloatArray) -> FloatArray:
        """Return x, y (n, 2) of places along and heights above it."""
        ax, ay = self.along
        x0, y0 = self.point
        return np.column_stack([x0 + along * ax + above * ay, y0 + along * ay - above * ax])


def by_hand(x0: float, y0: float, x1: float, y1: float) -> Baseline:
    """Return the baseline through two points.

    Raises
    ------
    InputError
        If they are the same.
    """
    length = float(np.hypot(x1 - x0, y1 - y0))
    if length < 2.0:
        raise InputError("the two points of the baseline are the same", where="--baseline")
    if x1 < x0:
        x0, y0, x1, y1 = x1, y1, x0, y0
    return Baseline((x0, y0), ((x1 - x0) / length, (y1 - y0) / length), 0.7, "by hand")


def substrate_line(lines: list[FloatArray], width: int) -> Baseline | None:
    """Return the line on which most of the outline's points lie beside the drop; None without a substrate.

    Parameters
    ----------
    lines : list of array (n, 2)
        The outline.
    width : int
        Of the image, pixels.
    """
    points = _upper(np.concatenate(lines), width)
    slopes = np.tan(np.radians(np.linspace(-MOST_TILT, MOST_TILT, 121)))
    best: tuple[float, float, float] | None = None
    for slope in slopes.tolist():
        height = points[:, 1] - slope * points[:, 0]
        low, high = float(height.min()), float(height.max())
        bins = np.arange(low, high + 3.0, 1.0)
        # one count a column, however often the outline passes it
        counts = np.histogram(height, bins)[0]
        smooth = counts[:-1] + counts[1:] if counts.size > 1 else counts
        k = int(smooth.argmax())
        if best is None or smooth[k] > best[0]:
            best = (float(smooth[k]), slope, float(bins[k] + 1.0))
    assert best is not None
    _, slope, offset = best
    inlier = np.abs(points[:, 1] - slope * points[:, 0] - offset) < 2.0
    fit = np.array([slope, offset])
    for _ in range(8):
        if inlier.sum() < 8:
            return None
        fit = np.polyfit(points[inlier, 0], points[inlier, 1], 1)
        inlier = np.abs(points[:, 1] - np.polyval(fit, points[:, 0])) < _INLIER_PX
    columns = np.unique(points[inlier, 0].astype(int))
    if columns.size < max(_LEAST_BESIDE * width, 15):
        return None
    # the flat edge of something beside the drop is no substrate: it must reach far, or stand on both sides
    if columns[-1] - columns[0] < 0.35 * width:
        return None
    off = points[inlier, 1] - np.polyval(fit, points[inlier, 0])
    # points next to each other err alike
    error = float(np.std(off)) * np.sqrt(8.0 / max(columns.size, 8))
    length = float(np.hypot(1.0, fit[0]))
    middle = float(np.median(columns))
    return Baseline(
        (middle, float(np.polyval(fit, middle))),
        (1.0 / length, float(fit[0]) / length),
        max(float(error), 0.1),
        "substrate",
    )


def _upper(points: FloatArray, width: int) -> FloatArray:
    """Points with nothing above them: the lower edge of a plate is no substrate."""
    column = np.clip(points[:, 0].astype(int), 0, width)
    top = np.full(width + 1, np.inf)
    np.minimum.at(top, column, points[:, 1])
    return points[points[:, 1] <= top[column] + 2.0]
