"""EC-Lab's binary files with columns that no table knows: what is read stands where the writer put it."""

from __future__ import annotations

import struct

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.errors import ReadError
from interlayer.readers import biologic_ids, biologic_layout, read
from interlayer.record import schema as s
from tests.writers import mpr, samples
from tests.writers.mpr import Unknown

NUMPY = {"f": "<f4", "d": "<f8", "H": "<u2", "B": "<u1", "I": "<u4"}
KINDS = {
    "f": Unknown("f", lambda i: 3.7 + 0.013 * i),
    "d": Unknown("d", lambda i: np.sin(i) * 1e-3),
    "H": Unknown("H", lambda i: i % 50),
    "B": Unknown("B", lambda i: i % 3),
    "I": Unknown("I", lambda i: i),
    "flag": Unknown("", lambda i: 0),
    "whole": Unknown("d", lambda i: float(i // 10)),
}


def names(record):
    return {f.name for f in record.findings}


def long_record(rows=60):
    """Constant currents in turn, as `samples.cycling_record`, with time and voltage that never repeat."""
    record = samples.cycling_record(rows // samples.ROWS_A_STEP)
    count = len(record.table)
    drift = np.linspace(0, 0.01, count)
    return record.with_(
        table=record.table.with_columns(
            pl.Series(s.TIME, np.arange(count) * 30.5), pl.col(s.VOLTAGE) + pl.Series(drift)
        )
    )


@pytest.mark.parametrize("version", [2, 3, 11])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, 7, 11])
def test_one_unknown_column_is_kept_under_its_number(tmp_path, kind, place, version):
    record = long_record()
    columns = list(mpr.CYCLING)
    columns.insert(place, 937)
    path = mpr.write_mpr(tmp_path / "x.mpr", record, columns, unknown={937: KINDS[kind]}, version=version)
    back = read(path)
    assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
    np.testing.assert_allclose(back.array(s.VOLTAGE), record.array(s.VOLTAGE), rtol=2e-7)
    assert back.table[s.STEP].to_list() == record.table[s.STEP].to_list()
    if kind == "flag":
        assert "columns_unread" in names(back)
        return
    expected = [KINDS[kind].value(i) for i in range(len(record.table))]
    np.testing.assert_allclose(back.array("Column 937 / 1"), expected, rtol=2e-7)
    assert [f.severity for f in back.findings if f.name == "unknown_columns"] == ["note"]


@pytest.mark.parametrize(("first", "second"), [("f", "f"), ("f", "d"), ("d", "f"), ("d", "d")])
def test_two_unknown_columns_side_by_side_are_parted(tmp_path, first, second):
    record = long_record()
    other = Unknown(second, lambda i: 12.0 + np.cos(i) * 1e-2)
    columns = [*mpr.CYCLING[:9], 937, 938, *mpr.CYCLING[9:]]
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, columns, unknown={937: KINDS[first], 938: other}))
    assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
    np.testing.assert_allclose(back.array(s.CURRENT), record.array(s.CURRENT), rtol=2e-7)
    for number, unknown in ((937, KINDS[first]), (938, other)):
        expected = [unknown.value(i) for i in range(len(record.table))]
        np.testing.assert_allclose(back.array(f"Column {number} / 1"), expected, rtol=2e-7)
    assert [f.severity for f in back.findings if f.name == "unknown_columns"] == ["warning"]


@pytest.mark.parametrize(("first", "second"), [("whole", "flag"), ("H", "H"), ("B", "flag")])
def test_two_that_cannot_be_parted_are_named_and_all_others_are_read(tmp_path, first, second):
    record = long_record()
    columns = [*mpr.CYCLING[:9], 937, 938, *mpr.CYCLING[9:]]
    unknown = {937: KINDS[first], 938: KINDS[second]}
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, columns, unknown=unknown))
    assert not [c for c in back.columns if c.startswith("Column")]
    assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
    np.testing.assert_allclose(back.array(s.CURRENT), record.array(s.CURRENT), rtol=2e-7)
    (finding,) = [f for f in back.findings if f.name == "columns_unread"]
    assert "Column 937, Column 938" in finding.detail


def test_unknown_columns_far_apart_leave_the_ends_if_nothing_tells(tmp_path):
    """Two rows of zeros between them: any width would do, so that nothing in between is read."""
    record = long_record()
    still = record.with_(
        table=record.table.head(3).with_columns(pl.lit(0.0).alias(s.VOLTAGE), pl.lit(0.0).alias(s.CURRENT))
    )
    columns = (4, 131, 937, 6, 938, 8, 24)
    unknown = {937: Unknown("f", lambda i: 0.0), 938: Unknown("f", lambda i: 0.0)}
    back = read(mpr.write_mpr(tmp_path / "x.mpr", still, columns, unknown=unknown))
    assert back.array(s.TIME).tolist() == still.array(s.TIME).tolist()
    assert back.table[s.CYCLE].to_list() == still.table[s.CYCLE].to_list()
    assert back.array(s.CURRENT).tolist() == [0.0, 0.0, 0.0]
    assert back.table[s.VOLTAGE].null_count() == 3
    (finding,) = [f for f in back.findings if f.name == "columns_unread"]
    assert "Column 937, Ewe/V, Column 938" in finding.detail


def test_unknown_columns_around_the_time_are_solved_by_what_time_is(tmp_path):
    record = long_record()
    columns = (*mpr.FLAGS, 131, 937, 4, 6, 938, 8, 24)
    unknown = {937: KINDS["d"], 938: KINDS["f"]}
    back = read(mpr.write_mpr(tmp_path / "x.mpr", record, columns, unknown=unknown))
    assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
    np.testing.assert_allclose(back.array(s.VOLTAGE), record.array(s.VOLTAGE), rtol=2e-7)
    assert "columns_inferred" in names(back)


def test_a_known_column_without_numbers_does_not_stop_a_file_with_an_unknown_one(tmp_path):
    """Capacitances of impedance points are often no numbers."""
    record = long_record()
    nothing = record.with_(table=record.table.with_columns(pl.lit(float("nan")).alias(s.VOLTAGE)))
    path = mpr.write_mpr(tmp_path / "x.mpr", nothing, (4, 6, 937, 8), unknown={937: KINDS["f"]})
    back = read(path)
    assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
    assert back.table[s.VOLTAGE].null_count() == len(back.table)
    np.testing.assert_allclose(back.array(s.CURRENT), record.array(s.CURRENT), rtol=2e-7)


def test_without_time_and_frequency_the_file_is_refused(tmp_path):
    record = long_record(36)
    path = mpr.write_mpr(tmp_path / "x.mpr", record, (6, 8, 24))
    with pytest.raises(ReadError, match="without a column of times or frequencies"):
        read(path)


def test_a_published_width_gives_way_to_the_length_of_a_row(tmp_path):
    """Number 462 is described as single precision; here it has eight bytes."""
    record = long_record()
    columns = (*mpr.FLAGS, 131, 4, 6, 8, 163, 24)
    path = mpr.write_mpr(tmp_path / "x.mpr", record, columns, unknown={163: KINDS["d"]})
    back = read(path)
    assert back.array(s.TIME).tolist() == record.array(s.TIME).tolist()
    assert back.table[s.CYCLE].to_list() == record.table[s.CYCLE].to_list()
    expected = [KINDS["d"].value(i) for i in range(len(record.table))]
    np.testing.assert_allclose(back.array("Column 163 / 1"), expected, rtol=2e-7)


@settings(max_examples=200, deadline=None)
@given(
    known=st.lists(st.sampled_from([n for n in mpr.FIELDS if n != 4]), unique=True, min_size=1, max_size=12),
    strange=st.lists(st.sampled_from(list(KINDS)), max_size=4),
    shuffle=st.randoms(use_true_random=False),
)
def test_whatever_is_placed_is_placed_right(known, strange, shuffle):
    """Any subset of columns in any order with up to four unknown ones: no column is read from a wrong place."""
    unknown = {900 + k: KINDS[kind] for k, kind in enumerate(strange)}
    columns = [4, *known, *unknown]
    shuffle.shuffle(columns)
    lines = mpr._rows(RECORD, columns, unknown)
    rows = np.frombuffer(b"".join(lines), np.uint8).reshape(len(lines), -1)
    truth, at = {}, 0
    for number in columns:
        kind = mpr.FIELDS[number][0] if number in mpr.FIELDS else unknown[number].kind
        truth[number] = (at, NUMPY.get(kind))
        at += struct.calcsize(kind) if kind else 0
    fields = biologic_layout.solve(tuple(columns), rows.shape[1], rows, [])
    for field in fields:
        assert (field.offset, field.kind) == truth[field.number], (columns, strange)
    found = {f.number for f in fields}
    if len(unknown) <= 1:
        assert set(columns) - found <= {n for n, u in unknown.items() if not u.kind}
    places = [columns.index(n) for n in unknown]
    sure = {n for i, n in enumerate(columns) if not places or i < min(places) or i > max(places)}
    assert sure <= found


RECORD = long_record()


def test_numbers_have_one_name_each():
    assert not set(biologic_ids.SEEN) & set(biologic_ids.DESCRIBED)
    assert not set(biologic_ids.FLAGS) & set(biologic_ids.SEEN)
