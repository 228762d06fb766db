"""Labels as names of files, legal everywhere."""

from __future__ import annotations

import re
from typing import Final

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\s]+')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST: Final = 100


def file_stem(label: str, taken: set[str]) -> str:
    """Return a file name without ending for a label, legal everywhere and not among `taken`, and add it there."""
    stem = _FORBIDDEN.sub("-", label).strip("-. ")[:_LONGEST] or "record"
    if _DEVICES.fullmatch(stem):
        stem = f"{stem}-record"
    name, number = stem, 2
    while name.lower() in taken:
        name, number = f"{stem}-{number}", number + 1
    taken.add(name.lower())
    return name
