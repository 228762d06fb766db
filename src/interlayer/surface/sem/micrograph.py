"""An image of an electron microscope as an array of grey levels, with what its file says."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from interlayer.errors import ReadError
from interlayer.record.record import Finding

FloatArray = NDArray[np.float64]

MOST_PIXELS: Final = 100_000_000
"""Images with more pixels are refused before they are decoded."""
FEWEST: Final = 32
"""Fewest pixels along either side."""
SUFFIXES: Final = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp")
MOST_TEXT: Final = 1_000_000
"""Bytes of a tag or side file that are read."""
_FORMATS: Final = ("TIFF", "PNG", "JPEG", "BMP")
_COLOUR_SPREAD: Final = 0.06
"""Difference of colour channels from which an image counts as coloured."""


@dataclass(frozen=True, eq=False)
class Micrograph:
    """Grey levels and origin.

    Attributes
    ----------
    grey : ndarray, shape (rows, columns)
        0 to 1 of the range of the file's numbers; row 0 is the top.
    name, sha256 : str
        File name without folder; hash of the file.
    bits : int
        Of one pixel in the file.
    tags : dict
        TIFF tags by number.
    beside : dict
        Texts of side files of the same stem, by lower-case ending.
    findings : tuple of Finding
    """

    grey: FloatArray
    name: str
    sha256: str
    bits: int
    tags: dict[int, Any] = field(default_factory=dict[int, Any])
    beside: dict[str, str] = field(default_factory=dict[str, str])
    findings: tuple[Finding, ...] = ()


def read_micrograph(path: Path) -> Micrograph:
    """Read an image.

    Raises
    ------
    ReadError
        If there is no such file, it is no image, cut off, or has too many or too few pixels.
    """
    if not path.is_file():
        raise ReadError("there is no such file", where=path.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_FORMATS) as image:
                _check_size(image.size, path.name)
                tags = _tags(image)
                frames = int(getattr(image, "n_frames", 1))
                image.load()
                grey, bits, findings = _grey(image, path.name)
    except ReadError:
        raise
    except UnidentifiedImageError as error:
        raise ReadError(
            "this is no image that can be read", where=path.name, advice="give .tif, .png, .jpg or .bmp"
        ) from error
    except Image.DecompressionBombError as error:
        raise ReadError(f"more than {MOST_PIXELS:.0e} pixels", where=path.name, advice="crop it") from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        MemoryError,
        EOFError,
    ) as error:
        raise ReadError(
            "the image is damaged or cut off", where=path.name, advice="export it again"
        ) from error
    if frames > 1:
        findings.append(Finding("pages", f"the file holds {frames} images; the first is used", "note"))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Micrograph(grey, path.name, digest, bits, tags, _beside(path), tuple(findings))


def _check_size(size: tuple[int, int], name: str) -> None:
    columns, rows = size
    if columns * rows > MOST_PIXELS:
        raise ReadError(
            f"{columns} x {rows} pixels are more than {MOST_PIXELS:.0e}", where=name, advice="crop or bin it"
        )
    if min(size) < FEWEST:
        raise ReadError(
            f"{columns} x {rows} pixels are too few, at least {FEWEST} a side are needed", where=name
        )


def _tags(image: Image.Image) -> dict[int, Any]:
    held: Any = getattr(image, "tag_v2", None)
    tags: dict[int, Any] = {}
    if held is None:
        return tags
    for key in list(held):
        try:
            tags[int(key)] = held[key]
        except (KeyError, ValueError, TypeError, OSError):  # one broken tag does not spoil the image
            continue
    return tags


def _grey(image: Image.Image, name: str) -> tuple[FloatArray, int, list[Finding]]:
    findings: list[Finding] = []
    mode = image.mode
    if mode.startswith("I;16"):
        return np.asarray(image, dtype=np.float64) / 65535.0, 16, findings
    if mode in ("I", "F"):
        values = np.asarray(image, dtype=np.float64)
        finite = np.isfinite(values)
        if not finite.all():
            raise ReadError(f"{int((~finite).sum())} pixels are no numbers", where=name)
        low, high = float(values.min()), float(values.max())
        if mode == "I" and low >= 0.0 and high <= 65535.0:
            return values / 65535.0, 16, findings
        span = high - low
        return (values - low) / span if span > 0.0 else np.zeros_like(values), 32, findings
    if mode in ("1", "L"):
        return np.asarray(image.convert("L"), dtype=np.float64) / 255.0, 8, findings
    channels = np.asarray(image.convert("RGB"), dtype=np.float64) / 255.0
    spread = float(np.mean(channels.max(axis=2) - channels.min(axis=2) > _COLOUR_SPREAD))
    if spread > 0.02:
        findings.append(
            Finding("coloured", f"{spread:.0%} of the pixels are coloured; their mean brightness is used")
        )
    return channels.mean(axis=2), 8, findings


def _beside(path: Path) -> dict[str, str]:
    """Texts with the same stem: 'x.txt' or 'x.tif.txt', 'x.hdr'."""
    texts: dict[str, str] = {}
    for ending in (".txt", ".hdr"):
        for candidate in (path.with_suffix(ending), path.with_name(path.name + ending)):
            if ending in texts or not candidate.is_file():
                continue
            try:
                with candidate.open("rb") as file:
                    raw = file.read(MOST_TEXT)
            except OSError:
                continue
            texts[ending] = decoded(raw)
    return texts


def decoded(raw: bytes) -> str:
    """Text of a tag or side file: UTF-16 with its mark, UTF-8, or Latin-1."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
