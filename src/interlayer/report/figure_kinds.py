"""The kinds of figure that a person can ask for by name: an explicit list, each from cells to a description."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interlayer.errors import InputError, unknown_name
from interlayer.failures.verdict import Moment
from interlayer.lab.groups import group_rows
from interlayer.lab.headline import Quantity, headline
from interlayer.report.drawn_cell import DrawnCell
from interlayer.report.figure import Figure, Width
from interlayer.report.figures.cell_rates import cell_rates
from interlayer.report.figures.cell_resistance import cell_resistance
from interlayer.report.figures.cell_voltage import cell_voltage
from interlayer.report.figures.critical_current_interval import critical_current_interval
from interlayer.report.figures.groups import GroupQuantity, groups
from interlayer.report.figures.nyquist import nyquist
from interlayer.report.figures.retention import retention
from interlayer.report.figures.zoom import zoom
from interlayer.report.group_quantities import comparable, group_quantities


@dataclass(frozen=True)
class Wishes:
    """What is asked of a figure; each kind takes what concerns it.

    Attributes
    ----------
    width : {'84mm', '174mm', 'slide'}
    labels : bool
        Frequencies at powers of ten (nyquist).
    stacked : bool or None
        Cells below each other (voltage); None: as fits.
    moment : int
        Number of the verdict's moment, from 1 (zoom).
    at_s : float or None
        Another moment than the verdict's (zoom).
    quantities : tuple of str
        Parts of names of quantities (groups); () for all.
    """

    width: Width = "174mm"
    labels: bool = False
    stacked: bool | None = None
    moment: int = 1
    at_s: float | None = None
    quantities: tuple[str, ...] = ()


@dataclass(frozen=True)
class FigureKind:
    """One kind: its name, what it shows, and how it is made."""

    name: str
    meaning: str
    draw: Callable[[Sequence[DrawnCell], Wishes], Figure]


def _voltage(cells: Sequence[DrawnCell], wishes: Wishes) -> Figure:
    return cell_voltage(cells, stacked=wishes.stacked, width=wishes.width)


def _zoom(cells: Sequence[DrawnCell], wishes: Wishes) -> Figure:
    if wishes.at_s is not None:
        moment = Moment("asked for", wishes.at_s, None, "")
        return zoom([(one, moment) for one in cells], width=wishes.width)
    found: list[tuple[DrawnCell, Moment]] = []
    counts: list[str] = []
    for one in cells:
        moments = one.verdict.moments
        counts.append(f"{one.label}: {len(moments) or 'no'} moment{'s' if len(moments) != 1 else ''}")
        if wishes.moment <= len(moments):
            found.append((one, moments[wishes.moment - 1]))
    if not found:
        raise InputError(
            f"no verdict names a moment {wishes.moment} ({'; '.join(counts)})",
            where="figure zoom",
            advice="zoom on any time with --at HOURS",
        )
    return zoom(found, width=wishes.width)


def _ccd(cells: Sequence[DrawnCell], wishes: Wishes) -> Figure:
    return critical_current_interval(cells, width=wishes.width)


def _rate(cells: Sequence[DrawnCell], wishes: Wishes) -> Figure:
    return cell_rates(cells, width=wishes.width)


def _nyquist(cells: Sequence[DrawnCell], wishes: Wishes) -> Figure:
    records = [one.record.with_(label=one.label) for one in cells]
    return nyquist(records, decades=wishes.labels, width=wishes.width)


def _rint(cells: Sequence[DrawnCell], wishes: Wishes) -> Figure:
    return cell_resistance(cells, width=wishes.width)


def _groups(cells: Sequence[DrawnCell], wishes: Wishes) -> Figure:
    found = cell_quantities(cells)
    if not wishes.quantities:
        found = comparable(found)
    if wishes.quantities:
        for text in wishes.quantities:
            if not any(text.lower() in q.name.lower() for q in found):
                raise InputError(unknown_name("quantity", text, [q.name for q in found]), where="--quantity")
        found = [q for q in found if any(text.lower() in q.name.lower() for text in wishes.quantities)]
    return groups(found, width=wishes.width)


def cell_quantities(cells: Sequence[DrawnCell]) -> list[GroupQuantity]:
    """Return the numbers by which cells are compared, by group; without any group each cell stands for itself."""
    grouped = any(cell.group for cell in cells)
    members: dict[str, list[tuple[str, bool | None, Sequence[Quantity]]]] = {}
    for cell in cells:
        numbers = headline(cell.analysis, cell.verdict, cell.hours)
        group = (cell.group or "no group") if grouped else cell.label
        members.setdefault(group, []).append((cell.label, cell.running, numbers))
    return group_quantities([row for group, found in members.items() for row in group_rows(group, found)])


def _retention(cells: Sequence[DrawnCell], wishes: Wishes) -> Figure:
    return retention(cells, width=wishes.width)


FIGURE_KINDS: tuple[FigureKind, ...] = (
    FigureKind("voltage", "voltage against time, joins and gaps marked", _voltage),
    FigureKind("zoom", "a moment of the verdict, every row of the half-cycles around it", _zoom),
    FigureKind("ccd", "current ramp with its interval and the areal capacity passed", _ccd),
    FigureKind("rate", "overpotential, or capacity, at each current of a rate test", _rate),
    FigureKind("nyquist", "spectra in the complex plane", _nyquist),
    FigureKind("rint", "R_int against time with its errors", _rint),
    FigureKind("groups", "every cell a point by group, medians, censored values", _groups),
    FigureKind("retention", "capacity retention and coulombic efficiency of full cells", _retention),
)
"""Every kind; being listed is being tested."""
