"""Defects of one region, named after it was read, whatever its format."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.spectrum import FloatArray, Region

FEWEST_POINTS: Final = 8
_LARGEST_EV: Final = 20_000.0
_LARGEST_INTENSITY: Final = 1e15
"""No detector counts more; such values are marks of missing ones (1E37) or damage."""
_STEP_TOLERANCE: Final = 0.02
"""Steps that differ by less, relative to the median step, are rounding of the file."""
_FLAT_TOP: Final = 5
_NOISE_POINTS: Final = 40
_NOISE_LOW, _NOISE_HIGH = 0.5, 2.0


def finished(region: Region) -> Region:
    """Return the region without points that are no numbers, and with its defects named.

    Raises
    ------
    ReadError
        If fewer than `FEWEST_POINTS` points remain, or no energy is one of an electron.
    """
    region, found = _whole_points(region)
    energy, intensity = region.energy_eV, region.intensity
    if len(energy) < FEWEST_POINTS:
        raise ReadError(
            f"{region.name}: {len(energy)} points are no spectrum (at least {FEWEST_POINTS} are needed)",
            advice="give the measured spectrum, not a table of results",
        )
    if np.max(np.abs(energy)) > _LARGEST_EV or np.ptp(energy) == 0:
        raise ReadError(
            f"{region.name}: energies from {np.min(energy):g} to {np.max(energy):g} eV are none of a spectrum",
            advice="check which column holds the energies, and their unit",
        )
    found += _of_energies(region, energy)
    found += _of_intensities(region, intensity)
    ratio = noise_over_counting(region)
    extra = dict(region.extra)
    if ratio is not None:
        extra["noise_over_counting"] = ratio
        if not _NOISE_LOW <= ratio <= _NOISE_HIGH:
            found.append(
                Finding(
                    "noise_unlike_counting",
                    f"{region.name}: points scatter {ratio:.2g} times as much as counting in {region.counting_s or 1:g}"
                    f" s would have it; smoothed, corrected or scaled values, or another counting time",
                )
            )
    return replace(region, extra=extra, findings=(*region.findings, *found))


def _whole_points(region: Region) -> tuple[Region, list[Finding]]:
    good: NDArray[np.bool_] = np.isfinite(region.energy_eV) & (np.abs(region.intensity) < _LARGEST_INTENSITY)
    bad = int(np.count_nonzero(~good))
    if not bad:
        return region, []
    finding = Finding(
        "missing_values", f"{region.name}: {bad} points without a usable number are left out", rows=bad
    )
    columns = {name: values[good] for name, values in region.columns.items()}
    return replace(
        region, energy_eV=region.energy_eV[good], intensity=region.intensity[good], columns=columns
    ), [finding]


def _of_energies(region: Region, energy: FloatArray) -> list[Finding]:
    found: list[Finding] = []
    steps = np.diff(energy)
    repeated = int(np.count_nonzero(steps == 0))
    if repeated:
        found.append(
            Finding(
                "repeated_energies", f"{region.name}: {repeated} energies stand twice in a row", rows=repeated
            )
        )
    moving = steps[steps != 0]
    rising = np.median(np.sign(moving)) > 0
    turned = int(np.count_nonzero((moving > 0) != rising))
    if turned:
        found.append(
            Finding("energies_turn", f"{region.name}: the energies turn back at {turned} places", rows=turned)
        )
    elif rising and not region.is_kinetic:
        found.append(
            Finding("rising_energies", f"{region.name}: stored from low to high binding energy", "note")
        )
    median = float(np.median(np.abs(moving)))
    uneven = int(np.count_nonzero(np.abs(np.abs(moving) - median) > _STEP_TOLERANCE * median))
    if uneven and not turned:
        found.append(
            Finding(
                "uneven_steps",
                f"{region.name}: {uneven} steps differ from the usual {median:g} eV",
                rows=uneven,
            )
        )
    photon = region.photon_energy_eV
    if photon is not None and not region.is_kinetic and (np.max(energy) > photon or np.min(energy) < -60.0):
        found.append(
            Finding(
                "energies_out_of_range",
                f"{region.name}: {np.min(energy):.1f} to {np.max(energy):.1f} eV cannot all be binding energies "
                f"with photons of {photon:g} eV",
            )
        )
    return found


def _of_intensities(region: Region, intensity: FloatArray) -> list[Finding]:
    found: list[Finding] = []
    negative = int(np.count_nonzero(intensity < 0))
    if negative:
        found.append(
            Finding("negative_counts", f"{region.name}: {negative} values are below 0", rows=negative)
        )
    top = float(np.max(intensity))
    at_top: NDArray[np.intp] = np.flatnonzero(intensity == top)
    longest = _longest_run(at_top)
    if top > 0 and longest >= _FLAT_TOP and longest < len(intensity):
        found.append(
            Finding(
                "saturated",
                f"{region.name}: {longest} neighbouring points all have the largest value, {top:g}: the detector or "
                "the export is at its limit",
                rows=longest,
            )
        )
    if np.ptp(intensity) == 0:
        found.append(Finding("no_signal", f"{region.name}: all values are {top:g}", "error"))
    return found


def _longest_run(positions: NDArray[np.intp]) -> int:
    breaks = np.flatnonzero(np.diff(positions) != 1)
    edges = np.concatenate(([-1], breaks, [len(positions) - 1]))
    return int(np.max(np.diff(edges)))


def noise_over_counting(region: Region) -> float | None:
    """Return the scatter of neighbouring points over that of counting, or None if it cannot be told.

    Third differences take out what is smooth over four points (their variance is 20 times that of a point); the
    median makes it insensitive to narrow lines. 1 for counts as they came from the detector.
    """
    if region.intensity_unit == "counts":
        counts = region.intensity
    elif region.intensity_unit == "counts/s" and region.counting_s:
        counts = region.intensity * region.counting_s
    else:
        return None
    if len(counts) < _NOISE_POINTS or np.min(counts) < 0 or np.median(counts) < 20:
        return None
    rough = np.diff(counts, 3)
    level = (counts[:-3] + counts[1:-2] + counts[2:-1] + counts[3:]) / 4
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.abs(rough) / np.sqrt(20.0 * level)
    return float(np.nanmedian(scaled) / 0.6744897501960817)
