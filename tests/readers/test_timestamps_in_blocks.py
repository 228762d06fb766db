"""Clock times of long tests are read in blocks, and alike."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from interlayer.readers import cycler_columns, timestamps


@pytest.mark.parametrize("form", ["%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"])
def test_blocks_read_as_the_whole(form):
    start = dt.datetime(2024, 3, 3, 22, 30)
    moments = [start + dt.timedelta(seconds=60 * i) for i in range(40_000)]
    texts = pl.Series([moment.strftime(form) for moment in moments])
    found, whole = cycler_columns.stamps(texts), timestamps.parse(texts)
    assert (found.order, found.evidence) == (whole.order, whole.evidence)
    np.testing.assert_array_equal(found.seconds, whole.seconds)
    expected = start.replace(tzinfo=dt.UTC).timestamp() + 60 * np.arange(40_000)
    np.testing.assert_array_equal(found.seconds, expected)


def test_an_order_that_nothing_shows_stays_ambiguous():
    texts = pl.Series(["05/06/2024 10:00:00"] * 20_000)
    assert cycler_columns.stamps(texts).ambiguous
