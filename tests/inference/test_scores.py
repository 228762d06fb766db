"""Coverage and interval scores against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.inference.scores import covers, hindsight_factor, interval_score, weighted_quantiles


@pytest.mark.parametrize(
    ("low", "high", "observed", "relation", "expected"),
    [
        (1.0, 3.0, 2.0, "=", 2.0),
        (1.0, 3.0, 3.5, "=", 2.0 + 20 * 0.5),
        (1.0, 3.0, 0.0, "=", 2.0 + 20 * 1.0),
        (1.0, 3.0, 2.0, ">=", 2.0),
        (1.0, 3.0, 0.5, ">=", 2.0),
        (1.0, 3.0, 4.0, ">=", 2.0 + 20 * 1.0),
        (1.0, 3.0, 0.5, "<=", 2.0 + 20 * 0.5),
        (1.0, 3.0, 9.0, "<=", 2.0),
    ],
)
def test_interval_score_of_gneiting_and_raftery(low, high, observed, relation, expected):
    """(u - l) + 2/alpha (l - y)+ + 2/alpha (y - u)+ with alpha = 0.1 (their equation 43)."""
    assert interval_score(low, high, observed, relation=relation) == pytest.approx(expected)


def test_score_of_the_half_interval_punishes_less():
    assert interval_score(0.0, 1.0, 2.0, level=0.5) == pytest.approx(1.0 + 4.0)


def test_the_true_quantiles_have_the_best_expected_score():
    """Propriety: for a standard normal, 5 and 95 % beat narrower and wider intervals."""
    y = np.random.default_rng(0).standard_normal(20000)
    mean = {w: np.mean([interval_score(-w, w, v) for v in y]) for w in (1.2, 1.6449, 2.2)}
    assert min(mean, key=lambda w: mean[w]) == 1.6449


def test_coverage_of_values_and_bounds():
    assert covers(1, 2, 1.5)
    assert not covers(1, 2, 2.5)
    assert covers(1, 2, 0.5, relation=">=")
    assert not covers(1, 2, 2.5, relation=">=")
    assert covers(1, 2, 2.5, relation="<=")
    assert not covers(1, 2, 0.5, relation="<=")


def test_intervals_of_a_calibrated_forecaster_cover_nine_in_ten():
    rng = np.random.default_rng(3)
    hits = []
    for _ in range(600):
        centre, spread = rng.normal(), rng.uniform(0.5, 2)
        low, high = weighted_quantiles(centre + spread * rng.standard_normal(400), np.ones(400), [0.05, 0.95])
        hits.append(covers(low, high, centre + spread * rng.standard_normal()))
    assert np.mean(hits) == pytest.approx(0.9, abs=0.04)  # three standard errors: 0.037


def test_weighted_quantiles_are_those_of_the_repeated_values():
    x, w = [3.0, 1.0, 2.0], [1.0, 2.0, 7.0]
    repeated = np.repeat(x, [100, 200, 700])
    at = [0.1, 0.5, 0.95]
    assert weighted_quantiles(x, w, at)[0] == pytest.approx(1.0)
    assert weighted_quantiles(repeated, np.ones(1000), at) == pytest.approx([1.0, 2.0, 3.0])
    assert weighted_quantiles(np.arange(1001.0), np.ones(1001), [0.25])[0] == pytest.approx(250, abs=1)


def test_infinite_values_stay_infinite():
    low, middle, high = weighted_quantiles([1.0, np.inf, 2.0, np.inf], np.ones(4), [0.05, 0.4, 0.95])
    assert low == 1.0
    assert middle in (1.0, 2.0, np.inf)
    assert high == np.inf


def test_the_baseline_gets_the_best_width_there_is():
    """Two forecasts of 1, observed 1 and 1.5: wide enough to hold both costs less than missing one."""
    width, scores = hindsight_factor([1.0, 1.0], [1.0, 1.5], [1.0, 1.0], ["=", "="])
    assert width == pytest.approx(0.5, rel=0.01)
    assert scores.mean() == pytest.approx(1.5 - 1 / 1.5, rel=0.02)
    narrow, _ = hindsight_factor([1.0, 1.0], [1.0, 1.0], [1.0, 1.0], ["=", "="])
    assert narrow == 0.0
