"""What an angle of molten lithium could say of the contact that a foil begins with: little, so the prior is wide."""

from __future__ import annotations

from typing import Final

import numpy as np

WETTING_GAIN: Final = 0.25
WETTING_GAIN_SIGMA: Final = 0.25
"""Contact that complete wetting would add; assumed, 0 to 0.5: no measurement ties an angle above 180 degC to a foil."""
UNKNOWN_PRESSURE: Final = (0.2, 0.1)
"""P/H and its deviation where the pressure is not known: coin cells have 0.1 to 1 MPa."""
_LEAST, _MOST = 0.02, 0.98


def contact_prior(angle_deg: float, pressure: float | None, hardness: float) -> tuple[float, float]:
    """Return the initial contact fraction and one standard deviation.

    f = P/H + k (1 + cos theta)/2 with P/H the plastic contact of a pressed foil (Bowden and Tabor 1939).

    Parameters
    ----------
    angle_deg : float
        Contact angle of molten lithium.
    pressure : float or None
        At assembly, Pa.
    hardness : float
        Of lithium, Pa.
    """
    pressed, spread = (
        UNKNOWN_PRESSURE if pressure is None else (pressure / hardness, 0.3 * pressure / hardness)
    )
    share = 0.5 * (1.0 + float(np.cos(np.radians(angle_deg))))
    value = float(np.clip(pressed + WETTING_GAIN * share, _LEAST, _MOST))
    return value, float(np.hypot(spread, WETTING_GAIN_SIGMA * share))
