"""Unknowns of the paper and calibrated parameters as distributions, from `priors.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from interlayer import units
from interlayer.errors import DescriptionError

FELT: Final = ("cell", "interface", "layer", "bare", "protocol", "errors")
"""Groups whose parameters the calibrating numbers feel; the others are drawn afterwards."""
NOT_DRAWN: Final = "full-cell-fit"
"""Group whose parameters are calibrated and not drawn: needed where the number that fixes one is left out."""
KINDS: Final = {
    "uniform": ("low", "high"),
    "log-uniform": ("low", "high"),
    "log-normal": ("median", "factor"),
    "choice": ("values",),
}


@dataclass(frozen=True)
class Prior:
    """The prior distribution of one unknown."""

    name: str
    group: str
    kind: str
    unit: str
    source: str
    numbers: tuple[float, ...]
    """Low and high; median and factor; or the values of a choice, in `unit` (the factor without)."""

    @property
    def is_choice(self) -> bool:
        """Whether it is one of a few values."""
        return self.kind == "choice"

    def value(self, z: Any, normal: Callable[[Any], Any] = ndtr) -> Any:
        """SI value at the standard-normal coordinate z; `normal` is the cumulative normal of NumPy or of JAX."""
        first, second = self.numbers
        if self.kind == "uniform":
            return units.from_unit(first, self.unit) + self._span() * normal(z)
        if self.kind == "log-uniform":
            return units.from_unit(first, self.unit) * (second / first) ** normal(z)
        return units.from_unit(first, self.unit) * second**z

    def coordinate(self, si: float) -> float:
        """The z at which `value` is `si`; infinite outside the bounds."""
        first, second = self.numbers
        shown = units.to_unit(si, self.unit)
        if self.kind == "uniform":
            return float(ndtri((shown - first) / (second - first)))
        if self.kind == "log-uniform":
            return float(ndtri(np.log(shown / first) / np.log(second / first)))
        return float(np.log(shown / first) / np.log(second))

    def _span(self) -> float:
        return units.from_unit(self.numbers[1], self.unit) - units.from_unit(self.numbers[0], self.unit)

    def quantiles(self, at: tuple[float, ...] = (0.05, 0.5, 0.95)) -> NDArray[np.float64]:
        """Quantiles in `unit`; of a choice, of its values."""
        if self.is_choice:
            return np.quantile(np.array(self.numbers), at, method="nearest")
        return np.array([units.to_unit(float(self.value(ndtri(p))), self.unit) for p in at])

    def text(self) -> str:
        """The distribution in words."""
        if self.is_choice:
            return "one of " + ", ".join(f"{v:g}" for v in self.numbers)
        first, second = self.numbers
        if self.kind == "log-normal":
            return f"log-normal, median {first:g}, factor {second:g}"
        return f"{self.kind}, {first:g} to {second:g}"


@cache
def load() -> dict[str, Prior]:
    """All priors by name, in the order of the file.

    Raises
    ------
    DescriptionError
        If an entry lacks something or names an unknown kind.
    """
    text = (files("interlayer.published.ding2024") / "priors.toml").read_text(encoding="utf-8")
    return {name: _prior(name, entry) for name, entry in tomllib.loads(text).items()}


def _prior(name: str, entry: dict[str, Any]) -> Prior:
    where = f"priors.toml [{name}]"
    kind = str(entry.get("kind"))
    if kind not in KINDS:
        raise DescriptionError(f"kind {kind!r} is unknown", where=where, advice=f"one of {', '.join(KINDS)}")
    wanted = ("group", "kind", "unit", "source", *KINDS[kind])
    if set(entry) != set(wanted):
        odd = sorted(set(entry) ^ set(wanted))
        raise DescriptionError(f"{', '.join(odd)}: missing or unknown", where=where, advice="see its head")
    raw = [entry[key] for key in KINDS[kind]]
    numbers = tuple(float(v) for v in (raw[0] if kind == "choice" else raw))
    return Prior(name, entry["group"], kind, entry["unit"], entry["source"], numbers)


def felt() -> tuple[Prior, ...]:
    """Continuous unknowns that the calibrating numbers feel: the coordinates of the posterior, in order."""
    return tuple(p for p in load().values() if p.group in FELT and not p.is_choice)


def drawn_afterwards() -> tuple[Prior, ...]:
    """Continuous unknowns that are drawn from their priors for each member of the ensemble."""
    return tuple(p for p in load().values() if p.group not in (*FELT, NOT_DRAWN) and not p.is_choice)


def left_to_full_cells() -> tuple[Prior, ...]:
    """Unknowns of full cells that are calibrated, not drawn; only leave-one-out needs their priors."""
    return tuple(p for p in load().values() if p.group == NOT_DRAWN)
