"""A gradual fall within one half-cycle that stays is a short; formation, and what comes back, is none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from interlayer.failures.judge import find_verdict
from interlayer.failures.slides import slides
from interlayer.metrics.analysis import Analysis
from interlayer.record import schema as s
from interlayer.record.record import Provenance, Record

ROWS, HALVES, CURRENT_A, OHM, ROW_S = 60, 12, 1e-4, 500.0, 60.0


def record(factor, *, noise_V=2e-4, seed=0):
    """Symmetric cell at constant current; `factor(position)` of half-cycles passed multiplies its resistance."""
    half = np.repeat(np.arange(HALVES), ROWS)
    position = np.arange(HALVES * ROWS) / ROWS
    current = np.where(half % 2, -CURRENT_A, CURRENT_A)
    ohm = OHM * np.asarray([factor(x) for x in position])
    noise = np.random.default_rng(seed).normal(0.0, noise_V, half.size)
    table = pl.DataFrame(
        {
            s.TIME: ROW_S * np.arange(half.size),
            s.VOLTAGE: ohm * current + noise,
            s.CURRENT: current,
            s.STEP: half,
        }
    )
    return Record(table, Provenance("measured"), area_m2=7.85e-5)


def slide_in(half, left):
    """Linear within one half-cycle from 1 to `left`, and `left` ever after."""
    return lambda x: float(np.interp(x, [half + 0.2, half + 0.8], [1.0, left]))


@pytest.mark.parametrize("left", [0.7, 0.5, 0.3])
def test_what_slides_and_stays_is_found_where_it_slides(left):
    analysis = Analysis(record(slide_in(6, left)))
    (one,) = slides(analysis)
    assert one.half == 6
    assert one.before_ohm == pytest.approx(OHM, rel=0.02)
    assert one.after_ohm == pytest.approx(left * OHM, rel=0.05)
    verdict = analysis.get(find_verdict)
    assert verdict.short == "soft"
    assert verdict.time_s is not None
    assert 6 * ROWS * ROW_S <= verdict.time_s <= 7 * ROWS * ROW_S


def test_formation_that_slows_down_is_none():
    # each half-cycle falls by less than the one before: exp(-x/2)
    assert slides(Analysis(record(lambda x: 0.5 + 0.5 * np.exp(-x / 2.0)))) == ()


def test_noise_alone_is_none():
    for seed in range(6):
        assert slides(Analysis(record(lambda _: 1.0, noise_V=5e-3, seed=seed))) == ()


def test_what_comes_back_is_no_lasting_short():
    def dip(x):
        return float(np.interp(x, [6.2, 6.8, 7.0, 7.2], [1.0, 0.6, 0.6, 1.0]))

    assert Analysis(record(dip)).get(find_verdict).short in ("none", "recovering")


def test_a_reading_that_ends_at_zero_is_no_division_by_zero():
    analysis = Analysis(record(slide_in(6, 0.0), noise_V=0.0))
    assert analysis.get(find_verdict).short == "hard"
