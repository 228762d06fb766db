"""Repairs: done when asked for, what they do in closed form, and that they are written down."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError
from interlayer.record import Provenance, Record, checks, store
from interlayer.record import schema as s
from interlayer.record.repair import ALL_REPAIRS, repaired
from tests.cli.run import assert_refused, run
from tests.metrics.records import alternating, cycled
from tests.writers import samples

SOUND = cycled(alternating([1e-4] * 2), 500.0)


def with_time(time):
    return SOUND.with_(table=SOUND.table.with_columns(pl.Series(s.TIME, np.asarray(time, dtype=float))))


def test_nothing_is_done_unasked():
    assert repaired(SOUND, ()) is SOUND


@pytest.mark.parametrize("repair", ALL_REPAIRS, ids=lambda r: r.name)
def test_every_repair_is_written_down_and_leaves_its_input_alone(repair):
    before = SOUND.table.clone()
    made = repaired(SOUND, [repair.name])
    assert SOUND.table.equals(before)
    (entry,) = made.provenance.extra["repairs"]
    assert entry["name"] == repair.name
    assert entry["detail"]
    (finding,) = [x for x in made.findings if x.name == f"repaired: {repair.name}"]
    assert (finding.severity, finding.rows) == ("note", entry["rows"])
    store.plain(made.provenance.extra)


@given(st.permutations(range(20)))
@settings(max_examples=30, deadline=None)
def test_sorting_puts_any_order_right(order):
    table = SOUND.table.head(20)
    table = table.with_columns(pl.Series(s.TIME, np.arange(20.0)))
    shuffled = Record(table[list(order)], Provenance("measured"))
    made = repaired(shuffled, ["sort-time"])
    assert made.table.equals(Record(table, Provenance("measured")).table)
    assert "time_backwards" not in {x.name for x in made.findings}
    assert made.provenance.extra["repairs"][0]["rows"] == sum(k != v for k, v in enumerate(order))


def test_findings_of_the_checks_are_those_of_the_repaired_record():
    time = SOUND.array(s.TIME).copy()
    time[40:] -= time[40]
    bad = with_time(time)
    bad = bad.with_(findings=checks.run(bad))
    assert "time_backwards" in {x.name for x in bad.findings}
    made = repaired(bad, ["unwrap-time"])
    assert "time_backwards" not in {x.name for x in made.findings}


def test_time_that_starts_anew_goes_on_with_the_usual_distance():
    time = np.concatenate([np.arange(50.0), np.arange(50.0)]) * 10.0
    made = repaired(with_time(time), ["unwrap-time"])
    np.testing.assert_allclose(made.array(s.TIME), np.arange(100.0) * 10.0)


def test_a_clock_gives_the_gap():
    time = np.concatenate([np.arange(50.0), np.arange(50.0)]) * 10.0
    wall = 1.7e9 + np.concatenate([np.arange(50.0) * 10.0, 3600.0 + np.arange(50.0) * 10.0])
    record = with_time(time)
    record = record.with_(table=record.table.with_columns(pl.Series(s.UNIX_TIME, wall)))
    made = repaired(record, ["unwrap-time"])
    np.testing.assert_allclose(made.array(s.TIME), wall - wall[0])
    assert "1 gaps from the clock" in made.provenance.extra["repairs"][0]["detail"]


def test_duplicates_go_and_the_first_stays():
    table = SOUND.table.head(10)
    twice = Record(table[[0, 0, 1, 2, 2, 2, *range(3, 10)]], Provenance("measured"))
    made = repaired(twice, ["drop-duplicates"])
    assert made.table.equals(Record(table, Provenance("measured")).table)
    assert made.provenance.extra["repairs"][0]["rows"] == 3


def test_turned_signs_turned_again_are_the_record_and_capacities_go_with_the_current():
    record = samples.cycling_record()
    once = repaired(record, ["flip-current"])
    np.testing.assert_array_equal(once.array(s.CURRENT), -record.array(s.CURRENT))
    np.testing.assert_array_equal(once.array(s.CHARGE_CAPACITY), record.array(s.DISCHARGE_CAPACITY))
    np.testing.assert_array_equal(once.array(s.VOLTAGE), record.array(s.VOLTAGE))
    assert repaired(once, ["flip-current"]).table.equals(record.table)
    swapped = repaired(record, ["swap-leads"])
    np.testing.assert_array_equal(swapped.array(s.VOLTAGE), -record.array(s.VOLTAGE))
    assert len(repaired(once, ["swap-leads"]).provenance.extra["repairs"]) == 2


def test_capacities_that_contradict_the_current_stay_when_it_is_turned():
    """An export with discharge > 0: its counters are right, its current is not."""
    sound = samples.cycling_record()
    export = sound.with_(
        table=sound.table.with_columns(-pl.col(s.CURRENT)), provenance=Provenance("measured")
    )
    assert "capacity_disagrees" in {x.name for x in checks.run(export)}
    made = repaired(export, ["flip-current"])
    assert made.table.equals(sound.table)
    assert "capacity_disagrees" not in {x.name for x in made.findings}
    assert "contradicted it, stay" in made.provenance.extra["repairs"][0]["detail"]


def test_what_cannot_be_done_is_refused():
    with pytest.raises(InputError, match="unwrap-time"):
        repaired(SOUND, ["unwrap-tmie"])
    alone = Record(pl.DataFrame({s.VOLTAGE: [1.0]}), Provenance("measured"), label="no clock")
    with pytest.raises(InputError, match="no clock: nothing to repair"):
        repaired(alone, ["sort-time"])


def test_at_the_command_line(tmp_path, monkeypatch):
    source = tmp_path / "r.parquet"
    store.save(samples.cycling_record(), source)
    out = tmp_path / "turned.parquet"
    ran = run("read", source, "--repair", "flip-current", "-o", out)
    assert ran.code == 0, ran.err
    made = store.load(out)
    assert made.provenance.extra["repairs"][0]["name"] == "flip-current"
    np.testing.assert_array_equal(made.array(s.CURRENT), -samples.cycling_record().array(s.CURRENT))
    assert_refused(run("read", source, "--repair", "flip-curent"), "flip-current")
