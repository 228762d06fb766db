"""What must not matter: units of current and area, sign, the zero of time, density of rows, cuts into steps."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.failures.judge import find_verdict
from interlayer.metrics.analysis import Analysis
from interlayer.record import schema as s
from tests.failures.cells import OHM, cycling, exploding, plating, shunted, voids
from tests.metrics.records import alternating, cycled

RECORDS = {
    "healthy": lambda: cycling(lambda k, x, _i: OHM * (1 + 0.2 * np.exp(-x / 0.1) + 0.01 * k), 20),
    "soft": lambda: cycling(shunted(9, 0.4, 0.5), 20),
    "hard": lambda: cycling(shunted(9, 0.4, 0.004), 20),
    "plating": lambda: plating(shunted(0, 0.5, 0.5)),
    "recovering": lambda: cycling(
        lambda k, x, _i: OHM * np.where((k == 8) & (x > 0.3) & (x < 0.7), 0.5, 1.0), 20
    ),
    "voids": lambda: cycling(voids(6), 24),
    "runaway": lambda: cycling(exploding(8), 24),
}


def seen(record):
    v = find_verdict(Analysis(record))
    return v.short, v.failure, v.half_cycle, v.time_s


def changed(record, **columns):
    return record.with_(table=record.table.with_columns(**columns))


@pytest.fixture(scope="module", params=sorted(RECORDS))
def record(request):
    return RECORDS[request.param]()


def test_mirrored(record):
    table = record.table.with_columns(-pl.col(s.CURRENT), -pl.col(s.VOLTAGE))
    assert seen(record.with_(table=table)) == seen(record)


def test_leads_swapped(record):
    table = record.table.with_columns(-pl.col(s.VOLTAGE))
    assert seen(record.with_(table=table)) == seen(record)


@pytest.mark.parametrize("factor", [2.0, 0.25])
def test_current_and_area_scaled_together(record, factor):
    # same voltage: |V|/|I| falls as the area grows; by as much as leaves the border of 5 ohm alone
    table = record.table.with_columns(pl.col(s.CURRENT) * factor)
    scaled = record.with_(table=table, area_m2=record.area_m2 * factor)
    assert seen(scaled) == seen(record)


def test_time_shifted(record):
    late = record.with_(table=record.table.with_columns(pl.col(s.TIME) + 1e6))
    one, other = seen(record), seen(late)
    assert one[:3] == other[:3]
    assert other[3] is None if one[3] is None else other[3] - 1e6 == pytest.approx(one[3], abs=1.0)


def test_every_other_row(record):
    thin = record.with_(table=record.table[::2])
    one, other = seen(record), seen(thin)
    assert one[:2] == other[:2]
    if one[2] is not None:
        assert abs(one[2] - other[2]) <= 1


def test_without_step_numbers(record):
    bare = record.with_(table=record.table.drop(s.STEP))
    assert seen(bare) == seen(record)


def test_half_cycles_cut_into_steps(record):
    step = record.table[s.STEP].to_numpy()
    cut = 2 * step + (np.arange(step.size) % 60 >= 30)
    parts = record.with_(table=record.table.with_columns(pl.Series(s.STEP, cut)))
    assert seen(parts) == seen(record)


def test_a_gap_in_a_healthy_cell_is_nothing():
    healthy = RECORDS["healthy"]()
    table = healthy.table
    for begin, end in ((300, 420), (610, 660)):
        holes = pl.concat([table[:begin], table[end:]])
        assert seen(healthy.with_(table=holes))[:2] == ("none", "none")


@settings(max_examples=40, deadline=None)
@given(
    half=st.integers(6, 15),
    share=st.floats(0.0, 1.0),
    remaining=st.one_of(st.floats(0.0, 0.03), st.floats(0.12, 0.7)),
    ohm=st.floats(100.0, 5000.0),
    noise=st.floats(0.0, 0.01),
    samples=st.integers(12, 150),
    arc=st.floats(-0.3, 0.6),
)
def test_a_lasting_short_is_found_in_time(half, share, remaining, ohm, noise, samples, arc):
    law = shunted(half, share, remaining, ohm)
    record = cycled(
        alternating([1e-4] * 10),
        lambda k, x, i: law(k, x, i) * (1 + arc * np.exp(-x / 0.2)),
        samples=samples,
        noise_V=noise * ohm * 1e-4,
    )
    found = find_verdict(Analysis(record))
    assert found.short in ("soft", "hard"), found.evidence
    assert abs(found.time_s / 3600.0 - half - share) <= 1.0 + 1e-6
