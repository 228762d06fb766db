"""Records as Battery Data Format (BDF): its names of columns, and writing them as CSV or Parquet.

BDF is the table format of the Battery Data Alliance: one cell a file, one row of names, fixed units, current > 0
while charging, which is oxidation at the working electrode in a full cell and our sign. A record has its labels but
for two: BDF calls the number of the step, counted through repeats, `Step Count / 1` and counts from 1, and keeps
`Step Index / 1` for the place of a point within its step.

Source: Battery Data Alliance, Battery Data Format, https://github.com/battery-data-alliance/battery-data-format,
and its ontology, https://w3id.org/battery-data-alliance/ontology/battery-data-format.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from interlayer.errors import OutputError
from interlayer.record import schema as s
from interlayer.record import store
from interlayer.record.record import Record

STEP_COUNT: Final = "Step Count / 1"
STEP_INDEX: Final = "Step Index / 1"
STEP_ID: Final = "Step ID"
SURFACE: Final = "Surface Temperature T1 / degC"
AMBIENT: Final = "Ambient Temperature / degC"
TEMPERATURE_OF: Final = "temperature_of"
"""Key of a record's `provenance.extra`: 'ambient' if its temperature is the surroundings'."""

CHECKSUM_KEY: Final = "interlayer_table_crc32"
"""Key of a Parquet file's footer: checksum of the table. A file of another program has none and is read unchecked."""

REQUIRED: Final = (s.TIME, s.VOLTAGE, s.CURRENT)
ENDINGS: Final = (".csv", ".bdf", ".parquet")

NOTATIONS: Final[dict[str, str]] = {
    "test_time_second": s.TIME,
    "voltage_volt": s.VOLTAGE,
    "current_ampere": s.CURRENT,
    "unix_time_second": s.UNIX_TIME,
    "cycle_count": s.CYCLE,
    "step_count": STEP_COUNT,
    "step_index": STEP_INDEX,
    "step_id": STEP_ID,
    "record_index": "Record Index / 1",
    "ambient_temperature_celsius": AMBIENT,
    **{f"temperature_t{i}_celsius": f"Surface Temperature T{i} / degC" for i in range(1, 6)},
    "charging_capacity_ah": s.CHARGE_CAPACITY,
    "discharging_capacity_ah": s.DISCHARGE_CAPACITY,
    "step_capacity_ah": "Step Capacity / Ah",
    "step_net_capacity_ah": "Step Net Capacity / Ah",
    "net_capacity_ah": "Net Capacity / Ah",
    "cumulative_capacity_ah": "Cumulative Capacity / Ah",
    "charging_energy_wh": "Charging Energy / Wh",
    "discharging_energy_wh": "Discharging Energy / Wh",
    "step_energy_wh": "Step Energy / Wh",
    "net_energy_wh": "Net Energy / Wh",
    "cumulative_energy_wh": "Cumulative Energy / Wh",
    "power_watt": "Power / W",
    "internal_resistance_ohm": "Internal Resistance / ohm",
    "ac_internal_resistance_ohm": "AC Internal Resistance / ohm",
    "ambient_pressure_pa": "Ambient Pressure / Pa",
    "applied_pressure_pa": "Applied Pressure / Pa",
    "frequency_hertz": s.FREQUENCY,
    "real_impedance_ohm": s.Z_REAL,
    "imaginary_impedance_ohm": s.Z_IMAG,
    "absolute_impedance_ohm": "Absolute Impedance / ohm",
    "phase_degree": "Phase / deg",
}
"""Machine-readable names and preferred labels."""


def bdf_table(record: Record) -> pl.DataFrame:
    """Return the table of a record under BDF's labels.

    Time, voltage and current are always there; other columns if they hold anything. Texts are without folders,
    addresses and serial numbers; nothing of the provenance is in it.
    """
    temperature = AMBIENT if record.provenance.extra.get(TEMPERATURE_OF) == "ambient" else SURFACE
    names = {s.STEP: STEP_COUNT, s.TEMPERATURE: temperature}
    table = record.table
    filled = [c for c in table.columns if c in REQUIRED or table[c].null_count() < len(table)]
    renamed = {names[c] for c in filled if c in names}
    # An instrument's own column of that name stands back for the one with a contract.
    labels = [names.get(c, c.replace(" / ", " (2) / ") if c in renamed else c) for c in filled]
    made = [_column(table, old, new) for old, new in zip(filled, labels, strict=True)]
    return table.select(made)


def _column(table: pl.DataFrame, old: str, new: str) -> pl.Expr:
    value = pl.col(old)
    kind = table.schema[old]
    if old == s.STEP:
        value = value + 1
    elif kind.is_float():
        value = value.fill_nan(None)
    elif isinstance(kind, (pl.String, pl.Categorical, pl.Enum)):
        value = value.cast(pl.String)
        texts = table[old].cast(pl.String).drop_nulls().unique().to_list()
        changed = {text: clean for text in texts if (clean := store.scrub(text)) != text}
        value = value.replace(changed) if changed else value
    return value.alias(new)


def write_bdf(record: Record, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the table of a record as Battery Data Format and return its path.

    Numbers are written with the fewest digits that give the same number again. The file appears complete or not at
    all.

    Parameters
    ----------
    record : Record
    path : str or Path
        Its ending says how: `.bdf.csv`, `.csv` or `.bdf` as text, `.bdf.parquet` or `.parquet` as Parquet.
    overwrite : bool
        Replace a file that is already there.

    Raises
    ------
    OutputError
        If the ending is another one, the file exists and may not be replaced or cannot be written, or a column has
        no place in it.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise OutputError(
            f"Battery Data Format has no ending '{path.suffix}'",
            where=path.name,
            advice="name it .bdf.csv or .bdf.parquet",
        )
    table = bdf_table(record)
    nested = [c for c, kind in table.schema.items() if kind.is_nested()]
    if nested and ending != ".parquet":
        raise OutputError(f"the column '{nested[0]}' holds lists, which CSV cannot", where=path.name)

    def write(target: Path) -> None:
        if ending == ".parquet":
            checksum = {CHECKSUM_KEY: str(store.table_checksum(table))}
            table.write_parquet(target, compression="zstd", metadata=checksum)
        else:
            table.write_csv(target)

    return store.replace_file(path, write, overwrite=overwrite)
