"""Protocols: what is done to a cell, as sentences, step objects and TOML files."""

from interlayer.protocol.blocks import MOST_REPEATS, Block, Entry
from interlayer.protocol.protocol import FlatStep, Protocol, Repetition
from interlayer.protocol.sentences import parse_sentence, print_sentence
from interlayer.protocol.shipped import find, load, names
from interlayer.protocol.steps import CurrentStep, ImpedanceStep, RestStep, Step, Stop, VoltageStep

__all__ = [
    "MOST_REPEATS",
    "Block",
    "CurrentStep",
    "Entry",
    "FlatStep",
    "ImpedanceStep",
    "Protocol",
    "Repetition",
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
