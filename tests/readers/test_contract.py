"""What every listed reader must go through: being listed is being tested."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import EntryPoint

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError, ReadError
from interlayer.readers import RawRecord, Reader, read, registry
from interlayer.readers.registry import ALL_READERS, all_readers
from interlayer.record.store import save
from tests.writers import samples
from tests.writers.mpt import write_mpt

EVERY = pytest.mark.parametrize("reader", ALL_READERS, ids=lambda r: r.name)
ENDINGS = sorted({e for r in ALL_READERS for e in r.extensions} | {".txt", ".parquet", ".csv", ".mpr", ""})
RANDOM = np.random.default_rng(3).bytes(5000)


@EVERY
def test_a_reader_keeps_the_contract(reader):
    assert isinstance(reader, Reader)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", reader.name)
    assert all(re.fullmatch(r"\.[a-z0-9]+", e) for e in reader.extensions)
    assert reader.version
    assert reader.signature.startswith(("a ", "an "))


def test_names_and_endings_are_unique():
    names = [r.name for r in ALL_READERS]
    endings = [e for r in ALL_READERS for e in r.extensions]
    assert len(set(names)) == len(names)
    assert len(set(endings)) == len(endings)


@EVERY
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.binary(max_size=300))
def test_sniffing_never_raises_and_takes_no_random_bytes(reader, tmp_path, head):
    assume(not any(mark in head.upper() for mark in (b"NEWARE", b"BIO-LOGIC", b"EC-LAB", b"PK")))
    assume(not any(mark in head.upper() for mark in (b"ZPLOT", b"JET DB", b"ACE DB", b"PAR1", b"[SUMMARY]")))
    assume(not re.search(rb"\d[^\n\r]*[\n\r]+[^\n\r]*\d[^\n\r]*[\n\r]+[^\n\r]*\d", head))  # rows of numbers
    path = tmp_path / "anything"
    path.write_bytes(head)
    assert reader.sniff(path, head) is False


@EVERY
def test_reading_something_else_is_a_read_error(reader, tmp_path):
    for name, data in (("random", RANDOM), ("text", b"hello\nworld\n"), ("tabs", b"a\tb\n1\t2\n")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(ReadError):
            reader.read(path, data)


# --- choosing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", ["random", "empty", "zeros", "utf16"])
def test_rubbish_under_any_ending(tmp_path, ending, kind):
    data = {"random": RANDOM, "empty": b"", "zeros": bytes(3000), "utf16": "käse\t\n".encode("utf-16")}[kind]
    path = tmp_path / f"rubbish{ending}"
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        read(path)
    text = str(caught.value)
    assert caught.value.exit_code == 2
    assert path.name in text
    assert len(text) < 800
    assert "\n" not in text
    if kind == "empty":
        assert "empty" in text


def test_an_unknown_kind_says_what_was_looked_for(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary,\ntoday the cell died.")
    with pytest.raises(ReadError) as caught:
        read(path)
    text = str(caught.value)
    assert "begins with the text 'Dear diary,'" in text
    for reader in ALL_READERS:
        assert reader.name in text
    assert "`interlayer list readers` says how each is recognised" in text
    path.write_bytes(RANDOM)
    with pytest.raises(ReadError, match=f"bytes that are no text \\({RANDOM[:8].hex(' ')}\\)"):
        read(path)


@pytest.mark.parametrize(
    ("begin", "words"),
    [
        (b"BIO-LOGIC MODULAR FILE\x1a", "Export as Text"),
        (b"EXPLAIN\r\nTAG\tEISPOT", "a Gamry .DTA file that ends within its header"),
        (b"PK\x03\x04" + bytes(100), "a zip archive"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
    ],
)
@pytest.mark.parametrize("ending", [".dat", ".mpt"])
def test_files_that_people_mix_up(tmp_path, begin, words, ending):
    path = tmp_path / f"mixed up{ending}"
    path.write_bytes(begin)
    with pytest.raises(ReadError, match=re.escape(words)):
        read(path)


def test_content_goes_before_the_ending(tmp_path):
    for ending in (".ndax", ".dat", ".txt", ""):
        path = write_mpt(tmp_path / f"cell{ending}", samples.cycling_record())
        assert len(read(path).table) == len(samples.cycling_record().table)


def test_missing_folder_unreadable(tmp_path, monkeypatch):
    with pytest.raises(ReadError, match="no such file"):
        read(tmp_path / "none.mpt")
    with pytest.raises(ReadError, match="this is a folder"):
        read(tmp_path)
    with pytest.raises(ReadError, match="not a valid file name"):
        read("zero\0byte.mpt")
    path = write_mpt(tmp_path / "locked.mpt", samples.cycling_record())

    def locked(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(path), "open", locked)
    with pytest.raises(ReadError, match=r"locked\.mpt: may not be read: permission denied"):
        read(path)


# --- stamping --------------------------------------------------------------------------------------------


class Cell:
    """A cell as reading sees it."""

    label = "LATP 3"
    current_area = 0.785e-4

    def record_dict(self):
        return {"label": self.label, "area": "0.785 cm2"}


def test_the_framework_stamps_what_the_reader_need_not_know(tmp_path):
    path = write_mpt(tmp_path / "cell.mpt", samples.cycling_record())
    record = read(path)
    source = record.provenance
    assert (source.kind, source.file_name) == ("measured", "cell.mpt")
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert source.reader == "biologic_mpt 2"
    assert (record.label, record.area_m2, record.cell) == ("cell", None, None)
    assert str(tmp_path) not in repr(record.provenance)


def test_cell_area_and_label(tmp_path):
    path = write_mpt(tmp_path / "cell.mpt", samples.cycling_record())
    record = read(path, cell=Cell())
    assert (record.label, record.area_m2, record.cell) == ("LATP 3", 0.785e-4, Cell().record_dict())
    assert read(path, cell=Cell(), label="mine").label == "mine"
    assert read(path, area_m2=1e-4).area_m2 == 1e-4
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="not a positive number"):
            read(path, area_m2=wrong)
    with pytest.raises(InputError, match=r"two areas: 0.785 cm2 .*, 1 cm2 given"):
        read(path, cell=Cell(), area_m2=1e-4)


def test_stored_records_are_read_like_any_file(tmp_path):
    record = read(write_mpt(tmp_path / "cell.mpt", samples.eis_record()))
    stored = save(record, tmp_path / "record.dat")
    back = read(stored, area_m2=2e-4)
    assert back.table.equals(record.table)
    assert back.findings == record.findings
    assert back.area_m2 == 2e-4
    save(record, tmp_path / "run" / "part-0.parquet")
    assert read(tmp_path / "run").table.equals(record.table)


# --- readers of other packages ---------------------------------------------------------------------------


class Polite:
    name, version, extensions, signature = "polite", "3", (".polite",), "a text that begins with 'please'"

    def sniff(self, path, head):
        return head.startswith(b"please")

    def read(self, path, head):
        return RawRecord(samples.cycling_record().table)


def announce(monkeypatch, value):
    point = EntryPoint("other", value, registry.ENTRY_POINT_GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == point.group else [])
    all_readers.cache_clear()


@pytest.fixture(autouse=True)
def _fresh_readers():
    yield
    all_readers.cache_clear()


def test_a_reader_of_another_package_is_found(tmp_path, monkeypatch):
    announce(monkeypatch, "tests.readers.test_contract:Polite")
    path = tmp_path / "x.dat"
    path.write_bytes(b"please read")
    assert read(path).provenance.reader == "polite 3"


@pytest.mark.parametrize("value", ["no.such.module:Reader", "tests.readers.test_contract:RANDOM"])
def test_a_broken_reader_of_another_package_is_named(monkeypatch, value):
    announce(monkeypatch, value)
    with pytest.raises(InputError, match="the additional reader 'other'"):
        all_readers()
