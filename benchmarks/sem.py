"""Thickness, porosity and cracks of rendered cross-sections against what was drawn.

The scale comes from the bar drawn in each image, as `interlayer sem --bar` has it; the layer is found without help.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes
from benchmarks.sem_population import SEED, SIZE, Rendered, drawn, render
from interlayer.metrics.base import Metric

PIXEL_UM = 0.05
"""Of every image; the bar's text follows from it."""


@dataclass(frozen=True)
class Outcome:
    """What was found of one image; NaN where nothing was said."""

    thickness: float
    """Relative error."""
    thickness_deviation: float
    """Error over the standard error that was given."""
    porosity: float
    """Error in percentage points."""
    porosity_deviation: float
    crack_area: float
    """Relative error; NaN where none was drawn."""
    crack_length: float
    crack_area_deviation: float
    """Error over the standard error that was given; NaN where none was drawn or found."""
    crack_length_deviation: float
    false_cracks: int
    """Cracks found where none was drawn."""
    through: int
    """Found less drawn."""
    refused: str


def judged(member: Rendered, folder: Path) -> Outcome:
    """Measure one image through its file, and compare."""
    from PIL import Image

    from interlayer.errors import InterlayerError
    from interlayer.surface.sem.choices import Choices
    from interlayer.surface.sem.look import look

    path = folder / "image.png"
    Image.fromarray(np.round(member.grey * 255.0).astype(np.uint8)).save(path)
    nan = float("nan")
    try:
        seen = look(path, "x", "pristine", Choices(bar=f"{member.plan.bar * PIXEL_UM:.6g} um"))
    except InterlayerError as error:
        return Outcome(nan, nan, nan, nan, nan, nan, nan, nan, 0, 0, str(error))
    found = {m.name: m for m in seen.observation.metrics}
    true_um = float(member.thickness.mean()) * PIXEL_UM
    thickness, porosity = found["interlayer_thickness"], found["porosity"]
    value = 0.0 if porosity.bound == "<=" else (nan if porosity.value is None else porosity.value)
    along = member.plan.columns / np.cos(np.deg2rad(member.plan.tilt_deg))
    cracks, length = found["crack_fraction"].value, found.get("crack_length_per_length")
    has = member.crack_fraction > 0.0
    off = value - 100.0 * member.porosity
    through = found.get("through_cracks")
    return Outcome(
        thickness.value / true_um - 1.0,
        (thickness.value - true_um) / thickness.uncertainty,
        off,
        off / porosity.uncertainty if porosity.uncertainty else nan,
        (0.0 if cracks is None else cracks) / (100.0 * member.crack_fraction) - 1.0 if has else nan,
        (length.value if length else 0.0) * along / member.crack_length - 1.0 if has else nan,
        _deviation(found["crack_fraction"], 100.0 * member.crack_fraction) if has else nan,
        _deviation(length, member.crack_length / along) if has else nan,
        0 if has or not cracks else int(found["crack_fraction"].evidence[0].split()[0]),
        int(through.value if through else 0) - member.through,
        "",
    )


def _deviation(metric: Metric | None, true: float) -> float:
    if metric is None or metric.value is None or not metric.uncertainty:
        return float("nan")
    return (metric.value - true) / metric.uncertainty


def measured(
    size: int, seed: int, progress: PROGRESS = lambda _share, _doing: None, first: int = 0
) -> tuple[list[Rendered], list[Outcome], float]:
    """Draw and judge members from number `first` on; also the seconds one image takes."""
    members: list[Rendered] = []
    outcomes: list[Outcome] = []
    spent = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + size):
            rng = np.random.default_rng([seed, number])
            member = render(drawn(rng), rng)
            begin = time.perf_counter()
            outcomes.append(judged(member, Path(folder)))
            spent += time.perf_counter() - begin
            members.append(member)
            progress((number + 1 - first) / size, f"image {number + 1}")
    return members, outcomes, spent / max(size, 1)


def share(values: np.ndarray, most: float) -> float:
    """Of the members that count (not NaN) those within `most`."""
    told = values[np.isfinite(values)]
    return float(np.mean(np.abs(told) <= most)) if told.size else float("nan")


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """The whole population, or as much of it as is asked for."""
    size = min(SIZE, sizes.spectra)
    members, outcomes, seconds = measured(size, SEED, progress)
    return figures_of(members, outcomes, seconds)


def figures_of(members: Sequence[Rendered], outcomes: Sequence[Outcome], seconds: float) -> list[Figure]:
    """What became of a population."""
    size = len(members)

    def column(name: str) -> np.ndarray:
        return np.array([getattr(o, name) for o in outcomes], dtype=np.float64)

    t, p, area, length = (column(n) for n in ("thickness", "porosity", "crack_area", "crack_length"))
    refused = [o.refused for o in outcomes if o.refused]
    # What is refused counts as missed.
    for values in (t, p):
        values[column("thickness") != column("thickness")] = np.inf
    note = f"{size} rendered images, seed {SEED}, {len(refused)} refused"
    poor = np.array([m.porosity < 0.05 for m in members])
    with_cracks = int(np.isfinite(area).sum())

    def typical(values: np.ndarray, factor: float = 1.0) -> str:
        told = np.abs(values[np.isfinite(values)]) * factor
        return f"median {np.median(told):.3g}, largest {told.max():.3g}" if told.size else "none"

    return [
        Figure(
            "sem_thickness",
            "mean thickness within 3 %",
            share(np.where(np.isinf(t), 9.0, t), 0.03),
            "1",
            1.0,
            note=f"{note}; error in %: {typical(t, 100.0)}",
        ),
        Figure(
            "sem_thickness_covered",
            "thickness within 1.96 of its standard errors",
            share(column("thickness_deviation"), 1.96),
        ),
        Figure(
            "sem_porosity",
            "porosity within 2 points",
            share(np.where(np.isinf(p), 99.0, p), 2.0),
            "1",
            1.0,
            note=f"points: {typical(p)}",
        ),
        Figure(
            "sem_porosity_covered",
            "porosity within 1.96 of its standard errors",
            share(column("porosity_deviation"), 1.96),
        ),
        Figure(
            "sem_crack_area",
            "crack area within 10 %",
            share(area, 0.1),
            "1",
            1.0,
            note=f"{with_cracks} images with cracks; error in %: {typical(area, 100.0)}",
        ),
        Figure(
            "sem_crack_length",
            "crack length within 10 %",
            share(length, 0.1),
            "1",
            1.0,
            note=f"error in %: {typical(length, 100.0)}",
        ),
        Figure(
            "sem_crack_area_covered",
            "crack area within 1.96 of its standard errors",
            share(column("crack_area_deviation"), 1.96),
        ),
        Figure(
            "sem_crack_length_covered",
            "crack length within 1.96 of its standard errors",
            share(column("crack_length_deviation"), 1.96),
        ),
        Figure(
            "sem_crack_area_few_pores",
            "crack area within 10 %, porosity below 5 %",
            share(area[poor], 0.1),
            note=f"{int(np.isfinite(area[poor]).sum())} images; error in %: {typical(area[poor], 100.0)}",
        ),
        Figure(
            "sem_crack_length_few_pores",
            "crack length within 10 %, porosity below 5 %",
            share(length[poor], 0.1),
            note=f"error in %: {typical(length[poor], 100.0)}",
        ),
        Figure(
            "sem_false_cracks",
            "images without cracks in which one is found",
            float(
                np.mean(
                    [
                        o.false_cracks > 0
                        for o, m in zip(outcomes, members, strict=True)
                        if m.crack_fraction == 0.0
                    ]
                    or [np.nan]
                )
            ),
            sense="at most",
        ),
        Figure("sem_through", "number of through-cracks right", float(np.mean(column("through") == 0))),
        Figure("sem_s", "one image, mean", seconds, "s"),
    ]


BENCHMARK = Benchmark(
    "sem",
    "cross-sections of known thickness, porosity and cracks",
    ("sem_thickness", "sem_porosity", "sem_crack_area", "sem_crack_length"),
    run,
    240.0,
    long=True,
)
