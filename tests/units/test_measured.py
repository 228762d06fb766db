"""Values with uncertainties: what the grammar means, what comes back, what is refused with which line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer import measured
from interlayer.errors import UnitError

UNITS = ("m", "um", "S/cm", "mA/cm2", "MPa", "eV", "kJ/mol", "cm2", "1", "%", "wt%", "ohm cm2", "uL")


@pytest.mark.parametrize(
    ("text", "unit", "si", "sigma"),
    [
        ("4.9e-4 +- 0.3e-4 S/cm", "S/m", 0.049, 0.003),
        ("4.9e-4 ± 0.3e-4 S/cm", "S/m", 0.049, 0.003),
        ("4.9e-4+/-0.3e-4 S/cm", "S/m", 0.049, 0.003),
        ("(4.9 ± 0.3)e-4 S/cm", "S/m", 0.049, 0.003),
        ("(4.9 +- 0.3)×10⁻⁴ S/cm", "S/m", 0.049, 0.003),
        ("4.9(3)e-4 S/cm", "S/m", 0.049, 0.003),
        ("4.90(15)e-4 S/cm", "S/m", 0.049, 0.0015),
        ("49(3) nm", "m", 49e-9, 3e-9),
        ("15 +- 1 um", "m", 15e-6, 1e-6),
        ("15um±500nm", "m", 15e-6, 0.5e-6),
        ("15 um +- 10 %", "m", 15e-6, 1.5e-6),
        ("-40 mV +- 10 %", "V", -0.04, 0.004),
        ("25 +- 1 degC", "degC", 298.15, 1.0),
        ("25 degC +- 0.5 K", "K", 298.15, 0.5),
        ("25.0(5) °C", "K", 298.15, 0.5),
        ("(95 +- 2) %", "1", 0.95, 0.02),
        ("10 +- 1 wt%", "wt%", 0.1, 0.01),
        ("0.95 +- 0.02", "1", 0.95, 0.02),
        ("31 +- 1 kJ/mol", "kJ/mol", 31e3, 1e3),
    ],
)
def test_one_standard_deviation_in_si(text, unit, si, sigma):
    found = measured.read(text, unit)
    assert found.value == pytest.approx(si, rel=1e-14)
    assert found.sigma == pytest.approx(sigma, rel=1e-14)


def test_a_value_without_uncertainty_is_read_as_ever():
    assert measured.read("15 um", "m") == (15e-6, None)
    assert measured.read(0.3, "1") == (0.3, None)
    assert measured.read("5 mol/(m3 s)", "mol/m3/s") == (5.0, None)


@settings(deadline=None)
@given(
    value=st.floats(-1e20, 1e20, allow_subnormal=False).filter(lambda x: x == 0 or abs(x) > 1e-20),
    sigma=st.floats(1e-20, 1e20),
    unit=st.sampled_from(UNITS),
)
def test_what_is_written_reads_back_exactly(value, sigma, unit):
    assert measured.read(measured.write(value, sigma, unit), unit) == (value, sigma)
    assert measured.read(measured.write(value, None, unit), unit) == (value, None)


@settings(deadline=None)
@given(kelvin=st.floats(1.0, 2000.0), sigma=st.floats(1e-3, 100.0))
def test_an_uncertain_temperature_comes_back_as_a_difference(kelvin, sigma):
    found = measured.read(measured.write(kelvin, sigma, "degC"), "degC")
    assert found == (kelvin, sigma)


@settings(deadline=None)
@given(
    digits=st.integers(1, 999_999),
    decimals=st.integers(0, 5),
    last=st.integers(1, 99),
    power=st.integers(-12, 12),
)
def test_digits_in_brackets_count_in_the_last_place(digits, decimals, last, power):
    text = f"{digits / 10**decimals:.{decimals}f}"
    found = measured.read(f"{text}({last})e{power} ohm", "ohm")
    # The same as text: value and last digits, both times the power of ten, by Python's own reading of decimals.
    assert found.value == float(f"{text}e{power}")
    assert found.sigma == float(f"{last}e{power - decimals}")


@pytest.mark.parametrize(
    ("text", "unit", "says", "write"),
    [
        ("15 +- -1 um", "m", "below zero", '"15 +- 1 um"'),
        ("15 +- 0 um", "m", "not above zero", '"15 um"'),
        ("15 um +- 0 %", "m", "not above zero", '"15 um"'),
        ("4.9(0) um", "m", "not above zero", '"4.9 um"'),
        ("15 +- inf um", "m", "not a finite number", '"15 um"'),
        ("15 +- nan um", "m", "not a finite number", '"15 um"'),
        ("15 +- um", "m", "not a finite number", '"15 um"'),
        ("15 +- 1", "um", "no unit", '"15 +- 1 um"'),
        ("15 um +- 1", "um", "no unit", '"15 +- 1 um"'),
        ("15 +- 10 %", "um", "no unit", '"15 um +- 10 %"'),
        ("95 +- 2 %", "1", "two ways", '"(95 +- 2) %"'),
        ("95 % +- 2 %", "1", "two ways", '"(95 +- 2) %"'),
        ("0.95 +- 2 %", "1", "two ways", '"0.95 +- 0.019"'),
        ("25 degC +- 2 %", "degC", "means nothing", '"25 +- 1 degC"'),
        ("4,9 +- 0,3 mS/cm", "S/m", "decimal comma", '"4.9 +- 0.3 mS/cm"'),
        ("4.9 +- 0.3 e-4 S/cm", "S/m", "power of ten", '"(4.9 +- 0.3)e-4 S/cm"'),
        ("1 +- 2 +- 3 um", "um", "not one value", '"15 +- 1 um"'),
        ("15 +- 1 mA", "um", "a current", "15 um"),
        ("15 um +- 1 A", "um", "a current", "15 um"),
        ("15 +- 1e-400 um", "um", "range", "15 um"),
        ("+- 1 um", "um", "number", "15 um"),
        ("9" * 200 + " +- 1 um", "um", "not one value", '"15 +- 1 um"'),
    ],
)
def test_a_refusal_shows_the_corrected_text(text, unit, says, write):
    with pytest.raises(UnitError) as caught:
        measured.read(text, unit, where="cell.toml line 3")
    assert says in caught.value.what
    assert write in caught.value.advice
    assert "cell.toml line 3" in str(caught.value)
    suggested = caught.value.advice.split('"')[1]
    assert measured.read(suggested, unit).value, "what is advised can be read"


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789.,+-±/()%e umSAK°"), max_size=24))
def test_any_text_is_read_or_refused(text):
    try:
        found = measured.read(text, "um")
    except UnitError:
        return
    assert math.isfinite(found.value)
    assert found.sigma is None or 0.0 < found.sigma < math.inf
