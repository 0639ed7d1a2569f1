"""Every notice that the catalogue has words for is sent by something, and what sends it has its test."""

import ast
import re
from pathlib import Path

import pytest

from portal.catalogue.loader import load_catalogue

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).parents[2]
CATALOGUE = load_catalogue()
KEY = re.compile(r"N[0-9]{2}")
STORIES = ("usecases", "journeys", "web")
"""Where things happen; letters/ only says them."""


LATER = {"N19": "数据权利回复: who asks for what is kept of them writes a message; a letter comes later"}
"""What rules.md 10.0.5 lists and nothing sends yet, and why."""


def named_in(folder: Path) -> set[str]:
    """The notices that the modules of a folder name in so many words, docstrings apart."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                found.add(node.value)
    return found


def told_by_outcomes() -> set[str]:
    """The notices that outcomes of steps tell of their decision with."""
    return {
        key
        for service in CATALOGUE.services.values()
        for step in service.steps
        for key in (step.notice, *(outcome.notice for outcome in step.outcomes))
        if key is not None
    }


def test_every_notice_has_something_that_sends_it() -> None:
    sent = named_in(ROOT / "portal" / "usecases") | told_by_outcomes()
    assert sorted(CATALOGUE.notices.keys() - sent) == []


def test_every_number_of_the_list_has_words_or_its_reason_to_wait() -> None:
    listed = {f"N{number:02}" for number in range(1, len(CATALOGUE.notices) + len(LATER) + 1)}
    assert listed - CATALOGUE.notices.keys() == LATER.keys()


def test_nothing_is_sent_that_has_no_words() -> None:
    assert sorted(named_in(ROOT / "portal" / "usecases") - CATALOGUE.notices.keys()) == []


def test_every_notice_stands_in_a_story() -> None:
    seen = set().union(*(named_in(ROOT / "tests" / folder) for folder in STORIES)) | told_by_outcomes()
    assert sorted(CATALOGUE.notices.keys() - seen) == []


def test_every_service_may_send_only_what_there_are_words_for() -> None:
    for service in CATALOGUE.services.values():
        assert sorted(set(service.notices) - CATALOGUE.notices.keys()) == [], service.code
