"""Measured cells handed on: tables and records for other programs, and a bundle for a supporting information."""
