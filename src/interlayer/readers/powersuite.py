"""PowerSuite text exports (.txt): names 'Frequency', 'Zre', 'Zimg' in the first line, rows between tabs.

'Zimg' is Z'' (negative for a capacitor) and is taken as it is.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from interlayer.errors import ReadError
from interlayer.readers import spectrum_text, text_table
from interlayer.readers.contract import RawRecord

_NAMES: Final = re.compile(rb"^\s*Frequency\s*\t\s*Zre\s*\t\s*Zimg\b")


class PowerSuite:
    """Reader of PowerSuite impedance exports."""

    name = "powersuite"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "a text whose first line is the names Frequency, Zre and Zimg between tabs"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the names are at the beginning)
        """Whether the content is such an export."""
        return bool(_NAMES.match(text_table.to_utf8(head[: len(head) // 2 * 2])))

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the spectra.

        Raises
        ------
        ReadError
            If it is not such an export, or holds no points.
        """
        if not _NAMES.match(text_table.file_bytes(path)):
            raise ReadError(
                "not an export of PowerSuite: its first line is not Frequency, Zre, Zimg",
                advice="export it again",
            )
        table, findings, numbers = spectrum_text.read_text(path, spectrum_text.Convention("PowerSuite", 1))
        extra = {"technique": "impedance spectroscopy"}
        return RawRecord(table, tuple(findings), complete=numbers.complete, extra=extra)
