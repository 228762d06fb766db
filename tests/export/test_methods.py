"""The methods paragraph: every number is in the record, and what is not is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from interlayer.export.facts import cell_facts
from interlayer.export.methods import methods_paragraph
from interlayer.export.supporting_table import supporting_entries
from interlayer.export.without_folders import without_folders
from interlayer.lab.cell_result import analyse_cell
from interlayer.lab.cells_table import CellRow
from interlayer.lab.lab_cell import Join, LabCell
from interlayer.record import Finding, Provenance, store
from interlayer.record import schema as s
from tests.report.synthetic import symmetric


def result(extra=None, *, area=True, temperature=None, excluded=""):
    record = symmetric("a", 20, spectra=([0, 10], [500, 600]))
    table = record.table
    if temperature is not None:
        table = table.with_columns(pl.Series(s.TEMPERATURE, np.full(len(table), temperature)))
    record = record.with_(
        table=table,
        provenance=Provenance("measured", "a.mpr", "0" * 64, "biologic_mpr 1", extra=extra or {}),
        area_m2=record.area_m2 if area else None,
    )
    return analyse_cell(
        LabCell(CellRow("a", ("a.mpr",), "g", excluded=excluded), record, hours_under_test=20.0)
    )


def test_what_the_records_say_is_said():
    extra = {"instrument": "VMP3", "software": "EC-Lab 11.3", "amplitude_V": 0.01}
    text = methods_paragraph([result(extra, temperature=25.0)])
    for part in (
        "at 0.1 mA/cm2", "half-cycles of 1 h", "electrode area 0.785 cm2", "from 1 MHz to 100 mHz",
        "with 6 points per decade, amplitude 10 mV", "Temperature: 25.0 °C", "VMP3 (EC-Lab 11.3)", "25 to 90 %",
    ):  # fmt: skip
        assert part in text, part
    assert "[" not in text


def test_what_they_do_not_say_stands_in_brackets():
    text = methods_paragraph([result(area=False, excluded="pellet broke")])
    for part in (
        "[electrode area not stated]", "at 0.0785 mA", "amplitude [not stated in the files]",
        "[The files do not state the temperature.]", "[instrument not named in the files]",
        "Left out of groups: a: pellet broke.",
    ):  # fmt: skip
        assert part in text, part


def test_files_of_a_joined_record_are_all_sources():
    files = [
        {"file": "x/a.mpr", "sha256": "1", "reader": "r", "instrument": "VMP3"},
        {"file": "b.ndax", "sha256": "2", "reader": "n"},
    ]
    facts = cell_facts(result({"files": files}))
    assert facts.sources == (("a.mpr", "1", "r"), ("b.ndax", "2", "n"))
    assert facts.instruments == ("VMP3",)


def test_folders_of_a_laboratory_are_left_out_of_what_is_handed_on():
    files = [{"file": "anna/a.mpr", "sha256": "1", "reader": "r"}]
    found = result({"files": files})
    record = found.cell.record.with_(findings=(Finding("gaps", "anna/a.mpr: 3 gaps"),))
    joins = (Join("anna/a.mpr", 0.0, None, "clock", "as in anna/a.mpr"),)
    row = CellRow("a", ("anna/a.mpr",), values={"cell": "../anna/cell.toml", "coating": "CuF2"})
    public = without_folders(replace(found, cell=replace(found.cell, row=row, record=record, joins=joins)))
    assert "anna" not in str(public.as_dict()) and "anna" not in str(store.metadata(public.cell.record))
    assert public.cell.row.values == {"cell": "cell.toml", "coating": "CuF2"}
    assert public.checks[0].detail == "a.mpr: 3 gaps"


def test_a_column_that_no_cell_fills_is_left_out_of_the_table():
    entries = {entry.name: entry for entry in supporting_entries([result()])}
    assert "first failed" not in entries and "verdict" in entries
    assert entries["current density"].values == ("0.1",) and entries["half-cycles"].values == (20,)
