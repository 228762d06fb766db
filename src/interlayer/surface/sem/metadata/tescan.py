"""Tescan: a `.hdr` text beside the image, `PixelSizeX` in metres."""

from __future__ import annotations

from interlayer.surface.sem.metadata.said import Said, chosen, number, pairs
from interlayer.surface.sem.micrograph import Micrograph


def said(image: Micrograph) -> Said | None:
    """Return what the text beside the image says, None if it is not of this maker."""
    held = pairs(image.beside.get(".hdr", ""), "=")
    if "MAIN.PixelSizeX" not in held:
        return None
    names = {"voltage_V": "SEM.HV", "magnification": "MAIN.Magnification", "detector": "SEM.Detector"}
    return Said("Tescan text beside the image", number(held["MAIN.PixelSizeX"]), chosen(held, names))
