"""Area and thickness of what was measured, with their errors: what turns ohm and farad into material properties."""

from __future__ import annotations

import math
from dataclasses import dataclass

from interlayer.errors import InputError

VACUUM_F_M = 8.8541878128e-12
"""Permittivity of vacuum in F/m (CODATA 2018)."""


@dataclass(frozen=True)
class Geometry:
    """Electrode area and pellet thickness; None where unknown.

    Attributes
    ----------
    area_m2, thickness_m : float or None
    area_stderr_m2, thickness_stderr_m : float or None
        One standard deviation; None counts as exact.

    Raises
    ------
    InputError
        If a length or an area is not a positive number.
    """

    area_m2: float | None = None
    thickness_m: float | None = None
    area_stderr_m2: float | None = None
    thickness_stderr_m: float | None = None

    def __post_init__(self) -> None:
        named = (("area", self.area_m2, "m2", "0.785 cm2"), ("thickness", self.thickness_m, "m", "1 mm"))
        for name, value, unit, example in named:
            if value is not None and not (math.isfinite(value) and value > 0):
                raise InputError(
                    f"{name} = {value:g} {unit} is not a positive number",
                    advice=f'write {name} = "{example}"',
                )

    @property
    def is_complete(self) -> bool:
        """Whether both are known."""
        return self.area_m2 is not None and self.thickness_m is not None

    @property
    def cell_constant(self) -> float | None:
        """Thickness over area in 1/m, or None."""
        if self.area_m2 is None or self.thickness_m is None:
            return None
        return self.thickness_m / self.area_m2

    @property
    def relative_stderr(self) -> float:
        """Relative standard error of the cell constant; 0 where no error was given."""
        area = 0.0 if self.area_m2 is None else (self.area_stderr_m2 or 0.0) / self.area_m2
        length = 0.0 if self.thickness_m is None else (self.thickness_stderr_m or 0.0) / self.thickness_m
        return math.hypot(area, length)

    @property
    def missing(self) -> str:
        """What is not known, in words: '', 'area', 'thickness' or 'area and thickness'."""
        lacks = [n for n, v in (("area", self.area_m2), ("thickness", self.thickness_m)) if v is None]
        return " and ".join(lacks)


UNKNOWN = Geometry()
"""Nothing is known."""
