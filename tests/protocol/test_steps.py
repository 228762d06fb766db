"""Step objects on their own."""

from __future__ import annotations

import itertools
import math

import pytest

from interlayer.errors import ProtocolError
from interlayer.protocol import CurrentStep, ImpedanceStep, RestStep, Stop, VoltageStep

HOUR = Stop("time", 3600)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Stop("weight", 1.0),
        lambda: Stop("time", math.nan),
        lambda: Stop("time", -1.0),
        lambda: Stop("time", 1.0, ">="),
        lambda: Stop("current", 1.0, "crosses"),
        lambda: Stop("voltage", math.inf, ">="),
        lambda: CurrentStep(stops=(HOUR,)),
        lambda: CurrentStep(areal=1.0, total=1.0, stops=(HOUR,)),
        lambda: CurrentStep(areal=0.0, stops=(HOUR,)),
        lambda: CurrentStep(areal=math.nan, stops=(HOUR,)),
        lambda: CurrentStep(areal=1.0),
        lambda: CurrentStep(areal=1.0, stops=(HOUR,), verb="Plate"),
        lambda: CurrentStep(areal=-1.0, stops=(HOUR,), verb="Push"),
        lambda: CurrentStep(areal=1.0, stops=(Stop("current", 1.0),)),
        lambda: CurrentStep(areal=1.0, stops=(HOUR,), period=0.0),
        lambda: CurrentStep(areal=1.0, stops=(HOUR,), temperature=25.0),
        lambda: RestStep(()),
        lambda: RestStep((HOUR, Stop("areal_capacity", 1.0))),
        lambda: VoltageStep(math.inf, (HOUR,)),
        lambda: VoltageStep(0.3, ()),
        lambda: VoltageStep(0.3, (Stop("voltage", 0.1),)),
        lambda: ImpedanceStep(0.1, 1e6),
        lambda: ImpedanceStep(1e6, 0.1, 2.5),
        lambda: ImpedanceStep(1e6, 0.1, amplitude_V=-1.0),
    ],
)
def test_impossible_steps_are_refused_with_advice(make):
    with pytest.raises(ProtocolError) as caught:
        make()
    assert caught.value.advice


def test_current_times_time():
    one_mAh_cm2 = Stop("areal_capacity", 36_000.0)
    assert CurrentStep(areal=-10.0, stops=(one_mAh_cm2,)).duration_s == 3600.0
    assert CurrentStep(areal=-10.0, stops=(one_mAh_cm2, Stop("time", 60.0))).duration_s == 60.0
    assert CurrentStep(total=0.001, stops=(Stop("capacity", 3.6),)).duration_s == 3600.0


def test_duration_is_unknown_where_the_cell_decides():
    assert CurrentStep(areal=1.0, stops=(HOUR, Stop("voltage", 0.5))).duration_s is None
    assert CurrentStep(total=1.0, stops=(Stop("areal_capacity", 1.0),)).duration_s is None  # needs the area
    assert CurrentStep(c_rate=1.0, stops=(Stop("capacity", 1.0),)).duration_s is None  # needs the active mass
    assert VoltageStep(0.1, (Stop("current", 1.0),)).duration_s is None
    assert RestStep((HOUR, Stop("voltage", 0.1, "<="))).duration_s is None


def test_frequencies():
    values = ImpedanceStep(1e6, 0.1, 10).frequencies()
    assert len(values) == 71
    assert (values[0], values[-1]) == (1e6, 0.1)
    assert values[10] == pytest.approx(1e5, rel=1e-12)
    ratios = [a / b for a, b in itertools.pairwise(values)]
    assert max(ratios) == pytest.approx(min(ratios), rel=1e-12)
    assert ImpedanceStep(2.0, 1.9, 1).frequencies() == (2.0, 1.9)


def test_steps_are_values():
    assert hash(CurrentStep(areal=1, stops=(HOUR,))) == hash(
        CurrentStep(areal=1.0, stops=(HOUR,), verb="Strip")
    )
    with pytest.raises(AttributeError):
        HOUR.value = 2.0
