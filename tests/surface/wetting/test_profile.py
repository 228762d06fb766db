"""The Young-Laplace profile against closed forms, and its fit to profiles drawn elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.drops import profile

from interlayer.surface.wetting import young_laplace
from interlayer.surface.wetting.adhesion import work_of_adhesion
from interlayer.surface.wetting.tangent import circle_angle


def test_without_gravity_it_is_a_circle():
    r, z, _ = young_laplace.half_profile(0.0).T
    assert np.hypot(r, z - 1.0) == pytest.approx(1.0, abs=1e-8)


def test_it_converges():
    """Runge-Kutta has order four; sin(phi)/r, singular at the apex, takes some of it."""
    ends = [young_laplace.half_profile(1.0, n, 2.0)[-1, 2] for n in (20, 40, 80, 640)]
    errors = np.abs(np.array(ends[:3]) - ends[3])
    assert (np.log2(errors[:-1] / errors[1:]) > 3.4).all()
    assert errors[-1] < 1e-5


def test_weight_is_carried_by_pressure_and_tension():
    """beta V = 2 pi r sin(phi) - pi r^2 (2 + beta z) up to sign: balance of forces on the drop cut at any height."""
    beta = 0.8
    r, z, phi = young_laplace.half_profile(beta, 4000, 2.5).T
    volume = np.pi * np.concatenate([[0.0], np.cumsum(0.5 * (r[1:] ** 2 + r[:-1] ** 2) * np.diff(z))])
    balance = np.pi * r**2 * (2.0 + beta * z) - 2.0 * np.pi * r * np.sin(phi)
    assert beta * volume[500:] == pytest.approx(balance[500:], rel=1e-4)


@pytest.mark.parametrize("angle", [25.0, 60.0, 90.0, 120.0, 145.0])
@pytest.mark.parametrize("bond", [0.0, 0.7, 2.0])
def test_the_fit_gives_the_angle_of_a_profile_made_by_another_code(angle, bond):
    drawn = profile(angle, bond)
    scale = 200.0 / (2.0 * drawn.x.max())
    half = np.column_stack([drawn.x, drawn.z.max() - drawn.z]) * scale
    points = np.concatenate([half[::-1] * [-1.0, 1.0], half])
    points = points[points[:, 1] > 2.0][:: max(len(points) // 600, 1)]
    fit = young_laplace.fit(points[:, 0], points[:, 1])
    assert fit.left == pytest.approx(angle, abs=0.3)
    assert fit.right == pytest.approx(angle, abs=0.3)
    assert fit.rms_px < 0.02


@pytest.mark.parametrize("angle", [30.0, 90.0, 140.0])
def test_circle_through_a_circle(angle):
    theta = np.radians(angle)
    t = np.linspace(np.pi / 2, np.pi / 2 + 0.97 * theta, 200)
    u, v = 100.0 * np.cos(t), 100.0 * np.sin(t) - 100.0 * np.cos(theta)
    end = -100.0 * np.sin(theta)
    assert circle_angle(u, v, end, left=True) == pytest.approx(angle, abs=1e-3)


def test_work_of_adhesion_of_the_papers_angles():
    """Molten lithium, 0.398 N/m: 0.295 J/m2 on LATP at 105 degrees, 0.712 on the coated pellet at 38 degrees."""
    assert work_of_adhesion(0.398, 105.0)[0] == pytest.approx(0.295, abs=5e-4)
    assert work_of_adhesion(0.398, 38.0)[0] == pytest.approx(0.712, abs=5e-4)
    value, error = work_of_adhesion(0.4, 90.0, 0.01, 1.0)
    assert value == pytest.approx(0.4)
    assert error == pytest.approx(np.hypot(0.01, 0.4 * np.radians(1.0)))
