"""Protocols: what is done to a cell, as sentences, step objects and TOML files."""

from interlayer.protocol.blocks import Block, Entry
from interlayer.protocol.protocol import FlatStep, Protocol
from interlayer.protocol.sentences import parse_sentence, print_sentence
from interlayer.protocol.shipped import find, load, names
from interlayer.protocol.steps import CurrentStep, ImpedanceStep, RestStep, Step, Stop, VoltageStep

__all__ = [
    "Block",
    "CurrentStep",
    "Entry",
    "FlatStep",
    "ImpedanceStep",
    "Protocol",
    "RestStep",
    "Step",
    "Stop",
    "VoltageStep",
    "find",
    "load",
    "names",
    "parse_sentence",
    "print_sentence",
]
