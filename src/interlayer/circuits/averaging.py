"""Errors that contain the doubt about the circuit itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from interlayer.circuits.result import CircuitFit, Parameter

Quantity = Callable[[CircuitFit], Parameter | None]


def averaged(fit: CircuitFit, quantity: Quantity) -> Parameter | None:
    """Return a quantity of the fit with an error that counts what its rivals say.

    The value stays that of the best circuit. To its variance come those of the rivals and their squared
    distance from it, each with the weight exp(-difference in BIC / 2) (Burnham and Anderson, Model Selection
    and Multimodel Inference, Springer 2002, eq. 4.9, with the weights of Kass and Raftery, J. Am. Stat. Assoc.
    90 (1995) 773).

    Parameters
    ----------
    quantity : callable
        From a circuit fit to a parameter; None where that circuit has none.
    """
    own = quantity(fit)
    if own is None or own.stderr is None:
        return own
    total, weight = own.stderr**2, 1.0
    for rival in (*fit.rivals, *(() if fit.richer is None else (fit.richer,))):
        other = quantity(rival)
        if other is None or other.stderr is None:
            continue
        share = float(np.exp(-0.5 * max(rival.bic - fit.bic, 0.0)))
        total += share * (other.stderr**2 + (other.value - own.value) ** 2)
        weight += share
    return Parameter(own.value, float(np.sqrt(total / weight)), own.unit)
