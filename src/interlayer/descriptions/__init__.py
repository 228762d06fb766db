"""Descriptions on disk: TOML with line numbers, messages with the corrected line, and writing it back."""

from interlayer.descriptions.toml_lines import KeyPath, Lines
from interlayer.descriptions.toml_text import load_toml, parse_toml
from interlayer.descriptions.toml_write import dump_toml, plain

__all__ = ["KeyPath", "Lines", "dump_toml", "load_toml", "parse_toml", "plain"]
