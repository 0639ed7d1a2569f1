"""The record by which one acts: warned of, over, laid down, stopped for a death, told to both sides."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotFound
from portal.store import Store
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.messages import Message, Timer
from portal.store.people import Person
from portal.store.representations import Mandate, Representation
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.authority_ends import end_over, warn_of_end
from portal.usecases.deaths import report_death
from portal.usecases.mandates import make_mandate
from portal.usecases.representations import (
    activate,
    end_by_person,
    lay_down,
    resume_representation,
    set_end,
    suspend_representation,
)
from portal.usecases.represented import list_people, list_reaching
from portal.usecases.standing import get_representation
from portal.usecases.tasks import list_tasks
from tests.support.at_once import at_once
from tests.support.office import ANSWERS, DESK, REGION, prepare, staff_account, submitted
from tests.support.people import make_resident

pytestmark = pytest.mark.monday_morning

SAID = {
    **ANSWERS,
    "g_name": "示例王母",
    "g_wish": "想自己领证",
    "g_person_informed": "no",
    "g_not_informed_why": "住院了",
}


def helped(db: Session, **own: Any) -> tuple[Actor, Application, Representation]:
    """Somebody with a telephone who has applied for another, who has one too."""
    prepare(db)
    helper = Actor("resident", make_resident(db, "19900000031").id)
    made = submitted(db, helper, "proxy", {**SAID, **own})
    made.person.own_account_id = make_resident(db, "19900000032").id
    db.flush()
    return helper, made, db.get_one(Representation, made.representation_id)


def told(db: Session, account_id: int | None) -> list[str]:
    rows = select(Message.body).where(Message.account_id == account_id).order_by(Message.id)
    return [one for one in db.scalars(rows) if "授权" in one or "替" in one]


def test_what_is_said_of_the_person_is_kept_with_the_record(db: Session) -> None:
    _helper, _made, kept = helped(db, g_kind="parent")
    assert (kept.relation, kept.is_informed, kept.wish) == ("parent", False, "想自己领证")
    assert kept.not_informed_why == "住院了"
    assert (kept.state, kept.basis) == ("claimed", "claimed")


def test_yes_of_the_person_is_recorded_and_told_on_both_sides(db: Session) -> None:
    helper, made, kept = helped(db)
    last = clock.today() + timedelta(days=60)
    activate(db, SYSTEM, REGION, kept, basis="entrusted", to_on=last, agreed_way="slip")
    own_id = made.person.own_account_id
    assert len(told(db, helper.account_id)) == len(told(db, own_id)) == 1
    for account_id in (helper.account_id, own_id):
        tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == f"account:{account_id}")).all()
        assert "representation:activate" in tags
    timers = db.scalars(
        select(Timer).where(Timer.subject == kept.id, Timer.kind.startswith("authority_"))
    ).all()
    days = sorted(clock.shanghai(one.due_at).date() for one in timers)
    assert days == [last - timedelta(days=30), last - timedelta(days=7), last + timedelta(days=1)]


def test_warned_once_for_each_day_and_then_over(db: Session, clock_at: Callable[[str], None]) -> None:
    helper, made, kept = helped(db)
    activate(db, SYSTEM, REGION, kept, basis="entrusted", to_on=date(2027, 1, 31), agreed_way="web")
    before = len(told(db, helper.account_id))
    for day, more in (("2027-01-01", 1), ("2027-01-02", 1), ("2027-01-24", 2), ("2027-01-31", 2)):
        clock_at(f"{day}T09:00+08:00")
        warn_of_end(db, REGION, kept.id)
        end_over(db, REGION, kept.id)
        assert len(told(db, helper.account_id)) == before + more
        assert kept.state == "active"
    clock_at("2027-02-01T09:00+08:00")
    assert list_reaching(db, helper, "zj-01") == []
    for _ in range(2):
        end_over(db, REGION, kept.id)
        warn_of_end(db, REGION, kept.id)
    assert (kept.state, kept.ended_by, kept.ended_for) == ("ended", "system", "over")
    assert len(told(db, helper.account_id)) == before + 3
    assert made.state == "in_review"


def test_certificate_says_nothing_of_who_decides(db: Session) -> None:
    """An intellectual disability makes nobody a guardian: the basis stays what was said and shown."""
    helper, _made, kept = helped(db, zj_kind=["intellectual"], zj_hospital="hospital_calm", g_kind="parent")
    assert (kept.state, kept.basis) == ("claimed", "claimed")
    assert [one.basis for one in list_people(db, helper)] == ["claimed"]


def test_death_stops_the_record_and_laid_down_is_laid_down_once(db: Session) -> None:
    helper, made, kept = helped(db)
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    report_death(db, clerk, made.reference, source="family")
    assert (kept.state, kept.suspended_for) == ("suspended", "death")
    assert not any("先停下来" in one for one in told(db, helper.account_id))  # the letter of the end says it
    with pytest.raises(Conflict):
        activate(db, SYSTEM, REGION, kept, basis="entrusted")
    for _ in range(2):
        lay_down(db, helper, REGION, kept.id)
    assert (kept.state, kept.ended_by, kept.ended_for) == ("ended", "representative", "laid_down")


def test_dispute_stops_and_goes_on_as_it_was(db: Session) -> None:
    helper, made, kept = helped(db)
    activate(db, SYSTEM, REGION, kept, basis="entrusted", agreed_way="counter")
    suspend_representation(db, SYSTEM, REGION, kept, why="dispute")
    assert list_reaching(db, helper, "zj-01") == []
    assert any("先停下来" in one for one in told(db, made.person.own_account_id))
    resume_representation(db, SYSTEM, REGION, kept)
    assert kept.state == "active"
    with pytest.raises(Conflict):
        resume_representation(db, SYSTEM, REGION, kept)


def test_record_of_another_is_no_record(db: Session) -> None:
    _helper, _made, kept = helped(db)
    stranger = Actor("resident", make_resident(db, "19900000033").id)
    for refused in (
        lambda: get_representation(db, stranger, kept.id),
        lambda: lay_down(db, stranger, REGION, kept.id),
        lambda: make_mandate(db, stranger, kept.id, {}),
    ):
        with pytest.raises(NotFound):
            refused()
    assert list_people(db, stranger) == []


def test_somebody_applied_for_twice_is_offered_once(db: Session) -> None:
    helper, made, _kept = helped(db)
    other = Person(claimed_by_id=helper.signed_in_id, is_self=False, created_at=clock.now())
    other.name, other.id_number = made.person.name, made.person.id_number
    other.id_number_index = made.person.id_number_index
    db.add(other)
    db.flush()
    proved = Representation(
        account_id=helper.signed_in_id,
        person_id=other.id,
        relation="child",
        basis="entrusted",
        powers=["fill"],
        state="active",
        from_on=clock.today(),
        created_at=clock.now(),
    )
    db.add(proved)
    db.flush()
    assert [one.id for one in list_reaching(db, helper, "zj-01")] == [proved.id]
    assert len(list_people(db, helper)) == 2


def test_two_ends_at_once_are_one(store: Store) -> None:
    with store.transaction() as db:
        helper, _made, kept = helped(db)
        record_id = kept.id

    def end_it(number: int) -> None:
        with store.transaction() as db:
            if number == 0:
                lay_down(db, helper, REGION, record_id)
            else:
                row = db.get_one(Representation, record_id)
                end_by_person(db, SYSTEM, REGION, row, by="person")

    at_once(end_it, 2)
    with store.reading() as db:
        ends = select(AuditEvent).where(
            AuditEvent.tag == "representation:end", AuditEvent.stream == f"account:{helper.account_id}"
        )
        assert len(db.scalars(ends).all()) == 1
        assert db.get_one(Representation, record_id).state == "ended"


def test_mandate_pressed_twice_at_once_is_one_text(store: Store) -> None:
    with store.transaction() as db:
        helper, _made, kept = helped(db)
        record_id = kept.id

    def write(_number: int) -> None:
        with store.transaction() as db:
            make_mandate(db, helper, record_id, {"zj-01": "示例"})

    at_once(write, 2)
    with store.reading() as db:
        assert len(db.scalars(select(Mandate)).all()) == 1


@pytest.mark.parametrize(
    ("wishes", "way"),
    [({}, "authority-post"), ({"c_channels": ["liaison"], "c_do_not": ["post"]}, "authority-committee")],
    ids=["by post", "by the liaison"],
)
def test_whom_no_message_reaches_is_told_by_people_of_the_counter(
    db: Session, wishes: dict[str, Any], way: str
) -> None:
    reached = {"c_has_phone": "via", "c_via_phone": "19900000077", "c_channels": ["post"], "c_do_not": []}
    helper, made, kept = helped(db, **{**reached, **wishes})
    made.person.own_account_id = None
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    activate(db, clerk, REGION, kept, basis="entrusted", proof_level="B")
    set_end(db, kept, clock.today() + timedelta(days=5))
    warn_of_end(db, REGION, kept.id)
    warn_of_end(db, REGION, kept.id)
    lay_down(db, helper, REGION, kept.id)
    asked = [one for one in list_tasks(db, clerk).tasks if one.kind == "post_letter"]
    assert [one.about.startswith(way) for one in asked] == [True, True, True]
    said = [(one.note or "").splitlines() for one in asked]
    assert ["有人替您办事的授权已经登记" in one[-1] for one in said] == [True, False, False]
    assert [len(one) > 2 for one in said] == [way == "authority-post"] * 3  # name, where to, words
    told_at = db.scalars(select(Message).where(Message.to == "19900000077")).all()
    assert [one for one in told_at if "授权" in one.body] == []


def test_nobody_writes_to_whom_a_message_reaches_nor_to_the_dead(db: Session) -> None:
    helper, made, kept = helped(db)
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    activate(db, clerk, REGION, kept, basis="entrusted")
    made.person.own_account_id = None
    made.person.death_reported_at = clock.now()
    lay_down(db, helper, REGION, kept.id)
    assert [one for one in list_tasks(db, clerk).tasks if one.kind == "post_letter"] == []
