"""Which arcs are bulk, grain boundary and interface, decided by effective capacitance.

Capacitances after Irvine, Sinclair and West (Adv. Mater. 2 (1990) 132): bulk 1e-12 and grain boundary
1e-11 to 1e-8 F/cm (after the cell constant, C L/A), surface layer 1e-9 to 1e-7, interface 1e-7 to 1e-5,
electrochemical reaction near 1e-4 F/cm2 (C/A). A pellet of 1 cm2 and 1 mm thus has grain boundaries near
1e-9 to 1e-8 F beside interfaces above 1e-7 F; the borders below lie between.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from interlayer.circuits.judge import UNIDENTIFIABLE, is_determined
from interlayer.circuits.result import Arc, CircuitFit, Parameter

BULK_BELOW = 2e-10
"""F/cm2 (F without area): an arc below it is the grain interior's own, at megahertz."""
ELECTROLYTE_BELOW = 5e-8
"""F/cm2 (F without area): arcs below it belong to the electrolyte pellet, arcs above to the interfaces."""
TAIL_ABOVE = 1e-3
"""F/cm2 (F without area): arcs above it are diffusion or slow polarisation, never R_int."""
_TENTATIVE = 2.5
_NOT_DETERMINED = 0.3


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
    """

    R_b: Parameter | None
    R_gb: Parameter | None
    R_b_plus_R_gb: Parameter | None
    R_int: Parameter | None
    notes: tuple[str, ...]
    electrolyte: tuple[str, ...]
    interface: tuple[str, ...]
    tail: tuple[str, ...]


def resistances(
    fit: CircuitFit, frequency_Hz: ArrayLike | None = None, area_m2: float | None = None
) -> CellResistances:
    """Sort the arcs of a fit into electrolyte, interface and tail, and sum them.

    Parameters
    ----------
    fit : CircuitFit
    frequency_Hz : array, optional
        Measured frequencies; those of the fit if not given.
    area_m2 : float, optional
        Electrode area; without it the capacitance borders are taken for 1 cm2.

    Notes
    -----
    Standard errors contain the spread among circuits that the data do not rule out (`fit.rivals`), each
    with the weight exp(-difference in AICc / 2).
    """
    own = _of_one_circuit(fit, frequency_Hz, area_m2)
    others = [
        (_of_one_circuit(r, frequency_Hz, area_m2), float(np.exp(-0.5 * (r.aicc - fit.aicc))))
        for r in fit.rivals
    ]
    notes = list(own.notes)
    total = _widened(own.R_b_plus_R_gb, [(o.R_b_plus_R_gb, w) for o, w in others])
    r_int = _widened(own.R_int, [(o.R_int, w) for o, w in others])
    return replace(
        own,
        R_b_plus_R_gb=_determined("R_b + R_gb", total, notes),
        R_int=_determined("R_int", r_int, notes),
        R_b=_widened(own.R_b, [(o.R_b, w) for o, w in others]),
        R_gb=_widened(own.R_gb, [(o.R_gb, w) for o, w in others]),
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


def _widened(own: Parameter | None, others: list[tuple[Parameter | None, float]]) -> Parameter | None:
    """Add to the standard error what circuits that fit nearly as well say differently, by their weight."""
    if own is None or own.stderr is None:
        return own
    total, weight = own.stderr**2, 1.0
    for other, w in others:
        if other is not None and other.stderr is not None:
            total += w * (other.stderr**2 + (other.value - own.value) ** 2)
            weight += w
    return Parameter(own.value, float(np.sqrt(total / weight)), own.unit)


def _of_one_circuit(
    fit: CircuitFit, frequency_Hz: ArrayLike | None, area_m2: float | None
) -> CellResistances:
    f = fit.frequency_Hz if frequency_Hz is None else np.asarray(frequency_Hz, dtype=np.float64)
    area_cm2 = 1.0 if area_m2 is None else area_m2 * 1e4
    notes: list[str] = []
    if area_m2 is None and fit.arcs:
        notes.append("area unknown: arcs assigned by capacitance as if it were 1 cm2")
    intercept = tuple(n for n in fit.parameters if n == "R0" or (n[0] == "R" and _is_lone(fit, n)))
    bulk = _between(fit, 0.0, BULK_BELOW * area_cm2)
    boundary = _between(fit, BULK_BELOW * area_cm2, ELECTROLYTE_BELOW * area_cm2)
    interface = _between(fit, ELECTROLYTE_BELOW * area_cm2, TAIL_ABOVE * area_cm2)
    tail = _between(fit, TAIL_ABOVE * area_cm2, np.inf)
    for arc in (*bulk, *boundary, *interface, *tail):
        notes.append(
            _assigned(arc, "tail" if arc in tail else "interface" if arc in interface else "electrolyte")
        )
    notes += _tentative(fit, area_cm2)

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
    )


def _is_lone(fit: CircuitFit, name: str) -> bool:
    """Whether a parameter is a resistor in series, not the resistance of an arc."""
    return fit.parameters[name].unit == "ohm" and any(t.text == name for t in fit.structure.terms)


def _between(fit: CircuitFit, low: float, high: float) -> tuple[Arc, ...]:
    return tuple(a for a in fit.arcs if low <= a.capacitance_F < high)


def _assigned(arc: Arc, kind: str) -> str:
    return (
        f"{arc.name}: {arc.resistance_ohm:.4g} ohm, {arc.capacitance_F:.2g} F (Hsu-Mansfeld), "
        f"peak {arc.peak_Hz:.3g} Hz -> {kind}"
    )


def _tentative(fit: CircuitFit, area_cm2: float) -> list[str]:
    border = ELECTROLYTE_BELOW * area_cm2
    close = [a for a in fit.arcs if border / _TENTATIVE < a.capacitance_F < border * _TENTATIVE]
    return [
        f"{a.name} is assigned tentatively: its capacitance lies near the border {border:.2g} F"
        for a in close
    ]


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
