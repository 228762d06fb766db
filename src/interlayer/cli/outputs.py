"""Where results may be written: nothing of other people's is overwritten, and nothing appears half-written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from interlayer.cli.inputs import path_of
from interlayer.errors import OutputError
from interlayer.report.atomic import write_text
from interlayer.version import __version__

MARK: Final = ".interlayer-records"
"""File that says that this program made a folder of records."""


def file_to_write(text: str, endings: Sequence[str], *, force: bool) -> Path:
    """Return the path of a file that may be written; a name without ending gets the first of `endings`.

    Raises
    ------
    OutputError
        If it exists already (unless `force`), is a folder, or ends in something else.
    """
    path = path_of(text)
    if path.is_dir():
        raise OutputError(
            "this is a folder", where=str(path), advice=f"give a file such as result{endings[0]}"
        )
    if not path.suffix:
        path = path.with_name(path.name + endings[0])
    if path.suffix.lower() not in endings:
        raise OutputError(
            f"'{path.name}' does not end in {' or '.join(endings)}",
            advice=f"write -o {path.with_suffix(endings[0]).name}",
        )
    refuse_existing(path, force=force)
    return path


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse a path at which something stands already.

    Raises
    ------
    OutputError
        If it exists, unless `force`; a folder is never replaced by a file.
    """
    if path.is_dir():
        raise OutputError("a folder stands there", where=str(path), advice="choose another name")
    if path.exists() and not force:
        raise OutputError("exists already", where=str(path), advice="choose another name or add --force")


def folder_to_write(text: str, *, force: bool) -> Path:
    """Return the path of a folder that may be filled: absent, empty, made by this program, or `force`.

    Raises
    ------
    OutputError
        If it is a file, or holds files that this program did not put there.
    """
    path = path_of(text)
    if path.exists() and not path.is_dir():
        raise OutputError("a file stands there", where=str(path), advice="give a folder, or remove the file")
    if path.is_dir() and not force and not (path / MARK).exists() and any(path.iterdir()):
        raise OutputError(
            "this folder is not empty and was not made by interlayer",
            where=str(path),
            advice="choose another one or add --force",
        )
    return path


def mark_folder(folder: Path) -> None:
    """Make a folder and say in it that this program did."""
    if not (folder / MARK).exists():
        write_text(folder / MARK, f"interlayer {__version__}\n")


def is_folder(text: str, count: int) -> bool:
    """Whether an output for `count` inputs is a folder: several inputs, or it is one, or it is written as one."""
    return count > 1 or text.rstrip("\"'").endswith(("/", "\\")) or path_of(text).is_dir()
