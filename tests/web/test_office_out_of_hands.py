"""What left an officer's hands while their page was open: who did what and when, and what they wrote."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.applications import Decision
from portal.usecases.actor import Actor
from portal.usecases.assigning import assign, take_back
from portal.usecases.claims import release
from tests.support.client import CheckingClient
from tests.support.office import DESK, resident, sign_in_staff, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

COLLEAGUE = ("colleague", Role.DESK_CLERK, DESK)
CHOOSE, PREVIEW = "选这一种，往下填", "看看申请人会读到什么"


@pytest.fixture
def reference(house: Store) -> str:
    """An application that has just come to the counter."""
    with house.transaction() as db:
        return submitted(db, resident(db)).reference


def officer(app: Flask, house: Store, name: str, role: Role, unit: str) -> tuple[CheckingClient, Actor]:
    with house.transaction() as db:
        actor, token = sign_in_staff(db, name, role, unit)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    return client, actor


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole form", "more is asked"])
@pytest.mark.parametrize(
    ("happens", "told"),
    [
        ("head", ["lead（示例）", "把这件申请收回到了本单位"]),
        ("colleague", ["colleague（示例）", "领取了这件申请"]),
        ("second tab", ["clerk（示例）", "把这件申请退回给了本单位"]),
    ],
)
def test_what_left_the_hands_meanwhile_gets_409_with_who_what_when_and_the_typed_words(
    app: Flask, house: Store, reference: str, happens: str, told: list[str], is_whole: bool
) -> None:
    client, actor = officer(app, house, "clerk", Role.DESK_CLERK, DESK)
    head, colleague = (officer(app, house, *one)[1] for one in (("lead", Role.LEAD, DESK), COLLEAGUE))
    client.get("/desk")
    client.submit("领取下一件")
    client.submit(CHOOSE, {"outcome": "not_ours"})
    with house.transaction() as db:
        if happens == "head":
            take_back(db, head, reference)
        elif happens == "colleague":
            assign(db, head, reference, colleague.signed_in_id)
        else:
            release(db, actor, reference)
    written = {"reasons": ["J01"], "words": "请到南湖镇办", "summary": "请到南湖镇"}
    if is_whole:
        client.submit(PREVIEW, written, expect=409)
    else:
        stale = {"do": "preview", "outcome": "not_ours", "shown": "reasons", **written}
        client.post(f"/desk/applications/{reference}", stale, expect=409)
    assert [one for one in (*told, "时间", "请到南湖镇办") if one not in client.text] == []
    with house.reading() as db:
        assert db.scalar(select(func.count(Decision.id))) == 0


def test_what_nobody_has_taken_is_not_decided(app: Flask, house: Store, reference: str) -> None:
    clerk = officer(app, house, "clerk", Role.DESK_CLERK, DESK)[0]
    clerk.get("/desk")
    straight = {"do": "confirm", "outcome": "forward", "version": "1", "shown": ""}
    clerk.post(f"/desk/applications/{reference}", straight, expect=403)
    with house.reading() as db:
        assert db.scalar(select(func.count(Decision.id))) == 0
