"""Where the drop stands: the line of the substrate beside it, or the line in which it meets its own reflection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize
from scipy.spatial import KDTree

from interlayer.errors import InputError

FloatArray = NDArray[np.float64]
How = Literal["substrate", "reflection", "flat bottom", "by hand"]

MOST_TILT: Final = 15.0
"""Degrees between baseline and the rows of the image that are searched."""
_LEAST_BESIDE: Final = 0.06
"""Share of the image's width in which the substrate is to be seen beside the drop."""
_INLIER_PX: Final = 1.2
_ROWS: Final = 3
MOST_ASYMMETRY: Final = 0.03
"""Of its width by which a drop and its reflection may differ."""


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


@dataclass(frozen=True)
class Mirror:
    """A line about which the outline mirrors itself and at which the brightness inside it changes.

    Attributes
    ----------
    baseline : Baseline
    step : float
        Change of brightness across it over the scatter of that change along it.
    asymmetry : float
        Median difference of the outline from its mirror image, over its width.
    kink_deg : float
        By how much the outline turns where it meets the line, > 0 where it is drawn in: nothing at the equator of a
        drop, which mirrors itself as well.
    """

    baseline: Baseline
    step: float
    asymmetry: float
    kink_deg: float


def mirror(image: FloatArray, outline: FloatArray) -> Mirror | None:
    """Return the line in which a drop meets its reflection; None for an outline too small to tell.

    Parameters
    ----------
    image : array, shape (height, width, 3)
    outline : array (n, 2)
        Of drop and reflection together, open below or closed.
    """
    grey = image.mean(axis=2)
    x0, x1 = outline[:, 0].min(), outline[:, 0].max()
    y0, y1 = outline[:, 1].min(), outline[:, 1].max()
    centre = np.array([0.5 * (x0 + x1), 0.5 * (y0 + y1)])
    best: tuple[float, float, float, float, float] | None = None
    for tilt in np.arange(-MOST_TILT, MOST_TILT + 0.1, 0.5).tolist():
        angle = np.radians(tilt)
        ax, ay = np.cos(angle), np.sin(angle)
        d = outline - centre
        u, h = d[:, 0] * ax + d[:, 1] * ay, d[:, 0] * ay - d[:, 1] * ax
        heights = np.arange(np.ceil(h.min()) + 4, np.floor(h.max()) - 3, 1.0)
        if heights.size < 8:
            continue
        left, right = _chord(u, h, heights)
        wide = 0.5 * (right - left)
        share = np.linspace(-0.85, 0.85, 61)
        place = 0.5 * (left + right)[:, None] + wide[:, None] * share[None, :]
        px = centre[0] + place * ax + heights[:, None] * ay
        py = centre[1] + place * ay - heights[:, None] * ax
        value = ndimage.map_coordinates(grey, [py, px], order=1, mode="nearest")
        rising = np.cumsum(np.pad(value, ((1, 0), (0, 0))), axis=0)
        mean = (rising[_ROWS:] - rising[:-_ROWS]) / _ROWS
        # the mean of three rows above less that of three rows below, one row left out for the blur
        step = mean[_ROWS + 1 :] - mean[: -_ROWS - 1]
        rows = heights[_ROWS : _ROWS + len(step)] + 0.0
        middle = np.median(step, axis=1)
        scatter = np.median(np.abs(step - middle[:, None]), axis=1) + 0.003
        sharp = np.abs(middle) / scatter
        asymmetry = _asymmetry(left, right, heights, rows)
        score = np.minimum(sharp, 12.0) / (0.01 + asymmetry)
        score[~np.isfinite(score)] = 0.0
        j = int(score.argmax())
        if best is None or score[j] > best[0]:
            best = (float(score[j]), tilt, float(rows[j]), float(sharp[j]), float(asymmetry[j]))
    if best is None:
        return None
    _, tilt, height, sharp_, asymmetry_ = best
    tilt, height = _settled(outline - centre, tilt, height)
    angle = np.radians(tilt)
    ax, ay = float(np.cos(angle)), float(np.sin(angle))
    point = centre + height * np.array([ay, -ax])
    line = Baseline((float(point[0]), float(point[1])), (ax, ay), 0.4, "reflection")
    return Mirror(line, sharp_, asymmetry_, _kink(line, outline))


def _upper(points: FloatArray, width: int) -> FloatArray:
    """Points with nothing above them: the lower edge of a plate is no substrate."""
    column = np.clip(points[:, 0].astype(int), 0, width)
    top = np.full(width + 1, np.inf)
    np.minimum.at(top, column, points[:, 1])
    return points[points[:, 1] <= top[column] + 2.0]


def _kink(line: Baseline, outline: FloatArray) -> float:
    """Turn of the outline at a line, mean of its two sides, degrees; > 0 where it is drawn in."""
    along, above = line.across(outline)
    near, far = 2.0, max(0.2 * float(np.ptp(along)), 14.0)
    middle = float(np.median(along))
    turns: list[float] = []
    for out, side in ((-1.0, along < middle), (1.0, along >= middle)):
        angles: list[float] = []
        for sense in (1.0, -1.0):
            part = side & (sense * above > near) & (sense * above < far)
            if part.sum() < 8 or np.ptp(above[part]) < 4.0:
                break
            # outwards against upwards: a steep side has slope zero; at the line itself, as the side bends
            slope = np.polyfit(above[part], out * along[part], 2)[1]
            angles.append(float(np.degrees(np.arctan(slope))))
        if len(angles) == 2:
            turns.append(angles[0] - angles[1])
    return float(np.mean(turns)) if turns else 0.0


def reflection_line(image: FloatArray, blob: FloatArray) -> Baseline:
    """Return the line in which a drop meets its reflection, or its flat bottom, without a substrate beside it.

    Raises
    ------
    InputError
        If no such line is seen.
    """
    flat, found = _flat_bottom(blob), mirror(image, blob)
    if found is not None and found.step > 1.5 and found.asymmetry < MOST_ASYMMETRY:
        return found.baseline
    if flat is not None:
        return flat
    raise InputError(
        "neither a substrate beside the drop nor a line between it and its reflection is seen",
        advice='say where it stands: --baseline "x0,y0,x1,y1"',
    )


def _asymmetry(left: FloatArray, right: FloatArray, heights: FloatArray, rows: FloatArray) -> FloatArray:
    """Median difference between the outline and its mirror image about each row, over the width there."""
    out = np.full(rows.size, np.inf)
    first = heights[0]
    for k, row in enumerate(rows.tolist()):
        at = round(row - first)
        reach = min(at, heights.size - 1 - at, max(int(0.7 * (heights.size - at)), 1))
        if reach < 6 or (at < 0.15 * heights.size and reach < 10):
            continue
        up, down = slice(at + 1, at + reach + 1), slice(at - reach, at)
        off = np.abs(left[up] - left[down][::-1]) + np.abs(right[up] - right[down][::-1])
        out[k] = 0.5 * float(np.median(off)) / max(float(right[at] - left[at]), 1.0)
    return out


def _settled(outline: FloatArray, tilt: float, height: float) -> tuple[float, float]:
    """Tilt and height at which the outline is most like its mirror image, near a first guess."""
    tree = KDTree(outline)

    def off(p: FloatArray) -> float:
        angle = np.radians(p[0])
        ax, ay = np.cos(angle), np.sin(angle)
        h = outline[:, 0] * ay - outline[:, 1] * ax - p[1]
        upper = (h > 3.0) & (h < 0.6 * max(float(h.max()), 6.0))
        if upper.sum() < 10:
            return 1e3
        image = outline[upper] - 2.0 * h[upper, None] * np.array([ay, -ax])
        distance = np.sort(tree.query(image)[0])
        return float(np.mean(distance[: max(int(0.8 * distance.size), 5)] ** 2))

    start = np.array([tilt, height])
    found = optimize.minimize(
        off, start, method="Nelder-Mead",
        options={
            "initial_simplex": start + np.array([[0, 0], [0.6, 0], [0, 1.5]]), "maxfev": 120, "xatol": 0.01,
            "fatol": 1e-5,
        },
    )  # fmt: skip
    if abs(found.x[0] - tilt) > 2.0 or abs(found.x[1] - height) > 5.0:
        return tilt, height
    return float(found.x[0]), float(found.x[1])


def _chord(u: FloatArray, h: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Leftmost and rightmost place of an outline in each height."""
    at = np.round(h).astype(int)
    first = int(at.min())
    left, right = np.full(at.max() - first + 1, np.inf), np.full(at.max() - first + 1, -np.inf)
    np.minimum.at(left, at - first, u)
    np.maximum.at(right, at - first, u)
    good = np.isfinite(left)
    rows = np.arange(left.size)
    left, right = (np.interp(rows, rows[good], x[good]) for x in (left, right))
    k = np.clip(np.round(heights).astype(int) - first, 0, left.size - 1)
    return left[k], right[k]


def _flat_bottom(blob: FloatArray) -> Baseline | None:
    """The straight lower edge of a closed outline, if a third of its width or more is one."""
    wide = float(np.ptp(blob[:, 0]))
    middle = 0.5 * (blob[:, 1].min() + blob[:, 1].max())
    low = blob[blob[:, 1] > middle]
    mirrored = low * np.array([1.0, -1.0])
    turned = substrate_line([mirrored - mirrored.min(axis=0)], int(wide) + 1) if len(low) > 20 else None
    if turned is None:
        return None
    shift = mirrored.min(axis=0)
    found = Baseline(
        (turned.point[0] + float(shift[0]), -(turned.point[1] + float(shift[1]))),
        (turned.along[0], -turned.along[1]), turned.error_px, "flat bottom",
    )  # fmt: skip
    _, above = found.across(low)
    if (np.abs(above) < _INLIER_PX).sum() < 0.33 * wide or np.median(above) < -2.0:
        return None
    return Baseline(found.point, found.along, found.error_px, "flat bottom")
