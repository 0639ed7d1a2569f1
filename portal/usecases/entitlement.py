"""What an officer is entitled to take, and how much at once: the services of the post, the region's limit.

The head of a unit says for each post which services, or steps of services, its holder takes; where nothing is
said it is all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from portal.rules.errors import Conflict, NotAllowed
from portal.store.accounts import StaffRole
from portal.store.applications import StepEntry
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_number
from portal.usecases.queue_lists import beside
from portal.usecases.regions import get_region

LIMIT = "most_in_hand"
"""The region's parameter: how many one officer may have in hand and still be given the next."""
MOST_IN_HAND = 100
"""What holds where a region says nothing: more than the eighty of a busy reviewer (experience.md 1)."""


def skills_of(db: Session, actor: Actor) -> tuple[str, ...]:
    """The services (``zj-01``) or steps (``zj-01/review``) of the actor's post; empty where it is all."""
    post = {"account_id": actor.account_id, "role": actor.role, "unit_code": actor.unit_code}
    return tuple(db.scalar(_SKILLS, post) or ())


_SKILLS = select(StaffRole.skills).where(
    StaffRole.account_id == bindparam("account_id"),
    StaffRole.role == bindparam("role"),
    StaffRole.unit_code == bindparam("unit_code"),
)
"""Written once, as those below: to put it together takes longer than to answer it."""


def entitled_to(skills: Sequence[str]) -> list[ColumnElement[bool]]:
    """The entries that these skills reach."""
    if not skills:
        return []
    services = [one for one in skills if "/" not in one]
    steps = [tuple(one.split("/", 1)) for one in skills if "/" in one]
    return [
        or_(
            beside(StepEntry.service_code).in_(services),
            tuple_(beside(StepEntry.service_code), StepEntry.step).in_(steps),
        )
    ]


def refuse_unskilled(entry: StepEntry, skills: Sequence[str]) -> None:
    """Raises NotAllowed ``not_entitled`` where the entry is none of what the skills reach."""
    if skills and not {entry.service_code, f"{entry.service_code}/{entry.step}"} & set(skills):
        raise NotAllowed("not_entitled")


def limit_of(db: Session, unit_code: str | None) -> int:
    """How many an officer of this unit may have in hand and still be given the next."""
    region = db.scalar(_REGION, {"code": unit_code})
    found = find_number(db, get_region(region), LIMIT) if region else None
    return found if found is not None else MOST_IN_HAND


_REGION = select(UnitRow.region).where(UnitRow.code == bindparam("code"))


def refuse_full_hands(db: Session, actor: Actor) -> None:
    """Raises Conflict ``hands_full``. What waits for an applicant or stands still is in nobody's hands."""
    limit = limit_of(db, actor.unit_code)
    if (db.scalar(_IN_HAND, {"account_id": actor.account_id, "limit": limit}) or 0) >= limit:
        raise Conflict("hands_full", what=str(limit))


_IN_HAND = select(func.count()).select_from(
    select(StepEntry.id)
    .where(
        StepEntry.claimed_by_id == bindparam("account_id"),
        StepEntry.closed_at.is_(None),
        StepEntry.lane == "running",
    )
    .limit(bindparam("limit"))
    .subquery()
)
