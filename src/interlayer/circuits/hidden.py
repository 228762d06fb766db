"""What an arc that a fit does not contain could hide.

A small arc between two others may leave no trace in the residuals: its neighbours take its place. To first order
an arc of one ohm with a given time constant and exponent moves every fitted parameter by a known amount, and the
data limit its resistance to an estimate with an error. The product says how far a fitted resistance could be off
because of an arc that nobody sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements import Zarc
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.least_squares import BoolArray

PER_DECADE = 3
EXPONENTS = (0.7, 0.92)
_REACH = 2.0


@dataclass(frozen=True)
class HiddenArcs:
    """Arcs that might be there beside the fitted ones.

    Attributes
    ----------
    time_constant_s, exponent : array (g,)
    resistance_ohm, stderr_ohm : array (g,)
        The best estimate, not below zero, and its standard error.
    change : array (g, m)
        By how much the reported parameters of the fit would change per ohm of the hidden arc; 0 for all but
        resistances.
    """

    time_constant_s: FloatArray
    exponent: FloatArray
    resistance_ohm: FloatArray
    stderr_ohm: FloatArray
    change: FloatArray


def hidden_arcs(
    circuit: Circuit,
    theta: FloatArray,
    jacobian: FloatArray,
    residual: FloatArray,
    held: BoolArray,
    variance: float,
    data: SpectrumData,
) -> HiddenArcs:
    """Scan a grid of arcs.

    Parameters
    ----------
    jacobian : array (m, 2 n)
        Derivatives of the weighted residuals, real parts first.
    residual : array (2 n,)
    held : array of bool (m,)
        Coordinates at a limit.
    variance : float
        Of the weighted residuals.
    """
    low, high = np.log(1.0 / (data.omega_max * _REACH)), np.log(_REACH / data.omega_min)
    count = int(np.ceil((high - low) / np.log(10.0) * PER_DECADE)) + 1
    tau = np.repeat(np.exp(np.linspace(low, high, count)), len(EXPONENTS))
    exponent = np.tile(np.array(EXPONENTS), count)
    one = np.ones_like(tau)
    columns = data.weighted(Zarc.impedance(data.omega, np.stack([one, tau, exponent], axis=-1)))
    free = jacobian[~held]
    size = np.maximum(np.sqrt(np.einsum("pm,pm->p", free, free)), 1e-300)
    unit = free / size[:, None]
    inverse = np.linalg.inv(unit @ unit.T + 1e-11 * np.eye(len(unit)))
    inner = columns @ unit.T
    moves = inner @ inverse
    own = np.einsum("gm,gm->g", columns, columns)
    rest = np.maximum(own - np.einsum("gp,gp->g", inner, moves), 1e-9 * own)
    # at the minimum the residual is orthogonal to the free derivatives
    estimate = np.maximum(-(columns @ residual) / rest, 0.0)
    natural = circuit.natural(theta)
    change = np.zeros((tau.size, circuit.size))
    change[:, ~held] = -moves / size
    change *= np.where(circuit.log, natural, 1.0)
    is_resistance = np.zeros(circuit.size, dtype=np.bool_)
    for p, s in zip(circuit.placed, circuit.slices, strict=True):
        is_resistance[s.start] = p.element.parameters[0].unit == "ohm"
    return HiddenArcs(tau, exponent, estimate, np.sqrt(variance / rest), change * is_resistance)
