"""A value for one field of a mechanism before its unit is checked, and who says so: what every source makes."""

from __future__ import annotations

from typing import NamedTuple

from interlayer import units
from interlayer.build.value import Origin, Value
from interlayer.materials import Quantity
from interlayer.parameter_sets import Entry
from interlayer.physics.base import Mechanism


class Given(NamedTuple):
    """A value for one field before its unit is checked, and who says so."""

    value: str | float
    status: str
    source: str
    low: str | float | None = None
    high: str | float | None = None
    uncertainty: float | None = None
    """One standard deviation, SI; that of a text such as '0.7 +- 0.1 mA/cm2' stands in the text itself."""
    origin: Origin = "set"

    @classmethod
    def of(cls, entry: Entry, set_name: str) -> Given:
        """The entry of a parameter set."""
        return cls(entry.value, entry.status, f"{set_name}: {entry.fixed_by}", entry.low, entry.high)

    @classmethod
    def stored(cls, kind: type[Mechanism], key: str, one: Quantity) -> Given:
        """The value of the material library for a field of a mechanism."""
        low, high = one.range or (None, None)
        return cls(
            as_text(kind, key, one.value),
            one.status,
            one.source,
            None if low is None else as_text(kind, key, low),
            None if high is None else as_text(kind, key, high),
            one.uncertainty,
            "library",
        )

    @classmethod
    def again(cls, kind: type[Mechanism], key: str, one: Value) -> Given:
        """A resolved value once more, for a field of a mechanism."""
        low, high = (None if e is None else as_text(kind, key, e) for e in (one.low, one.high))
        text = as_text(kind, key, one.value)
        return cls(text, one.status, one.source, low, high, one.uncertainty, one.origin)


def as_text(kind: type[Mechanism], key: str, si: float) -> str | float:
    """An SI value as text in the declared unit, so that every value takes the same way in."""
    unit = kind.specs()[key].unit
    return si if unit == "1" else f"{units.to_unit(si, unit):.17g} {unit}"
