"""Which quantities of a description state an uncertainty: one standard deviation beside each value, in SI.

Values themselves stay plain numbers wherever something is computed. What was written stays as it was written, so
that a description read, changed and written again keeps every uncertainty.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from interlayer import measured
from interlayer.descriptions.fields import Quantity, models_in
from interlayer.descriptions.sides import SIDES
from interlayer.errors import UnitError

_NEVER_READ: Final = ("notes",)


@dataclass(frozen=True)
class Stated:
    """One quantity with a stated uncertainty.

    Attributes
    ----------
    path : tuple of str
        Keys down to it, as written.
    value, sigma : float
        SI; one standard deviation.
    low, high : float
        Bounds of its field, SI; infinite where the field is checked elsewhere (tables of mechanisms).
    unit : str
        A unit that it can be written in.
    """

    path: tuple[str, ...]
    value: float
    sigma: float
    low: float
    high: float
    unit: str

    def text(self, si: float) -> str:
        """Return another value of the same quantity as its file would say it, without uncertainty."""
        return measured.write(si, None, self.unit)


def stated(model: type[BaseModel], written: Mapping[str, Any]) -> dict[str, Stated]:
    """Return what states an uncertainty, by dotted key as written.

    Parameters
    ----------
    model : type
        The model of the description.
    written : mapping
        A description that has passed the model.
    """
    return dict(_walk(model, written, ()))


def _walk(
    model: type[BaseModel] | None, table: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[str, Stated]]:
    for key, value in table.items():
        spec, below, free = _field(model, key)
        if key in _NEVER_READ and not path:
            continue
        if isinstance(value, Mapping) and (below is not None or free):
            yield from _walk(below, value, (*path, key))
        elif isinstance(value, str) and measured.is_measured(value) and (spec is not None or free):
            found = _in_field((*path, key), value, spec) if spec else _by_its_own_unit((*path, key), value)
            if found is not None:
                yield ".".join((*path, key)), found


def _field(model: type[BaseModel] | None, key: str) -> tuple[Quantity | None, type[BaseModel] | None, bool]:
    """What a key holds: a quantity, a table with its model, or anything (below a table without a model)."""
    if model is None:
        return None, None, True
    info = next((i for n, i in model.model_fields.items() if key in (i.alias or n, n)), None)
    if info is None:
        # Keys of a table that holds for both sides stand one level higher than in the model.
        side = model.model_fields.get(SIDES[0])
        inner = models_in(side.annotation) if side is not None else []
        return _field(inner[0], key) if inner else (None, None, False)
    for mark in info.metadata:
        spec = getattr(getattr(mark, "func", None), "spec", None)
        if isinstance(spec, Quantity):
            return spec, None, False
    inner = models_in(info.annotation)
    return None, inner[0] if inner else None, "dict" in str(info.annotation) and not inner


def _in_field(path: tuple[str, ...], value: str, spec: Quantity) -> Stated | None:
    si, sigma = spec.read(value)
    return None if sigma is None else Stated(path, si, sigma, *spec.bounds, spec.unit)


def _by_its_own_unit(path: tuple[str, ...], value: str) -> Stated | None:
    """An uncertainty in a table whose fields are known elsewhere: its own unit says what it is."""
    parts = measured.pieces(value)
    if parts is None:
        return None
    unit = parts.common_unit or "1"
    try:
        si, sigma = measured.read(value, unit)
    except UnitError:
        return None
    return None if sigma is None else Stated(path, si, sigma, -math.inf, math.inf, unit)
