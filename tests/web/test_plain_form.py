"""Forms outside the catalogue: read by the same types, shown by the same macro, nothing typed lost."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from portal.catalogue.field_types import FIELD_TYPES
from portal.web.plain_form import KINDS, LONGEST_ECHO, PlainForm, Question

pytestmark = pytest.mark.one_database


class Everything(PlainForm):
    tel = Question("手机号码", "tel", autocomplete="tel")
    code = Question("验证码", "code")
    password = Question("密码", "password")
    reply = Question("要不要回复您？", "choice", choices=[("yes", "要"), ("no", "不用", "我们就不打扰您")])
    where = Question("哪里？", "multi", choices=[("a", "首页"), ("b", "表格")], is_required=False)
    again = Question("还来吗？", "yes_no")
    is_shared = Question("公用电脑", "confirm", is_required=False)
    words = Question("想说的话", "longtext", max_length=5)


GOOD = [
    ("tel", "１９９ 0000 0001"),
    ("code", "４８2 913"),
    ("password", " x "),
    ("reply", "no"),
    ("where", "b"),
    ("where", "a"),
    ("again", "no"),
    ("is_shared", "yes"),
    ("words", "你好😀\r\n啊"),
]


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        app.preprocess_request()
        yield


def test_good_answers_are_read_by_the_field_types() -> None:
    form = Everything(MultiDict(GOOD))
    assert form.validate()
    assert form.status == 200
    assert form.data == {
        "tel": "19900000001",
        "code": "482913",
        "password": " x ",
        "reply": "no",
        "where": ["a", "b"],
        "again": "no",
        "is_shared": True,
        "words": "你好😀\n啊",
    }


def test_bad_answers_are_named_in_the_order_of_the_page_and_kept() -> None:
    form = Everything(
        MultiDict([("tel", "12"), ("code", "48"), ("reply", "maybe"), ("words", "你好你好你好")])
    )
    assert not form.validate()
    assert form.status == 422
    hrefs = [href for _text, href in form.errors_for_summary()]
    assert hrefs == ["#tel", "#code", "#password", "#reply", "#again", "#words"]
    assert form.errors_for_summary()[3][0].startswith("要不要回复您：")
    assert (form.tel.raw, form.words.raw) == ("12", "你好你好你好")


def test_nothing_sent_leaves_everything_required_wanting() -> None:
    form = Everything(MultiDict())
    assert not form.validate()
    assert {field.name for field in form if field.errors} == {
        "tel",
        "code",
        "password",
        "reply",
        "again",
        "words",
    }


def test_answers_given_before_stand_in_the_form() -> None:
    form = Everything(tel="19900000001", where=["b"], is_shared=True, reply="yes")
    assert form.tel.raw == "19900000001"
    assert [one.is_checked for one in form.where.choices] == [False, True]
    assert [one.is_checked for one in form.reply.choices] == [True, False]
    assert form.is_shared.raw == "yes"
    assert form.status == 200


def test_choices_known_only_to_the_request_are_offered_and_held_to() -> None:
    form = Everything(MultiDict([*GOOD, ("reply", "no")]))
    form.reply.offer([("post", "写信")])
    assert not form.validate()
    assert [href for _text, href in form.errors_for_summary()] == ["#reply"]


def test_error_of_a_use_case_joins_the_summary() -> None:
    form = Everything(MultiDict(GOOD))
    form.validate()
    form.add_error("tel", "这个号码有人用。")
    assert form.errors_for_summary() == [("手机号码：这个号码有人用。", "#tel")]
    assert form.status == 422


def test_shown_again_are_only_characters_that_a_page_can_hold() -> None:
    form = Everything(MultiDict([("tel", "1\0\x1b2"), ("words", "a\nb\0")]))
    assert (form.tel.raw, form.words.raw) == ("12", "a\nb")
    assert len(Everything(MultiDict([("tel", "1" * 10_000_000)])).tel.raw) == LONGEST_ECHO


def test_box_that_may_stay_empty_is_not_called_optional() -> None:
    form = Everything(MultiDict(GOOD[:-2] + GOOD[-1:]))
    assert form.validate()
    assert form.is_shared.data is False
    assert form.is_shared.is_required


def test_every_kind_of_the_catalogue_is_known() -> None:
    assert set(KINDS) == {*FIELD_TYPES, "code", "password", "search"}
