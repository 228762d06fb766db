"""Weibull fit of critical currents: closed forms, scipy's fit of censored data, and coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import CensoredData, weibull_min

from interlayer.errors import InputError
from interlayer.metrics.critical_current import critical_current
from interlayer.metrics.critical_current_weibull import fit_cells, fit_weibull, survival
from tests.metrics.test_ramp_and_rate import ramp

CELLS = [(0.4, 0.5), (0.5, 0.6), (0.6, 0.7), (0.3, 0.4), (0.8, None)]


def test_three_classes_are_met_exactly():
    # as many classes as parameters and one: S(1) = 0.7, S(2) = 0.2
    found = fit_weibull([(None, 1.0)] * 3 + [(1.0, 2.0)] * 5 + [(2.0, None)] * 2)
    shape = np.log(np.log(0.2) / np.log(0.7)) / np.log(2.0)
    scale = (-np.log(0.7)) ** (-1.0 / shape)
    assert found.shape == pytest.approx(shape, rel=1e-6)
    assert found.scale == pytest.approx(scale, rel=1e-6)
    assert found.median == pytest.approx(scale * np.log(2.0) ** (1 / shape), rel=1e-6)
    assert found.log_likelihood == pytest.approx(
        3 * np.log(0.3) + 5 * np.log(0.5) + 2 * np.log(0.2), rel=1e-9
    )
    assert survival(np.array([1.0, 2.0]), scale, shape) == pytest.approx([0.7, 0.2])


def test_agrees_with_scipy():
    found = fit_weibull(CELLS)
    shape, _, scale = weibull_min.fit(CensoredData(interval=CELLS[:4], right=[0.8]), floc=0)
    assert found.shape == pytest.approx(shape, rel=1e-3)
    assert found.scale == pytest.approx(scale, rel=1e-3)
    assert (found.cells, found.failed, found.censored) == (5, 4, 1)


def test_the_likelihood_at_an_end_of_an_interval_is_down_by_half_the_chi_square():
    found = fit_weibull(CELLS)
    low, high = (np.array([a for a, _ in CELLS]), np.array([b or np.inf for _, b in CELLS]))

    def likelihood(scale, shape):
        upper = np.where(np.isfinite(high), np.exp(-((high / scale) ** shape)), 0.0)
        with np.errstate(divide="ignore"):
            return np.sum(np.log(np.exp(-((low / scale) ** shape)) - upper))

    for end in found.scale_interval:
        best = max(likelihood(end, k) for k in np.geomspace(0.3, 40.0, 4000))
        assert found.log_likelihood - best == pytest.approx(3.841459 / 2, abs=2e-3)
    for end in found.shape_interval:
        best = max(likelihood(x, end) for x in np.geomspace(0.2, 3.0, 4000))
        assert found.log_likelihood - best == pytest.approx(3.841459 / 2, abs=2e-3)


def test_scaling_the_currents_scales_the_scale():
    one, other = fit_weibull(CELLS), fit_weibull([(a * 10, None if b is None else b * 10) for a, b in CELLS])
    assert other.scale == pytest.approx(10 * one.scale, rel=1e-5)
    assert other.shape == pytest.approx(one.shape, rel=1e-5)
    assert other.median_interval == pytest.approx([10 * x for x in one.median_interval], rel=1e-4)


def test_one_interval_bounds_the_shape_from_below_alone():
    found = fit_weibull([(1.0, 2.0)] * 4)
    assert found.shape is None
    assert found.shape_interval[0] is not None
    assert found.shape_interval[1] is None
    assert any("no upper bound" in n for n in found.notes)
    assert 1.0 < found.median < 2.0


def test_too_few_failures_are_no_fit():
    found = fit_weibull([(0.4, 0.5), (0.8, None), (0.9, None)])
    assert found.scale is None
    assert "1 of 3 cells failed" in found.reason


@pytest.mark.parametrize("bad", [[(0.5, 0.4)], [(0.5, 0.5)], [(-1.0, 0.5)], [(float("nan"), 1.0)]])
def test_what_is_no_interval_is_refused(bad):
    with pytest.raises(InputError, match="cell 1"):
        fit_weibull([*bad, *CELLS])
    with pytest.raises(InputError):
        fit_weibull(CELLS, level=1.2)


def test_coverage_of_the_intervals():
    # 30 samples of 12 cells on a ramp of 0.1 steps up to 1.2, some censored; 90 % intervals
    rng = np.random.default_rng(11)
    scale, shape, hits, trials = 0.8, 3.0, np.zeros(3), 30
    for _ in range(trials):
        x = scale * rng.weibull(shape, 12)
        cells = [
            (1.2, None) if v > 1.2 else (np.floor(v / 0.1) * 0.1 or None, np.floor(v / 0.1) * 0.1 + 0.1)
            for v in x
        ]
        found = fit_weibull(cells, level=0.9)
        truth = (scale, shape, scale * np.log(2.0) ** (1 / shape))
        for n, (ends, value) in enumerate(
            zip((found.scale_interval, found.shape_interval, found.median_interval), truth, strict=True)
        ):
            hits[n] += (ends[0] or 0.0) <= value <= (ends[1] or np.inf)
    # binomial: 27 expected, standard deviation 1.6
    assert (hits >= 22).all(), hits
    assert hits.sum() < 3 * trials


def test_cells_of_a_group():
    cells = [critical_current(ramp(half)) for half in (7, 9, 11, None)]
    found = fit_cells(cells)
    assert (found.cells, found.failed, found.censored) == (4, 3, 1)
    assert 4.0 < found.median < 9.0  # A/m2
    assert any("did not fail" in n for n in found.notes)
    left = fit_cells([*cells, critical_current(ramp(9).with_(area_m2=None))])
    assert left.cells == 4
    assert any("left out" in n for n in left.notes)
