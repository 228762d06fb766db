"""Both boundaries of the layer, column by column, to fractions of a pixel.

Each column is cut in three: above, layer, below. The cost of a cut is the squared misfit of all its pixels to the
levels of the materials, cut off where a pixel fits nothing; a pixel darker than the layer may be a pore. The cheapest
line through all columns is found for one boundary while the other is held, in turn, with levels taken anew. The place
within the pixel is where a sharp step would have the same sum of grey levels as the blurred one has.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.optimize import least_squares
from scipy.special import ndtr

from interlayer.errors import InputError
from interlayer.surface.sem.bands import Chosen
from interlayer.surface.sem.path import cheapest_path

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

STIFFNESS: Final = 3.0
ODD: Final = 4.5
"""Largest cost of a pixel that does not fit: three standard deviations."""
BLURRED: Final = 0.15
"""Of the step, that the misfit of a pixel is at least measured by."""
CHARGED: Final = 0.1
"""Of the grey range, that the layer may be darker in places without being pores."""
DARK: Final = 1.0
"""Largest cost of a dark pixel in the layer: a pore or crack may be there."""
ROUNDS: Final = 3
LEAST_CONTRAST: Final = 0.35
"""Of the usual step; columns with less are not judged."""
GAP: Final = 0.12
"""Of the median thickness; less is a place without layer."""


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Where the layer begins and ends; rows of the image without data bar, fractions count from a pixel's upper edge.

    Attributes
    ----------
    upper, lower : ndarray, shape (columns,)
        Boundaries; a row of 10.0 lies between pixels 9 and 10.
    judged : ndarray of bool, shape (columns,)
        Whether both boundaries can be seen there.
    gap : ndarray of bool, shape (columns,)
        Whether there is no layer.
    slope : float
        Of the layers, rows a column.
    above, layer, below : float
        Median grey levels.
    blur : tuple of float
        Standard deviation of the edges' blur, upper and lower, pixels.
    noise : float
        Standard deviation of grey levels inside the materials.
    gain : ndarray, shape (columns,)
        Brightness of each column over its neighbours': curtaining.
    """

    upper: FloatArray
    lower: FloatArray
    judged: BoolArray
    gap: BoolArray
    slope: float
    above: float
    layer: float
    below: float
    blur: tuple[float, float]
    noise: float
    gain: FloatArray

    @property
    def cosine(self) -> float:
        """Of the tilt: what turns a vertical distance into one along the normal."""
        return float(1.0 / np.hypot(1.0, self.slope))

    @property
    def thickness(self) -> FloatArray:
        """Along the normal of the mean layer, pixels, shape (columns,)."""
        return (self.lower - self.upper) * self.cosine


def find_boundaries(grey: FloatArray, chosen: Chosen, slope: float) -> Boundaries:
    """Return the boundaries of the chosen layer.

    Parameters
    ----------
    grey : ndarray, shape (rows, columns)
    chosen : Chosen
    slope : float

    Raises
    ------
    InputError
        If the layer cannot be told from what lies beside it.
    """
    rows, columns = grey.shape
    shift = np.rint(slope * (np.arange(columns) - 0.5 * (columns - 1))).astype(int)
    thickness = chosen.lower - chosen.upper
    margin = float(np.clip(0.6 * thickness, 15.0, 150.0))
    low = int(max(chosen.upper - margin, chosen.low + 0.25 * (chosen.upper - chosen.low)))
    high = int(min(chosen.lower + margin, chosen.high - 0.25 * (chosen.high - chosen.lower)))
    at = np.arange(low, high)[:, None] + shift
    inside = (at >= 0) & (at < rows)
    image = grey[np.clip(at, 0, rows - 1), np.arange(columns)]
    top = np.full(columns, round(chosen.upper) - low)
    bottom = np.full(columns, round(chosen.lower) - low)
    gain = np.ones(columns)
    levels = sigma = None
    for _ in range(ROUNDS):
        flat = image / gain
        levels, sigma = _levels(flat, inside, top, bottom)
        _check(levels, sigma)
        costs = _costs(flat, inside, levels, sigma)
        top = cheapest_path(_cut(costs[0], costs[1], costs[3], bottom, upper=True), STIFFNESS)
        bottom = cheapest_path(_cut(costs[2], costs[3], costs[0], top, upper=False), STIFFNESS)
        gain = _gain(image, inside, levels, top, bottom)
    assert levels is not None and sigma is not None
    flat = image / gain
    levels, sigma = _levels(flat, inside, top, bottom)
    upper, seen_top, upper_blur = _within_pixel(flat, top, levels[0], levels[1])
    lower, seen_bottom, lower_blur = _within_pixel(flat, bottom, levels[2], levels[3])
    tall = lower - upper
    thin = tall < max(1.5, GAP * float(np.median(tall)))
    gap = np.asarray(ndimage.binary_opening(thin, np.ones(3, dtype=bool)), dtype=bool)
    edge = (top <= 1) | (bottom >= image.shape[0] - 1)
    judged = ((seen_top & seen_bottom) | gap) & ~edge
    if judged.mean() < 0.2:
        raise InputError(
            f"both boundaries are seen in only {judged.mean():.0%} of the columns",
            advice="crop with --region, say --between y0,y1, or take an image with more contrast",
        )
    return Boundaries(
        upper + low + shift,
        lower + low + shift,
        judged,
        gap & judged,
        slope,
        float(np.median(levels[0])),
        float(np.median(0.5 * (levels[1] + levels[2]))),
        float(np.median(levels[3])),
        (upper_blur, lower_blur),
        sigma,
        gain,
    )


_Levels = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""Above; layer near its top; layer near its bottom; below. Each of shape (columns,)."""


def _levels(
    flat: FloatArray, inside: BoolArray, top: NDArray[np.int64], bottom: NDArray[np.int64]
) -> tuple[_Levels, float]:
    rows, columns = flat.shape
    y = np.arange(rows)[:, None]
    tall = bottom - top
    usual = max(4.0, float(np.median(tall)))
    keep_off = int(min(4.0, 0.15 * usual))
    deep = int(np.clip(0.45 * usual, 3.0, 30.0))
    zones = (
        (y < top - keep_off) & (y >= top - keep_off - deep),
        (y >= top + keep_off) & (y < np.minimum(top + keep_off + deep, bottom - keep_off)),
        (y < bottom - keep_off) & (y >= np.maximum(bottom - keep_off - deep, top + keep_off)),
        (y >= bottom + keep_off) & (y < bottom + keep_off + deep),
    )
    found: list[FloatArray] = []
    spreads: list[float] = []
    blocks = np.linspace(0, columns, max(2, min(24, columns // 24)) + 1).astype(int)
    centres = 0.5 * (blocks[:-1] + blocks[1:])
    whole = flat[(zones[1] | zones[2]) & inside]
    floor = -np.inf
    if whole.size:
        middle = _bright_level(whole)
        floor = middle - max(4.0 * 1.4826 * float(np.median(whole[whole >= middle] - middle)), CHARGED)
    for number, zone in enumerate(zones):
        values = np.full(len(centres), np.nan)
        for k, (a, b) in enumerate(itertools.pairwise(blocks)):
            pixels = flat[:, a:b][(zone & inside)[:, a:b]]
            if number in (1, 2):
                # Where pores crowd, they would be the median: what is far below the whole layer's level is none of it.
                pixels = pixels[pixels > floor]
            if pixels.size >= 12:
                values[k] = _bright_level(pixels) if number in (1, 2) else float(np.median(pixels))
        good = np.isfinite(values)
        if not good.any():
            raise InputError(
                "nothing is left above, in or below the layer to compare", advice="crop with --region"
            )
        smooth = ndimage.median_filter(np.interp(centres, centres[good], values[good]), 3, mode="nearest")
        level = np.interp(np.arange(columns), centres, smooth)
        found.append(level)
        rest = (flat - level)[zone & inside]
        part = rest[rest >= 0.0] if number in (1, 2) else np.abs(rest)
        spreads.append(1.4826 * float(np.median(part)) if part.size else 0.0)
    return (found[0], found[1], found[2], found[3]), max(float(np.median(spreads)), 1e-3)


def _bright_level(pixels: FloatArray) -> float:
    """Level of the layer's material where part of it may be dark pores: median of what is above half depth."""
    level = float(np.median(pixels))
    for _ in range(4):
        spread = 1.4826 * float(np.median(pixels[pixels >= level] - level))
        level = float(np.median(pixels[pixels > level - 2.5 * spread - 0.004]))
    return level


def _check(levels: _Levels, sigma: float) -> None:
    for name, a, b in (("above", levels[0], levels[1]), ("below", levels[3], levels[2])):
        step = float(np.median(np.abs(a - b)))
        if step < 0.6 * sigma or step < 0.01:
            raise InputError(
                f"the layer and what lies {name} it differ by {100 * step:.1f} % of the grey range, "
                f"less than can be told from the noise of {100 * sigma:.1f} %",
                advice="say --layer or --between, crop with --region, or take an image with more contrast",
            )


def _costs(flat: FloatArray, inside: BoolArray, levels: _Levels, sigma: float) -> tuple[FloatArray, ...]:
    """Misfit of each pixel to: above, layer (near top), layer (near bottom), below."""
    found: list[FloatArray] = []
    steps = [float(np.median(np.abs(a - b))) for a, b in ((levels[0], levels[1]), (levels[2], levels[3]))]
    # Without noise every blurred pixel of an edge would fit nothing; so it is nearer to one side than to the other.
    sigma = max(sigma, BLURRED * min(steps))
    for number, level in enumerate(levels):
        off = (flat - level) / sigma
        cost = np.minimum(0.5 * off**2, ODD)
        if number in (1, 2):
            cost = np.where(off < 0.0, np.minimum(cost, DARK), cost)
        found.append(np.where(inside, cost, 0.0))
    return tuple(found)


def _cut(
    outer: FloatArray, layer: FloatArray, beyond: FloatArray, other: NDArray[np.int64], *, upper: bool
) -> FloatArray:
    """Cost of one boundary at each row while the other boundary is held; shape (rows + 1, columns)."""
    rows, columns = outer.shape if upper else layer.shape
    y = np.arange(rows)[:, None]
    held = y >= other if upper else y < other
    if upper:
        first, second = outer, np.where(held, beyond, layer)
    else:
        first, second = np.where(held, beyond, outer), layer
    zero = np.zeros((1, columns))
    total = np.concatenate([zero, np.cumsum(first - second, axis=0)], axis=0)
    row = np.arange(rows + 1)[:, None]
    allowed = row <= other if upper else row >= other
    return np.where(allowed, total, np.inf)


def _gain(
    image: FloatArray, inside: BoolArray, levels: _Levels, top: NDArray[np.int64], bottom: NDArray[np.int64]
) -> FloatArray:
    """Brightness of each column relative to its neighbours, from what lies above and below the layer."""
    y = np.arange(image.shape[0])[:, None]
    # Not from the layer: a crack along the column would pass for a dark stripe.
    model = np.where(y < top, levels[0], levels[3])
    outside = inside & ((y < top - 2) | (y >= bottom + 2))
    ratio = np.where(outside, image / np.maximum(model, 0.02), np.nan)
    ratio[0, ~outside.any(axis=0)] = 1.0
    middle = np.nanmedian(ratio, axis=0)
    middle = np.where(np.isfinite(middle), middle, 1.0)
    return np.clip(middle / ndimage.median_filter(middle, 41, mode="nearest"), 0.7, 1.4)


def _profile(
    flat: FloatArray, path: FloatArray, half: int, step: float = 0.5
) -> tuple[FloatArray, FloatArray]:
    """Median grey level against the distance from a boundary along its normal; distances count from its line."""
    distance = np.arange(-half, half + step / 2, step)
    columns = np.arange(flat.shape[1])
    at = path + distance[:, None] * np.hypot(1.0, np.gradient(path)) - 0.5
    # Linear interpolation would blur by itself.
    values = ndimage.map_coordinates(flat, [at, np.broadcast_to(columns, at.shape)], order=3, mode="nearest")
    return distance, np.median(values, axis=1)


def _blur(flat: FloatArray, path: FloatArray, above: FloatArray, below: FloatArray) -> float:
    """Standard deviation of the blur of an edge, from the profile across it; what the line misses is in it."""
    smooth = ndimage.gaussian_filter1d(path, 1.0, mode="nearest")
    distance, profile = _profile(flat, smooth, 8)
    a, b = float(np.median(above)), float(np.median(below))
    wanted = (profile - a) / (b - a)

    def misfit(p: FloatArray) -> FloatArray:
        return ndtr((distance - p[0]) / p[1]) * p[2] + p[3] - wanted

    fit = least_squares(misfit, [0.0, 1.5, 1.0, 0.0], bounds=([-4, 0.2, 0.5, -0.3], [4, 8, 1.5, 0.3]))
    return float(fit.x[1])


def _within_pixel(
    flat: FloatArray, path: NDArray[np.int64], above: FloatArray, below: FloatArray
) -> tuple[FloatArray, BoolArray, float]:
    """Boundary to fractions of a pixel, whether the step is there, and the blur of the edge."""
    blur = _blur(flat, ndimage.gaussian_filter1d(path.astype(np.float64), 3.0, mode="nearest"), above, below)
    rows, columns = flat.shape
    x = np.arange(columns)
    w = int(np.clip(np.ceil(2.5 * blur) + 1, 3, 8))
    place = path.astype(np.float64)
    for _ in range(2):
        start = np.clip(np.rint(place).astype(int), w, max(w, rows - w))
        window = flat[np.clip(start + np.arange(-w, w)[:, None], 0, rows - 1), x]
        share = np.clip((window - below) / (above - below), -0.25, 1.25)
        moved = start - w + share.sum(axis=0)
        place = np.where(np.abs(moved - start) < w - 0.5, moved, place)
    near = np.clip(path, 0, rows)
    far = w + 6
    first = np.array([flat[np.clip(near - k - 1, 0, rows - 1), x] for k in range(2, far)])
    second = np.array([flat[np.clip(near + k, 0, rows - 1), x] for k in range(2, far)])
    contrast = np.median(second, axis=0) - np.median(first, axis=0)
    contrast = ndimage.median_filter(contrast, 11, mode="nearest") / (below - above)
    return place, contrast >= LEAST_CONTRAST, _blur(flat, place, above, below)
