"""Resistance of a pellet, its area and thickness to conductivity; capacitance to permittivity."""

from __future__ import annotations

import math

from interlayer.circuits.geometry import VACUUM_F_M, Geometry
from interlayer.circuits.result import Parameter


def conductivity(resistance: Parameter, geometry: Geometry) -> Parameter | None:
    """Return L/(A R) in S/m with its standard error, or None without area or thickness.

    The error is that of the resistance and of area and thickness in quadrature; None if the resistance has
    none. For a grain boundary this is the apparent conductivity: the pellet's area and thickness, not those
    of the boundaries (Haile, Staneff and Ryu, J. Mater. Sci. 36 (2001) 1149).

    Parameters
    ----------
    resistance : Parameter
        In ohm, > 0.
    geometry : Geometry
    """
    constant = geometry.cell_constant
    if constant is None or not resistance.value > 0:
        return None
    value = constant / resistance.value
    if resistance.stderr is None:
        return Parameter(value, None, "S/m")
    relative = math.hypot(resistance.stderr / resistance.value, geometry.relative_stderr)
    return Parameter(value, value * relative, "S/m")


def areal(resistance: Parameter, geometry: Geometry, share: float = 1.0) -> Parameter | None:
    """Return R A times `share` in ohm m2 with its standard error, or None without area."""
    area = geometry.area_m2
    if area is None:
        return None
    value = resistance.value * area * share
    if resistance.stderr is None:
        return Parameter(value, None, "ohm m2")
    first = resistance.stderr * area * share
    second = resistance.value * (geometry.area_stderr_m2 or 0.0) * share
    return Parameter(value, math.hypot(first, second), "ohm m2")


def relative_permittivity(capacitance_F: float, geometry: Geometry) -> float | None:
    """Return C L/(A eps_0), or None without area or thickness."""
    constant = geometry.cell_constant
    return None if constant is None else capacitance_F * constant / VACUUM_F_M
