"""Contact angles of rendered drops: right, and the same however the picture was taken."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.drops import render
from benchmarks.wetting import outcomes

from interlayer.errors import InputError
from interlayer.surface.wetting import measure


def drop(angle=70.0, seed=5, **options):
    plain = {
        "tilt_deg": 0.0,
        "needle": 0.0,
        "substrate": "its own",
        "reflectance": 0.0,
        "blur_px": 0.8,
    } | options
    return render(np.random.default_rng(seed), angle, 0.5, **plain)


@pytest.mark.parametrize("angle", [25.0, 60.0, 100.0, 140.0])
def test_the_angle_is_that_which_was_drawn(angle):
    image, truth = drop(angle)
    found = measure(image)
    assert found.angle_deg == pytest.approx(truth.angle_deg, abs=1.0)
    assert found.left_deg == pytest.approx(found.right_deg, abs=1.5)


@pytest.mark.parametrize("angle", [40.0, 90.0, 130.0])
def test_a_reflection_in_a_substrate_as_bright_as_the_background_is_not_the_drop(angle):
    """At 90 degrees drop and reflection make one smooth outline: only the step of its colour tells where it stands."""
    image, truth = drop(angle, substrate="like the background", reflectance=0.5, plate=0.0, plate_end=0.0)
    found = measure(image)
    assert found.angle_deg == pytest.approx(truth.angle_deg, abs=1.0)
    below = found.baseline.across(np.array(truth.contact))[1]
    assert np.abs(below).max() < 1.0


def test_mirror_images_have_the_same_angles_the_other_way_round():
    image, _ = drop(tilt_deg=4.0)
    one, other = measure(image), measure(image[:, ::-1])
    assert other.left_deg == pytest.approx(one.right_deg, abs=0.2)
    assert other.baseline.tilt_deg == pytest.approx(-one.baseline.tilt_deg, abs=0.05)


def test_scale_does_not_matter():
    image, _ = drop()
    big = np.repeat(np.repeat(image, 2, axis=0), 2, axis=1)
    assert measure(big).angle_deg == pytest.approx(measure(image).angle_deg, abs=0.4)


def test_dark_and_bright_are_the_same():
    image, _ = drop(gamma=1.0)
    assert measure(255 - image).angle_deg == pytest.approx(measure(image).angle_deg, abs=0.6)


def test_the_tilt_of_the_scene_is_found():
    image, truth = drop(tilt_deg=-7.0)
    found = measure(image)
    # y counts downwards in an image
    assert abs(found.baseline.tilt_deg) == pytest.approx(7.0, abs=0.2)
    assert found.angle_deg == pytest.approx(truth.angle_deg, abs=1.0)


def test_a_line_by_hand_gives_what_the_found_one_gives():
    image, truth = drop()
    (x0, y0), (x1, y1) = truth.baseline
    by_hand = measure(image, line=(x0, y0, x1, y1))
    assert by_hand.baseline.how == "by hand"
    assert by_hand.angle_deg == pytest.approx(truth.angle_deg, abs=1.5)


def test_a_region_gives_the_same_in_the_pixels_of_the_whole_image():
    image, truth = drop()
    (xa, _), (xb, _) = truth.contact
    wide = xb - xa
    y0 = max(truth.apex[1] - 0.4 * wide, 0)
    region = (max(xa - 0.5 * wide, 0), y0, min(xb + 0.5 * wide, image.shape[1]), image.shape[0])
    found, whole = measure(image, region=region), measure(image)
    assert found.angle_deg == pytest.approx(whole.angle_deg, abs=0.6)
    assert found.edge[:, 0].min() == pytest.approx(whole.edge[:, 0].min(), abs=2.0)


def test_a_small_population_is_within_three_degrees():
    found = list(outcomes(8, 7))
    assert sum(bool(one.refused) for one in found) <= 1
    errors = np.array([abs(one.error_deg) for one in found if not one.refused])
    assert np.median(errors) <= 1.0
    assert errors.max() <= 3.0


def test_what_is_no_drop_is_refused():
    rng = np.random.default_rng(0)
    for image in (
        np.full((200, 300), 128, dtype=np.uint8),
        np.full((200, 300, 3), 255, dtype=np.uint8),
        rng.integers(0, 255, (200, 300)).astype(np.uint8),
        np.zeros((10, 10), dtype=np.uint8),
        np.repeat(np.where(np.arange(200) > 120, 40, 200).astype(np.uint8)[:, None], 300, axis=1),
    ):
        with pytest.raises(InputError):
            measure(image)


def test_a_drop_that_the_border_cuts_is_refused():
    image, truth = drop()
    middle = int(0.5 * (truth.contact[0][0] + truth.contact[1][0]))
    with pytest.raises(InputError):
        measure(image[:, middle:])


def test_two_drops_are_asked_about():
    image, truth = drop(image_px=(600, 400), width_px=180.0, centre=(0.5, 0.6))
    (xa, ya), (xb, _) = truth.contact
    both = np.concatenate([image, image], axis=1)
    del xa, ya, xb
    with pytest.raises(InputError, match="2 drops"):
        measure(both)
