"""Where everything of a printed figure goes, in millimetres, before anything is drawn.

Widths of texts are estimated from their number of characters, on the safe side, so that no drawing is
needed to lay out a figure: figures take most of the time of a report.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from matplotlib.ticker import FixedLocator, Locator, MaxNLocator

from interlayer.report import labels
from interlayer.report.figure import Axis, Figure, Panel
from interlayer.report.legend import Entry, is_needed, panel_entries, shared_entries
from interlayer.report.ranges import Span, equal_ranges, log_ticks, panel_ranges

MM_PER_POINT: Final = 25.4 / 72
EM_PER_CHARACTER: Final = 0.6
LONGEST_LEGEND_TEXT: Final = 42
MOST_NAME_LINES: Final = 3
LONGEST_NAME: Final = 26
"""Characters of a name that stands upright below an axis."""
LOWEST_PANEL_EM: Final = 3.5
"""Height of a panel below which it cannot be read, in font sizes."""
_HANDLE_EM: Final = 3.3
"""Width of a legend's sample line with its gaps, in font sizes."""


@dataclass(frozen=True)
class Sheet:
    """A printed format: width, letter size, fixed height if it has one."""

    width_mm: float
    font_pt: float
    height_mm: float | None = None

    @property
    def font_mm(self) -> float:
        """Letter size in millimetres."""
        return self.font_pt * MM_PER_POINT

    def text_mm(self, text: str) -> float:
        """Estimated width of a text."""
        return len(text) * self.font_mm * EM_PER_CHARACTER


SHEETS: Final = {
    "84mm": Sheet(84.0, 7.5),
    "174mm": Sheet(174.0, 7.5),
    "slide": Sheet(254.0, 14.0, 142.9),
}


@dataclass
class Legend:
    """A legend above one panel or above the whole figure."""

    entries: list[Entry]
    columns: int

    @property
    def rows(self) -> int:
        """Rows of text."""
        return math.ceil(len(self.entries) / self.columns)

    def height_mm(self, sheet: Sheet) -> float:
        """Height with its gap to what lies below."""
        return self.rows * sheet.font_mm * 1.42 + 0.3 * sheet.font_mm


@dataclass
class Placed:
    """A panel with its place on the sheet (mm from the left and from the top) and its axes."""

    panel: Panel
    number: int
    x_span: Span
    y_span: Span
    x_locator: Locator
    y_locator: Locator
    title: str
    y_text: str
    x_text: str
    legend: Legend | None
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0
    show_x: bool = True
    names: list[str] | None = field(default_factory=list[str])
    """Names below the x axis, broken into lines; None: they stand upright."""

    def title_mm(self, sheet: Sheet) -> float:
        """Height of the title."""
        lines = self.title.count("\n") + 1 if self.title else 0
        return lines * sheet.font_mm * 1.3 + (0.25 * sheet.font_mm if lines else 0.0)

    def above_mm(self, sheet: Sheet) -> float:
        """Height of title and legend, and a little air."""
        legend = self.legend.height_mm(sheet) if self.legend else 0.0
        return self.title_mm(sheet) + legend + 0.3 * sheet.font_mm

    def below_mm(self, sheet: Sheet) -> float:
        """Height of tick labels and axis text."""
        if not self.show_x:
            return 0.9 * sheet.font_mm
        if self.panel.x.names:
            lines = [] if self.names is None else [name.count("\n") + 1 for name in self.names]
            upright = [len(labels.shorten(name, LONGEST_NAME)) for _, name in self.panel.x.names]
            tall = 1.3 * max(lines) if lines else EM_PER_CHARACTER * max(upright)
            title = 1.25 * (1 + self.x_text.count("\n")) if self.x_text else 0.0
            return sheet.font_mm * (tall + title + 1.2)
        return sheet.font_mm * (2.5 + 1.25 * (1 + self.x_text.count("\n"))) - 0.6 * sheet.font_mm


@dataclass
class Plan:
    """A figure laid out."""

    sheet: Sheet
    height_mm: float
    title: str
    panels: list[Placed]
    legend: Legend | None
    legend_top: float


def locator(axis: Axis, span: Span, most: int) -> Locator:
    """Return the rule for at most about `most` ticks on an axis."""
    if axis.names:
        return FixedLocator([at for at, _ in axis.names])
    if axis.scale == "log":
        return FixedLocator(log_ticks(span, max(most, 2)))
    return MaxNLocator(nbins=max(min(most, 7), 2), steps=[1, 2, 2.5, 5, 10])


def across(axis: Axis, span: Span, length_mm: float, sheet: Sheet) -> Locator:
    """Return the rule for the most ticks whose texts stand side by side on an x axis of `length_mm`."""
    if axis.names:
        return locator(axis, span, 0)
    for most in range(10, 2, -1):
        rule = locator(axis, span, most)
        texts = tick_texts(axis, span, rule)
        needed = sum(sheet.text_mm(text) + 1.0 * sheet.font_mm for text in texts)
        if needed <= length_mm:
            return rule
    return locator(axis, span, 2)


def name_rows(axis: Axis, span: Span, length_mm: float, sheet: Sheet) -> list[str] | None:
    """Return the names below an axis, each broken to its share of the length; None if they must stand upright."""
    if not axis.names:
        return []
    room = length_mm * (_closest(axis) / (span[1] - span[0]))
    characters = int(room / (sheet.font_mm * EM_PER_CHARACTER) - 0.7)
    if characters < 3:
        return None
    rows = [textwrap.wrap(name, characters, break_long_words=False) or [""] for _, name in axis.names]
    if max(map(len, rows)) > MOST_NAME_LINES or any(len(line) > characters for row in rows for line in row):
        return None
    return ["\n".join(row) for row in rows]


def _closest(axis: Axis) -> float:
    places = sorted(at for at, _ in axis.names)
    return min((b - a for a, b in pairwise(places)), default=1.0)


def tick_texts(axis: Axis, span: Span, rule: Locator) -> list[str]:
    """Return the texts of the ticks within the span."""
    if axis.names:
        return [name for _, name in axis.names]
    low, high = min(span), max(span)
    values = np.asarray(rule.tick_values(low, high), dtype=np.float64)
    margin = 1e-9 * (high - low)
    inside = values[(values >= low - margin) & (values <= high + margin)]
    return labels.ticks([float(v) for v in inside], axis.scale)


def plan(figure: Figure) -> Plan:
    """Lay out a figure: axes, ticks, titles and legends of every panel, without drawing anything."""
    sheet = SHEETS[figure.width]
    entries = shared_entries(figure) if len(figure.panels) > 1 else None
    shared = None if entries is None else _shared_legend(figure, entries, sheet)
    title_mm = 1.8 * sheet.font_mm if figure.width == "slide" and figure.title else 0.0
    legend_mm = shared.height_mm(sheet) if shared else 0.0
    rows = figure.rows()
    placed = [[_first_look(figure, number, panel) for number, _, panel in row] for row in rows]
    for _ in range(2):  # the second time with the wrapped texts of the y axes
        _place_columns(figure, placed, rows, sheet, has_own_legend=entries is None)
        for row, height in zip(placed, _row_heights(placed, sheet, title_mm + legend_mm), strict=True):
            for seat in row:
                seat.y_text = _wrapped(seat.panel.y.text, height, sheet)
    if figure.share_x:
        _hide_inner_x(placed, rows)
    heights = _row_heights(placed, sheet, title_mm + legend_mm)
    y = title_mm + legend_mm + 0.3 * sheet.font_mm
    for row, height in zip(placed, heights, strict=True):
        y += max(seat.above_mm(sheet) for seat in row)
        for seat in row:
            seat.top, seat.height = y, height
            _fit_down(seat, sheet)
        y += height + max(seat.below_mm(sheet) for seat in row)
    flat = [seat for row in placed for seat in row]
    return Plan(sheet, sheet.height_mm or y, figure.title, flat, shared, title_mm + 0.3 * sheet.font_mm)


def is_legible(figure: Figure) -> bool:
    """Whether every panel has room for its ticks; only a sheet of fixed height can be too small."""
    layout = plan(figure)
    return layout.sheet.height_mm is None or all(
        seat.height >= LOWEST_PANEL_EM * layout.sheet.font_mm for seat in layout.panels
    )


def _place_columns(
    figure: Figure,
    placed: list[list[Placed]],
    rows: list[list[tuple[int, int, Panel]]],
    sheet: Sheet,
    *,
    has_own_legend: bool,
) -> None:
    """Left edges and widths: panels of one column stand exactly above each other."""
    lefts = [0.0] * figure.columns
    for row, seats in zip(placed, rows, strict=True):
        for seat, (_, column, _) in zip(row, seats, strict=True):
            lefts[column] = max(lefts[column], _left_mm(seat, sheet))
    right = max(_right_mm(seat, sheet) for row in placed for seat in row)
    single = (sheet.width_mm - sum(lefts) - right * figure.columns) / figure.columns
    for row, seats in zip(placed, rows, strict=True):
        for seat, (_, column, panel) in zip(row, seats, strict=True):
            span = min(panel.span, figure.columns)
            between = sum(lefts[column + 1 : column + span]) + right * (span - 1)
            seat.left = sum(lefts[: column + 1]) + (single + right) * column
            seat.width = single * span + between
            _fit_across(seat, sheet, has_own_legend=has_own_legend)


def _wrapped(text: str, length_mm: float, sheet: Sheet) -> str:
    """Break a text so that its lines fit into a length; never between a '/' and its unit."""
    characters = max(int(length_mm / (sheet.font_mm * 0.56)), 10)
    label, slash, unit = text.partition(" / ")
    kept = label + "\u00a0/\u00a0" + unit.replace(" ", "\u00a0") if slash else text
    return textwrap.fill(kept, characters, break_long_words=False).replace("\u00a0", " ")


def _first_look(figure: Figure, number: int, panel: Panel) -> Placed:
    x_span, y_span = panel_ranges(panel)
    return Placed(
        panel, number, x_span, y_span,
        locator(panel.x, x_span, 5), locator(panel.y, y_span, 7),
        figure.panel_title(number), panel.y.text, panel.x.text, None,
    )  # fmt: skip


def _left_mm(seat: Placed, sheet: Sheet) -> float:
    texts = tick_texts(seat.panel.y, seat.y_span, seat.y_locator)
    widest = max((sheet.text_mm(text) for text in texts), default=0.0)
    lines = 1 + seat.y_text.count("\n")
    return (0.0 if seat.panel.is_empty else widest) + sheet.font_mm * (1.25 * lines + 1.7)


def _right_mm(seat: Placed, sheet: Sheet) -> float:
    """Room for the half of the last tick's text that stands out."""
    if seat.panel.x.names:
        return sheet.font_mm + 0.3
    texts = tick_texts(seat.panel.x, seat.x_span, seat.x_locator)
    return max(0.5 * sheet.text_mm(texts[-1]) if texts else 0.0, sheet.font_mm) + 0.3


def _fit_across(seat: Placed, sheet: Sheet, *, has_own_legend: bool) -> None:
    """Everything that depends on the width of the panel."""
    panel = seat.panel
    seat.x_locator = across(panel.x, seat.x_span, seat.width, sheet)
    characters = max(int(seat.width / (sheet.font_mm * EM_PER_CHARACTER)), 12)
    seat.title = textwrap.fill(seat.title, characters) if seat.title.strip() else ""
    seat.x_text = _wrapped(panel.x.text, seat.width, sheet)
    seat.names = name_rows(panel.x, seat.x_span, seat.width, sheet)
    if has_own_legend:
        entries = panel_entries(panel)
        seat.legend = _legend(entries, sheet, seat.width) if is_needed(entries, panel.title) else None


def _fit_down(seat: Placed, sheet: Sheet) -> None:
    """Everything that depends on the height of the panel."""
    panel = seat.panel
    if panel.equal_aspect and not panel.is_empty:
        seat.x_span, seat.y_span = equal_ranges(seat.x_span, seat.y_span, seat.height / seat.width)
    seat.x_locator = across(panel.x, seat.x_span, seat.width, sheet)
    seat.y_locator = locator(panel.y, seat.y_span, int(seat.height / (2.2 * sheet.font_mm)))


def _row_heights(placed: list[list[Placed]], sheet: Sheet, taken_mm: float) -> list[float]:
    heights = [max(_wanted_height(seat) for seat in row) for row in placed]
    if sheet.height_mm is None:
        return heights
    around = sum(max(s.above_mm(sheet) for s in row) + max(s.below_mm(sheet) for s in row) for row in placed)
    room = sheet.height_mm - taken_mm - around - 0.6 * sheet.font_mm
    scale = max(room, 20.0) / sum(heights)
    return [height * scale for height in heights]


def _wanted_height(seat: Placed) -> float:
    panel = seat.panel
    if panel.equal_aspect and not panel.is_empty:
        ratio = (seat.y_span[1] - seat.y_span[0]) / (seat.x_span[1] - seat.x_span[0])
        return seat.width * min(max(ratio, 0.5), 1.0)
    return min(max(0.66 * seat.width, 28.0), 46.0) * panel.height


def _hide_inner_x(placed: list[list[Placed]], rows: list[list[tuple[int, int, Panel]]]) -> None:
    """Tick labels and axis text only on the lowest of panels that share their x axis."""
    for upper, seats, below in zip(placed, rows, rows[1:], strict=False):
        axes = {column: (panel.x, panel.span) for _, column, panel in below}
        for seat, (_, column, panel) in zip(upper, seats, strict=True):
            seat.show_x = axes.get(column) != (panel.x, panel.span)


def _legend(entries: list[Entry], sheet: Sheet, width_mm: float) -> Legend:
    texts = [labels.shorten(entry.series.name, LONGEST_LEGEND_TEXT) for entry in entries]
    for columns in range(len(texts), 1, -1):
        rows = math.ceil(len(texts) / columns)
        blocks = [texts[i : i + rows] for i in range(0, len(texts), rows)]
        needed = sum(
            max(sheet.text_mm(t) for t in block) * 0.93 + _HANDLE_EM * sheet.font_mm for block in blocks
        )
        if needed <= width_mm:
            return Legend(entries, len(blocks))
    return Legend(entries, 1)


def _shared_legend(figure: Figure, entries: list[Entry], sheet: Sheet) -> Legend | None:
    titles = " ".join(panel.title for panel in figure.panels)
    return _legend(entries, sheet, sheet.width_mm - 4.0) if is_needed(entries, titles) else None
