"""Mutated instrument files against all readers, in workers that can be killed.

python -m tests.fuzz --mutants 10000
"""
