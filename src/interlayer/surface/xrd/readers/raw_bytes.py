"""Bytes of Bruker's .raw files, asked for by place; what lies outside the file is a clear refusal."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.surface.xrd import radiation
from interlayer.surface.xrd.pattern import FloatArray
from interlayer.surface.xrd.radiation import Radiation

LARGEST_BYTES: Final = 200_000_000
MOST_POINTS: Final = 5_000_000


@dataclass(frozen=True)
class RawBytes:
    """A file in memory."""

    data: bytes

    @staticmethod
    def of(path: Path) -> RawBytes:
        """Read a file.

        Raises
        ------
        ReadError
            If it cannot be read or is too large.
        """
        try:
            if path.stat().st_size > LARGEST_BYTES:
                raise ReadError("a .raw file of more than 200 MB")
            return RawBytes(path.read_bytes())
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}") from problem

    def u2(self, at: int) -> int:
        """Unsigned 16 bit."""
        return int(self._unpack("<H", at))

    def u4(self, at: int) -> int:
        """Unsigned 32 bit."""
        return int(self._unpack("<I", at))

    def f4(self, at: int) -> float:
        """Float of 32 bit."""
        return float(self._unpack("<f", at))

    def f8(self, at: int) -> float:
        """Float of 64 bit."""
        return float(self._unpack("<d", at))

    def text(self, at: int, length: int) -> str:
        """Text up to its first zero, printable characters only."""
        raw = self.data[at : at + length].split(b"\0")[0].decode("latin-1")
        return "".join(c for c in raw if c.isprintable()).strip()

    def floats(self, at: int, count: int) -> FloatArray:
        """Return `count` floats of 32 bit.

        Raises
        ------
        ReadError
            If the file ends before, or one is not finite.
        """
        if not 0 < count <= MOST_POINTS:
            raise ReadError(f"a range of {count} points cannot be", advice="the file is damaged")
        if at < 0 or at + 4 * count > len(self.data):
            raise ReadError(
                f"the file ends before its {count} points", advice="copy it from the instrument again"
            )
        values = np.frombuffer(self.data, "<f4", count, at).astype(np.float64)
        if not np.all(np.isfinite(values)) or np.any(np.abs(values) > 1e12):
            raise ReadError("some of its intensities are no numbers", advice="the file is damaged")
        return values

    def _unpack(self, kind: str, at: int) -> float:
        if at < 0 or at + struct.calcsize(kind) > len(self.data):
            raise ReadError("the file ends within its header", advice="copy it from the instrument again")
        return struct.unpack_from(kind, self.data, at)[0]


def angles(start: float, step: float, count: int) -> FloatArray:
    """Return evenly spaced angles.

    Raises
    ------
    ReadError
        If they cannot be angles of a pattern.
    """
    if not (np.isfinite(start) and np.isfinite(step) and 1e-6 < step < 5.0 and -180.0 < start < 180.0):
        raise ReadError(
            f"a range that starts at {start:g} degrees in steps of {step:g} cannot be",
            advice="the file is damaged, or not a scan of 2 theta",
        )
    return np.asarray(start + step * np.arange(count), np.float64)


def light(alpha1: float, alpha2: float, ratio: float, anode: str) -> Radiation | None:
    """Return the radiation that a header describes, None if it says nothing usable."""
    if 0.1 < alpha1 < 3.0:
        return radiation.of_wavelengths(
            alpha1, alpha2 if 0.1 < alpha2 < 3.0 else None, ratio if 0.0 < ratio <= 1.0 else None, "the file"
        )
    return radiation.of_anode(anode, "anode named in the file") if anode in radiation.K_LINES else None
