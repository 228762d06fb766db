"""Electrolytes with a mobile salt against closed forms and a finite-volume solution of the same diffusion."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from interlayer import cells
from interlayer.build import build
from interlayer.errors import DescriptionError
from interlayer.physics.base import arrhenius
from interlayer.physics.conduction.concentrated_salt import ConcentratedSalt
from interlayer.physics.conduction.salt_in_polymer import SaltInPolymer
from interlayer.protocol import Protocol
from interlayer.simulation import simulate

F, R, T = 96485.33212, 8.314462618, 353.15
DILUTE = SaltInPolymer(thickness="0.1 mm", conductivity="1e-4 S/cm", transference_number=0.2)
CONCENTRATED = ConcentratedSalt(
    thickness="0.1 mm",
    conductivity="1e-4 S/cm",
    diffusivity="1e-12 m2/s",
    transference_number=-0.3,
    thermodynamic_factor=1.7,
    electrolyte_fraction=0.6,
    tortuosity=2.5,
)
BOTH = pytest.mark.parametrize("made", [DILUTE, CONCENTRATED], ids=["dilute", "concentrated"])


def newman(made) -> float:
    """Ne of Balsara and Newman 2015 for a salt of two univalent ions."""
    kappa = float(made.conductivity) * float(arrhenius(made.activation_energy, T))
    d = float(made.diffusion_coefficient(T))
    share = (1 - float(made.transference_number)) ** 2 * float(made.activity_factor())
    return 2 * kappa * R * T * share / (F**2 * d * float(made.concentration))


def steady(made, current: float) -> dict[str, float]:
    y = made.advance(made.start(), current, T, 1e9)
    return {name: float(v) for name, v in made.voltage_parts(y, current, T).items()}


@BOTH
def test_direct_over_alternating_resistance_is_one_plus_newmans_number(made):
    parts = steady(made, 1e-3)
    assert parts["salt"] / parts["bulk"] == pytest.approx(newman(made), rel=1e-7)
    assert float(made.newman_number(T)) == pytest.approx(newman(made), rel=1e-12)


def test_a_dilute_salt_shows_one_over_its_transference_number():
    parts = steady(DILUTE, 1e-3)
    assert parts["bulk"] / sum(parts.values()) == pytest.approx(0.2, rel=1e-7)
    # Without pores: L / kappa.
    kappa = 1e-2 * float(arrhenius(DILUTE.activation_energy, T))
    assert parts["bulk"] / 1e-3 == pytest.approx(1e-4 / kappa, rel=1e-12)


@BOTH
def test_finite_length_diffusion_is_the_closed_form(made):
    """R tanh(sqrt(j w tau)) / sqrt(j w tau) with tau = (L/2)^2 tortuosity / D, within 0.05 % of R."""
    ohmic = float(made.total_resistance(T))
    resistance = ohmic * newman(made)
    tau = (0.5e-4) ** 2 * float(made.tortuosity) / float(made.diffusion_coefficient(T))
    omega = np.geomspace(1e-3, 1e5, 60) / tau
    root = np.sqrt(1j * omega * tau)
    z = made.impedance(made.start(), jnp.asarray(0.0), jnp.asarray(omega), T, geometric=False)
    assert np.abs(z - ohmic - resistance * np.tanh(root) / root).max() < 5e-4 * resistance


def test_the_dielectric_arc_stands_beside_the_ohmic_part_alone():
    omega = np.geomspace(1e6, 1e10, 9)
    ohmic = float(DILUTE.total_resistance(T))
    z = DILUTE.impedance(DILUTE.start(), jnp.asarray(0.0), jnp.asarray(omega), T, geometric=True)
    rc = ohmic * 8.8541878128e-12 * 10.0 / 1e-4
    np.testing.assert_allclose(z, ohmic / (1 + 1j * omega * rc), atol=2e-4 * ohmic)


def finite_volumes(made, current: float, seconds: float, cells_: int = 400) -> float:
    """Voltage of the salt from the diffusion equation in finite volumes, V."""
    length, share = float(made.thickness), 1 - float(made.transference_number)
    phi, tau, c0 = (float(getattr(made, n)) for n in ("electrolyte_fraction", "tortuosity", "concentration"))
    d = float(made.diffusion_coefficient(T))
    dx = length / cells_
    inflow = current * share / F

    def rhs(_, c):
        flux = np.concatenate([[inflow], -d * phi / tau * np.diff(c) / dx, [inflow]])
        return -np.diff(flux) / (phi * dx)

    sparse = np.eye(cells_) + np.eye(cells_, k=1) + np.eye(cells_, k=-1)
    c = solve_ivp(rhs, (0, seconds), np.full(cells_, c0), "BDF", rtol=1e-8, atol=1e-7, jac_sparsity=sparse).y[
        :, -1
    ]
    rise = inflow * tau / (d * phi) * dx / 2
    return 2 * R * T / F * share * float(made.activity_factor()) * np.log((c[0] + rise) / (c[-1] - rise))


@BOTH
@pytest.mark.parametrize("share", [0.02, 0.3])
def test_the_profile_in_time_is_that_of_finite_volumes(made, share):
    """Stripping electrode 1 fills the face there: the voltage of the salt adds to the ohmic one."""
    current = 0.5 * float(made.limiting_current(T))
    seconds = share * 1e-8 * float(made.tortuosity) / float(made.diffusion_coefficient(T))
    y = made.advance(made.start(), current, T, seconds)
    found = float(made.concentration_overpotential(y, T))
    assert found > 0.0
    assert found == pytest.approx(finite_volumes(made, current, seconds), rel=2e-3)


def polymer(**changes):
    """Shipped PEO cell with a dilute salt at 80 degC, without filaments."""
    model = {"model.conduction.law": "salt-in-polymer", "model.filament.threshold_current": "1e3 mA/cm2"}
    return cells.load("peo/bare").override({**model, "temperature": "80 degC", **changes})


def test_salt_depletion_comes_at_the_limiting_current():
    """i_lim = 2 F D c0 / ((1 - t+) L): just below it salt stays at the face, just above it the face is emptied."""
    made = build(polymer()).system.conduction
    d = 2 * 0.2 * 0.8 * float(made.conductivity * made.mobility(T)) * R * T / (F**2 * 1200)
    limit = 2 * F * d * 1200 / (0.8 * 1e-4) / 10  # mA/cm2
    below = simulate(polymer(), Protocol([f"Plate at {0.99 * limit:.8g} mA/cm2 for 10 hours"]))
    above = simulate(polymer(), Protocol([f"Plate at {1.01 * limit:.8g} mA/cm2 for 10 hours"]))
    assert [e.name for e in below.events] == []
    (event,) = above.events
    assert (event.name, event.side) == ("salt depletion", None)
    assert float(below.table["Salt Swing / 1"].drop_nulls()[-1]) == pytest.approx(-0.99, rel=1e-6)


def test_well_above_it_salt_depletion_comes_at_sands_time():
    """t = pi D (F c0 / (2 i (1 - t+)))^2; above four times the limiting current the far face does not matter."""
    made = build(polymer()).system.conduction
    current = 4.0 * float(made.limiting_current(T))
    d = float(made.diffusion_coefficient(T))
    sand = np.pi * d * (F * 1200 / (2 * current * 0.8)) ** 2
    assert float(made.sand_time(current, T)) == pytest.approx(sand, rel=1e-12)
    steps = [f"Strip at {current / 10:.8g} mA/cm2 for {1.2 * sand:.6g} s"]
    record = simulate(polymer(), Protocol(steps), rtol=1e-4)
    (event,) = [e for e in record.events if e.name == "salt depletion"]
    assert event.time_s == pytest.approx(sand, rel=2e-3)


def test_conductivity_bends_at_the_melting_point():
    """Arrhenius below, Vogel-Tammann-Fulcher above, no step between; Arrhenius alone where nothing melts."""
    made = SaltInPolymer(thickness="0.1 mm", activation_energy="0.9 eV", melting_temperature="55 degC")
    solid = np.exp(-0.9 * 1.602176634e-19 / 1.380649e-23 * (1 / 318.15 - 1 / 298.15))
    assert float(made.mobility(318.15)) == pytest.approx(solid, rel=1e-9)
    melt = float(made.mobility(363.15)) / float(made.mobility(333.15))
    assert melt == pytest.approx(np.exp(-1000 / (363.15 - 200) + 1000 / (333.15 - 200)), rel=1e-9)
    assert float(made.mobility(328.15 + 1e-9)) == pytest.approx(float(made.mobility(328.15 - 1e-9)), rel=1e-9)
    plain = SaltInPolymer(thickness="0.1 mm")
    assert float(plain.mobility(363.15)) == pytest.approx(float(arrhenius(plain.activation_energy, 363.15)))


def test_the_materials_salt_chooses_the_law_and_a_cell_may_choose_another():
    assert build(cells.load("peo/bare")).system.conduction.law == "concentrated-salt"
    assert build(cells.load("peo/zno")).system.conduction.law == "concentrated-salt"
    assert build(cells.load("llzo/bare")).system.conduction.law == "brick-layer"
    for law in ("salt-in-polymer", "brick-layer"):
        assert (
            build(cells.load("peo/bare").override({"model.conduction.law": law})).system.conduction.law == law
        )
    measured = {"electrolyte.conductivity": "1e-5 S/cm", "model.conduction.transference_number": -0.1}
    built = build(cells.load("peo/bare").override(measured))
    assert built.values["conduction.conductivity"].status == "measured"
    assert float(built.system.conduction.transference_number) == -0.1
    assert built.values["conduction.diffusivity"].source == "pesko2017"


def test_a_grain_conductivity_of_a_polymer_is_refused():
    with pytest.raises(DescriptionError, match="has no grain_conductivity"):
        build(cells.load("peo/bare").override({"electrolyte.grain_conductivity": "1e-3 S/cm"}))


@pytest.mark.parametrize(("celsius", "low", "high"), [(60, 1e-4, 5e-4), (80, 4e-4, 1.2e-3), (90, 7e-4, 2e-3)])
def test_shipped_peo_melts_have_the_conductivity_of_the_literature(celsius, low, high):
    """Ranges from memory of PEO with LiTFSI, about 1 Li to 20 O; see docs/theory/polymer-electrolyte.md."""
    made = build(cells.load("peo/bare")).system.conduction
    kappa = float(made.spreading_conductivity(celsius + 273.15)) / 100
    assert low < kappa < high
    assert 0.1 < 1 / (1 + float(made.newman_number(celsius + 273.15))) < 0.2
