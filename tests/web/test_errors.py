"""What went wrong becomes a page that says what to do, with the right status and nothing that was typed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from werkzeug.exceptions import abort

from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from portal.web.access import public
from tests.support.client import CheckingClient

pytestmark = pytest.mark.one_database

SECRET = "示例王小明880000199001010011"


@pytest.fixture
def client(own_app: Flask) -> Iterator[CheckingClient]:
    """A browser of an app that fails on demand: each address of the table raises its error."""
    own_app.config["PROPAGATE_EXCEPTIONS"] = False

    @public
    def fail(number: int) -> str:
        error = ERRORS[number][0]
        if isinstance(error, int):
            abort(error)
        raise error

    own_app.add_url_rule("/fail/<int:number>", view_func=fail)
    return CheckingClient(own_app)


ERRORS: list[tuple[Exception | int, int, str]] = [
    (NotFound(SECRET), 404, "没有找到这一页"),
    (NotAllowed(SECRET), 403, "您不能打开这一页"),
    (
        Conflict("x", who="示例职员", what="approve", when=datetime(2026, 11, 23, 1, tzinfo=UTC)),
        409,
        "刚才已经有人处理了",
    ),
    (Conflict("x", what="no_such_deed"), 409, "刚才已经有人处理了"),
    (Conflict(), 409, "刚才已经有人处理了"),
    (TooMany(61), 429, "试的次数太多了"),
    (Invalid({}), 400, "这一步没有办成"),
    (400, 400, "这一步没有办成"),
    (405, 405, "这一步没有办成"),
    (413, 413, "发来的内容太大了"),
    (404, 404, "没有找到这一页"),
]


@pytest.mark.parametrize("number", range(len(ERRORS)))
@pytest.mark.parametrize("language", ["zh", "easy", "en"])
def test_refusal_is_a_page_with_its_status_and_a_way_on(
    client: CheckingClient, number: int, language
) -> None:
    client.use_language(language)
    _error, status, heading = ERRORS[number]
    client.get(f"/fail/{number}", status)
    if language == "zh":
        assert client.heading() == heading
    assert SECRET not in client.page.decode()
    assert client.page.select("main ul a[href='/']")


def test_conflict_says_who_did_what_and_when(client: CheckingClient) -> None:
    client.get("/fail/2", 409)
    for said in ("示例职员", "作出了同意办理的决定", "2026年11月23日"):
        assert said in client.text


def test_too_many_tries_say_how_long_to_wait(client: CheckingClient) -> None:
    client.get("/fail/5", 429)
    assert "请等2分钟再试" in client.text


def test_failure_of_ours_is_a_page_that_takes_the_blame_and_repeats_nothing(
    client: CheckingClient, own_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @public
    def break_down() -> str:
        raise RuntimeError(SECRET)

    own_app.add_url_rule("/break-down", view_func=break_down)
    response = client.browser.get(f"/break-down?name={SECRET}")
    assert response.status_code == 500
    page = response.get_data(as_text=True)
    assert "这是网站的错，不是您的错" in page
    assert SECRET not in page + caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_do_nothing_and_never_fail(client: CheckingClient, method: str) -> None:
    for path in ("/", "/apply/zj-01", "/account", "/no-such-page"):
        response = client.browser.open(path, method=method)
        assert response.status_code < 500
        assert method == "OPTIONS" or response.status_code >= 300
