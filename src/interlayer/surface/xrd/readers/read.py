"""Read any powder pattern: choose the reader, read, check."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from interlayer.errors import InputError, ReadError
from interlayer.record.record import Finding, Provenance
from interlayer.surface.xrd.pattern import Pattern
from interlayer.surface.xrd.readers.contract import PatternReader
from interlayer.surface.xrd.readers.registry import ALL_READERS

HEAD_BYTES: Final = 16384
FEWEST_POINTS: Final = 10
_PLATEAU: Final = 4
_UNEVEN: Final = 20.0


@dataclass(frozen=True)
class Read:
    """The patterns of one file and where they are from."""

    patterns: tuple[Pattern, ...]
    provenance: Provenance


def read(path: Path) -> Read:
    """Read the patterns of a file.

    Raises
    ------
    ReadError
        If there is no such file, it is empty, of unknown kind, damaged, or no pattern of rising 2 theta.
    """
    name = path.name
    try:
        if path.is_dir():
            raise ReadError("this is a folder", where=name, advice="give a file in it")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if not head:
            raise ReadError("the file is empty", where=name, advice="copy it from the instrument again")
        reader = choose(path, head)
        patterns = tuple(_checked(one) for one in reader.read(path))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except ReadError as problem:
        raise problem.at(name) from problem.__cause__
    except InputError as problem:
        raise ReadError(problem.what, where=name, advice=problem.advice) from problem
    except OSError as problem:
        raise ReadError(
            f"cannot be read: {problem.strerror}", where=name, advice="check the path"
        ) from problem
    return Read(patterns, Provenance("measured", name, digest, reader.name, reader.version))


def choose(path: Path, head: bytes) -> PatternReader:
    """Return the reader for a file, by its content.

    Raises
    ------
    ReadError
        If none fits; a CIF is told where it belongs.
    """
    for reader in ALL_READERS:
        if reader.sniff(path, head):
            return reader
    start = head.decode("latin-1").lstrip().lower()
    if "\ndata_" in "\n" + start and "_cell_length_a" in start:
        raise ReadError(
            "a CIF holds a structure, not a measured pattern", advice=f"give it as --phase {path.name}"
        )
    raise ReadError(
        f"no powder pattern that is known; looked for files that {'; '.join(r.signature for r in ALL_READERS[:-1])}; "
        f"or {ALL_READERS[-1].signature.removeprefix('has ')}",
        advice="export it as two columns, 2 theta and intensity",
    )


def _checked(pattern: Pattern) -> Pattern:
    x, y = pattern.two_theta_deg, pattern.intensity
    if len(x) < FEWEST_POINTS:
        raise ReadError(f"a pattern of {len(x)} points", advice=f"at least {FEWEST_POINTS} are needed")
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise ReadError("some of its angles or intensities are no numbers")
    if np.max(np.abs(y)) > 1e15:
        raise ReadError(f"an intensity of {np.max(np.abs(y)):.2g} cannot be")
    if pattern.sigma is not None and not np.all(np.isfinite(pattern.sigma) & (pattern.sigma >= 0.0)):
        raise ReadError("some of its errors are negative or no numbers")
    findings = list(pattern.findings)
    if x[0] > x[-1] and np.all(np.diff(x) < 0.0):
        sigma = None if pattern.sigma is None else pattern.sigma[::-1].copy()
        pattern = replace(pattern, two_theta_deg=x[::-1].copy(), intensity=y[::-1].copy(), sigma=sigma)
        x, y = pattern.two_theta_deg, pattern.intensity
        findings.append(Finding("falling_angles", "angles fall in the file; turned round", "note"))
    steps = np.diff(x)
    if np.any(steps <= 0.0):
        row = int(np.argmax(steps <= 0.0)) + 2
        raise ReadError(
            f"angles do not rise: row {row} has {x[row - 1]:g} after {x[row - 2]:g}",
            advice="one scan a file, and 2 theta in the first column",
        )
    if x[0] < -30.0 or x[-1] > 180.0:
        raise ReadError(
            f"angles from {x[0]:g} to {x[-1]:g} are no scattering angles in degrees",
            advice="2 theta in degrees belongs into the first column",
        )
    if x[-1] - x[0] < 0.05:
        raise ReadError(
            f"angles from {x[0]:g} to {x[-1]:g} span less than 0.05 degrees", advice="are they in radians?"
        )
    if np.median(steps) * _UNEVEN < steps.max() and steps.max() > 0.5:
        at = float(x[int(np.argmax(steps))])
        findings.append(Finding("gap", f"no points for {steps.max():.3g} degrees after {at:.4g} degrees"))
    if not np.ptp(y) > 0.0:
        raise ReadError(
            "all intensities are the same", advice="the detector was off, or the wrong column is read"
        )
    findings += _saturated(pattern)
    if np.any(y < 0.0) and pattern.sigma is None:
        findings.append(
            Finding(
                "negative", f"{int((y < 0.0).sum())} intensities are negative: a background was subtracted?"
            )
        )
    return replace(pattern, findings=tuple(findings))


def _saturated(pattern: Pattern) -> list[Finding]:
    """A detector that counts no further shows as points of exactly the same, highest value side by side."""
    y = pattern.intensity
    top = y == y.max()
    if y.max() < 50.0 or y.max() < 3.0 * float(np.median(y)):
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], top.astype(int), [0]])))
    runs = edges[1::2] - edges[::2]
    longest = int(runs.max())
    if longest < _PLATEAU:
        return []
    at = float(pattern.two_theta_deg[edges[::2][int(np.argmax(runs))]])
    return [
        Finding(
            "saturated",
            f"{longest} points in a row have the highest value {y.max():g} (at {at:.4g} degrees): the detector was "
            "saturated; heights and positions there are wrong",
            severity="error",
        )
    ]
