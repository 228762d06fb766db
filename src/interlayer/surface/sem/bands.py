"""The materials that lie above each other: where the mean grey level across the layers has a step."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.surface.sem.tilt import find_slope, sheared, strip_profiles

FloatArray = NDArray[np.float64]

SIGNIFICANT: Final = 6.0
"""Standard errors of the mean over strips from which a step counts."""
LEAST_STEP: Final = 0.02
"""Of the full grey range."""
LEAST_OF_LARGEST: Final = 0.15


@dataclass(frozen=True)
class Bands:
    """Steps of the mean profile, from top to bottom.

    Attributes
    ----------
    slope : float
        Rows by which the layers sink a column.
    edges : tuple of float
        Rows of the steps in the middle column.
    greys : tuple of float
        Median grey level of each band, one more than edges.
    """

    slope: float
    edges: tuple[float, ...]
    greys: tuple[float, ...]

    @property
    def text(self) -> str:
        """Say each band with its rows and grey level."""
        ends = ["top", *(f"{e:.0f}" for e in self.edges), "bottom"]
        return "; ".join(
            f"band {k + 1}: rows {ends[k]} to {ends[k + 1]}, grey {100 * grey:.0f} %"
            for k, grey in enumerate(self.greys)
        )


def find_bands(grey: FloatArray, slope: float | None = None) -> Bands:
    """Return the bands of an image.

    Parameters
    ----------
    grey : ndarray, shape (rows, columns)
        Without data bar.
    slope : float, optional
        Of the layers; found from the image if left out.
    """
    rows, columns = grey.shape
    slope = find_slope(grey) if slope is None else slope
    profiles, at = strip_profiles(grey)
    moved = sheared(profiles, at - 0.5 * (columns - 1), slope)
    enough = np.isfinite(moved).sum(axis=0) >= 0.6 * len(moved)
    first = int(np.argmax(enough))
    usable = moved[:, enough]
    edges = [first + e for e in _steps(usable, rows)]
    mean = np.nanmedian(usable, axis=0)
    cuts = [0, *(round(e) - first for e in edges), mean.size]
    greys = tuple(float(np.median(mean[a:b])) if b > a else float("nan") for a, b in itertools.pairwise(cuts))
    return Bands(slope, tuple(edges), greys)


def _steps(profiles: FloatArray, rows: int) -> list[float]:
    """Rows at which both sides differ by more than a straight slope and the scatter of the strips explain."""
    w = max(5, rows // 40)
    n = profiles.shape[1]
    if n < 4 * w:
        return []
    filled = np.where(np.isfinite(profiles), profiles, np.nanmean(profiles, axis=0))
    total = np.concatenate([np.zeros((len(filled), 1)), np.cumsum(filled, axis=1)], axis=1)
    y = np.arange(2 * w, n - 2 * w + 1)

    def mean(a: NDArray[np.int_], b: NDArray[np.int_]) -> FloatArray:
        return (total[:, b] - total[:, a]) / (b - a)[0]

    near = mean(y, y + w) - mean(y - w, y)
    # Half a window on each side left out, the remaining slope on either side tells what is gradual.
    above = mean(y - w, y) - mean(y - 2 * w, y - w)
    below = mean(y + w, y + 2 * w) - mean(y, y + w)
    step = near - 0.5 * (above + below) * (np.sign(above * below) > 0) * np.where(
        np.maximum(np.abs(above), np.abs(below)) < np.abs(near), 1.0, 0.0
    )
    size = np.median(step, axis=0)
    scatter = 1.4826 * np.median(np.abs(step - size), axis=0) * 1.25 / np.sqrt(len(step))
    mean_size = np.mean(near, axis=0)
    strong = np.abs(size) > np.maximum(SIGNIFICANT * scatter, LEAST_STEP)
    strength = np.where(strong & (size * mean_size > 0), np.abs(mean_size), 0.0)
    found: list[int] = []
    least = max(LEAST_STEP, LEAST_OF_LARGEST * float(strength.max(initial=0.0)))
    apart = int(1.6 * w)
    for k in np.argsort(-strength):
        if strength[k] < least:
            break
        if all(abs(int(k) - other) > apart for other in found):
            left, right = strength[max(0, k - 1)], strength[min(strength.size - 1, k + 1)]
            if strength[k] >= left and strength[k] >= right:
                found.append(int(k))
    return [float(y[k]) for k in sorted(found)]


@dataclass(frozen=True)
class Chosen:
    """The band that is the layer.

    Attributes
    ----------
    number : int
        From 1 at the top; 0 where a person said the rows.
    upper, lower : float
        Rows of its edges in the middle column.
    low, high : float
        Rows beyond which another band begins.
    why : str
    """

    number: int
    upper: float
    lower: float
    low: float
    high: float
    why: str


def choose(bands: Bands, layer: str | None, rows: int) -> Chosen:
    """Return the band that is the layer.

    Parameters
    ----------
    bands : Bands
    layer : str or None
        'bright', 'dark' or the number of the band from the top; None: the middle one of three.
    rows : int
        Of the image.

    Raises
    ------
    InputError
        If no layer is there, or it is not clear which band it is.
    """
    count = len(bands.greys)
    if count < 3:
        seen = (
            "no step in grey level runs across the image"
            if count == 1
            else "only one step in grey level runs across"
        )
        raise InputError(
            f"{seen}: no layer between two others was found; is this a plan view?",
            advice="give a cross-section, crop with --region, say --between y0,y1, or --along y for upright layers",
        )
    inner = range(2, count)
    if layer is None:
        if count > 3:
            raise InputError(
                f"{count - 2} bands could be the layer: {bands.text}",
                where="--layer",
                advice=f"say which, as --layer {count // 2 + 1}, or crop with --region",
            )
        number, why = 2, "the only band between two others"
    elif layer in ("bright", "dark"):
        sign = 1.0 if layer == "bright" else -1.0
        number = max(inner, key=lambda k: sign * bands.greys[k - 1])
        why = f"the {'brightest' if sign > 0 else 'darkest'} band between two others"
    else:
        number = _number(layer, count, bands)
        why = f"band {number} from the top, as said"
    edges = [0.0, *bands.edges, float(rows)]
    return Chosen(number, edges[number - 1], edges[number], edges[number - 2], edges[number + 1], why)


def _number(layer: str, count: int, bands: Bands) -> int:
    try:
        number = int(layer)
    except ValueError:
        raise InputError(
            f"'{layer}' is no layer",
            where="--layer",
            advice="bright, dark or the number of the band from the top",
        ) from None
    if not 2 <= number <= count - 1:
        raise InputError(
            f"band {number} has no band on both sides: {bands.text}",
            where="--layer",
            advice=f"one of {', '.join(str(k) for k in range(2, count))}",
        )
    return number


def between(rows_said: Sequence[float], rows: int) -> Chosen:
    """Return the layer between two rows that a person said.

    Raises
    ------
    InputError
        If they are not in the image, or too near each other or its edges.
    """
    upper, lower = sorted(rows_said)
    if upper < 4 or lower > rows - 4 or lower - upper < 4:
        raise InputError(
            f"rows {upper:g} to {lower:g} leave no layer with something above and below in {rows} rows",
            where="--between",
            advice="give two rows, counted from the top of the image",
        )
    return Chosen(0, upper, lower, 0.0, float(rows), "between the rows that were said")
