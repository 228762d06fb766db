"""What a person says about an image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from interlayer.errors import InputError


@dataclass(frozen=True)
class Choices:
    """Options of the command, as they were typed; None: left to the file and the image.

    Attributes
    ----------
    pixel, scale, bar : str or None
        Length of a pixel; 'length=pixels'; what the drawn bar says.
    layer : str or None
        'bright', 'dark' or a number.
    between : (float, float) or None
        Rows of the two boundaries in the middle column, counted from the top of the image.
    region : (int, int, int, int) or None
        x0, y0, x1, y1 in pixels: what is looked at.
    upright : bool
        The layers stand upright: left is above.
    keep_bottom : bool
        Nothing is cut off at the bottom.
    eds : tuple of Path
        Line scan or maps of elements.
    """

    pixel: str | None = None
    scale: str | None = None
    bar: str | None = None
    layer: str | None = None
    between: tuple[float, float] | None = None
    region: tuple[int, int, int, int] | None = None
    upright: bool = False
    keep_bottom: bool = False
    eds: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        given = [f"--{name}" for name in ("pixel", "scale", "bar") if getattr(self, name) is not None]
        if len(given) > 1:
            raise InputError(f"{' and '.join(given)} both say the scale", advice="give one of them")
        if self.layer is not None and self.between is not None:
            raise InputError("--layer and --between both say the layer", advice="give one of them")


def numbers(text: str, count: int, where: str, example: str) -> tuple[float, ...]:
    """Return the numbers of a text such as '120,240'.

    Raises
    ------
    InputError
        If they are not numbers or not `count`.
    """
    try:
        values = tuple(float(part) for part in text.replace(";", ",").replace(" ", ",").split(",") if part)
    except ValueError:
        values = ()
    if len(values) != count or any(not abs(v) < 1e6 for v in values):
        raise InputError(f"'{text}' is not {count} numbers of pixels", where=where, advice=f'as "{example}"')
    return values
