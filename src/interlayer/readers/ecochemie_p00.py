"""Eco Chemie FRA text exports (.P00): title, dates, names of columns, number of points, rows between tabs.

The name '-Z''/Ohm' states the sign; the column is turned.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from interlayer.errors import ReadError
from interlayer.readers import spectrum_text, started, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s

_NAMES: Final = re.compile(rb"^\s*f/Hz\s*\t\s*Z'/Ohm\s*\t\s*-Z''/Ohm", re.MULTILINE)
_DATE = re.compile(r"(\d{1,2}[./-]\d{1,2}[./-]\d{4}\s+\d{1,2}:\d{2}:\d{2})")


class EcoChemieP00:
    """Reader of Eco Chemie .P00 files."""

    name = "ecochemie_p00"
    version = "1"
    extensions = (".p00",)
    signature = "a text with a line of the names f/Hz, Z'/Ohm and -Z''/Ohm between tabs"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the names are near the beginning)
        """Whether the content is such an export."""
        return bool(_NAMES.search(text_table.to_utf8(head[: min(len(head), 4000) // 2 * 2])))

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the spectrum.

        Raises
        ------
        ReadError
            If it is not such an export, or holds no points.
        """
        data = text_table.file_bytes(path)
        names = _NAMES.search(data)
        if names is None:
            raise ReadError(
                "not an Eco Chemie .P00 file: no line of the names f/Hz, Z'/Ohm and -Z''/Ohm",
                advice="export it in the FRA program again",
            )
        table, findings, numbers = spectrum_text.read_text(path, spectrum_text.Convention("Eco Chemie", -1))
        above = [text_table.decode_line(line) for line in data[: names.start()].split(b"\n")]
        extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
        title = above[0].partition(":")[2].strip() if above and ":" in above[0] else ""
        if title:
            extra["comments"] = title
        if when := _DATE.search("\n".join(above)):
            extra |= started.facts(when[1].replace(".", "/"), findings)
        if s.TIME in table.columns and table[s.TIME].n_unique() == 1 and len(table) > 1:
            table = table.drop(s.TIME)  # the same moment in every row is the start, not the time of the point
        behind = data[names.end() :].split(b"\n", 2)
        count = behind[1].strip() if len(behind) > 1 else b""
        missing = spectrum_text.missing_rows(int(count) if count.isdigit() else 0, len(table), findings)
        return RawRecord(table, tuple(findings), complete=numbers.complete and not missing, extra=extra)
