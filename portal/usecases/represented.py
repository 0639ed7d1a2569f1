"""For whom an account acts: the list, one record, and who is offered at the start of a service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.acting import Basis, Standing, Why, why_not_act
from portal.rules.errors import NotFound
from portal.store.applications import Application
from portal.store.messages import NoticeRow
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases.actor import Actor
from portal.usecases.standing import authority_from, side_of

MOST_SHOWN = 500

ApplicationSeen = Application
"""For whoever only shows one."""


@dataclass(frozen=True)
class Represented:
    """One person for whom an account acts, as it stands today."""

    id: int
    name: str | None
    """As this account typed it or the person agreed to show it; None while neither is so."""
    number_index: str | None
    relation: str
    basis: Basis
    standing: Standing
    powers: tuple[str, ...]
    services: tuple[str, ...] | None
    from_on: date
    to_on: date | None
    is_proved: bool
    suspended_on: date | None
    suspended_for: str | None
    ended_on: date | None
    ended_by: str | None
    ended_for: str | None
    is_reported_dead: bool

    @property
    def is_live(self) -> bool:
        """Whether something may be done by it today."""
        return self.standing in ("claimed", "active")


def list_people(db: Session, actor: Actor) -> Sequence[Represented]:
    """For whom the actor's side acts, has acted or has asked to act; those of today first, then the newest.

    A claim that was never handed in has no name yet, and is no record for its reader: it is its draft.
    """
    rows = db.execute(_own(actor).order_by(Representation.id.desc()).limit(MOST_SHOWN)).all()
    seen = [_seen(kept, person, actor.side_id) for kept, person in rows if not _is_bare(kept, person)]
    return sorted(seen, key=lambda one: not one.is_live)


def list_reaching(db: Session, actor: Actor, service_code: str) -> Sequence[Represented]:
    """For whom the actor may begin this service today, each person once: by what is proved before what is
    only said, then by the newest."""
    today = clock.today()
    reaching: dict[str | int, Represented] = {}
    for kept, person in db.execute(_own(actor).order_by(Representation.id.desc()).limit(MOST_SHOWN)).all():
        authority = authority_from(kept)
        if why_not_act("begin", "representative", authority, service_code, today) is not None:
            continue
        one = _seen(kept, person, actor.side_id)
        if one.name is None:
            continue
        key = one.number_index or one.id
        if key not in reaching or (one.is_proved and not reaching[key].is_proved):
            reaching[key] = one
    return sorted(reaching.values(), key=lambda one: not one.is_proved)


@dataclass(frozen=True)
class ActingNow:
    """For whom the reader of an application acts: the person as the application names them."""

    name: str | None
    relation: str


def acting_now(actor: Actor, application: Application) -> ActingNow | None:
    """None for the person themselves, whoever began it."""
    if application.acting != "proxy" or side_of(actor, application) != "representative":
        return None
    kept = application.representation
    return ActingNow(application.subject_name, kept.relation if kept is not None else "")


def acting_now_by_letter(db: Session, actor: Actor, notice_id: int) -> ActingNow | None:
    """The same of the application that a letter is about."""
    about = select(Application).join(NoticeRow, NoticeRow.application_id == Application.id)
    application = db.scalar(about.where(NoticeRow.id == notice_id))
    return acting_now(actor, application) if application is not None else None


def why_not_followed(actor: Actor, application: Application) -> Why | None:
    """Why the reader may not see any more where it stands, though they began it; None where they may."""
    side = side_of(actor, application)
    kept = application.representation
    if side != "representative" or kept is None:
        return None
    code, today = application.service_code, clock.today()
    return why_not_act("follow", side, authority_from(kept), code, today, is_hidden=application.is_hidden)


def find_by_application(db: Session, actor: Actor, reference: str) -> Represented | None:
    """The record by which the actor's side began an application; None where there is none of theirs."""
    wanted = select(Application.representation_id).where(
        Application.reference == "".join(reference.split()), Application.account_id == actor.side_id
    )
    found = db.scalar(wanted)
    return get_represented(db, actor, found) if found is not None else None


def get_represented(db: Session, actor: Actor, representation_id: int) -> Represented:
    """One record of the actor's side. Raises NotFound for another's."""
    row = db.execute(_own(actor).where(Representation.id == representation_id)).one_or_none()
    if row is None:
        raise NotFound("representation")
    return _seen(row[0], row[1], actor.side_id)


def _own(actor: Actor) -> Select[Representation, Person]:
    return (
        select(Representation, Person)
        .join(Person, Person.id == Representation.person_id)
        .where(Representation.account_id == actor.side_id)
    )


def _is_bare(kept: Representation, person: Person) -> bool:
    return kept.state == "claimed" and kept.agreed_at is None and not person.name


def _seen(kept: Representation, person: Person, side_id: int) -> Represented:
    is_known = person.claimed_by_id == side_id or kept.agreed_at is not None or kept.state == "active"
    standing = authority_from(kept).on(clock.today())
    return Represented(
        id=kept.id,
        name=(person.name or None) if is_known else None,
        number_index=person.id_number_index if is_known else None,
        relation=kept.relation,
        basis=authority_from(kept).basis,
        standing=standing,
        powers=tuple(kept.powers),
        services=None if kept.services is None else tuple(kept.services),
        from_on=kept.from_on,
        to_on=kept.to_on,
        is_proved=kept.state == "active",
        suspended_on=clock.shanghai(kept.suspended_at).date() if kept.suspended_at else None,
        suspended_for=kept.suspended_for,
        ended_on=clock.shanghai(kept.ended_at).date() if kept.ended_at else None,
        ended_by=kept.ended_by,
        ended_for=kept.ended_for,
        is_reported_dead=person.death_reported_at is not None,
    )
