"""Drawing of stacks to scale; what is drawn is described in `stack.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import Circle, Ellipse, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as MarkerPath
from numpy.typing import NDArray

from interlayer.report.labels import shorten
from interlayer.report.matplotlib_backend import ShownDrawing, settings
from interlayer.report.palette import INK, MUTED
from interlayer.report.stack import (
    StackLayer,
    StackState,
    interface_height_m,
    interphase_height_m,
    length_text,
    scale_bar_m,
    state_notes,
)

FloatArray = NDArray[np.float64]

LITHIUM: Final = "#C4CAD1"
UNCONVERTED: Final = "#9CCBEF"
CONVERTED: Final = "#B4652B"
INTERPHASE: Final = "#4A3A63"
ELECTROLYTE: Final = "#F3EAD3"
CATHODE: Final = "#6E7F5E"
COLLECTOR: Final = "#7D848D"
VOID: Final = "#FFFFFF"
CRACK: Final = "#111111"
FILAMENT: Final = "#D1345B"

WIDTH_MM: Final = 174.0
FONT_PT: Final = 7.2
LINE_MM: Final = 3.3
STRIP_MM: Final = 6.0
TALL_MM: Final = 50.0
ZOOM_TALL_MM: Final = 23.0
FINE_TALL_MM: Final = 12.0
FINE_GAP_MM: Final = 4.2
MOST_ACROSS: Final = 4
GRAIN_MM: Final = 0.75
LITHIUM_SHARE: Final = 0.24
"""Share of a zoom's height that is lithium, or cathode."""
SIDES: Final = (
    "Numbers parted by a bar: side 1 (top) | side 2 (bottom). Lengths are to scale; "
    "the gape of cracks and the depth of voids are not."
)
_COLOURS: Final = {
    "lithium": LITHIUM,
    "interphase": INTERPHASE,
    "electrolyte": ELECTROLYTE,
    "cathode": CATHODE,
}
_CRACKS: Final = 12
"""Cracks in a zoom at full damage."""


@dataclass(frozen=True)
class _Box:
    """A window onto an interface: lower left corner and size in mm, and millimetres a metre."""

    left: float
    low: float
    wide: float
    tall: float
    per_m: float
    side: int

    def y(self, depth_m: float) -> float:
        """Height of something `depth_m` below the lithium surface, in mm; side 2 is upside down."""
        surface = LITHIUM_SHARE * self.tall
        down = surface + depth_m * self.per_m
        return self.low + self.tall - down if self.side == 1 else self.low + down

    @property
    def inwards(self) -> float:
        """Sign of the direction from the lithium to the electrolyte."""
        return -1.0 if self.side == 1 else 1.0


def draw_stacks(cells: Sequence[tuple[str, Sequence[StackState]]]) -> ShownDrawing:
    """Draw cells at several ages, one row a cell (more if it has more than four ages), one column an age.

    Zooms have one scale for all cells if their interfaces are of similar size, else one a cell. Where cracks,
    voids and pores lie is chosen by a fixed rule: the same states give the same drawing, and a void or
    crack stays where it was from age to age.

    Parameters
    ----------
    cells : sequence of (title, states)
        At least one state each.
    """
    rows = [
        (title, states[at : at + MOST_ACROSS])
        for title, states in cells
        for at in range(0, len(states), MOST_ACROSS)
    ]
    zooms = {title: interface_height_m(states) for title, states in cells}
    if max(zooms.values()) <= 4 * min(zooms.values()):
        zooms = dict.fromkeys(zooms, max(zooms.values()))
    fine = {title: interphase_height_m(states, zooms[title]) for title, states in cells}
    lines = [max(len(_notes(state)) for state in states) for _, states in rows]
    talls = [
        2.2 * LINE_MM
        + TALL_MM
        + (FINE_TALL_MM + FINE_GAP_MM if fine[title] else 0.0)
        + (count + 1.2) * LINE_MM
        for (title, _), count in zip(rows, lines, strict=True)
    ]
    legend_mm = _draw_legend(None, _legend(cells)) + 0.5 * LINE_MM
    height = sum(talls) + legend_mm + 2.0
    with mpl.rc_context(settings(FONT_PT)):
        drawing = ShownDrawing(figsize=(WIDTH_MM / 25.4, height / 25.4), dpi=150)
        FigureCanvasAgg(drawing)
        axes = drawing.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, WIDTH_MM)
        axes.set_ylim(0, height)
        axes.set_axis_off()
        top = height - 1.0
        for (title, states), tall in zip(rows, talls, strict=True):
            _draw_row(axes, title, states, top, zooms[title], fine[title])
            top -= tall
        _draw_legend(axes, _legend(cells))
    return drawing


def _notes(state: StackState) -> Sequence[str]:
    return state_notes(state) if state.notes is None else state.notes


def _draw_row(
    axes: Axes, title: str, states: Sequence[StackState], top: float, zoom_m: float, fine_m: float | None
) -> None:
    _text(axes, 2.0, top - 0.2 * LINE_MM, shorten(title, 90), weight="bold", va="top")
    column = (WIDTH_MM - 8.0) / MOST_ACROSS
    total = max(state.total_m for state in states)
    ceiling = top - 2.4 * LINE_MM
    for number, state in enumerate(states):
        left = 8.0 + number * column
        _text(axes, left, ceiling + 0.3, state.age_label, weight="bold", va="bottom")
        per_m = TALL_MM / total
        _draw_strip(axes, state, left, ceiling, per_m)
        wide = column - STRIP_MM - 8.0
        boxes = [
            _Box(left + STRIP_MM + 4.5, low, wide, ZOOM_TALL_MM, ZOOM_TALL_MM / zoom_m, side)
            for side, low in ((1, ceiling - ZOOM_TALL_MM), (2, ceiling - TALL_MM))
        ]
        for box in boxes:
            _draw_lead(axes, state, box, left, ceiling, per_m, zoom_m)
            _draw_interface(axes, state, box)
        floor = ceiling - TALL_MM
        if fine_m:
            floor -= FINE_TALL_MM + FINE_GAP_MM
            _draw_fine(axes, state, boxes[1], floor, fine_m)
        for place, note in enumerate(_notes(state)):
            y = floor - 0.5 - place * LINE_MM
            colour = FILAMENT if note == "shorted" else INK
            _text(axes, left, y, shorten(note, 38), va="top", color=colour)
        if number == 0:
            _upright_bar(axes, left - 1.6, ceiling - TALL_MM, per_m, total)


def _draw_strip(axes: Axes, state: StackState, left: float, top: float, per_m: float) -> None:
    """The whole cell; both directions to the same scale."""
    y = top
    for layer in state.layers:
        tall = layer.thickness_m * per_m
        y -= tall
        axes.add_patch(Rectangle((left, y), STRIP_MM, tall, facecolor=_colour(layer), linewidth=0))
        if layer.kind in ("electrolyte", "lithium", "cathode") and tall > 1.6 * len(layer.name):
            ink = "white" if layer.kind == "cathode" else INK
            _text(
                axes, left + STRIP_MM / 2, y + tall / 2, layer.name, rotation=90, ha="center", va="center",
                color=ink,
            )  # fmt: skip
    axes.add_patch(
        Rectangle((left, y), STRIP_MM, top - y, facecolor="none", edgecolor=MUTED, linewidth=0.6, zorder=4)
    )
    for side in (1, 2):
        length = state.filament_m(side)
        if length > 0:
            metal, coat = state.electrode_m(side), state.thickness_m(side, "interlayer")
            tip = metal + coat + min(length, state.solid_m)
            start, end = (top - d * per_m if side == 1 else y + d * per_m for d in (metal, tip))
            centre = left + STRIP_MM * (0.22 if side == 1 else 0.78)
            _jagged(axes, centre, start, end, 0.5, side, FILAMENT, 1.3, None)


def _draw_lead(
    axes: Axes, state: StackState, box: _Box, left: float, top: float, per_m: float, zoom_m: float
) -> None:
    """Two thin lines from the part of the strip that a zoom shows to the zoom."""
    total = state.total_m
    lithium = state.electrode_m(box.side)
    start = max(lithium - LITHIUM_SHARE * zoom_m, 0.0)
    end = min(start + zoom_m, total)
    ends = (start, end) if box.side == 1 else (total - start, total - end)
    right = left + STRIP_MM
    targets = (box.low + box.tall, box.low) if box.side == 1 else (box.low, box.low + box.tall)
    segments = [
        [(right, top - depth * per_m), (box.left, target)]
        for depth, target in zip(ends, targets, strict=True)
    ]
    axes.add_collection(LineCollection(segments, colors=MUTED, linewidths=0.4, zorder=1))


def _draw_interface(axes: Axes, state: StackState, box: _Box) -> None:
    """Lithium, interlayer, interphase and electrolyte of one side, true to scale in both directions."""
    clip = _frame(axes, box, ELECTROLYTE)
    electrode = state.electrode(box.side)
    _band(axes, box, -1.0, 0.0, _behind(electrode), clip)
    depth = 0.0
    for layer in state.side(box.side):
        if layer is electrode or layer.thickness_m == 0:
            continue
        _band(axes, box, depth, depth + layer.thickness_m, _ground(layer), clip)
        if layer.kind == "interlayer" and layer.converted > 0:
            _draw_grains(axes, box, depth, layer, clip)
        if layer.porosity > 0.005:
            _draw_pores(axes, box, depth, layer, clip)
        depth += layer.thickness_m
    surface = depth - state.thickness_m(box.side, "interphase")
    _draw_cracks(axes, state, box, surface, clip)
    _draw_voids(axes, state.uncovered(box.side), box)
    length = state.filament_m(box.side)
    if length > 0:
        end = surface + min(length, state.solid_m)
        _jagged(axes, box.left + 0.62 * box.wide, box.y(0.0), box.y(end), 0.7, box.side, FILAMENT, 1.6, clip)
    _bar(axes, box)


def _draw_fine(axes: Axes, state: StackState, above: _Box, floor: float, fine_m: float) -> None:
    """The boundary between what lies on the electrolyte and the electrolyte, with the thicker interphase."""
    side = max((1, 2), key=lambda one: state.thickness_m(one, "interphase"))
    box = _Box(above.left, floor, above.wide, FINE_TALL_MM, FINE_TALL_MM / fine_m, 1)
    clip = _frame(axes, box, ELECTROLYTE)
    on_top = [layer for layer in state.side(side) if layer.kind != "interphase" and layer.thickness_m > 0]
    _band(axes, box, -1.0, 0.0, _colour(on_top[-1]) if on_top else COLLECTOR, clip)
    film = state.thickness_m(side, "interphase")
    if film > 0:
        _band(axes, box, 0.0, film, INTERPHASE, clip)
    _bar(axes, box)
    _text(axes, above.left, floor + FINE_TALL_MM + 0.3, f"interphase, side {side}", va="bottom")


def _colour(layer: StackLayer) -> str:
    if layer.kind == "interlayer":
        return UNCONVERTED if layer.converted < 0.5 else CONVERTED
    return _COLOURS[layer.kind]


def _behind(electrode: StackLayer | None) -> str:
    """Colour of what lies at the edge of a zoom: the electrode, or its collector where no lithium is left."""
    if electrode is None:
        return LITHIUM
    return _colour(electrode) if electrode.thickness_m > 0 else COLLECTOR


def _ground(layer: StackLayer) -> str:
    """Colour of a layer before its converted grains are drawn."""
    return UNCONVERTED if layer.kind == "interlayer" else _colour(layer)


def _draw_grains(axes: Axes, box: _Box, start_m: float, layer: StackLayer, clip: Rectangle) -> None:
    """Squares that take the converted share of the layer (to one square), always in the same order."""
    low, high = sorted((box.y(start_m), box.y(start_m + layer.thickness_m)))
    low, high = max(low, box.low), min(high, box.low + box.tall)
    rows = max(round((high - low) / GRAIN_MM), 1)
    columns = max(round(box.wide / GRAIN_MM), 1)
    order = np.random.default_rng(71 + box.side).permutation(rows * columns)
    chosen = order[: round(layer.converted * rows * columns)]
    x = box.left + (chosen % columns) * (box.wide / columns)
    y = low + (chosen // columns) * ((high - low) / rows)
    squares = np.stack([x, y], axis=-1)[:, None, :] + np.array(
        [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    ) * np.array([box.wide / columns, (high - low) / rows])
    path = MarkerPath.make_compound_path(*(MarkerPath(square, closed=True) for square in squares))
    grains = PathPatch(path, facecolor=CONVERTED, edgecolor=CONVERTED, linewidth=0.1, zorder=2.6)
    axes.add_patch(grains)
    grains.set_clip_path(clip)


def _frame(axes: Axes, box: _Box, colour: str) -> Rectangle:
    back = Rectangle((box.left, box.low), box.wide, box.tall, facecolor=colour, linewidth=0, zorder=2)
    axes.add_patch(back)
    edge = Rectangle(
        (box.left, box.low), box.wide, box.tall, facecolor="none", edgecolor=MUTED, linewidth=0.6
    )
    edge.set_zorder(6)
    axes.add_patch(edge)
    return back


def _band(axes: Axes, box: _Box, start_m: float, end_m: float, colour: str, clip: Rectangle) -> None:
    low, high = sorted((box.y(start_m), box.y(end_m)))
    low, high = max(low, box.low), min(high, box.low + box.tall)
    if high > low:
        patch = Rectangle((box.left, low), box.wide, high - low, facecolor=colour, linewidth=0, zorder=2.5)
        axes.add_patch(patch)
        patch.set_clip_path(clip)


def _draw_pores(axes: Axes, box: _Box, start_m: float, layer: StackLayer, clip: Rectangle) -> None:
    """Round pores that take the stated fraction of the layer, without touching each other."""
    rng = np.random.default_rng(11 + box.side)
    tall = layer.thickness_m * box.per_m
    largest = min(0.16 * tall, 0.9)
    wanted = layer.porosity * tall * box.wide
    placed: list[tuple[float, float, float]] = []
    area = 0.0
    for _ in range(4000):
        if area >= wanted or largest <= 0.02:
            break
        r = largest * rng.uniform(0.45, 1.0)
        x, y = rng.uniform(0, box.wide), rng.uniform(r, max(tall - r, r))
        if all((x - a) ** 2 + (y - b) ** 2 > (r + c + 0.05) ** 2 for a, b, c in placed):
            placed.append((x, y, r))
            area += np.pi * r * r
    base = min(box.y(start_m), box.y(start_m + layer.thickness_m))
    circles = [Circle((box.left + x, base + y), r) for x, y, r in placed]
    pores = PatchCollection(circles, facecolor=VOID, edgecolor=MUTED, linewidth=0.25, zorder=2.7)
    axes.add_collection(pores)
    pores.set_clip_path(clip)


def _draw_voids(axes: Axes, uncovered: float, box: _Box) -> None:
    """Lens-shaped gaps in the lithium surface; together they are exactly the uncovered share of its width."""
    if uncovered <= 0:
        return
    starts, widths = void_places(uncovered, box.side)
    lenses = []
    for start, width in zip(starts * box.wide, widths * box.wide, strict=True):
        deep = max(min(0.32 * width, 0.42 * LITHIUM_SHARE * box.tall), 0.35)
        lenses.append(Ellipse((box.left + start + width / 2, box.y(0.0)), width, 2 * deep))
    gaps = PatchCollection(lenses, facecolor=VOID, edgecolor=MUTED, linewidth=0.4, zorder=3)
    axes.add_collection(gaps)
    # Only the half inside the lithium is void.
    low, high = sorted((box.y(0.0), box.y(0.0) - box.inwards * box.tall))
    half = Rectangle((box.left, low), box.wide, high - low, transform=axes.transData)
    gaps.set_clip_path(half)


def void_places(uncovered: float, side: int, count: int = 7) -> tuple[FloatArray, FloatArray]:
    """Return start and width of each void as shares of the width; the widths add up to `uncovered`.

    The same places for every age, so that a void that grows stays where it is.
    """
    rng = np.random.default_rng(101 + side)
    cells = rng.uniform(0.5, 1.5, count)
    cells /= cells.sum()
    widths = cells * min(max(uncovered, 0.0), 1.0)
    starts = np.concatenate([[0.0], np.cumsum(cells)[:-1]]) + (cells - widths) * rng.uniform(0.2, 0.8, count)
    return starts, widths


def _draw_cracks(axes: Axes, state: StackState, box: _Box, surface_m: float, clip: Rectangle) -> None:
    damage, depth = state.damage(box.side), state.crack_depth_m(box.side)
    count = round(min(max(damage, 0.0), 1.0) * _CRACKS)
    if damage > 0 and depth > 0:
        count = max(count, 1)
    if not count or depth <= 0:
        return
    rng = np.random.default_rng(31 + box.side)
    places = (rng.permutation(_CRACKS) + rng.uniform(0.2, 0.8, _CRACKS)) / _CRACKS
    depths = np.concatenate([[1.0], rng.uniform(0.45, 1.0, _CRACKS - 1)])
    for number in range(count):
        x = box.left + places[number] * box.wide
        start, end = box.y(surface_m), box.y(surface_m + depths[number] * depth)
        _jagged(axes, x, start, end, 0.55, 10 * box.side + number, CRACK, 0.8, clip, halo=True)


def _jagged(
    axes: Axes,
    x: float,
    start: float,
    end: float,
    swing: float,
    seed: int,
    colour: str,
    width: float,
    clip: Rectangle | None,
    *,
    halo: bool = False,
) -> None:
    """A line that wanders from `start` to `end` (mm), the same way each time."""
    rng = np.random.default_rng(1000 + seed)
    steps = max(int(abs(end - start) / 0.9), 2)
    y = np.linspace(start, end, steps + 1)
    away = np.cumsum(rng.uniform(-swing, swing, steps + 1))
    away -= np.linspace(away[0], away[-1], steps + 1)
    if halo:  # seen on the dark interphase and on the pale electrolyte alike
        axes.plot(x + away, y, color="white", linewidth=width + 0.9, zorder=3.4, clip_path=clip)
    axes.plot(
        x + away, y, color=colour, linewidth=width, zorder=3.5, solid_capstyle="butt", solid_joinstyle="miter",
        clip_path=clip,
    )  # fmt: skip


def _bar(axes: Axes, box: _Box) -> None:
    """Scale bar in the electrolyte's corner of a zoom."""
    length = scale_bar_m(0.7 * box.wide / box.per_m)
    wide = length * box.per_m
    right = box.left + box.wide - 1.0
    y = box.low + 1.0 if box.side == 1 else box.low + box.tall - 1.0
    axes.add_patch(Rectangle((right - wide, y - 0.2), wide, 0.4, facecolor=INK, linewidth=0, zorder=5))
    _text(
        axes, right, y + (0.5 if box.side == 1 else -0.5), length_text(length), ha="right",
        va="bottom" if box.side == 1 else "top", zorder=5,
        bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.4},
    )  # fmt: skip


def _upright_bar(axes: Axes, x: float, low: float, per_m: float, total_m: float) -> None:
    length = scale_bar_m(0.7 * total_m)
    axes.add_patch(Rectangle((x - 0.2, low), 0.4, length * per_m, facecolor=INK, linewidth=0))
    _text(axes, x - 0.7, low + length * per_m / 2, length_text(length), rotation=90, ha="right", va="center")


_Key = tuple[str, str, str]
"""What is shown ('fill', 'void', 'crack', 'filament'), its colour, its name."""


def _legend(cells: Sequence[tuple[str, Sequence[StackState]]]) -> list[_Key]:
    states = [state for _, group in cells for state in group]
    keys: dict[str, _Key] = {}
    for state in states:
        for layer in state.layers:
            if layer.thickness_m <= 0:
                if layer.kind == "lithium":
                    keys.setdefault("collector", ("fill", COLLECTOR, "collector without lithium"))
                continue
            if layer.kind == "interlayer":
                keys.setdefault(layer.name, ("fill", UNCONVERTED, layer.name))
            else:
                keys.setdefault(layer.name, ("fill", _colour(layer), layer.name))
    found = list(keys.values())
    if any(layer.converted > 0 for state in states for layer in state.layers):
        found.append(("fill", CONVERTED, "the same, converted"))
    if any(layer.porosity > 0.005 for s in states for layer in s.layers) or any(
        s.uncovered(side) > 0 for s in states for side in (1, 2)
    ):
        found.append(("void", VOID, "void, pore"))
    if any(state.damage(side) > 0 for state in states for side in (1, 2)):
        found.append(("crack", CRACK, "crack"))
    if any(state.filament_m(side) > 0 for state in states for side in (1, 2)):
        found.append(("filament", FILAMENT, "lithium filament"))
    return found


def _draw_legend(axes: Axes | None, keys: Sequence[_Key]) -> float:
    """Draw the legend at the foot; without axes only return its height in mm."""
    rows: list[list[tuple[float, _Key]]] = [[]]
    x = 8.0
    for kind, colour, name in keys:
        name = shorten(name, 40)
        wide = 6.0 + len(name) * FONT_PT * 0.3528 * 0.58 + 3.5
        if x + wide > WIDTH_MM and rows[-1]:
            rows.append([])
            x = 8.0
        rows[-1].append((x, (kind, colour, name)))
        x += wide
    tall = 1.5 * LINE_MM * (len(rows) + 1)
    if axes is not None:
        for number, row in enumerate(rows):
            for place, key in row:
                _draw_key(axes, place, tall - (number + 0.5) * 1.5 * LINE_MM, key)
        _text(axes, 8.0, 0.75 * LINE_MM, SIDES, va="center", color=MUTED)
    return tall


def _draw_key(axes: Axes, x: float, y: float, key: _Key) -> None:
    kind, colour, name = key
    if kind in ("fill", "void"):
        edge = MUTED if kind == "void" else "none"
        axes.add_patch(Rectangle((x, y - 1.2), 4.5, 2.4, facecolor=colour, edgecolor=edge, linewidth=0.5))
    elif kind == "crack":
        points = [(x + 0.5, y - 1.2), (x + 1.9, y - 0.2), (x + 1.4, y + 0.3), (x + 3.6, y + 1.2)]
        axes.add_patch(Polygon(points, closed=False, fill=False, edgecolor=colour, linewidth=0.8))
    else:
        axes.plot([x + 0.5, x + 4.0], [y, y], color=colour, linewidth=1.6)
    _text(axes, x + 6.0, y, name, va="center")


def _text(axes: Axes, x: float, y: float, text: str, **style: object) -> None:
    axes.text(x, y, text, **{"fontsize": FONT_PT, "color": INK, "parse_math": False, **style})  # pyright: ignore[reportArgumentType]
