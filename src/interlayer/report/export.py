"""A figure as files: the picture in several formats, and beside it the CSV that redraws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from interlayer.errors import OutputError
from interlayer.report.atomic import write_bytes
from interlayer.report.csv_export import Decimal, write_csv
from interlayer.report.figure import Figure
from interlayer.report.matplotlib_backend import render

DEFAULT_FORMATS: Final[tuple[str, ...]] = ("svg", "png", "csv")
FILE_FORMATS: Final[tuple[str, ...]] = ("svg", "png", "pdf", "csv")


@dataclass(frozen=True)
class Exported:
    """What was written for one figure."""

    paths: tuple[Path, ...]
    preview: bytes = field(default=b"", repr=False)
    """A small PNG for pages without scripts; drawn in the same go."""


def export_figure(
    figure: Figure,
    folder: Path,
    *,
    formats: Sequence[str] = DEFAULT_FORMATS,
    dpi: int = 300,
    decimal: Decimal = "point",
) -> Exported:
    """Write a figure into a folder as `<id>.svg`, `<id>.png`, `<id>.csv`, ...

    Parameters
    ----------
    figure : Figure
        What to draw; drawn once for all formats.
    folder : Path
        Made if it is absent.
    formats : sequence of {'svg', 'png', 'pdf', 'csv'}
        Files to write.
    dpi : int
        Of the PNG: 300, or 600 for line art.
    decimal : {'point', 'comma'}
        Of the CSV.

    Raises
    ------
    OutputError
        If a format is not known or a file cannot be written.
    """
    unknown = [f for f in formats if f not in FILE_FORMATS]
    if unknown:
        raise OutputError(
            f"figures cannot be written as '{unknown[0]}'", advice="use " + ", ".join(FILE_FORMATS)
        )
    pictures = [f for f in formats if f != "csv"]
    drawn = render(figure, [*pictures, "preview"], dpi=dpi)
    paths = [write_bytes(folder / f"{figure.id}.{one}", drawn[one]) for one in pictures]
    if "csv" in formats:
        paths.append(write_csv(figure, folder / f"{figure.id}.csv", decimal))
    return Exported(tuple(paths), drawn["preview"])
