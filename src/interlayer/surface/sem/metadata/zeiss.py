"""Zeiss: TIFF tag 34118, pairs of lines 'AP_NAME' and 'Label = value unit'."""

from __future__ import annotations

import itertools

from interlayer.surface.sem.metadata.said import Said, length_m, number, text_of
from interlayer.surface.sem.micrograph import Micrograph

TAG = 34118
SIZES = ("AP_IMAGE_PIXEL_SIZE", "AP_PIXEL_SIZE")
_FACTS = {
    "AP_ACTUALKV": "voltage",
    "AP_MAG": "magnification",
    "DP_DETECTOR_CHANNEL": "detector",
    "AP_WD": "working_distance",
}


def said(image: Micrograph) -> Said | None:
    """Return what the file says, None if it is not of this maker."""
    text = text_of(image.tags.get(TAG))
    if not text:
        return None
    lines = [line.strip() for line in text.replace("\x00", "\n").splitlines()]
    held = {name: line.partition("=")[2].strip() for name, line in itertools.pairwise(lines) if "=" in line}
    size = next((length_m(held[key]) for key in SIZES if key in held), None)
    if size is None and lines and number(lines[0]) is not None:
        # Older files begin with bare numbers; the fourth is the pixel size in metres.
        size = next((v for v in (number(line) for line in lines[3:4]) if v), None)
    facts = {name: held[key] for key, name in _FACTS.items() if held.get(key)}
    return Said(f"Zeiss metadata (tag {TAG})", size, facts)
