"""A folder as a zip file: the same contents give the same bytes, and it appears whole or not at all."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Final

from interlayer.errors import OutputError

_FIXED: Final = (1980, 1, 1, 0, 0, 0)
_PACKED: Final = (".parquet", ".png", ".pdf")
"""Files that are compressed already."""


def write_zip(folder: Path, path: Path) -> Path:
    """Pack all files below a folder, sorted by name, with fixed times and rights.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    files = sorted((one.relative_to(folder).as_posix(), one) for one in folder.rglob("*") if one.is_file())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with zipfile.ZipFile(part, "w") as packed:
                for name, file in files:
                    entry = zipfile.ZipInfo(name, _FIXED)
                    entry.create_system = 3
                    entry.external_attr = 0o644 << 16
                    entry.compress_type = (
                        zipfile.ZIP_STORED if file.suffix in _PACKED else zipfile.ZIP_DEFLATED
                    )
                    packed.writestr(entry, file.read_bytes())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        reason = (problem.strerror or "unknown reason").lower()
        raise OutputError(
            f"cannot write this file: {reason}", where=path.name, advice="choose another place with -o"
        ) from None
    return path
