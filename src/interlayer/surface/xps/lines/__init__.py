"""Shapes of photoelectron lines: each of (energy, centre, fwhm, lorentz, asymmetry), of unit area."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError, unknown_name
from interlayer.surface.xps.lines.doniach_sunjic import doniach_sunjic
from interlayer.surface.xps.lines.gl_product import gl_product
from interlayer.surface.xps.lines.gl_sum import gl_sum
from interlayer.surface.xps.lines.la import la
from interlayer.surface.xps.lines.voigt import voigt

LineShape = Callable[..., NDArray[np.float64]]

LINES: Final[dict[str, LineShape]] = {
    "voigt": voigt,
    "gl_sum": gl_sum,
    "gl_product": gl_product,
    "doniach_sunjic": doniach_sunjic,
    "la": la,
}


def line_shape(name: str) -> LineShape:
    """Return a line by its name.

    Raises
    ------
    InputError
        If it is not known.
    """
    if name not in LINES:
        raise InputError(unknown_name("line shape", name, LINES))
    return LINES[name]
