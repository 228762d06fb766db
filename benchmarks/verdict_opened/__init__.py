"""Mechanisms of trouble that were held out at first and are now open to whoever develops a detector.

They differ from those of `interlayer.trouble.development` in their equations, not only in their numbers. One a file,
each with its source. When and why they were opened: docs/theory/trouble.md.
"""

from benchmarks.verdict_opened.families import OPENED

__all__ = ["OPENED"]
