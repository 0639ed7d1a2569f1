"""Over https the cookies that carry something secret bear names that no neighbouring site can set."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import Settings
from tests.usecases.sign_in_support import PHONE
from tests.web.account_support import newest_code, store_of

pytestmark = pytest.mark.one_database

ADDRESS = "https://portal.example"


@pytest.fixture
def secure_app(settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(settings, base_url=ADDRESS))
    yield app
    store_of(app).close()


def test_signing_in_over_https_uses_guarded_cookies_alone(secure_app: Flask) -> None:
    browser = secure_app.test_client()
    sent: list[str] = []

    def send(path: str, fields: dict[str, str]) -> str:
        page = browser.get(path, base_url=ADDRESS)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
        assert token is not None
        answer = browser.post(path, base_url=ADDRESS, data={**fields, "csrf_token": token[1]})
        assert answer.status_code == 303
        sent.extend(page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie"))
        return answer.headers["Location"]

    assert send("/sign-in", {"contact": PHONE}) == "/sign-in/code"
    assert send("/sign-in/code", {"code": newest_code(secure_app)}) == "/account"
    assert {cookie.split("=")[0] for cookie in sent} == {"__Host-visit", "__Host-sign-in", "__Host-session"}
    for cookie in sent:
        assert {"Secure", "Path=/"} <= set(cookie.split("; "))
        assert "Domain=" not in cookie
