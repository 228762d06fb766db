"""Colours are dark enough on white and stay apart for colour-blind readers.

Contrast after WCAG 2.1; colour blindness simulated with the full-severity matrices of Machado, Oliveira and
Fernandes (2009, doi 10.1109/TVCG.2009.113); distances in CIE L*a*b* (1976).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from interlayer.report.palette import INK, MUTED, RAMP, SLOTS, mix, ramp_colour

MACHADO = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    v = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    t = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast_on_white(colour):
    return 1.05 / (linear(colour) @ TO_XYZ[1] + 0.05)


def test_contrast():
    assert min(contrast_on_white(c) for c in (*SLOTS, *RAMP)) >= 3.0
    assert min(contrast_on_white(c) for c in (INK, MUTED)) >= 4.5


@pytest.mark.parametrize("eye", MACHADO)
def test_slots_differ(eye):
    seen = [lab(MACHADO[eye] @ linear(c)) for c in SLOTS]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 20


def test_the_ramp_gets_steadily_lighter_for_every_eye():
    for matrix in MACHADO.values():
        lightness = [lab(matrix @ linear(ramp_colour(p)))[0] for p in np.linspace(0, 1, 9)]
        assert np.all(np.diff(lightness) > 0)


def test_mixing():
    assert mix("#000000", "#FFFFFF", 0.0) == "#000000"
    assert mix("#000000", "#FFFFFF", 1.0) == "#FFFFFF"
    assert mix("#102030", "#304050", 0.5) == "#203040"
    assert ramp_colour(0) == RAMP[0] and ramp_colour(1) == RAMP[-1]
