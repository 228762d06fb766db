"""What the package needs: the list that was decided, nothing more, under licences that allow it."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

CORE = {
    *("jax", "numpy", "scipy", "polars", "pyarrow", "pydantic", "pint", "typer", "rich"),
    *("matplotlib", "plotly", "fastnda"),
}
"""The decided list; a further one is an extra, or a decision."""
CARRIED = {"pillow": "matplotlib", "contourpy": "matplotlib", "pydantic-core": "pydantic"}
"""Packages that the sources import and a core dependency cannot do without, by that dependency."""
EXTRAS = {"test", "pybamm", "cluster", "surface", "fit", "xlsx", "dev"}
FREE = re.compile(r"\b(BSD|MIT|Apache|PSF|Python Software Foundation|MPL|Zlib|0BSD|ISC)\b", re.IGNORECASE)
COPYLEFT = re.compile(r"\bA?GPL(?!\S* WITH GCC-exception)|General Public License", re.IGNORECASE)


def required(texts: list[str]) -> list[Requirement]:
    return [Requirement(text) for text in texts]


def named(requirements: list[Requirement]) -> set[str]:
    return {canonicalize_name(r.name) for r in requirements}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line.strip() and not line.startswith("#")]
    assert all(len(pair) == 2 for pair in pairs), "every line of constraints.txt is name==version"
    return {canonicalize_name(name): version for name, version in pairs}


def test_core_is_the_decided_list():
    assert named(required(PROJECT["dependencies"])) == CORE


def test_extras_have_their_exact_names():
    assert set(PROJECT["optional-dependencies"]) == EXTRAS


def test_installation_has_lower_bounds_only():
    extras = [text for texts in PROJECT["optional-dependencies"].values() for text in texts]
    for requirement in required([*PROJECT["dependencies"], *extras]):
        assert {s.operator for s in requirement.specifier} <= {">="}, requirement


def test_constraints_pin_core_test_and_pybamm_within_the_bounds():
    pinned = pins()
    extras = PROJECT["optional-dependencies"]
    for requirement in required([*PROJECT["dependencies"], *extras["test"], *extras["pybamm"]]):
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"constraints.txt lacks {name}"
        assert requirement.specifier.contains(pinned[name]), requirement


def test_the_package_imports_what_it_declares():
    """Every third-party module that the sources import is a core dependency."""
    modules: dict[str, str] = {}
    for file in (ROOT / "src" / "interlayer").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found = [node.module or ""]
            else:
                continue
            modules |= {name.partition(".")[0]: str(file.relative_to(ROOT)) for name in found}
    own = {*sys.stdlib_module_names, "interlayer"}
    foreign = {name: file for name, file in modules.items() if name not in own}
    assert foreign, "no import was found at all"
    packages = importlib.metadata.packages_distributions()
    for module, file in foreign.items():
        distributions = {canonicalize_name(d) for d in packages.get(module, [module])}
        assert distributions & {*CORE, *CARRIED}, f"{file} imports {module}, which is no core dependency"
    for name, carrier in CARRIED.items():
        needs = required(importlib.metadata.requires(carrier) or [])
        assert any(canonicalize_name(r.name) == name and r.marker is None for r in needs), name


def declared_licence(name: str) -> str:
    """Licence expression of an installed package, else its classifiers, else the first line it says."""
    data = importlib.metadata.metadata(name)
    if expression := data.get("License-Expression"):
        return expression
    classified = [c for c in data.get_all("Classifier") or [] if c.startswith("License ::")]
    # The long field may quote the licences of bundled files too; its first line is the package's own.
    return "; ".join(classified) or (data.get("License") or "").strip().partition("\n")[0]


@pytest.mark.parametrize("name", sorted(CORE | named(required(PROJECT["optional-dependencies"]["test"]))))
def test_no_copyleft_licence_among_direct_dependencies(name):
    licence = declared_licence(name)
    assert FREE.search(licence), f"{name}: {licence!r}"
    assert not COPYLEFT.search(licence.replace("WITH GCC-exception-3.1", "")) or "GCC-exception" in licence, (
        licence
    )
