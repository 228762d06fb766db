"""Records on disk: nothing lost, nothing private, nothing half-written, clear words for what is no record."""

from __future__ import annotations

import json
import time

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.errors import OutputError, ReadError
from interlayer.record import Event, Finding, Provenance, Record
from interlayer.record import schema as s
from interlayer.record.store import export_json, load, metadata, plain, save, scrub
from tests.writers import samples

PRIVATE = {
    "technique": "Chronopotentiometry",
    "instrument": "VSP (SN 12040)",
    "comments": r"see C:\Users\somebody\cells\log 3.txt on 192.168.0.17, and /home/somebody/x.mpt",
    "settings": {"Is": ["8.400", r"\\server\share\plan.mps"]},
    "private": {"user": "somebody", "directory": "C:\\Users\\somebody\\"},
}


def full_record() -> Record:
    """A record with something in every field."""
    return samples.cycling_record().with_(
        provenance=Provenance(
            kind="measured",
            file_name="cell.mpt",
            sha256="0" * 64,
            reader="biologic_mpt 1",
            version="0.1.0",
            started_unix_s=1.7e9,
            references=("ding2024", "someone1999"),
            extra=dict(PRIVATE),
        ),
        cell={"label": "电池 ü", "layers": [{"material": "LATP", "thickness": "0.8 mm"}]},
        protocol={"steps": ["Strip at 0.1 mA/cm2 for 1 hour"], "repeat": 3},
        parameters={
            "latp.grain.conductivity": {"value": 0.1, "unit": "S/m", "status": "given", "source": "x"}
        },
        events=(Event("short", 12.5, step=3, side=1, detail="soft"),),
        findings=(Finding("gaps", "two", "note", 2), Finding("odd", "no count")),
        complete=False,
    )


def test_everything_comes_back(tmp_path):
    record = full_record()
    back = load(save(record, tmp_path / "a.parquet", keep_private=True))
    assert back.table.equals(record.table)
    for field in ("provenance", "label", "area_m2", "cell", "protocol", "parameters", "events", "findings"):
        assert getattr(back, field) == getattr(record, field), field
    assert back.complete is False


def test_extras_and_states_come_back_with_their_types(tmp_path):
    record = samples.cycling_record()
    table = record.table.with_columns(
        pl.lit("CC_Chg", pl.Categorical).alias("Step Type / 1"),
        pl.lit(1e-8).alias("Interphase Thickness 1 / m"),
        pl.lit("100 µA").alias("I Range / 1"),
    )
    back = load(save(record.with_(table=table), tmp_path / "a.parquet"))
    assert back.table.schema == table.schema
    assert back.table.equals(table)


def test_any_parquet_program_can_read_it(tmp_path):
    """PyArrow, an independent reader, sees the table and the JSON under 'interlayer'."""
    path = save(full_record(), tmp_path / "a.parquet")
    table = pq.read_table(path)
    assert table.column(s.VOLTAGE).to_pylist() == full_record().table[s.VOLTAGE].to_list()
    footer = json.loads(pq.read_metadata(path).metadata[b"interlayer"])
    assert footer["schema"] == "interlayer-record/1"
    assert footer["label"] == "resistor"


def test_nothing_private_is_stored_unless_asked(tmp_path):
    record = full_record()
    path = save(record, tmp_path / "a.parquet")
    footer = pq.read_metadata(path).metadata[b"interlayer"].decode()
    for secret in ("somebody", "Users", "12040", "192.168", "server", "share", "/home"):
        assert secret not in footer, secret
    extra = load(path).provenance.extra
    assert extra["instrument"] == "VSP"
    assert extra["comments"] == "see log 3.txt on [address], and x.mpt"
    assert extra["settings"] == {"Is": ["8.400", "plan.mps"]}
    assert "somebody" in json.dumps(metadata(record, keep_private=True))


@pytest.mark.parametrize(
    "text",
    [
        "Q charge/discharge/mA.h",
        "0.1 mA/cm2 and/or 5 ohm cm2",
        "https://doi.org/10.1039/d3sc06109h",
        "EC-Lab for windows v11.50",
        "Sn foil, SN 5 wt%",
        "mm/dd/yyyy 11/20/2024 11:38:41.707",
        "0:00:10.0000",
    ],
)
def test_plain_words_are_not_scrubbed(text):
    assert scrub(text) == text


def test_folders_stay_out_of_the_file_name(tmp_path):
    for name in ("/data/secret/cell.mpt", r"C:\secret\cell.mpt"):
        record = samples.cycling_record()
        record = record.with_(provenance=Provenance("measured", file_name=name))
        assert load(save(record, tmp_path / "a.parquet", overwrite=True)).provenance.file_name == "cell.mpt"


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON_LIKE)
def test_json_never_holds_nan(value):
    text = json.dumps(plain(value), allow_nan=False)
    assert json.loads(text) == plain(value)


def test_numpy_values_and_nan_in_parameters(tmp_path):
    parameters = {"a": {"value": np.float64("nan")}, "b": {"value": np.arange(3.0), "n": np.int64(2)}}
    record = samples.cycling_record().with_(parameters=parameters)
    back = load(save(record, tmp_path / "a.parquet"))
    assert back.parameters == {"a": {"value": None}, "b": {"value": [0.0, 1.0, 2.0], "n": 2}}


def test_what_json_cannot_hold_is_named(tmp_path):
    record = samples.cycling_record().with_(cell={"layers": [{"object": object()}]})
    with pytest.raises(OutputError, match=r"cell\.layers\[0\]\.object: a object cannot be stored"):
        save(record, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_unasked(tmp_path):
    path = tmp_path / "new folder" / "Zelle ü 电池 [1] a=1.parquet"
    save(samples.cycling_record(2), path)
    with pytest.raises(OutputError, match="exists already") as caught:
        save(samples.cycling_record(4), path)
    assert caught.value.exit_code == 2
    assert len(load(path).table) == len(samples.cycling_record(2).table)
    save(samples.cycling_record(4), path, overwrite=True)
    assert len(load(path).table) == len(samples.cycling_record(4).table)
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # no unfinished file beside it


def test_a_failed_write_leaves_nothing_behind_and_keeps_the_old_file(tmp_path, monkeypatch):
    path = save(samples.cycling_record(2), tmp_path / "a.parquet")
    before = path.read_bytes()

    def disk_full(self, target, **_):
        target.write_bytes(b"PAR1 half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", disk_full)
    with pytest.raises(OutputError, match="No space left"):
        save(samples.cycling_record(4), path, overwrite=True)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.parquet"]


def test_a_folder_or_a_file_in_the_way(tmp_path):
    with pytest.raises(OutputError, match="a folder, not a file"):
        save(samples.cycling_record(), tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        save(samples.cycling_record(), tmp_path / "file" / "a.parquet")


def test_a_folder_of_finished_parts_is_one_record(tmp_path):
    record = samples.cycling_record(4)
    # Eleven parts, so that part-10 must come after part-9; the last one's footer counts.
    edges = np.linspace(0, len(record.table), 12).astype(int)
    for i in range(11):
        part = record.with_(table=record.table[edges[i] : edges[i + 1]], complete=i == 10)
        save(part, tmp_path / "run" / f"part-{i}.parquet")
    (tmp_path / "run" / ".half.unfinished").write_bytes(b"PAR1")
    back = load(tmp_path / "run")
    assert back.table.equals(record.table)
    assert back.complete


def test_a_part_with_a_new_state_column(tmp_path):
    record = samples.cycling_record(1)
    save(record, tmp_path / "part-0.parquet")
    save(
        record.with_(table=record.table.with_columns(pl.lit(1.0).alias("Crack / m"))),
        tmp_path / "part-1.parquet",
    )
    back = load(tmp_path)
    assert back.table["Crack / m"].null_count() == len(record.table)


def test_json_export_holds_the_metadata_only(tmp_path):
    path = export_json(full_record(), tmp_path / "a.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["cell"]["label"] == "电池 ü"
    assert "table" not in data
    assert data == json.loads(json.dumps(metadata(full_record())))
    with pytest.raises(OutputError):
        export_json(full_record(), path)


def test_foreign_cut_and_missing_files(tmp_path):
    foreign = tmp_path / "foreign.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(foreign)
    with pytest.raises(ReadError, match="not a record written by interlayer"):
        load(foreign)
    good = save(samples.cycling_record(), tmp_path / "good.parquet").read_bytes()
    cut = tmp_path / "cut.parquet"
    for sixteenths in range(16):
        cut.write_bytes(good[: len(good) * sixteenths // 16])
        with pytest.raises(ReadError):
            load(cut)
    with pytest.raises(ReadError, match="no such file"):
        load(tmp_path / "none.parquet")
    with pytest.raises(ReadError, match="without finished parts"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("footer", "words"),
    [
        ('{"schema": "interlayer-record/99"}', "a record of schema 'interlayer-record/99'"),
        ("[]", "a record of schema 'None'"),
        ("{not json", "footer is damaged"),
        ('{"schema": "interlayer-record/1"}', "lacks or garbles 'provenance'"),
    ],
)
def test_other_footers(tmp_path, footer, words):
    path = tmp_path / "a.parquet"
    samples.cycling_record().table.write_parquet(path, metadata={"interlayer": footer})
    with pytest.raises(ReadError, match=words):
        load(path)


def test_storing_a_million_rows_takes_about_a_second(tmp_path):
    n = 1_000_000
    rng = np.random.default_rng(0)
    columns = {s.TIME: np.arange(n) * 1.0, s.VOLTAGE: rng.normal(size=n), s.CURRENT: rng.normal(size=n)}
    record = Record(pl.DataFrame(columns), Provenance("simulated"))
    begin = time.perf_counter()
    path = save(record, tmp_path / "long.parquet")
    back = load(path)
    elapsed = time.perf_counter() - begin
    assert back.table.equals(record.table)
    assert elapsed < 3.0  # 0.3 s on an idle core; JSON or CSV would take 5 s and more
