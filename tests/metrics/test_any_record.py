"""Whatever stands in the columns: every metric answers, with a finite number or a reason, and warns of nothing."""

from __future__ import annotations

import warnings

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.errors import InputError
from interlayer.metrics import ALL_METRICS, evaluate, kind_of_record
from interlayer.metrics.kind_of_test import KINDS
from interlayer.record import Provenance, Record, checks
from interlayer.record import schema as s
from interlayer.record.repair import ALL_REPAIRS, repaired

VALUES = st.sampled_from([0.0, 1e-4, -1e-4, 2e-4, 1e-9, 0.05, -0.05, 1.0, -1.0, 3.5, 1e6, None])
CELLS = st.sampled_from(
    [
        None,
        {"symmetric": True},
        {"electrodes": ["Ag", "Ag"]},
        {"electrodes": ["Cu", "Li"]},
        {"kind": "lithium-copper"},
        {"kind": "dc polarisation", "electrodes": ["Au", "Li"]},
        {"cathode": {}},
    ]
)


@st.composite
def records(draw):
    rows = draw(st.integers(0, 40))
    # stretches of equal values, as instruments write them
    lengths = draw(st.lists(st.integers(1, 12), min_size=1, max_size=8))

    def column():
        parts = [np.full(n, np.nan if v is None else v) for n in lengths for v in [draw(VALUES)]]
        filled = np.resize(np.concatenate(parts), rows) if rows else np.zeros(0)
        return filled + draw(st.sampled_from([0.0, 1e-6])) * np.arange(rows)

    time = np.cumsum(draw(st.lists(st.sampled_from([0.0, 1.0, 60.0, -5.0]), min_size=rows, max_size=rows)))
    table = pl.DataFrame({s.TIME: time.astype(float), s.VOLTAGE: column(), s.CURRENT: column()})
    table = table.with_columns(pl.all().fill_nan(None))
    if draw(st.booleans()):
        table = table.with_columns(pl.Series(s.STEP, np.arange(rows) // 7))
    area = draw(st.sampled_from([None, 1e-4]))
    return Record(table, Provenance("measured"), label="any", area_m2=area, cell=draw(CELLS))


@given(records())
@settings(max_examples=60, deadline=None)
def test_every_metric_answers(record):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = evaluate(record)
        kind = kind_of_record(record)
    assert {m.name for m in found} == {m.name for m in ALL_METRICS}
    for metric in found:
        assert metric.evidence
        for number in (metric.value, metric.uncertainty):
            assert number is None or np.isfinite(number), metric
    assert kind.name in KINDS
    assert kind.evidence


@given(records(), st.sampled_from([r.name for r in ALL_REPAIRS]))
@settings(max_examples=40, deadline=None)
def test_every_repair_leaves_a_record_that_checks_can_read(record, name):
    try:
        made = repaired(record, [name])
    except InputError:
        return
    checks.run(made)
    assert len(made.table) <= len(record.table)
