"""Work of adhesion of a liquid on a solid (Dupre 1869): W = gamma (1 + cos theta)."""

from __future__ import annotations

import numpy as np


def work_of_adhesion(
    surface_tension: float, angle_deg: float, tension_error: float = 0.0, angle_error_deg: float = 0.0
) -> tuple[float, float]:
    """Return the work of adhesion and one standard deviation, J/m2.

    Parameters
    ----------
    surface_tension, tension_error : float
        Of the liquid, N/m.
    angle_deg, angle_error_deg : float
        Contact angle.
    """
    angle = np.radians(angle_deg)
    of_tension = (1.0 + np.cos(angle)) * tension_error
    of_angle = surface_tension * np.sin(angle) * np.radians(angle_error_deg)
    return float(surface_tension * (1.0 + np.cos(angle))), float(np.hypot(of_tension, of_angle))
