"""Keeping away (回避, rules.md 10.0.2): an officer's own word, and the ID numbers of the officer's family.

Who keeps away neither takes, assigns nor decides. The number of a relative is kept as an index only, with its
last four characters so that the officer can tell the entries apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.references import grouped
from portal.store import blind_index
from portal.store.applications import Application
from portal.store.recusals import Recusal, Relative
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event, record_office_event
from portal.usecases.claims import get_to_keep_away
from portal.usecases.consulted import get_asked_to_keep_away
from portal.usecases.heads import tell_heads
from portal.usecases.staff_names import names_of
from portal.usecases.transitions import open_entry
from portal.usecases.turns import take_turn

Cause = Literal["own", "relative", "interest"]
CAUSES: Final[tuple[Cause, ...]] = ("own", "relative", "interest")
Relation = Literal["self", "relative"]
MOST_RELATIVES: Final = 60
ENDING: Final = 4


def declare_recusal(db: Session, actor: Actor, reference: str, cause: Cause, words: str = "") -> Recusal:
    """Say that somebody else has to decide it: what one has in hand goes back to the post, and the head of
    the unit is told. Said twice it is said once.

    Raises NotFound for another post's application, NotAllowed for who has no unit.
    """
    return _declared(db, actor, get_to_keep_away(db, actor, reference), cause, words)


def declare_when_asked(
    db: Session, actor: Actor, consultation_id: int, cause: Cause, words: str = ""
) -> Recusal:
    """The same of an application that the actor's unit is only asked about (征询意见): a colleague answers.
    Raises NotFound for a question to another unit."""
    return _declared(db, actor, get_asked_to_keep_away(db, actor, consultation_id, lock=True), cause, words)


def _declared(db: Session, actor: Actor, application: Application, cause: Cause, words: str) -> Recusal:
    if actor.unit_code is None:
        raise NotAllowed("not_staff")
    known = find_recusal(db, actor, application)
    if known is not None:
        return known
    recusal = Recusal(
        application_id=application.id,
        account_id=actor.signed_in_id,
        unit_code=actor.unit_code,
        cause=cause,
        words=words or None,
        declared_at=clock.now(),
    )
    db.add(recusal)
    db.flush()
    entry = open_entry(application)
    if entry is not None and entry.claimed_by_id == actor.account_id:
        entry.claimed_by_id = entry.claimed_at = None
    _record(db, actor, application, "recusal:declare", cause)
    tell_heads(
        db,
        actor.unit_code,
        topic=f"recusal-{recusal.id}",
        subject=f"有人回避：{grouped(application.reference)}",
        body=f"收件号{grouped(application.reference)}的申请，有工作人员回避。请另外安排人办。\n"
        f"Application {grouped(application.reference)}: an officer keeps away. Give it to somebody else.\n",
    )
    return recusal


def find_recusal(db: Session, actor: Actor, application: Application) -> Recusal | None:
    """The actor's own word on this application."""
    return db.scalar(
        select(Recusal).where(
            Recusal.application_id == application.id, Recusal.account_id == actor.signed_in_id
        )
    )


def list_recusals(db: Session, application: Application) -> Sequence[tuple[Recusal, str]]:
    """Everyone who keeps away by their own word, with their names, oldest first."""
    query = select(Recusal).where(Recusal.application_id == application.id).order_by(Recusal.id)
    found = db.scalars(query).all()
    names = names_of(db, [one.account_id for one in found])
    return [(one, names[one.account_id]) for one in found]


def note_recusal(db: Session, actor: Actor, reference: str, recusal_id: int) -> Recusal:
    """The head of the unit has read it and sees to it. Raises NotFound for anyone else, and for a recusal of
    another application."""
    application = get_to_keep_away(db, actor, reference)
    found = db.scalar(
        select(Recusal)
        .where(
            Recusal.id == recusal_id,
            Recusal.application_id == application.id,
            Recusal.unit_code == actor.unit_code,
        )
        .with_for_update()
    )
    if found is None or actor.role is not Role.LEAD:
        raise NotFound("recusal")
    if found.noted_at is None:
        found.noted_at, found.noted_by_id = clock.now(), actor.signed_in_id
        _record(db, actor, application, "recusal:note", found.cause)
    return found


def add_relative(db: Session, actor: Actor, id_number: str, relation: Relation) -> Relative:
    """Keep away from whoever has this ID number: the officer's own, or a relative's. Entered twice it is
    there once. Raises Conflict ``too_many_relatives``, NotAllowed for who is not staff."""
    if actor.kind != "staff":
        raise NotAllowed("not_staff")
    take_turn(db, "relatives", str(actor.signed_in_id))
    number = id_number.upper()
    index = blind_index(db, "id_number", number)
    own = select(Relative).where(Relative.account_id == actor.signed_in_id)
    entered = db.scalars(own).all()
    known = next((one for one in entered if one.id_index == index), None)
    if known is not None:
        return known
    if len(entered) >= MOST_RELATIVES:
        raise Conflict("too_many_relatives")
    relative = Relative(
        account_id=actor.signed_in_id,
        relation=relation,
        id_index=index,
        ending=number[-ENDING:],
        added_at=clock.now(),
    )
    db.add(relative)
    db.flush()
    _record_own(db, actor, "relative:add", relative)
    return relative


def list_relatives(db: Session, actor: Actor) -> Sequence[Relative]:
    """The ID numbers that the actor keeps away from, oldest first."""
    own = select(Relative).where(Relative.account_id == actor.signed_in_id)
    return db.scalars(own.order_by(Relative.id)).all()


def remove_relative(db: Session, actor: Actor, relative_id: int) -> None:
    """Take one back, typed wrongly for instance. Raises NotFound for anyone else's."""
    found = db.get(Relative, relative_id)
    if found is None or found.account_id != actor.account_id:
        raise NotFound("relative")
    _record_own(db, actor, "relative:remove", found)
    db.delete(found)


def _record(db: Session, actor: Actor, application: Application, tag: str, cause: str) -> None:
    record_office_event(db, actor, application, tag, details={"cause": cause})


def _record_own(db: Session, actor: Actor, tag: str, relative: Relative) -> None:
    stream = f"account:{actor.signed_in_id}"
    record_event(
        db, actor, stream, tag, authority="office", details={"id": relative.id, "relation": relative.relation}
    )
