"""Where everything of a printed figure goes, in millimetres, before anything is drawn.

Widths of texts are estimated from their number of characters, on the safe side, so that no drawing is
needed to lay out a figure: figures take most of the time of a report.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.ticker import Locator, LogLocator, MaxNLocator

from interlayer.report import labels
from interlayer.report.figure import Axis, Figure, Panel, Series, names
from interlayer.report.ranges import Span, equal_ranges, panel_ranges

MM_PER_POINT: Final = 25.4 / 72
EM_PER_CHARACTER: Final = 0.6
LONGEST_LEGEND_TEXT: Final = 42
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
class Entry:
    """One legend entry: the series that shows it and its place among its panel's series."""

    series: Series
    place: int


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
        return self.rows * sheet.font_mm * 1.42 + 0.6 * sheet.font_mm


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

    def title_mm(self, sheet: Sheet) -> float:
        """Height of the title."""
        lines = self.title.count("\n") + 1 if self.title else 0
        return lines * sheet.font_mm * 1.3 + (0.5 * sheet.font_mm if lines else 0.0)

    def above_mm(self, sheet: Sheet) -> float:
        """Height of title and legend, and a little air."""
        legend = self.legend.height_mm(sheet) if self.legend else 0.0
        return self.title_mm(sheet) + legend + 0.6 * sheet.font_mm

    def below_mm(self, sheet: Sheet) -> float:
        """Height of tick labels and axis text."""
        if not self.show_x:
            return 0.9 * sheet.font_mm
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


def locator(axis: Axis, span: Span, length_mm: float, spacing_mm: float) -> Locator:
    """Return the rule for the ticks of an axis of `length_mm` with at least `spacing_mm` between two."""
    most = max(int(length_mm / spacing_mm), 2)
    if axis.scale == "log":
        decades = math.log10(span[1] / span[0])
        if decades < 1.5:
            return LogLocator(subs=(1.0, 2.0, 5.0), numticks=max(most, 4))
        return LogLocator(numticks=most + 1)
    return MaxNLocator(nbins=min(most, 7), steps=[1, 2, 2.5, 5, 10])


def tick_texts(axis: Axis, span: Span, rule: Locator) -> list[str]:
    """Return the texts of the ticks within the span."""
    low, high = min(span), max(span)
    values = np.asarray(rule.tick_values(low, high), dtype=np.float64)
    margin = 1e-9 * (high - low)
    inside = values[(values >= low - margin) & (values <= high + margin)]
    return labels.ticks([float(v) for v in inside], axis.scale)


def plan(figure: Figure) -> Plan:
    """Lay out a figure: axes, ticks, titles and legends of every panel, without drawing anything."""
    sheet = SHEETS[figure.width]
    shared = _shared_legend(figure, sheet)
    rows = figure.rows()
    placed = [[_first_look(figure, number, panel, sheet) for number, _, panel in row] for row in rows]
    lefts = [0.0] * figure.columns
    for row, seats in zip(placed, rows, strict=True):
        for seat, (_, column, _) in zip(row, seats, strict=True):
            lefts[column] = max(lefts[column], _left_mm(seat, sheet))
    right = 1.3 * sheet.font_mm
    single = (sheet.width_mm - sum(lefts) - right * figure.columns) / figure.columns
    for row, seats in zip(placed, rows, strict=True):
        for seat, (_, column, panel) in zip(row, seats, strict=True):
            span = min(panel.span, figure.columns)
            between = sum(lefts[column + 1 : column + span]) + right * (span - 1)
            seat.left = sum(lefts[: column + 1]) + (single + right) * column
            seat.width = single * span + between
            _fit_across(seat, figure, sheet, has_own_legend=shared is None)
    if figure.share_x:
        _hide_inner_x(placed, rows)
    title_mm = 1.8 * sheet.font_mm if figure.width == "slide" and figure.title else 0.0
    legend_mm = shared.height_mm(sheet) if shared else 0.0
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


def _first_look(figure: Figure, number: int, panel: Panel, sheet: Sheet) -> Placed:
    x_span, y_span = panel_ranges(panel)
    return Placed(
        panel, number, x_span, y_span,
        locator(panel.x, x_span, 60.0, 14.0), locator(panel.y, y_span, 40.0, 2.4 * sheet.font_mm),
        figure.panel_title(number), panel.y.text, panel.x.text, None,
    )  # fmt: skip


def _left_mm(seat: Placed, sheet: Sheet) -> float:
    texts = tick_texts(seat.panel.y, seat.y_span, seat.y_locator)
    widest = max((sheet.text_mm(text) for text in texts), default=0.0)
    lines = 1 + (len(seat.y_text) > 30)
    return widest + sheet.font_mm * (1.25 * lines + 1.7)


def _fit_across(seat: Placed, figure: Figure, sheet: Sheet, *, has_own_legend: bool) -> None:
    """Everything that depends on the width of the panel."""
    panel = seat.panel
    widest = max((sheet.text_mm(t) for t in tick_texts(panel.x, seat.x_span, seat.x_locator)), default=8.0)
    spacing = max(widest + 1.5 * sheet.font_mm, 4.5 * sheet.font_mm)
    seat.x_locator = locator(panel.x, seat.x_span, seat.width, spacing)
    characters = max(int(seat.width / (sheet.font_mm * EM_PER_CHARACTER)), 12)
    seat.title = textwrap.fill(seat.title, characters) if seat.title.strip() else ""
    seat.x_text = textwrap.fill(panel.x.text, characters)
    if has_own_legend:
        entries = _entries(panel.series)
        seat.legend = _legend(entries, sheet, seat.width) if _needed(entries, panel.title) else None


def _fit_down(seat: Placed, sheet: Sheet) -> None:
    """Everything that depends on the height of the panel."""
    panel = seat.panel
    if panel.equal_aspect and not panel.is_empty:
        seat.x_span, seat.y_span = equal_ranges(seat.x_span, seat.y_span, seat.height / seat.width)
    seat.y_locator = locator(panel.y, seat.y_span, seat.height, 2.6 * sheet.font_mm)
    characters = max(int(seat.height / (sheet.font_mm * EM_PER_CHARACTER)), 12)
    seat.y_text = textwrap.fill(panel.y.text, characters)


def _row_heights(placed: list[list[Placed]], sheet: Sheet, taken_mm: float) -> list[float]:
    heights = [max(_wanted_height(seat) for seat in row) for row in placed]
    if sheet.height_mm is None:
        return heights
    around = sum(
        max(s.above_mm(sheet) for s in row) + max(s.below_mm(sheet) for s in row) for row in placed
    )
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
    """Tick labels and axis text only on the lowest panel of each column."""
    for upper, seats, below in zip(placed, rows, rows[1:], strict=False):
        columns = {column for _, column, _ in below}
        for seat, (_, column, _) in zip(upper, seats, strict=True):
            seat.show_x = column not in columns


def _entries(series: tuple[Series, ...]) -> list[Entry]:
    found: dict[str, Entry] = {}
    for place, one in enumerate(series):
        if one.name:
            found.setdefault(one.name, Entry(one, place))
    return list(found.values())


def _needed(entries: list[Entry], title: str) -> bool:
    return len(entries) > 1 or (len(entries) == 1 and entries[0].series.name not in title)


def _legend(entries: list[Entry], sheet: Sheet, width_mm: float) -> Legend:
    texts = [labels.shorten(entry.series.name, LONGEST_LEGEND_TEXT) for entry in entries]
    for columns in range(len(texts), 1, -1):
        rows = math.ceil(len(texts) / columns)
        blocks = [texts[i : i + rows] for i in range(0, len(texts), rows)]
        needed = sum(max(sheet.text_mm(t) for t in block) + _HANDLE_EM * sheet.font_mm for block in blocks)
        if needed <= width_mm:
            return Legend(entries, len(blocks))
    return Legend(entries, 1)


def _look(entry: Entry) -> tuple[object, ...]:
    one = entry.series
    return one.colour(entry.place), one.style, one.hollow, one.dashed, one.bound


def _shared_legend(figure: Figure, sheet: Sheet) -> Legend | None:
    """One legend for the whole figure if a name looks the same wherever it appears, and most names recur."""
    if len(figure.panels) < 2:
        return None
    looks: dict[str, Entry] = {}
    count = 0
    for panel in figure.panels:
        for entry in _entries(panel.series):
            first = looks.setdefault(entry.series.name, entry)
            count += 1
            if _look(first) != _look(entry):
                return None
    recurring = len(looks) < count and len(looks) * len(figure.panels) <= 2 * count
    if not recurring or len(names(figure)) < 2:
        return None
    entries = list(looks.values())
    return _legend(entries, sheet, sheet.width_mm - 4.0)
