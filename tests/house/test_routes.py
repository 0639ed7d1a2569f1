"""Every address says who may come in, as the table beside this file does: no door opens by accident."""

import tomllib
from pathlib import Path

import pytest
from flask import Flask

pytestmark = pytest.mark.one_database

TABLE = Path(__file__).with_name("routes.toml")


def doors(app: Flask) -> dict[str, str]:
    """`GET /address` -> who may come in, for everything the app answers."""
    found: dict[str, str] = {}
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "portal_access", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found[f"{method} {rule.rule}"] = "nobody said" if access is None else str(access)
    return found


def expected_doors() -> dict[str, str]:
    table: dict[str, str] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["routes"]
    return table


def test_every_address_carries_a_mark_of_who_may_come_in(app: Flask) -> None:
    found = doors(app)
    assert found
    assert [door for door, access in found.items() if access == "nobody said"] == []


def test_addresses_and_their_marks_are_those_of_the_table(app: Flask) -> None:
    found, expected = doors(app), expected_doors()
    changed = {
        door: f"table says {expected.get(door)!r}, the app {found.get(door)!r}"
        for door in sorted(found.keys() | expected.keys())
        if found.get(door) != expected.get(door)
    }
    assert changed == {}, f"a door opened, closed or changed; if it should, say so in {TABLE.name}"


def test_the_table_is_in_order() -> None:
    keys = list(expected_doors())
    assert keys == sorted(keys, key=lambda door: door.split(" ")[::-1])


def test_what_changes_something_is_never_a_get(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert methods <= {"GET", "POST"}, f"{rule.rule} answers {methods}; forms send GET and POST"
