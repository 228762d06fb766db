"""One powder pattern, as the file gives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.record.record import Finding
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

UNITS: Final = ("counts", "counts/s", "1")


@dataclass(frozen=True)
class Pattern:
    """Intensity against the scattering angle.

    Attributes
    ----------
    two_theta_deg : array, shape (n,)
        Rising.
    intensity : array, shape (n,)
        In `intensity_unit`.
    intensity_unit : {'counts', 'counts/s', '1'}
        '1': arbitrary.
    counting_s : float or None
        Time at each point.
    sigma : array, shape (n,), or None
        One standard deviation of the intensity, where the file gives it.
    radiation : Radiation or None
        None if the file does not say it.
    sample : str
    extra : dict
        Further facts, JSON-able; person, folder and serial number under 'private'.
    findings : tuple of Finding
    """

    two_theta_deg: FloatArray
    intensity: FloatArray
    intensity_unit: str = "1"
    counting_s: float | None = None
    sigma: FloatArray | None = None
    radiation: Radiation | None = None
    sample: str = ""
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    findings: tuple[Finding, ...] = ()
