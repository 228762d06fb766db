"""What a figure is: axes with units, series, reference lines. Two backends draw the same description."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interlayer.errors import InputError
from interlayer.report.labels import axis_text
from interlayer.report.palette import ramp_colour, slot_colour
from interlayer.report.thinning import MOST_POINTS, thin_indices

FloatArray = NDArray[np.float64]
Style = Literal["line", "points", "steps", "linepoints"]
Bound = Literal[">=", "<="]
Width = Literal["84mm", "174mm", "slide"]

STYLES: Final[tuple[str, ...]] = ("line", "points", "steps", "linepoints")
SCALES: Final[tuple[str, ...]] = ("linear", "log")
BOUNDS: Final[tuple[str | None, ...]] = (None, ">=", "<=")
WIDTHS: Final[tuple[str, ...]] = ("84mm", "174mm", "slide")


def _known(value: str | None, known: tuple[str | None, ...], what: str, where: str) -> None:
    if value not in known:
        names = ", ".join(repr(k) for k in known)
        raise InputError(f"{what} {value!r} is not known", where=where, advice=f"one of {names}")


@dataclass(frozen=True)
class Axis:
    """One axis: what is measured, in which unit.

    Attributes
    ----------
    label : str
        Quantity, 'Time'.
    unit : str
        Spelled as in `units.py` ('h', 'mA/cm2', '1'); the values of the series are in this unit.
    scale : {'linear', 'log'}
        On a logarithmic axis values <= 0 are not drawn.
    range : (float, float) or None
        Ends of the axis; None: from the data.
    names : tuple of (float, str)
        An axis of names (groups) has these in place of numbers; each at its place.
    """

    label: str
    unit: str = "1"
    scale: Literal["linear", "log"] = "linear"
    range: tuple[float, float] | None = None
    names: tuple[tuple[float, str], ...] = ()

    def __post_init__(self) -> None:
        _known(self.scale, SCALES, "axis scale", self.label)

    @property
    def text(self) -> str:
        """What is written beside the axis: 'Time / h'."""
        return axis_text(self.label, self.unit)


def _array(values: ArrayLike | None, name: str, series: str, size: int | None) -> FloatArray | None:
    if values is None:
        return None
    array = np.array(values, dtype=np.float64)
    if array.ndim != 1 or (size is not None and array.size != size):
        raise InputError(
            f"series '{series}': {name} has shape {array.shape}"
            + ("" if size is None else f", x has {size} values"),
            where="figure",
            advice="give one value for each x",
        )
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Series:
    """One curve or set of points, in the units of its panel's axes.

    Attributes
    ----------
    name : str
        As in the legend. Series of the same name in several panels share one legend entry.
    x, y : ndarray, shape (n,)
        Not-a-number in `y` is a gap. Arrays are copied and made read-only.
    style : {'line', 'points', 'steps', 'linepoints'}
        'steps' keeps each value until the next x.
    color : int or None
        Slot of the palette; None: its place in the panel.
    low, high : ndarray, shape (n,), or None
        Ends of a band ('line', 'steps') or of error bars ('points', 'linepoints'); in the unit of y.
    bound : {'>=', '<='} or None
        The values are censored: drawn with an arrow towards where the truth lies.
    hollow : bool
        Open markers, the sign of published points.
    dashed : bool
        Dashed line, the sign of side 2 and of alternatives.
    ramp : float or None
        Place 0 to 1 on the ordered colour ramp (ages); wins over `color`.
    third : ndarray, shape (n,), or None
        A further quantity of each point (frequency on a Nyquist plot): hover text and CSV column.
    texts : tuple of str
        Name of each point (a cell among its group): hover text and CSV column; () if they have none.
    heavy : bool
        A thick line: a mark that stands for others.
    """

    name: str
    x: FloatArray
    y: FloatArray
    style: Style = "line"
    color: int | None = None
    low: FloatArray | None = None
    high: FloatArray | None = None
    bound: Bound | None = None
    hollow: bool = False
    dashed: bool = False
    ramp: float | None = None
    third: FloatArray | None = None
    texts: tuple[str, ...] = ()
    heavy: bool = False

    def __post_init__(self) -> None:
        _known(self.style, STYLES, "series style", self.name)
        _known(self.bound, BOUNDS, "bound", self.name)
        x = _array(self.x, "x", self.name, None)
        object.__setattr__(self, "x", x)
        size = None if x is None else x.size
        for name in ("y", "low", "high", "third"):
            object.__setattr__(self, name, _array(getattr(self, name), name, self.name, size))
        if self.texts and len(self.texts) != size:
            raise InputError(
                f"series '{self.name}' has {len(self.texts)} texts, x has {size} values",
                where="figure",
                advice="give one text for each x",
            )
        if (self.low is None) != (self.high is None):
            raise InputError(
                f"series '{self.name}' has only one end of its band",
                where="figure",
                advice="give low and high",
            )

    def colour(self, place: int) -> str:
        """Return the colour as '#RRGGBB' when this series is the `place`-th of its panel."""
        if self.ramp is not None:
            return ramp_colour(self.ramp)
        return slot_colour(place if self.color is None else self.color)

    @property
    def is_empty(self) -> bool:
        """Whether no point has both coordinates."""
        return not bool(np.any(np.isfinite(self.x) & np.isfinite(self.y)))

    def thinned(self, most: int = MOST_POINTS) -> Series:
        """Return the same series with at most `most` points, extremes and gaps kept (the same one if it fits)."""
        if self.x.size <= most:
            return self
        keep = thin_indices(self.x, self.y, most)
        return replace(
            self,
            x=self.x[keep],
            y=self.y[keep],
            low=None if self.low is None else self.low[keep],
            high=None if self.high is None else self.high[keep],
            third=None if self.third is None else self.third[keep],
            texts=tuple(self.texts[row] for row in keep.tolist()) if self.texts else (),
        )


@dataclass(frozen=True)
class Line:
    """A reference line across a panel, in the unit of the axis that it cuts."""

    at: float
    text: str = ""
    direction: Literal["horizontal", "vertical"] = "vertical"

    def __post_init__(self) -> None:
        _known(self.direction, ("horizontal", "vertical"), "direction of a line", self.text)


@dataclass(frozen=True)
class Note:
    """A short text beside a point of a panel, in the units of its axes; left out where there is no room."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes with its series.

    Attributes
    ----------
    x, y : Axis
        Axes.
    series : tuple of Series
        May be empty: the panel then says "no data".
    lines : tuple of Line
        Reference lines.
    title : str
        Short; the panel's letter is put before it when there are several panels.
    equal_aspect : bool
        One ohm is as long on x as on y (Nyquist).
    third : Axis or None
        What `Series.third` is.
    span : int
        Columns of the grid that it takes.
    height : float
        Height relative to that of an ordinary panel.
    empty : str
        Shown when no series has a point.
    notes : tuple of Note
        Texts beside points, the most important first.
    """

    x: Axis
    y: Axis
    series: tuple[Series, ...] = ()
    lines: tuple[Line, ...] = ()
    title: str = ""
    equal_aspect: bool = False
    third: Axis | None = None
    span: int = 1
    height: float = 1.0
    empty: str = "no data"
    notes: tuple[Note, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return all(series.is_empty for series in self.series)


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure: panels in rows of `columns`, filled from left to right.

    Attributes
    ----------
    id : str
        Name of its files and its anchor: letters, digits, '-' and '_'.
    title, caption : str
        Plain text, any characters.
    panels : tuple of Panel
        At least one.
    columns : int
        Columns of the grid.
    width : {'84mm', '174mm', 'slide'}
        Printed width: one column of a journal, two, or a 16:9 slide.
    share_x : bool
        Panels with the same x axis are zoomed together; of those above each other only the lowest is labelled.
    whole : bool
        Every point is drawn: nothing is thinned.
    """

    id: str
    title: str
    caption: str = ""
    panels: tuple[Panel, ...] = ()
    columns: int = 1
    width: Width = "174mm"
    share_x: bool = False
    whole: bool = False

    def __post_init__(self) -> None:
        _known(self.width, WIDTHS, "figure width", self.id)
        if not self.id or not all(c.isascii() and (c.isalnum() or c in "-_") for c in self.id):
            raise InputError(
                f"figure name {self.id!r} cannot name a file",
                where="figure",
                advice="use letters, digits, '-' and '_'",
            )
        if not self.panels or self.columns < 1:
            raise InputError("a figure needs a panel and a column", where=self.id, advice="give panels")

    def thinned(self, most: int = MOST_POINTS) -> Figure:
        """Return the same figure with no series of more than `most` points, unless it is to be drawn whole."""
        if self.whole:
            return self
        panels = tuple(replace(p, series=tuple(s.thinned(most) for s in p.series)) for p in self.panels)
        return replace(self, panels=panels)

    def rows(self) -> list[list[tuple[int, int, Panel]]]:
        """Return the grid: for each row its panels as (number of the panel, first column, panel)."""
        grid: list[list[tuple[int, int, Panel]]] = [[]]
        column = 0
        for number, panel in enumerate(self.panels):
            span = min(panel.span, self.columns)
            if column + span > self.columns:
                grid.append([])
                column = 0
            grid[-1].append((number, column, panel))
            column += span
        return grid

    def panel_title(self, number: int) -> str:
        """Return the title of a panel with its letter, 'a  bare cell'."""
        return "  ".join(part for part in (self.letter(number), self.panels[number].title) if part)

    def letter(self, number: int) -> str:
        """Return the letter of a panel; '' for a single panel and for more than 26."""
        return chr(ord("a") + number) if 1 < len(self.panels) <= 26 else ""
