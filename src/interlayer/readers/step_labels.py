"""Names of steps as cyclers print them, brought to one spelling: 'CC_Chg', 'CCCV_DChg', 'Rest'.

The spelling is Neware's own, which the check of signs knows. A label that only says charge or discharge
becomes 'Chg' or 'DChg'; one that says neither is kept as it stands.
"""

from __future__ import annotations

import re
from typing import Final

_REST: Final = re.compile(
    r"r|rest|resting|pause|paused|ocv|open circuit( voltage)?|idle|relax(ation)?|ruhe|ruhephase|warten|wait"
    r"|搁置|静置|休眠|静止|开路|standing|stand"
)
_PAUSE: Final = re.compile(r"暂停|pause|paused")
_DISCHARGE: Final = re.compile(r"dchg|dischg|disch|discharg|entlad|放电|^d[ _]|^d$|^dchg")
_CHARGE: Final = re.compile(r"chg|charg|\bladen|laden$|ladung|^lade|充电|^c[ _]|^c$")
_CONTROLS: Final = (
    ("CCCV", r"cc ?[-/]? ?cv|恒流恒压|恒压恒流|cccv"),
    ("CC", r"\bcc\b|恒流|\brate\b|constant current|倍率"),
    ("CV", r"\bcv\b|恒压|constant voltage"),
    ("CP", r"\bcp\b|恒功率|constant power|\bcpw\b"),
    ("CR", r"\bcr\b|恒阻|恒电阻|constant resistance"),
)


def normalise(label: str) -> str:
    """Return a label in the common spelling; as it stands if it says neither charge, discharge nor rest.

    Parameters
    ----------
    label : str
        Such as 'CC Chg', 'discharge CC', 'D_CC', '恒流充电', 'Pause', 'Laden'.
    """
    text = " ".join(label.lower().replace("_", " ").replace("-", " ").split())
    if _PAUSE.fullmatch(text):
        return "Pause"
    if _REST.fullmatch(text):
        return "Rest"
    if _DISCHARGE.search(text):
        direction = "DChg"
    elif _CHARGE.search(text):
        direction = "Chg"
    else:
        return label.strip()
    control = next((name for name, pattern in _CONTROLS if re.search(pattern, text)), "")
    return f"{control}_{direction}" if control else direction


def direction(label: str) -> float | None:
    """Return 1 for a step that can only charge, -1 for discharge, 0 for rest; None if the label does not say.

    Parameters
    ----------
    label : str
        As `normalise` returns it.
    """
    if label in ("Rest", "Pause", "OCV"):
        return 0.0
    if label == "DChg" or label.endswith("_DChg"):
        return -1.0
    if label == "Chg" or label.endswith("_Chg"):
        return 1.0
    return None
