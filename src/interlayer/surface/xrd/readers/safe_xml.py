"""XML that may come from anywhere: no document type, no entities, no namespaces to care for, a limit in size."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from interlayer.errors import ReadError

LARGEST_BYTES: Final = 200_000_000
DEEPEST: Final = 200
_DECLARES: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_KNOWN: Final = ("utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "utf-16")


class _Builder(ElementTree.TreeBuilder):
    """Refuses nesting without end."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ElementTree.Element:  # type: ignore[override]
        self.depth += 1
        if self.depth > DEEPEST:
            raise ReadError(f"its XML is nested more than {DEEPEST} deep")
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag: str, /) -> ElementTree.Element:
        self.depth -= 1
        return super().end(tag.rpartition("}")[2])


def root(data: bytes) -> ElementTree.Element:
    """Return the root of a document, tags without namespace.

    Raises
    ------
    ReadError
        If it is no XML, declares a document type or entities, or is too large or too deep.
    """
    if len(data) > LARGEST_BYTES:
        raise ReadError("its XML is larger than 200 MB")
    plain = data.replace(b"\0", b"")
    if _DECLARES.search(plain):
        raise ReadError(
            "its XML declares a document type or entities, which no instrument writes and which may do harm",
            advice="copy the file from the instrument again",
        )
    said = _ENCODING.search(plain[:200])
    if said is not None and said[1].decode("ascii").lower() not in _KNOWN:
        raise ReadError(
            f"its XML is in the encoding '{said[1].decode('ascii')[:20]}'", advice="save it as UTF-8"
        )
    parser = ElementTree.XMLParser(target=_Builder())
    try:
        parser.feed(data)
        return parser.close()
    except ElementTree.ParseError as problem:
        line = getattr(problem, "position", (0, 0))[0]
        raise ReadError(
            f"its XML is damaged or cut at line {line}", advice="copy the file from the instrument again"
        ) from problem
    except (ValueError, LookupError, UnicodeError) as problem:
        raise ReadError("its XML is damaged") from problem
