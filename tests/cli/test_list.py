"""Lists come from the declarations: nothing is missing and nothing is made up."""

from __future__ import annotations

import csv
import io

import pytest

from interlayer import cells, chemistry, materials, parameter_sets, protocol
from interlayer.metrics.listing import ALL_METRICS
from interlayer.physics.registry import ALL_MECHANISMS
from interlayer.readers import all_readers
from tests.cli.run import assert_refused, run

KNOWN = {
    "cells": ("name", set(cells.names())),
    "protocols": ("name", set(protocol.names())),
    "materials": ("material", set(materials.names())),
    "mechanisms": ("law", {kind.law for kind in ALL_MECHANISMS}),
    "reactions": ("reactant", {c.reactant for c in chemistry.reactions()}),
    "readers": ("name", {reader.name for reader in all_readers()}),
    "metrics": ("name", {kind.name for kind in ALL_METRICS}),
    "parameters": ("set", set(parameter_sets.names())),
}


@pytest.mark.parametrize("kind", KNOWN)
def test_every_declared_thing_is_listed(kind):
    key, names = KNOWN[kind]
    items = run("list", kind, "--json").items()
    assert {item[key] for item in items} == names
    rows = list(csv.DictReader(io.StringIO(run("list", kind, "--csv").out)))
    assert len(rows) == len(items)
    assert list(rows[0]) == list(items[0])


@pytest.mark.parametrize("kind", KNOWN)
def test_people_see_every_name(kind):
    ran = run("list", kind)
    assert ran.code == 0
    for name in KNOWN[kind][1]:
        assert name in ran.out


def test_mechanisms_carry_unit_default_bounds_and_source():
    items = run("list", "mechanisms", "charge_transfer", "--json").items()
    by_name = {item["parameter"]: item for item in items}
    declared = next(kind for kind in ALL_MECHANISMS if kind.family == "charge_transfer").specs()
    assert set(by_name) == set(declared)
    for name, spec in declared.items():
        item = by_name[name]
        assert (item["unit"], item["default"], item["source"]) == (spec.unit, spec.default, spec.source)
        assert item["low"] == spec.lower


def test_materials_are_printed_in_their_own_unit():
    items = run("list", "materials", "latp", "--json").items()
    (found,) = [item for item in items if item["quantity"] == "ionic_conductivity"]
    assert (found["value"], found["unit"], found["source"]) == (4.9e-4, "S/cm", "ding2024")


def test_reactions_carry_energy_volume_flags_and_caveats():
    (copper,) = run("list", "reactions", "CuF2", "--json").items()
    assert copper["potential_V"] == pytest.approx(3.55, abs=0.02)
    assert copper["capacity_mAh_cm2_per_um"] == pytest.approx(0.223, abs=0.001)
    assert copper["flags"] == ["takes lithium before LATP", "metal percolates"]
    assert "no network" in copper["note"]
    plain, ternary = run("list", "reactions", "Al2O3", "--json").items()
    assert ternary["potential_V"] > 4 * plain["potential_V"]
    assert ternary["reaction"] == "2 Al2O3 + 3 Li -> 3 LiAlO2 + Al"


def test_a_list_goes_to_a_file(tmp_path):
    assert run("list", "cells", "-o", tmp_path / "c.csv").code == 0
    assert (tmp_path / "c.csv").read_text("utf-8") == run("list", "cells", "--csv").out


def test_unknown_lists_and_names():
    assert_refused(run("list", "metics"), "'metrics'")
    assert_refused(run("list", "cells", "nope"), "nope")
