"""A used invoice: a question to who hands it in, a line to who decides, words where it is refused."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Role
from portal.rules.references import grouped
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.usecases.actor import Actor
from portal.usecases.applications import start_application
from portal.usecases.sessions import open_session
from tests.support.any_service import Walker
from tests.support.client import CheckingClient
from tests.support.office import DESK, keep_pages, sign_in_staff

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

CATALOGUE = load_catalogue()
BOUGHT: Mapping[str, Any] = {
    "fj_way": "refund",
    "fj_invoice_no": "24112000000012345678",
    "fj_bought_on": "2026-11-02",
    "fj_invoice_amount": 1280_50,
}
QUESTION = "这张发票用过了吗？"


def walker_in(db: Session) -> Walker:
    walker = Walker(db, CATALOGUE.definition("kf-01", "demo"), CATALOGUE.regions["demo"], "self")
    walker.own = dict(BOUGHT)
    walker.furnish()
    return walker


def draft_of(walker: Walker, account_id: int) -> Application:
    applicant = Actor("resident", account_id, True)
    draft = start_application(walker.db, applicant, walker.definition, "self", "another-draft-0001")
    keep_pages(walker.db, applicant, draft, walker.answers())
    return draft


def test_who_hands_in_a_used_invoice_is_asked_and_who_decides_reads_where_it_was(
    house: Store, client: CheckingClient
) -> None:
    with house.transaction() as db:
        walker = walker_in(db)
        first, second = walker.apply(), walker.apply()
        draft = draft_of(walker, second.account_id)
        walker.own["fj_invoice_amount"] = 1_00
        earlier, later, under_way = first.reference, second.reference, draft.reference
        own = open_session(db, db.get_one(Account, second.account_id), "code")
        _clerk, token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
    client.browser.set_cookie("session", own)
    client.get(f"/apply/kf-01/{under_way}/check")
    assert QUESTION in client.text
    assert grouped(earlier) not in client.text
    client.browser.set_cookie("session", token)
    client.get(f"/desk/applications/{later}")
    assert "同一个发票号码，别的申请也交过。" in client.text
    assert f"收件号{grouped(earlier)}，辅助器具" in client.text
    assert "2026年11月23日交的" in client.text


def test_very_invoice_of_an_own_application_is_refused_with_words_and_the_way_to_the_question(
    house: Store, client: CheckingClient
) -> None:
    with house.transaction() as db:
        walker = walker_in(db)
        first = walker.apply()
        draft = draft_of(walker, first.account_id)
        earlier, under_way = first.reference, draft.reference
        own = open_session(db, db.get_one(Account, first.account_id), "code")
        declarations = [one.id for one in walker.definition.service.declarations]
    client.browser.set_cookie("session", own)
    client.get(f"/apply/kf-01/{under_way}/check")
    client.submit("确认无误，提交", {"declarations": declarations}, 409)
    assert f"这张发票您在{grouped(earlier)}那一件里用过了。" in client.text
    assert client.page.select_one(f"a[href^='/apply/kf-01/{under_way}/device-bought']") is not None
