"""Shorts: found where they are, and not where they are not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.metrics import evaluate, half_cycles, short
from interlayer.record import schema as s
from tests.metrics.records import alternating, cycled


def shorted(half, share, remaining, base=500.0):
    """Resistance law that falls to `remaining` of itself at a moment and stays there."""

    def law(k, x, _i):
        gone = (k > half) | ((k == half) & (x >= share))
        return base * np.where(gone, remaining, 1.0)

    return law


@pytest.mark.parametrize(("remaining", "kind"), [(0.0, "hard"), (0.03, "hard"), (0.2, "soft"), (0.6, "soft")])
@pytest.mark.parametrize("samples", [25, 400])
def test_a_sudden_fall_is_found_where_it_is(remaining, kind, samples):
    record = cycled(alternating([1e-4] * 6), shorted(7, 0.5, remaining), samples=samples, noise_V=1e-4)
    found = short(record)
    assert found.kind == kind
    assert found.half_cycle == 7
    assert found.time_s == pytest.approx(7.5 * 3600, abs=3 * 3600 / samples)
    assert f"half-cycle {found.half_cycle}: |V|/|I| falls from " in found.evidence[0]


def test_a_short_at_the_switch_is_seen_against_the_half_cycles_before():
    found = short(cycled(alternating([1e-4] * 6), shorted(6, 0.0, 0.1)))
    assert (found.kind, found.half_cycle) == ("soft", 6)
    assert found.time_s == pytest.approx(6 * 3600.0)
    assert "half-cycles before" in found.evidence[0]


def test_a_few_ohm_are_hard_even_if_the_share_is_larger():
    found = short(cycled(alternating([1e-3] * 5), shorted(5, 0.4, 0.08, base=50.0)))
    assert found.kind == "hard"
    assert any("4 ohm" in e for e in found.evidence)


def test_a_short_at_a_step_of_a_ramp():
    levels = np.array([0.05, 0.1, 0.15, 0.2, 0.25]) * 1e-3
    found = short(cycled(alternating(levels), shorted(6, 0.6, 0.1)))
    assert (found.kind, found.half_cycle) == ("soft", 6)
    assert found.time_s == pytest.approx(6.6 * 3600, abs=300)


def test_a_voltage_that_rises_and_then_falls_suddenly():
    # as the paper describes its bare cell: polarisation increases, then drops
    def law(_k, x, i):
        rising = 1000 * (1 + 2 * x)
        return i * np.where((np.abs(i) > 1.5e-4) & (x > 0.7), 150.0, rising)

    found = short(cycled([5e-5, -5e-5, 1e-4, -1e-4, 2e-4, -2e-4], None, law=law))
    assert (found.kind, found.half_cycle) == ("soft", 4)
    assert found.time_s == pytest.approx(4.7 * 3600, abs=300)


def test_a_fall_at_the_very_end_needs_the_next_half_cycle():
    record = cycled(alternating([1e-4] * 4), 500.0)
    volt = record.table[s.VOLTAGE].to_numpy().copy()
    volt[5 * 25 - 1] = 1e-3  # last row of half-cycle 4 only: a row written after the switch
    record = record.with_(table=record.table.with_columns(pl.Series(s.VOLTAGE, volt)))
    assert short(record).kind == "none"
    assert short(cycled(alternating([1e-4] * 4), shorted(4, 0.97, 0.1))).kind == "soft"


def test_a_dip_that_comes_back_is_a_recovering_short():
    record = cycled(
        alternating([1e-4] * 4), lambda _k, x, _i: 500 * np.where((x > 0.5) & (x < 0.56), 0.5, 1), samples=100
    )
    assert (short(record).kind, short(record).half_cycle) == ("recovering", 0)


def test_recovery_in_the_next_half_cycle_is_said():
    record = cycled(alternating([1e-4] * 4), lambda k, x, _i: 500 * np.where((k == 4) & (x > 0.5), 0.3, 1.0))
    found = short(record)
    assert (found.kind, found.half_cycle) == ("recovering", 4)
    assert any("comes back" in e for e in found.evidence)


def test_none_is_censored_at_the_end():
    record = cycled(alternating([1e-4] * 4), 500.0)
    found = short(record)
    assert (found.kind, found.time_s) == ("none", 8 * 3600.0)
    (metric,) = evaluate(record, ["time_to_short"])
    assert (metric.value, metric.bound, metric.unit) == (8.0, ">=", "h")
    (metric,) = evaluate(cycled(alternating([1e-4] * 4), shorted(4, 0.5, 0.1)), ["time_to_short"])
    assert metric.bound is None
    assert metric.value == pytest.approx(4.5, abs=0.1)
    assert metric.evidence[0] == "short: soft"


def test_time_to_short_counts_from_the_first_row():
    record = cycled(alternating([1e-4] * 4), shorted(4, 0.5, 0.1))
    late = record.with_(table=record.table.with_columns(pl.col(s.TIME) + 1e6))
    values = [evaluate(r, ["time_to_short"])[0].value for r in (record, late)]
    assert values[0] == pytest.approx(values[1])


def test_without_a_voltage_it_is_none_with_a_reason():
    record = cycled(alternating([1e-4] * 4), 500.0)
    record = record.with_(table=record.table.with_columns(pl.lit(None, dtype=pl.Float64).alias(s.VOLTAGE)))
    found = short(record)
    assert found.kind is None
    assert found.evidence
    (metric,) = evaluate(record, ["time_to_short"])
    assert metric.value is None


def test_shorted_from_the_start_cannot_be_told_by_voltage():
    found = short(cycled(alternating([1e-3] * 4), 0.8))
    assert found.kind is None
    assert "from the first half-cycle on" in found.evidence[0]


def test_a_single_half_cycle_of_three_points_is_too_little():
    found = short(cycled([1e-4], 500.0, samples=4))
    assert found.kind is None
    assert "too few samples" in found.evidence[0]


def test_mirrored_cell_gives_the_same_verdict():
    record = cycled(alternating([1e-4] * 4), shorted(4, 0.5, 0.1))
    mirrored = record.with_(table=record.table.with_columns(-pl.col(s.CURRENT), -pl.col(s.VOLTAGE)))
    one, two = short(record), short(mirrored)
    assert (one.kind, one.time_s, one.half_cycle) == (two.kind, two.time_s, two.half_cycle)


@st.composite
def healthy_cells(draw):
    """A cell without a short: relaxing, drifting, forming, non-linear, in cycling, ramps and ladders."""
    base = 10 ** draw(st.floats(1.5, 3.7))
    relax, tau = draw(st.floats(-0.6, 1.0)), 10 ** draw(st.floats(-2.0, 0.0))
    drift = draw(st.floats(-0.01, 0.02))
    form, over = draw(st.floats(0.0, 0.5)), draw(st.floats(1.0, 20.0))
    bend, scale = draw(st.floats(0.0, 0.6)), 10 ** draw(st.floats(-4.5, -3.5))
    kind = draw(st.sampled_from(["cycling", "ramp", "ladder"]))
    count = draw(st.integers(3, 15))
    if kind == "cycling":
        levels = np.full(count, 1e-4)
    elif kind == "ramp":
        levels = 2e-5 * (1 + np.arange(count) * draw(st.floats(0.3, 2.0)))
    else:
        levels = 1e-4 * np.array(
            draw(st.lists(st.sampled_from([0.25, 0.5, 1, 2, 3]), min_size=3, max_size=count))
        )
    currents = alternating(levels, draw(st.integers(1, 3)))
    noise = draw(st.sampled_from([0.0, 1e-3, 1e-2])) * base * levels.min()

    def law(k, x, i):
        y = abs(i) / scale
        ohm = base * (1 - bend + bend * np.arcsinh(y) / y)
        return i * ohm * np.exp(drift * k) * (1 + form * np.exp(-k / over)) * (1 + relax * np.exp(-x / tau))

    return cycled(
        currents,
        None,
        law=law,
        samples=draw(st.integers(6, 150)),
        rest=draw(st.sampled_from([0.0, 600.0])),
        noise_V=noise,
        seed=draw(st.integers(0, 99)),
    )


@settings(max_examples=150, deadline=None)
@given(healthy_cells())
def test_no_false_alarm_on_healthy_cells(record):
    assert short(record).kind == "none", short(record)


def test_most_shorts_are_found_within_one_half_cycle():
    rng = np.random.default_rng(20240517)
    found = 0
    trials = 150
    for seed in range(trials):
        half, share = int(rng.integers(2, 12)), rng.uniform(0, 1)
        remaining = rng.choice([rng.uniform(0, 0.04), rng.uniform(0.1, 0.6)])
        relax, tau = rng.uniform(-0.5, 0.5), 10 ** rng.uniform(-1.5, 0)
        base = shorted(half, share, remaining, base=10 ** rng.uniform(2, 3.5))
        record = cycled(
            alternating([1e-4] * 7),
            lambda k, x, i, b=base, a=relax, t=tau: b(k, x, i) * (1 + a * np.exp(-x / t)),
            samples=int(rng.integers(12, 200)),
            noise_V=1e-5,
            seed=seed,
        )
        verdict = short(record)
        found += verdict.kind in ("soft", "hard") and abs((verdict.half_cycle or 0) - half) <= 1
    assert len(half_cycles(record)) == 14
    assert found >= 0.97 * trials
