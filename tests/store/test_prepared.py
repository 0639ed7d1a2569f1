"""Questions asked of the driver say what SQLAlchemy's say, and the lines of readings are given back clean."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from sqlalchemy import bindparam, event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import NotFound
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import AnswerPage, Application
from portal.store.gathered import Gathered
from portal.store.prepared import Prepared
from portal.usecases.actor import Actor
from portal.usecases.applications import load_pages, start_application
from portal.usecases.definitions import store_definition
from portal.usecases.looking import look_at_own
from tests.support.office import DEFINITION
from tests.support.people import make_resident

ACCOUNT = select(Account.kind, Account.preferences, Account.created_at, Account.disabled_at).where(
    Account.id == bindparam("account_id"), Account.kind == "resident"
)
ANSWERS = {"one": {"h_detail": "示例路1号，“东门”"}, "two": {"c_phone": ["19900001234"]}, "three": {}}
TYPED = {"one": {"h_detail": ["一", "二"]}}


@pytest.fixture
def applicant(store: Store) -> Actor:
    with store.transaction() as db:
        store_definition(db, DEFINITION)
        return Actor("resident", make_resident(db).id)


@pytest.fixture
def reference(store: Store, applicant: Actor) -> str:
    """Of a draft with three pages, one of them typed so that it could not be read."""
    with store.transaction() as db:
        application = start_application(db, applicant, DEFINITION, "self", secrets.token_urlsafe(16))
        for page, answers in ANSWERS.items():
            row = AnswerPage(application_id=application.id, page=page, answers=answers, saved_at=clock.now())
            row.typed = TYPED.get(page)
            db.add(row)
        return application.reference


def test_rows_are_those_that_sqlalchemy_gives(store: Store, applicant: Actor) -> None:
    about = {"account_id": applicant.signed_in_id}
    with store.reading() as db:
        (found,) = Prepared(ACCOUNT).ask(db, **about)
        assert tuple(found) == tuple(db.execute(ACCOUNT, about).one())
        assert found.created_at.tzinfo is not None
        assert Prepared(ACCOUNT).ask(db, account_id=0) == []


def test_answers_of_all_pages_come_with_their_application(
    store: Store, applicant: Actor, reference: str
) -> None:
    with store.reading() as db:
        looked = look_at_own(db, applicant, reference)
        assert (looked.answers, looked.typed) == load_pages(db, looked.application)
    assert looked.answers == ANSWERS["one"] | ANSWERS["two"]
    assert looked.typed == TYPED


def test_application_without_pages_has_no_answers(store: Store, applicant: Actor) -> None:
    with store.transaction() as db:
        fresh = start_application(db, applicant, DEFINITION, "self", secrets.token_urlsafe(16)).reference
        looked = look_at_own(db, applicant, fresh)
    assert (looked.answers, looked.typed) == ({}, {})


def test_cells_that_are_gathered_stay_private_in_the_database(
    store: Store, applicant: Actor, reference: str
) -> None:
    with store.reading() as db:
        written = str(db.execute(text("SELECT answers FROM answer_pages")).all())
    assert "19900001234" not in written
    pages = Prepared(select(Gathered(AnswerPage.page, AnswerPage.answers).label("pages")))
    with store.reading() as db:
        assert dict(pages.ask(db)[0].pages) == ANSWERS


def test_what_was_changed_a_moment_ago_counts(store: Store, applicant: Actor) -> None:
    with store.transaction() as db:
        db.get_one(Account, applicant.signed_in_id).preferences = {"size": "36"}
        assert Prepared(ACCOUNT).ask(db, account_id=applicant.signed_in_id)[0].preferences == {"size": "36"}


def test_failure_is_told_as_sqlalchemy_tells_it(store: Store) -> None:
    broken = Prepared(select(func.no_such_function(Account.id)))
    with pytest.raises(DBAPIError), store.reading() as db:
        broken.ask(db)
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Account)) == 0


def test_whoever_listens_to_questions_hears_of_it(store: Store, applicant: Actor) -> None:
    heard: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        heard.append(statement)

    event.listen(store.engine, "before_cursor_execute", listen)
    with store.reading() as db:
        Prepared(ACCOUNT).ask(db, account_id=applicant.signed_in_id)
    event.remove(store.engine, "before_cursor_execute", listen)
    assert [statement for statement in heard if "FROM accounts" in statement]


def test_each_reading_sees_one_moment_and_the_next_one_sees_what_came_since(store: Store) -> None:
    counted = select(func.count()).select_from(Account)
    for moment in range(3):
        with store.reading() as db:
            assert db.scalar(counted) == moment
            with store.transaction() as other:
                make_resident(other, f"1990000{moment:04}")
            if store.engine.dialect.name == "sqlite":  # PostgreSQL sees what is committed
                assert db.scalar(counted) == moment


def test_failed_reading_gives_its_line_back_in_no_transaction(store: Store, applicant: Actor) -> None:
    for _ in range(20):
        with pytest.raises(NotFound), store.reading() as db:
            look_at_own(db, applicant, "000000000000")
        with pytest.raises(DBAPIError), store.reading() as db:
            db.execute(text("SELECT * FROM no_such_table"))
    with store.transaction() as db:
        make_resident(db, "19900009999")
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Account)) == 2


def test_more_readings_at_once_than_lines_are_kept_are_all_answered(store: Store) -> None:
    def nest(deep: int, sessions: list[Session]) -> None:
        with store.reading() as db:
            sessions.append(db)
            assert db.scalar(select(func.count()).select_from(Application)) == 0
            if deep:
                nest(deep - 1, sessions)

    nest(11, opened := [])
    assert len({id(one) for one in opened}) == 12
