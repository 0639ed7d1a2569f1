"""On the page of an application: what proves that somebody acts, a dispute, two files with one ID number."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.applications import Application
from portal.store.messages import Message
from portal.store.people import PersonMerge
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.recusals import add_relative
from tests.support.certificates import prove
from tests.support.client import CheckingClient
from tests.support.office import ANSWERS, DESK, sign_in_staff, submitted
from tests.support.people import make_resident

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

PROOF = "form[action$='/representation']"
DISPUTE = "form[action$='/dispute']"
SAME = "form[action$='/same-person']"


@pytest.fixture
def reference(house: Store) -> str:
    """A helper applied for somebody who has an account of their own, whose ID was seen."""
    with house.transaction() as db:
        person, helper = make_resident(db, "19900000101"), make_resident(db, "19900000102")
        prove(db, Actor("resident", person.id))
        return submitted(db, Actor("resident", helper.id), "proxy", {**ANSWERS, "g_kind": "parent"}).reference


@pytest.fixture
def clerk(app: Flask, house: Store, reference: str) -> CheckingClient:
    with house.transaction() as db:
        _actor, token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
    client = CheckingClient(app)
    client.browser.set_cookie("session", token)
    client.get(f"/desk/applications/{reference}")
    return client


def test_proof_is_written_down_once_and_shown(clerk: CheckingClient, house: Store, reference: str) -> None:
    assert "自己说的，还没有核实" in clerk.text
    clerk.get(f"/desk/applications/{reference}/representation")
    clerk.submit(PROOF, {"basis": "adult_guardian"}, 422)
    seen = {"basis": "adult_guardian", "level": "B", "to_on": "2027-05-01", "words": "法院判决书原件"}
    clerk.submit(PROOF, seen)
    assert "看过原件，clerk（示例）" in clerk.text
    assert "2027年5月1日" in clerk.text
    assert "法院判决书原件" in clerk.text
    with house.reading() as db:
        assert db.scalars(select(Representation)).one().proof_level == "B"


def test_who_acts_is_said_once_in_full_and_leads_to_the_record(clerk: CheckingClient) -> None:
    assert clerk.text.count("谁在办") == 1
    assert clerk.text.count("证明还没有核对") == 1
    assert clerk.href("看代办关系").endswith("#authority")


def test_dispute_stops_the_record_and_both_are_told(
    clerk: CheckingClient, house: Store, reference: str
) -> None:
    clerk.get(f"/desk/applications/{reference}/dispute")
    clerk.submit(DISPUTE, {"what": "resume", "words": "示例"}, 422)
    clerk.submit(DISPUTE, {"what": "suspend", "words": "姐姐说她才是监护人。"})
    assert "代办关系暂停了" in clerk.text
    clerk.get(f"/desk/applications/{reference}/representation")
    seen = {"basis": "adult_guardian", "level": "B", "words": "示例"}
    clerk.submit(PROOF, seen, 422)
    with house.reading() as db:
        assert db.scalars(select(Representation)).one().suspended_for == "dispute"
        assert db.scalars(select(Message)).all()


def test_two_files_with_one_number_are_joined_by_staff_and_parted_again(
    clerk: CheckingClient, house: Store, reference: str
) -> None:
    assert "另有1份档案" in clerk.text
    clerk.get(f"/desk/applications/{reference}/same-person")
    assert "示例王小明" not in clerk.text
    clerk.submit(SAME, {}, 422)
    with house.reading() as db:
        assert db.scalars(select(PersonMerge)).all() == []
    value = clerk.page.select_one("input[name=file]")["value"]  # type: ignore[index]
    clerk.submit(SAME, {"file": str(value), "words": "看过身份证，是本人。"})
    assert "已经合在一起" in clerk.text
    assert "两份档案合成了一份" in clerk.one("main .notice").get_text()
    with house.reading() as db:
        row = db.scalars(select(PersonMerge)).one()
        assert db.scalars(select(Application.person_id)).one() == row.kept_id
    clerk.submit(SAME, {"file": f"part-{row.id}", "words": "号码写错了，是两个人。"})
    with house.reading() as db:
        assert db.scalars(select(Application.person_id)).one() == row.merged_id
        told = [one.body for one in db.scalars(select(Message)) if "档案" in one.body]
    assert len(told) == 2


def test_who_keeps_away_reads_and_writes_nothing(clerk: CheckingClient, house: Store, reference: str) -> None:
    with house.transaction() as db:
        actor, token = sign_in_staff(db, "second", Role.DESK_CLERK, DESK)
        add_relative(db, actor, "88000019881102001X", "relative")
    clerk.browser.set_cookie("session", token)
    for page in ("representation", "dispute", "same-person"):
        clerk.get(f"/desk/applications/{reference}/{page}", expect=403)
        assert "您回避这件申请" in clerk.text
