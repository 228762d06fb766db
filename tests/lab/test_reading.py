"""Many files: read once, in several processes, from the cache afterwards; none stops another."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from interlayer.errors import ReadError
from interlayer.lab import reading
from interlayer.lab.cache import RecordCache
from interlayer.lab.found_files import RECORDS_MARK
from interlayer.lab.reading import FileReader, _Worker
from interlayer.readers import ReadOptions, read
from interlayer.record import schema as s
from tests.lab.folder import NOW, cycling, write_csv, write_mpt


@pytest.fixture
def files(tmp_path) -> list[Path]:
    paths = [write_mpt(tmp_path / f"{k}.mpt", cycling(2, 500, k), NOW) for k in range(3)]
    bad = tmp_path / "bad.mpt"
    bad.write_bytes(b"EC-Lab ASCII FILE\r\nNb header lines : 60\r\n")
    return [*paths, bad]


def reader(tmp_path, **more) -> FileReader:
    return FileReader(RecordCache(tmp_path / "cache"), **more)


@pytest.mark.parametrize("processes", [1, 2])
def test_all_are_read_and_a_bad_one_says_why(tmp_path, files, processes):
    told = []
    one = reader(tmp_path, processes=processes)
    one.prepare(files, lambda fraction, message="": told.append((fraction, message)))
    assert sorted(one.fresh) == sorted(files)
    for path in files[:3]:
        assert one.record(path).table.equals(read(path).table)
    with pytest.raises(ReadError, match=r"bad\.mpt: the file ends within its header"):
        one.record(files[3])
    assert len(one.fresh) == len(files)
    assert len(one.record(tmp_path / "cache" / ".." / "0.mpt").table) == len(one.record(files[0]).table)
    assert len(one.fresh) == len(files)
    assert [f for f, _ in told] == sorted(f for f, _ in told)
    assert told[-1][0] == 1.0
    again = reader(tmp_path)
    again.prepare(files)
    assert again.fresh == []
    with pytest.raises(ReadError, match=r"bad\.mpt: the file ends within its header"):
        again.record(files[3])


def test_a_program_that_is_brought_down_costs_one_file(tmp_path, files, monkeypatch):
    dies = tmp_path / "dies.py"
    dies.write_text(
        "import sys, os, json\n"
        "for line in sys.stdin:\n"
        "    if json.loads(line)['path'].endswith('1.mpt'): os._exit(9)\n"
        "    print('{}', flush=True)\n"
    )
    start = reading.subprocess.Popen
    monkeypatch.setattr(
        reading.subprocess, "Popen", lambda _, **more: start([sys.executable, str(dies)], **more)
    )
    worker = _Worker(tmp_path)
    answers = [worker.read(path) for path in files[:3]]
    worker.end()
    assert answers[0] is None
    assert "1.mpt: brought the program" in str(answers[1])
    assert answers[2] is None


def test_a_changed_file_is_read_again_a_touched_one_is_not(tmp_path, files):
    reader(tmp_path).prepare(files)
    os.utime(files[0], (1.0, 1.0))
    grown = write_mpt(files[1], cycling(4, 500, 1), NOW)
    one = reader(tmp_path)
    one.prepare(files)
    assert one.fresh == [grown]
    assert len(one.record(grown).table) == len(cycling(4, 500, 1).table)


def test_damaged_entries_are_no_entries(tmp_path, files):
    reader(tmp_path).prepare(files)
    for kept in (tmp_path / "cache").glob("*.*[nt]"):
        kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    one = reader(tmp_path)
    assert one.record(files[0]).table.equals(read(files[0]).table)
    for kept in (tmp_path / "cache").glob("*.parquet"):
        kept.write_bytes(b"PAR1 nonsense PAR1")
    two = reader(tmp_path)
    assert two.record(files[0]).table.equals(read(files[0]).table)
    assert two.fresh == [files[0]]


def test_other_readers_make_other_entries(tmp_path, files, monkeypatch):
    reader(tmp_path).prepare(files)
    monkeypatch.setattr("interlayer.lab.cache.readers_mark", lambda: "others")
    one = reader(tmp_path)
    one.prepare(files[:1])
    assert one.fresh == files[:1]


def test_the_cache_keeps_its_size_and_no_private_data(tmp_path, files):
    cache = RecordCache(tmp_path / "cache", largest_bytes=1)
    FileReader(cache).prepare(files)
    assert [p.name for p in cache.folder.iterdir()] == [RECORDS_MARK]
    reader(tmp_path).prepare(files)
    for kept in cache.folder.iterdir():
        assert b"Somebody" not in kept.read_bytes()


def test_a_cache_that_cannot_be_written_to_is_done_without(tmp_path, files):
    (tmp_path / "file").write_text("x")
    one = FileReader(RecordCache(tmp_path / "file" / "cache"))
    assert len(one.record(files[0]).table) == len(cycling(2, 500, 0).table)


def test_a_file_that_is_gone_says_so_and_is_not_kept_as_bad(tmp_path, files):
    one = reader(tmp_path)
    files[0].rename(tmp_path / "moved.mpt")
    with pytest.raises(ReadError, match="no such file"):
        one.record(files[0])
    (tmp_path / "moved.mpt").rename(files[0])
    assert len(reader(tmp_path).record(files[0]).table)


def test_a_current_that_is_stated_is_read_into_a_table_and_kept(tmp_path):
    path = write_csv(tmp_path / "v.csv", cycling(4, 500, 1), NOW, "csv-voltage")
    said = ReadOptions(current="78.5 uA")
    one = reader(tmp_path)
    record = one.record_as(path, said)
    assert record.table[s.CURRENT].abs().max() == pytest.approx(78.5e-6)
    two = reader(tmp_path)
    assert two.record_as(path, said).table.equals(record.table)
    assert two.fresh == []
    assert s.CURRENT not in two.record(path).columns
