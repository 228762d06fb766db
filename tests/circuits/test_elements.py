"""Every element: its equation text against its code, its derivative against differences, its limits."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.elements import (
    ALL_ELEMENTS,
    ConstantPhase,
    Inductor,
    ParallelRC,
    Resistor,
    WarburgInfinite,
    WarburgOpen,
    WarburgShort,
    Zarc,
    effective_capacitance,
)

OMEGA = np.geomspace(1e-2, 1e7, 19)
VALUES = {"R": 37.0, "C": 2e-6, "L": 3e-7, "Q": 4e-5, "n": 0.83, "tau": 2.5e-3, "W": 12.0}


def values_of(element):
    return np.array([VALUES[p.name] for p in element.parameters])


@pytest.mark.parametrize("element", ALL_ELEMENTS)
def test_equation_text_is_what_the_code_computes(element):
    names = {p.name: v for p, v in zip(element.parameters, values_of(element), strict=True)}
    scope = {"omega": OMEGA, "tanh": np.tanh, **names}
    expected = eval(element.equation, {"__builtins__": {}}, scope)
    np.testing.assert_allclose(element.impedance(OMEGA, values_of(element)), expected, rtol=1e-12)


@pytest.mark.parametrize("element", ALL_ELEMENTS)
def test_derivative_equals_central_differences(element):
    p = values_of(element)
    exact = element.derivative(OMEGA, p)
    assert exact.shape == (p.size, OMEGA.size)
    for k in range(p.size):
        step = np.zeros(p.size)
        step[k] = 1e-6 * p[k]
        difference = (element.impedance(OMEGA, p + step) - element.impedance(OMEGA, p - step)) / (2 * step[k])
        np.testing.assert_allclose(exact[k], difference, rtol=1e-6, atol=1e-8 * np.abs(difference).max())


@pytest.mark.parametrize("element", ALL_ELEMENTS)
def test_reported_parameters_and_their_jacobian(element):
    p = values_of(element)
    value, jacobian = element.to_reported(p)
    assert len(element.names((1,) * len(element.parts()))) == len(element.reported()) == value.size
    for k in range(p.size):
        step = np.zeros(p.size)
        step[k] = 1e-6 * p[k]
        difference = (element.to_reported(p + step)[0] - element.to_reported(p - step)[0]) / (2 * step[k])
        np.testing.assert_allclose(jacobian[:, k], difference, rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("element", ALL_ELEMENTS)
def test_first_parameter_is_a_factor_or_divisor(element):
    p = values_of(element)
    twice = p.copy()
    twice[0] *= 2.0
    ratio = element.impedance(OMEGA, twice) / element.impedance(OMEGA, p)
    np.testing.assert_allclose(ratio, 0.5 if element.divides else 2.0, rtol=1e-12)


def test_arc_of_a_resistor_beside_a_cpe():
    r, tau, n = 37.0, 2.5e-3, 0.83
    (_, q, _), _ = Zarc.to_reported(np.array([r, tau, n]))
    beside = 1.0 / (1.0 / r + 1.0 / ConstantPhase.impedance(OMEGA, np.array([q, n])))
    np.testing.assert_allclose(Zarc.impedance(OMEGA, np.array([r, tau, n])), beside, rtol=1e-12)
    # Hsu and Mansfeld 2001: C = (R^(1-n) Q)^(1/n)
    assert effective_capacitance(r, tau) == pytest.approx((r ** (1 - n) * q) ** (1 / n), rel=1e-12)


def test_limits_of_the_diffusion_elements():
    r, tau = 20.0, 30.0
    p = np.array([r, tau])
    low, high = np.array([1e-6]), np.array([1e3])
    assert WarburgShort.impedance(low, p)[0] == pytest.approx(r, rel=1e-4)
    line = WarburgInfinite.impedance(high, np.array([r / np.sqrt(tau)]))[0]
    assert WarburgShort.impedance(high, p)[0] == pytest.approx(line, rel=1e-9)
    assert WarburgOpen.impedance(high, p)[0] == pytest.approx(line, rel=1e-9)
    capacitor = WarburgOpen.impedance(low, p)[0]
    assert capacitor.imag == pytest.approx(-1.0 / (low[0] * tau / r), rel=1e-4)
    assert capacitor.real == pytest.approx(r / 3.0, rel=1e-3)


def test_circuit_adds_its_elements_for_many_parameter_sets():
    circuit = Circuit.series(Inductor, Resistor, Zarc, ParallelRC, Zarc, ConstantPhase)
    assert circuit.text == "L0-R0-p(R1,CPE1)-p(R2,C2)-p(R3,CPE3)-CPE4"
    rng = np.random.default_rng(1)
    natural = np.concatenate([values_of(p.element) for p in circuit.placed])
    omega = np.geomspace(1e2, 1e6, 19)
    theta = circuit.coordinates(natural) + 0.1 * rng.standard_normal((4, circuit.size))
    z, slope = circuit.both(omega, theta)
    for s in range(4):
        p = circuit.natural(theta[s])
        parts = [
            e.element.impedance(omega, p[w]) for e, w in zip(circuit.placed, circuit.slices, strict=True)
        ]
        np.testing.assert_allclose(z[s], sum(parts), rtol=1e-12)
    for k in range(circuit.size):
        step = np.zeros(circuit.size)
        step[k] = 1e-6
        difference = (circuit.impedance(omega, theta + step) - circuit.impedance(omega, theta - step)) / 2e-6
        np.testing.assert_allclose(slope[:, k], difference, rtol=1e-5, atol=1e-6 * np.abs(difference).max())
