"""Bruker .raw, version 4 ('RAW4.00', DIFFRAC.SUITE).

Facts of the format, little-endian: date and time as text at 12 and 24; segments from 61 on, each of a kind u32 and a
length u32: kind 10 a name (24 characters at 12) and a value (from 36), kind 30 the tube (mean K-alpha, K-alpha1,
K-alpha2, K-beta and ratio as f64 from 72, anode at 116), others skipped. Kind 0 or 160 begins a range: scan type (24
characters at 32), start and step of its axis f64 at 72 and 80, number of steps u32 at 88, seconds a step f32 at 92,
bytes a point u32 at 136, length of its own segments u32 at 140, these from 160 on; then the points, the intensity being
the first f32 of each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.surface.xrd.pattern import FloatArray, Pattern
from interlayer.surface.xrd.radiation import Radiation
from interlayer.surface.xrd.readers import scans
from interlayer.surface.xrd.readers.raw_bytes import RawBytes, angles, light

_FIRST: Final = 61
_RANGES: Final = (0, 160)
_SCANS: Final = ("Locked Coupled", "Unlocked Coupled", "Detector Scan")
_MOST_SEGMENTS: Final = 100_000


class BrukerRaw4:
    """See the module."""

    name = "bruker_raw4"
    version = "1"
    signature = "begins with 'RAW4.00'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether it begins so."""
        return head.startswith(b"RAW4.00")

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """See the contract."""
        raw = RawBytes.of(path)
        at, sample, other = _FIRST, "", ""
        beam: Radiation | None = None
        found: list[Pattern] = []
        for _ in range(_MOST_SEGMENTS):
            if at + 8 > len(raw.data):
                break
            kind = raw.u4(at)
            if kind in _RANGES:
                if at + 160 > len(raw.data):
                    break  # padding behind the last range
                pattern, at, scan = _range(raw, at, beam, sample)
                if pattern is None:
                    other = scan
                else:
                    found.append(pattern)
                continue
            length = max(raw.u4(at + 4), 8)
            if kind == 10 and raw.text(at + 12, 24) == "SAMPLEID":
                sample = raw.text(at + 36, length - 36)
            elif kind == 30:
                beam = light(raw.f8(at + 80), raw.f8(at + 88), raw.f8(at + 104), raw.text(at + 116, 4))
            at += length
        if not found:
            what = f"its scan is a '{other}'" if other else "it holds no range"
            raise ReadError(
                f"{what}; a powder pattern is a coupled scan of 2 theta", advice="export it as .xy"
            )
        return scans.joined(found)


def _range(raw: RawBytes, at: int, beam: Radiation | None, sample: str) -> tuple[Pattern | None, int, str]:
    scan = raw.text(at + 32, 24)
    steps, size, own = raw.u4(at + 88), raw.u4(at + 136), raw.u4(at + 140)
    if not 4 <= size <= 4096 or size % 4 or own > 50_000_000:
        raise ReadError(f"points of {size} bytes cannot be", advice="the file is damaged")
    begin = at + 160 + own
    if scan not in _SCANS:
        return None, begin + steps * size, scan
    time = raw.f4(at + 92)
    points = _points(raw, begin, steps, size // 4)
    pattern = Pattern(
        angles(raw.f8(at + 72), raw.f8(at + 80), steps),
        points,
        intensity_unit="counts",
        counting_s=time if 0.0 < time < 1e6 else None,
        radiation=beam,
        sample=sample,
        extra={"scan_type": scan, "started_local": f"{raw.text(12, 12)} {raw.text(24, 10)}".strip()},
    )
    return pattern, begin + steps * size, scan


def _points(raw: RawBytes, begin: int, steps: int, width: int) -> FloatArray:
    return np.ascontiguousarray(raw.floats(begin, steps * width).reshape(steps, width)[:, 0])
