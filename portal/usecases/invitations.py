"""Asking somebody to act for one, and asking somebody to be allowed to: open until it is answered.

Whoever makes one gets a code to read out, to print or to send. It opens nothing by itself: who types it must
also give their own name as the other side wrote it, reads what it gives, and says yes or no. Nobody learns
from it whether anybody has an account. An ``asked`` record opens nothing; without an account the person says
yes by their slip, at a counter, or when staff come to them (rules.md 5.7, 民法典 art. 165).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import birth_date
from portal.catalogue.model import Region
from portal.rules.acting import Power, day_of_age
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import new_invitation_code
from portal.store import blind_index
from portal.store.people import Person
from portal.store.representations import Invitation, Representation
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.alerts import tell_account
from portal.usecases.audit import record_event
from portal.usecases.invitation_messages import ASKED, OVER, WITHDRAWN
from portal.usecases.own_accounts import find_own_account
from portal.usecases.own_files import is_own_of
from portal.usecases.person_files import get_own_file
from portal.usecases.person_slips import open_slip
from portal.usecases.rates import Limit
from portal.usecases.standing import get_representation
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.turns import take_turn

INVITATION_LIFE: Final = timedelta(days=7)
"""How long a code that gives something is good. Ours: no law fixes it."""
ASK_LIFE: Final = timedelta(days=30)
"""How long an asked record waits for the person, who may have to be visited. Ours too."""
MOST_OPEN: Final = 10
"""Open ones of one account: more than a family needs."""
CODE_TRIED: Final = Limit("invitation_code", 15, timedelta(hours=1))
"""Codes typed by one account."""
SENT: Final = Limit("invitation_sent", 10, timedelta(hours=24))
"""Made by one account: each may be sent to a number that somebody typed."""
TIMER: Final = "invitation_over"

Way = Literal["web", "slip", "counter", "phone", "home_visit", "paper"]


@dataclass(frozen=True)
class Wanted:
    """What somebody is asked to do, or asks to be allowed to do."""

    relation: str
    """What the one who is to act is to the person, as the form of a service asks it."""
    agent_name: str
    powers: tuple[Power, ...]
    services: tuple[str, ...] | None
    """Codes; None for every service."""
    for_days: int | None
    """How long from the yes on; None until it is taken back."""


@dataclass(frozen=True)
class Offer:
    """What a yes gives, as whoever is asked reads it before they answer."""

    id: int
    is_invite: bool
    person_name: str | None
    agent_name: str
    relation: str
    powers: tuple[str, ...]
    services: tuple[str, ...] | None
    for_days: int | None
    expires_at: datetime


@dataclass(frozen=True)
class Made:
    """An invitation with its code, which is shown now and never again."""

    offer: Offer
    code: str


def invite(db: Session, actor: Actor, wanted: Wanted, *, own_name: str = "") -> Made:
    """The actor asks somebody to act for them. ``own_name`` names a file of one's own that has no name yet.

    Raises Conflict ``too_many_invitations``, and ``under_age`` for who is known to be under 18: a guardian
    acts for them (民法典 art. 17, 19, 27).
    """
    _refuse_many(db, actor)
    own = get_own_file(db, actor)
    if own.name is None and own_name and not own.is_proven:
        own.name = own_name
    born = birth_date(own.id_number or "")
    if born is not None and clock.today() < day_of_age(born):
        raise Conflict("under_age")
    return _make(db, actor, "invite", own, wanted, None)


def find_whom_to_ask(
    db: Session, actor: Actor, *, slip: tuple[str, str] | None, record_id: int | None
) -> Person | None:
    """Whom the actor means: by the number and code of the slip that they were shown, or by the record under
    which they act already; None for a person who is new here. Raises NotFound."""
    if slip is not None:
        try:
            return db.get_one(Person, open_slip(db, actor, *slip).person_id)
        except Conflict as off:
            raise NotFound("slip") from off  # that there is a newer one is the person's business
    if record_id is not None:
        return db.get_one(Person, get_representation(db, actor, record_id).person_id)
    return None


def ask_to_act(
    db: Session, actor: Actor, wanted: Wanted, region: Region, *, person: Person | None = None, name: str = ""
) -> Made:
    """The actor asks to act for somebody: for ``person``, whom they act for already or whose slip they were
    given, or else for a new file by this name. Where the person has an account, it is told.

    What only asks takes nothing away from what the actor might do before.
    """
    _refuse_many(db, actor)
    if person is None:
        person = Person(claimed_by_id=actor.side_id, is_self=False, name=name, created_at=clock.now())
        db.add(person)
        db.flush()
    holder = find_own_account(person)
    if holder == actor.side_id:
        raise Conflict("own_invitation")
    known = select(Representation).where(
        Representation.account_id == actor.side_id,
        Representation.person_id == person.id,
        Representation.state.in_(("asked", "claimed")),
    )
    kept = db.scalar(known.order_by(Representation.id.desc()).limit(1))
    if kept is None:
        kept = Representation(
            account_id=actor.side_id,
            person_id=person.id,
            relation=wanted.relation,
            powers=list(wanted.powers),
            services=_list(wanted.services),
            state="asked",
            from_on=clock.today(),
            created_at=clock.now(),
        )
        db.add(kept)
        db.flush()
    made = _make(db, actor, "ask", person, wanted, kept)
    if holder is not None:
        tell_account(db, region, holder, ASKED, unique=f"invitation-{made.offer.id}-asked")
    return made


def offer_of(db: Session, row: Invitation) -> Offer:
    """The same as it is read."""
    return Offer(
        id=row.id,
        is_invite=row.kind == "invite",
        person_name=db.get_one(Person, row.person_id).name,
        agent_name=row.agent_name,
        relation=row.relation,
        powers=tuple(row.powers),
        services=None if row.services is None else tuple(row.services),
        for_days=row.for_days,
        expires_at=row.expires_at,
    )


def list_asks(db: Session, person: Person) -> Sequence[Offer]:
    """Who asks to act for this person and waits for the answer, oldest first."""
    rows = select(Invitation).where(
        Invitation.person_id == person.id, Invitation.kind == "ask", Invitation.state == "open"
    )
    return [offer_of(db, one) for one in db.scalars(rows.order_by(Invitation.id)) if is_open(one)]


def list_asked_of(db: Session, actor: Actor) -> Sequence[Offer]:
    """Who asks to act for the actor and waits for the answer, oldest first."""
    rows = (
        select(Invitation)
        .join(Person, Person.id == Invitation.person_id)
        .where(
            is_own_of(actor.side_id),
            Invitation.kind == "ask",
            Invitation.state == "open",
        )
    )
    return [offer_of(db, one) for one in db.scalars(rows.order_by(Invitation.id)) if is_open(one)]


def get_asked_of(db: Session, actor: Actor, invitation_id: int) -> Offer:
    """One of them. Raises NotFound for another's, and for what is answered."""
    found = next((one for one in list_asked_of(db, actor) if one.id == invitation_id), None)
    if found is None:
        raise NotFound("invitation")
    return found


def list_made(db: Session, actor: Actor) -> Sequence[Offer]:
    """What the actor has asked and nobody has answered yet, oldest first."""
    own = select(Invitation).where(Invitation.made_by_id == actor.side_id, Invitation.state == "open")
    return [offer_of(db, one) for one in db.scalars(own.order_by(Invitation.id)) if is_open(one)]


def withdraw_invitation(db: Session, actor: Actor, invitation_id: int, region: Region) -> None:
    """Take back what one has asked. Raises NotFound for another's, Conflict once it is answered."""
    row = lock_open(db, invitation_id)
    if row.made_by_id != actor.side_id:
        raise NotFound("invitation")
    close(db, actor, row, "withdrawn", "web")
    drop_asked(db, row)
    holder = find_own_account(db.get_one(Person, row.person_id))
    if row.kind == "ask" and holder is not None:
        tell_account(db, region, holder, WITHDRAWN, unique=f"invitation-{row.id}-end")


def end_invitation(db: Session, region: Region, invitation_id: int) -> None:
    """Its time is over and nobody has answered: who made it is told (a timer)."""
    row = db.get(Invitation, invitation_id, with_for_update=True)
    if row is None or row.state != "open":
        return
    close(db, SYSTEM, row, "over", "system")
    drop_asked(db, row)
    tell_account(db, region, row.made_by_id, OVER, unique=f"invitation-{row.id}-end")


def _refuse_many(db: Session, actor: Actor) -> None:
    take_turn(db, "invitations", str(actor.side_id))
    counted = select(func.count()).select_from(Invitation)
    own = (Invitation.made_by_id == actor.side_id, Invitation.state == "open")
    if (db.scalar(counted.where(*own)) or 0) >= MOST_OPEN:
        raise Conflict("too_many_invitations")


def _make(
    db: Session, actor: Actor, kind: str, person: Person, wanted: Wanted, kept: Representation | None
) -> Made:
    code, now = new_invitation_code(), clock.now()
    row = Invitation(
        kind=kind,
        representation_id=kept.id if kept is not None else None,
        made_by_id=actor.side_id,
        person_id=person.id,
        relation=wanted.relation,
        agent_name=wanted.agent_name,
        powers=list(wanted.powers),
        services=_list(wanted.services),
        for_days=wanted.for_days,
        code_index=blind_index(db, "invitation", code),
        state="open",
        made_at=now,
        expires_at=now + (INVITATION_LIFE if kind == "invite" else ASK_LIFE),
    )
    db.add(row)
    db.flush()
    set_timer(db, TIMER, row.id, row.expires_at)
    _record(db, actor, row, "invitation:make", actor.side_id)
    return Made(offer_of(db, row), code)


def _list(services: tuple[str, ...] | None) -> list[str] | None:
    return None if services is None else list(services)


def is_open(row: Invitation) -> bool:
    """Whether it waits for its answer and its time is not over."""
    return row.state == "open" and clock.now() < row.expires_at


def lock_open(db: Session, invitation_id: int) -> Invitation:
    """The row, for who answers it or takes it back. Raises NotFound, Conflict ``invitation_answered``."""
    wanted = select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    row = db.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("invitation")
    if not is_open(row):
        raise Conflict("invitation_answered", when=row.answered_at)
    return row


def drop_asked(db: Session, row: Invitation) -> None:
    """What was only asked for comes to nothing; what could be done before goes on."""
    kept = db.get(Representation, row.representation_id) if row.representation_id else None
    if row.kind == "ask" and kept is not None and kept.state == "asked":
        kept.state, kept.ended_at, kept.ended_for = "ended", clock.now(), row.state
        kept.ended_by = {"declined": "person", "withdrawn": "representative"}.get(row.state, "system")


def close(db: Session, actor: Actor, row: Invitation, state: str, way: str) -> None:
    """It is answered, or over: on record with both sides."""
    row.state, row.answered_at, row.answered_way = state, clock.now(), way
    drop_timers(db, TIMER, row.id)
    db.flush()
    account_id = actor.behalf_of_id or actor.account_id
    _record(db, actor, row, f"invitation:{state}", row.made_by_id)
    if account_id not in (None, row.made_by_id) and actor.kind == "resident":
        _record(db, actor, row, f"invitation:{state}", actor.side_id)


def _record(db: Session, actor: Actor, row: Invitation, tag: str, account_id: int) -> None:
    details = {"invitation": row.id, "kind": row.kind, "way": row.answered_way}
    stream = f"account:{account_id}"
    authority = actor.authority()
    record_event(db, actor, stream, tag, person_id=row.person_id, authority=authority, details=details)
