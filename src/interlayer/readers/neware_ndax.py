"""Neware .ndax and .nda files.

Neware counts charge as positive current, that is, current into the cell at its + terminal. With the working
electrode at + this is oxidation there, our sign; nothing is inverted.

Newer formats store seconds since 1970 in UTC; older ones store year, month, day, hour on the clock of the
measuring computer without its time zone. Those become `Local Time / s`, not Unix Time.

Capacity is net within each step in the file; it becomes charging or discharging capacity in steps that can
only do one of the two, and stays as `Step Net Capacity / Ah` in all.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import fastnda
import polars as pl

from interlayer import units
from interlayer.errors import ReadError
from interlayer.readers import containers
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.checks import LOCAL_TIME, STEP_TYPE
from interlayer.record.record import Finding

_NDA_MARK: Final = b"NEWARE"
_ZIP_MARK: Final = b"PK\x03\x04"
_DATA_MEMBER: Final = "data.ndc"
_TEST_MEMBER: Final = "TestInfo.xml"
_LONGEST_TEST_INFO: Final = 2**18
_TYPED: Final = {
    "barcode": re.compile(r'<TestInfo\b[^>]*\sBarcode="([^"]*)"'),
    "remark": re.compile(r'<TestInfo\b[^>]*\sRemark="([^"]*)"'),
}
_MEMBERS_AT_BEGINNING: Final = (
    b"data.ndc",
    b"TestInfo.xml",
    b"VersionInfo.xml",
    b"EditStep.xml",
    b"Step.xml",
)
_VERSION_BYTE: Final = 14
_YEAR_10000: Final = 253402300800
"""Seconds since 1970 beyond which no date can be printed; a damaged file may hold such."""
_LAST_BTS8: Final = 29
"""Highest .nda version whose header points to its data block."""
_BTS9: Final = (129, 130)
_POINTER_AT: Final = 64
_LOCAL_CLOCK_NDA: Final = (1, 2, 3, 4, 26, 28, 29)
_LOCAL_CLOCK_NDC: Final = (1, 2, 3, 4, 5)
"""Versions of .nda and of data.ndc whose rows carry a calendar time, not seconds since 1970."""

NET_CAPACITY: Final = "Step Net Capacity / Ah"

_CHARGING: Final = ("CC_Chg", "CV_Chg", "CP_Chg", "CR_Chg", "CCCV_Chg", "PCCCV_Chg", "CPCV_Chg", "CRCV_Chg")
_DISCHARGING: Final = ("CC_DChg", "CV_DChg", "CP_DChg", "CR_DChg", "CCCV_DChg", "CPCV_DChg", "CRCV_DChg")
_IDLE: Final = ("Rest", "Pause", "OCV")
_DIRECTION: Final = {
    **dict.fromkeys(_CHARGING, 1.0),
    **dict.fromkeys(_DISCHARGING, -1.0),
    **dict.fromkeys(_IDLE, 0.0),
}
_TEMPERATURE: Final = re.compile(r"aux\d*_temperature_degC")
_AUXILIARY_UNITS: Final = frozenset(("degC", "V", "mA", "kg", "kPa", "mm", "bar", "N", "%"))
_EXTRAS: Final = {
    "step_index": "Step Number / 1",
    "step_time_s": "Step Time / s",
    "index": "Record Number / 1",
}


class NewareNdax:
    """Reader of Neware .ndax and .nda files."""

    name = "neware_ndax"
    version = "1"
    extensions = (".ndax", ".nda")
    signature = "a file that begins with 'NEWARE' (.nda), or an archive that holds data.ndc (.ndax)"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is a Neware file."""
        if head.startswith(_NDA_MARK):
            return True
        if not head.startswith(_ZIP_MARK):
            return False
        names = containers.members(path)
        # An archive that is cut has lost its list of members; the names before each of them still show.
        return _DATA_MEMBER in names or (not names and any(mark in head for mark in _MEMBERS_AT_BEGINNING))

    def read(self, path: Path, head: bytes) -> RawRecord:
        """Read the whole file.

        Raises
        ------
        ReadError
            If it is cut, damaged, unsafe to unpack, of an unknown version, or holds no rows.
        """
        if head.startswith(_NDA_MARK):
            suffix = ".nda"
        elif head.startswith(_ZIP_MARK):
            suffix = ".ndax"
        else:
            raise ReadError(
                "not a Neware file: it begins neither with 'NEWARE' nor as an archive",
                advice="copy it from the cycler again",
            )
        facts = _of_archive(path) if suffix == ".ndax" else _of_nda(head)
        with _under_right_ending(path, suffix) as file:
            frame, findings = _decode(file)
            if not len(frame):
                raise ReadError(
                    "a Neware file without a single row of data", advice="copy it again after the test"
                )
            cut = _cut(file, head, len(frame)) if suffix == ".nda" else ()
        started, extra = _start(frame, local=facts.local)
        return RawRecord(
            _columns(frame, local=facts.local),
            (*findings, *cut),
            complete=not any(finding.name == "cut_file" for finding in cut),
            started_unix_s=started,
            extra={"format": facts.version, **extra, **facts.typed},
        )


@dataclass(frozen=True)
class _Facts:
    """Version of the format in words, whether its clock is local, and what a person typed in for the test."""

    version: str
    local: bool
    typed: dict[str, str]


def _of_nda(head: bytes) -> _Facts:
    number = head[_VERSION_BYTE] if len(head) > _VERSION_BYTE else 0
    return _Facts(f"nda version {number}", number in _LOCAL_CLOCK_NDA, {})


def _of_archive(path: Path) -> _Facts:
    """Facts of an .ndax, which is looked at before anything unpacks it.

    Raises
    ------
    ReadError
        If it is no sound archive, unsafe to unpack, or without data.
    """
    with containers.opened(path) as archive:
        names = archive.namelist()
        if _DATA_MEMBER not in names:
            raise ReadError(
                f"an archive without {_DATA_MEMBER}, where a Neware file has its points",
                advice="copy it from the cycler again",
            )
        with archive.open(_DATA_MEMBER) as member:
            number = member.read(3)[2:]
        typed: dict[str, str] = {}
        if _TEST_MEMBER in names:
            with archive.open(_TEST_MEMBER) as member:
                text = member.read(_LONGEST_TEST_INFO).decode("gb18030", errors="replace")
            found = {name: match[1] for name, pattern in _TYPED.items() if (match := pattern.search(text))}
            typed = {name: unescape(value).strip() for name, value in found.items() if value.strip()}
    version = number[0] if number else 0
    return _Facts(f"ndax version {version}", version in _LOCAL_CLOCK_NDC, typed)


class _Notes(logging.Handler):
    """Collects what the decoder has to say, which otherwise would go to the user's terminal."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def _under_right_ending(path: Path, suffix: str) -> Generator[Path, None, None]:
    """Give the file under a name that ends as its content demands: the decoder goes by the ending alone."""
    if path.suffix.lower() == suffix:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"copy{suffix}"
        try:
            shutil.copyfile(path, copy)
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}") from problem
        yield copy


def _decode(path: Path) -> tuple[pl.DataFrame, list[Finding]]:
    notes = _Notes()
    logger = logging.getLogger("fastnda")
    propagate = logger.propagate
    logger.addHandler(notes)
    logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            frame = fastnda.read(path, cycle_mode="raw")
    except MemoryError:
        raise
    except Exception as problem:  # a damaged file makes the decoder raise nearly anything
        raise ReadError(_in_our_words(problem), advice="copy it from the cycler again") from problem
    finally:
        logger.removeHandler(notes)
        logger.propagate = propagate
    return frame, _findings(notes.records, [str(w.message) for w in warned])


def _in_our_words(problem: Exception) -> str:
    if isinstance(problem, BadZipFile):
        return "the archive is damaged or cut"
    if isinstance(problem, EOFError):
        return "the file ends before its data begin"
    if isinstance(problem, NotImplementedError):
        return "a version of the Neware format that is not known yet"
    if isinstance(problem, OSError):
        return f"cannot be read: {problem.strerror or 'the system refuses'}"
    return "a damaged Neware file: its content does not decode"


def _findings(records: list[logging.LogRecord], warned: list[str]) -> list[Finding]:
    texts = [record.getMessage() for record in records]
    findings: list[Finding] = []
    if any(record.levelno >= logging.ERROR for record in records):
        findings.append(
            Finding("auxiliary_channels_unread", "temperatures or other auxiliary channels could not be read")
        )
    if any("cycle column missing" in text.lower() for text in texts):
        findings.append(
            Finding(
                "cycle_counted",
                "the file has no cycle number; cycles are counted from charge and discharge",
                "note",
            )
        )
    if warned:
        findings.append(
            Finding("unverified_format", "a rare version of the format; compare with the cycler's own export")
        )
    return findings


def _cut(path: Path, head: bytes, rows: int) -> tuple[Finding, ...]:
    """Say if an .nda file is shorter, or has fewer rows, than its header announces."""
    version = head[_VERSION_BYTE] if len(head) > _VERSION_BYTE else 0
    if version <= _LAST_BTS8:
        begin = int.from_bytes(head[_POINTER_AT : _POINTER_AT + 4], "little")
        length = int.from_bytes(head[_POINTER_AT + 4 : _POINTER_AT + 8], "little")
        missing = begin + length - path.stat().st_size if length else 0
        if missing > 0:
            return (Finding("cut_file", f"the file lacks {missing} bytes that its header announces"),)
        return ()
    announced = _announced_rows(path) if version in _BTS9 else None
    if announced is None:
        return (Finding("length_unchecked", "the file does not tell how many rows it should have", "note"),)
    if announced > rows:
        return (Finding("cut_file", f"the header announces {announced} rows, the file has {rows}"),)
    return ()


def _announced_rows(path: Path) -> int | None:
    """Number of rows in the metadata of the newer .nda files; None if it cannot be read there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the decoder calls this metadata little tested
        try:
            facts: dict[str, Any] = fastnda.read_metadata(path)
        except Exception:  # metadata is beside the point here; the caller says that it was not there
            return None
    announced = facts.get("num_datapoints")
    return announced if isinstance(announced, int) else None


def _start(frame: pl.DataFrame, *, local: bool) -> tuple[float | None, dict[str, Any]]:
    """Start of the test in UTC, or as a fact if the clock is local."""
    if "unix_time_s" not in frame.columns:
        return None, {}
    first = frame.select((pl.col("unix_time_s") - pl.col("total_time_s")).drop_nulls().first()).item()
    if first is None:
        return None, {}
    if not local:
        return float(first), {}
    if not 0 <= float(first) < _YEAR_10000:
        return None, {}
    moment = dt.datetime.fromtimestamp(float(first), dt.UTC).replace(tzinfo=None)
    return None, {
        "started_local": moment.isoformat(timespec="milliseconds"),
        "clock": "local time of the measuring computer; the file does not tell its time zone",
    }


def _columns(frame: pl.DataFrame, *, local: bool) -> pl.DataFrame:
    ampere = units.factor("mA")
    ampere_hour = units.factor("mAh") / units.factor("Ah")
    net = pl.col("capacity_mAh").cast(pl.Float64) * ampere_hour
    # +1 in steps that can only charge, -1 in those that can only discharge, 0 at rest, null in the others
    direction = pl.col("step_type").replace_strict(_DIRECTION, default=None, return_dtype=pl.Float64)
    expressions = {
        s.TIME: pl.col("total_time_s"),
        s.VOLTAGE: pl.col("voltage_V").cast(pl.Float64),
        s.CURRENT: pl.col("current_mA").cast(pl.Float64) * ampere,
        s.STEP: pl.col("step_count").cast(pl.Int64) - pl.col("step_count").cast(pl.Int64).min(),
        s.CYCLE: pl.col("cycle_count").cast(pl.Int64),
        (LOCAL_TIME if local else s.UNIX_TIME): pl.col("unix_time_s"),
        s.CHARGE_CAPACITY: direction.clip(lower_bound=0.0) * net,
        s.DISCHARGE_CAPACITY: direction.clip(upper_bound=0.0) * net,
        NET_CAPACITY: net,
        STEP_TYPE: pl.col("step_type"),
    }
    needed = {s.UNIX_TIME: "unix_time_s", LOCAL_TIME: "unix_time_s", s.CYCLE: "cycle_count"}
    made = [e.alias(k) for k, e in expressions.items() if needed.get(k, "voltage_V") in frame.columns]
    made += [pl.col(old).alias(new) for old, new in _EXTRAS.items() if old in frame.columns]
    made += _auxiliary(frame)
    return frame.select(made)


def _auxiliary(frame: pl.DataFrame) -> list[pl.Expr]:
    """Auxiliary channels: the first temperature becomes that of the cell, the others are extras."""
    names = [name for name in frame.columns if name.startswith("aux")]
    of_cell = next((name for name in names if _TEMPERATURE.fullmatch(name)), None)
    made = [pl.col(name).alias(_auxiliary_label(name)) for name in names if name != of_cell]
    if of_cell is not None:
        made.append(pl.col(of_cell).cast(pl.Float64).alias(s.TEMPERATURE))
    return made


def _auxiliary_label(name: str) -> str:
    words, _, unit = name.rpartition("_")
    if unit not in _AUXILIARY_UNITS:
        words, unit = name, "1"
    words = words.replace("_", " ").replace("aux", "auxiliary ", 1).title()
    return f"{' '.join(words.split())} / {unit}"
