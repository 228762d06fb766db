"""Shunts that thicken, are stripped and melt: closed forms, and what a record shows of them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import interlayer as il
from interlayer.metrics.short import short
from interlayer.physics.shunt.fusing import FusingShunt
from interlayer.record import schema
from interlayer.system import advance, shunt_conductance, start
from tests.listed import AREA, bare, system
from tests.physics.test_equations import drive

G = 0.06  # S of the fresh filament
L = 5.5e-4


def felt(current=0.0, voltage=0.0, crossed=1.0, temperature=298.15):
    return drive(current)._replace(
        cell_voltage=voltage, crossed=crossed, filament_conductance=G, temperature=temperature
    )


def test_a_wire_with_cold_ends_melts_at_107_millivolts_whatever_its_shape():
    """Kohlrausch: U^2 = 4 L0 (T_m^2 - T^2), L0 = 2.44e-8 V2/K2, T_m = 180.5 degC; less when warm."""
    law = FusingShunt()
    expected = np.sqrt(4 * 2.44e-8 * (453.65**2 - 298.15**2))
    np.testing.assert_allclose(law.fusing_voltage(felt()), expected, rtol=1e-3)
    np.testing.assert_allclose(law.fusing_voltage(felt()), 0.107, atol=5e-4)
    assert law.fusing_voltage(felt(temperature=353.15)) < law.fusing_voltage(felt())
    np.testing.assert_allclose(FusingShunt(loss_factor=3.0).fusing_voltage(felt()), 3 * expected, rtol=1e-3)


def test_the_metal_that_plates_on_it_follows_faraday():
    """chi i A t / F mol of lithium spread over the length, over the fresh filament's cross-section G rho L."""
    law = FusingShunt(thickening_share=1e-3)
    seconds, current = 100.0, -2.0
    after = law.advance({"shunt_size": jnp.asarray(1.0)}, felt(current), seconds)
    volume = 1e-3 * 2.0 * 0.785e-4 * seconds / 96485.33 * 12.997e-6
    cross_section = G * 9.28e-8 * L
    np.testing.assert_allclose(after["shunt_size"], 1.0 + volume / L / cross_section, rtol=1e-4)


def test_a_soft_short_is_stripped_and_melts_away_a_hard_one_does_neither():
    law = FusingShunt(thickening_share=1e-3, hard_resistance="5 ohm", fusing_time="10 s")
    soft, hard = {"shunt_size": jnp.asarray(1.0)}, {"shunt_size": jnp.asarray(4.0)}  # 16.7 and 4.2 ohm
    stripped = law.advance(soft, felt(2.0), 10.0)
    assert 0.0 <= float(stripped["shunt_size"]) < 1.0
    voltage = float(law.fusing_voltage(felt())) * np.sqrt(2.0)
    melted = law.advance(soft, felt(0.0, voltage), 10.0)
    np.testing.assert_allclose(melted["shunt_size"], np.exp(-1.0), rtol=1e-9)
    cool = law.advance(soft, felt(0.0, 0.999 * voltage / np.sqrt(2.0)), 10.0)
    assert float(cool["shunt_size"]) == 1.0
    for force in (felt(2.0), felt(0.0, voltage), felt(2.0, -voltage)):
        assert float(law.advance(hard, force, 1e3)["shunt_size"]) == 4.0
    np.testing.assert_allclose(law.hard_size(G), 1 / (5.0 * G), rtol=1e-12)
    assert law.hard_size(1.0) is None


def test_nothing_happens_to_a_filament_that_has_not_crossed():
    law = FusingShunt()
    for current in (2.0, -2.0):
        after = law.advance(law.start(felt()), felt(current, 0.0, crossed=0.0), 3600.0)
        assert float(after["shunt_size"]) == 1.0


def test_size_multiplies_the_conductance_and_the_cell_feels_its_own_voltage():
    """In the whole cell: 0.4 V across the pellet melt a soft filament, the voltage of the ionic path."""
    made = system(bare(shunt=FusingShunt(thickening_share=0.0, fusing_time="100 s")), bare())
    y = start(made)
    crossed = ({**y[0], "filament_length": jnp.asarray(L), "shunt_size": jnp.asarray(0.25)}, y[1], y[2])
    fresh = float(made.sides[0].filament.filament_cross_section) / (9.28e-8 * L)
    np.testing.assert_allclose(shunt_conductance(made, crossed) * AREA, 0.25 * fresh, rtol=1e-9)
    after = jax.jit(advance)(made, crossed, -0.5, 10.0)  # some 20 mV: nothing melts
    assert float(after[0]["shunt_size"]) == 0.25
    after = jax.jit(advance)(made, crossed, -30.0, 10.0)
    assert float(after[0]["shunt_size"]) < 0.25
    slopes = jax.jit(jax.grad(lambda m: advance(m, crossed, -30.0, 10.0)[0]["shunt_size"]))(made)
    assert all(np.isfinite(v).all() for v in jax.tree.leaves(slopes))


def shorted(steps: list[str], **shunt: object) -> il.Record:
    """A bare cell whose thin filament crosses after some minutes at 0.4 mA/cm2, some 260 ohm of metal."""
    table = il.cells.load("ding2024/bare").as_dict()
    filament = {"threshold_current": "2 mA/cm2", "filament_cross_section": "0.2 um2", "tip_focusing": 3000}
    table["model"] = {"filament": filament, "shunt": {"law": "fusing", **shunt}}
    return il.simulate(il.Cell.from_dict(table), il.Protocol(steps), rtol=1e-3)


def test_a_record_shows_a_soft_short_that_melts_and_recovers():
    low = "Plate at 0.4 mA/cm2 for 15 minutes"
    record = shorted([low, "Plate at 1.5 mA/cm2 for 5 minutes", low], thickening_share=0.0)
    found = short(record)
    assert found.kind == "recovering"
    assert found.half_cycle == 0
    assert any("comes back" in text for text in found.evidence), found.evidence
    assert [e.name for e in record.events if "short" in e.name] == ["short"]
    size = record.table["Shunt Size 1 / 1"].drop_nulls().to_numpy()
    assert size[0] == 1.0
    assert size[-1] < 0.01


@pytest.mark.parametrize("share", [1e-5])
def test_a_record_shows_partial_recovery_by_stripping(share):
    """Thicker while its side is plated, thinner while that is stripped: |V|/|I| comes back in part."""
    record = shorted(
        ["Plate at 0.4 mA/cm2 for 1 hour", "Strip at 0.4 mA/cm2 for 1 hour"],
        thickening_share=share,
        loss_factor=1000,
    )
    found = short(record)
    assert found.kind == "soft"
    table = record.table.filter(record.table[schema.CURRENT].abs() > 0)
    ohm = (table[schema.VOLTAGE] / table[schema.CURRENT]).abs().to_numpy()
    whole, lowest, last = ohm[table[schema.TIME].to_numpy() < found.time_s].min(), ohm.min(), ohm[-1]
    assert lowest < 0.2 * whole
    assert 2 * lowest < last < 0.6 * whole


def test_a_shunt_that_goes_on_thickening_turns_hard():
    healthy = ["Plate at 0.1 mA/cm2 for 15 minutes", "Strip at 0.1 mA/cm2 for 15 minutes"]
    record = shorted([*healthy, "Plate at 0.4 mA/cm2 for 1 hour"], thickening_share=0.01, loss_factor=1000)
    events = {e.name: e.time_s for e in record.events}
    assert events["short"] < events["hard short"]
    assert short(record).kind == "hard"
