"""Files of photoelectron spectra, written from what is in them; used by tests only."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

OWN_RECIPE = (
    'name = "mine"\nline = "F 1s"\nelement = "F"\nwindow_eV = [679, 694]\nsensitivity = 1\n'
    'sensitivity_source = "none"\n[[state]]\nname = "A"\ngroup = "a"\nposition_eV = [685, 0.2]\n'
    'fwhm_eV = [1.7, 0.2]\nsource = "me"\n'
)
"""The file of a recipe that a user wrote."""


@dataclass(frozen=True)
class Spectrum:
    """One spectrum as an instrument would have it: kinetic energies rising, counts in `dwell_s` x `scans`."""

    name: str
    kinetic_eV: np.ndarray
    counts: np.ndarray
    photon_eV: float = 1486.6
    dwell_s: float = 0.1
    scans: int = 5
    pass_eV: float = 20.0
    sample: str = "Cu on LATP"
    transmission: np.ndarray | None = None
    comment: tuple[str, ...] = ()
    technique: str = "XPS"
    parts: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def binding(self) -> np.ndarray:
        return self.photon_eV - self.kinetic_eV

    @property
    def counting_s(self) -> float:
        return self.dwell_s * self.scans

    @property
    def step(self) -> float:
        return float(self.kinetic_eV[1] - self.kinetic_eV[0])


def spectrum(
    name: str = "Cu 2p", centre: float = 933.0, *, points: int = 101, step: float = 0.1, seed: int = 1, **more
):
    """Return a line on a sloping background, counted."""
    photon = more.get("photon_eV", 1486.6)
    kinetic = np.round(photon - centre - (points // 2) * step + step * np.arange(points), 6)
    binding = photon - kinetic
    mean = 800.0 + 2.0 * (binding - centre) + 4000.0 * np.exp(-((binding - centre) ** 2) / 2.0)
    counts = np.random.default_rng(seed).poisson(mean).astype(float)
    return Spectrum(name, kinetic, counts, **more)


def vamas(
    path: Path,
    spectra: list[Spectrum],
    *,
    irregular: bool = False,
    binding: bool = False,
    newline: str = "\r\n",
    lead: int = 0,
    mode: str = "NORM",
    excluded: tuple[int, ...] = (),
    included: bool = False,
    variables: int = 1,
    photon_known: bool = True,
    label: str | None = None,
    unit: str = "d",
    end: bool = True,
    future: int = 0,
) -> Path:
    """Write ISO 14976. `excluded`: block parameters that only the first block has."""
    out = [""] * lead
    out += ["VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"]
    out += ["Institute", "Instrument", "A. Person", "Experiment", "1", "a comment", mode]
    out += ["IRREGULAR" if irregular else "REGULAR"]
    if mode in ("MAP", "MAPDP", "NORM", "SDP"):
        out.append(str(len(spectra)))
    out.append(str(variables))
    for i in range(variables):
        out += [f"Variable {i}", "d"]
    listed = [p for p in range(1, 41) if p not in excluded] if included else list(excluded)
    out.append(str(len(listed) if included else -len(listed)))
    out += [str(p) for p in listed]
    out += ["0", "1" if future else "0", str(future)]
    if future:
        out.append("an entry of the future")
    out.append(str(len(spectra)))
    for k, s in enumerate(spectra):
        out += _block(
            s,
            k,
            irregular,
            binding,
            mode,
            excluded if k else (),
            variables,
            photon_known,
            label,
            unit,
            future,
        )
    if end:
        out.append("end of experiment")
    path.write_bytes((newline.join(out) + newline).encode("cp1252"))
    return path


def _block(
    s, k, irregular, binding, mode, excluded, variables, photon_known, label, unit, future
) -> list[str]:
    species, transition = s.name.split(" ")[0], [*s.name.split(" "), ""][1]
    energies = s.binding if binding else s.kinetic_eV
    name = label or ("Binding Energy" if binding else "Kinetic Energy")
    sputter = mode in ("MAPDP", "MAPSVDP", "SDP", "SDPSV")
    entries: list[tuple[int, list[str]]] = [
        (1, ["2026"]),
        (2, ["3"]),
        (3, ["4"]),
        (4, ["5"]),
        (5, ["6"]),
        (6, ["7"]),
        (7, ["1"]),
        (8, [str(len(s.comment)), *s.comment]),
        (9, [s.technique]),
        (11, [str(float(k)) for _ in range(variables)]),
        (12, ["Al mono"]),
        (13, ["18", "1", "1"] if sputter else []),
        (14, [str(s.photon_eV) if photon_known else "1E+37"]),
        (15, ["225"]),
        (16, ["1E+37", "1E+37"]),
        (19, ["54.7"]),
        (20, ["1E+37"]),
        (21, ["FAT"]),
        (22, [str(s.pass_eV)]),
        (24, ["1E+37"]),
        (25, ["4.5"]),
        (26, ["0"]),
        (27, ["1E+37", "1E+37"]),
        (28, ["0", "0"]),
        (29, [species]),
        (30, [transition, "-1"]),
        (
            31,
            []
            if irregular
            else [name, "eV", repr(float(energies[0])), repr(float(energies[1] - energies[0]))],
        ),
    ]
    columns = ([energies] if irregular else []) + [s.counts]
    labels = ([name, "eV"] if irregular else []) + ["counts", unit]
    if s.transmission is not None:
        columns.append(s.transmission)
        labels += ["Transmission", "d"]
    entries += [
        (32, [str(len(columns)), *labels]),
        (33, ["pulse counting"]),
        (34, [str(s.dwell_s)]),
        (35, [str(s.scans)]),
        (36, ["0"]),
        (37, ["500", "10", "1", "1", "45", "0", "continuous"] if sputter else []),
        (38, ["0", "0"]),
        (39, ["0"]),
        (40, ["1", "an extra", "d", "1"]),
    ]
    out = [s.name, s.sample]
    for number, lines in entries:
        if number not in excluded:
            out += lines
    out += ["later"] * future
    values = np.stack(columns, axis=1)
    out.append(str(values.size))
    for column in columns:
        out += [f"{np.nanmin(column):g}", f"{np.nanmax(column):g}"]
    flat = values.reshape(-1)
    out += ["1E+37" if np.isnan(v) else repr(float(v)) for v in flat]
    return out


def casaxps(
    path: Path, spectra: list[Spectrum], *, shift: float = 0.0, split: str = "\t", on_background: bool = True
):
    """Write a text export of CasaXPS; `parts` of a spectrum become background and components."""
    lines: list[str] = []
    for k, s in enumerate(spectra):
        parts = {n: v for n, v in s.parts.items() if n != "background"}
        blank = [""] * 2
        lines.append(f"Cycle {k}:{s.sample}:{s.name}")
        lines.append(
            split.join(
                [
                    "",
                    "Characteristic Energy eV",
                    f"{s.photon_eV:e}",
                    "Acquisition Time s",
                    f"{s.counting_s:e}",
                ]
            )
        )
        tops = [float(s.binding[int(np.argmax(v))]) + shift for v in parts.values()]
        areas = [float(np.sum(v) * s.step) for v in parts.values()]
        for row, cells in (
            ("Name", list(parts)),
            ("Position", [f"{t:.4f}" for t in tops]),
            ("FWHM", ["1.5"] * len(parts)),
            ("Area", [f"{a:.4f}" for a in areas]),
            ("Lineshape", ["GL(30)"] * len(parts)),
        ):
            lines.append(split.join([row, *blank[1:], *cells] if cells else [row, *blank]))
        fit = bool(s.parts)
        tail = ["Background", "Envelope"] if fit else []
        tail_cps = ["Background CPS", "Envelope CPS"] if fit else []
        lines.append(split.join(["K.E.", "Counts", *parts, *tail, "", "B.E.", "CPS", *parts, *tail_cps]))
        base = s.parts.get("background", np.zeros_like(s.counts))
        envelope = base + sum(parts.values(), np.zeros_like(s.counts))
        drawn = [v + base if on_background else v for v in parts.values()]
        columns = [s.counts, *drawn, *([base, envelope] if fit else [])]
        for i in range(len(s.counts)):
            counts = [f"{c[i]:.6e}" for c in columns]
            rates = [f"{c[i] / s.counting_s:.6e}" for c in columns]
            lines.append(
                split.join([f"{s.kinetic_eV[i]:.6e}", *counts, "", f"{s.binding[i] + shift:.6e}", *rates])
            )
    path.write_text("\n".join(lines) + "\n")
    return path


def phi_spe(path: Path, spectra: list[Spectrum], *, kind: str = "f4", file_type: str = "SPECTRUM") -> Path:
    """Write a PHI file: head as text, numbers as counts/s."""
    head = [
        "SOFH",
        "Platform: PC",
        "Technique: XPS",
        f"FileType:  {file_type}",
        f"FileDesc: (1, {spectra[0].sample})",
    ]
    head += [
        "Operator: A. Person",
        "AnalyserWorkFcn: 4.506 eV",
        f"XraySource: Al {spectra[0].photon_eV} mono",
    ]
    head += ["EnergyReference: none 0.0", f"NoSpectralReg: {len(spectra)}"]
    for k, s in enumerate(spectra, 1):
        be = s.binding
        head.append(
            f"SpectralRegDef: {k} {k} {s.name.replace(' ', '')} 29 {len(be)} {-s.step:.4f} {be[0]:.4f} {be[-1]:.4f} "
            f"{be[-1]:.4f} {be[0]:.4f} {s.counting_s:.6f} {s.pass_eV:.2f} AREA"
        )
    head.append("EOFH")
    width = int(kind[1])
    at = 16 + 96 * len(spectra)
    heads, data = b"", b""
    for k, s in enumerate(spectra, 1):
        words = [struct.pack("<I", v) for v in (k, 1, 1, k, 1, len(s.counts), 1, 1)]
        words += [
            b"pnt\0",
            struct.pack("<I", 1),
            b"sar\0",
            *[struct.pack("<I", 0)] * 2,
            struct.pack("<I", 1),
            b"c/s\0",
        ]
        words += [
            *[struct.pack("<I", 0)] * 3,
            kind.encode() + b"\0\0",
            struct.pack("<I", width * len(s.counts)),
        ]
        words += [struct.pack("<I", at + len(data)), *[struct.pack("<I", 0)] * 3]
        heads += b"".join(words)
        data += (s.counts / s.counting_s).astype(f"<{kind}").tobytes()
    start = struct.pack("<4I", 1, len(spectra), 96 * len(spectra), 16)
    path.write_bytes(("\r\n".join(head) + "\r\n").encode("ascii") + start + heads + data)
    return path


def phi_text(path: Path, spectra: list[Spectrum]) -> Path:
    """Write the text export of MultiPak as its public converter describes it."""
    lines = [f"//XraySource: Al {spectra[0].photon_eV} mono", f"//FileDesc: (1, {spectra[0].sample})"]
    for k, s in enumerate(spectra, 1):
        be = s.binding
        lines.append(
            f"//SpectralRegDef: {k} {k} {s.name.replace(' ', '')} 29 {len(be)} {-s.step:.4f} {be[0]:.4f} "
            f"{be[-1]:.4f} {be[-1]:.4f} {be[0]:.4f} {s.counting_s:.6f} {s.pass_eV:.2f} AREA"
        )
    lines.append("//Area Comment,RegionNo,AtomicName,Cycle,XLabel,YLabel,DataCount")
    for k, s in enumerate(spectra, 1):
        lines += [
            s.sample,
            str(k),
            s.name.replace(" ", ""),
            "1",
            "Binding Energy(eV)",
            "Intensity(c/s)",
            str(len(s.counts)),
        ]
        lines += [f"{e:.4f},{c / s.counting_s:.4f}" for e, c in zip(s.binding, s.counts, strict=True)]
        lines.append("")
    path.write_text("\n".join(lines))
    return path


def scienta(
    path: Path, spectra: list[Spectrum], *, detector: str = "Pulse Counting", kinetic: bool = False
) -> Path:
    """Write a text file of SES."""
    lines = ["[Info]", f"Number of Regions={len(spectra):04d}", "Version=1.3.1", ""]
    for k, s in enumerate(spectra, 1):
        energies = s.kinetic_eV if kinetic else s.binding
        axis = "Kinetic" if kinetic else "Binding"
        lines += [f"[Region {k}]", f"Region Name={s.name}", f"Dimension 1 name={axis} Energy [eV]"]
        lines += [f"Dimension 1 size={len(energies)}", "", f"[Info {k}]", f"Region Name={s.name}"]
        lines += [
            f"Pass Energy={s.pass_eV:g}",
            f"Number of Sweeps={s.scans}",
            f"Excitation Energy={s.photon_eV:g}",
        ]
        lines += [
            f"Energy Scale={axis}",
            "User=AN",
            f"Sample={s.sample}",
            f"DetectorMode={detector}",
            f"[Data {k}]",
        ]
        lines += [f" {e:.14E}  {c:.14E}" for e, c in zip(energies, s.counts, strict=True)] + [""]
    path.write_bytes("\r\n".join(lines).encode())
    return path


def specs_xy(
    path: Path,
    spectra: list[Spectrum],
    *,
    rate: bool = True,
    apart: bool = False,
    axis: str = "Binding Energy",
):
    """Write a text export of Prodigy; `apart`: scans one below the other, each with the same counts."""
    lines = [
        "# Created by:        SpecsLab Prodigy, Version 4.100.1",
        "#",
        "# XY-Serializer Export Settings:",
    ]
    lines += [
        f"#   Energy Axis:              {axis}",
        f"#   Count Rate: {'Counts per Second' if rate else 'Counts'}",
        "#",
    ]
    for s in spectra:
        lines += [
            f"# Group:                        {s.sample}",
            "#",
            f"# Region:                       {s.name}",
        ]
        lines += [
            f"# Values/Curve:  {len(s.counts)}",
            f"# Dwell Time:    {s.dwell_s}",
            f"# Excitation Energy: {s.photon_eV}",
        ]
        lines += [f"# Pass Energy:   {s.pass_eV}", "# Eff. Workfunction: 4.1", "", "# Cycle: 0", "#"]
        lines += [f"# Number of Scans: {s.scans}", ""]
        energies = s.binding if axis.startswith("Binding") else s.kinetic_eV
        for scan in range(s.scans if apart else 1):
            lines += [
                f"# Cycle: 0, Curve: 0, Scan: {scan}",
                "#",
                f"# ColumnLabels: energy counts{'/s' if rate else ''}",
                "#",
            ]
            share = s.counts / s.scans if apart else s.counts
            time = s.dwell_s if apart else s.counting_s
            values = share / time if rate else share
            lines += [f"{e:.6f}  {v:.8f}" for e, v in zip(energies, values, strict=True)] + [""]
    path.write_text("\n".join(lines))
    return path


def avantage_rows(s: Spectrum) -> list[list[object]]:
    """Return the cells of the sheet of one spectrum."""
    rows: list[list[object]] = [[""] * 12 for _ in range(16)]
    rows[0][7] = "Acquisition Parameters"
    rows[3][7:9] = ["Total acquisition time", f"{s.counting_s * len(s.counts):.1f} secs"]
    rows[4][7:9] = ["Number of Scans", s.scans]
    rows[5][7:9] = ["Pass Energy", f"{s.pass_eV:g} eV"]
    rows[14][0], rows[14][4] = "Binding Energy (E)", "Backgnd."
    rows[15][0], rows[15][2], rows[15][4] = "eV", "Counts / s", "Counts / s"
    for k, name in enumerate(s.parts):
        rows[14][5 + k] = name
    for i in range(len(s.counts)):
        row: list[object] = [""] * 12
        row[0], row[2] = float(s.binding[i]), float(s.counts[i] / s.counting_s)
        row[4] = 0.0 if i == 0 else 800.0
        for k, values in enumerate(s.parts.values()):
            row[5 + k] = 0.0 if i == 0 else float(values[i])
        rows.append(row)
    return rows


def avantage_text(path: Path, s: Spectrum, split: str = "\t") -> Path:
    """Write the sheet of one spectrum as text."""
    path.write_text("\n".join(split.join(str(c) for c in row) for row in avantage_rows(s)) + "\n")
    return path


def avantage_xlsx(
    path: Path, spectra: list[Spectrum], peaks: dict[str, list[tuple[str, float, float, float, float]]]
) -> Path:
    """Write a workbook of Avantage; `peaks` by sheet: name, position, width, area, atomic per cent."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for s in spectra:
            sheet = book.add_worksheet(s.name)
            for i, row in enumerate(avantage_rows(s)):
                for j, cell in enumerate(row):
                    if cell != "":
                        sheet.write(i, j, cell)
        table = book.add_worksheet("Peak Table")
        table.write(0, 0, "Peak Table : ")
        heads = [
            " ",
            "Name ",
            "Start BE",
            "Peak BE",
            "End BE",
            "Height CPS",
            "FWHM eV",
            "Area (P) CPS.eV",
            "PP At. % ",
        ]
        for j, head in enumerate([*heads, "Title "]):
            table.write(1, j, head)
        at = 2
        for title, rows in peaks.items():
            for name, position, width, area, share in rows:
                for j, cell in ((1, name), (3, position), (6, width), (7, area), (8, share), (9, title)):
                    table.write(at, j, cell)
                at += 1
    return path


def avantage_avg(path: Path, s: Spectrum, *, empty: bool = False) -> Path:
    """Write a dump of a data space."""
    lines = [f";Dump of DataSpace 'F:\\x\\{s.name}.VGD'", "$FORMAT=4", "$PROPERTIES=SUM"]
    lines += [f"DS_EXT_SUPROPID_TITLE       : VT_BSTR = '{s.name} Scan'", "$PROPERTIES=STD"]
    lines += ["DS_GEPROPID_INSTRUMENT  : VT_BSTR = 'K-Alpha'", "DS_GEPROPID_VALUE_LABEL : VT_BSTR = 'Counts'"]
    lines += ["DS_GEPROPID_VALUE_UNIT  : VT_BSTR = ''", f"DS_SOPROPID_ENERGY : VT_R4 = {s.photon_eV:.6f}"]
    lines += [f"DS_ANPROPID_PASS : VT_R4 = {s.pass_eV}", f"DS_ACPROPID_ACQ_TIME : VT_R4 = {s.dwell_s}"]
    lines += [
        f"DS_ACPROPID_PERIODS : VT_I4 = {s.scans}",
        "$DATAAXES=1,#empty#",
        f"    0=  0, {len(s.counts) - 1}, 1",
    ]
    lines += ["$SPACEAXES=1"]
    start = f"{s.kinetic_eV[0]:.6f}, {s.step:.6f}, {len(s.counts)}"
    lines.append(f"    0= {start}, ENERGY, LINEAR, 'E', 'eV', 'Energy'")
    if not empty:
        lines.append("$DATA=*")
        for k in range(0, len(s.counts), 4):
            lines.append(f"LIST@ {k:3d}= " + ", ".join(f"{v:.6f}" for v in s.counts[k : k + 4]))
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


def table(
    path: Path,
    s: Spectrum,
    *,
    head: str | None = "Binding Energy (eV),Counts",
    split: str = ",",
    decimal: str = ".",
):
    """Write two columns of binding energy and counts."""
    lines = [] if head is None else [head.replace(",", split)]
    pairs = zip(s.binding, s.counts, strict=True)
    lines += [f"{e:.4f}".replace(".", decimal) + split + f"{c:.0f}" for e, c in pairs]
    path.write_text("\n".join(lines) + "\n")
    return path
