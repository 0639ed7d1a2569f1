"""Answers that the counter puts right at once, with the person there."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.accounts import Account
from portal.store.applications import Application, Submission
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.messages import Message
from portal.usecases.actor import Actor
from portal.usecases.claims import claim
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.decisions import Deciding, decide_step, lock_entry
from portal.usecases.spot_corrections import correct_on_the_spot, get_at_counter, list_spot_corrections
from portal.usecases.submission import answers_hash
from tests.support.chain import chain_staff, deciding, lead, run
from tests.support.companions import assert_companions
from tests.support.office import COUNTY, DESK, REGION, SUBJECT, prepare, resident, staff_account, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

RIGHT = "示例王晓明"


@pytest.fixture
def staff(db: Session) -> dict[str, Actor]:
    prepare(db)
    return chain_staff(db)


@pytest.fixture
def application(db: Session, staff: dict[str, Actor]) -> Application:
    applicant = resident(db)
    new_contact(db, db.get_one(Account, applicant.signed_in_id), TypedContact("email", "wang@example.org"))
    application = submitted(db, applicant)
    claim(db, staff["clerk"], application.reference)
    return application


def correct(db: Session, actor: Actor, application: Application, **more: Any) -> None:
    order = {"field_id": "p_name", "value": RIGHT, "version": application.version, **more}
    correct_on_the_spot(db, actor, application.reference, REGION, confirmed_how="spoken", **order)


def test_a_corrected_answer_is_a_round_of_its_own_and_both_values_stay(
    db: Session, staff: dict[str, Actor], application: Application
) -> None:
    version = application.version
    correct(db, staff["clerk"], application)
    first, second = db.scalars(select(Submission).order_by(Submission.round)).all()
    assert (first.answers["p_name"], second.answers["p_name"]) == (SUBJECT, RIGHT)
    assert {**second.answers, "p_name": SUBJECT} == first.answers
    assert (second.channel, second.submitted_by_id) == ("counter", staff["clerk"].account_id)
    assert second.answers_hash == answers_hash(second.answers, 1) != first.answers_hash
    assert second.declarations == first.declarations
    assert (application.subject_name, application.version > version) == (RIGHT, True)
    found = list_spot_corrections(db, application)[0]
    assert (found.round, found.fields, found.confirmed_how) == (2, ["p_name"], "spoken")
    assert_companions(db)


def test_it_is_recorded_without_the_answer_and_the_account_is_told(
    db: Session, staff: dict[str, Actor], application: Application
) -> None:
    correct(db, staff["clerk"], application)
    details = db.scalars(
        select(AuditDetails.details)
        .join(AuditEvent, AuditEvent.id == AuditDetails.event_id)
        .where(AuditEvent.tag == "application:correct")
    ).one()
    assert details["field"] == "p_name"
    assert RIGHT not in str(details)
    bodies = list(db.scalars(select(Message.body)))
    assert any("窗口当面改了" in body for body in bodies)
    assert not any(RIGHT in body for body in bodies)


def test_who_corrected_sends_it_on_and_decides_nothing_else(
    db: Session, staff: dict[str, Actor], application: Application
) -> None:
    correct(db, staff["clerk"], application)
    with pytest.raises(NotAllowed) as refused:
        run(db, staff["clerk"], application, Deciding("not_ours", reasons=["J01"], summary="不归这里"))
    assert refused.value.key == "entered"
    lead(db, staff, application, ("forward",))
    post = staff_account(db, "clerk-at-county", Role.COUNTY_REVIEWER, COUNTY)[0]
    both = Actor("staff", staff["clerk"].account_id, True, post.role, COUNTY, "880001", "counter")
    with pytest.raises(NotAllowed) as again:
        claim(db, both, application.reference)
    assert again.value.key == "entered"


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"value": SUBJECT}, "unchanged"),
        ({"value": ""}, "required_name"),
        ({"field_id": "c_format", "value": "moon"}, "choice_unknown"),
    ],
    ids=["same", "empty", "unknown-choice"],
)
def test_what_cannot_stand_is_refused(
    db: Session, staff: dict[str, Actor], application: Application, more: dict[str, Any], key: str
) -> None:
    with pytest.raises(Invalid) as refused:
        correct(db, staff["clerk"], application, **more)
    assert [one.code for found in refused.value.errors.values() for one in found] == [key]
    assert list_spot_corrections(db, application) == []


def test_only_named_answers_and_never_what_proves_who_it_is(
    db: Session, staff: dict[str, Actor], application: Application
) -> None:
    names = {one.field.id for one in get_at_counter(db, staff["clerk"], application.reference).correctable}
    assert {"p_name", "c_format"} <= names
    assert not names & {"p_id_no", "h_place", "zj_kind", "documents_identity"}
    for field_id in ("p_id_no", "moon"):
        with pytest.raises(NotFound):
            correct(db, staff["clerk"], application, field_id=field_id, value="x")


def test_an_old_page_corrects_nothing(db: Session, staff: dict[str, Actor], application: Application) -> None:
    with pytest.raises(Conflict):
        correct(db, staff["clerk"], application, version=application.version - 1)


def test_it_happens_at_the_counter_by_who_has_it_in_hand(
    db: Session, staff: dict[str, Actor], application: Application
) -> None:
    other, _post = staff_account(db, "other-clerk", Role.DESK_CLERK, DESK)
    with pytest.raises(NotAllowed) as taken:
        correct(db, other, application)
    assert taken.value.key == "taken"
    with pytest.raises(NotAllowed):
        correct(db, staff["reviewer"], application)
    entry = application.entries[-1]
    version = application.version
    decide_step(
        db, staff["clerk"], *lock_entry(db, entry.id), REGION, version=version, deciding=deciding("forward")
    )
    with pytest.raises(NotAllowed):
        correct(db, staff["clerk"], application)
