"""Sentences: what they mean, that steps print back from them, and what a bad one is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.errors import ProtocolError
from interlayer.protocol import (
    CurrentStep,
    ImpedanceStep,
    RestStep,
    Stop,
    VoltageStep,
    parse_sentence,
    print_sentence,
)
from interlayer.protocol.sentences import EXAMPLES

from .strategies import STEPS

HOUR = Stop("time", 3600)


@pytest.mark.parametrize(
    ("sentence", "step"),
    [
        ("Plate at 0.1 mA/cm2 for 1 hour", CurrentStep(areal=-1.0, stops=(HOUR,))),
        ("plate AT 0.1 mA cm⁻²  For 60 min", CurrentStep(areal=-1.0, stops=(HOUR,))),
        ("Strip at 0.1mA/cm2 for 1h", CurrentStep(areal=1.0, stops=(HOUR,))),
        (
            "Strip at 0.1 mA/cm2 until 0.1 mAh/cm2",
            CurrentStep(areal=1.0, stops=(Stop("areal_capacity", 3600),)),
        ),
        ("Plate at 50 µA for 30 min", CurrentStep(total=-50e-6, stops=(Stop("time", 1800),))),
        ("Plate at 1 mA until 0.5 mAh", CurrentStep(total=-1e-3, stops=(Stop("capacity", 1.8),))),
        ("Rest for 1 hour", RestStep((HOUR,))),
        ("Rest for 1 hour or until <= 1 mV", RestStep((HOUR, Stop("voltage", 0.001, "<=")))),
        ("EIS from 1 MHz to 0.1 Hz", ImpedanceStep(1e6, 0.1)),
        ("EIS from 0.1 Hz to 1 MHz", ImpedanceStep(1e6, 0.1)),
        (
            "EIS from 7 MHz to 10 mHz, 6 points per decade, 5 mV amplitude (60 degC)",
            ImpedanceStep(7e6, 0.01, 6, 0.005, 333.15),
        ),
        ("Hold at 0.3 V for 12 hours", VoltageStep(0.3, (Stop("time", 43200),))),
        ("Hold at -0.3 V until 10 uA/cm2", VoltageStep(-0.3, (Stop("current_density", 0.1, "<="),))),
        (
            "Hold at 4.1 V until C/20 or 50 mA",
            VoltageStep(4.1, (Stop("c_rate", 0.05), Stop("current", 0.05))),
        ),
        ("Hold at 0.3 V for 1 hour or until >= 1 mA", VoltageStep(0.3, (HOUR, Stop("current", 0.001, ">=")))),
        ("Charge at 0.5C until 4.0 V", CurrentStep(c_rate=0.5, stops=(Stop("voltage", 4.0, "crosses"),))),
        (
            "Discharge at C/5 until 2.5 V or 6 hours",
            CurrentStep(c_rate=-0.2, stops=(Stop("voltage", 2.5), Stop("time", 21600))),
        ),
        ("Discharge at 2C / 4 for 1 hour", CurrentStep(c_rate=-0.5, stops=(HOUR,))),
        ("Charge at 1 mA for 1 hour", CurrentStep(total=1e-3, stops=(HOUR,), verb="Charge")),
        (
            "Plate at 0.1 mA/cm2 for 1 hour or until <= -0.5 V (1 minute period, 60 °C)",
            CurrentStep(
                areal=-1.0, stops=(HOUR, Stop("voltage", -0.5, "<=")), temperature=333.15, period=60.0
            ),
        ),
    ],
)
def test_meaning(sentence, step):
    assert parse_sentence(sentence) == step


def test_direction_is_in_the_word():
    signs = {
        w: parse_sentence(f"{w} at 1 mA for 1 h").total for w in ("Plate", "Discharge", "Strip", "Charge")
    }
    assert signs == {"Plate": -0.001, "Discharge": -0.001, "Strip": 0.001, "Charge": 0.001}
    # The word is part of the step: a full cell is not told to plate because it was told to discharge.
    assert parse_sentence("Plate at 1 mA for 1 h") != parse_sentence("Discharge at 1 mA for 1 h")


@given(STEPS)
@settings(max_examples=400, deadline=None)
def test_every_step_reads_back_from_its_sentence(step):
    assert parse_sentence(print_sentence(step)) == step


@pytest.mark.parametrize(
    "sentence",
    [
        *EXAMPLES.values(),
        "Strip at 50 uA for 30 minutes",
        "Discharge at C/3 until 3.3 V",
        "Rest for 90.5 s",
        "Plate at 0.1 mA/cm2 for 1 hour or until 0.5 V or 0.2 mAh/cm2 (25 degC, 10 s period)",
    ],
)
def test_plain_sentences_print_back_as_a_person_would_write_them(sentence):
    printed = print_sentence(parse_sentence(sentence))
    assert printed == sentence.replace("4.0 V", "4 V").replace("C/5", "0.2C")


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("", ["empty step", EXAMPLES["Plate"]]),
        ("   ", ["empty step"]),
        (7, ["7 is not a step", EXAMPLES["Plate"]]),
        (None, ["None is not a step"]),
        ("x" * 400, ["400 characters"]),
        ("42", ["a step begins with 'Plate'", "'EIS'"]),
        ("Plat at 0.1 mA/cm2 for 1 hour", ["did you mean 'Plate'?"]),
        ("Wait for 1 hour", ["did you mean 'Rest'?", EXAMPLES["Rest"]]),
        ("PEIS from 1 MHz to 1 Hz", ["did you mean 'EIS'?", EXAMPLES["EIS"]]),
        ("Plate", ["at its end", "expected 'at'"]),
        ("Plate 0.1 mA/cm2 for 1 h", ['at "0.1 mA/cm2 for 1 h"', "expected 'at'"]),
        ("Plate at", ["a number with unit is missing"]),
        ("Plate at 0.1 mA/cm2", ["never end", "for 1 hour"]),
        ("Plate at 0.1 mA/cm2 fr 1 hour", ['at "fr 1 hour"', "did you mean 'for'?"]),
        ("Plate at 0.1 mA/cm2 for 1 hour extra", ['at "extra"', "end of the sentence"]),
        ("Charge at 0.5C untl 4 V", ["did you mean 'until'?"]),
        ("Plate at 0,1 mA/cm2 for 1,5 h", ["decimal comma", 'write "Plate at 0.1 mA/cm2 for 1.5 h"']),
        ("Plate at 0.1 for 1 h", ["has no unit", 'write "Plate at 0.1 mA/cm2 for 1 h"']),
        ("Plate at 0.1 mv for 1 h", ["unknown unit 'mv'", "'mV'"]),
        ("Plate at 4 W until 4 V", ["a power", "a current density or a current"]),
        ("Plate at -0.1 mA/cm2 for 1 h", ["the word Plate gives the direction"]),
        ("Plate at 0 mA/cm2 for 1 h", ["above zero"]),
        ("Plate at 0.1C for 1 h", ["no C-rate", "0.1 mA/cm2"]),
        ("Charge at C/0 for 1 h", ["divided by zero"]),
        ("Charge at 0.5C until 5 C", ["C-rate or a charge", "mAh"]),
        ("Plate at 0.1 mA/cm2 for 1 mA", ["a current", "expected a time"]),
        ("Plate at 0.1 mA/cm2 until 0.1 A", ["an areal capacity, a time, a voltage or a charge"]),
        ("Plate at 0.1 mA/cm2 until -0.1 V", ["two ways", "<= -0.1 V", "until 0.1 V"]),
        ("Plate at 0.1 mA/cm2 for 0 h", ["time of 0 s", "above zero"]),
        ("Plate at 0.1 mA/cm2 for 1 h or 2 h", ["two stops on the same time"]),
        ("Plate at 0.1 mA/cm2 until >= 1 h", ["time", "'>='"]),
        ("Plate at 0.1 mA/cm2 for 1 hour or", ["at its end", "missing"]),
        ("Plate at 0.1 mA/cm2 for 1 h (60 degC", ["bracket is not closed"]),
        ("Plate at 0.1 mA/cm2 for 1 h (60 degC, 1 degC)", ["twice"]),
        ("Plate at 0.1 mA/cm2 for 1 h (1 minute)", ["write '1 minute period'"]),
        ("Plate at 0.1 mA/cm2 for 1 h (25 C)", ['(25 degC)"']),
        ("Plate at 0.1 mA/cm2 for 1 h (25 K)", ["25 K", "100 K"]),
        ("Plate at 0.1 mA/cm2 for 1 h (0 s period)", ["recording period"]),
        ("Rest", ["may never end", "for 1 hour"]),
        ("Rest until 0.1 V", ["no direction", "<= 0.1 V"]),
        ("Rest until <= 0.1 V", ["may never end"]),
        ("Rest for 1 h or until 1 mA", ["a current", "a time or a voltage"]),
        ("Rest fot 1 hour", ["did you mean 'for'?"]),
        ("Hold at 3 A for 1 h", ["a current", "expected a voltage"]),
        ("Hold at 0.3 V", ["never end"]),
        ("EIS", ["expected 'from'"]),
        ("EIS from 1 MHz", ["expected 'to'"]),
        ("EIS from 1 MHz to 1 MHz", ["highest frequency first"]),
        ("EIS from 1 MHz to 0 Hz", ["lowest Hz is 0"]),
        ("EIS from 1 MHz to 1 Hz for 1 h", ['at "for 1 h"', "end of the sentence"]),
        ("EIS from 1 MHz to 1 Hz, ten", ["10 points per decade"]),
        ("EIS from 1 MHz to 1 Hz, 2.5 points per decade", ["whole number"]),
        ("EIS from 1 MHz to 1 Hz, 0 points per decade", ["1 to 1000"]),
        ("EIS from 1 MHz to 1 Hz, 1 mV amplitude, 2 mV amplitude", ["twice"]),
        ("EIS from 1 MHz to 1 Hz, 0 mV amplitude", ["amplitude V is 0"]),
        ("EIS from 1 MHz to 1 Hz (1 s period)", ["no recording period"]),
        ("EIS from 1e15 Hz to 1 Hz", ["no instrument"]),
    ],
)
def test_a_bad_sentence_is_told_what_is_wrong(sentence, parts):
    with pytest.raises(ProtocolError) as caught:
        parse_sentence(sentence, where="protocol.toml line 4")
    message = str(caught.value)
    assert message.startswith("protocol.toml line 4: ")
    assert " -> " in message
    assert not [p for p in parts if p not in message], message
    if isinstance(sentence, str) and 0 < len(sentence.strip()) < 300:
        assert " ".join(sentence.split()) in message


@pytest.mark.parametrize("sentence", ["Plate at 0,1 mA/cm2 for 1,5 h", "Plate at 0.1 for 1 h", "Rest for 2"])
def test_a_corrected_line_is_right(sentence):
    with pytest.raises(ProtocolError) as caught:
        parse_sentence(sentence)
    parse_sentence(caught.value.advice.removeprefix('write "').removesuffix('"'))


WORDS = st.sampled_from(
    """Plate Strip Rest Hold EIS Charge at for until or from to 0.1 1 -1 mA/cm2 mA V Hz MHz hour s C C/5 0.5C
    <= >= ( ) , period amplitude points per decade degC mAh/cm2 9**9**9 nan""".split()  # noqa: SIM905
)


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60))
@settings(max_examples=600, deadline=None)
def test_any_text_is_a_step_or_a_protocol_error(text):
    try:
        step = parse_sentence(text)
    except ProtocolError:
        return
    assert parse_sentence(print_sentence(step)) == step
