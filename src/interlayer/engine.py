"""JAX as this project needs it: double precision, and compiled code kept between runs.

Imported by whatever computes; importing the package alone does not load JAX.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import jax

from interlayer.user_cache import user_cache

_CACHE_BYTES = 512 * 1024 * 1024


def cache_folder() -> Path:
    """Folder of compiled code: $INTERLAYER_CACHE, else the user's cache folder."""
    return user_cache("compiled")


def _bound(folder: Path) -> None:
    """Forget the oldest compiled code beyond the size limit (JAX's own limit needs one more dependency)."""
    files = [(f.stat().st_mtime, f.stat().st_size, f) for f in folder.iterdir() if f.is_file()]
    kept = 0
    for _, size, file in sorted(files, reverse=True):
        kept += size
        if kept > _CACHE_BYTES:
            file.unlink(missing_ok=True)


def configure() -> None:
    """Set double precision and the bounded, persistent compilation cache."""
    jax.config.update("jax_enable_x64", True)
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a read-only home is no reason not to compute: it only compiles again each time
        return
    _bound(folder)
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)


@contextmanager
def uncollected() -> Generator[None]:
    """No search for garbage meanwhile: tracing a program makes a million objects, and searches take a tenth of it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


configure()
