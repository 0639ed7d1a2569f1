"""Posts: a role in a unit, held from a day to a day. One person may hold several and sits at one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role, UnitKind
from portal.catalogue.texts import Text
from portal.rules.errors import Conflict, NotFound
from portal.store.accounts import SignInSession, StaffRole
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.administrators import (
    get_staff_account,
    keep_an_administrator,
    require_administrator,
    require_other,
)
from portal.usecases.audit import record_event
from portal.usecases.held_posts import is_not_over
from portal.usecases.sessions import holds_today
from portal.usecases.units import get_unit

FEDERATIONS = frozenset({UnitKind.COUNTY_FEDERATION, UnitKind.CITY_FEDERATION})
DEPARTMENTS = frozenset(
    {UnitKind.CIVIL_AFFAIRS, UnitKind.HUMAN_RESOURCES, UnitKind.MEDICAL_INSURANCE, UnitKind.EDUCATION}
)
"""Departments of the county government that decide on what they pay (rules.md 10.0.1)."""

UNITS_OF_ROLES: Mapping[Role, frozenset[UnitKind]] = {
    Role.LIAISON: frozenset({UnitKind.TOWN_DESK}),
    Role.DESK_CLERK: frozenset({UnitKind.TOWN_DESK, *FEDERATIONS}),
    Role.TOWNSHIP_CLERK: frozenset({UnitKind.TOWN_DESK}),
    Role.COUNTY_REVIEWER: frozenset({UnitKind.COUNTY_FEDERATION}),
    Role.COUNTY_APPROVER: frozenset({UnitKind.COUNTY_FEDERATION}),
    Role.HOSPITAL: frozenset({UnitKind.HOSPITAL}),
    Role.UPPER_REVIEWER: frozenset({UnitKind.CITY_FEDERATION, UnitKind.PROVINCIAL_FEDERATION}),
    Role.DEPARTMENT_OFFICER: DEPARTMENTS,
    Role.CONTRACTOR: frozenset({UnitKind.CONTRACTOR}),
    Role.LEAD: frozenset(UnitKind),
    Role.INSPECTOR: FEDERATIONS,
    Role.ADMINISTRATOR: FEDERATIONS,
}
"""Where a role can be held at all (rules.md 10.0.2)."""


@dataclass(frozen=True)
class Post:
    """A post as people read it. ``is_held`` says whether it is held today."""

    role_id: int
    role: Role
    unit_code: str
    unit_name: Text
    from_on: date
    to_on: date | None
    is_held: bool


def posts_by_account(db: Session, account_ids: Iterable[int]) -> dict[int, list[Post]]:
    """Every post that each account holds or held, in the order in which they were given."""
    posts: dict[int, list[Post]] = {account_id: [] for account_id in account_ids}
    found = db.execute(
        select(StaffRole, UnitRow)
        .join(UnitRow, UnitRow.code == StaffRole.unit_code)
        .where(StaffRole.account_id.in_(list(posts)))
        .order_by(StaffRole.id)
    )
    for role, unit in found:
        posts[role.account_id].append(_post(role, unit))
    return posts


def held_posts(db: Session, account_id: int) -> list[Post]:
    """The posts that the account may sit at today."""
    return [post for post in posts_by_account(db, [account_id])[account_id] if post.is_held]


def add_role(db: Session, actor: Actor, account_id: int, role: Role, unit_code: str) -> None:
    """Give a post from today on. Raises Conflict when it is held already or cannot go together.

    An administrator holds no other role: who gives rights does not use them (rules.md 8.4, role separation).
    """
    require_administrator(actor)
    require_other(actor, account_id)
    get_staff_account(db, account_id)
    unit = get_unit(db, unit_code)
    if unit.closed_on is not None:
        raise Conflict("unit_is_closed")
    if unit.kind not in UNITS_OF_ROLES[role]:
        raise Conflict("role_not_in_unit")
    held = held_posts(db, account_id)
    if any((post.role is Role.ADMINISTRATOR) != (role is Role.ADMINISTRATOR) for post in held):
        raise Conflict("administrator_holds_one_role")
    if any(post.role is role and post.unit_code == unit_code for post in held):
        raise Conflict("post_is_held")
    row = db.scalar(
        select(StaffRole).where(
            StaffRole.account_id == account_id, StaffRole.role == role, StaffRole.unit_code == unit_code
        )
    )
    if row is None:
        row = StaffRole(account_id=account_id, role=role, unit_code=unit_code)
        db.add(row)
    row.from_on, row.to_on = clock.today(), None
    db.flush()
    _record(db, actor, row, "post:add")


def end_role(db: Session, actor: Actor, account_id: int, role_id: int) -> None:
    """Take a post away at once: whoever sits at it is signed out. Raises NotFound, Conflict, NotAllowed."""
    require_administrator(actor)
    require_other(actor, account_id)
    row = db.get(StaffRole, role_id)
    if row is None or row.account_id != account_id or not holds_today(row):
        raise NotFound("post")
    if row.role == Role.ADMINISTRATOR:
        keep_an_administrator(db, actor, without=account_id)
    _end(db, actor, row)


def end_posts_at(db: Session, actor: Actor, unit_code: str) -> None:
    """Take every post at a unit away that is held today or later: it closes. Administrators keep theirs, so
    that nobody is locked out."""
    query = select(StaffRole).where(
        StaffRole.unit_code == unit_code,
        StaffRole.role != Role.ADMINISTRATOR,
        is_not_over(),
    )
    for row in db.scalars(query.order_by(StaffRole.id)).all():
        _end(db, actor, row)


def _end(db: Session, actor: Actor, row: StaffRole) -> None:
    """Days are whole: to end a post now, the last day on which it was held is yesterday."""
    row.to_on = clock.today() - timedelta(days=1)
    db.execute(
        update(SignInSession)
        .where(SignInSession.role_id == row.id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    _record(db, actor, row, "post:end")


def choose_post(db: Session, actor: Actor, session_id: int, role_id: int) -> Post:
    """Sit down at one of the actor's own posts. Raises NotFound for any other."""
    post = next((one for one in held_posts(db, actor.signed_in_id) if one.role_id == role_id), None)
    session = db.get(SignInSession, session_id)
    if post is None or session is None or session.account_id != actor.account_id:
        raise NotFound("post")
    session.role_id = role_id
    record_event(
        db,
        actor,
        f"account:{actor.account_id}",
        "post:choose",
        details={"role": post.role, "unit": post.unit_code},
    )
    return post


def _post(role: StaffRole, unit: UnitRow) -> Post:
    return Post(
        role_id=role.id,
        role=Role(role.role),
        unit_code=role.unit_code,
        unit_name=Text.model_validate(unit.names),
        from_on=role.from_on,
        to_on=role.to_on,
        is_held=holds_today(role),
    )


def _record(db: Session, actor: Actor, row: StaffRole, tag: str) -> None:
    details = {"role": str(row.role), "unit": row.unit_code}
    record_event(db, actor, f"account:{row.account_id}", tag, authority="office", details=details)
