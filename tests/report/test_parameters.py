"""The table of parameters: own values are marked by sign and word, with their uncertainty; others have theirs."""

from __future__ import annotations

import re

import pytest

from interlayer.report.html import Page, render_page
from interlayer.report.labels import with_error
from interlayer.report.overview import record_page
from interlayer.report.parameters import parameters_section
from tests.report.synthetic import symmetric


def entry(value, unit, status, source, origin, uncertainty=None, low=None, high=None):
    return {"value": value, "unit": unit, "status": status, "source": source, "origin": origin,
            "uncertainty": uncertainty, "low": low, "high": high}  # fmt: skip


FILM = entry(1e-9, "S/cm", "memory", "llzo: films", "set", low=1e-13, high=1e-6)
PARAMETERS = {
    "conduction.permittivity": entry(20.0, "1", "assumed", "assumed", "declared"),
    "1.layer.conductivity": FILM,
    "2.layer.conductivity": FILM,
    "conduction.conductivity": entry(4.9e-4, "S/cm", "measured", "cell 'mine'", "own", 3e-5),
    "conduction.grain_conductivity": entry(3.4e-3, "S/cm", "measured", "breuer2015", "library"),
    "1.layer.thickness": entry(15.0, "um", "measured", "cell 'mine' <b>", "own", 1.0),
    "2.layer.thickness": entry(17.0, "um", "measured", "cell 'mine'", "shipped"),
}
RECORD = symmetric("mine", 4).with_(parameters=PARAMETERS)


def rows():
    section = parameters_section(RECORD)
    assert section is not None
    return [[cell.value for cell in row] for row in section.tables[0].rows], section


def test_own_values_stand_first_with_their_deviation():
    found, section = rows()
    assert [row[4].replace("\u00a0", " ") for row in found] == [
        "own", "own", "shipped cell", "parameter set", "library", "default",
    ]  # fmt: skip
    assert found[0][:6] == ["conductivity", "", "(4.9 ± 0.3)×10⁻⁴", "S\u00a0cm⁻¹", "own", "measured"]
    assert found[1][:3] == ["thickness", "1", "15 ± 1"]
    assert "2 of 6 values are this cell's own" in section.text
    assert "1 of these without a stated range" in section.text


def test_equal_sides_are_one_row_with_the_range_below_the_value():
    found, section = rows()
    place = next(k for k, row in enumerate(found) if row[1] == "both")
    value = section.tables[0].rows[place][2]
    assert (value.value, value.note.replace("\u00a0", " ")) == ("1×10⁻⁹", "1×10⁻¹³ to 1×10⁻⁶")


def test_the_mark_is_a_sign_and_a_word_not_a_colour_alone():
    page = render_page(record_page([RECORD]))
    assert "td.own:first-child::before{content:" in page
    table = page[page.index("<h3>Parameters</h3>") :]
    own = re.findall(r'<tr><td class="left own">.*?</tr>', table)
    assert len(own) == 2
    assert all(">own<" in row for row in own)
    assert "&lt;b&gt;" in table, "sources are escaped"


def test_records_without_parameters_or_from_before_have_no_invented_mark():
    assert parameters_section(symmetric("a", 4)) is None
    old = {"a.b": {"value": 1.0, "unit": "1", "status": "assumed", "source": "x"}, "odd": 3}
    section = parameters_section(symmetric("a", 4).with_(parameters=old))
    assert section is not None
    (row,) = section.tables[0].rows
    assert [c.value for c in row] == ["b", "", "1", "", "–", "assumed", "x"]
    render_page(Page("old", sections=(section,)))


@pytest.mark.parametrize(
    ("value", "sigma", "text"),
    [
        (15.0, 1.0, "15 ± 1"),
        (0.785, 0.016, "0.785 ± 0.016"),
        (4.9e-4, 3e-5, "(4.9 ± 0.3)×10⁻⁴"),
        (-4.9e-4, 3.26e-5, "(−4.90 ± 0.33)×10⁻⁴"),
        (123456.0, 1200.0, "123\u202f456 ± 1200"),
        (3e7, 2e6, "(3.0 ± 0.2)×10⁷"),
        (0.0, 1.5, "0.0 ± 1.5"),
        (1.0, float("nan"), "1 ± –"),
    ],
)
def test_a_number_and_its_deviation_end_at_the_same_decimal(value, sigma, text):
    assert with_error(value, sigma) == text
