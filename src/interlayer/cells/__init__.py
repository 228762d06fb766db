"""Cells that come with the package: those of Ding et al. 2024."""

from __future__ import annotations

from pathlib import Path

from interlayer.cell import Cell
from interlayer.errors import DescriptionError, unknown_name

__all__ = ["load", "names"]

_FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """Return the names of the shipped cells, such as 'ding2024/cuf2-20ul'."""
    found = (file.relative_to(_FOLDER).with_suffix("").as_posix() for file in _FOLDER.rglob("*.toml"))
    return tuple(sorted(found))


def load(name: str | Path) -> Cell:
    """Return a cell by its shipped name, or from a file (a path that ends in .toml).

    Raises
    ------
    DescriptionError
        If no shipped cell has this name (the nearest are offered), or the file cannot be used.
    """
    text = str(name)
    if text.lower().endswith(".toml"):
        return Cell.from_toml(text)
    if text not in names():
        raise DescriptionError(unknown_name("cell", text, names()), advice="or give the path of a .toml file")
    return Cell.from_toml(_FOLDER / f"{text}.toml").shipped()
