"""Forms on paper: entered once, as what was printed, received on the day on which they were handed over."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.catalogue.texts import LANGUAGES, Language
from portal.letters import render_notice, sms_text
from portal.letters.filling import said
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.journey import Journey
from portal.rules.references import new_reference
from portal.store import Store
from portal.store.applications import Application, Submission
from portal.store.audit import AuditEvent
from portal.store.messages import NoticeRow, Timer
from portal.store.paper_forms import PaperForm
from portal.store.visits import SpokenConfirmation
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.drafts import delete_draft
from portal.usecases.paper_forms import enter_form, find_form_of, get_form, print_draft, print_form
from portal.usecases.submission import answers_hash, submit
from tests.support.at_once import at_once
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    prepare,
    resident,
    staff_account,
)

pytestmark = pytest.mark.monday_morning

MONDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)


@pytest.fixture
def liaison(db: Session) -> Actor:
    prepare(db)
    return beside(staff_account(db, "liaison", Role.LIAISON, DESK)[0], resident(db))


def beside(staff: Actor, visitor: Actor) -> Actor:
    return replace(staff, behalf_of_id=visitor.signed_in_id, channel="home_visit")


def printed(db: Session, acting="self", actor: Actor = VISITOR) -> str:
    return print_form(db, actor, DEFINITION, acting=acting, language="zh", is_large=False)


def hand_in(db: Session, actor: Actor, reference: str) -> Application:
    """Type what stands on the paper, which is signed, and hand it in."""
    answers = answers_for("self", ANSWERS)
    for page in Journey(DEFINITION, answers, "self", clock.today()).pages():
        save_page(db, actor, reference, page.id, {one.id: answers[one.id] for one in page.fields})
    application = db.scalars(select(Application).where(Application.reference == reference)).one()
    seen = answers_hash(answers)
    db.add(
        SpokenConfirmation(
            application_id=application.id,
            way="signed",
            text="示例",
            answers_hash=seen,
            declarations=[one.id for one in DEFINITION.service.declarations],
            unit_code=DESK,
            first_id=actor.signed_in_id,
            made_at=clock.now(),
        )
    )
    db.flush()
    declarations = [one.id for one in DEFINITION.service.declarations]
    return submit(db, actor, reference, REGION, declarations=declarations, seen_hash=seen).application


def test_due_dates_count_from_the_day_on_which_the_paper_was_handed_over(
    db: Session, liaison: Actor, clock_at: Callable[[str], None]
) -> None:
    serial = printed(db)
    clock_at("2026-11-26T15:00+08:00")  # the service was out of order for three days
    draft = enter_form(db, liaison, serial, MONDAY)
    application = hand_in(db, liaison, draft.reference)
    [entry] = application.entries
    assert (application.submitted_on, entry.counted_from_on) == (MONDAY, MONDAY)
    assert clock.shanghai(application.submitted_at).date() == THURSDAY
    assert (entry.opened_on, entry.due_on) == (THURSDAY, date(2026, 11, 24))
    submission = db.scalars(select(Submission)).one()
    assert (application.channel, submission.channel, entry.channel) == ("paper", "paper", "paper")
    assert submission.submitted_by_id == liaison.account_id
    deemed = db.scalars(select(Timer).where(Timer.kind == "deemed")).one()
    assert clock.shanghai(deemed.due_at).date() == date(2026, 12, 1)  # after five working days from Monday


@pytest.mark.parametrize("language", LANGUAGES)
def test_receipt_of_paper_that_was_typed_in_too_late_names_no_day_that_is_over(
    db: Session, liaison: Actor, clock_at: Callable[[str], None], language: Language
) -> None:
    serial = printed(db)
    clock_at("2026-11-26T15:00+08:00")
    application = hand_in(db, liaison, enter_form(db, liaison, serial, MONDAY).reference)
    assert application.entries[0].due_on < THURSDAY
    row = db.scalars(select(NoticeRow).where(NoticeRow.key == "N01")).one()
    letter = render_notice(DEFINITION, row, language)
    told = "".join([*letter.result, *letter.next, sms_text(DEFINITION, row, language) or ""])
    assert re.findall(r"[0-9]+月|November|Nov|最晚| by ", told) == []
    assert letter.points  # what has to be shown is said all the same, and where to
    assert said(row.facts["show_unit"], language) in "".join(letter.next)


def test_the_day_of_receipt_is_on_record_with_the_serial(db: Session, liaison: Actor) -> None:
    serial = printed(db)
    draft = enter_form(db, liaison, serial, MONDAY)
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "paper:enter")).one()
    assert (event.actor_id, event.stream) == (liaison.account_id, f"application:{draft.reference}")
    form = find_form_of(db, draft)
    assert form is not None
    assert (form.serial, form.received_on, form.received_by_id) == (serial, MONDAY, liaison.account_id)


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        ("2026-11-27", "date_future"),
        ("2026-11-22", "paper_not_printed"),
    ],
)
def test_day_of_receipt_lies_between_printing_and_today(
    db: Session, liaison: Actor, clock_at: Callable[[str], None], day: str, fault: str
) -> None:
    serial = printed(db)
    clock_at("2026-11-26T15:00+08:00")
    with pytest.raises(Invalid) as refusal:
        enter_form(db, liaison, serial, date.fromisoformat(day))
    assert [one.code for one in refusal.value.errors["received_on"]] == [fault]


def test_paper_that_lay_about_for_longer_than_thirty_days_does_not_count_back(
    db: Session, liaison: Actor, clock_at: Callable[[str], None]
) -> None:
    serial = printed(db)
    clock_at("2026-12-24T15:00+08:00")
    with pytest.raises(Invalid) as refusal:
        enter_form(db, liaison, serial, MONDAY)
    assert [one.code for one in refusal.value.errors["received_on"]] == ["paper_too_old"]
    assert enter_form(db, liaison, serial, date(2026, 11, 24)).state == "draft"


def test_second_entry_of_a_serial_names_the_first(db: Session, liaison: Actor) -> None:
    serial = printed(db)
    first = enter_form(db, liaison, serial, MONDAY)
    assert enter_form(db, liaison, serial, MONDAY).reference == first.reference  # gone on with
    with pytest.raises(Conflict) as refusal:
        enter_form(db, beside(liaison, resident(db)), serial, MONDAY)
    assert (refusal.value.key, refusal.value.what) == ("paper_entered", first.reference)
    hand_in(db, liaison, first.reference)
    with pytest.raises(Conflict) as refusal:
        enter_form(db, liaison, serial, MONDAY)
    assert refusal.value.what == first.reference


@pytest.mark.postgres
def test_of_two_who_enter_one_form_at_once_one_is_told_of_the_other(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        staff = staff_account(db, "liaison", Role.LIAISON, DESK)[0]
        visitors = [beside(staff, resident(db)) for _ in range(2)]
        serial = printed(db)

    def enter(number: int) -> str:
        try:
            with store.transaction() as db:
                return enter_form(db, visitors[number], serial, MONDAY).reference
        except Conflict as refusal:
            return f"first {refusal.what}"

    told = sorted(at_once(enter, 2))
    assert told[1] == f"first {told[0]}"


def test_form_is_entered_as_it_was_printed(db: Session, liaison: Actor) -> None:
    """A service that has changed since asks other questions: the paper answers those that stood on it."""
    service = DEFINITION.service.model_copy(update={"draft_days": DEFINITION.service.draft_days + 1})
    older = DEFINITION.model_copy(update={"service": service})
    serial = print_form(db, VISITOR, older, acting="proxy", language="zh", is_large=True)
    draft = enter_form(db, liaison, serial, MONDAY)
    form = db.scalars(select(PaperForm)).one()
    assert (draft.definition_hash, draft.acting) == (form.definition_hash, "proxy")


def test_nobody_enters_a_form_without_standing_beside_somebody(db: Session, liaison: Actor) -> None:
    serial = printed(db)
    for actor in (replace(liaison, behalf_of_id=None), resident(db)):
        with pytest.raises(NotAllowed):
            enter_form(db, actor, serial, MONDAY)


def test_number_that_was_never_printed_is_not_found(db: Session, liaison: Actor) -> None:
    with pytest.raises(NotFound):
        enter_form(db, liaison, new_reference(), MONDAY)
    with pytest.raises(NotFound):
        get_form(db, "bt-01", printed(db))


def test_who_of_the_staff_printed_a_form_is_kept_and_of_residents_nothing(
    db: Session, liaison: Actor
) -> None:
    staff = replace(liaison, behalf_of_id=None)
    serials = {
        name: printed(db, actor=actor) for name, actor in {"staff": staff, "own": resident(db)}.items()
    }
    kept = dict(db.execute(select(PaperForm.serial, PaperForm.printed_by_id)).all())
    assert kept == {serials["staff"]: staff.account_id, serials["own"]: None}


def begun(db: Session, actor: Actor) -> Application:
    return start_application(db, actor, DEFINITION, "self", "printed-draft-key-0001")


def test_form_printed_of_a_draft_is_entered_as_that_draft(db: Session, liaison: Actor) -> None:
    draft = begun(db, liaison)
    forms = [print_draft(db, liaison, draft.reference, language="zh", is_large=False) for _ in range(2)]
    for form in forms:
        assert enter_form(db, liaison, form.serial, MONDAY).id == draft.id
    found = find_form_of(db, draft)
    assert found is not None
    assert found.serial == forms[0].serial
    assert db.scalars(select(Application.id)).all() == [draft.id]


def test_form_printed_of_the_draft_of_somebody_else_is_not_entered(db: Session, liaison: Actor) -> None:
    draft = begun(db, liaison)
    form = print_draft(db, liaison, draft.reference, language="zh", is_large=False)
    with pytest.raises(Conflict) as refusal:
        enter_form(db, beside(liaison, resident(db)), form.serial, MONDAY)
    assert refusal.value.what == draft.reference
    with pytest.raises(NotFound):
        print_draft(db, resident(db), draft.reference, language="zh", is_large=False)


def test_form_of_a_draft_that_is_deleted_is_a_form_like_another(db: Session, liaison: Actor) -> None:
    draft = begun(db, liaison)
    serial = print_draft(db, liaison, draft.reference, language="zh", is_large=False).serial
    gone = draft.reference
    delete_draft(db, liaison, gone)
    db.expire_all()
    assert enter_form(db, liaison, serial, MONDAY).reference != gone
