"""ImageJ: 'unit=' in the description, pixels a unit in the resolution tag.

The resolution tag alone (72 or 96 a inch, from a word processor or the microscope) is no scale and never used.
"""

from __future__ import annotations

from typing import Any

from interlayer import units
from interlayer.errors import UnitError
from interlayer.surface.sem.metadata.said import Said, pairs, text_of
from interlayer.surface.sem.micrograph import Micrograph

DESCRIPTION, RESOLUTION = 270, 282
_SPELLINGS = {"micron": "um", "microns": "um", "\\u00B5m": "um", "µm": "um", "μm": "um"}


def said(image: Micrograph) -> Said | None:
    """Return what the file says, None if ImageJ has not calibrated it."""
    text = text_of(image.tags.get(DESCRIPTION)) or ""
    if not text.startswith("ImageJ"):
        return None
    unit = pairs(text, "=").get("unit", "")
    unit = _SPELLINGS.get(unit, unit)
    resolution: Any = image.tags.get(RESOLUTION)
    try:
        per_unit, factor = float(resolution), units.from_unit(1.0, unit)
        is_length = units.dimension(unit) == "m"
    except (TypeError, ValueError, ZeroDivisionError, UnitError):
        return None
    if not is_length or not per_unit > 0.0:
        return None
    return Said("ImageJ calibration", factor / per_unit)
