"""One measurement in two files is counted once; two measurements are not, however alike."""

from __future__ import annotations

import polars as pl

from interlayer.lab.clocks import Clock
from interlayer.lab.same_data import Series, find_same
from interlayer.record import schema as s
from tests.lab.folder import cycling
from tests.writers.samples import eis_record, mixed_record

CLOCK = Clock("local", 1000.0)


def rounded(record, time: int, volt: int):
    return record.with_(
        table=record.table.with_columns(pl.col(s.TIME).round(time), pl.col(s.VOLTAGE).round(volt))
    )


def test_rounded_values_are_the_same_and_the_richer_file_is_kept():
    record = cycling(6, 500, 1)
    poor = rounded(record, 0, 4)
    poor = poor.with_(table=poor.table.drop(s.TEMPERATURE, s.CYCLE))
    assert find_same([Series(poor, None), Series(record, CLOCK)]) == {0: 1}
    assert find_same([Series(record, CLOCK), Series(poor, CLOCK)]) == {1: 0}


def test_single_precision_is_the_same():
    record = cycling(6, 500, 1)
    table = record.table.with_columns(pl.col(s.VOLTAGE).cast(pl.Float32).cast(pl.Float64))
    assert find_same([Series(record, None), Series(record.with_(table=table), None)]) == {1: 0}


def test_an_earlier_export_is_contained_in_a_later_one():
    record = cycling(6, 500, 1)
    early = record.with_(table=record.table.head(17))
    assert find_same([Series(early, CLOCK), Series(record, CLOCK)]) == {0: 1}


def test_a_time_that_counts_from_elsewhere_is_the_same():
    record = cycling(6, 500, 1)
    moved = record.with_(table=record.table.with_columns(pl.col(s.TIME) + 777.0))
    assert find_same([Series(record, None), Series(moved, None)]) == {1: 0}


def test_other_noise_another_start_or_one_other_row_is_another_measurement():
    record = cycling(6, 500, 1)
    assert find_same([Series(record, CLOCK), Series(cycling(6, 500, 2), CLOCK)]) == {}
    assert find_same([Series(record, CLOCK), Series(record, Clock("local", 90000.0))]) == {}
    voltage = record.table[s.VOLTAGE].to_list()
    voltage[11] += 1e-3
    other = record.with_(table=record.table.with_columns(pl.Series(s.VOLTAGE, voltage)))
    assert find_same([Series(record, CLOCK), Series(other, CLOCK)]) == {}


def test_flat_voltages_without_a_clock_prove_nothing():
    flat = cycling(6, 500, 1)
    flat = flat.with_(table=flat.table.with_columns(pl.lit(0.0).alias(s.VOLTAGE)))
    assert find_same([Series(flat, None), Series(flat, None)]) == {}
    assert find_same([Series(flat, CLOCK), Series(flat, CLOCK)]) == {1: 0}


def test_spectra_are_compared_as_printed():
    one = eis_record(1)
    four = one.with_(
        table=one.table.with_columns(pl.col(c).round_sig_figs(4) for c in (s.FREQUENCY, s.Z_REAL, s.Z_IMAG))
    )
    assert find_same([Series(one, CLOCK), Series(four, CLOCK)]) == {1: 0}
    drifted = one.with_(table=one.table.with_columns(pl.col(s.Z_REAL) * 1.003))
    assert find_same([Series(one, CLOCK), Series(drifted, CLOCK)]) == {}
    assert find_same([Series(one, CLOCK), Series(four, Clock("local", 9000.0))]) == {}


def test_one_spectrum_of_many_that_was_exported_by_itself():
    many = eis_record(3)
    third = many.with_(table=many.table.filter(pl.col(s.SPECTRUM) == 2))
    loose = third.with_(table=third.table.with_columns(pl.lit(None, dtype=pl.Float64).alias(s.TIME)))
    assert find_same([Series(loose, None), Series(many, CLOCK), Series(cycling(4, 500, 1), CLOCK)]) == {0: 1}
    assert find_same([Series(third, CLOCK), Series(many, CLOCK)]) == {0: 1}
    assert find_same([Series(third, Clock("local", 9000.0)), Series(many, CLOCK)]) == {}
    mixed = mixed_record()
    second = mixed.with_(table=mixed.table.filter(pl.col(s.SPECTRUM) == 1))
    assert find_same([Series(second, CLOCK), Series(mixed, CLOCK)]) == {0: 1}


def test_three_formats_of_one_measurement_leave_one():
    record = cycling(6, 500, 1)
    found = find_same(
        [Series(rounded(record, 0, 3), None), Series(record, CLOCK), Series(rounded(record, 1, 5), None)]
    )
    assert found == {0: 1, 2: 1}
