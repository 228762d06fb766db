"""The lines above the table of an EC-Lab or BT-Lab text export, as facts.

What identifies people and machines (user, host, folders, serial numbers) is kept apart under 'private'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from interlayer.errors import ReadError
from interlayer.readers import biologic_parameters
from interlayer.readers.text_table import decode_line

TITLES: Final = (b"EC-Lab ASCII FILE", b"BT-Lab ASCII FILE")
_COUNT = re.compile(r"Nb header lines\s*:\s*(\d+)")
_LOOP = re.compile(r"Loop (\d+) from point number (\d+) to (\d+)")
_AREA = re.compile(r"Electrode surface area\s*:\s*([\d.,]+)\s*(\w?)m")

# Header key in lower case -> our key. Everything else is left out unless it is private.
_FACTS: Final = {
    "electrode connection": "electrode_connection",
    "potential control": "potential_control",
    "ewe ctrl range": "voltage_range",
    "ecell ctrl range": "voltage_range",
    "ewe,i filtering": "filtering",
    "electrode material": "electrode_material",
    "initial state": "initial_state",
    "electrolyte": "electrolyte",
    "reference electrode": "reference_electrode",
    "characteristic mass": "characteristic_mass",
    "mass of active material": "active_mass",
    "battery capacity": "battery_capacity",
    "cycle definition": "cycle_definition",
    "time format": "time_format",
    "comments": "comments",
    "channel": "grounding",
}
_PRIVATE: Final = {
    "user": "user",
    "file": "original_file",
    "directory": "directory",
    "host": "host",
    "address": "address",
    "loaded setting file": "setting_file",
    "run on channel": "channel",
    "device": "device",
}


@dataclass(frozen=True)
class Loop:
    """One 'Loop 0 from point number 0 to 37' line."""

    number: int
    first_point: int
    last_point: int


@dataclass(frozen=True)
class Header:
    """What stands above the table.

    Attributes
    ----------
    names : list of str
        Names of the columns as printed.
    body : bytes
        The rows below them.
    technique : str
        For instance 'Potentio Electrochemical Impedance Spectroscopy'; empty if the header is missing.
    loops : tuple of Loop
    started : str
        Start of the acquisition as printed (local time of the measuring computer); empty if missing.
    facts : dict
        JSON-able; with 'header_area_cm2', 'settings' and 'private'.
    """

    names: list[str]
    body: bytes
    technique: str = ""
    loops: tuple[Loop, ...] = ()
    started: str = ""
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


def split(data: bytes, known_columns: frozenset[str]) -> Header:
    """Part a text export into header facts, column names and rows.

    Parameters
    ----------
    data : bytes
        UTF-8 or Windows Latin-1 text with Unix line ends.
    known_columns : frozenset of str
        Column names by which the line of names is recognised where its place is not announced.

    Raises
    ------
    ReadError
        If the file ends within its header, or no line of column names is found.
    """
    if not data.startswith(TITLES):
        line, _, body = data.partition(b"\n")
        names = decode_line(line).split("\t")
        if not _names_columns(names, known_columns):
            raise ReadError(
                "neither the header of an EC-Lab or BT-Lab text export nor a line of its column names",
                advice="export it in EC-Lab as text (Experiment > Export as Text), with header",
            )
        return Header(names, body)
    top = data[:400].decode("cp1252", errors="replace")
    announced = _COUNT.search(top)
    if announced is None:
        raise ReadError("the file ends within its header: no 'Nb header lines'", advice="export it again")
    count = int(announced[1])
    lines = data.split(b"\n", max(count, 1))
    # Without a line end after the names, only the tab that closes them shows that they are all there.
    if len(lines) < count or (len(lines) == count and not lines[-1].endswith(b"\t")):
        raise ReadError(
            f"the file ends within its header, after {len(lines)} of {count} lines", advice="export it again"
        )
    body = lines[count] if len(lines) > count else b""
    head = [decode_line(line) for line in lines[:count]]
    names = head[-1].split("\t")
    if not _names_columns(names, known_columns):
        head, names, body = _search(data, known_columns, count)
    return _with_facts(head[:-1], names, body)


def _names_columns(names: list[str], known: frozenset[str]) -> bool:
    return any(name.strip() in known for name in names)


def _search(data: bytes, known: frozenset[str], count: int) -> tuple[list[str], list[str], bytes]:
    """Find the line of names of a file whose header was edited, so that its line count is wrong."""
    lines = data.split(b"\n", 400)
    for i, line in enumerate(lines[:400]):
        names = decode_line(line).split("\t")
        if sum(name.strip() in known for name in names) >= 2:
            body = b"\n".join(lines[i + 1 :])
            return [decode_line(above) for above in lines[: i + 1]], names, body
    raise ReadError(
        f"line {count}, where the header announces the names of the columns, holds none that is known, "
        "nor does any other line",
        advice="export it again; columns needed are time/s or freq/Hz",
    )


def _with_facts(head: list[str], names: list[str], body: bytes) -> Header:
    facts: dict[str, Any] = {}
    private: dict[str, str] = {}
    started = ""
    for line in head:
        key, colon, value = line.strip().partition(" :")
        key, value = key.strip(), value.strip()
        if not colon:
            key, colon, value = (part.strip() for part in line.partition(":"))
        lower = key.lower()
        if not colon or not value:
            continue
        if lower == "acquisition started on":
            started = value
        elif lower in _PRIVATE:
            private[_PRIVATE[lower]] = value
            if lower == "device":
                facts["instrument"] = re.sub(r"\s*\(SN[^)]*\)", "", value)
        elif lower in _FACTS:
            facts[_FACTS[lower]] = value
    text = "\n".join(head)
    if software := re.search(r"^((?:EC|BT)-Lab for windows [^\s(]+)", text, re.MULTILINE | re.IGNORECASE):
        facts["software"] = software[1]
    if (area := _area_cm2(text)) is not None:
        facts["header_area_cm2"] = area
    if settings := _settings(head):
        facts["settings"] = settings
        if currents := biologic_parameters.set_currents(settings):
            facts["set_currents_A"] = currents
    if private:
        facts["private"] = private
    loops = tuple(Loop(int(a), int(b), int(c)) for a, b, c in _LOOP.findall(text))
    return Header(names, body, _technique(head), loops, started, facts)


def _technique(head: list[str]) -> str:
    """First line with words after the count of header lines."""
    return next((line.strip() for line in head[2:8] if line.strip() and ":" not in line), "")


def _area_cm2(text: str) -> float | None:
    """Area in the header, cm2; its printed unit is cm2 in every version seen."""
    found = _AREA.search(text)
    if found is None or found[2] != "c":
        return None
    try:
        return float(found[1].replace(",", "."))
    except ValueError:
        return None


def _settings(head: list[str]) -> dict[str, list[str]]:
    """Technique parameters: name, then one value a sequence (columns of equal width)."""
    settings: dict[str, list[str]] = {}
    # They come last; above them every line has a colon, a tab or is a sentence of its own.
    for line in reversed(head):
        if _LOOP.match(line) or line.startswith("Number of loops") or (not line.strip() and not settings):
            continue
        width = biologic_parameters.WIDTH
        if " : " in line or "\t" in line or not line.strip() or len(line) <= width:
            break
        settings.setdefault(line[:width].strip(), biologic_parameters.cells(line))
    return dict(reversed(settings.items()))
