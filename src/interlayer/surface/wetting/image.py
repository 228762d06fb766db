"""Images of drops as arrays: any depth, orientation of the camera, transparency; nothing larger than is sensible."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from interlayer.errors import InputError, ReadError

FloatArray = NDArray[np.float64]

MOST_PIXELS: Final = 60_000_000
SMALLEST_SIDE: Final = 40
MOST_SATURATED: Final = 0.995
"""Share of pixels at black or white beyond which nothing is left to measure."""
_LARGEST_SIDE: Final = 1600
"""Larger images are averaged down: more pixels than the lens resolves cost time and say nothing."""


def load(path: Path) -> FloatArray:
    """Return an image as numbers from 0 to 1, shape (height, width, 3).

    Raises
    ------
    ReadError
        If it is no image, is cut, or has too many pixels to be opened safely.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise ReadError(
                        f"an image of {opened.width} x {opened.height} pixels, more than {MOST_PIXELS:,}",
                        where=path.name,
                        advice="crop it to the drop",
                    )
                opened.load()
                return _numbers(opened)
    except ReadError:
        raise
    except FileNotFoundError as problem:
        raise ReadError("no such file", where=path.name) from problem
    except Image.DecompressionBombError as problem:
        raise ReadError(
            "an image with too many pixels to be opened", where=path.name, advice="crop it to the drop"
        ) from problem
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as problem:
        raise ReadError(
            "no image that can be read, or a damaged one",
            where=path.name,
            advice="give a photograph or a video frame as .jpg, .png, .tif or .bmp",
        ) from problem


def _numbers(image: Image.Image) -> FloatArray:
    image = ImageOps.exif_transpose(image)
    if image.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        values = np.asarray(image, dtype=np.float64)
        top = 65535.0 if values.max(initial=0.0) > 255.0 else 255.0
        grey = np.clip(values / top, 0.0, 1.0)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    return np.asarray(image.convert("RGB"), dtype=np.float64) / 255.0


def as_colours(image: NDArray[np.generic]) -> FloatArray:
    """Return an array of any depth, (height, width) or with 3 or 4 channels, as `load` does.

    Raises
    ------
    InputError
        If it is no image.
    """
    values = np.asarray(image)
    if values.ndim == 2:
        values = np.repeat(values[:, :, None], 3, axis=2)
    if values.ndim != 3 or values.shape[2] not in (3, 4):
        raise InputError(f"an array of shape {values.shape} is no image")
    top = 255.0 if values.dtype == np.uint8 else 65535.0 if values.dtype == np.uint16 else 1.0
    return values[:, :, :3].astype(np.float64) / top


def averaged(image: FloatArray) -> tuple[FloatArray, int]:
    """Return the image averaged over squares of n pixels so that no side is too long, and n."""
    n = -(-max(image.shape[:2]) // _LARGEST_SIDE)
    if n <= 1:
        return image, 1
    h, w = (side // n * n for side in image.shape[:2])
    return image[:h, :w].reshape(h // n, n, w // n, n, 3).mean(axis=(1, 3)), n


def check(image: FloatArray) -> None:
    """Refuse what cannot show a drop.

    Raises
    ------
    InputError
        If it is too small, all of one brightness, or saturated throughout.
    """
    height, width = image.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        raise InputError(
            f"an image of {width} x {height} pixels; at least {SMALLEST_SIDE} on each side are needed",
            advice="give the photograph in its own size",
        )
    grey = image.mean(axis=2)
    ends = float(((grey <= 0.004) | (grey >= 0.996)).mean())
    one_sided = max(float((grey <= 0.004).mean()), float((grey >= 0.996).mean()))
    if one_sided > MOST_SATURATED or float(grey.max() - grey.min()) < 0.02:
        raise InputError(
            f"{ends:.0%} of the pixels are black or white and nothing stands out: over- or underexposed, or no drop",
            advice="photograph it again with another exposure",
        )
