"""Imports go downwards only. The table is that of docs/architecture.md, section 3: change both together."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.sources import Module, portal_modules

# create_app joins all parts, so it knows all rooms.
JOINT = {"portal", "app"}

# What each room may import from portal, besides itself.
BELOW_WEB = {"usecases", "catalogue", "rules", "letters", "i18n", "labels", "config", "clock"}
MAY_IMPORT: dict[str, set[str]] = {
    "web": BELOW_WEB,
    "cli": BELOW_WEB | {"worker", "keys"} | JOINT,
    "worker": BELOW_WEB,
    "usecases": {"store", "gateways", "letters", "rules", "catalogue", "clock", "config"},
    "letters": {"catalogue", "rules", "i18n", "labels", "clock"},
    "store": {"rules", "catalogue", "config", "clock", "keys"},
    "gateways": {"config", "clock", "keys", "paper"},
    "paper": set(),
    "i18n": {"labels", "rules", "catalogue", "clock"},
    "labels": {"rules", "catalogue"},
    "rules": {"catalogue"},
    "catalogue": set(),
    "config": {"keys"},
    "keys": set(),
    "clock": set(),
}

# The rooms at the top hold these parts and hand them on; nothing else of those rooms is theirs.
HANDED_ON = {
    "store": {"Store", "open_store", "transaction", "reading"},
    "gateways": {"Gateways", "from_settings"},
}
TOP = {"web", "cli", "worker"}


def imports(module: Module) -> Iterator[tuple[str, set[str], int]]:
    """(dotted name below portal, names taken from it, line) of each import of our own."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.place}:{node.lineno}: a relative import"
            if node.module == "portal":
                for alias in node.names:
                    yield alias.name, set(), node.lineno
            elif node.module and node.module.startswith("portal."):
                yield node.module.removeprefix("portal."), {alias.name for alias in node.names}, node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "portal" or alias.name.startswith("portal."):
                    yield alias.name.removeprefix("portal").lstrip(".") or "portal", set(), node.lineno


def breach(module: Module, dotted: str, names: set[str]) -> str | None:
    """What is wrong with one import, or None."""
    room = "portal" if dotted == "create_app" else dotted.split(".", 1)[0]
    if module.room in JOINT or room == module.room or room in MAY_IMPORT[module.room]:
        return None
    if module.room in TOP and names and dotted in HANDED_ON and names <= HANDED_ON[dotted]:
        return None
    return f"{module.room} may not import {', '.join(sorted(names)) or 'anything'} from {dotted}"


def test_every_room_stands_in_the_table() -> None:
    rooms = {module.room for module in portal_modules()} - JOINT
    assert rooms <= set(MAY_IMPORT), f"new rooms need a line in the table: {rooms - set(MAY_IMPORT)}"
    assert {"web", "usecases", "store", "rules", "catalogue"} <= rooms


def test_imports_go_downwards_only() -> None:
    found = [
        f"{module.place}:{line}: {said}"
        for module in portal_modules()
        for dotted, names, line in imports(module)
        if (said := breach(module, dotted, names))
    ]
    assert found == []


def test_no_import_hides_inside_a_function() -> None:
    found = [
        f"{module.place}:{node.lineno}"
        for module in portal_modules()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


@pytest.mark.parametrize("library", ["flask", "werkzeug", "wtforms", "flask_babel"])
def test_only_web_knows_http(library: str) -> None:
    allowed = {"web", "cli", "worker"} | JOINT | ({"i18n"} if library == "flask_babel" else set())
    found = [
        module.place
        for module in portal_modules()
        if module.room not in allowed and library in _foreign(module)
    ]
    assert found == []


def test_catalogue_and_rules_run_without_a_database() -> None:
    pure = [module for module in portal_modules() if module.room in {"catalogue", "rules", "i18n", "labels"}]
    assert [module.place for module in pure if _foreign(module) & {"sqlalchemy", "alembic", "psycopg"}] == []


def _foreign(module: Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".", 1)[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".", 1)[0])
    return found
