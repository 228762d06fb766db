"""A laboratory's folder with declared truth: 6 coatings x 3 cells, two cyclers and an impedance instrument.

Everything that goes wrong in a laboratory is in it: a power cut and a restart, a change of channel and of cycler,
a loop of techniques, one measurement in two formats, an earlier export, a spectrum without a date, a clock that is
an hour off, a file with decimal commas, one in GBK, one without current, two running tests, a cell to be left out,
a broken file.
The truth is computed here from what is written, by hand, not by the package.
"""

from __future__ import annotations

import datetime as dt
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from interlayer.record import schema as s
from interlayer.record.record import Record
from tests.writers import mpr, mpt, samples, spectra

NOW = dt.datetime(2024, 11, 29, 18, 0, 0)
"""Moment at which the laboratory is looked at, on its own clock."""
COATINGS = ("bare", "CuF2", "LiF", "ZnO", "Al2O3", "PEO")
CURRENT_A = 7.85e-5
ROW_S = 600.0
FIRST_S = 10.0
"""Test time of the first row of each half-cycle."""
POINTS = 22
SPECTRUM_S = 2.0 * (POINTS - 1)
HOUR = 3600.0


@dataclass
class Truth:
    """What is right for one cell; times in h from its first row on."""

    label: str
    files: int = 0
    counted: int = 0
    under_test: float = 0.0
    wall: float = 0.0
    half_cycles: int = 0
    spectra: list[float] = field(default_factory=list)
    unplaced: int = 0
    gaps: list[tuple[float, float]] = field(default_factory=list)
    running: bool | None = False
    excluded: str = ""
    not_read: int = 0
    rows: int = 0
    short: str = "none"
    short_half_cycle: int | None = None


@dataclass
class Lab:
    """The folder, and what is true of it by label."""

    folder: Path
    now: dt.datetime
    truth: dict[str, Truth]
    text: bool

    @property
    def now_s(self) -> float:
        """Seconds since 1970, as this computer would take its clock."""
        return self.now.timestamp()


def cycling(
    half_cycles: int,
    resistance: float,
    seed: int,
    *,
    first_cycle: int = 1,
    short_h: float = np.inf,
    remains: float = 1.0,
) -> Record:
    """Strip and plate in turn, an hour each, through a resistor whose value drifts; 20 uV of noise.

    From `short_h` on, a metallic path beside it leaves `remains` of the resistance.
    """
    rng = np.random.default_rng(seed)
    inside = np.append(np.arange(FIRST_S, HOUR, ROW_S), HOUR)
    n = inside.size
    step = np.repeat(np.arange(half_cycles), n)
    time = step * HOUR + np.tile(inside, half_cycles)
    current = np.where(step % 2 == 0, CURRENT_A, -CURRENT_A)
    left = np.where(time > short_h * HOUR, remains, 1.0)
    voltage = current * resistance * left * (1 + time / (2000 * HOUR)) + rng.normal(0, 2e-5, time.size)
    charge = CURRENT_A * np.tile(inside, half_cycles) / HOUR
    table = pl.DataFrame(
        {
            s.TIME: time,
            s.VOLTAGE: voltage,
            s.CURRENT: current,
            s.STEP: step,
            s.CYCLE: step // 2 + first_cycle,
            s.TEMPERATURE: np.full(time.size, 25.0),
            s.CHARGE_CAPACITY: np.where(current > 0, charge, 0.0),
            s.DISCHARGE_CAPACITY: np.where(current < 0, charge, 0.0),
        }
    )
    return Record(table=table, provenance=samples.SIMULATED, label="made")


def span_h(record: Record) -> float:
    """From the first to the last row, h."""
    time = record.table[s.TIME]
    return (time[-1] - time[0]) / HOUR


# --- writers with a start of their own -------------------------------------------------------------------


def write_mpt(
    path: Path,
    record: Record,
    start: dt.datetime,
    *,
    decimal: str = ".",
    columns: Sequence[str] | None = None,
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    mpt.write_mpt(path, record, decimal=decimal, columns=columns)
    was = f"{mpt.STARTED:%m/%d/%Y %H:%M:%S}.{mpt.STARTED.microsecond // 1000:03d}"
    text = path.read_bytes().replace(was.encode(), f"{start:%m/%d/%Y %H:%M:%S}.000".encode())
    path.write_bytes(text)
    return changed(path, record, start)


def write_mpr(path: Path, record: Record, start: dt.datetime) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    mpr.write_mpr(path, record, mpr.CYCLING)
    was, now = (struct.pack("<d", _ole(x)) for x in (mpt.STARTED.replace(tzinfo=None), start))
    data = path.read_bytes()
    assert data.count(was) == 1
    path.write_bytes(data.replace(was, now))
    return changed(path, record, start)


def _ole(moment: dt.datetime) -> float:
    return (moment - dt.datetime(1899, 12, 30)).total_seconds() / 86400


def write_gamry(path: Path, start: dt.datetime, scale: float, *, dated: bool = True) -> Path:
    """A spectrum of the impedance instrument."""
    path.parent.mkdir(parents=True, exist_ok=True)
    f, z = spectra.sample(POINTS)
    spectra.gamry(path, f, z * scale)
    text = path.read_bytes()
    if dated:
        text = text.replace(b"11/20/2024", f"{start:%m/%d/%Y}".encode()).replace(
            b"11:38:41", f"{start:%H:%M:%S}".encode()
        )
    else:
        text = b"\r\n".join(line for line in text.split(b"\r\n") if not line.startswith((b"DATE", b"TIME")))
    path.write_bytes(text)
    os.utime(path, (start.timestamp() + 60, start.timestamp() + 60))
    return path


def write_csv(path: Path, record: Record, start: dt.datetime, kind: str) -> Path:
    """A text of a cycler: 'csv' (English), 'csv-german' (decimal comma), 'csv-gbk' (Chinese), 'csv-voltage'."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = record.table
    moments = [start + dt.timedelta(seconds=x) for x in table[s.TIME]]
    stamps = [f"{m:%Y-%m-%d %H:%M:%S}.{m.microsecond // 1000:03d}" for m in moments]
    time = [f"{x:.1f}" for x in table[s.TIME]]
    voltage = [f"{x:.6f}" for x in table[s.VOLTAGE]]
    current = [f"{x * 1e3:.5f}" for x in table[s.CURRENT]]
    step = [str(x + 1) for x in table[s.STEP]]
    cycle = [str(x) for x in table[s.CYCLE]]
    names, encoding, comma = {
        "csv": (("Date Time", "Test Time(s)", "Voltage(V)", "Current(mA)", "Step", "Cycle"), "utf-8", False),
        "csv-german": (
            ("Datum", "Testzeit/s", "Spannung/V", "Strom/mA", "Schritt", "Zyklus"),
            "cp1252",
            True,
        ),
        "csv-gbk": (("系统时间", "测试时间/s", "电压/V", "电流/mA", "工步号", "循环号"), "gbk", False),
        "csv-voltage": (("Test Time(s)", "Voltage(V)"), "utf-8", False),
    }[kind]
    columns = [time, voltage] if kind == "csv-voltage" else [stamps, time, voltage, current, step, cycle]
    mark = ";" if comma else ","
    lines = [mark.join(names)]
    lines += [
        mark.join(x.replace(".", ",") if comma else x for x in row) for row in zip(*columns, strict=True)
    ]
    path.write_bytes("\r\n".join(lines).encode(encoding) + b"\r\n")
    return changed(path, record, start)


def changed(path: Path, record: Record, start: dt.datetime) -> Path:
    """Give a file the time of its last row."""
    last = (start + dt.timedelta(seconds=record.table[s.TIME][-1])).timestamp()
    os.utime(path, (last, last))
    return path


# --- the folder ------------------------------------------------------------------------------------------


def write_lab(folder: Path, *, now: dt.datetime = NOW, text: bool = True) -> Lab:
    """Write the folder.

    Parameters
    ----------
    folder : Path
    now : datetime
        Moment at which it is looked at: two tests run until half an hour before.
    text : bool
        Write the texts of cyclers (CSV); without, the same data as exports of EC-Lab.
    """
    lab = Lab(folder, now, {}, text)
    days = [dt.timedelta(days=d) for d in range(30)]
    begin = now.replace(hour=9, minute=0, second=0) - days[9]
    for number, coating in enumerate(COATINGS):
        for one in (1, 2, 3):
            label = f"{coating}-{one}"
            if label in SPECIAL:
                SPECIAL[label](lab, label, begin + dt.timedelta(minutes=7 * number), 100 * number + one)
            else:
                plain(lab, label, begin + dt.timedelta(minutes=7 * number), 100 * number + one)
    (folder / "cycler-A" / "broken.mpt").write_bytes(
        b"EC-Lab ASCII FILE\r\nNb header lines : 60\r\n\r\nChronopot"
    )
    (folder / "thesis.docx").write_bytes(b"mine")
    assert len(lab.truth) == 18
    return lab


def cycler_a(lab: Lab, name: str) -> Path:
    return lab.folder / "cycler-A" / name


def cycler_b(lab: Lab, name: str, record: Record, start: dt.datetime, kind: str = "csv") -> Path:
    """A file of the second cycler: text, or, where that is not wanted, EC-Lab's with the same content."""
    if lab.text:
        return write_csv(lab.folder / "cycler-B" / f"{name}.csv", record, start, kind)
    path = lab.folder / "cycler-B" / f"{name}.mpt"
    columns = ("time/s", "Ewe/V") if kind == "csv-voltage" else None
    return write_mpt(path, record, start, decimal="," if kind == "csv-german" else ".", columns=columns)


def eis(lab: Lab, label: str, tag: str, start: dt.datetime, scale: float, *, dated: bool = True) -> Path:
    return write_gamry(lab.folder / "impedance" / f"{label}_EIS_{tag}.DTA", start, scale, dated=dated)


def around(
    lab: Lab, label: str, begin: dt.datetime, end_h: float, truth: Truth, *, last: float = 1.4
) -> None:
    """A spectrum two hours before the first row of cycling and one, `last` times it, an hour after the last row."""
    first = begin + dt.timedelta(seconds=FIRST_S)
    before = first - dt.timedelta(hours=2)
    after = first + dt.timedelta(hours=end_h + 1)
    eis(lab, label, "0h", before, 1.0)
    eis(lab, label, "end", after, last)
    truth.files += 2
    truth.counted += 2
    # Gamry's first point stands at 1 s.
    truth.spectra += [0.0, end_h + 3]
    truth.under_test += 2 * SPECTRUM_S / HOUR
    truth.wall += 3 + SPECTRUM_S / HOUR
    truth.gaps = [(b + 2 - 1 / HOUR, g) for b, g in truth.gaps]
    truth.gaps = [
        (SPECTRUM_S / HOUR, 2 - (1 + SPECTRUM_S) / HOUR),
        *truth.gaps,
        (end_h + 2 - 1 / HOUR, 1 + 1 / HOUR),
    ]


def plain(lab: Lab, label: str, begin: dt.datetime, seed: int) -> Truth:
    """Ten cycles on cycler A, a spectrum before and after."""
    record = cycling(20, 500.0, seed)
    write_mpt(cycler_a(lab, f"{label}_01_CP_C{seed % 16:02d}.mpt"), record, begin)
    truth = Truth(label, 1, 1, span_h(record), span_h(record), 20, rows=len(record.table))
    around(lab, label, begin, span_h(record), truth)
    return lab.truth.setdefault(label, truth)


def _shorted(
    lab: Lab, label: str, begin: dt.datetime, seed: int, kind: str, hour: float, remains: float
) -> None:
    """Ten cycles on cycler A; a short begins in the middle of a half-cycle and stays, in the last spectrum too."""
    record = cycling(20, 500.0, seed, short_h=hour, remains=remains)
    write_mpt(cycler_a(lab, f"{label}_01_CP_C{seed % 16:02d}.mpt"), record, begin)
    truth = Truth(label, 1, 1, span_h(record), span_h(record), 20, rows=len(record.table))
    truth.short, truth.short_half_cycle = kind, int(hour)
    around(lab, label, begin, span_h(record), truth, last=remains)
    lab.truth[label] = truth


def soft(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """Two fifths of the resistance remain from 12.45 h on."""
    _shorted(lab, label, begin, seed, "soft", 12.45, 0.4)


def hard(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """A hundredth of the resistance remains from 7.55 h on: 5 ohm."""
    _shorted(lab, label, begin, seed, "hard", 7.55, 0.01)


def restarted(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """A power cut after 7 half-cycles and a bit: the file ends in the middle of a row; 5.5 h later it goes on."""
    one, two = cycling(7, 520.0, seed), cycling(8, 520.0, seed + 50)
    path = write_mpt(cycler_a(lab, f"{label}_01_CP_C01.mpt"), one, begin)
    path.write_bytes(path.read_bytes() + b"\r\n1\t1\t7\t2.521")
    changed(path, one, begin)
    again = begin + dt.timedelta(hours=7 + 5.5)
    write_mpt(cycler_a(lab, f"{label}_restart_01_CP_C01.mpt"), two, again)
    end = 7 + 5.5 + 8 - FIRST_S / HOUR
    truth = Truth(label, 2, 2, span_h(one) + span_h(two), end, 15, rows=len(one.table) + len(two.table))
    truth.gaps = [(span_h(one), 5.5 + FIRST_S / HOUR)]
    around(lab, label, begin, end, truth)
    lab.truth[label] = truth


def other_channel(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """Moved from channel 1 to channel 7 within 20 minutes, and from there to cycler B a day later."""
    one, two, three = cycling(6, 480.0, seed), cycling(4, 480.0, seed + 50), cycling(6, 480.0, seed + 60)
    write_mpt(cycler_a(lab, f"{label}_01_CP_C01.mpt"), one, begin)
    write_mpt(cycler_a(lab, f"{label}_02_CP_C07.mpt"), two, begin + dt.timedelta(hours=6, minutes=20))
    cycler_b(lab, f"{label}_part2", three, begin + dt.timedelta(hours=6 + 1 / 3 + 4 + 24))
    end = 6 + 1 / 3 + 4 + 24 + 6 - FIRST_S / HOUR
    truth = Truth(label, 3, 3, sum(map(span_h, (one, two, three))), end, 16)
    truth.rows = sum(len(x.table) for x in (one, two, three))
    truth.gaps = [
        (span_h(one), 1 / 3 + FIRST_S / HOUR),
        (6 + 1 / 3 + 4 - FIRST_S / HOUR, 24 + FIRST_S / HOUR),
    ]
    around(lab, label, begin, end, truth)
    lab.truth[label] = truth


def running(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """Under current until half an hour ago; on cycler A the first cell, on cycler B the second."""
    record = cycling(30, 300.0, seed)
    start = lab.now - dt.timedelta(hours=30.5)
    if label.endswith("1"):
        write_mpt(cycler_a(lab, f"{label}_01_CP_C03.mpt"), record, start)
    else:
        cycler_b(lab, label, record, start)
    lab.truth[label] = Truth(
        label, 1, 1, span_h(record), span_h(record), 30, running=True, rows=len(record.table)
    )


def twice(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """EC-Lab's own file and its text export of the same measurement."""
    record = cycling(20, 510.0, seed)
    write_mpr(cycler_a(lab, f"{label}_01_CP_C04.mpr"), record, begin)
    write_mpt(cycler_a(lab, f"{label}_01_CP_C04.mpt"), record, begin)
    truth = Truth(label, 2, 1, span_h(record), span_h(record), 20, rows=len(record.table))
    around(lab, label, begin, span_h(record), truth)
    lab.truth[label] = truth


def exported_early(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """Exported on Monday, and again when it was done: the first file is the beginning of the second."""
    record = cycling(24, 505.0, seed)
    part = record.with_(table=record.table.head(60))
    write_mpt(cycler_a(lab, f"monday/{label}_01_CP_C05.mpt"), part, begin)
    write_mpt(cycler_a(lab, f"{label}_01_CP_C05.mpt"), record, begin)
    truth = Truth(label, 2, 1, span_h(record), span_h(record), 24, rows=len(record.table))
    around(lab, label, begin, span_h(record), truth)
    lab.truth[label] = truth


def loop(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """EC-Lab's loop: three times two half-cycles and a spectrum; one file a technique, all with the same start."""
    record = cycling(6, 495.0, seed)
    pause = 600.0
    moved = record.table.with_columns(pl.col(s.TIME) + (pl.col(s.STEP) // 2).cast(pl.Float64) * pause)
    f, z = spectra.sample(POINTS)
    parts = []
    for k in range(3):
        at = (k + 1) * 2 * HOUR + k * pause + 60
        parts.append(
            pl.DataFrame(
                {
                    s.TIME: at + 2.0 * np.arange(POINTS),
                    s.SPECTRUM: np.full(POINTS, k),
                    s.FREQUENCY: f,
                    s.Z_REAL: z.real * (1 + 0.1 * k),
                    s.Z_IMAG: z.imag * (1 + 0.1 * k),
                    s.VOLTAGE: np.full(POINTS, 1e-3),
                    s.CURRENT: np.full(POINTS, 1e-6),
                    s.STEP: np.full(POINTS, 0),
                    s.CYCLE: np.full(POINTS, k + 1),
                }
            )
        )
    spectrum = Record(table=pl.concat(parts), provenance=samples.SIMULATED)
    cycled = record.with_(table=moved)
    write_mpt(cycler_a(lab, f"{label}_01_CP_C06.mpt"), cycled, begin)
    write_mpt(cycler_a(lab, f"{label}_02_PEIS_C06.mpt"), spectrum, begin)
    last = parts[-1][s.TIME][-1]
    truth = Truth(label, 2, 2, (last - FIRST_S) / HOUR, (last - FIRST_S) / HOUR, 6, rows=len(moved))
    # The file of cycling spans the pauses of the loop, so that the line has one gap: before the last spectrum.
    truth.under_test = (last - FIRST_S) / HOUR
    truth.spectra = [(p[s.TIME][0] - FIRST_S) / HOUR for p in parts]
    lab.truth[label] = truth


def dateless(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """As a plain cell, and a third spectrum whose file has lost its date."""
    truth = plain(lab, label, begin, seed)
    eis(lab, label, "after_formation", begin, 1.2, dated=False)
    truth.files += 1
    truth.counted += 1
    truth.unplaced = 1


def clock_off(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """A spectrum during the rest after the fourth half-cycle, on a clock that is one hour behind."""
    one, two = cycling(4, 500.0, seed), cycling(4, 500.0, seed + 50)
    write_mpt(cycler_a(lab, f"{label}_01_CP_C08.mpt"), one, begin)
    write_mpt(cycler_a(lab, f"{label}_02_CP_C08.mpt"), two, begin + dt.timedelta(hours=5.0))
    true_start = begin + dt.timedelta(hours=4.25)
    eis(lab, label, "4h", true_start - dt.timedelta(hours=1), 1.2)
    end = 9.0 - FIRST_S / HOUR
    at = 4.25 + (1 - FIRST_S) / HOUR
    truth = Truth(label, 3, 3, span_h(one) + span_h(two) + SPECTRUM_S / HOUR, end, 8, [at])
    truth.rows = len(one.table) + len(two.table)
    truth.gaps = [(span_h(one), at - span_h(one)), (at + SPECTRUM_S / HOUR, 5.0 - at - SPECTRUM_S / HOUR)]
    lab.truth[label] = truth


def comma(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """Exported with decimal commas."""
    _text(lab, label, begin, seed, "csv-german")


def chinese(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """Exported in GBK, with Chinese headings."""
    _text(lab, label, begin, seed, "csv-gbk")


def _text(lab: Lab, label: str, begin: dt.datetime, seed: int, kind: str) -> None:
    record = cycling(20, 515.0, seed)
    cycler_b(lab, label, record, begin, kind)
    truth = Truth(label, 1, 1, span_h(record), span_h(record), 20, rows=len(record.table))
    around(lab, label, begin, span_h(record), truth)
    lab.truth[label] = truth


def voltage_only(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """Time and voltage, no current; in a text also no date."""
    record = cycling(10, 500.0, seed)
    cycler_b(lab, label, record, begin, "csv-voltage")
    lab.truth[label] = Truth(label, 1, 1, span_h(record), span_h(record), 0, rows=len(record.table))


def left_out(lab: Lab, label: str, begin: dt.datetime, seed: int) -> None:
    """As a plain cell; its pellet broke when it was taken out."""
    plain(lab, label, begin, seed).excluded = "pellet broke"


SPECIAL = {
    "bare-1": restarted,
    "bare-2": other_channel,
    "bare-3": hard,
    "CuF2-1": running,
    "CuF2-2": running,
    "LiF-1": twice,
    "LiF-2": exported_early,
    "LiF-3": loop,
    "ZnO-1": dateless,
    "ZnO-2": soft,
    "ZnO-3": clock_off,
    "Al2O3-1": comma,
    "Al2O3-2": chinese,
    "PEO-1": voltage_only,
    "PEO-3": left_out,
}


def add_a_day(lab: Lab) -> Path:
    """Go on with the first running test for a day: its file grows."""
    label = "CuF2-1"
    start = lab.now - dt.timedelta(hours=30.5)
    longer = cycling(54, 300.0, 101)
    path = write_mpt(cycler_a(lab, f"{label}_01_CP_C03.mpt"), longer, start)
    lab.now += dt.timedelta(days=1)
    truth = lab.truth[label]
    truth.under_test = truth.wall = span_h(longer)
    truth.half_cycles, truth.rows = 54, len(longer.table)
    return path


def fill_in(table: Path, lab: Lab, read: object = None) -> None:
    """Type into the table what a person knows: group, diameter, electrolyte, coating; one cell out; one clock."""
    from interlayer.lab.sheet import read_sheet, write_sheet

    sheet = read_sheet(table)
    at = {name: k for k, name in enumerate(sheet.headings)}
    for row in sheet.rows:
        label = row[at["label"]]
        if not label:
            continue
        row[at["group"]] = label.rpartition("-")[0]
        row[at["diameter"]] = "10 mm"
        row[at["electrolyte"]], row[at["thickness"]] = "LATP", "0.7 mm"
        coating = label.rpartition("-")[0]
        row[at["coating"]] = coating
        if coating != "bare":
            row[at["coating_thickness"]] = "15 um"
        if lab.truth[label].excluded:
            row[at["exclude"]], row[at["exclude_reason"]] = "yes", lab.truth[label].excluded
            row[at["exclude_by"]], row[at["exclude_on"]] = "AB", "2024-11-30"
        if label == "ZnO-3":
            row[at["clock_offset"]] = "*.DTA: +1 h"
    write_sheet(table, sheet)
