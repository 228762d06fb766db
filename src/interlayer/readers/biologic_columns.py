"""Columns of EC-Lab and BT-Lab text exports: their names, units and signs into ours.

EC-Lab's signs are ours already (current > 0 is oxidation at the working electrode, voltages are against the
counter or reference electrode), except that it prints -Im(Z).
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from interlayer import units
from interlayer.record import schema as s
from interlayer.record.record import Finding

TIME: Final = "time/s"
FREQUENCY: Final = "freq/Hz"

# In order of preference; the first that the file has is taken. The whole cell comes before one electrode.
_VOLTAGE: Final = (
    "Ecell/V",
    "<Ecell>/V",
    "Ewe-Ece/V",
    "<Ewe-Ece>/V",
    "Ewe/V",
    "<Ewe>/V",
    "Ewe/mV",
    "<Ewe>/mV",
)
_COUNTER: Final = {"Ewe/V": "Ece/V", "<Ewe>/V": "<Ece>/V"}
_CURRENT: Final = ("I/mA", "<I>/mA", "I/A", "<I>/A", "I/µA", "<I>/µA", "I/nA", "<I>/nA")
_Z_WHOLE: Final = ("Re(Zwe-ce)/Ohm", "-Im(Zwe-ce)/Ohm")
_Z: Final = ("Re(Z)/Ohm", "-Im(Z)/Ohm")
_Z_POLAR: Final = ("|Z|/Ohm", "Phase(Z)/deg")
_CHARGE: Final = "Q charge/mA.h"
_DISCHARGE: Final = "Q discharge/mA.h"
_SIGNED_CHARGE: Final = "Q charge/discharge/mA.h"
_CYCLE: Final = ("cycle number", "z cycle")
_STEP_MARKS: Final = ("Ns", "mode", "half cycle", "Ns changes")
OPEN_CIRCUIT_MODE: Final = 3
"""Value of EC-Lab's `mode` while the cell is at open circuit (1: current, 2: potential is controlled)."""

KNOWN: Final = frozenset(
    (
        TIME,
        FREQUENCY,
        *_VOLTAGE,
        *_COUNTER.values(),
        *_CURRENT,
        *_Z_WHOLE,
        *_Z,
        *_Z_POLAR,
        _CHARGE,
        _DISCHARGE,
        _SIGNED_CHARGE,
        *_CYCLE,
        *_STEP_MARKS,
        "step time/s",
        "control/V",
        "control/mA",
        "control/V/mA",
        "(Q-Qo)/mA.h",
        "(Q-Qo)/C",
        "dq/mA.h",
        "dQ/C",
        "Capacity/mA.h",
        "ox/red",
        "P/W",
        "I Range",
        "Im(Z)/Ohm",
        "Temperature/°C",
    )
)
"""Names that only such files have in this spelling; they recognise a file without a header."""

_UNITS: Final = frozenset(
    "s min h V mV A mA µA nA mA.h A.h C W W.h mW.h Ohm kOhm MOhm Ohm-1 deg ° rad Hz kHz F µF mF nF % °C S "
    "V/mA g mg cm2 bar N".split()
)
_TEMPERATURE: Final = re.compile(r"Temperature/\W?C")


def normalise(name: str) -> str:
    """Return a column name in one spelling (micro sign, ohm, degree sign, blanks)."""
    name = name.strip().replace("μ", "µ").replace("Ω", "Ohm").replace("\u2126", "Ohm")
    return "Temperature/°C" if _TEMPERATURE.fullmatch(name) else name


def extra_label(name: str) -> str:
    """Return the label 'Name / unit' of a column that we have no word for; without unit, '/ 1'."""
    head, slash, unit = name.partition("/")
    # 'Q charge/discharge/mA.h' has its unit last, 'control/V/mA' has two.
    while slash and unit not in _UNITS and "/" in unit:
        more, _, unit = unit.partition("/")
        head = f"{head}/{more}"
    bare = unit.split(" (")[0]
    if slash and bare in _UNITS:
        return f"{head}{unit[len(bare):]} / {bare}"
    return f"{name} / 1"


def to_record_columns(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Give the columns of an export our labels, units and signs; columns without a word of ours stay as extras.

    `Step Index`, `Cycle Count`, `Spectrum Index` and wall-clock times are not made here.

    Parameters
    ----------
    frame : polars.DataFrame
        Float64 columns under the names of the file, in the spelling of `normalise`; text columns pass through.
    """
    findings: list[Finding] = []
    used: set[str] = set()
    made: list[pl.Expr] = []

    def take(label: str, name: str, expression: pl.Expr) -> None:
        made.append(expression.alias(label))
        used.add(name)

    numbers = {name for name, kind in frame.schema.items() if kind == pl.Float64}
    if TIME in numbers:
        take(s.TIME, TIME, pl.col(TIME))
    _voltage(numbers, take, findings)
    current = _first(_CURRENT, numbers)
    if current:
        take(s.CURRENT, current, pl.col(current) * _factor(current))
    elif "mode" in numbers:
        _open_circuit(frame, take, findings)
    if "Temperature/°C" in numbers:
        take(s.TEMPERATURE, "Temperature/°C", pl.col("Temperature/°C"))
    _capacities(numbers, take)
    if FREQUENCY in numbers:
        _impedance(numbers, take, findings)
    extras = [pl.col(n).alias(extra_label(n)) for n in frame.columns if n not in used]
    return frame.select(*made, *extras), findings


def _first(names: tuple[str, ...], present: set[str]) -> str | None:
    return next((name for name in names if name in present), None)


def _factor(name: str) -> float:
    """Factor from the unit at the end of a name to SI."""
    return units.factor(name.rpartition("/")[2].replace(".", ""))


class _Take:
    def __call__(self, label: str, name: str, expression: pl.Expr) -> None: ...
