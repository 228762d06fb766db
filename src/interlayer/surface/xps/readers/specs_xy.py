"""SPECS text (.xy) of SpecsLab Prodigy: settings behind '#', regions, cycles and scans, two or more columns.

Scans of one cycle, where written apart, are added up (counts) or averaged (counts/s); cycles stay apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers.axis import axis_of, placed
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import file_text, head_text, number, numbers
from interlayer.surface.xps.spectrum import FloatArray, Region

_PAIR: Final = re.compile(r"^#\s*([^:]+):\s*(.*)$")
_CURVE: Final = re.compile(
    r"^#\s*Cycle:\s*(\d+),\s*Curve:\s*(\d+)(?:,\s*Scan:\s*(\d+))?(?:,\s*Channel:\s*(\d+))?"
)
_CYCLE: Final = re.compile(r"^#\s*Cycle:\s*(\d+)\s*$")
_KEPT: Final = (
    "Analysis Method",
    "Analyzer",
    "Analyzer Lens",
    "Analyzer Slit",
    "Scan Mode",
    "Source",
    "Spectrum ID",
)


@dataclass
class _Scan:
    cycle: int
    labels: list[str]
    lines: list[str] = field(default_factory=list[str])


@dataclass
class _Part:
    facts: dict[str, str]
    scans: list[_Scan] = field(default_factory=list[_Scan])


class SpecsXy:
    """Text exports of SpecsLab Prodigy."""

    name = "specs_xy"
    version = "1"
    extensions = (".xy",)
    signature = "has '# Created by: SpecsLab' and settings behind '#'"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the first lines name SpecsLab or its XY export."""
        del path
        text = head_text(head[:3000])
        return text.lstrip().startswith("#") and ("SpecsLab" in text or "XY-Serializer" in text)

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all regions.

        Raises
        ------
        ReadError
            If there is no region, or the kind of energy is not stated.
        """
        general, parts = _parts(file_text(path).split("\n"))
        found = [region for part in parts for region in _regions(part, general, told)]
        if not found:
            raise ReadError("no region with numbers in it", advice="export it again from Prodigy")
        return tuple(found)


def _parts(lines: list[str]) -> tuple[dict[str, str], list[_Part]]:
    general: dict[str, str] = {}
    parts: list[_Part] = []
    group, labels, cycle = "", list[str](), 0
    for line in lines:
        if not line.startswith("#"):
            if line.strip() and parts:
                if not parts[-1].scans:
                    parts[-1].scans.append(_Scan(cycle, labels))
                parts[-1].scans[-1].lines.append(line)
            continue
        if curve := _CURVE.match(line):
            cycle = int(curve[1])
            if parts:
                parts[-1].scans.append(_Scan(cycle, labels))
            continue
        if only := _CYCLE.match(line):
            cycle = int(only[1])
            continue
        pair = _PAIR.match(line)
        if pair is None:
            continue
        key, value = pair[1].strip(), pair[2].strip()
        if key == "Group":
            group = value
        elif key == "Region":
            parts.append(_Part({"Group": group, "Region": value}))
            cycle = 0
        elif key == "ColumnLabels":
            labels = value.split()
            if parts and parts[-1].scans:
                parts[-1].scans[-1].labels = labels
        elif parts:
            parts[-1].facts.setdefault(key, value)
        else:
            general.setdefault(key, value)
    return general, parts


def _regions(part: _Part, general: dict[str, str], told: ColumnMap) -> list[Region]:
    facts = part.facts
    name = facts.get("Region", "") or "?"
    scans = [s for s in part.scans if s.lines]
    found: list[Region] = []
    for cycle in sorted({s.cycle for s in scans}):
        tables = [(_table(s, name), s.labels) for s in scans if s.cycle == cycle]
        first, labels = tables[0]
        same = [
            t
            for t, _ in tables
            if t.shape == first.shape and np.array_equal(t[:, 0], first[:, 0], equal_nan=True)
        ]
        label = " ".join(labels[1:2]) or general.get("Count Rate", "")
        rate = "/s" in label or "per second" in general.get("Count Rate", "").lower()
        notes: list[Finding] = []
        if len(same) < len(tables):
            text = f"{name}: {len(tables) - len(same)} of {len(tables)} scans are cut or have other energies; left out"
            notes.append(Finding("scans_left_out", text))
        if len(same) > 1:
            how = "averaged" if rate else "added up"
            notes.append(Finding("scans_joined", f"{name}: {len(same)} scans are {how}", "note"))
        stack = np.stack(same)
        signal = np.mean(stack[:, :, 1], axis=0) if rate else np.sum(stack[:, :, 1], axis=0)
        announced = number(facts.get("Values/Curve", ""))
        if announced is not None and announced > len(signal):
            notes.append(
                Finding("truncated", f"{name}: {len(signal)} of {announced:g} points are there", "error")
            )
        dwell, count = number(facts.get("Dwell Time", "")), number(facts.get("Number of Scans", "")) or 1.0
        if len(same) > 1:
            count = float(len(same))
        photon = number(facts.get("Excitation Energy", ""))
        energy, photon, is_kinetic, said = placed(
            first[:, 0],
            axis_of(general.get("Energy Axis", "")),
            photon if photon and photon > 0 else None,
            told,
            what=name,
        )
        extra: dict[str, Any] = {key: facts[key] for key in _KEPT if facts.get(key)}
        extra["cycle"] = cycle
        if facts.get("Acquisition Date"):
            extra["started"] = facts["Acquisition Date"]
        found.append(
            Region(
                name=name,
                energy_eV=energy,
                intensity=signal,
                intensity_unit="counts/s" if rate else "counts",
                counting_s=dwell * count if dwell and dwell > 0 else None,
                photon_energy_eV=photon,
                pass_energy_eV=number(facts.get("Pass Energy", "")),
                work_function_eV=number(facts.get("Eff. Workfunction", "")),
                is_kinetic=is_kinetic,
                sample=facts.get("Group", ""),
                columns={
                    (labels[i] if i < len(labels) else f"column {i + 1}").lower(): np.mean(
                        stack[:, :, i], axis=0
                    )
                    for i in range(2, first.shape[1])
                },
                extra=extra,
                findings=(*notes, *said),
            )
        )
    return found


def _table(scan: _Scan, name: str) -> FloatArray:
    rows = [line.split() for line in scan.lines]
    width = len(rows[0])
    whole = [row for row in rows if len(row) == width]
    if width < 2:
        raise ReadError(
            f"{name}: one column of numbers, expected energy and signal", advice="export it again"
        )
    return numbers([cell for row in whole for cell in row]).reshape(len(whole), width)
