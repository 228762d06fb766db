"""The command line: `interlayer COMMAND ...`, one command a file."""

from interlayer.cli.app import app, main

__all__ = ["app", "main"]
