"""Asking another unit: who may, what it sees and for how long, its answer, and a day that goes by."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.consultations import Consultation
from portal.store.documents import Document
from portal.store.messages import Message, Timer
from portal.store.recusals import Recusal
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.applications import withdraw
from portal.usecases.claims import claim
from portal.usecases.consultations import (
    Asking,
    answer_consultation,
    ask_unit,
    get_asked,
    list_asked,
    note_unanswered,
    withdraw_consultation,
)
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import new_contact
from portal.usecases.documents import get_document
from portal.usecases.recusals import add_relative, declare_when_asked, list_recusals
from portal.usecases.staff import set_work_mail
from tests.support.office import ANSWERS, DESK, REGION, prepare, resident, staff_account, submitted

pytestmark = pytest.mark.monday_morning

HOSPITAL = "hospital_first"
SHOWN, HIDDEN = "a" * 32, "b" * 32
ID_NUMBER = "88000019881102001X"


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def doctor(db: Session, clerk: Actor) -> Actor:
    return staff_account(db, "doctor", Role.HOSPITAL, HOSPITAL)[0]


@pytest.fixture
def applicant(db: Session, clerk: Actor) -> Actor:
    return resident(db)


@pytest.fixture
def application(db: Session, clerk: Actor, applicant: Actor) -> Application:
    """In the clerk's hand, with two files."""
    own = {**ANSWERS, "evidence_hukou": "upload", "documents_hukou": [SHOWN, HIDDEN]}
    application = submitted(db, applicant, own=own)
    for key in (SHOWN, HIDDEN):
        db.add(a_file(application, key))
    claim(db, clerk, application.reference)
    return application


def a_file(application: Application, key: str) -> Document:
    return Document(
        key=key,
        application_id=application.id,
        evidence="hukou",
        state="here",
        sent_sha256=key,
        uploaded_by_id=application.account_id,
        uploaded_at=application.submitted_at,
        channel="online",
        scan="clean",
        media_type="image/jpeg",
        pages=1,
        pictures=[[10, 10]],
    )


def asking(**changes: Any) -> Asking:
    usual = {"sections": ["need"], "documents": [SHOWN], "unit_code": HOSPITAL}
    return Asking(**{"words": "这种情况算不算稳定？", "due_on": date(2026, 12, 1), **usual, **changes})


def ask(db: Session, clerk: Actor, application: Application, **changes: Any) -> Consultation:
    return ask_unit(db, clerk, application.reference, asking(**changes))


def test_the_unit_asked_sees_only_what_was_chosen(
    db: Session, clerk: Actor, doctor: Actor, application: Application
) -> None:
    consultation = ask(db, clerk, application)
    seen = get_asked(db, doctor, consultation.id)
    assert [one.section.id for one in seen.sections] == ["need"]
    assert [one.key for one in seen.documents] == [SHOWN]
    assert get_document(db, doctor, SHOWN).key == SHOWN
    with pytest.raises(NotFound):
        get_document(db, doctor, HIDDEN)
    tags = [one.tag for one in db.scalars(select(AuditEvent).where(AuditEvent.actor_id == doctor.account_id))]
    assert tags == ["consultation:read", "document:read"]


def test_nothing_chosen_shows_nothing(
    db: Session, clerk: Actor, doctor: Actor, application: Application
) -> None:
    consultation = ask(db, clerk, application, sections=[], documents=[])
    seen = get_asked(db, doctor, consultation.id)
    assert (seen.sections, seen.documents) == ((), ())


def test_an_answer_ends_it_and_what_was_shown_is_shown_no_more(
    db: Session, clerk: Actor, doctor: Actor, application: Application
) -> None:
    new_contact(db, db.get_one(Account, clerk.signed_in_id), TypedContact("email", "clerk@example.org"))
    consultation = ask(db, clerk, application)
    for _time in range(2):
        answer_consultation(db, doctor, consultation.id, "算稳定。")
    assert (consultation.answer, consultation.is_open) == ("算稳定。", False)
    assert get_asked(db, doctor, consultation.id).sections == ()
    with pytest.raises(NotFound):
        get_document(db, doctor, SHOWN)
    told = [one.unique_key for one in db.scalars(select(Message)) if "consultation" in one.unique_key]
    assert len(told) == 1
    with pytest.raises(Conflict):
        answer_consultation(db, doctor, consultation.id, "改主意了。")


@pytest.mark.parametrize("how", ["taken back", "application withdrawn"])
def test_a_question_that_nobody_needs_any_more_cannot_be_answered(
    db: Session, clerk: Actor, doctor: Actor, applicant: Actor, application: Application, how: str
) -> None:
    consultation = ask(db, clerk, application)
    if how == "taken back":
        withdraw_consultation(db, clerk, application.reference, consultation.id)
    else:
        withdraw(db, applicant, application.reference)
    assert list_asked(db, doctor).rows == ()
    assert get_asked(db, doctor, consultation.id).documents == ()
    with pytest.raises(Conflict):
        answer_consultation(db, doctor, consultation.id, "算稳定。")


def test_another_unit_finds_nothing(db: Session, clerk: Actor, application: Application) -> None:
    consultation = ask(db, clerk, application)
    other = staff_account(db, "other", Role.DESK_CLERK, "desk_xishan")[0]
    with pytest.raises(NotFound):
        get_asked(db, other, consultation.id)
    with pytest.raises(NotFound):
        answer_consultation(db, other, consultation.id, "算稳定。")
    with pytest.raises(NotFound):
        withdraw_consultation(db, other, application.reference, consultation.id)
    assert list_asked(db, other).rows == ()


@pytest.mark.parametrize("why", ["own word", "own number", "relative", "own application"])
def test_who_keeps_away_neither_reads_nor_answers_it_and_a_colleague_does(
    db: Session, clerk: Actor, doctor: Actor, application: Application, why: str
) -> None:
    consultation = ask(db, clerk, application)
    _keep_away(db, doctor, application, why)
    deeds: list[Callable[[Actor], object]] = [
        lambda who: get_asked(db, who, consultation.id),
        lambda who: get_document(db, who, SHOWN),
        lambda who: answer_consultation(db, who, consultation.id, "算稳定。"),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed) as refused:
            deed(doctor)
        assert refused.value.key == "recused"
    assert consultation.is_open
    read = select(AuditEvent.tag).where(AuditEvent.actor_id == doctor.account_id)
    assert not {"consultation:read", "document:read", "consultation:answer"} & set(db.scalars(read))
    colleague = staff_account(db, "colleague", Role.HOSPITAL, HOSPITAL)[0]
    for deed in deeds:
        deed(colleague)
    assert consultation.answered_by_id == colleague.account_id


def test_who_is_asked_says_that_they_keep_away_once_and_the_head_hears_it(
    db: Session, clerk: Actor, doctor: Actor, application: Application
) -> None:
    head = staff_account(db, "head", Role.LEAD, HOSPITAL)[0]
    set_work_mail(db, SYSTEM, head.signed_in_id, "head@example.org")
    consultation = ask(db, clerk, application)
    declare_when_asked(db, doctor, consultation.id, "interest", "是我的同学")
    declare_when_asked(db, doctor, consultation.id, "own")
    assert [one.cause for one, _name in list_recusals(db, application)] == ["interest"]
    told = db.scalars(select(Message).where(Message.account_id == head.account_id)).all()
    assert [one.subject.partition("：")[0] for one in told] == ["有人回避"]
    with pytest.raises(NotAllowed):
        get_asked(db, doctor, consultation.id)
    assert list_asked(db, doctor).rows == ()
    assert list_asked(db, head).rows == (consultation,)
    assert consultation.is_open
    other = staff_account(db, "other", Role.DESK_CLERK, "desk_xishan")[0]
    with pytest.raises(NotFound):
        declare_when_asked(db, other, consultation.id, "interest")


def _keep_away(db: Session, actor: Actor, application: Application, why: str) -> None:
    if why == "own word":
        said = {"unit_code": HOSPITAL, "cause": "interest", "declared_at": clock.now()}
        db.add(Recusal(application_id=application.id, account_id=actor.signed_in_id, **said))
    elif why == "own application":
        application.account_id = actor.signed_in_id
    else:
        add_relative(db, actor, ID_NUMBER, "self" if why == "own number" else "relative")
    db.flush()


def test_only_who_has_it_in_hand_or_leads_the_unit_may_ask(
    db: Session, clerk: Actor, application: Application
) -> None:
    colleague = staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]
    with pytest.raises(NotAllowed):
        ask(db, colleague, application)
    head = staff_account(db, "head", Role.LEAD, DESK)[0]
    assert ask(db, head, application).asked_by_id == head.account_id


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit_code": DESK}, "unit"),
        ({"unit_code": "nobody"}, "unit"),
        ({"due_on": date(2026, 11, 23)}, "due_on"),
        ({"due_on": date(2027, 11, 23)}, "due_on"),
        ({"sections": ["nothing"]}, "sections"),
        ({"documents": ["c" * 32]}, "documents"),
    ],
    ids=["own unit", "no unit", "today", "too late", "no section", "another file"],
)
def test_odd_questions_are_refused(
    db: Session, clerk: Actor, application: Application, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(db, clerk, application, **wrong)
    assert set(refused.value.errors) == {field}


def test_the_clock_of_the_step_goes_on(db: Session, clerk: Actor, application: Application) -> None:
    before = application.entries[0].due_on
    ask(db, clerk, application)
    assert (application.entries[0].due_on, application.entries[0].is_paused) == (before, False)


def test_a_day_that_goes_by_is_written_down_and_told(
    db: Session, clerk: Actor, application: Application, clock_at: Callable[[str], None]
) -> None:
    new_contact(db, db.get_one(Account, clerk.signed_in_id), TypedContact("email", "clerk@example.org"))
    consultation = ask(db, clerk, application)
    timer = db.scalars(select(Timer).where(Timer.kind == "consultation_due")).one()
    assert timer.subject == consultation.id
    clock_at("2026-12-02T00:01+08:00")
    for _time in range(2):
        note_unanswered(db, REGION, consultation.id)
    told = [one.unique_key for one in db.scalars(select(Message)) if "consultation" in one.unique_key]
    assert len(told) == 1
    noted = db.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "consultation:late")).all()
    assert noted == ["consultation:late"]


def test_the_list_is_paged_by_its_last_row(
    db: Session, clerk: Actor, doctor: Actor, application: Application
) -> None:
    asked = [ask(db, clerk, application, due_on=date(2026, 12, day)).id for day in (3, 1, 2)]
    first = list_asked(db, doctor, limit=2)
    second = list_asked(db, doctor, first.after, limit=2)
    assert [one.id for one in first.rows + second.rows] == [asked[1], asked[2], asked[0]]
    assert second.after is None
    assert len(list_asked(db, doctor, "nonsense").rows) == 3
