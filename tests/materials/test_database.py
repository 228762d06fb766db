"""Walk through every stored number: unit, dimension, bounds, range, source, and agreement with each other."""

from __future__ import annotations

import math

import pytest

from interlayer import materials, units
from interlayer.chemistry import molar_mass, species, species_names
from interlayer.errors import DescriptionError
from interlayer.materials import Material, Quantity
from interlayer.materials.properties import PROPERTIES
from interlayer.materials.quantity import STATUSES

FARADAY = 96485.33212


def stored() -> list[tuple[str, Quantity]]:
    found: list[tuple[str, Quantity]] = []
    for name in materials.names():
        material = materials.find(name)
        found += [(name, q) for q in material.quantities.values()]
        if material.formulation:
            found += [
                (f"{name} {c.name}", c.volume_fraction) for c in material.formulation.components.values()
            ]
    for name in species_names():
        found += [(name, species(name).formation_energy), (name, species(name).density)]
        enthalpy = species(name).formation_enthalpy
        found += [] if enthalpy is None else [(name, enthalpy)]
    return found


ALL = stored()


@pytest.mark.parametrize(("owner", "q"), ALL, ids=[f"{o}-{q.name}" for o, q in ALL])
def test_every_stored_number(owner, q):
    known = PROPERTIES[q.name]
    assert units.dimension(q.unit) == units.dimension(known.unit)
    assert known.low <= q.to(known.unit) <= known.high
    assert q.value == pytest.approx(units.from_unit(q.printed, q.unit), rel=1e-12)
    if q.range is not None:
        low, high = q.range
        assert low <= q.value <= high
        assert low < high
        assert known.low <= units.to_unit(low, known.unit)
        assert units.to_unit(high, known.unit) <= known.high
    if q.uncertainty is not None:
        assert 0 < q.uncertainty < abs(q.value)
    assert q.source in materials.references(), f"{owner}: no reference '{q.source}'"
    assert q.status in STATUSES
    if q.status == "memory" and not owner.startswith("Sn"):
        assert q.range or q.uncertainty or q.note, f"{owner}: a value from memory needs a range"
    if q.status in ("derived", "calibrated") and q.name != "molar_mass" and owner not in species_names():
        assert q.note, f"{owner}: say how {q.name} was obtained"


def test_bounds_of_every_property_are_a_range_with_a_known_unit():
    for name, known in PROPERTIES.items():
        assert known.low < known.high, name
        units.describe(known.unit)
        assert math.isfinite(known.low)
        assert math.isfinite(known.high)


def test_references_are_complete_and_all_can_be_cited():
    for key, entry in materials.references().items():
        assert entry["author"], key
        assert entry["year"].isdigit() or entry["year"] == "undated"
        assert entry.get("title") or entry.get("note"), key
        assert entry.get("journal") or entry.get("publisher") or entry.get("institution"), key
        if "doi" in entry:
            assert entry["doi"].startswith("10.")
            assert " " not in entry["doi"]
        assert entry["year"] in materials.citation(key)
    assert materials.citation("ding2024").endswith("(2024), doi:10.1039/d3sc06347j")
    with pytest.raises(DescriptionError, match="did you mean 'ding2024'"):
        materials.citation("ding2025")


@pytest.mark.parametrize(
    "name", ["LATP", "CuF2", "cuf2-pvdf", "pvdf-gel", "lithium", "PVDF", "LiTFSI", "LiNO3"]
)
def test_what_the_papers_cells_need_is_there(name):
    assert isinstance(materials.find(name), Material)


def with_both(*wanted: str) -> list[Material]:
    found = [materials.find(n) for n in materials.names()]
    return [m for m in found if all(w in m.quantities for w in wanted)]


@pytest.mark.parametrize("m", with_both("molar_mass", "density", "molar_volume"), ids=lambda m: m.name)
def test_molar_volume_is_molar_mass_over_density(m):
    assert m.molar_volume.value == pytest.approx(m.molar_mass.value / m.density.value, rel=0.01)


@pytest.mark.parametrize("m", with_both("molar_mass"), ids=lambda m: m.name)
def test_molar_mass_follows_from_the_formula(m):
    assert m.molar_mass.value == pytest.approx(molar_mass(m.formula), rel=2e-4)


@pytest.mark.parametrize("m", with_both("formation_energy"), ids=lambda m: m.name)
def test_materials_and_species_tables_agree(m):
    assert m.formation_energy.value == species(m.name).formation_energy.value
    assert m.density.value == species(m.name).density.value
    assert m.molar_mass.value == pytest.approx(species(m.name).molar_mass, rel=2e-4)


def test_derived_values_of_latp_can_be_recomputed():
    latp = materials.find("LATP")
    total, grain = latp.ionic_conductivity.value, latp.grain_conductivity.value
    assert latp.grain_boundary_conductivity.value == pytest.approx(1 / (1 / total - 1 / grain), rel=0.01)
    toughness, poisson = latp.fracture_toughness.value, latp.poisson_ratio.value
    assert latp.young_modulus.range is not None
    ends = [toughness**2 * (1 - poisson**2) / e for e in latp.young_modulus.range]
    assert latp.fracture_energy.range is not None
    assert latp.fracture_energy.range[0] <= min(ends) <= max(ends) <= latp.fracture_energy.range[1]
    growth = (
        latp.molar_volume.value
        * latp.electronic_conductivity.value
        * latp.reduction_driving_force.value
        / (latp.electrons_per_formula.value * FARADAY)
    )
    assert latp.interphase_growth_constant.value == pytest.approx(growth, rel=0.03)


@pytest.mark.parametrize("suffix", ["", "_reacted"])
def test_the_layers_own_electronic_conductivity_follows_from_the_whole_sample(suffix):
    # Series stack: (L + n h)/sigma_sample = L/sigma_LATP + n h/sigma_layer.
    layer = materials.find("cuf2-pvdf")
    pellet = materials.find("LATP").electronic_conductivity.value
    sample = layer.quantities[f"sample_electronic_conductivity{suffix}"].value
    own = layer.quantities[f"electronic_conductivity{suffix}"]
    h = 15e-6
    found = [
        n * h / ((length + n * h) / sample - length / pellet) for length in (0.6e-3, 1.0e-3) for n in (1, 2)
    ]
    assert own.range is not None
    assert own.range[0] == pytest.approx(min(found), rel=0.05)
    assert own.range[1] == pytest.approx(max(found), rel=0.05)
    assert own.value == pytest.approx(math.sqrt(min(found) * max(found)), rel=0.05)


def test_derived_values_of_other_materials_can_be_recomputed():
    lithium = materials.find("lithium")
    assert lithium.hardness.value == pytest.approx(3 * lithium.yield_strength.value, rel=0.01)
    assert lithium.specific_capacity.value == pytest.approx(FARADAY / lithium.molar_mass.value, rel=1e-3)
    nitride = materials.find("Li3N")
    assert nitride.oxidation_potential.value == pytest.approx(
        -nitride.formation_energy.value / (3 * FARADAY), abs=0.005
    )
    # One over the measured resistivity of park2019, 2.3e5 ohm m.
    assert materials.find("LiF").electronic_conductivity.value == pytest.approx(1 / 2.3e5, rel=0.02)


@pytest.mark.parametrize("m", with_both("theoretical_capacity"), ids=lambda m: m.name)
def test_cathodes_follow_from_their_formula_and_their_formula_of_the_potential(m):
    assert m.theoretical_capacity.value == pytest.approx(FARADAY / m.molar_mass.value, rel=1e-3)
    window = m.discharged_stoichiometry.value - m.charged_stoichiometry.value
    delivered = window * m.theoretical_capacity.value
    low, high = m.specific_capacity.range
    assert low <= delivered <= high * 1.01, "the window and what the powder delivers belong together"


def test_derived_values_of_cathodes_can_be_recomputed():
    """Prefactors in A m^2.5 mol^-1.5 and potentials as published; i_0 = F k sqrt(x (1 - x))."""
    lfp, ncm = materials.find("LFP"), materials.find("NCM811")
    for m, prefactor, salt in ((lfp, 6e-7, 1200.0), (ncm, 3.42e-6, 1000.0)):
        k = prefactor * math.sqrt(salt) * m.maximum_concentration.value / FARADAY
        assert m.reaction_rate_constant.value == pytest.approx(k, rel=0.01)
    assert lfp.density.value / lfp.molar_mass.value == pytest.approx(
        lfp.maximum_concentration.value, rel=0.01
    )

    def olivine(x):
        return 3.4077 - 0.020269 * x + 0.5 * math.exp(-150 * x) - 0.9 * math.exp(-30 * (1 - x))

    def layered(x):
        return (
            -0.8090 * x
            + 4.4875
            - 0.0428 * math.tanh(18.5138 * (x - 0.5542))
            - 17.7326 * math.tanh(15.7890 * (x - 0.3117))
            + 17.5842 * math.tanh(15.9308 * (x - 0.3120))
        )

    assert olivine(0.0) == pytest.approx(3.9, abs=0.01)
    assert olivine(0.01) == pytest.approx(3.52, abs=0.01)
    assert olivine(0.99) == pytest.approx(2.72, abs=0.01)
    assert olivine(1.0) == pytest.approx(2.49, abs=0.01)
    assert olivine(0.5) == pytest.approx(3.398, abs=1e-3)
    assert layered(ncm.charged_stoichiometry.value) == pytest.approx(4.3, abs=2e-3)
    assert layered(0.305) == pytest.approx(4.2, abs=2e-3)
    assert layered(1.0) == pytest.approx(3.49, abs=5e-3)


@pytest.mark.parametrize(
    ("name", "stem"), [("LFP", "HAIDI18650_Cathode"), ("NCM811", "LGM36_PE_coin_Cathode")]
)
def test_insertion_potentials_against_half_cells(shared_data, name, stem):
    """Middle of lithiation and delithiation at C/50, half way, of two commercial cathodes against lithium."""
    loadmat = pytest.importorskip("scipy.io").loadmat
    halves = []
    for way in ("Lithiation", "Delithiation"):
        file = shared_data / "c_cycling/tum_halfcell_OCP" / f"{stem}_{way}_0C02.mat"
        (data,) = (v for k, v in loadmat(file, squeeze_me=True).items() if not k.startswith("__"))
        capacity, voltage = data["normalizedCapacity"].item(), data["voltage"].item()
        order = capacity.argsort()
        halves.append(voltage[order][capacity[order].searchsorted(0.5)])
    stored = materials.find(name).insertion_potential
    assert stored.range[0] <= sum(halves) / 2 <= stored.range[1]
    assert sum(halves) / 2 == pytest.approx(stored.value, abs=0.01)


def test_formulations_add_up_and_name_known_materials():
    for name in materials.names():
        formulation = materials.find(name).formulation
        if formulation is None:
            continue
        assert sum(formulation.fractions().values()) == pytest.approx(1.0)
        for part in formulation.components.values():
            for inside in part.contains or (part.name,):
                materials.find(inside)
