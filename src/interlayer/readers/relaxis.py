"""RelaxIS text exports (.txt): one table a spectrum, a line of its conditions above each.

'Data: Z''' is Z'' (negative for a capacitor) and is taken as it is. Conditions are 'DC' (bias in V) and 'T'
(temperature in degC). The date in the header is that of the export, not of the measurement.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from interlayer.errors import ReadError
from interlayer.readers import spectrum_text, text_table
from interlayer.readers.contract import RawRecord

_MARK: Final = b"RelaxIS"
_CONDITION = re.compile(r"(?:^|[\s,])(DC|T)=([-+]?[\d.]+(?:E[-+]?\d+)?)")
_KEYS: Final = {"DC": "dc_bias_V", "T": "temperature_C"}


class RelaxIs:
    """Reader of RelaxIS spectrum exports."""

    name = "relaxis"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "a text that begins with 'RelaxIS' and 'Spectrum export'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such an export."""
        line = text_table.to_utf8(head[: len(head) // 2 * 2]).split(b"\n", 1)[0]
        return line.startswith(_MARK) and b"Spectrum export" in line

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read the spectra.

        Raises
        ------
        ReadError
            If it is not such an export, or holds no points.
        """
        if not self.sniff(path, head):
            raise ReadError("not a spectrum export of RelaxIS", advice="export it from RelaxIS again")
        table, findings, numbers = spectrum_text.read_text(path, spectrum_text.Convention("RelaxIS", 1))
        extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
        conditions = [
            {_KEYS[k]: float(v) for line in block.above for k, v in _CONDITION.findall(line.split("\t")[0])}
            for block in numbers.blocks
        ]
        if len(conditions) == 1:
            extra |= conditions[0]
        elif any(conditions):
            extra["conditions"] = conditions
        names = [
            m[1].strip()
            for b in numbers.blocks
            for line in b.above
            if (m := re.search(r"\)\s*(\S.*?)\t*$", line))
        ]
        if names:
            extra["comments"] = " | ".join(names)
        return RawRecord(table, tuple(findings), complete=numbers.complete, extra=extra)
