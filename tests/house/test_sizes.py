"""Small rooms: what grows past this holds two topics and is split by topic."""

import ast

from tests.house.sources import Module, functions, modules_of_tests, portal_modules

MODULE_LINES = 320
FUNCTION_LINES = 50
TEST_MODULE_LINES = 500


def lines(module: Module) -> int:
    return len(module.path.read_text(encoding="utf-8").splitlines())


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring: explaining is never too long."""
    assert function.end_lineno is not None
    all_lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and first.end_lineno:
        return all_lines - (first.end_lineno - first.lineno + 1)
    return all_lines


def test_modules_stay_small() -> None:
    assert {m.place: lines(m) for m in portal_modules() if lines(m) > MODULE_LINES} == {}


def test_functions_stay_small() -> None:
    found = {
        f"{module.place}:{function.lineno} {function.name}": length(function)
        for module in portal_modules()
        for function in functions(module)
        if length(function) > FUNCTION_LINES
    }
    assert found == {}


def test_test_modules_stay_small() -> None:
    assert {m.place: lines(m) for m in modules_of_tests() if lines(m) > TEST_MODULE_LINES} == {}


def test_every_room_says_what_it_is_for() -> None:
    assert [m.place for m in portal_modules() if not ast.get_docstring(m.tree)] == []
