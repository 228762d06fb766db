"""Cracks of known course: straight and kinked ones, through pores, wide ones, and what only looks like one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from interlayer.surface.sem.cracks import find_cracks, length_of
from interlayer.surface.sem.stretches import Sampled, bare_stretches

ROWS, COLUMNS, FINE, BLUR = 90, 160, 4, 1.3


def drawn(segments, discs=(), *, width: float = 4.0, scale: int = 1) -> np.ndarray:
    """Darkness of lines (x0, y0, x1, y1) and discs (x, y, r): their area in each pixel, blurred."""
    y, x = np.mgrid[0 : ROWS * scale * FINE, 0 : COLUMNS * scale * FINE]
    y, x = (y + 0.5) / FINE - 0.5, (x + 0.5) / FINE - 0.5
    mask = np.zeros(y.shape, dtype=bool)
    for x0, y0, x1, y1 in segments:
        dx, dy = x1 - x0, y1 - y0
        t = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx**2 + dy**2), 0.0, 1.0)
        mask |= np.hypot(x - x0 - t * dx, y - y0 - t * dy) < 0.5 * width
    for cx, cy, r in discs:
        mask |= np.hypot(x - cx, y - cy) < r
    share = mask.reshape(ROWS * scale, FINE, COLUMNS * scale, FINE).mean(axis=(1, 3))
    return ndimage.gaussian_filter(share, BLUR)


def cracks(darkness: np.ndarray):
    return find_cracks(darkness, darkness > 0.38)


@pytest.mark.parametrize("degrees", [0.0, 20.0, 45.0, 77.0, 90.0, 135.0])
def test_a_straight_crack_has_its_length_in_every_direction(degrees):
    """Closed form: the line's own length; its tips are round, half a width each."""
    a = np.deg2rad(degrees)
    dx, dy = 25.0 * np.cos(a), 25.0 * np.sin(a)
    (found,) = cracks(drawn([(80 - dx, 45 - dy, 80 + dx, 45 + dy)]))
    assert found.length == pytest.approx(50.0, abs=4.0)
    assert found.tips == (True, True)
    off = (found.path[:, 1] - 80) * np.sin(a) - (found.path[:, 0] - 45) * np.cos(a)
    assert np.abs(off).max() < 0.5


def test_a_kinked_crack_is_one():
    (found,) = cracks(drawn([(40, 30, 60, 40), (60, 40, 80, 38), (80, 38, 110, 60)]))
    assert found.length == pytest.approx(np.hypot(20, 10) + np.hypot(20, 2) + np.hypot(30, 22), rel=0.06)


def test_a_crack_is_followed_through_a_pore():
    (found,) = cracks(drawn([(30, 45, 130, 50)], [(75, 46, 9)]))
    assert found.length == pytest.approx(np.hypot(100, 5), rel=0.05)
    assert len(found.bare) == 2


def test_a_crack_that_ends_in_a_pore_is_followed_half_way_in():
    """It may end anywhere in the pore: the middle of it is the expectation."""
    (found,) = cracks(drawn([(30, 45, 80, 45)], [(80, 45, 10)]))
    assert found.length == pytest.approx(50.0, abs=3.0)
    assert sorted(found.tips) == [False, True]


@pytest.mark.parametrize(
    "discs",
    [
        [(60, 45, 8)],
        [(60, 45, 6), (69, 45, 6), (78, 45, 6), (87, 45, 6)],
        [(60, 45, 9), (75, 50, 5), (84, 46, 7), (95, 40, 6)],
        [(20, 20, 3.2), (25, 21, 3.2), (90, 60, 3.2), (120, 30, 3.2), (50, 70, 3.2), (140, 70, 3.2)],
    ],
)
def test_pores_alone_and_in_a_row_are_no_crack(discs):
    assert cracks(drawn([], discs)) == []


def test_an_edge_of_the_image_is_no_edge_of_a_crack():
    darkness = np.zeros((ROWS, COLUMNS))
    darkness[:, :5] = 1.0
    assert cracks(ndimage.gaussian_filter(darkness, BLUR, mode="nearest")) == []


def test_a_crack_wider_than_a_stretch_is_found_in_a_coarser_image():
    (found,) = cracks(drawn([(60, 60, 240, 110)], width=12.0, scale=2))
    assert found.length == pytest.approx(np.hypot(180, 50), rel=0.06)
    assert found.width == pytest.approx(12.0, rel=0.15)


def test_stretches_have_the_direction_of_the_line():
    darkness = drawn([(40, 20, 120, 66)])
    found = bare_stretches(Sampled(darkness), darkness > 0.38)
    expected = np.arctan2(46.0, 80.0)
    off = (found.angle - expected + np.pi / 2) % np.pi - np.pi / 2
    assert found.angle.size > 30
    # Stretches of seven pixels tell a direction to about 20 degrees; their mean is the line's.
    assert abs(float(np.mean(off))) < np.deg2rad(2.0)
    assert np.abs(off).max() < np.deg2rad(25.0)


def test_the_length_of_a_polyline():
    assert length_of(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0]])) == pytest.approx(6.0)
    assert length_of(np.zeros((1, 2))) == 0.0
