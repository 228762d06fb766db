"""What an arc can be, and in which range its capacitance then lies.

Grains and grain boundaries fill the pellet's volume: what counts is C L/A (F/m), a permittivity. Layers and
electrodes are faces: what counts is C/A (F/m2). Ranges after Irvine, Sinclair and West, Adv. Mater. 2 (1990)
132, Table 1 (bulk 1e-12, minor phase 1e-11, grain boundary 1e-11 to 1e-8 F/cm; surface layer 1e-9 to 1e-7,
sample-electrode interface 1e-7 to 1e-5, electrochemical reaction 1e-4 F/cm2), with these additions:

- bulk: relative permittivities of 3 to 100 are 3e-13 to 9e-12 F/cm;
- interphase: a film of relative permittivity 10, 5 to 300 nm thick, has 3e-8 to 2e-6 F/cm2;
- charge transfer: a double layer has 1e-6 F/cm2 and more on a smooth face (1 to 20 uF/cm2: Bard and Faulkner,
  Electrochemical Methods, 2nd ed., section 1.2), more on a rough one;
- diffusion: a chemical capacitance, some mF/cm2 and more (Jamnik and Maier, Phys. Chem. Chem. Phys. 3 (2001)
  1668).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.geometry import Geometry

Label = Literal["bulk", "grain boundary", "interlayer", "interphase", "charge transfer", "diffusion"]

ELECTROLYTE: tuple[Label, ...] = ("bulk", "grain boundary")
INTERFACE: tuple[Label, ...] = ("interlayer", "interphase", "charge transfer")
TAIL: tuple[Label, ...] = ("diffusion",)


@dataclass(frozen=True)
class ArcClass:
    """One thing that an arc can be.

    Attributes
    ----------
    name : str
    per_length : bool
        Whether C L/A (F/m) counts, else C/A (F/m2).
    low, high : float
        Range of it in SI.
    prior : float
        How often it is met, relative to the others.
    many : bool
        Whether two arcs of one spectrum may both be of it.
    source : str
    """

    name: Label
    per_length: bool
    low: float
    high: float
    prior: float
    many: bool
    source: str


_ISW = "Irvine, Sinclair and West 1990"

CLASSES: tuple[ArcClass, ...] = (
    ArcClass("bulk", True, 3e-11, 9e-10, 1.0, False, f"{_ISW}; permittivity 3 to 100"),
    ArcClass("grain boundary", True, 1e-9, 1e-6, 1.0, True, _ISW),
    ArcClass("interlayer", False, 1e-5, 1e-3, 0.1, True, f"{_ISW}, surface layer"),
    ArcClass("interphase", False, 3e-4, 2e-2, 1.0, True, "film of 5 to 300 nm, permittivity 10"),
    ArcClass("charge transfer", False, 1e-2, 3.0, 1.0, True, f"{_ISW}; double layer"),
    ArcClass("diffusion", False, 30.0, 1e6, 1.0, True, "chemical capacitance, Jamnik and Maier 2001"),
)
"""By rising capacitance; along a spectrum the classes follow each other in this order."""

NOMINAL_AREA_M2 = 1e-4
NOMINAL_THICKNESS_M = 1e-3
"""What an unknown pellet is taken for; its scatter widens the classes below."""
_AREA_DECADES = 0.5
_THICKNESS_DECADES = 0.35
_EDGE_DECADES = 0.25
"""Softness of a range: tables give powers of ten."""
_OUTSIDE = 1e-9
"""Density far from all ranges, so that even the strangest arc gets the nearest class."""


def log_density(capacitance_F: FloatArray, stderr_F: FloatArray, geometry: Geometry) -> FloatArray:
    """Return the logarithm of prior times density of log10 C in every class, shape (arcs, classes).

    Each range is uniform in log10 C with soft edges: a uniform distribution convolved with a normal one whose
    width contains the error of C and what is not known of the geometry.
    """
    area = geometry.area_m2 or NOMINAL_AREA_M2
    length = geometry.thickness_m or NOMINAL_THICKNESS_M
    volume = np.array([c.per_length for c in CLASSES])
    low, high = np.log10([c.low for c in CLASSES]), np.log10([c.high for c in CLASSES])
    x = np.log10(capacitance_F)[:, None] - np.log10(area) + np.where(volume, np.log10(length), 0.0)
    unknown = np.hypot(
        0.0 if geometry.area_m2 else _AREA_DECADES,
        np.where(volume, 0.0 if geometry.thickness_m else _THICKNESS_DECADES, 0.0),
    )
    own = np.where(np.isfinite(stderr_F), stderr_F / capacitance_F, 0.0) / np.log(10.0)
    width = np.sqrt(_EDGE_DECADES**2 + unknown[None, :] ** 2 + np.minimum(own, 1.0)[:, None] ** 2)
    inside = (ndtr((x - low) / width) - ndtr((x - high) / width)) / (high - low)
    # beyond the double range of ndtr the distance still orders the classes
    away = np.maximum(np.maximum(low - x, x - high), 0.0)
    prior = np.array([c.prior for c in CLASSES])
    return np.log(prior * (inside + _OUTSIDE * np.exp(-away)))


def most_probable(density: FloatArray) -> tuple[list[Label], FloatArray]:
    """Return the best class of every arc and the probability of it, given all arcs of the spectrum.

    Parameters
    ----------
    density : array (arcs, classes)
        Of `log_density`, arcs by rising capacitance: along them the classes never go back, and what a cell
        has once is given once. Summed over several spectra, it judges the arcs of a series.
    """
    arcs, classes = density.shape
    if arcs == 0:
        return [], np.zeros(0)
    ways = np.array(list(itertools.combinations_with_replacement(range(classes), arcs)), dtype=np.intp)
    score = density[np.arange(arcs), ways].sum(axis=1)
    repeated = ways[:, 1:] == ways[:, :-1]
    single = np.array([not c.many for c in CLASSES])
    score[(repeated & single[ways[:, 1:]]).any(axis=1)] = -np.inf
    weight = np.exp(score - score.max())
    weight /= weight.sum()
    best = ways[int(np.argmax(weight))]
    confidence = (weight[:, None] * (ways == best)).sum(axis=0)
    return [CLASSES[k].name for k in best], confidence
