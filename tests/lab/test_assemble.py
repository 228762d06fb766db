"""What a row says, and what files know of their cell themselves, in the record of the cell."""

from __future__ import annotations

import pytest

from interlayer.errors import DescriptionError, InputError, ReadError
from interlayer.lab.assemble import lab_cells
from interlayer.lab.cache import RecordCache
from interlayer.lab.cells_table import CellRow
from interlayer.lab.found_files import RECORDS_MARK
from interlayer.lab.reading import FileReader
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import halves
from interlayer.record import schema as s
from interlayer.record import store
from tests.lab.folder import CURRENT_A, NOW, cycling, write_csv, write_mpt


def cells(tmp_path, rows=None, paths=(), **more):
    reader = FileReader(RecordCache(tmp_path / "cache"))
    return list(lab_cells(paths, rows, folder=tmp_path, reader=reader, now_s=NOW.timestamp(), **more))


def test_a_current_that_the_table_states_gives_half_cycles(tmp_path):
    write_csv(tmp_path / "v.csv", cycling(10, 500, 1), NOW, "csv-voltage")
    for current, area in (("78.5 uA", {}), ("0.1 mA/cm2", {"area": "0.785 cm2"})):
        (cell,) = cells(tmp_path, [CellRow("A", ("v.csv",), values={"current": current, **area})])
        assert cell.record.table[s.CURRENT].abs().max() == pytest.approx(CURRENT_A)
        assert len(Analysis(cell.record).get(halves)) == 10
    (cell,) = cells(tmp_path, [CellRow("A", ("v.csv",))])
    assert s.CURRENT not in cell.record.columns


def test_a_stated_current_is_not_put_over_a_measured_one(tmp_path):
    write_mpt(tmp_path / "a.mpt", cycling(2, 500, 1), NOW)
    (cell,) = cells(tmp_path, [CellRow("A", ("a.mpt",), values={"current": "1 A"})])
    assert cell.record.table[s.CURRENT].abs().max() == pytest.approx(CURRENT_A)


def test_a_stored_record_keeps_its_cell_and_area(tmp_path):
    known = cycling(2, 500, 1).with_(label="mine", area_m2=1e-4, cell={"label": "mine", "area": "1 cm2"})
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / RECORDS_MARK).write_text("x")
    store.save(known, tmp_path / "records" / "x.parquet")
    (cell,) = cells(tmp_path, paths=[tmp_path / "records"])
    assert (cell.row.label, cell.record.label, cell.record.area_m2) == ("mine", "mine", 1e-4)
    assert cell.record.cell["area"] == "1 cm2"
    assert cells(tmp_path, paths=[tmp_path]) == []  # folders that this program filled are passed over
    row = CellRow("B", ("records/x.parquet",), values={"diameter": "10 mm"})
    (cell,) = cells(tmp_path, [row])
    assert cell.record.area_m2 == pytest.approx(0.785398e-4, rel=1e-5)


def test_a_folder_without_a_table_is_grouped(tmp_path):
    write_mpt(tmp_path / "d" / "A_01_CP_C01.mpt", cycling(2, 500, 1), NOW)
    write_mpt(tmp_path / "d" / "A_02_CP_C01.mpt", cycling(2, 500, 2), NOW.replace(hour=22))
    write_mpt(tmp_path / "d" / "B.mpt", cycling(2, 500, 3), NOW)
    a, b = cells(tmp_path, paths=[tmp_path / "d"])
    assert (a.row.label, len(a.row.files), b.row.label, len(b.row.files)) == ("A", 2, "B", 1)
    assert a.record.area_m2 is None


def test_what_is_wrong_in_a_row_is_said_before_anything_is_read(tmp_path):
    write_mpt(tmp_path / "a.mpt", cycling(2, 500, 1), NOW)
    reader = FileReader(RecordCache(tmp_path / "cache"))
    good = CellRow("A", ("a.mpt",), line=2)
    for row, kind, words in (
        (CellRow("B", ("a.mpt",), values={"diameter": "10 m"}, line=3), DescriptionError, "line 3"),
        (CellRow("B", ("a.mpt",), values={"clock_offset": "+5"}, line=3), InputError, "line 3"),
        (CellRow("B", ("a.mpt",), values={"time_zone": "Mars"}, line=3), InputError, "line 3"),
    ):
        with pytest.raises(kind, match=words):
            list(lab_cells([], [good, row], folder=tmp_path, reader=reader))
    assert reader.fresh == []
    with pytest.raises(ReadError, match="no such file or folder"):
        list(lab_cells([tmp_path / "none"], [good], folder=tmp_path, reader=reader))


def test_a_cell_without_a_readable_file_is_given_without_a_record(tmp_path):
    (cell,) = cells(tmp_path, [CellRow("A", ("none.mpt",))])
    assert cell.record is None
    assert cell.hours_under_test is None
    assert "no such file" in str(cell.failures[0])


def test_what_a_person_says_of_running_wins(tmp_path):
    write_mpt(tmp_path / "a.mpt", cycling(2, 500, 1), NOW)
    for said, expected in (("yes", True), ("no", False)):
        (cell,) = cells(tmp_path, [CellRow("A", ("a.mpt",), values={"running": said})])
        assert cell.running is expected


def test_two_area_statements_of_file_header_and_row(tmp_path):
    """EC-Lab's header area is shown and compared with the row's, never used."""
    write_mpt(tmp_path / "a.mpt", cycling(2, 500, 1), NOW)
    text = (tmp_path / "a.mpt").read_bytes().replace(b": 0.001 cm", b": 0.500 cm")
    (tmp_path / "a.mpt").write_bytes(text)
    write_mpt(tmp_path / "b.mpt", cycling(2, 500, 2), NOW.replace(hour=23))
    (cell,) = cells(tmp_path, [CellRow("A", ("a.mpt",), values={"area": "1 cm2"})])
    assert "header_area_differs" in {f.name for f in cell.record.findings}
    (cell,) = cells(tmp_path, [CellRow("A", ("a.mpt",), values={"area": "0.5 cm2"})])
    assert not [f for f in cell.record.findings if f.name.startswith("header_area")]
