"""Controlled against measured current, counts of half-cycles, amounts that nobody entered."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.record import Provenance, Record, checks
from interlayer.record import schema as s
from interlayer.record.control_check import CONTROL, MODE, control
from interlayer.record.default_amounts import default_amounts
from interlayer.record.half_cycle_check import HALF_CYCLE, half_cycle_numbers
from tests.metrics.records import alternating, cycled

MEASURED = Provenance("measured")
SOUND = cycled(alternating([1e-4]), 500.0)


def controlled(*, gain=1.0, label=CONTROL[1], mode=1.0, half_cycles=4):
    """Current levels of 0.1 mA, each measured `gain` times what was set from the second half-cycle on."""
    record = cycled(alternating([1e-4] * (half_cycles // 2)), 500.0)
    amp = record.array(s.CURRENT)
    late = record.array(s.STEP) >= 1
    table = record.table.with_columns(
        pl.Series(label, amp * 1e3),
        pl.Series(MODE, np.full(amp.size, mode)),
        pl.Series(s.CURRENT, np.where(late, gain * amp, amp)),
    )
    return record.with_(table=table)


@pytest.mark.parametrize("label", CONTROL)
def test_a_current_other_than_the_one_set_is_named_with_its_ratio_and_rows(label):
    assert control(controlled(label=label)) == ()
    assert control(controlled(label=label, gain=1.01)) == ()
    (found,) = control(controlled(label=label, gain=0.5))
    # three half-cycles of 25 rows, the first and the last of each may show the neighbour's current
    assert found.rows == 3 * 23
    assert "0.5 there (median)" in found.detail


def test_controlled_voltages_say_nothing_about_the_current():
    assert control(controlled(gain=0.5, mode=2.0)) == ()
    record = controlled(gain=0.5)
    assert control(record.with_(table=record.table.drop(MODE))) == ()


def numbered(numbers, label=s.CYCLE, half_cycles=6):
    record = cycled(alternating([1e-4] * (half_cycles // 2)), 500.0)
    step = record.array(s.STEP).astype(int)
    return record.with_(table=record.table.with_columns(pl.Series(label, np.asarray(numbers)[step])))


def test_counts_that_fall_are_a_restart():
    assert half_cycle_numbers(numbered([1, 1, 2, 2, 3, 3])) == ()
    (found,) = half_cycle_numbers(numbered([1, 1, 2, 2, 1, 1]))
    assert found.name == "cycle_count_falls"
    assert "from 2 to 1" in found.detail


def test_half_cycles_counted_otherwise_than_the_current_turns():
    assert half_cycle_numbers(numbered(range(6), HALF_CYCLE)) == ()
    (found,) = half_cycle_numbers(numbered([0, 0, 0, 0, 1, 1], HALF_CYCLE))
    assert found.name == "half_cycle_count"
    assert "counts 2 half-cycles, the current turns into 6" in found.detail


@pytest.mark.parametrize(
    ("area_cm2", "extra", "names"),
    [
        (0.785, {}, []),
        (1.0, {}, ["area_default"]),
        (0.001, {}, ["area_default"]),
        (None, {"header_mass_g": 1e-6}, ["header_mass_default"]),
        (None, {"header_mass_g": 1.234e-3}, []),
        (None, {"characteristic_mass": "0.001 g"}, ["header_mass_default"]),
        (None, {"characteristic_mass": "1.87 mg"}, []),
        (None, {"characteristic_mass": "none"}, []),
    ],
)
def test_amounts_that_nobody_entered(area_cm2, extra, names):
    area = None if area_cm2 is None else area_cm2 * 1e-4
    record = SOUND.with_(provenance=Provenance("measured", extra=extra), area_m2=area)
    found = default_amounts(record)
    # without a current nothing rests on a mass
    empty = default_amounts(record.with_(table=pl.DataFrame()))
    assert [x.name for x in empty] == [x for x in names if x == "area_default"]
    assert [x.name for x in found] == names
    if area_cm2 == 0.001:
        assert found[0].severity == "warning"


def test_new_checks_bear_poor_records_and_are_run():
    for height in (0, 1, 30):
        table = pl.DataFrame({s.TIME: pl.Series([None] * height, dtype=pl.Float64)})
        checks.run(Record(table, MEASURED))
    assert "control_disagrees" in {x.name for x in checks.run(controlled(gain=0.5))}
