"""What of an image is background: what hangs together with its upper edge and has its slowly varying colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from interlayer.errors import InputError

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_SIGMAS: Final = 6.0
_LEAST_STEP: Final = 0.035
"""Distance of colour, of the whole range, below which nothing is told from the background."""
_OF_CONTRAST: Final = 0.22
"""Share of the contrast of what is no background at which it begins; the edge itself is placed later, at half."""
_ROUNDS: Final = 4


@dataclass(frozen=True)
class Background:
    """The background and how far each pixel is from it.

    Attributes
    ----------
    distance : array, shape (height, width)
        Of its colour from that of the background at this place, smoothed.
    mask : array of bool
        Background that hangs together with the upper edge of the image.
    level : float
        Distance at which it ends.
    """

    distance: FloatArray
    mask: BoolArray
    level: float


def background(image: FloatArray) -> Background:
    """Find the background.

    Parameters
    ----------
    image : array, shape (height, width, 3)

    Raises
    ------
    InputError
        If nothing in the image differs from it.
    """
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    u, v = x / width - 0.5, y / height - 0.5
    terms = np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)
    smooth = np.stack([ndimage.gaussian_filter(image[:, :, c], 0.8) for c in range(3)], axis=-1)
    rows = max(height // 12, 4)
    mask = np.zeros((height, width), dtype=np.bool_)
    mask[:rows] = True
    distance = np.zeros((height, width))
    level = _LEAST_STEP
    for round_ in range(_ROUNDS):
        # few terms while little is known of it
        some = terms[..., : 3 if round_ == 0 else 6]
        if round_ == 0:
            some = terms[..., :2]
        step = max(int(mask.sum() // 20000), 1)
        a, b = some[mask][::step], smooth[mask][::step]
        model, noise = _fitted(a, b)
        distance = np.linalg.norm(smooth - some @ model, axis=-1)
        far = distance[distance > max(_SIGMAS * noise, _LEAST_STEP)]
        if far.size < 30:
            raise InputError("nothing stands out from the background", advice="is there a drop in it?")
        contrast = float(np.percentile(far, 40.0))
        # where the light is uneven the scatter says little: never beyond half of what stands out
        level = max(min(_SIGMAS * noise, 0.5 * contrast), _LEAST_STEP, _OF_CONTRAST * contrast)
        mask = _hanging_together(distance < level, rows)
        if not mask.any():
            raise InputError(
                "no even background at the upper edge of the image", advice="crop it, or use --region"
            )
    return Background(distance, _grown(distance, mask, level, rows), level)


def _grown(distance: FloatArray, mask: BoolArray, level: float, rows: int) -> BoolArray:
    """Take in what a slow change of light has carried beyond the level: no edge lies between it and the rest."""
    even = ndimage.gaussian_gradient_magnitude(distance, 1.5) < level / 10.0
    return _hanging_together(mask | (even & (distance < 3.0 * level)), rows)


def _fitted(a: FloatArray, b: FloatArray) -> tuple[FloatArray, float]:
    """Polynomial by least squares without outliers, and the scatter about it."""
    keep = np.ones(len(a), dtype=np.bool_)
    model = np.zeros((a.shape[1], b.shape[1]))
    noise = 0.0
    for _ in range(4):
        model = np.linalg.lstsq(a[keep], b[keep], rcond=None)[0]
        off = np.linalg.norm(b - a @ model, axis=1)
        noise = float(np.median(off)) / 1.18 + 1e-4
        keep = off < 4.0 * noise
        if keep.sum() < 10 * a.shape[1]:
            break
    return np.asarray(model, dtype=np.float64), noise


def _hanging_together(close: BoolArray, rows: int) -> BoolArray:
    labels, count = _labelled(close)
    if not count:
        return np.zeros_like(close)
    sizes = np.bincount(labels[:rows].ravel(), minlength=count + 1)
    sizes[0] = 0
    if not sizes.any():
        return np.zeros_like(close)
    found = labels == int(sizes.argmax())
    # a needle may part it: what is as large a share of the upper edge is background as well
    for other in np.flatnonzero(sizes > 0.05 * sizes.sum()).tolist():
        found |= labels == other
    # specks within it are no drop
    holes, number = _labelled(~found)
    small = np.bincount(holes.ravel(), minlength=number + 1) < 40
    small[0] = False
    return found | small[holes]


def _labelled(mask: BoolArray) -> tuple[NDArray[np.int64], int]:
    """Pieces that hang together, numbered from 1, and how many."""
    found: Any = ndimage.label(mask)
    return np.asarray(found[0], dtype=np.int64), int(found[1])
