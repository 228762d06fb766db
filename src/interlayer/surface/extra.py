"""Libraries of the extra [surface]: asked for only where they are needed, and politely."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from interlayer.errors import InputError


def needed(module: str, what: str) -> ModuleType:
    """Return a module of the extra.

    Parameters
    ----------
    module : str
        Name to import, such as 'lmfit'.
    what : str
        What it is needed for, to complete '... needs lmfit'.

    Raises
    ------
    InputError
        If it is not installed; says how to get it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise InputError(
            f"{what} needs {module.split('.')[0]}, which is not installed",
            advice='pip install "interlayer[surface]"',
        ) from error
