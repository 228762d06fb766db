"""The part of an image that is looked at: data bar and surroundings cut off, turned, binned, and its scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.record.record import Finding
from interlayer.surface.sem import scale as scales
from interlayer.surface.sem.choices import Choices
from interlayer.surface.sem.data_bar import data_bar_top
from interlayer.surface.sem.metadata import stated_scale
from interlayer.surface.sem.micrograph import Micrograph
from interlayer.surface.sem.scale import Scale
from interlayer.surface.sem.scale_bar import DrawnBar, find_bar

FloatArray = NDArray[np.float64]

MOST_LOOKED_AT: Final = 6_000_000
"""Pixels; larger images are binned."""
SMALLEST: Final = 32
SATURATED: Final = 0.05
"""Share of pixels at an end of the range from which a warning is given."""
SPOILED: Final = 0.6
DISAGREE: Final = 0.03


@dataclass(frozen=True, eq=False)
class View:
    """What is analysed.

    Attributes
    ----------
    grey : ndarray, shape (rows, columns)
        Layers across, from top to bottom.
    scale : Scale or None
        Of a pixel of `grey`; None if nobody knows.
    origin : (int, int)
        Column and row of its corner in the (turned) image.
    binned : int
        Pixels of the file along one of `grey`.
    bar : DrawnBar or None
        The drawn scale bar, where it was looked for and found.
    findings : tuple of Finding
    settings : dict
    """

    grey: FloatArray
    scale: Scale | None
    origin: tuple[int, int]
    binned: int
    bar: DrawnBar | None
    findings: tuple[Finding, ...]
    settings: dict[str, Any]


def view_of(image: Micrograph, choices: Choices) -> View:
    """Return the part that is looked at.

    Raises
    ------
    InputError
        For a scale that cannot be had as asked, a region outside the image, or an image without grey levels.
    """
    findings = list(image.findings)
    settings: dict[str, Any] = {}
    rows = image.grey.shape[0]
    top = rows if choices.keep_bottom else data_bar_top(image.grey)
    scale, bar = _scale(image, choices, top, findings, settings)
    grey = image.grey[:top]
    if top < rows:
        settings["data_bar"] = f"{rows - top} rows at the bottom were cut off"
        findings.append(
            Finding("data_bar", f"rows {top} to {rows - 1} are a data bar and were cut off", "note")
        )
    if choices.upright:
        grey = grey.T
        settings["layers"] = "upright: left of the image is above"
    x0 = y0 = 0
    if choices.region is not None:
        x0, y0, x1, y1 = choices.region
        if not (0 <= x0 < x1 <= grey.shape[1] and 0 <= y0 < y1 <= grey.shape[0]):
            raise InputError(
                f"columns {x0} to {x1}, rows {y0} to {y1} are not in the {grey.shape[1]} x {grey.shape[0]} pixels "
                "of the image without its data bar",
                where="--region",
                advice='x0,y0,x1,y1 from the upper left corner, as "0,100,640,400"',
            )
        grey = grey[y0:y1, x0:x1]
        settings["region"] = [x0, y0, x1, y1]
    if min(grey.shape) < SMALLEST:
        raise InputError(
            f"{grey.shape[1]} x {grey.shape[0]} pixels are too few, at least {SMALLEST} a side are needed",
            where="--region" if choices.region is not None else "",
        )
    _exposure(grey, findings)
    binned = 1
    while grey.size > MOST_LOOKED_AT:
        grey, binned = _halved(grey), 2 * binned
    if binned > 1:
        settings["binning"] = binned
        scale = None if scale is None else Scale(scale.pixel_m * binned, scale.sigma, scale.source)
    return View(np.ascontiguousarray(grey), scale, (x0, y0), binned, bar, tuple(findings), settings)


def _scale(
    image: Micrograph, choices: Choices, top: int, findings: list[Finding], settings: dict[str, Any]
) -> tuple[Scale | None, DrawnBar | None]:
    stated, facts, odd = stated_scale(image)
    findings += odd
    settings.update(facts)
    bar: DrawnBar | None = None
    said: Scale | None = None
    if choices.pixel is not None:
        said = scales.stated(choices.pixel)
    elif choices.scale is not None:
        said = scales.of_length(choices.scale)
    elif choices.bar is not None:
        bar = find_bar(image.grey, top)
        source = f"the bar drawn in row {bar.row}, {bar.length} pixels, said to be {choices.bar}"
        said = scales.of_bar(choices.bar, float(bar.length), source, "--bar")
    else:
        try:
            bar = find_bar(image.grey, top)
        except InputError:
            bar = None
    if said is not None and stated is not None and abs(said.pixel_m / stated.pixel_m - 1.0) > DISAGREE:
        findings.append(
            Finding(
                "scale_disagrees",
                f"{said.source} makes {said.pixel_m * 1e9:.4g} nm a pixel, {stated.source} "
                f"{stated.pixel_m * 1e9:.4g} nm; what was said is used",
            )
        )
    scale = said or stated
    if scale is None:
        hint = (
            f'a bar of {bar.length} pixels is drawn in row {bar.row}: say what it stands for, as --bar "10 um"'
            if bar is not None
            else 'say it with --pixel "12.3 nm" or --scale "10 um=213"'
        )
        findings.append(
            Finding(
                "no_scale", f"the size of a pixel is not known, lengths are in pixels only; {hint}", "error"
            )
        )
    else:
        settings["pixel_nm"] = scale.pixel_m * 1e9
        settings["scale"] = scale.source
        settings["scale_error_percent"] = 100.0 * scale.sigma
    return scale, bar


def _exposure(grey: FloatArray, findings: list[Finding]) -> None:
    white, black = float(np.mean(grey >= 1.0 - 1e-9)), float(np.mean(grey <= 1e-9))
    if float(np.ptp(grey)) < 0.02:
        raise InputError(
            "the image is of one grey level only",
            advice="export it again, without clipping or with more contrast",
        )
    if white + black > SPOILED:
        raise InputError(
            f"{white:.0%} of the pixels are white and {black:.0%} black: the image is saturated",
            advice="take it with less contrast, or crop with --region",
        )
    for share, name in ((white, "white"), (black, "black")):
        if share > SATURATED:
            findings.append(
                Finding("saturated", f"{share:.0%} of the pixels are at the {name} end of the range")
            )


def _halved(grey: FloatArray) -> FloatArray:
    rows, columns = (n - n % 2 for n in grey.shape)
    return grey[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3))
