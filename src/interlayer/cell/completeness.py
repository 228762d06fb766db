"""What the description of a cell lacks for a purpose, each with the line to write."""

from __future__ import annotations

from collections.abc import Iterable

from interlayer.cell.cathode import Cathode
from interlayer.cell.parts import Electrolyte
from interlayer.coating import Coating
from interlayer.errors import DescriptionError
from interlayer.materials import find


def for_electrolyte(pellet: Electrolyte | None) -> list[str]:
    """Return what a simulation lacks about the pellet."""
    if pellet is None:
        return ['the electrolyte: [electrolyte] with material = "LATP" and thickness = "0.7 mm"']
    missing = _unknown_material(pellet.material, "electrolyte")
    if pellet.thickness is None:
        missing.append('the electrolyte\'s thickness: thickness = "0.7 mm" below [electrolyte]')
    return missing


def for_coatings(faces: Iterable[tuple[str, Coating]]) -> list[str]:
    """Return what a simulation lacks about the coatings, each with its place in the description."""
    missing: list[str] = []
    for place, coating in faces:
        missing += _unknown_material(coating.material, place)
        if coating.thickness is None and not coating.has_recipe:
            missing.append(f'the thickness of the coating: thickness = "15 um" below [{place}]')
    return missing


def for_cathode(cathode: Cathode | None, cathode_area: float | None) -> list[str]:
    """Return what a simulation lacks about a full cell's cathode; `cathode_area` in m2."""
    if cathode is None:
        return []
    missing = _amount(cathode, cathode_area)
    if cathode.bpx is None:
        missing += _unknown_material(cathode.material, "cathode")
    return missing


def for_one_c(cathode: Cathode | None, cathode_area: float | None) -> list[str]:
    """Return what the current of 1C lacks; `cathode_area` in m2."""
    if cathode is None:
        return ['the cathode: [cathode] with material = "LFP" (without one there is no C-rate)']
    missing = _amount(cathode, cathode_area)
    if cathode.nominal_capacity is None:
        missing.append('the capacity that defines 1C: nominal_capacity = "170 mAh/g" below [cathode]')
    return missing


def _amount(cathode: Cathode, cathode_area: float | None) -> list[str]:
    if cathode.mass(cathode_area) is not None:
        return []
    if cathode.loading is not None:
        return ['the area that the loading refers to: area = "0.785 cm2" (or cathode_area)']
    return ['the cathode\'s amount: active_mass = "1.0 mg" or loading = "1.3 mg/cm2" below [cathode]']


def _unknown_material(name: str, place: str) -> list[str]:
    try:
        find(name)
    except DescriptionError as error:
        return [f"a material of the library for the {place}: {error.what}"]
    return []
