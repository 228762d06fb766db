"""A recipe as an lmfit model: for those who want to free, tie or bound parameters by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interlayer.surface.extra import needed
from interlayer.surface.xps.lines import line_shape
from interlayer.surface.xps.recipe import Recipe

FloatArray = NDArray[np.float64]


def prefix(name: str) -> str:
    """Return the prefix of a state's parameters: 'Cu metal' gives 'Cu_metal_'."""
    return re.sub(r"\W+", "_", name).strip("_") + "_"


def lmfit_model(recipe: Recipe) -> tuple[Any, Any]:
    """Return (lmfit.CompositeModel, lmfit.Parameters) of the lines of a recipe, without background.

    Parameters of each state: `amplitude` (area of the main line), `center` and `fwhm` in eV, `lorentz`. Partner and
    satellites are tied by expressions: splitting, ratio, broadening, offset and share of the recipe. Add a background
    of lmfit's own, or subtract one of `interlayer.surface.xps.backgrounds`.

    Raises
    ------
    InputError
        If lmfit is not installed.
    """
    lmfit = needed("lmfit", "a recipe as an lmfit model")
    model: Any = None
    settings: list[tuple[str, dict[str, Any]]] = []
    for state in recipe.states:
        main = prefix(state.name)
        rows: list[tuple[str, str, tuple[float, ...], dict[str, Any]]] = []
        partners = [("", 0.0, 1.0, 1.0)]
        if state.doublet is not None:
            d = state.doublet
            partners.append(("partner_", d.splitting_eV[0], d.ratio[0], d.broadening[0]))
        for part, away, ratio, wide in partners:
            name = main + part
            if part:
                tie: dict[str, Any] = {
                    "amplitude": {"expr": f"{ratio}*{main}amplitude"},
                    "center": {"expr": f"{main}center+{away}"},
                    "fwhm": {"expr": f"{wide}*{main}fwhm"},
                    "lorentz": {"expr": f"{main}lorentz"},
                }
            else:
                low, high = (
                    state.position_eV[0] - 4 * state.position_eV[1],
                    state.position_eV[0] + 4 * state.position_eV[1],
                )
                tie = {
                    "amplitude": {"value": 1.0, "min": 0.0},
                    "center": {"value": state.position_eV[0], "min": low, "max": high},
                    "fwhm": {"value": state.fwhm_eV[0], "min": 0.1, "max": 5.0 * state.fwhm_eV[0]},
                    "lorentz": {"value": state.lorentz, "min": 0.0, "max": 0.95, "vary": False},
                }
            rows.append((name, state.shape, state.asymmetry, tie))
            for k, satellite in enumerate(state.satellites, start=1):
                rows.append(
                    (
                        f"{name}satellite{k}_",
                        "voigt",
                        (),
                        {
                            "amplitude": {"expr": f"{satellite.share[0]}*{name}amplitude"},
                            "center": {"expr": f"{name}center+{satellite.offset_eV[0]}"},
                            "fwhm": {"value": satellite.fwhm_eV, "vary": False},
                            "lorentz": {"value": 0.1, "vary": False},
                        },
                    )
                )
        for name, shape, asymmetry, tie in rows:
            one = lmfit.Model(_function(shape, asymmetry), prefix=name)
            model = one if model is None else model + one
            settings += [(name + key, value) for key, value in tie.items()]
    parameters = model.make_params()
    for name, value in settings:
        parameters[name].set(**value)
    return model, parameters


def _function(shape: str, asymmetry: tuple[float, ...]) -> Callable[..., FloatArray]:
    law = line_shape(shape)

    def line(x: FloatArray, amplitude: float, center: float, fwhm: float, lorentz: float) -> FloatArray:
        more = (asymmetry,) if asymmetry else ()
        drawn = law(x, np.array([[center]]), np.array([[fwhm]]), np.array([[lorentz]]), *more)
        return amplitude * np.asarray(drawn).ravel()

    return line
