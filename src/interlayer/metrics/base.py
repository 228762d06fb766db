"""What a metric is: a number with unit, uncertainty and evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Metric:
    """One number computed from a record.

    Attributes
    ----------
    name : str
        Word of docs/words.md, e.g. 'plateau_overpotential'.
    value : float or None
        None if the record cannot bear it; `evidence` then says why.
    unit : str
        Spelled as in `units.py` ('mV', 'ohm', 'ohm cm2', 'mA/cm2', 'h').
    uncertainty : float or None
        One standard deviation, same unit, or None if unknown.
    half_cycle : int or None
        Number of the half-cycle, from 0.
    time_s : float or None
        Test time that it belongs to.
    bound : str or None
        '>=' or '<=' for a censored value.
    evidence : tuple of str
        What a person would point to.
    cycle : int or None
        Number of the cycle of a full cell, from 1; 0 is a discharge before the first charge.
    """

    name: str
    value: float | None
    unit: str
    uncertainty: float | None = None
    half_cycle: int | None = None
    time_s: float | None = None
    bound: str | None = None
    evidence: tuple[str, ...] = ()
    cycle: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON (tuples become lists)."""
        data = asdict(self)
        data["evidence"] = list(self.evidence)
        return data

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name}: not available ({'; '.join(self.evidence)})"
        error = "" if self.uncertainty is None else f" ± {self.uncertainty:.2g}"
        bound = f"{self.bound} " if self.bound else ""
        return f"{self.name} = {bound}{self.value:.4g}{error} {self.unit}"
