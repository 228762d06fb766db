"""Spectra of PHI instruments (.spe): a text head from SOFH to EOFH, then the numbers.

After EOFH and its line end: four 4-byte integers (group, number of traces, bytes of all trace heads, bytes of this
head), then 24 four-byte words a trace. Of these the 6th is the number of points, the 15th the unit ('c/s'), the 19th
the type ('f4' or 'f8'), the 20th the bytes of the data and the 21st where they begin, counted from the four integers.
Energies come from the head: `SpectralRegDef: no no name Z points step start end low high time pass ...` in binding
energy; time is dwell times cycles, in s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers.axis import LINES_EV
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import LARGEST_BYTES, number
from interlayer.surface.xps.spectrum import FloatArray, Region

_BEGIN: Final = b"SOFH"
_END: Final = re.compile(rb"EOFH\r?\n")
_WORDS: Final = 24
_MOST_TRACES: Final = 10_000
_STEP_OFF: Final = 0.02
_PRIVATE: Final = ("AcqFilename", "Operator", "Institution", "ExperimentID", "PlatenID", "PhotoFilename")


@dataclass(frozen=True)
class Definition:
    """What the head says of one region."""

    number: int
    name: str
    points: int
    step_eV: float
    start_eV: float
    end_eV: float
    counting_s: float | None
    pass_energy_eV: float | None


class PhiSpe:
    """PHI spectra."""

    name = "phi_spe"
    version = "1"
    extensions = (".spe",)
    signature = "begins with the line SOFH"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the first line is SOFH."""
        del path
        return head[:4] == _BEGIN and head[4:5] in (b"\r", b"\n")

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all regions.

        Raises
        ------
        ReadError
            If head or data are cut, the file holds a profile or image, or a region's points do not fit its data.
        """
        if path.stat().st_size > LARGEST_BYTES:
            raise ReadError("too large to be a file of spectra", advice="export single regions")
        data = path.read_bytes()
        end = _END.search(data)
        if end is None:
            raise ReadError("the head has no end (EOFH)", advice="copy it again from the instrument")
        lines = data[: end.start()].decode("cp1252", errors="replace").splitlines()
        head = head_of(lines)
        kind = head.get("FileType", ["SPECTRUM"])[0].upper()
        if "SPECTRUM" not in kind:
            raise ReadError(
                f"it holds '{kind}', not spectra",
                advice="extract the spectra in MultiPak, as .spe or VAMAS",
            )
        definitions = definitions_of(head)
        body = data[end.end() :]
        return tuple(
            region_of(definition, values, unit, head, told, findings)
            for definition, values, unit, findings in _traces(body, definitions)
        )


def head_of(lines: list[str]) -> dict[str, list[str]]:
    """Return the entries of a head 'key: value', each with all its values."""
    head: dict[str, list[str]] = {}
    for line in lines:
        key, colon, value = line.lstrip("/ ").partition(":")
        if colon:
            head.setdefault(key.strip(), []).append(value.strip())
    return head


def definitions_of(head: dict[str, list[str]]) -> list[Definition]:
    """Return the regions of a head.

    Raises
    ------
    ReadError
        If there is none, or one is no list of numbers.
    """
    found: list[Definition] = []
    for line in head.get("SpectralRegDef", []):
        parts = line.split()
        values = [number(p) for p in parts]
        if len(parts) < 8 or any(values[i] is None for i in (0, 4, 5, 6, 7)):
            raise ReadError(f"the head's region '{line[:60]}' is not readable", advice="copy it again")
        points = values[4] or 0.0
        if points != int(points) or not 0 < points < 10_000_000:
            raise ReadError(f"the head's region '{parts[2]}' has {points:g} points", advice="copy it again")
        found.append(
            Definition(
                int(values[0] or 0),
                "survey" if parts[2].lower().startswith("su") else parts[2],
                int(points),
                values[5] or 0.0,
                values[6] or 0.0,
                values[7] or 0.0,
                values[10] if len(parts) > 10 else None,
                values[11] if len(parts) > 11 else None,
            )
        )
    if not found:
        raise ReadError("the head defines no region of a spectrum (SpectralRegDef)", advice="copy it again")
    return found


def _traces(
    body: bytes, definitions: list[Definition]
) -> list[tuple[Definition, FloatArray, str, tuple[Finding, ...]]]:
    if len(body) < 16:
        raise ReadError("the file ends after its head", advice="copy it again from the instrument")
    _, count, heads, offset = (int(v) for v in np.frombuffer(body, "<u4", 4))
    if not 0 < count <= _MOST_TRACES or heads != count * 4 * _WORDS or offset != 16:
        raise ReadError(
            "the numbers after the head are not ordered as PHI's are known to be", advice="export as VAMAS"
        )
    if count != len(definitions):
        raise ReadError(
            f"{count} traces for {len(definitions)} regions, as with several areas or cycles",
            advice="save one area a file in MultiPak, or export as VAMAS",
        )
    if len(body) < 16 + heads:
        raise ReadError("the file ends within the heads of its traces", advice="copy it again")
    words: NDArray[np.uint32] = np.frombuffer(body, "<u4", count * _WORDS, 16).reshape(count, _WORDS)
    found: list[tuple[Definition, FloatArray, str, tuple[Finding, ...]]] = []
    for index, row in enumerate(words):
        definition = definitions[index]
        points, size, begin = int(row[5]), int(row[19]), int(row[20])
        kind = row[18:19].tobytes().rstrip(b"\x00 ")
        unit = row[14:15].tobytes().rstrip(b"\x00 ").decode("ascii", errors="replace")
        if kind not in (b"f4", b"f8"):
            raise ReadError(
                f"{definition.name}: numbers of an unknown type ({kind!r})", advice="export as VAMAS"
            )
        width = int(kind[1:2])
        if points != definition.points or size != points * width:
            raise ReadError(
                f"{definition.name}: the head has {definition.points} points, the data {points} in {size} bytes",
                advice="copy it again, or export as VAMAS",
            )
        findings: tuple[Finding, ...] = ()
        there = max(0, (min(len(body), begin + size) - begin) // width)
        if there < points:
            if not there or index < count - 1:
                raise ReadError(f"{definition.name}: the file ends before its data", advice="copy it again")
            findings = (
                Finding(
                    "truncated", f"{definition.name}: the file ends after {there} of {points} points", "error"
                ),
            )
        with np.errstate(invalid="ignore"):  # a damaged file can hold any bit pattern; checked afterwards
            values = np.frombuffer(body, f"<{kind.decode()}", there, begin).astype(np.float64)
        found.append((definition, values, unit, findings))
    return found


def region_of(
    definition: Definition,
    values: FloatArray,
    unit: str,
    head: dict[str, list[str]],
    told: ColumnMap,
    findings: tuple[Finding, ...] = (),
) -> Region:
    """Return a region from its definition, its values and the head of its file.

    Raises
    ------
    ReadError
        If step, start and end of the definition do not agree.
    """
    if definition.points > 1:
        step = (definition.end_eV - definition.start_eV) / (definition.points - 1)
        if abs(step - definition.step_eV) > _STEP_OFF * abs(step):
            raise ReadError(
                f"{definition.name}: {definition.points} points from {definition.start_eV:g} to "
                f"{definition.end_eV:g} eV are no steps of {definition.step_eV:g} eV",
                advice="export as VAMAS",
            )
    energy = definition.start_eV + definition.step_eV * np.arange(len(values), dtype=np.float64)
    photon = _photon(head)
    notes = list(findings)
    rate = unit.replace(" ", "").lower() in ("c/s", "cps", "counts/s")
    known = "counts/s" if rate else "counts" if unit.lower().startswith("c") else "1"
    if known == "1":
        notes.append(
            Finding("arbitrary_units", f"{definition.name}: unit '{unit}', taken as arbitrary", "note")
        )
    reference = head.get("EnergyReference", [""])[0].split()
    extra: dict[str, Any] = {"private": {k: head[k][0] for k in _PRIVATE if head.get(k)}}
    if reference and reference[0].lower() != "none":
        extra["energy_reference"] = " ".join(reference)
        text = f"the file names an energy reference, '{extra['energy_reference']}'; nothing is undone"
        notes.append(Finding("energy_reference", f"{definition.name}: {text}"))
    for key, name in (
        ("InstrumentModel", "instrument"),
        ("AnalyserMode", "analyser_mode"),
        ("AcqFileDate", "date"),
    ):
        if head.get(key):
            extra[name] = head[key][0]
    description = re.match(r"\(\s*\d+\s*,\s*(.*)\)$", head.get("FileDesc", [""])[0])
    return Region(
        name=definition.name,
        energy_eV=energy,
        intensity=values,
        intensity_unit=known,
        counting_s=definition.counting_s if definition.counting_s and definition.counting_s > 0 else None,
        photon_energy_eV=photon if photon is not None else told.photon_energy_eV,
        pass_energy_eV=definition.pass_energy_eV,
        work_function_eV=_first(head, "AnalyserWorkFcn"),
        sample=description[1].strip() if description else head.get("FileDesc", [""])[0],
        extra=extra,
        findings=tuple(notes),
    )


def _first(head: dict[str, list[str]], key: str) -> float | None:
    parts = head.get(key, [""])[0].split()
    return number(parts[0]) if parts else None


def _photon(head: dict[str, list[str]]) -> float | None:
    """'Al 1486.6 mono': the energy as it stands there."""
    parts = head.get("XraySource", [""])[0].split()
    values = [v for p in parts[1:] if (v := number(p)) is not None and v > 100]
    if values:
        return values[0]
    return LINES_EV.get(parts[0].lower()) if parts else None
