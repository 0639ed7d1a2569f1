"""Copies that staff make: who may, what they prove, who is told, until when they can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.gateways.files import FileStore, FolderFiles
from portal.gateways.scanner import NoScanner
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.documents import Document
from portal.usecases.actor import Actor
from portal.usecases.copies import (
    begin_copy,
    finish_copy,
    get_copying,
    list_made_copies,
    list_papers,
    remove_copy,
    turn_copy,
)
from portal.usecases.deciders import entry_facts
from portal.usecases.document_bytes import measure, sweep_documents, take_in
from portal.usecases.documents import get_document, list_documents
from portal.usecases.evidence import EvidenceState, list_evidence
from portal.usecases.evidence_checks import Seen, record_seen
from portal.usecases.findings import find_finding_on
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.review import get_review
from portal.usecases.tasks import tasks_of
from portal.usecases.transitions import open_entry
from tests.support import papers
from tests.support.chain import GRANTED, chain_staff, lead, up_to
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    OTHER_COUNTY,
    REGION,
    SUBJECT,
    prepare,
    resident,
    staff_account,
    submitted,
)

pytestmark = pytest.mark.monday_morning

SMALL = papers.encoded(papers.page((600, 800)))
OTHER = papers.encoded(papers.page((640, 800)))
SEEN = Seen("desk", SUBJECT, "88000019881102001X", date(2036, 5, 1), "none")
FORM = "assessment_form"


@pytest.fixture
def files(store, tmp_path: Path) -> FileStore:
    return FolderFiles(tmp_path / "files", store.keys)


@pytest.fixture
def owner(db: Session) -> Actor:
    prepare(db)
    return resident(db)


@pytest.fixture
def staff(db: Session, owner: Actor) -> Mapping[str, Actor]:
    return chain_staff(db)


@pytest.fixture
def made(db: Session, owner: Actor) -> Application:
    own = {**ANSWERS, "evidence_hukou": "desk", "evidence_photo": "desk", "evidence_identity": "desk"}
    return submitted(db, owner, own=own)


def scan(
    db: Session,
    files: FileStore,
    actor: Actor,
    application: Application,
    thing: str = "hukou",
    content: bytes = SMALL,
) -> Document:
    """What the page does with a file."""
    with TemporaryFile() as file:
        file.write(content)
        sha256, size = measure(file)
        document = begin_copy(db, actor, application.reference, thing, sha256, size)
        if document.state == "arriving":
            paper, found = take_in(files, NoScanner(), document.key, file, ("image", "pdf"))
            finish_copy(db, actor, document.key, paper, found)
    return document


def state_of(db: Session, application: Application, thing: str) -> EvidenceState:
    states = list_evidence(db, application, DEFINITION, newest_answers_of(db, application))
    return next(one for one in states if one.evidence.id == thing)


def open_tasks(db: Session, application: Application, thing: str) -> list[str]:
    return [one.kind for one in tasks_of(db, application) if one.state == "open" and one.about == thing]


def tags(db: Session, application: Application) -> list[str]:
    stream = f"application:{application.reference}"
    return list(
        db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream).order_by(AuditEvent.seq))
    )


def test_copy_is_a_copy_until_the_officer_says_that_the_original_was_seen(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    document = scan(db, files, staff["clerk"], made)
    assert (state_of(db, made, "hukou").level, state_of(db, made, "hukou").is_enough) == ("C", False)
    assert open_tasks(db, made, "hukou") == ["see_original"]
    assert tags(db, made)[-1] == "document:copy"
    check = record_seen(db, staff["clerk"], made.reference, "hukou", SEEN)
    assert check.documents == [document.key]
    assert state_of(db, made, "hukou").level == "B"


def test_copy_that_is_enough_closes_the_task_and_its_removal_opens_it_again(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    clerk = staff["clerk"]
    document = scan(db, files, clerk, made, "photo")
    assert open_tasks(db, made, "photo") == []
    remove_copy(db, clerk, made.reference, document.key)
    remove_copy(db, clerk, made.reference, document.key)
    assert open_tasks(db, made, "photo") == ["see_original"]
    assert tags(db, made).count("document:remove") == 1


def test_applicant_sees_the_copy_and_the_unit_that_made_it_and_keeps_the_own_answer(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor], owner: Actor
) -> None:
    document = scan(db, files, staff["clerk"], made)
    [told] = list_made_copies(db, made)
    assert told.unit is not None
    assert told.unit.code == "desk_dongfeng"
    assert get_document(db, owner, document.key) is document
    assert list_documents(db, made) == []
    with pytest.raises(NotFound):
        get_document(db, resident(db), document.key)


def test_same_file_sent_twice_is_one_copy(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    first = scan(db, files, staff["clerk"], made)
    assert scan(db, files, staff["clerk"], made) is first
    turn_copy(db, staff["clerk"], made.reference, first.key)
    assert first.rotation == 90


def test_only_the_post_where_it_stands_or_whose_task_it_is_may_add(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    lead(db, staff, made, ("forward",))
    scan(db, files, staff["clerk"], made, "hukou")  # the desk still has to see the original
    scan(db, files, staff["reviewer"], made, "hukou", OTHER)
    with pytest.raises(NotFound):
        scan(db, files, staff["approver"], made)
    elsewhere, _post = staff_account(db, "elsewhere", Role.COUNTY_REVIEWER, OTHER_COUNTY, "880002")
    with pytest.raises(NotFound):
        get_copying(db, elsewhere, made.reference, "hukou")


def test_post_that_passed_it_on_and_has_no_task_adds_nothing(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    record_seen(db, staff["clerk"], made.reference, "hukou", SEEN)
    lead(db, staff, made, ("forward",))
    assert not get_copying(db, staff["clerk"], made.reference, "hukou").may_add
    with pytest.raises(NotAllowed):
        scan(db, files, staff["clerk"], made)


def test_second_pair_of_eyes_adds_nothing_to_what_it_judges(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    lead(db, staff, made, up_to(GRANTED, "propose_grant"))
    with pytest.raises(NotAllowed):
        scan(db, files, staff["approver"], made)


def test_whoever_added_a_copy_at_a_step_is_not_the_second_pair_of_eyes_for_it(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    helper, _post = staff_account(db, "helper", Role.DESK_CLERK, "desk_dongfeng")
    scan(db, files, helper, made)
    lead(db, staff, made, up_to(GRANTED, "propose_grant"))
    entry = open_entry(made)
    assert entry is not None
    step = next(one for one in DEFINITION.service.steps if one.id == entry.step)
    assert helper.account_id in entry_facts(db, made, entry, step).earlier_decider_ids


def test_copy_stays_once_its_step_is_decided_or_an_original_was_compared_with_it(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    clerk = staff["clerk"]
    compared = scan(db, files, clerk, made)
    record_seen(db, clerk, made.reference, "hukou", SEEN)
    with pytest.raises(Conflict):
        remove_copy(db, clerk, made.reference, compared.key)
    passed_on = scan(db, files, clerk, made, "photo")
    lead(db, staff, made, ("forward",))
    with pytest.raises(Conflict):
        remove_copy(db, clerk, made.reference, passed_on.key)


@pytest.mark.parametrize("who", ["hospital", "reviewer"])
def test_hospital_or_its_stand_in_scans_the_sealed_form_and_the_conclusion_says_it_in_words(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor], who: str
) -> None:
    with pytest.raises(NotFound):
        get_copying(db, staff["clerk"], made.reference, FORM)  # not there yet
    lead(db, staff, made, up_to(GRANTED, "accept"))
    document = scan(db, files, staff[who], made, FORM)
    assert find_finding_on(db, document) is None
    lead(db, staff, made, ("met",))
    finding = find_finding_on(db, document)
    assert finding is not None
    assert "示例医生甲" in [value for _field, value in finding.rows]
    assert get_document(db, staff["reviewer"], document.key) is document
    with pytest.raises(NotAllowed):
        scan(db, files, staff["reviewer"], made, FORM, OTHER)  # the assessment is over


def test_hospital_sees_the_papers_of_its_step_alone(
    db: Session, files: FileStore, made: Application, staff: Mapping[str, Actor]
) -> None:
    secret = scan(db, files, staff["clerk"], made, "hukou")
    lead(db, staff, made, up_to(GRANTED, "accept"))
    seen = get_review(db, staff["hospital"], made.reference, REGION)
    assert [one.thing_id for one in list_papers(db, staff["hospital"], seen)] == [FORM]
    with pytest.raises(NotFound):
        get_document(db, staff["hospital"], secret.key)


def test_sweeping_keeps_copies_and_deletes_those_that_were_taken_back(
    db: Session,
    files: FileStore,
    made: Application,
    staff: Mapping[str, Actor],
    clock_at: Callable[[str], None],
) -> None:
    kept = scan(db, files, staff["clerk"], made)
    gone = scan(db, files, staff["clerk"], made, content=OTHER)
    remove_copy(db, staff["clerk"], made.reference, gone.key)
    clock_at("2026-11-25T09:00+08:00")
    assert sweep_documents(db, files) == 1
    assert db.scalars(select(Document.key)).all() == [kept.key]
