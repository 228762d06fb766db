"""Pages: self-contained, escaped, small enough, whole or absent."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from interlayer.errors import InputError, OutputError
from interlayer.report.export import export_figure
from interlayer.report.figure import Axis, Figure, Panel, Series
from interlayer.report.html import (
    MOST_BYTES,
    ROLE_TERMS,
    Cell,
    Column,
    Fact,
    Page,
    Picture,
    Section,
    Table,
    render_page,
    write_page,
)

EVIL = "<script>alert('x')</script>"
FIGURE = Figure(
    "one", f"Title {EVIL}",
    panels=(
        Panel(Axis("Time", "h"), Axis("Voltage", "mV"), (Series(EVIL, [0, 1], [0, 1]), Series("b", [0, 1], [1, 0]))),
    ),
)  # fmt: skip
TABLE = Table(
    (Column("Quantity"), Column("Published", "ohm"), Column("Deviation", "%")),
    (
        ("R_int", 562, Cell(0.1, "ok")),
        ("R_int, 200 h", 2931.0, Cell(-7.3, "miss", "worst")),
        (EVIL, Cell("≥ 1.7", "bound"), None),
    ),
)
PAGE = Page(
    f"Report {EVIL}", "doi 10.1039/d3sc06347j",
    (
        Section("Numbers", f"First {EVIL}.\n\nSecond & last.", tables=(TABLE,), lists=(("one", EVIL),)),
        Section("Numbers", figures=(FIGURE,), parts=(Section("Deeper", "x"),)),
        Section("Stack", pictures=(Picture("stack", "<svg xmlns='http://www.w3.org/2000/svg'/>", "to scale"),)),
    ),
    version="0.1.0", date="2026-01-02", about=f"What this is {EVIL}", terms=ROLE_TERMS, facts=(Fact(EVIL, "92 Ω"),),
)  # fmt: skip


class Seen(HTMLParser):
    """Collects elements, their attributes and the text between them."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.texts, self.open = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes <{self.open[-1:]}>"
        self.open.pop()

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("script", "style"):
            self.texts.append(data)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report with ü")
    return folder, {FIGURE.id: export_figure(FIGURE, folder / "figures")}


@pytest.fixture(scope="module")
def seen(exported):
    folder, files = exported
    parser = Seen()
    parser.feed(write_page(PAGE, folder / "report.html", exported=files).read_text(encoding="utf-8"))
    assert parser.open == []
    return parser


def test_every_text_is_escaped(seen):
    text = "".join(seen.texts)
    assert text.count(EVIL) >= 8  # title twice, paragraph, list, cell, caption, legend, about, fact
    assert seen.tags.count("script") == 4  # the class switch, the data of one figure, Plotly, the page's own


def test_nothing_is_fetched(seen):
    for tag, name, value in seen.attributes:
        if name in ("src", "href", "srcset", "action", "data", "poster"):
            assert value.startswith(("#", "data:", "figures/")), (tag, name, value)
    assert "link" not in seen.tags and "iframe" not in seen.tags
    rules = next(v for t, k, v in seen.attributes if t == "meta" and k == "content" and "default-src" in v)
    assert "default-src 'none'" in rules and "http" not in rules


def test_contents_lead_to_every_section(seen):
    anchors = {value for _, name, value in seen.attributes if name == "id"}
    links = [value[1:] for tag, name, value in seen.attributes if tag == "a" and value.startswith("#")]
    assert links == ["numbers", "numbers-2", "deeper", "stack-2"]  # "stack" is the picture
    assert set(links) <= anchors and len(anchors) == len([1 for _, n, _ in seen.attributes if n == "id"])


def test_tables_say_what_they_mean_without_colour(seen, exported):
    html = (exported[0] / "report.html").read_text(encoding="utf-8")
    row = re.search(r"<tr><td[^>]*>R_int, 200 h</td>(.*?)</tr>", html).group(1)
    assert 'class="right miss"' in row and "−7.3" in row and "worst" in row
    assert 'td.miss::before{content:"\\2717' in html
    assert "≥ 1.7" in "".join(seen.texts) and "–" in seen.texts


def test_without_scripts_and_on_paper_there_are_pictures(seen, exported):
    html = (exported[0] / "report.html").read_text(encoding="utf-8")
    assert "noscript" in seen.tags
    stills = [
        v for t, n, v in seen.attributes if t == "img" and n == "src" and v.startswith("data:image/png")
    ]
    assert len(stills) == 1 and "@media print" in html


def test_files_beside_it_are_linked_relatively(seen):
    links = [v for t, n, v in seen.attributes if t == "a" and n == "href" and not v.startswith("#")]
    assert links == ["figures/one.svg", "figures/one.png", "figures/one.csv"]


def test_a_page_of_many_long_traces_stays_small(monkeypatch):
    monkeypatch.setattr("interlayer.report.html.render", lambda *_, **__: {"preview": b"x" * 400_000})
    t = np.linspace(0, 1, 8000)
    rng = np.random.default_rng(0)
    panel = Panel(
        Axis("t", "h"), Axis("V", "mV"), tuple(Series(f"s{n}", t, rng.normal(size=8000)) for n in range(4))
    )
    figures = tuple(Figure(f"f{n}", "f", panels=(panel,)) for n in range(40))
    page = render_page(Page("big", sections=(Section("all", figures=figures),)))
    assert len(page.encode()) <= MOST_BYTES
    assert page.count("<script>/**") == 1  # Plotly once


def test_a_page_without_figures_has_no_script_library():
    assert len(render_page(Page("small", sections=(Section("a", "b"),)))) < 30_000


def test_a_place_that_cannot_be_written_to_leaves_nothing(tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(OutputError, match="cannot write"):
        write_page(Page("x"), tmp_path / "taken" / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_two_figures_of_one_name_are_refused():
    twice = Section("a", figures=(FIGURE,), parts=(Section("b", figures=(FIGURE,)),))
    with pytest.raises(InputError, match="one"):
        render_page(Page("x", sections=(twice,)))


def test_a_page_replaces_the_one_before(tmp_path):
    for title in ("first", "second"):
        write_page(Page(title), tmp_path / "r.html")
    assert "second" in (tmp_path / "r.html").read_text() and len(list(tmp_path.iterdir())) == 1
