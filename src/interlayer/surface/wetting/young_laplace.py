"""Profile of a sessile drop under gravity, and its fit to an edge.

With b the curvature at the apex and beta = rho g / (gamma b^2): d(phi)/ds = 2 + beta z - sin(phi)/r, dr/ds = cos(phi),
dz/ds = sin(phi), lengths in 1/b (Bashforth and Adams 1883). beta = 0 is a circle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.spatial import KDTree

FloatArray = NDArray[np.float64]

STEPS: Final = 480
_LONGEST: Final = 4.6
"""Way from the apex in 1/b; a sphere has pi."""
_CLOSED: Final = 3.1
"""Angle of the tangent at which a profile has come round."""
_PRIOR_TILT_DEG: Final = 3.0
_PRIOR_BETA: Final = 4.0
_LEAST_BETA: Final = 0.0
"""A liquid is heavier than what is around it."""
_SHIFT: Final = 1.0
"""Added to beta in the fit: steps of derivatives are parts of a number, and beta may be nothing."""
_SCALE_PX: Final = 0.5
"""Scatter of a good edge; what is further off weighs less and less."""


def half_profile(beta: float, steps: int = STEPS, longest: float = _LONGEST) -> FloatArray:
    """Return r, z (downwards from the apex) and phi along a half profile, shape (steps + 1, 3), lengths in 1/b.

    It ends where the profile would close; rows after that repeat the last one.
    """
    ds = longest / steps
    r = z = phi = 0.0
    out = np.zeros((steps + 1, 3))

    def slope(r: float, z: float, phi: float) -> tuple[float, float, float]:
        bend = 1.0 if r < 1e-9 else sin(phi) / r
        return cos(phi), sin(phi), 2.0 + beta * z - bend

    # plain numbers: a profile is hundreds of small steps one after the other
    for k in range(1, steps + 1):
        a = slope(r, z, phi)
        b = slope(r + 0.5 * ds * a[0], z + 0.5 * ds * a[1], phi + 0.5 * ds * a[2])
        c = slope(r + 0.5 * ds * b[0], z + 0.5 * ds * b[1], phi + 0.5 * ds * b[2])
        d = slope(r + ds * c[0], z + ds * c[1], phi + ds * c[2])
        new = phi + ds / 6.0 * (a[2] + 2.0 * b[2] + 2.0 * c[2] + d[2])
        reach = r + ds / 6.0 * (a[0] + 2.0 * b[0] + 2.0 * c[0] + d[0])
        if not new <= _CLOSED or reach < 1e-3 or new < phi - 1e-9:
            out[k:] = r, z, phi
            break
        r, z, phi = reach, z + ds / 6.0 * (a[1] + 2.0 * b[1] + 2.0 * c[1] + d[1]), new
        out[k] = r, z, phi
    return out


@dataclass(frozen=True)
class Fit:
    """A fitted drop, in coordinates along and above the baseline.

    Attributes
    ----------
    curve : array (n, 2)
        Along and above, from the left over the apex to the right, pixels.
    slope : array (n,)
        Angle of the tangent against the baseline at each point, radians: falls from > 0 on the left.
    left, right : float
        Contact angles, degrees; NaN where the profile does not reach the baseline.
    ends : (float, float)
        Places of the contact points along the baseline.
    beta, radius_px, tilt_deg : float
    rms_px : float
        Scatter of the edge about the profile, without outliers.
    left_error, right_error : float
        Degrees, from the scatter alone, neighbouring points taken as alike.
    """

    curve: FloatArray
    slope: FloatArray
    left: float
    right: float
    ends: tuple[float, float]
    beta: float
    radius_px: float
    tilt_deg: float
    rms_px: float
    left_error: float
    right_error: float


def fit(along: FloatArray, above: FloatArray, together: float = 4.0) -> Fit:
    """Fit apex, size, beta and tilt to an edge.

    Parameters
    ----------
    along, above : array (n,)
        The edge above the baseline, pixels.
    together : float
        Neighbouring points that err alike.
    """
    points = np.column_stack([along, above])
    centre, radius = _circle(points)
    top = float(above.max())
    start = np.array([centre[0], max(top, centre[1] + 0.2 * radius), np.log(max(radius, 3.0)), 0.2, 0.0])

    def curve_of(p: FloatArray) -> tuple[FloatArray, FloatArray]:
        half = half_profile(max(p[3] - _SHIFT, _LEAST_BETA))
        r, z, phi = half.T
        size, tilt = np.exp(p[2]), np.radians(p[4])
        u = np.concatenate([-r[:0:-1], r]) * size
        v = -np.concatenate([z[:0:-1], z]) * size
        s = np.concatenate([phi[:0:-1], -phi])
        c, d = np.cos(tilt), np.sin(tilt)
        return np.column_stack([p[0] + u * c - v * d, p[1] + u * d + v * c]), s + tilt

    def residual(p: FloatArray) -> FloatArray:
        curve, slope = curve_of(p)
        index = KDTree(curve).query(points)[1]
        index = np.clip(index, 1, len(curve) - 2)
        off = points - curve[index]
        # to the tangent at the nearest node: signed, and exact where nodes are dense
        normal = np.column_stack([-np.sin(slope[index]), np.cos(slope[index])])
        return np.append(
            np.sum(off * normal, axis=1),
            [p[4] / _PRIOR_TILT_DEG, (max(p[3] - _SHIFT, _LEAST_BETA) - 0.5) / _PRIOR_BETA],
        )

    bounds = (
        [-np.inf, -np.inf, np.log(2.0), _LEAST_BETA + _SHIFT, -20.0],
        [np.inf, np.inf, np.log(1e5), 60.0 + _SHIFT, 20.0],
    )
    start[3] = 0.3 + _SHIFT
    result = optimize.least_squares(
        residual, start, bounds=bounds, loss="soft_l1", f_scale=_SCALE_PX, x_scale=[1.0, 1.0, 0.02, 0.3, 1.0],
        diff_step=[1e-5, 1e-5, 1e-5, 1e-4, 1e-4], max_nfev=60,
    )  # fmt: skip
    p = result.x
    off = residual(p)[:-2]
    good = np.abs(off) < 3.0 * max(1.4826 * float(np.median(np.abs(off))), 0.05)
    rms = float(np.sqrt(np.mean(off[good] ** 2))) if good.any() else float("inf")
    curve, slope = curve_of(p)
    left, right, ends = _angles(curve, slope)
    le, re = _errors(p, result.jac, rms, together, curve_of, left, right)
    return Fit(
        curve, slope, left, right, ends, float(p[3] - _SHIFT), float(np.exp(p[2])), float(p[4]), rms, le, re
    )


def _angles(
    curve: FloatArray, slope: FloatArray, height: float = 0.0
) -> tuple[float, float, tuple[float, float]]:
    """Contact angles (degrees) at a height, and where the profile crosses it."""
    top = int(curve[:, 1].argmax())
    found: list[tuple[float, float]] = []
    for part, sense in ((slice(top, None, -1), 1.0), (slice(top, None), -1.0)):
        c, s = curve[part], slope[part]
        below = np.flatnonzero(c[:, 1] < height)
        if not below.size or below[0] == 0:
            found.append((float("nan"), float("nan")))
            continue
        k = int(below[0])
        w = (c[k - 1, 1] - height) / max(c[k - 1, 1] - c[k, 1], 1e-12)
        found.append(
            (
                float(np.degrees(sense * (s[k - 1] + w * (s[k] - s[k - 1])))),
                float(c[k - 1, 0] + w * (c[k, 0] - c[k - 1, 0])),
            )
        )
    return found[0][0], found[1][0], (found[0][1], found[1][1])


def angles_at(fit_: Fit, height: float) -> tuple[float, float]:
    """Return the left and right angle if the baseline lay higher by `height` pixels."""
    left, right, _ = _angles(fit_.curve, fit_.slope, height)
    return left, right


def _errors(
    p: FloatArray,
    jac: FloatArray,
    rms: float,
    together: float,
    curve_of: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    left: float,
    right: float,
) -> tuple[float, float]:
    """Errors of the two angles by the linear rule."""
    normal = jac.T @ jac / max(rms, 1e-3) ** 2 / together
    try:
        cov = np.linalg.inv(normal + 1e-12 * np.diag(np.diag(normal)))
    except np.linalg.LinAlgError:
        return float("nan"), float("nan")
    steps = np.array([0.05, 0.05, 1e-3, 0.02, 0.05])
    rows: list[list[float]] = []
    for k, step in enumerate(steps):
        q = p.copy()
        q[k] += step
        a, b, _ = _angles(*curve_of(q))
        rows.append([(a - left) / step, (b - right) / step])
    g = np.nan_to_num(np.array(rows))
    var = np.einsum("ki,kl,li->i", g, cov, g)
    return float(np.sqrt(max(var[0], 0.0))), float(np.sqrt(max(var[1], 0.0)))


def _circle(points: FloatArray) -> tuple[FloatArray, float]:
    """Circle through points by least squares (Kasa)."""
    a = np.column_stack([2.0 * points, np.ones(len(points))])
    b = (points**2).sum(axis=1)
    x = np.linalg.lstsq(a, b, rcond=None)[0]
    return x[:2], float(np.sqrt(max(x[2] + x[0] ** 2 + x[1] ** 2, 1.0)))
