"""Backgrounds against spectra that are made of a line and exactly such a background."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import voigt_profile

from interlayer.errors import InputError
from interlayer.surface.xps.backgrounds import FIXED, known_background
from interlayer.surface.xps.backgrounds.shirley import running_area, shirley
from interlayer.surface.xps.backgrounds.smart import smart
from interlayer.surface.xps.backgrounds.tougaard import loss_matrix, tougaard, u2, u3

E = np.arange(275.0, 300.0, 0.05)
LINE = 1e4 * voigt_profile(E - 285.0, 0.5, 0.01)


def test_shirley_finds_the_step_that_the_line_made():
    step = 0.03 * running_area(E, LINE)
    assert shirley(E, LINE + step + 100.0) == pytest.approx(step + 100.0, abs=0.02 * step[-1])


@pytest.mark.parametrize("kind", ["u2", "u3"])
def test_tougaard_finds_the_tail_that_the_line_made(kind):
    tail = loss_matrix(E, kind) @ LINE
    measured = LINE + tail + 100.0
    # The tail of the tail is part of a measured spectrum; of first order here, hence not exact.
    assert tougaard(E, LINE + tail + 100.0, kind) == pytest.approx(tail + 100.0, abs=0.1 * tail[-1])
    assert tougaard(E, measured, kind)[-1] == pytest.approx(measured[-3:].mean(), rel=0.02)


def test_areas_of_the_cross_sections():
    assert quad(u2, 0.0, np.inf)[0] == pytest.approx(2866.0 / (2.0 * 1643.0), rel=1e-6)
    b, c, d = 434.0, 551.0, 436.0
    # With u = T^2: (B/2) int du/((C - u)^2 + D u), an arctangent.
    root = np.sqrt(4.0 * c**2 - (d - 2.0 * c) ** 2)
    closed = b / root * (np.pi / 2.0 - np.arctan((d - 2.0 * c) / root))
    assert quad(u3, 0.0, np.inf, limit=200)[0] == pytest.approx(closed, rel=1e-6)


def test_smart_is_nowhere_above_evened_data():
    falling = LINE + 3000.0 * np.exp(-(E - 275.0) / 3.0) + 0.01 * running_area(E, LINE)
    level = np.convolve(np.pad(falling, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    assert np.all(smart(E, falling) <= level + 1e-9)
    assert np.any(shirley(E, falling) > level + 1.0)


def test_straight_data_have_straight_backgrounds():
    straight = np.linspace(500.0, 700.0, E.size)
    for name, background in FIXED.items():
        if name in ("linear", "shirley", "smart"):
            assert np.all(background(E, straight) <= 705.0), name


def test_unknown_background_is_named():
    with pytest.raises(InputError, match="shirley"):
        known_background("shirly")
