"""Fields of a description: numbers with unit and bounds, and the sentences for what is wrong with them.

Kept out of the package's `__init__` so that reading a TOML file does not load pydantic.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from interlayer import units
from interlayer.descriptions.sides import SIDES, UNKNOWN
from interlayer.descriptions.toml_lines import Lines
from interlayer.errors import DescriptionError, UnitError, unknown_name

AVOGADRO_PER_MOL = 6.02214076e23

_QUOTED_END = re.compile(r'"([^"]+)"\s*$')


class Description(BaseModel):
    """Base of the models behind description files: immutable, no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Quantity:
    """What may be written for one quantity.

    Attributes
    ----------
    example : str
        A well-written value such as '15 um'; its unit fixes the dimension and is used in messages.
    low, high : str
        Bounds as text with unit; the high one belongs to the range.
    low_belongs : bool
        Whether the low bound itself may be given.
    """

    example: str
    low: str
    high: str
    low_belongs: bool = True

    @property
    def unit(self) -> str:
        """Unit of the example."""
        return self.example.partition(" ")[2] or "1"

    @property
    def bounds(self) -> tuple[float, float]:
        """Bounds in SI units."""
        return units.parse(self.low, self.unit), units.parse(self.high, self.unit)

    def contains(self, value: float) -> bool:
        """Whether the SI `value` lies within the bounds."""
        low, high = self.bounds
        return (low <= value if self.low_belongs else low < value) and value <= high

    def parse(self, value: object) -> float | None:
        """Return the SI value of what was written, or None for 'unknown'.

        Raises
        ------
        PydanticCustomError
            With the complaint and the corrected value in its context.
        """
        if isinstance(value, str) and value.strip().lower() == UNKNOWN:
            return None
        try:
            si = self._si(value)
        except UnitError as error:
            raise _wrong(_sentence(error.what, value), self._correction(value, error), self.example) from None
        low, high = self.bounds
        if not self.contains(si):
            side = self.low if si <= low else self.high
            word = "must be above" if si <= low and not self.low_belongs else "lies outside"
            bound = side if word == "must be above" else f"{self.low} to {self.high}"
            raise _wrong(f" {word} {bound}", self._nearby(value, si, low, high), self.example)
        return si

    def _si(self, value: object) -> float:
        molar = units.dimension(self.unit) == units.dimension("J") and isinstance(value, str)
        if molar and "/mol" in str(value):
            # Activation energies are quoted per particle (eV) and per mole alike.
            return units.parse(value, "kJ/mol") / AVOGADRO_PER_MOL
        return units.parse(value, self.unit)

    def _correction(self, value: object, error: UnitError) -> str:
        """Return the value as it should be written: the person's own number if it can be kept."""
        own = str(value).strip() if isinstance(value, str | int | float) else ""
        quoted = _QUOTED_END.search(error.advice)
        tries = [quoted[1]] if quoted and own and quoted[1].startswith(own[:1]) else []
        tries += [f"{own} {self.unit}", units.decimal_point(own)]
        for text in tries:
            if self._is_good(text):
                return text
        return self.example

    def _nearby(self, value: object, si: float, low: float, high: float) -> str:
        """Return a value within the bounds that the person may have meant."""
        text = str(value).strip()
        if si < 0 <= low and self._is_good(text.removeprefix("-")):
            return text.removeprefix("-")
        number = text.split(" ")[0]
        if si > high and self._is_good(f"{number} {self.unit}"):
            return f"{number} {self.unit}"
        return self.example

    def _is_good(self, text: str) -> bool:
        try:
            return self.contains(units.parse(text, self.unit))
        except UnitError:
            return False


def quantity(example: str, low: str, high: str, *, low_belongs: bool = True) -> BeforeValidator:
    """Return the annotation of a field that holds a quantity: SI float, or None if unknown or absent."""
    spec = Quantity(example, low, high, low_belongs)

    def parse(value: object, _: ValidationInfo) -> float | None:
        return None if value is None else spec.parse(value)

    parse.spec = spec  # pyright: ignore[reportFunctionMemberAccess]
    return BeforeValidator(parse)


def examples_of(model: type[BaseModel]) -> dict[str, str]:
    """Return a well-written value for each key of a model and of the tables below it, by key name."""
    found: dict[str, str] = {}
    for name, info in model.model_fields.items():
        if info.examples:
            found[info.alias or name] = str(info.examples[0])
        for mark in info.metadata:
            spec = getattr(getattr(mark, "func", None), "spec", None)
            if isinstance(spec, Quantity):
                found[info.alias or name] = spec.example
        for below in _models_in(info.annotation):
            found = {**examples_of(below), **found}
    return found


def complaint(what: str, advice: str = "") -> PydanticCustomError:
    """Return an error about a whole table, for use in model validators; it carries its own advice."""
    return PydanticCustomError("interlayer", "{what}", {"what": what, "advice": advice, "table": True})


def translated(
    error: ValidationError, model: type[BaseModel], raw: Mapping[str, Any], lines: Lines, *, label: str = ""
) -> DescriptionError:
    """Turn everything a model complains about into one error in the words of the file.

    Parameters
    ----------
    error : ValidationError
        What the model raised.
    model : type
        The model, for the names of its keys.
    raw : mapping
        The document as it was written, before tables were spread over both sides.
    lines : Lines
        Lines of the document; empty for a description made in Python.
    label : str
        Names a description that has no file.
    """
    examples = examples_of(model)
    found: list[DescriptionError] = []
    for item in error.errors(include_url=False):
        path = _written_path(tuple(item["loc"]), raw)
        what, advice = _item_text(item, path, model, examples, dotted=not lines.positions)
        single = DescriptionError(what, where=lines.where(path) or label, advice=advice)
        if str(single) not in {str(f) for f in found}:
            found.append(single)
    if len(found) == 1:
        return found[0]
    return DescriptionError("\n".join(str(f) for f in found))


def _item_text(
    item: Any,
    path: tuple[str | int, ...],
    model: type[BaseModel],
    examples: Mapping[str, str],
    *,
    dotted: bool,
) -> tuple[str, str]:
    key = str(path[-1]) if path else ""
    shown = ".".join(str(p) for p in path) if dotted else key
    value, context = item.get("input"), item.get("ctx") or {}
    match item["type"]:
        case "interlayer" if context.get("table"):
            return str(context["what"]), str(context["advice"])
        case "interlayer":
            write = f"write {context['lead']}{key} = {context['correction']}"
            return f"{shown} = {_shown(value)}{context['what']}", write
        case "extra_forbidden":
            table = ".".join(str(p) for p in path[:-1])
            kind = f"key of [{table}]" if table else "key"
            return unknown_name(kind, key, _keys_at(model, tuple(item["loc"])[:-1])), ""
        case "missing":
            # Two tables may have a key of the same name: the example is that of this table.
            own = examples_of(_model_at(model, tuple(item["loc"])[:-1])).get(key, examples.get(key, "..."))
            return f"{shown} is missing", f'write {key} = "{own}"'
        case "string_type":
            return f"{shown} = {_shown(value)} is not text", f'write {key} = "{_bare(value)}"'
        case "model_type" | "model_attributes_type" | "dict_type":
            return (
                f"{shown} = {_shown(value)} is not a table",
                f"write [{'.'.join(map(str, path))}] and its keys",
            )
        case "bool_type" | "bool_parsing":
            return f"{shown} = {_shown(value)} is neither true nor false", f"write {key} = true"
        case _:
            return f"{shown} = {_shown(value)} cannot be used", f"give {key} as the documentation shows it"


def _sentence(what: str, value: object) -> str:
    """Continue 'key = value' with a complaint that may itself begin with the value."""
    for start in (_shown(value), str(value)):
        if what.startswith(start + " "):
            return what[len(start) :]
    return f": {what}"


def _wrong(what: str, correction: str, example: str) -> PydanticCustomError:
    quoted = correction if _is_plain_number(correction) else f'"{correction}"'
    lead = "for instance " if correction == example else ""
    return PydanticCustomError("interlayer", "{what}", {"what": what, "correction": quoted, "lead": lead})


def _is_plain_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else _bare(value)
    return text if len(text) <= 60 else text[:50] + '..."'


def _bare(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "{...}" if isinstance(value, Mapping) else str(value)


def _written_path(loc: tuple[str | int, ...], raw: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Return where a key was written: side tables inherit from the table above, which has no side."""
    if _has(raw, loc):
        return loc
    unsided = tuple(p for p in loc if p not in SIDES)
    return unsided if _has(raw, unsided) or not _has(raw, loc[:-1]) else loc


def _has(raw: object, path: Sequence[str | int]) -> bool:
    for part in path:
        if not (isinstance(raw, Mapping) and part in raw):
            return False
        raw = raw[part]
    return True


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in get_args(annotation) for m in _models_in(part)]


def _keys_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys that a table may have, followed down from `model`."""
    return [info.alias or name for name, info in _model_at(model, loc).model_fields.items()]


def _model_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel]:
    """Return the model of a table, followed down from `model`."""
    for part in loc:
        info = next((i for n, i in model.model_fields.items() if part in (n, i.alias)), None)
        below = _models_in(info.annotation) if info else []
        if below:
            model = below[0]
    return model
