"""The stack of a simulated cell at chosen ages, from the states in its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from interlayer import units
from interlayer.errors import InputError
from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.report.figures.common import column
from interlayer.report.stack import CrackField, Filament, StackLayer, StackState, VoidField

NOMINAL_CATHODE_M: Final = 50e-6
"""Thickness at which a cathode is drawn whose own is not known."""


def cathode_layer(cell: Mapping[str, Any] | None) -> StackLayer | None:
    """Return the cathode of a record's cell (`record.cell`) for drawing; None if it is no full cell.

    A cathode of unknown thickness is drawn at `NOMINAL_CATHODE_M`, and its name says so.
    """
    resolved: Mapping[str, Any] = (cell or {}).get("resolved") or {}
    for layer in resolved.get("layers") or ():
        if layer.get("kind") == "cathode":
            name, thickness = str(layer.get("name") or "cathode"), layer.get("thickness_m")
            if thickness is None:
                return StackLayer("cathode", f"{name}, thickness assumed", NOMINAL_CATHODE_M)
            return StackLayer("cathode", name, float(thickness))
    return None


def state_at(record: Record, label: str, time_s: float) -> float | None:
    """Return the last value of a column up to a time, or None if the record has none."""
    time, values = column(record, s.TIME), column(record, label)
    if time is None or values is None:
        return None
    known = np.isfinite(values) & np.isfinite(time)
    before = np.flatnonzero(known & (time <= time_s + 1e-6))
    if before.size:
        return float(values[before[-1]])
    after = np.flatnonzero(known)
    return float(values[after[0]]) if after.size else None


def stack_states(
    record: Record,
    ages_s: Sequence[float],
    *,
    electrolyte_m: float,
    lithium_m: tuple[float, float],
    interlayer_m: tuple[float, float] = (0.0, 0.0),
    porosity: tuple[float, float] = (0.0, 0.0),
    crack_depth_m: tuple[float, float] | None = None,
    interlayer_name: str = "interlayer",
    electrolyte_name: str = "electrolyte",
    interphase_name: str = "reduced electrolyte",
    cathode: StackLayer | None = None,
) -> list[StackState]:
    """Return the stack of a cell at several ages.

    Parameters
    ----------
    record : Record
        Columns read, as far as they are there: 'Interphase Thickness 1 / m', 'Contact Fraction 1 / 1', 'Crack
        Damage 1 / 1', 'Conversion 1 / 1', 'Filament Length 1 / m', and the same for side 2.
    ages_s : sequence of float
        Times in s; the last state before each is taken.
    electrolyte_m, lithium_m, interlayer_m : float or pair
        Thicknesses in m; pairs are side 1 and side 2. A side without interlayer has 0. The electrolyte's is
        that before any of it was reduced: the interphase grows into it.
    porosity : (float, float)
        Of the interlayers.
    crack_depth_m : (float, float), optional
        How deep cracks reach; default: as deep as the interphase.
    interlayer_name, electrolyte_name, interphase_name : str
        For the legend.
    cathode : StackLayer, optional
        Side 1 of a full cell, as `cathode_layer` gives it, instead of lithium.

    Raises
    ------
    InputError
        If the record has no time.
    """
    if column(record, s.TIME) is None:
        raise InputError("this record has no time", where=record.label, advice="give a simulated record")
    found: list[StackState] = []
    for age in ages_s:

        def read(title: str, unit: str, side: int, default: float, age: float = age) -> float:
            value = state_at(record, f"{title} {side} / {unit}", age)
            return default if value is None else value

        sides: list[list[StackLayer]] = []
        cracks: list[CrackField] = []
        voids: list[VoidField] = []
        filaments: list[Filament] = []
        for side in (1, 2):
            film = max(read("Interphase Thickness", "m", side, 0.0), 0.0)
            coat = interlayer_m[side - 1]
            lithium = StackLayer("lithium", "lithium", lithium_m[side - 1])
            layers = [cathode if cathode is not None and side == 1 else lithium]
            if coat > 0:
                converted = float(np.clip(read("Conversion", "1", side, 0.0), 0.0, 1.0))
                layers.append(StackLayer("interlayer", interlayer_name, coat, porosity[side - 1], converted))
            layers.append(StackLayer("interphase", interphase_name, film))
            sides.append(layers)
            deep = film if crack_depth_m is None else crack_depth_m[side - 1]
            cracks.append(CrackField(side, deep, float(np.clip(read("Crack Damage", "1", side, 0.0), 0, 1))))
            contact = state_at(record, f"Contact Fraction {side} / 1", age)
            if contact is not None:
                voids.append(VoidField(side, float(np.clip(1 - contact, 0, 1))))
            filaments.append(Filament(side, max(read("Filament Length", "m", side, 0.0), 0.0)))
        films = sum(layer.thickness_m for layers in sides for layer in layers if layer.kind == "interphase")
        electrolyte = StackLayer("electrolyte", electrolyte_name, max(electrolyte_m - films, 0.0))
        hours = age / units.factor("h")
        found.append(
            StackState(
                f"{hours:.3g} h" if hours < 1000 else f"{hours:.0f} h",
                (*sides[0], electrolyte, *reversed(sides[1])),
                tuple(cracks), tuple(voids), tuple(filaments),
            )
        )  # fmt: skip
    return found
