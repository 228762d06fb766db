"""Lines across a drop at which its colour ends: where it meets its reflection, or the substrate in front.

A reflection is weaker than the drop. Just below the contact line less of the drop's colour is left, across the whole
width between the two sides of the outline. Nothing else in a drop does that: lights and windows in it have another
width, and the equator, about which a drop mirrors itself as well, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize, special
from scipy.spatial import KDTree

from interlayer.surface.wetting.baseline import Baseline, How

FloatArray = NDArray[np.float64]

MOST_TILT: Final = 15.0
"""Degrees between the line and the rows of the image that are searched."""
_TILT_STEP: Final = 0.5
_SAMPLES: Final = 48
_INNER: Final = 0.9
"""Part of the width between the sides in which the step is looked for."""
_SIDE: Final = _SAMPLES // 6
_ROWS: Final = 4
_GAP: Final = 2
_BELOW: Final = 14
"""Rows below the lowest point of the outline that are looked at: a matt substrate ends it there."""
_UNSEEN: Final = 0.35
"""Weight of a line below which no mirror image is seen."""
_ALIKE: Final = 0.012
"""Of the width by which an outline may differ from its mirror image."""
_TRIED: Final = 12
_STRAIGHT_PX: Final = 0.5
"""Error of a line's height from which on it is hardly one."""
_CROSSING: Final = 0.5
_SPAN: Final = 20.0
"""Per cent of the width that may show no step: lights reach down to the line there."""


@dataclass(frozen=True)
class Step:
    """A line across the drop.

    Attributes
    ----------
    point : (float, float)
        x, y of its middle.
    tilt_deg : float
        > 0 falls to the right.
    size : float
        Part of the drop's contrast to the background that is lost at it, in all but a fifth of the width.
    width : float
        Between the sides of the outline, over the greatest.
    noise : float
        Scatter of `size` elsewhere in the drop.
    mirrored : float
        Part of the outline's lower half above the line that is found again, mirrored, below it.
    """

    point: tuple[float, float]
    tilt_deg: float
    size: float
    width: float
    noise: float
    mirrored: float
    error_px: float = float("nan")

    @property
    def score(self) -> float:
        """How well it explains what is seen."""
        straight = 1.0 / (1.0 + (self.error_px / _STRAIGHT_PX) ** 2)
        return self.size * self.width * (_UNSEEN + (1.0 - _UNSEEN) * self.mirrored) * straight

    def line(self, how: How) -> Baseline:
        """As a baseline."""
        angle = np.radians(self.tilt_deg)
        return Baseline(
            self.point, (float(np.cos(angle)), float(np.sin(angle))), max(self.error_px, 0.1), how
        )


def contrast(image: FloatArray, outline: FloatArray) -> FloatArray:
    """Return the image as one number a pixel, 0 for the background's colour at the upper outline and 1 for the drop's.

    Parameters
    ----------
    image : array, shape (height, width, 3)
    outline : array (n, 2)
        x and y.
    """
    top = outline[outline[:, 1] < np.percentile(outline[:, 1], 60.0)]
    middle = np.array([outline[:, 0].mean(), outline[:, 1].max()])
    inwards = middle - top
    inwards /= np.maximum(np.hypot(inwards[:, 0], inwards[:, 1]), 1.0)[:, None]

    def colour(points: FloatArray) -> FloatArray:
        x = np.clip(np.rint(points[:, 0]).astype(int), 0, image.shape[1] - 1)
        y = np.clip(np.rint(points[:, 1]).astype(int), 0, image.shape[0] - 1)
        return np.median(image[y, x], axis=0)

    outer, inner = colour(top - 7.0 * inwards), colour(top + 7.0 * inwards)
    way = inner - outer
    length = max(float(way @ way), 1e-6)
    return (image - outer) @ way / length


def steps(shown: FloatArray, outline: FloatArray, most: int = 4) -> list[Step]:
    """Return the lines across an outline at which its contrast falls, the clearest first.

    Parameters
    ----------
    shown : array, shape (height, width)
        As `contrast` gives it.
    outline : array (n, 2)
        Of the drop, with or without its reflection, open below or closed.
    """
    smooth = ndimage.gaussian_filter(shown, 0.7)
    centre = 0.5 * (outline.min(axis=0) + outline.max(axis=0))
    tilts = np.arange(-MOST_TILT, MOST_TILT + 0.1, _TILT_STEP)
    scores: list[FloatArray] = []
    sizes: list[FloatArray] = []
    widths: list[FloatArray] = []
    firsts: list[float] = []
    for tilt in tilts.tolist():
        angle = np.radians(tilt)
        ax, ay = float(np.cos(angle)), float(np.sin(angle))
        d = outline - centre
        u, h = d[:, 0] * ax + d[:, 1] * ay, d[:, 0] * ay - d[:, 1] * ax
        heights = np.arange(np.ceil(h.min()) - _BELOW, np.floor(h.max()) - 3, 1.0)
        left, right = chord(u, h, heights)
        wide = right - left
        share = np.linspace(-0.5 * _INNER, 0.5 * _INNER, _SAMPLES)
        place = 0.5 * (left + right)[:, None] + wide[:, None] * share
        px = centre[0] + place * ax + heights[:, None] * ay
        py = centre[1] + place * ay - heights[:, None] * ax
        value = ndimage.map_coordinates(smooth, [py, px], order=1, mode="nearest")
        rising = np.cumsum(np.pad(value, ((1, 0), (0, 0))), axis=0)
        mean = (rising[_ROWS:] - rising[:-_ROWS]) / _ROWS
        step = mean[_ROWS + _GAP :] - mean[: -_ROWS - _GAP]
        step = ndimage.uniform_filter1d(step, 5, axis=1, mode="nearest")
        size = np.percentile(step, _SPAN, axis=1)
        # lights in the middle of a drop do not reach its sides
        for side in (step[:, :_SIDE], step[:, -_SIDE:]):
            size = np.minimum(size, np.median(side, axis=1))
        k = np.arange(len(size)) + _ROWS + _GAP // 2
        part = wide[k] / wide.max()
        # half a row: the middle of the gap lies between rows
        firsts.append(float(heights[0]) + _ROWS + 0.5 * (_GAP - 1))
        sizes.append(size)
        widths.append(part)
        scores.append(np.maximum(size, 0.0) * part)
    noise = float(np.median(np.abs(np.concatenate(sizes)))) + 1e-3
    found: list[Step] = []
    longest = max(len(one) for one in scores)
    field = np.zeros((len(tilts), longest))
    for row, one in zip(field, scores, strict=True):
        row[: len(one)] = one
    rows = np.asarray(firsts)[:, None] + np.arange(longest)
    for _ in range(_TRIED):
        i, j = (int(k) for k in np.unravel_index(int(field.argmax()), field.shape))
        if field[i, j] <= 0.0:
            break
        angle = np.radians(tilts[i])
        at = centre + rows[i, j] * np.array([np.sin(angle), -np.cos(angle)])
        point = (float(at[0]), float(at[1]))
        guess = Step(point, float(tilts[i]), float(sizes[i][j]), float(widths[i][j]), noise, 0.0)
        one = placed(shown, outline, guess)
        if one is not None:
            found.append(one)
        alike = np.abs(tilts - tilts[i])[:, None] < 2.1
        field[alike & (np.abs(rows - rows[i, j]) < 9.0)] = 0.0
    kept: list[Step] = []
    wide = float(np.ptp(outline[:, 0]))
    for one in sorted(found, key=lambda one: -one.score):
        # lines that cross a better one within the drop see part of the same step
        if not any(_near(one, other) < 12.0 + _CROSSING * _turned(one, other) * wide for other in kept):
            kept.append(one)
    return [one for one in kept if one.score > 0.0][:most]


def _near(one: Step, other: Step) -> float:
    """Distance of the middle of a line from another."""
    angle = np.radians(other.tilt_deg)
    dx, dy = one.point[0] - other.point[0], one.point[1] - other.point[1]
    return float(abs(dx * np.sin(angle) - dy * np.cos(angle)))


def _turned(one: Step, other: Step) -> float:
    return float(np.tan(np.radians(abs(one.tilt_deg - other.tilt_deg))))


def _mirrored(outline: FloatArray, at: FloatArray, angle: float) -> float:
    """Part of the outline between the line and half the drop's height that has a mirror image in the outline."""
    normal = np.array([np.sin(angle), -np.cos(angle)])
    h = (outline - at) @ normal
    upper = (h > 4.0) & (h < max(0.5 * float(h.max()), 12.0))
    lower = h < -2.0
    if upper.sum() < 10 or not lower.any():
        return 0.0
    image = outline[upper] - 2.0 * h[upper, None] * normal
    off = KDTree(outline[lower]).query(image)[0]
    return float(np.mean(off < max(2.0, _ALIKE * float(np.ptp(outline[:, 0])))))


def chord(u: FloatArray, h: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the leftmost and rightmost place of an outline in each height; beyond its ends those at its ends."""
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


def _centre(way: FloatArray, value: FloatArray, height: FloatArray) -> float:
    """Place of a blurred step between two slopes in profiles laid on each other at `height`."""
    index = (way[None, :] + height[:, None] - way[0]) / _STEP_PX
    index = np.clip(index, 0, len(way) - 1.001)
    k = index.astype(int)
    w = index - k
    rows = np.arange(len(value))[:, None]
    profile = np.median(value[rows, k] * (1 - w) + value[rows, k + 1] * w, axis=0)

    def off(p: FloatArray) -> FloatArray:
        d = way - p[0]
        up = special.ndtr(d / max(abs(p[1]), 0.3))
        a = np.column_stack([1.0 - up, d * (1.0 - up), up, d * up])
        return a @ np.linalg.lstsq(a, profile, rcond=None)[0] - profile

    found = optimize.least_squares(off, [0.0, 1.2], max_nfev=12, diff_step=1e-3)
    return float(found.x[0]) if abs(found.x[0]) < 1.5 else 0.0


_REACH: Final = 10.0
_LEAST_REACH: Final = 6.0
_STEP_PX: Final = 0.25
_PARTS: Final = 24
_BESIDE: Final = 5
_FEWEST: Final = 7
_OFF_PX: Final = 6.0
_OFF_LINE_PX: Final = 2.0


def placed(shown: FloatArray, outline: FloatArray, step: Step) -> Step | None:
    """Return the line laid through the half of its step, part by part of the width, and the error of its height.

    None where the step is lost in most of the width.

    Parameters
    ----------
    shown : array, shape (height, width)
        As `contrast` gives it.
    outline : array (n, 2)
    step : Step
        A first guess.
    """
    angle = np.radians(step.tilt_deg)
    high = float(((outline - np.asarray(step.point)) @ np.array([np.sin(angle), -np.cos(angle)])).max())
    # a flat drop ends soon above the line
    reach = min(max(0.35 * high, _LEAST_REACH), _REACH)
    way = np.arange(-reach, reach + 1e-9, _STEP_PX)
    far = round(0.4 * reach / _STEP_PX)
    error = size = float("nan")
    for _ in range(3):
        angle = np.radians(step.tilt_deg)
        along, up = np.array([np.cos(angle), np.sin(angle)]), np.array([np.sin(angle), -np.cos(angle)])
        at = np.asarray(step.point)
        d = outline - at
        u, h = d @ along, d @ up
        over = (h > 0.8 * reach) & (h < reach + 2.0)
        if not over.any():
            return None
        centre = float(np.median(u[h > 0.0]))
        sides = u[over]
        left = float(sides[sides < centre].max(initial=-np.inf))
        right = float(sides[sides >= centre].min(initial=np.inf))
        if not np.isfinite([left, right]).all() or right - left < 12.0:
            return None
        inset = 3.0
        place = np.linspace(left + inset, right - inset, _PARTS * _BESIDE)
        x = at[0] + place[:, None] * along[0] + way * up[0]
        y = at[1] + place[:, None] * along[1] + way * up[1]
        value = ndimage.map_coordinates(shown, [y, x], order=1, mode="nearest")
        value = value.reshape(_PARTS, _BESIDE, -1).mean(axis=1)
        place = place.reshape(_PARTS, _BESIDE).mean(axis=1)
        low, high = np.median(value[:, :far], axis=1), np.median(value[:, -far:], axis=1)
        share = (value - low[:, None]) / np.where(high > low, high - low, np.nan)[:, None]
        crossing = (share[:, :-1] < 0.5) & (share[:, 1:] >= 0.5)
        score = np.where(crossing, np.abs(way[:-1] + 0.5 * _STEP_PX), np.inf)
        k = score.argmin(axis=1)
        rows = np.arange(_PARTS)
        v0, v1 = share[rows, k], share[rows, k + 1]
        with np.errstate(invalid="ignore", divide="ignore"):
            height = way[k] + _STEP_PX * (0.5 - v0) / (v1 - v0)
        good = np.isfinite(height) & (score[rows, k] < _OFF_PX) & (high - low > 0.4 * np.median(high - low))
        if good.sum() < _FEWEST:
            return None
        fit = np.zeros(2)
        for _ in range(4):
            fit = np.polyfit(place[good], height[good], 1)
            off = height - np.polyval(fit, place)
            spread = max(1.4826 * float(np.median(np.abs(off[good]))), 0.05)
            new = np.isfinite(off) & (np.abs(off) < 3.0 * spread)
            if new.sum() < _FEWEST or (new == good).all():
                break
            good = new
        off = height[good] - np.polyval(fit, place[good])
        error = float(np.std(off)) * float(np.sqrt(2.0 / good.sum())) * 1.5
        middle = 0.5 * (left + right)
        lift = float(np.polyval(fit, middle)) + _centre(way, value[good], np.polyval(fit, place[good]))
        point = at + middle * along + lift * up
        tilt = step.tilt_deg - float(np.degrees(np.arctan(fit[0])))
        step = replace(step, point=(float(point[0]), float(point[1])), tilt_deg=tilt)
        near = np.abs(np.nan_to_num(height - np.polyval(fit, place), nan=9.0)) < _OFF_LINE_PX
        # lights reach down to the line here and there; a line that is none holds in few parts
        size = float(np.mean(np.where(near, high - low, 0.0)))
    step = replace(step, size=min(step.size, size))
    angle = float(np.radians(step.tilt_deg))
    return replace(step, mirrored=_mirrored(outline, np.asarray(step.point), angle), error_px=error)
