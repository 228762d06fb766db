"""Mechanisms of trouble that no detector is tuned on: the third set, held out.

They differ in their equations from those of `interlayer.trouble.development`, of `benchmarks.verdict_opened`
and of `benchmarks.verdict_opened_second`, not only in their numbers. One a file, each with its source.
"""

from benchmarks.verdict_held_out.families import HELD_OUT

__all__ = ["HELD_OUT"]
