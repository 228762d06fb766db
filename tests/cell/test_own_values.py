"""Own measured values: over the shipped ones field by field, with their uncertainty, and marked as one's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from interlayer import cells, uncertainty, units
from interlayer.build import build
from interlayer.cell import Cell
from interlayer.errors import DescriptionError, InputError
from interlayer.protocol import Protocol
from interlayer.simulation import simulate
from interlayer.stepping import run_stages

OWN = {
    "area": "0.785 +- 0.016 cm2",
    "electrolyte.conductivity": "4.9(3)e-4 S/cm",
    "electrolyte.activation_energy": "31 +- 1 kJ/mol",
    "coating.thickness": "80 nm +- 10 %",
    "temperature": "30 +- 1 degC",
    "operating_pressure": "0.5 +- 0.1 MPa",
    "model.contact.law": "creep",
    "model.charge_transfer.exchange_current_density": "0.7 +- 0.1 mA/cm2",
}
SIGMAS = {
    "area": 0.016e-4,
    "electrolyte.conductivity": 3e-3,
    "electrolyte.activation_energy": 1e3 / 6.02214076e23,
    "coating.thickness": 8e-9,
    "temperature": 1.0,
    "operating_pressure": 1e5,
    "model.charge_transfer.exchange_current_density": 1.0,
}
ONE_HOUR = Protocol(["EIS from 1 MHz to 1 Hz", "Plate at 0.1 mA/cm2 for 1 hour"])


@pytest.fixture(scope="module")
def cell() -> Cell:
    return cells.load("llzo/zno").override({"label": "mine", **OWN})


def test_uncertainties_stand_beside_plain_numbers(cell):
    assert cell.uncertainties == pytest.approx(SIGMAS)
    assert type(cell.area) is float
    assert type(cell.coating.left.thickness) is float
    assert cell.uncertainty_of("coating.right.thickness") == pytest.approx(8e-9)
    assert cell.uncertainty_of("electrolyte.thickness") is None


def test_they_survive_files_records_and_changes_field_by_field(cell):
    for again in (Cell.from_text(cell.to_toml()), Cell.from_dict(cell.as_dict())):
        assert again == cell
        assert again.uncertainties == cell.uncertainties
    assert Cell.from_dict(cell.record_dict()).uncertainties == cell.uncertainties
    changed = cell.override({"electrolyte.conductivity": "5e-4 S/cm", "coating.left.thickness": "70 +- 2 nm"})
    assert "electrolyte.conductivity" not in changed.uncertainties
    assert changed.uncertainty_of("coating.left.thickness") == pytest.approx(2e-9)
    assert changed.uncertainty_of("coating.right.thickness") == pytest.approx(8e-9)
    kept = {"area", "temperature", "operating_pressure"}
    assert {k: changed.uncertainties[k] for k in kept} == pytest.approx({k: SIGMAS[k] for k in kept})


def test_notes_and_names_are_never_taken_for_values():
    cell = Cell.from_text('label = "5 +- 1 um"\n[notes]\nwhy = "1 +- 2 um"\n')
    assert cell.uncertainties == {}


@pytest.mark.parametrize(
    ("line", "says", "write"),
    [
        ('area = "1 +- 0 cm2"', "not above zero", 'area = "1 cm2"'),
        ('area = "1 +- -0.1 cm2"', "below zero", 'area = "1 +- 0.1 cm2"'),
        ('area = "1 +- inf cm2"', "not a finite number", 'area = "1 cm2"'),
        ('area = "1 +- 0.1"', "no unit", 'area = "1 +- 0.1 cm2"'),
        ('area = "-1 +- 0.1 cm2"', "above 0 cm2", 'area = "1 +- 0.1 cm2"'),
        ('area = "1 +- 0.1 mA"', "a current", 'area = "1 +- 0.1 cm2"'),
        ('operating_pressure = "400 +- 20 GPa"', "outside", 'operating_pressure = "400 +- 20 MPa"'),
    ],
)
def test_a_bad_uncertainty_is_refused_with_the_corrected_line(line, says, write):
    with pytest.raises(DescriptionError) as caught:
        Cell.from_text(f'label = "a"\n{line}\n', name="cell.toml")
    text = str(caught.value)
    assert "cell.toml line 2" in text
    assert says in text
    assert f"write {write}" in text
    assert caught.value.exit_code == 2


def test_a_bad_uncertainty_of_a_mechanism_names_the_field():
    bad = cells.load("llzo/zno").override({"model.charge_transfer.exchange_current_density": "1 +- 0 mA/cm2"})
    with pytest.raises(InputError, match=r"not above zero(.|\n)*1 mA/cm2"):
        build(bad)


def test_the_ledger_holds_value_uncertainty_range_and_whose_it_is(cell):
    ledger = build(cell).ledger()

    def told(name: str):
        e = ledger[name]
        return e["value"], e["uncertainty"], e["unit"], e["status"], e["origin"]

    near = pytest.approx
    assert told("cell.area") == (near(0.785), near(0.016), "cm2", "measured", "own")
    assert told("cell.temperature") == (near(30.0), near(1.0), "degC", "measured", "own")
    assert told("conduction.conductivity") == (near(4.9e-4), near(3e-5), "S/cm", "measured", "own")
    for side in (1, 2):
        assert told(f"{side}.layer.thickness") == (near(80.0), near(8.0), "nm", "measured", "own")
        exchange = told(f"{side}.charge_transfer.exchange_current_density")
        assert exchange == (near(0.7), near(0.1), "mA/cm2", "measured", "own")
        assert told(f"{side}.contact.stack_pressure") == (near(0.5), near(0.1), "MPa", "measured", "own")
    assert told("1.contact.creep_energy")[-1] == "declared"
    # What the cell leaves open is as it was: of the set, with its range; of the library; a default.
    thickness = ledger["conduction.thickness"]
    assert (thickness["low"], thickness["high"], thickness["uncertainty"]) == (near(0.3), near(2.0), None)
    assert (thickness["status"], thickness["origin"]) == ("assumed", "set")
    assert ledger["conduction.permittivity"]["origin"] == "library"
    assert ledger["conduction.boundary_exponent"]["origin"] == "declared"
    # A shipped cell's own words are not the user's.
    shipped = build(cells.load("ding2024/cuf2-20ul").override({"area": "1 cm2"})).ledger()
    assert shipped["cell.area"]["origin"] == "own"
    assert {shipped[f"1.layer.{k}"]["origin"] for k in ("thickness", "porosity")} == {"shipped"}


def test_own_uncertainties_change_no_simulated_number():
    shipped = cells.load("ding2024/cuf2-20ul")
    same = {"coating.thickness": "15 +- 2 um", "electrolyte.conductivity": "4.9(3)e-4 S/cm"}
    plain, told = (simulate(c, ONE_HOUR) for c in (shipped, shipped.override(same)))
    assert told.table.equals(plain.table)
    assert told.parameters["1.layer.thickness"]["uncertainty"] == pytest.approx(2.0)
    assert plain.parameters["1.layer.thickness"]["uncertainty"] is None
    assert plain.parameters["1.layer.thickness"]["origin"] == "shipped"


def test_pressure_and_roughness_reach_their_laws_unless_the_model_says_otherwise():
    base = cells.load("ding2024/cuf2-20ul")
    rough = base.override({"electrolyte.roughness": "2.0 +- 0.2 um", "coating.right.roughness": "3 um"})
    built = build(rough)
    assert float(built.system.sides[0].coverage.roughness) == pytest.approx(2e-6)
    assert float(built.system.sides[1].coverage.roughness) == pytest.approx(3e-6)
    assert built.values["1.coverage.roughness"].uncertainty == pytest.approx(0.2e-6)
    assert built.values["1.coverage.covering_thickness"].origin == "set"
    assert not built.unused()
    pressed = base.override({"operating_pressure": "0.5 MPa"})
    assert build(pressed).unused() == ("operating_pressure",), "the law of this cell takes no pressure"
    record = simulate(pressed, Protocol(["Rest for 1 minute"]))
    assert any(f.name == "value not used" and "operating_pressure" in f.detail for f in record.findings)
    creeping = pressed.override({"model.contact.law": "creep"})
    assert build(creeping).values["1.contact.stack_pressure"].value == pytest.approx(5e5)
    said = creeping.override({"model.left.contact.stack_pressure": "0.3 MPa"})
    values = build(said).values
    assert values["1.contact.stack_pressure"].value == pytest.approx(3e5)
    assert values["2.contact.stack_pressure"].value == pytest.approx(5e5)


def test_an_own_conductivity_of_the_layer_wins_over_set_and_library():
    value = build(
        cells.load("llzo/zno").override({"coating.conductivity": "(3 +- 1)e-6 S/cm"})
    ).values["1.layer.conductivity"]  # fmt: skip
    assert (value.value, value.uncertainty) == (pytest.approx(3e-4), pytest.approx(1e-4))
    assert (value.status, value.origin) == ("measured", "own")


def test_a_recipe_hands_its_uncertainty_on_to_the_thickness():
    recipe = {"coating.thickness": None, "coating.porosity": 0, "coating.drop_volume": "20 +- 1 uL",
              "coating.solids": {"CuF2": "10 wt%"}, "coating.solution_density": "0.95 g/cm3",
              "coating.wetted_area": "1.54 +- 0.05 cm2"}  # fmt: skip
    value = build(cells.load("ding2024/cuf2-20ul").override(recipe)).values["1.layer.thickness"]
    # h = V rho w / (rho_s A): relative errors of V and A add in squares; the differences see 1/A to second order.
    expected = value.value * math.hypot(1 / 20, 0.05 / 1.54)
    assert value.status == "derived"
    assert value.uncertainty == pytest.approx(expected, rel=2e-3)


# --- drawing ---------------------------------------------------------------------------------------------


def test_own_values_are_drawn_normal_and_cut_off_at_their_bounds():
    cell = cells.load("llzo/bare").override({"electrolyte.thickness": "0.2 +- 0.3 mm"})
    (one,) = uncertainty.sample(cell, 150, 3, ranges=False).drawn
    assert (one.name, one.kind) == ("electrolyte.thickness", "normal")
    assert one.values.min() > 0.0
    low = -0.2 / 0.3
    reference = stats.truncnorm(low, (10 - 0.2) / 0.3, loc=0.2e-3, scale=0.3e-3)
    assert stats.kstest(one.values, reference.cdf).pvalue > 0.01


def test_ranges_are_drawn_evenly_or_evenly_in_the_logarithm():
    draws = uncertainty.sample(cells.load("llzo/lif"), 100, 5)
    found = {d.name: d for d in draws.drawn}
    conductivity = found["1.layer.conductivity"]
    assert conductivity.names == ("1.layer.conductivity", "2.layer.conductivity"), "stated once, drawn once"
    assert conductivity.kind == "log-uniform"
    uniform = stats.uniform(math.log(conductivity.low), math.log(conductivity.high / conductivity.low))
    assert stats.kstest(np.log(conductivity.values), uniform.cdf).pvalue > 0.01
    assert found["cell.area"].kind == "uniform"
    assert stats.kstest(found["cell.area"].values, stats.uniform(0.5e-4, 1.5e-4).cdf).pvalue > 0.01
    thickness = found["1.layer.thickness"]
    assert set(thickness.names) >= {"1.layer.thickness", "2.layer.thickness"}


def test_each_draw_is_what_was_drawn_and_says_so(cell):
    draws = uncertainty.sample(cell, 3, 1)
    assert len(draws) == 3
    assert draws.held > 40
    for k, built in enumerate(draws):
        own = {d.name: float(d.values[k]) for d in draws.drawn if not d.names}
        assert set(own) == set(SIGMAS)
        assert built.cell.area == own["area"]
        assert float(built.system.area) == own["area"]
        assert float(built.system.conduction.conductivity) == pytest.approx(own["electrolyte.conductivity"])
        pressure = built.values["2.contact.stack_pressure"]
        assert float(built.system.sides[1].contact.stack_pressure) == pytest.approx(own["operating_pressure"])
        assert pressure.value == pytest.approx(own["operating_pressure"])
        assert pressure.uncertainty is None
        assert (pressure.origin, pressure.status) == ("own", "measured")
        assert pressure.source.endswith(f"draw {k + 1} of 3")
        for one in (d for d in draws.drawn if d.names):
            for name in one.names:
                assert built.values[name].value == pytest.approx(float(one.values[k])) or "grain" in name
        # A pellet conducts no better than its grains.
        total = built.system.conduction
        assert float(total.grain_conductivity) >= float(total.conductivity)


def test_an_area_that_is_drawn_makes_its_coating_thinner_or_thicker():
    recipe = {"coating.thickness": None, "coating.drop_volume": "20 uL", "coating.solids": {"CuF2": "10 wt%"},
              "coating.solution_density": "0.95 g/cm3"}  # fmt: skip
    cell = cells.load("llzo/zno").override({"coating.material": "cuf2-pvdf", **recipe})
    products = [
        b.values["1.layer.thickness"].value * b.values["cell.area"].value
        for b in uncertainty.sample(cell, 4, 2)
    ]
    assert products == pytest.approx([products[0]] * 4), "the drop's solids stay the same"


def test_draws_repeat_and_more_draws_begin_with_the_same(cell):
    first, again, more = (uncertainty.sample(cell, n, 7) for n in (4, 4, 6))
    assert [b.values for b in first] == [b.values for b in again]
    for a, b in zip(first.drawn, more.drawn, strict=True):
        assert a.values.tolist() == b.values[:4].tolist()
    other = uncertainty.sample(cell, 4, 8)
    assert other.drawn[0].values.tolist() != first.drawn[0].values.tolist()
    fewer = uncertainty.sample(cell.override({"area": "0.785 cm2"}), 4, 7, ranges=False)
    assert all(
        d.values.tolist() == {x.name: x.values.tolist() for x in first.drawn}[d.name] for d in fewer.drawn
    )


def test_one_compilation_serves_all_draws():
    cell = cells.load("llzo/lif").override({"electrolyte.thickness": "1.00(3) mm"})
    simulate(cell, ONE_HOUR)
    compiled = run_stages._cache_size()
    for built in uncertainty.sample(cell, 3, 1):
        simulate(built.cell, ONE_HOUR, built=built)
    assert run_stages._cache_size() <= compiled + 1  # once more for draws that meet the safety limit


def test_the_scatter_of_the_pellets_resistance_is_that_of_error_propagation():
    own = {"area": "0.785 +- 0.016 cm2", "electrolyte.thickness": "0.70(2) mm",
           "electrolyte.conductivity": "(4.9 +- 0.3)e-4 S/cm"}  # fmt: skip
    draws = uncertainty.sample(cells.load("ding2024/bare").override(own), 100, 1, ranges=False)
    found = [float(b.system.conduction.total_resistance(298.15) / b.system.area) for b in draws]
    # R = L/(sigma A), independent: relative variances add. 100 draws know a deviation to 7 %.
    expected = math.hypot(0.016 / 0.785, 0.02 / 0.70, 0.3 / 4.9)
    assert np.std(found) / np.mean(found) == pytest.approx(expected, rel=0.21)


def test_what_is_not_drawn_stays_and_no_draws_are_refused():
    bare = cells.load("ding2024/bare")
    draws = uncertainty.sample(bare, 2, ranges=False)
    drawn = {name for one in draws.drawn for name in one.names}
    assert {one.sigma is not None for one in draws.drawn} == {True}, "of the library, with its uncertainty"
    for name in set(draws.best.values) - drawn:
        assert draws.builts[0].values[name] == draws.best.values[name]
    with pytest.raises(InputError, match="n = 0"):
        uncertainty.sample(bare, 0)


def test_a_parameter_set_may_state_an_uncertainty(tmp_path):
    text = (
        'format = "interlayer-parameters/1"\nname = "s"\n[cell]\narea = "0.8 +- 0.1 cm2"\nthickness = "1 mm"\n'
        '[all.charge_transfer]\nexchange_current_density = { value = "1 +- 0.2 mA/cm2", status = "calibrated" }\n'
    )
    path = tmp_path / "s.toml"
    path.write_text(text, encoding="utf-8")
    cell = Cell.from_text(
        f'label = "a"\nparameters = "{path.as_posix()}"\n[electrolyte]\nmaterial = "LATP"\n'
    )
    built = build(cell)
    value = built.values["1.charge_transfer.exchange_current_density"]
    assert (value.status, value.origin) == ("calibrated", "set")
    assert units.to_unit(value.uncertainty, "mA/cm2") == pytest.approx(0.2)
    assert built.values["cell.area"].uncertainty == pytest.approx(0.1e-4)
    drawn = {d.name: d for d in uncertainty.sample(cell, 3, ranges=False).drawn}
    assert {"cell.area", "1.charge_transfer.exchange_current_density"} <= set(drawn)
