"""A folder as a zip file: the same contents give the same bytes, and it appears whole or not at all."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from interlayer.report.atomic import write_with

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
    files = sorted((one.relative_to(folder).as_posix(), one) for one in folder.rglob("*") if one.is_file())

    def pack(part: Path) -> None:
        with zipfile.ZipFile(part, "w") as packed:
            for name, file in files:
                entry = zipfile.ZipInfo(name, _FIXED)
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_STORED if file.suffix in _PACKED else zipfile.ZIP_DEFLATED
                packed.writestr(entry, file.read_bytes())

    return write_with(path, pack)
