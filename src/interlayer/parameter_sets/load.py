"""Reading parameter sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from interlayer.descriptions import load_toml
from interlayer.errors import DescriptionError, unknown_name

FORMAT: Final = "interlayer-parameters/1"
STATUSES: Final = ("measured", "derived", "calibrated", "assumed", "memory")
_ENTRY_KEYS: Final = ("value", "status", "fixed_by", "low", "high")


@dataclass(frozen=True)
class Entry:
    """One value of a set, as text with unit, and how far to trust it."""

    value: str | float
    status: str
    fixed_by: str = ""
    """Which number, assumption or source fixed it."""
    low: str | float | None = None
    high: str | float | None = None
    """Plausible range, if stated."""


@dataclass(frozen=True)
class ParameterSet:
    """A named set: sections by surface, tables by family, entries by field; and facts about its calibration."""

    name: str
    summary: str
    sections: Mapping[str, Mapping[str, Mapping[str, Entry]]]
    laws: Mapping[str, Mapping[str, str]]
    """Law by surface and family, where the set chooses one."""
    cell: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    calibration: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Free facts: data used, free parameters, degrees of freedom left, misfit."""

    def table(self, surface: str, family: str) -> dict[str, Entry]:
        """Entries for a family on a surface; those of the surface win over `all`."""
        return {
            **self.sections.get("all", {}).get(family, {}),
            **self.sections.get(surface, {}).get(family, {}),
        }

    def law(self, surface: str, family: str) -> str | None:
        """Law that the set chooses for a family on a surface, if any."""
        return self.laws.get(surface, {}).get(family) or self.laws.get("all", {}).get(family)


def names() -> list[str]:
    """Names of the shipped sets."""
    here = files("interlayer.parameter_sets")
    return sorted(f.name.removesuffix(".toml") for f in here.iterdir() if f.name.endswith(".toml"))


def load(name: str) -> ParameterSet:
    """Load a shipped set by name, or a user's own by path (ending in .toml).

    Raises
    ------
    DescriptionError
        If there is no such set or its file breaks the format.
    """
    if name.endswith(".toml"):
        return _read(Path(name))
    if name in names():
        return _shipped(name)
    raise DescriptionError(
        unknown_name("parameter set", name, names()), advice="or give the path of a .toml file"
    )


@cache
def _shipped(name: str) -> ParameterSet:
    """A set of this package; its file does not change while a process runs, and a sweep needs it for every cell."""
    return _read(Path(str(files("interlayer.parameter_sets") / f"{name}.toml")))


def _read(path: Path) -> ParameterSet:
    data, lines = load_toml(path)
    if data.get("format") != FORMAT:
        raise DescriptionError(
            f"this is not a parameter set (format = {data.get('format')!r})",
            where=path.name,
            advice=f'write format = "{FORMAT}" on the first line',
        )
    sections: dict[str, dict[str, dict[str, Entry]]] = {}
    laws: dict[str, dict[str, str]] = {}
    cell: dict[str, Entry] = {}
    for surface, tables in data.items():
        if surface in ("format", "name", "summary", "calibration"):
            continue
        if not isinstance(tables, dict):
            raise DescriptionError(f"'{surface}' is not a table", where=lines.where((surface,)))
        if surface == "cell":
            cell = {k: _entry(v, lines.where(("cell", k))) for k, v in tables.items()}
            continue
        for family, table in tables.items():
            place = lines.where((surface, family))
            if not isinstance(table, dict):
                raise DescriptionError(f"'{surface}.{family}' is not a table", where=place)
            for key, value in table.items():
                if key == "law":
                    laws.setdefault(surface, {})[family] = str(value)
                else:
                    where = lines.where((surface, family, key))
                    sections.setdefault(surface, {}).setdefault(family, {})[key] = _entry(value, where)
    return ParameterSet(
        name=str(data.get("name", path.stem)),
        summary=str(data.get("summary", "")),
        sections=sections,
        laws=laws,
        cell=cell,
        calibration=data.get("calibration", {}),
    )


def _entry(value: Any, where: str) -> Entry:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return Entry(value, "assumed")
    if not isinstance(value, dict) or "value" not in value:
        raise DescriptionError(
            "a parameter is a value, or a table with value, status and fixed_by",
            where=where,
            advice='write { value = "0.7 mA/cm2", status = "calibrated", fixed_by = "R_int 92 ohm" }',
        )
    for key in value:
        if key not in _ENTRY_KEYS:
            raise DescriptionError(unknown_name("key", str(key), _ENTRY_KEYS), where=where)
    status = str(value.get("status", "assumed"))
    if status not in STATUSES:
        raise DescriptionError(unknown_name("status", status, STATUSES), where=where)
    return Entry(value["value"], status, str(value.get("fixed_by", "")), value.get("low"), value.get("high"))
