"""Letters as files: asked once, made once by whichever worker, tried again, kept for their owner only."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from portal import clock
from portal.config import Settings
from portal.gateways import Gateways, from_settings
from portal.gateways.errors import PermanentFailure, TemporaryFailure
from portal.letters import Letter, TypesettingFailed
from portal.rules.errors import NotFound
from portal.store import Store
from portal.store.letters import LetterFile
from portal.usecases import letter_files
from portal.usecases.actor import Actor
from portal.usecases.letter_files import (
    LEASE,
    MOST_ATTEMPTS,
    ask_letter_file,
    get_letter_file,
    list_letter_files,
    take_letter,
)
from portal.usecases.notices import send_notice
from portal.worker import Worker
from tests.support.at_once import at_once
from tests.support.office import DEFINITION, REGION, resident
from tests.usecases.test_notices import application_with

pytestmark = pytest.mark.monday_morning

LETTER = b"%PDF-1.7 laid out"


class Press:
    """Stands in for the laying-out process: takes letters, or fails as told."""

    def __init__(self) -> None:
        self.taken: list[Letter] = []
        self.failures: list[Exception] = []

    def __call__(self, letter: Letter, *, is_large: bool = False) -> bytes:
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(letter)
        return LETTER + (b" large" if is_large else b"")


class Seal:
    """A seal that fails as told, then seals."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.units: list[str] = []

    def seal(self, letter: bytes, unit: str, *, letter_id: str) -> bytes:
        if self.failures:
            raise self.failures.pop(0)
        self.units.append(unit)
        return letter + b" sealed"


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Press:
    made = Press()
    monkeypatch.setattr(letter_files, "as_pdf", made)
    return made


@pytest.fixture
def gateways(settings: Settings) -> Gateways:
    return from_settings(settings)


@pytest.fixture
def worker(settings: Settings, store: Store, gateways: Gateways) -> Worker:
    return Worker(settings, REGION, store, gateways)


@pytest.fixture
def asked(store: Store) -> tuple[Actor, int]:
    """A notice whose owner asked for it as a file."""
    with store.transaction() as db:
        application = application_with(db, {"c_channels": ["sms"], "c_do_not": []})
        notice = send_notice(db, application, DEFINITION, "N03", {"due_on": date(2026, 12, 4)})
        owner = Actor("resident", application.account_id)
        ask_letter_file(db, owner, notice.id, "pdf", "zh")
        return owner, notice.id


def row_of(store: Store) -> LetterFile:
    with store.reading() as db:
        return db.query(LetterFile).one()


def test_letter_is_made_once_sealed_and_kept_under_its_own_hash(
    store: Store, settings: Settings, gateways: Gateways, press: Press, asked: tuple[Actor, int]
) -> None:
    seal = Seal()
    worker = Worker(settings, REGION, store, replace(gateways, seal=seal))
    assert worker.make_letter()
    assert not worker.make_letter()
    owner, notice_id = asked
    with store.reading() as db:
        file = get_letter_file(db, owner, notice_id, "pdf", "zh")
        assert db.query(LetterFile).one().sha256 == hashlib.sha256(LETTER + b" sealed").hexdigest()
    assert file.key is not None
    assert gateways.files.get(file.key) == LETTER + b" sealed"
    assert file.size == len(LETTER + b" sealed")
    assert seal.units == ["desk_dongfeng"]
    assert press.taken[0].title == "一次性补正告知书"


def test_asked_again_it_is_not_made_again(
    store: Store, worker: Worker, press: Press, asked: tuple[Actor, int]
) -> None:
    assert worker.make_letter()
    with store.transaction() as db:
        assert ask_letter_file(db, *asked, "pdf", "zh").state == "ready"
    assert not worker.make_letter()
    assert len(press.taken) == 1


def test_each_form_and_language_is_a_file_of_its_own(
    store: Store, worker: Worker, press: Press, asked: tuple[Actor, int]
) -> None:
    with store.transaction() as db:
        ask_letter_file(db, *asked, "pdf_large", "zh")
        ask_letter_file(db, *asked, "pdf", "easy")
    while worker.make_letter():
        pass
    assert [letter.language for letter in press.taken] == ["zh", "zh", "easy"]
    with store.reading() as db:
        assert list_letter_files(db, *asked, "zh").keys() == {"pdf", "pdf_large"}


def test_letter_of_somebody_else_is_not_found(
    store: Store, worker: Worker, press: Press, asked: tuple[Actor, int]
) -> None:
    assert worker.make_letter()
    with store.transaction() as db:
        stranger = resident(db)
        with pytest.raises(NotFound):
            ask_letter_file(db, stranger, asked[1], "pdf", "zh")
        with pytest.raises(NotFound):
            get_letter_file(db, stranger, asked[1], "pdf", "zh")


def test_letter_that_is_not_ready_cannot_be_taken(store: Store, asked: tuple[Actor, int]) -> None:
    with store.reading() as db, pytest.raises(NotFound):
        get_letter_file(db, *asked, "pdf", "zh")


@pytest.mark.parametrize("why", ["no_glyph", "no_layout"])
def test_what_trying_again_does_not_mend_fails_at_once(
    store: Store, worker: Worker, press: Press, asked: tuple[Actor, int], why: str
) -> None:
    press.failures = [TypesettingFailed(why)]  # type: ignore[arg-type]
    assert worker.make_letter()
    assert (row_of(store).state, row_of(store).error) == ("failed", why)
    with store.transaction() as db:
        assert ask_letter_file(db, *asked, "pdf", "zh").state == "queued"
    assert worker.make_letter()
    assert row_of(store).state == "ready"


@pytest.mark.parametrize(
    "failure",
    [TypesettingFailed("too_slow"), OSError("full"), ValueError("a defect"), TemporaryFailure("seal")],
)
def test_what_may_mend_is_tried_again_later_and_not_for_ever(
    store: Store,
    worker: Worker,
    press: Press,
    asked: tuple[Actor, int],
    failure: Exception,
    clock_at: Callable[..., None],
) -> None:
    press.failures = [failure] * MOST_ATTEMPTS
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert worker.make_letter()
        assert not worker.make_letter()
        assert row_of(store).attempts == attempt
        clock_at(clock.now() + timedelta(hours=1))
    assert row_of(store).state == "failed"


def test_seal_that_refuses_is_a_failure(
    store: Store, settings: Settings, gateways: Gateways, press: Press, asked: tuple[Actor, int]
) -> None:
    refusing = replace(gateways, seal=Seal(PermanentFailure("answered with status 422")))
    assert Worker(settings, REGION, store, refusing).make_letter()
    assert row_of(store).error == "no_seal"


def test_killed_worker_loses_nothing_and_leaves_no_file_behind(
    store: Store,
    settings: Settings,
    worker: Worker,
    gateways: Gateways,
    press: Press,
    asked: tuple[Actor, int],
    clock_at: Callable[..., None],
) -> None:
    with store.transaction() as db:
        job = take_letter(db)
    assert job is not None
    gateways.files.put(job.file_key, b"half a letter")  # and then it was killed
    assert not worker.make_letter()
    clock_at(clock.now() + LEASE + timedelta(seconds=1))
    assert worker.make_letter()
    assert row_of(store).state == "ready"
    with pytest.raises(FileNotFoundError):
        gateways.files.get(job.file_key)
    kept = [path for path in Path(settings.files_dir).rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_letter_that_kills_every_worker_fails_in_the_end(
    store: Store, asked: tuple[Actor, int], clock_at: Callable[..., None]
) -> None:
    for _ in range(MOST_ATTEMPTS):
        with store.transaction() as db:
            assert take_letter(db) is not None
        clock_at(clock.now() + LEASE + timedelta(seconds=1))
    with store.transaction() as db:
        assert take_letter(db) is None
    assert (row_of(store).state, row_of(store).error) == ("failed", "broken")


def test_outcome_of_a_lost_lease_is_not_noted(
    store: Store, gateways: Gateways, press: Press, asked: tuple[Actor, int], clock_at: Callable[..., None]
) -> None:
    with store.transaction() as db:
        slow = take_letter(db)
    assert slow is not None
    clock_at(clock.now() + LEASE + timedelta(seconds=1))
    with store.transaction() as db:
        assert take_letter(db) is not None
    with store.transaction() as db:
        assert not letter_files.note_letter(db, slow, letter_files.make_letter(gateways, slow))
    assert row_of(store).state == "making"


def test_asked_at_once_from_two_windows_it_is_one_file(store: Store, asked: tuple[Actor, int]) -> None:
    def ask(_number: int) -> None:
        with store.transaction() as db:
            ask_letter_file(db, *asked, "pdf_large", "zh")

    at_once(ask, 4)
    with store.reading() as db:
        assert db.query(LetterFile).filter_by(format="pdf_large").count() == 1
