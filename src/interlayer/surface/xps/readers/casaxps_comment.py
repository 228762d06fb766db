"""What CasaXPS leaves in the comment of a VAMAS block: regions, components and a charge correction.

The energies of the block are never shifted; `Calib M = 281.9 A = 284.8 BE ADD` says that the person moved binding
energies by A - M. Positions of components are kinetic energies, in the moved frame, unless the line of the correction
also says `Comps`. Areas are counts/s x eV. These facts rest on public descriptions of files, not on a document of the
maker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from interlayer.record.record import Finding
from interlayer.surface.xps.readers.text import number

_N: Final = r"([-+]?[\d.]+(?:[eE][-+]?\d+)?)"
_CALIB: Final = re.compile(rf"^Calib\s+M\s*=\s*{_N}\s+A\s*=\s*{_N}\s*(.*)$")
_REGION: Final = re.compile(rf"^CASA region \(\*(.*?)\*\) \(\*(.*?)\*\) {_N} {_N} {_N}")
_COMPONENT: Final = re.compile(
    rf"^CASA comp \(\*(.*?)\*\) \(\*(.*?)\*\) Area {_N} .*?MFWHM {_N} .*?Position {_N} .*?RSF {_N}"
)


@dataclass(frozen=True)
class CasaFit:
    """A fit found in a comment; empty if there is none."""

    components: tuple[dict[str, Any], ...] = ()
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    findings: tuple[Finding, ...] = ()


def fit(comment: Sequence[str], photon_energy_eV: float | None, what: str) -> CasaFit:
    """Return regions, components and charge correction of a block.

    Positions are on the axis of the file (before the correction); the corrected one stands beside it.
    """
    if not any(line.startswith("Casa Info Follows") for line in comment):
        return CasaFit()
    findings: list[Finding] = []
    extra: dict[str, Any] = {}
    shift, moved_with = 0.0, False
    for match in filter(None, (_CALIB.match(line) for line in comment)):
        measured, assigned = number(match[1]), number(match[2])
        if measured is not None and assigned is not None:
            shift += assigned - measured
            moved_with = moved_with or "Comps" in match[3]
    if shift:
        extra["charge_correction_eV"] = shift
        findings.append(
            Finding(
                "charge_correction",
                f"{what}: binding energies were moved by {shift:+.3f} eV in CasaXPS; they stand here as measured",
                "note",
            )
        )
    regions = [m for m in map(_REGION.match, comment) if m]
    if regions:
        extra["casa_regions"] = [
            {
                "name": m[1],
                "background": m[2],
                "kinetic_eV": sorted((float(m[3]), float(m[4]))),
                "rsf": float(m[5]),
            }
            for m in regions
            if all(number(m[k]) is not None for k in (3, 4, 5))
        ]
    components: list[dict[str, Any]] = []
    for match in filter(None, map(_COMPONENT.match, comment)):
        area, width, kinetic, rsf = (number(match[k]) for k in (3, 4, 5, 6))
        if area is None or width is None or kinetic is None or photon_energy_eV is None:
            continue
        position = photon_energy_eV - kinetic - (0.0 if moved_with else shift)
        components.append(
            {
                "name": match[1],
                "shape": match[2],
                "position_eV": position,
                "position_corrected_eV": position + shift,
                "fwhm_eV": width,
                "area": area,
                "share_percent": None,
                "rsf": rsf,
            }
        )
    return CasaFit(tuple(components), extra, tuple(findings))
