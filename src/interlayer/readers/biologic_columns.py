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

NUMBERS: Final = KNOWN - {TIME, "I Range"}
"""Names of columns that hold numbers in every export; time may hold dates, the current range words."""

_UNITS: Final = frozenset(
    (
        *("s", "min", "h", "V", "mV", "A", "mA", "µA", "nA", "V/mA", "mA.h", "A.h", "C", "W", "W.h", "mW.h"),
        *("Ohm", "kOhm", "MOhm", "Ohm-1", "S", "deg", "°", "rad", "Hz", "kHz", "F", "mF", "µF", "nF", "pF"),
        *("%", "°C", "g", "mg", "cm2", "bar", "N"),
    )
)
_SPREADSHEET: Final = "#NAME?"
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
        return f"{head}{unit[len(bare) :]} / {bare}"
    return f"{name} / 1"


def to_record_columns(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Give the columns of an export our labels, units and signs; those without a word of ours stay as extras.

    `Step Index`, `Cycle Count`, `Spectrum Index` and wall-clock times are not made here.

    Parameters
    ----------
    frame : polars.DataFrame
        Float64 columns under the names of the file, in the spelling of `normalise`; text passes through.

    Returns
    -------
    tuple of DataFrame and list of Finding
    """
    made = _Made(frame)
    if TIME in made.numbers:
        made.take(s.TIME, pl.col(TIME), TIME)
    _voltage(made)
    _current(made)
    if (temperature := "Temperature/°C") in made.numbers:
        made.take(s.TEMPERATURE, pl.col(temperature), temperature)
    _capacities(made)
    if FREQUENCY in made.numbers:
        _impedance(made)
    if _SPREADSHEET in frame.columns:
        made.findings.append(
            Finding(
                "spreadsheet_name",
                f"a column is named '{_SPREADSHEET}', as spreadsheets turn '{_Z[1]}' into; it is kept and not used",
                "note",
            )
        )
    extras = [pl.col(n).alias(extra_label(n)) for n in frame.columns if n not in made.used]
    return frame.select(*made.expressions, *extras), made.findings


class _Made:
    """Columns made so far, and which of the file's they used up."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.numbers = {name for name, kind in frame.schema.items() if kind == pl.Float64}
        self.used: set[str] = set()
        self.expressions: list[pl.Expr] = []
        self.findings: list[Finding] = []

    def take(self, label: str, expression: pl.Expr, *names: str) -> None:
        """Make one of our columns from columns of the file, which then are no extras."""
        self.expressions.append(expression.alias(label))
        self.used.update(names)

    def first(self, names: tuple[str, ...]) -> str | None:
        """Return the first of the names that the file has as numbers."""
        return next((name for name in names if name in self.numbers), None)


def _factor(name: str) -> float:
    """Factor from the unit at the end of a name to SI."""
    return units.factor(name.rpartition("/")[2].replace(".", ""))


def _scaled(name: str, unit: str) -> pl.Expr:
    factor = _factor(name) / units.factor(unit)
    return pl.col(name) if factor == 1 else pl.col(name) * factor


def _voltage(made: _Made) -> None:
    name = made.first(_VOLTAGE)
    if name is None:
        return
    counter = _COUNTER.get(name)
    if counter in made.numbers:
        # Three electrodes: both potentials stand against the reference and stay as extras.
        made.take(s.VOLTAGE, pl.col(name) - pl.col(counter))
        made.findings.append(
            Finding("voltage_from_two_electrodes", f"Voltage is {name} minus {counter}", "note")
        )
        return
    made.take(s.VOLTAGE, _scaled(name, "V"), name)


def _current(made: _Made) -> None:
    name = made.first(_CURRENT)
    if name is not None:
        made.take(s.CURRENT, _scaled(name, "A"), name)
    elif "mode" in made.numbers:
        resting = pl.col("mode") == OPEN_CIRCUIT_MODE
        rows = int(made.frame.select(resting.sum()).item())
        if rows:
            made.take(s.CURRENT, pl.when(resting).then(0.0))
            made.findings.append(
                Finding(
                    "current_zero_at_open_circuit",
                    "the file has no current; it is zero where the mode is open circuit",
                    "note",
                    rows,
                )
            )


def _capacities(made: _Made) -> None:
    if _CHARGE in made.numbers or _DISCHARGE in made.numbers:
        for label, name in ((s.CHARGE_CAPACITY, _CHARGE), (s.DISCHARGE_CAPACITY, _DISCHARGE)):
            if name in made.numbers:
                made.take(label, _scaled(name, "Ah"), name)
    elif _SIGNED_CHARGE in made.numbers:
        signed = _scaled(_SIGNED_CHARGE, "Ah")
        made.take(s.CHARGE_CAPACITY, signed.clip(lower_bound=0.0), _SIGNED_CHARGE)
        made.take(s.DISCHARGE_CAPACITY, (-signed).clip(lower_bound=0.0), _SIGNED_CHARGE)


def _impedance(made: _Made) -> None:
    is_spectrum = pl.col(FREQUENCY) > 0  # a frequency of 0 marks a row of the time domain
    made.take(s.FREQUENCY, pl.when(is_spectrum).then(pl.col(FREQUENCY)), FREQUENCY)
    real, imaginary, names = _real_and_imaginary(made)
    if real is None or imaginary is None:
        made.findings.append(
            Finding(
                "impedance_missing",
                "frequencies without real and imaginary parts of the impedance",
                "error",
                int(made.frame.select(is_spectrum.sum()).item()),
            )
        )
    if real is not None:
        made.take(s.Z_REAL, pl.when(is_spectrum).then(real), *names)
    if imaginary is not None:
        made.take(s.Z_IMAG, pl.when(is_spectrum).then(imaginary), *names)


def _real_and_imaginary(made: _Made) -> tuple[pl.Expr | None, pl.Expr | None, tuple[str, ...]]:
    """Impedance of the whole cell if there is one, else of the working electrode, else from |Z| and phase."""
    if made.numbers.issuperset(_Z_WHOLE):
        made.findings.append(
            Finding(
                "three_electrodes", "Z is that between both electrodes; each one's is kept beside", "note"
            )
        )
        return pl.col(_Z_WHOLE[0]), -pl.col(_Z_WHOLE[1]), _Z_WHOLE
    if made.numbers.issuperset(_Z):
        return pl.col(_Z[0]), -pl.col(_Z[1]), _Z
    if made.numbers.issuperset((_Z[0], "Im(Z)/Ohm")):
        return pl.col(_Z[0]), pl.col("Im(Z)/Ohm"), (_Z[0], "Im(Z)/Ohm")
    if made.numbers.issuperset(_Z_POLAR):
        made.findings.append(Finding("impedance_from_modulus", "Z is made from |Z| and its phase", "note"))
        size, phase = pl.col(_Z_POLAR[0]), pl.col(_Z_POLAR[1]) * units.factor("deg")
        return size * phase.cos(), size * phase.sin(), _Z_POLAR
    real = pl.col(_Z[0]) if _Z[0] in made.numbers else None
    imaginary = -pl.col(_Z[1]) if _Z[1] in made.numbers else None
    return real, imaginary, tuple(n for n in _Z if n in made.numbers)
