"""Steps as sentences: 'Plate at 0.1 mA/cm2 for 1 hour'. Each step prints as a sentence that reads back to it.

Grammar (words in any case)
---------------------------
step    = action [ends] [ "(" note { "," note } ")" ]
action  = ("Plate" | "Strip" | "Charge" | "Discharge") "at" (current | C-rate)
        | "Rest" | "Hold at" (voltage | "cut-off")
        | "EIS from" frequency "to" frequency { "," (N "points per decade" | voltage "amplitude") }
ends    = ("for" time | "until" end) { "or" ["for" | "until"] end }
end     = [">=" | "<="] quantity | "cut-off"
note    = time "period" | temperature
C-rate  = "0.5C" | "C/5" | "2C/3"
"""

from __future__ import annotations

import math
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, NoReturn

from interlayer import units
from interlayer.errors import ProtocolError, UnitError, nearest
from interlayer.protocol.steps import (
    Comparison,
    CurrentStep,
    ImpedanceStep,
    Quantity,
    RestStep,
    Step,
    Stop,
    Verb,
    VoltageStep,
)

LONGEST_SENTENCE: Final = 300
"""Characters; longer texts are refused unread."""

EXAMPLES: Final[dict[str, str]] = {
    "Plate": "Plate at 0.1 mA/cm2 for 1 hour",
    "Strip": "Strip at 0.1 mA/cm2 until 0.1 mAh/cm2",
    "Charge": "Charge at 0.5C until 4.0 V",
    "Discharge": "Discharge at C/5 until 2.5 V or 6 hours",
    "Rest": "Rest for 1 hour",
    "Hold": "Hold at 0.3 V for 12 hours",
    "EIS": "EIS from 1 MHz to 0.1 Hz",
}
"""One sentence for each first word."""

_VERBS: Final[dict[str, Verb]] = {
    "plate": "Plate",
    "strip": "Strip",
    "charge": "Charge",
    "discharge": "Discharge",
}
# Words that people bring from other programs; offered as what they mean, never taken silently.
_MEANT: Final = {
    "wait": "Rest",
    "pause": "Rest",
    "ocv": "Rest",
    "ocp": "Rest",
    "relax": "Rest",
    "deposit": "Plate",
    "dissolve": "Strip",
    "impedance": "EIS",
    "peis": "EIS",
    "geis": "EIS",
    "cv": "Hold",
    "potentiostatic": "Hold",
    "galvanostatic": "Plate",
    "cc": "Charge",
}
_COMMA: Final = re.compile(r"(?<=[0-9]),(?=[0-9])")
_WORD: Final = re.compile(r"[A-Za-z]+")
_GAP: Final = re.compile(r"\s*(?=[(,])|\s+(?P<word>[A-Za-zµμΩ]+)?")
_KEYWORDS: Final = ("at", "for", "until", "or", "from", "to")
_UNIT_WORDS: Final = frozenset(units.known_units())
_C_RATE: Final = re.compile(
    r"(?P<times>[0-9]*\.?[0-9]+(?:e[+-]?[0-9]{1,3})?)?\s*C(?:\s*/\s*(?P<part>[0-9]*\.?[0-9]+))?"
)
_CUTOFF: Final = re.compile(r"cut[- ]?off(?![A-Za-z])", re.IGNORECASE)
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_STOP_UNITS: Final[dict[str, Quantity]] = {
    "s": "time",
    "V": "voltage",
    "C/m2": "areal_capacity",
    "C": "capacity",
    "A/m2": "current_density",
    "A": "current",
}


def parse_sentence(sentence: object, *, where: str = "") -> Step:
    """Return the step that a sentence describes.

    Parameters
    ----------
    sentence : str
        Such as 'Strip at 0.1 mA/cm2 until 0.1 mAh/cm2 or 0.5 V (1 minute period)'.
    where : str, optional
        Place named in the error.

    Returns
    -------
    Step
        SI inside.

    Raises
    ------
    ProtocolError
        If the sentence cannot be read; the message quotes it from where it stopped making sense, and shows a
        sentence that works.
    """
    if not isinstance(sentence, str):
        raise ProtocolError(
            f"{sentence!r} is not a step",
            where=where,
            advice=f'write a sentence such as "{EXAMPLES["Plate"]}"',
        )
    if len(sentence) > LONGEST_SENTENCE:
        raise ProtocolError(
            f'"{sentence[:40]}..." has {len(sentence)} characters, too long for a step',
            where=where,
            advice=f'write for instance "{EXAMPLES["Plate"]}"',
        )
    text = " ".join(sentence.split())
    if not text:
        raise ProtocolError("an empty step", where=where, advice=f'write for instance "{EXAMPLES["Plate"]}"')
    if _COMMA.search(text):
        raise ProtocolError(
            f'"{text}" has a decimal comma', where=where, advice=f'write "{_COMMA.sub(".", text)}"'
        )
    return _Reader(text, where).step()


@dataclass
class _Reader:
    """A position in one sentence."""

    text: str
    where: str
    at: int = 0
    example: str = EXAMPLES["Plate"]

    def step(self) -> Step:
        return self._action(self._first_word())

    @contextmanager
    def _quoted(self) -> Generator[None]:
        """Name the sentence in errors of steps and stops, which check themselves without knowing it."""
        try:
            yield
        except ProtocolError as error:
            raise ProtocolError(
                f'"{self.text}": {error.what}', where=self.where, advice=error.advice
            ) from None

    def _first_word(self) -> str:
        found = _WORD.match(self.text)
        word = found[0] if found else ""
        name = next((known for known in EXAMPLES if known.lower() == word.lower()), None)
        if name is None:
            meant = _MEANT.get(word.lower())
            close = [meant] if meant else nearest(word, EXAMPLES)
            self.example = EXAMPLES[close[0]] if close else EXAMPLES["Plate"]
            offer = "did you mean " if close else "a step begins with "
            self._fail(offer + " or ".join(f"'{c}'" for c in close or EXAMPLES) + ("?" if close else ""))
        self.example = EXAMPLES[name]
        self.at = len(word)
        return name

    def _action(self, name: str) -> Step:
        if name == "EIS":
            return self._spectrum()
        if name == "Rest":
            stops = self._stops(("s", "V"))
            temperature, period = self._notes(stops)
            with self._quoted():
                return RestStep(stops, temperature, period)
        if name == "Hold":
            self._expect("at")
            at_cutoff = self._cutoff()
            voltage = math.inf if at_cutoff else self._quantity(("V",))[0]
            stops = self._stops(("s", "A/m2", "A", "C/m2", "C"), rates=True)
            temperature, period = self._notes(stops)
            with self._quoted():
                return VoltageStep(voltage, stops, temperature, period, at_cutoff)
        return self._current(_VERBS[name.lower()])

    def _current(self, verb: Verb) -> Step:
        self._expect("at")
        start = self.at
        rate = self._c_rate()
        value, unit = (rate, "1") if rate is not None else self._quantity(("A/m2", "A"))
        if value <= 0:
            self.at = start
            self._fail(f"the word {verb} gives the direction, the number is above zero")
        stops = self._stops(("C/m2", "s", "V", "C"))
        temperature, period = self._notes(stops)
        signed = value if verb in ("Strip", "Charge") else -value
        with self._quoted():
            return CurrentStep(
                areal=signed if unit == "A/m2" else None,
                total=signed if unit == "A" else None,
                c_rate=signed if unit == "1" else None,
                stops=stops,
                verb=verb,
                temperature=temperature,
                period=period,
            )

    def _spectrum(self) -> Step:
        self._expect("from")
        first = self._quantity(("Hz",))[0]
        self._expect("to")
        second = self._quantity(("Hz",))[0]
        points, amplitude = 10, 0.01
        seen: set[str] = set()
        while self._take(","):
            phrase_at = self.at
            phrase = self._phrase()
            if phrase.endswith("amplitude"):
                kind = "amplitude"
                amplitude = self._convert(phrase.removesuffix("amplitude").strip(), ("V",), phrase_at)[0]
            elif phrase.endswith("points per decade"):
                kind = "points per decade"
                number = phrase.removesuffix(kind).strip()
                if not _WHOLE.fullmatch(number):
                    self.at = phrase_at
                    self._fail("points per decade are a whole number")
                points = int(number)
            else:
                self.at = phrase_at
                self._fail("after the comma stands '10 points per decade' or '10 mV amplitude'")
            if kind in seen:
                self.at = phrase_at
                self._fail(f"{kind} stands there twice")
            seen.add(kind)
        temperature, period = self._notes()
        with self._quoted():
            return ImpedanceStep(
                max(first, second), min(first, second), points, amplitude, temperature, period
            )

    def _stops(self, allowed: tuple[str, ...], *, rates: bool = False) -> tuple[Stop, ...]:
        """Read 'for ...' or 'until ...' and what 'or' adds; none is left to the step to refuse."""
        stops: list[Stop] = []
        keyword = self._keyword(("for", "until"))
        while keyword:
            stops.append(self._stop(keyword, allowed, rates))
            if not self._keyword(("or",)):
                break
            keyword = self._keyword(("for", "until")) or "until"
        return tuple(stops)

    def _stop(self, keyword: str, allowed: tuple[str, ...], rates: bool) -> Stop:
        comparison: Comparison | None = None
        quantity: Quantity = "time"
        if keyword == "for":
            value = self._quantity(("s",))[0]
        elif "V" in allowed and self._cutoff():
            value, quantity = 0.0, "cutoff"
        else:
            comparison = ">=" if self._take(">=") else "<=" if self._take("<=") else None
            start = self.at
            rate = self._c_rate()
            if rate is not None and not rates:
                self.at = start
                self._fail("here C could be a C-rate or a charge; write a charge in mAh")
            if rate is not None:
                value, quantity = rate, "c_rate"
            else:
                value, unit = self._quantity(allowed)
                quantity = _STOP_UNITS[unit]
        with self._quoted():
            return Stop(quantity, value, comparison)

    def _notes(self, stops: tuple[Stop, ...] | None = None) -> tuple[float | None, float | None]:
        """Read '(60 degC, 1 minute period)'; nothing may follow. `stops` are what was read before, if any."""
        temperature: float | None = None
        period: float | None = None
        if self._take("("):
            while True:
                start = self.at
                phrase = self._phrase(stop=",)")
                is_period = phrase.lower().endswith("period")
                if (period if is_period else temperature) is not None:
                    self.at = start
                    self._fail("this stands there twice")
                if is_period:
                    period = self._convert(phrase[: -len("period")].strip(), ("s",), start)[0]
                else:
                    value, unit = self._convert(phrase, ("K", "s"), start)
                    if unit == "s":
                        self.at = start
                        self._fail(f"a time in brackets is a recording period; write '{phrase} period'")
                    temperature = value
                if self._take(")"):
                    break
                if not self._take(","):
                    self._fail("the bracket is not closed")
        self._blank()
        if self.at < len(self.text):
            possible = [] if stops is None else ["or"] if stops else ["for", "until"]
            word = _WORD.match(self.text, self.at)
            close = nearest(word[0], possible) if word else []
            offer = f"; did you mean '{close[0]}'?" if close else ""
            expected = " or ".join(f"'{p}'" for p in possible)
            if stops or stops is None:
                expected = f"{expected} or the end of the sentence".removeprefix(" or ")
            self._fail(f"expected {expected}{offer}")
        return temperature, period

    def _cutoff(self) -> bool:
        """Read 'cut-off' if that is what stands here; other spellings are corrected, not taken."""
        self._blank()
        found = _CUTOFF.match(self.text, self.at)
        if found is None:
            return False
        if found[0].lower() != "cut-off":
            self._fail("did you mean 'cut-off'?", advice='write for instance "Charge at 0.5C until cut-off"')
        self.at = found.end()
        return True

    def _c_rate(self) -> float | None:
        """Read '0.5C', 'C/5' or '2C/3' if that is what stands here."""
        self._blank()
        end = self._end()
        found = _C_RATE.fullmatch(self.text[self.at : end])
        if found is None:
            return None
        part = float(found["part"] or 1)
        if part == 0:
            self._fail("a C-rate cannot be divided by zero")
        self.at = end
        return float(found["times"] or 1) / part

    def _quantity(self, allowed: tuple[str, ...]) -> tuple[float, str]:
        """Read a number with unit up to the next word of the grammar."""
        self._blank()
        start = self.at
        self.at = self._end()
        return self._convert(self.text[start : self.at], allowed, start)

    def _convert(self, phrase: str, allowed: tuple[str, ...], start: int) -> tuple[float, str]:
        if not phrase:
            self.at = start
            self._fail("a number with unit is missing")
        try:
            return units.parse_either(phrase, allowed)
        except UnitError as error:
            self.at = start
            corrected = re.fullmatch(r'write "(.*)"', error.advice)
            line = self.text[:start] + corrected[1] + self.text[start + len(phrase) :] if corrected else ""
            self._fail(error.what, advice=f'write "{line}"' if line else error.advice)

    def _phrase(self, stop: str = ",(") -> str:
        self._blank()
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in stop:
            self.at += 1
        return self.text[start : self.at].strip()

    def _end(self) -> int:
        """Position where a quantity ends: before a keyword, or a word after the unit that is no unit."""
        for gap in _GAP.finditer(self.text, self.at):
            word = gap["word"]
            has_unit = bool(_WORD.search(self.text, self.at, gap.start()))
            bracket_or_comma = word is None and self.text.startswith(("(", ","), gap.end())
            if bracket_or_comma or (
                word and (word.lower() in _KEYWORDS or (has_unit and not _is_unit(word)))
            ):
                return gap.start()
        return len(self.text)

    def _blank(self) -> None:
        while self.text.startswith(" ", self.at):
            self.at += 1

    def _take(self, sign: str) -> bool:
        self._blank()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        self._blank()
        return True

    def _keyword(self, words: tuple[str, ...]) -> str:
        self._blank()
        found = _WORD.match(self.text, self.at)
        if found is None or found[0].lower() not in words:
            return ""
        self.at = found.end()
        return found[0].lower()

    def _expect(self, word: str) -> None:
        if not self._keyword((word,)):
            self._fail(f"expected '{word}'")

    def _fail(self, reason: str, *, advice: str = "") -> NoReturn:
        self._blank()
        rest = self.text[self.at :]
        place = f'at "{rest}"' if rest else "at its end"
        raise ProtocolError(
            f'cannot read "{self.text}" {place}: {reason}',
            where=self.where,
            advice=advice or f'write for instance "{self.example}"',
        )


def _is_unit(word: str) -> bool:
    return word.replace("µ", "u").replace("μ", "u").replace("Ω", "ohm") in _UNIT_WORDS


def print_sentence(step: Step) -> str:
    """Return the sentence of a step; `parse_sentence` reads exactly this step back from it."""
    if isinstance(step, ImpedanceStep):
        text = f"EIS from {_frequency(step.highest_Hz)} to {_frequency(step.lowest_Hz)}"
        if step.points_per_decade != 10:
            text += f", {step.points_per_decade} points per decade"
        if step.amplitude_V != 0.01:
            text += f", {units.spell(step.amplitude_V, 'mV')} amplitude"
        return text + _printed_notes(step)
    if isinstance(step, CurrentStep):
        head = f"{step.verb} at {_printed_current(step)}"
    elif isinstance(step, VoltageStep):
        head = f"Hold at {'cut-off' if step.at_cutoff else units.spell(step.voltage, 'V')}"
    else:
        head = "Rest"
    return head + _printed_stops(step.stops) + _printed_notes(step)


def _printed_current(step: CurrentStep) -> str:
    if step.areal is not None:
        return units.spell(abs(step.areal), "mA/cm2")
    if step.total is not None:
        return units.spell(abs(step.total), "mA" if abs(step.total) >= 1e-3 else "uA")
    return _rate(abs(step.c_rate or 0.0))


def _rate(rate: float) -> str:
    """'0.5C', or 'C/3' where the decimal number would be long and the fraction is exact."""
    text = repr(rate)
    whole = round(1 / rate) if 1e-9 < rate < 1 else 0
    if len(text) > 6 and whole and 1 / whole == rate:
        return f"C/{whole}"
    return f"{units.spell(rate, '1')}C"


def _frequency(value: float) -> str:
    return units.spell(value, "MHz" if value >= 1e6 else "kHz" if value >= 1e3 else "Hz")


def _time(value: float) -> str:
    for size, one, many in ((3600, "hour", "hours"), (60, "minute", "minutes")):
        if value >= size and value % size == 0:
            return f"1 {one}" if value == size else units.spell(value, many)
    return units.spell(value, "s")


def _printed_stop(stop: Stop) -> str:
    sign = ""
    if stop.comparison in (">=", "<=") and (stop.quantity == "voltage" or stop.comparison == ">="):
        sign = f"{stop.comparison} "
    if stop.quantity == "time":
        return _time(stop.value)
    if stop.quantity == "cutoff":
        return "cut-off"
    if stop.quantity == "c_rate":
        return sign + _rate(stop.value)
    unit = {
        "areal_capacity": "mAh/cm2",
        "capacity": "mAh",
        "voltage": "V",
        "current_density": "mA/cm2",
        "current": "mA",
    }[stop.quantity]
    return sign + units.spell(stop.value, unit)


def _printed_stops(stops: tuple[Stop, ...]) -> str:
    if not stops:
        return ""
    first, *others = stops
    text = (" for " if first.quantity == "time" else " until ") + _printed_stop(first)
    keyword = "until " if first.quantity == "time" else ""
    for stop in others:
        text += f" or {keyword}{_printed_stop(stop)}"
        keyword = ""
    return text


def _printed_notes(step: Step) -> str:
    notes: list[str] = []
    if step.temperature is not None:
        notes.append(units.spell(step.temperature, "degC"))
    if step.period is not None:
        notes.append(_time(step.period) + " period")
    return f" ({', '.join(notes)})" if notes else ""
