"""A virus that is found in a file after it came: who is told, and what nobody sees any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.texts import LANGUAGES, Text
from portal.gateways.files import FileStore, FolderFiles
from portal.rules.errors import NotFound
from portal.store import Store
from portal.store.accounts import Contact
from portal.store.applications import Application
from portal.store.messages import Message
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.alerts import signature_of
from portal.usecases.applications import start_application
from portal.usecases.document_bytes import hide_unscanned, list_waiting, note_verdict
from portal.usecases.documents import get_document
from portal.usecases.evidence import list_evidence
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.own_documents import remove_document
from portal.usecases.viruses import REPLACE, SHOW
from tests.support.documents import put_document
from tests.support.office import DEFINITION, DESK, REGION, prepare, resident
from tests.usecases.test_documents import submit_with


@pytest.fixture
def files(store: Store, tmp_path: Path) -> FileStore:
    return FolderFiles(tmp_path / "files", store.keys)


@pytest.fixture
def owner(db: Session) -> Actor:
    prepare(db)
    return resident(db)


@pytest.fixture
def draft(db: Session, owner: Actor) -> Application:
    return start_application(db, owner, DEFINITION, "self", "0123456789abcdef")


def test_scanner_that_comes_later_hides_what_it_has_not_seen(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    document = put_document(db, files, draft)
    hide_unscanned(db)
    db.refresh(document)
    assert (document.scan, list_waiting(db)) == ("waiting", [document.key])
    with pytest.raises(NotFound):
        get_document(db, owner, document.key)


def with_phone(db: Session, owner: Actor) -> None:
    now = clock.now()
    db.add(
        Contact(
            account_id=owner.signed_in_id,
            kind="phone",
            value="19900000001",
            value_index="19900000001",
            verified_at=now,
            last_used_at=now,
        )
    )
    db.flush()


def told(db: Session) -> list[str]:
    return list(db.scalars(select(Message.body).order_by(Message.id)))


def test_virus_found_after_submission_is_a_task_and_the_applicant_reads_what_to_do(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    with_phone(db, owner)
    document = put_document(db, files, draft)
    submit_with(db, owner, draft, [document.key])
    before = len(told(db))
    for _again in range(2):
        note_verdict(db, REGION, document.key, "infected")
    [task] = db.scalars(select(Task).where(Task.kind == "infected"))
    assert (task.about, task.unit_code, task.state) == ("hukou", DESK, "open")
    [words] = told(db)[before:]
    assert "请带原件到窗口" in words
    assert len(words) <= 70
    states = list_evidence(db, draft, DEFINITION, newest_answers_of(db, draft))
    assert next(one.level for one in states if one.evidence.id == "hukou") is None


def test_virus_in_a_draft_is_told_to_its_owner_alone(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    with_phone(db, owner)
    document = put_document(db, files, draft)
    note_verdict(db, REGION, document.key, "infected")
    [words] = told(db)
    assert "换一份" in words
    assert db.scalars(select(Task)).all() == []


def test_virus_in_a_file_that_was_taken_back_is_nobodys_business(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    with_phone(db, owner)
    document = put_document(db, files, draft)
    remove_document(db, owner, draft.reference, document.key)
    note_verdict(db, REGION, document.key, "infected")
    assert told(db) == []


@pytest.mark.parametrize("words", [REPLACE, SHOW], ids=["replace", "show"])
def test_messages_about_a_virus_fit_one_text_message(words: Text) -> None:
    for language in LANGUAGES:
        assert len(signature_of(REGION) + words.say(language)) <= 70, language
