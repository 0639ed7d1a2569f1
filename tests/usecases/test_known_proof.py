"""A relation that was seen proved is not asked again; a dispute is settled by staff, not by a machine."""

import secrets
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.applications import journey_of, load_answers, save_page, start_application
from portal.usecases.authority_proofs import find_authority, record_authority, settle_dispute
from portal.usecases.drafts import delete_draft
from portal.usecases.evidence import list_evidence
from portal.usecases.looking import look_at_own
from portal.usecases.recusals import add_relative
from portal.usecases.submission import newest_submission
from portal.usecases.tasks import tasks_of
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    declare,
    prepare,
    resident,
    staff_account,
    submitted,
)

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

GUARDED = {**ANSWERS, "g_kind": "parent", "g_is_guardian": "yes", "evidence_guardian": "desk"}
OTHER_NUMBER = "880000199001010011"
PAGE = "evidence-guardian"


@pytest.fixture
def mother(db: Session) -> Actor:
    prepare(db)
    return resident(db)


@pytest.fixture
def clerk(db: Session, mother: Actor) -> Actor:
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def first(db: Session, mother: Actor) -> Application:
    return submitted(db, mother, "proxy", GUARDED)


def prove(db: Session, clerk: Actor, application: Application, **changed: Any) -> None:
    seen: dict[str, Any] = {"basis": "adult_guardian", "level": "B", "to_on": None, "words": "户口簿"}
    record_authority(db, clerk, application.reference, REGION, **{**seen, **changed})


def begin_again(db: Session, mother: Actor, first: Application) -> Application:
    clock.use_fixed(clock.now().replace(hour=2, minute=30))
    key = secrets.token_urlsafe(16)
    return start_application(db, mother, DEFINITION, "proxy", key, representation_id=first.representation_id)


def pages(db: Session, application: Application) -> set[str]:
    return {one.id for one in journey_of(DEFINITION, application, load_answers(db, application)).pages()}


def hand_in(db: Session, mother: Actor, application: Application) -> None:
    own = {**GUARDED, "p_id_no": OTHER_NUMBER}
    answers = answers_for("proxy", own)
    for page in Journey(DEFINITION, answers, "proxy", clock.today()).pages():
        if page.id != PAGE:
            values = {field.id: answers[field.id] for field in page.fields}
            save_page(db, mother, application.reference, page.id, values)
    asked = journey_of(DEFINITION, application, load_answers(db, application)).answers
    declare(db, mother, application.reference, asked)


def test_second_application_does_not_ask_how_the_relation_will_be_proved(
    db: Session, mother: Actor, clerk: Actor, first: Application
) -> None:
    prove(db, clerk, first)
    assert PAGE in pages(db, first)
    again = begin_again(db, mother, first)
    looked = look_at_own(db, mother, again.reference)
    answers = {"g_kind": "parent", "g_is_guardian": "yes"}
    journey = journey_of(DEFINITION, looked.application, answers)
    assert PAGE not in {one.id for one in journey.pages()}
    hand_in(db, mother, again)
    submission = newest_submission(db, again)
    assert submission is not None
    assert "evidence_guardian" not in submission.answers
    (state,) = (
        one
        for one in list_evidence(db, again, DEFINITION, submission.answers)
        if one.evidence.id == "guardian"
    )
    assert (state.way, state.level, state.is_enough) == ("known", "B", True)
    assert state.check is not None
    assert state.check.seen_by_id == clerk.account_id
    assert "guardian" not in {one.about for one in tasks_of(db, again) if one.state == "open"}


def test_who_says_another_relation_than_was_proved_is_asked(
    db: Session, mother: Actor, clerk: Actor, first: Application
) -> None:
    prove(db, clerk, first)
    again = begin_again(db, mother, first)
    journey = journey_of(DEFINITION, again, {"g_kind": "spouse", "g_is_guardian": "yes"})
    assert PAGE in {one.id for one in journey.pages()}


def test_copy_has_to_be_shown_again(db: Session, mother: Actor, clerk: Actor, first: Application) -> None:
    prove(db, clerk, first, level="C")
    again = begin_again(db, mother, first)
    journey = journey_of(DEFINITION, again, {"g_kind": "parent", "g_is_guardian": "yes"})
    assert PAGE in {one.id for one in journey.pages()}
    delete_draft(db, mother, again.reference)


def test_proof_is_on_record_with_who_saw_it_and_until_when(
    db: Session, clerk: Actor, first: Application
) -> None:
    prove(db, clerk, first, to_on=date(2027, 5, 1))
    found = find_authority(db, clerk, first.reference)
    assert found is not None
    kept = found.kept
    assert (kept.state, kept.basis, kept.proof_level) == ("active", "adult_guardian", "B")
    assert (kept.to_on, found.seen_by) == (date(2027, 5, 1), "clerk（示例）")
    stream = AuditEvent.stream == f"application:{first.reference}"
    assert "representation:prove" in set(db.scalars(select(AuditEvent.tag).where(stream)))


def test_dispute_stops_the_helper_until_staff_have_heard_both(
    db: Session, mother: Actor, clerk: Actor, first: Application
) -> None:
    settle_dispute(db, clerk, first.reference, REGION, what="suspend", words="姐姐说她才是监护人。")
    with pytest.raises(NotAllowed, match="authority_suspended"):
        begin_again(db, mother, first)
    with pytest.raises(Conflict, match="authority_is_stopped"):
        prove(db, clerk, first)
    settle_dispute(db, clerk, first.reference, REGION, what="resume", words="居委会已经指定。")
    assert begin_again(db, mother, first).state == "draft"
    settle_dispute(db, clerk, first.reference, REGION, what="end", words="法院另外指定。")
    assert db.get_one(Representation, first.representation_id).ended_by == "staff"
    assert first.state == "in_review"


def test_nobody_settles_the_matter_of_a_relative(db: Session, clerk: Actor, first: Application) -> None:
    add_relative(db, clerk, "88000019881102001X", "relative")
    with pytest.raises(NotAllowed, match="recused"):
        prove(db, clerk, first)
    with pytest.raises(NotAllowed, match="recused"):
        find_authority(db, clerk, first.reference)


def test_another_post_and_who_acts_for_themselves_have_no_such_record(
    db: Session, mother: Actor, clerk: Actor, first: Application
) -> None:
    elsewhere = staff_account(db, "elsewhere", Role.DESK_CLERK, "desk_nanhu")[0]
    with pytest.raises(NotFound):
        find_authority(db, elsewhere, first.reference)
    own = submitted(db, mother, "self", {**ANSWERS, "p_id_no": OTHER_NUMBER})
    assert find_authority(db, clerk, own.reference) is None
    with pytest.raises(NotFound):
        prove(db, clerk, own)
