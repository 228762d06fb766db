"""Coulombic efficiency of lithium on copper: per cycle, and by Aurbach's method with a reservoir.

    CE = Q_stripped / Q_plated                          each cycle, stripped to the cut-off voltage
    CE = (n Q_C + Q_S)/(n Q_C + Q_T)                    reservoir Q_T, n cycles of Q_C, all stripped: Q_S

The second after Aurbach et al., J. Electrochem. Soc. 1989, 136, 3198, as written by Adams et al., Adv. Energy Mater.
2018, 8, 1702097: the mean over the n cycles and the last stripping. Its reservoir lies on copper that a first cycle
has conditioned; without one, what the copper takes up counts as loss, and the evidence says so.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.base import Metric
from interlayer.metrics.by_half_cycle import without
from interlayer.metrics.halves import halves
from interlayer.metrics.kind_of_test import kind_of_test
from interlayer.metrics.lithium_copper import Reservoir, reservoirs, stripping

UNEVEN: Final = 0.02
"""Relative scatter of the small cycles' charges from which the evidence says so."""
NO_END: Final = (
    "no half-cycle ends in the steep rise to a cut-off voltage that shows that all lithium is stripped"
)
NO_RESERVOIR: Final = (
    "no reservoir that is plated, cycled in part at least once, and stripped to a cut-off voltage"
)


def _why_not(analysis: Analysis) -> str:
    kind = analysis.get(kind_of_test)
    if kind.name != "lithium-copper":
        return f"not lithium against copper: {kind.name}"
    h = analysis.get(halves)
    if not h.orderly.all():
        return "time runs backwards inside a half-cycle"
    return "" if analysis.get(stripping).direction else NO_END


def lithium_efficiency(analysis: Analysis) -> tuple[Metric, ...]:
    """Lithium stripped over lithium plated since copper was last bare, %; each stripping to the cut-off.

    Sequences of Aurbach's method are left to `aurbach_efficiency`.
    """
    name, unit = "lithium_efficiency", "%"
    if why := _why_not(analysis):
        return without(name, unit, why)
    h, strip = analysis.get(halves), analysis.get(stripping)
    left_out = {one.last for one in analysis.get(reservoirs)}
    strips = h.direction == strip.direction
    charge = np.abs(h.charge_C)
    plated = np.concatenate([[0.0], np.cumsum(np.where(strips, 0.0, charge))])
    taken = np.concatenate([[0.0], np.cumsum(np.where(strips, charge, 0.0))])
    out: list[Metric] = []
    begin = 0
    mAh = units.factor("mAh")
    for k in np.flatnonzero(strip.emptied).tolist():
        put, got = float(plated[k + 1] - plated[begin]), float(taken[k + 1] - taken[begin])
        count, begin = k + 1 - begin, k + 1
        if k in left_out:
            continue
        start = float(h.start_s[k])
        if put <= 0.0:
            why = "stripped without plating before: lithium that was there"
            out.append(Metric(name, None, unit, None, k, start, evidence=(why,)))
            continue
        evidence = [f"{got / mAh:.5g} mAh stripped of {put / mAh:.5g} mAh plated"]
        if count > 2:
            evidence.append(f"over {count} half-cycles together")
        out.append(Metric(name, 100.0 * got / put, unit, None, k, start, evidence=tuple(evidence)))
    return tuple(out) or without(name, unit, "every stripping to the cut-off belongs to Aurbach's method")


def efficiency(one: Reservoir) -> float:
    """Return (n Q_C + Q_S)/(n Q_C + Q_T)."""
    cycled = one.cycles * one.cycled_C
    return (cycled + one.stripped_C) / (cycled + one.reservoir_C)


def aurbach_efficiency(analysis: Analysis) -> tuple[Metric, ...]:
    """Mean coulombic efficiency of lithium by Aurbach's method, %; one for each reservoir."""
    name, unit = "aurbach_efficiency", "%"
    if why := _why_not(analysis):
        return without(name, unit, why)
    h, found = analysis.get(halves), analysis.get(reservoirs)
    if not found:
        return without(name, unit, NO_RESERVOIR)
    mAh = units.factor("mAh")
    out: list[Metric] = []
    for one in found:
        evidence = [
            f"Q_T = {one.reservoir_C / mAh:.5g} mAh, n = {one.cycles} of Q_C = {one.cycled_C / mAh:.5g} mAh, "
            f"Q_S = {one.stripped_C / mAh:.5g} mAh",
            "(n Q_C + Q_S)/(n Q_C + Q_T), Adams et al. 2018",
        ]
        if one.uneven > UNEVEN:
            evidence.append(f"the small half-cycles differ by up to {one.uneven:.1%} from Q_C")
        if one.plate == 0:
            evidence.append("no conditioning cycle before it: what copper takes up counts as loss")
        start = float(h.start_s[one.last])
        out.append(
            Metric(name, 100.0 * efficiency(one), unit, None, one.last, start, evidence=tuple(evidence))
        )
    return tuple(out)
