"""Autolab (NOVA) text exports: names such as Frequency (Hz), Z' (Ω), -Z'' (Ω) in the first line.

The name "-Z''" states the sign; the column is turned. Any delimiter and decimal mark that NOVA offers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from interlayer.errors import ReadError
from interlayer.readers import spectrum_text, text_table
from interlayer.readers.contract import RawRecord

_FIRST: Final = re.compile(r"[^\n]*\bFrequency \(Hz\)[^\n]*[\t;,]\"?-Z'' \(")


class AutolabNova:
    """Reader of Autolab text exports."""

    name = "autolab_nova"
    version = "1"
    extensions: tuple[str, ...] = ()
    signature = "a text whose first line holds the names Frequency (Hz) and -Z'' (Ω)"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the names are at the beginning)
        """Whether the content is such an export."""
        return _named(text_table.to_utf8(head[: len(head) // 2 * 2]))

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the spectra.

        Raises
        ------
        ReadError
            If it is not such an export, or holds no points.
        """
        if not _named(text_table.file_bytes(path)):
            raise ReadError(
                "not an impedance export of NOVA: its first line lacks Frequency (Hz) and -Z''",
                advice="export it again with the names of the columns",
            )
        table, findings, numbers = spectrum_text.read_text(path, spectrum_text.Convention("Autolab", -1))
        extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
        return RawRecord(table, tuple(findings), complete=numbers.complete, extra=extra)


def _named(data: bytes) -> bool:
    line = text_table.decode_line(data.split(b"\n", 1)[0]).replace("\u2033", "''").replace("″", "''")
    return bool(_FIRST.match(line))
