"""Elins files (.i2b): free lines, the number of points alone in a line, and rows 'frequency Z' Z'''.

Z'' is negative for a capacitor and is taken as it is.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.readers import number_table, points, spectrum_text, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record.record import Finding

_NUMBER: Final = rb"[+-]?\d+\.?\d*(?:[eE][+-]?\d+)?"
_COUNT = re.compile(
    rb"^(?P<count>[1-9]\d{0,5})[ ]*\n(?=[ ]*" + rb"[ \t]+".join([_NUMBER] * 3) + rb"[ ]*$)", re.MULTILINE
)
_WIDTH: Final = 3


class ElinsI2b:
    """Reader of Elins .i2b files."""

    name = "elins_i2b"
    version = "1"
    extensions = (".i2b",)
    signature = "a text with a number of points alone in a line, followed by rows of three numbers"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the count is near the beginning)
        """Whether the content is such a file."""
        return _COUNT.search(text_table.to_utf8(head[: len(head) // 2 * 2])) is not None

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the spectrum.

        Raises
        ------
        ReadError
            If no number of points with rows behind it is found.
        """
        data = text_table.file_bytes(path)
        found = _COUNT.search(data)
        if found is None:
            raise ReadError(
                "not an Elins .i2b file: no number of points with rows of three numbers behind it",
                advice="save it again",
            )
        numbers = number_table.find(data[found.end() :])
        values = np.concatenate([block.values for block in numbers.blocks])
        if values.shape[1] != _WIDTH:
            raise ReadError(f"its rows have {values.shape[1]} values, not {_WIDTH}", advice="save it again")
        findings: list[Finding] = list(numbers.findings)
        table = points.table(values[:, 0], values[:, 1], values[:, 2], findings)
        points.check_sign(table, findings, "an .i2b file stores Z''")
        missing = spectrum_text.missing_rows(int(found["count"]), len(values), findings)
        extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
        comments = [text_table.decode_line(line).strip() for line in data[: found.start()].split(b"\n")]
        if kept := [line for line in comments if line]:
            extra["comments"] = " | ".join(kept[:6])
        return RawRecord(table, tuple(findings), complete=numbers.complete and not missing, extra=extra)
