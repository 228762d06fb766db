"""Fits of circuits with branches and of every other element, without a guess."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.circuits import fit_spectrum, parse_circuit
from interlayer.circuits.bounds import bounds
from interlayer.circuits.data import prepare
from interlayer.circuits.spread_starts import spread_starts
from tests.circuits.spectra import WINDOW, with_noise

NOISE = 2e-3
LINE = {"TLMRQ1_0": 80.0, "TLMRQ1_1": 30.0, "TLMRQ1_2": 1e-3, "TLMRQ1_3": 0.9}
SPOTS = {"Rcon1_0": 80.0, "Rcon1_1": 3e-8, "Rcon1_2": 120.0, "Rcon1_3": 1e-5}
ARC = {"R1": 100.0, "CPE1_0": 1e-8, "CPE1_1": 0.9}
TRUTH = {
    "R0-p(R1-W1,CPE1)": {"R0": 20.0, "R1": 300.0, "W1": 40.0, "CPE1_0": 2e-6, "CPE1_1": 0.9},
    "R0-p(R1-p(R2,CPE2),CPE1)": {"R0": 20.0, **ARC, "R2": 300.0, "CPE2_0": 2e-5, "CPE2_1": 0.85},
    "R0-p(R1-Ws1,CPE1)": {
        "R0": 20.0,
        "R1": 300.0,
        "Ws1_0": 100.0,
        "Ws1_1": 1.0,
        "CPE1_0": 2e-6,
        "CPE1_1": 0.9,
    },
    "R0-p(R1,CPE1)-TLMRQ1": {"R0": 5.0, **ARC, **LINE},
    "L0-R0-p(R1,CPE1)-Rcon1": {"L0": 1e-7, "R0": 5.0, **ARC, **SPOTS},
    "R0-p(R1,CPE1)-G1": {"R0": 5.0, **ARC, "G1_0": 80.0, "G1_1": 0.1},
    "R0-p(R1,CPE1,L1-R2)": {"R0": 5.0, "R1": 100.0, "CPE1_0": 1e-6, "CPE1_1": 0.9, "L1": 1.0, "R2": 50.0},
}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("text", TRUTH)
def test_a_given_circuit_is_fitted_without_a_guess(text, seed):
    """Truths scattered by a factor of two; the fit reaches the noise, errors say how far off its values are."""
    rng = np.random.default_rng(seed)
    scatter = {
        n: 1.0 if 0.8 <= v < 1.0 else np.exp(0.7 * rng.standard_normal()) for n, v in TRUTH[text].items()
    }
    truth = {n: v * scatter[n] for n, v in TRUTH[text].items()}
    z = parse_circuit(text).evaluate(WINDOW, truth)
    fit = fit_spectrum(WINDOW, with_noise(z, NOISE, seed), circuit=text)
    assert fit.circuit == text
    assert fit.residual_rms_rel < 1.1 * NOISE
    for name, true in truth.items():
        found = fit.parameters[name]
        # a linearised error says little about what is hardly determined
        if found.stderr is not None and found.stderr < 0.2 * found.value:
            assert abs(found.value - true) < 5.0 * found.stderr, name


def test_starts_are_the_same_for_the_same_data_and_within_the_limits():
    text = "R0-p(R1-W1,CPE1)"
    data = prepare(WINDOW, parse_circuit(text).evaluate(WINDOW, TRUTH[text]))
    one, two = (spread_starts(parse_circuit(text), data, draws=500) for _ in range(2))
    assert one.shape == (64, 5)
    np.testing.assert_array_equal(one, two)
    lower, upper = bounds(parse_circuit(text), data)
    assert ((one >= lower) & (one <= upper)).all()


def test_scaling_the_data_scales_the_starts():
    text = "R0-p(R1-W1,CPE1)"
    z = parse_circuit(text).evaluate(WINDOW, TRUTH[text])
    one, two = (spread_starts(parse_circuit(text), prepare(WINDOW, a * z), draws=500) for a in (1.0, 1e3))
    move = np.log(1e3) * np.array([1.0, 1.0, 1.0, -1.0, 0.0])
    np.testing.assert_allclose(two[0], one[0] + move, atol=1e-6)
