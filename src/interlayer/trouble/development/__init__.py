"""Mechanisms on which a detector may be developed: equivalent circuits in closed form, one a file.

What it is judged on besides comes from other mechanisms, which do not stand here.
"""

from interlayer.trouble.development.families import DEVELOPMENT

__all__ = ["DEVELOPMENT"]
