"""One measured region of a photoelectron spectrum, as the file gives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """One region (or survey) of one sample.

    Attributes
    ----------
    name : str
        As the file says: 'Cu 2p', 'C1s', 'Survey'.
    energy_eV : array, shape (n,)
        Binding energy, falling or rising as stored; kinetic energy where `photon_energy_eV` is unknown and the
        file says kinetic (`is_kinetic`). Charge correction of the file, if any, is undone or named in `findings`.
    intensity : array, shape (n,)
        In `intensity_unit`.
    intensity_unit : {'counts', 'counts/s', '1'}
        '1': arbitrary. The noise of counts is known; that of the others only with `counting_s`.
    counting_s : float or None
        Dwell time times number of scans: counts = counts/s x counting_s.
    photon_energy_eV, pass_energy_eV, work_function_eV : float or None
    is_kinetic : bool
        Whether `energy_eV` is kinetic because no photon energy is known.
    sample : str
    columns : dict of str to array
        Further columns of the same length: transmission function, and, where the file holds a fit, its
        background, envelope and components, in `intensity_unit`.
    published_fit : tuple of dict
        Components that the file itself reports: name, position_eV, fwhm_eV, area, share_percent, shape.
    extra : dict
        Further facts, JSON-able; person, folder and serial number under 'private'.
    findings : tuple of Finding
    """

    name: str
    energy_eV: FloatArray
    intensity: FloatArray
    intensity_unit: str = "counts"
    counting_s: float | None = None
    photon_energy_eV: float | None = None
    pass_energy_eV: float | None = None
    work_function_eV: float | None = None
    is_kinetic: bool = False
    sample: str = ""
    columns: dict[str, FloatArray] = field(default_factory=dict[str, FloatArray])
    published_fit: tuple[dict[str, Any], ...] = ()
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    findings: tuple[Finding, ...] = ()
