"""All work in hand to another officer of the same post, in one act: each entry is given by itself, and those
that the other may not have stay where they are and are named."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import NotAllowed, NotFound, PortalError
from portal.store.applications import Application, StepEntry
from portal.usecases.absences import NO_OFFICE
from portal.usecases.actor import Actor
from portal.usecases.assigning import assign
from portal.usecases.held_posts import holds_post
from portal.usecases.reminders import write_to_staff


@dataclass(frozen=True)
class HandedOver:
    """What went, and what stayed with the reason."""

    moved: tuple[str, ...]
    stayed: tuple[tuple[str, PortalError], ...]


def hand_over(db: Session, actor: Actor, from_id: int, role: Role, to_id: int) -> HandedOver:
    """Give everything that one officer has at a post of the unit to another officer of that post.

    Officers give what is their own, the head of the unit gives anyone's. Raises NotAllowed for another's
    work, NotFound where the other does not hold the post, or it takes no steps.
    """
    if actor.role is not Role.LEAD and (from_id, role) != (actor.account_id, actor.role):
        raise NotAllowed("not_yours_to_give")
    if role in NO_OFFICE or from_id == to_id or not holds_post(db, to_id, actor.unit_code or "", role):
        raise NotFound("colleague")
    moved: list[str] = []
    stayed: list[tuple[str, PortalError]] = []
    for reference in _in_hand(db, actor, from_id, role):
        try:
            assign(db, actor, reference, to_id)  # refuses before it changes anything
        except PortalError as refusal:
            stayed.append((reference, refusal))
        else:
            moved.append(reference)
    if moved:
        write_to_staff(
            db,
            to_id,
            unique=f"handed-over-{moved[0]}-{moved[-1]}-{from_id}-{len(moved)}",
            subject=f"有{len(moved)}件申请交给您办",
            body=f"有{len(moved)}件申请交给您办，请看“我的待办”。\n"
            f"{len(moved)} application(s) were handed to you.\n",
        )
    return HandedOver(tuple(moved), tuple(stayed))


def _in_hand(db: Session, actor: Actor, from_id: int, role: Role) -> list[str]:
    """References of what somebody has at the post, or for a unit that it stands in for, in one order."""
    here = and_(StepEntry.unit_code == actor.unit_code, StepEntry.role == role)
    for_others = and_(StepEntry.stand_in_unit == actor.unit_code, StepEntry.stand_in_role == role)
    held = (
        select(Application.reference)
        .join(StepEntry, StepEntry.application_id == Application.id)
        .where(StepEntry.claimed_by_id == from_id, StepEntry.closed_at.is_(None), or_(here, for_others))
        .order_by(Application.id)
    )
    return list(db.scalars(held))
