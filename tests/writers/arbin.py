"""Arbin's files: .res (an Access database), text and workbooks, of any record."""

from __future__ import annotations

import datetime as dt
import gzip

import numpy as np

from interlayer.record import schema as s
from tests.writers import jet

START = dt.datetime(2024, 3, 15, 8, 30)
_OLE = dt.datetime(1899, 12, 30)
POINTS = [
    *(("Test_ID", jet.LONG), ("Data_Point", jet.LONG), ("Test_Time", jet.DOUBLE), ("Step_Time", jet.DOUBLE)),
    *(("DateTime", jet.DOUBLE), ("Step_Index", jet.INTEGER), ("Cycle_Index", jet.INTEGER)),
    *(("Is_FC_Data", 2), ("Current", jet.DOUBLE), ("Voltage", jet.DOUBLE)),
    *(("Charge_Capacity", jet.DOUBLE), ("Discharge_Capacity", jet.DOUBLE)),
]
GLOBAL = [
    *(("Test_ID", jet.LONG), ("Channel_Index", jet.INTEGER), ("Start_DateTime", jet.DOUBLE)),
    *(
        ("Test_Name", jet.TEXT),
        ("Creator", jet.TEXT),
        ("Comments", jet.TEXT),
        ("Schedule_File_Name", jet.TEXT),
    ),
    ("MASS", jet.DOUBLE),
]
AUXILIARY = [
    *(("Test_ID", jet.LONG), ("Data_Point", jet.LONG), ("Auxiliary_Index", jet.INTEGER)),
    *(("Data_Type", jet.INTEGER), ("X", jet.DOUBLE)),
]


def rows(record, test: int = 1) -> list[tuple]:
    """Rows of `Channel_Normal_Table`; the step's number in the schedule is 1 or 2 in turn."""
    table = record.cycling
    begun = (START - _OLE).total_seconds() / 86400
    time, step = table[s.TIME].to_numpy(), table[s.STEP].to_numpy()
    first = np.flatnonzero(np.concatenate(([True], np.diff(step) != 0)))
    within = time - time[first[np.searchsorted(first, np.arange(len(step)), side="right") - 1]]
    made = []
    for i, row in enumerate(table.iter_rows(named=True)):
        clock = begun + time[i] / 86400
        counters = (int(step[i]) % 2 + 1, int(row[s.CYCLE]), 0)
        measured = (row[s.CURRENT], row[s.VOLTAGE], row[s.CHARGE_CAPACITY], row[s.DISCHARGE_CAPACITY])
        made.append((test, i + 1, float(time[i]), float(within[i]), clock, *counters, *measured))
    return made


def write_res(path, record, *, packed: bool = False, auxiliaries: bool = True, **how):
    """Write a .res file, packed with gzip if asked; returns its path."""
    points = jet.Table("Channel_Normal_Table", POINTS, rows(record), **how.pop("points", {}))
    begun = (START - _OLE).total_seconds() / 86400
    told = (1, 7, begun, "cell 7", "Jane Doe", "as built", "Jane\\ramp.sdu", 0.0012)
    tables = [points, jet.Table("Global_Table", GLOBAL, [told])]
    if auxiliaries:
        logged = [(1, row[1], 1, 1, 25.0 + 0.1 * row[1]) for row in points.rows]
        logged += [(1, row[1], 1, 0, 0.5) for row in points.rows[::2]]
        tables.append(jet.Table("Auxiliary_Table", AUXILIARY, logged))
    jet.write(path, tables, **how)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    return path


_HEADINGS = (
    *("Data_Point", "Date_Time", "Test_Time(s)", "Step_Time(s)", "Step_Index", "Cycle_Index"),
    *("Current(A)", "Voltage(V)", "Charge_Capacity(Ah)", "Discharge_Capacity(Ah)"),
)


def _cells(record, units: bool):
    names = [name if units else name.split("(")[0] for name in _HEADINGS]
    made = []
    for _, point, time, within, _, step, cycle, _, current, voltage, plus, minus in rows(record):
        moment = (START + dt.timedelta(seconds=time)).strftime("%m/%d/%Y %H:%M:%S.%f")[:-3]
        made.append((point, moment, time, within, step, cycle, current, voltage, plus, minus))
    return names, made


def write_csv(path, record, *, units: bool = True, delimiter: str = ",", decimal: str = "."):
    """Write Arbin's text export; returns its path."""
    names, made = _cells(record, units)

    def shown(value) -> str:
        return repr(value).replace(".", decimal) if isinstance(value, float) else str(value)

    lines = [delimiter.join(names), *(delimiter.join(shown(v) for v in row) for row in made)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def write_xlsx(path, record, *, channels=(11,), sheets: int = 2):
    """Write Arbin's workbook: each channel over several sheets; returns its path."""
    import xlsxwriter

    names, made = _cells(record, units=True)
    with xlsxwriter.Workbook(path) as book:
        info = book.add_worksheet("Global_Info")
        info.write_row(0, 0, ["", "", "", "TEST REPORT"])
        info.write_row(1, 0, ["Channel", "Start DateTime", "Schedule File Name", "Creator", "Comments"])
        info.write_row(2, 0, ["11", "2024-03-15 08:30:00", "Jane\\ramp.sdu", "Jane Doe", "as built"])
        for channel in channels:
            for number, part in enumerate(np.array_split(np.arange(len(made)), sheets), start=1):
                sheet = book.add_worksheet(f"Channel_{channel}_{number}")
                sheet.write_row(0, 0, names)
                for line, at in enumerate(part, start=1):
                    sheet.write_row(line, 0, made[at])
        book.add_worksheet("Statistics_11").write_row(0, 0, ["Cycle_Index", "Vmax_On_Cycle(V)"])
    return path
