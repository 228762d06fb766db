"""What is done to a cell, one object a step. SI inside; sentences are only how people write these objects.

Signs: a current > 0 is oxidation at the working electrode, so `Strip` and `Charge` are positive, `Plate` and
`Discharge` negative.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from interlayer.errors import ProtocolError

Quantity = Literal[
    "time", "areal_capacity", "capacity", "voltage", "current_density", "current", "c_rate", "cutoff"
]
Comparison = Literal["reaches", "crosses", ">=", "<="]
Verb = Literal["Plate", "Strip", "Charge", "Discharge"]

SI_UNIT: Final[dict[str, str]] = {
    "time": "s",
    "areal_capacity": "C/m2",
    "capacity": "C",
    "voltage": "V",
    "current_density": "A/m2",
    "current": "A",
    "c_rate": "1",
    "cutoff": "1",
}
"""Unit of each quantity of a stop."""

_COMPARISONS: Final[dict[str, tuple[Comparison, ...]]] = {
    "time": ("reaches",),
    "areal_capacity": ("reaches",),
    "capacity": ("reaches",),
    "voltage": ("crosses", ">=", "<="),
    "current_density": ("<=", ">="),
    "current": ("<=", ">="),
    "c_rate": ("<=", ">="),
    "cutoff": ("reaches",),
}
_SIGN: Final[dict[str, int]] = {"Plate": -1, "Discharge": -1, "Strip": 1, "Charge": 1}
_CURRENTS: Final = ("current_density", "current", "c_rate")
_COLDEST, _HOTTEST = 100.0, 1000.0  # K; wider than any cell, narrow enough to catch degC given as K


@dataclass(frozen=True)
class Stop:
    """What ends a step.

    Attributes
    ----------
    quantity : str
        'time' [s], 'areal_capacity' [C/m2], 'capacity' [C], 'voltage' [V], 'current_density' [A/m2],
        'current' [A], 'c_rate' [1], or 'cutoff': the cell's own upper cut-off in a charge, its lower one in a
        discharge (`Protocol.at_cutoffs` puts the voltages in).
    value : float
        In the unit above; of a cut-off 0.
    comparison : str
        Left out, it is the first of the following that the quantity allows.

        'reaches' : the time since the step began, or the magnitude of the charge passed since then, has grown
        to `value`.

        'crosses' : of a voltage. In a symmetric cell |V| >= value, so one number serves both directions; in
        any other cell V >= value while the current is positive and V <= value while it is negative.

        '>=' and '<=' : of the voltage V = E_WE - E_CE with its sign, or of the magnitude of a current.

    Raises
    ------
    ProtocolError
        For a value that the quantity cannot have, or a comparison it does not allow.
    """

    quantity: Quantity
    value: float = 0.0
    comparison: Comparison | None = None

    def __post_init__(self) -> None:
        if self.quantity not in _COMPARISONS:
            raise ProtocolError(
                f"a step cannot stop on '{self.quantity}'", advice="stop on one of " + ", ".join(_COMPARISONS)
            )
        allowed = _COMPARISONS[self.quantity]
        if self.comparison is None:
            object.__setattr__(self, "comparison", allowed[0])
        elif self.comparison not in allowed:
            raise ProtocolError(
                f"a {self.quantity.replace('_', ' ')} does not stop on '{self.comparison}'",
                advice="use " + " or ".join(f"'{c}'" for c in allowed),
            )
        object.__setattr__(self, "value", float(self.value))
        self._check_value()

    def _check_value(self) -> None:
        name = self.quantity.replace("_", " ")
        if not math.isfinite(self.value):
            raise ProtocolError(
                f"a step cannot stop on a {name} of {self.value}", advice="give a finite number"
            )
        if self.quantity == "voltage":
            if self.comparison == "crosses" and self.value < 0:
                raise ProtocolError(
                    f"until {self.value:g} V can be read in two ways",
                    advice=f"write 'until <= {self.value:g} V', or 'until {-self.value:g} V' for |V|",
                )
        elif self.quantity == "cutoff":
            if self.value != 0.0:
                raise ProtocolError(
                    f"a cut-off of {self.value:g}",
                    advice="the cell says where its cut-off is, the stop does not",
                )
        elif self.value <= 0:
            raise ProtocolError(
                f"a step cannot stop on a {name} of {self.value:g} {SI_UNIT[self.quantity]}",
                advice="give a number above zero",
            )


@dataclass(frozen=True)
class CurrentStep:
    """A constant current until the first of its stops.

    Exactly one of `areal`, `total` and `c_rate` is given, with sign.

    Attributes
    ----------
    areal : float or None
        Current density on the smaller electrode [A/m2].
    total : float or None
        Current [A].
    c_rate : float or None
        Multiple of the current that charges the cell in one hour, by the mAh/g that the cell defines.
    stops : tuple of Stop
        At least one; charge, time or voltage.
    verb : str
        'Plate', 'Strip', 'Charge' or 'Discharge'; follows from the sign if left out (the last two for a
        C-rate).
    temperature : float or None
        Of the chamber during the step [K]; None leaves it as it is.
    period : float or None
        Time between recorded points [s]; None leaves it to the simulation.

    Raises
    ------
    ProtocolError
        For any other combination.
    """

    areal: float | None = None
    total: float | None = None
    c_rate: float | None = None
    stops: tuple[Stop, ...] = ()
    verb: Verb | None = None
    temperature: float | None = None
    period: float | None = None

    def __post_init__(self) -> None:
        given = [name for name in ("areal", "total", "c_rate") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ProtocolError(
                f"a current step has one current, not {len(given)}",
                advice="give exactly one of areal (A/m2), total (A) and c_rate",
            )
        value = float(getattr(self, given[0]))
        if not math.isfinite(value) or value == 0:
            raise ProtocolError(f"a current step of {value:g} is none", advice="write a Rest for no current")
        object.__setattr__(self, given[0], value)
        if self.verb is None:
            words: tuple[Verb, Verb] = (
                ("Charge", "Discharge") if self.c_rate is not None else ("Strip", "Plate")
            )
            object.__setattr__(self, "verb", words[0] if value > 0 else words[1])
        elif self.verb not in _SIGN:
            raise ProtocolError(f"unknown word '{self.verb}'", advice="use one of " + ", ".join(_SIGN))
        elif _SIGN[self.verb] * value < 0:
            side = "positive" if _SIGN[self.verb] > 0 else "negative"
            raise ProtocolError(
                f"{self.verb} has a {side} current, not {value:g}",
                advice="Strip and Charge are > 0, Plate and Discharge < 0 at the working electrode",
            )
        elif self.c_rate is not None and self.verb in ("Plate", "Strip"):
            raise ProtocolError(
                f"{self.verb} at a C-rate: a lithium electrode has no C-rate",
                advice="give a current density such as 0.1 mA/cm2, or write Charge or Discharge",
            )
        _check_stops(self.stops, (*_CURRENTS,), "the current is what this step sets")
        if self.verb in ("Plate", "Strip") and any(stop.quantity == "cutoff" for stop in self.stops):
            raise ProtocolError(
                f"{self.verb} until cut-off: a lithium electrode has no cut-off",
                advice="write Charge or Discharge, or a voltage such as 'until 0.5 V'",
            )
        if not self.stops:
            raise ProtocolError(
                f"{self.verb} would never end", advice="add 'for 1 hour' or 'until 0.1 mAh/cm2'"
            )
        _check_common(self.temperature, self.period)

    @property
    def sign(self) -> int:
        """+1 for oxidation at the working electrode (Strip, Charge), -1 for reduction (Plate, Discharge)."""
        return _SIGN[self.verb or ""]

    @property
    def duration_s(self) -> float | None:
        """Time that the step takes [s]; None if that depends on the cell."""
        times = [self._time_to(stop) for stop in self.stops]
        known = [t for t in times if t is not None]
        return min(known) if len(known) == len(times) else None

    def _time_to(self, stop: Stop) -> float | None:
        if stop.quantity == "time":
            return stop.value
        if stop.quantity == "areal_capacity" and self.areal is not None:
            return stop.value / abs(self.areal)
        if stop.quantity == "capacity" and self.total is not None:
            return stop.value / abs(self.total)
        return None


@dataclass(frozen=True)
class RestStep:
    """No current until the first of its stops.

    Attributes
    ----------
    stops : tuple of Stop
        A time, and perhaps a voltage with '>=' or '<='.
    temperature, period : float or None
        See `CurrentStep`.

    Raises
    ------
    ProtocolError
        Without a time, or with a stop that a rest cannot have.
    """

    stops: tuple[Stop, ...] = ()
    temperature: float | None = None
    period: float | None = None

    def __post_init__(self) -> None:
        _check_stops(
            self.stops, ("areal_capacity", "capacity", "cutoff", *_CURRENTS), "no current flows in a rest"
        )
        for stop in self.stops:
            if stop.comparison == "crosses":
                raise ProtocolError(
                    f"a rest has no direction in which the voltage could cross {stop.value:g} V",
                    advice=f"write 'until <= {stop.value:g} V' or 'until >= {stop.value:g} V'",
                )
        if not any(stop.quantity == "time" for stop in self.stops):
            raise ProtocolError("this rest may never end", advice="add 'for 1 hour'")
        _check_common(self.temperature, self.period)

    @property
    def duration_s(self) -> float | None:
        """Time that the step takes [s]; None if that depends on the cell."""
        return _only_time(self.stops)


@dataclass(frozen=True)
class VoltageStep:
    """A constant voltage until the first of its stops.

    Attributes
    ----------
    voltage : float
        E_WE - E_CE [V]; infinite where `at_cutoff`, so that nobody takes it for a voltage.
    stops : tuple of Stop
        At least one; time, charge, or a current (by its magnitude; '<=' if not said).
    temperature, period : float or None
        See `CurrentStep`.
    at_cutoff : bool
        Whether the cell's own upper cut-off is held (`Protocol.at_cutoffs` puts the voltage in).

    Raises
    ------
    ProtocolError
        Without a stop, or with a voltage as stop.
    """

    voltage: float = math.inf
    stops: tuple[Stop, ...] = ()
    temperature: float | None = None
    period: float | None = None
    at_cutoff: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "voltage", float(self.voltage))
        if not (math.isfinite(self.voltage) or self.at_cutoff):
            raise ProtocolError(f"cannot hold {self.voltage} V", advice="give a finite voltage")
        if self.at_cutoff and self.voltage != math.inf:
            raise ProtocolError(f"a hold at the cut-off and at {self.voltage:g} V", advice="give one of them")
        _check_stops(self.stops, ("voltage", "cutoff"), "the voltage is what this step sets")
        if not self.stops:
            raise ProtocolError("this hold would never end", advice="add 'for 12 hours' or 'until 10 uA/cm2'")
        _check_common(self.temperature, self.period)

    @property
    def duration_s(self) -> float | None:
        """Time that the step takes [s]; None if that depends on the cell."""
        return _only_time(self.stops)


@dataclass(frozen=True)
class ImpedanceStep:
    """An impedance spectrum around the present state, which it does not change.

    Attributes
    ----------
    highest_Hz, lowest_Hz : float
        Ends of the window [Hz].
    points_per_decade : int
        Logarithmic density.
    amplitude_V : float
        Of the voltage excitation [V].
    temperature, period : float or None
        See `CurrentStep`; a spectrum has no period.

    Raises
    ------
    ProtocolError
        For a window, density or amplitude that cannot be.
    """

    highest_Hz: float
    lowest_Hz: float
    points_per_decade: int = 10
    amplitude_V: float = 0.01
    temperature: float | None = None
    period: float | None = None

    def __post_init__(self) -> None:
        for name in ("highest_Hz", "lowest_Hz", "amplitude_V"):
            value = float(getattr(self, name))
            object.__setattr__(self, name, value)
            if not (math.isfinite(value) and value > 0):
                raise ProtocolError(
                    f"{name.replace('_', ' ')} is {value:g}", advice="give a number above zero"
                )
        if self.highest_Hz <= self.lowest_Hz:
            raise ProtocolError(
                f"the spectrum goes from {self.highest_Hz:g} Hz to {self.lowest_Hz:g} Hz",
                advice="give the highest frequency first, for instance 'EIS from 1 MHz to 0.1 Hz'",
            )
        if self.highest_Hz > 1e12 or self.lowest_Hz < 1e-9:
            raise ProtocolError(
                f"no instrument measures from {self.highest_Hz:g} Hz to {self.lowest_Hz:g} Hz",
                advice="stay between 1e-9 Hz and 1e12 Hz",
            )
        if not 1 <= self.points_per_decade <= 1000 or self.points_per_decade != int(self.points_per_decade):
            raise ProtocolError(
                f"{self.points_per_decade} points per decade", advice="give a whole number from 1 to 1000"
            )
        object.__setattr__(self, "points_per_decade", int(self.points_per_decade))
        if self.period is not None:
            raise ProtocolError("a spectrum has no recording period", advice="give points per decade instead")
        _check_common(self.temperature, None)

    @property
    def duration_s(self) -> float:
        """0: the state is frozen while a spectrum is taken."""
        return 0.0

    def frequencies(self) -> tuple[float, ...]:
        """Return the frequencies [Hz], logarithmic, from the highest to the lowest, both included."""
        span = math.log10(self.highest_Hz / self.lowest_Hz)
        count = max(2, round(span * self.points_per_decade) + 1)
        inner = (self.highest_Hz * 10 ** (-span * k / (count - 1)) for k in range(1, count - 1))
        return (self.highest_Hz, *inner, self.lowest_Hz)


Step: TypeAlias = CurrentStep | RestStep | VoltageStep | ImpedanceStep
"""Any step of a protocol."""


def _only_time(stops: tuple[Stop, ...]) -> float | None:
    times = [stop.value for stop in stops if stop.quantity == "time"]
    return min(times) if len(times) == len(stops) else None


def _check_stops(stops: tuple[Stop, ...], refused: tuple[str, ...], reason: str) -> None:
    seen: set[tuple[str, str | None]] = set()
    for stop in stops:
        if stop.quantity in refused:
            raise ProtocolError(
                f"this step cannot stop on a {_word(stop.quantity)}",
                advice=f"{reason}; leave this stop out",
            )
        key = (stop.quantity, stop.comparison)
        if key in seen:
            raise ProtocolError(
                f"two stops on the same {_word(stop.quantity)}",
                advice="keep the one that comes first",
            )
        seen.add(key)


def _word(quantity: Quantity) -> str:
    return "cut-off" if quantity == "cutoff" else quantity.replace("_", " ")


def _check_common(temperature: float | None, period: float | None) -> None:
    if temperature is not None and not _COLDEST <= temperature <= _HOTTEST:
        raise ProtocolError(
            f"a temperature of {temperature:g} K", advice=f"stay between {_COLDEST:g} K and {_HOTTEST:g} K"
        )
    if period is not None and not (math.isfinite(period) and period > 0):
        raise ProtocolError(f"a recording period of {period:g} s", advice="give a time above zero")
