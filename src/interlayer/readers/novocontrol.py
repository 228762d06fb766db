"""Novocontrol (WinDETA) text exports (.txt): names such as Freq.[Hz], Zs'[ohm], Zs''[ohm] above the rows.

'Zs''' is Z'' (negative for a capacitor) and is taken as it is. A line 'Fixed value(s)' above the names gives
conditions, a temperature among them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from interlayer.errors import ReadError
from interlayer.readers import spectrum_text, text_table
from interlayer.readers.contract import RawRecord

_NAMES: Final = re.compile(rb"^\s*Freq\.? ?\[Hz\][\s,;]+.*Zs?'\s*\[", re.MULTILINE)
_TEMPERATURE = re.compile(r"Temp\.?\s*\[\W{0,2}([CK])\]\s*=\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)")
_AMPLITUDE = re.compile(r"AC Volt\s*\[Vrms\]\s*=\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)")
_ZERO_CELSIUS_K: Final = 273.15


class Novocontrol:
    """Reader of Novocontrol impedance exports."""

    name = "novocontrol"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "a text with a line of names that begins with Freq.[Hz] and holds Zs'[ohm]"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the names are near the beginning)
        """Whether the content is such an export."""
        return bool(_NAMES.search(text_table.to_utf8(head[: len(head) // 2 * 2])))

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the spectra.

        Raises
        ------
        ReadError
            If it is not such an export, or holds no points.
        """
        data = text_table.file_bytes(path)
        names = _NAMES.search(data)
        if names is None:
            raise ReadError(
                "not an impedance export of Novocontrol: no line of names with Freq.[Hz] and Zs'[ohm]",
                advice="export Zs' and Zs'' from WinDETA again",
            )
        table, findings, numbers = spectrum_text.read_text(path, spectrum_text.Convention("Novocontrol", 1))
        above = "\n".join(text_table.decode_line(line) for line in data[: names.start()].split(b"\n"))
        extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
        if temperature := _TEMPERATURE.search(above):
            shift = _ZERO_CELSIUS_K if temperature[1] == "K" else 0.0
            extra["temperature_C"] = float(temperature[2]) - shift
        if amplitude := _AMPLITUDE.search(above):
            extra["amplitude_V"] = float(amplitude[1])
        if above.strip():
            extra["comments"] = " | ".join(line.strip() for line in above.split("\n") if line.strip())[:400]
        return RawRecord(table, tuple(findings), complete=numbers.complete, extra=extra)
