"""Labels guessed from what instruments say and from file names as laboratories write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from interlayer.cli.outputs import MARK
from interlayer.lab.found_files import RECORDS_MARK, look
from interlayer.lab.grouping import guess
from interlayer.lab.names import label_of, label_of_name, natural, same_cell
from interlayer.record.record import Provenance, Record
from tests.writers.samples import cycling_record


@pytest.mark.parametrize(
    ("stem", "label"),
    [
        ("A1_01_GCPL_C05", "A1"),
        ("A1_02_PEIS_C05", "A1"),
        ("A1_11_MB_CH12", "A1"),
        ("cell 2 (1)", "cell 2"),
        ("CuF2-2 - Kopie", "CuF2-2"),
        ("20240112_Li-LATP-bare-2_part2", "Li-LATP-bare-2"),
        ("2024-01-12 14-33-02 X7", "X7"),
        ("CuF2-20uL_cell_3_eis_after_100h", "CuF2-20uL_cell_3"),
        ("bare-1_restart", "bare-1"),
        ("bare-1_restart2_01_CP_C01", "bare-1"),
        ("LiF_3_CP_CH12", "LiF_3"),
        ("21_10_7_85", "21_10_7_85"),
        ("CP-coating_2", "CP-coating_2"),
        ("裸片-1", "裸片-1"),
        ("jr862_11_08_23_LiLi_TEGDME-1mA_01_GCPL_C05", "jr862_LiLi_TEGDME-1mA"),
        ("jr862_11_08_23_LiLi_TEGDME-1mA-prerun_C05", "jr862_LiLi_TEGDME-1mA"),
    ],
)
def test_what_is_left_of_a_name(stem, label):
    assert label_of_name(stem) == label


def test_numbers_of_cells_are_kept_and_names_without_a_cell_take_that_of_the_folder():
    assert {label_of_name(f"cell_{k}_01_CP_C0{k}") for k in (1, 2, 3)} == {"cell_1", "cell_2", "cell_3"}
    assert (
        label_of(Path("A7/01_GCPL.mpr"))
        == label_of(Path("A7/eis.mpt"))
        == label_of(Path("A7/eis_2.mpt"))
        == "A7"
    )


def test_the_barcode_wins():
    record = Record(
        cycling_record().table, Provenance("measured", extra={"barcode": " X 12 ", "remark": "hello"})
    )
    assert label_of(Path("127.0.0.1_240119-3-2.ndax"), record) == "X 12"
    nothing = record.with_(provenance=Provenance("measured", extra={"barcode": "--", "remark": "Y3"}))
    assert label_of(Path("a.ndax"), nothing) == "Y3"


def test_files_of_one_label_are_one_cell_however_it_is_spelled():
    rows = guess(
        [Path(p) for p in ("c/A_1_01_CP_C01.mpt", "c/A_1_02_PEIS_C01.mpt", "eis/a-1.DTA", "c/A_11.mpt")]
    )
    assert [(row.label, row.files) for row in rows] == [
        ("A_1", ("c/A_1_01_CP_C01.mpt", "c/A_1_02_PEIS_C01.mpt", "eis/a-1.DTA")),
        ("A_11", ("c/A_11.mpt",)),
    ]
    assert same_cell("A 1") != same_cell("A 11")
    assert sorted(["p10", "p9", "p1"], key=natural) == ["p1", "p9", "p10"]


def test_documents_hidden_files_records_and_tables_are_passed_over(tmp_path):
    for name in (
        "a.mpt",
        "b.docx",
        ".hidden.mpt",
        "~$c.xlsx",
        "out/r.parquet",
        f"out/{RECORDS_MARK}",
        ".git/x.mpt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "cells.csv").write_text("label,group,exclude,files\n")
    found = look([tmp_path])
    assert [p.name for p in found.files] == ["a.mpt"]
    assert sorted(p.name for p in found.others) == ["b.docx", "cells.csv"]
    assert MARK == RECORDS_MARK
