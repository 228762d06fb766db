"""Dark places inside the layer: round ones are pores, elongated ones cracks.

The layer is flattened by the level of its own material. A dark place counts if its core is darker than the noise can
be; its outline is where the grey level is half way between the material and the cores of the pores. Along the middle
line of every dark place, stretches that stay thin over several widths are cracks, the rest is pore.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import erf

from interlayer.surface.sem.boundaries import Boundaries
from interlayer.surface.sem.masks import depth_inside, filled, grown, labelled, line_ends, nearest, of_labels
from interlayer.surface.sem.thinning import thinned

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SMOOTHING_PX: Final = 0.8
CORE: Final = 4.5
"""Standard deviations by which a core is darker than the material."""
LEAST_DEPTH: Final = 5.0
"""Of the pores over the standard deviation, below which pores and texture are not told apart."""
SMALLEST_PX: Final = 6
"""Area of the smallest dark place that counts."""
SHORTEST_PX: Final = 12.0
"""Of a thin stretch."""
LONG: Final = 5.0
"""Length of a thin stretch over its half width, from which it is a crack."""
EVEN: Final = 0.3
"""Largest difference of a crack's half widths (15 and 85 %) over their mean, besides half a pixel of the grid."""
WIDEST: Final = 0.05
"""Largest half width of a crack, of the thickness."""
FAINT: Final = 0.38
"""Of the pores' depth, from which a place is followed as a crack: narrow ones are filled by the blur."""
SHIFTED: Final = (0.45, 0.55)
"""Thresholds, of the depth, between which the area's dependence on the threshold is taken."""
CRACK_ERROR: Final = 0.15
"""Relative standard error of a crack area, as met on rendered images other than those of the benchmark."""


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
    porosity_error, crack_error : float
        Half the change between both shifted thresholds, joined with what few places can tell.
    crack_length : float
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
            0,
            0,
            0,
            depth or 0.0,
            noise,
            not blind,
            limit,
        )
    usable = _usable(rows[y0:y1], inside, found, depth)
    lines, half = _crack_lines(depth_map, usable, cores, depth, found)
    zone = _discs(lines, half)
    split = [
        _split(_kept(usable & (depth_map > share * depth), cores), zone)
        for share in (SHIFTED[0], 0.5, SHIFTED[1])
    ]
    pores, crack_mask = split[1]
    blur = float(np.hypot(np.mean(found.blur), SMOOTHING_PX))
    pore_area = np.array([float(s[0].sum()) for s in split]) / area
    crack_area = np.zeros(3)
    if lines.any():
        told = depth if resolved else None
        crack_area = (
            np.array([_crack_area(depth_map, inside, s[0], lines, half, told, blur) for s in split]) / area
        )
    labels, pore_count = labelled(pores)
    sizes = np.bincount(labels.ravel())[1:].astype(np.float64)
    few = float(np.sqrt(np.sum(sizes**2))) / area
    cracks = _follow(crack_mask, lines, pores, rows[y0:y1], found)

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
        float(crack_area[1]) * cracks[3],
        float(np.hypot(0.5 * np.ptp(crack_area), CRACK_ERROR * crack_area[1])),
        cracks[0],
        cracks[1],
        cracks[2],
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


def _crack_lines(
    darkness: FloatArray, usable: BoolArray, cores: BoolArray, depth: float, found: Boundaries
) -> tuple[BoolArray, FloatArray]:
    """Middle lines of the cracks, and the half width of all dark places."""
    mask = _kept(usable & (darkness > FAINT * depth), cores)
    half = depth_inside(mask)
    lines = thinned(mask)
    widest = float(np.clip(WIDEST * np.median(found.lower - found.upper), 4.5, 6.0))
    crack_line = np.zeros_like(mask)
    for limit in np.arange(2.0, widest + 0.25, 0.5):
        thin = lines & (half <= limit)
        runs, number = labelled(thin)
        if number == 0:
            continue
        length = _lengths(runs, number)
        wide = of_labels(half, runs, number)
        spread = _quantile(half, runs, number, 0.85) - _quantile(half, runs, number, 0.15)
        long = (length >= np.maximum(LONG * wide, SHORTEST_PX)) & (spread <= EVEN * wide + 0.5)
        long[0] = False
        crack_line |= long[runs]
    runs, number = labelled(crack_line)
    usual = _quantile(half, runs, number, 0.5)
    # Where a crack meets a pore its middle line ends in the pore: it is no wider there than elsewhere.
    return crack_line, np.where(crack_line, np.minimum(half, usual[runs] + 0.3), half)


def _quantile(values: FloatArray, labels: NDArray[np.int32], count: int, share: float) -> FloatArray:
    """Quantile of the values of each label from 0 to `count`; 0 for label 0."""
    at = labels > 0
    label, value = labels[at], values[at]
    order = np.lexsort((value, label))
    sizes = np.bincount(label, minlength=count + 1)
    first = np.cumsum(sizes) - sizes
    found = np.zeros(count + 1)
    some = sizes > 0
    some[0] = False
    found[some] = value[order][(first + share * np.maximum(sizes - 1, 0)).astype(int)[some]]
    return found


def _kept(mask: BoolArray, cores: BoolArray) -> BoolArray:
    """Places that have a core and a size, holes filled."""
    labels, count = labelled(mask)
    keep = np.zeros(count + 1, dtype=bool)
    keep[np.unique(labels[cores & mask])] = True
    keep &= np.bincount(labels.ravel(), minlength=count + 1) >= SMALLEST_PX
    keep[0] = False
    return filled(keep[labels])


def _split(mask: BoolArray, crack: BoolArray) -> tuple[BoolArray, BoolArray]:
    """Masks of pores and of cracks; slivers beside a crack belong to it: a pore has room for a small disc."""
    pores = mask & ~crack
    rest, number = labelled(pores)
    inner = depth_inside(pores)
    room = of_labels(inner, rest, number, largest=True)
    touches = np.zeros(number + 1, dtype=bool)
    touches[np.unique(rest[grown(crack)])] = True
    sliver = touches & (room < 1.9)
    sliver[0] = False
    cracks = (crack & mask) | sliver[rest]
    return mask & ~cracks, cracks


def _crack_area(
    darkness: FloatArray,
    inside: BoolArray,
    pores: BoolArray,
    line: BoolArray,
    half: FloatArray,
    depth: float | None,
    blur: float,
) -> float:
    """Area of the cracks: length times width, the width from the darkness summed across, which blur does not change.

    The sum of each place of a middle line is divided by the depth of the pores. Without pores to take the depth from
    (None), width and depth follow from the sum and the darkness on the middle line, with the blur known from the
    layer's edges. Places much wider than the crack's median are pores that it passes, and not counted.
    """
    distance, row, column = nearest(line)
    pieces, count = labelled(line)
    beyond = distance - half[row, column]
    zone = (beyond <= 1.8 * blur) & inside
    ring = (beyond > 1.8 * blur) & (beyond <= 1.8 * blur + 3.0) & inside
    ring &= ~grown(pores, 3)
    base = float(np.mean(darkness[ring])) if ring.sum() > 40 else 0.0
    target = row * line.shape[1] + column
    summed = np.bincount(target[zone], weights=darkness[zone] - base, minlength=line.size).reshape(line.shape)
    near = ndimage.uniform_filter(line.astype(np.float64), 9)
    across = np.where(
        line, ndimage.uniform_filter(np.where(line, summed, 0.0), 9) / np.maximum(near, 1e-9), 0.0
    )
    usual = _quantile(across, pieces, count, 0.5)
    if depth is None:
        peak = float(np.median(darkness[line])) - base
        sums = float(np.median(across[line]))
        # sums = depth w and peak = depth erf(w / (sqrt(8) blur)): solved for w by repetition
        w = sums / max(peak, 1e-6)
        for _ in range(60):
            w = sums / max(peak, 1e-6) * float(erf(w / (np.sqrt(8.0) * blur)))
        # As ill-conditioned as it is, it is only one end; the darkest places of the cracks are the other.
        darkest = float(np.percentile(darkness[line], 95)) - base
        depth = float(np.sqrt(max(sums / max(w, 0.5), peak) * max(darkest, peak)))
    counted = line & (across <= 1.6 * usual[pieces])
    sizes = np.bincount(pieces[counted], minlength=count + 1)
    return max(0.0, float(np.sum(usual * sizes)) / depth)


def _lengths(runs: NDArray[np.int32], count: int) -> FloatArray:
    """Length of each middle line, pixels: steps along and across weighted so that directions even out (Kulpa)."""
    total = np.zeros(count + 1)
    straight = (
        ((slice(None), slice(0, -1)), (slice(None), slice(1, None))),
        ((slice(0, -1), slice(None)), (slice(1, None), slice(None))),
    )
    for a, b in straight:
        both = (runs[a] == runs[b]) & (runs[a] > 0)
        total += np.bincount(runs[a][both], minlength=count + 1)
    for flip in (1, -1):
        r = runs[:, ::flip]
        both = (r[:-1, :-1] == r[1:, 1:]) & (r[:-1, :-1] > 0)
        corner = both & ((r[:-1, 1:] == r[:-1, :-1]) | (r[1:, :-1] == r[:-1, :-1]))
        total += np.sqrt(2.0) * np.bincount(r[:-1, :-1][both & ~corner], minlength=count + 1)
    return 0.948 * total


def _discs(line: BoolArray, half: FloatArray) -> BoolArray:
    """All places nearer to a middle line than the mask is wide there."""
    if not line.any():
        return np.zeros_like(line)
    distance, row, column = nearest(line)
    return distance <= half[row, column] + 0.8


def _follow(
    crack: BoolArray, line: BoolArray, pores: BoolArray, rows: FloatArray, found: Boundaries
) -> tuple[float, int, int, float]:
    """Length of all cracks, how many cross the layer, how many there are; pieces joined by a pore are one crack.

    Last comes the length without stretches in pores over that of the middle lines, which end before the cracks do.
    """
    pieces, count = labelled(crack)
    if count == 0:
        return 0.0, 0, 0, 1.0
    length = _lengths(np.where(line, pieces, 0), count)
    bare = max(float(length[1:].sum()), 1.0)
    ends = line_ends(line)
    holes, _ = labelled(pores)
    group = np.arange(count + 1)
    reach = max(4.0, 3.0 * max(found.blur))
    half = depth_inside(crack | pores)
    by_hole: dict[int, list[tuple[int, int, int]]] = {}
    touched: dict[int, set[str]] = {}
    for y, x in ends:
        piece = int(pieces[y, x])
        room = int(np.ceil(half[y, x])) + 2
        near = holes[max(0, y - room) : y + room + 1, max(0, x - room) : x + room + 1]
        hole = int(near.max())
        to_top, to_bottom = float(rows[y, 0] - found.upper[x]), float(found.lower[x] - rows[y, 0])
        if to_top < reach + half[y, x]:
            # A forked end is one end.
            if "top" not in touched.setdefault(piece, set()):
                length[piece] += max(0.0, to_top)
            touched[piece].add("top")
        elif to_bottom < reach + half[y, x]:
            if "bottom" not in touched.setdefault(piece, set()):
                length[piece] += max(0.0, to_bottom)
            touched[piece].add("bottom")
        elif hole:
            by_hole.setdefault(hole, []).append((y, x, piece))
        else:
            length[piece] += half[y, x]
    bridges = 0.0
    for meeting in by_hole.values():
        if len(meeting) < 2:
            continue
        (ya, xa, pa), (yb, xb, pb) = max(
            ((a, b) for k, a in enumerate(meeting) for b in meeting[k + 1 :]),
            key=lambda pair: (pair[0][0] - pair[1][0]) ** 2 + (pair[0][1] - pair[1][1]) ** 2,
        )
        bridges += float(np.hypot(ya - yb, xa - xb))
        group[group == group[pa]] = group[pb]
    sides: dict[int, set[str]] = {}
    for piece in range(1, count + 1):
        sides.setdefault(int(group[piece]), set()).update(touched.get(piece, set()))
    through = sum(both == {"top", "bottom"} for both in sides.values())
    own = float(length[1:].sum())
    return own + bridges, through, len(sides), own / bare
