"""What elements say: order of the layers, boundaries, widths, and which elements go together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from interlayer.errors import InputError, InterlayerError
from interlayer.metrics.base import Metric
from interlayer.record.record import Finding, Provenance
from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.observation_page import Seen
from interlayer.surface.observation import Observation
from interlayer.surface.sem.boundaries import Boundaries
from interlayer.surface.sem.eds.steps import Step, fit_steps
from interlayer.surface.sem.eds.table import LineScan, element_of, is_matrix, read_line_scan, read_matrix
from interlayer.surface.sem.micrograph import SUFFIXES, read_micrograph
from interlayer.surface.sem.view import View

FloatArray = NDArray[np.float64]
TABLES: Final = (".csv", ".tsv", ".txt")
BEAM: Final = "the volume in which the beam makes X-rays (about 1 um at 15 kV) is part of it: an upper bound"


@dataclass(frozen=True, eq=False)
class Elements:
    """Signals across the layers and what was found in them."""

    scan: LineScan
    steps: dict[str, tuple[Step, ...]]
    maps: dict[str, FloatArray]


def look_at_table(path: Path, label: str, state: str) -> Seen:
    """Return what a line scan by itself shows.

    Raises
    ------
    ReadError
        If it cannot be read as one.
    """
    if path.is_file() and is_matrix(path):
        raise InputError(
            "this is a map of one element; its place is not known",
            where=path.name,
            advice="give it with the image, as interlayer sem IMAGE --eds MAP",
        )
    found = _analysed(read_line_scan(path), {})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    observation = Observation(
        "sem",
        label,
        state,
        tuple(_metrics(found)),
        tuple(_words(found)),
        _table(found),
        Provenance("measured", path.name, digest, "eds 1", "1"),
        tuple(_findings(found)),
        {"eds": path.name},
    )
    return Seen(observation, (_figure(found),))


def with_elements(seen: Seen, files: Sequence[Path], view: View, boundaries: Boundaries) -> Seen:
    """Return what an image shows together with its line scan or maps.

    Raises
    ------
    InputError
        If a file is neither, names no element, a map has not the shape of the image, or scans and maps are mixed.
    """
    scans: list[LineScan] = []
    maps: dict[str, FloatArray] = {}
    for path in files:
        try:
            if path.suffix.lower() in TABLES and not is_matrix(path):
                scans.append(read_line_scan(path))
                continue
            element = element_of(path.stem)
            if element is None:
                raise InputError("the name of the map names no element", advice="call it as in 'map_Ti.png'")
            values = read_matrix(path) if path.suffix.lower() in TABLES else _image(path)
            maps[element] = _fitted(values, view)
        except InterlayerError as error:
            raise error.at(path.name) from error
    if len(scans) + bool(maps) != 1:
        raise InputError("give one line scan, or maps of elements", where="--eds")
    found = _analysed(scans[0], {}) if scans else _analysed(_across(maps, view, boundaries), maps)
    one = seen.observation
    observation = replace(
        one,
        metrics=(*one.metrics, *_metrics(found)),
        words=(*one.words, *_words(found)),
        findings=(*one.findings, *_findings(found)),
        settings={**one.settings, "eds": [path.name for path in files]},
    )
    return replace(seen, observation=observation, figures=(*seen.figures, _figure(found)))


def _image(path: Path) -> FloatArray:
    if path.suffix.lower() not in SUFFIXES:
        raise InputError("this is neither an image nor a table", advice="give .csv, .tsv, .txt, .tif, .png")
    return read_micrograph(path).grey


def _fitted(values: FloatArray, view: View) -> FloatArray:
    """The map if it shows the same field as what is looked at, by the ratio of its sides."""
    rows, columns = view.grey.shape
    ratio = (values.shape[0] / values.shape[1]) / (rows / columns)
    if not 0.97 < ratio < 1.03:
        raise InputError(
            f"the map has {values.shape[1]} x {values.shape[0]} points, the image {columns} x {rows}: "
            "they do not show the same field",
            advice="crop the image with --region to the field of the map",
        )
    return values


def _across(maps: dict[str, FloatArray], view: View, boundaries: Boundaries) -> LineScan:
    """Mean signal against the distance from the layer's upper boundary, along the normal."""
    rows, columns = view.grey.shape
    middle = float(np.median(boundaries.lower - boundaries.upper))
    above = float(boundaries.upper.min())
    depth = np.arange(-min(above, 2.0 * middle), middle + min(rows - boundaries.lower.max(), 2.0 * middle))
    signals: dict[str, FloatArray] = {}
    for element, values in maps.items():
        step_y, step_x = values.shape[0] / rows, values.shape[1] / columns
        y = np.clip(((boundaries.upper + depth[:, None]) * step_y).astype(int), 0, values.shape[0] - 1)
        x = np.clip(((np.arange(columns) + 0.5) * step_x).astype(int), 0, values.shape[1] - 1)
        signals[element] = values[y, x].mean(axis=1)
    pixel = 1.0 if view.scale is None else view.scale.pixel_m
    return LineScan(depth * boundaries.cosine * pixel, signals, view.scale is not None)


def _analysed(scan: LineScan, maps: dict[str, FloatArray]) -> Elements:
    return Elements(scan, {e: fit_steps(scan.position_m, s) for e, s in scan.signals.items()}, maps)


def _level(found: Elements, element: str) -> FloatArray:
    signal = found.scan.signals[element]
    return (signal - signal.min()) / max(float(np.ptp(signal)), 1e-300)


def _order(found: Elements) -> list[str]:
    """Elements in the order of where their signal lies, those without a step left out."""
    at = found.scan.position_m
    centre = {e: float(np.average(at, weights=_level(found, e) + 1e-12)) for e, s in found.steps.items() if s}
    return sorted(centre, key=lambda e: centre[e])


def _metrics(found: Elements) -> list[Metric]:
    metrics: list[Metric] = []
    for element, steps in found.steps.items():
        for step in steps:
            if not found.scan.has_unit:
                why = ("the positions have no unit", f"{step.place:.4g} and {step.width:.3g} steps")
                metrics.append(Metric("element_boundary", None, "um", evidence=(element, *why)))
                continue
            metrics.append(
                Metric(
                    "element_boundary",
                    step.place * 1e6,
                    "um",
                    step.place_error * 1e6,
                    evidence=(element, "rises" if step.height > 0 else "falls"),
                )
            )
            said = (element, BEAM) if step.resolved else (element, "narrower than two points")
            metrics.append(
                Metric(
                    "interdiffusion_width",
                    step.width * 1e6,
                    "um",
                    step.width_error * 1e6,
                    bound="<=",
                    evidence=said,
                )
            )
    return metrics


def _pairs(found: Elements) -> list[tuple[str, str, float]]:
    names = [e for e, s in found.scan.signals.items() if float(np.ptp(s)) > 0.0]
    values = found.maps or found.scan.signals
    pairs: list[tuple[str, str, float]] = []
    for k, a in enumerate(names):
        for b in names[k + 1 :]:
            if values[a].shape == values[b].shape:
                pairs.append((a, b, float(np.corrcoef(values[a].ravel(), values[b].ravel())[0, 1])))
    return pairs


def _words(found: Elements) -> list[str]:
    order = _order(found)
    flat = [e for e, steps in found.steps.items() if not steps]
    said = [
        f"Elements in the order in which they lie: {', '.join(order)}." if order else "No element has a step."
    ]
    if flat:
        said.append(f"The same everywhere within noise: {', '.join(flat)}.")
    together = [f"{a} and {b} ({r:+.2f})" for a, b, r in _pairs(found) if abs(r) >= 0.5]
    if together:
        what = "point by point of the maps" if found.maps else "along the line"
        said.append(f"Go together or exclude each other, correlation {what}: {', '.join(together)}.")
    said.append(f"Widths of boundaries: {BEAM}.")
    return said


def _findings(found: Elements) -> list[Finding]:
    odd: list[Finding] = []
    if not found.scan.has_unit:
        odd.append(Finding("no_scale", "the positions have no unit: widths are in steps only", "error"))
    if "Li" in found.scan.signals:
        odd.append(
            Finding("lithium", "usual EDS detectors do not see lithium; its column is not to be trusted")
        )
    return odd


def _table(found: Elements) -> pl.DataFrame:
    unit, factor = ("um", 1e6) if found.scan.has_unit else ("1", 1.0)
    data: dict[str, Any] = {f"Position / {unit}": found.scan.position_m * factor}
    data.update({f"{element} / 1": signal for element, signal in found.scan.signals.items()})
    return pl.DataFrame(data)


def _figure(found: Elements) -> Figure:
    unit, factor = ("um", 1e6) if found.scan.has_unit else ("1", 1.0)
    x = found.scan.position_m * factor
    series = tuple(Series(e, x, _level(found, e)) for e in found.scan.signals)
    lines = tuple(Line(s.place * factor, e) for e, steps in found.steps.items() for s in steps[:2])
    return Figure(
        "elements",
        "Elements across the layers",
        "Each signal from its least to its largest value; lines: half height of the fitted steps.",
        (Panel(Axis("Position", unit), Axis("Signal, scaled"), series, lines),),
    )
