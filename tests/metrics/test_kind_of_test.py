"""What kind of test a record is of: by a person's word, by the electrodes, by the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlayer import read
from interlayer.cell import Cell
from interlayer.errors import DescriptionError, InputError
from interlayer.metrics import evaluate
from interlayer.metrics.kind_of_test import KINDS, kind_of_record
from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from interlayer.record.kinds import named_kind
from tests.circuits.spectra import WINDOW, cell
from tests.metrics.records import alternating, cycled, with_spectra
from tests.metrics.test_short import shorted

DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
RAMP = np.arange(1, 7) * 1e-4


def kind(record, **keys):
    return kind_of_record(record, **keys).name


def half_cell(low=0.01, high=1.2, cycles=3):
    """Graphite against lithium: discharge to 10 mV puts lithium in, charge to 1.2 V takes it out."""

    def law(_k, share, i):
        inside = share if i < 0 else 1.0 - share
        return low + (high - low) * (1.0 - inside) ** 3 + 200.0 * i + (0.02 if i > 0 else 0.0)

    return cycled(-alternating([1e-4] * cycles), None, law=law, samples=60)


def lithium_copper(efficiency=0.97, cycles=5, cutoff=1.0, q=3600.0, rise=0.98):
    """Plate for 1 h at -30 mV, strip at 30 mV until all is gone and the voltage runs to the cut-off."""
    currents = -alternating([1e-4] * cycles)
    durations = np.where(currents < 0, q, q * efficiency)

    def law(_k, share, i):
        rises = (cutoff - 0.03) * np.clip((share - rise) / (1.0 - rise), 0, 1)
        return 300.0 * i + rises * (i > 0)

    return cycled(currents, None, law=law, duration=durations, samples=200)


def held(voltages, *, hours=4.0, tau=1000.0, ohm=1e8, ionic=1e5, rest=True, **keys):
    """Held voltages whose current falls from V/ionic to V/ohm."""
    time, volt, amp, step = [], [], [], []
    now = 0.0
    for k, v in enumerate(voltages):
        t = np.linspace(0.0, hours * 3600, 400)
        time.append(now + t)
        volt.append(np.full(t.size, v))
        amp.append(v / ohm + (v / ionic - v / ohm) * np.exp(-t / tau))
        step.append(np.full(t.size, k))
        now += t[-1] + 1.0
    data = dict(
        zip((s.TIME, s.VOLTAGE, s.CURRENT, s.STEP), map(np.concatenate, (time, volt, amp, step)), strict=True)
    )
    return Record(pl.DataFrame(data), Provenance("measured"), label="held", area_m2=0.785e-4, **keys)


def described(text):
    return Cell.from_text(
        f'format = "interlayer-cell/1"\nlabel = "c"\narea = "0.785 cm2"\n{text}'
    ).record_dict()


PELLET = '[electrolyte]\nmaterial = "LATP"\nthickness = "0.7 mm"\n'


def open_circuit():
    data = {s.TIME: np.arange(50.0), s.VOLTAGE: np.full(50, 2.1), s.CURRENT: np.zeros(50)}
    return Record(pl.DataFrame(data), Provenance("measured"))


def spectra_alone():
    record = Record(pl.DataFrame({s.TIME: pl.Series([], dtype=pl.Float64)}), Provenance("measured"))
    return with_spectra(record, [(0.0, WINDOW, cell())])


CASES = {
    "symmetric cycling": [
        cycled(alternating([1e-4], 5), 500.0),
        cycled(alternating([5e-5, 1e-4], 5), 500.0),
        cycled(alternating([1e-4], 5), 500.0, rest=600.0, noise_V=2e-3, noise_A=1e-3),
        cycled(alternating([1e-4], 5), 500.0, cell={"symmetric": True}),
        # a formation at two or three low currents is no ramp
        cycled(np.concatenate([alternating([2e-5, 5e-5], 2), alternating([1e-4], 30)]), 500.0),
        cycled(np.concatenate([alternating([1e-5, 2e-5, 5e-5], 3), alternating([1e-4], 30)]), 500.0),
        # shorted from the first half-cycle on: an offset of 2 mV and noise
        cycled(alternating([1e-4], 8), None, law=lambda _k, x, i: 2e-3 + 3.0 * i + 1e-4 * np.sin(99 * x)),
        # fails in the middle: 3 % of the voltage is left
        cycled(alternating([1e-4], 10), shorted(8, 0.4, 0.03)),
    ],
    "critical current ramp": [
        cycled(alternating(RAMP), 500.0),
        cycled(alternating(RAMP, 3), 500.0),
        cycled(RAMP, 500.0),
        # fails at the fifth level; afterwards a low current looks whether it is really shorted
        cycled(np.concatenate([alternating(RAMP), alternating([1e-4], 3)]), shorted(8, 0.4, 0.02)),
    ],
    "rate test": [
        cycled(alternating([0.5e-4, 1e-4, 2e-4, 3e-4, 0.5e-4], 3), 500.0),
        cycled(alternating([3e-4, 1e-4, 2e-4], 4), 500.0),
        # ended, as by a failure, before it returned
        cycled(alternating([0.5e-4, 1e-4, 2e-4], 5), 500.0),
    ],
    "unidirectional plating": [cycled([1e-4], 500.0), cycled([-1e-4], 500.0, duration=360000.0, samples=500)],
    "lithium-copper": [lithium_copper(), lithium_copper(cycles=1), lithium_copper(efficiency=0.5)],
    "half cell": [half_cell(), half_cell(0.06, 0.9)],
    "full cell": [
        cycled(alternating([1e-4] * 3), None, law=lambda _k, x, i: 3.4 + 0.2 * np.sign(i) * x + 500 * i),
    ],
    "dc polarisation": [held([0.1]), held([0.1, 0.2, 0.3]), held([-0.1, 0.1])],
    "impedance": [spectra_alone()],
    "open circuit": [open_circuit()],
}


@pytest.mark.parametrize(
    ("name", "record"),
    [(n, r) for n, many in CASES.items() for r in many],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_every_kind_is_recognised_from_data_and_says_how(name, record):
    found = kind_of_record(record)
    assert found.name == name, found.evidence
    assert not found.stated
    assert all(found.evidence)


def test_every_kind_has_a_case():
    assert set(CASES) == set(KINDS) - {"unknown"}


@pytest.mark.parametrize("name", KINDS)
def test_a_person_wins(name):
    record = cycled(alternating([1e-4], 5), 500.0)
    stated = kind_of_record(record, name.replace(" ", "_").upper())
    assert (stated.name, stated.stated) == (name, True)
    in_cell = kind_of_record(record.with_(cell={"kind": name, "symmetric": True}))
    assert (in_cell.name, in_cell.stated) == (name, True)


def test_metrics_heed_a_persons_word():
    """A short piece of a full cell below 1 V is one if somebody says so; a half cell's numbers follow the word too."""
    low = cycled(alternating([1e-4] * 2), None, law=lambda _k, x, i: 0.6 + 0.1 * np.sign(i) * x + 100.0 * i)
    capacities = evaluate(low.with_(cell={"kind": "full cell"}), ["discharge_capacity"])
    assert [m.value for m in capacities] == pytest.approx([0.1] * 2)
    refused = evaluate(half_cell().with_(cell={"kind": "symmetric cycling"}), ["discharge_capacity"])
    assert [m.value for m in refused] == [None]
    assert refused[0].evidence == ("stated: symmetric cycling",)
    stated = evaluate(half_cell().with_(cell={"kind": "half cell"}), ["coulombic_efficiency"])
    assert [m.value for m in stated] == pytest.approx([100.0] * 3)


def test_short_words_of_people():
    words = {
        "CCD": "critical current ramp",
        "EIS": "impedance",
        "Li | Cu": "lithium-copper",
        "li-cu": "lithium-copper",
    }
    assert {w: named_kind(w) for w in words} == words
    with pytest.raises(InputError, match="rate test"):
        named_kind("rat test")
    with pytest.raises(DescriptionError, match="kind of test"):
        described('kind = "something"')


def test_an_unknown_word_in_a_table_is_said_and_the_data_decide():
    found = kind_of_record(cycled(alternating([1e-4], 5), 500.0, cell={"kind": "cyclng tset"}))
    assert found.name == "symmetric cycling"
    assert "cyclng tset" in found.evidence[-1]


def test_the_description_wins_over_the_data():
    looks_symmetric = cycled(alternating([1e-4], 5), 500.0)
    assert kind(looks_symmetric.with_(cell=described('electrodes = ["Cu", "Li"]'))) == "lithium-copper"
    assert (
        kind(looks_symmetric.with_(cell=described('electrodes = ["Ag", "Ag"]\n' + PELLET)))
        == "dc polarisation"
    )
    assert kind(looks_symmetric.with_(cell=described('electrodes = ["graphite", "Li"]'))) == "half cell"
    assert kind(lithium_copper().with_(cell=described(PELLET))) == "symmetric cycling"
    one_way = cycled([-1e-4], 500.0)
    assert kind(one_way.with_(cell=described('electrodes = ["Cu", "Li"]'))) == "unidirectional plating"
    hebb = held([0.5, 1.0]).with_(cell=described('electrodes = ["Au", "Li"]\n' + PELLET))
    assert kind(hebb) == "dc polarisation"
    assert "Hebb-Wagner" in kind_of_record(hebb).evidence[0]


def test_a_symmetric_cell_that_ends_at_a_voltage_limit_is_not_lithium_copper():
    """Run-away in the last half-cycle: 5 V limit, or 1 V limit in one of many."""
    for limit in (5.0, 1.0):

        def law(k, share, i, limit=limit):
            return 300.0 * i + (k == 9) * np.sign(i) * limit * np.clip((share - 0.9) / 0.1, 0, 1)

        assert kind(cycled(alternating([1e-4], 5), None, law=law, samples=100)) == "symmetric cycling"


def test_one_sided_depletion_that_a_time_ends_is_not_lithium_copper():
    """Every stripping runs up to 0.5 V at its end, but passes exactly what was plated before."""
    assert kind(lithium_copper(efficiency=1.0, cycles=20, cutoff=0.5)) == "symmetric cycling"
    assert kind(lithium_copper(efficiency=0.999, cycles=20, cutoff=0.5)) == "lithium-copper"


def test_a_reservoir_that_is_cycled_and_stripped_is_lithium_copper():
    currents = np.array([-1e-4, *([1e-4, -1e-4] * 4), 1e-4])
    durations = np.array([5, *([1, 1] * 4), 4.8]) * 3600.0

    def law(k, share, i):
        return 300.0 * i + (k == 9) * np.clip((share - 0.99) / 0.01, 0, 1)

    assert kind(cycled(currents, None, law=law, duration=durations, samples=400)) == "lithium-copper"


@given(
    low=st.floats(0.005, 0.3),
    swing=st.floats(0.3, 1.5),
    ohm=st.floats(0.0, 100.0),
    cycles=st.integers(1, 4),
)
@settings(max_examples=40, deadline=None)
def test_no_half_cell_of_a_negative_electrode_is_taken_for_symmetric(low, swing, ohm, cycles):
    def law(_k, share, i):
        inside = share if i < 0 else 1.0 - share
        return low + 0.03 + swing * (1.0 - inside) ** 2 + ohm * i

    record = cycled(-alternating([1e-4] * cycles), None, law=law, samples=40)
    assert kind(record) in ("half cell", "full cell")


@given(
    ohm=st.floats(5.0, 5000.0),
    offset=st.floats(-0.015, 0.015),
    cycles=st.integers(2, 6),
    peak=st.floats(-0.3, 0.5),
)
@settings(max_examples=40, deadline=None)
def test_no_symmetric_cell_is_taken_for_one_that_stores(ohm, offset, cycles, peak):
    def law(_k, share, i):
        return i * ohm * (1.0 + peak * np.exp(-share / 0.1)) + offset

    assert kind(cycled(alternating([1e-4], cycles), None, law=law, samples=40)) not in (
        "half cell",
        "full cell",
    )


def test_a_sweep_is_none_of_them():
    x = np.linspace(0, 40 * np.pi, 4000)
    data = {s.TIME: x * 10, s.VOLTAGE: 0.5 * np.sin(x), s.CURRENT: 1e-4 * np.sin(x) ** 3}
    assert kind(Record(pl.DataFrame(data), Provenance("measured"))) == "unknown"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("c_cycling/datalab/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr", "full cell"),
        ("c_cycling/navani/test.ndax", "full cell"),
        (
            "b_symmetric_plating/datalab-insitu_LiLi_TEGDME/"
            "jr862_11_08_23_insitu-impedance-LiLi_1MLiTFSI_TEGDME-1mA_01_GCPL_C05.mpr",
            "unidirectional plating",
        ),
        ("c_cycling/bdf/filetype14-0.ndax", "open circuit"),
        ("a_eis/hybrid-drt_LPSCl_SSB/PEIS_LPSCl_IonBlocking_-25C.mpr", "impedance"),
        ("a_eis/gamry-parser/chronoa_data.dta", "dc polarisation"),
        ("a_eis/gamry-parser/cv_data.dta", "unknown"),
    ],
)
def test_real_files(file, name):
    if not (DATA / file).exists():
        pytest.skip("shared data absent")
    assert kind(read(DATA / file)) == name


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('electrodes = ["Ag"]', "not two names"),
        ('electrodes = ["Ag", ""]', "not two names"),
        ('electrodes = ["Ag", "Ag"]\n[cathode]\nmaterial = "LFP"', "electrode 2 is lithium"),
        ('kind = "somthing"', "not a kind of test"),
    ],
)
def test_electrodes_and_kind_of_a_cell_file_are_checked(text, what):
    with pytest.raises(DescriptionError, match=what):
        described(text)


def test_cells_without_lithium_have_no_lithium_layer_and_are_not_simulated():
    cell = Cell.from_text('label = "c"\narea = "0.785 cm2"\nelectrodes = ["Ag", "Li"]\n' + PELLET)
    assert [layer.kind for layer in cell.layers] == ["electrolyte", "lithium"]
    assert cell.symmetric is False
    assert Cell.from_text(cell.to_toml()) == cell
    with pytest.raises(DescriptionError, match="Ag and Li are not simulated"):
        cell.require_for_simulation()
    lithium = Cell.from_text('label = "c"\narea = "0.785 cm2"\nelectrodes = ["Li", "lithium"]\n' + PELLET)
    assert lithium.symmetric is True
    lithium.require_for_simulation()
