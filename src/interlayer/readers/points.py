"""Points of impedance into columns of the record: numbered, with what is odd about them named."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from interlayer.errors import ReadError
from interlayer.readers import sign
from interlayer.readers.spectra import spectrum_starts
from interlayer.record import schema as s
from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]
_SHORT: Final = 3
"""Sweeps with fewer points are named."""
TIME_DOMAIN: Final = (s.TIME, s.VOLTAGE, s.CURRENT)


def table(
    frequency: ArrayLike,
    real: ArrayLike,
    imaginary: ArrayLike,
    findings: list[Finding],
    *,
    others: Mapping[str, ArrayLike] | None = None,
    group: ArrayLike | None = None,
) -> pl.DataFrame:
    """Return the columns of a record for points of one or several spectra.

    A row whose frequency and impedance are both zero or blank belongs to the time domain if it has a voltage
    or a current, and is left out otherwise. A point whose impedance is exactly zero is kept without it.

    Parameters
    ----------
    frequency, real, imaginary : array_like
        Shape (n,), Hz and ohm, Im < 0 for a capacitor; NaN where blank.
    findings : list of Finding
        What is odd is added here.
    others : mapping of str to array_like, optional
        Further columns by their labels, shape (n,).
    group : array_like of int, optional
        Shape (n,); a change begins a new spectrum, as does a sweep that turns back.

    Returns
    -------
    polars.DataFrame

    Raises
    ------
    ReadError
        If not a single row is a point of a spectrum or of the time domain.
    """
    f, re, im = (np.asarray(a, dtype=np.float64) for a in (frequency, real, imaginary))
    columns = {label: np.asarray(values) for label, values in (others or {}).items()}
    nothing = ~(np.abs(re) > 0) & ~(np.abs(im) > 0)
    point = np.isfinite(f) & (f > 0)
    timed = np.zeros(len(f), dtype=np.bool_)
    for label in (s.VOLTAGE, s.CURRENT):
        if label in columns:
            timed |= np.isfinite(columns[label].astype(np.float64))
    zeros = _all_zero(f, nothing, columns)
    in_time = ~point & nothing & timed & ~zeros
    kept = point | in_time
    _name_left_out(f, kept, zeros, findings)
    lost = point & nothing
    if lost.any():
        at = ", ".join(f"{x:.4g} Hz" for x in f[lost][:5])
        findings.append(
            Finding(
                "zero_impedance",
                f"points without impedance, or with exactly zero ({at})",
                rows=int(lost.sum()),
            )
        )
    if not kept.any():
        raise ReadError("no point of a spectrum in it", advice="look whether the measurement ran at all")
    half = point & ~lost & ~(np.isfinite(re) & np.isfinite(im))
    if half.any():
        findings.append(
            Finding("blank_points", "points with one part of the impedance only", rows=int(half.sum()))
        )
    z_known = point & ~lost
    starts = np.zeros(len(f), dtype=np.bool_)
    starts[point] = spectrum_starts(f[point])
    if group is not None and point.any():
        starts[point] = _starts_by_group(f[point], np.asarray(group)[point])
    index = np.cumsum(starts) - 1
    counts = np.bincount(index[point]) if point.any() else np.zeros(1)
    if len(counts) > 1 and (counts < _SHORT).any():
        findings.append(
            Finding(
                "short_spectra",
                f"{int((counts < _SHORT).sum())} of {len(counts)} sweeps have fewer than {_SHORT} points: the "
                "frequency turns back there",
            )
        )
    frame = pl.DataFrame(
        {
            **{label: values[kept] for label, values in columns.items()},
            s.SPECTRUM: np.where(point, index, -1)[kept],
            s.FREQUENCY: np.where(point, f, np.nan)[kept],
            s.Z_REAL: np.where(z_known, re, np.nan)[kept],
            s.Z_IMAG: np.where(z_known, im, np.nan)[kept],
        }
    )
    numeric = [c for c, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(
        *(pl.when(pl.col(c).is_finite()).then(pl.col(c)).alias(c) for c in numeric),
        pl.when(pl.col(s.SPECTRUM) >= 0).then(pl.col(s.SPECTRUM)).alias(s.SPECTRUM),
    )


def check_sign(frame: pl.DataFrame, findings: list[Finding], said: str, advice: str = "") -> None:
    """Warn if the numbers contradict the sign that the format or a header states; nothing is turned.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns of a record.
    findings : list of Finding
        A contradiction is added here.
    said : str
        Who states the sign, to complete '... says'.
    advice : str
        What to do about it.
    """
    rows = frame.select(s.FREQUENCY, s.Z_REAL, s.Z_IMAG).drop_nulls()
    f, re, im = (rows[c].to_numpy() for c in rows.columns)
    shown, why = sign.evidence(f, re, im)
    if shown < 0 and len(f) >= 5:
        findings.append(
            Finding(
                "imaginary_sign_doubtful",
                f"{said}, but {why}, which a cell cannot do: the sign of the imaginary part may be wrong{advice}",
                rows=len(f),
            )
        )


def _starts_by_group(frequency: FloatArray, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Starts of spectra within each group, by where its own sweep turns back."""
    edges = [0, *(np.flatnonzero(numbers[1:] != numbers[:-1]) + 1).tolist(), len(frequency)]
    return np.concatenate([spectrum_starts(frequency[a:b]) for a, b in pairwise(edges)])


def _all_zero(
    f: FloatArray, nothing: NDArray[np.bool_], columns: Mapping[str, FloatArray]
) -> NDArray[np.bool_]:
    """Rows in which everything is zero or blank."""
    zeros = ~(np.abs(f) > 0) & nothing
    for label in TIME_DOMAIN:
        if label in columns:
            zeros &= ~(np.abs(columns[label].astype(np.float64)) > 0)
    return zeros


def _name_left_out(
    f: FloatArray, kept: NDArray[np.bool_], zeros: NDArray[np.bool_], findings: list[Finding]
) -> None:
    if zeros.any():
        first = int(np.flatnonzero(zeros)[0]) + 1
        findings.append(
            Finding("zero_rows", f"rows of zeros, the first is row {first}; left out", rows=int(zeros.sum()))
        )
    odd = ~kept & ~zeros
    if odd.any():
        shown = ", ".join(f"{x:.4g}" for x in f[odd][:5])
        findings.append(
            Finding(
                "bad_frequency",
                f"rows whose frequency is not above zero ({shown}), left out",
                rows=int(odd.sum()),
            )
        )
