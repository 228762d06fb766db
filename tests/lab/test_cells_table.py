"""The table of cells as people keep it: units, spellings, spreadsheets of several countries; faults by line."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.errors import DescriptionError, ReadError
from interlayer.lab.cells_table import read_table
from interlayer.lab.description import cell_of
from interlayer.lab.sheet import Sheet, decoded, parse_csv, read_sheet, write_sheet

TEXT = "label,group,diameter,electrolyte,thickness,coating,files\n"


def table(tmp_path, text: str, name: str = "cells.csv", encoding: str = "utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def refused(tmp_path, text: str, *words: str) -> None:
    with pytest.raises(DescriptionError) as caught:
        read_table(table(tmp_path, text))
    for word in ("cells.csv", *words):
        assert word in str(caught.value)


def test_a_row_says_what_is_known_of_a_cell(tmp_path):
    (row,) = read_table(table(tmp_path, TEXT + "A1,CuF2,10 mm,LATP,0.7 mm,CuF2-PVDF,a/x.mpt | a/y.mpt\n"))
    assert (row.label, row.group, row.line) == ("A1", "CuF2", 2)
    assert row.files == ("a/x.mpt", "a/y.mpt")
    cell = cell_of(row, tmp_path)
    assert cell.current_area == pytest.approx(3.14159265e-4 / 4, rel=1e-8)
    assert cell.electrolyte.thickness == pytest.approx(0.7e-3)
    assert cell.coating.left.material == cell.coating.right.material == "CuF2-PVDF"


@pytest.mark.parametrize("heading", ["diameter / mm", "Diameter [mm]", "diameter (mm)", "DIAMETER/mm"])
def test_a_heading_may_state_the_unit(tmp_path, heading):
    (row,) = read_table(table(tmp_path, f"label,{heading},files\nA,10,x\n"))
    assert cell_of(row, tmp_path).diameter == pytest.approx(0.01)


def test_a_number_without_unit_is_refused_with_the_corrected_text(tmp_path):
    refused(tmp_path, TEXT + "A,,10,,,,x\n", "line 2, column diameter", '"10" has no unit', 'write "10 mm"')


def test_all_faults_are_named_at_once(tmp_path):
    text = "label,area,temperature,kind,exclude,overrule_short,order,clock_offset,files\n"
    text += "A,2 kg,25,rate tset,yes,lots,first,+5 min,x\na,,,,,,,,y\n"
    with pytest.raises(DescriptionError) as caught:
        read_table(table(tmp_path, text))
    said = str(caught.value)
    for words in (
        'column area: "2 kg" is a mass',
        'column temperature: "25" has no unit; expected a temperature -> write "25 degC"',
        "'rate tset' is no kind of test -> write rate test",
        "column exclude_reason: a cell is left out without a reason",
        "column overrule_short: 'lots' is not known -> write one of none, soft, hard",
        "column overrule_reason",
        "column order: 'first' is not known -> write 'as listed'",
        "column clock_offset: '+5 min' does not say for which files",
        "line 3, column label: 'a' stands in line 2 already",
    ):
        assert words in said


def test_area_and_diameter_and_things_without_a_body(tmp_path):
    refused(tmp_path, "label,area,diameter,files\nA,1 cm2,10 mm,x\n", "say the same thing twice")
    refused(tmp_path, "label,coating_thickness,files\nA,15 um,x\n", "a thickness of no coating")
    refused(
        tmp_path,
        "label,Gruppe,diamter,files\nA,x,10 mm,y\n",
        "column 'diamter' is not known -> write diameter",
    )
    refused(tmp_path, "name,files\nA,x\n", "no column 'label'")


def test_rows_without_label_and_unknown_columns_and_groups_are_fine(tmp_path):
    rows = read_table(table(tmp_path, "label,group,my notes,files\nA,new group,hello,x\n,,,broken.mpt\n"))
    assert [row.label for row in rows] == ["A"]
    assert rows[0].group == "new group"


def test_an_exclusion_and_an_overrule_are_kept_with_who_when_why(tmp_path):
    text = (
        "label,exclude,exclude_reason,exclude_by,exclude_on,overrule_short,overrule_hours,overrule_reason,"
        "overrule_by,files\n"
    )
    rows = read_table(
        table(
            tmp_path,
            text
            + 'A,ja,pellet broke,AB,2024-11-30,Soft,"120,5 h",seen on scope,CD,x\nB,no,,,,,,,,y\nC,leaked,,,,,,,,z\n',
        )
    )
    assert (rows[0].excluded, rows[0].excluded_by, rows[0].excluded_on) == (
        "pellet broke",
        "AB",
        "2024-11-30",
    )
    assert rows[0].overrule == {"short": "soft", "hours": "120.5", "reason": "seen on scope", "by": "CD"}
    assert [row.excluded for row in rows[1:]] == ["", "leaked"]


# --- spreadsheets of several countries -------------------------------------------------------------------

GERMAN = "label;group;area;coating;coating_thickness;files\r\nZelle ü;Größe;0,785 cm2;CuF2;15,5 um;a.mpt\r\n"
CHINESE = "label,group,coating,files\r\n电池一,涂层组,氟化铜,数据/循环.csv\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_german_excel(tmp_path, encoding):
    (row,) = read_table(table(tmp_path, GERMAN, encoding=encoding))
    assert (row.label, row.group) == ("Zelle ü", "Größe")
    cell = cell_of(row, tmp_path)
    assert cell.current_area == pytest.approx(0.785e-4)
    assert cell.coating.left.thickness == pytest.approx(15.5e-6)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_excel(tmp_path, encoding):
    (row,) = read_table(table(tmp_path, CHINESE, encoding=encoding))
    assert (row.label, row.group, row.values["coating"]) == ("电池一", "涂层组", "氟化铜")
    assert row.files == ("数据/循环.csv",)


def test_latin_letters_are_not_taken_for_chinese():
    text = "Größe;Müller;Spaß;naïve;Ångström;10 °C;5 µm;Übergröße;weiß;groß"
    assert decoded(text.encode("cp1252")) == text


def test_a_line_that_states_the_delimiter(tmp_path):
    (row,) = read_table(table(tmp_path, "sep=;\r\nlabel;files\r\nA;x | y\r\n"))
    assert (row.files, row.line) == (("x", "y"), 3)


def test_lines_are_counted_through_cells_with_line_ends(tmp_path):
    refused(tmp_path, 'label,notes,area,files\nA,"one\ntwo",,x\nB,,5,y\n', "line 4, column area")


def test_an_empty_or_missing_table(tmp_path):
    with pytest.raises(ReadError, match="empty table"):
        read_table(table(tmp_path, "\n\n"))
    with pytest.raises(ReadError, match="interlayer collect"):
        read_table(tmp_path / "none.csv")


cells = st.lists(
    st.lists(
        st.text(
            st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x85\u2028\u2029"), max_size=12
        ),
        min_size=3,
        max_size=3,
    ),
    min_size=1,
    max_size=5,
)


@given(rows=cells, delimiter=st.sampled_from([",", ";", "\t"]))
def test_what_is_written_is_read_back(rows, delimiter, tmp_path_factory):
    rows = [["x" + row[0], row[1], row[2]] for row in rows]
    path = tmp_path_factory.getbasetemp() / "round.csv"
    write_sheet(path, Sheet(["label", "group", "files"], rows, delimiter=delimiter))
    back = read_sheet(path)
    assert back.rows == rows
    assert back.delimiter == delimiter
    assert path.read_bytes().startswith(codecs.BOM_UTF8)


def test_a_workbook_keeps_text_and_other_sheets(tmp_path):
    pytest.importorskip("fastexcel")
    pytest.importorskip("xlsxwriter")
    path = tmp_path / "cells.xlsx"
    sheet = Sheet(["label", "diameter", "files"], [["1-2", "10 mm", "a|b"], ["=x", "", "c"]])
    sheet.others = {"notes": [["mine", "too"]]}
    write_sheet(path, sheet)
    back = read_sheet(path)
    assert (back.headings, back.rows, back.others) == (sheet.headings, sheet.rows, sheet.others)
    assert [row.label for row in read_table(path)] == ["1-2", "=x"]


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(ReadError, match="two columns are called 'Area'"):
        parse_csv("label,area,Area\nA,1,2\n")


def test_a_named_description_is_the_base_and_the_row_wins(tmp_path):
    (tmp_path / "base.toml").write_text(
        'format = "interlayer-cell/1"\nlabel = "base"\narea = "1 cm2"\ntemperature = "40 degC"\n'
        '[electrolyte]\nmaterial = "LATP"\nthickness = "1 mm"\n[coating]\nmaterial = "LiF"\nthickness = "5 um"\n'
    )
    rows = read_table(
        table(
            tmp_path,
            "label,diameter,coating,cell,files\nA,10 mm,,base.toml,x\nB,,bare,base.toml,y\nC,,,no.toml,z\n",
        )
    )
    a, b = cell_of(rows[0], tmp_path), cell_of(rows[1], tmp_path)
    assert a.current_area == pytest.approx(0.785398e-4, rel=1e-5)
    assert a.label == "A"
    assert a.coating.left.material == "LiF"
    assert a.temperature == pytest.approx(313.15)
    assert b.current_area == pytest.approx(1e-4)
    assert b.coating.left is None
    with pytest.raises(DescriptionError, match="line 4"):
        cell_of(rows[2], tmp_path)


def test_a_value_out_of_bounds_is_refused_with_its_line(tmp_path):
    (row,) = read_table(table(tmp_path, "label,diameter,files\nA,10 m,x\n"))
    with pytest.raises(DescriptionError, match="line 2"):
        cell_of(row, tmp_path)
