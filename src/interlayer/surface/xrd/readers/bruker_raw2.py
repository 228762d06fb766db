"""Bruker/Siemens .raw, version 2 ('RAW2', DIFFRAC AT).

Facts of the format, little-endian: number of ranges u16 at 4; date at 168; anode (2 characters) at 188; K-alpha1,
K-alpha2 and their ratio as f32 at 190; first range at 256. A range: length of its header u16, number of steps u16,
seconds a step f32 at 8, step f32 at 12, start f32 at 16; then counts as f32.
"""

from __future__ import annotations

from pathlib import Path

from interlayer.errors import ReadError
from interlayer.surface.xrd.pattern import Pattern
from interlayer.surface.xrd.readers import scans
from interlayer.surface.xrd.readers.raw_bytes import RawBytes, angles, light


class BrukerRaw2:
    """See the module."""

    name = "bruker_raw2"
    version = "1"
    signature = "begins with 'RAW2'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether it begins so."""
        return head.startswith(b"RAW2")

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """See the contract."""
        raw = RawBytes.of(path)
        count = raw.u2(4)
        if not 0 < count <= 1000:
            raise ReadError(f"{count} ranges cannot be", advice="the file is damaged")
        beam = light(raw.f4(190), raw.f4(194), raw.f4(198), raw.text(188, 2))
        found: list[Pattern] = []
        at = 256
        for _ in range(count):
            length, steps = raw.u2(at), raw.u2(at + 2)
            if length < 20:
                raise ReadError(f"a header of {length} bytes cannot be", advice="the file is damaged")
            time = raw.f4(at + 8)
            found.append(
                Pattern(
                    angles(raw.f4(at + 16), raw.f4(at + 12), steps),
                    raw.floats(at + length, steps),
                    intensity_unit="counts",
                    counting_s=time if 0.0 < time < 1e6 else None,
                    radiation=beam,
                )
            )
            at += length + 4 * steps
        return scans.joined(found)
