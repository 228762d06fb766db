"""Dates as printed: values against the standard library, and the order of day and month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.readers import timestamps
from interlayer.readers.timestamps import DAY_FIRST, MONTH_FIRST, YEAR_FIRST

PATTERNS = {
    MONTH_FIRST: "%m/%d/%Y %H:%M:%S.%f",
    DAY_FIRST: "%d.%m.%Y %H:%M:%S.%f",
    YEAR_FIRST: "%Y-%m-%d %H:%M:%S.%f",
}


@given(
    start=st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),
    steps=st.lists(st.integers(1, 3 * 86400 * 1000), min_size=1, max_size=20),
    order=st.sampled_from(list(PATTERNS)),
)
def test_never_read_wrong_without_saying_so(start, steps, order):
    """Steps of at most three days: either the times are right or the order is called ambiguous."""
    moments = [start.replace(microsecond=0)]
    for step in steps:
        moments.append(moments[-1] + timedelta(milliseconds=step))
    texts = pl.Series([m.strftime(PATTERNS[order]) for m in moments])
    found = timestamps.parse(texts)
    assert found is not None
    truth = [m.replace(tzinfo=UTC).timestamp() for m in moments]
    if not found.ambiguous:
        np.testing.assert_allclose(found.seconds, truth, atol=1e-5)
    elif not found.changes_elapsed:
        np.testing.assert_allclose(np.diff(found.seconds), np.diff(truth), atol=1e-5)


def first(*texts, **options):
    found = timestamps.parse(pl.Series(texts), **options)
    assert found is not None
    return found, datetime.fromtimestamp(found.seconds[0], UTC).replace(tzinfo=None)


def test_a_number_above_twelve_decides_anywhere_in_the_file():
    found, moment = first("05/06/2024 10:00:00", "05/13/2024 10:00:00")
    assert (found.order, moment) == (MONTH_FIRST, datetime(2024, 5, 6, 10))
    found, moment = first("05/06/2024 10:00:00", "13/06/2024 10:00:00")
    assert (found.order, moment) == (DAY_FIRST, datetime(2024, 6, 5, 10))


def test_the_start_in_the_header_may_decide():
    found, moment = first("05/06/2024 10:00:00", hint="28/05/2024 09:00:00")
    assert (found.order, moment) == (DAY_FIRST, datetime(2024, 6, 5, 10))


def test_the_same_number_twice_is_not_ambiguous():
    found, moment = first("08/08/2018 18:44:05")
    assert not found.ambiguous
    assert moment == datetime(2018, 8, 8, 18, 44, 5)


def test_a_known_order_is_obeyed():
    assert first("05/06/2024 10:00:00", order=DAY_FIRST)[1] == datetime(2024, 6, 5, 10)
    assert first("05/06/2024 10:00:00", order=MONTH_FIRST)[1] == datetime(2024, 5, 6, 10)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-11-20T11:38:41.707", datetime(2024, 11, 20, 11, 38, 41, 707000)),
        ("11/20/2024 1:05:09 PM", datetime(2024, 11, 20, 13, 5, 9)),
        ("11/20/2024 12:05 AM", datetime(2024, 11, 20, 0, 5)),
        ("20.11.24 11:38:41,5", datetime(2024, 11, 20, 11, 38, 41, 500000)),
    ],
)
def test_spellings(text, moment):
    assert abs((first(text)[1] - moment).total_seconds()) < 1e-5


def test_unreadable_ones_are_nan_and_words_are_none():
    found, _ = first("11/20/2024 10:00:00", "02/31/2024 10:00:00", None, "soon")
    assert np.isnan(found.seconds).tolist() == [False, True, True, True]
    assert timestamps.parse(pl.Series(["soon", None], dtype=pl.String)) is None
    assert not timestamps.looks_like_timestamp("1.23E+003")
