"""The stack of a cell, from electrode 1 to electrode 2: Li or cathode | interlayer | electrolyte | interlayer | Li."""

from __future__ import annotations

from collections.abc import Iterable

from interlayer import units
from interlayer.cell.cathode import Cathode
from interlayer.cell.parts import Electrolyte, Layer, Lithium, LithiumSides
from interlayer.coating import Coating, dry_layer


def stack(
    cathode: Cathode | None,
    electrolyte: Electrolyte | None,
    lithium: LithiumSides,
    coatings: tuple[Coating | None, Coating | None],
    coating_area: float | None,
) -> tuple[Layer, ...]:
    """Return the layers; `coating_area` (m2) is what a drop wets where its coating does not say."""
    left, right = (_interlayer(i, coating, coating_area) for i, coating in enumerate(coatings, start=1))
    middle: tuple[Layer, ...] = ()
    if electrolyte is not None:
        middle = (Layer("electrolyte", electrolyte.material, electrolyte.thickness),)
    first = _lithium(lithium.left, 1)
    if cathode is not None:
        first = Layer("cathode", cathode.material, cathode.thickness, 1)
    return (first, *left, *middle, *right, _lithium(lithium.right, 2))


def stack_text(layers: Iterable[Layer]) -> str:
    """Return the stack as one line, with thicknesses where they are known."""
    return " | ".join(_layer_text(layer) for layer in layers)


def _lithium(lithium: Lithium, number: int) -> Layer:
    # Without lithium there is still the collector that it is plated on.
    bare = lithium.thickness == 0.0
    return Layer("lithium", (lithium.collector or "bare") if bare else "lithium", lithium.thickness, number)


def _interlayer(number: int, coating: Coating | None, coating_area: float | None) -> tuple[Layer, ...]:
    if coating is None:
        return ()
    thickness = coating.thickness
    if thickness is None and coating.has_recipe:
        area = coating.wetted_area if coating.wetted_area is not None else coating_area
        thickness = dry_layer(coating, wetted_area=area).thickness_m if area is not None else None
    return (Layer("interlayer", coating.material, thickness, number),)


def _layer_text(layer: Layer) -> str:
    if layer.kind == "lithium":
        return "Li" if layer.thickness != 0.0 else f"{layer.name} (no Li)"
    if layer.thickness is None:
        return layer.name
    unit = "um" if layer.thickness < 2e-4 else "mm"
    return f"{layer.name} {units.format_quantity(layer.thickness, unit)}"
