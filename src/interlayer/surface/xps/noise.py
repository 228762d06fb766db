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
_RARE_CHI2: Final = 8.0


def scatter_factor(intensity: FloatArray) -> float:
    """Return variance over intensity from third differences, robust against lines; order of the points as measured."""
    d = np.diff(intensity, 3)
    level = np.convolve(intensity, np.full(4, 0.25), mode="valid")
    good = level > 0.0
    if int(good.sum()) < FEWEST_POINTS // 2:
        return 1.0
    squares = d[good] ** 2 / (20.0 * level[good])
    # Mean of the squares, those of spikes and steep edges cut off: twice as sharp as the median alone.
    most = _RARE_CHI2 * float(np.median(squares)) / _MEDIAN_OF_CHI2
    return float(np.minimum(squares, most).mean()) if most > 0.0 else float(squares.mean())


def noise_factor(region: Region) -> tuple[float, float, tuple[Finding, ...]]:
    """Return variance over intensity in the unit of the region, its relative error, and what is odd about it.

    Whole numbers of an unknown unit that scatter as counts do are taken for counts.
    """
    seen = scatter_factor(region.intensity)
    # Third differences of n points follow each other: their mean square is worth n/4.62 independent ones.
    error = float(np.sqrt(4.62 / region.intensity.size))
    law: float | None = None
    whole = bool(np.all(region.intensity == np.round(region.intensity)))
    if region.intensity_unit == "counts" or (region.intensity_unit == "1" and whole and 0.5 < seen < 2.0):
        law = 1.0
    elif region.intensity_unit == "counts/s" and region.counting_s:
        law = 1.0 / region.counting_s
    if law is None:
        where = f"noise from the scatter of the points, variance = {seen:.3g} x intensity"
        return (
            max(seen, 1e-12),
            error,
            (Finding("noise_estimated", f"{region.name}: {where}", "note", region.energy_eV.size),),
        )
    if seen > TOLERANCE * law or seen < law / TOLERANCE:
        detail = (
            f"{region.name}: the points scatter {np.sqrt(seen / law):.2g} times as much as counts would; smoothed, "
            f"scaled or corrected since: the scatter is used"
        )
        return (
            max(seen, 1e-12),
            error,
            (Finding("noise_not_of_counts", detail, "warning", region.energy_eV.size),),
        )
    return law, 0.0, ()
