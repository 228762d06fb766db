"""FEI and Thermo Fisher: sections of key=value in TIFF tags 34680 and 34682; `PixelWidth` in metres."""

from __future__ import annotations

from interlayer.surface.sem.metadata.said import Said, chosen, number, pairs, text_of
from interlayer.surface.sem.micrograph import Micrograph

TAGS = (34682, 34680)


def said(image: Micrograph) -> Said | None:
    """Return what the file says, None if it is not of this maker."""
    for tag in TAGS:
        text = text_of(image.tags.get(tag))
        if not text:
            continue
        held = pairs(text, "=")
        width = next((held[k] for k in ("Scan.PixelWidth", "EScan.PixelWidth") if held.get(k)), None)
        facts = chosen(
            held, {"voltage_V": "Beam.HV", "detector": "Detectors.Name", "stage_tilt_rad": "Stage.StageT"}
        )
        return Said(f"FEI/Thermo metadata (tag {tag})", number(width), facts)
    return None
