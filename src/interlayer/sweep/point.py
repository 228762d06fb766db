"""One point of a plan as equations and protocol."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from interlayer.build import Built, build
from interlayer.cell import Cell
from interlayer.errors import InterlayerError
from interlayer.protocol import Protocol
from interlayer.sweep.protocol_fields import build_protocol


@dataclass(frozen=True)
class Made:
    """Equations and protocol of one point."""

    built: Built
    protocol: Protocol


def make(settings: Mapping[str, Any], values: Sequence[Any]) -> Made | InterlayerError:
    """Return the point with these values of the varied fields, or why there is no such cell or protocol."""
    given = dict(zip(settings["fields"], values, strict=True))
    of_cell = {k.removeprefix("cell."): v for k, v in given.items() if k.startswith("cell.")}
    of_protocol = {k.removeprefix("protocol."): v for k, v in given.items() if k.startswith("protocol.")}
    try:
        steps = _protocol(json.dumps(settings["protocol"]), json.dumps(of_protocol))
        cell = _base(json.dumps(settings["cell"]))
        return Made(build(cell.override(of_cell), parameters=settings["parameters"]), steps)
    except InterlayerError as error:
        return error


@lru_cache(maxsize=2)
def _base(text: str) -> Cell:
    return Cell.from_dict(json.loads(text)).shipped()


@lru_cache(maxsize=256)
def _protocol(described: str, changes: str) -> Protocol:
    return build_protocol(json.loads(described), json.loads(changes))
