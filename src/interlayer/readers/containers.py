"""Archives (.ndax, .xlsx, .gz) looked at before anything in them is unpacked.

An archive may promise more than a disk can hold, in a few bytes (a zip bomb), or name members that would be
written elsewhere. Both are read off its list of members, which costs nothing; what is unpacked by stream is
counted on the way, since such a list may lie.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final
from zipfile import ZipFile, ZipInfo

from interlayer.errors import ReadError

LARGEST_BYTES: Final = 2**31
"""All members of an archive together, unpacked."""
LARGEST_WORKBOOK: Final = 2**30
"""The same for workbooks, whose text takes more memory than their size."""
LARGEST_RATIO: Final = 200
"""Unpacked over packed size of one member. Tables of numbers reach 10 to 30; deflate cannot do more than 1032."""
RATIO_COUNTS_FROM: Final = 2**24
"""Bytes of one unpacked member below which its ratio tells nothing: a megabyte of zeros harms nobody."""
MOST_MEMBERS: Final = 2000

GZIP: Final = b"\x1f\x8b"
"""First bytes of a gzip file."""
_ARCHIVES: Final = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_END_MARK: Final = b"PK\x05\x06"
_LONGEST_END: Final = 2**16 + 22
"""The end of an archive: 22 bytes and a comment."""
_LONGEST_LIST: Final = 2**20
"""Bytes of the list of members; a longer one takes seconds to read."""
_CHUNK: Final = 2**18
_COPY: Final = "copy it from the instrument's computer again"


def members(path: Path) -> list[str]:
    """Return the names of the members of a zip archive; [] if it is none, damaged or has far too many."""
    try:
        if _list_bytes(path) > _LONGEST_LIST:
            return []
        with ZipFile(path) as archive:
            return archive.namelist()
    except Exception:  # a damaged archive makes its decoder raise nearly anything
        return []


def check_zip(path: Path, *, largest: int = LARGEST_BYTES) -> None:
    """Refuse an archive as `opened` does.

    Raises
    ------
    ReadError
        See `opened`.
    """
    with opened(path, largest=largest):
        pass


@contextmanager
def opened(path: Path, *, largest: int = LARGEST_BYTES) -> Generator[ZipFile, None, None]:
    """Open an archive, unless it would unpack to too much, or elsewhere than where it is told to.

    Parameters
    ----------
    path : Path
        A zip archive, whatever its ending.
    largest : int
        Bytes that all members together may unpack to.

    Raises
    ------
    ReadError
        If it is damaged, has more than `MOST_MEMBERS` members, unpacks to more than `largest` bytes or more than
        `LARGEST_RATIO` times its size, holds a member with an absolute name or one that climbs out ('..'), an
        archive within the archive, members under one name or on the same bytes, or an encrypted member; also if a
        member that is read within turns out to be damaged.
    """
    try:
        if _list_bytes(path) > _LONGEST_LIST:
            raise ReadError(
                "an archive of far more files than an instrument's file has",
                advice="give the instrument's own file",
            )
        with ZipFile(path) as archive:
            listed = archive.infolist()
            _check_list(listed, largest)
            _check_overlap(listed)
            for info in listed:
                _check_member(info)
            yield archive
    except (ReadError, MemoryError):
        raise
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror or 'the archive is damaged'}") from problem
    except Exception as problem:  # damaged members make the decoders raise nearly anything
        raise ReadError("the archive is damaged or cut", advice=_COPY) from problem


def _list_bytes(path: Path) -> int:
    """Length of the list of members, which stands before the end of an archive; 0 if there is none."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _LONGEST_END))
        end = file.read()
    at = end.rfind(_END_MARK)
    return int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else 0


def _check_list(listed: list[ZipInfo], largest: int) -> None:
    if len(listed) > MOST_MEMBERS:
        raise ReadError(
            f"an archive of {len(listed)} files, more than the {MOST_MEMBERS} that an instrument's file may have",
            advice="give the instrument's own file",
        )
    total = sum(info.file_size for info in listed)
    if total > largest:
        raise ReadError(
            f"an archive that unpacks to {_size(total)}, more than the limit of {_size(largest)}",
            advice="give the instrument's own file; a longer test is better exported as text",
        )
    names = [info.filename for info in listed]
    if len(set(names)) != len(names):
        raise ReadError("an archive that holds two files under one name", advice=_COPY)


def _check_overlap(listed: list[ZipInfo]) -> None:
    """Members that share their packed bytes are how a small archive unpacks without end."""
    spans = sorted((info.header_offset, info.compress_size) for info in listed)
    for (begin, size), (following, _) in pairwise(spans):
        if begin + size > following:
            raise ReadError("an archive whose files share their bytes: a zip bomb, or damaged", advice=_COPY)


def _check_member(info: ZipInfo) -> None:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        raise ReadError(
            f"the archive holds a file that would be written outside its folder ('{info.filename[:60]}')",
            advice="do not unpack it; ask where it comes from",
        )
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size >= RATIO_COUNTS_FROM and ratio > LARGEST_RATIO:
        raise ReadError(
            f"the archive is a zip bomb: '{name[-40:]}' unpacks to {ratio:.0f} times its size",
            advice="do not unpack it; ask where it comes from",
        )
    if info.flag_bits & 0x1:
        raise ReadError("the archive is encrypted", advice="save it without a password")
    if name.lower().endswith(_ARCHIVES):
        raise ReadError(
            f"the archive holds another archive ('{name[-40:]}')",
            advice="unpack it, and give the file within",
        )


def gunzip(path: Path, *, largest: int) -> bytes:
    """Return the content of a gzip file.

    Parameters
    ----------
    path : Path
        The file.
    largest : int
        Bytes that it may unpack to; unpacking stops there.

    Raises
    ------
    ReadError
        If it is cut, damaged, or unpacks to more.
    """
    unpacked: list[bytes] = []
    size = 0
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        with path.open("rb") as file:
            pending = file.read(_CHUNK)
            while pending:
                piece = decoder.decompress(pending, min(_CHUNK, largest + 1 - size))
                size += len(piece)
                if size > largest:
                    raise ReadError(
                        f"a gzip archive that unpacks to more than {_size(largest)}",
                        advice="unpack it yourself if you trust it",
                    )
                unpacked.append(piece)
                if decoder.eof:
                    break
                pending = decoder.unconsumed_tail or file.read(_CHUNK)
    except (ReadError, MemoryError):
        raise
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror}") from problem
    except Exception as problem:  # zlib.error, or that of what stands in for zlib
        raise ReadError("the gzip archive is damaged", advice=_COPY) from problem
    if not decoder.eof:
        raise ReadError("the gzip archive is cut", advice=_COPY)
    return b"".join(unpacked)


def first_bytes(head: bytes, count: int) -> bytes:
    """Return up to `count` bytes of what the beginning of a gzip file unpacks to; b'' if it is none."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, count)
    except Exception:  # zlib.error, or that of what stands in for zlib
        return b""


def _size(count: int) -> str:
    return f"{count / 2**30:.3g} GiB" if count >= 2**29 else f"{count / 2**20:.3g} MiB"
