"""A diffraction file as an observation: numbers, words, table, figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from interlayer.errors import InputError
from interlayer.metrics.base import Metric
from interlayer.record.record import Finding
from interlayer.surface.observation import Observation
from interlayer.surface.xrd import density
from interlayer.surface.xrd.analysis import Analysis, Found, analyse
from interlayer.surface.xrd.density import Pellet
from interlayer.surface.xrd.foreign import ForeignPeak
from interlayer.surface.xrd.library import Phase
from interlayer.surface.xrd.pattern import Pattern
from interlayer.surface.xrd.radiation import K_LINES, Radiation
from interlayer.surface.xrd.readers.read import read

if TYPE_CHECKING:
    from interlayer.report.observation_page import Seen

ANGLE: Final = "2 theta / deg"
INTENSITY: Final = "Intensity"
FIT: Final = "Fit"
BACKGROUND: Final = "Background"
TEXTURE: Final = (
    "Mass fractions count crystalline phases only and assume grains in all directions; in a coating or a pressed "
    "pellet texture can shift them by a factor."
)
_FEW: Final = 8


@dataclass(frozen=True)
class Wishes:
    """What a person says about a pattern."""

    phases: tuple[Phase, ...] = ()
    radiation: Radiation | None = None
    pellet: Pellet | None = None


def observe(path: Path, label: str, state: str, wishes: Wishes) -> tuple[Seen, ...]:
    """Return what a file shows, one observation a pattern.

    Raises
    ------
    ReadError, InputError
        If the file is no pattern, or the radiation is not known.
    """
    from interlayer.report.figures.diffraction import diffraction
    from interlayer.report.observation_page import Seen

    found = read(path)
    seen: list[Seen] = []
    several = len(found.patterns) > 1
    for number, pattern in enumerate(found.patterns, start=1):
        light = _radiation(pattern, wishes, path.name)
        try:
            result = analyse(pattern, light, wishes.phases)
        except InputError as problem:
            raise problem.at(path.name) from problem.__cause__
        name = f"{label} {number}" if several else label
        observation = Observation(
            technique="xrd",
            label=name,
            state=state,
            metrics=tuple(metrics(result, wishes.pellet)),
            words=tuple(words(result, wishes)),
            table=_table(pattern, result),
            provenance=replace(found.provenance, extra=dict(pattern.extra)),
            findings=(*pattern.findings, *_findings(pattern, result, wishes)),
            settings=settings(result, wishes),
        )
        seen.append(Seen(observation, (diffraction(result, pattern, name),)))
    return tuple(seen)


def _radiation(pattern: Pattern, wishes: Wishes, name: str) -> Radiation:
    light = wishes.radiation or pattern.radiation
    if light is None:
        raise InputError(
            "the file does not say its wavelength",
            where=name,
            advice=f'give --wavelength: {", ".join(K_LINES)}, or a number such as "1.5406 angstrom"',
        )
    return light


def metrics(result: Analysis, pellet: Pellet | None) -> list[Metric]:
    """Return the numbers of an analysis."""
    values: list[Metric] = []
    for one in result.phases:
        if one.seen:
            values += _phase_metrics(one, len([p for p in result.phases if p.seen]))
        elif one.given:
            limit = result.limits.get(one.lines.phase.key)
            values.append(
                Metric(
                    "mass_fraction",
                    None if limit is None else 100.0 * limit,
                    "%",
                    bound="<=",
                    evidence=(one.lines.phase.name, "not seen; detection limit"),
                )
            )
    true = [one for one in result.foreign if not one.tube]
    values.append(
        Metric(
            "foreign_lines",
            float(len(true)),
            "1",
            evidence=tuple(
                f"{one.two_theta_deg:.2f} deg ({one.significance:.0f} sigma)" for one in true[:_FEW]
            ),
        )
    )
    if pellet is not None:
        values.append(_relative(result, pellet)[0])
    return values


def _phase_metrics(one: Found, count: int) -> list[Metric]:
    name = one.lines.phase.name
    values: list[Metric] = []
    if isinstance(one.lattice, str):
        values.append(Metric("lattice_a", None, "angstrom", evidence=(f"{name}: {one.lattice}",)))
    else:
        evidence = (name, f"{len(one.lattice.lines)} lines stand out")
        for part, error in one.lattice.errors.items():
            unit = "angstrom" if part in ("a", "b", "c") else "deg"
            values.append(
                Metric(f"lattice_{part}", getattr(one.lattice.cell, part), unit, error, evidence=evidence)
            )
    if count > 1:
        values.append(
            Metric(
                "mass_fraction",
                100.0 * one.fraction,
                "%",
                100.0 * one.fraction_error,
                evidence=(name, "calculated intensities; no texture, crystalline phases only"),
            )
        )
    return values


def _main(result: Analysis) -> Found | None:
    seen = [one for one in result.phases if one.seen]
    return max(seen, key=lambda one: one.fraction) if seen else None


def _relative(result: Analysis, pellet: Pellet) -> tuple[Metric, list[str]]:
    main = _main(result)
    if main is None:
        return Metric(
            "relative_density", None, "%", evidence=("no phase was seen, so no crystal density",)
        ), []
    structure = main.lines.phase.structure
    if isinstance(main.lattice, str):
        return density.relative_density(
            pellet, structure.density_kg_m3, 0.005, f"cell of {structure.name} as listed"
        )
    crystal = structure.with_cell(main.lattice.cell).density_kg_m3
    error = main.lattice.volume_error / main.lattice.volume
    return density.relative_density(pellet, crystal, error, f"refined cell, atoms of {structure.name}")


def words(result: Analysis, wishes: Wishes) -> list[str]:
    """Return the meaning of an analysis in sentences."""
    said: list[str] = []
    seen = sorted((one for one in result.phases if one.seen), key=lambda one: -one.fraction)
    true = [one for one in result.foreign if not one.tube]
    if not seen:
        said.append("No phase that was given or is in the library explains the lines.")
    if result.whole is None:
        shown = ", ".join(f"{one.two_theta_deg:.2f} ({one.d:.3f})" for one in _strongest(true))
        said.append(f"{len(true)} lines stand out" + (f"; degrees and angstrom: {shown}." if shown else "."))
        return said
    for one in seen:
        named = "" if one.given or not wishes.phases else ", which was not given: a foreign phase"
        share = (
            f", {100 * one.fraction:.1f} ± {100 * one.fraction_error:.1f} % by mass" if len(seen) > 1 else ""
        )
        lines = f"{one.evidence.seen} of {one.evidence.meant} lines that should stand out do"
        said.append(f"{one.lines.phase.name} is there{named}{share}: {lines}.")
        if isinstance(one.lattice, str):
            said.append(f"Its lattice parameters cannot be refined: {one.lattice}.")
        else:
            lattice = one.lattice
            parts = [
                f"{part} = {_bracketed(float(getattr(lattice.cell, part)), error)}"
                + (" angstrom" if part in ("a", "b", "c") else " degrees")
                for part, error in lattice.errors.items()
            ]
            said.append(
                f"Its cell: {', '.join(parts)}, volume {_bracketed(lattice.volume, lattice.volume_error)} angstrom3 "
                f"({len(lattice.lines)} lines; displacement {lattice.shift_deg:.3f} ± {lattice.shift_error_deg:.3f} "
                "degrees fitted beside it)."
            )
    for one in result.phases:
        if one.given and not one.seen:
            limit = result.limits.get(one.lines.phase.key)
            most = "" if limit is None else f" (less than {100 * limit:.2g} % by mass)"
            said.append(f"{one.lines.phase.name} was not seen{most}.")
    if true:
        unexplained = [one for one in true if not _explained(one.candidates, result)]
        strongest = max(true, key=lambda one: one.significance)
        said.append(
            f"{len(true)} {'line belongs' if len(true) == 1 else 'lines belong'} to no phase "
            f"{'given' if wishes.phases else 'of the main ones'}, the clearest at "
            f"{strongest.two_theta_deg:.2f} degrees ({strongest.d:.3f} angstrom, "
            f"{100 * strongest.height:.2g} % of the strongest line, "
            f"{strongest.significance:.0f} standard deviations)."
        )
        for one in sorted(unexplained, key=lambda p: -p.significance)[:_FEW]:
            could = ", ".join(one.candidates) or "no phase of the library"
            said.append(
                f"Unexplained at {one.two_theta_deg:.2f} degrees; by position alone it could be: {could}."
            )
    elif seen:
        said.append("No foreign line stands out by 5 standard deviations.")
    tube = [one for one in result.foreign if one.tube]
    if tube:
        said.append(
            "From the tube, not the sample: "
            + "; ".join(f"{one.two_theta_deg:.2f} degrees is {one.tube}" for one in tube[:_FEW])
            + "."
        )
    if seen and result.limits:
        said.append(
            "Would have been seen above: "
            + ", ".join(f"{key} {100 * value:.2g} %" for key, value in sorted(result.limits.items()))
            + " by mass."
        )
    if len(seen) > 1:
        said.append(TEXTURE)
    unchecked = [f"{p.name} ({', '.join(p.unchecked)})" for p in (o.lines.phase for o in seen) if p.unchecked]
    if unchecked:
        said.append(
            "In the library from memory, which no text that was read confirms: " + ", ".join(unchecked) + "."
        )
    if wishes.pellet is not None:
        said += _relative(result, wishes.pellet)[1]
    return said


def _strongest(lines: Sequence[ForeignPeak]) -> list[ForeignPeak]:
    return sorted(sorted(lines, key=lambda one: -one.height)[:_FEW], key=lambda one: one.two_theta_deg)


def _bracketed(value: float, error: float) -> str:
    """Return a number with the error of its last digits in brackets: '8.5024(2)'."""
    digits = max(0, 1 - int(np.floor(np.log10(error)))) if error > 0.0 else 4
    if error * 10.0**digits >= 20.0:
        digits -= 1
    return f"{value:.{digits}f}({round(error * 10.0**digits)})"


def _explained(candidates: Sequence[str], result: Analysis) -> bool:
    return any(one.seen and one.lines.phase.name in candidates for one in result.phases)


def settings(result: Analysis, wishes: Wishes) -> dict[str, Any]:
    """Return what was chosen or said, and the lists behind the numbers; JSON-able."""
    chosen: dict[str, Any] = {
        "radiation": str(result.radiation),
        "range_deg": [float(result.x[0]), float(result.x[-1])],
        "phases given": [one.name for one in wishes.phases] or "none: the library was tried",
        "noise": result.noise.origin,
    }
    if result.whole is not None:
        chosen["displacement_deg"] = result.whole.shift_deg
        chosen["R_wp_percent"] = 100.0 * result.whole.r_weighted
        chosen["fwhm_deg"] = [float(w) for w in result.whole.shape.widths_deg]
    for one in result.phases:
        known = one.lines.phase
        chosen[f"source of {known.name}"] = known.structure.source
        chosen[f"status of {known.name}"] = {"cell": known.status, "atoms": known.atoms_status}
        if known.checked:
            chosen[f"checked of {known.name}"] = known.checked
        if isinstance(one.lattice, str):
            continue
        chosen[f"lines of {one.lines.phase.name}"] = [f"{hkl}: {at:.3f} deg" for hkl, at in one.lattice.lines]
    if result.foreign:
        chosen["foreign lines"] = [
            f"{one.two_theta_deg:.3f} deg, d {one.d:.4f} angstrom, {100 * one.height:.2g} %, "
            f"{one.significance:.1f} sigma: {one.tube or ', '.join(one.candidates) or 'unknown'}"
            for one in result.foreign
        ]
    for key, value in result.limits.items():
        chosen[f"detection limit of {key}, % by mass"] = 100.0 * value
    return chosen


def _findings(pattern: Pattern, result: Analysis, wishes: Wishes) -> list[Finding]:
    found: list[Finding] = []
    if result.noise.smoothed:
        found.append(
            Finding(
                "smoothed",
                "neighbouring points agree too well: the pattern was smoothed; significances are rough",
            )
        )
    if wishes.radiation is not None and pattern.radiation is not None:
        apart = abs(wishes.radiation.alpha1 - pattern.radiation.alpha1)
        if apart > 1e-3:
            found.append(
                Finding(
                    "wavelength",
                    f"{wishes.radiation.alpha1:.5f} angstrom was given, the file says {pattern.radiation.alpha1:.5f}",
                )
            )
    if result.whole is None or not result.main_phase_known:
        found.append(
            Finding(
                "main_phase_unknown",
                "the strongest lines belong to no phase that was tried; give it as --phase",
            )
        )
    if result.whole is not None and abs(result.whole.shift_deg) > 0.15:
        found.append(
            Finding(
                "displacement",
                f"lines are displaced by {result.whole.shift_deg:.3f} degrees times cos(theta)",
            )
        )
    return found


def _table(pattern: Pattern, result: Analysis) -> pl.DataFrame:
    unit = pattern.intensity_unit
    columns = {ANGLE: pattern.two_theta_deg, f"{INTENSITY} / {unit}": pattern.intensity}
    if result.whole is not None:
        for name, values in ((FIT, result.whole.model), (BACKGROUND, result.whole.background)):
            columns[f"{name} / {unit}"] = np.interp(
                pattern.two_theta_deg, result.x, values + result.offset, left=np.nan, right=np.nan
            )
    return pl.DataFrame(columns)
