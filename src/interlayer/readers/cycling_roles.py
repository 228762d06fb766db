"""What a column of cycling data is, by the names that cyclers and people give it, in English, Chinese, German.

A name is a word and a unit: 'Current(mA)', 'I [A]', 'Voltage/V', 'test_time_s', 'Spannung in V', '电流/mA',
'Amps'. A column whose name says no unit is read in the unit of the record, which the caller says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from interlayer import units
from interlayer.errors import InputError

CLOCK: Final = "h:m:s"
"""Unit of a time that is printed as hours, minutes and seconds."""
_TIMES: Final = {"s", "min", "h", "ms", "d", CLOCK}
_CHARGES: Final = {"Ah", "mAh", "uAh", "nAh", "C", "mC", "A s", "mA s", "uA s"}
_VOLTS: Final = {"V", "mV", "uV"}
_NONE: Final[set[str]] = set()

UNITS: Final[dict[str, tuple[str, set[str]]]] = {
    "time": ("s", _TIMES),
    "step_time": ("s", _TIMES),
    "datetime": ("", {"d"}),
    "unix_time": ("s", {"s", "ms"}),
    "voltage": ("V", _VOLTS),
    "working_potential": ("V", _VOLTS),
    "counter_potential": ("V", _VOLTS),
    "current": ("A", {"A", "mA", "uA", "nA", "pA", "kA"}),
    "current_density": ("mA/cm2", {"A/m2", "A/cm2", "mA/cm2", "uA/cm2"}),
    "step": ("", _NONE),
    "step_count": ("", _NONE),
    "cycle": ("", _NONE),
    "step_type": ("", _NONE),
    "charge_capacity": ("Ah", _CHARGES),
    "discharge_capacity": ("Ah", _CHARGES),
    "capacity": ("Ah", _CHARGES),
    "temperature": ("degC", {"degC", "K"}),
    "pressure": ("kPa", {"Pa", "kPa", "MPa", "bar", "mbar", "psi", "N", "kN", "kg", "kgf", "atm"}),
}
"""Unit of a column without one, and the units that it may have; none for numbers and words."""

_WORDS: Final = {
    "step_time": (
        r"step ?time|t ?step|relative time|time in step|schritt ?zeit"
        r"|步骤时间|工步时间|相对时间|步时间|单步时间|过程时间"
    ),
    "time": (
        r"t|time|(test|total|cumulative|cumul|elapsed|run|measurement|experiment|exp) ?time|time elapsed|zeit"
        r"|(test|gesamt|pr[uü]f|lauf|mess|versuchs) ?zeit|时间|(测试|总|累计|运行|试验)时间|测试总时间"
        r"|seconds?|hours?|minutes?|test ?t"
    ),
    "datetime": (
        r"date|date ?time|date ?time ?iso string|sys ?time|system ?time|real ?time|absolute ?time|abs ?time|time ?stamp"
        r"|date ?stamp|datenum|datum|datum ?/? ?(uhr)?zeit|uhrzeit|dpt ?time|wall ?(clock)? ?time|clock|recording time"
        r"|绝对时间|系统时间|日期|日期时间|实时时间|真实时间|记录时间"
    ),
    "unix_time": r"unix ?time|epoch|epoch ?time|posix ?time|unix ?timestamp",
    "working_potential": (
        r"<?ewe>?|e ?we|we potential|(working|working electrode) (potential|voltage)|potential we|v ?we|<?ewe>? vs re"
        r"|工作电极(电位|电势|电压)|arbeitselektrode|potential arbeitselektrode"
    ),
    "counter_potential": (
        r"<?ece>?|e ?ce|ce potential|(counter|counter electrode) (potential|voltage)|potential ce|v ?ce|<?ece>? vs re"
        r"|(对|辅助)电极(电位|电势|电压)|gegenelektrode|potential gegenelektrode"
    ),
    "voltage": (
        r"e|v|u|(cell |battery |batt |terminal |full cell )?(voltage|potential|volts)|volt|<?ecell>?|<?ewe ece>?"
        r"|v ?cell|u ?cell"
        r"|(zell|klemmen)?spannung|电压|电位|电势|(电池|全电池)电压|dc potential|voltage measured"
    ),
    "current": (
        r"i|<i>|(cell |battery )?current|cur|curr|amps|amp|ampere|i ?cell|strom|stromst[aä]rke|电流|电池电流|dc current"
        r"|current measured"
    ),
    "current_density": r"(current|areal current)( density)?|j|i|电流密度|stromdichte",
    "step_count": r"step ?(count|number)|steps? done|工步序号|schrittz[aä]hler",
    "step": (
        r"step|step ?(index|id|no|nr)|ns|工步号|工步|步次|步骤号|步骤|过程号"
        r"|schritt|schritt ?(nummer|nr)|line|zeile|ablauf zeile"
    ),
    "cycle": (
        r"cycle|cycles|cycle ?(index|id|no|nr|number|count|num)|cyc|cyc ?(no|count|#)"
        r"|循环|循环(号|序号|次数|数)|圈数|循环圈数"
        r"|zyklus|zyklen|zyklus ?(nummer|nr|zahl|z[aä]hler)|zyklenzahl"
    ),
    "step_type": (
        r"step ?(type|name|status|mode|state)|state|status|mode|command|befehl|kommando"
        r"|工步(类型|名称|状态)|状态|(工作)?模式"
        r"|步骤名称|工作状态|过程(名称|模式)|schritt ?(typ|name)|charge ?state"
    ),
    "charge_capacity": (
        r"(charge|charging|chg|cha) ?(capacity|cap|q)|(capacity|cap|capacitance|q) ?(chg|charge|charging)"
        r"|ah ?(cyc)? ?charge|q ?charge|(auf)?lade ?kapazit[aä]t|充电容量|容量充电"
    ),
    "discharge_capacity": (
        r"(discharge|discharging|dchg|dch|disch|dis) ?(capacity|cap|q)"
        r"|(capacity|cap|capacitance|q) ?(dchg|discharge|discharging)|ah ?(cyc)? ?discharge|q ?discharge"
        r"|entlade ?kapazit[aä]t|放电容量|容量放电"
    ),
    "capacity": r"capacity|cap|q|ah|kapazit[aä]t|ladung|容量|amp ?hr|amp ?hour|charge passed",
    "temperature": (
        r"((cell|battery|aux|surface|zell) ?)?(temperature|temp|temperatur|t|tc|温度)( ?[0-9]{1,2})?"
        r"|(environment|ambient|chamber|oven|room|umgebungs|kammer) ?(temperature|temp|temperatur)"
        r"|(电池|环境|辅助|测试|腔体)温度( ?[0-9]{1,2})?"
        r"|aux ?temperature ?[0-9]*"
    ),
    "pressure": r"(stack ?|cell ?)?(pressure|press|druck)( ?[0-9]{1,2})?|stapeldruck|压力|压强|force|load ?cell|kraft",
}
_PATTERNS: Final = {kind: re.compile(rf"(?:{words})") for kind, words in _WORDS.items()}
_SAME: Final = str.maketrans(
    {
        "Ω": "ohm",
        "\u2126": "ohm",
        "μ": "u",
        "µ": "u",
        "º": "°",
        "℃": "°C",
        "（": "(",
        "）": ")",
        "［": "[",
        "］": "]",
        "／": "/",
        "–": "-",
        "−": "-",
        "\u00a0": " ",
    }
)
_SPELLINGS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒", "sekunden"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "分", "分钟", "minuten"), "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "小时", "时", "stunden"), "h"),
    **dict.fromkeys(("d", "day", "days", "天", "tage"), "d"),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("volt", "volts", "伏"), "V"),
    **dict.fromkeys(("amp", "amps", "ampere", "amperes", "安"), "A"),
    **dict.fromkeys(
        ("°c", "degc", "deg c", "celsius", "?c", "\ufffdc", "c°", "?", "\ufffd", "°", "摄氏度"), "degC"
    ),
    **dict.fromkeys(("kelvin",), "K"),
    **dict.fromkeys(("ah", "a.h", "a h", "a*h", "amp-hr", "amp.hr"), "Ah"),
    **dict.fromkeys(("as", "a.s", "a s", "a*s"), "A s"),
    "psi": "psi",
    "n": "N",
    "kg": "kg",
    "kgf": "kgf",
    "bar": "bar",
    "atm": "atm",
    "coulomb": "C",
}
_PREFIXED: Final = re.compile(
    r"(?P<prefix>[munkMUNp°?\ufffd])(?P<unit>A|V|Ah|A\.?h|A\*h|A h|As|A\.?s|A s|AH|C|Pa|bar|N)"
)
_DENSITY: Final = re.compile(r"(?P<current>[mu]?A)\s*(?:/\s*|[ .*·]\s*)(?P<length>c?m)\s*(?:\^?-?2|²|⁻²|-2)")
_CANONICAL: Final = {"A.h": "Ah", "A*h": "Ah", "A h": "Ah", "AH": "Ah", "As": "A s", "A.s": "A s"}
_CLOCKS: Final = re.compile(r"h+:m+(in)?:?.*|d+[ -:]h+.*|hms|hh?:mm?.*", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"^(?P<word>.*?)\s*[\[(<{]\s*(?P<unit>[^\[\](){}<>]+?)\s*[\])>}]\s*$")
_BARE_UNITS: Final = {
    "seconds": "s",
    "second": "s",
    "hours": "h",
    "hour": "h",
    "minutes": "min",
    "minute": "min",
}
_UNIT_WORDS: Final = {
    "volts": "V",
    "volt": "V",
    "amps": "A",
    "amp": "A",
    "ampere": "A",
    "ah": "Ah",
    "amphr": "Ah",
}
_SURE_UNITS: Final = frozenset(
    ("A", "mA", "V", "mV", "Ah", "mAh", "Wh", "mWh", "W", "mW", "C", "degC", "Hz", "Psi", "psi")
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_MAIN_TIME: Final = re.compile(r"(test|total|cumul|elapsed|gesamt|pr[uü]f|测试|总|累计)")
_AMBIENT: Final = re.compile(r"environment|ambient|chamber|oven|room|umgebung|kammer|环境|腔体")
_SEVERAL: Final = ("temperature", "pressure")


@dataclass(frozen=True)
class CyclingRole:
    """What one column is.

    Attributes
    ----------
    kind : str
        A key of `UNITS`.
    unit : str
        Its unit, as `interlayer.units` spells it, or `CLOCK`; empty for numbers and words.
    stated : bool
        Whether the name states the unit.
    sign : int
        -1 if a person says that the column has the opposite sign.
    """

    kind: str
    unit: str = ""
    stated: bool = True
    sign: int = 1

    def factor(self, unit: str) -> float:
        """Factor from the column's unit to another of the same dimension."""
        return self.sign * units.factor(self.unit) / units.factor(unit)


@lru_cache(maxsize=8192)
def role_of(name: str) -> CyclingRole | None:
    """Return what a column of this name is; None if nobody says.

    Parameters
    ----------
    name : str
        As the file has it.
    """
    if len(name) > 80:
        return None
    text = " ".join(name.translate(_SAME).split()).strip("#~%;\"' ")
    for word, unit in _partings(text):
        for plain in dict.fromkeys((_plain(word), _plain(_CAMEL.sub(" ", word)))):
            found = _match(plain, unit)
            if found is not None:
                return found
    return None


def unit_of(text: str) -> str | None:
    """Return a unit in our spelling; None if it is none that columns of cycling data have."""
    return _spelled(text)


def parted(name: str) -> tuple[str, str]:
    """Return the words of a name and its unit as printed; the unit is empty if the name has none."""
    text = " ".join(name.translate(_SAME).split()).strip("#~\"' ")
    match = _BRACKETS.match(text)
    if match and match["word"]:
        return match["word"].strip(), _spelled(match["unit"]) or match["unit"]
    for position in (m.start() for m in re.finditer("/", text)):
        unit = _spelled(text[position + 1 :])
        if unit and text[:position].strip():
            return text[:position].strip(), unit
    # An underscore joins words as well: 'V_min' is no voltage in minutes, 'Capacity_Ah_V' none in V.
    head, _, tail = text.rpartition("_")
    if head and tail in _SURE_UNITS and head.rpartition("_")[2] not in _SURE_UNITS:
        return head, _spelled(tail) or tail
    return text, ""


def from_option(text: str) -> CyclingRole | None:
    """Return the role that a person gave, for instance 'current mA' or '-current'; None for 'skip'.

    Raises
    ------
    InputError
        If the unit is not one of such a column.
    """
    word, _, unit = text.partition(" ")
    kind = word.removeprefix("-")
    if kind == "skip" or kind not in UNITS:
        return None
    default, allowed = UNITS[kind]
    spelled = _spelled(unit.strip()) if unit.strip() else default
    if unit.strip() and spelled not in allowed:
        raise InputError(
            f"column '{text}': {unit.strip()} is no unit of a {kind}",
            advice="one of " + ", ".join(sorted(allowed)) if allowed else f"write {kind} alone",
        )
    return CyclingRole(kind, spelled or "", stated=True, sign=-1 if word.startswith("-") else 1)


def roles_of(names: Sequence[str]) -> dict[int, CyclingRole]:
    """Return the roles of columns by position; the first column of each kind is taken.

    Of several times the one named for the whole test is the time, a bare 'Time' beside it that of the step.
    A temperature of the cell goes before one of its surroundings; further ones have no role.
    """
    found: dict[int, CyclingRole] = {}
    places: dict[str, int] = {}
    for position, name in enumerate(names):
        role = role_of(name)
        if role is None:
            continue
        before = places.get(role.kind)
        if before is None:
            places[role.kind] = position
            found[position] = role
        elif (
            role.kind == "time"
            and _MAIN_TIME.search(name.lower())
            and not _MAIN_TIME.search(names[before].lower())
        ):
            old = found.pop(before)
            if "step_time" not in places:
                found[before] = CyclingRole("step_time", old.unit, old.stated)
                places["step_time"] = before
            places["time"] = position
            found[position] = role
        elif role.kind == "time" and "step_time" not in places and _MAIN_TIME.search(names[before].lower()):
            places["step_time"] = position
            found[position] = CyclingRole("step_time", role.unit, role.stated)
        elif (
            role.kind == "temperature"
            and _AMBIENT.search(names[before].lower())
            and not _AMBIENT.search(name.lower())
        ):
            del found[before]
            places["temperature"] = position
            found[position] = role
    return found


def _partings(text: str) -> list[tuple[str, str]]:
    """Ways to part a name into word and unit, the likeliest first; the unit is empty in the last."""
    ways: list[tuple[str, str]] = []
    match = _BRACKETS.match(text)
    if match and match["word"]:
        ways.append((match["word"], match["unit"]))
        return ways  # brackets with something that is no unit of ours make it another quantity
    ways.extend((text[: m.start()], text[m.end() :]) for m in re.finditer(r"\s*/\s*", text))
    ways.extend((text[: m.start()], text[m.end() :]) for m in re.finditer(r"_|,? in | ", text))
    ways.append((text, ""))
    return [
        (word.strip(), unit.strip())
        for word, unit in ways
        if word.strip() and (unit.strip() or (word == text))
    ]


def _plain(word: str) -> str:
    return " ".join(re.sub(r"[_\-.:]+", " ", word).lower().split())


def _match(word: str, unit_text: str) -> CyclingRole | None:
    unit = _spelled(unit_text) if unit_text else None
    if unit_text and unit is None:
        return None
    for kind, pattern in _PATTERNS.items():
        default, allowed = UNITS[kind]
        own = "C" if unit_text == "C" and "C" in allowed else unit
        if own is not None and own not in allowed:
            continue
        if pattern.fullmatch(word) is None or (kind == "current_density" and own is None):
            continue
        if unit is None:
            bare = _BARE_UNITS.get(word) if kind == "time" else _UNIT_WORDS.get(word.replace(" ", ""))
            bare = "Ah" if word.startswith("ah ") else bare
            bare = bare if bare in allowed else None
            return CyclingRole(kind, bare or default, stated=bare is not None or not allowed)
        return CyclingRole(kind, own or default)
    return None


def _spelled(text: str) -> str | None:
    """A unit in our spelling; None if it is none of those that columns of cycling data have."""
    plain = " ".join(text.split()).strip(". ")
    density = _DENSITY.fullmatch(plain)
    if density:
        return f"{density['current'].replace('μ', 'u')}/{density['length']}2"
    if _CLOCKS.fullmatch(plain):
        return CLOCK
    if plain in ("A", "V", "K", "C", "Ah", "Pa", "MPa", "kPa", "mbar", "bar", "N", "kN"):
        # '(C)' behind a temperature is degrees, behind a charge coulombs: `_match` tries what fits.
        return plain if plain != "C" else "degC"
    match = _PREFIXED.fullmatch(plain)
    if match:
        prefix = {"U": "u", "N": "n", "°": "u", "?": "u", "\ufffd": "u"}.get(match["prefix"], match["prefix"])
        unit = _CANONICAL.get(match["unit"], match["unit"])
        if prefix + unit not in ("uC", "nC", "?C"):
            return prefix + unit if match["prefix"] not in "°?\ufffd" or unit != "C" else "degC"
    return _SPELLINGS.get(plain.lower())
