"""The stack of a cell as it stands at chosen ages, to scale: what happens at each interface.

Plain data in, a drawing out. For each age a strip shows the whole cell, and a zoom of each interface its
layers, voids, cracks and filaments; where the interphase is too thin to be seen there, a second zoom shows
it. All lengths are true; how wide a crack gapes and how deep a void is, is not known and drawn by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from interlayer.errors import InputError

Kind = Literal["lithium", "interlayer", "interphase", "electrolyte", "cathode"]
KINDS: Final[tuple[str, ...]] = ("lithium", "interlayer", "interphase", "electrolyte", "cathode")
WELL_SEEN: Final = 0.04
"""An interphase thinner than this share of the zoom's height gets a zoom of its own."""


@dataclass(frozen=True)
class StackLayer:
    """One layer.

    Attributes
    ----------
    kind : {'lithium', 'interlayer', 'interphase', 'electrolyte', 'cathode'}
        Gives the colour.
    name : str
        As in the legend.
    thickness_m : float
        In m; 0 for a layer that is not there yet.
    porosity : float
        Pore fraction, 0 to 1.
    converted : float
        Converted fraction of an interlayer, 0 to 1.
    """

    kind: Kind
    name: str
    thickness_m: float
    porosity: float = 0.0
    converted: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(
                f"layer kind '{self.kind}' is not known", where=self.name, advice="one of " + ", ".join(KINDS)
            )
        if not (np.isfinite(self.thickness_m) and self.thickness_m >= 0):
            raise InputError(
                f"layer thickness {self.thickness_m} m cannot be drawn",
                where=self.name,
                advice="give 0 or more",
            )


@dataclass(frozen=True)
class CrackField:
    """Cracks from the surface of the electrolyte inwards; `damage` 0 to 1 sets their number."""

    side: int
    depth_m: float
    damage: float


@dataclass(frozen=True)
class VoidField:
    """Voids between lithium and the next layer: they take exactly the share `uncovered` of its width."""

    side: int
    uncovered: float


@dataclass(frozen=True)
class Filament:
    """The longest lithium filament grown from a side."""

    side: int
    length_m: float


@dataclass(frozen=True)
class StackState:
    """A cell at one age.

    Attributes
    ----------
    age_label : str
        '400 h'.
    layers : tuple of StackLayer
        From side 1 (drawn on top) to side 2, with one electrolyte.
    cracks, voids, filaments : tuple
        By side, 1 or 2.
    notes : tuple of str
        Lines below the drawing; default: what the state says in numbers.
    """

    age_label: str
    layers: tuple[StackLayer, ...]
    cracks: tuple[CrackField, ...] = ()
    voids: tuple[VoidField, ...] = ()
    filaments: tuple[Filament, ...] = ()
    notes: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if [layer.kind for layer in self.layers].count("electrolyte") != 1:
            raise InputError(
                "a stack needs exactly one electrolyte",
                where=self.age_label,
                advice="give its layers in order",
            )

    @property
    def electrolyte(self) -> StackLayer:
        """The electrolyte."""
        return next(layer for layer in self.layers if layer.kind == "electrolyte")

    @property
    def total_m(self) -> float:
        """Thickness of the whole cell in m."""
        return sum(layer.thickness_m for layer in self.layers)

    def side(self, side: int) -> list[StackLayer]:
        """Return the layers of a side from the outside to the electrolyte, without it."""
        at = next(n for n, layer in enumerate(self.layers) if layer.kind == "electrolyte")
        return list(self.layers[:at]) if side == 1 else list(reversed(self.layers[at + 1 :]))

    def electrode(self, side: int) -> StackLayer | None:
        """Return the outermost layer of a side if it is lithium or a cathode."""
        outer = self.side(side)[:1]
        return outer[0] if outer and outer[0].kind in ("lithium", "cathode") else None

    def electrode_m(self, side: int) -> float:
        """Return the thickness of the electrode of a side, in m."""
        outer = self.electrode(side)
        return 0.0 if outer is None else outer.thickness_m

    def thickness_m(self, side: int, kind: Kind) -> float:
        """Return the thickness of all layers of one kind on a side, in m."""
        return sum(layer.thickness_m for layer in self.side(side) if layer.kind == kind)

    def crack_depth_m(self, side: int) -> float:
        """Return the depth of the deepest crack of a side, in m."""
        return max((c.depth_m for c in self.cracks if c.side == side and c.damage > 0), default=0.0)

    def damage(self, side: int) -> float:
        """Return the crack damage of a side, 0 to 1."""
        return max((c.damage for c in self.cracks if c.side == side), default=0.0)

    def uncovered(self, side: int) -> float:
        """Return the share of the lithium contact of a side that is void, 0 to 1."""
        return max((v.uncovered for v in self.voids if v.side == side), default=0.0)

    def filament_m(self, side: int) -> float:
        """Return the length of the filament of a side, in m."""
        return max((f.length_m for f in self.filaments if f.side == side), default=0.0)

    @property
    def is_shorted(self) -> bool:
        """Whether filaments bridge the electrolyte."""
        return sum(f.length_m for f in self.filaments) >= self.solid_m > 0

    @property
    def solid_m(self) -> float:
        """Thickness of the electrolyte with the interphase that has grown into it, in m."""
        return sum(layer.thickness_m for layer in self.layers if layer.kind in ("electrolyte", "interphase"))


def interface_height_m(states: Sequence[StackState]) -> float:
    """Return the height of the zooms in m that shows every interlayer, interphase and crack of these states."""
    deepest = 0.0
    for state in states:
        for side in (1, 2):
            depth = max(state.thickness_m(side, "interphase"), state.crack_depth_m(side))
            deepest = max(deepest, state.thickness_m(side, "interlayer") + 1.25 * depth)
    return nice_length(max(deepest, 5e-6) / 0.62)


def interphase_height_m(states: Sequence[StackState], zoom_m: float) -> float | None:
    """Return the height of the second zoom in m, or None where the first shows the interphase well enough."""
    thickest = max((s.thickness_m(side, "interphase") for s in states for side in (1, 2)), default=0.0)
    if thickest == 0.0 or thickest >= WELL_SEEN * zoom_m:
        return None
    return nice_length(2.2 * thickest)


def nice_length(length_m: float) -> float:
    """Return the next length up out of 1, 1.5, 2, 3, 5, 7.5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(length_m))
    return float(next(f * power for f in (1, 1.5, 2, 3, 5, 7.5, 10) if f * power >= length_m * (1 - 1e-9)))


def scale_bar_m(width_m: float) -> float:
    """Return the length of a scale bar for something `width_m` wide: 1, 2 or 5 times a power of ten, a third."""
    power = 10.0 ** np.floor(np.log10(width_m / 2))
    return float(max(f * power for f in (1, 2, 5) if f * power <= width_m / 2))


def length_text(length_m: float) -> str:
    """Return a length for a label: '51 nm', '37 µm', '0.68 mm'."""
    if length_m == 0:
        return "0"
    for unit, size, most in (("nm", 1e-9, 0.9995e-6), ("µm", 1e-6, 0.4995e-3), ("mm", 1e-3, np.inf)):
        if length_m < most:
            value = length_m / size
            return f"{value:.0f} {unit}" if value >= 9.95 else f"{value:.2g} {unit}"
    return f"{length_m:g} m"


def state_notes(state: StackState) -> list[str]:
    """Return what a state says in numbers, side 1 and side 2 ('both' is left out where they are equal)."""

    def pair(first: str, second: str) -> str:
        return first if first == second else f"{first} | {second}"

    def percent(value: float) -> str:
        return f"{100 * value:.0f} %"

    notes: list[str] = []
    films = [length_text(state.thickness_m(side, "interphase")) for side in (1, 2)]
    if any(state.thickness_m(side, "interphase") for side in (1, 2)):
        notes.append("interphase " + pair(*films))
    if state.voids:
        notes.append("contact " + pair(*(percent(1 - state.uncovered(side)) for side in (1, 2))))
    if any(state.damage(side) > 0 for side in (1, 2)):
        notes.append("crack damage " + pair(*(percent(state.damage(side)) for side in (1, 2))))
    layers = [[layer for layer in state.side(side) if layer.kind == "interlayer"] for side in (1, 2)]
    if any(layer.converted > 0 for side in layers for layer in side):
        notes.append("converted " + pair(*(percent(side[0].converted) if side else "–" for side in layers)))
    if any(state.filament_m(side) > 0 for side in (1, 2)):
        notes.append("filament " + pair(*(length_text(state.filament_m(side)) for side in (1, 2))))
    if state.is_shorted:
        notes.append("shorted")
    return notes
