"""Fits of a circuit that the user names, to many spectra in one call."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from interlayer.circuits.bounds import bounds
from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements import (
    Capacitor,
    ConstantPhase,
    Element,
    Inductor,
    Resistor,
    WarburgInfinite,
    WarburgShort,
    Zarc,
)
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.family import TAIL_SHAPES
from interlayer.circuits.least_squares import Minima, minimise
from interlayer.circuits.scan import grid
from interlayer.circuits.stacked import Spectra, Stack

_STACKED: tuple[type[Element], ...] = (
    Resistor,
    Inductor,
    Capacitor,
    ConstantPhase,
    WarburgInfinite,
    WarburgShort,
    Zarc,
)
_MOST_ARCS = 4
_MOST = 200
_KEEP = 3
_SETS = 3


def can_be_stacked(circuit: Circuit) -> bool:
    """Whether a circuit consists of elements in series that the scan and the stack know."""
    elements = [p.element for p in circuit.placed]
    arcs = elements.count(Zarc)
    return circuit.is_series and all(e in _STACKED for e in elements) and 0 < arcs <= _MOST_ARCS


def fit_given(circuit: Circuit, data: Sequence[SpectrumData]) -> Minima:
    """Fit one circuit to all spectra; one minimum a spectrum, in their order."""
    spectra = Spectra.of(data)
    elements = [p.element for p in circuit.placed]
    arcs = [s for e, s in zip(elements, circuit.slices, strict=True) if e is Zarc]
    tails = [
        (e, s) for e, s in zip(elements, circuit.slices, strict=True) if e not in (Zarc, Resistor, Inductor)
    ]
    lead = Inductor in elements
    found = np.concatenate(
        [grid(spectra, lead, tail).sets(len(arcs), _SETS) for tail in (True, False)], axis=1
    )
    shapes = [TAIL_SHAPES.get(e, ((),)) for e, _ in tails]
    slowest = -spectra.log_omega.min(axis=1)
    rows: list[FloatArray] = []
    spectrum: list[int] = []
    for k in range(len(data)):
        for chosen, choice in itertools.product(found[k], itertools.product(*shapes)):
            theta = np.zeros(circuit.size)
            for s, shape in zip(arcs, chosen, strict=True):
                theta[s.start + 1 : s.stop] = shape
            for (element, s), shape in zip(tails, choice, strict=True):
                for i, x in enumerate(shape):
                    log = element.parameters[i + 1].log
                    theta[s.start + 1 + i] = np.log(x) + slowest[k] if log else x
            rows.append(theta)
            spectrum.append(k)
    limits = [bounds(circuit, d) for d in data]
    at = np.array(spectrum, dtype=np.intp)
    lower, upper = np.array([low for low, _ in limits])[at], np.array([high for _, high in limits])[at]
    stack = Stack(spectra, at, [circuit] * len(rows))
    return minimise(
        stack,
        stack.with_factors(np.array(rows), lower, upper),
        lower,
        upper,
        at,
        most=_MOST,
        keep=_KEEP,
        factors=stack.factors,
    )
