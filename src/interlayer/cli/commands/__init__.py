"""The commands, one a file. Each loads what it needs in its first lines, so that `--help` loads nothing."""
