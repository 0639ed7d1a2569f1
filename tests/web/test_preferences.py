"""Display settings: the address is stronger than the cookie, the cookie than the account."""

import pytest
from flask import Flask

from tests.support.people import furnish, make_resident, parts_of, sign_in

pytestmark = pytest.mark.one_database


def test_a_language_chosen_here_stays_although_the_account_prefers_another(app: Flask) -> None:
    furnish(app)
    with parts_of(app).store.transaction() as db:
        account = make_resident(db)
        account.preferences = {"language": "en"}
    client = sign_in(app, account)
    client.language = "en"
    client.get("/account")
    client.language = "zh"
    client.get("/account?language=zh")
    client.get("/account")
    assert client.heading() == "我的事"
