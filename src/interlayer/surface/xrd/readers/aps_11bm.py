"""Text of beamline 11-BM (Advanced Photon Source): a comment block, then 2 theta, intensity, error.

Facts from files: the block begins with '/*' and ends with '*/', its lines with '#'; 'Calibrated wavelength' is in
angstrom; the intensity is normalised, its error is given.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from interlayer.errors import ReadError
from interlayer.surface.xrd.pattern import Pattern
from interlayer.surface.xrd.radiation import Radiation
from interlayer.surface.xrd.readers import columns

_WAVELENGTH: Final = re.compile(r"Calibrated wavelength\s*=\s*([0-9.]+)")
_SAMPLE: Final = re.compile(r"User sample name\s*=\s*(.*)")


class Aps11bm:
    """See the module."""

    name = "aps_11bm"
    version = "1"
    signature = "begins with '/*' and names a calibrated wavelength"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether it begins so."""
        return head.lstrip()[:2] == b"/*" and b"Calibrated wavelength" in head[:8192]

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """See the contract."""
        found = columns.columns(columns.text_of(path))
        text = "\n".join(found.header)
        wavelength = _WAVELENGTH.search(text)
        if found.values.shape[1] < 3:
            raise ReadError("a file of 11-BM has three columns, this one two")
        sample = _SAMPLE.search(text)
        try:
            light = Radiation(float(wavelength[1]), origin="the file") if wavelength else None
        except ValueError as problem:
            raise ReadError(f"its wavelength is '{wavelength[1] if wavelength else ''}'") from problem
        return (
            Pattern(
                found.values[:, 0],
                found.values[:, 1],
                sigma=found.values[:, 2],
                radiation=light,
                sample=sample[1].strip() if sample else "",
                findings=found.findings,
            ),
        )
