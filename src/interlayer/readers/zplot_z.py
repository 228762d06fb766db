"""ZPlot and ZView files (.z): 'ZPLOT2 ASCII', and the older quoted forms of ZPlotW and Z60W.

Columns are always frequency, amplitude, bias, time, Z', Z'', GD, error and range; Z'' is negative for a
capacitor and is taken as it is. The bias may be against open circuit, so that it is no voltage of the cell.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.readers import number_table, points, spectrum_text, started, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

_MARKS: Final = (b"ZPLOT2 ASCII", b'"ZPlotW Data File', b'"Z60W Data File', b'"ZPlot Data File')
_WIDTH: Final = 9
_FREQUENCY, _AMPLITUDE, _BIAS, _TIME, _REAL, _IMAGINARY, _ERROR = 0, 1, 2, 3, 4, 5, 7
_NAMES = re.compile(r'^\s*"?\s*Freq\s*\(Hz\)', re.IGNORECASE)
_DATE = re.compile(r"Date:\s*(\S+)")
_CLOCK = re.compile(r"Time:\s*(\d\S*)")
_ENTRY = re.compile(r"^\s*(?P<key>[A-Za-z][^:]*?)(?:\s*\(\w+\))?:\s*(?P<value>[-+]?[\d.,eE+-]+)\s*\"?$")


class ZPlotZ:
    """Reader of ZPlot and ZView data files."""

    name = "zplot_z"
    version = "1"
    extensions = (".z", ".z60")
    signature = "a text that begins with 'ZPLOT2 ASCII', '\"ZPlotW Data File' or '\"Z60W Data File'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such a file."""
        return text_table.to_utf8(head[: len(head) // 2 * 2]).startswith(_MARKS)

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read all sweeps of the file.

        Raises
        ------
        ReadError
            If it is not such a file, ends within its header or has rows of another form.
        """
        data = text_table.file_bytes(path)
        if not data.startswith(_MARKS):
            raise ReadError(
                "not a ZPlot file: it does not begin as one", advice="save it in ZPlot or ZView again"
            )
        texts = [text_table.decode_line(line) for line in data.split(b"\n")]
        at = next((i for i, line in enumerate(texts) if _NAMES.match(line)), None)
        if at is None:
            raise ReadError(
                "a ZPlot file that ends within its header", advice="save it in ZPlot or ZView again"
            )
        body = "\n".join(line for line in texts[at + 1 :] if line.strip() != "End Comments")
        try:
            numbers = number_table.find(body.encode())
        except ReadError as problem:
            raise ReadError(
                "a ZPlot file without a single point", advice="look whether the measurement ran at all"
            ) from problem
        values = np.concatenate([block.values for block in numbers.blocks])
        if values.shape[1] != _WIDTH:
            raise ReadError(
                f"its rows have {values.shape[1]} values, those of ZPlot {_WIDTH}", advice="save it again"
            )
        findings = list(numbers.findings)
        if numbers.decimal == ",":
            findings.append(Finding("decimal_comma", "numbers are read with a decimal comma", "note"))
        others: dict[str, Any] = {"Bias / V": values[:, _BIAS], "Amplitude / V": values[:, _AMPLITUDE]}
        if values[:, _TIME].any():
            others[s.TIME] = values[:, _TIME]
        table = points.table(
            values[:, _FREQUENCY], values[:, _REAL], values[:, _IMAGINARY], findings, others=others
        )
        points.check_sign(table, findings, "ZPlot stores Z''")
        bad = int((np.nan_to_num(values[:, _ERROR]) != 0).sum())
        if bad:
            findings.append(
                Finding("instrument_errors", "points that the analyser marked with an error", rows=bad)
            )
        extra, announced = _facts(texts[:at], findings)
        missing = spectrum_text.missing_rows(announced, len(values), findings)
        return RawRecord(table, tuple(findings), complete=numbers.complete and not missing, extra=extra)


def _facts(header: list[str], findings: list[Finding]) -> tuple[dict[str, Any], int]:
    """Facts of the header, and how many points it announces (0 if it does not)."""
    text = "\n".join(header)
    known = {m["key"].strip(): m["value"] for line in header if (m := _ENTRY.match(line.strip().strip('"')))}
    extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
    date, clock = _DATE.search(text), _CLOCK.search(text)
    if date:
        extra |= started.facts(f"{date[1]} {clock[1] if clock else ''}", findings)
    for key, name in (
        ("open_circuit_V", "Open Circuit Potential"),
        ("dc_bias_V", "Potential-DC"),
        ("header_area_cm2", "Surface Area"),
    ):
        try:
            extra[key] = float(known[name].replace(",", "."))
        except (KeyError, ValueError):
            continue
    if header and not header[0].startswith("ZPLOT2"):
        comments = [line.strip().strip('"').strip() for line in header[3:-1]]
        kept = [line for line in comments if re.search(r"[A-Za-z]{3}", line) and "Date:" not in line]
        kept = [line for line in kept if not line.startswith("Open Circuit") and line != "Frequency"]
        if kept:
            extra["comments"] = " | ".join(kept)
    announced = known.get("Data Points", "")
    last = header[-1].strip() if header else ""
    count = announced if announced.isdigit() else last
    return extra, int(count) if count.isdigit() else 0
