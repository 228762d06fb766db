"""What a plan keeps of a record: one number a column, the same columns whatever happened to the cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from interlayer.errors import DescriptionError, unknown_name
from interlayer.metrics import ALL_METRICS, Metric, evaluate
from interlayer.record import Record

PICKS: Final = ("first", "last", "min", "max", "mean")
CENSORED: Final = (
    "time_to_short",
    "critical_current_last_passed",
    "critical_current_density_last_passed",
    "cumulative_areal_capacity",
    "cumulative_capacity",
    "time_to_doubling",
    "steady_conductance",
    "electronic_conductivity",
    "electronic_conductivity_iv",
    "charge_capacity",
    "discharge_capacity",
    "specific_charge_capacity",
    "specific_discharge_capacity",
    "areal_charge_capacity",
    "areal_discharge_capacity",
)
"""Metrics that may be a bound: they have a second column, '>=' where the run ended before the value was reached."""
_KINDS: Final = {kind.name: kind for kind in ALL_METRICS}
DEFAULT: Final = ("plateau_overpotential:first", "plateau_overpotential:last", "time_to_short")


@dataclass(frozen=True)
class Kept:
    """A metric, and which of its values where it has several: a word of `PICKS` or a number counted from 1."""

    metric: str
    pick: str
    said: bool

    @property
    def column(self) -> str:
        """'plateau_overpotential last / mV', 'time_to_short / h'."""
        pick = f" {self.pick}" if self.said else ""
        return f"{self.metric}{pick} / {_KINDS[self.metric].unit}"

    @property
    def bound_column(self) -> str:
        """'time_to_short bound'."""
        return f"{self.column.rpartition(' / ')[0]} bound"


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
    if colon and pick not in PICKS and not (pick.isdecimal() and int(pick) > 0):
        raise DescriptionError(
            unknown_name(f"pick of {name}", pick, PICKS),
            where=where,
            advice=f"or a number, counted from 1: '{name}:20'",
        )
    return Kept(name, pick or "last", bool(colon))


def names(kept: Sequence[Kept]) -> dict[str, type]:
    """Columns and their types, in order."""
    found: dict[str, type] = {}
    for one in kept:
        found[one.column] = float
        if one.metric in CENSORED:
            found[one.bound_column] = str
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
        numbered = one.pick.isdecimal()
        known = [m for m in _numbered(given, one.pick) if m.value is not None]
        if not known:
            reason = next((m.evidence[0] for m in given if m.evidence), "no value")
            notes[f"{one.metric}:{one.pick}" if one.said else one.metric] = (
                f"there are only {len(given)}" if numbered and len(given) < int(one.pick) else reason
            )
            continue
        found[one.column], bound = _picked(known, one.pick)
        if one.metric in CENSORED:
            found[one.bound_column] = bound
    return found, "; ".join(f"{name}: {why}" for name, why in notes.items())


def _numbered(given: list[Metric], pick: str) -> list[Metric]:
    """The one at a number counted from 1, or all."""
    return given[int(pick) - 1 : int(pick)] if pick.isdecimal() else given


def _picked(known: Sequence[Metric], pick: str) -> tuple[float, str | None]:
    """One value of several, and whether it is a bound."""
    values = [float(m.value) for m in known if m.value is not None]
    if pick == "mean":
        return sum(values) / len(values), next((m.bound for m in known if m.bound), None)
    place = {
        "first": 0,
        "last": len(values) - 1,
        "min": values.index(min(values)),
        "max": values.index(max(values)),
    }.get(pick, 0)
    return values[place], known[place].bound
