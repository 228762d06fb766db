"""Circuits with branches: against complex arithmetic, in derivatives, put together by operators."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer.circuits import Circuit, parse_circuit
from interlayer.circuits.bounds import bounds
from interlayer.circuits.data import prepare
from interlayer.circuits.elements import Capacitor, ConstantPhase, Resistor, WarburgInfinite, Zarc
from interlayer.circuits.makers import CPE, TLMQ, C, L, Maker, R, W
from interlayer.errors import InputError
from tests.circuits.strategies import circuits

OMEGA = np.geomspace(1e-2, 1e7, 37)
F = OMEGA / (2 * np.pi)


def test_randles_circuit_is_what_pencil_and_paper_say():
    circuit = parse_circuit("R0-p(R1-W1,CPE1)")
    values = {"R0": 20.0, "R1": 300.0, "W1": 40.0, "CPE1_0": 2e-6, "CPE1_1": 0.9}
    faradaic = 300 + 40 / np.sqrt(1j * OMEGA)
    expected = 20 + 1 / (1 / faradaic + 2e-6 * (1j * OMEGA) ** 0.9)
    np.testing.assert_allclose(circuit.evaluate(F, values), expected, rtol=1e-13)
    assert circuit.names == tuple(values)
    assert [q.unit for q in circuit.reported] == ["ohm", "ohm", "ohm s^-1/2", "S s^n", "1"]


def test_branches_within_branches():
    circuit = parse_circuit("L0-p(R1,CPE1-p(R2,C2,W3))-p(C4,R4-p(C5,R5))")
    values = {"L0": 1e-7, "R1": 50.0, "CPE1_0": 1e-4, "CPE1_1": 0.8, "R2": 70.0, "C2": 1e-3, "W3": 9.0}
    values |= {"C4": 1e-8, "R4": 30.0, "C5": 2e-5, "R5": 11.0}
    s = 1j * OMEGA
    inner = 1 / (1 / 70 + 1e-3 * s + np.sqrt(s) / 9)
    first = 1 / (1 / 50 + 1 / (1 / (1e-4 * s**0.8) + inner))
    second = 1 / (1e-8 * s + 1 / (30 + 1 / (2e-5 * s + 1 / 11)))
    np.testing.assert_allclose(circuit.evaluate(F, values), 1e-7 * s + first + second, rtol=1e-12)


def test_an_arc_is_the_same_in_its_own_coordinates_and_as_branches():
    arc = parse_circuit("p(R1,CPE1)")
    assert [p.element for p in arc.placed] == [Zarc]
    # a third branch of next to nothing keeps the two apart
    apart = parse_circuit("p(R1,CPE1,R2)")
    assert [p.element for p in apart.placed] == [Resistor, ConstantPhase, Resistor]
    values = {"R1": 100.0, "CPE1_0": 1e-5, "CPE1_1": 0.85}
    np.testing.assert_allclose(arc.evaluate(F, values), apart.evaluate(F, {**values, "R2": 1e18}), rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(circuits(), st.integers(0, 2**32 - 1))
def test_value_and_derivatives_of_any_circuit(circuit, seed):
    """Central differences in theta; several parameter sets at once are each alone."""
    rng = np.random.default_rng(seed)
    data = prepare(F, 100.0 / (1 + 1j * OMEGA * 1e-3) + 10.0)
    low, high = bounds(circuit, data)
    theta = low + (0.3 + 0.4 * rng.random((3, circuit.size))) * (high - low)
    z, slope = circuit.both(OMEGA, theta)
    np.testing.assert_allclose(circuit.impedance(OMEGA, theta), z, rtol=1e-13)
    for s in range(3):
        alone, rate = circuit.both(OMEGA, theta[s : s + 1])
        np.testing.assert_allclose(alone[0], z[s], rtol=1e-12)
        np.testing.assert_allclose(rate[0], slope[s], rtol=1e-10, atol=1e-12 * np.abs(z[s]).max())
    for k in range(circuit.size):
        h = np.zeros(circuit.size)
        h[k] = 1e-5
        up, down = circuit.impedance(OMEGA, theta + h), circuit.impedance(OMEGA, theta - h)
        error = np.abs(slope[:, k] - (up - down) / 2e-5)
        assert (error <= 1e-6 * np.abs(slope[:, k]) + 1e-8 * np.abs(z)).all()
    assert (z.real >= -1e-12 * np.abs(z)).all()


@settings(max_examples=40, deadline=None)
@given(circuits(), st.integers(0, 2**32 - 1))
def test_named_values_go_to_coordinates_and_back(circuit, seed):
    rng = np.random.default_rng(seed)
    values = {
        n: 0.5 + 0.5 * rng.random() if q.name == "n" else np.exp(3 * rng.standard_normal())
        for n, q in zip(circuit.names, circuit.reported, strict=True)
    }
    natural = circuit.natural(circuit.theta(values))
    back = [p.element.to_reported(natural[s])[0] for p, s in zip(circuit.placed, circuit.slices, strict=True)]
    np.testing.assert_allclose(np.concatenate(back), [values[n] for n in circuit.names], rtol=1e-9)


def test_operators_put_circuits_together():
    randles = R(0) - (R(1) - W(1) | CPE(1))
    assert randles.text == "R0-p(R1-W1,CPE1)"
    assert randles == parse_circuit(randles.text)
    assert R("R0") - (R("R1") | CPE("CPE1")) == parse_circuit("R0-p(R1,CPE1)")
    assert (CPE(1) | R(1)) == (R(1) | CPE(1))
    assert (R("ct") | C("dl") | W(2)).text == "p(p(R_ct,C_dl),W2)"
    assert (R(1) | W(2) | C(3)).text == "p(R1,W2,C3)"
    assert (L(0) - R(0) - TLMQ(1)).text == "L0-R0-TLMQ1"
    assert Circuit.series(Resistor, Zarc, ConstantPhase) - W(9) == parse_circuit("R0-p(R1,CPE1)-CPE2-W9")
    assert Maker(Capacitor)("C_x").text == "C_x"


def test_operators_refuse_what_a_text_would_refuse():
    with pytest.raises(InputError, match="'R1' stands twice"):
        _ = R(0) - R(1) - (R(1) | C(1))
    with pytest.raises(InputError, match="'CPE1' stands twice"):
        _ = CPE(1) | (CPE(1) - R(0))
    for wrong in ("C1", "R1-C1", "", "1x", -1):
        with pytest.raises(InputError):
            R(wrong)


def test_what_a_fit_may_rely_on():
    series = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)-W3")
    assert series.is_series
    assert series.amplitudes is not None
    assert dict(series.groups)[Zarc].tolist() == [[1, 2, 3], [4, 5, 6]]
    branched = parse_circuit("R0-p(R1,CPE1)-p(p(R2,CPE2)-W3,C4)")
    assert not branched.is_series
    assert branched.amplitudes is None
    # arcs inside a branch do not change places with those outside
    assert dict(branched.groups)[Zarc].tolist() == [[1, 2, 3]]
    assert [p.element for p in branched.placed] == [Resistor, Zarc, Zarc, WarburgInfinite, Capacitor]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"R0": 1.0}, "no value for R1, C1"),
        ({"R0": 1.0, "R1": 2.0, "C1": 1.0, "R2": 1.0}, "unknown parameter 'R2'"),
        ({"R0": 1.0, "R1": -2.0, "C1": 1.0}, "R1 = -2 ohm"),
        ({"R0": 1.0, "R1": float("nan"), "C1": 1.0}, "R1 = nan ohm"),
    ],
)
def test_values_that_cannot_be_are_named(values, words):
    with pytest.raises(InputError, match=words):
        parse_circuit("R0-p(R1,C1)").evaluate([1.0], values)


def test_the_example_of_the_page_runs(capsys):
    page = Path(__file__).parents[2] / "docs" / "theory" / "circuits.md"
    (code,) = re.findall(
        r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    exec(code, {})
    assert capsys.readouterr().out.split() == re.findall(r"# (\S+)$", code, re.MULTILINE)[:2]
