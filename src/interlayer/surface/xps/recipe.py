"""A recipe: which states a photoelectron line may hold, where they lie, and who says so. Data files, not code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from interlayer.errors import InputError, unknown_name
from interlayer.surface.xps.lines import LINES

Spread = tuple[float, float]
"""Usual value and its scatter, one standard deviation."""
STATUSES: Final = ("measured", "derived", "assumed", "memory")
"""How far to trust a number: measured and read, following from such numbers, our own, or found in no text."""
UNCHECKED: Final = ("assumed", "memory")


@dataclass(frozen=True)
class Satellite:
    """A satellite (shake-up, plasmon loss) tied to its state.

    Attributes
    ----------
    offset_eV : (float, float)
        Above the main line, and scatter.
    share : (float, float)
        Area over that of the main line, and scatter.
    fwhm_eV : float
    kind : str
        'shake-up', 'plasmon', ...
    """

    offset_eV: Spread
    share: Spread
    fwhm_eV: float
    kind: str = "shake-up"


@dataclass(frozen=True)
class Doublet:
    """Spin-orbit partner at higher binding energy.

    Attributes
    ----------
    splitting_eV : (float, float)
    ratio : (float, float)
        Area of the partner over that of the main line: 1/2 for p, 2/3 for d, 3/4 for f, by degeneracy; a scatter
        only where the source is near threshold.
    broadening : (float, float)
        Width of the partner over that of the main line.
    status : str
        Of the splitting; one of `STATUSES`.
    checked : str
        What was read of it, and where.
    """

    splitting_eV: Spread
    ratio: Spread
    broadening: Spread = (1.0, 0.0)
    status: str = "measured"
    checked: str = ""


@dataclass(frozen=True)
class State:
    """One chemical state.

    Attributes
    ----------
    name, group : str
        'LiF'; what it counts as: 'fluoride'.
    position_eV : (float, float)
        Of the main line, charge referenced, and the scatter of published values.
    fwhm_eV : (float, float)
        And scatter of the width from sample to sample.
    shape : str
        A name of `LINES`.
    lorentz : float
        Share of the Lorentzian in the width.
    asymmetry : tuple of float
    doublet : Doublet or None
    satellites : tuple of Satellite
    source : str
        Who says so of the position: DOI, book, page.
    assumed : tuple of str
        Which numbers are nobody's but ours.
    note : str
    status : str
        Of the position; one of `STATUSES`.
    checked : str
        What was read of the position, and where.
    checked_eV : tuple of float
        The positions that were read.
    """

    name: str
    group: str
    position_eV: Spread
    fwhm_eV: Spread
    shape: str
    lorentz: float
    asymmetry: tuple[float, ...]
    doublet: Doublet | None
    satellites: tuple[Satellite, ...]
    source: str
    assumed: tuple[str, ...] = ()
    note: str = ""
    status: str = "measured"
    checked: str = ""
    checked_eV: tuple[float, ...] = ()

    @property
    def is_checked(self) -> bool:
        """Whether somebody's measurement stands behind the position."""
        return self.status not in UNCHECKED


@dataclass(frozen=True)
class Interference:
    """A line of another element that lies within the window.

    Attributes
    ----------
    element, line : str
        'Mo', 'Mo 3p'.
    states : tuple of str
        Which states it pretends to be.
    """

    element: str
    line: str
    states: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """The states of one line.

    Attributes
    ----------
    name, line : str
        'F 1s (fluorides and organic)'; 'F 1s'.
    element : str
    window_eV : (float, float)
        What is fitted of a region that is wider.
    sensitivity : float
        Relative sensitivity factor of the whole line (both partners), C 1s = 1.
    sensitivity_source, sensitivity_status, sensitivity_checked : str
        Who says so; one of `STATUSES`; what was read of it, and where.
    lorentz_scatter : float
        Of the share of the Lorentzian.
    common_scatter_eV : float
        By how much all positions move together from material to material, beside the charge reference.
    states : tuple of State
    inseparable : tuple of tuple of str
        States that this line cannot tell apart, whatever a fit says.
    interference : tuple of Interference
        Lines of other elements within the window.
    """

    name: str
    line: str
    element: str
    window_eV: tuple[float, float]
    sensitivity: float
    sensitivity_source: str
    lorentz_scatter: float
    common_scatter_eV: float
    states: tuple[State, ...]
    inseparable: tuple[tuple[str, ...], ...] = ()
    interference: tuple[Interference, ...] = ()
    sensitivity_status: str = "measured"
    sensitivity_checked: str = ""

    def only(self, *names: str) -> Recipe:
        """Return the same recipe with these states alone.

        Raises
        ------
        InputError
            If one is not there.
        """
        have = {state.name: state for state in self.states}
        for name in names:
            if name not in have:
                raise InputError(unknown_name("state", name, have), where=self.name)
        together = tuple(tuple(one for one in group if one in names) for group in self.inseparable)
        return replace(
            self,
            states=tuple(have[name] for name in names),
            inseparable=tuple(group for group in together if len(group) > 1),
        )


FOLDER: Final = "recipes"


@lru_cache(maxsize=1)
def recipes() -> dict[str, Recipe]:
    """Return the shipped recipes by line."""
    folder = files("interlayer.surface.xps") / FOLDER
    found = [
        _recipe(tomllib.loads(one.read_text(encoding="utf-8")), one.name)
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.name.endswith(".toml")
    ]
    return {one.line: one for one in found}


def recipe_for(line: str) -> Recipe:
    """Return the shipped recipe of a line, 'F 1s'.

    Raises
    ------
    InputError
        If there is none.
    """
    known = recipes()
    if line not in known:
        raise InputError(unknown_name("recipe", line, known), advice="give a file with --recipe")
    return known[line]


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a TOML file of the same form as the shipped ones.

    Raises
    ------
    InputError
        If it is no TOML, or a number is missing or impossible.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return _recipe(tomllib.loads(text), path.name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"no recipe can be read: {error}", where=path.name) from error


def _recipe(data: dict[str, Any], where: str) -> Recipe:
    try:
        low, high = (float(one) for one in data["window_eV"])
        default: dict[str, Any] = data.get("default", {})
        states = tuple(_state({**default, **one}, where) for one in data["state"])
        found = Recipe(
            name=str(data["name"]),
            line=str(data["line"]),
            element=str(data["element"]),
            window_eV=(low, high),
            sensitivity=float(data["sensitivity"]),
            sensitivity_source=str(data["sensitivity_source"]),
            lorentz_scatter=float(data.get("lorentz_scatter", 0.1)),
            common_scatter_eV=float(data.get("common_scatter_eV", 0.0)),
            states=states,
            inseparable=tuple(tuple(str(one) for one in group) for group in data.get("inseparable", ())),
            interference=tuple(
                Interference(str(one["element"]), str(one["line"]), tuple(str(s) for s in one["states"]))
                for one in data.get("interference", ())
            ),
            sensitivity_status=_status(data.get("sensitivity_status"), where),
            sensitivity_checked=str(data.get("sensitivity_checked", "")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"a recipe lacks or misspells {error}", where=where) from error
    names = {state.name for state in states}
    told = {one for group in found.inseparable for one in group} | {
        s for i in found.interference for s in i.states
    }
    if told - names:
        raise InputError(unknown_name("state", sorted(told - names)[0], names), where=where)
    if not low < high or not states or not found.sensitivity > 0.0:
        raise InputError("a recipe needs a rising window, a state and a sensitivity above 0", where=where)
    return found


def _state(data: dict[str, Any], where: str) -> State:
    shape = str(data.get("shape", "voigt"))
    if shape not in LINES:
        raise InputError(unknown_name("line shape", shape, LINES), where=where)
    doublet = data.get("doublet")
    state = State(
        name=str(data["name"]),
        group=str(data["group"]),
        position_eV=_spread(data["position_eV"]),
        fwhm_eV=_spread(data["fwhm_eV"]),
        shape=shape,
        lorentz=float(data.get("lorentz", 0.2)),
        asymmetry=tuple(float(one) for one in data.get("asymmetry", ())),
        doublet=None
        if not doublet
        else Doublet(
            _spread(doublet["splitting_eV"]),
            _spread(doublet["ratio"]),
            _spread(doublet.get("broadening", (1.0, 0.0))),
            _status(doublet.get("status"), where),
            str(doublet.get("checked", "")),
        ),
        satellites=tuple(
            Satellite(
                _spread(one["offset_eV"]),
                _spread(one["share"]),
                float(one["fwhm_eV"]),
                str(one.get("kind", "shake-up")),
            )
            for one in data.get("satellite", ())
        ),
        source=str(data["source"]),
        assumed=tuple(str(one) for one in data.get("assumed", ())),
        note=str(data.get("note", "")),
        status=_status(data.get("status"), where),
        checked=str(data.get("checked", "")),
        checked_eV=tuple(float(one) for one in data.get("checked_eV", ())),
    )
    if not state.fwhm_eV[0] > 0.0 or not 0.0 <= state.lorentz < 1.0:
        raise InputError(f"state '{state.name}' has a width or Lorentzian share out of bounds", where=where)
    return state


def _status(text: Any, where: str) -> str:
    """Return a status; a recipe that tells none is somebody's own measurement."""
    status = "measured" if text is None else str(text)
    if status not in STATUSES:
        raise InputError(unknown_name("status", status, STATUSES), where=where)
    return status


def _spread(pair: Any) -> Spread:
    value, scatter = (pair, 0.0) if isinstance(pair, (int, float)) else pair
    if not float(scatter) >= 0.0:
        raise ValueError(f"scatter {scatter}")
    return float(value), float(scatter)
