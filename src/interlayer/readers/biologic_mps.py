"""EC-Lab settings files (.mps): what was set, technique by technique. They hold no measurement.

`read_settings` gives techniques and currents to whoever needs them; as a file to read it is refused with
what it is and what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from interlayer.errors import ReadError
from interlayer.readers import biologic_parameters as parameters
from interlayer.readers import text_table
from interlayer.readers.contract import RawRecord

TITLES: Final = (b"EC-LAB SETTING FILE", b"BT-LAB SETTING FILE")
_TECHNIQUE = re.compile(r"^Technique\s*:\s*(\d+)\s*$")
_LINKED = re.compile(r"^Number of linked techniques\s*:\s*(\d+)\s*$")
_PRIVATE: Final = ("filename", "user", "directory", "host", "address")
_MOST_SHOWN: Final = 6


@dataclass(frozen=True)
class Technique:
    """One technique of a settings file.

    Attributes
    ----------
    number : int
        Its place, from 1; a loop says 'goto Ne' with such a number.
    name : str
    parameters : dict
        Names as EC-Lab prints them; one value a sequence.
    """

    number: int
    name: str
    parameters: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @property
    def currents(self) -> list[float | None]:
        """Current that each sequence sets, A, > 0 for oxidation; None where it sets none. Not of impedance."""
        return parameters.set_currents(self.parameters)

    @property
    def loop(self) -> tuple[int, int] | None:
        """Of a loop between techniques: number of the technique it goes back to, and how often."""
        if self.name != "Loop":
            return None
        try:
            return int(self.parameters["goto Ne"][0]), int(self.parameters["nt times"][0])
        except (KeyError, IndexError, ValueError):
            return None


@dataclass(frozen=True)
class EcLabSettings:
    """A settings file.

    Attributes
    ----------
    techniques : tuple of Technique
        In the order of the file.
    announced : int or None
        'Number of linked techniques'.
    facts : dict
        Other lines 'name : value' above the techniques, names as printed, private ones left out.
    """

    techniques: tuple[Technique, ...]
    announced: int | None = None
    facts: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def currents(self) -> list[float]:
        """Every current other than zero that some sequence sets, in order, each once, A."""
        found = [i for t in self.techniques for i in t.currents if i]
        return list(dict.fromkeys(found))

    @property
    def summary(self) -> str:
        """The protocol in one line."""
        parts: list[str] = []
        for technique in self.techniques[:_MOST_SHOWN]:
            text = f"{technique.number} {technique.name}"
            flowing = [f"{i * 1e3:.4g} mA" for i in technique.currents if i]
            if flowing:
                text += f" at {', '.join(flowing[:4])}" + (", ..." if len(flowing) > 4 else "")
            if technique.loop is not None:
                text += f" to {technique.loop[0]}, {technique.loop[1]} times"
            parts.append(text)
        more = len(self.techniques) - _MOST_SHOWN
        return "; ".join(parts) + (f"; {more} more" if more > 0 else "")


def read_settings(path: str | Path) -> EcLabSettings:
    """Read an EC-Lab or BT-Lab settings file (.mps).

    Raises
    ------
    ReadError
        If it cannot be opened, is no such file, or names no technique.
    """
    path = Path(path)
    try:
        return _parsed(text_table.file_bytes(path))
    except ReadError as problem:
        raise problem.at(path.name) from problem.__cause__


def _parsed(data: bytes) -> EcLabSettings:
    if not data.startswith(TITLES):
        raise ReadError(
            "not an EC-Lab settings file (.mps): its first line is not 'EC-LAB SETTING FILE'",
            advice="save the settings again in EC-Lab",
        )
    techniques: list[Technique] = []
    facts: dict[str, str] = {}
    announced: int | None = None
    number: int | None = None
    for raw in data.split(b"\n")[1:]:
        line = text_table.decode_line(raw)
        if found := _TECHNIQUE.match(line):
            number = int(found[1])
        elif number is not None and line.strip():
            techniques.append(Technique(number, line.strip()))
            number = None
        elif techniques:
            if line.strip() and not line.startswith("\t"):
                name = line[: parameters.WIDTH].strip()
                techniques[-1].parameters.setdefault(name, parameters.cells(line))
        elif found := _LINKED.match(line):
            announced = int(found[1])
        elif " : " in line:
            name, _, value = line.strip().partition(" : ")
            if value.strip() and name.strip().lower() not in _PRIVATE:
                facts.setdefault(name.strip(), value.strip())
    if not techniques:
        raise ReadError(
            "an EC-Lab settings file (.mps) that names no technique",
            advice="save the settings again in EC-Lab",
        )
    return EcLabSettings(tuple(techniques), announced, facts)


class BiologicMps:
    """Recognises settings files, to say what they are."""

    name = "biologic_mps"
    version = "1"
    extensions = (".mps",)
    signature = "a text that begins with 'EC-LAB SETTING FILE': settings, no measurement"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is a settings file."""
        return text_table.to_utf8(head[: len(head) // 2 * 2]).startswith(TITLES)

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Say what the file is.

        Raises
        ------
        ReadError
            Always: there is no measurement in it.
        """
        settings = read_settings(path)
        raise ReadError(
            f"an EC-Lab settings file, what was set and not what was measured ({settings.summary})",
            advice="give the measured file (.mpr or .mpt) beside it",
        )
