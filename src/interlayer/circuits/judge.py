"""What a person should know before using the numbers of a circuit fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from interlayer.circuits.doubt import BORDER_F, TAIL_F, hidden_doubt
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.result import Arc, CircuitFit, Parameter
from interlayer.record import Finding

UNIDENTIFIABLE = 0.1
"""Relative standard error of a resistance above which it is called not identifiable."""
_POOR_FIT = 0.03
_OUTLIER = 6.0
_EQUAL_BIC = 2.0
_HIDDEN = "an arc may be hidden"


def is_determined(parameter: Parameter) -> bool:
    """Whether a value has a relative standard error below `UNIDENTIFIABLE`.

    An error of exactly zero is that of a value held at its bound: the data say nothing about it.
    """
    stderr = parameter.stderr
    return stderr is not None and 0.0 < stderr < UNIDENTIFIABLE * abs(parameter.value)


def judge(fit: CircuitFit, distance: FloatArray, misfit: float, converged: bool) -> Iterator[Finding]:
    """Yield findings on a fit; `distance` is |Z_fit - Z|/|Z| at each point, shape (n,), `misfit` their weighted rms."""
    if not converged:
        yield Finding("fit not converged", "the iteration limit came first; values may be off")
    if misfit > _POOR_FIT:
        yield Finding(
            "circuit does not describe the spectrum",
            f"residual {100 * misfit:.1f} % rms with {fit.circuit}",
        )
    yield from _outliers(fit, distance)
    second = fit.runner_up
    if second is not None and second.bic - fit.bic < _EQUAL_BIC:
        yield Finding(
            "two circuits do equally well",
            f"{fit.circuit} and {second.circuit} differ by {second.bic - fit.bic:.1f} in BIC",
            severity="note",
        )
    window = f"{fit.frequency_Hz.min():.3g} Hz to {fit.frequency_Hz.max():.3g} Hz"
    for arc in fit.arcs:
        if not arc.in_window:
            top = f"peaks near {arc.peak_Hz:.3g} Hz"
            detail = f"{arc.name}, {arc.resistance_ohm:.4g} ohm, {top}; measured {window}"
            yield Finding("arc peaks outside the window", detail, severity="note")
    for arc in fit.arcs:
        yield from _identifiable(fit, arc)
    yield from _hidden(fit, 1.0)


def at_area(fit: CircuitFit, area_m2: float | None) -> CircuitFit:
    """The fit with its finding on hidden arcs for an electrode of this area; without one, for 1 cm2."""
    area_cm2 = 1.0 if area_m2 is None else 1e4 * area_m2
    rest = tuple(one for one in fit.findings if one.name != _HIDDEN)
    return replace(fit, findings=(*rest, *_hidden(fit, area_cm2)))


def _hidden(fit: CircuitFit, area_cm2: float) -> Iterator[Finding]:
    doubt = hidden_doubt(fit, BORDER_F * area_cm2, TAIL_F * area_cm2)
    if doubt is not None:
        yield Finding(
            _HIDDEN,
            f"one of {doubt.resistance_ohm:.3g} ohm near {doubt.peak_Hz:.3g} Hz would leave no trace; with it the "
            f"arcs of the electrolyte would change by {_share(doubt.electrolyte_change)}, those of the "
            f"interfaces by {_share(doubt.interface_change)}",
            severity="note",
        )


def _share(change: float) -> str:
    return f"{100 * change:+.0f} %" if abs(change) < 1.0 else "more than themselves"


def _outliers(fit: CircuitFit, distance: FloatArray) -> Iterator[Finding]:
    typical = 1.4826 * float(np.median(distance))
    far = np.flatnonzero(distance > max(_OUTLIER * typical, 1e-3))
    if 0 < far.size <= distance.size // 10:
        where = ", ".join(f"{fit.frequency_Hz[k]:.4g} Hz" for k in far[:5])
        yield Finding(
            "points far from the fit", f"{far.size} of {distance.size}: {where}", rows=int(far.size)
        )


def _identifiable(fit: CircuitFit, arc: Arc) -> Iterator[Finding]:
    own = fit.parameters[arc.name]
    if is_determined(own):
        return
    names = [n for n, p in fit.parameters.items() if n.startswith("R") and p.unit == "ohm"]
    groups = [tuple(n for n in names if n in (arc.name, other)) for other in names if other != arc.name]
    # more than two only where no two will do
    for choice in (groups, [tuple(a.name for a in fit.arcs)], [tuple(names)]):
        sums = [(g, fit.sum_of(g)) for g in choice if len(g) > 1]
        sums = [(g, s) for g, s in sums if is_determined(s) and _is_much_better(s, own)]
        if sums:
            break
    else:
        sums = []
    if sums:
        known, total = min(sums, key=lambda pair: pair[1].stderr or 0.0)
        together = f"{', '.join(known[:-1])} and {known[-1]}"
        detail = f"only the sum of {together} is: {total.value:.4g} ± {total.stderr or 0:.2g} ohm"
    elif own.stderr is None:
        detail = "a limit of the fit was reached"
    else:
        detail = f"{own.value:.3g} ± {own.stderr:.2g} ohm"
    yield Finding(f"{arc.name} is not identifiable", detail)


def _is_much_better(total: Parameter, own: Parameter) -> bool:
    return own.stderr is None or (total.stderr is not None and total.stderr < own.stderr / 3.0)
