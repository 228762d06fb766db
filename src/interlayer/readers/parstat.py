"""Parstat text exports (.txt): rows of the time domain and of spectra in one table between tabs.

'Zim (ohms)' is Z'' (negative for a capacitor) and is taken as it is. Rows whose frequency and impedance are
zero belong to the time domain.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from interlayer.errors import ReadError
from interlayer.readers import spectrum_text, text_table
from interlayer.readers.contract import RawRecord

_NAMES: Final = re.compile(rb"^[^\n]*\bFrequency \(Hz\)\tZre \(ohms\)\tZim \(ohms\)")


class Parstat:
    """Reader of Parstat text exports."""

    name = "parstat"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = (
        "a text whose first line holds the names Frequency (Hz), Zre (ohms) and Zim (ohms) between tabs"
    )

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the names are at the beginning)
        """Whether the content is such an export."""
        return bool(_NAMES.match(text_table.to_utf8(head[: len(head) // 2 * 2])))

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read rows and spectra.

        Raises
        ------
        ReadError
            If it is not such an export, or holds no rows.
        """
        if not _NAMES.match(text_table.file_bytes(path)):
            raise ReadError(
                "not an export of a Parstat: its first line lacks Frequency (Hz), Zre (ohms), Zim (ohms)",
                advice="export it again with these columns",
            )
        table, findings, numbers = spectrum_text.read_text(path, spectrum_text.Convention("Parstat", 1))
        extra = {"technique": "impedance spectroscopy"}
        return RawRecord(table, tuple(findings), complete=numbers.complete, extra=extra)
