"""Alloying metals: figures of data sheets and closed forms, provenance of every number."""

from __future__ import annotations

import pytest

from interlayer import materials, units
from interlayer.chemistry import (
    alloy,
    alloy_elements,
    conversion,
    conversions,
    full_lithiation,
    reaction,
    species,
)
from interlayer.errors import DescriptionError
from interlayer.materials.properties import PROPERTIES

ALLOYS = [alloy(name) for name in alloy_elements() if alloy(name).takes_lithium]
QUANTITIES = [
    (a.element, q) for a in ALLOYS for q in (*a.plateaus, a.lithiated_molar_volume) if q is not None
]


def test_the_metals_that_interlayers_use_are_there():
    assert {"Ag", "Sn", "In", "Zn", "Al", "Si", "Ge", "Mg", "Sb", "Bi", "Cd"} == {a.element for a in ALLOYS}


@pytest.mark.parametrize(("owner", "q"), QUANTITIES, ids=lambda x: str(x)[:30])
def test_every_number_has_unit_bounds_source_and_error(owner, q):
    known = PROPERTIES[q.name]
    assert units.dimension(q.unit) == units.dimension(known.unit)
    assert known.low <= q.to(known.unit) <= known.high
    assert q.source in materials.references()
    assert q.uncertainty > 0
    assert q.status in ("measured", "derived", "memory")


@pytest.mark.parametrize("a", ALLOYS, ids=lambda a: a.element)
def test_plateaus_fall_on_lithiation(a):
    values = [p.value for p in a.plateaus]
    assert values == sorted(values, reverse=True)
    assert all(v > 0 for v in values)


@pytest.mark.parametrize(
    ("element", "capacity", "change", "within"),
    [
        # Capacities known in the field; volume changes as the physics notes print them.
        ("Sn", 993, 2.58, 0.02),
        ("Al", 993, 0.95, 0.02),
        ("In", 233, 0.51, 0.02),
        ("Zn", 410, 0.98, 0.02),
        ("Ag", 559, 2.20, 0.03),
        ("Si", 3579, 2.81, 0.02),
        ("Ge", 1384, 2.46, 0.02),
        ("Sb", 660, 42.7 / 18.2 - 1, 0.02),
        ("Bi", 385, 45.7 / 21.3 - 1, 0.02),
    ],
)
def test_capacity_and_volume(element, capacity, change, within):
    a = alloy(element)
    assert a.capacity_mAh_g == pytest.approx(capacity, abs=1)
    assert a.volume_change == pytest.approx(change, abs=within)


def test_aluminium_plateau_is_its_line_at_room_temperature():
    assert alloy("Al").plateaus[0].value == pytest.approx(0.451 - 0.220e-3 * 298.15, abs=1e-3)


def test_no_alloy_and_no_end_are_said():
    copper = alloy("Cu")
    assert not copper.takes_lithium
    assert copper.volume_change is None
    assert "memory" in copper.note
    magnesium = alloy("Mg")
    assert magnesium.takes_lithium
    assert magnesium.capacity_mAh_g is None
    with pytest.raises(DescriptionError, match="unknown alloying element 'Sr'"):
        alloy("Sr")


def test_oxide_to_alloy():
    # SnO2 + 4 Li -> Sn + 2 Li2O, then 4.4 Li for each tin: 8.4 Li, 1494 mAh/g.
    both = full_lithiation(conversion("SnO2"))
    assert both.lithium_number == pytest.approx(8.4)
    volume = 58.3e-6 + 2 * species("Li2O").molar_volume
    assert both.film_volume_change == pytest.approx(volume / species("SnO2").molar_volume - 1, rel=1e-9)
    assert full_lithiation(conversion("CuF2")).film_volume_change == conversion("CuF2").film_volume_change
    assert full_lithiation(conversion("MgF2")).film_volume_change is None
    assert full_lithiation(conversion("MgF2")).lithium_number is None
    aluminate = full_lithiation(reaction("2 Al2O3 + 3 Li -> 3 LiAlO2 + Al"))
    assert aluminate.lithium_number == pytest.approx(1.5 + 0.5)


def test_every_metal_made_is_stored_or_refused_by_name():
    for c in conversions():
        made = [name for name in c.products if species(name).is_element]
        if set(made) <= set(alloy_elements()):
            assert full_lithiation(c).reaction is c
        else:
            with pytest.raises(DescriptionError, match="unknown alloying element"):
                full_lithiation(c)
