"""Which files of a folder may be measurements."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interlayer.errors import ReadError
from interlayer.lab.names import natural

OTHER_ENDINGS: Final = frozenset(
    (
        *(
            ".doc",
            ".docx",
            ".odt",
            ".rtf",
            ".ppt",
            ".pptx",
            ".odp",
            ".pdf",
            ".md",
            ".rst",
            ".tex",
            ".html",
            ".htm",
        ),
        *(
            ".xml",
            ".css",
            ".js",
            ".json",
            ".toml",
            ".yaml",
            ".yml",
            ".ini",
            ".cfg",
            ".log",
            ".py",
            ".ipynb",
            ".m",
        ),
        *(".r", ".sh", ".bat", ".ps1", ".exe", ".dll", ".zip", ".7z", ".rar", ".gz", ".tar", ".png", ".jpg"),
        *(".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".eps", ".opj", ".opju", ".pzfx", ".lnk", ".tmp"),
        *(
            ".bak",
            ".url",
            ".mp4",
            ".avi",
            ".mov",
            ".mps",
            ".cif",
            ".raw",
            ".spe",
            ".vms",
            ".npy",
            ".npz",
            ".mat",
            ".pkl",
            ".db",
        ),
    )
)
"""Endings of documents, pictures, programs and settings, which are passed over and counted."""
OTHER_NAMES: Final = ("license", "licence", "readme", "copying", "changelog", "notice", "makefile", "desktop")
RECORDS_MARK: Final = ".interlayer-records"
"""A file of this name says that this program made the folder."""


@dataclass(frozen=True)
class Found:
    """What is in a folder.

    Attributes
    ----------
    files : tuple of Path
        Those that may be measurements, in natural order.
    others : tuple of Path
        Documents, pictures and the like.
    """

    files: tuple[Path, ...]
    others: tuple[Path, ...]


def look(places: Sequence[Path], without: Sequence[Path] = ()) -> Found:
    """Find the files in folders and their folders; a place that is a file is taken as it is.

    Hidden files, and folders below that this program has filled, are passed over.

    Parameters
    ----------
    places : sequence of Path
    without : sequence of Path
        Files that are none of it, such as the table of cells.

    Raises
    ------
    ReadError
        If a place is not there.
    """
    left_out = {path.absolute() for path in without}
    files: dict[Path, None] = {}
    others: dict[Path, None] = {}
    for place in places:
        if not place.exists():
            raise ReadError("no such file or folder", where=str(place))
        for path in _below(place) if place.is_dir() else [place]:
            if path.absolute() in left_out:
                continue
            is_other = path != place and _is_other(path)
            (others if is_other else files)[path] = None
    return Found(tuple(files), tuple(others))


def _is_other(path: Path) -> bool:
    """Whether a file is a document or the like, or a table of cells."""
    named = path.name.casefold().startswith(OTHER_NAMES) and path.suffix.lower() in ("", ".txt")
    # EC-Lab writes the rows at which loops begin into a file of their own
    named = named or path.name.casefold().endswith("_loop.txt")
    return named or path.suffix.lower() in OTHER_ENDINGS or _is_table_of_cells(path)


def _is_table_of_cells(path: Path) -> bool:
    """Whether a file is a table that `collect` made."""
    if path.suffix.lower() == ".xlsx":
        return path.stem.casefold().startswith("cells")
    if path.suffix.lower() != ".csv":
        return False
    try:
        with path.open("rb") as file:
            head = file.read(2048)
    except OSError:
        return False
    names = set(re.split(rb"[;,\t\"\r\n]", head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"")))
    return {b"label", b"group", b"files", b"exclude"} <= names


def _below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for here, folders, names in os.walk(folder, followlinks=False):
        if RECORDS_MARK in names and Path(here) != folder:
            folders.clear()
            continue
        folders[:] = sorted((f for f in folders if not f.startswith((".", "__"))), key=natural)
        wanted = [n for n in names if not n.startswith((".", "~$")) and n.lower() not in ("thumbs.db",)]
        found += [Path(here) / name for name in sorted(wanted, key=natural)]
    return found
