"""A layer's own conductivity from two samples, with and without it: resistances in series add.

    L_s/sigma_s = L/sigma_0 + n h/sigma_layer

sigma_s is measured on the sample of thickness L_s that bears n layers of thickness h, sigma_0 on the bare pellet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.errors import InputError

SURE: Final = 2.0
"""Standard deviations by which the layers' resistance must differ from zero."""


@dataclass(frozen=True)
class LayerConductivity:
    """Conductivity of a layer.

    Attributes
    ----------
    value_S_m : float
        Or, with `bound` '>=', the least that is compatible with the data.
    stderr_S_m : float or None
    resistance_ohm_m2 : float
        Of all layers together, per area.
    share : float
        Of the sample's resistance that is the layers'.
    bound : str or None
        '>=' where the layers' resistance cannot be told from zero.
    text : str
    """

    value_S_m: float
    stderr_S_m: float | None
    resistance_ohm_m2: float
    share: float
    bound: str | None
    text: str


def layer_conductivity(
    with_layer_S_m: float,
    without_layer_S_m: float,
    *,
    pellet_m: float,
    layer_m: float,
    layers: int = 1,
    sample_m: float | None = None,
    relative_errors: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> LayerConductivity:
    """Return the conductivity of the layers alone.

    Parameters
    ----------
    with_layer_S_m, without_layer_S_m : float
        Of the sample with layers and of the bare pellet, S/m: ionic or electronic, both the same.
    pellet_m, layer_m : float
        Thicknesses, m.
    layers : int
        1 if one face is coated, 2 if both are.
    sample_m : float, optional
        Thickness with which `with_layer_S_m` was computed; that of pellet and layers if not given.
    relative_errors : tuple of float
        Relative standard errors of both conductivities and of the layer's thickness.

    Raises
    ------
    InputError
        If a number is not positive, or there is not one layer or two.
    """
    numbers = {
        "conductivity with the layer": with_layer_S_m,
        "conductivity without": without_layer_S_m,
        "thickness of the pellet": pellet_m,
        "thickness of the layer": layer_m,
    }
    for name, number in numbers.items():
        if not (np.isfinite(number) and number > 0):
            raise InputError(f"{name} = {number:g} is not a positive number", advice="give it in SI units")
    if layers not in (1, 2):
        raise InputError(f"layers = {layers}", advice="1 if one face of the pellet is coated, 2 if both are")
    length = pellet_m + layers * layer_m if sample_m is None else sample_m
    whole, bare = length / with_layer_S_m, pellet_m / without_layer_S_m
    left = whole - bare
    error = float(np.hypot(whole * relative_errors[0], bare * relative_errors[1]))
    share = left / whole
    text = f"{layers} layer{'s' if layers == 2 else ''}: {share:.1%} of the sample's resistance"
    if left <= max(SURE * error, 0.0):
        most = max(left, 0.0) + SURE * error
        least = layers * layer_m / most if most > 0 else float("inf")
        why = f"{text}, not to be told from none: a lower bound"
        return LayerConductivity(least, None, left, share, ">=", why)
    value = layers * layer_m / left
    stderr = value * float(np.hypot(error / left, relative_errors[2])) if any(relative_errors) else None
    return LayerConductivity(value, stderr, left, share, None, text)
