"""Mechanisms of trouble that no detector is tuned on: half of the population on which verdicts are judged.

They differ in their equations from those of `interlayer.trouble.development` and of `benchmarks.verdict_opened`, not
only in their numbers. One a file, each with its source.
"""

from benchmarks.verdict_held_out.families import HELD_OUT

__all__ = ["HELD_OUT"]
