"""Contact angle from the edge near one contact point alone: a circle and a parabola through it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

FloatArray = NDArray[np.float64]
FEWEST: Final = 12


def near(along: FloatArray, above: FloatArray, end: float, reach: float) -> tuple[FloatArray, FloatArray]:
    """Return the points within a distance of a contact point."""
    close = np.hypot(along - end, above) < reach
    return along[close], above[close]


def circle_angle(along: FloatArray, above: FloatArray, end: float, *, left: bool) -> float:
    """Return the angle (degrees) at which a circle through the points meets the baseline; NaN with too few."""
    if len(along) < FEWEST:
        return float("nan")
    points = np.column_stack([along, above])
    a = np.column_stack([2.0 * points, np.ones(len(points))])
    x = np.linalg.lstsq(a, (points**2).sum(axis=1), rcond=None)[0]
    radius = float(np.sqrt(max(x[2] + x[0] ** 2 + x[1] ** 2, 1e-9)))

    def off(p: FloatArray) -> FloatArray:
        return np.hypot(along - p[0], above - p[1]) - p[2]

    found = optimize.least_squares(off, [x[0], x[1], radius], loss="soft_l1", f_scale=0.5, max_nfev=80).x
    _u, v, r = found
    if abs(v) >= r or (abs(found[0] - end) < 1e-9 and r < 1):
        return float("nan")
    # the drop lies inside the circle, its centre at height v
    angle = float(np.degrees(np.arccos(np.clip(-v / r, -1.0, 1.0))))
    inside = found[0] > end if left else found[0] < end
    return angle if inside else 180.0 - angle


def parabola_angle(along: FloatArray, above: FloatArray, *, left: bool) -> float:
    """Return the angle of a parabola through the points, in the axes of their own chord; NaN with too few."""
    if len(along) < FEWEST:
        return float("nan")
    order = np.argsort(above)
    low, high = order[: max(len(order) // 4, 3)], order[-max(len(order) // 4, 3) :]
    chord = np.array(
        [np.median(along[high]) - np.median(along[low]), np.median(above[high]) - np.median(above[low])]
    )
    length = float(np.hypot(*chord))
    if length < 2.0:
        return float("nan")
    c, s = chord / length
    base = np.array([np.median(along[low]), np.median(above[low])])
    d = np.column_stack([along, above]) - base
    t, n = d[:, 0] * c + d[:, 1] * s, -d[:, 0] * s + d[:, 1] * c
    keep = np.ones(len(t), dtype=np.bool_)
    poly = np.zeros(3)
    for _ in range(3):
        poly = np.polyfit(t[keep], n[keep], 2)
        off = n - np.polyval(poly, t)
        keep = np.abs(off) < 3.0 * max(1.4826 * float(np.median(np.abs(off))), 0.05)
    # where the parabola meets the baseline
    at = np.linspace(float(t.min()) - 12.0, float(t.max()), 400)
    height = base[1] + at * s + np.polyval(poly, at) * c
    k = int(np.abs(height).argmin())
    slope = 2.0 * poly[0] * at[k] + poly[1]
    direction = np.array([c - slope * s, s + slope * c])
    if direction[1] < 0:
        direction = -direction
    angle = float(np.degrees(np.arctan2(direction[1], direction[0])))
    return angle if left else 180.0 - angle
