"""Lithium on copper: efficiency per cycle and by Aurbach's method, against declared losses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.metrics import evaluate
from tests.metrics.records import alternating, cycled
from tests.metrics.test_kind_of_test import lithium_copper

I = 1e-4


def metrics(record, name):
    return evaluate(record, [name])


def reservoir(efficiency, n, *, q_t=5.0, q_c=1.0, conditioned=True, flip=1.0):
    """Aurbach's sequence on a cell that loses 1 - CE of all that is plated, in each small cycle and at the end.

    Q_T is plated; each cycle strips Q_C and plates Q_C; at the end what is left is stripped: with a loss of 1 - CE of
    the n Q_C + Q_T that were plated, Q_S = CE (n Q_C + Q_T) - n Q_C.
    """
    hours = [q_t, *([q_c, q_c] * n), efficiency * (n * q_c + q_t) - n * q_c]
    currents = [-I, *([I, -I] * n), I]
    ends = [len(hours) - 1]
    if conditioned:
        hours, currents = [q_t, 0.9 * q_t, *hours], [-I, I, *currents]
        ends = [1, len(hours) - 1]

    def law(k, share, i):
        return 300.0 * i + (k in ends) * np.sign(i) * np.clip((share - 0.99) / 0.01, 0, 1)

    return cycled(flip * np.array(currents), None, law=law, duration=np.array(hours) * 3600.0, samples=301)


@given(st.floats(0.6, 0.999), st.integers(2, 6), st.floats(0.3, 2.0))
@settings(max_examples=25, deadline=None)
def test_efficiency_of_each_cycle_is_stripped_over_plated(efficiency, cycles, cutoff):
    found = metrics(lithium_copper(efficiency, cycles, cutoff), "lithium_efficiency")
    assert [m.value for m in found] == pytest.approx([100.0 * efficiency] * cycles, rel=1e-6)
    assert [m.half_cycle for m in found] == list(range(1, 2 * cycles, 2))


@given(st.floats(0.85, 0.999), st.integers(1, 10), st.sampled_from([1.0, -1.0]))
@settings(max_examples=25, deadline=None)
def test_aurbach_gives_back_the_loss_that_was_declared(efficiency, n, flip):
    record = reservoir(efficiency, n, flip=flip)
    (found,) = metrics(record, "aurbach_efficiency")
    assert found.value == pytest.approx(100.0 * efficiency, rel=1e-6)
    assert f"n = {n}" in found.evidence[0]
    (first,) = metrics(record, "lithium_efficiency")  # the conditioning cycle
    assert first.value == pytest.approx(90.0, rel=1e-6)


def test_the_formula_with_the_numbers_of_its_source():
    """Adams et al. 2018: Q_T = 5, Q_C = 1 mAh/cm2 and n = 10; all but 0.15 mAh/cm2 comes back: 14.85/15 = 99 %."""
    (found,) = metrics(reservoir(0.99, 10), "aurbach_efficiency")
    assert found.value == pytest.approx(99.0, abs=1e-4)


def test_without_conditioning_the_evidence_says_so():
    (found,) = metrics(reservoir(0.95, 5, conditioned=False), "aurbach_efficiency")
    assert found.value == pytest.approx(95.0, rel=1e-6)
    assert "no conditioning" in found.evidence[-1]


def test_other_cells_have_none_and_say_why():
    for name in ("lithium_efficiency", "aurbach_efficiency"):
        (found,) = metrics(cycled(alternating([I], 5), 500.0), name)
        assert found.value is None
        assert found.evidence == ("not lithium against copper: symmetric cycling",)
    (found,) = metrics(lithium_copper(), "aurbach_efficiency")
    assert "no reservoir" in found.evidence[0]
    stated = cycled(alternating([I], 5), 500.0, cell={"kind": "lithium-copper"})
    (found,) = metrics(stated, "lithium_efficiency")
    assert "steep rise" in found.evidence[0]
