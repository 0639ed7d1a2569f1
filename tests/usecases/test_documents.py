"""Documents of an application: how they come, who may look, what stays and what is swept away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import FileKind, Role
from portal.config import Settings
from portal.gateways import from_settings
from portal.gateways.files import FileStore, FolderFiles
from portal.gateways.paper import Fault
from portal.gateways.scanner import NoScanner, Verdict
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.store import Store
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.documents import Document
from portal.store.tasks import Task
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.descriptions import ask_description, describe_document
from portal.usecases.document_bytes import (
    list_waiting,
    measure,
    note_verdict,
    page_of_document,
    sweep_documents,
    take_in,
    whole_of,
)
from portal.usecases.documents import get_document, list_by_keys, list_documents
from portal.usecases.drafts import delete_draft
from portal.usecases.own_documents import (
    begin_document,
    finish_document,
    name_document,
    remove_document,
    rotate_document,
)
from portal.worker import Worker
from tests.support import papers
from tests.support.documents import put_document
from tests.support.office import (
    ANSWERS,
    COUNTY,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    declare,
    prepare,
    resident,
    staff_account,
)

REFERENCE_KEY = "0123456789abcdef"
SMALL = papers.encoded(papers.page((600, 800)))


@pytest.fixture
def files(store, tmp_path: Path) -> FileStore:
    return FolderFiles(tmp_path / "files", store.keys)


@pytest.fixture
def owner(db: Session) -> Actor:
    prepare(db)
    return resident(db)


@pytest.fixture
def draft(db: Session, owner: Actor) -> Application:
    return start_application(db, owner, DEFINITION, "self", REFERENCE_KEY)


class Doubtful:
    """A scanner that says what a test wants."""

    is_on = True

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def scan(self, file: IO[bytes]) -> Verdict:
        return self.verdict


def hand_in(
    db: Session,
    files: FileStore,
    owner: Actor,
    draft: Application,
    content: bytes = SMALL,
    evidence: str = "hukou",
    verdict: Verdict = "unscanned",
    accepts: tuple[FileKind, ...] = ("image", "pdf"),
) -> Document:
    """What the page does with a file."""
    with TemporaryFile() as file:
        file.write(content)
        sha256, size = measure(file)
        document = begin_document(db, owner, draft.reference, evidence, sha256, size)
        if document.state == "arriving":
            paper, found = take_in(files, Doubtful(verdict), document.key, file, accepts)
            finish_document(db, owner, document.key, paper, found)
    return document


def submit_with(db: Session, owner: Actor, draft: Application, keys: list[str]) -> None:
    own = {**ANSWERS, "evidence_hukou": "upload", "documents_hukou": keys}
    answers = answers_for("self", own)
    for page in DEFINITION.pages:
        values = {field.id: answers[field.id] for field in page.fields if field.id in answers}
        if values:
            save_page(db, owner, draft.reference, page.id, values)
    declare(db, owner, draft.reference, answers)


def kept_files(tmp_path: Path) -> int:
    return sum(1 for path in (tmp_path / "files").rglob("*") if path.is_file())


def tags(db: Session, draft: Application) -> list[str]:
    stream = f"application:{draft.reference}"
    return list(
        db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream).order_by(AuditEvent.seq))
    )


def test_photo_is_kept_encrypted_and_shown_again(
    db: Session, files: FileStore, owner: Actor, draft: Application, tmp_path: Path
) -> None:
    document = hand_in(db, files, owner, draft)
    assert (document.media_type, document.pages, document.state) == ("image/jpeg", 1, "here")
    assert list_documents(db, draft, "hukou") == [document]
    shown = Image.open(BytesIO(page_of_document(files, document, 1)))
    assert shown.size == (600, 800)
    assert kept_files(tmp_path) == 1
    assert tags(db, draft)[-1] == "document:add"


def test_pdf_keeps_its_pages_beside_the_whole(
    db: Session, files: FileStore, owner: Actor, draft: Application, tmp_path: Path
) -> None:
    document = hand_in(db, files, owner, draft, papers.pdf(2))
    assert (document.media_type, document.pages) == ("application/pdf", 2)
    assert kept_files(tmp_path) == 3
    assert whole_of(files, document).startswith(b"%PDF-")
    for page in (1, 2):
        assert page_of_document(files, document, page).startswith(b"\xff\xd8")
    for page in (0, 3):
        with pytest.raises(FileNotFoundError):
            page_of_document(files, document, page)


def test_same_file_sent_twice_is_kept_once_for_each_thing(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    first = hand_in(db, files, owner, draft)
    assert hand_in(db, files, owner, draft) is first
    assert hand_in(db, files, owner, draft, evidence="identity") is not first


def test_turning_changes_a_number_and_not_the_bytes(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    document = hand_in(db, files, owner, draft)
    before = files.get(document.key)
    seen = []
    for _ in range(4):
        rotate_document(db, owner, draft.reference, document.key)
        shown = Image.open(BytesIO(page_of_document(files, document, 1)))
        shown.load()
        seen.append((document.rotation, shown.getexif().get(0x0112)))
    assert seen == [(90, 6), (180, 3), (270, 8), (0, None)]
    assert files.get(document.key) == before


def test_own_name_is_kept_trimmed_and_taken_back(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    document = hand_in(db, files, owner, draft)
    name_document(db, owner, draft.reference, document.key, "  第一页  ")
    assert document.own_name == "第一页"
    name_document(db, owner, draft.reference, document.key, " ")
    assert document.own_name is None


def test_twenty_first_document_is_refused_in_words(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    for number in range(20):
        begin_document(db, owner, draft.reference, "hukou", f"{number:064x}", 100)
    with pytest.raises(Invalid) as refused:
        begin_document(db, owner, draft.reference, "identity", "f" * 64, 100)
    assert [fault.code for fault in refused.value.errors["documents_identity"]] == ["file_too_many"]


def test_more_than_sixty_megabytes_together_are_refused_in_words(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    for number in range(6):
        begin_document(db, owner, draft.reference, "hukou", f"{number:064x}", 10 * 1024**2)
    with pytest.raises(Invalid) as refused:
        begin_document(db, owner, draft.reference, "hukou", "f" * 64, 1)
    assert [fault.code for fault in refused.value.errors["documents_hukou"]] == ["file_total_too_large"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "file_empty"), (bytes(10 * 1024**2 + 1), "file_too_large")]
)
def test_nothing_and_too_much_are_refused_before_anything_reads_them(content: bytes, code: str) -> None:
    with pytest.raises(Fault) as refused:
        measure(BytesIO(content))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("verdict", "accepts", "content", "code"),
    [
        ("infected", ("image", "pdf"), SMALL, "file_infected"),
        ("clean", ("image",), papers.pdf(1), "file_pictures_only"),
        ("clean", ("image", "pdf"), SMALL[:5000], "file_truncated"),
    ],
)
def test_file_that_is_not_taken_leaves_no_bytes(
    db: Session,
    files: FileStore,
    owner: Actor,
    draft: Application,
    tmp_path: Path,
    verdict: Verdict,
    accepts: tuple[FileKind, ...],
    content: bytes,
    code: str,
) -> None:
    with pytest.raises(Fault) as refused:
        hand_in(db, files, owner, draft, content, verdict=verdict, accepts=accepts)
    assert refused.value.code == code
    assert kept_files(tmp_path) == 0
    assert list_documents(db, draft) == []


def test_another_account_finds_neither_document_nor_application(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    document = hand_in(db, files, owner, draft)
    other = resident(db)
    for act in (
        lambda: get_document(db, other, document.key),
        lambda: remove_document(db, other, draft.reference, document.key),
        lambda: rotate_document(db, other, draft.reference, document.key),
        lambda: name_document(db, other, draft.reference, document.key, "x"),
        lambda: begin_document(db, other, draft.reference, "hukou", "f" * 64, 1),
        lambda: get_document(db, Actor("visitor"), document.key),
    ):
        with pytest.raises(NotFound):
            act()


def test_document_of_another_application_of_ones_own_is_not_changed_here(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    document = hand_in(db, files, owner, draft)
    second = start_application(db, owner, DEFINITION, "proxy", REFERENCE_KEY + "2")
    with pytest.raises(NotFound):
        remove_document(db, owner, second.reference, document.key)


def test_thing_that_takes_no_files_is_not_found(db: Session, owner: Actor, draft: Application) -> None:
    with pytest.raises(NotFound):
        begin_document(db, owner, draft.reference, "moon", "f" * 64, 1)


def test_staff_see_what_was_submitted_and_every_look_is_recorded(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    clerk, _post = staff_account(db, "clerk", Role.DESK_CLERK, DESK)
    elsewhere, _post = staff_account(db, "elsewhere", Role.COUNTY_REVIEWER, COUNTY)
    sent, unsent = hand_in(db, files, owner, draft), hand_in(db, files, owner, draft, papers.pdf(1))
    with pytest.raises(NotFound):
        get_document(db, clerk, sent.key)
    submit_with(db, owner, draft, [sent.key])
    before = tags(db, draft).count("document:read")
    assert get_document(db, clerk, sent.key) is sent
    assert tags(db, draft).count("document:read") == before + 1
    for actor, document in ((clerk, unsent), (elsewhere, sent)):
        with pytest.raises(NotFound):
            get_document(db, actor, document.key)
    assert list_by_keys(db, draft, [sent.key, "0" * 32]) == [sent]


def test_after_submission_nothing_can_be_added_removed_or_turned(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    document = hand_in(db, files, owner, draft)
    submit_with(db, owner, draft, [document.key])
    for act in (
        lambda: begin_document(db, owner, draft.reference, "hukou", "f" * 64, 1),
        lambda: remove_document(db, owner, draft.reference, document.key),
        lambda: rotate_document(db, owner, draft.reference, document.key),
    ):
        with pytest.raises(Conflict):
            act()


def test_file_that_was_on_its_way_when_the_page_closed_is_not_taken(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    with TemporaryFile() as file:
        file.write(SMALL)
        late = begin_document(db, owner, draft.reference, "hukou", *measure(file))
        paper, verdict = take_in(files, NoScanner(), late.key, file, ("image",))
    submit_with(db, owner, draft, ["0" * 32])
    with pytest.raises(Conflict):
        finish_document(db, owner, late.key, paper, verdict)
    assert late.state == "arriving"


def test_unscanned_document_waits_until_the_scanner_answers(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    document = hand_in(db, files, owner, draft, verdict="waiting")
    with pytest.raises(NotFound):
        get_document(db, owner, document.key)
    assert list_waiting(db) == [document.key]
    note_verdict(db, REGION, document.key, "clean")
    assert get_document(db, owner, document.key) is document
    note_verdict(db, REGION, document.key, "infected")
    with pytest.raises(NotFound):
        get_document(db, owner, document.key)


def test_sweeping_deletes_what_no_submission_names(
    db: Session,
    files: FileStore,
    owner: Actor,
    draft: Application,
    tmp_path: Path,
    clock_at: Callable[[str], None],
) -> None:
    sent = hand_in(db, files, owner, draft, papers.pdf(1))
    left_out = hand_in(db, files, owner, draft)
    removed = hand_in(db, files, owner, draft, papers.photo())
    remove_document(db, owner, draft.reference, removed.key)
    begin_document(db, owner, draft.reference, "hukou", "f" * 64, 1)
    thrown_away = start_application(db, owner, DEFINITION, "proxy", REFERENCE_KEY + "2")
    hand_in(db, files, owner, thrown_away)
    delete_draft(db, owner, thrown_away.reference)
    submit_with(db, owner, draft, [sent.key])
    assert sweep_documents(db, files) == 0
    clock_at((clock.now() + timedelta(days=2)).isoformat())
    assert sweep_documents(db, files) == 4
    assert sweep_documents(db, files) == 0
    assert db.scalars(select(Document.key)).all() == [sent.key]
    assert left_out.key != sent.key
    assert kept_files(tmp_path) == 2


def test_documents_of_a_draft_stay_as_long_as_it_does(
    db: Session, files: FileStore, owner: Actor, draft: Application, clock_at: Callable[[str], None]
) -> None:
    document = hand_in(db, files, owner, draft)
    clock_at((clock.now() + timedelta(days=60)).isoformat())
    assert sweep_documents(db, files) == 0
    assert page_of_document(files, document, 1)


def test_description_is_asked_once_and_ends_the_task(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    clerk, _post = staff_account(db, "clerk", Role.DESK_CLERK, DESK)
    document = hand_in(db, files, owner, draft)
    with pytest.raises(NotFound):
        ask_description(db, clerk, draft.reference, document.key)
    submit_with(db, owner, draft, [document.key])
    for _ in range(2):
        ask_description(db, clerk, draft.reference, document.key)
    about = select(Task).where(Task.kind == "describe", Task.about == document.key)
    (task,) = db.scalars(about).all()
    describe_document(db, clerk, draft.reference, document.key, "户口簿首页")
    db.flush()
    assert document.description == "户口簿首页"
    assert (task.state, task.done_by_id) == ("done", clerk.account_id)


def test_private_words_about_a_document_are_encrypted(
    db: Session, files: FileStore, owner: Actor, draft: Application
) -> None:
    document = hand_in(db, files, owner, draft)
    name_document(db, owner, draft.reference, document.key, "示例名字")
    db.flush()
    raw = db.connection().exec_driver_sql("SELECT own_name FROM documents").scalar_one()
    assert "示例名字".encode() not in bytes(raw)


def test_worker_has_waiting_documents_scanned_and_sweeps_them(
    store: Store, settings: Settings, clock_at: Callable[[str], None]
) -> None:
    gateways = replace(from_settings(settings), scanner=Doubtful("waiting"))
    with store.transaction() as db:
        prepare(db)
        owner = resident(db)
        draft = start_application(db, owner, DEFINITION, "self", REFERENCE_KEY)
        document = put_document(db, gateways.files, draft)
        document.scan = "waiting"
    Worker(settings, REGION, store, gateways).scan()
    assert state_of(store) == [("waiting", None)]
    Worker(settings, REGION, store, replace(gateways, scanner=Doubtful("infected"))).scan()
    assert state_of(store) == [("infected", None)]
    with store.transaction() as db:
        remove_document(db, owner, draft.reference, document.key)
    clock_at((clock.now() + timedelta(days=2)).isoformat())
    Worker(settings, REGION, store, gateways).sweep()
    assert state_of(store) == []
    with pytest.raises(FileNotFoundError):
        gateways.files.get(document.key)


def state_of(store: Store) -> list[tuple[str, object]]:
    with store.reading() as db:
        return [(one.scan, one.removed_at) for one in db.scalars(select(Document))]
