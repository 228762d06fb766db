"""Laws of what becomes of plated lithium."""
