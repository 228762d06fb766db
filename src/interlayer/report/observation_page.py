"""The page of what was seen of surfaces: for each file its meaning in words, numbers, figures and drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from interlayer.metrics.base import Metric
from interlayer.report.figure import Figure
from interlayer.report.html import Column, Page, Picture, Section, Table
from interlayer.surface.observation import Observation

TITLES: Final = {
    "xps": "Photoelectron spectra",
    "wetting": "Contact angles",
    "xrd": "Diffraction patterns",
    "sem": "Cross-sections",
}

Shown = TypeVar("Shown", Figure, Picture)


@dataclass(frozen=True)
class Seen:
    """An observation and what shows it.

    Attributes
    ----------
    observation : Observation
    figures : tuple of Figure
        With axes; exported beside the page as SVG and CSV.
    pictures : tuple of Picture
        Drawings on the image itself.
    """

    observation: Observation
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()


def observation_page(
    seen: Sequence[Seen], *, version: str = "", date: str = ""
) -> tuple[Page, tuple[Figure, ...]]:
    """Return the page of observations of one or more techniques, and its figures for export.

    Two files may give figures of the same name: the ids of later ones get a number, and so do pictures.
    """
    sections: list[Section] = []
    figures: list[Figure] = []
    used: set[str] = set()
    for number, one in enumerate(seen, start=1):
        own = tuple(_named(figure, number, used) for figure in one.figures)
        figures += own
        drawn = tuple(_named(picture, number, used) for picture in one.pictures)
        sections.append(observation_section(one.observation, own, drawn))
    techniques = list(dict.fromkeys(one.observation.technique for one in seen))
    title = TITLES.get(techniques[0], techniques[0]) if len(techniques) == 1 else "Surfaces and layers"
    page = Page(
        title,
        subtitle=f"{len(seen)} {'file' if len(seen) == 1 else 'files'}",
        sections=tuple(sections),
        version=version,
        date=date,
    )
    return page, tuple(figures)


def _named(shown: Shown, number: int, used: set[str]) -> Shown:
    name = shown.id if shown.id not in used else f"{shown.id}-{number}"
    used.add(name)
    return replace(shown, id=name)


def observation_section(
    one: Observation,
    figures: tuple[Figure, ...] = (),
    pictures: tuple[Picture, ...] = (),
    *,
    title: str = "",
) -> Section:
    """Return the part of a page that one observation fills; by default its title is cell and state."""
    tables = [_numbers(one.metrics)] if one.metrics else []
    if one.findings:
        lines = tuple((f.name.replace("_", " "), f.detail) for f in one.findings)
        tables.append(Table((Column("finding"), Column("what")), lines, "Findings"))
    if one.settings:
        lines = tuple((key, _said(value)) for key, value in one.settings.items())
        tables.append(Table((Column("setting"), Column("value")), lines, "Chosen or given"))
    parts = (one.provenance.file_name, one.provenance.reader, one.provenance.version)
    source = ", ".join(str(part) for part in parts if part)
    return Section(
        title or f"{one.label} ({one.state})",
        f"From {source}.",
        figures=figures,
        tables=tuple(tables),
        lists=(one.words,) if one.words else (),
        pictures=pictures,
    )


def _numbers(metrics: Sequence[Metric]) -> Table:
    columns = (Column("quantity"), Column("value"), Column("error", ""), Column("unit"), Column("evidence"))
    rows = tuple(
        (
            m.name.replace("_", " "),
            "–" if m.value is None else f"{_sign(m.bound)}{m.value:.4g}",
            None if m.uncertainty is None else f"{m.uncertainty:.2g}",
            m.unit,
            "; ".join(m.evidence) or None,
        )
        for m in metrics
    )
    return Table(columns, rows, "Numbers; errors are one standard deviation")


def _sign(bound: str | None) -> str:
    return {">=": "≥\u00a0", "<=": "≤\u00a0"}.get(bound or "", "")


def _said(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(one) for one in value)
    return str(value)
