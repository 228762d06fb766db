"""How noisy an intensity is: counts by their own law, anything else by its scatter from point to point."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.record.record import Finding
from interlayer.surface.xps.spectrum import Region

FloatArray = NDArray[np.float64]

FEWEST_POINTS: Final = 20
TOLERANCE: Final = 2.5
"""Factor within which scatter and counting law must agree for the law to be used."""
_MEDIAN_OF_CHI2: Final = 0.4549


def scatter_factor(intensity: FloatArray) -> float:
    """Return variance over intensity from third differences, robust against lines; order of the points as measured."""
    d = np.diff(intensity, 3)
    level = np.convolve(intensity, np.full(4, 0.25), mode="valid")
    good = level > 0.0
    if int(good.sum()) < FEWEST_POINTS // 2:
        return 1.0
    return float(np.median(d[good] ** 2 / (20.0 * level[good]))) / _MEDIAN_OF_CHI2


def noise_factor(region: Region) -> tuple[float, tuple[Finding, ...]]:
    """Return variance over intensity in the unit of the region, and what is odd about it."""
    seen = scatter_factor(region.intensity)
    law: float | None = None
    if region.intensity_unit == "counts":
        law = 1.0
    elif region.intensity_unit == "counts/s" and region.counting_s:
        law = 1.0 / region.counting_s
    if law is None:
        where = f"noise from the scatter of the points, variance = {seen:.3g} x intensity"
        return max(seen, 1e-12), (Finding("noise_estimated", f"{region.name}: {where}", "note", region.energy_eV.size),)
    if seen > TOLERANCE * law or seen < law / TOLERANCE:
        detail = (
            f"{region.name}: the points scatter {np.sqrt(seen / law):.2g} times as much as counts would; smoothed, "
            f"scaled or corrected since: the scatter is used"
        )
        return max(seen, 1e-12), (Finding("noise_not_of_counts", detail, "warning", region.energy_eV.size),)
    return law, ()
