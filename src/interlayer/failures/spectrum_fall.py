"""Fall of R_b + R_gb in spectra: a parallel path lowers the pellet's arcs, wetting and formation only R_int."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.circuits import fit_spectra
from interlayer.circuits import resistances as sort_arcs
from interlayer.errors import InterlayerError
from interlayer.failures.ohmic_floor import FITTED_ERROR
from interlayer.failures.temperature import explained, slice_temperatures
from interlayer.failures.trace import time_text, trace
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.geometry import geometry_of
from interlayer.metrics.placement import temperature_of

MOST_SPECTRA: Final = 16
"""So many spectra, evenly spread, are fitted at once; 10 ms each."""
LEAST_FALL: Final = 0.15
SURE: Final = 3.0
NO_SPECTRA: Final = "fall of R_b + R_gb: not assessed, fewer than two spectra"


@dataclass(frozen=True)
class SpectrumFall:
    """What spectra say about a parallel path.

    Attributes
    ----------
    assessed, found : bool
    share : float
        R_b + R_gb of the last low spectrum over the first; 1 where it does not fall.
    between_s : tuple of float or None
        Times of the last high and the first low spectrum.
    detail : str
    interface : str
        What R_int did, '' if it cannot be told.
    lasting : bool
        Whether all later spectra are low, two at least: a temperature that swings comes back.
    """

    assessed: bool
    found: bool
    share: float
    between_s: tuple[float, float] | None
    detail: str
    interface: str = ""
    lasting: bool = False


def spectrum_fall(analysis: Analysis) -> SpectrumFall:
    """Compare R_b + R_gb of a record's spectra."""
    record = analysis.record
    spectra = [x for x in record.spectra if x.time_s is not None and x.frequency_Hz.size >= 8]
    if len(spectra) < 2:
        return SpectrumFall(False, False, 1.0, None, NO_SPECTRA)
    chosen = np.unique(np.linspace(0, len(spectra) - 1, min(MOST_SPECTRA, len(spectra))).astype(int))
    spectra = [spectra[k] for k in chosen.tolist()]
    try:
        fits = fit_spectra([(x.frequency_Hz, x.impedance_ohm) for x in spectra])
    except InterlayerError as problem:
        return SpectrumFall(False, False, 1.0, None, f"fall of R_b + R_gb: not assessed, {problem}")
    geometry = geometry_of(record)
    time, value, error, interface, warm = ([] for _ in range(5))
    for one, fit in zip(spectra, fits, strict=True):
        cell = sort_arcs(fit, geometry=geometry)
        total = cell.R_b_plus_R_gb
        if total is None or total.value <= 0:
            continue
        time.append(float(one.time_s or 0.0))
        value.append(total.value)
        error.append(max(total.stderr or 0.2 * total.value, FITTED_ERROR * total.value))
        interface.append(float("nan") if cell.R_int is None else cell.R_int.value)
        temperature = temperature_of(record, one)
        near = _temperature_near(analysis, float(one.time_s or 0.0)) if temperature is None else temperature
        warm.append(near)
    if len(value) < 2:
        return SpectrumFall(
            False, False, 1.0, None, "fall of R_b + R_gb: not assessed, the arcs cannot be told"
        )
    return _judged(np.array(time), np.array(value), np.array(error), np.array(interface), np.array(warm))


def _temperature_near(analysis: Analysis, time_s: float) -> float:
    """Temperature in degC of the half-cycles around a spectrum that has none itself, NaN if unknown."""
    t, warm = analysis.get(trace), analysis.get(slice_temperatures)
    good = np.isfinite(warm)
    return float(np.interp(time_s, t.time_s[good], warm[good])) if good.any() else float("nan")


def _judged(
    time: np.ndarray, value: np.ndarray, error: np.ndarray, interface: np.ndarray, warm: np.ndarray
) -> SpectrumFall:
    log, sigma = np.log(value), error / value
    room = np.array([explained(warm[0], w) if w > warm[0] else 0.0 for w in warm.tolist()])
    fall = log[0] - log - room
    low = (fall > -np.log(1.0 - LEAST_FALL)) & (fall > SURE * np.hypot(sigma, sigma[0]))
    known = np.isfinite(interface)
    words = ""
    if known.sum() >= 2:
        first, last = interface[known][0], interface[known][-1]
        words = f"R_int goes from {first:.4g} to {last:.4g} ohm"
        if last < 0.8 * first and not low.any():
            words += " while R_b + R_gb stays: wetting or formation, no short"
    if not low.any():
        text = f"R_b + R_gb stays at {value[0]:.4g} ohm in {value.size} spectra ({value[-1]:.4g} ohm in the last)"
        return SpectrumFall(True, False, 1.0, None, text, words)
    k = int(np.argmax(low))
    text = (
        f"R_b + R_gb falls from {value[k - 1]:.4g} to {value[k]:.4g} ohm between the spectra at "
        f"{time_text(time[k - 1])} and {time_text(time[k])} ({value[k] / value[0] - 1:.0%} against the first)"
    )
    last_low = int(np.flatnonzero(low)[-1])
    share, between = float(value[last_low] / value[0]), (float(time[k - 1]), float(time[k]))
    return SpectrumFall(True, True, share, between, text, words, bool(low[k:].all() and low[k:].size >= 2))
