"""Protocols: order, repeats, cycles, the field's tests, and how they show themselves."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings

from interlayer.errors import DescriptionError, ProtocolError, UnitError
from interlayer.protocol import Block, CurrentStep, ImpedanceStep, Protocol, RestStep, Stop, find, load, names

from .strategies import ENTRIES

PLATE, STRIP = "Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour"
SPECTRUM = "EIS from 1 MHz to 0.1 Hz"


def passed(protocol):
    """Areal charge of the working electrode [C/m2] after each current step."""
    charges = (f.step.areal * f.step.duration_s for f in protocol.flat() if isinstance(f.step, CurrentStep))
    return list(itertools.accumulate(charges))


def test_sentences_steps_and_blocks_mix():
    step = RestStep((Stop("time", 60.0),))
    protocol = Protocol([SPECTRUM, step, Block([PLATE, Block([STRIP, step], 2)], 3)], repeat=2)
    kinds = [type(f.step).__name__[0] for f in protocol.flat()]
    inner = "CCRCR"
    assert "".join(kinds) == ("IR" + inner * 3) * 2
    assert [f.index for f in protocol.flat()] == list(range(protocol.n_steps))


def test_cycles_are_counted_by_direction():
    protocol = Protocol([SPECTRUM, "Rest for 1 hour", Block([PLATE, "Rest for 1 hour", STRIP], 3), SPECTRUM])
    assert [f.cycle for f in protocol.flat()] == [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2]
    one_way = Protocol([PLATE], repeat=3)
    assert {f.cycle for f in one_way.flat()} == {0}
    two_stage = Protocol([PLATE, PLATE, STRIP, STRIP], repeat=2)
    assert [f.cycle for f in two_stage.flat()] == [0] * 4 + [1] * 4


def test_repeats_are_expanded_lazily():
    protocol = Protocol([Block([PLATE, STRIP], 1_000_000)], repeat=1_000_000)
    assert protocol.n_steps == 2_000_000_000_000
    assert [f.cycle for f in itertools.islice(protocol.flat(), 5)] == [0, 0, 1, 1, 2]
    assert protocol.duration_s == pytest.approx(7200e12)


@given(ENTRIES)
@settings(max_examples=100, deadline=None)
def test_counts_and_times_agree_with_the_written_out_steps(entries):
    protocol = Protocol(entries)
    flat = list(protocol.flat())
    assert protocol.n_steps == len(flat)
    times = [f.step.duration_s for f in flat]
    if None in times:
        assert protocol.duration_s is None
    else:
        assert protocol.duration_s == pytest.approx(sum(times), rel=1e-12)


@given(ENTRIES)
@settings(max_examples=100, deadline=None)
def test_plain_data_and_files_read_back(tmp_path_factory, entries):
    protocol = Protocol(
        entries, label='a "label" \\ with\nµ, 中文', notes={"why": "x", "n": [1, 2.5], "t": {"a b": True}}
    )
    assert Protocol.from_dict(protocol.as_dict()) == protocol
    assert Protocol.from_dict(json.loads(json.dumps(protocol.as_dict()))) == protocol
    path = tmp_path_factory.mktemp("protocols") / "Prüfung 中.toml"
    path.write_text(protocol.to_toml(), encoding="utf-8")
    assert Protocol.from_toml(path) == protocol


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: Protocol([]), ["no steps", PLATE]),
        (lambda: Protocol(PLATE), ["not a list", f'["{PLATE}"]']),
        (lambda: Protocol(None), ["not a list"]),
        (lambda: Protocol([PLATE, "Wait for 1 hour"]), ["step 2: ", "'Rest'"]),
        (lambda: Protocol([PLATE, 3]), ["step 2: ", "3 is not a step"]),
        (lambda: Protocol([PLATE], repeat=0), ["repeat = 0", "whole number"]),
        (lambda: Protocol([PLATE], repeat=True), ["repeat = True"]),
        (lambda: Protocol([PLATE], repeat=2.0), ["repeat = 2.0"]),
        (lambda: Block([PLATE], 10**50), ["many digits"]),
        (lambda: Protocol.cycling(cycles=0), ["cycles = 0", "whole number"]),
        (lambda: Protocol.cycling(eis_at_cycles=[101]), ["eis_at_cycles", "cycle 101 of 100"]),
        (lambda: Protocol.cycling(eis="Rest for 1 hour"), ["eis: ", "not a spectrum"]),
        (lambda: Protocol.cycling(first="plate"), ["first = 'plate'", "'Strip'"]),
        (lambda: Protocol.cycling("-0.1 mA/cm2"), ["current_density", "above zero"]),
        (lambda: Protocol.critical_current_ramp(half_cycle="1 h", capacity="1 mAh/cm2"), ["not both"]),
        (lambda: Protocol.critical_current_ramp(end="0.01 mA/cm2"), ["below its start"]),
        (lambda: Protocol.critical_current_ramp(step="1 pA/m2"), ["larger step"]),
        (lambda: Protocol.rate_test([]), ["list of current densities"]),
        (lambda: Protocol.rate_test("0.1 mA/cm2"), ["list of current densities"]),
        (
            lambda: load("cycling"),
            ["unknown protocol", "did you mean", "take one of bruce-vincent", "cycling-0.1"],
        ),
        (lambda: find("first-cycle"), ["unknown protocol", "'first-cycle-with-eis'"]),
    ],
)
def test_what_cannot_be_is_refused(make, parts):
    with pytest.raises(ProtocolError) as caught:
        make()
    assert not [p for p in parts if p not in str(caught.value)], str(caught.value)


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: Protocol.cycling("0.1 mA"), ["current_density: ", "a current;", '"0.1 mA/cm2"']),
        (lambda: Protocol.cycling("0,1 mA/cm2"), ['write "0.1 mA/cm2"']),
        (lambda: Protocol.cycling(half_cycle="1 V"), ["half_cycle: ", "a time or an areal capacity"]),
        (lambda: Protocol.rate_test(["0.1"]), ["currents: ", "no unit"]),
        (lambda: Protocol.critical_current_ramp(capacity="1 hour"), ["capacity: ", "an areal capacity"]),
    ],
)
def test_wrong_units_of_the_builders(make, parts):
    with pytest.raises(UnitError) as caught:
        make()
    assert not [p for p in parts if p not in str(caught.value)], str(caught.value)


def in_c_rates(protocol):
    """Whether it is for full cells, whose charge ends at a voltage: tests/protocol/test_full_cell_protocols.py."""
    return any(isinstance(f.step, CurrentStep) and f.step.c_rate is not None for f in protocol.flat())


BUILT = [
    Protocol.cycling(),
    Protocol.cycling("0.3 mA/cm2", "0.3 mAh/cm2", cycles=7, rest="10 min", first="Strip"),
    Protocol.critical_current_ramp(),
    Protocol.critical_current_ramp(
        "0.1 mA/cm2", "0.07 mA/cm2", "1 mA/cm2", capacity="0.1 mAh/cm2", cycles_per_step=3
    ),
    Protocol.rate_test(["0.05 mA/cm2", "0.1 mA/cm2", "0.6 mA/cm2"], rest="5 min"),
    *(p for p in map(load, names()) if not in_c_rates(p)),
]


@pytest.mark.parametrize("protocol", BUILT, ids=repr)
def test_complete_cycles_pass_no_net_charge(protocol):
    after = passed(protocol)
    assert len(after) % 2 == 0
    largest = max((abs(q) for q in after), default=0.0)
    assert all(abs(q) <= 1e-12 * largest for q in after[1::2])


def test_cycling_takes_spectra_where_asked():
    protocol = Protocol.cycling(cycles=100, eis_at_cycles=(0, 50, 100))
    assert protocol == Protocol.cycling()
    flat = list(protocol.flat())
    assert [f.index for f in flat if isinstance(f.step, ImpedanceStep)] == [0, 101, 202]
    assert protocol.duration_s == 200 * 3600
    assert max(f.cycle for f in flat) == 99
    assert flat[1].step.sign == -1
    without = Protocol.cycling(cycles=3, eis_at_cycles=(), rest="10 min", first="Strip")
    assert [type(f.step).__name__ for f in without.flat()] == ["CurrentStep", "RestStep"] * 6
    assert next(without.flat()).step.sign == 1


def test_ramp_steps_are_decimal_numbers():
    ramp = Protocol.critical_current_ramp("0.05 mA/cm2", "0.05 mA/cm2", "2 mA/cm2")
    plated = [-f.step.areal for f in ramp.flat() if f.step.sign < 0]
    assert plated == [k / 2 for k in range(1, 41)]  # A/m2
    assert str(ramp).count("0.15 mA/cm2") == 2
    short = Protocol.critical_current_ramp("0.1 mA/cm2", "0.3 mA/cm2", "0.9 mA/cm2", cycles_per_step=2)
    assert [f.step.areal for f in short.flat()] == [-1, 1, -1, 1, -4, 4, -4, 4, -7, 7, -7, 7]


def test_capacity_constant_ramp():
    ramp = Protocol.critical_current_ramp("0.1 mA/cm2", "0.1 mA/cm2", "0.2 mA/cm2", capacity="0.1 mAh/cm2")
    assert [f.step.duration_s for f in ramp.flat()] == [3600, 3600, 1800, 1800]


def test_rate_test_returns_to_the_low_current():
    test = Protocol.rate_test(["0.05 mA/cm2", "0.1 mA/cm2", "0.2 mA/cm2"], cycles=4)
    assert [f.step.areal for f in test.flat() if f.step.sign > 0] == [0.5] * 4 + [1] * 4 + [2] * 4 + [1] * 4
    assert Protocol.rate_test(["0.1 mA/cm2"], back_to=None).n_steps == 10


def test_shipped_protocols():
    assert {"cycling-0.1", "rate-test", "ccd-ramp", "eis", "first-cycle-with-eis"} <= set(names())
    for name in names():
        protocol = load(name)
        assert protocol.label
        assert protocol.notes
        assert Protocol.from_dict(protocol.as_dict()) == protocol
    assert load("first-cycle-with-eis").duration_s < 4 * 3600
    # The hours at which ding2024 gives the interfacial resistance.
    time, at = 0.0, []
    for flat in load("resistance-growth").flat():
        if isinstance(flat.step, ImpedanceStep):
            at.append(time / 3600)
        time += flat.step.duration_s
    assert at == [0, 100, 200, 400]
    # Currents of ding2024's rate test, as printed.
    currents = {-f.step.areal / 10 for f in load("rate-test").flat() if f.step.sign < 0}
    assert sorted(currents) == [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


def test_find_takes_names_and_files(tmp_path):
    assert find("eis") == load("eis")
    path = tmp_path / "eis.toml"
    path.write_text(Protocol([PLATE]).to_toml(), encoding="utf-8")
    assert find(path) == find(str(path)) == Protocol([PLATE])
    with pytest.raises(DescriptionError):
        find("nothing.toml")


def test_it_shows_itself():
    protocol = Protocol([SPECTRUM, Block([PLATE, STRIP], 50)], label="<b>long</b> run")
    assert repr(protocol) == "Protocol('<b>long</b> run', 101 steps, 100 h)"
    assert "  50 times:\n    Plate at 0.1 mA/cm2 for 1 hour" in str(protocol)
    html = protocol._repr_html_()
    assert "&lt;b&gt;long&lt;/b&gt; run" in html
    assert "<b>long</b> run" not in html
    assert PLATE in html
    assert "lines more" in load("ccd-ramp")._repr_html_()
    unknown = Protocol(["Charge at 0.5C until 4 V"])
    assert repr(unknown) == "Protocol(1 step, duration depends on the cell)"


def test_protocols_are_values():
    assert Protocol([PLATE, STRIP]) == Protocol(Protocol([PLATE, STRIP]).steps)
    assert len({Protocol([PLATE]), Protocol([PLATE]), Protocol([STRIP])}) == 2
    with pytest.raises(AttributeError):
        Protocol([PLATE]).label = "x"
