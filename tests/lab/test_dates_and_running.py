"""Dates that may be read in two ways, and whether a test goes on."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from interlayer.errors import InputError
from interlayer.lab.dates import dated, order_of
from interlayer.lab.running import is_running
from interlayer.record import schema as s
from interlayer.record.record import Provenance, Record
from tests.lab.folder import cycling

DAY = 86400.0


def written(text: str, local: str = "") -> Record:
    extra = {"started_as_written": text} | ({"started_local": local} if local else {})
    return Record(cycling(2, 500, 1).table, Provenance("measured", extra=extra))


def started(record: Record) -> str | None:
    return record.provenance.extra.get("started_local")


def utc(*parts: int) -> float:
    return dt.datetime(*parts, tzinfo=dt.UTC).timestamp()


def test_another_file_of_the_cell_shows_the_order():
    files = [
        ("a", written("05/06/2024 10:00:00")),
        ("b", written("13/06/2024 10:00:00", "2024-06-13T10:00:00.000")),
    ]
    records, findings = dated(files, [None, None], None)
    assert started(records[0]) == "2024-06-05T10:00:00.000"
    assert [(f.name, f.severity) for f in findings] == [("start_date_order", "note")]
    assert "day/month/year" in findings[0].detail


def test_a_person_says_it():
    records, findings = dated([("a", written("05/06/2024 10:00:00"))], [None], order_of("Month first"))
    assert started(records[0]) == "2024-05-06T10:00:00.000"
    assert "as the table says" in findings[0].detail
    with pytest.raises(InputError, match="month first"):
        order_of("american")


def test_the_day_of_the_last_change_shows_it_and_that_is_a_warning():
    file = [("a", written("05/06/2024 10:00:00"))]
    records, findings = dated(file, [utc(2024, 6, 5, 13)], None)
    assert started(records[0]) == "2024-06-05T10:00:00.000"
    assert findings[0].severity == "warning"
    records, findings = dated(file, [utc(2025, 1, 1)], None)  # copied later: it shows nothing
    assert started(records[0]) is None
    assert not findings


def test_files_that_contradict_each_other_show_nothing():
    files = [
        ("a", written("05/06/2024 10:00:00")),
        ("b", written("13/06/2024 10:00:00", "x")),
        ("c", written("06/14/2024 10:00:00", "x")),
    ]
    records, findings = dated(files, [None] * 3, None)
    assert started(records[0]) is None
    assert not findings


NOW_S = 1e9


@pytest.mark.parametrize(
    ("ended", "changed", "complete", "rest", "running"),
    [
        (0.2 * DAY, None, True, False, True),  # under current some hours ago
        (0.2 * DAY, None, True, True, None),  # resting some hours ago: it may be over
        (600.0, None, True, True, True),  # a row ten minutes ago
        (5 * DAY, 60.0, True, False, False),  # an old test, copied a minute ago
        (None, 0.2 * DAY, False, True, True),  # no clock, not complete, changed today
        (None, 5 * DAY, False, False, False),
        (None, None, True, False, None),
        (None, 60.0, True, False, None),  # it may be a copy
    ],
)
def test_whether_a_test_goes_on(ended, changed, complete, rest, running):
    record = cycling(2, 500, 1).with_(complete=complete)
    if rest:
        current = pl.when(pl.col(s.STEP) == 1).then(0.0).otherwise(pl.col(s.CURRENT))
        record = record.with_(table=record.table.with_columns(current.alias(s.CURRENT)))
    ages = [None if age is None else NOW_S - age for age in (ended, changed)]
    assert is_running(record, ended_s=ages[0], changed_s=ages[1], now_s=NOW_S) is running
