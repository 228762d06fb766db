"""Bruker .raw of versions that are not read: refused by their name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from interlayer.errors import ReadError
from interlayer.surface.xrd.pattern import Pattern

_NAMES: Final = {
    b"RAW ": "version 1 ('RAW ', before 1990)",
    b"RAW3": "'RAW3'",
    b"RAW_": "'RAW_', of another maker",
}


class BrukerRawOther:
    """See the module."""

    name = "bruker_raw_other"
    version = "1"
    signature = "begins with 'RAW' and an unknown version"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether it begins so; a text that begins with this word has a line end soon."""
        return head.startswith(b"RAW") and b"\0" in head[:2048]

    def read(self, path: Path) -> tuple[Pattern, ...]:
        """Refuse it.

        Raises
        ------
        ReadError
            Always.
        """
        with path.open("rb") as file:
            mark = file.read(8)
        shown = _NAMES.get(mark[:4]) or repr(mark[:7].decode("latin-1").split("\0")[0])
        raise ReadError(
            f"a Bruker .raw file of {shown}, which is not read; known are RAW2, RAW1.01 and RAW4.00",
            advice="convert it to .xy, or export it from EVA or the instrument's program as text",
        )
