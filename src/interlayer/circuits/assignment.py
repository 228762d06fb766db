"""Which arcs are bulk, grain boundary and interface, decided by effective capacitance.

What an arc can be, and why, stands in `arc_classes`; here arcs get their labels and are summed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from interlayer.circuits.arc_classes import ELECTROLYTE, INTERFACE, Label, log_density, most_probable
from interlayer.circuits.averaging import averaged
from interlayer.circuits.conductivity import relative_permittivity
from interlayer.circuits.effective_capacitance import HSU_MANSFELD, EffectiveCapacitance, brug, hsu_mansfeld
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.geometry import Geometry
from interlayer.circuits.judge import UNIDENTIFIABLE, is_determined
from interlayer.circuits.result import Arc, CircuitFit, Parameter

SURE = 0.8
"""Probability below which a label is called tentative."""
_NOT_DETERMINED = 0.3


@dataclass(frozen=True)
class ArcLabel:
    """What one arc stands for.

    Attributes
    ----------
    name : str
        Its resistance in the circuit, e.g. 'R1'.
    label : str
        'bulk', 'grain boundary', 'interlayer', 'interphase', 'charge transfer' or 'diffusion'.
    confidence : float
        Probability of the label, from the distance of all capacitances to the ranges of the classes.
    tentative : bool
        Whether the geometry is unknown or the confidence below 80 %.
    capacitance : EffectiveCapacitance
        Brug's for charge transfer, Hsu and Mansfeld's otherwise.
    per_length_F_m, per_area_F_m2, relative_permittivity : float or None
        C L/A, C/A and, of bulk and grain boundary only, C L/(A eps_0); None where the geometry does not tell.
    """

    name: str
    label: Label
    confidence: float
    tentative: bool
    capacitance: EffectiveCapacitance
    per_length_F_m: float | None
    per_area_F_m2: float | None
    relative_permittivity: float | None


def capacitances(fit: CircuitFit) -> list[EffectiveCapacitance]:
    """Return the capacitance of every arc of a fit after Hsu and Mansfeld, in the order of `fit.arcs`."""
    found: list[EffectiveCapacitance] = []
    for arc in fit.arcs:
        own = _own(fit, arc)
        if own is None:
            found.append(EffectiveCapacitance(arc.capacitance_F, _rc_error(fit, arc), HSU_MANSFELD))
        else:
            found.append(hsu_mansfeld(*own[0], own[1]))
    return found


def densities(fit: CircuitFit, geometry: Geometry) -> FloatArray:
    """Return how well each arc of `fit.arcs` goes with each class, shape (arcs, classes)."""
    found = capacitances(fit)
    stderr = np.array([np.nan if c.stderr_F is None else c.stderr_F for c in found], dtype=np.float64)
    return log_density(np.array([c.value_F for c in found], dtype=np.float64), stderr, geometry)


def label_arcs(
    fit: CircuitFit, geometry: Geometry, given: Mapping[str, tuple[Label, float]] | None = None
) -> tuple[ArcLabel, ...]:
    """Say what every arc of a fit stands for, in the order of `fit.arcs`.

    Parameters
    ----------
    fit : CircuitFit
    geometry : Geometry
    given : mapping of name to (label, confidence), optional
        Labels from a series of spectra, which know more than one spectrum does.
    """
    found = capacitances(fit)
    if given is None:
        order = np.argsort([c.value_F for c in found], kind="stable")
        names, sure = most_probable(densities(fit, geometry)[order]) if found else ([], np.zeros(0))
        place = np.argsort(order, kind="stable").tolist() if found else []
        pairs = [(names[k], float(sure[k])) for k in place]
    else:
        pairs = [given[arc.name] for arc in fit.arcs]
    labels: list[ArcLabel] = []
    for arc, plain, (label, confidence) in zip(fit.arcs, found, pairs, strict=True):
        best = _of_electrode(fit, arc) if label == "charge transfer" else None
        best = plain if best is None else best
        area, constant = geometry.area_m2, geometry.cell_constant
        labels.append(
            ArcLabel(
                name=arc.name,
                label=label,
                confidence=confidence,
                tentative=bool(confidence < SURE or not geometry.is_complete),
                capacitance=best,
                per_length_F_m=None if constant is None else best.value_F * constant,
                per_area_F_m2=None if area is None else best.value_F / area,
                relative_permittivity=relative_permittivity(best.value_F, geometry)
                if label in ELECTROLYTE
                else None,
            )
        )
    return tuple(labels)


def _own(fit: CircuitFit, arc: Arc) -> tuple[tuple[float, float, float], FloatArray] | None:
    """R, Q, n of an arc and their covariance; None for an arc with an ideal capacitor."""
    names = next(p.names for p in fit.structure.placed if arc.name in p.names)
    if len(names) < 3:
        return None
    keys = list(fit.parameters)
    index = [keys.index(n) for n in names[:3]]
    r, q, n = (fit.parameters[name].value for name in names[:3])
    return (r, q, n), fit.covariance[np.ix_(index, index)]


def _rc_error(fit: CircuitFit, arc: Arc) -> float | None:
    """Standard error of the capacitor beside a resistor."""
    names = next(p.names for p in fit.structure.placed if arc.name in p.names)
    return fit.parameters[names[1]].stderr if len(names) == 2 else None


def _of_electrode(fit: CircuitFit, arc: Arc) -> EffectiveCapacitance | None:
    """Capacitance of an electrode after Brug; what is faster stands in series with it."""
    own = _own(fit, arc)
    series = sum(a.resistance_ohm for a in fit.arcs if a.time_constant_s < arc.time_constant_s)
    series += sum(fit.parameters[n].value for n in fit.parameters if _is_lone(fit, n))
    if own is None or not series > 0:
        return None
    (r, q, n), covariance = own
    return brug(q, n, series, r, covariance)


@dataclass(frozen=True)
class CellResistances:
    """Resistances of the whole cell in ohm with standard errors; None where the spectrum cannot tell.

    Attributes
    ----------
    R_b, R_gb : Parameter or None
        Grain interior and grain boundary; given only when the grain-boundary arc lies within the window.
    R_b_plus_R_gb : Parameter or None
        Their sum, on which R_int sits.
    R_int : Parameter or None
        All interfaces of the cell together, diffusion excluded.
    notes : tuple of str
        Why something is None, and how arcs were assigned.
    electrolyte, interface, tail : tuple of str
        Names of the resistances counted as such.
    R_diff : Parameter or None
        Diffusion as far as its resistance is seen; not part of R_int.
    labels : tuple of ArcLabel
        What each arc stands for.
    """

    R_b: Parameter | None
    R_gb: Parameter | None
    R_b_plus_R_gb: Parameter | None
    R_int: Parameter | None
    notes: tuple[str, ...]
    electrolyte: tuple[str, ...]
    interface: tuple[str, ...]
    tail: tuple[str, ...]
    R_diff: Parameter | None = None
    labels: tuple[ArcLabel, ...] = ()


def resistances(
    fit: CircuitFit,
    frequency_Hz: ArrayLike | None = None,
    area_m2: float | None = None,
    *,
    geometry: Geometry | None = None,
    labels: Mapping[str, tuple[Label, float]] | None = None,
) -> CellResistances:
    """Sort the arcs of a fit into electrolyte, interface and tail, and sum them.

    Parameters
    ----------
    fit : CircuitFit
    frequency_Hz : array, optional
        Measured frequencies; those of the fit if not given.
    area_m2 : float, optional
        Electrode area; without it capacitances are judged as if it were 1 cm2.
    geometry : Geometry, optional
        Area and thickness together; wins over `area_m2`.
    labels : mapping of name to (label, confidence), optional
        Labels of the arcs from a series; the circuits that fit nearly as well are then left out.

    Notes
    -----
    Standard errors contain the spread among circuits that the data do not rule out (`averaging`).
    """
    known = Geometry(area_m2) if geometry is None else geometry
    own = _of_one_circuit(fit, frequency_Hz, known, labels)
    if labels is not None:
        fit = replace(fit, rivals=(), richer=None)
    rivals = (*fit.rivals, *(() if fit.richer is None else (fit.richer,)))
    sorted_ = {id(r): _of_one_circuit(r, frequency_Hz, known, None) for r in rivals}
    sorted_[id(fit)] = own
    notes = list(own.notes)

    def spread(name: str) -> Parameter | None:
        def quantity(one: CircuitFit) -> Parameter | None:
            p: Parameter | None = getattr(sorted_[id(one)], name)
            # a rival that does not know it either has nothing to say
            known = p is not None and p.stderr is not None and p.stderr < _NOT_DETERMINED * p.value
            return p if known or one is fit else None

        return averaged(fit, quantity)

    return replace(
        own,
        R_b_plus_R_gb=_determined("R_b + R_gb", spread("R_b_plus_R_gb"), notes),
        R_int=_determined("R_int", spread("R_int"), notes),
        R_b=spread("R_b"),
        R_gb=spread("R_gb"),
        notes=tuple(notes),
    )


def _determined(what: str, total: Parameter | None, notes: list[str]) -> Parameter | None:
    """Keep a value only if its error leaves it a number; say so where the error is large."""
    if total is None or is_determined(total):
        return total
    error = "unknown error" if total.stderr is None else f"± {total.stderr:.2g} ohm"
    if total.stderr is not None and total.stderr > _NOT_DETERMINED * total.value:
        notes.append(f"{what} is not determined: {total.value:.3g} ohm {error}")
        return None
    notes.append(f"{what} is poorly determined: {total.value:.3g} ohm {error}")
    return total


def _of_one_circuit(
    fit: CircuitFit,
    frequency_Hz: ArrayLike | None,
    geometry: Geometry,
    given: Mapping[str, tuple[Label, float]] | None,
) -> CellResistances:
    f = fit.frequency_Hz if frequency_Hz is None else np.asarray(frequency_Hz, dtype=np.float64)
    notes: list[str] = []
    if geometry.area_m2 is None and fit.arcs:
        notes.append("area unknown: arcs assigned tentatively, by capacitance as if it were 1 cm2")
    if geometry.thickness_m is None and fit.arcs:
        notes.append("thickness unknown: bulk and grain boundary assigned as if it were 1 mm")
    intercept = tuple(n for n in fit.parameters if n == "R0" or (n[0] == "R" and _is_lone(fit, n)))
    labels = label_arcs(fit, geometry, given)
    pairs = tuple(zip(fit.arcs, labels, strict=True))
    bulk = tuple(a for a, x in pairs if x.label == "bulk")
    boundary = tuple(a for a, x in pairs if x.label == "grain boundary")
    interface = tuple(a for a, x in pairs if x.label in INTERFACE)
    tail = tuple(a for a, x in pairs if x.label not in ELECTROLYTE and x.label not in INTERFACE)
    notes += [_assigned(arc, label) for arc, label in pairs]
    notes += [
        f"{x.name} is assigned tentatively: {x.label}, probability {100 * x.confidence:.0f} %"
        for x in labels
        if x.confidence < SURE
    ]

    electrolyte = (*intercept, *(a.name for a in (*bulk, *boundary)))
    total = fit.sum_of(electrolyte) if electrolyte else None
    if not electrolyte:
        notes.append("R_b + R_gb: the circuit has no resistance at high frequency")
    parts = _parted(fit, intercept, bulk, boundary, float(f.max()), notes)
    r_int = _interface(fit, interface, float(f.min()), notes)
    return CellResistances(
        R_b=parts[0],
        R_gb=parts[1],
        R_b_plus_R_gb=total,
        R_int=r_int,
        notes=tuple(notes),
        electrolyte=electrolyte,
        interface=tuple(a.name for a in interface),
        tail=tuple(a.name for a in tail),
        R_diff=_diffusion(fit, tail),
        labels=labels,
    )


def _diffusion(fit: CircuitFit, tail: tuple[Arc, ...]) -> Parameter | None:
    """Resistance of the diffusion that the spectrum sees the end of."""
    bounded = [p.names[0] for p in fit.structure.placed if p.element.symbol == "Ws"]
    names = (*(a.name for a in tail), *bounded)
    if not names:
        return None
    total = fit.sum_of(names)
    return total if is_determined(total) else None


def _is_lone(fit: CircuitFit, name: str) -> bool:
    """Whether a parameter is a resistor in series, not the resistance of an arc."""
    return fit.parameters[name].unit == "ohm" and any(t.text == name for t in fit.structure.terms)


def _assigned(arc: Arc, label: ArcLabel) -> str:
    kind = (
        "electrolyte" if label.label in ELECTROLYTE else "interface" if label.label in INTERFACE else "tail"
    )
    return (
        f"{arc.name}: {arc.resistance_ohm:.4g} ohm, {arc.capacitance_F:.2g} F (Hsu-Mansfeld), "
        f"peak {arc.peak_Hz:.3g} Hz -> {kind} ({label.label}, {100 * label.confidence:.0f} %)"
    )


def _parted(
    fit: CircuitFit,
    intercept: tuple[str, ...],
    bulk: tuple[Arc, ...],
    boundary: tuple[Arc, ...],
    highest_Hz: float,
    notes: list[str],
) -> tuple[Parameter | None, Parameter | None]:
    """Bulk and grain boundary apart, if the grain-boundary arc is seen well enough."""
    only_sum = "R_b and R_gb cannot be parted, only their sum is given: "
    if not boundary:
        notes.append(only_sum + "no grain-boundary arc within the window")
        return None, None
    r_gb = fit.sum_of(tuple(a.name for a in boundary))
    bulk_names = (*intercept, *(a.name for a in bulk))
    if not bulk_names:
        notes.append(only_sum + "no high-frequency intercept")
        return None, None
    r_b = fit.sum_of(bulk_names)
    outside = [a for a in boundary if a.peak_Hz > highest_Hz]
    if outside:
        notes.append(
            only_sum + f"the arc peaks near {outside[0].peak_Hz:.3g} Hz, measured up to {highest_Hz:.3g} Hz"
        )
        return None, None
    if any(a.stderr_ohm is None for a in boundary) or not (is_determined(r_gb) and is_determined(r_b)):
        if r_b.stderr == 0.0:
            notes.append(only_sum + "the intercept vanishes within the window")
            return None, None
        error = "unknown" if r_gb.stderr is None else f"{r_gb.stderr:.2g} ohm"
        notes.append(
            only_sum + f"error of R_gb {error}, more than {100 * UNIDENTIFIABLE:.0f} % of R_b or R_gb"
        )
        return None, None
    return r_b, r_gb


def _interface(
    fit: CircuitFit, interface: tuple[Arc, ...], lowest_Hz: float, notes: list[str]
) -> Parameter | None:
    if not interface:
        notes.append("R_int: no arc with the capacitance of an interface in this spectrum")
        return None
    cut = [a for a in interface if a.peak_Hz < lowest_Hz]
    if any(not is_determined(fit.parameters[a.name]) for a in cut):
        notes.append(
            f"R_int is not determined: {cut[0].name} peaks near {cut[0].peak_Hz:.3g} Hz, "
            f"measured down to {lowest_Hz:.3g} Hz"
        )
        return None
    return fit.sum_of(tuple(a.name for a in interface))
