"""Half-cycles found from the current: counts, times, charges, and what must not split or join them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.metrics import half_cycles
from interlayer.metrics.half_cycles import no_half_cycles
from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from tests.metrics.records import alternating, cycled, with_spectra


def test_times_charges_and_directions_of_a_plain_record():
    record = cycled([1e-4, -1e-4, 2e-4], 100.0, duration=[3600.0, 1800.0, 600.0])
    found = half_cycles(record)
    assert [h.direction for h in found] == [1, -1, 1]
    assert [h.start_s for h in found] == [0.0, 3600.0, 5400.0]
    assert [h.end_s for h in found] == [3600.0, 5400.0, 6000.0]
    assert [h.charge_C for h in found] == pytest.approx([0.36, -0.18, 0.12])
    assert [h.current_A for h in found] == pytest.approx([1e-4, -1e-4, 2e-4])
    assert [h.step for h in found] == [0, 1, 2]
    assert [h.index for h in found] == [0, 1, 2]
    assert all(h.galvanostatic for h in found)
    for h in found:
        rows = record.cycling[h.rows]
        assert set(np.sign(rows[s.CURRENT].to_numpy())) == {h.direction}


@pytest.mark.parametrize("steps", [True, False])
@pytest.mark.parametrize("rest", [0.0, 900.0])
def test_rests_and_missing_step_numbers(steps, rest):
    currents = alternating([5e-5, 1e-4, 2e-4], cycles=2)
    found = half_cycles(cycled(currents, 100.0, rest=rest, steps=steps))
    assert len(found) == currents.size
    assert [h.charge_C for h in found] == pytest.approx((currents * 3600).tolist())


@pytest.mark.parametrize("steps", [True, False])
def test_levels_of_one_sign_are_split(steps):
    currents = [1e-4, 2e-4, 4e-4, 4e-4]
    found = half_cycles(cycled(currents, 100.0, steps=steps))
    # the last two have one sign and one level: current flows on without a change
    assert [h.current_A for h in found] == pytest.approx([1e-4, 2e-4, 4e-4])
    assert found[-1].duration_s == 7200.0


def test_step_number_alone_does_not_split():
    record = cycled([1e-4, 1e-4, -1e-4], 100.0)
    assert [h.duration_s for h in half_cycles(record)] == [7200.0, 3600.0]


def test_noise_and_offset_of_the_current_do_not_matter():
    record = cycled(alternating([1e-4] * 20), 100.0, rest=600.0, noise_A=5e-3)
    table = record.table.with_columns(pl.col(s.CURRENT) + 1e-7)
    assert len(half_cycles(record.with_(table=table))) == 40


def test_a_stray_row_does_not_split():
    record = cycled([1e-4, -1e-4], 100.0, samples=400, steps=False)
    current = record.table[s.CURRENT].to_numpy().copy()
    current[100] = 0.0
    current[500:502] = -3e-4
    current[700] = 5.0
    table = record.table.with_columns(pl.Series(s.CURRENT, current))
    found = half_cycles(record.with_(table=table))
    assert [h.direction for h in found] == [1, -1]
    assert found[0].end_s == 3600.0


def test_blank_currents_take_the_value_before_them():
    record = cycled([1e-4, -1e-4], 100.0)
    table = record.table.with_row_index("i").with_columns(
        pl.when(pl.col("i").is_in([5, 6])).then(None).otherwise(pl.col(s.CURRENT)).alias(s.CURRENT)
    )
    found = half_cycles(record.with_(table=table.drop("i")))
    assert [h.charge_C for h in found] == pytest.approx([0.36, -0.36])


def test_rows_at_the_end_of_intervals_keep_the_whole_charge():
    # an instrument that writes after 144 s, 288 s, ...: the switch is at the row before
    record = cycled([1e-4, -1e-4, 1e-4], 100.0)
    table = record.table.with_row_index("i").filter((pl.col("i") % 25 != 0) | (pl.col("i") == 0)).drop("i")
    found = half_cycles(record.with_(table=table))
    assert [h.start_s for h in found] == [0.0, 3600.0, 7200.0]
    assert [h.charge_C for h in found] == pytest.approx([0.36, -0.36, 0.36])


def test_a_falling_current_is_not_galvanostatic():
    time = np.linspace(0, 3600, 60)
    table = pl.DataFrame(
        {s.TIME: time, s.VOLTAGE: np.full(60, 0.3), s.CURRENT: 1e-4 * np.exp(-time / 1000) + 1e-5}
    )
    (one,) = half_cycles(Record(table, Provenance("measured")))
    assert not one.galvanostatic
    exact = 1e-4 * 1000 * (1 - np.exp(-3.6)) + 1e-5 * 3600
    assert one.charge_C == pytest.approx(exact, rel=1e-3)
    assert one.current_A == pytest.approx(exact / 3600, rel=1e-3)


def test_spectra_do_not_disturb_and_separate_equal_steps():
    f = np.array([1e3, 1e2, 1e1])
    z = np.array([100 - 1j, 110 - 5j, 120 - 2j])
    record = cycled([1e-4, -1e-4, -1e-4], 100.0)
    found = half_cycles(with_spectra(record, [(7200.0, f, z)]))
    assert [h.duration_s for h in found] == [3600.0, 3600.0, 3600.0]


@pytest.mark.parametrize(
    ("column", "words"),
    [(s.CURRENT, "no current"), (s.TIME, "no time axis")],
)
def test_what_is_missing_is_said(column, words):
    record = cycled([1e-4, -1e-4], 100.0)
    table = record.table.with_columns(pl.lit(None, dtype=pl.Float64).alias(column))
    broken = record.with_(table=table)
    assert half_cycles(broken) == ()
    assert words in no_half_cycles(broken)


def test_rest_only_and_empty_records():
    rest = cycled([0.0, 0.0], 100.0)
    assert half_cycles(rest) == ()
    assert "zero throughout" in no_half_cycles(rest)
    empty = Record(pl.DataFrame({s.TIME: [], s.CURRENT: []}), Provenance("measured"))
    assert half_cycles(empty) == ()
    assert "no current" in no_half_cycles(empty)


@settings(max_examples=40, deadline=None)
@given(
    currents=st.lists(st.floats(1e-5, 1e-3), min_size=1, max_size=12),
    samples=st.integers(3, 40),
    shift=st.floats(-1e5, 1e5),
)
def test_shift_in_time_and_mirrored_current(currents, samples, shift):
    signs = np.where(np.arange(len(currents)) % 2, -1.0, 1.0)
    record = cycled(np.array(currents) * signs, 100.0, samples=samples)
    shifted = record.with_(table=record.table.with_columns(pl.col(s.TIME) + shift))
    mirrored = record.with_(table=record.table.with_columns(-pl.col(s.CURRENT)))
    one, two, three = (half_cycles(r) for r in (record, shifted, mirrored))
    assert len(one) == len(currents)
    assert [h.start_s + shift for h in one] == pytest.approx([h.start_s for h in two], abs=1e-6)
    assert [h.charge_C for h in one] == pytest.approx([h.charge_C for h in two], rel=1e-6)
    assert [-h.charge_C for h in one] == [h.charge_C for h in three]
    assert [h.rows for h in one] == [h.rows for h in three]
