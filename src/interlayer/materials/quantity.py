"""A number that knows its unit, its error, the conditions it holds under, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from interlayer import units
from interlayer.errors import DescriptionError, InterlayerError, unknown_name

Status = Literal["measured", "derived", "calibrated", "assumed", "memory"]
"""measured: read in the source. derived: computed from such numbers, the note says how. calibrated: fitted to
the paper's data. assumed: chosen. memory: believed to stand in the source, not re-read; trust the range."""

STATUSES: Final[tuple[str, ...]] = get_args(Status)

_KEYS: Final = ("value", "uncertainty", "range", "conditions", "source", "status", "note")


@dataclass(frozen=True)
class Quantity:
    """One stored value of one property.

    Attributes
    ----------
    name : str
        Property, a key of `interlayer.materials.properties.PROPERTIES`.
    value : float
        In SI units.
    unit : str
        Unit it is printed in.
    printed : float
        The value in that unit, as the source prints it.
    uncertainty : float or None
        One standard deviation, SI.
    range : tuple of float or None
        Low and high end, SI.
    conditions : mapping of str
        Temperature, method, sample, as text.
    source : str
        Key of references.bib.
    status : str
        How well it is known, see `Status`.
    note : str
        What a reader must know: how it was derived, why the range is wide.
    """

    name: str
    value: float
    unit: str
    printed: float
    source: str
    status: Status
    uncertainty: float | None = None
    range: tuple[float, float] | None = None
    conditions: Mapping[str, str] = field(default_factory=dict[str, str])
    note: str = ""

    def to(self, unit: str) -> float:
        """Return the value in another unit of the same dimension.

        Raises
        ------
        UnitError
            If `unit` is unknown or of another dimension.
        """
        return units.to_unit(units.parse(f"{self.printed!r} {self.unit}", unit), unit)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data: value, error and range in the printed unit."""
        return {
            "name": self.name,
            "value": self.printed,
            "unit": self.unit,
            "uncertainty": self._in_unit(self.uncertainty),
            "range": None if self.range is None else [units.to_unit(v, self.unit) for v in self.range],
            "conditions": dict(self.conditions),
            "source": self.source,
            "status": self.status,
            "note": self.note,
        }

    def _in_unit(self, difference: float | None) -> float | None:
        return None if difference is None else difference / units.factor(self.unit)

    def __str__(self) -> str:
        unit = "" if self.unit == "1" else f" {self.unit}"
        text = f"{self.printed:g}"
        error = self._in_unit(self.uncertainty)
        if error is not None:
            text += f" ± {error:.2g}"
        text += unit
        if self.range is not None:
            low, high = (units.to_unit(v, self.unit) for v in self.range)
            text += f" ({low:.4g} to {high:.4g}{unit})"
        return f"{text}, {self.status} [{self.source}]"


def quantity_from_table(name: str, table: Mapping[str, Any], unit: str, *, where: str = "") -> Quantity:
    """Make a quantity from its TOML table.

    Parameters
    ----------
    name : str
        Property.
    table : mapping
        `value`, `uncertainty` and `range` as text with unit (an uncertainty also as a percentage),
        `conditions`, `source`, `status`, `note`.
    unit : str
        Any unit of the right dimension.
    where : str
        Place named in errors.

    Raises
    ------
    DescriptionError
        For an unknown or missing key, an unknown status, a range that does not hold the value, no source.
    UnitError
        For a value that is no number with unit, or of another dimension.
    """
    for key in table:
        if key not in _KEYS:
            raise DescriptionError(unknown_name(f"key of [{name}]", key, _KEYS), where=where)
    for key in ("value", "source", "status"):
        if key not in table:
            raise DescriptionError(f"[{name}] lacks {key}", where=where, advice=f'write {key} = "..."')
    status = table["status"]
    if status not in STATUSES:
        raise DescriptionError(unknown_name("status", str(status), STATUSES), where=where)
    try:
        value = units.parse(table["value"], unit)
        printed_unit = _unit_of(table["value"])
        low_high = _range(table.get("range"), unit)
        sigma = _uncertainty(table.get("uncertainty"), value, unit)
    except InterlayerError as error:
        raise error.at(f"{where} [{name}]".strip()) from None
    if low_high is not None and not (low_high[0] <= value <= low_high[1]):
        raise DescriptionError(
            f"[{name}] value {table['value']} lies outside its own range {' to '.join(table['range'])}",
            where=where,
        )
    return Quantity(
        name=name,
        value=value,
        unit=printed_unit,
        printed=_number_of(table["value"]),
        source=str(table["source"]),
        status=status,
        uncertainty=sigma,
        range=low_high,
        conditions={str(k): str(v) for k, v in table.get("conditions", {}).items()},
        note=str(table.get("note", "")),
    )


def _range(span: object, unit: str) -> tuple[float, float] | None:
    if span is None:
        return None
    if not isinstance(span, list) or len(span) != 2:
        raise DescriptionError("a range has two ends", advice='write range = ["1 GPa", "2 GPa"]')
    return units.parse(span[0], unit), units.parse(span[1], unit)


def _uncertainty(text: object, value: float, unit: str) -> float | None:
    if text is None:
        return None
    if isinstance(text, str) and text.strip().endswith("%"):
        return abs(value) * units.parse(text, "1")
    sigma = units.parse(text, unit)
    if not math.isfinite(sigma) or sigma < 0:
        raise DescriptionError(f"an uncertainty is not {text}", advice="give one standard deviation, above 0")
    return sigma


def _unit_of(text: object) -> str:
    return (str(text).partition(" ")[2].strip() or "1") if isinstance(text, str) else "1"


def _number_of(text: object) -> float:
    return float(str(text).partition(" ")[0])
