"""Cracks: bare stretches in a row, followed through the pores that lie on their way.

Bare stretches that touch are a piece. Two pieces whose ends look at each other through darkness are one crack. A crack
has a bare length that no pores in a row have; what does not is left to the pores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from interlayer.surface.sem.masks import depth_inside, grown, labelled, of_labels
from interlayer.surface.sem.stretches import EDGE, REACH, WIDEST, Sampled, Stretches, bare_stretches

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

FOLLOWED: Final = 0.45
"""Of the pores' depth, from which a place can be on the way of a crack."""
FARTHEST: Final = 60.0
"""Between two ends that are joined, pixels."""
TURN: Final = np.deg2rad(55.0)
"""Largest angle between an end and the way to the other."""
TURNS: Final = np.deg2rad(85.0)
"""Largest sum of both."""
DETOUR: Final = 1.3
"""Length of the way over the straight one."""
UNLIKE: Final = 3.0
"""Largest difference of the widths of joined pieces, pixels."""
SLENDER: Final = 4.5
"""Least length of a crack over its width, bare middles counted twice, ..."""
AS_WIDE: Final = 6.0
"""... and what is added to it for one as wide as the smallest pores: some of those in a row have straight edges."""
STEEP: Final = 6.0
"""How fast what is asked of a crack grows with its width beyond 1.2 of the smallest pores."""
COARSEST: Final = 4
"""Binning for the widest cracks: those wider than a stretch can be are looked for in coarser images."""
LEAST_ROWS: Final = 70
"""Of a binned image, rows or columns, from which cracks are looked for in it."""
BESIDE: Final = 10.0
HIDDEN: Final = 6.0
"""Length that counts in that, at most, over that of bare middles: beside `BESIDE` pixels."""
CROWDED: Final = 0.15
"""Share of dark places from which pores in a row are to be expected everywhere; less of them with less."""
FEW: Final = 5
"""Round pores, from which their sizes are known."""
LONGEST_WAY: Final = 60
"""That an end is followed, pixels."""
LONGEST_PORE: Final = 30
"""That is crossed, pixels."""
AGAIN: Final = 3
"""Pixels behind a pore in which it is narrow, from which a crack goes on there."""
BENDS: Final = np.deg2rad(np.arange(-30.0, 31.0, 10.0))
CROSSINGS: Final = np.deg2rad([0.0, -10.0, 10.0, -20.0, 20.0, -30.0, 30.0])
SMOOTH: Final = 2.0
"""Standard deviation along the way, by which the middle line is smoothed, pixels."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Bare piece of a crack: its middle line, steps of about a pixel.

    Attributes
    ----------
    path : ndarray, shape (points, 2)
        Rows and columns, pixels; runs half a stretch beyond its outermost middles.
    width : float
        Between the edges, median, pixels, blur included.
    bare : float
        Length from the first to the last middle, pixels.
    """

    path: FloatArray
    width: float
    bare: float

    def end(self, last: bool) -> tuple[FloatArray, FloatArray]:
        """Place and outward direction of an end."""
        path = self.path[::-1] if not last else self.path
        back = path[max(0, len(path) - 8)]
        way = path[-1] - back
        return path[-1], way / max(float(np.hypot(*way)), 1e-9)


@dataclass(frozen=True, eq=False)
class Crack:
    """A crack of one or more pieces.

    Attributes
    ----------
    path : ndarray, shape (points, 2)
        Middle line in steps of half a pixel, with the ways through pores; rows and columns, pixels.
    width : float
        Between the edges, pixels, blur included.
    bare : list of ndarray, shape (points, 2)
        Middles of its bare pieces.
    slenderness : float
        Length, that of bare middles counted twice, over the width.
    tips : tuple of bool
        Whether its first and its last point are tips, and not in a pore or at a boundary.
    top, bottom : bool
        Whether it reaches that boundary.
    """

    path: FloatArray
    width: float
    bare: list[FloatArray]
    slenderness: float
    tips: tuple[bool, bool]
    top: bool = False
    bottom: bool = False

    @property
    def length(self) -> float:
        """Of the middle line, pixels."""
        return length_of(self.path)


def find_cracks(darkness: FloatArray, looked_at: BoolArray) -> list[Crack]:
    """Return the cracks.

    Parameters
    ----------
    darkness : ndarray, shape (rows, columns)
        Over the depth of pores, lightly smoothed; 0 where nothing is looked for.
    looked_at : ndarray of bool, shape (rows, columns)
        Where a middle line may run.
    """
    found: list[Crack] = []
    coarse, where, factor = darkness, looked_at, 1
    while factor == 1 or min(where.shape) >= LEAST_ROWS:
        at_scale = _at_scale(coarse, where)
        if factor > 1:
            # Those of ordinary width were found before, and better.
            at_scale = [crack for crack in at_scale if crack.width > 0.5 * WIDEST]
        found += [_magnified(crack, factor) for crack in at_scale]
        if factor == COARSEST:
            break
        coarse, where, factor = _binned(coarse), _binned(where.astype(np.float64)) > 0.5, 2 * factor
    return _apart(found)


def _binned(image: FloatArray) -> FloatArray:
    """Means of two by two pixels; an odd last row or column is left out."""
    rows, columns = (n // 2 for n in image.shape)
    return image[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).mean(axis=(1, 3))


def _magnified(crack: Crack, factor: int) -> Crack:
    """The crack in pixels of the image from which it was binned."""

    def moved(path: FloatArray) -> FloatArray:
        return path * factor + 0.5 * (factor - 1)

    return replace(
        crack,
        path=_evened(moved(crack.path), 0.5),
        width=crack.width * factor,
        bare=[_evened(moved(piece), 1.0) for piece in crack.bare],
    )


def _evened(path: FloatArray, step: float) -> FloatArray:
    """The same line in steps of the length given, about."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    even = np.linspace(0.0, along[-1], max(2, int(along[-1] / step) + 1))
    return np.column_stack([np.interp(even, along, path[:, k]) for k in (0, 1)])


def _at_scale(darkness: FloatArray, looked_at: BoolArray) -> list[Crack]:
    """Cracks up to `WIDEST` pixels wide, the most slender first."""
    sampled = Sampled(darkness)
    pieces = _pieces(bare_stretches(sampled, looked_at), darkness.shape)
    smallest = _smallest_pore(looked_at)
    crowd = min(1.0, float(looked_at.mean()) / CROWDED)
    cracks = [_crack(chain, pieces, sampled) for chain in _joined(pieces, darkness)]
    told = [c for c in cracks if c.slenderness >= SLENDER + crowd * AS_WIDE * _likeness(c.width, smallest)]
    return sorted(told, key=lambda crack: -crack.slenderness)


def _smallest_pore(dark: BoolArray) -> float:
    """Width of the smallest tenth of the round dark places; infinite if they are few."""
    labels, count = labelled(dark)
    room = of_labels(depth_inside(dark), labels, count, largest=True)[1:]
    area = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    compact = (area <= 1.5 * np.pi * room**2) & (room > 1.5)
    return 2.0 * float(np.percentile(room[compact], 10)) if compact.sum() >= FEW else float("inf")


def _likeness(width: float, smallest: float) -> float:
    """Width of a crack over that of the smallest pores; wider than those, pores in a row look ever more like it."""
    ratio = max(0.4, width / smallest)
    return ratio + STEEP * max(0.0, ratio - 1.2)


def _apart(cracks: list[Crack]) -> list[Crack]:
    """What of each crack is not part of one before it: the ways of two ends can run into each other."""
    kept: list[Crack] = []
    for crack in cracks:
        path, first, last = crack.path, 0, len(crack.path)
        if kept:
            others = np.concatenate([k.path for k in kept])
            free = np.array([float(np.hypot(*(others - p).T).min()) > 0.5 * crack.width for p in path])
            if not free.any():
                continue
            edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(np.int8), [0]])))
            first, last = max(edges.reshape(-1, 2), key=lambda run: run[1] - run[0])
            if last - first < 0.5 * len(path):
                continue
            path = path[first:last]
        tips = (crack.tips[0] and first == 0, crack.tips[1] and last == len(crack.path))
        kept.append(replace(crack, path=path, tips=tips))
    return kept


def _crack(chain: _Chain, pieces: list[Piece], sampled: Sampled) -> Crack:
    bare = [pieces[number].bare for number, _ in chain.members]
    way = [pieces[n].path if forward else pieces[n].path[::-1] for n, forward in chain.members]
    line = [way[0]]
    for link, nxt in zip(chain.ways, way[1:], strict=True):
        line += [link, nxt]
    weights = np.array([max(b, 1.0) for b in bare])
    width = float(np.average([pieces[n].width for n, _ in chain.members], weights=weights))
    path = np.concatenate(line)
    (head, begins), (tail, ends) = _followed(sampled, path[::-1], width), _followed(sampled, path, width)
    whole = _smoothed(np.concatenate([head[::-1], path, tail]))
    return Crack(
        whole,
        width,
        way,
        (min(length_of(whole), BESIDE + HIDDEN * sum(bare)) + sum(bare)) / width,
        (begins, ends),
    )


def _followed(sampled: Sampled, path: FloatArray, width: float) -> tuple[FloatArray, bool]:
    """The way on from the last point, as far as a crack can be told, shape (points, 2); whether a tip is seen.

    Where it is narrow it goes step by step into the darkest direction. Pores are crossed straight ahead, or with the
    least turn after which it is narrow again. Of a pore that it ends in, half the way is taken: the end is as likely in
    one place as in another.
    """
    at = path[-1]
    way = at - path[max(0, len(path) - 8)]
    heading = float(np.arctan2(way[0], way[1]))
    points: list[FloatArray] = []
    ahead = np.arange(1.0, 4.5, 0.5)
    while len(points) < LONGEST_WAY:
        angles = heading + BENDS
        y = at[0] + ahead * np.sin(angles)[:, None]
        x = at[1] + ahead * np.cos(angles)[:, None]
        dark = np.minimum(sampled.within(y, x), 1.0).mean(axis=1) - 0.1 * np.abs(BENDS)
        heading += 0.5 * float(BENDS[np.argmax(dark)])
        here, wide = _ahead(sampled, at, heading, width, 1)
        if here[0] < FOLLOWED:
            break
        if not wide[0]:
            at = at + np.array([np.sin(heading), np.cos(heading)])
            points.append(at)
            continue
        turn, steps, ended = _crossing(sampled, at, heading, width)
        heading += turn
        way = np.array([np.sin(heading), np.cos(heading)])
        points += [at + k * way for k in range(1, steps + 1)]
        if ended:
            return np.array(points).reshape(-1, 2), False
        at = points[-1]
    return np.array(points).reshape(-1, 2), True


def _crossing(sampled: Sampled, at: FloatArray, heading: float, width: float) -> tuple[float, int, bool]:
    """Turn and steps through a pore to where it is narrow again; or half the way straight in, and that it ends."""
    straight = 0
    for turn in CROSSINGS:
        here, wide = _ahead(sampled, at, heading + turn, width, LONGEST_PORE)
        end = int(np.argmax(here < FOLLOWED)) if (here < FOLLOWED).any() else len(here)
        if turn == 0.0:
            straight = end
        narrow = np.convolve(~wide[:end], np.ones(AGAIN), "valid") >= AGAIN if end >= AGAIN else np.zeros(0)
        if narrow.any():
            return float(turn), int(np.argmax(narrow)) + AGAIN, False
    return 0.0, straight // 2, True


def _ahead(
    sampled: Sampled, at: FloatArray, heading: float, width: float, steps: int
) -> tuple[FloatArray, BoolArray]:
    """Darkness of the next points straight ahead, and where the dark place is wider there than the crack."""
    way = np.array([np.sin(heading), np.cos(heading)])
    points = at + np.arange(1.0, steps + 1.0)[:, None] * way
    here = sampled.within(points[:, 0], points[:, 1])
    across = np.arange(0.5, width + 2.01, 0.5)
    total = np.zeros(steps)
    for sign in (1.0, -1.0):
        values = sampled.at(points[:, :1] - sign * across * way[1], points[:, 1:] + sign * across * way[0])
        below = values < EDGE * np.minimum(here, 1.0)[:, None]
        below[:, -1] = True
        total += across[np.argmax(below, axis=1)]
    return here, total > width + 1.5


def length_of(path: FloatArray) -> float:
    """Return the length of a polyline, shape (points, 2)."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum()) if len(path) > 1 else 0.0


def _pieces(found: Stretches, shape: tuple[int, int]) -> list[Piece]:
    mask = np.zeros(shape, dtype=bool)
    mask[found.row, found.column] = True
    count = np.zeros(shape)
    np.add.at(count, (found.row, found.column), 1.0)
    sums = [np.zeros(shape) for _ in range(5)]
    values = (found.y, found.x, found.width, np.cos(2.0 * found.angle), np.sin(2.0 * found.angle))
    for total, value in zip(sums, values, strict=True):
        np.add.at(total, (found.row, found.column), value)
    y, x, width, c, s = (total / np.maximum(count, 1.0) for total in sums)
    labels, _number = labelled(grown(mask))
    pieces: list[Piece] = []
    for label, box in enumerate(ndimage.find_objects(labels), 1):
        if box is None:
            continue
        own = (labels[box] == label) & mask[box]
        points = np.argwhere(own)
        for chain in _longest_ways(points):
            at = points[chain] + np.array([box[0].start, box[1].start])
            i, j = at[:, 0], at[:, 1]
            middle = np.column_stack([y[i, j], x[i, j]])
            middle = _smoothed(middle) if len(middle) > 2 else middle
            angle = 0.5 * np.arctan2(s[i, j], c[i, j])
            pieces.append(_extended(middle, angle, float(np.median(width[i, j]))))
    return pieces


def _longest_ways(points: IntArray) -> list[IntArray]:
    """Orders of points along the longest way through them; again through what lies far from it (a branch)."""
    left = np.arange(len(points))
    ways: list[IntArray] = []
    while left.size:
        here = points[left]
        pairs = _pairs(here.astype(np.float64), 2.9)
        i, j = np.concatenate([pairs, pairs[:, ::-1]]).T
        # Steps of one or two pixels; longer ones are a little dearer, so that the way keeps to the middle line.
        steps = np.hypot(*(here[i] - here[j]).T) ** 1.1
        graph = coo_array((steps, (i, j)), shape=(left.size, left.size)).tocsr()
        far = _farthest(graph, 0)
        begin = _farthest(graph, far)
        distance, previous = dijkstra(graph, indices=begin, return_predecessors=True)
        at = int(np.argmax(np.where(np.isfinite(distance), distance, -1.0)))
        way = [at]
        while at != begin:
            at = int(previous[at])
            way.append(at)
        chosen = np.array(way)
        ways.append(left[chosen])
        distance, _ = KDTree(here[chosen]).query(here)
        left = left[np.asarray(distance) > 6.0]
    return ways


def _pairs(points: FloatArray, most: float) -> IntArray:
    """Numbers of all pairs of points at most so far apart, in order; shape (pairs, 2)."""
    if len(points) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    found: IntArray = np.asarray(KDTree(points).query_pairs(most, output_type="ndarray"), dtype=np.int64)
    return found[np.lexsort((found[:, 1], found[:, 0]))]


def _farthest(graph: csr_array, begin: int) -> int:
    distance = dijkstra(graph, indices=begin)
    return int(np.argmax(np.where(np.isfinite(distance), distance, -1.0)))


def _extended(middle: FloatArray, angle: FloatArray, width: float) -> Piece:
    """The middles with half a stretch beyond either end."""
    bare = length_of(middle)

    def outward(inner: FloatArray, last: FloatArray, turn: float) -> FloatArray:
        way = np.array([np.sin(turn), np.cos(turn)])
        along = last - inner
        sign = 1.0 if float(along @ way) >= 0.0 else -1.0
        return sign * way

    k = min(len(middle) - 1, 5)
    head, tail = outward(middle[k], middle[0], angle[0]), outward(middle[-1 - k], middle[-1], angle[-1])
    if k == 0:
        head = -tail
    steps = np.arange(1.0, REACH + 0.01)[:, None]
    return Piece(
        np.concatenate([middle[0] + steps[::-1] * head, middle, middle[-1] + steps * tail]), width, bare
    )


@dataclass(eq=False)
class _Chain:
    members: list[tuple[int, bool]]
    """Numbers of pieces, and whether they run forward."""
    ways: list[FloatArray]


def _joined(pieces: list[Piece], darkness: FloatArray) -> list[_Chain]:
    """Pieces joined end to end, nearest and straightest ends first."""
    ends = [(n, last, *piece.end(last)) for n, piece in enumerate(pieces) for last in (False, True)]
    offers: list[tuple[float, int, int, FloatArray]] = []
    places = np.array([place for _, _, place, _ in ends]).reshape(-1, 2)
    for a, b in _pairs(places, FARTHEST).tolist():
        if ends[a][0] == ends[b][0]:
            continue
        way = ends[b][2] - ends[a][2]
        distance = float(np.hypot(*way))
        if abs(pieces[ends[a][0]].width - pieces[ends[b][0]].width) > UNLIKE:
            continue
        turns = np.array([_turn(ends[a][3], way), _turn(ends[b][3], -way)])
        # Ends that meet have no direction to each other.
        turns *= min(1.0, distance / 8.0)
        if distance < 8.0 and _turn(ends[a][3], -ends[b][3]) > np.deg2rad(75.0):
            continue
        if turns.max() > TURN or turns.sum() > TURNS:
            continue
        cost = distance + 12.0 * float(turns.sum())
        offers.append((cost, a, b, way))
    used: set[int] = set()
    links: dict[int, tuple[int, FloatArray]] = {}
    group = list(range(len(pieces)))
    for _, a, b, _ in sorted(offers, key=lambda offer: offer[0]):
        if a in used or b in used or group[ends[a][0]] == group[ends[b][0]]:
            continue
        way = _dark_way(darkness, ends[a][2], ends[b][2])
        if way is None:
            continue
        used |= {a, b}
        links[a], links[b] = (b, way), (a, way[::-1])
        old, new = group[ends[a][0]], group[ends[b][0]]
        group = [new if g == old else g for g in group]
    chains: list[_Chain] = []
    seen: set[int] = set()
    for start in range(len(ends)):
        # Begin at ends that are not joined; every chain has two.
        if start in used or ends[start][0] in seen:
            continue
        chain, at = _Chain([], []), start
        while True:
            number, last = ends[at][0], ends[at][1]
            seen.add(number)
            chain.members.append((number, not last))
            other = at ^ 1
            if other not in links:
                break
            at, way = links[other]
            chain.ways.append(way)
        chains.append(chain)
    return chains


def _turn(a: FloatArray, b: FloatArray) -> float:
    """Angle between two directions."""
    return float(np.abs(np.arctan2(a[0] * b[1] - a[1] * b[0], float(a @ b))))


def _dark_way(darkness: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray | None:
    """Shortest way through darkness from a to b; None if there is none, or only a long one."""
    distance = float(np.hypot(*(b - a)))
    if distance < 2.0:
        return np.array([0.5 * (a + b)])
    room = 8.0 + 0.3 * distance
    low = np.maximum(np.floor(np.minimum(a, b) - room).astype(int), 0)
    high = np.minimum(np.ceil(np.maximum(a, b) + room).astype(int) + 1, darkness.shape)
    part = darkness[low[0] : high[0], low[1] : high[1]]
    rows, columns = part.shape
    # Faint places cost more, and are passed only for a pixel or two.
    cost = np.where(part >= FOLLOWED, 1.0, np.where(part >= 0.6 * FOLLOWED, 2.0, 30.0))
    at = np.arange(rows * columns).reshape(rows, columns)
    edges: list[tuple[IntArray, IntArray, FloatArray]] = []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1)):
        y0, y1 = slice(0, rows - dy), slice(dy, rows)
        x0, x1 = (
            (slice(0, columns - dx), slice(dx, columns))
            if dx >= 0
            else (slice(-dx, columns), slice(0, columns + dx))
        )
        step = float(np.hypot(dy, dx))
        edges.append(
            (at[y0, x0].ravel(), at[y1, x1].ravel(), (0.5 * step * (cost[y0, x0] + cost[y1, x1])).ravel())
        )
    i, j, w = (np.concatenate(part) for part in zip(*edges, strict=True))
    graph = coo_array((w, (i, j)), shape=(at.size, at.size)).tocsr()

    def node(p: FloatArray) -> int:
        y, x = np.clip(np.rint(p - low).astype(int), 0, np.array([rows, columns]) - 1)
        return int(at[y, x])

    begin, end = node(a), node(b)
    spent, previous = dijkstra(
        graph, directed=False, indices=begin, return_predecessors=True, limit=DETOUR * distance + 6.0
    )
    if not np.isfinite(spent[end]):
        return None
    way = [end]
    while way[-1] != begin:
        way.append(int(previous[way[-1]]))
    path = np.array([divmod(n, columns) for n in reversed(way)], dtype=np.float64) + low
    return path[1:-1] if len(path) > 2 else np.array([0.5 * (a + b)])


def _smoothed(path: FloatArray) -> FloatArray:
    """The line in steps of half a pixel, smoothed, its ends held."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    keep = np.concatenate([[True], steps > 1e-6])
    path = path[keep]
    if len(path) < 3:
        return path
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    even = np.linspace(0.0, along[-1], max(3, int(2.0 * along[-1]) + 1))
    line = np.column_stack([np.interp(even, along, path[:, k]) for k in (0, 1)])
    sigma = SMOOTH / max(float(even[1]), 1e-6)
    # Mirrored through its ends, a straight line stays what it is and the ends stay where they are.
    n = min(len(line) - 1, int(4.0 * sigma) + 1)
    head = 2.0 * line[0] - line[n:0:-1]
    tail = 2.0 * line[-1] - line[-2 : -2 - n : -1]
    smooth: FloatArray = ndimage.gaussian_filter1d(np.concatenate([head, line, tail]), sigma, axis=0)
    return smooth[len(head) : len(head) + len(line)]
