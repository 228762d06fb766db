"""One resolved parameter, as the ledger keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from interlayer import units

Origin = Literal["own", "shipped", "set", "library", "declared"]
"""Whose a value is: stated by the user of this cell, by the shipped cell file, by the parameter set, by the material
library, or the default that the mechanism declares."""


@dataclass(frozen=True)
class Value:
    """One resolved parameter: SI value, how far to trust it, and who says so.

    `low` and `high` are the ends of a plausible range, `uncertainty` is one standard deviation, both SI.
    """

    value: float
    unit: str
    status: str
    source: str
    low: float | None = None
    high: float | None = None
    uncertainty: float | None = None
    origin: Origin = "declared"

    def as_dict(self) -> dict[str, Any]:
        """Plain data in the declared unit."""
        low, high = (None if e is None else units.to_unit(e, self.unit) for e in (self.low, self.high))
        # An uncertainty is a difference: that of a temperature in degC is in kelvins.
        width = "K" if self.unit == "degC" else self.unit
        return {
            "value": units.to_unit(self.value, self.unit),
            "unit": self.unit,
            "status": self.status,
            "source": self.source,
            "uncertainty": None if self.uncertainty is None else units.to_unit(self.uncertainty, width),
            "low": low,
            "high": high,
            "origin": self.origin,
        }
