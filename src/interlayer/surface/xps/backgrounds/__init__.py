"""Backgrounds: computed from the data beforehand, or grown by the lines themselves within the fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError, unknown_name
from interlayer.surface.xps.backgrounds.linear import linear
from interlayer.surface.xps.backgrounds.shirley import shirley
from interlayer.surface.xps.backgrounds.smart import smart
from interlayer.surface.xps.backgrounds.tougaard import tougaard
from interlayer.surface.xps.backgrounds.tougaard_u3 import tougaard_u3

FloatArray = NDArray[np.float64]

FIXED: Final[dict[str, Callable[[FloatArray, FloatArray], FloatArray]]] = {
    "linear": linear,
    "shirley": shirley,
    "smart": smart,
    "tougaard": tougaard,
    "tougaard-u3": tougaard_u3,
}
"""Computed from the data before the fit."""
ACTIVE: Final[dict[str, tuple[str, ...]]] = {
    "active": ("shirley", "u2", "near", "u3", "plasmon"),
    "active-shirley": ("shirley",),
    "active-tougaard": ("u2",),
    "active-tougaard-u3": ("u3",),
    "active-linear": (),
}
"""Fitted with the lines: a straight line, and the tails that the lines grow themselves."""


def known_background(name: str) -> str:
    """Return the name if it is known.

    Raises
    ------
    InputError
        If it is not.
    """
    if name not in FIXED and name not in ACTIVE:
        raise InputError(unknown_name("background", name, {**FIXED, **ACTIVE}), where="--background")
    return name
