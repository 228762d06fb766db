"""Rows of `interlayer list mechanisms`; apart from the other lists because it loads the physics."""

from __future__ import annotations

import math
from typing import Any

from interlayer.physics.registry import families


def mechanism_rows() -> list[dict[str, Any]]:
    """Return one row a parameter of every law, and one for a law without parameters."""
    rows: list[dict[str, Any]] = []
    for family, laws in families().items():
        for law, kind in laws.items():
            head = {"family": family, "law": law}
            specs = list(kind.specs().values())
            about = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
            for spec in specs:
                rows.append(
                    {
                        **head,
                        "parameter": spec.name,
                        "unit": spec.unit,
                        "default": spec.default,
                        "low": _finite(spec.lower),
                        "high": _finite(spec.upper),
                        "status": spec.status,
                        "source": spec.source,
                        "meaning": spec.doc,
                    }
                )
            if not specs:
                nothing = dict.fromkeys(("parameter", "unit", "default", "low", "high", "status", "source"))
                rows.append({**head, **nothing, "meaning": about})
    return rows


def _finite(bound: float) -> float | None:
    return float(bound) if math.isfinite(bound) else None
