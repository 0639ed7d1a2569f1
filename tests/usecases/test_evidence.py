"""Evidence: ways of proving become tasks, what was seen is on record, facts are known as well as proved."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Answers, Role
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store.applications import Application, Submission
from portal.store.audit import AuditEvent
from portal.store.people import Fact
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.applications import withdraw
from portal.usecases.evidence import EvidenceState, list_evidence
from portal.usecases.evidence_checks import Seen, get_evidence, list_seen_originals, record_seen
from portal.usecases.evidence_tasks import open_evidence_tasks
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.tasks import finish_task, tasks_of
from tests.support.any_service import Walker
from tests.support.office import (
    ANSWERS,
    CATALOGUE,
    COUNTY,
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
    "evidence_identity": "desk",
    "evidence_hukou": "home_visit",
    "evidence_photo": "later",
    "evidence_guardian": "later",
    "evidence_permit": "later",
}
PROMISED = {"evidence_home_photos": "promise"}
SEEN = Seen("desk", SUBJECT, NUMBER, date(2036, 5, 1), "none")


@pytest.fixture
def applicant(db: Session) -> Actor:
    prepare(db)
    return resident(db)


@pytest.fixture
def clerk(db: Session, applicant: Actor) -> Actor:
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def apply_with(db: Session, applicant: Actor, ways: Mapping[str, Any] = WAYS, **more: Any) -> Application:
    made = submitted(db, applicant, own={**ANSWERS, **ways}, **more)
    open_evidence_tasks(db, made, DEFINITION, answers_of(db, made))
    return made


def answers_of(db: Session, application: Application) -> Answers:
    return db.scalars(select(Submission.answers).where(Submission.application_id == application.id)).one()


def change_answers(db: Session, application: Application, **changed: Any) -> None:
    submission = db.scalars(select(Submission).where(Submission.application_id == application.id)).one()
    submission.answers = {**submission.answers, **changed}
    db.flush()
    open_evidence_tasks(db, application, DEFINITION, submission.answers)


def states(db: Session, application: Application) -> dict[str, EvidenceState]:
    found = list_evidence(db, application, DEFINITION, answers_of(db, application))
    return {one.evidence.id: one for one in found}


def open_ones(db: Session, application: Application) -> set[tuple[str, str]]:
    return {(one.kind, one.about) for one in tasks_of(db, application) if one.state == "open"}


def fact(db: Session, application: Application, name: str) -> Fact:
    return db.scalars(select(Fact).where(Fact.person_id == application.person_id, Fact.field == name)).one()


def test_each_way_of_proving_is_the_task_that_it_needs(db: Session, applicant: Actor):
    made = apply_with(db, applicant)
    assert open_ones(db, made) == {("see_original", "identity"), ("home_visit", "hukou")}
    assert {one.unit_code for one in tasks_of(db, made)} == {DESK}
    assert {one.due_on for one in tasks_of(db, made)} == {made.entries[0].due_on}
    assert {one.role for one in tasks_of(db, made)} == {made.entries[0].role}


@pytest.mark.parametrize(
    ("way", "kind"),
    [("desk", "see_original"), ("home_visit", "home_visit"), ("staff_check", "staff_check"), ("later", None)],
)
def test_way_decides_the_kind_of_task(db: Session, applicant: Actor, way: str, kind: str | None):
    made = apply_with(db, applicant, {**WAYS, "evidence_hukou": way})
    assert {task for task, about in open_ones(db, made) if about == "hukou"} == ({kind} if kind else set())


def test_submitting_again_drops_what_another_answer_made_needless(db: Session, applicant: Actor):
    made = apply_with(db, applicant)
    change_answers(db, made, evidence_hukou="desk", evidence_identity="later")
    assert open_ones(db, made) == {("see_original", "hukou")}
    assert {one.state for one in tasks_of(db, made) if one.about == "identity"} == {"dropped"}


def test_submitting_again_unchanged_opens_nothing_twice(db: Session, applicant: Actor):
    made = apply_with(db, applicant)
    before = [one.id for one in tasks_of(db, made)]
    change_answers(db, made)
    assert [one.id for one in tasks_of(db, made)] == before


def test_copy_of_what_needs_an_original_must_be_compared(db: Session, applicant: Actor):
    made = apply_with(db, applicant, {**WAYS, "evidence_hukou": "later"})
    change_answers(db, made, evidence_hukou="upload", documents_hukou=["key1", "key2"])
    assert ("see_original", "hukou") in open_ones(db, made)
    assert states(db, made)["hukou"].level == "C"
    assert not states(db, made)["hukou"].is_enough


def test_copy_is_enough_where_a_copy_is_asked(db: Session, applicant: Actor):
    made = apply_with(db, applicant)
    change_answers(db, made, evidence_photo="upload", documents_photo=["key1"])
    assert states(db, made)["photo"].is_enough
    assert "photo" not in {about for _kind, about in open_ones(db, made)}


def test_promise_is_on_record_at_level_d(db: Session, applicant: Actor):
    made = apply_with(db, applicant)
    change_answers(db, made, evidence_hukou="promise")
    state = states(db, made)["hukou"]
    assert (state.level, state.is_enough) == ("D", False)
    assert "hukou" not in {about for _kind, about in open_ones(db, made)}
    change_answers(db, made, evidence_hukou="desk")
    assert states(db, made)["hukou"].level is None
    assert ("see_original", "hukou") in open_ones(db, made)


def test_home_photos_are_promised_and_the_retrofit_goes_on_without_them(db: Session):
    """No paper of a certificate may be promised (rules.md, ZJ-01); what only describes a home may be."""
    who = Walker(db, CATALOGUE.definition("gz-01", "demo"), REGION, "self", own=PROMISED)
    who.furnish()
    made = who.apply()
    found = list_evidence(db, made, who.definition, newest_answers_of(db, made))
    state = next(one for one in found if one.evidence.id == "home_photos")
    assert (state.level, state.is_enough) == ("D", True)
    assert "home_photos" not in {task.about for task in tasks_of(db, made)}
    step = who.definition.service.steps[0]
    who.decide(made, step, next(one for one in step.outcomes if one.kind == "advance"))
    assert made.state == "in_review"
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == f"application:{made.reference}"))
    assert list(tags).count("evidence:promise") == 1


def test_original_seen_makes_copy_and_answers_level_b(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    check = record_seen(db, clerk, made.reference, "identity", SEEN)
    state = states(db, made)["identity"]
    assert (state.level, state.is_enough, state.check) == ("B", True, check)
    assert (check.seen_by_id, check.unit_code) == (clerk.account_id, DESK)
    assert check.recorded["valid_to"] == "2036-05-01"
    name = fact(db, made, "p_name")
    assert (name.level, name.value, name.verified_by_id) == ("B", SUBJECT, clerk.account_id)
    assert name.valid_until_on == date(2036, 5, 1)
    assert fact(db, made, "h_place").level == "D"
    assert ("see_original", "identity") not in open_ones(db, made)
    tags = set(db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == f"application:{made.reference}")))
    assert {"evidence:see", "task:finish"} <= tags


def test_looking_it_up_in_a_register_is_level_a(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    record_seen(db, clerk, made.reference, "identity", Seen("register", SUBJECT, NUMBER))
    assert states(db, made)["identity"].level == "A"
    assert fact(db, made, "p_id_no").level == "A"


def test_lower_level_never_overwrites_a_higher_one(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    record_seen(db, clerk, made.reference, "identity", Seen("register", SUBJECT, NUMBER))
    record_seen(db, clerk, made.reference, "identity", SEEN)
    assert states(db, made)["identity"].level == "A"
    assert fact(db, made, "p_name").level == "A"


def test_new_copy_after_the_look_has_to_be_looked_at(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    change_answers(db, made, evidence_hukou="upload", documents_hukou=["key1"])
    record_seen(db, clerk, made.reference, "hukou", Seen("desk", "户口簿"))
    assert states(db, made)["hukou"].is_enough
    change_answers(db, made, documents_hukou=["key1", "key2"])
    state = states(db, made)["hukou"]
    assert (state.level, state.check) == ("C", None)
    assert state.outdated is not None
    assert ("see_original", "hukou") in open_ones(db, made)
    change_answers(db, made, documents_hukou=["key1"])
    assert states(db, made)["hukou"].is_enough


def test_changed_answer_after_the_look_has_to_be_looked_at(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    record_seen(db, clerk, made.reference, "identity", SEEN)
    change_answers(db, made, p_name="示例王小名")
    assert states(db, made)["identity"].level is None
    assert ("see_original", "identity") in open_ones(db, made)


def test_paper_of_somebody_else_is_no_proof(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    with pytest.raises(Invalid) as refusal:
        record_seen(db, clerk, made.reference, "identity", Seen("desk", "示例李四", "880000199001010011"))
    assert set(refusal.value.errors) == {"name", "number"}
    assert states(db, made)["identity"].level is None


def test_number_may_be_typed_with_spaces_and_small_x(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    record_seen(db, clerk, made.reference, "identity", Seen("desk", SUBJECT, "880000 19881102 001x"))
    assert states(db, made)["identity"].is_enough


def test_guardians_proof_makes_the_representation_count(db: Session, applicant: Actor, clerk: Actor):
    ways = {**WAYS, "evidence_guardian": "desk", "g_is_guardian": "yes"}
    made = apply_with(db, applicant, ways, acting="proxy")
    representation = db.get_one(Representation, made.representation_id)
    assert representation.state == "claimed"
    record_seen(db, clerk, made.reference, "guardian", Seen("desk", "示例王大明"))
    assert representation.state == "active"


def test_seen_by_another_unit_the_task_is_dropped(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    for task in tasks_of(db, made):
        task.unit_code = COUNTY
    record_seen(db, clerk, made.reference, "identity", SEEN)
    assert {one.state for one in tasks_of(db, made) if one.about == "identity"} == {"dropped"}


def test_another_post_may_not_look(db: Session, applicant: Actor):
    made = apply_with(db, applicant)
    hospital = staff_account(db, "doctor", Role.HOSPITAL, "hospital_first")[0]
    with pytest.raises(NotFound):
        record_seen(db, hospital, made.reference, "identity", SEEN)


def test_evidence_that_is_not_asked_is_not_found(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    for wanted in ("guardian", "nothing", ""):
        with pytest.raises(NotFound):
            get_evidence(db, clerk, made.reference, wanted)


def test_ended_application_takes_no_more_looks(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    withdraw(db, applicant, made.reference)
    with pytest.raises(Conflict):
        record_seen(db, clerk, made.reference, "identity", SEEN)


def test_task_done_without_a_look_leaves_the_evidence_open(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    task = next(one for one in tasks_of(db, made) if one.about == "identity")
    finish_task(db, clerk, task.id, "没有来")
    assert states(db, made)["identity"].level is None


def test_applicant_is_told_where_and_when_an_original_was_seen(db: Session, applicant: Actor, clerk: Actor):
    made = apply_with(db, applicant)
    record_seen(db, clerk, made.reference, "identity", SEEN)
    change_answers(db, made, evidence_photo="promise")
    (seen,) = list_seen_originals(db, made)
    assert (seen.evidence, seen.how, seen.seen_on) == ("identity", "desk", date(2026, 11, 23))
    assert seen.unit is not None
    assert seen.unit.code == DESK
