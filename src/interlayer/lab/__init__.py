"""A laboratory's folder: which files belong to which cell, on one time line, with what a person knows of it."""
