"""What regions say together: the paper's positions, copper, fluorine, titanium, nitrogen; what cannot be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from interlayer.errors import InputError
from interlayer.record.store import load, save
from interlayer.surface.observation import of_record
from interlayer.surface.xps.analyse import analyse
from interlayer.surface.xps.charge import Reference
from interlayer.surface.xps.recipe import read_recipe, recipe_for, recipes
from interlayer.surface.xps.spectrum import Region
from tests.surface.xps.drawn import copper, cuf2, doublet, region, titanium
from tests.surface.xps.writers import OWN_RECIPE

AT = Reference("shift", 0.0, 0.1)
CU, F, TI, N = (926.0, 969.0), (679.0, 695.0), (450.0, 471.0), (391.0, 412.0)


def value(found, name):
    return next(m for m in found.observation.metrics if m.name == name)


def positions(found, line):
    fit = found.fits[line].fit
    shares = fit.areas / fit.areas.sum()
    names = [s.name for s in found.fits[line].recipe.states]
    return {
        (name, k): place
        for k, (name, place, _, satellite) in enumerate(fit.model.fitted_peaks(fit.x))
        if not satellite and shares[names.index(name)] > 0.05
    }


def test_the_papers_coating_before_cycling():
    """Ding et al. 2024: Cu 2p at 956.3, 936.5 eV is CuF2; Ti 2p at 465.5, 459.7 eV is Ti(IV); N 1s at 408.1 eV."""
    found = analyse(
        [
            region("Cu 2p", CU, cuf2(40_000.0), seed=1),
            region("Ti 2p", TI, titanium(15_000.0), seed=2),
            region("N 1s", N, [(408.1, 5000.0, 1.6)], seed=3),
        ],
        label="coated",
        reference=AT,
    )
    places = [p for (name, _), p in positions(found, "Cu 2p").items() if name == "CuF2"]
    assert places == pytest.approx([936.5, 956.3], abs=0.15)
    places = [p for (name, _), p in positions(found, "Ti 2p").items() if name == "Ti(IV)"]
    assert places == pytest.approx([459.7, 465.5], abs=0.1)
    assert [name for name, _ in positions(found, "N 1s")] == ["NO3-"]
    assert list(positions(found, "N 1s").values()) == pytest.approx([408.1], abs=0.1)
    not_divalent, reduced = (
        value(found, "copper_not_divalent_fraction"),
        value(found, "titanium_reduced_fraction"),
    )
    assert not_divalent.bound == "<=" and not_divalent.value < 0.03
    # Of Ti(II) and Ti(III) there is nothing: at most the scatter of the counts.
    assert reduced.value < 0.03
    assert any("10 nm" in sentence for sentence in found.observation.words)


def test_the_papers_coating_after_cycling():
    """Cu 2p at 952.2 and 932.2 eV is reduced copper, F 1s at 685.1 eV is fluoride."""
    found = analyse(
        [
            region("Cu 2p", CU, copper(40_000.0), seed=1),
            region("F 1s", F, [(685.1, 12_000.0, 1.7), (687.9, 6000.0, 1.8)], seed=2),
        ],
        label="cycled",
        state="cycled",
        reference=AT,
    )
    copper_fit = found.fits["Cu 2p"]
    at = copper_fit.position(("Cu metal", "Cu2O"))
    assert at == pytest.approx(932.2, abs=0.1)
    split = [
        p
        for s, p, _, sat in copper_fit.fit.model.fitted_peaks(copper_fit.fit.x)
        if s == "Cu metal" and not sat
    ]
    assert at + split[1] - split[0] == pytest.approx(952.2, abs=0.15)
    assert value(found, "copper_not_divalent_fraction").value > 0.97
    assert value(found, "copper_metal_fraction").value is None
    assert "Cu LMM" in value(found, "copper_metal_fraction").evidence[0]
    fluoride = value(found, "fluoride_fraction")
    assert fluoride.value == pytest.approx(2.0 / 3.0, abs=0.03)
    assert found.fits["F 1s"].position(("LiF", "CuF2")) == pytest.approx(685.1, abs=0.15)


def test_titanium_below_four():
    lines = [*titanium(12_000.0), *doublet(458.0, 3000.0, 1.6, 5.75, 1.3)]
    found = analyse([region("Ti 2p", TI, lines, seed=6)], label="x", reference=AT)
    assert value(found, "titanium_reduced_fraction").value == pytest.approx(0.2, abs=0.03)


def test_fluoride_is_parted_only_with_copper():
    fluorine = region("F 1s", F, [(684.9, 9000.0, 1.75), (687.9, 3000.0, 1.8)], seed=1)
    alone = analyse([fluorine], label="x", reference=AT)
    assert value(alone, "copper_fluoride_fraction").value is None
    assert "inseparable" in value(alone, "copper_fluoride_fraction").evidence[0]
    # Half of the fluoride is CuF2: its copper is a quarter of its fluorine's number; Scofield's 25.39 and 4.43.
    area = 0.5 * 9000.0 / 4.43 / 2.0 * 25.39
    tied = analyse([fluorine, region("Cu 2p", CU, cuf2(area, 936.7), seed=2)], label="x", reference=AT)
    split = value(tied, "copper_fluoride_fraction")
    assert split.value == pytest.approx(0.5, abs=0.06)
    assert split.uncertainty == pytest.approx(0.1, abs=0.04)
    assert any("assumed" in line for line in split.evidence)


@pytest.mark.parametrize(("metal", "parameter"), [(True, 1851.2), (False, 1849.1)])
def test_metal_is_told_from_copper_one_by_the_auger_line(metal, parameter):
    at = 1486.6 + 932.5 - parameter
    lines = (
        [(at, 9000.0, 1.2), (at - 2.6, 4500.0, 2.2), (at + 2.0, 7200.0, 3.0), (at + 5.5, 3600.0, 4.0)]
        if metal
        else [(at, 9000.0, 2.2), (at - 3.5, 1800.0, 2.5), (at + 3.5, 5400.0, 4.0)]
    )
    found = analyse(
        [
            region("Cu 2p", CU, copper(40_000.0, 932.5), seed=1),
            region("Cu LMM", (558.0, 584.0), lines, seed=2),
        ],
        label="x",
        reference=AT,
    )
    assert value(found, "copper_auger_parameter").value == pytest.approx(parameter, abs=0.25)
    share = value(found, "copper_metal_fraction").value
    assert share > 0.9 if metal else share < 0.1


def test_a_charged_sample_is_put_right_by_its_carbon():
    carbon = region("C 1s", (276.0, 300.0), [(284.8, 5000.0, 1.4), (286.4, 1000.0, 1.4)], seed=1, shift=-2.7)
    found = analyse([carbon, region("F 1s", F, [(685.0, 9000.0, 1.7)], seed=2, shift=-2.7)], label="x")
    assert found.observation.settings["shift_eV"] == pytest.approx(-2.7, abs=0.1)
    assert found.observation.settings["shift_scatter_eV"] >= 0.2
    assert value(found, "fluoride_fraction").value > 0.95


def test_without_a_reference_it_says_so():
    found = analyse([region("F 1s", F, [(685.0, 9000.0, 1.7)], seed=2)], label="x")
    assert "no_charge_reference" in {f.name for f in found.observation.findings}


def test_molybdenum_is_not_taken_for_nitride():
    nitrogen = region("N 1s", N, [(395.5, 9000.0, 2.5), (399.5, 3000.0, 1.5)], seed=1)
    other = region("Mo 3d", (220.0, 240.0), [(229.0, 9000.0, 1.2)], seed=2)
    found = analyse([nitrogen, other], label="x", reference=AT)
    assert value(found, "nitride_fraction").value is None
    assert "interference" in {f.name for f in found.observation.findings}


def test_atomic_percentages_of_a_known_compound():
    """LiF: equal numbers; areas in the ratio of Scofield's cross-sections and of the escape depths."""
    depth = ((1486.6 - 55.0) / (1486.6 - 687.0)) ** 0.7
    lithium = region("Li 1s", (49.0, 60.0), [(55.8, 4000.0, 1.5)], seed=1)
    fluorine = region("F 1s", F, [(685.0, 4000.0 * 4.43 / 0.0568 / depth, 1.7)], seed=2)
    found = analyse([lithium, fluorine], label="LiF", reference=AT)
    assert value(found, "atomic_percent_Li").value == pytest.approx(50.0, abs=3.0)
    assert any("assumed equal" in word for word in found.observation.words)


def test_wrong_regions_are_refused_with_the_reason():
    with pytest.raises(InputError, match="does not hold Cu 2p"):
        analyse([region("Cu 2p", (679.0, 695.0), [(685.0, 9000.0, 1.7)])], label="x", reference=AT)
    with pytest.raises(InputError, match="no region has a recipe"):
        analyse([region("Zr 3d", (170.0, 190.0), [(182.0, 9000.0, 1.7)])], label="x")
    with pytest.raises(InputError, match="Ti 2p is not in this file"):
        analyse([region("F 1s", F, [(685.0, 9000.0, 1.7)])], label="x", lines=["Ti 2p"])
    drawn = region("F 1s", F, [(685.0, 9000.0, 1.7)])
    with pytest.raises(InputError, match="negative"):
        analyse([replace(drawn, intensity=drawn.intensity - 5000.0)], label="x", reference=AT)
    kinetic = replace(drawn, energy_eV=1486.6 - drawn.energy_eV, is_kinetic=True)
    with pytest.raises(InputError, match="photon"):
        analyse([kinetic], label="x", reference=AT)
    few = Region("F 1s", np.linspace(679.0, 695.0, 12), np.full(12, 50.0))
    with pytest.raises(InputError, match="too few"):
        analyse([few], label="x", reference=AT)


def test_the_observation_comes_back_from_the_store(tmp_path):
    found = analyse([region("F 1s", F, [(685.0, 9000.0, 1.7)])], label="x", reference=AT).observation
    back = of_record(load(save(found.to_record(), tmp_path / "x.parquet")))
    assert back.as_dict() == found.as_dict()
    assert "Binding Energy / eV" in back.table.columns


def test_recipes_are_there_for_the_lines_of_the_field():
    known = recipes()
    assert {"Cu 2p", "Cu LMM", "F 1s", "Ti 2p", "N 1s", "Li 1s", "P 2p", "C 1s", "O 1s", "S 2p"} <= set(known)
    for recipe in known.values():
        for state in recipe.states:
            assert state.source
    ti = {s.name: s.doublet for s in known["Ti 2p"].states}
    assert ti["Ti(IV)"] is not None and ti["Ti(IV)"].broadening[0] > 1.3


def test_a_recipe_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(OWN_RECIPE)
    assert read_recipe(path).states[0].name == "A"
    path.write_text(OWN_RECIPE.replace("fwhm_eV = [1.7, 0.2]", "fwhm_eV = 1.7"))
    assert read_recipe(path).states[0].fwhm_eV == (1.7, 0.0)
    for wrong in ("source", "window_eV", "name"):
        path.write_text("\n".join(row for row in OWN_RECIPE.splitlines() if not row.startswith(wrong)))
        with pytest.raises(InputError, match=r"mine\.toml"):
            read_recipe(path)
    with pytest.raises(InputError, match="did you mean"):
        recipe_for("F1s")
