"""Photographs of sessile drops whose contact angle is declared: drawn, not measured.

The profile solves the axisymmetric Young-Laplace equation; the scene around it (light, mirror image, blur, noise, JPEG)
is what goniometers and telephones give. Nothing here is shared with the analysis of photographs.

Lengths of a profile are in radii of curvature at the apex. Pixel coordinates are (column, row), y downwards, and whole
numbers are the middles of pixels.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter

Floats = NDArray[np.float64]

ANGLES_DEG = (20.0, 150.0)
LARGEST_BOND = 3.0
SPHERES = 0.1
"""Share of drops that gravity does not flatten."""
WIDTHS_PX = (150.0, 700.0)
"""Of the drop where it is widest."""
LOWEST_PX = 25.0
"""Height of a drop at least: who photographs a flat one fills the picture with it."""
IMAGE_PX = (400, 1200)
ASPECTS = (1.0, 4 / 3, 4 / 3, 3 / 2, 16 / 9)
HIGHEST_TILT_DEG = 10.0
SUBSAMPLES = 16
"""Points in each pixel, a power of two."""
GAMMA = 2.2


# --- the profile -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Profile:
    """Right half of a meridian, from the apex to the contact line.

    Attributes
    ----------
    angle_deg : float
        Contact angle, inside the liquid.
    bond : float
        Density difference * g * (radius at the apex)^2 / surface tension.
    x, z : array (n,)
        Distance from the axis and depth below the apex; z rises evenly.
    phi : array (n,)
        Angle of the tangent against the horizontal, rad.
    volume : float
    """

    angle_deg: float
    bond: float
    x: Floats
    z: Floats
    phi: Floats
    volume: float

    @property
    def height(self) -> float:
        """Of the apex above the base."""
        return float(self.z[-1])

    @property
    def base(self) -> float:
        """Radius of the contact line."""
        return float(self.x[-1])

    @property
    def widest(self) -> float:
        """Largest radius: the base's, or the equator's beyond 90 degrees."""
        return float(np.max(self.x))


def profile(angle_deg: float, bond: float = 0.0, points: int = 4097) -> Profile:
    """Integrate the Young-Laplace equation of a sessile drop from its apex down to its contact angle.

    d phi/ds = 2 + bond * z - sin(phi)/x, dx/ds = cos(phi), dz/ds = sin(phi); with bond >= 0 the pressure only rises on
    the way down, so that every angle below 180 degrees is reached.

    Raises
    ------
    ValueError
        For an angle outside 0 to 180 degrees or a negative Bond number.
    """
    if not 0.0 < angle_deg < 180.0:
        raise ValueError(f"contact angle {angle_deg} degrees is not between 0 and 180")
    if bond < 0.0:
        raise ValueError(f"Bond number {bond} is negative: the drop would hang")
    theta = math.radians(angle_deg)

    def slopes(_: float, y: Floats) -> list[float]:
        x, z, phi, _volume = y
        sine = math.sin(phi)
        # at the apex both curvatures are 1
        around = sine / x if x > 1e-9 else 1.0
        return [math.cos(phi), sine, 2.0 + bond * z - around, math.pi * x * x * sine]

    def arrived(_: float, y: Floats) -> float:
        return y[2] - theta

    arrived.terminal = True  # pyright: ignore[reportFunctionMemberAccess]
    # the mean curvature is at least the apex's: a meridian is at most as long as the circle's half, with room for x = 0
    found = solve_ivp(
        slopes,
        (0.0, 4.0),
        [0.0, 0.0, 0.0, 0.0],
        "DOP853",
        dense_output=True,
        events=arrived,
        rtol=1e-11,
        atol=1e-13,
    )
    if not found.t_events[0].size:
        raise ValueError(f"no drop of {angle_deg} degrees at Bond number {bond}")
    end = float(found.t_events[0][0])
    s = np.linspace(0.0, end, points)
    x, z, phi, _ = found.sol(s)
    x[0] = z[0] = phi[0] = 0.0
    volume = float(found.sol(end)[3])
    even = np.linspace(0.0, z[-1], points)
    # x^2 and cos(phi) are smooth in z at the apex, x and phi are not
    square, cosine = CubicSpline(z, x * x)(even), CubicSpline(z, np.cos(phi))(even)
    square[0], cosine[0] = 0.0, 1.0
    return Profile(angle_deg, bond, np.sqrt(square), even, np.arccos(np.clip(cosine, -1.0, 1.0)), volume)


# --- the scene ---------------------------------------------------------------------------------------------

Substrate = Literal["like the drop", "like the background", "its own"]


@dataclass(frozen=True)
class Options:
    """Everything of a photograph but angle and Bond number; each can be given to `render`.

    Attributes
    ----------
    image_px : tuple
        Width and height.
    width_px : float
        Of the drop where it is widest.
    tilt_deg : float
        Of the baseline and the whole scene; > 0 where the right end is lower.
    centre : tuple
        Where in the room that the picture leaves for it the drop stands, 0 to 1 across and down.
    dark : bool
        A dark drop before a bright background, or the reverse.
    background, drop, own_substrate : float
        Grey values of 0 to 255 before gradients and noise.
    substrate : str
    reflectance : float
        Share of light that the substrate mirrors, 0 to 1; 0 is matt.
    fade : float
        Depth, in drop heights, over which the mirror image falls to 1/e.
    roughness_px : float
        Blur of the mirror image.
    blur_px : float
        Standard deviation of the whole picture's blur.
    electrons : float
        At white; sets the shot noise.
    read_noise : float
        Grey values.
    gamma : float
        1 where the camera is linear.
    gradient : float
        Relative change of illumination from the middle to the rim.
    gradient_deg : float
        Its direction.
    vignette : float
        Relative loss at the corners.
    cloud : float
        Relative, of what is out of focus behind the drop.
    texture : float
        Relative, of the substrate.
    glow : float
        Light that comes through a dark drop's middle, 0 to 1 of the background's; a bright one is 0.4 of it brighter.
    highlights : int
        Small lights mirrored by the drop.
    needle : float
        Gap between needle and apex in drop heights; 0 is no needle.
    plate : float
        Thickness of the plate in drop heights; 0 reaches to the lower end of the picture.
    plate_end : float
        Distance from contact line to the end of the plate in drop widths, < 0 on the left; 0 has none.
    colour : bool
    quality : int
        Of the JPEG.
    """

    image_px: tuple[int, int]
    width_px: float
    tilt_deg: float
    centre: tuple[float, float]
    dark: bool
    background: float
    drop: float
    own_substrate: float
    substrate: Substrate
    reflectance: float
    fade: float
    roughness_px: float
    blur_px: float
    electrons: float
    read_noise: float
    gamma: float
    gradient: float
    gradient_deg: float
    vignette: float
    cloud: float
    texture: float
    glow: float
    highlights: int
    needle: float
    plate: float
    plate_end: float
    colour: bool
    quality: int


class Truth(NamedTuple):
    """What is true of a photograph.

    `baseline` are two points of it, at the left and right rim of the picture; `contact` the left and right contact
    point; `apex` the highest point of the drop; all as (x, y) in pixels. `outline` (n, 2) runs from the left contact
    point over the apex to the right one.
    """

    angle_deg: float
    tilt_deg: float
    bond: float
    baseline: tuple[tuple[float, float], tuple[float, float]]
    contact: tuple[tuple[float, float], tuple[float, float]]
    apex: tuple[float, float]
    outline: Floats
    options: Options


def drawn_options(rng: np.random.Generator, shape: Profile) -> Options:
    """Draw a photograph as people take them: the drop wholly in it, wide enough, substrate to be seen."""
    flatness = shape.height / (2.0 * shape.widest)
    while True:
        across = int(rng.integers(IMAGE_PX[0], IMAGE_PX[1] + 1))
        down = round(across / rng.choice(ASPECTS))
        low = max(WIDTHS_PX[0], LOWEST_PX / flatness)
        high = min(WIDTHS_PX[1], 0.7 * across, 0.55 * down / flatness)
        if low < high:
            break
    dark = bool(rng.random() < 0.65)
    mirrors = rng.random() < 0.55
    kinds: tuple[Substrate, ...] = ("like the drop", "like the background", "its own", "its own")
    substrate = kinds[int(rng.integers(len(kinds)))]
    if substrate == "like the background" and not mirrors:
        substrate = "its own"  # nobody could tell where such a plate is
    if substrate == "like the drop" and not dark:
        substrate = "its own"  # silhouettes only
    tilts = rng.random()
    return Options(
        image_px=(across, down),
        width_px=float(rng.uniform(low, high)),
        tilt_deg=float(
            rng.uniform(-HIGHEST_TILT_DEG, HIGHEST_TILT_DEG) if tilts < 0.5 else rng.normal(0.0, 1.0)
        ),
        centre=(float(rng.beta(3, 3)), float(rng.beta(3, 3))),
        dark=dark,
        background=float(rng.uniform(140, 235) if dark else rng.uniform(6, 60)),
        drop=float(rng.uniform(12, 75) if dark else rng.uniform(115, 215)),
        own_substrate=float(rng.uniform(35, 120) if dark else rng.uniform(75, 225)),
        substrate=substrate,
        reflectance=float(rng.uniform(0.15, 0.75)) if mirrors else 0.0,
        fade=float(np.exp(rng.uniform(np.log(0.6), np.log(4.0)))),
        roughness_px=float(rng.uniform(0.5, 4.0)) if rng.random() < 0.4 else 0.0,
        blur_px=float(rng.uniform(0.5, 2.5)),
        electrons=float(np.exp(rng.uniform(np.log(2e3), np.log(3e4)))),
        read_noise=float(rng.uniform(0.3, 3.0)),
        gamma=GAMMA if rng.random() < 0.6 else 1.0,
        gradient=float(rng.uniform(0.0, 0.25)),
        gradient_deg=float(rng.uniform(0.0, 360.0)),
        vignette=float(rng.uniform(0.0, 0.2)),
        cloud=0.03,
        texture=float(rng.uniform(0.0, 0.08)),
        glow=float(rng.uniform(0.3, 0.9)) if rng.random() < (0.6 if dark else 0.2) else 0.0,
        highlights=int(rng.choice([0, 1, 2, 3], p=[0.35, 0.3, 0.2, 0.15])),
        needle=float(rng.uniform(0.15, 0.6)) if rng.random() < 0.25 else 0.0,
        plate=float(rng.uniform(0.5, 1.5)) if rng.random() < 0.3 else 0.0,
        plate_end=float(rng.uniform(0.2, 0.8) * rng.choice([-1, 1])) if rng.random() < 0.12 else 0.0,
        colour=bool(rng.random() < 0.45),
        quality=int(rng.integers(60, 96)),
    )


@dataclass(frozen=True)
class _Place:
    """Where the scene stands in the picture: `u` along the baseline, `v` above it, px."""

    x: float
    y: float
    tilt: float
    scale: float
    """px a radius at the apex."""

    def scene(self, x: Any, y: Any) -> tuple[Any, Any]:
        c, s = math.cos(self.tilt), math.sin(self.tilt)
        return (x - self.x) * c + (y - self.y) * s, (x - self.x) * s - (y - self.y) * c

    def pixels(self, u: Any, v: Any) -> tuple[Any, Any]:
        c, s = math.cos(self.tilt), math.sin(self.tilt)
        return self.x + u * c + v * s, self.y + u * s - v * c


def _placed(shape: Profile, o: Options) -> _Place:
    """Put the drop into the picture.

    Raises
    ------
    ValueError
        If the picture has no room for it.
    """
    scale = o.width_px / (2.0 * shape.widest)
    origin = _Place(0.0, 0.0, math.radians(o.tilt_deg), scale)
    x, y = origin.pixels(
        scale * np.concatenate([-shape.x, shape.x]), scale * (shape.height - np.tile(shape.z, 2))
    )
    across, down = o.image_px
    left, right = 0.07 * across - x.min(), 0.93 * across - x.max()
    # a sixth of the picture below the lower contact point shows the substrate
    top, bottom = 0.08 * down - y.min(), 0.83 * down - y.max()
    if left > right or top > bottom:
        raise ValueError(f"a drop {o.width_px:.0f} px wide has no room in a picture of {across} x {down} px")
    return replace(
        origin, x=left + o.centre[0] * (right - left), y=top + (0.3 + 0.7 * o.centre[1]) * (bottom - top)
    )


# --- the picture -------------------------------------------------------------------------------------------


def render(
    rng: np.random.Generator, angle_deg: float | None = None, bond: float | None = None, **options: Any
) -> tuple[NDArray[np.uint8], Truth]:
    """Draw one photograph.

    Parameters
    ----------
    rng : numpy.random.Generator
        Everything that is not given is drawn from it.
    angle_deg, bond : float, optional
        Contact angle and Bond number of the apex radius.
    **options
        Any of `Options`.

    Returns
    -------
    image : array (rows, columns) or (rows, columns, 3) of uint8
        Grey or RGB.
    truth : Truth

    Raises
    ------
    TypeError
        For an option that `Options` has not.
    ValueError
        For a drop that does not exist or has no room.
    """
    unknown = sorted(set(options) - {f.name for f in fields(Options)})
    if unknown:
        raise TypeError(f"no option '{unknown[0]}' of a photograph")
    some_angle = float(rng.uniform(*ANGLES_DEG))
    some_bond = 0.0 if rng.random() < SPHERES else float(rng.uniform(0.0, LARGEST_BOND))
    shape = profile(some_angle if angle_deg is None else angle_deg, some_bond if bond is None else bond)
    o = replace(drawn_options(rng, shape), **options)
    place = _placed(shape, o)
    light = _light(rng, shape, o, place)
    return _camera(rng, light, o), _truth(shape, o, place)


def _truth(shape: Profile, o: Options, place: _Place) -> Truth:
    u, v = place.scale * shape.x, place.scale * (shape.height - shape.z)
    x, y = place.pixels(np.concatenate([-u[::-1], u[1:]]), np.concatenate([v[::-1], v[1:]]))
    outline = np.column_stack([x, y])
    slope = math.tan(place.tilt)
    ends = tuple((e, place.y + slope * (e - place.x)) for e in (0.0, o.image_px[0] - 1.0))
    apex = outline[len(u) - 1]
    return Truth(
        angle_deg=shape.angle_deg,
        tilt_deg=o.tilt_deg,
        bond=shape.bond,
        baseline=(ends[0], ends[1]),
        contact=((float(x[0]), float(y[0])), (float(x[-1]), float(y[-1]))),
        apex=(float(apex[0]), float(apex[1])),
        outline=outline,
        options=o,
    )


def _coverages(shape: Profile, o: Options, place: _Place) -> tuple[Floats, Floats, Floats]:
    """Shares of each pixel that are drop, plate, and drop or its mirror image below an endless plate."""
    u, v = place.scene(*_grid(o))
    height, base = place.scale * shape.height, place.scale * shape.base
    square = (place.scale * shape.x[::-1]) ** 2
    levels = place.scale * (shape.height - shape.z[::-1])
    low, high = -math.inf, math.inf
    if o.plate_end:
        end = math.copysign(base + abs(o.plate_end) * o.width_px, o.plate_end)
        low, high = (end, high) if end < 0 else (low, end)
    # what is cut is counted point by point; the rest is wholly in or out
    near = (np.abs(v) <= height + 1.0) & (np.abs(u) <= 0.5 * o.width_px + 1.0)
    rim = (np.abs(v) < 1.0) | (np.minimum(np.abs(u - low), np.abs(u - high)) < 1.0)
    plate = ((v < 0) & (u > low) & (u < high)).astype(float)
    drop, both = np.zeros_like(plate), np.zeros_like(plate)
    un, vn, ur, vr = u[near], v[near], u[rim], v[rim]
    drops, boths, plates = np.zeros_like(un), np.zeros_like(un), np.zeros_like(ur)
    origin = replace(place, x=0.0, y=0.0)
    for dx, dy in _points():
        du, dv = origin.scene(dx, dy)
        inside = (un + du) ** 2 < np.interp(np.abs(vn + dv), levels, square, right=0.0)
        boths += inside
        drops += inside & (vn + dv >= 0)
        plates += (vr + dv < 0) & (ur + du > low) & (ur + du < high)
    drop[near], both[near], plate[rim] = drops / SUBSAMPLES, boths / SUBSAMPLES, plates / SUBSAMPLES
    return drop, plate, both


def _points() -> Floats:
    """Points in a pixel (Hammersley): no two share a row or column, where a level baseline would lie between rows."""
    bits = SUBSAMPLES.bit_length() - 1
    mirrored = [int(f"{k:0{bits}b}"[::-1], 2) for k in range(SUBSAMPLES)]
    return (np.column_stack([np.arange(SUBSAMPLES), mirrored]) + 0.5) / SUBSAMPLES - 0.5


def _grid(o: Options) -> tuple[Floats, Floats]:
    across, down = o.image_px
    return np.arange(across, dtype=float)[None, :], np.arange(down, dtype=float)[:, None]


def _soft(inside_px: Floats) -> Floats:
    """Share of a pixel inside a small thing whose rim is `inside_px` away."""
    return np.clip(inside_px + 0.5, 0.0, 1.0)


def _light(rng: np.random.Generator, shape: Profile, o: Options, place: _Place) -> Floats:
    """Light that falls on each pixel, 0 to 1 before the lens: (rows, columns, channels)."""
    across, down = o.image_px
    columns, rows = _grid(o)
    u, v = place.scene(columns, rows)
    drop, plate, both = _coverages(shape, o, place)
    height, half = place.scale * shape.height, place.scale * shape.widest

    def linear(grey: float) -> float:
        return (grey / 255.0) ** o.gamma

    background, liquid = linear(o.background), linear(o.drop)
    lights = {"like the drop": liquid, "like the background": background, "its own": linear(o.own_substrate)}
    ground = lights[o.substrate]
    # no more than white
    ground = min(ground, 0.95 - o.reflectance * max(liquid - background, 0.0))

    tints = _tints(rng, o)
    # a mirror shows the background as well, so that it has its light to lose where it shows the drop
    own = np.maximum(ground * tints[2], o.reflectance * background * tints[0])
    behind = background * (1.0 + o.cloud * _cloud(rng, (down, across), 0.12 * across)[..., None]) * tints[0]

    inside = np.full((down, across), liquid)
    # a drop is a bit lighter or darker below than above
    inside *= 1.0 + rng.uniform(-0.25, 0.25) * np.clip(v / height - 0.5, -0.5, 0.5)
    glow_size = rng.uniform(0.15, 0.5), rng.uniform(0.15, 0.32)
    glow_at = rng.uniform(-0.06, 0.06), rng.uniform(0.42, 0.52)
    glow_soft = rng.uniform(0.1, 0.3)
    if o.glow:
        r = np.hypot(
            (u - glow_at[0] * half) / (glow_size[0] * half),
            (v - glow_at[1] * height) / (glow_size[1] * height),
        )
        light = o.glow * background if o.dark else liquid * (1.0 + 0.4 * o.glow)
        inside += np.maximum(light - inside, 0.0) * 0.5 * (1.0 - np.tanh((r - 1.0) / glow_soft))
    for _ in range(o.highlights):
        inside = _highlighted(rng, inside, u, v, half, height)
    wet = inside[..., None] * tints[1]

    mirror = gaussian_filter(both, o.roughness_px) if o.roughness_px else both
    mirror *= o.reflectance * np.exp(np.minimum(v, 0.0) / (o.fade * height))
    grain, stain = _cloud(rng, (down, across), 1.0), _cloud(rng, (down, across), 0.02 * across)
    dry = own + mirror[..., None] * (liquid * tints[1] - background * tints[0])
    dry *= (1.0 + o.texture * (grain + 0.4 * stain))[..., None]
    below = linear(rng.uniform(20, 200))
    if o.plate:
        thick = max(o.plate * height, 40.0)
        front = _soft(-thick - v)[..., None]
        dry = dry * (1.0 - front) + below * tints[3] * front

    needle_at, needle_wide = rng.uniform(-0.08, 0.08) * half, rng.uniform(0.06, 0.14) * half
    needle_light = linear(rng.uniform(20, 70) if o.dark else rng.uniform(70, 150))
    if o.needle:
        gap = max(o.needle * height, 15.0)
        side = (u - needle_at) / max(needle_wide, 6.0)
        steel = _soft((1.0 - np.abs(side)) * max(needle_wide, 6.0)) * _soft(v - height - gap)
        round_ = needle_light * (0.6 + 0.8 * np.exp(-(((side - 0.3) / 0.35) ** 2)))
        behind = behind * (1.0 - steel[..., None]) + (round_ * steel)[..., None]

    scene = (
        drop[..., None] * wet
        + plate[..., None] * np.maximum(dry, 0.0)
        + (1.0 - drop - plate)[..., None] * behind
    )
    turn = math.radians(o.gradient_deg)
    across_, down_ = 2.0 * columns / across - 1.0, 2.0 * rows / down - 1.0
    lamp = 1.0 + o.gradient * (across_ * math.cos(turn) + down_ * math.sin(turn)) / math.sqrt(2.0)
    lamp -= o.vignette * (across_**2 + down_**2) / 2.0
    return scene * lamp[..., None]


def _tints(rng: np.random.Generator, o: Options) -> Floats:
    """Colours of background, drop, plate and what is below it (4, channels), as bright as grey."""
    colours = 1.0 + rng.uniform(-1.0, 1.0, (4, 3)) * np.array([0.12, 0.12, 0.15, 0.15])[:, None]
    colours /= (colours @ np.array([0.299, 0.587, 0.114]))[:, None]
    return colours if o.colour else np.ones((4, 1))


def _cloud(rng: np.random.Generator, shape: tuple[int, int], size_px: float) -> Floats:
    """Smooth random field of mean 0 and standard deviation 1 with grains of `size_px`."""
    coarse = max(int(size_px / 2.0), 1)
    few = rng.standard_normal(tuple(n // coarse + 3 for n in shape))
    few = gaussian_filter(few, size_px / coarse)
    if coarse > 1:
        at = [np.arange(n) / coarse for n in shape]
        few = _between(_between(few, at[0], 0), at[1], 1)
    few = few[: shape[0], : shape[1]]
    return (few - few.mean()) / max(float(few.std()), 1e-12)


def _between(values: Floats, at: Floats, axis: int) -> Floats:
    first = at.astype(int)
    share = (at - first)[:, None] if axis == 0 else (at - first)[None, :]
    return np.take(values, first, axis) * (1.0 - share) + np.take(values, first + 1, axis) * share


def _highlighted(
    rng: np.random.Generator, inside: Floats, u: Floats, v: Floats, half: float, height: float
) -> Floats:
    """Add the mirror image of a lamp, well inside the drop."""
    at = rng.uniform(-0.4, 0.4) * half, rng.uniform(0.45, 0.75) * height
    size = max(rng.uniform(0.02, 0.06) * half, 1.5), max(rng.uniform(0.03, 0.09) * height, 1.5)
    turn = rng.uniform(-0.5, 0.5)
    a = (u - at[0]) * math.cos(turn) + (v - at[1]) * math.sin(turn)
    b = -(u - at[0]) * math.sin(turn) + (v - at[1]) * math.cos(turn)
    lit = _soft(size[0] - np.abs(a)) * _soft(size[1] - np.abs(b))
    return inside + np.maximum(rng.uniform(0.7, 1.0) - inside, 0.0) * lit


def _camera(rng: np.random.Generator, light: Floats, o: Options) -> NDArray[np.uint8]:
    """Blur, noise, gamma and JPEG."""
    from PIL import Image

    sharp = gaussian_filter(light, (o.blur_px, o.blur_px, 0.0), mode="nearest")
    noisy = rng.poisson(np.clip(sharp, 0.0, None) * o.electrons) / o.electrons
    grey = 255.0 * np.clip(noisy, 0.0, 1.0) ** (1.0 / o.gamma)
    grey += o.read_noise * rng.standard_normal(grey.shape)
    whole = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(whole if o.colour else whole[..., 0]).save(file, "JPEG", quality=o.quality)
    return np.asarray(Image.open(file)).copy()
