"""Never phone makes no phone task and no text: whoever wants to reach a person asks what they said."""

import secrets
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.catalogue.texts import Text
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.letters import Delivery
from portal.store.messages import Message, NoticeRow
from portal.usecases.access_needs import needs_for, needs_of, needs_said, save_needs
from portal.usecases.actor import Actor
from portal.usecases.alerts import tell_account
from portal.usecases.applications import save_page, start_application
from portal.usecases.notices import send_notice, tell_applicant
from portal.usecases.reminders import tell_of_deletion
from portal.usecases.review import get_review
from portal.usecases.transitions import open_entry
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    declare,
    prepare,
    staff_account,
    submitted,
)
from tests.support.people import make_resident

pytestmark = pytest.mark.monday_morning

NOTHING = {"c_do_not_note": "", "c_needs": [], "c_times": [], "c_interpreter": ["spoken"]}
PLAIN = {**ANSWERS, "c_do_not": [], "c_format": "standard", "c_channels": ["sms", "phone"], **NOTHING}
WORDS = Text(zh="示例", en="Example")


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def applicant(db: Session, clerk: Actor) -> Actor:
    return Actor("resident", make_resident(db).id)


def apply(db: Session, applicant: Actor, acting: str = "self") -> Application:
    made = submitted(db, applicant, "proxy" if acting == "proxy" else "self", PLAIN)
    for message in db.scalars(select(Message)):
        db.delete(message)
    db.flush()
    return made


def a_letter(db: Session, made: Application) -> None:
    send_notice(db, made, DEFINITION, "N18", {"ended_on": "2026-11-23"})


def short_words(db: Session, made: Application) -> None:
    tell_applicant(db, made, WORDS, unique="short")


def an_alert(db: Session, made: Application) -> None:
    tell_account(db, REGION, made.account_id, WORDS, unique="alert")


def a_draft_ends(db: Session, made: Application) -> None:
    tell_of_deletion(db, REGION, made)


PRODUCERS: dict[str, Callable[[Session, Application], None]] = {
    "a letter": a_letter,
    "short words": short_words,
    "an alert": an_alert,
    "a reminder of a draft": a_draft_ends,
}
"""Everything that writes to somebody besides codes, which they ask for themselves."""


@pytest.mark.parametrize("producer", PRODUCERS)
def test_text_messages_stop_at_once_where_they_are_barred(db: Session, applicant: Actor, producer: str):
    made = apply(db, applicant)
    PRODUCERS[producer](db, made)
    assert len(db.scalars(select(Message)).all()) == 1
    other = apply(db, Actor("resident", make_resident(db, "19900000002").id))
    save_needs(
        db, Actor("resident", other.account_id), other.person, {"contact_do_not": ["sms", "call", "post"]}
    )
    PRODUCERS[producer](db, other)
    assert db.scalars(select(Message).where(Message.account_id == other.account_id)).all() == []


def ways_of(db: Session, made: Application) -> list[str]:
    rows = (
        select(Delivery.way)
        .join(NoticeRow, NoticeRow.id == Delivery.notice_id)
        .where(NoticeRow.application_id == made.id, NoticeRow.key == "N18")
    )
    return sorted(db.scalars(rows))


@pytest.mark.parametrize(
    ("barred", "ways"),
    [
        ([], ["account", "phone", "sms"]),
        (["call"], ["account", "sms"]),
        (["sms"], ["account", "phone"]),
        (["call", "sms"], ["account", "post"]),
        (["call", "sms", "post"], ["account"]),
    ],
    ids=["nothing", "call", "sms", "call and sms", "everything"],
)
def test_letters_and_calls_follow_what_was_said_after_handing_in(
    db: Session, applicant: Actor, barred: list[str], ways: list[str]
):
    made = apply(db, applicant)
    save_needs(db, applicant, made.person, {"contact_do_not": barred})
    a_letter(db, made)
    assert ways_of(db, made) == ways


def test_change_reaches_lists_and_the_page_of_the_office_at_once(db: Session, clerk: Actor, applicant: Actor):
    made = apply(db, applicant)
    entry = open_entry(made)
    assert entry is not None
    assert (made.has_needs, entry.has_needs) == (False, False)
    save_needs(db, applicant, made.person, {"contact_interpreter": ["sign"], "contact_sign": "local"})
    assert (made.has_needs, entry.has_needs) == (True, True)
    shown = {field.means for field, _value in get_review(db, clerk, made.reference, REGION).needs}
    assert shown == {"contact_interpreter", "contact_sign"}
    save_needs(db, applicant, made.person, {"contact_interpreter": ["spoken"], "contact_sign": None})
    assert (made.has_needs, entry.has_needs) == (False, False)


def test_own_word_counts_before_that_of_who_acts_and_neither_is_shown_to_the_other(
    db: Session, applicant: Actor
):
    made = apply(db, applicant, "proxy")
    person, owner = made.person, Actor("resident", make_resident(db, "19900000003").id)
    person.is_self, person.claimed_by_id = True, owner.signed_in_id
    save_needs(db, owner, person, {"contact_do_not": ["call"]})
    save_needs(db, applicant, person, {"contact_do_not": [], "contact_format": "large"})
    assert needs_of(db, person)["contact_do_not"] == ["call"]
    assert needs_of(db, person)["contact_format"] == "large"
    assert "contact_format" not in needs_said(db, owner.signed_in_id, person.id)
    assert needs_said(db, applicant.signed_in_id, person.id)["contact_do_not"] == []


@pytest.mark.parametrize(("typed", "known"), [("before", ["call"]), ("after", [])])
def test_what_was_typed_last_is_known(
    db: Session, applicant: Actor, clock_at: Callable[[str], None], typed: str, known: list[str]
):
    draft = start_application(db, applicant, DEFINITION, "self", secrets.token_urlsafe(16))
    answers = answers_for("self", PLAIN)
    clock_at("2026-11-24T09:00+08:00" if typed == "before" else "2026-11-26T09:00+08:00")
    for page in Journey(DEFINITION, answers, "self", clock.today()).pages():
        fields = {one.id: answers[one.id] for one in page.fields}
        save_page(db, applicant, draft.reference, page.id, fields)
    clock_at("2026-11-25T09:00+08:00")
    save_needs(db, applicant, draft.person, {"contact_do_not": ["call"]})
    clock_at("2026-11-27T09:00+08:00")
    declare(db, applicant, draft.reference, answers)
    assert needs_for(db, draft)["contact_do_not"] == known
    assert draft.has_needs is bool(known)


def test_saving_is_on_record_for_the_person_without_what_was_said(db: Session, applicant: Actor):
    made = apply(db, applicant)
    save_needs(db, applicant, made.person, {"contact_do_not": ["others"]})
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "needs:save")).one()
    assert (event.person_id, event.actor_id) == (made.person_id, applicant.account_id)
