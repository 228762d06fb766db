"""Ivium files (.idf) and data sets (.ids): text with stray control bytes, one table behind each 'primary_data'.

Behind 'primary_data' stand the number of columns, the number of points and the rows; of an impedance
measurement the columns are Z', Z'' and frequency. Decimal point or comma. Other techniques have other columns
and are not read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import number_table, points, spectrum_text, started
from interlayer.readers.contract import RawRecord
from interlayer.record.record import Finding

_TABLE: Final = "primary_data"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_IMPEDANCE: Final = "impedance"
_WIDTH: Final = 3


class IviumIdf:
    """Reader of Ivium data files and data sets."""

    name = "ivium_idf"
    version = "1"
    extensions = (".idf", ".ids")
    signature = "a text that holds lines 'Title=' and 'primary_data'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the marks are near the beginning)
        """Whether the content is of Ivium's software."""
        return _TABLE.encode() in head and b"Title=" in head

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read every impedance table.

        Raises
        ------
        ReadError
            If it holds no table of impedance.
        """
        try:
            text = path.read_bytes().decode("latin-1")
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        heads, bodies = _parted(text)
        if not bodies:
            raise ReadError(
                "not an Ivium file with data: no line 'primary_data'", advice="save it in IviumSoft again"
            )
        findings: list[Finding] = []
        parts: list[NDArray[np.float64]] = []
        others: list[str] = []
        complete = True
        for header, body in zip(heads, bodies, strict=True):
            technique = _value(header, "Technique")
            if technique and _IMPEDANCE not in technique.lower():
                others.append(technique)
                continue
            values, whole = _points(body, findings)
            complete &= whole
            if values.size:
                parts.append(values)
        if not parts:
            shown = ", ".join(dict.fromkeys(others)) or "empty tables"
            raise ReadError(
                f"an Ivium file without impedance; it holds {shown}", advice="give the file of the impedance"
            )
        if others:
            findings.append(
                Finding("tables_left_out", "not impedance, not read: " + ", ".join(others), "note")
            )
        joined = np.concatenate(parts)
        group = np.concatenate([np.full(len(part), i) for i, part in enumerate(parts)])
        table = points.table(joined[:, 2], joined[:, 0], joined[:, 1], findings, group=group)
        points.check_sign(table, findings, "Ivium stores Z''")
        return RawRecord(table, tuple(findings), complete=complete, extra=_facts(heads, findings))


def _parted(text: str) -> tuple[list[str], list[str]]:
    """Header before each table, and what stands behind its mark."""
    pieces = re.split(rf"^.*{_TABLE}.*$", text, flags=re.MULTILINE)
    heads, bodies = [pieces[0]], []
    for piece in pieces[1:]:
        bodies.append(piece)
        # The next table's header is what follows the rows of this one.
        heads.append(piece)
    return heads[:-1], bodies


def _points(body: str, findings: list[Finding]) -> tuple[NDArray[np.float64], bool]:
    """Rows of one table, shape (n, 3), and whether they are as many as announced."""
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    nothing = np.empty((0, _WIDTH))
    if len(lines) < 2 or not lines[0].isdigit() or not lines[1].isdigit():
        findings.append(Finding("cut_file", "the file ends before the points of a table"))
        return nothing, False
    width, count = int(lines[0]), int(lines[1])
    if width != _WIDTH:
        findings.append(
            Finding("tables_left_out", f"a table of {width} columns, where impedance has {_WIDTH}", "note")
        )
        return nothing, True
    if count == 0 or len(lines) < 3:
        return nothing, count == 0
    numbers = number_table.find(("\n".join(lines[2 : 2 + count]) + "\n").encode(), delimiter=" ")
    if numbers.decimal == ",":
        findings.append(Finding("decimal_comma", "numbers are read with a decimal comma", "note"))
    values = np.concatenate([block.values for block in numbers.blocks])
    if values.shape[1] != _WIDTH:
        return nothing, False
    frequency = values[:, 2]
    if not (frequency > 0).all():
        raise ReadError(
            "an Ivium table whose third column is no frequency",
            advice="give a file of an impedance measurement",
        )
    return values, not spectrum_text.missing_rows(count, len(values), findings)


def _value(header: str, key: str) -> str:
    found = re.findall(rf"^{key}=(.*)$", header, re.MULTILINE)
    return found[-1].strip() if found else ""


def _facts(heads: list[str], findings: list[Finding]) -> dict[str, Any]:
    extra: dict[str, Any] = {"technique": _value(heads[0], "Technique") or "impedance"}
    titles = list(dict.fromkeys(t for head in heads if (t := _value(head, "Title"))))
    if titles:
        extra["comments"] = " | ".join(titles)
    if when := _value(heads[0], "starttime"):
        extra |= started.facts(when, findings)
    return extra
