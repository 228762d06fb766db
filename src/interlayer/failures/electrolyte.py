"""Whether a cell's electrolyte holds a salt that can run out, as far as its description tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from interlayer.errors import InterlayerError
from interlayer.materials import find
from interlayer.metrics.analysis import Analysis

_OF_SALT = ("salt_diffusivity", "transference_number", "current_fraction")


def has_salt(analysis: Analysis) -> bool | None:
    """True for polymers and liquids with a salt, False for conductors of lithium ions alone, None if unknown."""
    part: object = (analysis.record.cell or {}).get("electrolyte")
    name = cast("Mapping[str, Any]", part).get("material") if isinstance(part, Mapping) else None
    if not isinstance(name, str) or not name:
        return None
    try:
        quantities = find(name).quantities
    except InterlayerError:
        return None
    return any(key in quantities for key in _OF_SALT)
