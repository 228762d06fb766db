"""Dark places inside the layer: round ones are pores, elongated ones cracks.

The layer is flattened by the level of its own material. A dark place counts if its core is darker than the noise can
be; its outline is where the grey level is half way between the material and the cores of the pores. Cracks
are taken out first (`cracks.py`); the rest is pore.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import erf

from interlayer.surface.sem.boundaries import Boundaries
from interlayer.surface.sem.cracks import Crack, find_cracks
from interlayer.surface.sem.masks import depth_inside, filled, grown, labelled, nearest, of_labels
from interlayer.surface.sem.stretches import Sampled

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SMOOTHING_PX: Final = 0.8
CORE: Final = 4.5
"""Standard deviations by which a core is darker than the material."""
LEAST_DEPTH: Final = 5.0
"""Of the pores over the standard deviation, below which pores and texture are not told apart."""
SMALLEST_PX: Final = 6
"""Area of the smallest dark place that counts."""
FAINT: Final = 0.38
"""Of the pores' depth, from which a place is followed as a crack: narrow ones are filled by the blur."""
MOUTH: Final = 9
"""Columns over which the median of a boundary is taken."""
ROOM: Final = 1.5
"""Pixels by which a pore's smallest disc is wider than a crack, either side."""
SHIFTED: Final = (0.45, 0.55)
"""Thresholds, of the depth, between which the area's dependence on the threshold is taken."""
CRACK_ERROR: Final = (0.05, 0.8)
"""Relative standard error of crack area and length without pores, and what a porosity of 1 would add in squares: as met
on rendered images other than those of the benchmark."""


@dataclass(frozen=True, eq=False)
class Voids:
    """Pores and cracks of the layer; masks in the image's pixels.

    Attributes
    ----------
    pores, cracks, lines : ndarray of bool, shape (rows, columns)
        Areas; middle lines of the cracks.
    layer_area : float
        Pixels of the layer, places without layer left out.
    porosity, crack_fraction : float
        Of the layer's area.
    porosity_error : float
        Half the change between both shifted thresholds, joined with what few places can tell.
    crack_error : float
        Standard error of the crack fraction, larger among many pores.
    crack_length, crack_length_error : float
        Pixels, all cracks together.
    through, crack_count : int
        Cracks from one boundary to the other; all cracks.
    pore_count : int
    depth, noise : float
        Of pores below the material, and of the material's own grey levels, smoothed.
    readable : bool
        Whether pores could be told from texture; False: nothing is dark enough, or the noise is too large.
    limit : float
        Area fraction of the smallest place that would be seen.
    """

    pores: BoolArray
    cracks: BoolArray
    lines: BoolArray
    layer_area: float
    porosity: float
    porosity_error: float
    crack_fraction: float
    crack_error: float
    crack_length: float
    crack_length_error: float
    through: int
    crack_count: int
    pore_count: int
    depth: float
    noise: float
    readable: bool
    limit: float


def find_voids(grey: FloatArray, found: Boundaries) -> Voids:
    """Return pores and cracks between the boundaries.

    Parameters
    ----------
    grey : ndarray, shape (rows, columns)
    found : Boundaries
    """
    # A crack that reaches a boundary draws it in for a few columns.
    found = replace(
        found,
        upper=np.asarray(ndimage.median_filter(found.upper, MOUTH, mode="nearest"), dtype=np.float64),
        lower=np.asarray(ndimage.median_filter(found.lower, MOUTH, mode="nearest"), dtype=np.float64),
    )
    rows = np.arange(grey.shape[0])[:, None] + 0.5
    layer = (rows >= found.upper) & (rows < found.lower) & ~found.gap
    area = float(np.where(found.gap, 0.0, found.lower - found.upper).sum())
    y0, y1 = int(max(0, found.upper.min() - 2)), int(min(grey.shape[0], found.lower.max() + 3))
    part, inside = grey[y0:y1] / found.gain, layer[y0:y1]
    noise, depth_map = _darkness(part, inside)
    nothing = np.zeros(grey.shape, dtype=bool)
    limit = SMALLEST_PX / area
    cores = _cores(depth_map, inside, noise)
    depth, resolved = _depth(depth_map, cores, max(found.blur))
    if depth is None or depth < LEAST_DEPTH * noise:
        blind = depth is not None or noise > 0.15 * max(found.layer, 0.05)
        return Voids(
            nothing,
            nothing,
            nothing,
            area,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0,
            0,
            0,
            depth or 0.0,
            noise,
            not blind,
            limit,
        )
    usable = _usable(rows[y0:y1], inside, found, depth)
    normal = np.where(usable, depth_map / depth, 0.0)
    dark = _kept(usable & (depth_map > FAINT * depth), cores)
    sampled = Sampled(np.where(inside, depth_map, 0.0))
    blur = float(np.hypot(np.mean(found.blur), SMOOTHING_PX))
    cracks = [_to_boundaries(crack, found, y0) for crack in find_cracks(normal, dark)]
    profiles = [_across(crack, sampled) for crack in cracks]
    scale = depth if resolved else _depth_of_cracks(cracks, profiles, blur, found.layer)
    widths = [across / scale for across, _ in profiles]
    masks = [_kept(usable & (depth_map > share * depth), cores) for share in (SHIFTED[0], 0.5, SHIFTED[1])]
    split = [_split(mask, cracks, widths) for mask in masks]
    pores, crack_mask, lines, bare = split[1]
    pore_area = np.array([float(s[0].sum()) for s in split]) / area
    crack_area = sum(bare) / area
    labels, pore_count = labelled(pores)
    sizes = np.bincount(labels.ravel())[1:].astype(np.float64)
    few = float(np.sqrt(np.sum(sizes**2))) / area
    length = sum(c.length for c in cracks)
    relative = float(np.hypot(CRACK_ERROR[0], CRACK_ERROR[1] * pore_area[1]))

    def whole(mask: BoolArray) -> BoolArray:
        full = nothing.copy()
        full[y0:y1] = mask
        return full

    return Voids(
        whole(pores),
        whole(crack_mask),
        whole(lines),
        area,
        float(pore_area[1]),
        float(np.hypot(0.5 * np.ptp(pore_area), few)),
        crack_area,
        relative * crack_area,
        length,
        relative * length,
        sum(c.top and c.bottom for c in cracks),
        len(cracks),
        int(pore_count),
        depth,
        noise,
        True,
        limit,
    )


def _darkness(part: FloatArray, inside: BoolArray) -> tuple[float, FloatArray]:
    """Lightly smoothed darkness against the layer's own material, after the noise of it."""
    usual = float(np.median(inside.sum(axis=0)))
    width = float(np.clip(0.3 * usual, 8.0, 30.0))
    material = inside.copy()
    level = np.zeros_like(part)
    noise = 0.0
    for _ in range(6):
        weight = ndimage.gaussian_filter(material.astype(np.float64), width)
        level = ndimage.gaussian_filter(np.where(material, part, 0.0), width) / np.maximum(weight, 1e-6)
        rest = part - level
        values = rest[material]
        offset = float(np.median(values))
        noise = 1.4826 * float(np.median(np.abs(values[values >= offset] - offset)))
        material = inside & (rest > offset - 2.0 * noise)
    dark = level - part
    dark -= float(np.median(dark[material]))
    # Smoothed inside the layer only: what lies beside it is another material.
    weight = ndimage.gaussian_filter(inside.astype(np.float64), SMOOTHING_PX)
    smooth = ndimage.gaussian_filter(np.where(inside, dark, 0.0), SMOOTHING_PX) / np.maximum(weight, 1e-3)
    bright = -smooth[inside & (smooth <= 0.0)]
    smooth_noise = 1.4826 * float(np.median(bright)) if bright.size else noise
    return max(smooth_noise, 1e-3), smooth


def _cores(darkness: FloatArray, inside: BoolArray, noise: float) -> BoolArray:
    labels, count = labelled(inside & (darkness > CORE * noise))
    if count == 0:
        return np.zeros_like(inside)
    big = np.bincount(labels.ravel()) >= SMALLEST_PX
    big[0] = False
    return big[labels]


def _depth(darkness: FloatArray, cores: BoolArray, blur: float) -> tuple[float | None, bool]:
    """Darkness of the insides of the dark places (None if there are none), and whether their insides are seen."""
    if not cores.any():
        return None, False
    rough = float(np.percentile(darkness[cores], 90))
    distance = depth_inside(cores & (darkness > 0.5 * rough))
    deep = distance >= 2.2 * np.hypot(blur, SMOOTHING_PX)
    if deep.sum() >= 20:
        return float(np.median(darkness[deep])), True
    return rough, False


def _usable(rows: FloatArray, inside: BoolArray, found: Boundaries, depth: float) -> BoolArray:
    """The layer without the blurred rim of a neighbour that is dark itself."""
    rim = [
        1.6 * blur if found.layer - level > 0.4 * depth else 0.0
        for blur, level in zip(found.blur, (found.above, found.below), strict=True)
    ]
    return inside & (rows >= found.upper + rim[0]) & (rows < found.lower - rim[1])


def _kept(mask: BoolArray, cores: BoolArray) -> BoolArray:
    """Places that have a core and a size, holes filled."""
    labels, count = labelled(mask)
    keep = np.zeros(count + 1, dtype=bool)
    keep[np.unique(labels[cores & mask])] = True
    keep &= np.bincount(labels.ravel(), minlength=count + 1) >= SMALLEST_PX
    keep[0] = False
    return filled(keep[labels])


def _to_boundaries(crack: Crack, found: Boundaries, y0: int) -> Crack:
    """The crack led on to the boundaries that its ends come near."""
    path, tips, top, bottom = crack.path, list(crack.tips), False, False
    for last in (False, True):
        end = path[-1 if last else 0]
        way = end - path[max(0, len(path) - 9) if last else min(8, len(path) - 1)]
        way = way / max(float(np.hypot(*way)), 1e-9)
        x = int(np.clip(np.rint(end[1]), 0, found.upper.size - 1))
        gaps = (end[0] + y0 + 0.5 - found.upper[x], found.lower[x] - (end[0] + y0 + 0.5))
        side = int(np.argmin(gaps))
        if gaps[side] > 1.6 * found.blur[side] + 3.0:
            continue
        top, bottom = top or side == 0, bottom or side == 1
        tips[1 if last else 0] = False
        rise = max(0.0, float(gaps[side]))
        beyond = rise / max(abs(float(way[0])), 0.5)
        step = end + np.array([rise if side else -rise, float(way[1]) * beyond])
        path = np.concatenate([path, step[None]]) if last else np.concatenate([step[None], path])
    return replace(crack, path=path, tips=(tips[0], tips[1]), top=top, bottom=bottom)


def _across(crack: Crack, sampled: Sampled) -> tuple[float, float]:
    """Medians over the bare pieces: darkness summed along the normal, and in the middle."""
    half = 0.5 * crack.width
    u = np.arange(-half - 2.5, half + 2.51, 0.5)
    sums: list[FloatArray] = []
    middles: list[FloatArray] = []
    for piece in crack.bare:
        way = np.gradient(piece, axis=0)
        way /= np.maximum(np.hypot(way[:, :1], way[:, 1:]), 1e-9)
        profile = sampled.at(piece[:, :1] - u * way[:, 1:], piece[:, 1:] + u * way[:, :1])
        sums.append(0.5 * profile.sum(axis=1))
        middles.append(sampled.at(piece[:, 0], piece[:, 1]))
    return float(np.median(np.concatenate(sums))), float(np.median(np.concatenate(middles)))


def _depth_of_cracks(
    cracks: list[Crack], profiles: list[tuple[float, float]], blur: float, brightness: float
) -> float:
    """Depth without pores to take it from: that which explains best the middles of all cracks.

    The darkness summed across is depth times width; a blurred line has depth erf(width / (sqrt(8) blur)) in its
    middle. What is black has the depth of the layer's brightness. Narrow cracks tell little.
    """
    if not cracks:
        return 1.0
    sums, middles = np.array(profiles).T
    weights = np.array([crack.length for crack in cracks])
    least = float(middles.max())
    depths = np.linspace(least, max(brightness, least), 200)
    expected = depths * erf(sums[:, None] / depths / (np.sqrt(8.0) * blur))
    return float(depths[np.argmin(weights @ (middles[:, None] - expected) ** 2)])


def _split(
    mask: BoolArray, cracks: list[Crack], widths: list[float]
) -> tuple[BoolArray, BoolArray, BoolArray, list[float]]:
    """Masks of pores, of cracks, of bare middle lines; area of each crack outside pores.

    A pore is where a disc wider than the crack fits. Slivers beside a crack belong to it.
    """
    zone, lines = np.zeros_like(mask), np.zeros_like(mask)
    areas: list[float] = []
    for crack, width in zip(cracks, widths, strict=True):
        half = 0.5 * crack.width
        pore = _round(mask, half + ROOM)
        steps = np.hypot(*np.diff(crack.path, axis=0).T)
        way = np.diff(crack.path, axis=0) / np.maximum(steps, 1e-9)[:, None]
        centre = 0.5 * (crack.path[1:] + crack.path[:-1])
        u = width * (np.arange(8) + 0.5) / 8.0 - 0.5 * width
        at = np.stack([centre[:, :1] - u * way[:, 1:], centre[:, 1:] + u * way[:, :1]])
        i, j = (np.clip(np.rint(at[k]).astype(int), 0, mask.shape[k] - 1) for k in (0, 1))
        outside = ~pore[i, j]
        # The middle line of a round tip ends half a width before it.
        areas.append(
            float((outside.mean(axis=1) * steps).sum()) * width + sum(crack.tips) * np.pi * width**2 / 8.0
        )
        own = np.zeros_like(mask)
        own[i[outside], j[outside]] = True
        lines[i[:, 4], j[:, 4]] = True
        if own.any():
            zone |= (nearest(own)[0] <= max(half - 0.5 * width, 0.0) + 0.8) & ~pore
    pores = mask & ~zone
    rest, number = labelled(pores)
    inner = depth_inside(pores)
    room = of_labels(inner, rest, number, largest=True)
    touches = np.zeros(number + 1, dtype=bool)
    touches[np.unique(rest[grown(zone)])] = True
    sliver = touches & (room < 1.9)
    sliver[0] = False
    crack_mask = (zone & mask) | sliver[rest]
    return mask & ~crack_mask, crack_mask, lines, areas


def _round(mask: BoolArray, radius: float) -> BoolArray:
    """The largest discs that fit in, around each place where more room is than beside it; smaller ones left out."""
    room = depth_inside(mask)
    found = np.zeros_like(mask)
    peaks = (room >= ndimage.maximum_filter(room, size=5)) & (room > radius)
    for y, x in np.argwhere(peaks):
        # Distances are to the middle of a pixel outside, half a pixel beyond the edge.
        r = float(room[y, x]) - 0.5
        n = int(np.ceil(r))
        rows = slice(max(0, y - n), y + n + 1)
        columns = slice(max(0, x - n), x + n + 1)
        i = np.arange(mask.shape[0])[rows, None] - y
        j = np.arange(mask.shape[1])[None, columns] - x
        found[rows, columns] |= i**2 + j**2 < r**2
    return found & mask
