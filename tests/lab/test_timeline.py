"""Files on one time line: clocks and their kinds, order by hand, files without a date, contradictions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from interlayer.errors import InputError
from interlayer.lab.assemble import lab_cell
from interlayer.lab.cache import RecordCache
from interlayer.lab.cells_table import CellRow
from interlayer.lab.clocks import Clock, clock_of, offset_for, offsets_of, zone_of
from interlayer.lab.joining import join
from interlayer.lab.reading import FileReader
from interlayer.lab.timeline import Piece, place
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.halves import halves
from interlayer.metrics.placement import place_spectra
from interlayer.record import schema as s
from interlayer.record.record import Event, Provenance, Record
from tests.lab.folder import cycling, write_mpt
from tests.writers import samples
from tests.writers.samples import eis_record

HOUR = 3600.0


def piece(name: str, record: Record, start: float | None, kind: str = "local") -> Piece:
    return Piece(name, record, None if start is None else Clock(kind, start))


def placed(*pieces: Piece, by_hand: bool = False):
    places, findings, zero = place(pieces, by_hand=by_hand)
    return {p.piece.name: p for p in places}, {f.name for f in findings}, zero


def test_files_stand_where_their_clocks_put_them():
    a, b = cycling(2, 500, 1), cycling(2, 500, 2)
    found, findings, zero = placed(piece("b", b, 5 * HOUR), piece("a", a, 0.0))
    assert (found["a"].start_s, found["b"].start_s) == (0.0, 5 * HOUR)
    assert found["b"].gap_s == pytest.approx(3 * HOUR + 10)
    assert zero == 10.0
    assert not findings


def test_a_second_of_rounding_is_no_overlap():
    a, b = cycling(2, 500, 1), cycling(2, 500, 2)
    found, findings, _ = placed(piece("a", a, 0.0), piece("b", b, 2 * HOUR - 11.0))
    assert found["b"].start_s == pytest.approx(2 * HOUR - 10.0)
    assert not findings


def test_two_cyclers_at_once_are_a_contradiction_and_the_later_is_put_at_the_end():
    a, b = cycling(4, 500, 1), cycling(4, 500, 2)
    found, findings, _ = placed(piece("a", a, 0.0), piece("b", b, 2.1 * HOUR))
    assert findings == {"clocks_contradict"}
    assert found["b"].start_s == pytest.approx(found["a"].end_s)
    assert found["b"].gap_s == pytest.approx(-(1.9 * HOUR - 10))
    assert found["b"].how == "end of the file before"


def test_files_without_a_date_are_joined_end_to_end_by_name_and_that_is_said():
    parts = [piece(f"x-{k}", cycling(2, 500, k), None) for k in (1, 2, 10)]
    found, findings, zero = placed(*reversed(parts))
    ends = [found[f"x-{k}"] for k in (1, 2, 10)]
    assert [p.start_s for p in ends] == pytest.approx([0.0, 2 * HOUR - 10, 4 * HOUR - 20])
    assert findings == {"time_between_unknown"}
    assert zero is None


def test_one_without_a_date_before_the_first_that_has_one():
    found, findings, zero = placed(
        piece("a", cycling(2, 500, 1), None), piece("b", cycling(2, 500, 2), 100 * HOUR)
    )
    assert found["a"].start_s == 0.0
    assert found["b"].start_s == pytest.approx(2 * HOUR - 10)
    assert found["b"].gap_s is None
    assert zero == pytest.approx(100 * HOUR + 10 - (2 * HOUR - 10))
    assert findings == {"time_between_unknown"}


def test_order_by_hand_wins_and_places_a_dateless_spectrum():
    a, b, z = cycling(2, 500, 1), cycling(2, 500, 2), eis_record()
    found, findings, _ = placed(piece("b", b, None), piece("z", z, None), piece("a", a, None), by_hand=True)
    assert [found[k].start_s for k in "bza"] == pytest.approx([0.0, 2 * HOUR - 10, 2 * HOUR - 10 + 58.0])
    assert {p.how for p in found.values()} == {"order by hand"}
    found, findings, _ = placed(piece("b", b, None), piece("z", z, None), piece("a", a, None))
    assert found["z"].start_s is None
    assert found["z"].how == "not placed"
    assert "spectrum_not_placed" in findings


def test_clocks_of_two_kinds_are_not_compared():
    a, b, z = cycling(2, 500, 1), cycling(2, 500, 2), eis_record(1)
    pieces = (piece("a", a, 0.0, "UTC"), piece("b", b, 5 * HOUR, "UTC"), piece("z", z, 3 * HOUR, "local"))
    found, findings, _ = placed(*pieces)
    assert findings == {"mixed_clocks", "spectrum_not_placed"}
    assert found["z"].start_s is None


def test_a_time_zone_makes_local_clocks_universal():
    record = Record(
        cycling(2, 500, 1).table, Provenance("measured", extra={"started_local": "2024-07-01T12:00:00.000"})
    )
    utc = dt.datetime(2024, 7, 1, 10, tzinfo=dt.UTC).timestamp()
    assert clock_of(record, None, zone_of("Europe/Berlin")).seconds == utc  # summer time
    assert clock_of(record, None, zone_of("UTC+2")).seconds == utc
    assert clock_of(record, 60.0, zone_of("utc+02:00")).seconds == utc + 60
    assert clock_of(record, None, None).kind == "local"
    for wrong in ("Berlin time", "UTC+25", ""):
        with pytest.raises(InputError, match="UTC\\+8"):
            zone_of(wrong)


def test_offsets_name_their_files():
    offsets = offsets_of("*eis*: +5 min | cycler-B/x.csv: -1,5 h")
    assert offset_for("lab/a-eis-1.mpt", offsets) == 300.0
    assert offset_for("cycler-B/x.csv", offsets) == -5400.0
    assert offset_for("cycler-A/x.mpt", offsets) is None
    with pytest.raises(InputError, match="which files"):
        offsets_of("+5 min")
    with pytest.raises(InputError, match="mass"):
        offsets_of("a: 5 kg")


def test_a_spectrum_within_a_rest_is_no_contradiction_and_is_merged_by_time():
    rest = cycling(3, 500, 1)
    table = rest.table.with_columns(
        pl.when(pl.col(s.STEP) == 1).then(0.0).otherwise(pl.col(s.CURRENT)).alias(s.CURRENT)
    )
    rest = rest.with_(table=table)
    z = eis_record(1)
    places, findings, zero = place([piece("z", z, 1.5 * HOUR), piece("a", rest, 0.0)], by_hand=False)
    assert not findings
    record = join(places, findings, zero, "x")
    (spectrum,) = record.spectra
    assert spectrum.time_s == pytest.approx(1.5 * HOUR - 10)
    time = record.table[s.TIME].to_numpy()
    assert (np.diff(time) >= 0).all()
    # under current it would be one
    _, findings, _ = place([piece("z", z, 0.5 * HOUR), piece("a", rest, 0.0)], by_hand=False)
    assert [f.name for f in findings] == ["clocks_contradict"]


def test_a_file_that_numbers_no_steps_gets_some_and_pauses_part_half_cycles():
    one = cycling(3, 500, 1)
    bare = one.with_(table=one.table.with_columns(pl.lit(None, dtype=pl.Int64).alias(s.STEP)))
    same = cycling(1, 500, 2)
    places, findings, zero = place([piece("a", bare, 0.0), piece("b", same, 5 * HOUR)], by_hand=False)
    record = join(places, findings, zero, "x")
    found = Analysis(record).get(halves)
    # the third half-cycle and the fourth have one direction: only the pause parts them
    assert len(found) == 4
    assert np.abs(found.charge_C) == pytest.approx(np.full(4, samples.CURRENT_A * HOUR), rel=0.004)
    without = record.with_(events=())
    assert len(Analysis(without).get(halves)) == 3


def test_events_of_files_move_with_them():
    one = cycling(2, 500, 1)
    two = cycling(2, 500, 2).with_(events=(Event("short", 1800.0, side=1),))
    places, findings, zero = place([piece("a", one, 0.0), piece("b", two, 5 * HOUR)], by_hand=False)
    events = join(places, findings, zero, "x").events
    assert [(e.name, e.time_s) for e in events] == [
        ("gap", pytest.approx(2 * HOUR - 10)),
        ("short", pytest.approx(5 * HOUR - 10 + 1800.0)),
    ]


def test_a_spectrum_without_a_time_among_cycling_is_not_placed_at_the_start():
    places, findings, zero = place(
        [piece("a", cycling(2, 500, 1), 0.0), piece("z", eis_record(1), None)], by_hand=False
    )
    record = join(places, findings, zero, "x")
    other = record.with_(label="other")
    for row in place_spectra([record, other]):
        assert [p.how for p in row] == ["not placed"]


def test_a_start_on_the_clock_is_that_of_the_record(tmp_path):
    start = dt.datetime(2024, 11, 20, 8, 0)
    write_mpt(tmp_path / "a.mpt", cycling(2, 500, 1), start)
    write_mpt(tmp_path / "b.mpt", cycling(2, 500, 2), start + dt.timedelta(hours=4))
    cell = lab_cell(
        CellRow("A", ("a.mpt", "b.mpt", "none.mpt")),
        None,
        tmp_path,
        FileReader(RecordCache(tmp_path / "c")),
        0.0,
    )
    assert cell.record.provenance.extra["started_local"] == "2024-11-20T08:00:10.000"
    assert cell.hours_wall == pytest.approx(6 - 10 / HOUR)
    assert cell.hours_under_test == pytest.approx(4 - 20 / HOUR)
    assert [str(f) for f in cell.failures] == [
        "none.mpt: no such file -> take it out of the table, or run `interlayer collect`"
    ]
    assert "file_not_read" in {f.name for f in cell.record.findings}


def test_a_stated_offset_brings_another_kind_of_clock_to_that_of_the_others():
    a, z = cycling(2, 500, 1), eis_record(1)
    other = Clock("local", 3 * HOUR, "moved", stated=True)
    places, findings, zero = place([piece("a", a, 0.0, "UTC"), Piece("z", z, other)], by_hand=False)
    assert not findings
    assert {p.piece.name: p.start_s for p in places} == {"a": 0.0, "z": 3 * HOUR - 10}
    assert join(places, findings, zero, "x").provenance.started_unix_s == 10.0


def test_an_order_by_hand_wins_over_clocks():
    a, b = cycling(2, 500, 1), cycling(2, 500, 2)
    found, _, zero = placed(piece("b", b, 50 * HOUR), piece("a", a, 0.0), by_hand=True)
    assert (found["b"].start_s, found["a"].start_s) == pytest.approx((0.0, 2 * HOUR - 10))
    assert found["a"].how == "order by hand"
    assert "earlier" in found["a"].details[0]
    assert zero == 50 * HOUR + 10
