"""Handing in, exactly once, on both databases: what is refused, what is kept, who is told."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import Conflict, Invalid
from portal.rules.journey import Journey
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import AnswerPage, Application, LiveKey, Slip, StepEntry, Submission
from portal.store.audit import AuditEvent
from portal.store.messages import Message, NoticeRow
from portal.store.people import Fact, Person
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.contacts import UNUSED
from portal.usecases.known_facts import known_answers
from portal.usecases.submission import Receipt, answers_hash, get_receipt, submit
from tests.support.at_once import at_once
from tests.support.companions import assert_companions, moves_of
from tests.support.office import ANSWERS, DEFINITION, REGION, answers_for, prepare, resident, submitted
from tests.support.people import actor_of, make_resident

pytestmark = pytest.mark.monday_morning

ALL = [one.id for one in DEFINITION.service.declarations]
OTHER_NUMBER = "880000199001010011"


@pytest.fixture
def applicant(db: Session) -> Actor:
    prepare(db)
    return resident(db)


def filled(db: Session, actor: Actor, acting="self", **own) -> tuple[str, str]:
    """A draft with every answer: its reference, and the hash of what its check page shows."""
    reference = start_application(db, actor, DEFINITION, acting, secrets.token_urlsafe(16)).reference
    answers = answers_for(acting, {**ANSWERS, **own})
    for page in Journey(DEFINITION, answers, acting, clock.today()).pages():
        save_page(db, actor, reference, page.id, {field.id: answers[field.id] for field in page.fields})
    return reference, answers_hash(answers)


def press(db: Session, actor: Actor, reference: str, seen: str, declarations=ALL) -> Receipt:
    return submit(db, actor, reference, REGION, declarations=declarations, seen_hash=seen)


def count(db: Session, table: type) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0


def test_submission_has_everything_that_belongs_to_it(db: Session, applicant: Actor) -> None:
    reference, seen = filled(db, applicant)
    receipt = press(db, applicant, reference, seen)
    application = receipt.application
    assert (receipt.is_new, application.state, str(application.submitted_on)) == (
        True,
        "in_review",
        "2026-11-23",
    )
    assert (application.county, application.township) == ("880001", "880001001")
    assert receipt.submission.answers["p_name"] == ANSWERS["p_name"]
    assert moves_of(db, application) == [("submit", "in_review")]
    assert_companions(db)


def test_day_of_arrival_is_the_shanghai_day(
    db: Session, applicant: Actor, clock_at: Callable[[str], None]
) -> None:
    reference, seen = filled(db, applicant)
    clock_at("2026-11-24T00:30+08:00")
    assert str(press(db, applicant, reference, seen).application.submitted_on) == "2026-11-24"


def test_pressed_again_it_gives_the_same_receipt(db: Session, applicant: Actor) -> None:
    reference, seen = filled(db, applicant)
    first = press(db, applicant, reference, seen)
    for hash_of_later, declared in ((seen, ALL), ("", []), ("0" * 64, ALL)):
        again = press(db, applicant, reference, hash_of_later, declared)
        assert not again.is_new
        assert (again.slip_code, again.submission.id) == (first.slip_code, first.submission.id)
    assert get_receipt(db, applicant, reference).slip_code == first.slip_code
    assert (count(db, Submission), count(db, StepEntry), count(db, NoticeRow)) == (1, 1, 1)


def test_two_presses_at_once_give_one_submission_and_one_receipt(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        actor = resident(db)
        reference, seen = filled(db, actor)

    def run(_number: int) -> tuple[bool, str, int]:
        with store.transaction() as own:
            receipt = press(own, actor, reference, seen)
            return receipt.is_new, receipt.slip_code, receipt.submission.id

    told = at_once(run, 3)
    assert sorted(is_new for is_new, _, _ in told) == [False, False, True]
    assert len({(code, number) for _, code, number in told}) == 1
    with store.transaction() as db:
        assert (count(db, Submission), count(db, Slip), count(db, StepEntry)) == (1, 1, 1)
        assert_companions(db)


def test_answers_changed_in_another_tab_are_shown_before_they_are_submitted(
    db: Session, applicant: Actor
) -> None:
    reference, seen = filled(db, applicant)
    save_page(db, applicant, reference, "person-name", {"p_name": "示例王晓明", "p_name_sound": ""})
    with pytest.raises(Conflict, match="answers_changed_meanwhile"):
        press(db, applicant, reference, seen)
    assert count(db, Submission) == 0
    assert_companions(db)


def test_receipt_of_a_draft_is_refused(db: Session, applicant: Actor) -> None:
    reference, _seen = filled(db, applicant)
    with pytest.raises(Conflict, match="not_submitted"):
        get_receipt(db, applicant, reference)


def test_missing_answers_and_declarations_are_named_together(db: Session, applicant: Actor) -> None:
    reference, _seen = filled(db, applicant)
    save_page(db, applicant, reference, "person-name", {"p_name": "", "p_name_sound": ""})
    answers = answers_for("self", ANSWERS) | {"p_name": "", "p_name_sound": ""}
    with pytest.raises(Invalid) as refused:
        press(db, applicant, reference, answers_hash(answers), [])
    assert set(refused.value.errors) == {"p_name", "cs_truth"}
    assert_companions(db)


def test_question_never_shown_stops_a_submission(db: Session, applicant: Actor) -> None:
    reference, _seen = filled(db, applicant)
    for row in db.scalars(select(AnswerPage).where(AnswerPage.page == "contact-needs")):
        db.delete(row)
    db.flush()
    answers = answers_for("self", ANSWERS)
    del answers["c_needs"], answers["c_times"]
    with pytest.raises(Invalid):
        press(db, applicant, reference, answers_hash(answers))


def test_hospital_that_no_longer_fits_stops_a_submission(db: Session, applicant: Actor) -> None:
    reference, seen = filled(db, applicant, zj_kind=["psychiatric"], zj_hospital="hospital_first")
    with pytest.raises(Invalid) as refused:
        press(db, applicant, reference, seen)
    assert [fault.code for fault in refused.value.errors["zj_hospital"]] == ["institution_covers"]


def test_answers_off_the_path_are_neither_submitted_nor_kept(db: Session, applicant: Actor) -> None:
    reference, seen = filled(db, applicant)
    save_page(db, applicant, reference, "guardian-relation", {"g_kind": "parent"})
    receipt = press(db, applicant, reference, seen)
    assert "g_kind" not in receipt.submission.answers
    assert "guardian-relation" not in db.scalars(select(AnswerPage.page)).all()


def test_only_known_declarations_are_kept(db: Session, applicant: Actor) -> None:
    reference, seen = filled(db, applicant)
    receipt = press(db, applicant, reference, seen, ["cs_truth", "<b>", "cs_truth_2"])
    assert receipt.submission.declarations == ["cs_truth"]


def test_second_claim_of_another_account_is_taken_and_the_first_is_told(db: Session) -> None:
    prepare(db)
    first = make_resident(db)
    held = submitted(db, actor_of(first))
    stranger = resident(db)
    reference, seen = filled(db, stranger)
    receipt = press(db, stranger, reference, seen)
    assert (receipt.is_new, receipt.application.state) == (True, "in_review")
    told = db.scalars(select(Message).where(Message.unique_key.startswith("second-claim-"))).all()
    assert [one.account_id for one in told] == [first.id]
    assert reference not in told[0].body
    events = db.scalars(select(AuditEvent.stream).where(AuditEvent.tag == "application:second_claim")).all()
    assert sorted(events) == sorted(f"application:{one}" for one in (reference, held.reference))
    assert [one.application_id for one in db.scalars(select(LiveKey))] == [held.id]
    assert_companions(db)


def test_second_application_of_the_same_account_is_refused_with_the_first_ones_number(
    db: Session, applicant: Actor
) -> None:
    held = submitted(db, applicant)
    reference, seen = filled(db, applicant)
    with pytest.raises(Conflict, match="already_applied") as refused:
        press(db, applicant, reference, seen)
    assert (refused.value.what, refused.value.when) == (held.reference, held.submitted_at)


def test_one_account_may_apply_for_several_people(db: Session, applicant: Actor) -> None:
    submitted(db, applicant)
    reference, seen = filled(db, applicant, "proxy", p_id_no=OTHER_NUMBER, p_id_type="resident")
    assert press(db, applicant, reference, seen).is_new
    assert_companions(db)


def test_two_accounts_with_one_number_at_once_are_both_taken(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        people = [actor_of(make_resident(db, f"1990000000{number}")) for number in (1, 2)]
        drafts = [filled(db, actor) for actor in people]

    def run(number: int) -> bool:
        with store.transaction() as own:
            return press(own, people[number], *drafts[number]).is_new

    assert at_once(run, 2) == [True, True]
    with store.transaction() as db:
        assert (count(db, Submission), count(db, LiveKey)) == (2, 1)
        assert db.scalar(select(func.count(Message.id)).where(Message.unique_key.startswith("second-"))) == 1
        assert_companions(db)


def test_what_was_typed_of_a_person_can_be_confirmed_next_time(db: Session, applicant: Actor) -> None:
    application = submitted(db, applicant)
    assert {fact.level for fact in db.scalars(select(Fact))} == {"D"}
    assert not {fact.field for fact in db.scalars(select(Fact))} & {"zj_kind", "zj_cause", "cs_notice_read"}
    later = start_application(db, applicant, DEFINITION, "self", secrets.token_urlsafe(16))
    assert known_answers(db, later, ["p_name", "zj_kind"]) == {"p_name": ANSWERS["p_name"]}
    other = start_application(db, applicant, DEFINITION, "proxy", secrets.token_urlsafe(16))
    assert known_answers(db, other, ["p_name"]) == {}
    assert application.person_id == later.person_id


def test_number_with_which_the_applicant_signs_in_is_confirmed_and_never_taken_for_somebody_elses(
    db: Session,
) -> None:
    account = make_resident(db, "19900000031")
    actor, phone = actor_of(account), ["c_has_phone", "c_phone"]
    own = start_application(db, actor, DEFINITION, "self", secrets.token_urlsafe(16))
    assert known_answers(db, own, phone) == {"c_has_phone": "own", "c_phone": "19900000031"}
    other = start_application(db, actor, DEFINITION, "proxy", secrets.token_urlsafe(16))
    assert known_answers(db, other, phone) == {}
    account.contacts[0].last_used_at = clock.now() - UNUSED - timedelta(days=1)
    db.flush()
    assert known_answers(db, own, phone) == {}, "it may have a new owner"
    account.contacts[0].last_used_at, account.contacts[0].frozen_at = clock.now(), clock.now()
    db.flush()
    assert known_answers(db, own, phone) == {}, "it was given up"


def test_fact_that_somebody_verified_is_not_overwritten(db: Session, applicant: Actor) -> None:
    application = submitted(db, applicant)
    fact = db.scalars(select(Fact).where(Fact.field == "p_name")).one()
    fact.level, fact.value = "A", "示例王小明（核实）"
    application.person.is_proven = True
    application.person.id_number = OTHER_NUMBER
    reference, seen = filled(db, applicant, p_id_no=OTHER_NUMBER, p_id_type="resident", p_name="示例别名")
    press(db, applicant, reference, seen)
    assert fact.value == "示例王小明（核实）"
    assert db.get_one(Person, application.person_id).id_number == OTHER_NUMBER


def test_proxy_says_how_they_are_related_and_the_claim_stays_a_claim(db: Session, applicant: Actor) -> None:
    reference, seen = filled(db, applicant, "proxy")
    press(db, applicant, reference, seen)
    claimed = db.scalars(select(Representation)).one()
    assert (claimed.relation, claimed.state, claimed.powers) == (
        "parent",
        "claimed",
        ["fill", "submit", "receive_notices"],
    )
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "application:submit")).one()
    assert event.authority == f"representation:{claimed.id}"


def test_submission_says_how_well_the_account_was_known(db: Session, applicant: Actor) -> None:
    reference, seen = filled(db, applicant)
    proven = Actor("resident", applicant.account_id, is_proven=True, channel="counter")
    receipt = press(db, proven, reference, seen)
    assert (receipt.submission.identity_level, receipt.submission.channel) == ("proven", "counter")
    assert db.get_one(Account, applicant.account_id).identity_level == "unproven"
    assert db.scalars(select(Application.state)).all() == ["in_review"]
