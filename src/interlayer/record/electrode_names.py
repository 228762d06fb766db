"""Electrodes by name: lithium, contacts that pass no lithium ions, and others."""

from __future__ import annotations

from typing import Final

_LITHIUM: Final = ("li", "lithium", "li metal", "lithium metal", "li foil")
_COPPER: Final = ("cu", "copper", "cu foil")
_BLOCKING: Final = (
    *("ag", "silver", "au", "gold", "pt", "platinum", "pd", "palladium", "ni", "nickel", "ti", "titanium"),
    *("al", "aluminium", "aluminum", "c", "carbon", "ss", "steel", "stainless steel", "w", "mo", "ito"),
    *("blocking", "ion-blocking", "bare"),
)


def _plain(name: str) -> str:
    return " ".join(name.strip().lower().replace("_", " ").split())


def is_lithium(name: str) -> bool:
    """Whether a name means lithium metal."""
    return _plain(name) in _LITHIUM


def is_copper(name: str) -> bool:
    """Whether a name means copper."""
    return _plain(name) in _COPPER


def is_blocking(name: str) -> bool:
    """Whether a name means a contact without lithium of its own (silver and aluminium alloy with it, slowly)."""
    return _plain(name) in (*_BLOCKING, *_COPPER)
