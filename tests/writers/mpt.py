"""Writes a record as the text export that EC-Lab would make of it, for round trips through the reader.

Written from the look of real exports: a header whose second line counts its lines, tab-separated columns
under 'name/unit', numbers as 1.2345678E+003 (single precision) or 1.234567890123456E+003 (double), a tab
after the last name, no line end after the last row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from interlayer.record import schema as s
from interlayer.record.record import Record

SINGLE: Final = 8
"""Significant digits of most columns."""
DOUBLE: Final = 16

STARTED: Final = datetime(2024, 11, 20, 11, 38, 41, 707000, tzinfo=UTC)
CYCLING_COLUMNS: Final = (
    "mode",
    "ox/red",
    "Ns",
    "time/s",
    "Ewe/V",
    "I/mA",
    "Q charge/mA.h",
    "Q discharge/mA.h",
    "cycle number",
    "Temperature/°C",
)
EIS_COLUMNS: Final = (
    "freq/Hz",
    "Re(Z)/Ohm",
    "-Im(Z)/Ohm",
    "|Z|/Ohm",
    "Phase(Z)/deg",
    "time/s",
    "<Ewe>/V",
    "<I>/mA",
    "cycle number",
    "Ns",
)
_Row = dict[str, float | None]


def write_mpt(
    path: Path,
    record: Record,
    *,
    decimal: str = ".",
    encoding: str = "cp1252",
    columns: Sequence[str] | None = None,
    loops: bool = False,
    header: bool = True,
    dates: str = "",
    line_end: str = "\r\n",
    area_cm2: float = 0.001,
) -> Path:
    """Write `record` as an EC-Lab text export and return `path`.

    Parameters
    ----------
    path : Path
    record : Record
    decimal : str
        '.' or ','.
    encoding : str
        For instance 'cp1252', 'utf-8', 'utf-16'.
    columns : sequence of str, optional
        Names in EC-Lab's spelling; by default those of cycling, of impedance or both, as the record has them.
    loops : bool
        Write 'Loop ...' lines, a loop for each cycle number.
    header : bool
        False writes the line of names and the rows only.
    dates : str
        A `strftime` pattern for the date, which then replaces the seconds in time/s ('%m/%d/%Y').
    line_end : str
    area_cm2 : float
        'Electrode surface area' of the header.
    """
    if columns is None:
        columns = _default_columns(record)
    rows = [
        "\t".join(_cell(name, row, decimal, dates) for name in columns)
        for row in record.table.iter_rows(named=True)
    ]
    names = "\t".join(columns) + "\t"
    lines = [*rows]
    if header:
        lines = [*_header(record, area_cm2, decimal, loops), names, *rows]
        lines[1] = f"Nb header lines : {len(lines) - len(rows)}                          "
    else:
        lines = [names, *rows]
    path.write_bytes(line_end.join(lines).encode(encoding))
    return path


def _default_columns(record: Record) -> tuple[str, ...]:
    if not record.spectra:
        return CYCLING_COLUMNS
    if not len(record.cycling):
        return EIS_COLUMNS
    return (*EIS_COLUMNS, *(c for c in CYCLING_COLUMNS if c not in EIS_COLUMNS))


def _header(record: Record, area_cm2: float, decimal: str, loops: bool) -> list[str]:
    lines = [
        "EC-Lab ASCII FILE",
        "",
        "",
        "Potentio Electrochemical Impedance Spectroscopy" if record.spectra else "Chronopotentiometry",
        "",
        "Run on channel : 1 (SN 99999)",
        "User : Somebody",
        "Electrode connection : standard",
        f"Acquisition started on : {STARTED:%m/%d/%Y %H:%M:%S}.{STARTED.microsecond // 1000:03d}",
        "Saved on :",
        "\tFile : somebody's cell.mpr",
        "\tDirectory : C:\\Users\\Somebody\\cells\\",
        "\tHost : 192.168.0.2",
        "Device : VSP (SN 8888)",
        "EC-Lab for windows v11.50 (software)",
        f"Electrode surface area : {area_cm2:.3f} cm²".replace(".", decimal),
        "Characteristic mass : 0.001 g",
        "Cycle Definition : Charge/Discharge alternance",
        f"{'Ns':<20}{'0':<20}{'1':<20}",
        f"{'Is':<20}{'100.000':<20}{'-100.000':<20}",
        "",
    ]
    if loops:
        ranges = _loop_ranges(record)
        lines.append(f"Number of loops : {len(ranges)}")
        lines += [f"Loop {i} from point number {a} to {b}" for i, (a, b) in enumerate(ranges)]
        lines.append("")
    return lines


def _loop_ranges(record: Record) -> list[tuple[int, int]]:
    cycle = record.table[s.CYCLE].fill_null(0)
    first = [i for i in range(len(cycle)) if i == 0 or cycle[i] != cycle[i - 1]]
    return list(zip(first, [*(i - 1 for i in first[1:]), len(cycle) - 1], strict=True))


def _cell(name: str, row: _Row, decimal: str, dates: str) -> str:
    if name == "time/s" and dates:
        seconds = row[s.TIME]
        if seconds is None:
            return ""
        moment = STARTED + timedelta(seconds=seconds)
        return f"{moment.strftime(dates)} {moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    if name not in VALUES:
        raise KeyError(f"the writer has no column '{name}'; it has {sorted(VALUES)}")
    value, digits = VALUES[name](row), DIGITS.get(name, SINGLE)
    if value is None:
        return ""
    if digits == 0:
        return str(round(value))
    return printed(value, digits).replace(".", decimal)


def printed(value: float, digits: int = SINGLE) -> str:
    """Return a number as EC-Lab prints it: an exponent of three digits."""
    mantissa, exponent = f"{value:.{digits - 1}E}".split("E")
    return f"{mantissa}E{int(exponent):+04d}"


def _scaled(label: str, factor: float = 1.0) -> Callable[[_Row], float | None]:
    def value(row: _Row) -> float | None:
        found = row[label]
        return None if found is None else found * factor

    return value


def _signed_charge(row: _Row) -> float | None:
    plus, minus = row[s.CHARGE_CAPACITY], row[s.DISCHARGE_CAPACITY]
    return None if plus is None or minus is None else (plus - minus) * 1e3


def _frequency(row: _Row) -> float:
    return row[s.FREQUENCY] or 0.0


def _impedance(part: Callable[[complex], float]) -> Callable[[_Row], float]:
    def value(row: _Row) -> float:
        real, imaginary = row[s.Z_REAL], row[s.Z_IMAG]
        return 0.0 if real is None or imaginary is None else part(complex(real, imaginary))

    return value


def _mode(row: _Row) -> float:
    return 3.0 if not row[s.CURRENT] else 1.0


def _oxidation(row: _Row) -> float:
    return float((row[s.CURRENT] or 0.0) > 0)


VALUES: Final[dict[str, Callable[[_Row], float | None]]] = {
    "time/s": _scaled(s.TIME),
    "Ewe/V": _scaled(s.VOLTAGE),
    "<Ewe>/V": _scaled(s.VOLTAGE),
    "Ecell/V": _scaled(s.VOLTAGE),
    "I/mA": _scaled(s.CURRENT, 1e3),
    "<I>/mA": _scaled(s.CURRENT, 1e3),
    "control/V/mA": _scaled(s.CURRENT, 1e3),
    "Q charge/mA.h": _scaled(s.CHARGE_CAPACITY, 1e3),
    "Q discharge/mA.h": _scaled(s.DISCHARGE_CAPACITY, 1e3),
    "Q charge/discharge/mA.h": _signed_charge,
    "cycle number": _scaled(s.CYCLE),
    "Ns": _scaled(s.STEP),
    "half cycle": _scaled(s.STEP),
    "mode": _mode,
    "ox/red": _oxidation,
    "Temperature/°C": _scaled(s.TEMPERATURE),
    "freq/Hz": _frequency,
    "Re(Z)/Ohm": _impedance(lambda z: z.real),
    "-Im(Z)/Ohm": _impedance(lambda z: -z.imag),
    "|Z|/Ohm": _impedance(abs),
    "Phase(Z)/deg": _impedance(lambda z: math.degrees(math.atan2(z.imag, z.real))),
    "I Range": lambda _row: 41.0,
}
DIGITS: Final = {
    "time/s": DOUBLE,
    "I/mA": DOUBLE,
    "Q charge/mA.h": DOUBLE,
    "Q discharge/mA.h": DOUBLE,
    "Q charge/discharge/mA.h": DOUBLE,
    "cycle number": DOUBLE,
    "mode": 0,
    "ox/red": 0,
    "Ns": 0,
    "half cycle": 0,
    "I Range": 0,
}


def column_of(name: str) -> str:
    """Label of the record's column that an EC-Lab column fills (those with one counterpart)."""
    return {
        "time/s": s.TIME,
        "Ewe/V": s.VOLTAGE,
        "<Ewe>/V": s.VOLTAGE,
        "Ecell/V": s.VOLTAGE,
        "I/mA": s.CURRENT,
        "<I>/mA": s.CURRENT,
        "Q charge/mA.h": s.CHARGE_CAPACITY,
        "Q discharge/mA.h": s.DISCHARGE_CAPACITY,
        "cycle number": s.CYCLE,
        "Temperature/°C": s.TEMPERATURE,
    }[name]


def table(**columns: object) -> pl.DataFrame:
    """Small table for tests, by the names of `interlayer.record.schema` constants in lower case."""
    names = {k.lower(): v for k, v in vars(s).items() if k.isupper() and isinstance(v, str)}
    return pl.DataFrame({names[key]: value for key, value in columns.items()}, strict=False)
