"""JEOL: a text beside the image, lines '$KEY value'; the bar's length and its pixels are written there."""

from __future__ import annotations

from interlayer.surface.sem.metadata.said import Said, length_m, number, pairs
from interlayer.surface.sem.micrograph import Micrograph

BAR = ("$$SM_MICRON_BAR", "$CM_MICRON_BAR")
MARKER = ("$$SM_MICRON_MARKER", "$CM_MICRON_MARKER")
_FACTS = {"voltage_kV": "$CM_ACCEL_VOLT", "magnification": "$CM_MAG", "detector": "$CM_SIGNAL_NAME"}


def said(image: Micrograph) -> Said | None:
    """Return what the text beside the image says, None if it is not of this maker."""
    text = image.beside.get(".txt", "")
    if "$CM_" not in text and "$$SM_" not in text:
        return None
    held = pairs(text, " ")
    pixels = next((number(held[key]) for key in BAR if key in held), None)
    length = next((length_m(held[key]) for key in MARKER if key in held), None)
    size = length / pixels if length is not None and pixels else None
    full = number(held.get("$CM_FULL_SIZE"))
    if size is not None and full and full > 0:
        # The bar is in pixels of the image as it was stored; an image resized since has other ones.
        size *= full / image.grey.shape[1]
    facts = {name: held[key] for name, key in _FACTS.items() if held.get(key)}
    return Said("JEOL text beside the image", size, facts)
