"""The table of published interlayers: its contract, its views, and what cannot stand on an axis."""

from __future__ import annotations

import csv
import io

import pytest

from interlayer.errors import InputError, ReadError
from interlayer.published import interlayers
from interlayer.published.interlayers.views import FEWEST_FOR_A_FIGURE, OwnCell, views
from tests.cli.run import assert_refused, run

GOOD = {
    "id": "X1",
    "work": "Somebody2020",
    "year": "2020",
    "doi": "10.1000/xyz",
    "electrolyte": "LATP",
    "interlayer": "Au",
    "test": "symmetric",
    "evidence": "abstract",
}


def table(tmp_path, **changes):
    row = {**GOOD, **changes}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    path = tmp_path / "more.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def test_the_papers_own_rows_are_its_numbers():
    """Ding et al. 2024: CCD without a short up to 1.7 mA/cm2; 6000 h at 0.1; 562 to 92 ohm."""
    rows = {r.id: r for r in interlayers.load()}
    assert (rows["P002"].ccd_mA_cm2, rows["P002"].ccd_bound) == (1.7, ">=")
    assert (rows["P003"].life_h, rows["P003"].life_bound, rows["P003"].current_mA_cm2) == (6000.0, ">=", 0.1)
    assert (rows["P001"].resistance_before, rows["P001"].resistance_after) == (562.0, 92.0)


def test_rows_agree_with_the_collected_table(shared_data):
    """Every number of the collected table stands in ours, under the same row."""
    with (shared_data / "e_tables" / "published_interlayers.csv").open(encoding="utf-8") as file:
        collected = {r["row_id"]: r for r in csv.DictReader(file)}
    ours = {r.id: r for r in interlayers.load() if not r.id.startswith("P")}
    assert set(ours) == set(collected)
    pairs = {
        "life_h": "life_h",
        "CCD_mA_cm2": "ccd_mA_cm2",
        "R_int_after": "resistance_after",
        "R_int_before": "resistance_before",
        "retention_pct": "retention_pct",
        "n_cycles": "cycles",
    }
    for key, row in collected.items():
        for theirs, mine in pairs.items():
            assert getattr(ours[key], mine) == (float(row[theirs]) if row[theirs] else None)
        assert ours[key].doi == row["doi"]


def test_ohm_and_areal_resistance_never_share_an_axis():
    found = {v.id: v for v in views(interlayers.load())}
    by_id = {r.id: r for r in interlayers.load()}
    assert {by_id[p.id].resistance_unit for p in found["resistance"].published} <= {"ohm"}
    assert {by_id[p.id].resistance_unit for p in found["ccd"].published} <= {"ohm cm2"}


def test_every_row_is_drawn_or_says_why_not():
    rows = interlayers.load()
    life = views(rows)[0]
    concerned = {r.id for r in rows if r.test in ("symmetric", "ramp and symmetric")}
    assert {p.id for p in life.published} | {one[0] for one in life.left_out} == concerned
    assert all(one[2].startswith("lacks ") for one in life.left_out)


def test_few_points_are_no_figure():
    for view in views(interlayers.load()):
        assert view.is_figure == (len(view.published) >= FEWEST_FOR_A_FIGURE)


def test_own_cells_without_an_area_have_no_place_beside_areal_resistances():
    known = OwnCell("a", ccd_mA_cm2=0.6, resistance_ohm=100.0, area_cm2=0.5)
    unknown = OwnCell("b", ccd_mA_cm2=0.6, resistance_ohm=100.0)
    (point,) = views(interlayers.load(), [known, unknown])[1].own
    assert (point.name, point.x, point.y) == ("a", 50.0, 0.6)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"doi": "see paper"}, "no DOI"),
        ({"year": "20"}, "no year"),
        ({"test": "cycling"}, "not known"),
        ({"life_h": "1,5"}, "decimal point"),
        ({"life_h": "-3"}, "not such a number"),
        ({"life_h": "nan"}, "not such a number"),
        ({"resistance_after": "5"}, "has no unit"),
        ({"id": ""}, "is empty"),
        ({"id": "P001"}, "stands in"),
        ({"lifetime": "5"}, "lifetime"),
    ],
)
def test_a_bad_row_is_refused_by_file_line_and_column(tmp_path, changes, word):
    with pytest.raises(InputError, match=word) as refused:
        interlayers.load(table(tmp_path, **changes))
    assert "more.csv line" in str(refused.value)


def test_a_table_without_a_needed_heading_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,work\n1,2\n")
    with pytest.raises(ReadError, match="lacks the column"):
        interlayers.load(path)


def test_a_further_row_is_drawn(tmp_path):
    more = table(tmp_path, life_h="10", current_mA_cm2="0.3")
    life = views(interlayers.load(more))[0]
    assert [p.y for p in life.published if p.id == "X1"] == [10.0]


def test_the_command_gives_items_and_a_page(tmp_path):
    ran = run("compare", "--json", "-o", tmp_path / "field.html")
    items = ran.items()
    assert {item["kind"] for item in items} == {"published", "not drawn"}
    assert (tmp_path / "field-figures" / "field-life.csv").is_file()
    assert "10.1039/d3sc06347j" in (tmp_path / "field.html").read_text(encoding="utf-8")


def test_the_command_refuses_a_bad_table(tmp_path):
    assert_refused(run("compare", "--table", table(tmp_path, doi="no")), "no DOI")
