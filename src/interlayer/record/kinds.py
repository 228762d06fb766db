"""Kinds of test by name, and what people write for them."""

from __future__ import annotations

import re
from typing import Final

from interlayer.errors import InputError, unknown_name

KINDS: Final = (
    "symmetric cycling",
    "rate test",
    "critical current ramp",
    "unidirectional plating",
    "lithium-copper",
    "half cell",
    "full cell",
    "dc polarisation",
    "impedance",
    "open circuit",
    "unknown",
)
"""Every kind of test that is recognised, or can be stated by a person instead."""

_ALIASES: Final = {
    "symmetric": "symmetric cycling",
    "symmetric cell": "symmetric cycling",
    "cycling": "symmetric cycling",
    "rate": "rate test",
    "step current": "rate test",
    "ccd": "critical current ramp",
    "critical current": "critical current ramp",
    "critical current density": "critical current ramp",
    "ramp": "critical current ramp",
    "unidirectional": "unidirectional plating",
    "plating": "unidirectional plating",
    "lithium copper": "lithium-copper",
    "li cu": "lithium-copper",
    "li|cu": "lithium-copper",
    "aurbach": "lithium-copper",
    "half": "half cell",
    "full": "full cell",
    "dc": "dc polarisation",
    "dc polarization": "dc polarisation",
    "hebb wagner": "dc polarisation",
    "bruce vincent": "dc polarisation",
    "eis": "impedance",
    "ocv": "open circuit",
}


def named_kind(text: str) -> str:
    """Return the kind of test that a person means.

    Parameters
    ----------
    text : str
        One of `KINDS`, with blanks, hyphens or underscores, or a common short word such as 'CCD' or 'EIS'.

    Raises
    ------
    InputError
        If no kind is called so.
    """
    plain = re.sub(r"\s*\|\s*", "|", re.sub(r"[\s_-]+", " ", text.strip().lower()))
    known = {kind.replace("-", " "): kind for kind in KINDS} | _ALIASES
    if plain not in known:
        raise InputError(
            unknown_name("kind of test", text.strip(), KINDS), advice="one of " + ", ".join(KINDS)
        )
    return known[plain]
