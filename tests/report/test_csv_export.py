"""The CSV beside a figure redraws it."""

from __future__ import annotations

import csv

import numpy as np
import polars as pl
import pytest

from interlayer.errors import InputError
from interlayer.report.csv_export import figure_csv, write_csv
from interlayer.report.figure import Axis, Figure, Panel, Series

FIGURE = Figure(
    "f",
    "f",
    panels=(
        Panel(
            Axis("Time", "h"),
            Axis("Voltage", "mV"),
            (
                Series("bare, 1; \"x\"", [0.0, 1.5, 3.0], [40.25, float("nan"), -1e-7]),
                Series("Zelle Ü", [0.0, 6000.123456], [1 / 3, 2e9], "points", low=[0, 1], high=[1, 3e9], bound=">="),
            ),
        ),
        Panel(
            Axis("Re Z", "ohm"), Axis("−Im Z", "ohm"), (Series("0 h", [1, 2], [3, 4], third=[1e6, 0.1]),),
            third=Axis("Frequency", "Hz"),
        ),
    ),
)  # fmt: skip


def read(text, decimal):
    rows = list(csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=";" if decimal == "comma" else ","))
    assert len({len(row) for row in rows}) == 1
    names, units, *body = rows
    columns = {}
    for place, name in enumerate(names):
        cells = [row[place] for row in body]
        while cells and cells[-1] == "":
            cells.pop()
        fix = (lambda c: c.replace(",", ".")) if decimal == "comma" else (lambda c: c)
        columns[name] = np.array([float(fix(c)) if c else np.nan for c in cells])
    assert len(columns) == len(names)
    return columns, dict(zip(names, units, strict=True))


@pytest.mark.parametrize("decimal", ["point", "comma"])
def test_round_trip(decimal):
    columns, units = read(figure_csv(FIGURE, decimal), decimal)
    first, second = FIGURE.panels[0].series
    spectrum = FIGURE.panels[1].series[0]
    expected = {
        'a: Time (bare, 1; "x")': (first.x, "h"),
        'a: Voltage (bare, 1; "x")': (first.y, "mV"),
        "a: Time (Zelle Ü)": (second.x, "h"),
        "a: Voltage, at least (Zelle Ü)": (second.y, "mV"),
        "a: Voltage low (Zelle Ü)": (second.low, "mV"),
        "a: Voltage high (Zelle Ü)": (second.high, "mV"),
        "b: Re Z (0 h)": (spectrum.x, "ohm"),
        "b: −Im Z (0 h)": (spectrum.y, "ohm"),
        "b: Frequency (0 h)": (spectrum.third, "Hz"),
    }
    assert set(columns) == set(expected)
    for name, (values, unit) in expected.items():
        assert np.allclose(columns[name], values, rtol=1e-9, atol=0, equal_nan=True), name
        assert units[name] == unit


def test_a_long_trace_is_written_as_it_is_drawn(tmp_path):
    t = np.linspace(0, 1, 50_000)
    panel = Panel(Axis("Time", "h"), Axis("Contact fraction"), (Series("x", t, np.sin(99 * t)),))
    path = write_csv(Figure("f", "f", panels=(panel,)), tmp_path / "Ordner mit Leerzeichen ü" / "f.csv")
    table = pl.read_csv(path, skip_rows_after_header=1)
    drawn = panel.series[0].thinned()
    assert table.columns == ["Time (x)", "Contact fraction (x)"]
    assert np.allclose(table["Contact fraction (x)"].to_numpy(), drawn.y, rtol=1e-9)
    assert path.read_text(encoding="utf-8").splitlines()[1] == "h,"


def test_an_unknown_decimal_sign_is_refused():
    with pytest.raises(InputError, match="comma"):
        figure_csv(FIGURE, "colon")
