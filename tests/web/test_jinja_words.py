"""Words of templates: percent signs that are meant, and those that are placeholders."""

import pytest
from flask import Flask

from portal.web import jinja_words
from portal.web.jinja_words import said, spoken

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jinja_words, "_known", {})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("降低10%", "降低10%"),
        ("降低10%，不变", "降低10%，不变"),
        ("降低10%%", "降低10%"),
        ("100%d", "100%d"),
        ("不变", "不变"),
    ],
)
def test_percent_sign_in_a_text_without_placeholders_is_shown(app: Flask, text: str, shown: str) -> None:
    with app.test_request_context("/"):
        assert spoken(text) == shown


def test_placeholders_are_filled_in_and_escaped_where_pages_are_made(app: Flask) -> None:
    with app.test_request_context("/"):
        assert spoken("%(name)s好，100%%", name="<b>") == "&lt;b&gt;好，100%"
        assert said("%(name)s好", name="<b>") == "<b>好"
