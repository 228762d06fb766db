"""Validation and relaxation times of many spectra: those of one grid together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from interlayer.circuits.drt import DRT, drt_spectra
from interlayer.circuits.validation import Validation, validate_spectra
from interlayer.errors import InputError
from interlayer.metrics.placement import times_of
from interlayer.metrics.spectrum_analysis import AnalysedSpectrum

FloatArray = NDArray[np.float64]


def checked(spectra: Sequence[AnalysedSpectrum]) -> list[AnalysedSpectrum]:
    """Return the spectra with their validation; those that it refuses stay without.

    Points that carry a time are judged for drift with it, others with times that fit their frequencies.
    """
    result = list(spectra)
    for members, f in _grids(spectra):
        times = [times_of(spectra[k].record, spectra[k].spectrum) for k in members]
        # spectra with and without times are different questions
        for has in (True, False):
            rows = [n for n, t in enumerate(times) if (t is not None) is has]
            if not rows:
                continue
            z = np.array([spectra[members[n]].spectrum.impedance_ohm for n in rows])
            stamps = np.array([times[n] for n in rows], dtype=np.float64) if has else None
            try:
                found = validate_spectra(f, z, time_s=stamps)
            except InputError:
                continue
            for n, one in zip(rows, found, strict=True):
                result[members[n]] = replace(spectra[members[n]], validation=one)
    return result


def relaxation_times(spectra: Sequence[AnalysedSpectrum]) -> list[DRT | None]:
    """Return the distribution of relaxation times of each spectrum; None where there are too few points.

    Outliers that validation has named are left out.
    """
    result: list[DRT | None] = [None] * len(spectra)
    for members, f in _grids(spectra):
        z = np.array([spectra[k].spectrum.impedance_ohm for k in members])
        keep = np.array([_kept(spectra[k].validation, f.size) for k in members])
        try:
            for k, found in zip(members, drt_spectra(f, z, keep=keep), strict=True):
                result[k] = found
        except InputError:
            for n, k in enumerate(members):
                try:
                    result[k] = drt_spectra(f, z[n : n + 1], keep=keep[n : n + 1])[0]
                except InputError:
                    continue
    return result


def suspect_frequencies(one: Validation | None) -> FloatArray:
    """Frequencies in Hz that validation names, shape (m,)."""
    return np.zeros(0) if one is None else one.bad_frequencies


def _kept(one: Validation | None, size: int) -> NDArray[np.bool_]:
    return np.ones(size, dtype=np.bool_) if one is None else ~one.outlying


def _grids(spectra: Sequence[AnalysedSpectrum]) -> list[tuple[list[int], FloatArray]]:
    """Numbers of the spectra that share their frequencies, and these."""
    groups: dict[bytes, list[int]] = {}
    for k, one in enumerate(spectra):
        f = np.ascontiguousarray(one.spectrum.frequency_Hz, dtype=np.float64)
        if f.size:
            groups.setdefault(f.tobytes(), []).append(k)
    return [(members, spectra[members[0]].spectrum.frequency_Hz) for members in groups.values()]
