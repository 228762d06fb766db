"""From the file of an image to what it shows of a layer."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from interlayer.errors import InputError, InterlayerError
from interlayer.metrics.base import Metric
from interlayer.record.record import Finding, Provenance
from interlayer.report.observation_page import Seen
from interlayer.surface.observation import Observation
from interlayer.surface.sem import figures
from interlayer.surface.sem.bands import Chosen, between, choose, find_bands
from interlayer.surface.sem.boundaries import Boundaries, find_boundaries
from interlayer.surface.sem.choices import Choices
from interlayer.surface.sem.drawing import drawing
from interlayer.surface.sem.micrograph import read_micrograph
from interlayer.surface.sem.scale import Scale
from interlayer.surface.sem.thickness import Thickness, measure
from interlayer.surface.sem.view import View, view_of
from interlayer.surface.sem.voids import Voids, find_voids

VERSION: Final = "1"
NO_SCALE: Final = "no scale: the size of a pixel is not known"
CURTAINS: Final = 0.02
"""Relative scatter of the columns' brightness from which curtaining is named."""
CROWDED: Final = 0.1
"""Porosity from which cracks are no longer told from pores in every place."""


def look(path: Path, label: str, state: str, choices: Choices) -> Seen:
    """Return what an image shows.

    Parameters
    ----------
    path : Path
    label, state : str
        Cell or sample; when in its life.
    choices : Choices

    Raises
    ------
    InterlayerError
        If it cannot be read, shows no layer, or cannot be done as asked.
    """
    image = read_micrograph(path)
    try:
        view = view_of(image, choices)
        bands = find_bands(view.grey)
        chosen = _chosen(view, bands_choice=choices, bands=bands)
        found = find_boundaries(view.grey, chosen, bands.slope)
    except InterlayerError as error:
        raise error.at(image.name) from error
    thickness = measure(found)
    voids = find_voids(view.grey, found)
    findings = [*view.findings, *_oddities(found, thickness, voids)]
    settings: dict[str, Any] = {
        **view.settings,
        "layer": chosen.why,
        "tilt_deg": math.degrees(math.atan(found.slope)),
        "bits": image.bits,
        "method": "cheapest path, half level; recognised on rendered images only",
    }
    observation = Observation(
        "sem",
        label,
        state,
        tuple(_metrics(view.scale, found, thickness, voids)),
        tuple(_words(view.scale, thickness, voids)),
        _table(view, found),
        Provenance("measured", image.name, image.sha256, f"sem {VERSION}", VERSION),
        tuple(findings),
        settings,
    )
    seen = Seen(
        observation,
        (figures.thickness_figure(view.scale, found, thickness),),
        (drawing(view, found, voids),),
    )
    if choices.eds:
        from interlayer.surface.sem.eds.look import with_elements

        seen = with_elements(seen, choices.eds, view, found)
    return seen


def _chosen(view: View, *, bands_choice: Choices, bands: Any) -> Chosen:
    rows = view.grey.shape[0]
    if bands_choice.between is None:
        return choose(bands, bands_choice.layer, rows)
    said = [(row - view.origin[1]) / view.binned for row in bands_choice.between]
    chosen = between(said, rows)
    inside = (
        [e for e in bands.edges if e < chosen.upper - 6],
        [e for e in bands.edges if e > chosen.lower + 6],
    )
    low = max(inside[0], default=0.0)
    high = min(inside[1], default=float(rows))
    return replace(chosen, low=low, high=high)


def _oddities(found: Boundaries, thickness: Thickness, voids: Voids) -> list[Finding]:
    odd: list[Finding] = []
    if thickness.not_judged > 0.02 * thickness.columns:
        odd.append(
            Finding(
                "not_judged",
                f"in {thickness.not_judged} of {thickness.columns} columns a boundary cannot be seen: left out",
                rows=thickness.not_judged,
            )
        )
    for first, last in thickness.gaps:
        odd.append(Finding("gap", f"no layer in columns {first} to {last}", rows=last - first + 1))
    stripes = float(np.std(found.gain))
    if stripes > CURTAINS:
        odd.append(
            Finding(
                "curtaining",
                f"columns differ in brightness by {stripes:.1%} (taken out); dark stripes may still pass for cracks",
            )
        )
    if not voids.readable:
        odd.append(
            Finding(
                "pores_not_told", "dark places in the layer are not dark enough to be told from its texture"
            )
        )
    if voids.porosity > CROWDED:
        odd.append(
            Finding(
                "cracks_among_pores",
                f"pores take {voids.porosity:.0%} of the section: cracks among so many can be hidden, "
                "or be pores in a row",
            )
        )
    if thickness.independent < 5.0:
        odd.append(
            Finding(
                "few_places",
                f"the image shows {thickness.independent:.1f} independent places of the layer only: "
                "its errors are rough; take a longer stretch",
            )
        )
    return odd


def _metrics(scale: Scale | None, found: Boundaries, t: Thickness, v: Voids) -> list[Metric]:
    um = None if scale is None else scale.pixel_m * 1e6
    share = 0.0 if scale is None else scale.sigma

    def length(name: str, pixels: float, error: float | None, evidence: tuple[str, ...] = ()) -> Metric:
        if um is None:
            return Metric(name, None, "um", evidence=(NO_SCALE, f"{pixels:.4g} pixels"))
        whole = None if error is None else math.hypot(error * um, share * pixels * um)
        return Metric(name, pixels * um, "um", whole, evidence=evidence)

    error = math.hypot(t.edge_error, t.sampling_error)
    parts = [f"{t.columns - t.not_judged} of {t.columns} columns", f"{t.independent:.0f} independent places"]
    parts.append(
        f"errors: edges {t.edge_error / t.mean:.1%}, sampling {t.sampling_error / t.mean:.1%}, scale {share:.1%}"
    )
    of_sd = t.sd / math.sqrt(2.0 * max(t.independent - 1.0, 1.0))
    metrics = [
        length("interlayer_thickness", t.mean, error, tuple(parts)),
        length("interlayer_thickness_median", t.median, 1.25 * error),
        length("interlayer_thickness_sd", t.sd, of_sd, ("noise of single columns taken out",)),
        length("interlayer_thickness_p05", t.p05, None),
        length("interlayer_thickness_p95", t.p95, None),
        Metric("interlayer_thickness_variation", 100.0 * t.sd / t.mean, "%", 100.0 * of_sd / t.mean),
        length(
            "interlayer_upper_roughness", t.roughness[0], None, ("root mean square about a straight line",)
        ),
        length(
            "interlayer_lower_roughness", t.roughness[1], None, ("root mean square about a straight line",)
        ),
        Metric("interlayer_gap_fraction", 100.0 * t.gap_fraction, "%", evidence=(f"{len(t.gaps)} places",)),
    ]
    if not v.readable:
        why = ("pores cannot be told from the layer's texture and noise",)
        return [*metrics, *(Metric(n, None, "%", evidence=why) for n in ("porosity", "crack_fraction"))]
    level = (
        f"{v.pore_count} pores",
        "area fraction in the section; threshold at half depth, error from 45 to 55 %",
    )
    none = v.pore_count == 0
    metrics.append(
        Metric(
            "porosity",
            100.0 * (v.limit if none else v.porosity),
            "%",
            None if none else 100.0 * v.porosity_error,
            bound="<=" if none else None,
            evidence=("no pore; the smallest that would be seen",) if none else level,
        )
    )
    metrics.append(
        Metric(
            "crack_fraction",
            100.0 * v.crack_fraction,
            "%",
            100.0 * v.crack_error if v.crack_count else None,
            evidence=(f"{v.crack_count} cracks",),
        )
    )
    along = float((~found.gap).sum()) / found.cosine
    metrics.append(
        Metric(
            "crack_length_per_length",
            v.crack_length / along,
            "1",
            v.crack_length_error / along if v.crack_count else None,
            evidence=("crack length over layer length",),
        )
    )
    metrics.append(
        Metric("through_cracks", float(v.through), "1", evidence=("from one boundary to the other",))
    )
    if um is not None:
        metrics.append(Metric("through_cracks_per_length", v.through / (along * um * 1e-3), "1/mm"))
    return metrics


def _words(scale: Scale | None, t: Thickness, v: Voids) -> list[str]:
    factor, unit = (1.0, "pixels") if scale is None else (scale.pixel_m * 1e6, "um")
    error = math.hypot(math.hypot(t.edge_error, t.sampling_error), (scale.sigma if scale else 0.0) * t.mean)
    said = [
        f"The layer is {t.mean * factor:.4g} +- {error * factor:.2g} {unit} thick; 90 % of its length lies between "
        f"{t.p05 * factor:.4g} and {t.p95 * factor:.4g} {unit}."
    ]
    if scale is None:
        said.append("The size of a pixel is not known: lengths are in pixels, only ratios mean something.")
    if t.gaps:
        said.append(f"It is missing in {len(t.gaps)} places, {t.gap_fraction:.1%} of the length.")
    if not v.readable:
        said.append("Pores and cracks cannot be told from its texture.")
        return said
    pores = (
        f"Pores take {v.porosity:.1%} +- {v.porosity_error:.1%} of its section"
        if v.pore_count
        else f"No pore is seen (one of {v.limit:.2%} of the section would be)"
    )
    share = f"{v.crack_fraction:.2%} +- {v.crack_error:.2%}"
    if v.crack_count == 0:
        cracks = "no crack is seen"
    elif v.crack_count == 1:
        cracks = f"one crack takes {share} and {'crosses' if v.through else 'does not cross'} it"
    else:
        cracks = f"{v.crack_count} cracks take {share}, {v.through} of them cross it"
    said.append(f"{pores}; {cracks}.")
    said.append(
        "One section of one place: pores below the resolution and cracks out of the plane are not seen."
    )
    return said


def _table(view: View, found: Boundaries) -> pl.DataFrame:
    x = (np.arange(found.upper.size) + 0.5) * view.binned + view.origin[0]
    table = {
        "Column / px": x,
        "Upper Boundary / px": found.upper * view.binned + view.origin[1],
        "Lower Boundary / px": found.lower * view.binned + view.origin[1],
        "Thickness / px": found.thickness * view.binned,
        "Judged / 1": found.judged.astype(np.float64),
        "Gap / 1": found.gap.astype(np.float64),
    }
    if view.scale is not None:
        um = view.scale.pixel_m * 1e6
        table["Distance / um"] = (np.arange(found.upper.size) + 0.5) * um / found.cosine
        table["Thickness / um"] = found.thickness * um
    return pl.DataFrame(table)


__all__ = ["InputError", "look"]
