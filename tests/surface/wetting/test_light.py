"""Gamma and blur of an edge that was made with known ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from interlayer.surface.wetting.light import light_of


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
@pytest.mark.parametrize("blur", [0.8, 2.0])
def test_gamma_and_blur_of_a_disc(gamma, blur):
    y, x = np.mgrid[0:240, 0:240]
    # Gaussian blur of an edge whose curvature is small against it: the error function
    inside = special.ndtr((80.0 - np.hypot(x - 120.0, y - 120.0)) / blur)
    light = 0.55 + (0.03 - 0.55) * inside
    noise = np.random.default_rng(1).normal(0.0, 0.006, light.shape)
    image = np.repeat((light ** (1.0 / gamma) + noise)[:, :, None], 3, axis=2)
    turn = np.linspace(0.0, np.pi, 260)
    found = light_of(image, 120.0 + 80.0 * np.column_stack([np.cos(turn), -np.sin(turn)]))
    # where half the light of that gamma lies in the edge as it was made: 0.44 blurs off if 1 is taken for 2.2
    dark, bright = 0.03 ** (1.0 / gamma), 0.55 ** (1.0 / gamma)
    half = (0.5 * (dark**found.gamma + bright**found.gamma)) ** (1.0 / found.gamma)
    share = (half**gamma - 0.03) / (0.55 - 0.03)
    assert abs(special.ndtri(share)) < 0.2
    assert found.blur_px == pytest.approx(blur, rel=0.25)


def test_an_edge_without_contrast_does_not_tell():
    image = np.full((200, 200, 3), 0.5)
    edge = np.column_stack([np.linspace(40.0, 160.0, 120), np.full(120, 100.0)])
    assert light_of(image, edge).error == pytest.approx(0.6)
