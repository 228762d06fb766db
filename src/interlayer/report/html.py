"""Pages that open anywhere: one HTML file with text, tables and figures, and no request to anybody.

Every text that is put in is plain: it is escaped, whatever it holds. Figures are interactive where scripts
run, and plain pictures on paper and where they do not.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from interlayer.errors import InputError
from interlayer.report import labels
from interlayer.report.atomic import write_text
from interlayer.report.export import Exported
from interlayer.report.figure import Figure
from interlayer.report.legend import Entry, is_needed, panel_entries, shared_entries
from interlayer.report.matplotlib_backend import render
from interlayer.report.page_style import SCRIPT, STYLE
from interlayer.report.plotly_backend import figure_json, panel_pixels, plotly_script, shown_name
from interlayer.report.thinning import MOST_POINTS

Kind = Literal["", "ok", "miss", "bound", "quiet", "own"]
Align = Literal["left", "right", "centre"]
Value = str | float | int | None

MOST_BYTES: Final = 12_000_000
"""Size of a page: traces are thinned further, and then pictures for paper left out, to stay below it."""
_MOST_TRACE_POINTS: Final = 260_000
"""Points of all traces of a page together."""
_SAFE_CONTENT: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; base-uri 'none'; form-action 'none'"
)

MOST_WITH_PARTS: Final = 12
"""With more sections than this the contents leave out their parts."""

ROLE_TERMS: Final[tuple[tuple[str, str], ...]] = (
    ("input", "the published value was put in; agreement says nothing."),
    ("calibrates", "a parameter was fixed on it; agreement is no merit of the model."),
    ("selects", "a law, a closure or a reading of the text was chosen by it; agreement is weak evidence."),
    ("predicts", "nothing was fitted to it or chosen by it; only here can the model be right or wrong."),
    ("bound", "published as \u201cmore than\u201d or \u201cless than\u201d: satisfied or not, no deviation."),
)
"""What the roles of a published value in a comparison mean."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes
    ----------
    value : str, float, int or None
        Numbers are written with the digits of their column; None shows as '–'.
    kind : {'', 'ok', 'miss', 'bound', 'quiet', 'own'}
        'ok' and 'miss' carry a sign beside their colour, and so does 'own' in the first cell of a row.
    note : str
        Small text below.
    """

    value: Value
    kind: Kind = ""
    note: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a table; `align` None puts numbers right and texts left."""

    name: str
    unit: str = ""
    align: Align | None = None
    digits: int = 4


@dataclass(frozen=True)
class Table:
    """A table; rows hold plain values or `Cell`s, one for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value | Cell, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing that is not a figure with axes; shown as an image.

    Attributes
    ----------
    id : str
        Its anchor.
    svg : str
        SVG text; embedded as an image, so that nothing inside it can act on the page.
    caption, description : str
        Below it; for those who cannot see it.
    """

    id: str
    svg: str
    caption: str = ""
    description: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a page: title, then text, lists, pictures, figures, tables and smaller parts, in this order.

    Attributes
    ----------
    title : str
        Also in the contents.
    text : str
        Plain; an empty line begins a new paragraph.
    figures, tables, pictures : tuple
        Shown one below the other.
    lists : tuple of tuple of str
        Bullet lists.
    parts : tuple of Section
        Subsections.
    tables_first : bool
        Tables before figures.
    """

    title: str
    text: str = ""
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    lists: tuple[tuple[str, ...], ...] = ()
    pictures: tuple[Picture, ...] = ()
    parts: tuple[Section, ...] = ()
    tables_first: bool = False


@dataclass(frozen=True)
class Fact:
    """One number worth seeing first: 'R_int, bare, 400 h', '4066 Ω', 'published 4083 Ω'."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Page:
    """A report.

    Attributes
    ----------
    title, subtitle : str
        Head of the page.
    sections : tuple of Section
        Its parts.
    version, date : str
        Of the program that made it, and of the day; given, so that the same input gives the same page.
    about : str
        What the page is; paragraphs as in `Section.text`.
    terms : tuple of (word, meaning)
        Words that the reader needs, such as `ROLE_TERMS`.
    facts : tuple of Fact
        Numbers worth seeing first.
    links : tuple of (text, file)
        Other pages beside this one, by relative path.
    """

    title: str
    subtitle: str = ""
    sections: tuple[Section, ...] = ()
    version: str = ""
    date: str = ""
    about: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


@dataclass
class _Maker:
    """State while a page is put together."""

    folder: Path | None
    exported: Mapping[str, Exported]
    most: int
    pictures_left: int
    used: set[str] = field(default_factory=set[str])
    scripts: list[str] = field(default_factory=list[str])

    def anchor(self, title: str) -> str:
        """Anchor for a title, different from all before."""
        base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48] or "part"
        name, number = base, 2
        while name in self.used:
            name, number = f"{base}-{number}", number + 1
        self.used.add(name)
        return name


def render_page(
    page: Page, *, exported: Mapping[str, Exported] | None = None, folder: Path | None = None
) -> str:
    """Return a page as HTML text.

    Parameters
    ----------
    page : Page
        What it says.
    exported : mapping of figure id to Exported, optional
        Files already written for its figures: linked if they lie below `folder`, and their small pictures
        used. Figures without an entry are drawn here.
    folder : Path, optional
        Where the page will lie.

    Raises
    ------
    InputError
        If two figures or pictures have the same id.
    """
    figures = list(_figures(page.sections))
    traces = sum(len(panel.series) for figure in figures for panel in figure.panels)
    most = max(min(MOST_POINTS, _MOST_TRACE_POINTS // max(traces, 1)), 200)
    script = plotly_script() if figures else ""
    taken = _names(page.sections)
    maker = _Maker(folder, exported or {}, most, 0, set(taken))
    data = {figure.id: figure_json(figure, most) for figure in figures}
    maker.pictures_left = MOST_BYTES - len(script) - sum(map(len, data.values())) - 600_000
    body = _header(page) + _contents(page, maker) + "<main>\n" + _opening(page)
    maker.used = set(taken)
    body += "".join(_section(section, 2, maker) for section in page.sections) + "</main>\n"
    scripts = ""
    if figures:
        blocks = "".join(
            f'<script type="application/json" id="{name}-data">{text}</script>\n'
            for name, text in data.items()
        )
        scripts = f"{blocks}<script>{script}</script>\n<script>{SCRIPT}</script>\n"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_SAFE_CONTENT}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(page.title)}</title>\n<style>{STYLE}</style>\n"
        '<script>document.documentElement.classList.add("scripts")</script>\n'
        "<noscript><style>.plots{display:none!important}.static.swapped{display:block!important}</style></noscript>\n"
        f'</head>\n<body>\n<div class="layout">\n{body}</div>\n{scripts}</body>\n</html>\n'
    )


def write_page(page: Page, path: Path, *, exported: Mapping[str, Exported] | None = None) -> Path:
    """Write a page to a file, whole or not at all; see `render_page`.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    return write_text(path, render_page(page, exported=exported, folder=path.parent))


def _names(sections: Iterable[Section]) -> list[str]:
    """Return the ids of all figures and pictures, which no section may take."""
    found: list[str] = []
    for section in sections:
        found += [one.id for one in (*section.figures, *section.pictures)]
        found += _names(section.parts)
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise InputError(
            f"two figures of this page are called '{twice[0]}'", where="report", advice="give each its own id"
        )
    return found


def _figures(sections: Iterable[Section]) -> Iterable[Figure]:
    for section in sections:
        yield from section.figures
        yield from _figures(section.parts)


def _header(page: Page) -> str:
    made = " · ".join(
        part for part in (f"interlayer {page.version}" if page.version else "", page.date) if part
    )
    return (
        f"<header>\n<h1>{escape(page.title)}</h1>\n"
        + (f'<p class="subtitle">{escape(page.subtitle)}</p>\n' if page.subtitle else "")
        + (f'<p class="made">{escape(made)}</p>\n' if made else "")
        + "</header>\n"
    )


def _contents(page: Page, maker: _Maker) -> str:
    def items(sections: tuple[Section, ...], depth: int) -> str:
        rows = ""
        for section in sections:
            name = maker.anchor(section.title)
            inner = items(section.parts, depth + 1)
            shown = f"<ol>{inner}</ol>" if inner and depth < deepest else ""
            rows += f'<li><a href="#{name}">{escape(section.title)}</a>{shown}</li>\n'
        return rows

    # Of a page of many cells the parts of each would bury the cells themselves.
    deepest = 2 if len(page.sections) <= MOST_WITH_PARTS else 1
    listed = items(page.sections, 1)
    return (
        '<nav class="toc" aria-label="Contents"><details open><summary>Contents</summary>'
        f"<ol>\n{listed}</ol></details></nav>\n"
    )


def _opening(page: Page) -> str:
    html = ""
    if page.about or page.terms:
        terms = "".join(
            f"<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>\n" for word, meaning in page.terms
        )
        html += '<div class="about">\n' + _paragraphs(page.about) + (f"<dl>\n{terms}</dl>\n" if terms else "")
        html += "</div>\n"
    if page.links:
        links = " \u00b7 ".join(
            f'<a href="{escape(quote(file), quote=True)}">{escape(text)}</a>' for text, file in page.links
        )
        html += f"<p>Beside this page: {links}</p>\n"
    if page.facts:
        html += '<div class="facts">\n'
        for fact in page.facts:
            note = f"<span>{escape(fact.note)}</span>" if fact.note else ""
            html += f"<div><span>{escape(fact.label)}</span><b>{escape(fact.value)}</b>{note}</div>\n"
        html += "</div>\n"
    return html


def _paragraphs(text: str) -> str:
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{escape(part)}</p>\n" for part in parts if part)


def _section(section: Section, level: int, maker: _Maker) -> str:
    name = maker.anchor(section.title)
    tag = f"h{min(level, 4)}"
    html = f'<section id="{name}">\n<{tag}>{escape(section.title)}</{tag}>\n' + _paragraphs(section.text)
    for one in section.lists:
        html += '<ul class="list">\n' + "".join(f"<li>{escape(item)}</li>\n" for item in one) + "</ul>\n"
    html += "".join(_picture(picture) for picture in section.pictures)
    figures = "".join(_figure(figure, maker) for figure in section.figures)
    tables = "".join(_table(table) for table in section.tables)
    html += tables + figures if section.tables_first else figures + tables
    # Anchors are counted in the order of the contents: this section, then its parts.
    html += "".join(_section(part, level + 1, maker) for part in section.parts)
    return html + "</section>\n"


def _picture(picture: Picture) -> str:
    data = base64.b64encode(picture.svg.encode("utf-8")).decode("ascii")
    return (
        f'<figure id="{escape(picture.id)}"><div class="scroll"><img class="picture" '
        f'alt="{escape(picture.description or picture.caption)}" src="data:image/svg+xml;base64,{data}"></div>'
        f"<figcaption>{escape(picture.caption)}</figcaption></figure>\n"
    )


def _figure(figure: Figure, maker: _Maker) -> str:
    shared = shared_entries(figure)
    plots = ""
    for place, panel in enumerate(figure.panels):
        letter = f"<span>{figure.letter(place)}</span> " if figure.letter(place) else ""
        head = f"<h4>{letter}{escape(panel.title)}</h4>" if panel.title or letter else ""
        if shared is None:
            head += _keys(panel_entries(panel), panel.title)
        linked = escape(panel.x.text) if figure.share_x else ""
        plots += (
            f'<div style="grid-column:span {min(panel.span, figure.columns)}">{head}'
            f'<div class="plot" data-figure="{figure.id}" data-panel="{place}" '
            f'data-linked="{linked}" style="height:{panel_pixels(figure, place)}px"></div></div>\n'
        )
    caption = f"<b>{escape(figure.title)}</b>"
    if figure.caption:
        caption += " " + escape(figure.caption)
    # A single panel's title is part of what the reader sees above the curves.
    alone = figure.panels[:1] if len(figure.panels) == 1 else ()
    titles = " ".join([figure.title, *(panel.title for panel in alone)])
    keys = _keys(shared, titles) if shared is not None else ""
    narrow = " narrow" if figure.width == "84mm" else ""
    return (
        f'<figure id="{figure.id}" class="chart{narrow}">\n{keys}'
        f'<div class="plots" style="--columns:{figure.columns}">\n{plots}</div>\n'
        f"{_still(figure, maker)}<figcaption>{caption}</figcaption>{_links(figure, maker)}</figure>\n"
    )


_SHAPES: Final = {
    "circle": '<circle cx="13" cy="7" r="3.6"/>',
    "square": '<rect x="9.6" y="3.6" width="6.8" height="6.8"/>',
    "triangle": '<path d="M13 2.8 17 10.2 9 10.2Z"/>',
    "diamond": '<path d="M13 2.4 17.6 7 13 11.6 8.4 7Z"/>',
    "pentagon": '<path d="M13 3 17 6 15.5 10.6 10.5 10.6 9 6Z"/>',
    "cross": '<path d="M10 4 16 10M16 4 10 10"/>',
    "hexagon": '<path d="M13 2.8 16.7 4.9 16.7 9.1 13 11.2 9.3 9.1 9.3 4.9Z"/>',
}


def _keys(entries: list[Entry], title: str) -> str:
    """Legend whose entries switch their series off and on."""
    if not is_needed(entries, title):
        return ""
    keys = ""
    for entry in entries:
        series, colour = entry.series, entry.colour
        dash = ' stroke-dasharray="5 3"' if series.dashed else ""
        line = "" if series.style == "points" else f'<path d="M0 7H26"{dash}/>'
        fill = "#fff" if series.hollow else colour
        marker = f'<g fill="{fill}">{_SHAPES[entry.marker]}</g>' if entry.marker else ""
        keys += (
            f'<button type="button" aria-pressed="true" data-name="{escape(shown_name(series))}">'
            f'<svg width="26" height="14" viewBox="0 0 26 14" stroke="{colour}" stroke-width="1.8" fill="none" '
            f'aria-hidden="true">{line}{marker}</svg>{escape(series.name)}</button>\n'
        )
    return f'<div class="keys">{keys}</div>\n'


def _still(figure: Figure, maker: _Maker) -> str:
    """Picture for paper and for pages without scripts, as long as there is room for it."""
    known = maker.exported.get(figure.id)
    preview = known.preview if known else render(figure, ("preview",), dpi=220)["preview"]
    data = base64.b64encode(preview).decode("ascii")
    if len(data) > maker.pictures_left:
        return "<noscript><p>This figure needs scripts to be drawn: the page would be too large.</p></noscript>\n"
    maker.pictures_left -= len(data)
    return f'<img class="static swapped" alt="{escape(figure.title)}" src="data:image/png;base64,{data}">\n'


def _links(figure: Figure, maker: _Maker) -> str:
    known = maker.exported.get(figure.id)
    if known is None or maker.folder is None:
        return ""
    links = ""
    for path in known.paths:
        relative = os.path.relpath(path.resolve(), maker.folder.resolve())
        if not relative.startswith(".."):
            href = quote(Path(relative).as_posix())
            links += f'<a href="{escape(href)}">{escape(path.suffix[1:].upper())}</a>'
    return f'<div class="files">Files: {links}</div>' if links else ""


def _table(table: Table) -> str:
    aligns: list[Align] = [_align(table, place) for place in range(len(table.columns))]
    heads = ""
    for column, align in zip(table.columns, aligns, strict=True):
        unit = labels.pretty_unit(column.unit)
        below = f'<span class="unit">{escape(unit)}</span>' if unit else ""
        heads += f'<th scope="col" class="{align}">{escape(column.name)}{below}</th>'
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    rows = ""
    for row in table.rows:
        cells = "".join(
            _cell(value, column, align)
            for value, column, align in zip(row, table.columns, aligns, strict=True)
        )
        rows += f"<tr>{cells}</tr>\n"
    return (
        f'<div class="scroll"><table>{caption}<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody></table></div>\n"
    )


def _align(table: Table, place: int) -> Align:
    column = table.columns[place]
    if column.align is not None:
        return column.align
    values = [cell.value if isinstance(cell, Cell) else cell for cell in (row[place] for row in table.rows)]
    known = [value for value in values if value is not None]
    numbers = sum(isinstance(value, (int, float)) for value in known)
    return "right" if known and 2 * numbers >= len(known) else "left"


def _cell(value: Value | Cell, column: Column, align: Align) -> str:
    cell = value if isinstance(value, Cell) else Cell(value)
    if isinstance(cell.value, bool):
        text = "yes" if cell.value else "no"
    elif isinstance(cell.value, (int, float)):
        text = labels.number(float(cell.value), column.digits)
    else:
        text = "–" if cell.value is None else cell.value
    note = f'<span class="note">{escape(cell.note)}</span>' if cell.note else ""
    return f'<td class="{" ".join(part for part in (align, cell.kind) if part)}">{escape(text)}{note}</td>'
