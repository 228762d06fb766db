"""One photograph as an observation: angles, tilt, work of adhesion, and what they mean."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from interlayer.measured import Measured
from interlayer.metrics.base import Metric
from interlayer.record.record import Finding, Provenance
from interlayer.surface.observation import Observation
from interlayer.surface.wetting.adhesion import work_of_adhesion
from interlayer.surface.wetting.image import FloatArray, load
from interlayer.surface.wetting.measure import Drop, measure

READER: Final = "wetting"
VERSION: Final = "1"
_WETS_DEG: Final = 90.0


@dataclass(frozen=True)
class Said:
    """What a person says of the photograph: region and baseline in pixels, surface tension in N/m."""

    region: tuple[float, float, float, float] | None = None
    baseline: tuple[float, float, float, float] | None = None
    surface_tension: Measured | None = None


def look(
    path: Path, label: str, state: str, said: Said | None = None
) -> tuple[Observation, FloatArray, Drop]:
    """Measure a photograph; return the observation, the image and what was fitted.

    Raises
    ------
    ReadError
        If it is no image.
    InputError
        If no drop can be measured in it; says why and what to do.
    """
    said = said or Said()
    image = load(path)
    drop = measure(image, region=said.region, line=said.baseline)
    how = (
        f"{drop.method}; left {drop.profile_deg[0]:.1f}, {drop.circle_deg[0]:.1f}, {drop.parabola_deg[0]:.1f}, right "
        f"{drop.profile_deg[1]:.1f}, {drop.circle_deg[1]:.1f}, {drop.parabola_deg[1]:.1f} deg by profile, circle and "
        "parabola"
    )
    metrics = (
        Metric(
            "contact_angle",
            drop.angle_deg,
            "deg",
            drop.uncertainty_deg,
            evidence=("mean of left and right", how),
        ),
        Metric("contact_angle_left", drop.left_deg, "deg", drop.left_error_deg),
        Metric("contact_angle_right", drop.right_deg, "deg", drop.right_error_deg),
        Metric("baseline_tilt", drop.baseline.tilt_deg, "deg", evidence=(f"baseline: {drop.baseline.how}",)),
        Metric("bond_number", drop.bond, "1", evidence=("of half the width between the contact points",)),
        _adhesion(drop, said.surface_tension),
    )
    settings: dict[str, Any] = {"baseline": drop.baseline.how, "method": drop.method}
    if said.region is not None:
        settings["region_px"] = list(said.region)
    if said.baseline is not None:
        settings["baseline_px"] = list(said.baseline)
    if said.surface_tension is not None:
        settings["surface_tension_N_m"] = said.surface_tension.value
    observation = Observation(
        technique="wetting",
        label=label,
        state=state,
        metrics=metrics,
        words=_words(drop, metrics[-1]),
        table=pl.DataFrame({"Edge X / px": drop.edge[:, 0], "Edge Y / px": drop.edge[:, 1]}),
        provenance=Provenance(
            "measured", path.name, hashlib.sha256(path.read_bytes()).hexdigest(), READER, VERSION
        ),
        findings=tuple(Finding("drop", note, "note") for note in drop.notes),
        settings=settings,
    )
    return observation, image, drop


def _adhesion(drop: Drop, tension: Measured | None) -> Metric:
    if tension is None:
        return Metric(
            "work_of_adhesion", None, "J/m2", evidence=("no --surface-tension of the liquid is given",)
        )
    value, error = work_of_adhesion(tension.value, drop.angle_deg, tension.sigma or 0.0, drop.uncertainty_deg)
    return Metric(
        "work_of_adhesion",
        value,
        "J/m2",
        error,
        evidence=(f"surface tension {tension.value:.4g} N/m, as given",),
    )


def _words(drop: Drop, adhesion: Metric) -> tuple[str, ...]:
    wets = "wets" if drop.angle_deg < _WETS_DEG else "does not wet"
    words = [
        f"The liquid {wets} the surface: contact angle {drop.angle_deg:.1f} ± {drop.uncertainty_deg:.1f} deg "
        f"(left {drop.left_deg:.1f}, right {drop.right_deg:.1f})."
    ]
    if adhesion.value is not None:
        words.append(f"Work of adhesion {adhesion.value:.3g} ± {adhesion.uncertainty or 0.0:.1g} J/m2.")
    words.append(
        "Of molten lithium such an angle says little about a foil that is pressed on at 25 degC: it is no prior for "
        "the initial contact unless --use-angles is given to `simulate`."
    )
    return tuple(words)
