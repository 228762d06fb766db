"""From an image to contact angles with their errors."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from interlayer.errors import InputError
from interlayer.surface.wetting import image as images
from interlayer.surface.wetting import inner_step, tangent, young_laplace
from interlayer.surface.wetting.background import background
from interlayer.surface.wetting.baseline import Baseline, by_hand, substrate_line
from interlayer.surface.wetting.inner_step import Step
from interlayer.surface.wetting.light import Light, light_of
from interlayer.surface.wetting.outline import outline
from interlayer.surface.wetting.young_laplace import Fit

FloatArray = NDArray[np.float64]

_ABOVE_PX: Final = 2.5
"""Edge nearer to the baseline than this is blurred with it and is not used."""
_ROUNDED: Final = 2.2
"""Blurs above the baseline up to which the edge is not used."""
_NEAR: Final = 0.3
"""Part of the drop's size within which an edge is near its contact point."""
_SMALLEST_PX: Final = 24.0
_MOST_ERROR_DEG: Final = 6.0
"""An angle that is known less well is none."""
_GOOD_FIT: Final = 0.006
"""Scatter about the profile over the drop's width up to which it describes the drop; at least 0.6 pixels."""
_LEAST_DEG: Final = 0.15
_STRAIGHT: Final = 1.05
"""Gamma up to which numbers are taken for light."""
_GUESSED_GAMMA: Final = 1.6
_CLEAR_PX: Final = 12.0
"""Above the baseline, where nothing but drop and background is near an edge."""
_LEAST_STEP: Final = 0.06
"""Part of the drop's contrast that its contact line must take away."""
_STRAIGHT_PX: Final = 0.5
"""Error of its height beyond which a line is none."""
_MIRRORED: Final = 0.4
"""Part of an outline that must be found again below a line for it to be where drop and reflection meet."""
_SOME_MIRRORED: Final = 0.25
"""From which on a note says reflection."""
_PARALLEL_DEG: Final = 2.5
_SAME_PX: Final = 2.5
"""Between two lines that are one."""
_MOVED_PX: Final = 4.0
"""By which an edge may move where gamma is undone."""
_SURE_PX: Final = 0.3


@dataclass(frozen=True)
class Drop:
    """What was measured.

    Attributes
    ----------
    left_deg, right_deg : float
        Contact angles through the drop.
    left_error_deg, right_error_deg : float
        One standard deviation: scatter of the edge, height of the baseline, disagreement of the methods.
    method : str
        'Young-Laplace' or 'tangents', where the profile does not describe the drop.
    profile_deg, circle_deg, parabola_deg : (float, float)
        Left and right by each method.
    baseline : Baseline
    edge : array (n, 2)
        x, y of the edge that was used, pixels of the image.
    fit : Fit
    width_px : float
        Between the contact points.
    bond : float
        rho g / gamma times the square of half the width.
    scale : int
        Pixels of the image that one of the measured ones stands for.
    notes : tuple of str
        What is odd.
    """

    left_deg: float
    right_deg: float
    left_error_deg: float
    right_error_deg: float
    method: str
    profile_deg: tuple[float, float]
    circle_deg: tuple[float, float]
    parabola_deg: tuple[float, float]
    baseline: Baseline
    edge: FloatArray
    fit: Fit
    width_px: float
    bond: float
    scale: int
    notes: tuple[str, ...]

    @property
    def angle_deg(self) -> float:
        """Mean of left and right."""
        return 0.5 * (self.left_deg + self.right_deg)

    @property
    def uncertainty_deg(self) -> float:
        """One standard deviation of the mean; the baseline errs for both sides at once."""
        return 0.5 * (self.left_error_deg + self.right_error_deg)


def measure(
    image: NDArray[Any],
    *,
    region: tuple[float, float, float, float] | None = None,
    line: tuple[float, float, float, float] | None = None,
) -> Drop:
    """Measure the contact angles of a drop on a substrate, apex up.

    Parameters
    ----------
    image : array, shape (height, width) or (height, width, 3 or 4)
        Any depth.
    region : (x0, y0, x1, y1), optional
        Part of the image to look at, pixels.
    line : (x0, y0, x1, y1), optional
        Two points of the baseline, pixels of the whole image.

    Raises
    ------
    InputError
        If no drop is seen, more than one, one that is cut or too small, or no baseline; says what to do.
    """
    colours = images.as_colours(image)
    x0, y0, colours = _cropped(colours, region)
    images.check(colours)
    small, scale = images.averaged(colours)
    found = background(small)
    lines = outline(found)
    if not lines:
        raise InputError(
            "no edge of a drop is seen", advice="is there a drop, sharp and before an even background?"
        )
    width, height = small.shape[1], small.shape[0]
    step, piece = None, np.zeros((0, 2))
    if line is not None:
        a, b, c, d = line
        base = by_hand((a - x0) / scale, (b - y0) / scale, (c - x0) / scale, (d - y0) / scale)
    else:
        base, step, piece, lines = _searched(small, lines)
    along, above = _of_the_drop(lines, base, width, height)
    clear = above > min(_CLEAR_PX, 0.5 * float(above.max()))
    light = light_of(small, base.back(along[clear], above[clear]))
    gamma = light.gamma
    if gamma > _STRAIGHT:
        # the edge again, in the light that fell on the camera; what was seen before stands where it is lost there
        with suppress(InputError):
            lines = outline(background(small**gamma))
            again = base if line is not None else _again(small**gamma, lines, base, step, piece)
            along, above = _of_the_drop(lines, again, width, height)
            base = again
    # a blurred wedge is rounded where it ends
    sharp = above > min(max(_ABOVE_PX, _ROUNDED * light.blur_px), 0.25 * float(above.max()))
    fit, along, above = _fitted(along[sharp], above[sharp])
    drop = _judged(fit, along, above, base, light)
    return _moved(drop, scale, x0, y0)


def _cropped(
    image: FloatArray, region: tuple[float, float, float, float] | None
) -> tuple[float, float, FloatArray]:
    if region is None:
        return 0.0, 0.0, image
    height, width = image.shape[:2]
    x0, x1 = sorted((region[0], region[2]))
    y0, y1 = sorted((region[1], region[3]))
    if x0 < 0 or y0 < 0 or x1 > width or y1 > height or x1 - x0 < 1 or y1 - y0 < 1:
        raise InputError(
            f"{x0:g},{y0:g},{x1:g},{y1:g} reaches beyond the image of {width} x {height} pixels",
            where="--region",
            advice=f"stay within 0,0,{width},{height}",
        )
    a, b = int(x0), int(y0)
    return float(a), float(b), image[b : int(y1), a : int(x1)]


def _searched(
    image: FloatArray, lines: list[FloatArray]
) -> tuple[Baseline, Step | None, FloatArray, list[FloatArray]]:
    """The baseline as `_baseline` finds it, and the outlines among which it was found."""
    height, width = image.shape[:2]
    try:
        return (*_baseline(image, lines, width, height), lines)
    except InputError as problem:
        # what is faint in the numbers of the camera may be plain in light
        lighter = image**_GUESSED_GAMMA
        again = outline(background(lighter))
        with suppress(InputError):
            return (*_baseline(lighter, again, width, height), again)
        seen = substrate_line(lines, width)
        standing = [] if seen is None else _humps(lines, seen)
        largest = max(map(_box, _blobs(lines, width, height)), default=0.0)
        piece = max(standing, key=_box, default=None)
        if seen is None or piece is None or _box(piece) < 0.5 * largest:
            raise problem from None
        return seen, None, piece, lines


def _box(piece: FloatArray) -> float:
    """Area of the upright rectangle around it."""
    return float(np.ptp(piece[:, 0]) * np.ptp(piece[:, 1]))


def _baseline(
    image: FloatArray, lines: list[FloatArray], width: int, height: int
) -> tuple[Baseline, Step | None, FloatArray]:
    """The line across the drop at which its colour ends, if it mirrors itself there or the substrate goes on.

    Else the substrate beside it. With it the step, if it is one, and the outline across which it lies.
    """
    seen = substrate_line(lines, width)
    standing = [] if seen is None else _humps(lines, seen)
    pieces = standing + _blobs(lines, width, height)
    if not pieces:
        raise InputError(
            "no substrate beside a drop is seen, and no drop that lies wholly inside the image",
            advice='show the whole drop, or say where it stands: --baseline "x0,y0,x1,y1"',
        )
    piece = max(pieces, key=_box)
    found = inner_step.steps(inner_step.contrast(image, piece), piece)
    best = found[0] if found and found[0].size > _LEAST_STEP and found[0].error_px < _STRAIGHT_PX else None
    if seen is not None and any(piece is one for one in standing):
        if best is None:
            return seen, None, piece
        line = best.line("substrate")
        off = float(seen.across(np.array([line.point]))[1][0])
        turned = abs(line.tilt_deg - seen.tilt_deg)
        if abs(off) < _SAME_PX and turned < _PARALLEL_DEG:
            return (line, best, piece) if best.error_px < _SURE_PX else (seen, None, piece)
        if off > 0.0 and best.mirrored > _MIRRORED:
            return best.line("reflection"), best, piece
        return seen, None, piece
    if best is not None:
        return best.line("reflection" if best.mirrored > _SOME_MIRRORED else "flat bottom"), best, piece
    raise InputError(
        "neither a substrate beside the drop nor a line between it and its reflection is seen",
        advice='say where it stands: --baseline "x0,y0,x1,y1"',
    )


def _again(
    image: FloatArray, lines: list[FloatArray], base: Baseline, step: Step | None, piece: FloatArray
) -> Baseline:
    """The same baseline, placed in the light that fell on the camera."""
    if step is not None:
        moved = inner_step.placed(inner_step.contrast(image, piece), piece, step)
        near = moved is not None and abs(base.across(np.array([moved.point]))[1][0]) < _MOVED_PX
        return moved.line(base.how) if moved is not None and near else base
    seen = substrate_line(lines, image.shape[1]) if base.how == "substrate" else None
    if seen is None:
        return base
    off = abs(base.across(seen.back(np.array([-50.0, 50.0]), np.zeros(2)))[1])
    return seen if off.max() < _MOVED_PX else base


def _blobs(lines: list[FloatArray], width: int, height: int) -> list[FloatArray]:
    """Lines that touch no border but the lower one, to which a reflection may reach."""
    return [
        line
        for line in lines
        if len(line) > _SMALLEST_PX and line[:, 0].min() > 2 and line[:, 0].max() < width - 3 and line[:, 1].min() > 2
        and (np.hypot(*(line[0] - line[-1])) < 8.0 or min(line[0, 1], line[-1, 1]) > height - 6)
    ]  # fmt: skip


def _of_the_drop(
    lines: list[FloatArray], base: Baseline, width: int, height: int
) -> tuple[FloatArray, FloatArray]:
    """Edge above the baseline, along and above: of the one drop that is seen."""
    drops = _humps(lines, base)
    # two sides of a drop that a needle parts are one drop
    drops = _joined(drops, base)
    whole = [d for d in drops if max(base.across(d)[1][0], base.across(d)[1][-1]) < 4.0 * _ABOVE_PX]
    if not whole:
        raise InputError(
            "no drop is seen that stands on the baseline on both sides",
            advice='show the whole drop, or say where it stands: --baseline "x0,y0,x1,y1"',
        )
    whole.sort(key=lambda d: _area(base, d), reverse=True)
    best = whole[0]
    begin, end = base.across(best)[0].min(), base.across(best)[0].max()
    # what lies within its width is a window or a reflection in it
    beside = [d for d in whole[1:] if not begin - 3 < float(np.median(base.across(d)[0])) < end + 3]
    count = 1 + sum(_area(base, d) > 0.25 * _area(base, best) for d in beside)
    if count > 1:
        raise InputError(f"{count} drops are seen", advice="say which one: --region x0,y0,x1,y1")
    if (
        best[:, 0].min() < 3
        or best[:, 0].max() > width - 4
        or best[:, 1].min() < 3
        or best[:, 1].max() > height - 3
    ):
        raise InputError("the drop is cut by the border of the image", advice="show the whole drop")
    along, above = base.across(best)
    if float(np.ptp(along)) < _SMALLEST_PX or float(above.max()) < 5.0:
        raise InputError(
            f"the drop is {np.ptp(along):.0f} pixels wide and {above.max():.0f} high, too small to be measured",
            advice="move the camera nearer",
        )
    return along, above


def _humps(lines: list[FloatArray], base: Baseline) -> list[FloatArray]:
    """Pieces of the outline that rise from the baseline."""
    humps: list[FloatArray] = []
    for line in (x for x in lines if len(x)):
        _, above = base.across(line)
        over = above > _ABOVE_PX
        edges = np.flatnonzero(np.diff(np.concatenate([[False], over, [False]]).astype(int)))
        pieces = [line[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 10]
        closed = np.hypot(*(line[0] - line[-1])) < 3.0
        if closed and len(pieces) > 1 and over[0] and over[-1]:
            pieces = [np.concatenate([pieces[-1], pieces[0]]), *pieces[1:-1]]
        humps += pieces
    drops: list[FloatArray] = []
    for piece in humps:
        _, above = base.across(piece)
        stands = min(above[0], above[-1]) < 3.0 * _ABOVE_PX
        if stands and np.ptp(piece[:, 0]) > 12.0:
            drops.append(piece)
    return drops


def _joined(pieces: list[FloatArray], base: Baseline) -> list[FloatArray]:
    """Pieces that stand on one side only, the left and the right one of a drop with a needle in it, put together."""
    out: list[FloatArray] = []
    single: list[tuple[float, FloatArray]] = []
    for piece in pieces:
        along, above = base.across(piece)
        if max(above[0], above[-1]) < 4.0 * _ABOVE_PX:
            out.append(piece)
        else:
            foot = along[0] if above[0] < above[-1] else along[-1]
            single.append((float(foot), piece))
    single.sort(key=lambda one: one[0])
    while len(single) >= 2:
        (_, a), (_, b) = single.pop(0), single.pop(0)
        one = a if base.across(a)[1][0] < base.across(a)[1][-1] else a[::-1]
        two = b if base.across(b)[1][-1] < base.across(b)[1][0] else b[::-1]
        out.append(np.concatenate([one, two]))
    return out


def _area(base: Baseline, piece: FloatArray) -> float:
    along, above = base.across(piece)
    return float(abs(np.trapezoid(above, along)))


def _fitted(along: FloatArray, above: FloatArray) -> tuple[Fit, FloatArray, FloatArray]:
    """Fit the profile, leave out what is far off it (a needle, a speck), and fit again."""
    keep = np.ones(len(along), dtype=np.bool_)
    fit = young_laplace.fit(along, above)
    for _ in range(2):
        nodes = fit.curve
        off = KDTree(nodes).query(np.column_stack([along, above]))[0]
        limit = max(4.0 * fit.rms_px, 1.5, 0.01 * float(np.ptp(along)))
        new = off < limit
        if new.sum() < 0.4 * len(along) or (new == keep).all():
            break
        keep = new
        fit = young_laplace.fit(along[keep], above[keep])
    return fit, along[keep], above[keep]


def _judged(fit: Fit, along: FloatArray, above: FloatArray, base: Baseline, light: Light) -> Drop:
    notes: list[str] = []
    middle = along[int(above.argmax())]
    low = above < max(0.12 * float(above.max()), 3.0 * _ABOVE_PX)
    ends = [
        x if np.isfinite(x) else y
        for x, y in zip(
            fit.ends,
            (
                float(np.min(along[low])) if low.any() else along.min(),
                float(np.max(along[low])) if low.any() else along.max(),
            ),
            strict=True,
        )
    ]
    width = ends[1] - ends[0]
    reach = _NEAR * max(width, float(above.max()))
    circle, parabola = [], []
    for k, left in enumerate((True, False)):
        side = along < middle if left else along >= middle
        u, v = tangent.near(along[side], above[side], ends[k], max(reach, 22.0))
        circle.append(tangent.circle_angle(u, v, ends[k], left=left))
        short = tangent.near(along[side], above[side], ends[k], max(0.5 * reach, 16.0))
        parabola.append(tangent.parabola_angle(*short, left=left))
    describes = fit.rms_px < max(0.6, _GOOD_FIT * width) and bool(np.isfinite([fit.left, fit.right]).all())
    values: list[float] = []
    errors: list[float] = []
    for k, (own, stat) in enumerate(((fit.left, fit.left_error), (fit.right, fit.right_error))):
        shifted = [young_laplace.angles_at(fit, h)[k] for h in (base.error_px, -base.error_px)]
        spread = [abs(x - own) for x in shifted if np.isfinite(x)]
        of_base = max(spread) if spread else 1.0
        # a line parallel to the profile has its angle where the profile is lower; the baseline errs with it
        moved = light.shift_px * (float(np.cos(np.radians(own))) + (base.how != "by hand"))
        shifted = [young_laplace.angles_at(fit, h)[k] for h in (moved, -moved)]
        of_light = max((abs(x - own) for x in shifted if np.isfinite(x)), default=1.0)
        others = [x for x in (circle[k], parabola[k]) if np.isfinite(x)]
        if describes:
            value = own
            disagree = abs(circle[k] - own) * 0.35 if np.isfinite(circle[k]) else 0.5
        elif others:
            value = float(np.mean(others))
            disagree = max(float(np.ptp(others)), abs(own - value) * 0.5 if np.isfinite(own) else 2.0)
        else:
            raise InputError(
                "the edge near the contact points is too short or too rough for an angle",
                advice="take a sharper or larger photograph",
            )
        values.append(value)
        errors.append(
            float(
                np.sqrt(
                    _LEAST_DEG**2 + np.nan_to_num(stat, nan=1.0) ** 2 + of_base**2 + of_light**2 + disagree**2
                )
            )
        )
    if not describes:
        notes.append(
            f"the edge scatters by {fit.rms_px:.2g} pixels about a Young-Laplace profile: tangents are used instead"
        )
    most = max(errors)
    if most > _MOST_ERROR_DEG:
        raise InputError(
            f"the outline above the baseline is not that of one drop: angles between methods and sides differ by "
            f"{most:.0f} degrees",
            advice='say where the drop stands, --baseline "x0,y0,x1,y1", or show only it, --region x0,y0,x1,y1',
        )
    if base.how == "reflection":
        notes.append("no substrate is seen beside the drop: the baseline is where it meets its reflection")
    if base.how == "flat bottom":
        notes.append("no substrate is seen beside the drop: the baseline is its flat lower edge")
    if abs(values[0] - values[1]) > 3.0 * float(np.hypot(errors[0], errors[1])):
        notes.append(
            "left and right differ by more than their errors: the drop leans, or its contact line is pinned"
        )
    edge = base.back(along, above)
    bond = fit.beta * (0.5 * width / fit.radius_px) ** 2
    return Drop(
        values[0], values[1], errors[0], errors[1], "Young-Laplace" if describes else "tangents",
        (fit.left, fit.right), (circle[0], circle[1]), (parabola[0], parabola[1]),
        base, edge, fit, width, bond, 1, tuple(notes),
    )  # fmt: skip


def _moved(drop: Drop, scale: int, x0: float, y0: float) -> Drop:
    """The drop in pixels of the whole image; its fit stays in those that were measured."""
    base = drop.baseline
    point = (base.point[0] * scale + x0, base.point[1] * scale + y0)
    moved = Baseline(point, base.along, base.error_px * scale, base.how)
    return replace(
        drop,
        baseline=moved,
        edge=drop.edge * scale + np.array([x0, y0]),
        width_px=drop.width_px * scale,
        scale=scale,
    )
