# ruff: noqa: E501
"""Writers of powder patterns in each format, from the facts in docs/formats/diffraction.md."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

X = np.round(20.0 + 0.02 * np.arange(400), 6)
Y = (
    np.random.default_rng(1)
    .poisson(
        100.0 + 5000.0 * np.exp(-(((X - 24.5) / 0.06) ** 2)) + 900.0 * np.exp(-(((X - 26.4) / 0.06) ** 2))
    )
    .astype(float)
)
KA1, KA2 = 1.5406, 1.54439


def rows(x: np.ndarray = X, y: np.ndarray = Y, sep: str = " ") -> str:
    return "\n".join(f"{a:.4f}{sep}{b:.0f}" for a, b in zip(x, y, strict=True)) + "\n"


def xy() -> bytes:
    return rows().encode()


def xye() -> bytes:
    return "\n".join(f"{a:.4f} {b:.3f} {max(b, 1.0) ** 0.5:.3f}" for a, b in zip(X, Y, strict=True)).encode()


def csv() -> bytes:
    return ("2theta,counts\r\n" + rows(sep=",").replace("\n", "\r\n")).encode()


def german() -> bytes:
    head = "Winkel;Impulse\nWellenlänge = 1,5406 \n# lambda = 1,5406\n"
    return (head + rows(sep=";").replace(".", ",")).encode("latin-1")


def eva() -> bytes:
    head = '\'Id: "pellet 3" Comment: "" Operator: "N" Anode: "Co" Scantype: "Coupled TwoTheta/Theta" TimePerStep: "96" \r\n'
    return (head + rows()).encode()


def bm11() -> bytes:
    head = "/* a.mda\n# User sample name =      eel\n# Calibrated wavelength = 0.414581\n# */\n"
    return head.encode() + xye()


def xrdml(*, scans: int = 1, attenuated: bool = False, extra: str = "", body: str | None = None) -> bytes:
    one = (
        body
        or f"""<scan scanAxis="Gonio" status="Completed"><header><startTimeStamp>2024-03-08T11:13:20</startTimeStamp></header>
<dataPoints><positions axis="2Theta" unit="deg"><startPosition>{X[0]}</startPosition><endPosition>{X[-1]}</endPosition></positions>
<commonCountingTime unit="seconds">62.23</commonCountingTime>{"<beamAttenuationFactors>" + " ".join("2" if 4 < i < 8 else "1" for i in range(len(X))) + "</beamAttenuationFactors>" if attenuated else ""}
<intensities unit="counts">{" ".join(f"{v:.0f}" for v in Y)}</intensities></dataPoints></scan>"""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>{extra}
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5" status="Completed"><sample><name>pellet 3</name></sample>
<xrdMeasurement><usedWavelength intended="K-Alpha"><kAlpha1 unit="Angstrom">1.5405980</kAlpha1><kAlpha2 unit="Angstrom">1.5444260</kAlpha2>
<ratioKAlpha2KAlpha1>0.5</ratioKAlpha2KAlpha1></usedWavelength>{one * scans}</xrdMeasurement></xrdMeasurements>""".encode()


def raw2() -> bytes:
    head = bytearray(256)
    head[:4] = b"RAW2"
    struct.pack_into("<H", head, 4, 1)
    head[188:190] = b"Cu"
    struct.pack_into("<fff", head, 190, KA1, KA2, 0.5)
    scan = bytearray(64)
    struct.pack_into("<HH", scan, 0, 64, len(X))
    struct.pack_into("<fff", scan, 8, 1.5, 0.02, X[0])
    return bytes(head + scan) + Y.astype("<f4").tobytes()


def raw3() -> bytes:
    head = bytearray(712)
    head[:8] = b"RAW1.01\0"
    struct.pack_into("<I", head, 12, 1)
    head[326:334] = b"pellet 3"
    head[608:610] = b"Cu"
    struct.pack_into("<ddddd", head, 616, 1.5418, KA1, KA2, 1.3922, 0.5)
    scan = bytearray(304 + 40)
    struct.pack_into("<II", scan, 0, 304, len(X))
    struct.pack_into("<dd", scan, 8, X[0] / 2, X[0])
    struct.pack_into("<d", scan, 176, 0.02)
    struct.pack_into("<f", scan, 192, 1.5)
    struct.pack_into("<I", scan, 256, 40)
    return bytes(head + scan) + Y.astype("<f4").tobytes()


def raw4(scan_type: bytes = b"Locked Coupled", width: int = 1) -> bytes:
    head = bytearray(61)
    head[:7] = b"RAW4.00"
    name = bytearray(44)
    struct.pack_into("<II", name, 0, 10, 44)
    name[12:20] = b"SAMPLEID"
    name[36:44] = b"pellet 3"
    tube = bytearray(136)
    struct.pack_into("<II", tube, 0, 30, 136)
    struct.pack_into("<ddddd", tube, 72, 1.5418, KA1, KA2, 1.3922, 0.5)
    tube[116:118] = b"Cu"
    scan = bytearray(160)
    scan[32 : 32 + len(scan_type)] = scan_type
    struct.pack_into("<dd", scan, 72, X[0], 0.02)
    struct.pack_into("<If", scan, 88, len(X), 77.9)
    struct.pack_into("<II", scan, 136, 4 * width, 16)
    points = np.zeros((len(X), width), "<f4")
    points[:, 0] = Y
    return bytes(head + name + tube + scan) + bytes(16) + points.tobytes()


def brml(members: dict[str, bytes] | None = None) -> bytes:
    data = "".join(f"<Datum>1,1,{a:.4f},{a / 2:.4f},{b:.0f}</Datum>" for a, b in zip(X, Y, strict=True))
    text = f"""<?xml version="1.0"?><RawData xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><DataRoutes>
<DataRoute RouteFlag="Measured"><ScanInformation><TimePerStepEffective>124.8</TimePerStepEffective></ScanInformation>{data}
<DataViews><RawDataView xsi:type="FixedRawDataView" Start="0" Length="1" LogicName="MeasuredTime"/>
<RawDataView xsi:type="FixedRawDataView" Start="1" Length="1" LogicName="AbsorptionFactor"/>
<RawDataView xsi:type="VaryingRawDataView" Start="2" Length="2"><Varying LogicName="ScanAxes"><FieldDefinitions AxisId="TwoTheta"/>
<FieldDefinitions AxisId="Theta"/></Varying></RawDataView><RawDataView xsi:type="RecordedRawDataView" Start="4" Length="1"/>
</DataViews></DataRoute></DataRoutes><WaveLengthAlpha1 Value="{KA1}"/><WaveLengthAlpha2 Value="{KA2}"/>
<WaveLengthRatio Value="0.5"/></RawData>""".encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Experiment0/RawData0.xml", text)
        archive.writestr("Experiment0/DataContainer.xml", b'<A><MeasurementInfo SampleName="pellet 3"/></A>')
        for name, content in (members or {}).items():
            archive.writestr(name, content)
    return held.getvalue()


FORMATS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "xy": (".xy", xy, "xrd_text"),
    "xye": (".xye", xye, "xrd_text"),
    "csv": (".csv", csv, "xrd_text"),
    "german": (".dat", german, "xrd_text"),
    "eva": (".xy", eva, "bruker_eva_xy"),
    "11bm": (".xye", bm11, "aps_11bm"),
    "xrdml": (".xrdml", xrdml, "panalytical_xrdml"),
    "raw2": (".raw", raw2, "bruker_raw2"),
    "raw3": (".raw", raw3, "bruker_raw3"),
    "raw4": (".raw", raw4, "bruker_raw4"),
    "brml": (".brml", brml, "bruker_brml"),
}
"""Ending, writer and reader of each."""


def write(folder: Path, name: str) -> Path:
    ending, writer, _ = FORMATS[name]
    path = folder / f"{name}{ending}"
    path.write_bytes(writer())
    return path
