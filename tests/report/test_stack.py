"""The stack to scale: lengths, shares and counts of the drawing are those of the state."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.cell import Cell
from interlayer.errors import InputError
from interlayer.report.matplotlib_backend import drawing_bytes
from interlayer.report.stack import (
    CrackField,
    Filament,
    StackLayer,
    StackState,
    VoidField,
    interface_height_m,
    interphase_height_m,
    length_text,
    nice_length,
    scale_bar_m,
    state_notes,
)
from interlayer.report.stack_drawing import draw_stacks, void_places
from interlayer.report.stack_record import NOMINAL_CATHODE_M, cathode_layer, stack_states
from tests.report.synthetic import bare, coated

UM = 1e-6
LI, LATP = StackLayer("lithium", "lithium", 200 * UM), StackLayer("electrolyte", "LATP", 680 * UM)


def coat(converted=0.0, film=51e-9):
    return (
        LI,
        StackLayer("interlayer", "CuF2 layer", 15 * UM, 0.07, converted),
        StackLayer("interphase", "reduced LATP", film),
    )


STATE = StackState(
    "400 h", (*coat(0.34), LATP, StackLayer("interphase", "reduced LATP", 37 * UM), LI),
    (CrackField(1, 5 * UM, 0.0), CrackField(2, 40 * UM, 0.65)), (VoidField(1, 0.02), VoidField(2, 0.91)),
    (Filament(1, 0.0), Filament(2, 120 * UM)),
)  # fmt: skip


def test_sides_are_counted_from_the_outside():
    assert [layer.kind for layer in STATE.side(1)] == ["lithium", "interlayer", "interphase"]
    assert [layer.kind for layer in STATE.side(2)] == ["lithium", "interphase"]
    assert STATE.thickness_m(2, "interphase") == 37 * UM
    assert STATE.total_m == pytest.approx((200 * 2 + 15 + 680 + 37) * UM + 51e-9)
    assert not STATE.is_shorted
    assert StackState(
        "x", (LI, LATP, LI), filaments=(Filament(1, 400 * UM), Filament(2, 300 * UM))
    ).is_shorted


def test_notes_say_the_state():
    assert state_notes(STATE) == [
        "interphase 51 nm | 37 µm", "contact 98 % | 9 %", "crack damage 0 % | 65 %", "converted 34 % | –",
        "filament 0 | 120 µm",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (0, "0"),
        (51e-9, "51 nm"),
        (1.4e-9, "1.4 nm"),
        (37e-6, "37 µm"),
        (0.68e-3, "0.68 mm"),
        (999.9e-9, "1 µm"),
    ],
)
def test_lengths_in_words(metres, text):
    assert length_text(metres) == text


def test_zooms_are_large_enough():
    zoom = interface_height_m([STATE])
    assert zoom >= 1.25 * 40 * UM
    thin = StackState("x", (*coat(), LATP, *reversed(coat())))
    assert interphase_height_m([thin], interface_height_m([thin])) >= 2 * 51e-9
    assert interphase_height_m([STATE], zoom) is None  # seen well enough in the first zoom
    for length in (1e-9, 3.3e-6, 7.6e-6, 9.9e-4):
        assert length <= nice_length(length) <= 2 * length
        assert length / 5 <= scale_bar_m(length) <= length / 2


@pytest.mark.parametrize("uncovered", [0.0, 0.02, 0.5, 0.91, 1.0])
def test_voids_take_exactly_the_uncovered_share_and_do_not_overlap(uncovered):
    starts, widths = void_places(uncovered, 1)
    assert widths.sum() == pytest.approx(uncovered)
    assert starts.min() >= 0 and (starts + widths).max() <= 1 + 1e-12
    assert np.all(starts[1:] >= (starts + widths)[:-1] - 1e-12)


def test_a_void_stays_where_it_is_while_it_grows():
    centres = [starts + widths / 2 for starts, widths in (void_places(0.2, 2), void_places(0.6, 2))]
    assert np.abs(centres[1] - centres[0]).max() < 0.1


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: StackLayer("metal", "x", 1e-6), "lithium"),
        (lambda: StackLayer("lithium", "x", -1e-6), "0 or more"),
        (lambda: StackLayer("lithium", "x", float("nan")), "0 or more"),
        (lambda: StackState("x", (LI, LI)), "electrolyte"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, said):
    with pytest.raises(InputError, match=said):
        make()


@pytest.fixture(scope="module")
def svg():
    cells = [("bare", [StackState("0 h", (LI, LATP, LI)), STATE]), ("coated <b>", [STATE])]
    return drawing_bytes(draw_stacks(cells), "svg").decode()


def test_the_drawing_names_everything(svg):
    for text in (
        "400 h",
        "bare",
        "coated &lt;b&gt;",
        "CuF2 layer",
        "reduced LATP",
        "crack",
        "lithium filament",
        "void, pore",
    ):
        assert text in svg
    assert "shorted" not in svg


def test_the_same_states_give_the_same_drawing(svg):
    cells = [("bare", [StackState("0 h", (LI, LATP, LI)), STATE]), ("coated <b>", [STATE])]
    assert drawing_bytes(draw_stacks(cells), "svg").decode() == svg


def test_strips_and_zooms_are_to_scale():
    """Heights of the drawn bands in mm against the thicknesses: one factor for each strip."""
    axes = draw_stacks([("x", [STATE])]).axes[0]
    strip = [
        p for p in axes.patches if getattr(p, "get_width", lambda: 0)() == 6.0 and p.get_linewidth() == 0
    ]
    heights = np.array([patch.get_height() for patch in strip])
    thicknesses = np.array([layer.thickness_m for layer in STATE.layers])
    assert heights == pytest.approx(thicknesses * (50.0 / STATE.total_m))


def test_states_come_from_the_record():
    made = stack_states(
        bare(),
        [0.0, 400 * 3600.0],
        electrolyte_m=680 * UM,
        lithium_m=(200 * UM, 200 * UM),
        electrolyte_name="LATP",
    )
    assert [state.age_label for state in made] == ["0 h", "400 h"]
    last = made[1]
    assert last.thickness_m(1, "interphase") == pytest.approx(3.7 * UM * np.sqrt(400.01))
    # What is reduced is no longer pristine: the pellet keeps its thickness.
    assert last.solid_m == pytest.approx(680 * UM)
    assert last.uncovered(1) == pytest.approx(0.94) and last.damage(2) == pytest.approx(0.6)
    assert last.filament_m(1) == pytest.approx(100 * UM)
    layer = stack_states(
        coated(400.0), [1e9], electrolyte_m=680 * UM, lithium_m=(0, 0), interlayer_m=(15 * UM, 0.0)
    )[0]
    assert layer.side(1)[1].converted == pytest.approx(0.35 * (1 - np.exp(-4)), rel=1e-3)
    assert layer.thickness_m(2, "interlayer") == 0


LFP = StackLayer("cathode", "LFP", 60 * UM)


def test_a_full_cell_has_a_cathode_on_side_1(tmp_path):
    full = StackState("0 h", (LFP, LATP, *reversed(coat())))
    assert full.electrode(1) is LFP
    assert full.electrode_m(1) == 60 * UM
    assert full.electrode_m(2) == 200 * UM
    assert drawing_bytes(draw_stacks([("full cell", [full])]), "png").startswith(b"\x89PNG")


def test_a_collector_without_lithium_is_drawn():
    bare_collector = StackLayer("lithium", "Cu", 0.0)
    state = StackState("0 h", (LFP, LATP, bare_collector))
    assert state.electrode_m(2) == 0.0
    assert b"collector without lithium" in drawing_bytes(draw_stacks([("anode-free", [state])]), "svg")


def test_the_cathode_of_a_record_is_drawn_as_its_cell_says():
    text = 'label = "a"\narea = "1 cm2"\n[cathode]\nmaterial = "LFP"\n'
    known = cathode_layer(Cell.from_text(text + 'thickness = "60 um"\n').record_dict())
    assert known is not None
    assert (known.kind, known.name, known.thickness_m) == ("cathode", "LFP", pytest.approx(60 * UM))
    unknown = cathode_layer(Cell.from_text(text).record_dict())
    assert unknown == StackLayer("cathode", "LFP, thickness assumed", NOMINAL_CATHODE_M)
    assert cathode_layer(None) is None
    assert cathode_layer(Cell.from_text('label = "a"\n').record_dict()) is None
    states = stack_states(coated(), [0.0], electrolyte_m=1e-3, lithium_m=(0.0, 2e-5), cathode=unknown)
    assert states[0].layers[0].kind == "cathode"
    assert states[0].layers[-1].kind == "lithium"
