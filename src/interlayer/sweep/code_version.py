"""Which code makes a chunk: part of its name, so that a result of other code is never taken for one of this."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from interlayer.version import __version__

_SHOWS_ONLY: Final = ("cli", "report", "published", "readers", "templates")
"""Folders of this package that take no part in a simulation or its metrics."""
_ENDINGS: Final = (".py", ".toml", ".csv", ".json")
_BELOW: Final = ("jax", "jaxlib", "numpy", "scipy")


@cache
def code_version() -> str:
    """Return version and digest: '0.1.0+1a2b3c4d5e6f', of this package's sources and of what computes below it."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    for file in sorted(root.rglob("*")):
        inside = file.relative_to(root)
        if file.suffix in _ENDINGS and inside.parts[0] not in _SHOWS_ONLY:
            digest.update(inside.as_posix().encode())
            digest.update(file.read_bytes())
    for name in _BELOW:
        digest.update(f"{name}=={version(name)}".encode())
    return f"{__version__}+{digest.hexdigest()[:12]}"
