"""Figures for paper: the description drawn with Matplotlib as SVG, PDF and PNG.

Nothing global is touched: no pyplot, no window, settings only inside a context.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.path import Path as MarkerPath
from matplotlib.ticker import Formatter, LogLocator, NullFormatter, NullLocator
from PIL import Image

from interlayer.errors import OutputError
from interlayer.report import labels
from interlayer.report.figure import Figure, Panel, Series
from interlayer.report.note_places import note_places
from interlayer.report.palette import GRID, INK, MUTED, slot_marker
from interlayer.report.print_layout import (
    EM_PER_CHARACTER,
    LONGEST_LEGEND_TEXT,
    LONGEST_NAME,
    MM_PER_POINT,
    Legend,
    Placed,
    Plan,
    Sheet,
    plan,
)
from interlayer.report.reference_lines import seats

FORMATS: Final[tuple[str, ...]] = ("svg", "png", "pdf", "preview")
"""What `render` can make; 'preview' is a PNG of half the resolution and few colours."""

_MARKERS: Final = {
    "circle": "o", "square": "s", "triangle": "^", "diamond": "D", "pentagon": "p", "cross": "X", "hexagon": "h",
}  # fmt: skip
_ARROW: Final = ((0.0, 0.0), (0.0, 1.0), (-0.22, 0.72), (0.0, 1.0), (0.22, 0.72))
_ARROW_CODES: Final = (
    MarkerPath.MOVETO, MarkerPath.LINETO, MarkerPath.MOVETO, MarkerPath.LINETO, MarkerPath.LINETO,
)  # fmt: skip
_UP: Final = MarkerPath(_ARROW, _ARROW_CODES)
_DOWN: Final = MarkerPath([(x, -y) for x, y in _ARROW], _ARROW_CODES)


def settings(font_pt: float) -> dict[Any, Any]:
    """Return the Matplotlib settings of all drawings, to be used inside `matplotlib.rc_context`.

    Text stays text in SVG and PDF, so that it can be edited; any sans-serif font will do.
    """
    return {
        "font.family": ["sans-serif"],
        "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "Helvetica", "sans-serif"],
        "font.size": font_pt,
        "text.color": INK,
        "text.usetex": False,
        "axes.labelsize": font_pt,
        "axes.titlesize": font_pt,
        "axes.labelcolor": INK,
        "axes.edgecolor": MUTED,
        "axes.linewidth": 0.6,
        "axes.grid": False,
        "axes.unicode_minus": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.formatter.use_mathtext": False,
        "xtick.labelsize": font_pt,
        "ytick.labelsize": font_pt,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "xtick.major.pad": 2.0,
        "ytick.major.pad": 2.0,
        "legend.fontsize": font_pt,
        "legend.frameon": False,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "savefig.bbox": None,
        "path.simplify": True,
        "svg.fonttype": "none",
        "svg.hashsalt": "interlayer",
        "pdf.fonttype": 42,
        "pdf.compression": 6,
    }


class ShownDrawing(Drawing):
    """A drawing that shows itself in a notebook without any global set-up."""

    def _repr_png_(self) -> bytes:
        return drawing_bytes(self, "png", dpi=110)


class _TickTexts(Formatter):
    """Texts of the ticks as people write numbers."""

    def __init__(self, scale: str, names: Sequence[str] = ()) -> None:
        self._scale, self._names = scale, names

    def __call__(self, x: float, pos: int | None = None) -> str:  # noqa: ARG002  (the base class's signature)
        return labels.number(float(x))

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        if self._names:
            return list(self._names)
        return labels.ticks([float(v) for v in values], self._scale)


def draw(figure: Figure) -> ShownDrawing:
    """Draw a figure with Matplotlib.

    Traces are thinned first. The result belongs to nobody: change it, save it.

    Returns
    -------
    matplotlib.figure.Figure
        With one Axes for each panel, in order.
    """
    figure = figure.thinned()
    layout = plan(figure)
    sheet = layout.sheet
    with mpl.rc_context(settings(sheet.font_pt)):
        drawing = ShownDrawing(figsize=(sheet.width_mm / 25.4, layout.height_mm / 25.4), dpi=150)
        FigureCanvasAgg(drawing)
        if figure.width == "slide" and figure.title:
            drawing.text(
                0.6 * sheet.font_mm / sheet.width_mm, 1 - 0.5 * sheet.font_mm / layout.height_mm, figure.title,
                va="top", weight="bold", size=sheet.font_pt * 1.1, parse_math=False,
            )  # fmt: skip
        for placed in layout.panels:
            _draw_panel(drawing, placed, layout)
        if layout.legend:
            _draw_shared_legend(drawing, layout, layout.legend)
    return drawing


def _draw_panel(drawing: Drawing, placed: Placed, layout: Plan) -> None:
    sheet, panel = layout.sheet, placed.panel
    axes = drawing.add_axes((
        placed.left / sheet.width_mm,
        1 - (placed.top + placed.height) / layout.height_mm,
        placed.width / sheet.width_mm,
        placed.height / layout.height_mm,
    ))  # fmt: skip
    axes.set_xscale(panel.x.scale)
    axes.set_yscale(panel.y.scale)
    axes.grid(visible=True, color=GRID, linewidth=0.5)
    scale = sheet.font_pt / 7.5
    for place, series in enumerate(panel.series):
        if not series.is_empty:
            _draw_series(axes, panel, series, place, scale)
    axes.set_xlim(*placed.x_span)
    axes.set_ylim(*placed.y_span)
    if panel.lines:
        _draw_lines(axes, placed, sheet)
    if panel.notes:
        _draw_notes(axes, placed, sheet)
    _dress(axes, placed)
    if panel.is_empty:
        axes.grid(visible=False)
        axes.tick_params(bottom=False, left=False, labelbottom=False, labelleft=False)
        axes.text(
            0.5, 0.5, panel.empty, transform=axes.transAxes, ha="center", va="center", color=MUTED,
            parse_math=False, wrap=True,
        )  # fmt: skip
    offset = placed.legend.height_mm(sheet) if placed.legend else 0.0
    if placed.title:
        axes.annotate(
            placed.title, (0, 1), (0, (offset + 0.55 * sheet.font_mm) / MM_PER_POINT), xycoords="axes fraction",
            textcoords="offset points", va="bottom", ha="left", weight="bold", annotation_clip=False,
            parse_math=False,
        )  # fmt: skip
    if placed.legend:
        handles, texts = _legend_handles(placed.legend, scale)
        axes.legend(
            handles, texts, loc="lower left", bbox_to_anchor=(0, 1 + 0.2 * sheet.font_mm / placed.height),
            ncols=placed.legend.columns, **_LEGEND,
        )  # fmt: skip
        _plain_text(axes.get_legend())


_LEGEND: Final[dict[str, Any]] = {
    "borderpad": 0.0, "borderaxespad": 0.0, "handlelength": 1.7, "handletextpad": 0.5, "columnspacing": 1.1,
    "labelspacing": 0.3,
}  # fmt: skip


def _plain_text(legend: Any) -> None:
    for text in legend.get_texts():
        text.set_parse_math(False)


def _draw_shared_legend(drawing: Drawing, layout: Plan, legend: Legend) -> None:
    sheet = layout.sheet
    handles, texts = _legend_handles(legend, sheet.font_pt / 7.5)
    left = layout.panels[0].left if layout.panels else 2.0
    widest = sum(sheet.text_mm(text) for text in texts)
    left = left if left + widest + 14 * sheet.font_mm < sheet.width_mm else 1.0
    place = (left / sheet.width_mm, 1 - layout.legend_top / layout.height_mm)
    drawn = drawing.legend(
        handles, texts, loc="upper left", bbox_to_anchor=place, ncols=legend.columns, **_LEGEND
    )
    _plain_text(drawn)


def _legend_handles(legend: Legend, scale: float) -> tuple[list[Line2D], list[str]]:
    handles: list[Line2D] = []
    for entry in legend.entries:
        look = _look(entry.series, entry.place, scale)
        look.pop("markevery", None)
        look.pop("drawstyle", None)
        handles.append(Line2D([], [], **look))
    return handles, [labels.shorten(e.series.name, LONGEST_LEGEND_TEXT) for e in legend.entries]


def _look(series: Series, place: int, scale: float) -> dict[str, Any]:
    colour = series.colour(place)
    slot = place if series.color is None else series.color
    look: dict[str, Any] = {
        "color": colour, "linewidth": (1.8 if series.heavy else 1.0) * scale, "linestyle": "-",
    }  # fmt: skip
    if series.dashed:
        look["linestyle"] = (0, (3.5, 1.8))
    if series.style == "steps":
        look["drawstyle"] = "steps-post"
    if series.style in ("points", "linepoints"):
        crowded = series.x.size > 120
        look |= {
            "marker": _MARKERS[slot_marker(slot)],
            "markersize": (2.4 if crowded else 6.0 if series.hollow else 3.6) * scale,
            "markerfacecolor": "none" if series.hollow else colour,
            "markeredgewidth": (0.9 if series.hollow else 0.0) * scale,
        }
    if series.style == "points":
        look["linestyle"] = "none"
    return look


def _draw_series(axes: Axes, panel: Panel, series: Series, place: int, scale: float) -> None:
    x, y = series.x, series.y
    if panel.y.scale == "log":
        y = np.where(y > 0, y, np.nan)
    colour = series.colour(place)
    front = 3.0 if series.style in ("points", "linepoints") else 2.0
    if series.low is not None and series.high is not None:
        if series.style in ("line", "steps"):
            step = "post" if series.style == "steps" else None
            axes.fill_between(x, series.low, series.high, color=colour, alpha=0.18, linewidth=0, step=step)
        else:
            ends = np.vstack([y - series.low, series.high - y])
            axes.errorbar(
                x, y, yerr=np.where(ends > 0, ends, 0.0), fmt="none", ecolor=colour, elinewidth=0.7 * scale,
                capsize=1.6 * scale, capthick=0.7 * scale, zorder=front - 0.5,
            )  # fmt: skip
    if series.bound:
        axes.plot(
            x, y, linestyle="none", marker=_UP if series.bound == ">=" else _DOWN, markersize=22 * scale,
            markeredgecolor=colour, markeredgewidth=0.9 * scale, markerfacecolor="none", zorder=front - 0.2,
        )  # fmt: skip
    axes.plot(x, y, zorder=front, label=series.name or "_", **_look(series, place, scale))


def _draw_lines(axes: Axes, placed: Placed, sheet: Sheet) -> None:
    """Reference lines over everything, and their texts."""
    for line in placed.panel.lines:
        draw_one = axes.axvline if line.direction == "vertical" else axes.axhline
        draw_one(
            line.at, color=MUTED, linewidth=0.7 * sheet.font_pt / 7.5, linestyle=(0, (2, 1.5)), zorder=3.5
        )
    letter = sheet.font_mm * EM_PER_CHARACTER
    spans = placed.x_span, placed.y_span
    for seat in seats(placed.panel, spans, letter / placed.width, 1.1 * sheet.font_mm / placed.height):
        length = placed.height if seat.vertical else placed.width
        side, end = (-1 if seat.left else 1), (0.98 if seat.high else 0.02)
        where = (seat.at, end) if seat.vertical else (0.01 if seat.left else 0.99, seat.at)
        # Beside a vertical line the text grows away from it; at the end of a horizontal one it grows inwards.
        across = ("right" if seat.left else "left") if seat.vertical else ("left" if seat.left else "right")
        upwards = ("top" if seat.high else "bottom") if seat.vertical else ("bottom" if seat.high else "top")
        axes.annotate(
            labels.shorten(seat.text, int(length / letter)),
            where,
            (2.5 * side, 0) if seat.vertical else (0, 2 if seat.high else -2),
            xycoords=axes.get_xaxis_transform() if seat.vertical else axes.get_yaxis_transform(),
            textcoords="offset points",
            ha=across,
            va=upwards,
            rotation=90 if seat.vertical else 0,
            color=INK,
            zorder=4,
            parse_math=False,
            bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 0.8},
        )


def _draw_notes(axes: Axes, placed: Placed, sheet: Sheet) -> None:
    """Texts beside points, and a ring around each point that has one."""
    letter = _NOTE_SIZE * sheet.font_mm
    spans = placed.x_span, placed.y_span
    wide, tall = letter * EM_PER_CHARACTER / placed.width, letter / placed.height
    for one in note_places(placed.panel, spans, wide, tall):
        gap = one.gap * letter / MM_PER_POINT
        axes.plot(
            [one.note.x], [one.note.y], linestyle="none", marker="o", markersize=4.6 * sheet.font_pt / 7.5,
            markerfacecolor="none", markeredgecolor=INK, markeredgewidth=0.7 * sheet.font_pt / 7.5, zorder=4,
        )  # fmt: skip
        axes.annotate(
            one.note.text,
            (one.note.x, one.note.y),
            (gap * one.across, gap * one.upwards),
            textcoords="offset points",
            ha=("right", "center", "left")[one.across + 1],
            va=("top", "center", "bottom")[one.upwards + 1],
            size=_NOTE_SIZE * sheet.font_pt,
            color=INK,
            zorder=4.5,
            parse_math=False,
        )


_NOTE_SIZE: Final = 0.93
"""Of the figure's letters: 7 pt on paper."""


def _dress(axes: Axes, placed: Placed) -> None:
    panel = placed.panel
    for axis, described, rule, span in (
        (axes.xaxis, panel.x, placed.x_locator, placed.x_span),
        (axes.yaxis, panel.y, placed.y_locator, placed.y_span),
    ):
        axis.set_major_locator(rule)
        upright = [labels.shorten(name, LONGEST_NAME) for _, name in described.names]
        names = (placed.names or upright) if described.names else ()
        axis.set_major_formatter(_TickTexts(described.scale, names))
        if described.names:
            axis.set_tick_params(rotation=90 if placed.names is None else 0, length=0)
            for text in axis.get_ticklabels():
                text.set_parse_math(False)
        if described.scale == "log" and span[1] / span[0] < 1e4:
            axis.set_minor_locator(LogLocator(subs=range(2, 10)))
        else:
            axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
    axes.set_ylabel(placed.y_text, labelpad=3, parse_math=False)
    if placed.show_x:
        axes.set_xlabel(placed.x_text, labelpad=2, parse_math=False)
    else:
        axes.tick_params(axis="x", labelbottom=False)
    axes.tick_params(which="minor", length=1.5, width=0.4)


def drawing_bytes(drawing: Drawing, format: str, *, dpi: int = 300) -> bytes:
    """Return a drawing as the bytes of an 'svg', 'pdf', 'png' or 'preview' file; the same drawing, the same bytes."""
    return render_drawing(drawing, (format,), dpi=dpi)[format]


def render(figure: Figure, formats: Sequence[str] = ("svg", "png"), *, dpi: int = 300) -> dict[str, bytes]:
    """Draw a figure once and return it in several formats.

    Parameters
    ----------
    figure : Figure
        What to draw.
    formats : sequence of {'svg', 'pdf', 'png', 'preview'}
        'preview' is a PNG of half the resolution and few colours, for pages without scripts.
    dpi : int
        Dots per inch of the PNG: 300 for a figure, 600 for line art.

    Raises
    ------
    OutputError
        If a format is not known.
    """
    return render_drawing(draw(figure), formats, dpi=dpi)


def render_drawing(drawing: Drawing, formats: Sequence[str], *, dpi: int = 300) -> dict[str, bytes]:
    """Return a drawing in several formats; see `render`."""
    unknown = [f for f in formats if f not in FORMATS]
    if unknown:
        raise OutputError(f"figures cannot be written as '{unknown[0]}'", advice="use svg, pdf or png")
    done: dict[str, bytes] = {}
    shown_dpi = drawing.get_dpi()
    with mpl.rc_context(settings(7.5)):
        if "svg" in formats:
            buffer = io.StringIO()
            FigureCanvasSVG(drawing).print_svg(buffer, metadata={"Date": None})
            done["svg"] = buffer.getvalue().encode()
        if "pdf" in formats:
            raw = io.BytesIO()
            FigureCanvasPdf(drawing).print_pdf(raw, metadata={"CreationDate": None})
            done["pdf"] = raw.getvalue()
        drawing.set_dpi(dpi)
        canvas = FigureCanvasAgg(drawing)
        if "png" in formats or "preview" in formats:
            canvas.draw()
            image = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy())
            if "png" in formats:
                done["png"] = _png(image, dpi)
            if "preview" in formats:
                small = image.reduce(2) if dpi >= 200 else image
                done["preview"] = _png(small.quantize(64, Image.Quantize.MAXCOVERAGE), dpi // 2)
        drawing.set_dpi(shown_dpi)
        FigureCanvasAgg(drawing)
    return done


def _png(image: Image.Image, dpi: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="png", dpi=(dpi, dpi), compress_level=6)
    return buffer.getvalue()
