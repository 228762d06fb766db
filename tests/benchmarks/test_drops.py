"""Drawn drops are what they are declared to be: closed forms of the profile, of the picture, of how errors count."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from benchmarks.drops import profile, render
from benchmarks.harness import Sizes
from scipy.interpolate import CubicSpline

from benchmarks import wetting
from interlayer.errors import InputError

ANGLES = [20.0, 55.0, 90.0, 125.0, 150.0]
PLAIN = {
    "image_px": (640, 480),
    "width_px": 300.0,
    "tilt_deg": 0.0,
    "centre": (0.5, 0.5),
    "dark": True,
    "background": 200.0,
    "drop": 50.0,
    "own_substrate": 120.0,
    "substrate": "like the background",
    "reflectance": 0.0,
    "roughness_px": 0.0,
    "fade": 1e6,
    "blur_px": 0.5,
    "electrons": 1e9,
    "read_noise": 0.0,
    "gamma": 1.0,
    "gradient": 0.0,
    "vignette": 0.0,
    "cloud": 0.0,
    "texture": 0.0,
    "glow": 0.0,
    "highlights": 0,
    "needle": 0.0,
    "plate": 0.0,
    "plate_end": 0.0,
    "colour": False,
    "quality": 100,
}


def plain(angle=60.0, bond=0.0, **more):
    """A clean picture."""
    image, truth = render(np.random.default_rng(3), angle, bond, **(PLAIN | more))
    return image.astype(float), truth


# --- the profile -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", ANGLES)
def test_without_gravity_a_drop_is_a_cap_of_a_sphere(angle):
    drop, theta = profile(angle), np.radians(angle)
    assert np.hypot(drop.x, drop.z - 1.0) == pytest.approx(1.0, abs=1e-9)
    height = 1.0 - np.cos(theta)
    assert drop.height == pytest.approx(height, rel=1e-9)
    assert drop.base == pytest.approx(np.sin(theta), rel=1e-9)
    assert drop.volume == pytest.approx(np.pi * height**2 * (3.0 - height) / 3.0, rel=1e-8)


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("bond", [0.1, 1.0, 3.0])
def test_weight_is_carried_by_pressure_less_tension(angle, bond):
    """Forces on the drop, over surface tension and apex radius: bond V = pi r^2 (2 + bond h) - 2 pi r sin(theta)."""
    drop, sine = profile(angle, bond), np.sin(np.radians(angle))
    pressure = np.pi * drop.base**2 * (2.0 + bond * drop.height)
    assert bond * drop.volume == pytest.approx(pressure - 2.0 * np.pi * drop.base * sine, rel=1e-7)
    discs = np.trapezoid(np.pi * drop.x**2, drop.z)
    assert drop.volume == pytest.approx(discs, rel=1e-5)


@pytest.mark.parametrize("bond", [0.0, 0.7, 3.0])
def test_curvature_is_the_pressures_at_every_height(bond):
    """The Laplace pressure from the shape x(z) alone, by differences: 2 + bond z."""
    drop = profile(150.0, bond)
    x, z, phi = (a[4::4] for a in (drop.x, drop.z, drop.phi))
    some = slice(16, -16)
    square = x**2
    spline = CubicSpline(z, square)
    first, second = spline(z, 1), spline(z, 2)
    # of a surface of revolution with q = x^2(z): (q'^2 / 4 + q)^(3/2) takes the place of (1 + x'^2)^(3/2)
    length = np.sqrt(first**2 / 4.0 + square)
    curvature = 1.0 / length + (first**2 / 4.0 - square * second / 2.0) / length**3
    assert curvature[some] == pytest.approx((2.0 + bond * z)[some], rel=2e-4)
    assert (x / np.tan(phi))[some] == pytest.approx(first[some] / 2.0, abs=1e-5)


def test_gravity_flattens():
    heights = [profile(120.0, bond) for bond in (0.0, 0.5, 3.0)]
    assert np.all(np.diff([d.height / d.widest for d in heights]) < 0)


@pytest.mark.parametrize(
    ("angle", "bond", "word"), [(0.0, 0.0, "angle"), (180.0, 1.0, "angle"), (90.0, -0.1, "hang")]
)
def test_drops_that_do_not_exist(angle, bond, word):
    with pytest.raises(ValueError, match=word):
        profile(angle, bond)


# --- the truth ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("tilt", [-10.0, 0.0, 7.0])
def test_the_declared_outline_meets_the_declared_baseline_at_the_angle(angle, tilt):
    _, truth = plain(angle, 1.0, tilt_deg=tilt)
    start, end = np.array(truth.baseline)
    along = (end - start) / np.hypot(*(end - start))
    assert np.degrees(np.arctan2(along[1], along[0])) == pytest.approx(tilt)
    across = np.array([-along[1], along[0]])
    for contact in truth.contact:
        assert (np.array(contact) - start) @ across == pytest.approx(0.0, abs=1e-9)
    assert truth.outline[0] == pytest.approx(truth.contact[0])
    assert truth.outline[-1] == pytest.approx(truth.contact[1])
    # straight lines through the ends, where the outline bends by less than half a degree
    for points, inwards in ((truth.outline[:9], along), (truth.outline[:-10:-1], -along)):
        rise = points[-1] - points[0]
        meets = np.degrees(np.arccos(rise @ inwards / np.hypot(*rise)))
        assert meets == pytest.approx(angle, abs=0.5)
        assert rise @ across < 0
    # the highest point above the baseline
    heights = (truth.outline - start) @ -across
    assert heights.max() == pytest.approx((np.array(truth.apex) - start) @ -across)
    assert np.ptp((truth.outline - start) @ along) == pytest.approx(300.0, rel=1e-5)


def test_a_baseline_of_positive_tilt_falls_to_the_right():
    image, truth = plain(60.0, 0.5, tilt_deg=8.0, substrate="its own", own_substrate=40.0)
    assert truth.baseline[1][1] > truth.baseline[0][1]
    rows = [np.flatnonzero(image[:, x] < 100)[0] for x in (5, 634)]
    assert rows == pytest.approx(
        [np.interp(x, (0, 639), np.array(truth.baseline)[:, 1]) for x in (5, 634)], abs=1
    )


# --- the picture -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", ANGLES)
@pytest.mark.parametrize("tilt", [0.0, 9.0])
def test_the_dark_area_is_that_of_a_segment_of_a_circle(angle, tilt):
    # black: other drops are a bit lighter above or below
    image, _ = plain(angle, tilt_deg=tilt, drop=0.0)
    theta = np.radians(angle)
    radius = 150.0 / (np.sin(theta) if angle < 90 else 1.0)
    dark = (1.0 - image / 200.0).sum()
    assert dark == pytest.approx(radius**2 * (theta - np.sin(theta) * np.cos(theta)), rel=2e-3)


@pytest.mark.parametrize("angle", ANGLES)
def test_the_angle_can_be_read_off_the_pixels(angle):
    """Half-level crossings on both sides of each row, the circle through them, and the declared baseline."""
    image, truth = plain(angle, 0.0, substrate="its own")
    base = truth.contact[0][1]
    rows = np.arange(int(truth.apex[1]) + 3, int(base) - 3)
    points = []
    for row in rows:
        levels = image[row] - 125.0
        change = np.flatnonzero(np.diff(levels > 0))
        assert len(change) == 2
        points += [(k + levels[k] / (levels[k] - levels[k + 1]), row) for k in change]
    x, y = np.array(points).T
    terms = np.column_stack([x, y, np.ones_like(x)])
    (a, b, c), *_ = np.linalg.lstsq(terms, x**2 + y**2, rcond=None)
    radius = np.sqrt(c + (a / 2) ** 2 + (b / 2) ** 2)
    assert np.degrees(np.arccos((b / 2 - base) / radius)) == pytest.approx(angle, abs=0.2)


@pytest.mark.parametrize("tilt", [0.0, 6.0])
def test_the_mirror_image_has_the_declared_contrast_and_place(tilt):
    mirror = {"substrate": "its own", "own_substrate": 160.0, "reflectance": 0.5}
    image, truth = plain(110.0, 1.0, tilt_deg=tilt, image_px=(640, 640), width_px=200.0, **mirror)
    foot = np.mean(truth.contact, axis=0)
    up = np.array(truth.apex) - foot

    def at(share):
        x, y = np.rint(foot + share * up).astype(int)
        return image[y - 1 : y + 2, x - 1 : x + 2].mean()

    assert at(0.5) == pytest.approx(50.0, abs=2.0)
    # 160 - 0.5 (200 - 50)
    assert at(-0.5) == pytest.approx(85.0, abs=2.0)
    assert at(-0.95) == pytest.approx(85.0, abs=2.0)
    assert at(-1.05) == pytest.approx(160.0, abs=2.0)


@pytest.mark.parametrize("blur", [1.0, 2.5])
def test_blur_is_the_declared_gaussian(blur):
    """The differences along a column across an edge: variance of the blur and of a pixel, twice 1/12."""
    image, _ = plain(60.0, substrate="its own", own_substrate=40.0, blur_px=blur)
    falls = -np.diff(image[:, 20])
    middle = int(np.argmax(falls))
    rows = np.arange(middle - 14, middle + 15)
    weights = falls[rows] / falls[rows].sum()
    variance = weights @ (rows - weights @ rows) ** 2
    assert np.sqrt(variance) == pytest.approx(np.hypot(blur, np.sqrt(2 / 12)), rel=0.03)


def test_noise_is_the_declared_one():
    """Of differences of neighbours: shot noise of 2000 electrons at white, and read noise of 2."""
    image, _ = plain(electrons=2000.0, read_noise=2.0)
    corner = image[:40, :600]
    level = corner.mean()
    expected = np.sqrt(255.0 * level / 2000.0 + 2.0**2)
    assert np.diff(corner, axis=1).std() / np.sqrt(2) == pytest.approx(expected, rel=0.05)


def test_a_camera_that_is_not_linear_keeps_the_grey_values_of_the_scene():
    for gamma in (1.0, 2.2):
        image, truth = plain(90.0, gamma=gamma)
        x, y = np.rint(np.mean(truth.outline, axis=0)).astype(int)
        assert image[y, x] == pytest.approx(50.0, abs=2.0)
        assert np.median(image) == pytest.approx(200.0, abs=1.0)


def test_photographs_are_as_people_take_them():
    for seed in range(12):
        image, truth = render(np.random.default_rng(seed))
        o, (down, across) = truth.options, image.shape[:2]
        assert image.dtype == np.uint8
        assert (across, down) == o.image_px
        assert 400 <= across <= 1200
        assert 150 <= o.width_px <= 700
        assert 20 <= truth.angle_deg <= 150
        assert 0 <= truth.bond <= 3
        assert 60 <= o.quality <= 95
        x, y = truth.outline.T
        assert x.min() > 0
        assert x.max() < across - 1
        assert y.min() > 0
        assert max(c[1] for c in truth.contact) < 0.85 * down
        seen = image if image.ndim == 2 else image.mean(axis=2)
        assert np.ptp(seen) > 50


def test_a_seed_gives_the_same_photograph():
    (one, first), (two, second), (other, third) = (render(np.random.default_rng(s)) for s in (5, 5, 6))
    assert np.array_equal(one, two)
    assert first.options == second.options
    assert first.angle_deg == second.angle_deg
    assert other.shape != one.shape or not np.array_equal(one, other)
    assert third.angle_deg != first.angle_deg


def test_what_cannot_be_drawn():
    with pytest.raises(TypeError, match="'colours'"):
        render(np.random.default_rng(1), colours=True)
    with pytest.raises(ValueError, match="no room"):
        plain(150.0, image_px=(400, 200))


# --- how errors count --------------------------------------------------------------------------------------


def _scored(monkeypatch, measure, count=5):
    truths = iter(
        [
            SimpleNamespace(angle_deg=30.0 * (k + 1), options=SimpleNamespace(reflectance=k % 2))
            for k in range(count)
        ]
    )

    def drawn(_):
        truth = next(truths)
        return truth.angle_deg, truth

    monkeypatch.setattr(wetting, "render", drawn)
    monkeypatch.setattr("interlayer.surface.wetting.measure", measure)
    return {f.key: f for f in wetting.run(Sizes(drops=count), lambda *_: None)}


def test_errors_and_intervals_are_counted(monkeypatch):
    """Off by -1, +2, -3, +4 and -5 degrees, two of them within 1.96 standard deviations of 1.2."""
    off = dict(zip((30.0, 60.0, 90.0, 120.0, 150.0), (-1.0, 2.0, -3.0, 4.0, -5.0), strict=True))
    got = _scored(monkeypatch, lambda true: SimpleNamespace(angle_deg=true + off[true], uncertainty_deg=1.2))
    assert got["wetting_median_deg"].value == 3.0
    assert got["wetting_worst_deg"].value == 5.0
    assert got["wetting_refused"].value == 0
    assert got["wetting_coverage"].value == pytest.approx(0.4)
    assert not got["wetting_median_deg"].met


def test_a_refusal_is_an_error_of_half_a_turn(monkeypatch):
    def measure(true):
        if true > 60.0:
            raise InputError("no drop")
        return SimpleNamespace(angle_deg=true, uncertainty_deg=1.0)

    got = _scored(monkeypatch, measure)
    assert got["wetting_median_deg"].value == 180.0
    assert got["wetting_worst_deg"].value == 0.0
    assert got["wetting_refused"].value == 3


def test_the_study_fills_its_keys():
    got = wetting.run(Sizes.tiny(), lambda *_: None)
    assert {f.key for f in got} == set(wetting.BENCHMARK.keys)
