"""Shipped cells of other electrolytes: they run, and no number in them comes from nowhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from interlayer import cells, materials, parameter_sets, protocol
from interlayer.build import Built, Value, build
from interlayer.linearisation import spectrum_ohm
from interlayer.parameter_sets.load import STATUSES
from interlayer.physics.base import arrhenius
from interlayer.physics.solid_film import SolidFilm
from interlayer.published.other_systems.compare import interface_resistance, rows
from interlayer.simulation import simulate
from interlayer.system import start

OTHERS = tuple(name for name in cells.names() if not name.startswith("ding2024/"))
FILMS = {"bare", "zno", "lif", "li3n", "ag", "al2o3"}
SETS = ("lagp", "latp", "lgps", "li6ps5cl", "llzo", "peo")


def test_five_electrolytes_bare_and_with_five_films_are_there():
    for system in ("lagp", "llzo", "li6ps5cl", "lgps", "peo"):
        assert {f"{system}/{film}" for film in FILMS} <= set(OTHERS)


@pytest.mark.parametrize("name", OTHERS)
def test_every_cell_of_another_system_runs_one_cycle(name):
    record = simulate(cells.load(name), protocol.load("first-cycle-with-eis"))
    assert record.complete
    voltage = record.cycling["Voltage / V"].to_numpy()
    assert np.all(np.isfinite(voltage))
    assert 0.0 < np.abs(voltage).max() < 1.0
    before, after = (spectrum.impedance_ohm for spectrum in record.spectra)
    assert np.all(np.isfinite(before))
    assert np.all(before.real > 0.0)
    assert np.all(after.real > 0.0)


def known_source(value: Value) -> bool:
    first = value.source.partition(":")[0]
    return (
        value.source in materials.references()
        or first in SETS
        or value.source.startswith(("cell '", "as of the whole pellet (", "a common foil"))
        or (value.status == "assumed" and value.source == "assumed")
    )


@pytest.mark.parametrize("name", OTHERS)
def test_every_value_has_a_status_and_a_source(name):
    built = build(cells.load(name))
    assert len(built.values) > 40
    for key, value in built.values.items():
        assert value.status in STATUSES, key
        assert known_source(value), f"{key}: {value.source}"
        assert math.isfinite(value.value), key
        if value.low is not None and value.high is not None:
            assert value.low <= value.value <= value.high, key
            assert value.low < value.high, key


@pytest.mark.parametrize("name", SETS)
def test_what_these_sets_assume_or_remember_has_a_range_and_a_reason(name):
    chosen = parameter_sets.load(name)
    entries = {("cell", k): e for k, e in chosen.cell.items()}
    for surface, tables in chosen.sections.items():
        entries |= {(surface, f, k): e for f, table in tables.items() for k, e in table.items()}
    assert entries
    for where, entry in entries.items():
        assert entry.status in ("assumed", "memory"), where
        assert entry.fixed_by, where
        assert entry.low is not None, where
        assert entry.high is not None, where


def test_a_solid_film_is_an_ohmic_resistance():
    # Closed form: h / (sigma theta) with Arrhenius; 50 nm of 1e-8 S/cm is 500 ohm cm2.
    film = SolidFilm(thickness="50 nm", conductivity="1e-8 S/cm", activation_energy="0.5 eV")
    assert float(film.ohmic_resistance(1.0, 298.15)) == pytest.approx(500e-4, rel=1e-12)
    warm = float(film.ohmic_resistance(0.5, 333.15)) * float(arrhenius(film.activation_energy, 333.15))
    assert warm == pytest.approx(1000e-4, rel=1e-12)
    assert film.states == ()


def test_direct_current_and_low_frequency_see_the_same_resistance():
    system = build(cells.load("llzo/lif")).system
    z = spectrum_ohm(system, start(system), np.array([1e-6]))[0].real * float(system.area)
    pellet = float(system.conduction.total_resistance(system.temperature))
    assert z - pellet == pytest.approx(interface_resistance(system), rel=1e-6)


def own(built: Built, key: str) -> tuple[float, str, str]:
    value = built.values[key]
    return value.value, value.status, value.source


def test_own_values_win_field_by_field_and_the_ledger_says_so():
    shipped = cells.load("llzo/zno")
    before = build(shipped)
    changes = {"electrolyte.conductivity": "4e-3 S/cm", "coating.thickness": "80 nm",
               "model.layer.conductivity": "3e-6 S/cm", "area": "1.1 cm2"}  # fmt: skip
    cell = shipped.override({"label": "mine", **changes})
    after = build(cell)
    assert own(after, "conduction.conductivity") == (pytest.approx(0.4), "measured", "cell 'mine'")
    assert own(after, "cell.area") == (pytest.approx(1.1e-4), "measured", "cell 'mine'")
    for side in (1, 2):
        assert own(after, f"{side}.layer.thickness") == (pytest.approx(80e-9), "measured", "cell 'mine'")
        assert own(after, f"{side}.conversion.thickness")[0] == pytest.approx(80e-9)
        given = own(after, f"{side}.layer.conductivity")
        assert given == (pytest.approx(3e-4), "measured", "cell 'mine' [model.layer]")
    # The library's grains (1.3e-3 S/cm) must not cap a better pellet that somebody measured.
    assert float(after.system.conduction.total_resistance(298.15)) == pytest.approx(1e-3 / 0.4)
    # Before, and for every other field still, the shipped value stands with its own status.
    assert own(before, "conduction.conductivity") == (pytest.approx(0.1), "measured", "obelix")
    assert before.values["1.layer.thickness"].status == "assumed"
    assert before.values["1.layer.thickness"].low == pytest.approx(10e-9)
    assert before.values["1.layer.conductivity"].status == "assumed"
    changed = {"conduction.conductivity", "conduction.grain_conductivity",
               "conduction.grain_activation_energy", "cell.area"}  # fmt: skip
    changed |= {f"{s}.{f}" for s in (1, 2) for f in ("layer.thickness", "conversion.thickness",
                                                      "layer.conductivity", "lithium.thickness")}  # fmt: skip
    for key in set(before.values) - changed:
        if not before.values[key].source.startswith("cell '"):
            assert after.values[key] == before.values[key], key


def test_a_film_on_one_side_only_takes_its_thickness_from_the_set():
    cell = cells.load("llzo/bare").override({"coating.left.material": "LiF"})
    built = build(cell)
    assert built.values["1.layer.thickness"].status == "assumed"
    assert float(built.system.sides[0].layer.depth()) == pytest.approx(5e-9)
    assert built.system.sides[1].layer.depth() == 0.0


def test_published_rows_have_finite_counterparts():
    found = rows()
    assert len(found) >= 5
    for row in found:
        assert row.source in materials.references()
        assert 0.0 < row.low <= row.simulated <= row.high < math.inf
        assert row.published > 0.0
