"""Numbers that no cell can have are named; those of real cells are not."""

from __future__ import annotations

import polars as pl
import pytest

from interlayer.record import schema as s
from interlayer.record.implausible_check import implausible
from tests.writers import samples


@pytest.mark.parametrize(
    ("label", "value"),
    [
        (s.VOLTAGE, 2e4),
        (s.VOLTAGE, float("nan")),
        (s.CURRENT, 1e-70),
        (s.CURRENT, -1e300),
        (s.TEMPERATURE, -300.0),
        (s.TIME, float("inf")),
    ],
)
def test_one_such_value_is_found(label, value):
    record = samples.cycling_record()
    column = record.table[label].to_list()
    column[3] = value
    (finding,) = implausible(record.with_(table=record.table.with_columns(pl.Series(label, column))))
    assert finding.rows == 1
    assert label in finding.detail


@pytest.mark.parametrize("record", [samples.cycling_record(), samples.eis_record(), samples.mixed_record()])
def test_sound_records_have_none(record):
    assert implausible(record) == ()
    assert implausible(record.with_(table=record.table.head(0))) == ()
