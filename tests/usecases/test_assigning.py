"""Handing work out, what officers are entitled to, and how much they may have at once."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.accounts import Account, StaffRole
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.usecases import entitlement
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.appointments import list_officers
from portal.usecases.assigning import assign, change_skills, list_colleagues, list_loads, take_back
from portal.usecases.claims import claim, take_next
from portal.usecases.staff import create_staff, disable_staff, enable_staff, get_staff
from portal.usecases.transitions import pause
from tests.support.office import DESK, prepare, resident, staff_account, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def head(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "head", Role.LEAD, DESK)[0]


@pytest.fixture
def clerk(db: Session, head: Actor) -> Actor:
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def colleague(db: Session, clerk: Actor) -> Actor:
    return staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]


@pytest.fixture
def application(db: Session, head: Actor) -> Application:
    return submitted(db, resident(db))


def taker(application: Application) -> int | None:
    return application.entries[0].claimed_by_id


def test_head_gives_work_to_an_officer_and_takes_it_back(
    db: Session, head: Actor, clerk: Actor, colleague: Actor, application: Application
) -> None:
    assign(db, head, application.reference, clerk.signed_in_id)
    assign(db, head, application.reference, colleague.signed_in_id)
    assert taker(application) == colleague.account_id
    take_back(db, head, application.reference)
    take_back(db, head, application.reference)
    assert taker(application) is None
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.actor_id == head.account_id))
    assert list(tags) == ["application:assign", "application:assign", "application:take_back"]


def test_nobody_gets_work_before_they_have_enrolled(
    db: Session, head: Actor, clerk: Actor, application: Application
) -> None:
    newcomer = staff_account(db, "newcomer", Role.DESK_CLERK, DESK)[0]
    account = db.get_one(Account, newcomer.signed_in_id)
    account.enrolment_until = clock.now()
    assert [one.name for one in list_colleagues(db, head)] == ["clerk（示例）"]
    with pytest.raises(NotFound):
        assign(db, head, application.reference, newcomer.signed_in_id)
    account.password_hash = "set"  # a link for a new password changes nothing until it is used
    assign(db, head, application.reference, newcomer.signed_in_id)
    assert taker(application) == newcomer.account_id


def test_nobody_gets_work_who_was_invited_disabled_and_restored_but_never_enrolled(
    db: Session, head: Actor, clerk: Actor, application: Application
) -> None:
    create_staff(db, SYSTEM, "newcomer", "示例新人", Role.DESK_CLERK, DESK)
    newcomer = db.scalars(select(Account).where(Account.login_name == "newcomer")).one()
    disable_staff(db, SYSTEM, newcomer.id)
    enable_staff(db, SYSTEM, newcomer.id)
    member = get_staff(db, SYSTEM, newcomer.id)
    assert (member.state, member.has_open_link, member.link_until) == ("link_expired", False, None)
    assert [one.name for one in list_colleagues(db, head)] == ["clerk（示例）"]
    assert newcomer.id not in {one for one, _name, _role in list_officers(db, clerk)}
    with pytest.raises(NotFound):
        assign(db, head, application.reference, newcomer.id)


def test_officer_hands_on_only_what_is_their_own(
    db: Session, clerk: Actor, colleague: Actor, application: Application
) -> None:
    with pytest.raises(NotAllowed, match="not_yours_to_give"):
        assign(db, clerk, application.reference, colleague.signed_in_id)
    claim(db, clerk, application.reference)
    assign(db, clerk, application.reference, colleague.signed_in_id)
    assert taker(application) == colleague.account_id
    with pytest.raises(NotAllowed, match="not_yours_to_give"):
        take_back(db, clerk, application.reference)


def test_nobody_outside_the_post_gets_work(db: Session, head: Actor, application: Application) -> None:
    strangers = [
        head,
        resident(db),
        staff_account(db, "other_unit", Role.DESK_CLERK, "desk_xishan")[0],
        staff_account(db, "other_role", Role.TOWNSHIP_CLERK, DESK)[0],
    ]
    for stranger in strangers:
        with pytest.raises(NotFound, match="colleague"):
            assign(db, head, application.reference, stranger.signed_in_id)


def test_head_of_another_unit_finds_nothing_to_give(
    db: Session, clerk: Actor, application: Application
) -> None:
    other = staff_account(db, "other_head", Role.LEAD, "desk_xishan")[0]
    with pytest.raises(NotFound, match="application"):
        assign(db, other, application.reference, clerk.signed_in_id)


def test_what_moved_on_since_it_was_shown_is_not_given(
    db: Session, head: Actor, clerk: Actor, application: Application
) -> None:
    with pytest.raises(Conflict):
        assign(db, head, application.reference, clerk.signed_in_id, version=application.version + 1)
    assert taker(application) is None


def test_loads_count_what_each_has_in_hand(
    db: Session, head: Actor, clerk: Actor, colleague: Actor, application: Application
) -> None:
    other = submitted(db, resident(db), own={"p_id_no": "unknown"})
    for one in (application, other):
        assign(db, head, one.reference, clerk.signed_in_id)
    pause(db, other.entries[0], "correction")
    application.entries[0].urgency = 0
    db.flush()
    loads = {one.colleague.account_id: (one.running, one.late, one.standing) for one in list_loads(db, head)}
    assert loads == {clerk.account_id: (1, 1, 1), colleague.account_id: (0, 0, 0)}


def test_officers_see_colleagues_at_their_post_and_the_head_all(
    db: Session, head: Actor, clerk: Actor, colleague: Actor
) -> None:
    township = staff_account(db, "township", Role.TOWNSHIP_CLERK, DESK)[0]
    assert [one.account_id for one in list_colleagues(db, clerk)] == [clerk.account_id, colleague.account_id]
    assert township.account_id in [one.account_id for one in list_colleagues(db, head)]


@pytest.mark.parametrize(
    ("skills", "is_entitled"),
    [([], True), (["zj-01"], True), (["zj-01/intake"], True), (["zj-01/review"], False), (["bt-01"], False)],
    ids=["all", "service", "step", "another step", "another service"],
)
def test_next_is_only_what_the_officer_is_entitled_to(
    db: Session, clerk: Actor, application: Application, skills: list[str], is_entitled: bool
) -> None:
    post = db.scalars(select(StaffRole).where(StaffRole.account_id == clerk.account_id)).one()
    post.skills = skills
    db.flush()
    assert take_next(db, clerk) == (application.reference if is_entitled else None)
    if not is_entitled:
        with pytest.raises(NotAllowed, match="not_entitled"):
            claim(db, clerk, application.reference)


def test_head_says_what_an_officer_takes(db: Session, head: Actor, clerk: Actor) -> None:
    post = db.scalars(select(StaffRole).where(StaffRole.account_id == clerk.account_id)).one()
    change_skills(db, head, post.id, ["zj-01"], ["zj-01", "zj-01/intake"])
    assert post.skills == ["zj-01"]
    with pytest.raises(Conflict, match="unknown_skill"):
        change_skills(db, head, post.id, ["zj-99"], ["zj-01"])
    with pytest.raises(NotAllowed):
        change_skills(db, clerk, post.id, [], [])
    elsewhere = staff_account(db, "elsewhere", Role.DESK_CLERK, "desk_xishan")[1]
    with pytest.raises(NotFound, match="post"):
        change_skills(db, head, elsewhere.id, [], [])


def test_full_hands_are_given_nothing_more_until_something_is_done(
    db: Session, clerk: Actor, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(*_asked: Any) -> int:
        return 1

    monkeypatch.setattr(entitlement, "limit_of", one)
    submitted(db, resident(db), own={"p_id_no": "unknown"})
    taken = take_next(db, clerk)
    with pytest.raises(Conflict, match="hands_full") as refused:
        take_next(db, clerk)
    assert refused.value.what == "1"
    entry = db.scalars(select(Application).where(Application.reference == taken)).one().entries[0]
    pause(db, entry, "correction")
    assert take_next(db, clerk) is not None


def test_two_of_one_name_are_told_apart(db: Session, head: Actor, clerk: Actor, colleague: Actor) -> None:
    for one in (clerk, colleague):
        db.get_one(Account, one.account_id).display_name = "示例张丽"
    db.flush()
    assert {one.name for one in list_colleagues(db, head)} == {"示例张丽（clerk）", "示例张丽（colleague）"}
