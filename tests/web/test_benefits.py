"""What a holder and an officer read of benefits: the words, and only of who has proven who they are."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.catalogue.texts import Language
from portal.store.accounts import Account
from portal.usecases.actor import Actor
from tests.support.benefits import give
from tests.support.certificates import applied, holder_of_one, proven
from tests.support.client import CheckingClient
from tests.support.office import prepare, resident
from tests.support.people import parts_of, sign_in

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


def given(db: Session, **facts: object) -> Actor:
    """A holder of a certificate who gets something monthly."""
    holder, card = holder_of_one(db)
    give(db, card, **facts)
    return holder


def page_of(app: Flask, make: Callable[[Session], Actor]) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        prepare(db)
        account = db.get_one(Account, make(db).signed_in_id)
    client = sign_in(app, account)
    client.get("/account/benefits")
    return client


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["每月100.50元", "2026年11月", "示例县残疾人联合会", "2027年11月1日", "正在享受"]),
        ("easy", ["每月100.50元", "2026年11月", "2027年11月1日", "现在有"]),
        ("en", ["CNY 100.50 a month", "November 2026", "1 November 2027", "Being given"]),
    ],
)
def test_holder_reads_what_how_much_since_when_and_who_decides(
    app: Flask, language: Language, said: list[str]
) -> None:
    client = page_of(app, given)
    client.use_language(language)
    client.get("/account/benefits")
    for words in said:
        assert words in client.text


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": "stopped", "to_on": date(2026, 12, 1)}, ["已经停发", "2026年12月"]),
        ({"state": "ended", "to_on": date(2026, 10, 1)}, ["以前的待遇", "没有发过"]),
        ({"from_on": None, "amount": None}, ["这个网站开办以前", "这里没有记录"]),
        ({"period": "year", "year": 2026, "from_on": None}, ["每年100.50元", "哪一年的", "2026"]),
        ({"period": "once", "from_on": None}, ["一次性100.50元", "2026年11月23日"]),
    ],
)
def test_every_kind_and_state_is_said_in_words(app: Flask, facts: dict[str, object], said: list[str]) -> None:
    client = page_of(app, lambda db: given(db, **facts))
    for words in said:
        assert words in client.text


def test_proven_person_without_any_is_told_so(app: Flask) -> None:
    client = page_of(app, proven)
    assert "现在没有您的待遇" in client.text
    client.get("/account")
    assert client.page.select_one("main a[href='/account/benefits']") is not None


def test_who_is_not_proven_is_told_how_to_be_and_sees_nothing(app: Flask) -> None:
    def claimed(db: Session) -> Actor:
        given(db)
        claimant = resident(db)
        applied(db, claimant)  # with the same ID number
        return claimant

    client = page_of(app, claimed)
    assert "请带身份证到窗口" in client.text
    assert "100.50" not in client.text
