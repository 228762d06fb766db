"""Medians by owner against NumPy's, one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.metrics.halves import median_by


@given(
    st.lists(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), max_size=40), min_size=1, max_size=12),
)
@settings(max_examples=100, deadline=None)
def test_it_is_the_median_of_what_is_finite(groups):
    owner = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    values = np.array([x for g in groups for x in g], dtype=float)
    found, number = median_by(owner, values, len(groups))
    for k, g in enumerate(groups):
        known = [x for x in g if x == x]
        assert number[k] == len(known)
        if known:
            assert found[k] == np.median(known)
        else:
            assert np.isnan(found[k])


def test_the_input_stays_as_it_is():
    values = np.array([3.0, 1.0, 2.0, 9.0, 7.0, 8.0])
    before = values.copy()
    found, _ = median_by(np.array([0, 0, 0, 1, 1, 1]), values, 2)
    np.testing.assert_array_equal(values, before)
    np.testing.assert_array_equal(found, [2.0, 8.0])
