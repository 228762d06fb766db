"""Writes a cycling record in the form of cyclers' text and Excel exports.

Written from published lists of columns, manuals and the look of real files. Every writer takes a record whose
current is constant within each step and turns units, labels and clocks as its format does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from interlayer.record import schema as s
from interlayer.record.record import Record

STARTED: Final = dt.datetime(2024, 11, 20, 11, 38, 41)
"""20 November, so that no order of day and month is unclear."""
_LABELS: Final = {
    "neware-en": ("CC Chg", "CC DChg", "Rest"),
    "neware-zh": ("恒流充电", "恒流放电", "搁置"),
    "landt": ("C_CC", "D_CC", "R"),
    "basytec-en": ("Charge", "Discharge", "Pause"),
    "basytec-de": ("Laden", "Entladen", "Pause"),
}
NEWARE_NAMES: Final = {
    "en": [
        "DataPoint",
        "Cycle Index",
        "Step Index",
        "Step Type",
        "Time",
        "Total Time",
        "Current(mA)",
        "Voltage(V)",
        "Capacity(mAh)",
        "Date",
        "T1(℃)",
    ],
    "zh": [
        "数据序号",
        "循环号",
        "工步号",
        "工步类型",
        "时间",
        "总时间",
        "电流(mA)",
        "电压(V)",
        "容量(mAh)",
        "绝对时间",
        "T1(℃)",
    ],
}


def clock(seconds: float, *, days: str = "") -> str:
    """h:m:s, beyond a day too; with `days` as 'd' or '-' the days stand before it."""
    whole, milli = divmod(round(seconds * 1000), 1000)
    d, rest = divmod(whole, 86400)
    hours = rest // 3600 if days else whole // 3600
    text = f"{hours:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}" + (f".{milli:03d}" if milli else "")
    return f"{d}{days}{' ' if days == 'd' else ''}{text}" if days else text


def date(seconds: float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Date of a row."""
    return (STARTED + dt.timedelta(seconds=round(seconds))).strftime(form)


class Rows:
    """Columns of a record as lists, with times in each step, charges and labels."""

    def __init__(self, record: Record, labels: str) -> None:
        table = record.table
        self.time = table[s.TIME].to_numpy()
        self.step = table[s.STEP].to_numpy()
        self.cycle = table[s.CYCLE].to_numpy()
        self.voltage = table[s.VOLTAGE].to_numpy()
        self.current = table[s.CURRENT].to_numpy()
        begins = np.array([self.time[self.step == k][0] for k in self.step])
        self.step_time = self.time - begins
        self.capacity = np.abs(self.current) * self.step_time / 3600
        charge, discharge, rest = _LABELS[labels]
        self.label = [charge if i > 0 else discharge if i < 0 else rest for i in self.current]
        self.program = self.step % 3 + 1

    def __len__(self) -> int:
        return len(self.time)


def _neware_cells(record: Record, language: str, *, signed: bool, days: str) -> list[list[str]]:
    r = Rows(record, f"neware-{language}")
    current = r.current if signed else np.abs(r.current)
    return [
        [
            str(k + 1),
            str(r.cycle[k]),
            str(r.program[k]),
            r.label[k],
            clock(r.step_time[k], days=days),
            clock(r.time[k], days=days),
            f"{current[k] * 1e3:.7f}",
            f"{r.voltage[k]:.9f}",
            f"{r.capacity[k] * 1e3:.9f}",
            date(r.time[k]),
            "25.00",
        ]
        for k in range(len(r))
    ]


def neware_csv(
    path: Path,
    record: Record,
    *,
    language: str = "en",
    encoding: str = "utf-8",
    signed: bool = True,
    days: str = "",
    between: str = ",",
) -> Path:
    """Rows alone, as the BTS client 8 and BTSDA export them."""
    lines = [NEWARE_NAMES[language], *_neware_cells(record, language, signed=signed, days=days)]
    path.write_bytes(("\r\n".join(between.join(line) for line in lines) + "\r\n").encode(encoding))
    return path


BTS7_NAMES: Final = {
    "en": ["Record Index", "Status", "JumpTo", "Cycle", "Step", "Cur(mA)", "Voltage(V)", "CapaCity(mAh)"],
    "zh": ["记录序号", "状态", "跳转", "循环", "步次", "电流(mA)", "电压(V)", "容量(mAh)"],
}


def neware_bts7(path: Path, record: Record, *, language: str = "en", encoding: str = "utf-8") -> Path:
    """Rows of the older client: a time of each step and a date, no time of the test, current without sign."""
    times = {"en": ["Relative Time(h:min:s.ms)", "Absolute Time"], "zh": ["相对时间(h:min:s.ms)", "绝对时间"]}
    r = Rows(record, f"neware-{language}")
    label = [x.replace(" ", "_") for x in r.label]
    lines = [[*BTS7_NAMES[language], *times[language]]]
    lines += [
        [
            str(k + 1),
            label[k],
            "0",
            str(r.cycle[k]),
            str(r.program[k]),
            f"{abs(r.current[k]) * 1000.0:.7f}",
            f"{r.voltage[k]:.9f}",
            f"{r.capacity[k] * 1000.0:.9f}",
            clock(r.step_time[k]),
            date(r.time[k]),
        ]
        for k in range(len(r))
    ]
    path.write_bytes(("\n".join("\t".join(line) for line in lines) + "\n").encode(encoding))
    return path


def levels(record: Record, *, language: str = "en", joined: bool = True) -> list[list[str]]:
    """Lines of an export in three levels; the first step may stand in the line of its cycle."""
    names = {
        "en": (
            ["Cycle Index", "Chg. Cap.(mAh)", "DChg. Cap.(mAh)"],
            ["Step Index", "Step Number", "Step Type", "Step Time"],
        ),
        "zh": (["循环号", "充电容量(mAh)", "放电容量(mAh)"], ["工步号", "工步序号", "工步类型", "工步时间"]),
    }[language]
    record_names = [n for n in NEWARE_NAMES[language] if n not in (*names[0], *names[1])]
    keep = [i for i, n in enumerate(NEWARE_NAMES[language]) if n in record_names]
    lines = [names[0], ["", *names[1]], ["", "", *record_names]]
    r, cells = Rows(record, f"neware-{language}"), _neware_cells(record, language, signed=True, days="")
    for k in range(len(r)):
        new_cycle = k == 0 or r.cycle[k] != r.cycle[k - 1]
        step_line = [str(r.program[k]), str(r.step[k] + 1), r.label[k], "00:55:00"]
        if new_cycle:
            cycle_line = [str(r.cycle[k]), "1.0", "1.0"]
            lines.append([*cycle_line, *step_line] if joined and k == 0 else cycle_line)
        if (k == 0 or r.step[k] != r.step[k - 1]) and not (joined and k == 0):
            lines.append(["", *step_line])
        lines.append(["", "", *[cells[k][i] for i in keep]])
    return lines


def neware_levels(
    path: Path, record: Record, *, language: str = "en", encoding: str = "utf-8", joined: bool = True
) -> Path:
    """Cycle, step and record in three levels."""
    text = "\n".join(",".join(line) for line in levels(record, language=language, joined=joined)) + "\n"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[object]]], *, numbers: bool = True) -> Path:
    """A workbook; texts that are numbers are stored as numbers."""
    writer = pytest.importorskip("xlsxwriter")
    pytest.importorskip("fastexcel")
    with writer.Workbook(str(path), {"strings_to_numbers": numbers}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return path


def neware_xlsx(
    path: Path, record: Record, *, language: str = "en", split: int = 0, in_levels: bool = False
) -> Path:
    """Sheets test, cycle, step and record; or Detail sheets in parts of `split` rows; or one sheet in levels."""
    names, cells = NEWARE_NAMES[language], _neware_cells(record, language, signed=True, days="")
    about = [["Test information"], ["Barcode", "LATP-07", "Remarks", "20 uL, 5 MPa"], ["Start Time", date(0)]]
    if in_levels:
        return workbook(path, {"test": about, "data": levels(record, language=language)})
    if split:
        parts = [cells[i : i + split] for i in range(0, len(cells), split)]
        details = {f"Detail_1_1_{k + 1}": [names, *part] for k, part in enumerate(parts)}
        return workbook(path, {"Info": about, **details})
    cycles = [["Cycle Index", "Chg. Cap.(mAh)", "DChg. Cap.(mAh)"], ["1", "1", "1"], ["2", "1", "1"]]
    steps = [["Cycle Index", "Step Index", "Step Type", "Step Time"], ["1", "1", "CC Chg", "00:55:00"]]
    return workbook(path, {"test": about, "cycle": cycles, "step": steps, "record": [names, *cells]})


def neware_xlsx_times(path: Path, record: Record) -> Path:
    """Times as cells of time, dates as cells of date, texts within the sheet."""
    writer = pytest.importorskip("xlsxwriter")
    pytest.importorskip("fastexcel")
    names = NEWARE_NAMES["en"]
    r, cells = Rows(record, "neware-en"), _neware_cells(record, "en", signed=True, days="")
    with writer.Workbook(str(path), {"strings_to_numbers": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet("data")
        hours, day = (
            book.add_format({"num_format": "[h]:mm:ss"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        sheet.write_row(0, 0, names)
        for k, row in enumerate(cells):
            for j, cell in enumerate(row):
                if names[j] in ("Time", "Total Time"):
                    seconds = float((r.step_time if names[j] == "Time" else r.time)[k])
                    sheet.write_datetime(k + 1, j, dt.timedelta(seconds=seconds), hours)
                elif names[j] == "Date":
                    sheet.write_datetime(k + 1, j, STARTED + dt.timedelta(seconds=float(r.time[k])), day)
                else:
                    sheet.write(k + 1, j, cell)
    return path


LANDT_NAMES: Final = {
    "en": [
        "Index",
        "TestTime/Sec.",
        "StepTime/Sec.",
        "Voltage/V",
        "Current/mA",
        "Capacity/mAh",
        "SCapacity/mAh/g",
        "SysTime",
        "State",
    ],
    "clock": [
        "Index",
        "TestTime",
        "StepTime",
        "Voltage/V",
        "Current/mA",
        "Capacity/mAh",
        "SCapacity/mAh/g",
        "SysTime",
        "State",
    ],
    "zh": [
        "记录序号",
        "测试时间",
        "步骤时间",
        "电压/V",
        "电流/mA",
        "容量/mAh",
        "比容量/mAh/g",
        "系统时间",
        "状态",
    ],
}


def _landt_cells(record: Record, form: str, *, signed: bool) -> list[list[str]]:
    r = Rows(record, "landt")
    current = r.current if signed else np.abs(r.current)

    def time(x: float) -> str:
        return f"{x:g}" if form == "en" else clock(x, days="-")

    return [
        [
            str(k + 1),
            time(r.time[k]),
            time(r.step_time[k]),
            f"{r.voltage[k]:.9f}",
            f"{current[k] * 1e3:.7f}",
            f"{r.capacity[k] * 1e3:.9f}",
            "0.0",
            date(r.time[k]),
            r.label[k],
        ]
        for k in range(len(r))
    ]


def landt_text(
    path: Path,
    record: Record,
    *,
    form: str = "en",
    encoding: str = "utf-8",
    signed: bool = True,
    between: str = "\t",
) -> Path:
    """LAND text: `form` is a key of `LANDT_NAMES`."""
    lines = [LANDT_NAMES[form], *_landt_cells(record, form, signed=signed)]
    path.write_bytes(("\r\n".join(between.join(line) for line in lines) + "\r\n").encode(encoding))
    return path


def landt_xlsx(path: Path, record: Record, *, form: str = "en", blocks: bool = False) -> Path:
    """LAND workbook; in `blocks` each step has a line of its own and the names again above its rows."""
    cells = _landt_cells(record, form, signed=True)
    if not blocks:
        return workbook(path, {"Cycle": [["Cycle", "Charge"], [1, 2]], "Record": [LANDT_NAMES[form], *cells]})
    r, rows = Rows(record, "landt"), []
    for k in range(len(r)):
        if k == 0 or r.step[k] != r.step[k - 1]:
            rows += [
                ["Index", "Mode", "Period"],
                [str(r.step[k] + 1), r.label[k], "0-00:55:00"],
                LANDT_NAMES[form],
            ]
        rows.append(cells[k])
    return workbook(path, {"Record": rows})


def basytec(path: Path, record: Record, *, language: str = "en", decimal: str = ".") -> Path:
    """Basytec text: keys behind '~', names behind '~', values between tabs; German times in h."""
    r = Rows(record, f"basytec-{language}")
    german = language == "de"
    keys = [
        "~Resultfile from Basytec Battery Test System",
        "~Name of Test: ramp",
        "~Battery: LATP 7",
        f"~Start of Test: {date(0, '%d.%m.%Y %H:%M:%S')}",
        "~Operator (Test): Somebody",
        "~",
    ]
    unit = "h" if german else "s"
    names = [
        f"~{'Zeit' if german else 'Time'}[{unit}]",
        f"t-Step[{unit}]",
        "Line",
        "Befehl" if german else "Command",
    ]
    names += ["U[V]", "I[A]", "Ah[Ah]", "T1[°C]", "Cyc-Count", "State"]
    per = 3600.0 if german else 1.0
    rows = [
        [
            f"{r.time[k] / per:.9g}",
            f"{r.step_time[k] / per:.9g}",
            str(r.program[k]),
            r.label[k],
            f"{r.voltage[k]:.9g}",
            f"{r.current[k]:.9g}",
            f"{np.sign(r.current[k]) * r.capacity[k]:.9g}",
            "25.0",
            str(r.cycle[k]),
            "1",
        ]
        for k in range(len(r))
    ]
    body = ["\t".join(line).replace(".", decimal) for line in rows]
    path.write_bytes(("\r\n".join([*keys, "\t".join(names), *body]) + "\r\n").encode("cp1252"))
    return path
