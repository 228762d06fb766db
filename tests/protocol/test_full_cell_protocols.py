"""Protocols of full cells: what the builders make, that it prints and reads back, and what they refuse."""

from __future__ import annotations

import pytest

from interlayer.errors import ProtocolError, UnitError
from interlayer.protocol import CurrentStep, Protocol, load, parse_sentence, print_sentence


def sentences(protocol):
    return [print_sentence(f.step) for f in protocol.flat()]


def test_a_cycle_charges_first_holds_and_rests():
    made = Protocol.full_cell_cycling(cycles=2, eis_at_cycles=[])
    cycle = [
        "Charge at 0.5C until 4 V",
        "Hold at 4 V until 0.05C",
        "Rest for 10 minutes",
        "Discharge at 0.5C until 2.5 V",
        "Rest for 10 minutes",
    ]
    assert sentences(made) == cycle * 2
    assert [f.cycle for f in made.flat()] == [0] * 5 + [1] * 5
    first = next(f.step for f in made.flat())
    assert isinstance(first, CurrentStep)
    assert first.sign == 1, "the lithium of a fresh cell is in its cathode"
    assert made.duration_s is None


def test_without_hold_and_rest_there_are_two_steps():
    made = Protocol.full_cell_cycling(
        "C/3", 1, "4.3 V", "2.8 V", cv_until=None, rest=None, eis_at_cycles=[0, 1]
    )
    assert sentences(made) == [
        "EIS from 1 MHz to 0.1 Hz",
        "Charge at C/3 until 4.3 V",
        "Discharge at C/3 until 2.8 V",
        "EIS from 1 MHz to 0.1 Hz",
    ]


def test_rates_follow_each_other():
    made = Protocol.rate_capability(["0.1C", "1C", "0.1C"], cycles=2, rest=None)
    currents = [f.step.c_rate for f in made.flat() if isinstance(f.step, CurrentStep)]
    assert currents == [0.1, -0.1] * 2 + [1.0, -1.0] * 2 + [0.1, -0.1] * 2
    slow = Protocol.rate_capability(["0.1C", "1C"], cycles=1, rest=None, charge_rate="0.2C", cv_until="0.02C")
    assert sentences(slow)[3:] == [
        "Charge at 0.2C until 4 V",
        "Hold at 4 V until 0.02C",
        "Discharge at 1C until 2.5 V",
    ]


def test_a_current_may_stand_for_a_rate():
    made = Protocol.full_cell_cycling("0.1 mA/cm2", 1, cv_until="5 uA", rest=None, eis_at_cycles=[])
    assert sentences(made) == [
        "Charge at 0.1 mA/cm2 until 4 V",
        "Hold at 4 V until 0.005 mA",
        "Discharge at 0.1 mA/cm2 until 2.5 V",
    ]


@pytest.mark.parametrize("make", [Protocol.full_cell_cycling, Protocol.rate_capability])
def test_what_is_made_reads_back(make):
    made = make()
    assert Protocol.from_dict(made.as_dict()) == made
    for flat in made.flat():
        assert parse_sentence(print_sentence(flat.step)) == flat.step


@pytest.mark.parametrize("name", ["full-cell-cycling", "rate-capability", "rate-capability-ncm811"])
def test_shipped_ones_charge_first(name):
    currents = [f.step for f in load(name).flat() if isinstance(f.step, CurrentStep)]
    assert [step.sign for step in currents] == [1, -1] * (len(currents) // 2)
    assert all(step.c_rate is not None for step in currents)


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: Protocol.full_cell_cycling("fast"), ["rate", "fast"]),
        (lambda: Protocol.full_cell_cycling("-0.5C"), ["rate"]),
        (lambda: Protocol.full_cell_cycling("0.5C for 1 hour or"), ["rate"]),
        (lambda: Protocol.full_cell_cycling(lower="4.2 V"), ["lower = 4.2 V is not below upper = 4.0 V"]),
        (lambda: Protocol.full_cell_cycling(upper="4 mA"), ["upper", "a voltage"]),
        (lambda: Protocol.full_cell_cycling(cv_until="1 hour"), ["cv_until", "0.05C"]),
        (lambda: Protocol.full_cell_cycling(cv_until="0.1 mAh"), ["cv_until", "is no current"]),
        (lambda: Protocol.full_cell_cycling(cycles=0), ["cycles = 0"]),
        (lambda: Protocol.rate_capability("0.1C"), ["a list of C-rates"]),
        (lambda: Protocol.rate_capability([]), ["a list of C-rates"]),
    ],
)
def test_what_cannot_be_is_refused(make, parts):
    with pytest.raises((ProtocolError, UnitError)) as caught:
        make()
    assert caught.value.exit_code == 2
    assert not [p for p in parts if p not in str(caught.value)], str(caught.value)
