"""Cells of the project's own physics: the same equations as `interlayer.simulate`, no equivalent circuit.

A filament grows by the contact-threshold law until it crosses, and is then a metallic or a fusing shunt; or
voids grow under currents that creep cannot replenish. The same cell simulated once more without the one or
the other says how much |V| it costs: that is the truth. Sources: docs/theory/filament.md,
docs/theory/shunt.md and docs/theory/contact.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from interlayer.record import Record
from interlayer.record import schema as s
from interlayer.trouble import instrument as instruments
from interlayer.trouble.programme import Programme
from interlayer.trouble.run import Course, finished
from interlayer.trouble.specimen import Specimen, log_uniform
from interlayer.trouble.truth import Truth

CELLS = {
    "llzo/bare": ("ceramic", 1e-3),
    "latp/bare": ("ceramic", 4.9e-4),
    "li6ps5cl/bare": ("sulfide", 2.05e-3),
}
"""Kind of electrolyte, and conductivity in S/cm."""
MATERIALS = {"llzo/bare": "LLZO", "latp/bare": "LATP", "li6ps5cl/bare": "Li6PS5Cl"}
CYCLES, LEVELS = 30, 12
"""The same for all, so that they are compiled once."""
NEVER_MA_CM2 = 9e3
RESISTIVITY_LI = 9.28e-8
FARADAY, MOLAR_VOLUME = 96485.0, 13.0e-6
RAMP_HALVES = 2


def filament(rng: np.random.Generator, label: str) -> tuple[Record, Truth]:
    """A cell in which a filament may cross."""
    cell = _Draw(rng, label)
    own = {"model.contact.replenishment": "1000 mA/cm2"}
    sound = cell.simulated(own)
    ohm = float(np.median(np.abs(sound.array(s.VOLTAGE) / np.maximum(np.abs(sound.array(s.CURRENT)), 1e-12))))
    remaining = log_uniform(rng, 0.005, 0.03) if rng.random() < 0.5 else log_uniform(rng, 0.1, 0.8)
    shunt = ohm * remaining / (1.0 - remaining)
    section = RESISTIVITY_LI * cell.thickness_m / shunt
    local = cell.density_A_m2 / cell.contact
    if cell.ramp:
        threshold = local * rng.uniform(0.3, 0.85)
        focusing = log_uniform(rng, 100.0, 900.0)
    else:
        threshold = local * rng.uniform(0.5, 0.9)
        over = local / threshold
        plated_s = rng.uniform(0.15, 0.8) * CYCLES * cell.half_s
        focusing = cell.thickness_m * FARADAY / (MOLAR_VOLUME * threshold * over * (over - 1.0) * plated_s)
    shorted = cell.simulated(
        {
            **own,
            "model.filament.threshold_current": f"{threshold / 10:.6g} mA/cm2",
            "model.filament.tip_focusing": float(np.clip(focusing, 1.0, 1e4)),
            "model.filament.filament_cross_section": f"{section * 1e12:.6g} um2",
            **({"model.shunt.law": "fusing"} if not cell.ramp and rng.random() < 0.5 else {}),
        }
    )
    return cell.finished(shorted, sound, {}, "engine: filament")


def voids(rng: np.random.Generator, label: str) -> tuple[Record, Truth]:
    """A cell that may lose contact."""
    cell = _Draw(rng, label)
    replenished = cell.density_A_m2 * (rng.uniform(0.1, 0.5) if not cell.ramp else rng.uniform(0.2, 0.7))
    height = cell.density_A_m2 * cell.half_s * MOLAR_VOLUME / FARADAY / rng.uniform(0.1, 0.7)
    sound = cell.simulated({"model.contact.replenishment": "1000 mA/cm2"})
    lost = cell.simulated(
        {
            "model.contact.replenishment": f"{replenished / 10:.6g} mA/cm2",
            "model.contact.void_height": f"{height * 1e6:.6g} um",
            "model.contact.healing_time": f"{log_uniform(rng, 5.0, 200.0):.4g} hour",
        }
    )
    return cell.finished(lost, sound, {"contact_loss": True}, "engine: voids")


class _Draw:
    """One cell and its test."""

    def __init__(self, rng: np.random.Generator, label: str) -> None:
        self.rng, self.label = rng, label
        self.name = str(rng.choice(list(CELLS)))
        self.thickness_m = log_uniform(rng, 3e-4, 1.2e-3)
        self.area_m2 = 1e-4 * log_uniform(rng, 0.3, 1.5)
        self.contact = log_uniform(rng, 0.05, 0.8)
        self.density_A_m2 = 10.0 * log_uniform(rng, 0.05, 0.5)
        self.half_s = 3600.0 * (1.0 if rng.random() < 0.5 else log_uniform(rng, 0.3, 4.0))
        self.ramp = bool(rng.random() < 0.35)

    def simulated(self, changes: dict[str, Any]) -> Record:
        import interlayer as il

        cell = il.cells.load(self.name).override(
            {
                "area": f"{self.area_m2 * 1e4:.6g} cm2",
                "electrolyte.thickness": f"{self.thickness_m * 1e6:.6g} um",
                "model.contact.initial": f"{self.contact:.6g}",
                "model.filament.threshold_current": f"{NEVER_MA_CM2:g} mA/cm2",
                **changes,
            }
        )
        return il.simulate(cell, self._protocol())

    def _protocol(self) -> Any:
        import interlayer as il

        half = f"{self.half_s / 60:.6g} min"
        if not self.ramp:
            i = f"{self.density_A_m2 / 10:.6g} mA/cm2"
            return il.Protocol([f"Plate at {i} for {half}", f"Strip at {i} for {half}"] * CYCLES)
        step = self.density_A_m2 / 10 / LEVELS * 2
        lines = [
            f"{way} at {step * k:.6g} mA/cm2 for {half}"
            for k in range(1, LEVELS + 1)
            for way in ("Plate", "Strip")
        ]
        return il.Protocol(lines)

    def finished(
        self, done: Record, sound: Record, failing: dict[str, bool], family: str
    ) -> tuple[Record, Truth]:
        """Let an instrument write it."""
        table = done.cycling
        step = table[s.STEP].to_numpy()
        course = Course()
        levels: list[float] = []
        done_levels: list[int] = []
        other = _by_step(sound)
        for half, number in enumerate(np.unique(step)):
            rows = step == number
            time, volt, current = (
                table[x].to_numpy()[rows].astype(float) for x in (s.TIME, s.VOLTAGE, s.CURRENT)
            )
            fresh = np.append(True, np.diff(time) > 0)
            time, volt, current = time[fresh], volt[fresh], current[fresh]
            there = other.get(int(number))
            bare = np.abs(volt) if there is None else np.interp(time, *there)
            ones = np.ones(time.size)
            course.time_s.append(time)
            course.voltage_V.append(volt)
            course.current_A.append(current)
            level = float(np.abs(np.median(current)))
            if not levels or abs(level - levels[-1]) > 1e-6 * level:
                levels.append(level)
            done_levels.append(len(levels) - 1)
            course.set_A.append(np.sign(current) * levels[-1])
            course.temperature_C.append(25.0 * ones)
            course.step.append(number * ones)
            course.half.append(half * ones)
            course.keep.append(ones > 0)
            course.real_V.append(np.abs(volt))
            if failing:
                course.sound_V.append(np.abs(volt))
                course.share.append(0.0 * ones)
                course.failing.append({name: np.abs(volt) / bare for name in failing})
            else:
                course.sound_V.append(bare)
                course.share.append(np.clip(1.0 - np.abs(volt) / bare, 0.0, 1.0))
                course.failing.append({})
        for found in done.spectra:
            course.spectra.append(
                (float(found.time_s or 0.0), int(found.step or 0), found.frequency_Hz, found.impedance_ohm)
            )
        kind = "critical current ramp" if self.ramp else "symmetric cycling"
        programme = Programme(kind, (), tuple(levels))
        typical = float(np.median(np.abs(table[s.VOLTAGE].to_numpy())))
        channel = instruments.draw(self.rng, len(levels) if self.ramp else 2 * CYCLES, max(typical, 1e-3))
        return finished(
            course, self._specimen(), programme, channel, self.rng, (), done_levels, family=family
        )

    def _specimen(self) -> Specimen:
        kind, conductivity = CELLS[self.name]
        floor = self.thickness_m / (conductivity * 1e2 * self.area_m2)
        known = bool(self.rng.random() < 0.8)
        return Specimen(
            kind,
            self.area_m2,
            self.thickness_m,
            conductivity * 1e2,
            floor,
            0.0,
            0.0,
            0.0,
            1.0,
            0.0,
            0.0,
            1.0,
            0.0,
            0.35,
            25.0,
            known,
            known and bool(self.rng.random() < 0.6),
            MATERIALS[self.name],
            self.label,
        )


def _by_step(record: Record) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Time and |V| of each step."""
    table = record.cycling
    step = table[s.STEP].to_numpy()
    time, volt = (table[x].to_numpy().astype(float) for x in (s.TIME, s.VOLTAGE))
    return {int(n): (time[step == n], np.abs(volt[step == n])) for n in np.unique(step)}
