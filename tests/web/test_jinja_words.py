"""Words of templates: percent signs that are meant, placeholders, and what people typed."""

import pytest
from flask import Flask

from portal.catalogue.texts import Language
from portal.web import jinja_words
from portal.web.jinja_words import as_written, said, spoken
from portal.web.preferences import speaking

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


@pytest.mark.parametrize(
    ("spoken", "typed", "said"),
    [
        ("en", "请照身份证写\n再签名", '<span lang="zh-CN">请照身份证写<br>再签名</span>'),
        ("en", "As on the card", "As on the card"),
        ("zh", "请照<b>身份证</b>写", "请照&lt;b&gt;身份证&lt;/b&gt;写"),
        ("en", "请照<b>", '<span lang="zh-CN">请照&lt;b&gt;</span>'),
    ],
)
def test_chinese_that_somebody_typed_says_so_on_an_english_page(
    app: Flask, spoken: Language, typed: str, said: str
) -> None:
    with app.test_request_context("/"), speaking(spoken):
        assert str(as_written(typed)) == said
