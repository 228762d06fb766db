"""Zahner Thales files (.ism): binary, big-endian, |Z| and phase.

The phase is in radians and negative for a capacitor: Z'' = |Z| sin(phase). Times are seconds since 1980 on the
clock of the measuring computer, whose time zone is not known.

A measurement may begin in the middle of its range, run to one end, turn there and run through to the other:
the beginning is measured twice. As in Zahner's own programs the sweep after the turn is the spectrum.

Source: the layout as Zahner-Elektrik publishes it with zahner_analysis (MIT licence).
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.readers import points, started
from interlayer.readers.contract import RawRecord
from interlayer.record import schema as s
from interlayer.record.record import Finding

_HEADER: Final = 12
"""Bytes before the first array: version and number of points less one, six bytes each."""
_MOST_POINTS: Final = 100_000
_WHOLE: Final = 1000.0
"""Significance of a point that counts in full."""
_LONGEST_STEP_S: Final = 10 * 86400.0
_1980: Final = 315532800.0
_TEXTS: Final = ("date", "system", "potential", "current", "temperature", "clock")
_COMMENTS: Final = 4
_SETTINGS: Final = 32
_TRACKS_FLAG: Final = 256
_TRACKS_SETTING, _TRACKS_BIT = 27, 32768
_LARGEST_TRACK: Final = 1e4
"""V and A beyond what any such instrument measures."""
_LOWEST_HZ, _HIGHEST_HZ = 1e-8, 1e10
_QUANTITY = re.compile(r"([-+]?\d*\.?\d+)\s*([afpnumkM]?)([VAC])")
_PREFIX: Final = {
    "": 1.0,
    "a": 1e-18,
    "f": 1e-15,
    "p": 1e-12,
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "k": 1e3,
    "M": 1e6,
}
_ABSOLUTE_ZERO_C: Final = -273.15


class ZahnerIsm:
    """Reader of Zahner impedance files."""

    name = "zahner_ism"
    version = "1"
    extensions = (".ism",)
    signature = "a binary file that begins with a count of points and as many frequencies"

    def sniff(self, path: Path, head: bytes) -> bool:  # noqa: ARG002  (the mark is at the beginning)
        """Whether the content begins as such a file."""
        return _count(head) > 0

    def read(self, path: Path, head: bytes) -> RawRecord:  # noqa: ARG002
        """Read the spectrum.

        Raises
        ------
        ReadError
            If it is not such a file, or is cut within its points.
        """
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise ReadError(f"cannot be read: {problem.strerror}", where=path.name) from problem
        count = _count(data)
        if not count:
            raise ReadError(
                "not a Zahner .ism file: it does not begin with a count of points and their frequencies",
                advice="save it in Thales or Zahner Lab again",
            )
        needed = _HEADER + 34 * count
        if len(data) < needed:
            raise ReadError(
                f"a Zahner .ism file that is cut: {count} points need {needed} bytes, it has {len(data)}",
                advice="copy it from the measuring computer again",
            )
        arrays = np.frombuffer(data, ">f8", 4 * count, _HEADER).astype(np.float64).reshape(4, count)
        frequency, modulus, phase, clock = arrays
        weight = np.frombuffer(data, ">i2", count, _HEADER + 32 * count).astype(np.float64)
        findings: list[Finding] = []
        zero = int((phase == 0).sum())
        if zero > 1:  # a measured angle is never exactly zero twice
            findings.append(
                Finding("zero_phase", "points whose phase is exactly zero, as in a damaged file", rows=zero)
            )
        extra, tracks, complete = _after(data, needed, count, findings)
        clock = np.abs(clock)
        if not _runs(clock):
            findings.append(
                Finding(
                    "clock_damaged", "the clock of the points runs backwards or leaps by more than ten days"
                )
            )
        if not bool(((weight >= 0) & (weight <= _WHOLE)).all()):
            findings.append(Finding("weights_damaged", "significances that are not between 0 and 1"))
        begin = float(clock.min())
        if np.isfinite(begin) and 0 < begin < 4e9:
            extra |= started.local(begin + _1980)
        columns: dict[str, NDArray[np.float64]] = {
            s.TIME: clock - begin,
            "Significance / 1": weight / _WHOLE,
            **tracks,
        }
        table = points.table(
            frequency,
            modulus * np.cos(phase),
            modulus * np.sin(phase),
            findings,
            others=columns,
        )
        table = _after_turn(table, findings)
        points.check_sign(table, findings, "Zahner stores the phase of Z")
        return RawRecord(table, tuple(findings), complete=complete, extra=extra)


def _runs(clock: NDArray[np.float64]) -> bool:
    """Whether the points were measured one after the other."""
    steps = np.diff(clock)
    return bool(np.isfinite(clock).all() and ((steps >= 0) & (steps < _LONGEST_STEP_S)).all())


def _count(data: bytes) -> int:
    """Number of points if the bytes begin as such a file, else 0."""
    if len(data) < _HEADER + 8:
        return 0
    count = int.from_bytes(data[6:_HEADER], "big", signed=True) + 1
    if not 1 <= count <= _MOST_POINTS:
        return 0
    seen = min(count, (len(data) - _HEADER) // 8, 64)
    first = np.frombuffer(data, ">f8", seen, _HEADER)
    plausible = np.isfinite(first) & (first > _LOWEST_HZ) & (first < _HIGHEST_HZ)
    return count if bool(plausible.all()) and seen >= min(count, 2) else 0


def _after(
    data: bytes, position: int, count: int, findings: list[Finding]
) -> tuple[dict[str, Any], dict[str, NDArray[np.float64]], bool]:
    """Texts behind the points, and the tracks of voltage and current if there are any."""
    extra: dict[str, Any] = {"technique": "impedance spectroscopy"}
    try:
        texts: list[str] = []
        for _ in range(len(_TEXTS) + _COMMENTS + 2):
            (length,) = struct.unpack_from(">h", data, position)
            if length < 0 or position + 2 + length > len(data):
                raise struct.error
            # Thales keeps upper and lower case exchanged.
            texts.append(data[position + 2 : position + 2 + length].decode("latin-1").swapcase())
            position += 2 + length
        (flag,) = struct.unpack_from(">h", data, position)
        settings = struct.unpack_from(f">{_SETTINGS}d", data, position + 2)
    except struct.error:
        findings.append(Finding("cut_file", "the file ends behind its points, within its comments"))
        return extra, {}, False
    position += 2 + 8 * _SETTINGS
    known: dict[str, str] = dict(zip(_TEXTS, texts, strict=False))
    comments = [text for text in (known["system"], *texts[len(_TEXTS) : len(_TEXTS) + _COMMENTS]) if text]
    if comments:
        extra["comments"] = " | ".join(comments)
    extra |= _values(known)
    if flag <= _TRACKS_FLAG or not int(settings[_TRACKS_SETTING]) & _TRACKS_BIT:
        return extra, {}, True
    if len(data) < position + 16 * count:
        findings.append(Finding("cut_file", "the file ends within its tracks of voltage and current"))
        return extra, {}, False
    if len(data) > position + 16 * count:
        # Files end with their tracks: what is longer was shifted somewhere before its end.
        rest = len(data) - position - 16 * count
        findings.append(
            Finding("tracks_damaged", f"{rest} bytes too many at its end: voltage and current are left out")
        )
        return extra, {}, False
    pairs = np.frombuffer(data, ">f8", 2 * count, position).astype(np.float64).reshape(count, 2)
    if not bool((np.abs(pairs) < _LARGEST_TRACK).all()):
        findings.append(Finding("tracks_damaged", "the tracks of voltage and current hold impossible values"))
        return extra, {}, False
    zero = int((pairs == 0).all(axis=1).sum())
    if 1 < zero < count:  # a measured voltage and its current are never both exactly zero twice
        findings.append(
            Finding(
                "tracks_zero",
                "points whose voltage and current are exactly zero, as in a damaged file",
                rows=zero,
            )
        )
    return extra, {s.VOLTAGE: pairs[:, 0], s.CURRENT: pairs[:, 1]}, True


def _values(known: dict[str, str]) -> dict[str, Any]:
    """Bias, current, amplitude and temperature as the header prints them ('0.0255V, Ampl: 10mV')."""
    values: dict[str, Any] = {}
    for key, name, unit in (("dc_bias_V", "potential", "V"), ("dc_current_A", "current", "A")):
        found = _QUANTITY.match(known[name].strip())
        if found and found[3] == unit:
            values[key] = float(found[1]) * _PREFIX[found[2]]
    for name in ("potential", "current"):
        _, marked, amplitude = known[name].partition("Ampl:")
        found = _QUANTITY.match(amplitude.strip())
        if marked and found and found[3] in "VA":
            values[f"amplitude_{found[3]}"] = float(found[1]) * _PREFIX[found[2]]
    temperature = re.match(r"([-+]?\d+\.?\d*)", known["temperature"])
    if temperature and float(temperature[1]) > _ABSOLUTE_ZERO_C:
        values["temperature_C"] = float(temperature[1])
    return values


def _after_turn(table: pl.DataFrame, findings: list[Finding]) -> pl.DataFrame:
    """Keep the sweep from the turn on; say how many points before it are measured twice."""
    numbers = table[s.SPECTRUM].to_numpy()
    if len(table) == 0 or numbers[-1] == 0:
        return table
    frequency = table[s.FREQUENCY].to_numpy()
    low, high = int(np.argmin(frequency)), int(np.argmax(frequency))
    begin, end = min(low, high), max(low, high)
    kept = table[begin : end + 1]
    if len(kept) == len(table):
        return table
    findings.append(
        Finding(
            "overlapping_start",
            f"{begin} points from {frequency[0]:.4g} to {frequency[begin]:.4g} Hz were measured again after the "
            "turn of the sweep; the sweep after it is read",
            "note",
            len(table) - len(kept),
        )
    )
    return kept.with_columns(pl.lit(0, pl.Int64).alias(s.SPECTRUM))
