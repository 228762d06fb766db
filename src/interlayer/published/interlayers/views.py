"""Views of the published field: which rows can stand on which pair of axes, and why the others cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from interlayer.published.interlayers.table import PublishedInterlayer

FEWEST_FOR_A_FIGURE: Final = 5
"""With fewer published points a view is a table."""

Bound = Literal[">="]


@dataclass(frozen=True)
class FieldPoint:
    """One point of a view.

    Attributes
    ----------
    name : str
        Of the row or of the own cell.
    family : str
        Of the electrolyte, or '' for an own cell.
    x, y : float
        In the units of the view's axes.
    x_bound, y_bound : '>=' or None
        The truth is at least this.
    source : str
        DOI, or the files of an own cell.
    id : str
        Of the published row; '' for an own cell.
    """

    name: str
    family: str
    x: float
    y: float
    x_bound: Bound | None
    y_bound: Bound | None
    source: str
    id: str = ""


@dataclass(frozen=True)
class View:
    """Rows that share one pair of axes.

    Attributes
    ----------
    id, title : str
    x, y : (quantity, unit)
    published, own : tuple of FieldPoint
    left_out : tuple of (row id, name, reason)
        Published rows of the kind of test concerned that cannot be drawn, each with what it lacks.
    note : str
        What the axes mean.
    """

    id: str
    title: str
    x: tuple[str, str]
    y: tuple[str, str]
    published: tuple[FieldPoint, ...]
    own: tuple[FieldPoint, ...]
    left_out: tuple[tuple[str, str, str], ...]
    note: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether there are enough published points for a figure."""
        return len(self.published) >= FEWEST_FOR_A_FIGURE


@dataclass(frozen=True)
class OwnCell:
    """What a cell of the user's can put beside the published ones.

    Attributes
    ----------
    name, source : str
    life_h, life_bound : time to failure or '>=' the time judged
    current_mA_cm2 : float or None
        Current density at which most time was spent.
    ccd_mA_cm2, ccd_bound : highest current density that passed, or '>=' if none failed
    resistance_ohm : float or None
        Last R_int of the whole cell.
    area_cm2 : float or None
    """

    name: str
    source: str = ""
    life_h: float | None = None
    life_bound: Bound | None = None
    current_mA_cm2: float | None = None
    ccd_mA_cm2: float | None = None
    ccd_bound: Bound | None = None
    resistance_ohm: float | None = None
    area_cm2: float | None = None


def views(rows: Sequence[PublishedInterlayer], own: Sequence[OwnCell] = ()) -> tuple[View, ...]:
    """Return all views of a table and of the user's cells."""
    return (
        life_against_current(rows, own),
        critical_current_against_resistance(rows, own),
        *(resistance_before_and_after(rows, unit) for unit in ("ohm", "ohm cm2")),
    )


def life_against_current(rows: Sequence[PublishedInterlayer], own: Sequence[OwnCell] = ()) -> View:
    """Time to short, or of the test, against current density."""
    published, left = _parted(
        rows,
        lambda r: r.test in ("symmetric", "ramp and symmetric"),
        [("the current", lambda r: r.current_mA_cm2), ("the time", lambda r: r.life_h)],
        lambda r: FieldPoint(
            r.name,
            r.family,
            r.current_mA_cm2 or 0.0,
            r.life_h or 0.0,
            None,
            _bound(r.life_bound),
            r.doi,
            r.id,
        ),
    )
    mine = tuple(
        FieldPoint(c.name, "", c.current_mA_cm2, c.life_h, None, c.life_bound, c.source)
        for c in own
        if c.current_mA_cm2 and c.life_h
    )
    return View(
        "life",
        "Time to short against current density",
        ("Current density", "mA/cm2"),
        ("Time", "h"),
        published,
        mine,
        left,
        "An arrow marks a test that ended without a short: the time is a lower bound.",
    )


def critical_current_against_resistance(
    rows: Sequence[PublishedInterlayer], own: Sequence[OwnCell] = ()
) -> View:
    """Critical current density against areal resistance; a resistance in ohm has no place on this axis."""

    def areal(row: PublishedInterlayer) -> float | None:
        return row.resistance_after if row.resistance_unit == "ohm cm2" else None

    published, left = _parted(
        rows,
        lambda r: r.ccd_mA_cm2 is not None or areal(r) is not None,
        [("a resistance in ohm cm2", areal), ("the critical current density", lambda r: r.ccd_mA_cm2)],
        lambda r: FieldPoint(
            r.name, r.family, areal(r) or 0.0, r.ccd_mA_cm2 or 0.0, None, _bound(r.ccd_bound), r.doi, r.id
        ),
    )
    mine = tuple(
        FieldPoint(c.name, "", c.resistance_ohm * c.area_cm2, c.ccd_mA_cm2, None, c.ccd_bound, c.source)
        for c in own
        if c.resistance_ohm and c.area_cm2 and c.ccd_mA_cm2
    )
    return View(
        "ccd",
        "Critical current density against areal resistance",
        ("Areal resistance of the cell's interfaces", "ohm cm2"),
        ("Critical current density", "mA/cm2"),
        published,
        mine,
        left,
        "Publications seldom say whether one interface or both are meant; own cells count both.",
    )


def resistance_before_and_after(rows: Sequence[PublishedInterlayer], unit: str) -> View:
    """Resistance with the layer against that without, in ohm or in ohm cm2, never both on one axis.

    One cell has a layer or none: what compares with these rows is a pair of groups, not a cell.
    """
    published, left = _parted(
        rows,
        lambda r: r.resistance_unit == unit,
        [
            ("that without the layer", lambda r: r.resistance_before),
            ("that with it", lambda r: r.resistance_after),
        ],
        lambda r: FieldPoint(
            r.name, r.family, r.resistance_before or 0.0, r.resistance_after or 0.0, None, None, r.doi, r.id
        ),
    )
    areal = unit == "ohm cm2"
    return View(
        "resistance-areal" if areal else "resistance",
        f"Resistance without and with the layer, {unit}",
        ("Without the layer", unit),
        ("With the layer", unit),
        published,
        (),
        left,
        "" if areal else "In ohm: cells of unknown and different areas; compare ratios only.",
    )


def _parted(
    rows: Sequence[PublishedInterlayer],
    concerned: Callable[[PublishedInterlayer], bool],
    needs: Sequence[tuple[str, Callable[[PublishedInterlayer], float | None]]],
    point: Callable[[PublishedInterlayer], FieldPoint],
) -> tuple[tuple[FieldPoint, ...], tuple[tuple[str, str, str], ...]]:
    drawn: list[FieldPoint] = []
    left: list[tuple[str, str, str]] = []
    for row in rows:
        if not concerned(row):
            continue
        lacks = [what for what, of in needs if of(row) is None]
        if lacks:
            unit = f"; its resistance is in {row.resistance_unit}" if row.resistance_unit == "ohm" else ""
            left.append((row.id, row.name, f"lacks {' and '.join(lacks)}{unit if 'cm2' in lacks[0] else ''}"))
        else:
            drawn.append(point(row))
    return tuple(drawn), tuple(left)


def _bound(text: str) -> Bound | None:
    return ">=" if text == ">=" else None
