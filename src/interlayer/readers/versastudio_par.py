"""VersaStudio files (.par): sections in angle brackets, tables of segments in plain text.

VersaStudio's `Z Imag` is Z'' (negative for a capacitor) and is taken as it is. Rows without a frequency
belong to the time domain; current > 0 is taken for oxidation, as VersaStudio plots it by default.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import number_table, points, started, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

_MARK: Final = b"<Application>"
_SEGMENT = re.compile(r"<Segment(\d+)>\n(.*?)(?:</Segment\1>|\Z)", re.DOTALL)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DATE = re.compile(r"^DateAcquired=.*?([A-Za-z]+) (\d{1,2}), (\d{4})\s*$", re.MULTILINE)
_CLOCK = re.compile(r"^TimeAcquired=(.+?)\s*$", re.MULTILINE)


class VersaStudioPar:
    """Reader of VersaStudio .par files."""

    name = "versastudio_par"
    version = "1"
    extensions = (".par",)
    signature = "a text that begins with '<Application>' and names VersaStudio"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such a file."""
        text = text_table.to_utf8(head[: len(head) // 2 * 2])
        return text.lstrip().startswith(_MARK) and b"VersaStudio" in text[:400]

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read all segments.

        Raises
        ------
        ReadError
            If it is not such a file, or has no segment with rows.
        """
        data = text_table.file_bytes(path)
        if not data.lstrip().startswith(_MARK):
            raise ReadError(
                "not a VersaStudio file: it does not begin with <Application>", advice="save it again"
            )
        text = "\n".join(text_table.decode_line(line) for line in data.split(b"\n"))
        findings: list[Finding] = []
        segments = [_segment(m[2], findings) for m in _SEGMENT.finditer(text)]
        filled = [part for part in segments if part is not None]
        if not filled:
            raise ReadError(
                "a VersaStudio file without a single row of data", advice="look whether the measurement ran"
            )
        complete = f"</Segment{len(segments)}>" in text
        if not complete:
            findings.append(Finding("cut_file", "the file ends within its last segment"))
        columns = {name: np.concatenate([part[name] for part in filled]) for name in filled[0]}
        step = np.concatenate([np.full(len(part["f"]), i) for i, part in enumerate(filled)])
        others: dict[str, NDArray[Any]] = {
            s.TIME: columns["t"],
            s.VOLTAGE: columns["v"],
            s.CURRENT: columns["i"],
            s.STEP: step,
        }
        table = points.table(columns["f"], columns["re"], columns["im"], findings, others=others, group=step)
        points.check_sign(table, findings, "VersaStudio stores Z''")
        return RawRecord(table, tuple(findings), complete=complete, extra=_facts(text, findings))


def _segment(body: str, findings: list[Finding]) -> dict[str, NDArray[np.float64]] | None:
    """Columns of one segment in SI; None if it has no row."""
    definition = re.search(r"^Definition=(.*)$", body, re.MULTILINE)
    if definition is None:
        return None
    names = [name.strip() for name in definition[1].split(",")]
    rows = body[definition.end() :].strip("\n")
    if not rows.strip():
        return None
    numbers = number_table.find(rows.encode() + b"\n", delimiter=",", decimal=".")
    findings.extend(numbers.findings)
    values = np.concatenate([block.values for block in numbers.blocks])
    if values.shape[1] > len(names):
        raise ReadError(
            f"a segment's rows have {values.shape[1]} values under {len(names)} names", advice="save it again"
        )
    blank = np.full(len(values), np.nan)

    def column(name: str) -> NDArray[np.float64]:
        at = names.index(name) if name in names[: values.shape[1]] else -1
        return values[:, at] if at >= 0 else blank

    if not np.isfinite(column("Elapsed Time(s)")).any() and not np.isfinite(column("Frequency(Hz)")).any():
        raise ReadError("a segment has neither Elapsed Time(s) nor Frequency(Hz)", advice="save it again")
    return {
        "t": column("Elapsed Time(s)"),
        "v": column("E(V)"),
        "i": column("I(A)"),
        "f": column("Frequency(Hz)"),
        "re": column("Z Real"),
        "im": column("Z Imag"),
    }


def _facts(text: str, findings: list[Finding]) -> dict[str, Any]:
    def value(key: str) -> str:
        found = re.search(rf"^{re.escape(key)}=(.*)$", text, re.MULTILINE)
        return found[1].strip() if found else ""

    names = re.findall(r"^Name=(.*)$", text, re.MULTILINE)
    extra: dict[str, Any] = {
        "technique": ", ".join(n.strip() for n in names if n.strip() not in ("VersaStudio", "Common"))
    }
    if area := value("Working Electrode Area (cm2)"):
        try:
            extra["header_area_cm2"] = float(area)
        except ValueError:
            findings.append(
                Finding("area_unreadable", f"the area in the header, '{area}', is no number", "note")
            )
    date, clock = _DATE.search(text), _CLOCK.search(text)
    if date and date[1].lower() in _MONTHS:
        month = _MONTHS.index(date[1].lower()) + 1
        extra |= started.facts(
            f"{date[3]}-{month:02d}-{int(date[2]):02d} {clock[1] if clock else ''}", findings
        )
    open_circuit = re.match(r"([-+]?[\d.]+) (m?)V", value("Measured Open Circuit"))
    if open_circuit:
        extra["open_circuit_V"] = float(open_circuit[1]) * (1e-3 if open_circuit[2] else 1.0)
    if serial := value("SN"):
        extra["private"] = {"device_serial": serial}
    if kind := value("Type"):
        extra["instrument"] = kind
    return extra
