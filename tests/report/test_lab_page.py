"""The page of a batch: a row a cell, its verdict with evidence and zooms; nothing of a file acts in it."""

from __future__ import annotations

import re

import pytest

from interlayer.errors import ReadError
from interlayer.failures.verdict import Verdict
from interlayer.lab.cell_result import CellResult, analyse_cell
from interlayer.lab.cells_table import CellRow
from interlayer.lab.groups import all_groups
from interlayer.lab.lab_cell import Join, LabCell
from interlayer.record import Finding
from interlayer.report.html import render_page
from interlayer.report.lab_page import lab_page, verdict_words
from tests.report.synthetic import ramp, symmetric

EVIL = "<script>alert(1)</script>"


def cell(label, record, group="", **more):
    row = {k: more.pop(k) for k in ("excluded", "excluded_by", "overrule", "files") if k in more}
    return LabCell(
        CellRow(label, row.pop("files", ("f.mpr",)), group, **row), record, hours_under_test=20.0, **more
    )


@pytest.fixture(scope="module")
def found():
    odd = symmetric("x", 20, spectra=([0, 10], [500, 600])).with_(
        findings=(Finding("gaps", EVIL, "warning", 3),)
    )
    joins = (Join(EVIL, 0.0, None, "clock", EVIL), Join("b.mpr", 36000.0, 7200.0, "clock", counted=True))
    cells = [
        cell(EVIL, odd, EVIL, joins=joins, hours_wall=22.0, running=True),
        cell("twin", symmetric("y", 20), EVIL, overrule={"short": "none", "reason": EVIL, "by": EVIL}),
        cell("ramp", ramp("ramp", [0.1, 0.2, 0.3], fails_at=0.3), "ramps"),
        cell("left out", symmetric("z", 20), EVIL, excluded=EVIL, excluded_by="AB"),
        LabCell(CellRow("broken", ("x.mpr",)), None, failures=(ReadError(EVIL, where="x.mpr"),)),
    ]
    return [analyse_cell(one) for one in cells]


@pytest.fixture(scope="module")
def made(found):
    return lab_page(found, all_groups(found), version="0.1.0", date="2026-01-01")


@pytest.fixture(scope="module")
def html(found):
    few = [found[0], found[-1]]  # figures take most of the time
    return render_page(lab_page(few, all_groups(few))[0])


def section(page, title):
    return next(one for one in page.sections if one.title == title)


def test_every_cell_has_a_row_and_a_section(made, found):
    page, _ = made
    rows = section(page, "Cells").tables[0].rows
    assert [row[0].value for row in rows] == [one.cell.row.label for one in found]
    assert [one.title for one in page.sections][-5:] == [EVIL, "twin", "ramp", "left out", "broken"]
    assert [row[0] for row in section(page, "Cells").tables[1].rows] == ["left out"]
    assert rows[0][3] == "yes" and rows[0][4].note == "of 22"
    assert rows[1][2].note == "overruled by a person"


def test_a_short_is_zoomed_on_and_its_evidence_listed(made, found):
    page, figures = made
    verdict = section(page, "ramp").parts[0]
    assert "Hard short" in verdict.text and "half-cycle 4" in verdict.text
    assert verdict.lists[0] == found[2].verdict.evidence
    assert [figure.id for figure in verdict.figures] == ["c3-zoom-1"]
    assert verdict.figures[0].whole
    assert "c3-critical-current" in {figure.id for figure in figures}


def test_joins_findings_and_faults_are_listed(made):
    page, _ = made
    parts = {part.title: part for part in section(page, EVIL).parts}
    assert [row[2] for row in parts["Files"].tables[0].rows] == [None, "2 h"]
    assert parts["Findings"].lists[0] == (f"warning, gaps: {EVIL} (3 rows)",)
    assert any(EVIL in line for line in section(page, "broken").lists[0])


def test_excluded_cells_are_in_no_group(made):
    rows = section(made[0], "Groups").tables[0].rows
    count = {(row[0], row[2]): row[3] for row in rows}
    assert count["Hours under test", EVIL] == 2


def test_no_text_of_a_file_acts_in_the_page(html):
    assert EVIL not in html
    assert "alert(1)" in html
    # Apart from the page's own scripts, no element is a script, and nothing is fetched.
    assert len(re.findall(r"<script(?! type=\"application/json\")", html)) == 3
    assert len(html) < 12_000_000


@pytest.mark.parametrize(
    ("short", "failure", "words"),
    [
        ("none", "none", "no failure up to 10 h"),
        ("hard", "none", "hard short at 5 h"),
        ("soft", "contact_loss", "soft short at 5 h; contact loss"),
        ("none", "depletion", "depletion at 5 h"),
        ("unknown", "unknown", "cannot tell"),
        ("unknown", "none", "cannot tell"),
    ],
)
def test_verdicts_in_words(short, failure, words):
    verdict = Verdict(short, failure, 18_000.0, 3, 0.9, (), judged_until_s=36_000.0)
    assert verdict_words(verdict) == words


def test_nothing_read_is_said(found):
    assert isinstance(found[-1], CellResult) and verdict_words(found[-1].verdict) == "not read"
