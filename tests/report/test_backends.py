"""One description, two drawings: every series, every unit and every censored point is in both."""

from __future__ import annotations

import base64
import io
import json
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.matplotlib_backend import draw, render, render_drawing
from interlayer.report.plotly_backend import figure_json, plotly_script

T = np.linspace(0, 10, 9000)
FIGURE = Figure(
    "all",
    "All styles",
    panels=(
        Panel(
            Axis("Time", "h"),
            Axis("Current density", "mA/cm2"),
            (
                Series("line $x_1$", T, np.sin(T), low=np.sin(T) - 0.1, high=np.sin(T) + 0.1),
                Series("steps", [0, 5, 10], [0.2, 0.4, 0.1], "steps", dashed=True),
                Series(
                    "published", [2, 4], [0.5, 0.6], "points", hollow=True, low=[0.4, 0.5], high=[0.6, 0.9]
                ),
                Series("at least", [6.0], [0.7], "points", hollow=True, bound=">="),
                Series("nothing", [1.0], [float("nan")]),
            ),
            (Line(3.0, "short"), Line(0.3, "limit", "horizontal")),
            title="first <panel>",
        ),
        Panel(
            Axis("Re Z", "ohm"),
            Axis("−Im Z", "ohm"),
            (Series("0 h", [0, 50, 100], [0, 50, 0], "linepoints", ramp=0.0, third=[1e6, 1e3, 1.0]),),
            equal_aspect=True,
            third=Axis("Frequency", "Hz", "log"),
        ),
        Panel(
            Axis("Frequency", "Hz", "log"),
            Axis("|Z|", "ohm", "log"),
            (Series("0 h", [1, 1e6], [100, 0], ramp=0.0),),
        ),
        Panel(Axis("Time", "h"), Axis("Voltage", "mV"), empty="no voltage in this record"),
    ),
    columns=2,
)


@pytest.fixture(scope="module")
def drawing():
    before = dict(mpl.rcParams)
    made = draw(FIGURE)
    assert dict(mpl.rcParams) == before
    return made


@pytest.fixture(scope="module")
def files(drawing):
    return render_drawing(drawing, ("svg", "pdf", "png", "preview"), dpi=200)


def values(packed):
    if isinstance(packed, dict):
        return np.frombuffer(base64.b64decode(packed["bdata"]), np.dtype("<" + packed["dtype"]))
    return np.array([np.nan if v is None else v for v in packed], dtype=float)


def test_matplotlib_draws_every_series_with_its_values(drawing):
    axes = drawing.axes
    assert len(axes) == len(FIGURE.panels)
    lines = {line.get_label(): line for line in axes[0].lines}
    assert {"line $x_1$", "steps", "published", "at least"} <= set(lines) and "nothing" not in lines
    assert np.array_equal(lines["steps"].get_ydata(), [0.2, 0.4, 0.1])
    assert lines["line $x_1$"].get_xdata().size <= 4000
    assert lines["published"].get_markerfacecolor() == "none"
    assert (
        axes[0].get_xlabel() == "Time / h"
        and axes[0].get_ylabel().replace("\n", " ") == "Current density / mA cm⁻²"
    )
    assert axes[3].texts[0].get_text() == "no voltage in this record"


def test_nyquist_axes_have_one_scale(drawing):
    axes = drawing.axes[1]
    box = axes.get_window_extent()
    per_ohm_x = box.width / np.diff(axes.get_xlim())[0]
    per_ohm_y = box.height / np.diff(axes.get_ylim())[0]
    assert per_ohm_x == pytest.approx(per_ohm_y, rel=1e-6)


def test_legends_and_titles_cover_no_axes(drawing):
    drawing.canvas.draw()
    renderer = drawing.canvas.get_renderer()
    for axes in drawing.axes:
        inside = axes.get_window_extent(renderer)
        legend = axes.get_legend()
        if legend is not None:
            box = legend.get_window_extent(renderer)
            assert box.y0 >= inside.y1 and box.x1 <= drawing.bbox.x1
    for text in (axes.xaxis.label for axes in drawing.axes):
        assert text.get_window_extent(renderer).y0 >= 0


def test_svg_is_well_formed_keeps_its_text_and_fetches_nothing(files):
    root = ET.fromstring(files["svg"])
    texts = {"".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"line $x_1$", "Time / h", "a  first <panel>", "no voltage in this record"} <= texts
    links = [v for node in root.iter() for k, v in node.attrib.items() if k.endswith("href")]
    assert all(link.startswith("#") for link in links)


def test_the_same_figure_gives_the_same_bytes(drawing, files):
    assert render_drawing(drawing, ("svg",))["svg"] == files["svg"]


def test_png_has_the_printed_size_and_the_preview_is_small(files):
    image = Image.open(io.BytesIO(files["png"]))
    assert image.width == pytest.approx(174 / 25.4 * 200, abs=1)
    assert round(image.info["dpi"][0]) == 200
    assert np.asarray(image.convert("L")).min() < 60  # something dark is drawn on it
    assert len(files["preview"]) < 0.5 * len(files["png"])
    assert files["pdf"].startswith(b"%PDF")


def test_plotly_has_every_series_with_its_values():
    panels = json.loads(figure_json(FIGURE))
    assert len(panels) == len(FIGURE.panels)
    for panel, made in zip(FIGURE.panels, panels, strict=True):
        shown = {trace["name"] for trace in made["data"]}
        assert shown == {series.name for series in panel.series if not series.is_empty}
    line = next(
        t
        for t in panels[0]["data"]
        if t["name"].startswith("line") and "fill" not in t and "hoverinfo" not in t
    )
    thinned = FIGURE.thinned().panels[0].series[0]
    assert np.array_equal(values(line["x"]), thinned.x)
    assert np.allclose(values(line["y"]), thinned.y, rtol=1e-6)
    published = next(t for t in panels[0]["data"] if t["name"] == "published")
    assert values(published["error_y"]["array"]) == pytest.approx([0.1, 0.3])
    assert published["marker"]["symbol"].endswith("-open")
    assert (
        panels[1]["layout"]["yaxis"]["scaleanchor"] == "x"
        and "Frequency" in panels[1]["data"][0]["hovertemplate"]
    )
    assert "mA cm⁻²" in published["hovertemplate"]
    assert any(t.get("text") == "↑" for t in panels[0]["data"])
    size = values(panels[2]["data"][0]["y"])
    assert size[0] == 100 and np.isnan(size[1])  # zero has no place on a logarithmic axis
    assert panels[3]["layout"]["annotations"][0]["text"] == "no voltage in this record"


def test_both_backends_use_the_same_colours(drawing):
    made = json.loads(figure_json(FIGURE))
    lines = {line.get_label(): line for line in drawing.axes[0].lines}
    for trace in made[0]["data"]:
        if trace["name"] == "steps":
            assert trace["line"]["color"] == lines["steps"].get_color()


def test_hostile_names_stay_text():
    name = "</script><script>alert(1)</script><a href='https://x.org'>%{x}"
    panel = Panel(
        Axis(name, "h"), Axis("V", "mV"), (Series(name, [0, 1], [0, 1]),), (Line(0.5, name),), title=name
    )
    text = figure_json(Figure("a", name, panels=(panel,)))
    assert "<" not in text
    trace = json.loads(text)[0]["data"][0]
    assert trace["name"].startswith("&lt;/script&gt;") and "&lt;a href=" in trace["name"]
    svg = render(Figure("a", name, panels=(panel,)), ("svg",))["svg"]
    assert b"<script" not in svg and b"<a " not in svg


def test_the_plotly_script_can_stand_in_a_page():
    script = plotly_script()
    assert 1e6 < len(script) < 6e6 and "</script" not in script and "Plotly" in script
