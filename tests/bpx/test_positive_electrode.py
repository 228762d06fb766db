"""Positive electrodes of BPX files: against their formulas worked out by hand, and every way to be refused."""

from __future__ import annotations

import copy
import json
import math

import numpy as np
import pytest

from interlayer.bpx import read_positive_electrode
from interlayer.bpx.curve import sampled
from interlayer.errors import DescriptionError

FARADAY = 96485.33212

# Numbers and functions of a made-up electrode, in the spelling of BPX.
ELECTRODE = {
    "Particle radius [m]": 5e-07,
    "Thickness [m]": 6.43e-05,
    "Diffusivity [m2.s-1]": 6.9e-17,
    "OCP [V]": "3.4 - 0.015 * x + 3.5e14 * exp(-396 * x) - 1.46 * exp(-110 * (1 - x))",
    "Conductivity [S.m-1]": 0.8,
    "Surface area per unit volume [m-1]": 4.4e6,
    "Porosity": 0.2,
    "Transport efficiency": 0.09,
    "Reaction rate constant [mol.m-2.s-1]": 1e-06,
    "Minimum stoichiometry": 0.0875,
    "Maximum stoichiometry": 0.95,
    "Maximum concentration [mol.m-3]": 21200,
    "Diffusivity activation energy [J.mol-1]": 80000,
    "Reaction rate constant activation energy [J.mol-1]": 35000,
}


def formula(x):
    return 3.4 - 0.015 * x + 3.5e14 * math.exp(-396 * x) - 1.46 * math.exp(-110 * (1 - x))


@pytest.fixture
def write(tmp_path):
    """Function that writes a BPX file with changed keys (None: left out) of the positive electrode."""

    def make(changes=None, *, cell=None, **document):
        electrode = {**copy.deepcopy(ELECTRODE), **(changes or {})}
        data = {
            "Header": {"BPX": "0.4.0", "Title": "made up", "Model": "DFN"},
            "Parameterisation": {
                "Cell": {"Reference temperature [K]": 298.15} if cell is None else cell,
                "Positive electrode": {k: v for k, v in electrode.items() if v is not None},
            },
            **document,
        }
        path = tmp_path / "cell.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return make


def refusal(path):
    with pytest.raises(DescriptionError) as caught:
        read_positive_electrode(path)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_numbers_are_those_of_the_file(write):
    p = read_positive_electrode(write())
    assert p.particle_radius_m == 5e-7
    assert p.thickness_m == 6.43e-5
    assert p.porosity == 0.2
    assert p.maximum_concentration == 21200.0
    assert (p.minimum_stoichiometry, p.maximum_stoichiometry) == (0.0875, 0.95)
    assert p.diffusivity.is_constant
    assert float(p.diffusivity(0.3)) == 6.9e-17
    assert p.diffusivity_activation_energy == 80000.0
    assert p.reaction_activation_energy == 35000.0
    assert p.surface_area_per_volume == 4.4e6
    assert p.title == "made up"
    # F * 1e-6 mol/(m2 s) * sqrt(0.5 * 0.5) and the charge of 0.8625 * 21200 mol/m3
    assert float(p.exchange_current_density(0.5)) == pytest.approx(0.0482426661)
    assert p.volumetric_capacity == pytest.approx(FARADAY * 18285.0)


def test_the_potential_is_that_of_the_formula_within_a_tenth_of_a_millivolt(write):
    curve = read_positive_electrode(write()).open_circuit_potential
    x = np.linspace(curve.x[0], curve.x[-1], 200_001)
    truth = np.array([formula(v) for v in x.tolist()])
    assert np.max(np.abs(curve(x) - truth)) < 1e-4
    assert curve.x.size < 1000
    # At 0.0875 by hand: exp(-34.65) = 10^-15.0483 = 8.947e-16, so 3.4 - 0.0013 + 0.3131.
    assert float(curve(0.0875)) == pytest.approx(3.7118, abs=3e-4)


def test_it_reaches_as_far_as_the_potential_makes_sense(write):
    curve = read_positive_electrode(write()).open_circuit_potential
    assert curve.x[-1] == 1.0
    # the exponential passes 6 V at ln(3.5e14 / 2.601) / 396
    assert curve.x[0] == pytest.approx(math.log(3.5e14 / 2.601) / 396, abs=5e-5)
    assert curve.y.max() <= 6.0
    flat = read_positive_electrode(write({"OCP [V]": "4 - x"})).open_circuit_potential
    assert (flat.x[0], flat.x[-1]) == (0.0, 1.0)


def test_a_table_is_taken_as_it_is(write):
    table = {"x": [0, 0.1, 1], "y": [4.2, 3.45, 3]}
    p = read_positive_electrode(
        write({"OCP [V]": table, "Diffusivity [m2.s-1]": {"x": [0, 1], "y": [1e-15, 3e-15]}})
    )
    assert p.open_circuit_potential.x.tolist() == [0.0, 0.1, 1.0]
    assert float(p.open_circuit_potential(0.55)) == pytest.approx(3.225)
    assert not p.diffusivity.is_constant
    assert float(p.diffusivity(0.5)) == pytest.approx(2e-15)
    falling = {"x": [1, 0.1, 0], "y": [3, 3.45, 4.2]}
    again = read_positive_electrode(write({"OCP [V]": falling}))
    assert again.open_circuit_potential.y.tolist() == [4.2, 3.45, 3.0]


def test_a_diffusivity_may_depend_on_stoichiometry(write):
    p = read_positive_electrode(write({"Diffusivity [m2.s-1]": "1e-15 * exp(-3 * x)"}))
    x = np.linspace(0.0875, 0.95, 1001)
    np.testing.assert_allclose(p.diffusivity(x), 1e-15 * np.exp(-3 * x), rtol=1e-3)


def test_what_the_file_lacks_is_said(write):
    full = read_positive_electrode(write({"Entropic change coefficient [V.K-1]": -1e-4}))
    assert [text.partition(":")[0] for text in full.lacks] == ["active mass"]
    assert full.entropic_coefficient is not None
    assert float(full.entropic_coefficient(0.5)) == -1e-4
    left_out = [
        "Diffusivity activation energy [J.mol-1]",
        "Reaction rate constant activation energy [J.mol-1]",
        "Porosity",
        "Thickness [m]",
        "Surface area per unit volume [m-1]",
    ]
    bare = read_positive_electrode(write(dict.fromkeys(left_out), cell={}))
    assert bare.thickness_m is bare.porosity is bare.diffusivity_activation_energy is None
    assert bare.reference_temperature_K == 298.15
    text = "; ".join(bare.lacks)
    for part in ("of the diffusivity", "of the reaction rate", "reference temperature: 298.15 K", "entropic",
                 "thickness", "porosity", "surface area"):  # fmt: skip
        assert part in text


def test_one_kind_of_particle_of_newer_versions(write):
    inner = {k: v for k, v in ELECTRODE.items() if k not in ("Thickness [m]", "Porosity")}
    changes = {**dict.fromkeys(inner), "Particle": {"Primary": inner}}
    p = read_positive_electrode(write(changes))
    assert p.particle_radius_m == 5e-7
    assert p.porosity == 0.2
    blend = write({**changes, "Particle": {"Large": inner, "Small": inner}})
    assert "a blend of 2 kinds of particles ('Large', 'Small')" in refusal(blend)


def test_two_branches_give_their_mean(write):
    branches = {"OCP (delithiation) [V]": "3.45 - 0.1 * x", "OCP (lithiation) [V]": "3.41 - 0.1 * x"}
    p = read_positive_electrode(write({"OCP [V]": None, **branches}))
    assert float(p.open_circuit_potential(0.5)) == pytest.approx(3.38)
    assert "mean of both branches" in "; ".join(p.lacks)
    both = read_positive_electrode(write(branches))
    assert "hysteresis" in "; ".join(both.lacks)
    assert float(both.open_circuit_potential(0.5)) == pytest.approx(formula(0.5), abs=1e-4)


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"Particle radius [m]": None}, ["'Particle radius [m]' is missing"]),
        ({"Particle radius [m]": None, "Particle radius [um]": 0.5}, ["the file has 'Particle radius [um]'"]),
        ({"Particle radius [m]": None, "Particle diameter [m]": 1e-6}, ["is missing"]),
        ({"Particle radius [m]": -5e-7}, ["'Particle radius [m]' = -5e-07 cannot be meant"]),
        ({"Particle radius [m]": 0.5}, ["cannot be meant"]),
        ({"Particle radius [m]": "5e-7"}, ["is not a number"]),
        ({"Particle radius [m]": True}, ["is not a number"]),
        ({"Particle radius [m]": 10**400}, ["cannot be meant"]),
        ({"Porosity": -3}, ["'Porosity' = -3"]),
        ({"Thickness [m]": 85.2}, ["'Thickness [m]' = 85.2"]),
        ({"Minimum stoichiometry": 0.96}, ["minimum stoichiometry 0.96 is not below the maximum 0.95"]),
        ({"Maximum stoichiometry": 1.2}, ["= 1.2 cannot be meant"]),
        ({"OCP [V]": None}, ["'OCP [V]' is missing"]),
        ({"OCP [V]": 3.4}, ["one number is no open-circuit potential"]),
        ({"OCP [V]": [3.4, 3.3]}, ["neither a number, an expression of x nor a table"]),
        ({"OCP [V]": "9**9**9"}, ["potential of inf V"]),
        ({"OCP [V]": "__import__('os').system('x')"}, ["OCP [V]", "holds something", "allowed are numbers"]),
        ({"OCP [V]": "340 - 15 * x"}, ["potential of 338.7 V at x = 0.0875"]),
        ({"OCP [V]": "3.4 + log(x - 0.5)"}, ["x = 0.0875"]),
        ({"OCP [V]": "3.4 + tanh(1e18 * (x - 0.3)) / 10"}, ["a jump near x = 0.3"]),
        ({"OCP [V]": {"x": [0.2, 1], "y": [4, 3]}}, ["the table goes from 0.2 to 1", "from 0.0875 to 0.95"]),
        ({"OCP [V]": {"x": [0, 1], "y": [4]}}, ["2 x and 1 y"]),
        ({"OCP [V]": {"x": [0, 0.5, 0.5, 1], "y": [4, 3, 3, 3]}}, ["do not rise"]),
        ({"OCP [V]": {"x": [0, "a"], "y": [4, 3]}}, ["no list of numbers 'x'"]),
        ({"OCP [V]": {"y": [4, 3]}}, ["no list of numbers 'x'"]),
        ({"OCP [V]": {"x": [0, 1], "y": [40, 30]}}, ["a potential of"]),
        ({"Diffusivity [m2.s-1]": None}, ["'Diffusivity [m2.s-1]' is missing"]),
        ({"Diffusivity [m2.s-1]": -1e-15}, ["not between 0 and 1e-4 m2/s"]),
        ({"Diffusivity [m2.s-1]": "1e-15 * (x - 0.5)"}, ["not between 0 and 1e-4 m2/s"]),
    ],
)
def test_what_cannot_be_is_refused(write, changes, parts):
    message = refusal(write(changes))
    assert not [p for p in parts if p not in message], message
    assert "cell.json" in message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no JSON"),
        ("{", "line 1: is no JSON"),
        ("[]", "is JSON, but no BPX file"),
        ('{"a": 1}', "is JSON, but no BPX file"),
        ('{"Header": 1, "Parameterisation": {}}', "Header: is not a table"),
        ('{"Header": {}, "Parameterisation": {}}', "no 'Positive electrode'"),
        ('{"Header": {}, "Parameterisation": {"Positive electrode": 3}}', "no 'Positive electrode'"),
        ('{"Header": {}, "Parameterisation": {"Positive electrode": {"Porosity": NaN}}}', "is no JSON"),
        ('{"Header": ' + "[" * 100_000, "is no JSON"),
        ("\u00ff", "no BPX file|is no JSON"),
    ],
)
def test_other_files_are_refused(tmp_path, text, says):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    message = refusal(path)
    assert any(part in message for part in says.split("|")), message


def test_files_that_are_not_there_or_no_text(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.json")
    (tmp_path / "b.json").write_bytes(b"\xff\xfe\x00\x01")
    assert "is no JSON" in refusal(tmp_path / "b.json")


def test_a_sampled_curve_keeps_its_tolerance():
    curve = sampled(np.sin, 0.0, 10.0, lambda y: np.full_like(y, 1e-5))
    x = np.linspace(0, 10, 100_001)
    assert np.max(np.abs(curve(x) - np.sin(x))) < 1e-5
    with pytest.raises(DescriptionError, match="20000 points cannot follow"):
        sampled(lambda v: np.sin(1e6 * v), 0.0, 1.0, lambda y: np.full_like(y, 1e-5))


# The examples of the standard


def lfp(x):
    """Of the file's text, typed once more."""
    return (
        3.41285712
        - 0.0149721852 * x
        + 3.54866018e14 * np.exp(-395.729493 * x)
        - 1.45998465 * np.exp(-110.108622 * (1 - x))
    )


def nmc(x):
    return (
        -3.04420906 * x
        + 10.04892207
        - 0.65637536 * np.tanh(-4.02134095 * (x - 0.80063948))
        + 4.24678547 * np.tanh(12.17805062 * (x - 7.57659337))
        - 0.3757068 * np.tanh(59.33067782 * (x - 0.99784492))
    )


@pytest.mark.parametrize(("name", "truth", "radius"), [
    ("lfp_18650_cell_BPX.json", lfp, 5e-7), ("nmc_pouch_cell_BPX.json", nmc, 4.6e-6),
])  # fmt: skip
def test_the_examples_of_about_energy(shared_data, name, truth, radius):
    p = read_positive_electrode(shared_data / "e_tables/BPX" / name)
    x = np.linspace(p.minimum_stoichiometry, p.maximum_stoichiometry, 100_001)
    assert np.max(np.abs(p.open_circuit_potential(x) - truth(x))) < 1e-4
    assert p.particle_radius_m == radius
    assert p.entropic_coefficient is not None
    assert len(p.lacks) == 1
