"""Plain text: 2 theta, intensity and perhaps its error, with or without header (.xy, .xye, .dat, .csv, .txt)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from interlayer.record.record import Finding
from interlayer.surface.xrd.pattern import FloatArray, Pattern
from interlayer.surface.xrd.readers import columns, headers

_LIKE_NOISE: Final = (0.02, 8.0)
"""Third column over the square root of the second: what an error of counts, or of scaled counts, gives."""


class TextXy:
    """Columns of numbers; the last to be asked, since nearly any table looks like it."""

    name = "xrd_text"
    version = "1"
    signature = "has rows of an angle and an intensity"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether most lines are rows of numbers."""
        text = _decoded(head)
        lines = [line for line in text.splitlines()[:-1] if line.strip()]
        return sum(columns.is_row(line) for line in lines) >= 5

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """See the contract."""
        found = columns.columns(columns.text_of(path))
        x, y = found.values[:, 0], found.values[:, 1]
        findings = list(found.findings)
        sigma = None
        if found.values.shape[1] > 2:
            third = found.values[:, 2]
            named = any(
                "sigma" in h.lower() or "esd" in h.lower() or "error" in h.lower() for h in found.header
            )
            if named or _is_error(y, third):
                sigma = third
            else:
                findings.append(
                    Finding(
                        "third_column",
                        "the third column is no error of the second (background or fit?) and is not used",
                        severity="note",
                    )
                )
        heads = " ".join(found.header[-1:]).lower()
        if "theta" in heads and "2" not in heads and "two" not in heads:
            findings.append(
                Finding(
                    "angle_name", "the column is called 'theta' and is taken as 2 theta; check a known line"
                )
            )
        unit = "counts" if sigma is None and _whole(y) else "1"
        unit = "counts/s" if "counts/s" in heads or "cps" in heads else unit
        return (
            Pattern(
                x,
                y,
                intensity_unit=unit,
                counting_s=headers.counting_s(found.header),
                sigma=sigma,
                radiation=headers.radiation_of(found.header),
                findings=tuple(findings),
            ),
        )


def _decoded(head: bytes) -> str:
    for mark, code in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if head.startswith(mark):
            return head[: len(head) // 2 * 2].decode(code, errors="replace")
    return "" if b"\0" in head else head.decode("latin-1")


def _is_error(y: FloatArray, third: FloatArray) -> bool:
    """Whether a column behaves like the error of another: never negative, and growing as its square root."""
    if np.any(third < 0.0) or not np.any(third > 0.0):
        return False
    good = (y > 0.0) & (third > 0.0)
    if good.sum() < 5:
        return False
    ratio = third[good] / np.sqrt(y[good])
    middle = float(np.median(ratio))
    return _LIKE_NOISE[0] < middle < _LIKE_NOISE[1] and float(np.median(np.abs(ratio / middle - 1.0))) < 0.6


def _whole(y: FloatArray) -> bool:
    return bool(np.all(y == np.round(y)) and np.max(np.abs(y), initial=0.0) > 1.0)
