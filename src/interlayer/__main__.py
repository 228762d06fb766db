"""`python -m interlayer`: the command line where its script is not on the path."""

from __future__ import annotations

from interlayer.cli import main

main()
