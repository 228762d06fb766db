"""Readers of powder patterns, one format a file."""
