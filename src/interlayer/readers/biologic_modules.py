"""The chain of modules that an EC-Lab binary file (.mpr) is made of."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

MARK: Final = b"BIO-LOGIC MODULAR FILE"
_FIRST: Final = 52
_MODULE: Final = b"MODULE"
_NEXT: Final = b"MODULEVMP "
_LONG_HEADER: Final = 0xFFFFFFFF
"""Where older files have the length of a module, newer ones have this, and then the length."""


@dataclass(frozen=True)
class Module:
    """One module.

    Attributes
    ----------
    version : int
    data : memoryview
        Its bytes, as far as the file has them.
    announced : int
        Its length by its header, or by the place of the next module where the header is wrong.
    """

    version: int
    data: memoryview
    announced: int

    @property
    def whole(self) -> bool:
        """Whether all its bytes are there."""
        return len(self.data) >= self.announced


def modules(data: bytes) -> tuple[dict[str, Module], bool]:
    """Return the modules by their short names, and whether each stood where the one before ends.

    A repeated name keeps the first. Where no module stands at an announced end, the next one is looked for.
    """
    found: dict[str, Module] = {}
    view = memoryview(data)
    sound = True
    at = _FIRST
    while data[at : at + 6] == _MODULE and len(data) >= at + 57:
        name = data[at + 6 : at + 16].decode("latin-1").strip()
        length, version = struct.unpack_from("<II", data, at + 41)
        begin = at + 57
        if length == _LONG_HEADER:
            if len(data) < at + 65:
                break
            length, version = (struct.unpack_from("<I", data, at + k)[0] for k in (45, 53))
            begin = at + 65
        end = begin + length
        if end != len(data) and data[end : end + 6] != _MODULE:
            after = data.find(_NEXT, begin)
            if after >= 0:
                sound, end = False, after
        found.setdefault(name, Module(version, view[begin:end], end - begin))
        at = end
    return found, sound
