"""Hitachi: a text beside the image, section [SemImageFile], `PixelSize` in nanometres."""

from __future__ import annotations

from interlayer.surface.sem.metadata.said import Said, chosen, number, pairs
from interlayer.surface.sem.micrograph import Micrograph

SECTION = "SemImageFile"


def said(image: Micrograph) -> Said | None:
    """Return what the text beside the image says, None if it is not of this maker."""
    text = image.beside.get(".txt", "")
    if f"[{SECTION}]" not in text:
        return None
    held = pairs(text, "=")
    nanometres = number(held.get(f"{SECTION}.PixelSize"))
    columns = number(held.get(f"{SECTION}.DataSize", "").partition("x")[0])
    size = None if nanometres is None else nanometres * 1e-9
    if size is not None and columns and columns > 0:
        size *= columns / image.grey.shape[1]
    names = {
        "voltage": f"{SECTION}.AcceleratingVoltage",
        "magnification": f"{SECTION}.Magnification",
        "detector": f"{SECTION}.SignalName",
    }
    return Said("Hitachi text beside the image", size, chosen(held, names))
