"""What a record's cell says about its two electrodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from interlayer.record import Record
from interlayer.record.electrode_names import is_blocking, is_copper, is_lithium

Role = Literal["lithium", "blocking", "cathode", "other"]


@dataclass(frozen=True)
class Electrodes:
    """The electrodes of a cell, as described.

    Attributes
    ----------
    names : tuple of str
        Of electrode 1 (working) and 2; empty if the description does not say.
    roles : tuple of str
        'lithium', 'blocking' (passes no lithium ions of its own), 'cathode' or 'other', in the same order.
    """

    names: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()

    @property
    def two_lithium(self) -> bool:
        """Whether both are lithium."""
        return self.roles == ("lithium", "lithium")

    @property
    def two_blocking(self) -> bool:
        """Whether neither passes lithium ions."""
        return self.roles == ("blocking", "blocking")

    @property
    def one_blocking(self) -> bool:
        """Whether one is lithium and the other passes none of its own."""
        return sorted(self.roles) == ["blocking", "lithium"]

    @property
    def lithium_copper(self) -> bool:
        """Whether one is lithium and the other copper."""
        return self.one_blocking and any(is_copper(name) for name in self.names)

    def __str__(self) -> str:
        return " | ".join(self.names)


def electrodes_of(record: Record) -> Electrodes:
    """Return the electrodes that the record's cell describes; empty where it does not."""
    cell = record.cell or {}
    part = cell.get("resolved")
    resolved = cast("Mapping[str, Any]", part) if isinstance(part, Mapping) else {}
    named = resolved.get("electrodes") or cell.get("electrodes")
    if isinstance(named, list | tuple):
        names = tuple(str(x) for x in cast("list[object]", named))
        if len(names) == 2:
            return Electrodes(names, (_role(names[0]), _role(names[1])))
    if cell.get("cathode") is not None or resolved.get("cathode") is not None:
        return Electrodes(("cathode", "Li"), ("cathode", "lithium"))
    if cell.get("symmetric") is True:
        return Electrodes(("Li", "Li"), ("lithium", "lithium"))
    layers = cast("list[Mapping[str, Any]]", resolved.get("layers") or [])
    if layers and layers[0].get("kind") == "lithium" and layers[-1].get("kind") == "lithium":
        return Electrodes(("Li", "Li"), ("lithium", "lithium"))
    return Electrodes()


def _role(name: str) -> Role:
    if is_lithium(name):
        return "lithium"
    return "blocking" if is_blocking(name) else "other"
