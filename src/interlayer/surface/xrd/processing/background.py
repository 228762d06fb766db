"""Background by clipping peaks (SNIP: Ryan et al., Nucl. Instrum. Methods B 34 (1988) 396)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

WIDTH_DEG: Final = 1.5
"""Half the span over which a point is compared: wider than any peak with its feet."""
_SMOOTH: Final = 7
_MOST_STEPS: Final = 120


def snip(two_theta_deg: FloatArray, intensity: FloatArray, width_deg: float = WIDTH_DEG) -> FloatArray:
    """Return the background, shape (n,), in the unit of the intensity.

    Each point is clipped to the mean of its two neighbours at a distance, for distances from large to small, on the
    twofold logarithm of the square root, so that high and low peaks are clipped alike.
    """
    step = float(np.median(np.diff(two_theta_deg)))
    reach = max(2, min(round(width_deg / step), (len(intensity) - 1) // 2))
    low = float(min(np.min(intensity), 0.0))
    box = min(_SMOOTH, max(1, len(intensity) // 20 * 2 + 1))
    smooth = np.convolve(
        np.pad(intensity - low, box // 2, mode="edge"), np.full(box, 1.0 / box), mode="valid"
    )
    v = np.log(np.log(np.sqrt(np.maximum(smooth, 0.0) + 1.0) + 1.0) + 1.0)
    distances = np.unique(np.geomspace(1, reach, min(reach, _MOST_STEPS)).astype(int))[::-1]
    for d in distances:
        middle = 0.5 * (v[: -2 * d] + v[2 * d :])
        v[d:-d] = np.minimum(v[d:-d], middle)
    return (np.exp(np.exp(v) - 1.0) - 1.0) ** 2 - 1.0 + low
