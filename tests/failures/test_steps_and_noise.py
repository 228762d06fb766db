"""The false-alarm rate of sudden steps, and small pieces of the detector against closed forms."""

from __future__ import annotations

import numpy as np

from interlayer.failures.rises import laws
from interlayer.failures.steps import downward, upward
from interlayer.failures.strays import stray_rows
from interlayer.failures.temperature import STEEPEST_EV, explained
from interlayer.failures.trace import trace
from interlayer.metrics.analysis import Analysis
from tests.metrics.records import alternating, cycled


def test_noise_is_that_of_the_record():
    t = trace(Analysis(cycled(alternating([1e-4] * 20), 500.0, samples=100, noise_V=5e-4)))
    assert np.median(t.row_noise_ohm) == np.clip(np.median(t.row_noise_ohm), 4.5, 5.5)  # 0.5 mV over 0.1 mA


def test_white_noise_of_ten_percent_makes_no_steps():
    steps = 0
    for seed in range(20):
        record = cycled(alternating([1e-4] * 10), 500.0, samples=200, noise_V=5e-3, seed=seed)
        analysis = Analysis(record)
        steps += len(analysis.get(downward)) + len(analysis.get(upward))
    # 20 records at one false alarm in a thousand each
    assert steps == 0


def test_relaxations_of_any_time_constant_are_no_steps():
    for tau in np.geomspace(0.003, 3.0, 12):
        for sign in (-0.6, 2.0):
            record = cycled(
                [1e-4], lambda _k, x, _i, a=sign, b=tau: 500 * (1 + a * np.exp(-x / b)), samples=300
            )
            analysis = Analysis(record)
            assert not analysis.get(downward), (tau, sign)
            assert not analysis.get(upward), (tau, sign)


def test_laws_tell_themselves_from_each_other():
    t = np.linspace(0.0, 1.0, 120)[1:]
    base = np.full(t.size, 1.0)
    for name, shape in {
        "exponential": np.expm1(t / 0.2) / np.expm1(5.0),
        "hyperbola": 0.97 * t / (1.0 - 0.97 * t) / 30.0,
        "sand": np.log((1 + np.sqrt(0.99 * t)) / (1 - np.sqrt(0.99 * t))) / 6.0,
    }.items():
        found = laws(t, base + 5.0 * shape, base, 1.0)
        best = min(("exponential", "hyperbola", "sand"), key=lambda n: getattr(found, n))
        assert best == name
        assert getattr(found, name) < 0.01


def test_strays_need_both_sides():
    rng = np.random.default_rng(0)
    owner, value = np.zeros(500, dtype=np.int64), 1.0 + 0.01 * rng.standard_normal(500)
    noise = np.full(500, 0.01)
    rows = np.arange(20, 480, 23)
    one, both = value.copy(), value.copy()
    one[rows] -= 0.8
    both[rows] += 0.8 * (-1.0) ** np.arange(rows.size)
    assert not stray_rows(owner, one, noise)[0].any()
    assert np.flatnonzero(stray_rows(owner, both, noise)[0]).tolist() == rows.tolist()


def test_heat_explains_what_arrhenius_allows():
    expected = STEEPEST_EV / 8.617333262e-5 * (1 / 298.15 - 1 / 318.15)
    assert np.isclose(explained(25.0, 45.0), expected)
    assert explained(25.0, 25.5) == 0.0
    assert explained(float("nan"), 45.0) == 0.0
