"""Writes one spectrum in the form of each instrument or program that the readers know.

Written from the look of real files and from published descriptions; every writer takes frequencies (Hz) and
impedances (ohm, Im < 0 for a capacitor) and turns signs and units as its format does.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from tests.writers.samples import impedance

STARTED: Final = (2024, 11, 20, 11, 38, 41)
"""Start of every written measurement on the clock of its computer: 20 November, so that no order is unclear."""
UTC_S: Final = 1732102721.0
"""The same moment in seconds since 1970."""
BIAS_V: Final = 0.0125
AREA_CM2: Final = 0.785


def sweep(points: int = 22, high: float = 6.0, low: float = -1.0) -> np.ndarray:
    """Falling logarithmic sweep, Hz."""
    return np.logspace(high, low, points)


def sample(points: int = 22) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and the closed form R + (R || C) at them."""
    frequency = sweep(points)
    return frequency, impedance(frequency)


def _rows(columns: Iterable[Sequence[float]], between: str, form: str = "{:.6E}") -> list[str]:
    return [between.join(form.format(v) for v in row) for row in zip(*columns, strict=True)]


def gamry(
    path: Path,
    f: np.ndarray,
    z: np.ndarray,
    *,
    aborted: bool = False,
    decimal: str = ".",
    curve: str = "ZCURVE",
) -> Path:
    """Gamry .DTA: parameters 'TAG TYPE value', an open-circuit curve, then the impedance curve."""
    lines = [
        "EXPLAIN",
        "TAG\tEISPOT",
        "TITLE\tLABEL\tPotentiostatic EIS\tTest &Identifier",
        "DATE\tLABEL\t11/20/2024\tDate",
        "TIME\tLABEL\t11:38:41\tTime",
        "NOTES\tNOTES\t1\t&Notes...",
        "\tpellet 3",
        "PSTAT\tPSTAT\tREF600-99999\tPotentiostat",
        f"VDC\tPOTEN\t{BIAS_V:.5E}\tF\tDC &Voltage (V)",
        "VAC\tQUANT\t1.00000E+001\tAC &Voltage (mV rms)",
        f"AREA\tQUANT\t{AREA_CM2:.5E}\t&Area (cm^2)",
        "OCVCURVE\tTABLE\t2",
        "\tPt\tT\tVf\tVm\tAch\tOver\tTemp",
        "\t#\ts\tV vs. Ref.\tV\tV\tbits\tdeg C",
        "\t0\t0.25\t2.0E-001\t2.0E-001\t1.0E-003\t..........a\t-327.67",
        "\t1\t0.50\t2.0E-001\t2.0E-001\t1.0E-003\t..........a\t-327.67",
        "EOC\tQUANT\t0.2000000\tOpen Circuit (V)",
        "PSTATSERIALNO\tLABEL\t99999\tPstat Serial Number",
        "CONVENTION\tIQUANT\t1\tCurrent Convention",
        f"{curve}\tTABLE",
        "\tPt\tTime\tFreq\tZreal\tZimag\tZsig\tZmod\tZphz\tIdc\tVdc\tIERange",
        "\t#\ts\tHz\tohm\tohm\tV\tohm\t°\tA\tV\t#",
    ]
    for i, (x, y) in enumerate(zip(f, z, strict=True)):
        values = (x, y.real, y.imag, 1, abs(y), np.degrees(np.angle(y)), 1e-9, BIAS_V)
        lines.append(f"\t{i}\t{2 * i + 1}\t" + "\t".join(f"{v:.7g}" for v in values) + "\t7")
    if aborted:
        lines.append("EXPERIMENTABORTED\tTOGGLE\tT\tExperiment Aborted")
    text = "\r\n".join(lines)
    path.write_bytes((text.replace(".", decimal) if decimal != "." else text).encode("latin-1") + b"\r\n")
    return path


def zplot(
    path: Path, f: np.ndarray, z: np.ndarray, *, comments: bool = True, announced: int | None = None
) -> Path:
    """ZPlot .z, the newer form with comments or the older quoted one."""
    count = len(f) if announced is None else announced
    zero, time = np.zeros(len(f)), 2.5 + np.arange(len(f))
    columns = (f, zero + 0.01, zero + BIAS_V, time, z.real, z.imag, zero)
    if comments:
        lines = [
            "ZPLOT2 ASCII",
            "  Measured Data, ZPlot:       3.2c",
            "  Date:                       11-20-2024",
            "  Time:                       11:38:41",
            "  Open Circuit Potential (V): 0.2",
            f"    Potential-DC:             {BIAS_V}",
            f"    Surface Area:             {AREA_CM2}",
            f"  Data Points:                {count}",
            "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange",
            "End Comments",
        ]
        rows = [row + "\t0\t3" for row in _rows(columns, "\t")]
    else:
        lines = [
            '"ZPlotW Data File: Version 3.2c"',
            '"Raw Data"',
            '"Sweep Frequency: Control Voltage"',
            "Date: 11-20-2024    Time: 11:38:41",
            "pellet 3",
            '"Open Circuit Potential (V):  0.2 "',
            '"Frequency"',
            "0,3,0,1,300000,0.005",
            str(count),
            "\"  Freq(Hz)    Ampl     Bias   Time(Sec)   Z'(a)    Z''(b)    GD   Err   Range\"",
        ]
        rows = [row + ", 0, 5" for row in _rows(columns, ", ")]
    path.write_text("\n".join([*lines, *rows]) + "\n", newline="")
    return path


def ism(path: Path, f: np.ndarray, z: np.ndarray, *, tracks: bool = True) -> Path:
    """Zahner .ism: six-byte counts, arrays of big-endian doubles, texts with exchanged case, settings, tracks."""
    seconds = (np.datetime64("2024-11-20T11:38:41") - np.datetime64("1980-01-01T00:00:00")) / np.timedelta64(
        1, "s"
    )
    count = len(f)
    parts = [
        (-2).to_bytes(4, "big", signed=True).rjust(6, b"\0"),
        (count - 1).to_bytes(6, "big"),
        *(
            np.asarray(a, dtype=">f8").tobytes()
            for a in (f, np.abs(z), np.angle(z), seconds + np.arange(count))
        ),
        np.full(count, 999, dtype=">i2").tobytes(),
    ]
    texts = ("201124", "pellet 3", "12.5mV, Ampl: 10mV", "1.5nA", "25.0+-0.1C", "11:38:41 - 11:39:03")
    for text in (*texts, "first line", "", "", "", "0.785", ""):
        raw = text.swapcase().encode("latin-1")
        parts.append(struct.pack(">h", len(raw)) + raw)
    settings = np.zeros(32, dtype=">f8")
    settings[27] = 32944 if tracks else 0
    parts += [struct.pack(">h", 864 if tracks else 256), settings.tobytes()]
    if tracks:
        parts.append(
            np.column_stack([np.full(count, BIAS_V), np.full(count, 1.5e-9)]).astype(">f8").tobytes()
        )
    path.write_bytes(b"".join(parts))
    return path


def par(path: Path, f: np.ndarray, z: np.ndarray, *, ended: bool = True) -> Path:
    """VersaStudio .par: sections in angle brackets."""
    lines = [
        "<Application>",
        "Name=VersaStudio",
        "Version=2.52.3.0",
        "</Application>",
        "<Action0>",
        "Measured Open Circuit=200.000 mV",
        f"Working Electrode Area (cm2)={AREA_CM2}",
        "Name=Common",
        "</Action0>",
        "<Instrument>",
        "Type=VersaSTAT4",
        "SN=99999999",
        "</Instrument>",
        "<Experiment>",
        "TimeAcquired=11:38:41 AM",
        "DateAcquired=Wednesday, November 20, 2024",
        "</Experiment>",
        "<Action1>",
        "Name=Potentiostatic EIS",
        "</Action1>",
        "<Segment1>",
        "Type=2",
        "Definition=Segment #, Point #, E(V), I(A), Elapsed Time(s), Frequency(Hz), Z Real, Z Imag, ActionId, 0",
    ]
    for i, (x, y) in enumerate(zip(f, z, strict=True)):
        lines.append(f"0,{i},{BIAS_V},1.5E-09,{2.0 * i},{x:.7G},{y.real:.7G},{y.imag:.7G},21")
    if ended:
        lines.append("</Segment1>")
    path.write_bytes("\r\n".join(lines).encode() + b"\r\n")
    return path


def pssession(
    path: Path,
    scans: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    lower: bool = False,
    impedance_too: bool = True,
) -> Path:
    """PalmSens session: JSON in UTF-16; several scans become sub-scans of one measurement."""

    def array(kind: int, name: str, unit: str, quantity: str, values: Iterable[float]) -> dict:
        return {
            "Type": "PalmSens.Data.DataArray",
            "ArrayType": kind,
            "Description": name,
            "Unit": {"Type": f"PalmSens.Units.{unit}", "S": "", "Q": quantity, "A": ""},
            "DataValues": [{"V": float(v), "S": 2} for v in values],
        }

    def dataset(f: np.ndarray, z: np.ndarray) -> dict:
        values = [
            array(1, "potential", "Volt", "Potential", np.full(len(f), BIAS_V)),
            array(2, "Idc", "MicroAmpere", "Current", np.full(len(f), 1.5e-3)),
            array(0, "time", "Time", "Time", np.zeros(len(f))),
            array(5, "Frequency", "Hertz", "Frequency", f),
            array(7, "ZRe", "ZRe", "Z'", z.real),
            array(8, "ZIm", "ZIm", "-Z''", -z.imag),
        ]
        return {"Type": "PalmSens.Data.DataSetEIS", "Values": values}

    parts = [{"Title": f"E={i}", "DataSet": dataset(f, z)} for i, (f, z) in enumerate(scans)]
    data: dict = dict(parts[0]) if len(parts) == 1 else {"SubScans": parts}
    data["Title"] = "CH 7: scan"
    measurement = {
        "Title": "Impedance Spectroscopy",
        "UTCTimeStamp": int(UTC_S * 1e7) + 621355968000000000,
        "DeviceSerial": "ES4HR99",
        "Method": "#PSTrace\r\nMETHOD_ID=eis\r\nAMPLITUDE=1.0E-002\r\nAREA=0.0\r\nE=1.25E-002\r\n",
        "EISDataList": [data] if impedance_too else [],
    }
    session: object = {
        "Type": "PalmSens.DataFiles.SessionFile",
        "CoreVersion": "5.11",
        "Measurements": [measurement],
    }

    def lowered(value: object) -> object:
        if isinstance(value, dict):
            return {k.lower(): lowered(v) for k, v in value.items()}
        return [lowered(v) for v in value] if isinstance(value, list) else value

    text = json.dumps(lowered(session) if lower else session)
    path.write_bytes((text + "\ufeff").encode("utf-16"))
    return path


def ivium(
    path: Path,
    scans: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    decimal: str = ".",
    technique: str = "Impedance",
    announced: int | None = None,
) -> Path:
    """Ivium .idf, or .ids with several tables: stray control bytes, 'primary_data', counts, rows Z' Z'' f."""
    lines = ["\x1c\x00QR=QR", "\x00"]
    for i, (f, z) in enumerate(scans):
        lines += [f"Title=scan {i + 1}", f"Technique={technique}", "Method=Constant E"]
        lines += ["starttime=20/11/2024 11:38:41", "\x1eprimary_data", "3", str(announced or len(f))]
        lines += [row.replace(".", decimal) for row in _rows((z.real, z.imag, f), "  ", "{:.8E}")]
    path.write_bytes("\r\n".join(lines).encode("latin-1") + b"\r\n")
    return path


def dfr(path: Path, f: np.ndarray, z: np.ndarray, *, announced: int | None = None) -> Path:
    """Eco Chemie .dfr: one number a line, nine a point, -Z''."""
    lines = ["version8.0", str(announced or len(f)), "0"]
    for i, (x, y) in enumerate(zip(f, z, strict=True)):
        point = (x, y.real, -y.imag, BIAS_V, 1.5e-9, 2.0 * i, 0, 0, 0)
        lines += [f"{v:.8E}" for v in point]
    path.write_text("\n".join([*lines, "end"]) + "\n")
    return path


def p00(path: Path, f: np.ndarray, z: np.ndarray, *, announced: int | None = None) -> Path:
    """Eco Chemie .P00: names with -Z'', the number of points, rows between tabs."""
    lines = [
        "Procedure : pellet 3",
        "20.11.2024 11:38:41 - 20.11.2024 11:39:25 i(init)= 1.5nA - i(end)= 1.5nA",
        "Description",
        "t =  44 s",
        " f/Hz       \t Z'/Ohm     \t -Z''/Ohm   \t time/s    \t Edc/V     \t Idc/A     \t",
        f" {announced or len(f)} ",
    ]
    same = np.ones(len(f))
    rows = _rows((f, z.real, -z.imag, 44 * same, BIAS_V * same, 1.5e-9 * same), "\t ")
    path.write_text("\n".join([*lines, *(f" {row}\t" for row in rows)]) + "\n")
    return path


def i2b(path: Path, f: np.ndarray, z: np.ndarray, *, announced: int | None = None) -> Path:
    """Elins .i2b: free lines, the number of points, rows 'f Z' Z'''."""
    rows = [f"{x!r} {y.real!r} {y.imag!r}" for x, y in zip(f.tolist(), z.tolist(), strict=True)]
    path.write_text("\n".join(["pellet 3", "second line", "", str(announced or len(f)), *rows]) + "\n")
    return path


def nova(path: Path, f: np.ndarray, z: np.ndarray, *, between: str = "\t", decimal: str = ".") -> Path:
    """Autolab NOVA text: names with -Z'' and -Phase."""
    names = ("Index", "Frequency (Hz)", "Z' (Ω)", "-Z'' (Ω)", "Z (Ω)", "-Phase (°)", "Time (s)")
    columns = (
        np.arange(1, len(f) + 1),
        f,
        z.real,
        -z.imag,
        np.abs(z),
        -np.degrees(np.angle(z)),
        np.arange(len(f)),
    )
    rows = [row.replace(".", decimal) for row in _rows(columns, between, "{:.9G}")]
    path.write_text("\n".join([between.join(names), *rows]) + "\n", encoding="utf-8")
    return path


def parstat(path: Path, f: np.ndarray, z: np.ndarray, *, time_rows: int = 3) -> Path:
    """Parstat text: rows of the time domain, whose impedance is zero, above those of the spectrum."""
    names = (
        "Potential (V)\tCurrent (A)\tElapsed Time (s)\tFrequency (Hz)\tZre (ohms)\tZim (ohms)\t|Vac| (V)\t"
    )
    rows = [f"3.5\t-0.15\t{10 * (i + 1)}\t0\t0\t0\t0\t" for i in range(time_rows)]
    for i, (x, y) in enumerate(zip(f, z, strict=True)):
        rows.append(f"{BIAS_V}\t1.5E-9\t{100 + i}\t{x:.10g}\t{y.real:.10g}\t{y.imag:.10g}\t0.01\t")
    path.write_text("\n".join([names, *rows]) + "\n")
    return path


def powersuite(path: Path, f: np.ndarray, z: np.ndarray) -> Path:
    """PowerSuite text, sorted upwards."""
    rows = _rows((f[::-1], z.real[::-1], z.imag[::-1]), "\t ", "{:.8g}")
    path.write_text("\n".join(["Frequency\t Zre\t Zimg", *rows]) + "\n")
    return path


def chi(path: Path, f: np.ndarray, z: np.ndarray) -> Path:
    """CH Instruments text."""
    lines = [
        "Nov. 20, 2024   11:38:41",
        "A.C. Impedance",
        "File: c:\\somebody\\cell.bin",
        "Data Source:  Experiment",
        "Instrument Model:  CHI660E",
        "Header: ",
        "Note: ",
        "",
        f"Init E (V) = {BIAS_V}",
        "Amplitude (V) = 0.01",
        "",
        "Freq/Hz, Z'/ohm, Z\"/ohm, Z/ohm, Phase/deg",
        "",
    ]
    columns = (f, z.real, z.imag, np.abs(z), np.degrees(np.angle(z)))
    path.write_text("\n".join([*lines, *_rows(columns, ", ", "{:.7e}")]) + "\n")
    return path


def relaxis(path: Path, scans: Sequence[tuple[np.ndarray, np.ndarray]]) -> Path:
    """RelaxIS text, sorted upwards, a line of conditions above each spectrum."""
    lines = ["RelaxIS 3.0 Spectrum export", "Date: 12/16/2025 2:29:15 PM"]
    for i, (f, z) in enumerate(scans):
        lines.append("Data: Frequency\tData: Z'\tData: Z''\tData: |Z|\tData: Theta (Z)")
        lines.append(f"DC={BIAS_V}, T={25 + i}, FV2=1\tModel: Unassigned Spectra\t(Spectrum) pellet 3\t\t")
        columns = (f[::-1], z.real[::-1], z.imag[::-1], np.abs(z)[::-1], np.degrees(np.angle(z))[::-1])
        lines += _rows(columns, "\t", "{:.12g}")
    path.write_text("\n".join(lines) + "\n")
    return path


def novocontrol(path: Path, f: np.ndarray, z: np.ndarray) -> Path:
    """Novocontrol (WinDETA) text."""
    lines = [
        "pellet 3",
        "Fixed value(s) :  AC Volt  [Vrms]=1.0000e-02  Temp. [°C]=2.5000e+01  ",
        "   Freq.[Hz]   \tZs'[ohm]  \tZs''[ohm]",
    ]
    rows = [f" {row}" for row in _rows((f, z.real, z.imag), "\t ", "{:.7e}")]
    path.write_text("\n".join([*lines, *rows]) + "\n", encoding="latin-1")
    return path


def table(
    path: Path,
    columns: dict[str, np.ndarray],
    *,
    between: str = ",",
    decimal: str = ".",
    names: bool = True,
    encoding: str = "utf-8",
    above: Sequence[str] = (),
    form: str = "{:.9g}",
) -> Path:
    """A plain table, as spreadsheets and scripts write them."""
    rows = [row.replace(".", decimal) for row in _rows(list(columns.values()), between, form)]
    head = [between.join(columns)] if names else []
    path.write_bytes("\n".join([*above, *head, *rows, ""]).encode(encoding))
    return path


WRITERS: Final[dict[str, tuple[str, Callable[[Path, np.ndarray, np.ndarray], Path]]]] = {
    "gamry_dta": (".DTA", gamry),
    "zplot_z": (".z", zplot),
    "zahner_ism": (".ism", ism),
    "versastudio_par": (".par", par),
    "palmsens_pssession": (".pssession", lambda path, f, z: pssession(path, [(f, z)])),
    "ivium_idf": (".idf", lambda path, f, z: ivium(path, [(f, z)])),
    "ecochemie_dfr": (".dfr", dfr),
    "ecochemie_p00": (".P00", p00),
    "autolab_nova": (".txt", nova),
    "parstat": (".txt", parstat),
    "powersuite": (".txt", powersuite),
    "ch_instruments": (".txt", chi),
    "relaxis": (".txt", lambda path, f, z: relaxis(path, [(f, z)])),
    "novocontrol": (".txt", novocontrol),
    "elins_i2b": (".i2b", i2b),
}
"""Reader of each format, the ending of its files, and the writer of one spectrum."""
