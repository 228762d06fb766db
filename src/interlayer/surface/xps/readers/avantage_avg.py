"""Text dumps of Thermo Avantage's data spaces (.avg): properties, axes, and values in rows 'LIST@'.

The energy axis is kinetic, E_B = h nu - E_K, unless `DS_ACPROPID_EV_SCALE` is 2. Known from public descriptions of
such files; no measured file was at hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers.axis import placed
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import file_text, head_text, number, numbers
from interlayer.surface.xps.spectrum import Region

_PROPERTY: Final = re.compile(r"^(DS_\w+(?:\[\d+\])?)\s*:(?:.*:)?\s*VT_\w+\s*=\s*(.*)$")
_AXIS: Final = re.compile(
    r"^\s*(\d+)=\s*([^,]+),\s*([^,]+),\s*(\d+),\s*([\w-]+),\s*([\w-]+),\s*'([^']*)',\s*'([^']*)',\s*'([^']*)'"
)
_POINT: Final = re.compile(r"SPACEAXIS=(\d+)\s+LABEL='([^']*)'\s+POINT=\d+\s+VALUE=\s*'?([^';]+)'?")
_MOST_POINTS: Final = 10_000_000


@dataclass
class _Axis:
    start: float
    step: float
    points: int
    kind: str
    linear: bool


@dataclass
class _Space:
    facts: dict[str, str] = field(default_factory=dict[str, str])
    axes: list[_Axis] = field(default_factory=list[_Axis])
    cells: list[list[str]] = field(default_factory=list[list[str]])
    labels: list[dict[str, str]] = field(default_factory=list[dict[str, str]])


class AvantageAvg:
    """Dumps of Avantage's data spaces."""

    name = "avantage_avg"
    version = "1"
    extensions = (".avg",)
    signature = "begins with ';Dump of DataSpace'"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the first lines name a data space of Avantage."""
        del path
        text = head_text(head[:4000])
        return "Dump of DataSpace" in text[:400] or ("$FORMAT=" in text and "DS_" in text)

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all spectra of the data space.

        Raises
        ------
        ReadError
            If it holds an image, a map or a table, or no values.
        """
        space = _parsed(file_text(path))
        if not space.axes:
            raise ReadError("the data space is empty: no axes", advice="dump the spectrum itself")
        energies = space.axes[0]
        if energies.kind.upper() != "ENERGY" or not energies.linear:
            raise ReadError(
                f"its first axis is {energies.kind or 'unknown'}, not an even scale of energies",
                advice="dump spectra",
            )
        kinds = {axis.kind.upper() for axis in space.axes[1:]}
        if {"X", "Y"} <= kinds and "POSITION" not in kinds:
            raise ReadError("a map, one spectrum a pixel", advice="extract the spectra in Avantage")
        if not space.cells:
            raise ReadError("the data space holds no values", advice="dump the measured spectrum")
        return tuple(_region(space, i, path.stem, told) for i in range(len(space.cells)))


def _parsed(text: str) -> _Space:
    space = _Space()
    pending: dict[str, str] = {}
    in_axes = in_data = False
    for line in text.split("\n"):
        if line.startswith("$"):
            in_axes, in_data = line.startswith("$SPACEAXES"), line.startswith("$DATA=")
            if line.startswith("$AXISVALUE") and (point := _POINT.search(line)):
                pending[point[2]] = point[3].strip()
            if in_data:
                space.cells.append([])
                space.labels.append(pending)
                pending = {}
            if in_axes and (axis := _AXIS.match(line.partition("=")[2].lstrip("0123456789 "))):
                _add(space, axis)
        elif in_data and (stripped := line.strip()).startswith("LIST@"):
            space.cells[-1] += stripped.partition("=")[2].split(",")
        elif in_axes and (axis := _AXIS.match(line)):
            _add(space, axis)
        elif match := _PROPERTY.match(line.strip()):
            space.facts[match[1]] = match[2].strip().strip("'")
    return space


def _add(space: _Space, axis: re.Match[str]) -> None:
    start, step, points = number(axis[2]), number(axis[3]), number(axis[4])
    if start is None or step is None or points is None or points > _MOST_POINTS:
        raise ReadError(f"an axis is not readable: '{axis[0].strip()[:60]}'", advice="dump it again")
    space.axes.append(_Axis(start, step, int(points), axis[5], axis[6].upper() == "LINEAR"))


def _region(space: _Space, index: int, stem: str, told: ColumnMap) -> Region:
    facts, energies = space.facts, space.axes[0]
    name = facts.get("DS_EXT_SUPROPID_TITLE", "") or stem
    values = numbers([c.strip().replace("#empty#", "nan") or "nan" for c in space.cells[index]])[
        : energies.points
    ]
    notes: list[Finding] = []
    if len(values) < energies.points:
        text = f"{name}: {len(values)} of {energies.points} points are there"
        notes.append(Finding("truncated", text, "error"))
    scale = facts.get("DS_ACPROPID_EV_SCALE")
    axis = {"2": "binding", "1": "kinetic", None: "kinetic"}.get(scale)
    photon = number(facts.get("DS_SOPROPID_ENERGY", ""))
    energy, photon, is_kinetic, said = placed(
        energies.start + energies.step * np.arange(len(values), dtype=np.float64),
        axis,
        photon if photon and photon > 0 else None,
        told,
        what=name,
    )
    label = facts.get("DS_GEPROPID_VALUE_LABEL", "")
    rate = "/" in label or facts.get("DS_GEPROPID_VALUE_UNIT", "").strip() in ("s", "1/s", "/s", "cps")
    dwell, scans = (number(facts.get(f"DS_ACPROPID_{k}", "")) for k in ("ACQ_TIME", "PERIODS"))
    known = "counts/s" if rate else "counts" if label.lower().startswith("count") else "1"
    if known == "1":
        notes.append(
            Finding("arbitrary_units", f"{name}: values called '{label}', in arbitrary units", "note")
        )
    extra: dict[str, Any] = dict(space.labels[index])
    if lens := facts.get("DS_ANPROPID_LENS_MODE_NAME"):
        extra["lens"] = lens
    extra["instrument"] = facts.get("DS_GEPROPID_INSTRUMENT", "")
    extra["private"] = {"author": facts.get("DS_EXT_SUPROPID_AUTHOR", "")}
    return Region(
        name=name,
        energy_eV=energy,
        intensity=values,
        intensity_unit=known,
        counting_s=(dwell * scans if dwell and scans and dwell > 0 and scans > 0 else None),
        photon_energy_eV=photon,
        pass_energy_eV=number(facts.get("DS_ANPROPID_PASS", "")),
        work_function_eV=number(facts.get("DS_ANPROPID_WORK_FTN", "")),
        is_kinetic=is_kinetic,
        sample=space.labels[index].get("Position", ""),
        extra=extra,
        findings=(*said, *notes),
    )
