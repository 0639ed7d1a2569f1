"""Only portal/clock.py asks the time: a deadline that asks elsewhere cannot be tested on a holiday.

The day of a moment is its day in Shanghai: until eight in the morning, in UTC it is still the day before.
"""

import ast
import re
from collections.abc import Iterator

from tests.house.sources import PORTAL, Module, portal_modules

# What asks the time, by the last two parts of a dotted name. `time.monotonic` measures, it does not tell.
ASKING = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "strftime"),
    ("func", "now"),
    ("func", "current_timestamp"),
    ("func", "current_date"),
}
ASKING_SQL = ("CURRENT_TIMESTAMP", "CURRENT_DATE", "NOW()", "datetime('now'", "julianday('now'")


def questions(module: Module) -> Iterator[str]:
    """Every place in the module that asks the time by itself."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.attr) in ASKING:
                yield f"{module.place}:{node.lineno} {name}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"{module.place}:{node.lineno}" for alias in node.names if alias.name == "time")
        elif isinstance(node, ast.Constant) and any(sql in str(node.value) for sql in ASKING_SQL):
            yield f"{module.place}:{node.lineno} in SQL"


def test_only_the_clock_asks_the_time() -> None:
    found = [
        question
        for module in portal_modules()
        if module.path != PORTAL / "clock.py"
        for question in questions(module)
    ]
    assert found == []


def test_the_clock_itself_asks_the_time() -> None:
    assert any(list(questions(module)) for module in portal_modules() if module.path == PORTAL / "clock.py")


def days_elsewhere(module: Module) -> Iterator[str]:
    """Every ``moment.date()`` not brought to Shanghai in the same breath, or as ``local``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date":
            moment = ast.unparse(node.func.value)
            if not node.args and not re.match(r"local$|(clock\.)?shanghai\(", moment):
                yield f"{module.place}:{node.lineno} {moment}.date()"


def test_the_day_of_a_moment_is_its_day_in_shanghai() -> None:
    assert [found for module in portal_modules() for found in days_elsewhere(module)] == []
