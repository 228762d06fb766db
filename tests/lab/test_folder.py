"""A laboratory's folder with declared truth: collected, filled in, joined, and looked at again a day later.

The truth is that of `tests.lab.folder`, computed from what was written, not by the package.
"""

from __future__ import annotations

import pytest

from interlayer.lab.assemble import lab_cells
from interlayer.lab.cache import RecordCache
from interlayer.lab.cells_table import read_table
from interlayer.lab.collect import collect, write
from interlayer.lab.lab_cell import LabCell
from interlayer.lab.reading import FileReader
from interlayer.lab.sheet import read_sheet
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import halves
from interlayer.record import schema as s
from interlayer.record import store
from tests.lab import folder

SECOND_H = 1 / 3600
EC_LAB_PRINTS_S = 1e-3


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> folder.Lab:
    return folder.write_lab(tmp_path_factory.mktemp("lab") / "data")


@pytest.fixture(scope="module")
def table(lab):
    """The table, collected and filled in."""
    path = lab.folder.parent / "cells.csv"
    found = collect([lab.folder], path, reader=reader(lab), now_s=lab.now_s)
    assert write(path, found.sheet)
    folder.fill_in(path, lab)
    return path


@pytest.fixture(scope="module")
def cells(lab, table) -> dict[str, LabCell]:
    return assembled(lab, table, reader(lab))


def reader(lab: folder.Lab) -> FileReader:
    return FileReader(RecordCache(lab.folder.parent / "cache"))


def assembled(lab: folder.Lab, table, files: FileReader) -> dict[str, LabCell]:
    rows = read_table(table)
    found = lab_cells([], rows, folder=table.parent, reader=files, now_s=lab.now_s)
    return {cell.row.label: cell for cell in found}


def labels() -> list[str]:
    return [f"{coating}-{k}" for coating in folder.COATINGS for k in (1, 2, 3)]


def test_every_cell_is_there_with_its_group_and_area(cells):
    assert sorted(cells) == sorted(labels())
    for label, cell in cells.items():
        assert cell.record is not None
        assert cell.row.group == label.rpartition("-")[0]
        assert cell.record.area_m2 == pytest.approx(0.785398e-4, rel=1e-5)  # a disc of 10 mm
        assert cell.record.cell is not None
        assert ("coating" in cell.record.cell) == (cell.row.group != "bare")


@pytest.mark.parametrize("label", labels())
def test_files_hours_and_rows_are_right(label, lab, cells):
    cell, truth = cells[label], lab.truth[label]
    assert len(cell.row.files) == truth.files
    assert sum(join.counted for join in cell.joins) == truth.counted
    assert not cell.failures
    assert cell.hours_under_test == pytest.approx(truth.under_test, abs=EC_LAB_PRINTS_S * SECOND_H)
    assert cell.hours_wall == pytest.approx(truth.wall, abs=EC_LAB_PRINTS_S * SECOND_H)
    assert len(cell.record.cycling) == truth.rows
    assert cell.running is truth.running
    assert cell.row.excluded == truth.excluded


@pytest.mark.parametrize("label", labels())
def test_spectra_pauses_and_half_cycles_are_right(label, lab, cells):
    record, truth = cells[label].record, lab.truth[label]
    placed = [x.time_s * SECOND_H for x in record.spectra if x.time_s is not None]
    first = record.table[s.TIME].drop_nulls()[0] * SECOND_H
    assert [t - first for t in placed] == pytest.approx(truth.spectra, abs=EC_LAB_PRINTS_S * SECOND_H)
    assert sum(x.time_s is None for x in record.spectra) == truth.unplaced
    assert len({x.index for x in record.spectra}) == len(record.spectra)
    begins = [e.time_s * SECOND_H for e in record.events if e.name == "gap"]
    assert begins == pytest.approx([b for b, _ in truth.gaps], abs=EC_LAB_PRINTS_S * SECOND_H)
    shown = [j.gap_s * SECOND_H for j in cells[label].joins if j.gap_s is not None and j.gap_s > 60]
    assert shown == pytest.approx([g for _, g in truth.gaps], abs=EC_LAB_PRINTS_S * SECOND_H)
    assert len(Analysis(record).get(halves)) == truth.half_cycles
    time = record.table[s.TIME].drop_nulls().to_numpy()
    assert (time[1:] >= time[:-1]).all()


def test_charge_is_not_counted_through_the_power_cut(cells):
    """15 half-cycles of an hour at one current, less 10 s each before the first row."""
    charge = abs(Analysis(cells["bare-1"].record).get(halves).charge_C)
    assert charge == pytest.approx(folder.CURRENT_A * 3600.0, rel=0.004)


def test_numbers_of_steps_and_cycles_go_on(cells):
    table = cells["bare-1"].record.cycling
    steps = table[s.STEP].to_numpy()
    assert (steps[1:] >= steps[:-1]).all()
    assert table[s.STEP].n_unique() == 15
    # 7 half-cycles are cycles 1 to 4; the restart goes on with 5
    assert table[s.CYCLE].to_list()[0] == 1
    assert table[s.CYCLE].max() == 8


def test_what_is_odd_is_said(cells):
    def names(label):
        return {f.name for f in cells[label].record.findings}

    assert "same_data" in names("LiF-1") & names("LiF-2")
    assert "spectrum_not_placed" in names("ZnO-1")
    assert "cut_row" in names("bare-1")
    (moved,) = [j for j in cells["ZnO-3"].joins if j.file.endswith(".DTA")]
    assert "+1 h" in moved.detail
    (channel,) = [j for j in cells["bare-2"].joins if "channel" in j.detail]
    assert channel.file.endswith("C07.mpt")


def test_without_the_offset_the_clock_is_doubted(lab, table):
    rows = [row for row in read_table(table) if row.label == "ZnO-3"]
    rows[0].values.pop("clock_offset")
    (cell,) = lab_cells([], rows, folder=table.parent, reader=reader(lab), now_s=lab.now_s)
    (finding,) = [f for f in cell.record.findings if f.name == "clocks_contradict"]
    assert "clock_offset" in finding.detail


def test_what_cannot_be_read_and_what_is_no_measurement(lab, table):
    sheet = read_sheet(table)
    at = {name: k for k, name in enumerate(sheet.headings)}
    (row,) = [row for row in sheet.rows if not row[at["label"]]]
    assert row[at["files"]] == "data/cycler-A/broken.mpt"
    assert "ends within its header" in row[at["found"]]
    assert not any("thesis" in cell for row in sheet.rows for cell in row)


def test_a_joined_record_is_stored_and_read_back(cells, tmp_path):
    for label in ("bare-2", "ZnO-1"):
        record = cells[label].record
        back = store.load(store.save(record, tmp_path / f"{label}.parquet"))
        assert back.table.equals(record.table)
        assert [f["file"] for f in back.provenance.extra["files"]] == [
            j.file for j in cells[label].joins if j.counted
        ]


def test_collecting_again_changes_nothing_and_reads_nothing(lab, table):
    files = reader(lab)
    before = table.read_bytes()
    found = collect([lab.folder], table, reader=files, now_s=lab.now_s)
    # The offset that was filled in moves one spectrum, and the doubt about it goes.
    assert files.fresh == []
    assert not found.new
    assert not found.gone
    write(table, found.sheet)
    assert not write(table, collect([lab.folder], table, reader=files, now_s=lab.now_s).sheet)
    changed = [a for a, b in zip(before.splitlines(), table.read_bytes().splitlines(), strict=True) if a != b]
    assert len(changed) == 1
    assert b"ZnO-3" in changed[0]


def test_a_day_later_only_the_changed_file_is_read(lab, table):
    before = assembled(lab, table, reader(lab))
    path = folder.add_a_day(lab)
    files = reader(lab)
    after = assembled(lab, table, files)
    assert [p.resolve() for p in files.fresh] == [path.resolve()]
    truth = lab.truth["CuF2-1"]
    assert after["CuF2-1"].hours_under_test == pytest.approx(truth.under_test, abs=1e-6)
    assert len(Analysis(after["CuF2-1"].record).get(halves)) == truth.half_cycles
    assert after["CuF2-1"].running is True
    for label in set(after) - {"CuF2-1", "CuF2-2"}:
        assert after[label].record.table.equals(before[label].record.table)
        assert after[label].joins == before[label].joins
        assert after[label].record.findings == before[label].record.findings
