"""Staff accounts: only administrators make and close them, nobody their own, and someone always can."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound, PortalError
from portal.store import Store
from portal.store.accounts import Account
from portal.store.audit import AuditEvent
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.administrators import list_administrators
from portal.usecases.posts import add_role, choose_post, end_role, held_posts, posts_by_account
from portal.usecases.sessions import find_session, open_session
from portal.usecases.staff import (
    create_administrator,
    create_staff,
    disable_staff,
    enable_staff,
    get_staff,
    list_staff,
    renew_enrolment,
)
from tests.support.workers import Worker, demo_region, give_post, make_worker


@pytest.fixture
def admin(db: Session) -> Worker:
    return make_worker(db, Role.ADMINISTRATOR)


def tags(db: Session, account_id: int) -> list[str]:
    stream = f"account:{account_id}"
    return list(
        db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream).order_by(AuditEvent.seq))
    )


def new_clerk(db: Session, actor: Actor, login_name: str = "clerk-one") -> int:
    create_staff(db, actor, login_name, "示例新人", Role.DESK_CLERK, "desk_dongfeng")
    return db.scalars(select(Account.id).where(Account.login_name == login_name)).one()


def test_new_member_of_staff_has_a_post_and_a_link_and_no_password(db: Session, admin: Worker) -> None:
    account_id = new_clerk(db, admin.actor)
    member = get_staff(db, admin.actor, account_id)
    assert (member.state, member.has_open_link) == ("invited", True)
    assert [(post.role, post.unit_code) for post in member.held] == [(Role.DESK_CLERK, "desk_dongfeng")]
    assert db.get_one(Account, account_id).password_hash is None
    assert tags(db, account_id) == ["staff:create", "post:add", "staff:invite"]


@pytest.mark.parametrize("login_name", ["", "ab", "名字", "a b", "x" * 41, "-abc", "a/b", "a\nbc"])
def test_odd_login_name_is_refused_and_named(db: Session, admin: Worker, login_name: str) -> None:
    with pytest.raises(Invalid, match="login_name_shape"):
        create_staff(db, admin.actor, login_name, "示例新人", Role.DESK_CLERK, "desk_dongfeng")


def test_login_name_is_taken_whatever_its_capitals(db: Session, admin: Worker) -> None:
    new_clerk(db, admin.actor)
    with pytest.raises(Conflict, match="login_name_taken"):
        create_staff(db, admin.actor, " CLERK-One ", "示例新人", Role.DESK_CLERK, "desk_dongfeng")


@pytest.mark.parametrize(
    ("role", "unit_code"),
    [
        (Role.COUNTY_APPROVER, "desk_dongfeng"),
        (Role.HOSPITAL, "federation_shili"),
        (Role.ADMINISTRATOR, "hospital_first"),
        (Role.TOWNSHIP_CLERK, "federation_shili"),
    ],
)
def test_role_is_given_only_in_a_unit_that_has_it(
    db: Session, admin: Worker, role: Role, unit_code: str
) -> None:
    with pytest.raises(Conflict, match="role_not_in_unit"):
        create_staff(db, admin.actor, "someone", "示例新人", role, unit_code)


def test_post_in_an_unknown_unit_is_not_found(db: Session, admin: Worker) -> None:
    with pytest.raises(NotFound):
        create_staff(db, admin.actor, "someone", "示例新人", Role.DESK_CLERK, "nowhere")


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.ADMINISTRATOR)])
def test_everyone_but_administrators_is_refused_everything(
    db: Session, admin: Worker, role: Role | None
) -> None:
    clerk_id = new_clerk(db, admin.actor)
    post_id = held_posts(db, clerk_id)[0].role_id
    for actor in (make_worker(db, role).actor, VISITOR, Actor("resident", 1)):
        for act in (
            lambda who: create_staff(db, who, "another", "示例", Role.DESK_CLERK, "desk_dongfeng"),
            lambda who: list_staff(db, who),
            lambda who: get_staff(db, who, clerk_id),
            lambda who: renew_enrolment(db, who, clerk_id),
            lambda who: disable_staff(db, who, clerk_id),
            lambda who: enable_staff(db, who, clerk_id),
            lambda who: add_role(db, who, clerk_id, Role.TOWNSHIP_CLERK, "desk_dongfeng"),
            lambda who: end_role(db, who, clerk_id, post_id),
        ):
            with pytest.raises(NotAllowed):
                act(actor)


def test_administrator_cannot_touch_his_own_account(db: Session, admin: Worker) -> None:
    make_worker(db, Role.ADMINISTRATOR, "second")
    own = admin.account_id
    assert admin.role_id is not None
    with pytest.raises(NotAllowed, match="own_account"):
        disable_staff(db, admin.actor, own)
    with pytest.raises(NotAllowed, match="own_account"):
        end_role(db, admin.actor, own, admin.role_id)
    with pytest.raises(NotAllowed, match="own_account"):
        add_role(db, admin.actor, own, Role.COUNTY_APPROVER, "federation_shili")
    with pytest.raises(NotAllowed, match="own_account"):
        renew_enrolment(db, admin.actor, own)


def test_last_administrator_cannot_be_removed_even_by_the_operator(db: Session, admin: Worker) -> None:
    make_worker(db, Role.ADMINISTRATOR, "never-came", is_enrolled=False)
    assert admin.role_id is not None
    with pytest.raises(Conflict, match="last_administrator"):
        disable_staff(db, SYSTEM, admin.account_id)
    with pytest.raises(Conflict, match="last_administrator"):
        end_role(db, SYSTEM, admin.account_id, admin.role_id)


def test_two_administrators_who_disable_each_other_leave_one(store: Store) -> None:
    with store.transaction() as db:
        one, two = make_worker(db, Role.ADMINISTRATOR, "one"), make_worker(db, Role.ADMINISTRATOR, "two")

    def disable(pair: tuple[Worker, Worker]) -> str:
        try:
            with store.transaction() as db:
                disable_staff(db, pair[0].actor, pair[1].account_id)
        except PortalError as refusal:
            return refusal.key
        return "done"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(disable, [(one, two), (two, one)]))
    assert outcomes == ["done", "last_administrator"]
    with store.reading() as db:
        assert len(list_administrators(db)) == 1


def test_administrator_holds_no_other_role(db: Session, admin: Worker) -> None:
    second = make_worker(db, Role.ADMINISTRATOR, "second")
    clerk_id = new_clerk(db, admin.actor)
    with pytest.raises(Conflict, match="administrator_holds_one_role"):
        add_role(db, admin.actor, second.account_id, Role.COUNTY_REVIEWER, "federation_shili")
    with pytest.raises(Conflict, match="administrator_holds_one_role"):
        add_role(db, admin.actor, clerk_id, Role.ADMINISTRATOR, "federation_city")


def test_disabling_ends_sessions_and_links_at_once(db: Session, admin: Worker) -> None:
    clerk = make_worker(db, Role.DESK_CLERK)
    renew_enrolment(db, admin.actor, clerk.account_id)
    token = open_session(db, db.get_one(Account, clerk.account_id), "password", role_id=clerk.role_id)
    db.flush()
    assert find_session(db, token) is not None
    disable_staff(db, admin.actor, clerk.account_id)
    disable_staff(db, admin.actor, clerk.account_id)
    assert find_session(db, token) is None
    member = get_staff(db, admin.actor, clerk.account_id)
    assert (member.state, member.has_open_link) == ("disabled", False)
    with pytest.raises(Conflict, match="account_disabled"):
        renew_enrolment(db, admin.actor, clerk.account_id)
    enable_staff(db, admin.actor, clerk.account_id)
    assert find_session(db, token) is None
    assert get_staff(db, admin.actor, clerk.account_id).state == "active"
    assert tags(db, clerk.account_id).count("staff:disable") == 1


def test_ended_post_signs_its_holder_out_and_may_be_given_again(db: Session, admin: Worker) -> None:
    clerk = make_worker(db, Role.DESK_CLERK)
    assert clerk.role_id is not None
    token = open_session(db, db.get_one(Account, clerk.account_id), "password", role_id=clerk.role_id)
    db.flush()
    end_role(db, admin.actor, clerk.account_id, clerk.role_id)
    assert find_session(db, token) is None
    assert held_posts(db, clerk.account_id) == []
    with pytest.raises(NotFound):
        end_role(db, admin.actor, clerk.account_id, clerk.role_id)
    add_role(db, admin.actor, clerk.account_id, Role.DESK_CLERK, "desk_dongfeng")
    with pytest.raises(Conflict, match="post_is_held"):
        add_role(db, admin.actor, clerk.account_id, Role.DESK_CLERK, "desk_dongfeng")
    posts = posts_by_account(db, [clerk.account_id])[clerk.account_id]
    assert [(post.role_id, post.from_on, post.to_on) for post in posts] == [
        (clerk.role_id, clock.today(), None)
    ]


def test_post_of_someone_else_cannot_be_chosen(db: Session) -> None:
    clerk, other = make_worker(db, Role.DESK_CLERK), make_worker(db, Role.COUNTY_APPROVER)
    second = give_post(db, clerk.account_id, Role.TOWNSHIP_CLERK)
    token = open_session(db, db.get_one(Account, clerk.account_id), "password", role_id=clerk.role_id)
    db.flush()
    session = find_session(db, token)
    assert session is not None
    assert other.role_id is not None
    with pytest.raises(NotFound):
        choose_post(db, clerk.actor, session.session_id, other.role_id)
    assert choose_post(db, clerk.actor, session.session_id, second).role is Role.TOWNSHIP_CLERK
    db.flush()
    changed = find_session(db, token)
    assert changed is not None
    assert changed.role is Role.TOWNSHIP_CLERK
    with pytest.raises(NotFound):
        choose_post(db, other.actor, session.session_id, other.role_id)


def test_post_that_begins_tomorrow_is_not_held_today(db: Session) -> None:
    clerk = make_worker(db, Role.DESK_CLERK)
    post = db.get_one(Account, clerk.account_id).roles[0]
    post.from_on = clock.today() + timedelta(days=1)
    db.flush()
    assert held_posts(db, clerk.account_id) == []


def test_operator_makes_the_first_administrator_and_later_new_links(db: Session) -> None:
    make_worker(db, Role.DESK_CLERK, "clerk")
    first = create_administrator(db, "chief", demo_region())
    again = create_administrator(db, "Chief", demo_region())
    assert first != again
    chief = db.scalars(select(Account).where(Account.login_name == "chief")).one()
    assert [(post.role, post.unit_code) for post in held_posts(db, chief.id)] == [
        (Role.ADMINISTRATOR, "federation_city")
    ]
    assert tags(db, chief.id) == ["staff:create", "post:add", "staff:invite", "staff:invite"]
    with pytest.raises(Conflict, match="login_name_taken"):
        create_administrator(db, "clerk", demo_region())


def test_resident_is_no_member_of_staff(db: Session, admin: Worker) -> None:
    resident = Account(kind="resident", preferences={}, created_at=clock.now())
    db.add(resident)
    db.flush()
    for act in (get_staff, disable_staff, renew_enrolment, enable_staff):
        with pytest.raises(NotFound):
            act(db, admin.actor, resident.id)
    with pytest.raises(NotFound):
        add_role(db, admin.actor, resident.id, Role.DESK_CLERK, "desk_dongfeng")
    assert [member.login_name for member in list_staff(db, admin.actor)] == ["administrator"]
