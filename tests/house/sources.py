"""The files of the house, for the tests that read them. Finding none is a failure, not a pass."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PORTAL = ROOT / "portal"
TEMPLATES = ROOT / "templates"


@dataclass(frozen=True)
class Module:
    """One Python file, parsed."""

    path: Path
    tree: ast.Module

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def room(self) -> str:
        """The first part below portal: a package, or a single module; `portal` for the package itself."""
        parts = self.path.relative_to(PORTAL).with_suffix("").parts
        return "portal" if parts == ("__init__",) else parts[0]


@cache
def portal_modules() -> tuple[Module, ...]:
    """Every module of the application."""
    return _parsed(PORTAL, skipped="versions")


@cache
def modules_of_tests() -> tuple[Module, ...]:
    """Every module of both test folders."""
    return _parsed(ROOT / "tests") + _parsed(ROOT / "a11y-tests")


@cache
def templates() -> tuple[Path, ...]:
    """Every template."""
    found = tuple(sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"}))
    assert found, f"no templates below {TEMPLATES}"
    return found


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of the module, methods and inner ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _parsed(folder: Path, skipped: str | None = None) -> tuple[Module, ...]:
    paths = sorted(path for path in folder.rglob("*.py") if skipped not in path.parts)
    assert paths, f"no Python below {folder}"
    return tuple(Module(path, ast.parse(path.read_text(encoding="utf-8"), str(path))) for path in paths)
