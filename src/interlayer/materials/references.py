"""The papers behind the numbers: references.bib, read once."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from interlayer.errors import DescriptionError, unknown_name

_FILE = Path(__file__).parent / "data" / "references.bib"
_ENTRY = re.compile(r"@(?P<type>\w+)\{(?P<key>[^,\s]+),(?P<body>.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"^\s*(?P<name>\w+)\s*=\s*\{(?P<value>.*)\},?\s*$", re.MULTILINE)


@lru_cache(maxsize=1)
def references() -> dict[str, dict[str, str]]:
    """Return all entries by key: the fields of the bibliography file, and `type`.

    The file keeps one field a line, its value in braces.
    """
    text = _FILE.read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for entry in _ENTRY.finditer(text):
        fields = {
            f["name"].lower(): f["value"].replace("{", "").replace("}", "")
            for f in _FIELD.finditer(entry["body"])
        }
        if entry["key"] in found:
            raise DescriptionError(f"'{entry['key']}' stands there twice", where=_FILE.name)
        found[entry["key"]] = {"type": entry["type"].lower(), **fields}
    return found


def citation(key: str) -> str:
    """Return one line for a list of references: authors, title, journal, year, DOI.

    Raises
    ------
    DescriptionError
        If no entry has this key.
    """
    entry = references().get(key)
    if entry is None:
        raise DescriptionError(unknown_name("reference", key, references()))
    venue = " ".join(
        part
        for part in (
            entry.get("journal") or entry.get("publisher") or entry.get("institution") or "",
            entry.get("volume", ""),
        )
        if part
    )
    pages = f", {entry['pages'].replace('--', '–')}" if "pages" in entry else ""
    link = f", doi:{entry['doi']}" if "doi" in entry else ""
    link = link or (f", arXiv:{entry['eprint']}" if "eprint" in entry else "")
    people = entry["author"].replace(" and ", ", ")
    title = f", {entry['title']}" if "title" in entry else ""
    return f"{people}{title}, {venue}{pages} ({entry['year']}){link}"
