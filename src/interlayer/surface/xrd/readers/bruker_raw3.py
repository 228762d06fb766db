"""Bruker .raw, version 3 ('RAW1.01', DIFFRAC plus).

Facts of the format, little-endian: number of ranges u32 at 12; sample (60 characters) at 326; anode (4) at 608;
mean K-alpha, K-alpha1, K-alpha2, K-beta and K-alpha2/K-alpha1 as f64 from 616; first range at 712. A range: length of
its header u32, number of steps u32, start of theta and 2 theta f64 at 8 and 16, step f64 at 176, seconds a step f32 at
192, wavelength f64 at 240, length of supplementary headers u32 at 256; then counts as f32.
"""

from __future__ import annotations

from pathlib import Path

from interlayer.errors import ReadError
from interlayer.surface.xrd.pattern import Pattern
from interlayer.surface.xrd.readers import scans
from interlayer.surface.xrd.readers.raw_bytes import RawBytes, angles, light


class BrukerRaw3:
    """See the module."""

    name = "bruker_raw3"
    version = "1"
    signature = "begins with 'RAW1.01'"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether it begins so."""
        return head.startswith(b"RAW1.01")

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """See the contract."""
        raw = RawBytes.of(path)
        count = raw.u4(12)
        if not 0 < count <= 1000:
            raise ReadError(f"{count} ranges cannot be", advice="the file is damaged")
        beam = light(raw.f8(624), raw.f8(632), raw.f8(648), raw.text(608, 4))
        found: list[Pattern] = []
        at = 712
        for _ in range(count):
            length, steps, more = raw.u4(at), raw.u4(at + 4), raw.u4(at + 256)
            if length < 304 or length > 10_000 or more > 10_000_000:
                raise ReadError(f"a header of {length} bytes cannot be", advice="the file is damaged")
            time = raw.f4(at + 192)
            found.append(
                Pattern(
                    angles(raw.f8(at + 16), raw.f8(at + 176), steps),
                    raw.floats(at + length + more, steps),
                    intensity_unit="counts",
                    counting_s=time if 0.0 < time < 1e6 else None,
                    radiation=beam,
                    sample=raw.text(326, 60),
                )
            )
            at += length + more + 4 * steps
        return scans.joined(found)
