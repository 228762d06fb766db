"""Figures for the screen: the description as plain data for the Plotly script embedded in the page.

Only the script file of the installed package is used, none of its Python: loading that takes a second.
"""

from __future__ import annotations

import base64
import json
import math
import textwrap
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.labels import pretty_unit, shorten, ticks
from interlayer.report.note_places import note_places
from interlayer.report.palette import GRID, INK, MUTED, slot_marker, with_alpha
from interlayer.report.ranges import Span, equal_ranges, log_ticks, panel_ranges
from interlayer.report.reference_lines import Seat, seats

JsonDict = dict[str, Any]

FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
PANEL_PIXELS: Final = 300
_SMALL: Final = 48
"""Arrays up to this size are written as numbers, longer ones in binary."""
_MARKERS: Final = {"triangle": "triangle-up", "cross": "x"}


@lru_cache(maxsize=1)
def plotly_script() -> str:
    """Return the text of the Plotly script, safe inside a script element."""
    text = files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")
    return text.replace("</script", "<\\/script")


def page_pixels(figure: Figure, panel: Panel) -> int:
    """Return about how wide a panel is on a desk's screen."""
    page = 620 if figure.width == "84mm" else 1000
    return page * min(panel.span, figure.columns) // figure.columns


def panel_pixels(figure: Figure, place: int) -> int:
    """Return the height of a panel on the screen."""
    panel = figure.panels[place]
    if panel.equal_aspect and not panel.is_empty:
        (left, right), (low, high) = panel_ranges(panel)
        width = page_pixels(figure, panel) - 92
        return round(min(max(width * min(max((high - low) / (right - left), 0.5), 1.0), 140), 460)) + 60
    return round(PANEL_PIXELS * min(max(panel.height, 0.6), 2.0))


def panel_json(figure: Figure, place: int) -> JsonDict:
    """Return one panel as {'data': traces, 'layout': ...}, every text escaped.

    There is no legend in it: the page has one for all panels of a figure.
    """
    panel = figure.panels[place]
    spans = panel_ranges(panel)
    layout: JsonDict = {
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "margin": {"l": 58, "r": 16, "t": 16, "b": 44, "pad": 0},
        "hovermode": "closest",
        "dragmode": "zoom",
        "separators": ".\u202f",
        "showlegend": False,
        "xaxis": _axis(panel.x, spans[0], 60) | {"tickangle": 0, "nticks": _x_ticks(figure, panel)},
        "yaxis": _axis(panel.y, spans[1], (panel_pixels(figure, place) - 60) // 8) | {"nticks": 8},
        "shapes": [_shape(line) for line in panel.lines],
        "annotations": _line_texts(figure, place, spans),
    }
    if panel.is_empty:
        layout["annotations"].append(
            {
                "text": _text(panel.empty),
                "xref": "paper",
                "yref": "paper",
                "x": 0.5,
                "y": 0.5,
                "showarrow": False,
            }
        )
        for name in ("xaxis", "yaxis"):
            layout[name] |= {"showticklabels": False, "ticks": "", "showgrid": False}
    elif panel.equal_aspect:
        ratio = (spans[1][1] - spans[1][0]) / (spans[0][1] - spans[0][0])
        x_span, y_span = equal_ranges(*spans, min(max(ratio, 0.5), 1.0))
        layout["xaxis"] |= {"range": list(x_span), "constrain": "domain", "constraintoward": "left"}
        layout["yaxis"] |= {"range": list(y_span), "constrain": "domain", "constraintoward": "top"}
        layout["yaxis"] |= {"scaleanchor": "x", "scaleratio": 1}
    if panel.x.names:
        layout["xaxis"] |= _names_below(panel.x, page_pixels(figure, panel) - 90)
    traces = [
        trace
        for slot, series in enumerate(panel.series)
        if not series.is_empty
        for trace in _traces(panel, series, slot)
    ]
    if panel.notes:
        seen = (
            (tuple(layout["xaxis"]["range"]), tuple(layout["yaxis"]["range"]))
            if panel.equal_aspect
            else spans
        )
        notes, rings = _notes(figure, place, seen)
        layout["annotations"] += notes
        traces.append(rings)
    return {"data": traces, "layout": layout}


def _x_ticks(figure: Figure, panel: Panel) -> int:
    return max(10 * min(panel.span, figure.columns) // figure.columns, 6)


def figure_json(figure: Figure, most: int | None = None) -> str:
    """Return all panels of a figure as JSON text that may stand inside a script element.

    Parameters
    ----------
    figure : Figure
        What to draw.
    most : int, optional
        Points of a trace, at most; default as everywhere.
    """
    figure = figure.thinned() if most is None else figure.thinned(most)
    panels = [panel_json(figure, place) for place in range(len(figure.panels))]
    text = json.dumps(panels, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _text(text: str) -> str:
    """Plotly reads a few tags in its texts; ours are plain."""
    return escape(" ".join(text.split()), quote=False)


def shown_name(series: Series) -> str:
    """Return the name of a series as it stands in the traces; series of one name are switched together."""
    return _text(series.name)


def _values(values: NDArray[np.float64], dtype: str) -> list[float | None] | JsonDict:
    if values.size <= _SMALL:
        return [float(f"{v:.9g}") if np.isfinite(v) else None for v in values.tolist()]
    kind = {"f4": np.float32, "f8": np.float64}[dtype]
    finite = np.where(np.isfinite(values), values, np.nan)
    raw = np.ascontiguousarray(finite.astype(kind)).astype(np.dtype(kind).newbyteorder("<"))
    return {"dtype": dtype, "bdata": base64.b64encode(raw.tobytes()).decode("ascii")}


def _axis(axis: Axis, span: Span, characters: int) -> JsonDict:
    found: JsonDict = {
        "title": {
            "text": "<br>".join(_text(t) for t in textwrap.wrap(axis.text, max(characters, 12))),
            "standoff": 8,
            "font": {"size": 13},
        },
        "type": axis.scale,
        "gridcolor": GRID,
        "linecolor": MUTED,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": MUTED,
        "automargin": True,
        "exponentformat": "power",
        "minexponent": 5,
    }
    if axis.scale == "log":
        found["range"] = [math.log10(end) for end in span]
        values = log_ticks(span, 8)
        found |= {"tickvals": values, "ticktext": ticks(values, "log")}
    elif axis.range is not None:
        found["range"] = list(axis.range)
    return found


def _names_below(axis: Axis, wide: int) -> JsonDict:
    """Names of groups under an x axis, broken to their share of its width, or upright where a word is longer."""
    low, high = axis.range or (axis.names[0][0] - 0.5, axis.names[-1][0] + 0.5)
    fits = int(0.65 * wide / (high - low) / 7.2)  # a narrow window has two thirds of the width
    upright = max((len(word) for _, name in axis.names for word in name.split()), default=0) > fits
    width = 28 if upright else max(fits, 4)
    texts = ["<br>".join(_text(t) for t in textwrap.wrap(name, width)) for _, name in axis.names]
    return {
        "tickvals": [at for at, _ in axis.names],
        "ticktext": texts,
        "showgrid": False,
        "range": [low, high],
        "tickangle": -90 if upright else 0,
    }


def _shape(line: Line) -> JsonDict:
    shape: JsonDict = {"type": "line", "line": {"color": MUTED, "width": 1, "dash": "dot"}}
    if line.direction == "vertical":
        return shape | {"x0": line.at, "x1": line.at, "yref": "paper", "y0": 0, "y1": 1}
    return shape | {"y0": line.at, "y1": line.at, "xref": "paper", "x0": 0, "x1": 1}


def _line_texts(figure: Figure, place: int, spans: tuple[Span, Span]) -> list[JsonDict]:
    panel = figure.panels[place]
    if not panel.lines:
        return []
    wide = page_pixels(figure, panel) - 80
    tall = panel_pixels(figure, place) - 60
    found = seats(panel, spans, 7.0 / wide, 14.0 / tall)
    return [
        _line_text(
            seat, panel.x.scale if seat.vertical else panel.y.scale, (tall if seat.vertical else wide) // 7
        )
        for seat in found
    ]


def _notes(figure: Figure, place: int, spans: tuple[Span, Span]) -> tuple[list[JsonDict], JsonDict]:
    """Texts beside points, and the rings around these."""
    panel = figure.panels[place]
    wide, tall = page_pixels(figure, panel) - 80, panel_pixels(figure, place) - 60
    placed = note_places(panel, spans, 7.0 / wide, 13.0 / tall)
    texts = [
        {
            "x": math.log10(one.note.x) if panel.x.scale == "log" else one.note.x,
            "y": math.log10(one.note.y) if panel.y.scale == "log" else one.note.y,
            "text": _text(one.note.text),
            "showarrow": False,
            "xanchor": ("right", "center", "left")[one.across + 1],
            "yanchor": ("top", "middle", "bottom")[one.upwards + 1],
            "xshift": 12 * one.gap * one.across,
            "yshift": 12 * one.gap * one.upwards,
            "font": {"size": 12, "color": INK},
        }
        for one in placed
    ]
    rings: JsonDict = {
        "type": "scatter",
        "mode": "markers",
        "name": "",
        "x": [one.note.x for one in placed],
        "y": [one.note.y for one in placed],
        "marker": {"symbol": "circle-open", "size": 10, "color": INK, "line": {"width": 1.2}},
        "hoverinfo": "skip",
    }
    return texts, rings


def _line_text(seat: Seat, scale: str, most: int) -> JsonDict:
    # Notes on a logarithmic axis are placed by their exponent, unlike curves and lines.
    at = math.log10(seat.at) if scale == "log" else seat.at
    note: JsonDict = {
        "text": _text(shorten(seat.text, min(most, 60))),
        "showarrow": False,
        "font": {"size": 12, "color": INK},
        "bgcolor": "rgba(255,255,255,0.85)",
        "borderpad": 1,
    }
    if seat.vertical:
        return note | {
            "x": at,
            "yref": "paper",
            "y": 1 if seat.high else 0,
            "xanchor": "right" if seat.left else "left",
            "yanchor": "top" if seat.high else "bottom",
            "textangle": -90,
        }
    return note | {
        "y": at,
        "xref": "paper",
        "x": 0 if seat.left else 1,
        "xanchor": "left" if seat.left else "right",
        "yanchor": "bottom" if seat.high else "top",
    }


def _traces(panel: Panel, series: Series, place: int) -> list[JsonDict]:
    colour = series.colour(place)
    slot = place if series.color is None else series.color
    y = np.where(series.y > 0, series.y, np.nan) if panel.y.scale == "log" else series.y
    trace: JsonDict = {
        "type": "scatter",
        "name": shown_name(series),
        "x": _values(series.x, "f8"),
        "y": _values(y, "f4"),
        "hovertemplate": _hover(panel, series),
        "legendgroup": shown_name(series),
    }
    if series.style != "points":
        trace["line"] = {"color": colour, "width": 3.0 if series.heavy else 1.6, "simplify": False}
        if series.dashed:
            trace["line"]["dash"] = "dash"
        if series.style == "steps":
            trace["line"]["shape"] = "hv"
    trace["mode"] = {"points": "markers", "linepoints": "lines+markers"}.get(series.style, "lines")
    if "markers" in trace["mode"]:
        symbol = _MARKERS.get(slot_marker(slot), slot_marker(slot))
        trace["marker"] = {
            "color": colour,
            "size": 10 if series.hollow else 6 if series.x.size <= 120 else 4,
            "symbol": symbol + ("-open" if series.hollow else ""),
            "line": {"width": 1.6 if series.hollow else 0, "color": colour},
        }
    if series.third is not None:
        trace["customdata"] = _values(series.third, "f4")
    if series.texts:
        trace["text"] = [_text(text) for text in series.texts]
    extra: list[JsonDict] = []
    if series.low is not None and series.high is not None:
        if series.style in ("line", "steps"):
            extra = _band(series, series.low, series.high, colour)
        else:
            trace["error_y"] = {
                "type": "data",
                "symmetric": False,
                "array": _values(np.maximum(series.high - y, 0.0), "f4"),
                "arrayminus": _values(np.maximum(y - series.low, 0.0), "f4"),
                "color": colour,
                "thickness": 1,
                "width": 3,
            }
    if series.bound:
        extra.append(_arrows(series, y, colour))
    return [*extra, trace]


def _arrows(series: Series, y: NDArray[np.float64], colour: str) -> JsonDict:
    """Arrows from censored points towards where the true value lies."""
    return {
        "type": "scatter",
        "mode": "text",
        "name": shown_name(series),
        "legendgroup": shown_name(series),
        "x": _values(series.x, "f8"),
        "y": _values(y, "f4"),
        "text": "↑" if series.bound == ">=" else "↓",
        "textposition": "top center" if series.bound == ">=" else "bottom center",
        "textfont": {"color": colour, "size": 20},
        "hoverinfo": "skip",
    }


def _band(series: Series, low: NDArray[np.float64], high: NDArray[np.float64], colour: str) -> list[JsonDict]:
    shared: JsonDict = {
        "type": "scatter",
        "mode": "lines",
        "name": shown_name(series),
        "legendgroup": shown_name(series),
        "x": _values(series.x, "f8"),
        "line": {"width": 0, "color": colour, "shape": "hv" if series.style == "steps" else "linear"},
        "hoverinfo": "skip",
    }
    return [
        shared | {"y": _values(low, "f4")},
        shared | {"y": _values(high, "f4"), "fill": "tonexty", "fillcolor": with_alpha(colour, 0.18)},
    ]


def _hover(panel: Panel, series: Series) -> str:
    """Text at the pointer: both quantities with their units, the third one, the name."""
    sign = {">=": "≥ ", "<=": "≤ ", None: ""}[series.bound]

    def row(axis: Axis, value: str, before: str = "") -> str:
        unit = pretty_unit(axis.unit)
        return f"{_text(axis.label)}: {before}%{{{value}:.4~g}}" + (f" {unit}" if unit else "")

    rows = [row(panel.y, "y", sign)]
    rows += ["%{text}"] if series.texts else []
    rows += [] if panel.x.names else [row(panel.x, "x")]
    if series.third is not None and panel.third is not None:
        rows.append(row(panel.third, "customdata"))
    return "<br>".join(rows) + "<extra>%{fullData.name}</extra>"
