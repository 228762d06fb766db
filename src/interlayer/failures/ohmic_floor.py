"""The ohmic floor: R_b + R_gb of this very cell, which no direct current can undercut without a second path.

It is known from the cell's own spectrum before it failed, or from thickness, area and conductivity that its
description states. It is never taken from a table of materials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np

from interlayer import units
from interlayer.circuits import fit_spectrum
from interlayer.circuits import resistances as sort_arcs
from interlayer.errors import InterlayerError
from interlayer.failures.temperature import BOLTZMANN_EV, STEEPEST_EV, explained, half_temperatures
from interlayer.failures.trace import Trace, trace
from interlayer.measured import read as read_measured
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.geometry import geometry_of, thickness_of
from interlayer.metrics.placement import temperature_of
from interlayer.record import Spectrum

DESCRIBED_ERROR: Final = 0.25
"""Relative error that thickness, area and conductivity of a description may have together, where none is stated."""
FITTED_ERROR: Final = 0.05
"""Least relative error of the floor from a spectrum: contacts and temperature drift as much."""
SURE: Final = 3.0
PELLET_EV: Final = 0.7
"""Activation energy of a pellet that is allowed for where none is stated, eV."""
ROOM_C: Final = 25.0
"""Temperature at which a description states conductivities, degC."""
WIRES_OHM: Final = 0.3
"""Less than this is what leads and springs alone have ..."""
WIRES_OHM_M2: Final = 1e-4
"""... if it is also less than this times the area, where that is known (1 ohm cm2)."""
NOTHING_OHM: Final = 5.0
"""A voltage that cannot be told from the noise is a short if it is surely less than this."""
FEWEST_NOTHING: Final = 6
NOT_ASSESSED: Final = (
    "ohmic floor: not assessed; a spectrum before the first current, or thickness, area and conductivity in the "
    "cell's description, would tell"
)


@dataclass(frozen=True)
class Floor:
    """The ohmic floor of a cell.

    Attributes
    ----------
    ohm, error_ohm : float or None
        None if it is not known.
    source : str
        Where it is from, or why it is not known.
    temperature_C : float
        At which it holds; NaN if that is not known.
    activation_eV : float or None
        How it changes with temperature, if the description says so.
    """

    ohm: float | None
    error_ohm: float | None
    source: str
    temperature_C: float = float("nan")
    activation_eV: float | None = None

    @property
    def border_ohm(self) -> float | None:
        """Less than this is under the floor beyond its error."""
        if self.ohm is None or self.error_ohm is None:
            return None
        return self.ohm - SURE * self.error_ohm

    def at(self, temperature_C: float) -> float | None:
        """Border at another temperature; without an activation energy heat may lower it, and nothing raises it."""
        border = self.border_ohm
        if border is None or not np.isfinite(temperature_C) or not np.isfinite(self.temperature_C):
            return border
        if self.activation_eV is not None:
            inverse = 1.0 / (temperature_C + 273.15) - 1.0 / (self.temperature_C + 273.15)
            return border * float(np.exp(self.activation_eV / BOLTZMANN_EV * inverse))
        warmer = temperature_C > self.temperature_C
        room = explained(temperature_C, self.temperature_C) if warmer else 0.0
        return border * float(np.exp(-min(room * PELLET_EV / STEEPEST_EV, 700.0)))


def ohmic_floor(analysis: Analysis) -> Floor:
    """Find the floor: of the first spectrum, else of the description."""
    notes: list[str] = []
    found = _from_spectrum(analysis, notes)
    described = _from_description(analysis, notes)
    known = [x for x in (found, described) if x is not None]
    if not known:
        return Floor(None, None, "; ".join([NOT_ASSESSED, *notes]))
    # a cell that was shorted when its first spectrum was taken shows less than its description
    return max(known, key=lambda x: x.border_ohm or 0.0)


def _from_spectrum(analysis: Analysis, notes: list[str]) -> Floor | None:
    spectra = [x for x in analysis.record.spectra if x.frequency_Hz.size >= 8]
    if not spectra:
        return None
    first = spectra[0]
    fitted = pellet_of(analysis, first)
    if isinstance(fitted, str):
        notes.append(f"first spectrum: {fitted}")
        return None
    value, error = fitted
    source = f"R_b + R_gb of the cell's first spectrum, {value:.4g} ohm"
    return Floor(value, error, source, first_temperature(analysis), _activation(analysis.record.cell))


def pellet_of(analysis: Analysis, spectrum: Spectrum) -> tuple[float, float] | str:
    """R_b + R_gb of a spectrum and its error in ohm, or why there is none."""
    try:
        fit = fit_spectrum(
            np.ascontiguousarray(spectrum.frequency_Hz, dtype=np.float64),
            np.ascontiguousarray(spectrum.impedance_ohm, dtype=np.complex128),
        )
    except InterlayerError as problem:
        return str(problem)
    cell = sort_arcs(fit, geometry=geometry_of(analysis.record))
    total = cell.R_b_plus_R_gb
    if total is None or total.value <= 0:
        return "it gives no R_b + R_gb"
    error = total.stderr if total.stderr is not None else 0.2 * total.value
    return float(total.value), max(float(error), FITTED_ERROR * float(total.value))


def _from_description(analysis: Analysis, notes: list[str]) -> Floor | None:
    record = analysis.record
    cell = record.cell or {}
    part: object = cell.get("electrolyte")
    electrolyte = cast("Mapping[str, Any]", part) if isinstance(part, Mapping) else {}
    text = electrolyte.get("conductivity")
    thickness = thickness_of(record)
    pellet: object = (cell.get("resolved") or {}).get("pellet_area_m2")
    area = float(pellet) if isinstance(pellet, int | float) and pellet > 0 else record.area_m2
    missing = [
        name
        for name, there in (("conductivity", text), ("thickness", thickness), ("area", area))
        if there is None
    ]
    if missing or thickness is None or area is None:
        if cell:
            notes.append(f"the description lacks {' and '.join(missing)}")
        return None
    try:
        sigma = _conductivity(str(text))
    except InterlayerError as problem:
        notes.append(f"conductivity of the description: {problem}")
        return None
    value = thickness / (sigma * area)
    source = (
        f"thickness/(conductivity x area) of its description, {value:.4g} ohm at {ROOM_C:g} degC, "
        f"{DESCRIBED_ERROR:.0%} allowed for"
    )
    return Floor(value, DESCRIBED_ERROR * value / SURE, source, ROOM_C, _activation(cell))


def _activation(cell: Mapping[str, Any] | None) -> float | None:
    """Activation energy in eV that a description states for its electrolyte, or None."""
    part: object = (cell or {}).get("electrolyte")
    text = cast("Mapping[str, Any]", part).get("activation_energy") if isinstance(part, Mapping) else None
    if text is None:
        return None
    try:
        joule = float(read_measured(str(text), "eV", where="electrolyte.activation_energy").value)
    except InterlayerError:
        return None
    return joule / units.factor("eV")


def cell_temperature(cell: Mapping[str, Any] | None) -> float:
    """Temperature in degC that a description states, NaN if it does not."""
    kelvin: object = ((cell or {}).get("resolved") or {}).get("temperature_K")
    return float(kelvin) - 273.15 if isinstance(kelvin, int | float) else float("nan")


def _conductivity(text: str) -> float:
    return float(read_measured(text, "S/cm", where="electrolyte.conductivity").value)


def first_temperature(analysis: Analysis) -> float:
    """Temperature in degC of the first spectrum, NaN if the file does not tell."""
    spectra = analysis.record.spectra
    found = temperature_of(analysis.record, spectra[0]) if spectra else None
    return float("nan") if found is None else found


@dataclass(frozen=True)
class UnderFloor:
    """Where |V|/|I| lies under the floor.

    Attributes
    ----------
    assessed : bool
    from_start : bool
        Whether the first half-cycles do.
    share : float
        Of half-cycles that do.
    first_half : int or None
    time_s : float or None
    level_ohm : float or None
        Median of those that do.
    detail : str
    whole_ohm : float or None
        The floor itself, without its error, at the temperature of those that do.
    """

    assessed: bool
    from_start: bool
    share: float
    first_half: int | None
    time_s: float | None
    level_ohm: float | None
    detail: str
    whole_ohm: float | None = None


def under_floor(analysis: Analysis) -> UnderFloor:
    """Compare every half-cycle with the floor."""
    t, floor = analysis.get(trace), analysis.get(ohmic_floor)
    if not t.known_current:
        return UnderFloor(False, False, 0.0, None, None, None, "ohmic floor: not assessed without a current")
    known = np.flatnonzero(np.isfinite(t.level_ohm))
    border = floor.border_ohm
    wires = _by_wires(analysis, t, known, floor)
    if border is None or not known.size or wires.from_start:
        return wires
    level = t.level_ohm[known]
    warm = half_temperatures(analysis)[known]
    stated = cell_temperature(analysis.record.cell)
    warm = np.where(np.isfinite(warm), warm, stated)
    # a few distinct temperatures at most: a record without the column has one
    borders = {w: floor.at(w) or 0.0 for w in set(np.round(warm, 1).tolist())}
    alone = floor.at(float("nan")) or 0.0
    here = np.array([borders.get(w, alone) for w in np.round(warm, 1).tolist()])
    under = level < here
    if not under.any():
        least = float(np.min(level))
        detail = f"|V|/|I| stays above the ohmic floor ({floor.source}): {least:.4g} ohm at least"
        return UnderFloor(True, False, 0.0, None, None, None, detail)
    first = int(known[np.argmax(under)])
    start = int(known[0])
    # what falls under it within the first half-cycle was not there from the start
    begin = t.ohm[t.owner == known[0]]
    begun_low = float(np.median(begin[: max(begin.size // 4, 1)])) < border
    from_start = bool(under[: min(5, under.size)].mean() > 0.7 and begun_low)
    some = float(np.median(level[under]))
    detail = (
        f"|V|/|I| lies under the ohmic floor in {int(under.sum())} of {known.size} half-cycles, first in half-cycle "
        f"{first}: {some:.4g} ohm, floor: {floor.source}"
    )
    at = start if from_start else first
    whole = floor.ohm
    if whole is not None and floor.activation_eV is not None and border > 0:
        whole *= float(np.median(here[under])) / border
    return UnderFloor(
        True, from_start, float(under.mean()), at, float(t.halves.start_s[at]), some, detail, whole
    )


def _highest_at_first(level: np.ndarray) -> float:
    """What the first third of the half-cycles may show at most, from their mean and its error."""
    first = level[: max(3, level.size // 3)]
    if first.size < 3:
        return float(np.max(first))
    return float(np.mean(first)) + 2.0 * float(np.std(first)) / float(np.sqrt(first.size - 1))


def _by_wires(analysis: Analysis, t: Trace, known: np.ndarray, floor: Floor) -> UnderFloor:
    """Without a floor: what only leads and springs have is a short whatever the electrolyte."""
    area = analysis.record.area_m2
    if known.size:
        level = t.level_ohm[known]
        high = float(np.quantile(level, 0.9))
        middle = float(np.mean(level))
        error = float(np.std(level)) / np.sqrt(max(known.size - 1, 1)) if known.size > 2 else float("inf")
        most = max(min(high, middle + 2.0 * error), _highest_at_first(level))
        start = int(known[0])
        at = float(t.halves.start_s[start])
        if most < WIRES_OHM and (area is None or most * area < WIRES_OHM_M2):
            detail = (
                f"|V|/|I| is {np.median(level):.2g} ohm from the first half-cycle on: no more than leads and springs "
                f"have ({WIRES_OHM:g} ohm); no electrolyte is left in the path"
            )
            return UnderFloor(True, True, 1.0, start, at, max(float(np.median(level)), 0.0), detail)
        if abs(middle) < SURE * error and most < NOTHING_OHM and known.size >= FEWEST_NOTHING:
            detail = (
                f"no voltage can be told from the noise in {known.size} half-cycles: |V|/|I| is {middle:.2g} ohm with "
                f"a standard error of {error:.2g} ohm; no electrolyte is left in the path"
            )
            return UnderFloor(True, True, 1.0, start, at, max(middle, 0.0), detail)
    return UnderFloor(False, False, 0.0, None, None, None, floor.source)
