"""Plans: what is refused and how, and that designs are what their names say (closed forms, scipy's own sequence)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, norm, qmc

from interlayer.errors import InputError
from interlayer.sweep import Plan
from interlayer.sweep.check import check
from interlayer.sweep.chunk import chunks_of
from tests.sweep.plans import SMALL, altered, small


def test_a_grid_is_every_combination_the_last_fastest():
    plan = small()
    assert len(plan.points) == 10
    assert plan.points[0] == ("10.0 um", "0.1 mA/cm2")
    assert plan.points[1] == ("10.0 um", "0.2 mA/cm2")
    assert plan.points[2] == ("15.5 um", "0.1 mA/cm2")
    assert list(plan.columns)[:3] == [
        "point",
        "cell.coating.thickness / um",
        "protocol.current_density / mA/cm2",
    ]


def test_a_logarithmic_grid_has_equal_ratios():
    plan = Plan.from_text(altered("steps = 5", 'steps = 5\nscale = "log"'))
    values = [float(p[0].split()[0]) for p in plan.points[::2]]
    np.testing.assert_allclose(np.diff(np.log(values)), np.log(3.2) / 4, rtol=1e-12)


def test_a_list_goes_row_by_row():
    plan = Plan.from_text(altered("rtol", 'design = "list"\nrtol').replace("steps = 5", "steps = 2"))
    assert plan.points == (("10.0 um", "0.1 mA/cm2"), ("32.0 um", "0.2 mA/cm2"))


def draws(distribution: str, count: int, design: str = "random", seed: int = 1) -> np.ndarray:
    text = SMALL.replace("rtol", f'design = "{design}"\npoints = {count}\nseed = {seed}\nrtol')
    text = text.replace('from = "10 um"\nto = "32 um"\nsteps = 5', distribution)
    return np.asarray([float(str(p[0]).split()[0]) for p in Plan.from_text(text).points])


def test_random_draws_follow_their_distributions():
    even = draws('from = "10 um"\nto = "32 um"', 400)
    assert kstest((even - 10) / 22, "uniform").pvalue > 0.01
    log = draws('from = "1 um"\nto = "100 um"\ndistribution = "log-uniform"', 400)
    assert kstest(np.log10(log) / 2, "uniform").pvalue > 0.01
    normal = draws('mean = "15 um"\nsigma = "1000 nm"', 400)
    assert kstest(normal, norm(15, 1).cdf).pvalue > 0.01


def test_the_first_draws_of_many_are_the_few():
    few, many = (draws('from = "10 um"\nto = "32 um"', n) for n in (10, 50))
    np.testing.assert_array_equal(few, many[:10])
    assert not np.array_equal(few, draws('from = "10 um"\nto = "32 um"', 10, seed=2))


def test_sobol_is_the_sequence_of_scipy():
    expected = qmc.Sobol(2, scramble=True, rng=np.random.default_rng(1)).random_base2(5)[:24, 0]
    found = draws('from = "10 um"\nto = "32 um"', 24, "sobol")
    np.testing.assert_allclose((found - 10) / 22, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("interlayer-sweep/1", "interlayer-sweep/9", ("not a plan", "write format")),
        ("width", "widht", ("unknown key of a plan 'widht'", "'width'")),
        ("cuf2-20ul", "cuf2-21ul", ("unknown cell", "cuf2-20ul")),
        ("width = 4", "width = 0", ("width = 0", "1 to 4096")),
        ("rtol = 3e-3", "rtol = 3", ("rtol", "0 to 1")),
        ("rtol = 3e-3", "rtol = 3e-3\njump = 0.5", ("jump", "0 to 0.1")),
        ("rtol", 'design = "lattice"\nrtol', ("unknown design", "grid")),
        ("rtol", "points = 5\nrtol", ("points = 5", "grid")),
        ("rtol", 'design = "sobol"\nrtol', ("number of points is missing",)),
        ("rtol", 'design = "sobol"\npoints = 0\nrtol', ("nothing to do",)),
        ("rtol", 'design = "random"\npoints = 2000000\nrtol', ("2000000 points", "1000000")),
        ("rtol", 'design = "list"\nrtol', ("row by row", "has 5", "has 2")),
        ("time_to_short", "time_to_shrt", ("unknown metric", "time_to_short")),
        (":first", ":frist", ("unknown pick", "first")),
        ("[[vary]]", "[[varied]]", ("unknown key", "vary")),
        ('to = "32 um"', 'to = "8 um"', ("goes nowhere",)),
        ('to = "32 um"', 'to = "32 mA"', ("32 mA", "length")),
        ('to = "32 um"', 'to = "32 furlongs"', ("furlongs",)),
        ("steps = 5", "steps = 1", ("steps = 1", "2 to")),
        ("steps = 5", "", ("needs values",)),
        ("steps = 5", 'steps = 5\nscale = "lgo"', ("unknown scale", "log")),
        ('from = "10 um"', 'from = "0 um"\nscale = "log"', ("no logarithm",)),
        ('from = "10 um"\nto = "32 um"\nsteps = 5', "values = []", ("is empty",)),
        (
            'field = "cell.coating.thickness"',
            'field = "coating.thickness"',
            ("no field of cell or protocol",),
        ),
        ('test = "cycling"\n', "", ("names no test", "cycling")),
        ("rtol", 'stop_on = ["shrt"]\nrtol', ("unknown event", "short")),
        ("rtol", 'parameters = "ding2024-c"\nrtol', ("unknown parameter set", "ding2024-b")),
    ],
)
def test_a_faulty_plan_is_refused_with_what_to_write(old, new, words):
    with pytest.raises(InputError) as caught:
        Plan.from_text(altered(old, new))
    for word in words:
        assert word in str(caught.value)


def test_a_plan_without_anything_varied_is_refused():
    with pytest.raises(InputError, match="nothing is varied"):
        Plan.from_text(SMALL[: SMALL.index("[[vary]]")])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cell.coating.thickness", "cell.coating.thikness", ("thikness", "thickness")),
        ("cell.coating.thickness", "cell.electrolyte.conductivity", ("conductivity", "um")),
        (
            "cell.coating.thickness",
            "cell.model.charge_transfer.exchange_curent_density",
            ("exchange_current",),
        ),
        ("protocol.current_density", "protocol.current_densty", ("current_density",)),
        ("protocol.current_density", "protocol.half_cycle", ("0.1 mA/cm2",)),
        ('test = "cycling"', 'test = "cylcing"', ("unknown test", "cycling")),
    ],
)
def test_faults_that_every_point_shares_are_said_before_anything_is_computed(old, new, words):
    with pytest.raises(InputError) as caught:
        check(Plan.from_text(altered(old, new)))
    for word in words:
        assert word in str(caught.value)


def test_one_value_that_cannot_be_is_no_fault_of_the_plan():
    check(Plan.from_text(altered('"0.2 mA/cm2"]', '"-0.2 mA/cm2"]')))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("current.at", "0.4 mA/cm2", "Plate at 0.4 mA/cm2 for 1 hour"),
        ("Strip.for", "2 hour", "Strip at 0.1 mA/cm2 for 2 hours"),
        ("steps.2.1.for", "3 hour", "Plate at 0.1 mA/cm2 for 3 hours"),
        ("steps.2.repeat", 7, "repeat = 7"),
        ("EIS.to", "1 Hz", "EIS from 1 MHz to 1 Hz"),
    ],
)
def test_words_of_sentences_are_fields(field, value, sentence):
    from interlayer import protocol
    from interlayer.sweep.protocol_fields import build_protocol

    made = build_protocol(protocol.load("cycling-0.1").as_dict(), {field: value})
    assert sentence in made.to_toml()


@pytest.mark.parametrize(
    "field", ["current.until", "steps.9.at", "steps.at", "Hold.at", "nonsense", "steps.2.at"]
)
def test_fields_that_a_protocol_lacks_are_named(field):
    from interlayer import protocol
    from interlayer.sweep.protocol_fields import build_protocol

    with pytest.raises(InputError, match="protocol"):
        build_protocol(protocol.load("cycling-0.1").as_dict(), {field: "1 V"})


def test_a_chunk_is_named_by_all_that_its_numbers_depend_on():
    names = [t["name"] for t in chunks_of(small())]
    assert len(names) == len(set(names)) == 3
    assert names == [t["name"] for t in chunks_of(small())]
    for old, new in (
        ("rtol = 3e-3", "rtol = 1e-3"),
        ("width = 4", "width = 5"),
        ("cycles = 1", "cycles = 2"),
        ("cuf2-20ul", "cuf2-10ul"),
        ("end_overpotential", "start_overpotential"),
        ("rtol", 'parameters = "ding2024-a"\nrtol'),
    ):
        assert not set(names) & {t["name"] for t in chunks_of(Plan.from_text(altered(old, new)))}, new
    moved = {t["name"] for t in chunks_of(Plan.from_text(altered('"10 um"', '"11 um"')))}
    assert set(names) & moved == {names[2]}, "the chunk of 32 um is the same, and need not be computed again"
    more = {t["name"] for t in chunks_of(Plan.from_text(altered("small", "another label")))}
    assert set(names) == more, "a label changes no number"


def test_points_with_other_laws_go_into_other_chunks():
    text = altered('field = "protocol.current_density"', 'field = "cell.parameters"')
    plan = Plan.from_text(text.replace('["0.1 mA/cm2", "0.2 mA/cm2"]', '["ding2024-a", "ding2024-b"]'))
    for task in chunks_of(plan):
        assert len({p["values"][1] for p in task["points"]}) == 1
