"""The page of the published field: figures where there are enough points, tables of everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from interlayer.published.interlayers.table import VERSION, PublishedInterlayer
from interlayer.published.interlayers.views import FEWEST_FOR_A_FIGURE, FieldPoint, View
from interlayer.report.figure import Figure
from interlayer.report.figures.field import field
from interlayer.report.html import Column, Page, Section, Table

TERMS: Final = (
    ("evidence", "what was read of a publication: its abstract, its full text, a figure."),
    ("lower bound", "no short occurred up to this time or current; drawn with an arrow."),
)


def field_page(
    views: Sequence[View], rows: Sequence[PublishedInterlayer], *, version: str = "", date: str = ""
) -> tuple[Page, tuple[Figure, ...]]:
    """Return the page of a table's views, and its figures for export."""
    figures = {view.id: field(view) for view in views if view.is_figure}
    sections = [_section(view, figures.get(view.id)) for view in views if view.published or view.own]
    sections.append(_sources(rows))
    page = Page(
        "Published interlayers",
        subtitle=f"{len(rows)} rows of {len({r.doi for r in rows})} publications, table version {VERSION}",
        sections=tuple(sections),
        version=version,
        date=date,
        about="Numbers as their sources print them. Tests differ in area, pressure, temperature and capacity "
        "per half-cycle, most of which are not printed: points beside each other are not a ranking.",
        terms=TERMS,
    )
    return page, tuple(figures.values())


def _section(view: View, figure: Figure | None) -> Section:
    columns = (
        Column("what"),
        Column(view.x[0], view.x[1]),
        Column(view.y[0], view.y[1]),
        Column("source"),
    )
    own = tuple(_line(p) for p in view.own)
    published = tuple(_line(p) for p in view.published)
    why = (
        ""
        if figure is not None
        else f"Published points: {len(view.published)}, fewer than {FEWEST_FOR_A_FIGURE}, so a table. {view.note}"
    )
    tables = [Table(columns, own, "Own cells")] if own else []
    tables += [Table(columns, published, "Published")] if published else []
    if view.left_out:
        lines = tuple(view.left_out)
        tables.append(
            Table((Column("row"), Column("what"), Column("why it is not drawn")), lines, "Not drawn")
        )
    return Section(view.title, why, figures=() if figure is None else (figure,), tables=tuple(tables))


def _line(point: FieldPoint) -> tuple[str, str, str, str]:
    return (point.name, _number(point.x, point.x_bound), _number(point.y, point.y_bound), point.source)


def _number(value: float, bound: str | None) -> str:
    text = f"{value:.0f}" if value >= 1000 else f"{value:.4g}"
    return f"≥\u00a0{text}" if bound else text


def _sources(rows: Sequence[PublishedInterlayer]) -> Section:
    columns = (Column("row"), Column("what"), Column("electrolyte"), Column("test"), Column("DOI"))
    columns += (Column("evidence"), Column("note"))
    lines = tuple((r.id, r.name, r.electrolyte, r.test, r.doi, r.evidence, r.note or None) for r in rows)
    return Section("All rows", tables=(Table(columns, lines),))
