"""Mechanisms of trouble of the second round: held out until the detector had been judged on them once.

They differ in their equations from those of `interlayer.trouble.development` and of `benchmarks.verdict_opened`, not
only in their numbers. One a file, each with its source. When and why they were opened: docs/theory/trouble.md.
"""

from benchmarks.verdict_opened_second.families import OPENED_SECOND

__all__ = ["OPENED_SECOND"]
