"""Which cell a file is of, guessed from what its instrument or its name says.

From the name go, at its end: technique numbers and techniques (`_01_GCPL`, `_PEIS`), channels (`_C05`, `_CH3`),
parts and restarts (`_part2`, `_restart`, `(1)`), words for a kind of test (`_eis`, `_cycling`), and dates anywhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from interlayer.record.record import Record

TECHNIQUES: Final = (
    *("OCV", "CV", "CVA", "CP", "CA", "CC", "GCPL", "GCPL2", "GCPL3", "GCPL4", "GCPL5", "GCPL6", "GCPL7"),
    *(
        "PEIS",
        "GEIS",
        "SPEIS",
        "SGEIS",
        "EIS",
        "ZIR",
        "MB",
        "LSV",
        "LP",
        "PCGA",
        "CSTC",
        "WAIT",
        "BCD",
        "CED",
    ),
    *("GITT", "PITT", "MP", "VSP", "DUSB0", "LOOP"),
)
WORDS: Final = (
    *(
        "impedance",
        "spectrum",
        "spectra",
        "spec",
        "cycling",
        "cycle",
        "cyc",
        "cycles",
        "plating",
        "stripping",
    ),
    *(
        "formation",
        "prerun",
        "run",
        "restart",
        "restarted",
        "resume",
        "resumed",
        "continued",
        "continue",
        "cont",
    ),
    *("copy", "kopie", "export", "exported", "record", "data", "raw", "file", "test", "rest", "ramp", "ccd"),
    *("rate", "before", "after", "initial", "init", "final", "end", "start", "new", "neu", "fortsetzung"),
)
_GENERIC: Final = re.compile(r"[\W_]*\d*[\W_]*")
"""Nothing but one number, such as that of a technique."""
_SEPARATOR: Final = r"[ _\-.,;]"
_DATE: Final = re.compile(
    rf"(?:(?<=^)|(?<={_SEPARATOR}))"
    r"(?:(?:19|20)\d\d([_\-.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([_\-.])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d"
    r"|(?:0[1-9]|[12]\d|3[01])([_\-.])(?:0[1-9]|[12]\d|3[01])\3\d\d)"
    r"(?:[ T_\-]+[0-2]\d[_\-.:h]?[0-5]\d(?:[_\-.:m]?[0-5]\d)?)?"
    rf"(?={_SEPARATOR}|$)"
)
_TECHNIQUE: Final = "|".join(sorted(TECHNIQUES, key=len, reverse=True))
_WORD: Final = "|".join(sorted(WORDS, key=len, reverse=True))
_TAILS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_SEPARATOR}+C(?:H|h)?\d{{1,3}}$",  # channel
        rf"(?i:{_SEPARATOR}+ch(?:annel|annl)?{_SEPARATOR}?\d{{1,4}}$)",
        rf"(?i:{_SEPARATOR}+\d\d{_SEPARATOR}+(?:{_TECHNIQUE})$)",  # technique with its number
        rf"(?i:(?:^|{_SEPARATOR}+)(?:{_TECHNIQUE})\d?$)",
        r"[ _\-]*\(\d{1,3}\)$",  # a copy that the system made
        r"(?i:[ _\-]+(?:copy|kopie)[ _\-]*\d*$)",
    )
)
_WORDY: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:(?:^|{_SEPARATOR}+)(?:part|teil|pt|run|restart|continued?|cont)[ _\-.]?\d{{1,3}}$)",
        rf"(?i:(?:^|{_SEPARATOR}+)(?:after|before|at|nach|vor)?[ _\-.]?\d{{1,5}}(?:h|cyc|cycles?|d|days?)$)",
        rf"(?i:(?:^|{_SEPARATOR}+)(?:{_WORD})$)",
    )
)
_DOING: Final = "|".join(
    (
        *("impedance", "spectrum", "spectra", "cycling", "cycles?", "plating", "stripping", "formation"),
        *("prerun", "restart", "part", "before", "after", "initial", "final", "loop"),
    )
)
_SAID: Final = ("barcode", "cell_id", "cell_name", "cell", "sample", "item", "remark", "remarks")
"""What instruments note of the cell, best first."""


def label_of(path: Path, record: Record | None = None) -> str:
    """Return the label of the cell that a file is of: as the instrument says, else by name.

    A name without anything of its own ('01_GCPL.mpr', 'eis.mpt') takes that of its folder.
    """
    said = "" if record is None else _said(record.provenance.extra)
    if record is not None and path.suffix.lower() == ".parquet":
        said = record.label or said  # a stored record was named by a person
    if said:
        return said
    found = label_of_name(path.stem)
    if not _GENERIC.fullmatch(found) and not _is_words(found):
        return found
    folder = label_of_name(path.parent.name) if path.parent.name else ""
    return folder or found or path.stem


def label_of_name(stem: str) -> str:
    """Return what is left of a file name without techniques, channels, dates, parts; '' if nothing is."""
    plain = _without(_tidy(_DATE.sub("", stem)), _TAILS)
    bare = _without(plain, (*_TAILS, *_WORDY))
    # 'test_01' is a poor label, but better than '01'.
    return plain if _GENERIC.fullmatch(bare) and not _is_words(plain) else bare


def _is_words(text: str) -> bool:
    """Whether a name says what was done and nothing of the cell."""
    return re.fullmatch(rf"(?i:(?:{_DOING}|{_TECHNIQUE}|[\d\W_]+)*)", text) is not None


def _without(text: str, tails: tuple[re.Pattern[str], ...]) -> str:
    while True:
        before = text
        for tail in tails:
            text = _tidy(tail.sub("", text))
        if text == before:
            return text


def same_cell(label: str) -> str:
    """Return a label in the form in which two spellings of it are equal: 'A_1' and 'a-1'."""
    return re.sub(rf"{_SEPARATOR}+", "-", label.strip()).casefold()


def natural(text: str) -> list[tuple[int, str]]:
    """Sort key that puts 'part-10' after 'part-9'."""
    return [(int(x), "") if x.isdecimal() else (-1, x.casefold()) for x in re.split(r"(\d+)", text)]


def _said(extra: dict[str, Any]) -> str:
    for name in _SAID:
        text = extra.get(name)
        if isinstance(text, str) and re.search(r"\w", text) and len(text.strip()) <= 80:
            return " ".join(text.split())
    return ""


def _tidy(text: str) -> str:
    text = re.sub(r"([ _\-.,;])[ _\-.,;]+", r"\1", text)
    return text.strip(" _-.,;")
