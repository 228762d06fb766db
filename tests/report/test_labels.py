"""Numbers and units as printed."""

from __future__ import annotations

import pytest

from interlayer import units
from interlayer.report import labels


@pytest.mark.parametrize(
    ("unit", "printed"),
    [("mA/cm2", "mA cm⁻²"), ("ohm cm2", "Ω cm²"), ("um", "µm"), ("1", ""), ("h", "h"), ("kohm", "kΩ"), ("deg", "°")],
)  # fmt: skip
def test_units(unit, printed):
    assert labels.pretty_unit(unit) == printed


def test_printed_units_are_read_back_as_the_same_unit():
    for unit in ("mA/cm2", "ohm cm2", "um", "kohm", "mAh/cm2", "mol/m2", "mV"):
        assert units.factor(labels.pretty_unit(unit)) == pytest.approx(units.factor(unit), rel=1e-12)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"), (float("nan"), "–"), (0.0, "0"), (562.0, "562"), (4083.4, "4083"), (-7.3, "−7.3"),
        (12345.678, "12\u202f346"), (1.11e-8, "1.11×10⁻⁸"), (2.5e9, "2.5×10⁹"), (0.1, "0.1"), (1e-4, "0.0001"),
    ],
)  # fmt: skip
def test_numbers(value, text):
    assert labels.number(value) == text


def test_ticks_of_one_axis_have_the_same_decimals():
    assert labels.ticks([0.0, 0.5, 1.0], "linear") == ["0.0", "0.5", "1.0"]
    assert labels.ticks([-50.0, 0.0, 50.0], "linear") == ["−50", "0", "50"]
    assert labels.ticks([0.1, 1.0, 1e4, 1e6], "log") == ["0.1", "1", "10⁴", "10⁶"]


def test_axis_text():
    assert labels.axis_text("Time", "h") == "Time / h"
    assert labels.axis_text("Contact fraction", "1") == "Contact fraction"
