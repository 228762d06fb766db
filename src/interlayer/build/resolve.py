"""From given values and declared defaults to a mechanism, each number checked and noted in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlayer import measured
from interlayer.build.given import Given
from interlayer.build.value import Value
from interlayer.errors import DescriptionError, unknown_name
from interlayer.physics.base import Mechanism, ParameterSpec


def resolve(
    kind: type[Mechanism], prefix: str, given: Mapping[str, Given], values: dict[str, Value]
) -> Mechanism:
    """Make a mechanism from given values and declared defaults, and note each in the ledger."""
    specs = kind.specs()
    numbers: dict[str, Any] = {}
    for key, one in given.items():
        if key not in specs:
            raise DescriptionError(
                unknown_name(f"key of {kind.family} '{kind.law}'", key, specs), where=one.source
            )
        spec = specs[key]
        numbers[key], stated = checked_number(spec, one.value, one.source)
        values[f"{prefix}.{key}"] = Value(
            numbers[key],
            spec.unit,
            one.status,
            one.source,
            None if one.low is None else checked_number(spec, one.low, one.source).value,
            None if one.high is None else checked_number(spec, one.high, one.source).value,
            one.uncertainty if stated is None else stated,
            one.origin,
        )
    for key, spec in specs.items():
        if key in numbers:
            continue
        if spec.default_si is None:
            raise DescriptionError(
                f"{kind.family} '{kind.law}' lacks {key} ({spec.doc})",
                where=prefix,
                advice=f'write {key} = "... {spec.unit}" below [model.{kind.family}]',
            )
        numbers[key] = spec.default_si
        values[f"{prefix}.{key}"] = Value(spec.default_si, spec.unit, spec.status, spec.source)
    return kind(**numbers)


def checked_number(spec: ParameterSpec, value: object, source: str) -> measured.Measured:
    """SI value of what was written for a field, and its standard deviation if the text states one.

    Raises
    ------
    DescriptionError
        If it is no number, lacks its unit, or lies out of bounds.
    """
    where = f"{source}, {spec.name}"
    if isinstance(value, str):
        si, sigma = measured.read(value, spec.unit, where=where)
        return measured.Measured(spec.checked(si, where=where), sigma)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise DescriptionError(
            f"{spec.name} = {value!r} is not a number with unit",
            where=source,
            advice=f'write {spec.name} = "... {spec.unit}"',
        )
    if spec.unit != "1":
        raise DescriptionError(
            f"{spec.name} = {value} has no unit",
            where=source,
            advice=f'write {spec.name} = "{value} {spec.unit}"',
        )
    return measured.Measured(spec.checked(float(value), where=where), None)
