"""What microscopes write into their images or beside them: one maker a file."""

from __future__ import annotations

from interlayer.record.record import Finding
from interlayer.surface.sem.metadata import fei, hitachi, imagej, jeol, tescan, zeiss
from interlayer.surface.sem.metadata.said import Said
from interlayer.surface.sem.micrograph import Micrograph
from interlayer.surface.sem.scale import Scale, of_metadata

MAKERS = (fei, zeiss, jeol, hitachi, tescan, imagej)


def stated_scale(image: Micrograph) -> tuple[Scale | None, dict[str, str], list[Finding]]:
    """Return the scale that the file states, further facts, and what is odd about them.

    Two makers that say different sizes leave no scale: nobody can tell which is right.
    """
    said = [one for maker in MAKERS for one in (maker.said(image),) if one is not None]
    findings: list[Finding] = []
    scales: list[Scale] = []
    facts: dict[str, str] = {}
    for one in said:
        facts.update(one.facts)
        if one.pixel_m is None:
            findings.append(Finding("no_pixel_size", f"{one.source} states no size of a pixel", "note"))
            continue
        scale = of_metadata(one.pixel_m, one.source)
        if scale is None:
            findings.append(
                Finding("impossible_pixel_size", f"{one.source} states {one.pixel_m:.3g} m a pixel: not used")
            )
        else:
            scales.append(scale)
    if scales and max(s.pixel_m for s in scales) > 1.01 * min(s.pixel_m for s in scales):
        texts = ", ".join(f"{s.source} says {s.pixel_m * 1e9:.4g} nm" for s in scales)
        findings.append(Finding("two_scales", f"{texts}: none is used"))
        return None, facts, findings
    return (scales[0] if scales else None), facts, findings


__all__ = ["MAKERS", "Said", "stated_scale"]
