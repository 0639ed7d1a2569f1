"""Registers are asked only about people who are known, outside any transaction; what they say is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.gateways.registers import RegisterAnswer, SimulatedRegisters
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.evidence import RegisterCheck
from portal.store.people import Fact
from portal.usecases.actor import Actor
from portal.usecases.applications import withdraw
from portal.usecases.evidence import list_evidence
from portal.usecases.evidence_checks import Seen, record_seen
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.register_checks import DEATH_TASK, ask, ask_register, note_answer, take_check
from portal.usecases.register_queue import (
    list_register_checks,
    newest_answers_of,
    queue_after_submission,
    why_not_ask,
)
from portal.usecases.tasks import tasks_of
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    SUBJECT,
    prepare,
    resident,
    staff_account,
    submitted,
)

pytestmark = pytest.mark.monday_morning

NUMBER = "88000019881102001X"
WAYS = {
    "evidence_identity": "staff_check",
    "evidence_hukou": "desk",
    "evidence_photo": "later",
    "evidence_guardian": "later",
    "evidence_permit": "later",
}
HOME = {"name": SUBJECT, "address": "东风乡1组", "place_code": "880001"}


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def apply(db: Session, *, is_proven: bool = True, **own: Any) -> Application:
    made = submitted(db, resident(db), own={**ANSWERS, **WAYS, **own})
    open_evidence_tasks(db, made, DEFINITION, newest_answers_of(db, made))
    if is_proven:
        db.get_one(Account, made.account_id).identity_level = "proven"
        made.person.is_proven = True
        db.flush()
    return made


def answer_all(db: Session, answer: RegisterAnswer | None = None) -> int:
    """The worker's round, in the test's own transaction; how many were asked."""
    asked = 0
    while (asking := take_check(db)) is not None:
        asked += 1
        note_answer(db, REGION, asking, answer or ask(SimulatedRegisters(), asking))
    return asked


def level(db: Session, made: Application, evidence: str) -> str | None:
    states = list_evidence(db, made, DEFINITION, newest_answers_of(db, made))
    return next(one.level for one in states if one.evidence.id == evidence)


def open_ones(db: Session, made: Application) -> set[tuple[str, str]]:
    return {(one.kind, one.about) for one in tasks_of(db, made) if one.state == "open"}


def test_after_submission_all_registers_are_asked_about_a_proven_person(db: Session, clerk: Actor):
    made = apply(db)
    queue_after_submission(db, made, DEFINITION)
    queue_after_submission(db, made, DEFINITION)
    waiting = list_register_checks(db, made)
    assert {one.register for one in waiting} == {"household", "certificate", "death"}
    assert len(waiting) == 3
    assert {one.asked_by_id for one in waiting} == {None}


def test_about_an_unproven_account_nothing_is_asked(db: Session, clerk: Actor):
    made = apply(db, is_proven=False)
    queue_after_submission(db, made, DEFINITION)
    assert list_register_checks(db, made) == []
    with pytest.raises(NotAllowed) as refusal:
        ask_register(db, clerk, made.reference, "household")
    assert refusal.value.key == "identity_first"


def test_about_an_unknown_person_of_a_proven_account_nothing_is_asked_until_the_original_was_seen(
    db: Session, clerk: Actor
):
    made = apply(db, is_proven=False)
    db.get_one(Account, made.account_id).identity_level = "proven"
    assert why_not_ask(db, made, DEFINITION) == "original_first"
    record_seen(db, clerk, made.reference, "identity", Seen("desk", SUBJECT, NUMBER))
    assert why_not_ask(db, made, DEFINITION) is None


def test_submission_of_somebody_proven_asks_by_itself(db: Session, clerk: Actor):
    applicant = resident(db)
    db.get_one(Account, applicant.signed_in_id).identity_level = "proven"
    first = submitted(db, applicant, own={**ANSWERS, **WAYS})
    assert list_register_checks(db, first) == []
    withdraw(db, applicant, first.reference)
    first.person.is_proven = True
    again = submitted(db, applicant, own={**ANSWERS, **WAYS})
    assert len(list_register_checks(db, again)) == 3


def test_submission_asks_nobody_where_no_register_is_connected(db: Session, clerk: Actor):
    applicant = resident(db)
    db.get_one(Account, applicant.signed_in_id).identity_level = "proven"
    first = submitted(db, applicant, own={**ANSWERS, **WAYS}, has_registers=False)
    withdraw(db, applicant, first.reference)
    first.person.is_proven = True
    again = submitted(db, applicant, own={**ANSWERS, **WAYS}, has_registers=False)
    assert list_register_checks(db, again) == []


def test_without_a_number_there_is_nothing_to_ask(db: Session, clerk: Actor):
    made = apply(db, p_id_no="unknown")
    assert why_not_ask(db, made, DEFINITION) == "no_id_number"


def test_asking_needs_the_post_and_a_register_and_a_living_application(db: Session, clerk: Actor):
    made = apply(db)
    other = staff_account(db, "other", Role.DESK_CLERK, "desk_nanhu")[0]
    with pytest.raises(NotFound):
        ask_register(db, other, made.reference, "household")
    with pytest.raises(NotFound):
        ask_register(db, clerk, made.reference, "taxes")
    withdraw(db, Actor("resident", made.account_id), made.reference)
    with pytest.raises(Conflict):
        ask_register(db, clerk, made.reference, "household")


def test_household_makes_evidence_and_facts_level_a_and_its_tasks_needless(db: Session, clerk: Actor):
    made = apply(db)
    assert open_ones(db, made) >= {("staff_check", "identity"), ("see_original", "hukou")}
    ask_register(db, clerk, made.reference, "household")
    assert answer_all(db) == 1
    assert (level(db, made, "identity"), level(db, made, "hukou")) == ("A", "A")
    assert {about for _kind, about in open_ones(db, made)} & {"identity", "hukou"} == set()
    fact = db.scalars(select(Fact).where(Fact.person_id == made.person_id, Fact.field == "p_id_no")).one()
    assert (fact.level, fact.source) == ("A", "模拟数据")
    (check,) = list_register_checks(db, made)
    assert (check.state, check.is_simulated, check.asked_by_id) == ("done", True, clerk.account_id)
    assert check.answered_at == clock.now()


def test_household_elsewhere_confirms_the_person_but_not_the_address(db: Session, clerk: Actor):
    made = apply(db)
    ask_register(db, clerk, made.reference, "household")
    answer_all(db, RegisterAnswer("hit", {**HOME, "place_code": "880002"}, "人口库"))
    assert (level(db, made, "identity"), level(db, made, "hukou")) == ("A", None)


@pytest.mark.parametrize("outcome", ["none", "mismatch", "unavailable"])
def test_anything_but_a_hit_proves_nothing(db: Session, clerk: Actor, outcome: Any):
    made = apply(db)
    ask_register(db, clerk, made.reference, "household")
    answer_all(db, RegisterAnswer(outcome, HOME, "人口库"))
    assert level(db, made, "identity") is None
    assert ("staff_check", "identity") in open_ones(db, made)
    (check,) = list_register_checks(db, made)
    assert check.state == ("failed" if outcome == "unavailable" else "done")


def test_hit_under_another_name_proves_nothing(db: Session, clerk: Actor):
    made = apply(db)
    ask_register(db, clerk, made.reference, "household")
    answer_all(db, RegisterAnswer("hit", {**HOME, "name": "示例李四"}, "人口库"))
    assert level(db, made, "identity") is None


def test_death_on_record_ends_nothing_but_asks_somebody_to_look(db: Session, clerk: Actor):
    made = apply(db)
    ask_register(db, clerk, made.reference, "death")
    answer_all(db, RegisterAnswer("hit", {"died_on": "2026-11-02"}, "人口库"))
    assert made.state == "in_review"
    task = next(one for one in tasks_of(db, made) if one.about == DEATH_TASK)
    assert (task.kind, task.unit_code, task.state) == ("staff_check", DESK, "open")


def test_question_asked_again_is_a_new_row_and_the_old_answer_stays(db: Session, clerk: Actor):
    made = apply(db)
    ask_register(db, clerk, made.reference, "certificate")
    assert ask_register(db, clerk, made.reference, "certificate").state == "queued"
    answer_all(db)
    ask_register(db, clerk, made.reference, "certificate")
    assert [one.state for one in list_register_checks(db, made)] == ["queued", "done"]


def test_answer_is_in_the_audit_without_the_facts(db: Session, clerk: Actor):
    made = apply(db)
    ask_register(db, clerk, made.reference, "household")
    answer_all(db)
    events = db.execute(
        select(AuditEvent.tag, AuditDetails.details)
        .join(AuditDetails, AuditDetails.event_id == AuditEvent.id)
        .where(AuditEvent.stream == f"application:{made.reference}", AuditEvent.tag.startswith("register:"))
        .order_by(AuditEvent.seq)
    ).all()
    assert [tag for tag, _details in events] == ["register:ask", "register:answer"]
    assert events[1].details["outcome"] == "hit"
    assert SUBJECT not in str(events)


def test_question_in_hand_is_asked_by_nobody_else_until_its_lease_ends(
    db: Session, clerk: Actor, clock_at: Callable[[str], None]
):
    made = apply(db)
    ask_register(db, clerk, made.reference, "death")
    first = take_check(db)
    assert first is not None
    assert take_check(db) is None
    clock_at("2026-11-23T09:03+08:00")
    again = take_check(db)
    assert again == first
    note_answer(db, REGION, again, RegisterAnswer("none", source="人口库"))
    note_answer(db, REGION, first, RegisterAnswer("hit", {"died_on": "2026-11-02"}, "人口库"))
    (check,) = list_register_checks(db, made)
    assert check.result == {"outcome": "none", "facts": {}}


def test_person_who_is_no_longer_known_is_not_asked_about(db: Session, clerk: Actor):
    made = apply(db)
    ask_register(db, clerk, made.reference, "death")
    db.get_one(Account, made.account_id).identity_level = "unproven"
    assert take_check(db) is None
    (check,) = list_register_checks(db, made)
    assert check.state == "failed"


def test_defect_in_the_gateway_counts_as_unavailable(db: Session, clerk: Actor):
    class Broken(SimulatedRegisters):
        def death(self, id_number: str) -> RegisterAnswer:
            raise RuntimeError(id_number)

    made = apply(db)
    ask_register(db, clerk, made.reference, "death")
    asking = take_check(db)
    assert asking is not None
    assert ask(Broken(), asking).outcome == "unavailable"
    assert NUMBER not in repr(asking)


def test_answer_after_the_end_changes_nothing_else(db: Session, clerk: Actor):
    made = apply(db)
    ask_register(db, clerk, made.reference, "household")
    asking = take_check(db)
    assert asking is not None
    withdraw(db, Actor("resident", made.account_id), made.reference)
    note_answer(db, REGION, asking, RegisterAnswer("hit", HOME, "人口库"))
    assert level(db, made, "identity") is None
    assert list_register_checks(db, made)[0].state == "done"


def test_what_was_asked_and_answered_is_not_in_clear_in_the_database(store: Store):
    with store.transaction() as db:
        prepare(db)
        clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
        made = apply(db)
        ask_register(db, clerk, made.reference, "household")
        answer_all(db)
        db.flush()
        raw = db.connection().exec_driver_sql("SELECT result FROM register_checks").scalar_one()
        assert SUBJECT.encode() not in bytes(raw)
        assert db.scalars(select(RegisterCheck)).one().result["facts"]["name"] == SUBJECT
