"""Imports go one way: schemas <- terminology <- cda <- ncp.wire <- ncp and <- mock_member_states."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALLOWED = {
    "schemas": set(),
    "terminology": {"schemas"},
    "cda": {"schemas", "terminology"},
    "ncp.wire": {"schemas", "terminology", "cda"},
    "ncp": {"schemas", "terminology", "cda", "ncp.wire"},
    "mock_member_states": {"schemas", "terminology", "cda", "ncp.wire"},
}
PACKAGES = sorted({name.split(".")[0] for name in ALLOWED})


def layer(module: str) -> str | None:
    """The layer that `module` (dotted) lies in, or None for a library."""
    if module == "ncp.wire" or module.startswith("ncp.wire."):
        return "ncp.wire"
    top = module.split(".")[0]
    return top if top in PACKAGES else None


def imported(tree: ast.AST, module: str, is_package: bool) -> set[str]:
    """Every dotted module that the source imports, relative imports resolved against `module`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".") if is_package else module.split(".")[:-1]
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join([*parts, base] if base else parts)
            found.update(f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"import_module", "__import__"}:
                found.add(str(node.args[0].value))
    return found


def wrong_arrows(source: str, module: str, is_package: bool = False) -> list[str]:
    """The imports of one module that point against the arrows, as readable lines."""
    own = layer(module)
    assert own is not None
    targets = {layer(name) for name in imported(ast.parse(source), module, is_package)} - {None, own}
    return [f"{module}: {own} must not import {target}" for target in targets if target not in ALLOWED[own]]


def modules() -> list[Path]:
    return sorted(
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "node_modules" not in path.parts
    )


def test_every_import_follows_the_arrows():
    files = modules()
    assert len(files) > len(PACKAGES)
    wrong = []
    for path in files:
        parts = list(path.relative_to(ROOT).with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        wrong += wrong_arrows(path.read_text(encoding="utf-8"), module, is_package)
    assert wrong == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("schemas.xml", "import terminology"),
        ("terminology.catalogue", "from cda import parse"),
        ("cda.parse", "from ncp.wire import soap"),
        ("ncp.wire.soap", "import ncp.settings"),
        ("ncp.wire.soap", "from ncp import audit"),
        ("ncp.wire.soap", "from .. import audit"),
        ("ncp.audit", "import mock_member_states.answer"),
        ("mock_member_states.answer", "from ncp import exchange"),
        ("mock_member_states.answer", "import importlib; importlib.import_module('ncp.app')"),
    ],
)
def test_an_arrow_the_wrong_way_is_found(module, source):
    assert wrong_arrows(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("ncp.wire.soap", "from ncp.wire import errors"),
        ("ncp.wire.soap", "from . import errors"),
        ("ncp.audit", "from ncp.wire import errors"),
        ("mock_member_states.answer", "from ncp.wire import soap"),
        ("cda.parse", "import lxml.etree"),
    ],
)
def test_an_arrow_the_right_way_passes(module, source):
    assert wrong_arrows(source, module) == []
