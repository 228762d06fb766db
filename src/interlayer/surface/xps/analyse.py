"""From the regions of one sample to an observation: reference, fits, answers, words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from interlayer.errors import InputError, InterlayerError
from interlayer.metrics.base import Metric
from interlayer.record.record import Finding, Provenance
from interlayer.surface.observation import Observation
from interlayer.surface.xps.answers.copper import copper
from interlayer.surface.xps.answers.fluorine import fluorine
from interlayer.surface.xps.answers.nitrogen import nitrogen
from interlayer.surface.xps.answers.titanium import titanium
from interlayer.surface.xps.answers.wording import SKIN, percent
from interlayer.surface.xps.atomic import atomic_percentages
from interlayer.surface.xps.carbon_reference import carbon_position
from interlayer.surface.xps.charge import (
    ADVENTITIOUS_EV,
    ADVENTITIOUS_SCATTER_EV,
    NO_REFERENCE_SCATTER_EV,
    Reference,
    Shift,
    top_position,
)
from interlayer.surface.xps.fraction import SEPARABLE, share
from interlayer.surface.xps.line_names import SURVEY, VALENCE, canonical_line, line_of
from interlayer.surface.xps.recipe import Recipe, recipes
from interlayer.surface.xps.region_fit import RegionFit, binding_energy, fit_region
from interlayer.surface.xps.spectrum import Region
from interlayer.version import __version__

QUESTIONS: Final = (copper, fluorine, titanium, nitrogen)


@dataclass(frozen=True)
class Analysis:
    """An observation and the fits behind it."""

    observation: Observation
    fits: dict[str, RegionFit]


def analyse(
    regions: Sequence[Region],
    *,
    label: str,
    state: str = "unknown",
    lines: Sequence[str] = (),
    own_recipes: Sequence[Recipe] = (),
    reference: Reference | None = None,
    background: str = "active",
    path: Path | None = None,
) -> Analysis:
    """Analyse the regions of one sample.

    Parameters
    ----------
    regions : sequence of Region
    label, state : str
    lines : sequence of str
        Only these; () for all with a recipe.
    own_recipes : sequence of Recipe
        In place of the shipped ones of the same line.
    reference : Reference, optional
        None: C 1s if measured, else none.
    background : str
    path : Path, optional
        The file, for its name and hash.

    Raises
    ------
    InputError
        If no region can be fitted; if a named line is not there.
    """
    table = {**recipes(), **{one.line: one for one in own_recipes}}
    findings: list[Finding] = []
    by_line: dict[str, Region] = {}
    skipped: list[str] = []
    wanted = [canonical_line(one) or one for one in lines]
    for region in regions:
        line, notes = line_of(region)
        if line is None and len(wanted) == 1 and len(regions) == 1:
            line = wanted[0]
        elif line in (None, SURVEY, VALENCE) or line not in table:
            skipped.append(f"{region.name or 'nameless region'} ({line or notes[0].detail})")
            findings += notes
            continue
        else:
            findings += notes
        findings += region.findings
        if line in by_line:
            findings.append(
                Finding("line_twice", f"{line} is there more than once; the first is fitted", "note")
            )
            continue
        by_line[line] = region
    for one in wanted:
        if one not in by_line:
            raise InputError(
                f"{one} is not in this file; there are {', '.join(by_line) or 'no lines with a recipe'}",
                advice="see --line",
            )
    if not by_line:
        raise InputError(
            f"no region has a recipe: {'; '.join(skipped[:6])}",
            advice=f"recipes: {', '.join(table)}; name the line with --line, or give --recipe FILE.toml",
        )
    shift, notes = _shift(by_line, reference)
    findings += notes
    chosen = {line: region for line, region in by_line.items() if not wanted or line in wanted}
    fits: dict[str, RegionFit] = {}
    problems: list[InterlayerError] = []
    for line, region in chosen.items():
        try:
            fits[line] = fit_region(region, table[line], shift, background)
            findings += fits[line].findings
        except InterlayerError as problem:
            problems.append(problem)
            findings.append(Finding("not_fitted", str(problem), "error"))
    if not fits:
        raise problems[0]
    fits, notes = _without_interfered(fits, {line_of(region)[0] or "" for region in regions})
    findings += notes
    metrics, words = _told(fits)
    if skipped:
        words.append(f"Not fitted: {'; '.join(skipped[:8])}{' ...' if len(skipped) > 8 else ''}.")
    words += [*_unchecked(fits), f"Binding energies: {shift.how}.", SKIN]
    observation = Observation(
        "xps",
        label,
        state,
        tuple(metrics),
        tuple(words),
        _table(fits),
        _provenance(path, next(iter(by_line.values()))),
        tuple(findings),
        _settings(fits, shift, background),
    )
    return Analysis(observation, fits)


def _shift(by_line: Mapping[str, Region], reference: Reference | None) -> tuple[Shift, list[Finding]]:
    if reference is not None and reference.line == "shift":
        said = f"shifted by {reference.energy_eV:+.2f} ± {reference.scatter_eV:.2g} eV, as given"
        return Shift(reference.energy_eV, reference.scatter_eV, said), []
    if reference is None and "C 1s" not in by_line:
        detail = (
            "no C 1s region and no --reference: positions are taken as the file has them, within ± 0.5 eV"
        )
        return (
            Shift(0.0, NO_REFERENCE_SCATTER_EV, "as in the file, no charge reference (± 0.5 eV assumed)"),
            [Finding("no_charge_reference", detail, "warning")],
        )
    to = reference or Reference("C 1s", ADVENTITIOUS_EV, ADVENTITIOUS_SCATTER_EV)
    line = canonical_line(to.line) or to.line
    if line not in by_line:
        raise InputError(
            f"{line} is not in this file; there are {', '.join(by_line)}",
            where="--reference",
            advice='"shift=0.3 eV", or a line of the file',
        )
    energy, intensity = binding_energy(by_line[line])
    if line == "C 1s":
        try:
            at, error = carbon_position(by_line[line])
        except InputError as problem:
            if reference is not None:
                raise
            return (
                Shift(0.0, NO_REFERENCE_SCATTER_EV, "as in the file, no charge reference (± 0.5 eV assumed)"),
                [Finding("no_charge_reference", str(problem), "warning")],
            )
    else:
        at, error = top_position(energy, intensity)
    value = to.energy_eV - at
    scatter = float(np.hypot(to.scatter_eV, error))
    why = "adventitious carbon" if line == "C 1s" else "highest line"
    moved = f"shift {value:+.2f} ± {scatter:.2g} eV"
    said = f"{line} ({why}), found at {at:.2f} eV, is put to {to.energy_eV:.2f} eV: {moved}"
    return Shift(value, scatter, said), []


def _without_interfered(
    fits: Mapping[str, RegionFit], lines: set[str]
) -> tuple[dict[str, RegionFit], list[Finding]]:
    """Return the fits, no shares given where another element of the sample has a line in the window."""
    elements = {line.split(" ")[0] for line in lines if " " in line}
    kept: dict[str, RegionFit] = {}
    notes: list[Finding] = []
    for line, one in fits.items():
        met = [
            i for i in one.recipe.interference if i.element in elements and i.element != one.recipe.element
        ]
        kept[line] = one
        if met and one.is_described:
            kept[line] = replace(one, is_described=False, groups=())
            said = "; ".join(f"{i.line} is counted as {' and '.join(i.states)}" for i in met)
            notes.append(
                Finding(
                    "interference",
                    f"{line}: {', '.join(sorted({i.element for i in met}))} was measured on this sample, and {said}; "
                    f"no shares are given. A recipe that holds these lines would part them (--recipe)",
                    "error",
                )
            )
    return kept, notes


def _told(fits: Mapping[str, RegionFit]) -> tuple[list[Metric], list[str]]:
    metrics: list[Metric] = []
    words: list[str] = []
    for question in QUESTIONS:
        more, said = question(fits)
        metrics += more
        words += said
    for line, one in fits.items():
        words.append(_composition(line, one))
    amounts, basis = atomic_percentages(fits)
    for one in amounts:
        name = f"atomic_percent_{one.element}"
        metrics.append(Metric(name, one.percent, "%", one.sd_percent, evidence=(one.line, basis)))
    if amounts:
        listed = ", ".join(f"{one.element} {one.percent:.1f} ± {one.sd_percent:.1f}" for one in amounts)
        words.append(f"Atomic percentages among the lines fitted: {listed} ({basis}).")
    return metrics, words


def _composition(line: str, one: RegionFit) -> str:
    if not one.has_line:
        return f"{line}: no line above the background."
    if not one.is_described:
        return f"{line}: no shares of states; the findings say why."
    parts: list[str] = []
    for group in one.groups:
        found = share(one.fit, group)
        if not found.is_seen:
            parts.append(f"{' + '.join(group)} not seen (at most {percent(found.high)})")
            continue
        joined = " + ".join(group)
        if len(group) > 1:
            never = any(set(group) <= set(one_group) for one_group in one.recipe.inseparable)
            joined += " (inseparable)" if never else f" (inseparable within ± {100 * SEPARABLE:.0f} %)"
        parts.append(
            f"{joined} at {one.position(group):.1f} eV {percent(found.value)} "
            f"({percent(found.low)} to {percent(found.high)})"
        )
    return f"{line}: {'; '.join(parts)}. Reduced chi-squared {one.fit.reduced_chi2:.2f}."


def _unchecked(fits: Mapping[str, RegionFit]) -> list[str]:
    """Return a sentence on the states that were seen at positions which nobody's measurement confirms, if any."""
    seen: list[str] = []
    for line, one in fits.items():
        if not (one.has_line and one.is_described):
            continue
        unchecked = {state.name for state in one.recipe.states if not state.is_checked}
        for group in one.groups:
            if unchecked.intersection(group) and share(one.fit, group).is_seen:
                seen += [f"{name} in {line}" for name in group if name in unchecked]
    if not seen:
        return []
    return [
        f"Shares of these states rest on positions from memory, which no text that was read confirms: "
        f"{', '.join(seen)}."
    ]


def _table(fits: Mapping[str, RegionFit]) -> pl.DataFrame:
    frames: list[pl.DataFrame] = []
    for line, one in fits.items():
        background, peaks = one.fit.model.parts(one.fit.x)
        factor, unit = one.fit.noise_factor, one.region.intensity_unit
        columns: dict[str, Any] = {
            "Line / 1": [line] * one.energy.size,
            "Binding Energy / eV": one.energy,
            f"Intensity / {unit}": one.intensity,
            f"Background / {unit}": background * factor,
            f"Envelope / {unit}": (background + peaks.sum(axis=0)) * factor,
            "Residual / 1": one.fit.residuals(),
        }
        for k, state in enumerate(one.recipe.states):
            which = [n for n, peak in enumerate(one.fit.model.peaks) if peak.state == k]
            columns[f"{line} {state.name} / {unit}"] = peaks[which].sum(axis=0) * factor
        frames.append(pl.DataFrame(columns))
    return pl.concat(frames, how="diagonal")


def _settings(fits: Mapping[str, RegionFit], shift: Shift, background: str) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "charge reference": shift.how,
        "shift_eV": shift.value_eV,
        "shift_scatter_eV": shift.scatter_eV,
        "background": background,
    }
    for line, one in fits.items():
        settings[f"recipe of {line}"] = one.recipe.name
        settings[f"sources of {line}"] = [f"{s.name}: {s.source}" for s in one.recipe.states]
        settings[f"status of positions of {line}"] = {s.name: s.status for s in one.recipe.states}
        settings[f"checked in {line}"] = {s.name: s.checked for s in one.recipe.states if s.checked}
        settings[f"assumed in {line}"] = sorted({a for s in one.recipe.states for a in s.assumed})
        settings[f"positions of {line}"] = [
            {"state": name, "position_eV": place, "fwhm_eV": width, "satellite": satellite}
            for name, place, width, satellite in one.fit.model.fitted_peaks(one.fit.x)
        ]
        settings[f"reduced chi-squared of {line}"] = one.fit.reduced_chi2
    return settings


def _provenance(path: Path | None, region: Region) -> Provenance:
    extra = {k: v for k, v in region.extra.items() if k != "private"}
    found = Provenance(
        "measured", reader=str(region.extra.get("reader", "")) or None, version=__version__, extra=extra
    )
    if path is None:
        return found
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(found, file_name=path.name, sha256=digest)
