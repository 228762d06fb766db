"""The table that redraws a figure: names, units, then one curve a column pair."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.report.atomic import write_text
from interlayer.report.figure import Axis, Figure, Panel, Series

Decimal = Literal["point", "comma"]
DIGITS: Final = 10
"""Significant digits of a value."""


def figure_csv(figure: Figure, decimal: Decimal = "point") -> str:
    """Return a figure as CSV text: first row names, second row units, then one curve a column pair.

    A band or error bars add the columns 'low' and 'high' after the pair, points with a third quantity
    (frequency of a Nyquist plot) add that. Values are those drawn, after thinning. Gaps are empty cells.

    Parameters
    ----------
    figure : Figure
        What is drawn.
    decimal : {'point', 'comma'}
        'comma': columns parted by ';' and decimal commas, as Excel and Origin expect in comma countries; a byte
        order mark makes Excel read the names as UTF-8.

    Raises
    ------
    InputError
        If `decimal` is neither.
    """
    if decimal not in ("point", "comma"):
        raise InputError(f"decimal sign '{decimal}' is not known", advice="use 'point' or 'comma'")
    heads: list[str] = []
    units: list[str] = []
    columns: list[Sequence[str]] = []
    figure = figure.thinned()
    for number, panel in enumerate(figure.panels):
        letter = f"{chr(ord('a') + number % 26)}: " if len(figure.panels) > 1 else ""
        for series in panel.series:
            for head, unit, values in _columns(panel, series):
                heads.append(letter + head)
                units.append("" if unit == "1" else unit)
                columns.append(values if isinstance(values, tuple) else _texts(values, decimal))
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if decimal == "comma" else ",", lineterminator="\n")
    writer.writerow(heads)
    writer.writerow(units)
    writer.writerows(zip_longest(*columns, fillvalue=""))
    return ("\ufeff" if decimal == "comma" else "") + buffer.getvalue()


def _columns(panel: Panel, series: Series) -> list[tuple[str, str, NDArray[np.float64] | tuple[str, ...]]]:
    name = " ".join(series.name.split())
    of = f" ({name})" if name else ""
    bound = {">=": ", at least", "<=": ", at most", None: ""}[series.bound]
    found: list[tuple[str, str, NDArray[np.float64] | tuple[str, ...]]] = [
        (panel.x.label + of, panel.x.unit, _named(panel.x, series.x) if panel.x.names else series.x),
        (panel.y.label + bound + of, panel.y.unit, series.y),
    ]
    if series.low is not None and series.high is not None:
        found += [
            (f"{panel.y.label} low{of}", panel.y.unit, series.low),
            (f"{panel.y.label} high{of}", panel.y.unit, series.high),
        ]
    if series.third is not None and panel.third is not None:
        found.append((panel.third.label + of, panel.third.unit, series.third))
    if series.texts:
        found.append(("Name" + of, "1", series.texts))
    return found


def _named(axis: Axis, places: NDArray[np.float64]) -> tuple[str, ...]:
    """Name of the group that each point stands beside."""
    at = np.array([place for place, _ in axis.names])
    nearest = np.abs(places[:, None] - at[None, :]).argmin(axis=1)
    return tuple(axis.names[row][1] for row in nearest.tolist())


def _texts(values: NDArray[np.float64], decimal: Decimal) -> list[str]:
    texts = [f"{value:.{DIGITS}g}" if value == value else "" for value in values.tolist()]
    return [text.replace(".", ",") for text in texts] if decimal == "comma" else texts


def write_csv(figure: Figure, path: Path, decimal: Decimal = "point") -> Path:
    """Write `figure_csv` to a file, in UTF-8.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    return write_text(path, figure_csv(figure, decimal))
