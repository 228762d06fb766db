"""Protocols that come with the package."""

from __future__ import annotations

from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from interlayer.errors import ProtocolError, unknown_name
from interlayer.protocol.protocol import Protocol


def names() -> list[str]:
    """Return the names of the shipped protocols, in alphabetical order."""
    return sorted(f.name.removesuffix(".toml") for f in _folder().iterdir() if f.name.endswith(".toml"))


def load(name: str) -> Protocol:
    """Return a shipped protocol, such as 'cycling-0.1'.

    Raises
    ------
    ProtocolError
        If there is none of that name; the message offers the nearest ones.
    """
    known = names()
    if name not in known:
        raise ProtocolError(
            unknown_name("protocol", name, known),
            advice=f"take one of {', '.join(known)}, or give a .toml file",
        )
    with as_file(_folder() / f"{name}.toml") as path:
        return Protocol.from_toml(path)


def find(name_or_path: str | Path) -> Protocol:
    """Return a shipped protocol by name, or the one in a file: a path object, or a text that ends in '.toml'.

    Raises
    ------
    ProtocolError
        If it is neither, or a step in the file cannot be read.
    DescriptionError
        If the file is not there or breaks its format.
    """
    if isinstance(name_or_path, Path) or name_or_path.lower().endswith(".toml"):
        return Protocol.from_toml(name_or_path)
    return load(name_or_path)


def _folder() -> Traversable:
    return files("interlayer.protocol") / "data"
