"""Every element: its equation text against its code, its derivative against differences, its limits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.elements import (
    ALL_ELEMENTS,
    Capacitor,
    ConstantPhase,
    Constriction,
    FiniteGerischer,
    Gerischer,
    Inductor,
    ModifiedInductor,
    OpenCapacitorLine,
    OpenChargeTransferLine,
    OpenConstantPhaseLine,
    OpenResistorLine,
    ParallelRC,
    Resistor,
    ShortCapacitorLine,
    ShortChargeTransferLine,
    ShortConstantPhaseLine,
    ShortResistorLine,
    WarburgInfinite,
    WarburgOpen,
    WarburgShort,
    Zarc,
    effective_capacitance,
)
from interlayer.circuits.elements.base import Scales

OMEGA = np.geomspace(1e-2, 1e7, 19)
VALUES = {
    "R": 37.0,
    "C": 2e-6,
    "L": 3e-7,
    "Q": 4e-5,
    "n": 0.83,
    "tau": 2.5e-3,
    "W": 12.0,
    "k": 0.7,
    "phi": 1.3,
    "tau_ct": 0.4,
}


def values_of(element):
    return np.array([VALUES[p.name] for p in element.parameters])


@pytest.mark.parametrize("element", ALL_ELEMENTS)
def test_equation_text_is_what_the_code_computes(element):
    names = {p.name: v for p, v in zip(element.parameters, values_of(element), strict=True)}
    scope = {"omega": OMEGA, "tanh": np.tanh, **names}
    expected = eval(element.equation, {"__builtins__": {}}, scope)
    np.testing.assert_allclose(element.impedance(OMEGA, values_of(element)), expected, rtol=1e-12)


@pytest.mark.parametrize("element", ALL_ELEMENTS)
def test_value_and_derivative_to_forty_digits_and_far_outside_any_window(element):
    """The equation text in multiple precision, where tanh saturates and where it cancels."""
    mp = pytest.importorskip("mpmath")
    omega = np.array([1e-9, 1e-4, 0.3, 1e3, 1e9])
    p = values_of(element)
    z, slope = element.both(omega, p)
    with mp.workdps(40):
        for i, w in enumerate(omega):
            exact = evaluate(mp, element, w, p)
            assert abs(mp.mpc(complex(z[i])) - exact) <= 4e-14 * abs(exact), (w, z[i])
            for k in range(p.size):
                h = mp.mpf(p[k]) * mp.mpf(10) ** -12
                up, down = ([mp.mpf(x) + d * (j == k) for j, x in enumerate(p)] for d in (h, -h))
                rate = (evaluate(mp, element, w, up) - evaluate(mp, element, w, down)) / (2 * h)
                # relative to the impedance: what a parameter does not move may be lost in rounding
                scale = abs(rate) + abs(exact) / p[k]
                assert abs(mp.mpc(complex(slope[k, i])) - rate) <= 1e-13 * scale, (w, k, slope[k, i])


def evaluate(mp, element, omega, p):
    scope = {"omega": mp.mpf(omega), "tanh": mp.tanh}
    scope |= {q.name: mp.mpf(v) for q, v in zip(element.parameters, p, strict=True)}
    return mp.mpmathify(eval(element.equation, {"__builtins__": {}}, scope))


WIDE = Scales(1e-6, 1e9, 1e-8, 1e3)
"""Far wider than any measurement: 1 uohm to 1 Gohm, 16 MHz to 0.16 mHz."""


@pytest.mark.parametrize("element", ALL_ELEMENTS)
def test_no_overflow_nor_nan_at_any_corner_of_the_limits(element):
    corners = np.array(list(itertools.product(*element.limits(WIDE))))
    omega = np.geomspace(0.1 / WIDE.slow, 10.0 / WIDE.fast, 25)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        z, slope = element.both(omega, corners)
    assert np.isfinite(z).all()
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("element", ALL_ELEMENTS)
@given(st.data())
def test_no_element_gives_energy(element, data):
    """Passive: Re Z >= 0 at every frequency, to rounding."""
    share = np.array([data.draw(st.floats(0, 1)) for _ in element.parameters])
    low, high = np.array(element.limits(WIDE)).T
    p = low * (high / low) ** share
    z = element.impedance(np.geomspace(1e-4, 1e9, 40), p)
    assert (z.real >= -1e-13 * np.abs(z)).all()


POLES = {
    Capacitor: lambda p: 1.0 / p[0],
    WarburgOpen: lambda p: p[0] / p[1],
    OpenCapacitorLine: lambda p: p[0] / p[1],
}
"""1/capacitance at zero frequency: a pole that the integral over the real part does not see."""


@pytest.mark.parametrize("element", [e for e in ALL_ELEMENTS if e is not Inductor])
def test_imaginary_part_follows_from_the_real_one(element):
    """Kramers and Kronig: Im Z(w) = 1/pi int (Re Z(w e^t) - Re Z(w)) / sinh t dt."""
    p = values_of(element)
    t = (np.arange(-3000, 3000) + 0.5) * 0.08
    for omega in (0.3, 40.0, 2e3):
        z = element.impedance(np.array([omega]), p)[0]
        inside = element.impedance(omega * np.exp(t), p).real
        found = 0.08 / np.pi * np.sum((inside - z.real) / np.sinh(t))
        found -= POLES.get(element, lambda _: 0.0)(p) / omega
        assert found == pytest.approx(z.imag, abs=1e-6 * abs(z))


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
    np.testing.assert_allclose(element.from_reported(value), p, rtol=1e-12)


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


def test_limits_of_the_gerischer_elements():
    r, tau, phi = 20.0, 3e-2, 1.7
    low, high = np.array([1e-9]), np.array([1e12])
    assert Gerischer.impedance(low, np.array([r, tau]))[0] == pytest.approx(r, rel=1e-9)
    line = WarburgInfinite.impedance(high, np.array([r / np.sqrt(tau)]))[0]
    assert Gerischer.impedance(high, np.array([r, tau]))[0] == pytest.approx(line, rel=1e-9)
    thick = FiniteGerischer.impedance(OMEGA, np.array([r, tau, 50.0]))
    np.testing.assert_allclose(thick, Gerischer.impedance(OMEGA, np.array([r, tau])), rtol=1e-12)
    direct = FiniteGerischer.impedance(low, np.array([r, tau, phi]))[0]
    assert direct == pytest.approx(r / np.tanh(phi), rel=1e-9)
    # without a reaction it is diffusion alone: phi^2 tau is the diffusion time, phi R the resistance
    slow = FiniteGerischer.impedance(OMEGA, np.array([r / 1e-7, 1e14 * tau, 1e-7]))
    np.testing.assert_allclose(slow, WarburgOpen.impedance(OMEGA, np.array([r, tau])), rtol=1e-7)


def test_limits_of_the_transmission_lines():
    r, r_ct, q, n = 30.0, 70.0, 2e-4, 0.9
    tau = (r * q) ** (1 / n)
    low, high = np.array([1e-12]), np.array([1e12])
    leaky = np.array([r, r / r_ct, tau, n])
    root = np.sqrt(r / r_ct)
    # direct current sees a ladder of resistors
    for line, direct in (
        (OpenChargeTransferLine, np.sqrt(r * r_ct) / np.tanh(root)),
        (ShortChargeTransferLine, np.sqrt(r * r_ct) * np.tanh(root)),
    ):
        assert line.impedance(low, leaky)[0] == pytest.approx(direct, rel=1e-8)
        # at high frequency the far end is not felt: sqrt(R_ion zeta)
        near = np.sqrt(r / (q * (1j * high[0]) ** n))
        assert line.impedance(high, leaky)[0] == pytest.approx(near, rel=1e-6)
    # blocking and open at low frequency: a third of R_ion before the whole interface (de Levie)
    blocking = OpenConstantPhaseLine.impedance(np.array([1e-3]), np.array([r, tau, n]))[0]
    assert blocking - 1 / (q * 1e-3j**n) == pytest.approx(r / 3, rel=1e-3)
    assert ShortConstantPhaseLine.impedance(low, np.array([r, tau, n]))[0] == pytest.approx(r, rel=1e-8)
    # with an exponent of 1 the lines are the finite-length Warburg elements
    for line, warburg in ((OpenCapacitorLine, WarburgOpen), (ShortCapacitorLine, WarburgShort)):
        expected = warburg.impedance(OMEGA, np.array([r, tau]))
        np.testing.assert_allclose(line.impedance(OMEGA, np.array([r, tau])), expected, rtol=1e-13)
    for line, direct in ((OpenResistorLine, np.sqrt(r * r_ct) / np.tanh(root)), (ShortResistorLine, None)):
        z = line.impedance(OMEGA, np.array([r, r / r_ct]))
        np.testing.assert_allclose(z, direct or np.sqrt(r * r_ct) * np.tanh(root), rtol=1e-13)


@pytest.mark.parametrize(
    ("element", "zeta", "is_open"),
    [
        (OpenResistorLine, lambda w: 70.0 + 0j * w, True),
        (ShortResistorLine, lambda w: 70.0 + 0j * w, False),
        (OpenCapacitorLine, lambda w: 1 / (2e-4j * w), True),
        (ShortCapacitorLine, lambda w: 1 / (2e-4j * w), False),
        (OpenConstantPhaseLine, lambda w: 1 / (2e-4 * (1j * w) ** 0.9), True),
        (ShortConstantPhaseLine, lambda w: 1 / (2e-4 * (1j * w) ** 0.9), False),
        (OpenChargeTransferLine, lambda w: 1 / (1 / 70.0 + 2e-4 * (1j * w) ** 0.9), True),
        (ShortChargeTransferLine, lambda w: 1 / (1 / 70.0 + 2e-4 * (1j * w) ** 0.9), False),
    ],
)
def test_transmission_line_is_the_ladder_of_many_small_steps(element, zeta, is_open):
    """R_ion/N along and N zeta across, N times over; the error of the middle rule falls as 1/N^2."""
    reported = {"R": 30.0, "R_ct": 70.0, "C": 2e-4, "Q": 2e-4, "n": 0.9}
    p = element.from_reported(np.array([reported[q.name] for q in element.reported()]))
    omega, steps, r = np.geomspace(0.01, 3e3, 9), 2000, 30.0
    across = steps * zeta(omega)
    z = np.full(omega.shape, 1e300 + 0j if is_open else 0j)
    for _ in range(steps):
        z = z + r / steps / 2
        z = 1 / (1 / z + 1 / across) + r / steps / 2
    np.testing.assert_allclose(element.impedance(omega, p), z, rtol=2e-5)


def test_limits_of_the_modified_inductor():
    for n, same in ((1.0, Inductor), (0.83, None)):
        z = ModifiedInductor.impedance(OMEGA, np.array([3e-7, n]))
        if same:
            np.testing.assert_allclose(z, same.impedance(OMEGA, np.array([3e-7])), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(np.angle(z), n * np.pi / 2, rtol=1e-12)


def test_limits_of_the_constriction():
    r, c_gap, r_ct, c_dl = 50.0, 2e-9, 30.0, 3e-6
    p = Constriction.from_reported(np.array([r, c_gap, r_ct, c_dl]))
    low, high = np.array([1e-6]), np.array([1e14])
    assert Constriction.impedance(low, p)[0] == pytest.approx(r + r_ct, rel=1e-9)
    # the gaps carry all of it
    assert Constriction.impedance(high, p)[0] == pytest.approx(1 / (1j * high[0] * c_gap), rel=1e-4)
    # time constants far apart: two arcs in series
    apart = ParallelRC.impedance(OMEGA, np.array([r, r * c_gap])) + ParallelRC.impedance(
        OMEGA, np.array([r_ct, r_ct * c_dl])
    )
    np.testing.assert_allclose(Constriction.impedance(OMEGA, p), apart, rtol=2e-3)
    # without charge transfer: Fleig and Maier's R beside C
    ideal = Constriction.from_reported(np.array([r, c_gap, 1e-12, c_dl]))
    np.testing.assert_allclose(
        Constriction.impedance(OMEGA, ideal), ParallelRC.impedance(OMEGA, np.array([r, r * c_gap])), rtol=1e-9
    )


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
