"""Eco Chemie FRA files (.dfr): one number a line, nine a point.

The first line is the version, the second the number of points, the third is not known. A point is frequency,
Z', -Z'', potential, current and time, and three more lines that are not known.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from interlayer.errors import ReadError
from interlayer.readers import points, text_table
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

_FIRST = re.compile(rb"^version\d+\.\d+\s*$", re.IGNORECASE)
_LINES: Final = 9
_HEADER: Final = 3


class EcoChemieDfr:
    """Reader of Eco Chemie .dfr files."""

    name = "ecochemie_dfr"
    version = "1"
    extensions = (".dfr",)
    signature = "a text whose first line is 'version8.0' and whose second is a number of points"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content is such a file."""
        lines = [line.strip() for line in head[:400].replace(b"\r", b"\n").split(b"\n") if line.strip()]
        return len(lines) > 1 and bool(_FIRST.match(lines[0])) and lines[1].isdigit()

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the spectrum.

        Raises
        ------
        ReadError
            If it is not such a file, or ends before its first point.
        """
        lines = [line.strip() for line in text_table.file_bytes(path).split(b"\n") if line.strip()]
        if len(lines) < _HEADER or not _FIRST.match(lines[0]) or not lines[1].isdigit():
            raise ReadError(
                "not an Eco Chemie .dfr file: it does not begin with its version and a number of points",
                advice="export it in the FRA program again",
            )
        announced = int(lines[1])
        texts = pl.Series([text_table.decode_line(line) for line in lines[_HEADER:]], dtype=pl.String)
        numbers = (
            texts.str.replace(",", ".", literal=True)
            .cast(pl.Float64, strict=False)
            .fill_null(np.nan)
            .to_numpy()
        )
        whole = min(announced, len(numbers) // _LINES)
        if whole == 0:
            raise ReadError("an Eco Chemie .dfr file without a single whole point", advice="export it again")
        values = numbers[: whole * _LINES].reshape(whole, _LINES)
        findings: list[Finding] = []
        if whole < announced:
            findings.append(
                Finding(
                    "rows_missing",
                    f"the file announces {announced} points, it has {whole}",
                    rows=announced - whole,
                )
            )
        others: dict[str, Any] = {s.VOLTAGE: values[:, 3], s.CURRENT: values[:, 4], s.TIME: values[:, 5]}
        if not values[:, 5].any():
            others.pop(s.TIME)
        table = points.table(values[:, 0], values[:, 1], -values[:, 2], findings, others=others)
        points.check_sign(table, findings, "a .dfr file stores -Z''")
        return RawRecord(
            table, tuple(findings), complete=whole == announced, extra={"technique": "impedance spectroscopy"}
        )
