"""Real files of several techniques and formats, joined: EC-Lab's loop, and one measurement in two formats."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.lab.assemble import lab_cells
from interlayer.lab.cache import RecordCache
from interlayer.lab.grouping import guess
from interlayer.lab.reading import FileReader
from interlayer.readers import read
from interlayer.record import schema as s


def cells_of(folder, pattern, tmp_path):
    files = sorted(folder.glob(pattern))
    reader = FileReader(RecordCache(tmp_path / "cache"))
    rows = guess(files, reader)
    return files, list(lab_cells([], rows, reader=reader, now_s=2e9))


def test_techniques_of_a_loop_alternate_on_one_line(shared_data, tmp_path):
    """Times of EC-Lab count from the start of the experiment: they are those of the joined record."""
    files, (cell,) = cells_of(
        shared_data / "a_eis" / "ixdat_biologic_loop", "dataset_with_loop*.mpt", tmp_path
    )
    record = cell.record
    assert [join.how for join in cell.joins] == ["clock"] * len(files)
    assert "clocks_contradict" not in {f.name for f in record.findings}
    found = record.table[s.TIME].to_numpy()
    expected = np.sort(np.concatenate([read(f).table[s.TIME].to_numpy() for f in files]))
    assert found == pytest.approx(expected, abs=1e-9)
    assert record.table[s.SPECTRUM].drop_nulls().n_unique() == len(record.spectra)
    assert (np.diff(record.table[s.STEP].to_numpy()) >= 0).all()


def test_techniques_in_a_row_keep_every_row(shared_data, tmp_path):
    files, (cell,) = cells_of(
        shared_data / "a_eis" / "ixdat_biologic_loop", "multiple_techniques*.mpt", tmp_path
    )
    records = [read(f) for f in files]
    assert len(cell.record.table) == sum(len(r.table) for r in records)
    assert len(cell.record.spectra) == sum(len(r.spectra) for r in records)
    assert (np.diff(cell.record.table[s.TIME].to_numpy()) >= 0).all()


@pytest.mark.parametrize("stem", ["CP_SSB", "PEIS_LPSCl_IonBlocking_-25C"])
def test_the_instruments_file_and_its_text_are_one_measurement(shared_data, tmp_path, stem):
    _, (cell,) = cells_of(shared_data / "a_eis" / "hybrid-drt_LPSCl_SSB", f"{stem}.*", tmp_path)
    assert sorted((join.file.rpartition(".")[2], join.counted) for join in cell.joins) == [
        ("mpr", True),
        ("txt", False),
    ]


def test_different_measurements_of_one_cell_are_not_taken_for_one(shared_data, tmp_path):
    _, (cell,) = cells_of(shared_data / "c_cycling" / "navani", "00_test_0*_C01.mpr", tmp_path)
    assert len(cell.joins) == 3
    assert all(join.counted for join in cell.joins)
