"""What a material may be asked for: name, dimension and physical bounds of every property."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Property:
    """One property: unit that fixes its dimension, bounds beyond which a value is a mistake, meaning."""

    unit: str
    low: float
    """In `unit`."""
    high: float
    meaning: str


PROPERTIES: Final[dict[str, Property]] = {
    # transport
    "ionic_conductivity": Property("S/cm", 1e-16, 1.0, "total conductivity of the mobile ions"),
    "dc_ionic_conductivity": Property("S/cm", 1e-16, 1.0, "thickness over steady-state resistance"),
    "grain_conductivity": Property("S/cm", 1e-16, 1.0, "of the grains alone"),
    "grain_boundary_conductivity": Property("S/cm", 1e-16, 1.0, "apparent, brick layer: L over A R_gb"),
    "activation_energy": Property("eV", 0.0, 2.0, "of the total ionic conductivity, per particle"),
    "grain_activation_energy": Property("eV", 0.0, 2.0, "of the grains alone, per particle"),
    "electronic_conductivity": Property("S/cm", 1e-20, 1e7, "of the material itself"),
    "electronic_conductivity_reacted": Property(
        "S/cm", 1e-20, 1e7, "of the material itself after conversion"
    ),
    "sample_electronic_conductivity": Property("S/cm", 1e-20, 1.0, "of a coated pellet as a whole"),
    "sample_electronic_conductivity_reacted": Property("S/cm", 1e-20, 1.0, "the same after conversion"),
    "transference_number": Property(
        "1",
        -10.0,
        1.0,
        "share of the current that lithium ions carry; negative in some concentrated polymers",
    ),
    "current_fraction": Property("1", 0.0, 1.0, "steady over initial current, interfaces taken out"),
    "thermodynamic_factor": Property("1", 0.01, 50.0, "1 + dln f/dln c of the salt"),
    "vogel_constant": Property("K", 0.0, 5000.0, "B of exp(-B/(T - T0)) above the melting temperature"),
    "vogel_temperature": Property("K", 0.0, 280.0, "T0 of exp(-B/(T - T0))"),
    "melting_temperature": Property("K", 200.0, 4000.0, "of the polymer in the electrolyte"),
    "salt_concentration": Property("mol/m3", 0.0, 2e4, "at rest"),
    "salt_diffusivity": Property("m2/s", 1e-18, 1e-8, "effective, through the composite"),
    "relative_permittivity": Property("1", 1.0, 1e5, "static, over that of vacuum"),
    "self_diffusion": Property("cm2/s", 1e-20, 1e-3, "tracer or self-diffusion coefficient"),
    "void_free_stripping_current": Property("mA/cm2", 0.0, 100.0, "that diffusion alone can supply"),
    "electron_blocking_thickness": Property("nm", 0.1, 1e3, "thickness beyond which no electron tunnels"),
    "electron_barrier": Property("eV", 0.0, 10.0, "height of the tunnelling barrier"),
    # size and mass
    "molar_mass": Property("g/mol", 1.0, 5000.0, ""),
    "density": Property("g/cm3", 0.1, 25.0, ""),
    "molar_volume": Property("cm3/mol", 1.0, 2000.0, "per formula unit"),
    "relative_density": Property("1", 0.3, 1.0, "of a sintered body"),
    # thermodynamics
    "formation_energy": Property("kJ/mol", -5000.0, 500.0, "standard Gibbs energy at 298.15 K"),
    "formation_enthalpy": Property("kJ/mol", -5000.0, 500.0, "standard enthalpy at 298.15 K"),
    "heat_capacity": Property("J/g/K", 0.05, 10.0, "at constant pressure, 25 degC"),
    "reduction_potential": Property("V", 0.0, 6.0, "against Li+/Li, onset of reduction by lithium"),
    "insertion_potential": Property("V", 0.0, 6.0, "against Li+/Li, of lithium into the host"),
    "oxidation_potential": Property("V", 0.0, 6.0, "against Li+/Li, above which it decomposes"),
    "alloying_potential": Property("V", 0.0, 2.0, "against Li+/Li, of lithium in the metal"),
    "lithiated_molar_volume": Property(
        "cm3/mol", 1.0, 500.0, "of the lithiated phase, per mole of the metal"
    ),
    "reduction_driving_force": Property("V", 0.0, 6.0, "between lithium and the material"),
    "electrons_per_formula": Property("1", 0.1, 30.0, "taken up on reduction by lithium"),
    "specific_capacity": Property("mAh/g", 1.0, 4500.0, ""),
    "vapour_pressure": Property("kPa", 0.0, 500.0, "at 25 degC"),
    "vapour_diffusivity": Property("m2/s", 1e-7, 1e-3, "in air at 25 degC"),
    # insertion of lithium into the particles of a cathode
    "theoretical_capacity": Property("mAh/g", 1.0, 4500.0, "of all lithium in the formula"),
    "maximum_concentration": Property("mol/m3", 1e3, 1e5, "of lithium at stoichiometry 1"),
    "charged_stoichiometry": Property("1", 0.0, 1.0, "of lithium, at the upper cut-off"),
    "discharged_stoichiometry": Property("1", 0.0, 1.0, "of lithium, at the lower cut-off"),
    "particle_radius": Property("um", 1e-3, 1e3, "of a sphere that diffuses alike"),
    "solid_diffusivity": Property("m2/s", 1e-22, 1e-8, "of lithium in the particles"),
    "solid_diffusivity_activation_energy": Property("kJ/mol", 0.0, 200.0, "of the solid diffusivity"),
    "reaction_rate_constant": Property(
        "mol/(m2 s)", 1e-12, 1e-1, "k of i_0 = F k sqrt(x (1 - x)), per particle surface"
    ),
    "reaction_activation_energy": Property("kJ/mol", 0.0, 200.0, "of the reaction rate constant"),
    # mechanics and surfaces
    "young_modulus": Property("GPa", 1e-6, 1500.0, ""),
    "poisson_ratio": Property("1", 0.0, 0.5, ""),
    "strength": Property("MPa", 0.01, 1e4, "biaxial bending"),
    "yield_strength": Property("MPa", 0.01, 1e4, ""),
    "hardness": Property("MPa", 0.01, 1e5, "indentation pressure"),
    "fracture_toughness": Property("MPa m^0.5", 1e-3, 200.0, ""),
    "fracture_energy": Property("J/m2", 1e-2, 1e5, "crack resistance"),
    "surface_tension": Property("N/m", 1e-3, 5.0, "of the liquid at its melting point"),
    "surface_energy": Property("J/m2", 1e-3, 10.0, "of the solid"),
    "lithium_contact_angle": Property("deg", 0.0, 180.0, "of molten lithium"),
    "lithium_contact_angle_reacted": Property("deg", 0.0, 180.0, "of molten lithium, after conversion"),
    "solvent_contact_angle": Property("deg", 0.0, 180.0, "of the coating's solvent"),
    "creep_prefactor": Property("1/s", 1e-10, 1e20, "of A exp(-Q/RT) (stress/strength)^(1/m)"),
    "creep_activation_energy": Property("kJ/mol", 0.0, 500.0, "Q of the creep law"),
    "creep_rate_sensitivity": Property("1", 0.01, 1.0, "m of the creep law"),
    "creep_strength": Property("MPa", 1e-3, 1e4, "S of the creep law"),
    # interphase of an electrolyte against lithium
    "interphase_growth_constant": Property("cm2/s", 1e-20, 1e-6, "k_p of x^2 = 2 k_p t"),
    # composition
    "volume_fraction": Property("1", 0.0, 1.0, "of the pore-free solid"),
}
"""Every property a material file may carry; a test checks each stored value against it."""
