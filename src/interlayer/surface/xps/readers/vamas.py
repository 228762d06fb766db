"""VAMAS, ISO 14976 (.vms, PHI's .npl): spectra of surface analysis as lines of text, one block a spectrum.

Order of the lines after W. A. Dench, L. B. Hazell, M. P. Seah, Surf. Interface Anal. 13 (1988) 63, and ISO 14976:1998.
Kinetic energies of the programs that write it count from the Fermi level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.line_names import canonical_line
from interlayer.surface.xps.readers import casaxps_comment
from interlayer.surface.xps.readers.axis import axis_of, placed
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.readers.text import file_text, head_text, number, numbers
from interlayer.surface.xps.spectrum import FloatArray, Region

MARK: Final = "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"
_UNKNOWN: Final = 1e36
"""The standard writes 1E37 for a number that is not known."""
_MAP_MODES: Final = ("MAP", "MAPDP")
_VIEW_MODES: Final = ("MAP", "MAPDP", "MAPSV", "MAPSVDP", "SEM")
_LINESCAN_MODES: Final = ("MAPSV", "MAPSVDP", "SEM")
_REGION_MODES: Final = ("MAP", "MAPDP", "NORM", "SDP")
_SPUTTER_MODES: Final = ("MAPDP", "MAPSVDP", "SDP", "SDPSV")
_MODES: Final = ("MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM", "SDP", "SDPSV")
_ION_TECHNIQUES: Final = (
    "FABMS",
    "FABMS energy spec",
    "ISS",
    "SIMS",
    "SIMS energy spec",
    "SNMS",
    "SNMS energy spec",
)
_SPUTTERED: Final = ("AES diff", "AES dir", "EDX", "ELS", "UPS", "XPS", "XRF")
_ELECTRONS: Final = ("XPS", "UPS", "AES diff", "AES dir", "ELS")
_MOST_LINES: Final = 100_000
_RATE: Final = re.compile(r"(^|[^a-z])(cps|c/s|counts?\s*(/|per)\s*s(ec(ond)?s?)?)([^a-z]|$)", re.IGNORECASE)
_FIRST_BLOCK_NAME: Final = re.compile(r"block\s*no", re.IGNORECASE)


class _EndedError(Exception):
    """The lines are at their end."""


class _Lines:
    """Lines of a file, taken one after the other."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.at = 0

    def text(self) -> str:
        if self.at >= len(self._lines):
            raise _EndedError
        self.at += 1
        return self._lines[self.at - 1].replace("\x00", "").strip()

    def value(self, what: str) -> float | None:
        line = self.text()
        value = number(line)
        if value is None:
            raise ReadError(
                f"line {self.at} has '{line[:40]}' where {what} belongs", advice="export it again"
            )
        return None if abs(value) >= _UNKNOWN else value

    def count(self, what: str, most: int = _MOST_LINES) -> int:
        value = self.value(what)
        if value is None or value != int(value) or not 0 <= value <= most:
            shown = "nothing known" if value is None else f"{value:g}"
            raise ReadError(
                f"line {self.at} has {shown} as {what}, expected a whole number from 0 to {most}",
                advice="export it again",
            )
        return int(value)

    def signed_count(self, what: str) -> int:
        value = self.value(what)
        if value is None or value != int(value) or abs(value) > 40:
            raise ReadError(
                f"line {self.at}: {what} is no whole number from -40 to 40", advice="export it again"
            )
        return int(value)

    def texts(self, count: int) -> list[str]:
        return [self.text() for _ in range(count)]

    def block(self, count: int) -> list[str]:
        """Return up to `count` lines as they are."""
        taken = self._lines[self.at : self.at + count]
        self.at += len(taken)
        return taken

    def rest(self) -> int:
        return len(self._lines) - self.at


@dataclass
class _Experiment:
    """What the head of the file says of all blocks."""

    mode: str
    regular: bool
    comment: list[str]
    variables: list[tuple[str, str]]
    excluded: frozenset[int]
    future: int
    blocks: int
    institution: str
    instrument: str
    operator: str
    experiment: str


@dataclass
class _Block:
    """One block; entries that are left out take the value of the first block, as the standard has it."""

    name: str = ""
    sample: str = ""
    comment: list[str] = field(default_factory=list[str])
    entries: dict[str, Any] = field(default_factory=dict[str, Any])
    variables: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    ordinates: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    announced: int = 0


class Vamas:
    """VAMAS files."""

    name = "vamas"
    version = "1"
    extensions = (".vms", ".npl", ".vamas")
    signature = f"begins with '{MARK[:50]}...', blank lines before it allowed"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the first line that is not blank is the mark."""
        del path
        return head_text(head).lstrip()[: len(MARK)].upper().startswith(MARK[:60].upper())

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read all blocks of electron spectra.

        Raises
        ------
        ReadError
            If a line holds no number where the standard wants one, the mode is no spectrum, or no block is whole.
        """
        text = file_text(path)
        start = text.upper().find(MARK[:60].upper())
        if start < 0:
            raise ReadError(f"the line '{MARK[:40]}...' is missing", advice="export it again as VAMAS")
        findings: list[Finding] = []
        if blank := text[:start].count("\n"):
            findings.append(
                Finding("leading_lines", f"{blank} lines before the first of the format", "note", blank)
            )
        lines = _Lines(text[start:].rstrip("\n").split("\n"))
        try:
            head = _experiment(lines)
        except _EndedError:
            raise ReadError("the file ends within its head", advice="copy or export it again") from None
        blocks, cut = _blocks(lines, head)
        if cut:
            findings.append(Finding("truncated", cut, "error"))
        elif not lines.rest() or lines.text().lower() != "end of experiment":
            findings.append(Finding("no_end", "the closing line 'end of experiment' is missing", "note"))
        skipped = [b for b in blocks if b.entries["technique"] not in _ELECTRONS]
        for technique in sorted({str(b.entries["technique"]) for b in skipped}):
            count = sum(b.entries["technique"] == technique for b in skipped)
            findings.append(Finding("other_technique", f"{count} blocks of {technique} are left out", "note"))
        regions = [_region(b, head, told, tuple(findings)) for b in blocks if b not in skipped]
        if not regions:
            raise ReadError(
                f"no block of electron spectra in it ({cut or f'{len(blocks)} blocks of other techniques'})",
                advice="copy or export it again",
            )
        return tuple(regions)


def _experiment(lines: _Lines) -> _Experiment:
    lines.text()
    institution, instrument, operator, experiment = lines.texts(4)
    comment = lines.texts(lines.count("the number of lines of the comment"))
    mode = lines.text().upper()
    if mode not in _MODES:
        raise ReadError(
            f"line {lines.at}: experiment mode '{mode[:20]}' holds no spectra (expected {', '.join(_MODES)})",
            advice="export the spectra, not images",
        )
    scan = lines.text().upper()
    if scan not in ("REGULAR", "IRREGULAR"):
        raise ReadError(
            f"line {lines.at}: scan mode '{scan[:20]}' holds no spectra (expected REGULAR or IRREGULAR)",
            advice="export the spectra, not maps",
        )
    if mode in _REGION_MODES:
        lines.text()
    if mode in _MAP_MODES:
        lines.texts(3)
    pairs = lines.count("the number of experimental variables", 1000)
    variables = [(lines.text(), lines.text()) for _ in range(pairs)]
    listed = lines.signed_count("the number of entries in the parameter inclusion or exclusion list")
    numbers_listed = {lines.count("a block parameter", 40) for _ in range(abs(listed))}
    excluded = set(range(1, 41)) - numbers_listed if listed > 0 else numbers_listed
    lines.texts(lines.count("the number of manually entered items"))
    of_experiment = lines.count("the number of future upgrade experiment entries")
    future = lines.count("the number of future upgrade block entries")
    lines.texts(of_experiment)
    blocks = lines.count("the number of blocks", 1_000_000)
    return _Experiment(
        mode,
        scan == "REGULAR",
        comment,
        variables,
        frozenset(excluded),
        future,
        blocks,
        institution,
        instrument,
        operator,
        experiment,
    )


def _blocks(lines: _Lines, head: _Experiment) -> tuple[list[_Block], str]:
    """Return the whole blocks, the last perhaps cut, and what is missing in words."""
    blocks: list[_Block] = []
    for index in range(head.blocks):
        first = blocks[0] if blocks else None
        try:
            block = _block(lines, head, first)
        except _EndedError:
            return blocks, f"the file ends in the head of block {index + 1} of {head.blocks}"
        sets = len(block.ordinates)
        if sets * len(block.variables) < block.announced:
            if sets:
                blocks.append(block)
            wanted = block.announced // len(block.variables)
            return blocks, f"block {index + 1} of {head.blocks} ends after {sets} of {wanted} points"
        blocks.append(block)
    return blocks, ""


def _block(lines: _Lines, head: _Experiment, first: _Block | None) -> _Block:
    """Read one block. Numbers in comments are those of the block parameters in the standard."""
    block = _Block(name=lines.text(), sample=lines.text())
    known: dict[str, Any] = dict(first.entries) if first else {}

    def here(parameter: int) -> bool:
        return first is None or parameter not in head.excluded

    for parameter, part in enumerate(
        ("year", "month", "day", "hour", "minute", "second", "hours_from_utc"), 1
    ):
        if here(parameter):
            known[part] = lines.value(f"the {part}")
    if here(8):
        block.comment = lines.texts(lines.count("the number of lines of the block's comment"))
    elif first:
        block.comment = first.comment
    if here(9):
        known["technique"] = lines.text()
    technique = str(known.get("technique", ""))
    if head.mode in _MAP_MODES and here(10):
        known["map_x"], known["map_y"] = lines.value("x"), lines.value("y")
    if here(11):
        known["variables"] = [lines.text() for _ in head.variables]
    if here(12):
        known["source"] = lines.text()
    if (head.mode in _SPUTTER_MODES or technique in _ION_TECHNIQUES) and here(13):
        lines.texts(3)
    if here(14):
        known["photon_energy_eV"] = lines.value("the source's energy")
    if here(15):
        known["source_strength"] = lines.value("the source's strength")
    if here(16):
        lines.texts(2)
    if head.mode in _VIEW_MODES and here(17):
        lines.texts(2)
    if head.mode in _LINESCAN_MODES and here(18):
        lines.texts(6)
    for parameter in (19, 20):
        if here(parameter):
            known["incidence_deg" if parameter == 19 else "azimuth_deg"] = lines.value(
                "an angle of the source"
            )
    if here(21):
        known["analyser_mode"] = lines.text()
    if here(22):
        known["pass_energy_eV"] = lines.value("the pass energy")
    if technique == "AES diff" and here(23):
        lines.text()
    if here(24):
        lines.text()
    if here(25):
        known["work_function_eV"] = lines.value("the work function")
    if here(26):
        known["target_bias_V"] = lines.value("the target's bias")
    if here(27):
        lines.texts(2)
    if here(28):
        known["take_off_deg"] = lines.value("the take-off angle")
        lines.text()
    if here(29):
        known["species"] = lines.text()
    if here(30):
        known["transition"] = lines.text()
        lines.text()
    if head.regular and here(31):
        known["abscissa"], known["abscissa_unit"] = lines.text(), lines.text()
        known["start"], known["step"] = lines.value("the first energy"), lines.value("the step of energy")
    if here(32):
        count = lines.count("the number of corresponding variables", 100)
        block.variables = [(lines.text(), lines.text()) for _ in range(count)]
    elif first:
        block.variables = first.variables
    if here(33):
        known["signal_mode"] = lines.text()
    if here(34):
        known["dwell_s"] = lines.value("the collection time")
    if here(35):
        known["scans"] = lines.value("the number of scans")
    if here(36):
        known["dead_time_s"] = lines.value("the time correction")
    if technique in _SPUTTERED and head.mode in _SPUTTER_MODES and here(37):
        lines.texts(7)
    if here(38):
        known["tilt_deg"] = lines.value("the tilt")
        lines.text()
    if here(39):
        lines.text()
    if here(40):
        count = lines.count("the number of additional numerical parameters", 10_000)
        known["additional"] = {label: value for label, _, value in (lines.texts(3) for _ in range(count))}
    lines.texts(head.future)
    block.entries = known
    if not block.variables:
        raise ReadError(f"block '{block.name}' has no variable", advice="export it again")
    block.announced = lines.count("the number of values", 100_000_000)
    if block.announced % len(block.variables):
        raise ReadError(
            f"block '{block.name}' announces {block.announced} values for {len(block.variables)} variables",
            advice="export it again",
        )
    lines.texts(2 * len(block.variables))
    block.ordinates = _ordinates(lines, block)
    return block


def _ordinates(lines: _Lines, block: _Block) -> FloatArray:
    """Return whole sets of values, shape (points, variables); 1E37 is NaN."""
    at = lines.at
    taken = lines.block(block.announced)
    values = numbers(taken)
    unreadable: NDArray[np.intp] = np.flatnonzero(np.isnan(values))
    if unreadable.size:
        # A text among the values: the counts before it are wrong, or the file was patched together.
        line = taken[int(unreadable[0])].strip()
        if line.lower() == "end of experiment" or len(unreadable) > 1:
            values = values[: int(unreadable[0])]
            if line.lower() != "end of experiment":
                raise ReadError(
                    f"line {at + int(unreadable[0]) + 1} has '{line[:40]}' among the values of block "
                    f"'{block.name}'; it announces {block.announced} values",
                    advice="export it again",
                )
            lines.at = at + int(unreadable[0])
    values = np.where(np.abs(values) >= _UNKNOWN, np.nan, values)
    sets = len(values) // len(block.variables)
    return values[: sets * len(block.variables)].reshape(sets, len(block.variables))


def _region(block: _Block, head: _Experiment, told: ColumnMap, findings: tuple[Finding, ...]) -> Region:
    known = block.entries
    label = _label(block)
    intensity_at = 0
    if head.regular:
        start, step = known.get("start"), known.get("step")
        if start is None or step is None:
            raise ReadError(f"block '{block.name}' states no energies", advice="export it again")
        energy = start + step * np.arange(len(block.ordinates), dtype=np.float64)
        axis, energy_unit = axis_of(str(known.get("abscissa", ""))), str(known.get("abscissa_unit", ""))
    else:
        if len(block.variables) < 2:
            raise ReadError(
                f"block '{block.name}' is irregular but has no energies", advice="export it again"
            )
        energy, intensity_at = block.ordinates[:, 0], 1
        axis, energy_unit = axis_of(block.variables[0][0]), block.variables[0][1]
    if energy_unit.strip().lower() not in ("ev", "d", "n", ""):
        raise ReadError(
            f"block '{block.name}': the abscissa is in '{energy_unit}', not eV", advice="export spectra"
        )
    photon = known.get("photon_energy_eV")
    photon = photon if photon is not None and photon > 0 else None
    energy, photon, is_kinetic, said = placed(energy, axis, photon, told, what=label)
    unit, counting, of_unit = _counting(block, intensity_at, label)
    columns = {
        _plain(name): block.ordinates[:, i] for i, (name, _) in enumerate(block.variables) if i > intensity_at
    }
    fit = casaxps_comment.fit(block.comment, photon, label)
    extra = _extra(block, head)
    extra.update(fit.extra)
    sample = block.sample
    return Region(
        name=label,
        energy_eV=energy,
        intensity=block.ordinates[:, intensity_at],
        intensity_unit=unit,
        counting_s=counting,
        photon_energy_eV=photon,
        pass_energy_eV=known.get("pass_energy_eV")
        if known.get("analyser_mode", "").upper() == "FAT"
        else None,
        work_function_eV=known.get("work_function_eV"),
        is_kinetic=is_kinetic,
        sample=sample,
        columns=columns,
        published_fit=fit.components,
        extra=extra,
        findings=(*findings, *said, *of_unit, *fit.findings),
    )


def _label(block: _Block) -> str:
    """Return the block's name if it says a line, else species and transition, else whatever there is."""
    species = " ".join(
        part for part in (block.entries.get("species", ""), block.entries.get("transition", "")) if part
    )
    known = [name for name in (block.name, species) if name and canonical_line(name) is not None]
    if known:
        return known[0]
    return species or block.name or "?"


def _plain(name: str) -> str:
    return name.strip().lower() or "unnamed"


def _counting(block: _Block, intensity_at: int, label: str) -> tuple[str, float | None, tuple[Finding, ...]]:
    """Return unit of the intensity, counting time, and what is doubtful about them."""
    name, unit = block.variables[intensity_at]
    dwell, scans = block.entries.get("dwell_s"), block.entries.get("scans")
    time = dwell * scans if dwell and scans and dwell > 0 and scans > 0 else None
    if _RATE.search(name) or _RATE.search(unit):
        return "counts/s", time, ()
    if _RATE.search(block.name):
        return (
            "counts/s",
            None,
            (
                Finding(
                    "counting_time_unknown",
                    f"{label}: the block is called '{block.name}', so that its values are counts/s and the stated "
                    f"{dwell or 0:g} s x {scans or 0:g} scans need not be the time in which they were counted",
                ),
            ),
        )
    if str(block.entries.get("signal_mode", "")).lower().startswith("pulse"):
        return "counts", time, ()
    return (
        "1",
        None,
        (Finding("arbitrary_units", f"{label}: an analogue signal, in arbitrary units", "note"),),
    )


def _extra(block: _Block, head: _Experiment) -> dict[str, Any]:
    known = block.entries
    keys = ("technique", "source", "source_strength", "analyser_mode", "dwell_s", "scans", "dead_time_s")
    extra: dict[str, Any] = {key: known[key] for key in keys if known.get(key) not in (None, "")}
    angles = ("incidence_deg", "take_off_deg", "tilt_deg")
    extra.update({key: known[key] for key in angles if known.get(key) is not None})
    extra["block"] = block.name
    if species := " ".join(str(known.get(k, "")) for k in ("species", "transition")).strip():
        extra["species"] = species
    if head.variables:
        extra["variables"] = {
            f"{label} / {unit}": value
            for (label, unit), value in zip(head.variables, known.get("variables", ()), strict=False)
        }
    date = [known.get(k) for k in ("year", "month", "day", "hour", "minute", "second")]
    if all(v is not None and v >= 0 for v in date) and date[0]:
        y, mo, d, h, mi, s = (int(v or 0) for v in date)
        extra["started_local"] = f"{y:04d}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}:{s:02d}"
    if known.get("additional"):
        extra["additional"] = known["additional"]
    extra["instrument"] = head.instrument
    extra["private"] = {
        "institution": head.institution,
        "operator": head.operator,
        "experiment": head.experiment,
        "comment": [*head.comment, *block.comment],
    }
    return extra
