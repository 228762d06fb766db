"""The sound cell that trouble befalls: resistances, size, and what its owner wrote down about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

BOLTZMANN_EV: Final = 8.617333262e-5
ELECTROLYTES: Final = ("ceramic", "sulfide", "polymer", "liquid")


@dataclass(frozen=True)
class Specimen:
    """A symmetric cell: R_b, R_gb and interfaces in series, and one slow process that spectra do not reach.

    Attributes
    ----------
    electrolyte : str
        One of `ELECTROLYTES`.
    area_m2, thickness_m, conductivity_S_m : float
        R_b + R_gb = thickness/(conductivity area).
    bulk_ohm, boundary_ohm, interface_ohm, slow_ohm : float
        At the temperature of the test.
    slow_s : float
        Time constant of the slow process.
    boundary_F, interface_F : float
        Effective capacitances of the arcs.
    exponent : float
        Of their constant phase elements.
    lead_H : float
    activation_eV : float
        Of R_b and R_gb; that of the interfaces is one half larger.
    temperature_C : float
    area_known, described : bool
        Whether the record states the area; and thickness, conductivity and material as well.
    material : str
        Of the electrolyte, as the library names it.
    label : str
    """

    electrolyte: str
    area_m2: float
    thickness_m: float
    conductivity_S_m: float
    bulk_ohm: float
    boundary_ohm: float
    interface_ohm: float
    slow_ohm: float
    slow_s: float
    boundary_F: float
    interface_F: float
    exponent: float
    lead_H: float
    activation_eV: float
    temperature_C: float
    area_known: bool
    described: bool
    material: str
    label: str

    @property
    def floor_ohm(self) -> float:
        """R_b + R_gb."""
        return self.bulk_ohm + self.boundary_ohm

    @property
    def total_ohm(self) -> float:
        """What direct current meets after a long time."""
        return self.floor_ohm + self.interface_ohm + self.slow_ohm

    def warmth(self, temperature_C: FloatArray, *, interface: bool = False) -> FloatArray:
        """Resistance over that at the temperature of the test."""
        energy = self.activation_eV * (1.5 if interface else 1.0) / BOLTZMANN_EV
        return np.exp(energy * (1.0 / (temperature_C + 273.15) - 1.0 / (self.temperature_C + 273.15)))

    def impedance(
        self, frequency_Hz: FloatArray, bulk: float, boundary: float, interface: float, shunt_S: float
    ) -> ComplexArray:
        """Impedance in ohm of the cell as it is, shunt in parallel to the ionic path, leads in series."""
        omega = 2.0 * np.pi * frequency_Hz
        z = np.full(omega.shape, bulk, dtype=np.complex128)
        z += _arc(omega, boundary, self.boundary_F, self.exponent)
        z += _arc(omega, interface, self.interface_F, self.exponent)
        z += self.slow_ohm / (1.0 + 1j * omega * self.slow_s)
        return z / (1.0 + z * shunt_S) + 1j * omega * self.lead_H

    def description(self) -> dict[str, Any] | None:
        """What a reader of the record is told of the cell, or None."""
        if not self.described:
            return None
        # Descriptions pull in the whole cell model: only who describes a cell pays for it.
        from interlayer.cell.cell import Cell

        # descriptions state conductivities at 25 degC
        inverse = 1.0 / 298.15 - 1.0 / (self.temperature_C + 273.15)
        at_room = self.conductivity_S_m * np.exp(-self.activation_eV / BOLTZMANN_EV * inverse)
        return Cell.from_dict(
            {
                "format": "interlayer-cell/1",
                "label": self.label,
                "area": f"{self.area_m2 * 1e4:.6g} cm2",
                "temperature": f"{self.temperature_C:.3g} degC",
                "electrolyte": {
                    "material": self.material,
                    "thickness": f"{self.thickness_m * 1e6:.5g} um",
                    "conductivity": f"{at_room * 1e-2:.5g} S/cm",
                    "activation_energy": f"{self.activation_eV:.5g} eV",
                },
                "lithium": {},
            }
        ).record_dict()


def _arc(omega: FloatArray, resistance: float, capacitance: float, exponent: float) -> ComplexArray:
    """Resistance parallel to a constant phase element of this effective capacitance."""
    if resistance <= 0:
        return np.zeros(omega.shape, dtype=np.complex128)
    z = resistance / (1.0 + (1j * omega * resistance * capacitance) ** exponent)
    return z.astype(np.complex128)


@dataclass(frozen=True)
class _Range:
    """Where the cells of one electrolyte lie; limits of draws that are even in the logarithm."""

    materials: tuple[str, ...]
    area_cm2: tuple[float, float]
    thickness_um: tuple[float, float]
    conductivity_S_cm: tuple[float, float]
    interface_ohm_cm2: tuple[float, float]
    temperature_C: tuple[float, float]
    activation_eV: tuple[float, float]


_RANGES: Final = {
    "ceramic": _Range(
        ("LATP", "LAGP", "LLZO"), (0.2, 1.6), (300, 1200), (1e-4, 1e-3), (10, 2000), (22, 60), (0.28, 0.42)
    ),
    "sulfide": _Range(
        ("Li6PS5Cl", "LGPS"), (0.3, 1.6), (300, 1000), (1e-3, 4e-3), (10, 300), (22, 60), (0.25, 0.4)
    ),
    "polymer": _Range(("PEO",), (0.5, 2.0), (30, 200), (1e-4, 8e-4), (20, 400), (50, 70), (0.5, 0.9)),
    "liquid": _Range(("",), (0.8, 2.5), (20, 60), (6e-4, 2.5e-3), (15, 250), (22, 30), (0.1, 0.2)),
}


def draw(rng: np.random.Generator, electrolyte: str, label: str) -> Specimen:
    """Draw a cell with this kind of electrolyte."""
    r = _RANGES[electrolyte]
    area = 1e-4 * log_uniform(rng, *r.area_cm2)
    thickness = 1e-6 * log_uniform(rng, *r.thickness_um)
    conductivity = 1e2 * log_uniform(rng, *r.conductivity_S_cm)
    floor = thickness / (conductivity * area)
    boundary = rng.uniform(0.3, 0.85) if electrolyte == "ceramic" else rng.uniform(0.0, 0.1)
    interface = 2e-4 * log_uniform(rng, *r.interface_ohm_cm2) / area
    known = bool(rng.random() < 0.8)
    return Specimen(
        electrolyte=electrolyte,
        area_m2=area,
        thickness_m=thickness,
        conductivity_S_m=conductivity,
        bulk_ohm=floor * (1.0 - boundary),
        boundary_ohm=floor * boundary,
        interface_ohm=interface,
        slow_ohm=(floor + interface) * log_uniform(rng, 0.01, 0.25),
        slow_s=log_uniform(rng, 10.0, 600.0),
        boundary_F=1e4 * area * log_uniform(rng, 3e-10, 1e-8),
        interface_F=1e4 * area * log_uniform(rng, 5e-7, 1e-5),
        exponent=rng.uniform(0.8, 1.0),
        lead_H=log_uniform(rng, 1e-8, 1e-6),
        activation_eV=rng.uniform(*r.activation_eV),
        temperature_C=round(rng.uniform(*r.temperature_C), 1),
        area_known=known,
        described=known and electrolyte != "liquid" and bool(rng.random() < 0.6),
        material=str(rng.choice(r.materials)),
        label=label,
    )


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw evenly in the logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
