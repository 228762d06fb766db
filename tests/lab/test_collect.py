"""Collecting again: what was typed stays, whatever happens to files, rows and the spreadsheet's form."""

from __future__ import annotations

import csv
import io

import pytest

from interlayer.errors import InputError
from interlayer.lab.cache import RecordCache
from interlayer.lab.collect import collect, write
from interlayer.lab.reading import FileReader
from interlayer.lab.sheet import decoded, read_sheet
from tests.cli.run import assert_refused, run
from tests.lab.folder import NOW, cycling, write_gamry, write_mpt

LATER = NOW.timestamp() + 10 * 86400


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("INTERLAYER_CACHE", str(tmp_path / "cache"))
    for k in (1, 2):
        write_mpt(tmp_path / "data" / f"cell_{k}_01_CP_C0{k}.mpt", cycling(4, 500, k), NOW)
    return tmp_path


def again(lab, table="cells.csv"):
    found = collect([lab / "data"], lab / table, reader=FileReader(RecordCache(lab / "cache")), now_s=LATER)
    write(lab / table, found.sheet)
    return found


def rows(lab, table="cells.csv") -> list[dict[str, str]]:
    sheet = read_sheet(lab / table)
    return [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows]


def type_into(lab, of: str, /, **values: str) -> None:
    """Change cells of the table as a spreadsheet would."""
    sheet = read_sheet(lab / "cells.csv")
    at = {name: k for k, name in enumerate(sheet.headings)}
    for row in sheet.rows:
        if row[at["label"]] == of:
            for name, text in values.items():
                row[at[name]] = text
    save(lab, sheet.headings, sheet.rows)


def save(lab, headings, lines, delimiter=",", encoding="utf-8-sig") -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows(lines)
    (lab / "cells.csv").write_bytes(text.getvalue().encode(encoding))


def test_a_new_table_says_what_was_found(lab):
    found = again(lab)
    assert found.new == ("cell_1", "cell_2")
    first = rows(lab)[0]
    assert (first["label"], first["start"], first["hours"]) == ("cell_1", "2024-11-29 18:00", "3.997")
    assert first["files"] == "data/cell_1_01_CP_C01.mpt"
    assert not (lab / "cells.csv.bak").exists()


def test_new_cells_and_files_are_added_and_what_was_typed_stays(lab):
    again(lab)
    type_into(lab, "cell_1", group="CuF2", diameter="10 mm", exclude="x", exclude_reason="why, indeed; yes")
    write_mpt(lab / "data" / "cell_3.mpt", cycling(4, 500, 3), NOW)
    write_gamry(lab / "data" / "eis" / "cell_1_EIS_0h.DTA", NOW, 1.0)
    found = again(lab)
    assert found.new == ("cell_3",)
    one, _, three = rows(lab)
    assert (one["group"], one["diameter"], one["exclude"]) == ("CuF2", "10 mm", "x")
    assert one["exclude_reason"] == "why, indeed; yes"
    assert one["files"].count("|") == 1
    assert three["label"] == "cell_3"
    assert decoded((lab / "cells.csv.bak").read_bytes()).count("cell_3") == 0


def test_a_renamed_cell_keeps_its_files_and_gets_new_ones(lab):
    again(lab)
    type_into(lab, "cell_1", label="Zelle Ä")
    write_mpt(lab / "data" / "cell_1_02_CP_C01.mpt", cycling(2, 500, 9), NOW.replace(hour=23))
    assert again(lab).new == ()
    assert [row["label"] for row in rows(lab)] == ["Zelle Ä", "cell_2"]
    assert "cell_1_02" in rows(lab)[0]["files"]


def test_files_that_a_person_moved_stay_where_they_were_put(lab):
    again(lab)
    two = rows(lab)[1]["files"]
    type_into(lab, "cell_1", files=f"{rows(lab)[0]['files']} | {two}", order="as listed")
    type_into(lab, "cell_2", files="")
    again(lab)
    assert [row["files"] for row in rows(lab)] == [f"data/cell_1_01_CP_C01.mpt | {two}", ""]
    type_into(lab, "cell_1", files=f"{two} | data/cell_1_01_CP_C01.mpt")
    again(lab)
    assert rows(lab)[0]["files"].startswith(two)


def test_a_file_that_is_left_out_does_not_come_back(lab):
    again(lab)
    type_into(lab, "cell_2", files="", leave_out="cell_2_01_CP_C02.mpt", group="kept")
    found = again(lab)
    assert rows(lab)[1]["files"] == ""
    assert rows(lab)[1]["group"] == "kept"
    assert not found.gone


def test_a_file_that_is_gone_is_marked_and_one_that_moved_is_found(lab):
    again(lab)
    type_into(lab, "cell_1", group="A")
    (lab / "data" / "cell_1_01_CP_C01.mpt").unlink()
    (lab / "data" / "new").mkdir()
    (lab / "data" / "cell_2_01_CP_C02.mpt").rename(lab / "data" / "new" / "cell_2_01_CP_C02.mpt")
    found = again(lab)
    one, two = rows(lab)
    assert found.gone == ("data/cell_1_01_CP_C01.mpt",)
    assert one["found"] == "gone: cell_1_01_CP_C01.mpt"
    assert (one["group"], one["hours"]) == ("A", "")
    assert (two["files"], two["found"]) == ("data/new/cell_2_01_CP_C02.mpt", "")


@pytest.mark.parametrize(
    ("delimiter", "encoding", "text"),
    [
        (";", "cp1252", "0,785 cm2 für ä"),
        (";", "utf-8-sig", "0,785 cm2"),
        (",", "gbk", "涂层 氟化铜"),
        ("\t", "utf-16", "涂层 0,785"),
    ],
)
def test_after_excel_of_another_country(lab, delimiter, encoding, text):
    again(lab)
    sheet = read_sheet(lab / "cells.csv")
    headings = [*sheet.headings, "my own column"]
    lines = [[*row, text] for row in sheet.rows]
    lines[0][headings.index("coating")] = text
    save(lab, headings, lines, delimiter, encoding)
    write_mpt(lab / "data" / "cell_3.mpt", cycling(4, 500, 3), NOW)
    again(lab)
    one, _, three = rows(lab)
    assert (one["coating"], one["my own column"], three["my own column"]) == (text, text, "")
    assert read_sheet(lab / "cells.csv").delimiter == delimiter


def test_headings_with_units_and_missing_columns_are_kept(lab):
    save(
        lab, ["label", "Diameter / mm", "files", "comment"], [["X", "10", "data/cell_1_01_CP_C01.mpt", "hm"]]
    )
    again(lab)
    sheet = read_sheet(lab / "cells.csv")
    assert sheet.headings[:4] == ["label", "Diameter / mm", "files", "comment"]
    assert "group" in sheet.headings
    assert [h for h in sheet.headings if h.lower().startswith("diameter")] == ["Diameter / mm"]
    assert (rows(lab)[0]["label"], rows(lab)[0]["Diameter / mm"], rows(lab)[0]["comment"]) == (
        "X",
        "10",
        "hm",
    )


def test_what_cannot_be_read_is_listed_and_a_label_makes_it_a_cell(lab):
    (lab / "data" / "odd.mpt").write_bytes(b"EC-Lab ASCII FILE\r\nNb header lines : 60\r\n")
    found = again(lab)
    assert list(found.not_read) == ["data/odd.mpt"]
    last = rows(lab)[-1]
    assert (last["label"], last["files"]) == ("", "data/odd.mpt")
    assert last["found"].startswith("cannot be read: odd.mpt: the file ends within its header")
    write_mpt(lab / "data" / "odd.mpt", cycling(4, 500, 7), NOW)
    again(lab)
    assert [(row["label"], row["found"]) for row in rows(lab)][2:] == [("odd", "")]


def test_a_table_of_something_else_is_not_touched(lab):
    (lab / "cells.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no table of cells"):
        again(lab)
    assert (lab / "cells.csv").read_text() == "a,b\n1,2\n"
    ran = run("collect", lab / "data", "-o", lab / "cells.csv", "--force")
    assert ran.code == 0, ran.err
    assert [row["label"] for row in rows(lab)] == ["cell_1", "cell_2"]
    assert (lab / "cells.csv.bak").read_text() == "a,b\n1,2\n"


# --- the command -----------------------------------------------------------------------------------------


def test_the_command_and_reading_with_its_table(lab):
    ran = run("collect", lab / "data", "-o", lab / "cells.csv")
    assert ran.code == 0, ran.err
    assert "2, 2 of them new" in ran.out
    assert "2 read now" in ran.out
    assert "wrote" in ran.err
    ran = run("collect", lab / "data", "-o", lab / "cells.csv", "--json")
    assert [item["label"] for item in ran.items()] == ["cell_1", "cell_2"]
    assert "up to date" in ran.err
    type_into(lab, "cell_1", diameter="10 mm", group="G")
    ran = run("read", lab / "data", "--cells", lab / "cells.csv", "-o", lab / "out", "--json")
    assert ran.code == 0, ran.err
    one, two = ran.items()
    assert (one["label"], one["group"], two["group"]) == ("cell_1", "G", None)
    assert one["area_cm2"] == pytest.approx(0.785398, rel=1e-5)
    assert sorted(p.name for p in (lab / "out").glob("*.parquet")) == ["cell_1.parquet", "cell_2.parquet"]
    assert "0 files read" in ran.err
    ran = run("read", lab / "data", "--area", "1 cm2", "--json")
    assert [item["area_cm2"] for item in ran.items()] == [1.0, 1.0]


def test_one_file_of_the_folder_gives_its_cell(lab):
    run("collect", lab / "data", "-o", lab / "cells.csv")
    ran = run("read", lab / "data" / "cell_2_01_CP_C02.mpt", "--cells", lab / "cells.csv", "--json")
    assert [item["label"] for item in ran.items()] == ["cell_2"]
    (lab / "other.mpt").write_bytes(b"x")
    assert_refused(run("read", lab / "other.mpt", "--cells", lab / "cells.csv"), "no cell of the table")


def test_a_fault_in_the_table_is_said_by_collect_and_refused_by_read(lab):
    run("collect", lab / "data", "-o", lab / "cells.csv")
    type_into(lab, "cell_1", diameter="10")
    ran = run("collect", lab / "data", "-o", lab / "cells.csv")
    assert ran.code == 0
    assert 'write "10 mm"' in ran.err
    assert_refused(
        run("read", lab / "data", "--cells", lab / "cells.csv", "-o", lab / "out"), "line 2", '"10 mm"'
    )
    assert not (lab / "out").exists()


def test_bad_input(lab):
    assert_refused(run("collect", lab / "none", "-o", lab / "cells.csv"), "no such file or folder")
    assert_refused(run("collect", lab / "data"), "-o cells.csv")
    assert_refused(run("collect", lab / "data", "-o", lab / "cells.txt"), "cells.csv")
    (lab / "empty").mkdir()
    assert_refused(run("collect", lab / "empty", "-o", lab / "cells.csv"), "no measurement")
    assert_refused(run("read", lab / "data", "--label", "x"), "--label")
    assert not (lab / "cells.csv").exists()


def test_a_workbook_without_the_extra_is_refused_politely(lab, monkeypatch):
    monkeypatch.setattr("interlayer.lab.sheet.find_spec", lambda name: None)
    assert_refused(run("collect", lab / "data", "-o", lab / "cells.xlsx"), "interlayer[xlsx]", "cells.csv")


def test_a_workbook(lab):
    pytest.importorskip("fastexcel")
    pytest.importorskip("xlsxwriter")
    assert run("collect", lab / "data", "-o", lab / "cells.xlsx").code == 0
    write_mpt(lab / "data" / "cell_3.mpt", cycling(4, 500, 3), NOW)
    assert run("collect", lab / "data", "-o", lab / "cells.xlsx").code == 0
    assert [row["label"] for row in rows(lab, "cells.xlsx")] == ["cell_1", "cell_2", "cell_3"]
