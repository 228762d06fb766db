"""What a column is, by the name that instruments and people give it: frequency, parts of Z, time, bias.

A name is a word and, behind it, a unit in brackets or after a slash. '-Z''' and 'Z''' are two things; so are
'Phase' and '-Phase'. Primes, quotation marks and Greek letters come in many spellings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from interlayer import units

UNITS: Final = {
    "frequency": ("Hz", {"Hz", "kHz", "MHz", "mHz"}),
    "angular": ("rad/s", {"rad/s", "rad s-1", "1/s", "s-1"}),
    "real": ("ohm", {"ohm", "kohm", "Mohm", "mohm", "uohm"}),
    "imaginary": ("ohm", {"ohm", "kohm", "Mohm", "mohm", "uohm"}),
    "modulus": ("ohm", {"ohm", "kohm", "Mohm", "mohm", "uohm"}),
    "phase": ("deg", {"deg", "rad", "mrad"}),
    "time": ("s", {"s", "min", "h", "ms"}),
    "voltage": ("V", {"V", "mV", "uV"}),
    "current": ("A", {"A", "mA", "uA", "nA", "pA"}),
    "temperature": ("degC", {"degC", "K"}),
}
"""Unit of a column without one, and the units that it may have."""

_WORDS: Final = {
    "frequency": r"f|fr|freq|frequency|frequenz|frequence|fréquence|frecuencia|freqency",
    "angular": r"w|ω|omega|angular frequency",
    "real": (
        r"z'|zs'|z_?re(al)?|re|real|re\(?z\)?|real\(?z\)?|z\.?real|z real|real z|zreal|real part|real impedance"
        r"|z' \(?a\)?|z'\(a\)|z1|r|rs|realteil|z_r|zr|z'ohm|re_z|real_z|z_real|zre"
    ),
    "imaginary": (
        r"z''|zs''|z_?im(ag)?|zimg|im|imag|imaginary|im\(?z\)?|imag\(?z\)?|z imag|imag z|z imaginary"
        r"|imaginary part|imaginary impedance|z''\(b\)|z2|x|xs|imaginärteil|z_i|zi|im_z|imag_z|z_imag"
    ),
    "modulus": r"\|z\||zmod|z_?mod|modulus|mod\(?z\)?|abs\(?z\)?|magnitude|mag|z|zmag|impedance|z_abs",
    "phase": (
        r"phase|zphz|z_?phase|phase angle|angle|theta|θ|phi|φ|phase\(?z\)?|theta \(z\)|theta\(z\)|arg\(?z\)?"
        r"|phasez|phase \(?of z\)?"
    ),
    "time": r"t|time|elapsed time|zeit|time\(sec\)|test time|corrected time",
    "voltage": r"e|v|u|potential|voltage|edc|vdc|e_?dc|<ewe>|ewe|ecell|<ecell>|dc potential|e dc|bias|vf",
    "current": r"i|current|idc|i_?dc|<i>|dc current|strom|im",
    "temperature": r"temp|temp\.|temperature|temperatur|tm",
}
_PATTERNS: Final = {role: re.compile(rf"(?:{words})") for role, words in _WORDS.items()}
_UNIT = re.compile(r"^(?P<word>.*?)\s*(?:[\[(/]\s*(?P<unit>[^\])/\[(]+(?:/s)?)\s*[\])]?)\s*$")
_SAME: Final = str.maketrans(
    {
        **dict.fromkeys("’′´`‘ʹ", "'"),
        **dict.fromkeys('”″“"ʺ', "″"),
        **dict.fromkeys("–−‒", "-"),
        "Ω": "ohm",
        "\u2126": "ohm",
        "μ": "u",
        "µ": "u",
        "\ufffd": "°",
        "º": "°",
    }
)
_SPELLINGS: Final = {
    "hz": "Hz",
    "khz": "kHz",
    "ohm": "ohm",
    "ohms": "ohm",
    "kohm": "kohm",
    "°": "deg",
    "deg": "deg",
    "degree": "deg",
    "degrees": "deg",
    "rad": "rad",
    "sec": "s",
    "s": "s",
    "seconds": "s",
    "v": "V",
    "volts": "V",
    "a": "A",
    "amps": "A",
    "°c": "degC",
    "degc": "degC",
    "deg c": "degC",
    "c": "degC",
    "k": "K",
}


@dataclass(frozen=True)
class Role:
    """What one column is.

    Attributes
    ----------
    kind : str
        A key of `UNITS`.
    sign : int
        -1 for -Z'' and for a negative phase angle.
    unit : str
        Its unit, as `interlayer.units` spells it.
    stated : bool
        Whether the name itself states the sign ('Z''' and '-Z''' do; a name that anyone may use for both,
        such as 'Imag' or 'Im', does not).
    """

    kind: str
    sign: int = 1
    unit: str = ""
    stated: bool = True

    @property
    def factor(self) -> float:
        """Factor from the column's unit to Hz, ohm, rad, s, V or A; temperatures have none."""
        return 1.0 if self.kind == "temperature" else units.factor(self.unit)


_VAGUE = re.compile(
    r"im|imag|imaginary|z_?im(ag)?|zimg|imaginary part|imaginary impedance|x|zi|z2|z_i|imag_z|im_z|z_imag"
)


def role_of(name: str) -> Role | None:
    """Return what a column of this name is; None if nobody says.

    Parameters
    ----------
    name : str
        As the file has it.
    """
    text = " ".join(name.translate(_SAME).replace("″", "''").split()).strip("#%; ")
    text = re.sub(r"\.(?=[\[(/])", "", text)
    word, unit_text = _parted(text)
    sign, word = _signed(word.lower().removeprefix("data: "))
    for kind, pattern in _PATTERNS.items():
        default, allowed = UNITS[kind]
        unit = default if not unit_text else _unit(unit_text)
        if unit not in allowed or not pattern.fullmatch(word):
            continue
        if sign < 0 and kind not in ("imaginary", "phase"):
            continue
        stated = kind != "imaginary" or sign < 0 or not _VAGUE.fullmatch(word)
        return Role(kind, sign, unit, stated)
    return None


def from_option(text: str) -> Role | None:
    """Return the role that a person gave, for instance '-imaginary' or 'frequency kHz'; None for 'skip' and
    for roles of cycling data.
    """
    word, _, unit = text.partition(" ")
    kind = word.removeprefix("-")
    if kind not in UNITS or word in ("-current", "-voltage"):
        return None
    return Role(kind, -1 if word.startswith("-") else 1, unit.strip() or UNITS[kind][0])


def roles_of(names: Sequence[str]) -> dict[int, Role]:
    """Return the roles of columns by position; the first column of each kind is taken.

    'Z' beside Z' and Z'' is the modulus; 'Im' beside an imaginary part of another name is a current.
    """
    found: dict[int, Role] = {}
    taken: set[str] = set()
    for position, name in enumerate(names):
        role = role_of(name)
        if role is not None and role.kind not in taken:
            found[position] = role
            taken.add(role.kind)
    return found


def _parted(text: str) -> tuple[str, str]:
    """Part a name into word and unit; brackets that are no unit, as in 'Re(Z)', stay with the word."""
    match = _UNIT.match(text)
    if match and match["word"] and _unit(match["unit"]) is not None:
        return match["word"].strip(), match["unit"].strip()
    return text, ""


def _unit(text: str) -> str | None:
    plain = " ".join(text.split()).strip(". ")
    known = {unit for _, allowed in UNITS.values() for unit in allowed}
    if plain in known:
        return plain
    low = _SPELLINGS.get(plain.lower())
    if low is not None:
        return low
    # 'MOhm' and 'mOhm' differ in their first letter only, so that it is kept.
    tail = plain[:1] + plain[1:].lower()
    tail = tail.removesuffix("s") if tail.endswith("ohms") else tail
    return tail if tail in known else None


def _signed(word: str) -> tuple[int, str]:
    match = re.fullmatch(r"(?:-|neg\.? |negative |minus )\s*\(?(.*?)\)?", word)
    if match:
        inner = match[1]
        return -1, inner + ")" if inner.count("(") > inner.count(")") else inner
    return 1, word.strip()
