"""What an officer finds new since the visit before, and who else has it open, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import NotFound
from portal.store import Store
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.looks import Look
from portal.usecases.actor import Actor
from portal.usecases.changes import changes_since
from portal.usecases.looks import leave, list_others
from portal.usecases.notes import add_note, list_notes
from portal.usecases.review import Review, get_review
from portal.usecases.thread import write_to_office
from tests.support.at_once import at_once
from tests.support.chain import GRANTED, POSTS, lead, up_to
from tests.support.office import DESK, REGION, prepare, resident, staff_account, submitted

NINE = "2026-11-23T09:00+08:00"
TEN_PAST = "2026-11-23T09:10+08:00"
HALF_PAST = "2026-11-23T09:30+08:00"


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Callable[[str], None]) -> None:
    clock_at(NINE)


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def colleague(db: Session, clerk: Actor) -> Actor:
    return staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]


def look(db: Session, actor: Actor, application: Application) -> Review:
    return get_review(db, actor, application.reference, REGION)


def lookers(review: Review) -> tuple[str, ...]:
    """The names of those who have it open too."""
    return tuple(review.names[one] for one in review.look.others)


def kinds(review: Review, actor: Actor) -> list[str]:
    return [one.kind for one in changes_since(review, actor.signed_in_id)]


def test_nothing_is_new_on_the_first_visit(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    review = look(db, clerk, application)
    assert (review.look.since, kinds(review, clerk)) == (None, [])


def test_what_others_wrote_since_the_visit_before_is_new_and_stays_so_for_the_visit(
    db: Session, clerk: Actor, colleague: Actor, clock_at: Callable[[str], None]
) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    look(db, clerk, application)
    clock_at(TEN_PAST)
    add_note(db, colleague, application.reference, "打过电话")
    add_note(db, clerk, application.reference, "自己写的")
    write_to_office(db, applicant, application.reference, "什么时候上门？")
    clock_at(HALF_PAST)
    for _time in range(2):
        assert kinds(look(db, clerk, application), clerk) == ["message", "note"]


def test_a_visit_ends_when_the_officer_says_so(
    db: Session, clerk: Actor, colleague: Actor, clock_at: Callable[[str], None]
) -> None:
    application = submitted(db, resident(db))
    look(db, clerk, application)
    leave(db, clerk, application.reference)
    clock_at(TEN_PAST)
    add_note(db, colleague, application.reference, "打过电话")
    assert kinds(look(db, clerk, application), clerk) == ["note"]


@pytest.mark.parametrize(
    ("minute", "is_left", "seen"),
    [("10", False, True), ("10", True, False), ("16", False, False)],
    ids=["within a quarter of an hour", "after leaving", "later"],
)
def test_colleagues_see_who_has_it_open(
    db: Session,
    clerk: Actor,
    colleague: Actor,
    clock_at: Callable[[str], None],
    minute: str,
    is_left: bool,
    seen: bool,
) -> None:
    application = submitted(db, resident(db))
    look(db, colleague, application)
    if is_left:
        leave(db, colleague, application.reference)
    clock_at(f"2026-11-23T09:{minute}+08:00")
    names = ("colleague（示例）",) if seen else ()
    assert lookers(look(db, clerk, application)) == names
    accounts = (colleague.account_id,) if seen else ()
    assert list_others(db, clerk, [application.id]).get(application.id, ()) == accounts


def test_a_colleague_of_another_ones_name_is_told_apart_though_only_one_of_them_has_it_open(
    db: Session, clerk: Actor, colleague: Actor
) -> None:
    application = submitted(db, resident(db))
    db.get_one(Account, clerk.signed_in_id).display_name = "示例王芳"
    db.get_one(Account, colleague.signed_in_id).display_name = "示例王芳"
    third = staff_account(db, "third", Role.DESK_CLERK, DESK)[0]
    db.get_one(Account, third.signed_in_id).display_name = "示例李强"
    look(db, colleague, application)
    look(db, third, application)
    assert set(lookers(look(db, clerk, application))) == {"示例王芳（colleague）", "示例李强"}


def test_leaving_is_recorded_once_and_only_for_who_may_look(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    look(db, clerk, application)
    for _time in range(2):
        leave(db, clerk, application.reference)
    assert len(db.scalars(select(AuditEvent).where(AuditEvent.tag == "application:leave")).all()) == 1
    stranger = staff_account(db, "stranger", Role.DESK_CLERK, "desk_xishan")[0]
    with pytest.raises(NotFound):
        leave(db, stranger, application.reference)


def test_a_post_that_needs_only_a_part_gets_no_notes_no_messages_and_nothing_of_earlier_ones(
    db: Session, clerk: Actor
) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    add_note(db, clerk, application.reference, "内部的话")
    staff = {name: staff_account(db, f"{name}-1", *post)[0] for name, post in POSTS.items()}
    lead(db, staff, application, up_to(GRANTED, "accept"))
    hospital = staff["hospital"]
    review = look(db, hospital, application)
    assert (review.beside.notes, review.beside.thread, review.earlier) == ((), (), None)
    with pytest.raises(NotFound):
        add_note(db, hospital, application.reference, "医院的话")


def test_the_same_note_pressed_twice_is_one(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    for _time in range(2):
        add_note(db, clerk, application.reference, "打过电话")
    assert [one.words for one in list_notes(db, application)] == ["打过电话"]


def test_two_pages_of_one_officer_opened_at_once_are_one_look(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        officer = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
        reference = submitted(db, resident(db)).reference

    def open_page(_number: int) -> tuple[int, ...]:
        with store.transaction() as db:
            return get_review(db, officer, reference, REGION).look.others

    assert at_once(open_page, 4) == [()] * 4
    with store.reading() as db:
        assert len(db.scalars(select(Look)).all()) == 1
