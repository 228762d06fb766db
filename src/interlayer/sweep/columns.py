"""What a plan keeps of a record: one number a column, the same columns whatever happened to the cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from interlayer.errors import DescriptionError, unknown_name
from interlayer.metrics import ALL_METRICS, Metric, evaluate
from interlayer.record import Record

_PICKS: Final[dict[str, Callable[[list[float]], float]]] = {
    "first": lambda v: v[0],
    "last": lambda v: v[-1],
    "min": min,
    "max": max,
    "mean": lambda v: sum(v) / len(v),
}
CENSORED: Final = (
    "time_to_short",
    "critical_current_last_passed",
    "critical_current_density_last_passed",
    "cumulative_areal_capacity",
)
"""Metrics that may be a bound: they have a second column, '>=' where the run ended before it was reached."""
_KINDS: Final = {kind.name: kind for kind in ALL_METRICS}
DEFAULT: Final = ("plateau_overpotential:first", "plateau_overpotential:last", "time_to_short")


@dataclass(frozen=True)
class Kept:
    """A metric, and which of its values where it has several ('last' if nothing is said)."""

    metric: str
    pick: str
    said: bool

    @property
    def column(self) -> str:
        """'plateau_overpotential last / mV', 'time_to_short / h'."""
        pick = f" {self.pick}" if self.said else ""
        return f"{self.metric}{pick} / {_KINDS[self.metric].unit}"


def read_kept(text: object, where: str) -> Kept:
    """Read 'plateau_overpotential:max'.

    Raises
    ------
    DescriptionError
        For an unknown metric or pick.
    """
    name, colon, pick = str(text).partition(":")
    if name not in _KINDS:
        raise DescriptionError(unknown_name("metric", name, _KINDS), where=where)
    if colon and pick not in _PICKS:
        raise DescriptionError(unknown_name(f"pick of {name}", pick, _PICKS), where=where)
    return Kept(name, pick or "last", bool(colon))


def names(kept: Sequence[Kept]) -> dict[str, type]:
    """Columns and their types, in order."""
    found: dict[str, type] = {}
    for one in kept:
        found[one.column] = float
        if one.metric in CENSORED:
            found[f"{one.metric} bound"] = str
    return found


def row(record: Record, kept: Sequence[Kept]) -> tuple[dict[str, Any], str]:
    """Values by column, None where the record cannot bear one, and the reasons for those."""
    wanted = tuple(dict.fromkeys(one.metric for one in kept))
    by_name: dict[str, list[Metric]] = {}
    for metric in evaluate(record, wanted):
        by_name.setdefault(metric.name, []).append(metric)
    found: dict[str, Any] = dict.fromkeys(names(kept))
    notes: dict[str, str] = {}
    for one in kept:
        given = by_name.get(one.metric, [])
        values = [m.value for m in given if m.value is not None]
        if values:
            found[one.column] = float(_PICKS[one.pick](values))
        else:
            notes[one.metric] = next((m.evidence[0] for m in given if m.evidence), "no value")
        if one.metric in CENSORED and given:
            found[f"{one.metric} bound"] = given[-1].bound
    return found, "; ".join(f"{name}: {why}" for name, why in notes.items())
