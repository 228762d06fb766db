"""Reading a TOML description, with messages a person in the laboratory can act on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interlayer import units
from interlayer.descriptions.toml_lines import Lines, find_lines
from interlayer.errors import DescriptionError, nearest

LARGEST_FILE = 1_000_000
"""Bytes; a description is a page of text, and more is a wrong file."""

_PLACE = re.compile(r"\(at line (\d+), column \d+\)")
_PAIR = re.compile(r"\s*(?P<key>[^=]*?)\s*=\s*(?P<value>.*?)\s*")
_COLON_PAIR = re.compile(r"\s*(?P<key>[A-Za-z_][\w-]*)\s*:\s*(?P<value>\S.*?)\s*")
_NUMBER = re.compile(r"[+-]?\d[\d.,'eE+-]*")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"'})


def load_toml(path: str | Path, *, examples: Mapping[str, str] | None = None) -> tuple[dict[str, Any], Lines]:
    """Read a TOML description.

    Parameters
    ----------
    path : str or Path
        The file.
    examples : mapping, optional
        A well-written value by key name ('area' -> '0.785 cm2'): corrected lines take their unit from it.

    Returns
    -------
    dict
        The document as plain data.
    Lines
        The line of each key: `lines('coating.thickness')`, `lines.where(('coating', 'thickness'))`.

    Raises
    ------
    DescriptionError
        If there is no such file, it is empty or not text, or breaks the rules of TOML.
    """
    file = Path(path)
    return parse_toml(_read_text(file), name=file.name, examples=examples)


def parse_toml(
    text: str, *, name: str = "", examples: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], Lines]:
    """Read a TOML text; `name` is the file name that messages show. See `load_toml`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explained(text, str(error), name, examples or {}) from None
    except RecursionError:
        raise DescriptionError("brackets are nested too deeply to be a description", where=name) from None
    return data, Lines(name, find_lines(text))


def _read_text(file: Path) -> str:
    if not file.exists():
        raise DescriptionError("no such file", where=str(file), advice=_similar_files(file))
    if file.is_dir():
        raise DescriptionError(
            "this is a folder", where=str(file), advice="give the .toml file that lies in it"
        )
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise DescriptionError(
                f"{size} bytes is too large for a description", where=file.name, advice="give a .toml file"
            )
        raw = file.read_bytes()
    except OSError as error:
        raise DescriptionError(f"cannot be read ({error.strerror})", where=str(file)) from None
    # Editors on Windows write a byte-order mark, and some write UTF-16.
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise DescriptionError(
            "is not a text file in UTF-8", where=file.name, advice="save it as UTF-8 text"
        ) from None
    if not text.strip():
        raise DescriptionError(
            "the file is empty", where=file.name, advice="`interlayer init DIR` writes one to start from"
        )
    return text


def _similar_files(file: Path) -> str:
    folder = file.parent
    if not folder.is_dir():
        return f"there is no folder '{folder}'"
    close = nearest(file.name, [p.name for p in folder.glob("*.toml")])
    return "did you mean " + ", ".join(f"'{c}'" for c in close) + "?" if close else "check the path"


def _explained(text: str, message: str, name: str, examples: Mapping[str, str]) -> DescriptionError:
    """Turn a parser's complaint into the line, what is wrong with it, and the line as it should be."""
    place = _PLACE.search(message)
    lines = text.splitlines()
    number = int(place[1]) if place else len(lines)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    where = f"{name} line {number}".strip()
    what, advice = _diagnosis(line, message, examples)
    return DescriptionError(what, where=where, advice=advice)


def _diagnosis(line: str, message: str, examples: Mapping[str, str]) -> tuple[str, str]:
    if "Cannot overwrite" in message or "Cannot declare" in message or "Cannot mutate" in message:
        return f"{line}: this stands there twice", "keep one of the two"
    if line != line.translate(_CURLY):
        return f"{line}: curly quotation marks", "write " + line.translate(_CURLY)
    if line.startswith("["):
        return f"{line} is not a table name", "write [name] alone on its line, for instance [electrolyte]"
    pair = _PAIR.fullmatch(line)
    if pair is None:
        colon = _COLON_PAIR.fullmatch(line)
        if colon is not None:
            return f"{line}: a colon instead of '='", _assign(colon["key"], colon["value"], examples)
        return f"{line or 'the end of the file'} is not 'key = value'", 'write key = "value"'
    key, value = pair["key"], _without_comment(pair["value"])
    if " " in key and not key.startswith(('"', "'")):
        return f"{key} = {value}: a key has no spaces", f"write {key.replace(' ', '_')} = {value}"
    return _value_diagnosis(key, value, message, examples)


def _value_diagnosis(key: str, value: str, message: str, examples: Mapping[str, str]) -> tuple[str, str]:
    shown = f"{key} = {value}"
    if not value:
        example = examples.get(key)
        return f"{shown.strip()} has no value", f'write {key} = "{example or "..."}"'
    if value.startswith('"') and "\\" in value:
        inside = value.strip('"')
        return f"{shown}: a backslash between double quotes is an escape sign", _path_line(key, inside)
    if value[0] in "\"'":
        inside = value.strip("\"'")
        return (
            f"{shown}: the quotation marks do not close, or something follows them",
            f'write {key} = "{inside}"',
        )
    if value[0] in "[{":
        return (
            f"{shown}: the brackets or the commas in them are not right",
            f"check {key} ({_plain(message)})",
        )
    number = _NUMBER.match(value)
    if number is not None and "," in number[0]:
        return f"{shown}: a decimal comma", _assign(key, value, examples)
    if number is not None and number.end() < len(value):
        return f"{shown}: a number with unit stands in quotation marks", _assign(key, value, examples)
    if value in ("True", "False"):
        return f"{shown}: true and false are written small", f"write {key} = {value.lower()}"
    return f"{shown}: text stands in quotation marks", _assign(key, value, examples)


def _assign(key: str, value: str, examples: Mapping[str, str]) -> str:
    """Return advice with the corrected line: decimal point, unit of the key's example, quotation marks."""
    value = units.decimal_point(value.strip("\"'"))
    number = _NUMBER.fullmatch(value)
    unit = examples.get(key, "").partition(" ")[2]
    if number is not None and not unit:
        return f"write {key} = {value}"
    return f'write {key} = "{value} {unit}"' if number is not None else f'write {key} = "{value}"'


def _path_line(key: str, inside: str) -> str:
    if "'" in inside:
        return f'write {key} = "{inside.replace(chr(92), "/")}"'
    return f"write {key} = '{inside}'"


def _without_comment(value: str) -> str:
    """Drop a trailing comment, unless the sign may belong to a quoted text."""
    return value if value[:1] in ("'", '"') else value.partition("#")[0].rstrip()


def _plain(message: str) -> str:
    return _PLACE.sub("", message).strip().lower()
