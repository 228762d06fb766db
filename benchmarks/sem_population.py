"""Rendered cross-sections whose thickness, pores and cracks are known from their geometry.

Three materials with texture, rough boundaries, tilt, round pores and polyline cracks are drawn on a grid four times
finer than the pixels; blur, charging, curtaining and noise follow. Truth is computed from the geometry: thickness from
the two boundary curves, areas from the fine masks, crack length from the vertices. Nothing of `interlayer` is used.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FloatArray = NDArray[np.float64]
SEED = 20261
"""Of the population that is judged; the method was developed on others (1 to 9)."""
SIZE = 120
FINE = 4


@dataclass(frozen=True)
class Plan:
    """What is drawn; lengths in pixels, grey levels from 0 to 1."""

    columns: int = 640
    rows: int = 448
    thickness: float = 90.0
    tilt_deg: float = 0.0
    roughness: tuple[float, float] = (2.0, 2.0)
    correlation: float = 25.0
    grey: tuple[float, float, float] = (0.25, 0.55, 0.8)
    pore_grey: float = 0.12
    porosity: float = 0.1
    pore_radius: tuple[float, float] = (3.0, 9.0)
    cracks: int = 2
    through: int = 1
    crack_width: tuple[float, float] = (2.5, 5.0)
    blur: float = 1.1
    noise: float = 0.03
    texture: float = 0.015
    charging: float = 0.05
    curtaining: float = 0.02
    gap: tuple[float, float] | None = None
    """Columns between which there is no layer."""
    bar: int = 0
    """Pixels of the scale bar in a data bar below the image; 0: no data bar."""


@dataclass(frozen=True)
class Rendered:
    """An image and the truth about it; lengths in pixels.

    Attributes
    ----------
    grey : ndarray, shape (rows, columns)
    thickness : ndarray, shape (columns,)
        Along the normal of the mean layer.
    upper, lower : ndarray, shape (columns,)
        Rows of the boundaries at the columns' centres.
    porosity, crack_fraction : float
        Of the layer's area; where a crack passes a pore it is pore.
    crack_length : float
        Of the polylines, clipped to the layer.
    through : int
    """

    plan: Plan
    grey: FloatArray
    thickness: FloatArray
    upper: FloatArray
    lower: FloatArray
    porosity: float
    crack_fraction: float
    crack_length: float
    through: int


def rough(rng: np.random.Generator, size: int, rms: float, correlation: float) -> FloatArray:
    """Gaussian curve of given rms and correlation length (1/e of a gaussian correlation)."""
    if rms == 0.0:
        return np.zeros(size)
    sigma = correlation / 2.0
    values = ndimage.gaussian_filter1d(rng.standard_normal(size), sigma, mode="wrap")
    return values * rms * np.sqrt(2.0 * sigma * np.sqrt(np.pi))


def render(plan: Plan, rng: np.random.Generator) -> Rendered:
    """Draw one cross-section."""
    n, m = plan.columns, plan.rows
    slope = np.tan(np.deg2rad(plan.tilt_deg))
    cosine = np.cos(np.deg2rad(plan.tilt_deg))
    x = (np.arange(n * FINE) + 0.5) / FINE
    middle = 0.5 * m + rng.uniform(-0.06, 0.06) * m + (x - n / 2) * slope
    half = 0.5 * plan.thickness / cosine
    curves = [
        rough(rng, n * FINE, r, plan.correlation * FINE) if r else np.zeros(n * FINE) for r in plan.roughness
    ]
    upper, lower = middle - half + curves[0], middle + half + curves[1]
    lower = np.maximum(lower, upper + 1.0)
    if plan.gap is not None:
        fade = np.clip((np.abs(x - 0.5 * sum(plan.gap)) - 0.5 * (plan.gap[1] - plan.gap[0])) / 6.0, 0.0, 1.0)
        centre = lower
        upper = centre - (centre - upper) * fade
    y = (np.arange(m * FINE)[:, None] + 0.5) / FINE
    layer = (y >= upper) & (y < lower)
    below = y >= lower
    pores = _pores(plan, rng, upper, lower, layer)
    cracks, length, through = _cracks(plan, rng, upper, lower)
    in_pore, in_crack = layer & pores, layer & cracks & ~pores
    area = float(layer.sum())
    top, mid, bottom = plan.grey
    fine = np.where(below, bottom, np.where(layer, mid, top))
    fine = np.where(in_pore | in_crack, plan.pore_grey, fine)
    share = fine.reshape(m, FINE, n, FINE).mean(axis=(1, 3))
    for scale in (1.5, 4.0):
        grain = ndimage.gaussian_filter(rng.standard_normal((m, n)), scale)
        share = share + plan.texture * grain / grain.std()
    image = ndimage.gaussian_filter(share, plan.blur)
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, m))
    a = rng.uniform(0.0, 2.0 * np.pi)
    bump = np.exp(-((u - rng.uniform(-1, 1)) ** 2 + (v - rng.uniform(-1, 1)) ** 2) / 0.5)
    image = image + plan.charging * (np.cos(a) * u + np.sin(a) * v + 0.5 * bump)
    stripes = ndimage.gaussian_filter1d(rng.standard_normal(n), 1.5)
    image = image * (1.0 + plan.curtaining * stripes / stripes.std())
    image = np.clip(image + plan.noise * rng.standard_normal((m, n)), 0.0, 1.0)
    image = np.round(image * 255.0) / 255.0
    if plan.bar:
        image = np.vstack([image, data_bar(n, plan.bar)])

    def at_pixels(values: FloatArray) -> FloatArray:
        return values.reshape(n, FINE).mean(axis=1)

    return Rendered(
        plan,
        image,
        at_pixels(lower - upper) * cosine,
        at_pixels(upper),
        at_pixels(lower),
        float(in_pore.sum()) / area,
        float(in_crack.sum()) / area,
        length,
        through,
    )


def data_bar(columns: int, bar: int, height: int = 44) -> FloatArray:
    """A black strip with something like text and a white scale bar with end ticks."""
    strip = np.zeros((height, columns))
    rng = np.random.default_rng(7)
    for begin in range(12, columns // 2, 14):  # letters: small blocks with holes
        strip[14:26, begin : begin + 8] = rng.random((12, 8)) > 0.45
    left = columns - bar - 24
    strip[28:31, left : left + bar] = 1.0
    strip[24:35, left : left + 2] = 1.0
    strip[24:35, left + bar - 2 : left + bar] = 1.0
    strip[8:18, left + 4 : left + 12] = 1.0
    return strip


def _pores(plan: Plan, rng, upper: FloatArray, lower: FloatArray, layer) -> NDArray[np.bool_]:
    mask = np.zeros(layer.shape, dtype=bool)
    if plan.porosity <= 0.0:
        return mask
    area, goal, tries = 0.0, plan.porosity * layer.sum(), 0
    while area < goal and tries < 20_000:
        tries += 1
        r = rng.uniform(*plan.pore_radius)
        cx = rng.uniform(-r, plan.columns + r)
        k = int(np.clip(cx * FINE, 0, plan.columns * FINE - 1))
        reach = slice(max(0, k - int((r + 2) * FINE)), k + int((r + 2) * FINE))
        top, bottom = upper[reach].max() + r + 2.5, lower[reach].min() - r - 2.5
        if bottom <= top:
            continue
        cy = rng.uniform(top, bottom)
        rows = slice(max(0, int((cy - r - 1) * FINE)), int((cy + r + 1) * FINE))
        cols = slice(max(0, int((cx - r - 1) * FINE)), max(0, int((cx + r + 1) * FINE)))
        yy = (np.arange(layer.shape[0])[rows, None] + 0.5) / FINE
        xx = (np.arange(layer.shape[1])[None, cols] + 0.5) / FINE
        disc = (yy - cy) ** 2 + (xx - cx) ** 2 < r**2
        area += float((disc & ~mask[rows, cols]).sum())
        mask[rows, cols] |= disc
    return mask


def _cracks(plan: Plan, rng, upper, lower) -> tuple[NDArray[np.bool_], float, int]:
    shape = (plan.rows * FINE, plan.columns * FINE)
    mask, length, crossing = np.zeros(shape, dtype=bool), 0.0, 0
    for number in range(plan.cracks):
        width = rng.uniform(*plan.crack_width)
        lane = plan.columns / max(plan.cracks, 1)
        x0 = lane * (number + rng.uniform(0.3, 0.7))
        k = int(np.clip(x0 * FINE, 0, shape[1] - 1))
        top, bottom = upper[k], lower[k]
        if number < plan.through:
            begin, steps = np.array([x0, top - 8.0]), int(np.ceil((bottom - top + 16.0) / 14.0))
            heading = np.pi / 2 + rng.uniform(-0.3, 0.3)
        else:
            steps = max(4, int(rng.uniform(0.5, 1.2) * (bottom - top) / 14.0))
            heading = rng.uniform(-0.5, 0.5) + (np.pi if rng.random() < 0.5 else 0.0)
            begin = np.array([x0, rng.uniform(top + 0.3 * (bottom - top), bottom - 0.3 * (bottom - top))])
        turns = rng.uniform(-0.55, 0.55, steps)
        angles = heading + turns if number < plan.through else heading + np.cumsum(turns) * 0.3 + turns
        points = np.vstack(
            [begin, begin + np.cumsum(14.0 * np.column_stack([np.cos(angles), np.sin(angles)]), 0)]
        )
        if number < plan.through:
            points = np.vstack([points, points[-1] + [0.0, 14.0]])
            points = np.vstack([points, points[-1] + [0.0, 14.0]])
        own = np.zeros(shape, dtype=bool)
        for p, q in itertools.pairwise(points):
            _segment(own, p, q, width)
        fine = np.concatenate([np.linspace(p, q, 200, endpoint=False) for p, q in itertools.pairwise(points)])
        col = (fine[:, 0] * FINE).astype(int)
        seen = (col >= 0) & (col < shape[1])
        col = np.clip(col, 0, shape[1] - 1)
        inside = seen & (fine[:, 1] >= upper[col]) & (fine[:, 1] < lower[col])
        steps_length = np.hypot(*np.diff(fine, axis=0).T)
        length += float((steps_length * inside[:-1]).sum())
        crossing += bool(
            (seen & (fine[:, 1] < upper[col])).any() and (seen & (fine[:, 1] >= lower[col])).any()
        )
        mask |= own
    return mask, length, crossing


def _segment(mask: NDArray[np.bool_], p: FloatArray, q: FloatArray, width: float) -> None:
    """Fill all points nearer than half a width to the segment."""
    low = np.floor((np.minimum(p, q) - width) * FINE).astype(int)
    high = np.ceil((np.maximum(p, q) + width) * FINE).astype(int)
    cols = slice(max(0, low[0]), max(0, high[0]))
    rows = slice(max(0, low[1]), max(0, high[1]))
    yy = (np.arange(mask.shape[0])[rows, None] + 0.5) / FINE
    xx = (np.arange(mask.shape[1])[None, cols] + 0.5) / FINE
    d = q - p
    t = np.clip(((xx - p[0]) * d[0] + (yy - p[1]) * d[1]) / (d @ d), 0.0, 1.0)
    mask[rows, cols] |= np.hypot(xx - p[0] - t * d[0], yy - p[1] - t * d[1]) < 0.5 * width


def drawn(rng: np.random.Generator) -> Plan:
    """One member of the population."""
    orders = ((0.22, 0.5, 0.75), (0.3, 0.7, 0.48), (0.75, 0.5, 0.28), (0.45, 0.72, 0.55), (0.2, 0.62, 0.42))
    grey = np.array(orders[rng.integers(len(orders))]) + rng.uniform(-0.03, 0.03, 3)
    thickness = float(np.exp(rng.uniform(np.log(45.0), np.log(170.0))))
    cracks = int(rng.integers(0, 5))
    largest = min(10.0, 0.12 * thickness)
    return Plan(
        thickness=thickness,
        tilt_deg=float(rng.uniform(-5.0, 5.0)),
        roughness=(float(rng.uniform(0.5, 4.0)), float(rng.uniform(0.5, 4.0))),
        correlation=float(rng.uniform(15.0, 60.0)),
        grey=(float(grey[0]), float(grey[1]), float(grey[2])),
        pore_grey=float(rng.uniform(0.08, 0.4) * grey[1]),
        porosity=float(rng.choice([0.0, rng.uniform(0.01, 0.3)], p=[0.1, 0.9])),
        pore_radius=(min(3.0, 0.6 * largest), largest),
        cracks=cracks,
        through=int(rng.integers(0, cracks + 1)),
        crack_width=(2.5, 6.0),
        blur=float(rng.uniform(0.7, 1.6)),
        noise=float(rng.uniform(0.015, 0.05)),
        texture=float(rng.uniform(0.005, 0.015)),
        charging=float(rng.uniform(0.0, 0.07)),
        curtaining=float(rng.uniform(0.0, 0.035)),
        bar=int(rng.integers(80, 240)),
    )


def population(size: int, seed: int = SEED) -> list[Rendered]:
    """Members, each with its own stream of random numbers."""
    found: list[Rendered] = []
    for number in range(size):
        rng = np.random.default_rng([seed, number])
        found.append(render(drawn(rng), rng))
    return found


def plain(**changes: object) -> Plan:
    """A clean image: no noise, no texture, no charging, straight boundaries, nothing in the layer."""
    base = Plan(
        roughness=(0.0, 0.0),
        porosity=0.0,
        cracks=0,
        through=0,
        noise=0.0,
        texture=0.0,
        charging=0.0,
        curtaining=0.0,
    )
    return replace(base, **changes)  # type: ignore[arg-type]
