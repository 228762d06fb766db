"""The length of one pixel: said by a person, written in the file, or measured on the drawn scale bar."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from interlayer import measured
from interlayer.errors import InputError

METADATA_ERROR: Final = 0.02
"""Relative standard error of a magnification that an instrument states; assumed, calibrations hold 1 to 3 %."""
END_ERROR_PX: Final = 1.0
"""Standard error of the ends of a bar, pixels: how thick its end ticks are drawn is not known."""
SMALLEST_M: Final = 1e-12
LARGEST_M: Final = 1e-3


@dataclass(frozen=True)
class Scale:
    """Pixel size.

    Attributes
    ----------
    pixel_m : float
        Length of one pixel, m; square pixels.
    sigma : float
        Relative standard error.
    source : str
        Where it comes from, in words.
    """

    pixel_m: float
    sigma: float
    source: str


def stated(text: str) -> Scale:
    """Return the scale of '12.3 nm' or '12.3 +- 0.1 nm' a pixel.

    Raises
    ------
    InputError
        If it is no length, not positive or no size that a pixel has.
    """
    value = measured.read(text, "m", where="--pixel")
    size = _checked(value.value, "--pixel")
    return Scale(size, 0.0 if value.sigma is None else value.sigma / size, f"--pixel {text}")


def of_length(text: str) -> Scale:
    """Return the scale of '10 um=213': a length and its pixels.

    Raises
    ------
    InputError
        If there is no length, no number of pixels, or the result is no size that a pixel has.
    """
    length_text, sign, pixels_text = text.rpartition("=")
    pixels_text = re.sub(r"\s*(px|pixels?)\s*$", "", pixels_text.strip())
    try:
        pixels = float(pixels_text)
    except ValueError:
        pixels = math.nan
    if not sign or not pixels > 0.0 or not math.isfinite(pixels):
        raise InputError(f"'{text}' is no length and its pixels", where="--scale", advice='as "10 um=213"')
    return of_bar(length_text, pixels, f"--scale {text}", "--scale")


def of_bar(length_text: str, pixels: float, source: str, where: str) -> Scale:
    """Return the scale of a length that so many pixels show.

    Raises
    ------
    InputError
        If the text is no length, or the result is no size that a pixel has.
    """
    length = measured.read(length_text, "m", where=where)
    size = _checked(length.value / pixels, where)
    spread = 0.0 if length.sigma is None else length.sigma / length.value
    return Scale(size, math.hypot(spread, math.sqrt(2.0) * END_ERROR_PX / pixels), source)


def of_metadata(pixel_m: float, source: str) -> Scale | None:
    """Return the scale that a file states; None for a number that no pixel has."""
    if not math.isfinite(pixel_m) or not SMALLEST_M <= pixel_m <= LARGEST_M:
        return None
    return Scale(pixel_m, METADATA_ERROR, source)


def _checked(size: float, where: str) -> float:
    if not math.isfinite(size) or not SMALLEST_M <= size <= LARGEST_M:
        raise InputError(
            f"a pixel of {size:.3g} m is none of a microscope; {SMALLEST_M:g} to {LARGEST_M:g} m are",
            where=where,
            advice='give a length such as "12.3 nm"',
        )
    return size
