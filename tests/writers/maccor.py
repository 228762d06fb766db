"""Maccor's text exports, in several dialects, and Novonix's, of any record."""

from __future__ import annotations

import datetime as dt

from interlayer.record import schema as s

START = dt.datetime(2024, 3, 15, 8, 30)


def _states(record):
    current = record.cycling[s.CURRENT].to_list()
    return ["C" if i > 0 else "D" if i < 0 else "R" for i in current]


def _points(record):
    """Time, time within the step, step, cycle, |I|, V, capacity of the step, state, clock."""
    first: dict[int, float] = {}
    for row, state in zip(record.cycling.iter_rows(named=True), _states(record), strict=True):
        time = row[s.TIME]
        within = time - first.setdefault(row[s.STEP], time)
        charge = row[s.CHARGE_CAPACITY] + row[s.DISCHARGE_CAPACITY]
        clock = START + dt.timedelta(seconds=time)
        yield (
            time,
            within,
            row[s.STEP] + 1,
            row[s.CYCLE],
            abs(row[s.CURRENT]),
            row[s.VOLTAGE],
            charge,
            state,
            clock,
        )


def write_minutes(path, record, *, clock: bool = True):
    """Tabs, facts above, time in minutes without a unit, states in Md, a tab at the end of each line."""
    lines = [
        "Name:\tcell 7.001",
        "Tester\tMaccor #4",
        f"Started\t{START:%m/%d/%Y %I:%M:%S %p}",
        "",
        "Rec\tCycle P\tCycle C\tStep\tTestTime\tStepTime\tCap. [Ah]\tCurrent [A]\tVoltage [V]\tMd"
        + ("\tDPT Time" if clock else "")
        + "\t",
        "",
    ]
    for i, (t, w, step, cycle, amps, volts, charge, state, moment) in enumerate(_points(record), start=1):
        when = f"\t{moment:%m/%d/%Y %I:%M:%S %p}" if clock else ""
        times = f"{t / 60:.6f}\t{w / 60:.6f}"
        measured = f"{charge:.10f}\t{amps:.10f}\t{volts:.7f}\t{state}"
        lines.append(f"{i}\t0\t{cycle}\t{step}\t{times}\t{measured}{when}\t")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))
    return path


def write_seconds(path, record):
    """Commas, units in the names, time in seconds, months by name, signed by a column State."""
    lines = [
        "Today's Date ,15-Mar-24",
        f"Date of Test:,{START:%d-%b-%y %I:%M:%S %p}",
        "Rec#,Cyc#,Step,Test (Sec),Step (Sec),Amp-hr,Watt-hr,Amps,Volts,State,ES,DPT Time",
    ]
    for i, (t, w, step, cycle, amps, volts, charge, state, moment) in enumerate(_points(record), start=1):
        when = f"{moment:%d-%b-%y %I:%M:%S %p}"
        lines.append(f"{i},{cycle},{step},{t!r},{w!r},{charge!r},0,{amps!r},{volts!r},{state},1,{when}")
    path.write_text("\n".join(lines) + "\n")
    return path


def write_durations(path, record):
    """Tabs, times as days and clock, no clock column."""
    lines = ["Rec#\tCyc#\tStep\tTest Time\tStep Time\tAmp-hr\tAmps\tVolts\tState"]
    for i, (t, w, step, cycle, amps, volts, charge, state, _) in enumerate(_points(record), start=1):
        total, within = (
            f"{int(x // 86400)}d {int(x % 86400 // 3600):02d}:{int(x % 3600 // 60):02d}:{x % 60:05.2f}"
            for x in (t, w)
        )
        lines.append(f"{i}\t{cycle}\t{step}\t{total}\t{within}\t{charge!r}\t{amps!r}\t{volts!r}\t{state}")
    path.write_text("\n".join(lines) + "\n")
    return path


def write_novonix(path, record):
    """Blocks [Summary], [Protocol], [Data]; times in hours, current signed."""
    lines = [
        "[Summary]",
        "Novonix UHPC data file",
        "Novonix",
        "Channel: 01",
        "Serial Number: 1234",
        "Description: as built",
        "Area (cm2): 0.785",
        f"Started: {START:%Y-%m-%d %H:%M:%S}",
        "[End Summary]",
        "[Protocol]",
        '{"Version":"x","ProtocolStepList":[]}',
        "[End Protocol]",
        "[Data]",
        "Date and Time,Cycle Number,Step Type,Run Time (h),Step Time (h),Current (A),Potential (V),Capacity (Ah),"
        "Temperature (°C),Step Number",
    ]
    signs = record.cycling[s.CURRENT].to_list()
    points = zip(_points(record), signs, strict=True)
    for (t, w, step, cycle, _, volts, charge, _, moment), amps in points:
        when = f"{moment:%Y-%m-%d %H:%M:%S}"
        lines.append(
            f"{when},{cycle},1,{t / 3600:.7f},{w / 3600:.7f},{amps!r},{volts!r},{charge!r},25.0,{step}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
