"""Min-max thinning: the laws that make a thinned trace draw the same picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.report.thinning import MOST_POINTS, thin_indices


def test_a_trace_that_fits_is_left_alone():
    x = np.arange(4000.0)
    assert np.array_equal(thin_indices(x, np.sin(x)), np.arange(4000))


@pytest.mark.parametrize("size", [4001, 12_345, 1_000_000])
def test_no_more_points_than_allowed_ends_and_extremes_kept(size):
    x = np.linspace(0, 1, size)
    y = np.sin(40 * x) * (1 + x)
    y[size // 3], y[size // 2] = 50.0, -60.0  # single-row spikes
    keep = thin_indices(x, y)
    assert keep.size <= MOST_POINTS
    assert keep[0] == 0 and keep[-1] == size - 1
    assert np.all(np.diff(keep) > 0)
    assert {size // 3, size // 2} <= set(keep.tolist())


def test_every_part_of_the_axis_keeps_its_smallest_and_largest_value():
    """Sawtooth of known range: whatever part one looks at, the drawn range is the true one."""
    x = np.linspace(0, 1000, 200_001)
    y = x % 1.0
    keep = thin_indices(x, y)
    for start in range(0, 1000, 50):
        inside = (x[keep] >= start) & (x[keep] <= start + 50)
        assert y[keep][inside].max() > 0.99 and y[keep][inside].min() < 0.01


def test_a_sparse_part_that_fills_the_axis_is_not_starved():
    """99 % of the rows in the first 1 % of the time: the rest still shows all its 500 swings."""
    x = np.concatenate([np.linspace(0, 1, 990_000), np.linspace(1, 100, 10_000)])
    y = np.sign(np.sin(2 * np.pi * 5 * x))
    keep = thin_indices(x, y)
    late = keep[x[keep] > 1]
    assert np.count_nonzero(np.diff(y[late])) >= 900


def test_gaps_stay_gaps():
    x = np.arange(100_000.0)
    y = np.ones(100_000)
    y[30_000:30_010] = np.nan
    y[70_000] = np.nan
    keep = thin_indices(x, y)
    gaps = keep[np.isnan(y[keep])]
    assert keep.size <= MOST_POINTS
    assert np.any((gaps >= 30_000) & (gaps < 30_010)) and 70_000 in gaps


def test_time_running_backwards_is_thinned_by_row():
    x = np.concatenate([np.arange(10_000.0), np.arange(10_000.0)])
    keep = thin_indices(x, np.tile([0.0, 1.0], 10_000))
    assert 2000 < keep.size <= MOST_POINTS


@given(st.lists(st.floats(-1e9, 1e9) | st.just(float("nan")), min_size=9, max_size=300), st.integers(8, 40))
@settings(max_examples=150, deadline=None)
def test_any_trace(values, most):
    y = np.array(values)
    keep = thin_indices(np.arange(y.size, dtype=float), y, most)
    assert keep.size <= most or y.size <= most
    assert keep[0] == 0 and keep[-1] == y.size - 1
    if np.isfinite(y).any():
        assert np.nanmax(y[keep]) == np.nanmax(y) and np.nanmin(y[keep]) == np.nanmin(y)
    assert np.isnan(y[keep]).any() == np.isnan(y).any()
