"""Two files of one person become one, and two again: what moved is written down, so that it can move back.

A machine joins two files only where the person themselves said that what somebody began is about them. Two
people with one number are never joined by a machine: staff look at both files and choose. The audit is not
rewritten: what was done was done with the file of that day.

Undone, everything goes back that was moved, and what was begun since by a representation that was moved; all
else that came since stays with the kept file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from portal import clock
from portal.catalogue.field_types import same_name
from portal.rules.errors import Conflict, NotFound
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.benefits import BenefitRow
from portal.store.certificates import Certificate
from portal.store.people import AccessNeeds, Fact, Person, PersonMerge
from portal.store.representations import Invitation, Representation
from portal.store.voices import PersonSlip
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.own_files import find_self_file
from portal.usecases.turns import take_turn

Cause = Literal["accepted", "staff"]
"""The person said yes to who began it for them; or staff have compared both files."""

WHOLE: Final[Mapping[str, Any]] = {
    "applications": Application,
    "representations": Representation,
    "invitations": Invitation,
    "person_slips": PersonSlip,
    "certificates": Certificate,
    "benefits": BenefitRow,
}
"""What moves as it is."""
BY_ACCOUNT: Final[Mapping[str, tuple[Any, tuple[str, ...]]]] = {
    "facts": (Fact, ("account_id", "field")),
    "access_needs": (AccessNeeds, ("account_id",)),
}
"""What one account said once: where the kept file has the same already, the other stays where it is."""


def get_own_file(db: Session, actor: Actor) -> Person:
    """The actor's own file, made when it is missing; where it was joined to another, that one."""
    own = find_self_file(db, actor.side_id)
    if own is None:
        own = Person(claimed_by_id=actor.side_id, is_self=True, created_at=clock.now())
        db.add(own)
        db.flush()
        return own
    return standing_file(db, own)


def standing_file(db: Session, file: Person) -> Person:
    """The file itself, or the one that it was joined to."""
    kept_id = db.scalar(
        select(PersonMerge.kept_id).where(PersonMerge.merged_id == file.id, PersonMerge.undone_at.is_(None))
    )
    return file if kept_id is None else db.get_one(Person, kept_id)


def list_joined_files(db: Session, files: Collection[Person]) -> list[int]:
    """The numbers of these files and of those that have gone into them."""
    ids = {file.id for file in files}
    merged = select(PersonMerge.merged_id).where(
        PersonMerge.kept_id.in_(ids), PersonMerge.undone_at.is_(None)
    )
    return sorted(ids | set(db.scalars(merged)))


def find_own_name(db: Session, actor: Actor) -> str | None:
    """The name in the actor's own file; None where there is none yet."""
    own = find_self_file(db, actor.side_id)
    return own.name if own is not None else None


def is_one_person(own: Person, claim: Person) -> bool:
    """Whether nothing speaks against both files being of one person: their numbers, else their names."""
    if own.id_number_index is not None and claim.id_number_index is not None:
        return own.id_number_index == claim.id_number_index
    return own.name is None or claim.name is None or same_name(own.name, claim.name)


def which_is_kept(one: Person, other: Person) -> tuple[Person, Person]:
    """The file that stays, and the one that goes into it: a person's own and proven one stays, else the
    older."""
    first, second = sorted((one, other), key=lambda file: (not file.is_self, not file.is_proven, file.id))
    return first, second


def merge_files(db: Session, actor: Actor, kept: Person, merged: Person, *, cause: Cause) -> PersonMerge:
    """Everything of ``merged`` belongs to ``kept`` from now on.

    Raises Conflict ``merged_already``; ``proven_as_another`` where two proven files bear two numbers;
    ``death_reported`` where only one of them is reported dead; ``both_have_one`` where both have a
    certificate in force or the same benefit: that is for staff to settle first.
    """
    _take_turns(db, kept, merged)
    if merged.id == kept.id or is_merged(db, merged) or is_merged(db, kept):
        raise Conflict("merged_already", what="person")
    if kept.is_proven and merged.is_proven and kept.id_number_index != merged.id_number_index:
        raise Conflict("proven_as_another", what="person")
    if (kept.death_reported_at is None) != (merged.death_reported_at is None):
        raise Conflict("death_reported", what="person")
    row = PersonMerge(
        kept_id=kept.id,
        merged_id=merged.id,
        moved=_move(db, kept, merged),
        cause=cause,
        merged_by_id=actor.signed_in_id,
        merged_at=clock.now(),
    )
    db.add(row)
    db.flush()
    _record(db, actor, row, kept, merged, "person:merge")
    return row


def unmerge_files(db: Session, actor: Actor, merge_id: int) -> PersonMerge:
    """They were two people after all. Raises NotFound, Conflict ``undone_already``, and ``merged_already``
    where the kept file has gone into a third one since."""
    row = db.get(PersonMerge, merge_id)
    if row is None:
        raise NotFound("merge")
    kept, merged = db.get_one(Person, row.kept_id), db.get_one(Person, row.merged_id)
    _take_turns(db, kept, merged)
    db.refresh(row)
    if row.undone_at is not None:
        raise Conflict("undone_already", what="person", when=row.undone_at)
    if is_merged(db, kept):
        raise Conflict("merged_already", what="person")
    since = (
        Application.person_id == kept.id,
        Application.representation_id.in_(row.moved.get("representations", [])),
    )
    db.execute(update(Application).where(*since).values(person_id=merged.id))
    for name, ids in row.moved.items():
        model = WHOLE[name] if name in WHOLE else BY_ACCOUNT[name][0]
        back = (model.id.in_(ids), model.person_id == kept.id)
        db.execute(update(model).where(*back).values(person_id=merged.id))
    row.undone_by_id, row.undone_at = actor.signed_in_id, clock.now()
    db.flush()
    db.expire_all()
    _record(db, actor, row, kept, merged, "person:unmerge")
    return row


def list_merges(db: Session, person_id: int) -> Sequence[PersonMerge]:
    """Which files went into this one, or this one into which, as it stands now; oldest first."""
    about = (PersonMerge.kept_id == person_id) | (PersonMerge.merged_id == person_id)
    standing = select(PersonMerge).where(about, PersonMerge.undone_at.is_(None))
    return db.scalars(standing.order_by(PersonMerge.id)).all()


def _take_turns(db: Session, one: Person, other: Person) -> None:
    """Of two who join or part these files the second waits; and so does who begins something for them."""
    for person_id in sorted((one.id, other.id)):
        take_turn(db, "person", str(person_id))
    holders = sorted({one.claimed_by_id, other.claimed_by_id})
    waiting = select(Account.id).where(Account.id.in_(holders)).order_by(Account.id)
    db.execute(waiting.with_for_update(key_share=True))


def is_merged(db: Session, person: Person) -> bool:
    """Whether the file has gone into another."""
    standing = (PersonMerge.merged_id == person.id, PersonMerge.undone_at.is_(None))
    return db.scalar(select(PersonMerge.id).where(*standing)) is not None


def _move(db: Session, kept: Person, merged: Person) -> dict[str, list[int]]:
    """Repoint what belongs to the merged file; by table which rows these were. Where both have a slip that
    opens, each stays where it is: it opens the kept file (``person_slips.person_of_slip``)."""
    wanted: dict[str, list[int]] = {}
    for name, model in WHOLE.items():
        wanted[name] = list(db.scalars(select(model.id).where(model.person_id == merged.id)))
    live = select(PersonSlip.id).where(PersonSlip.off_at.is_(None))
    if db.scalar(live.where(PersonSlip.person_id == kept.id)) is not None:
        stays = db.scalar(live.where(PersonSlip.person_id == merged.id))
        wanted["person_slips"] = [one for one in wanted["person_slips"] if one != stays]
    for name, (model, alike) in BY_ACCOUNT.items():
        same = aliased(model)
        clash = select(same.id).where(
            same.person_id == kept.id, *(getattr(same, one) == getattr(model, one) for one in alike)
        )
        wanted[name] = list(db.scalars(select(model.id).where(model.person_id == merged.id, ~clash.exists())))
    moved = {name: ids for name, ids in wanted.items() if ids}
    try:
        with db.begin_nested():
            for name, ids in moved.items():
                model = WHOLE[name] if name in WHOLE else BY_ACCOUNT[name][0]
                db.execute(update(model).where(model.id.in_(ids)).values(person_id=kept.id))
    except IntegrityError as two:
        raise Conflict("both_have_one", what="person") from two
    db.expire_all()
    return moved


def _record(db: Session, actor: Actor, row: PersonMerge, kept: Person, merged: Person, tag: str) -> None:
    """In the streams of both holders: each file has its own history."""
    authority = "office" if actor.kind == "staff" else "self"
    details = {"merge": row.id, "kept": kept.id, "merged": merged.id, "cause": row.cause}
    for file in (kept, merged):
        stream = f"account:{file.claimed_by_id}"
        record_event(db, actor, stream, tag, person_id=file.id, authority=authority, details=details)
