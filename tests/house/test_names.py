"""One word for one thing (docs/architecture.md, section 6), and words that say nothing are not names."""

import ast
import re
from collections.abc import Iterator

from tests.house.sources import Module, modules_of_tests, portal_modules

EMPTY_WORDS = {"case", "item", "data", "util", "helper", "manager"}
_EMPTY = {form for word in EMPTY_WORDS for form in (word, word + "s")}

# Names given by others: the contract of Settings, and what a library calls so (WTForms, Alembic,
# Werkzeug).
GIVEN = {
    "_load_form_data",
    "data_dir",
    "_data_dir",
    "process_data",
    "process_formdata",
    "render_item",
    "._data_dir",
    ".data",
    ".raw_data",
}


def names(module: Module) -> Iterator[tuple[str, int]]:
    """Every name that the module gives; one that is set as an attribute begins with a dot."""
    yield module.path.stem, 1
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield f".{node.attr}", node.lineno


def words_of(name: str) -> set[str]:
    """The words in a snake_case or CamelCase name, in lower case."""
    return {word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", part)}


def test_names_say_something() -> None:
    found = sorted(
        f"{module.place}:{line} {name}"
        for module in portal_modules()
        for name, line in names(module)
        if name not in GIVEN and words_of(name) & _EMPTY
    )
    assert found == []


def test_columns_say_what_they_hold() -> None:
    """Times end in _at (or _until, where something ends), days in _on, booleans start with is_ has_ may_."""
    shapes = {"bool": r"(is|has|may)_\w+", "datetime": r"(\w+_)?at|\w+_until", "date": r"\w+_on|day"}
    columns = [
        (f"{module.place}:{node.lineno}", node.target.id, kind.group(1))
        for module in portal_modules()
        if module.room == "store"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        if (kind := re.fullmatch(r"Mapped\[(\w+)(?: \| None)?\]", ast.unparse(node.annotation)))
    ]
    assert len(columns) > 20
    assert [c for c in columns if c[2] in shapes and not re.fullmatch(shapes[c[2]], c[1])] == []


def test_tests_say_what_they_expect() -> None:
    found = [
        f"{module.place}:{node.lineno} {node.name}"
        for module in modules_of_tests()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and len(node.name.split("_")) < 4
    ]
    assert found == []
