"""Scienta SES text (.txt): [Info], and for each region [Region n], [Info n], [Data n].

SES writes counts or, with an ADC detector, a camera's grey values; the file does not say how they were scaled, so that
the intensity is arbitrary unless the detector counts pulses.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers.axis import axis_of, placed
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import file_text, head_text, number, numbers
from interlayer.surface.xps.spectrum import Region

_SECTION: Final = re.compile(r"^\[(.+)\]\s*$", re.MULTILINE)
_NUMBERED: Final = re.compile(r"Data (\d+)(?::.*)?$")
_KEPT: Final = (
    "Lens Mode",
    "Acquisition Mode",
    "DetectorMode",
    "Instrument",
    "Step Time",
    "Number of Sweeps",
)


class ScientaTxt:
    """Text files of Scienta's SES."""

    name = "scienta_txt"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "begins with [Info] and a number of regions"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether it begins with [Info] and 'Number of Regions='."""
        del path
        text = head_text(head[:4000]).lstrip()
        return text.startswith("[Info]") and "Number of Regions=" in text

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all regions.

        Raises
        ------
        ReadError
            If a region has no data or its energies are neither binding nor kinetic.
        """
        sections = _sections(file_text(path))
        found = [m[1] for name in sections if (m := _NUMBERED.match(name))]
        announced = number(_pairs(sections.get("Info", "")).get("Number of Regions", ""))
        if not found:
            raise ReadError("no section [Data 1]", advice="save it again from SES")
        findings: tuple[Finding, ...] = ()
        if announced is not None and announced != len(found):
            text = f"{len(found)} regions are there, the file announces {announced:g}"
            findings = (Finding("truncated", text, "error"),)
        return tuple(_region(sections, index, told, findings) for index in found)


def _sections(text: str) -> dict[str, str]:
    marks = list(_SECTION.finditer(text))
    ends = [*(m.start() for m in marks[1:]), len(text)]
    return {m[1].strip(): text[m.end() : end] for m, end in zip(marks, ends, strict=False)}


def _pairs(text: str) -> dict[str, str]:
    split = (line.partition("=") for line in text.split("\n") if "=" in line)
    return {key.strip(): value.strip() for key, _, value in split}


def _region(sections: dict[str, str], index: str, told: ColumnMap, findings: tuple[Finding, ...]) -> Region:
    info = _pairs(sections.get(f"Info {index}", ""))
    shape = _pairs(sections.get(f"Region {index}", ""))
    name = (info.get("Region Name") or shape.get("Region Name") or f"region {index}").strip()
    body = next(text for key, text in sections.items() if (m := _NUMBERED.match(key)) and m[1] == index)
    rows = [line.split() for line in body.split("\n") if line.strip()]
    width = len(rows[0]) if rows else 0
    whole = [row for row in rows if len(row) == width]
    if width < 2 or not whole:
        raise ReadError(f"{name}: no columns of numbers in [Data {index}]", advice="save it again from SES")
    values = numbers([cell for row in whole for cell in row]).reshape(len(whole), width)
    notes = list(findings)
    size = number(shape.get("Dimension 1 size", ""))
    if size is not None and size != len(whole):
        notes.append(Finding("truncated", f"{name}: {len(whole)} of {size:g} points are there", "error"))
    if width > 2:
        notes.append(
            Finding("slices_summed", f"{name}: {width - 1} slices of the detector are added up", "note")
        )
    photon = number(info.get("Excitation Energy", ""))
    label = shape.get("Dimension 1 name", "") or info.get("Energy Scale", "")
    energy, photon, is_kinetic, said = placed(
        values[:, 0], axis_of(label), photon if photon and photon > 0 else None, told, what=name
    )
    pulses = "pulse" in info.get("DetectorMode", "").lower()
    if not pulses:
        mode = info.get("DetectorMode") or "not said"
        notes.append(
            Finding(
                "arbitrary_units", f"{name}: detector mode '{mode}': intensity in arbitrary units", "note"
            )
        )
    extra: dict[str, Any] = {key: info[key] for key in _KEPT if info.get(key)}
    if info.get("Date"):
        extra["started_local"] = f"{info['Date']} {info.get('Time', '')}".strip()
    extra["private"] = {k: info[k] for k in ("File", "Sequence", "User", "Comments") if info.get(k)}
    return Region(
        name=name,
        energy_eV=energy,
        intensity=np.sum(values[:, 1:], axis=1),
        intensity_unit="counts" if pulses else "1",
        photon_energy_eV=photon,
        pass_energy_eV=number(info.get("Pass Energy", "")),
        is_kinetic=is_kinetic,
        sample=info.get("Sample", ""),
        extra=extra,
        findings=(*notes, *said),
    )
