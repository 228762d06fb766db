"""CH Instruments text exports (.txt) of A.C. impedance.

'Z"/ohm' is Z'' (negative for a capacitor) and is taken as it is. The date is written with the month as a word.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from interlayer.errors import ReadError
from interlayer.readers import spectrum_text, started, text_table
from interlayer.readers.contract import RawRecord

_NAMES: Final = re.compile(rb"^Freq/Hz, *Z'/ohm, *Z\"/ohm", re.MULTILINE)
_DATE = re.compile(r"^([A-Z][a-z]{2})[a-z]*\.? +(\d{1,2}), +(\d{4}) +(\d{1,2}:\d{2}:\d{2})")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ENTRY = re.compile(r"^(.+?) *(?:\(\w+\))? *[=:] *(\S.*)$")


class ChInstruments:
    """Reader of CH Instruments impedance exports."""

    name = "ch_instruments"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "a text with a line of the names Freq/Hz, Z'/ohm, Z\"/ohm between commas"

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
                "not an impedance export of CH Instruments: no line of the names Freq/Hz, Z'/ohm, Z\"/ohm",
                advice='use "Convert to Text" of the CHI program',
            )
        table, findings, numbers = spectrum_text.read_text(
            path, spectrum_text.Convention("CH Instruments", 1)
        )
        lines = [text_table.decode_line(line).strip() for line in data[: names.start()].split(b"\n")]
        known = {m[1].strip(): m[2].strip() for line in lines if (m := _ENTRY.match(line))}
        extra: dict[str, Any] = {"technique": "A.C. Impedance"}
        when = next((m for line in lines if (m := _DATE.match(line))), None)
        if when and when[1] in _MONTHS:
            month = _MONTHS.index(when[1]) + 1
            extra |= started.facts(f"{when[3]}-{month:02d}-{int(when[2]):02d} {when[4]}", findings)
        for key, name in (("dc_bias_V", "Init E"), ("amplitude_V", "Amplitude")):
            try:
                extra[key] = float(known[name])
            except (KeyError, ValueError):
                continue
        if model := known.get("Instrument Model"):
            extra["instrument"] = model
        comments = [known[name] for name in ("Header", "Note") if known.get(name)]
        if comments:
            extra["comments"] = " | ".join(comments)
        if file := known.get("File"):
            extra["private"] = {"original_file": file}
        return RawRecord(table, tuple(findings), complete=numbers.complete, extra=extra)
