"""Which series a legend names, and whether one legend serves all panels of a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interlayer.report.figure import Figure, Panel, Series
from interlayer.report.palette import slot_marker


@dataclass(frozen=True, eq=False)
class Entry:
    """One legend entry: the series that shows it and its place among its panel's series."""

    series: Series
    place: int

    @property
    def colour(self) -> str:
        """Colour as '#RRGGBB'."""
        return self.series.colour(self.place)

    @property
    def marker(self) -> str:
        """Name of the marker; '' for a plain line."""
        if self.series.style not in ("points", "linepoints"):
            return ""
        return slot_marker(self.place if self.series.color is None else self.series.color)

    @property
    def look(self) -> tuple[object, ...]:
        """What can be told apart by eye."""
        one = self.series
        has_line = one.style != "points"
        return self.colour, self.marker, has_line, one.hollow, one.dashed, one.bound


def panel_entries(panel: Panel) -> list[Entry]:
    """Return one entry for each different name in a panel."""
    found: dict[str, Entry] = {}
    for place, series in enumerate(panel.series):
        if series.name:
            found.setdefault(series.name, Entry(series, place))
    return list(found.values())


def shared_entries(figure: Figure) -> list[Entry] | None:
    """Return the entries of one legend for the whole figure, or None if each panel needs its own.

    One legend serves if no name looks different in two panels, and some name stands in more than one.
    """
    found: dict[str, Entry] = {}
    count = 0
    for panel in figure.panels:
        for entry in panel_entries(panel):
            count += 1
            if found.setdefault(entry.series.name, entry).look != entry.look:
                return None
    return list(found.values()) if len(figure.panels) == 1 or len(found) < count else None


def is_needed(entries: Iterable[Entry], title: str) -> bool:
    """Whether a legend says more than the title: two names, or one that the title lacks."""
    entries = list(entries)
    return len(entries) > 1 or (len(entries) == 1 and entries[0].series.name not in title)
