"""Death mid-way: the applications of the person end, nothing more is sent to them; a wrong report is undone.

A representative is told in writing, the dead person's own account is not (words.md 6). Any counter undoes a
wrong report at once, on whatever day the living person comes: everything goes on where it stood, and the days
in between are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.rules.errors import NotFound
from portal.rules.states import may
from portal.store.applications import Application
from portal.store.deaths import Death
from portal.store.messages import Message, NoticeRow
from portal.store.people import Person
from portal.usecases.access_needs import get_person_acted_for
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, open_correction
from portal.usecases.audit import record_event, stream_of
from portal.usecases.claims import get_seen
from portal.usecases.deliveries import drop_deliveries
from portal.usecases.notices import send_notice
from portal.usecases.regions import get_region
from portal.usecases.representations import suspend_for_death
from portal.usecases.staff_names import name_of
from portal.usecases.standing import get_representation
from portal.usecases.tasks import drop_tasks, open_task
from portal.usecases.timers import drop_timers
from portal.usecases.transitions import close_entry, move, open_entry
from portal.usecases.turns import take_turn

SOURCES: Final = ("register", "document", "family", "village", "other")
"""On whose word a death is reported."""
DIED: Final = "ended"
"""The outcome of the step at which an application stood."""


FAMILY_TASK: Final = "family_death"
"""What staff have to look at when the family says it."""


@dataclass(frozen=True)
class _Told:
    """Who said it, on what, and by which application or record."""

    actor: Actor
    source: str
    died_on: date | None
    words: str
    application_id: int | None = None
    representation_id: int | None = None


@dataclass(frozen=True)
class DeathReport:
    """What the page of an application says of it."""

    died_on: date | None
    source: str
    words: str
    reported_by: str
    reported_on: date


def report_death(
    db: Session, actor: Actor, reference: str, *, source: str, died_on: date | None = None, words: str = ""
) -> None:
    """End what is under way for the person of this application. Reported twice it is reported once.

    Raises NotFound for another post's application and for an unknown source.
    """
    application = get_seen(db, actor, reference, lock=True)
    if source not in SOURCES:
        raise NotFound("source")
    take_turn(db, "person", str(application.person_id))
    drop_tasks(db, application, "staff_check", FAMILY_TASK, why="done_elsewhere")
    told = _Told(actor, source, died_on, words, application_id=application.id)
    for person in files_of(db, application.person):
        known = find_death(db, person.id)
        since = known.reported_at if known is not None else None
        if known is None:
            _note(db, person, told)
        ended = [
            one
            for one in applications_of(db, person)
            if may(one.state, "end") and (since is None or one.created_at <= since)
        ]
        if known is None or ended:
            record_death(db, actor, stream_of(application), person, "person:report_death", source)
        for one in ended:
            _end(db, actor, one)
        told_ids = {one.account_id for one in ended if one.acting == "proxy"}
        suspend_for_death(db, actor, get_region(application.region), person, told_ids)


def report_death_in_family(
    db: Session, actor: Actor, representation_id: int, *, died_on: date | None = None, words: str = ""
) -> Person:
    """Who acts for somebody says that they have died: from this moment nothing reminds, asks or offers. What
    is under way ends when staff have looked (rules.md 11.2 no. 9): they get a task. Said
    twice it is said once.

    Raises NotFound for another's record, NotAllowed ``authority_...`` where nothing is done by it.
    """
    person = get_person_acted_for(db, actor, representation_id)
    take_turn(db, "person", str(person.id))
    told = _Told(actor, "family", died_on, words, representation_id=representation_id)
    for one in files_of(db, person):
        if find_death(db, one.id) is not None:
            continue
        _note(db, one, told)
        record_death(db, actor, f"account:{actor.side_id}", one, "person:report_death", "family")
        for application in applications_of(db, one):
            entry = open_entry(application)
            if entry is not None:
                to = entry.unit_code
                open_task(db, application, "staff_check", unit_code=to, about=FAMILY_TASK, is_at_once=True)
    return person


def is_known_as_dead(db: Session, actor: Actor, representation_id: int) -> bool:
    """Whether the death of the person of the actor's own record was reported already. Raises NotFound."""
    kept = get_representation(db, actor, representation_id)
    return db.get_one(Person, kept.person_id).death_reported_at is not None


def find_death(db: Session, person_id: int) -> Death | None:
    """The report that stands; None for the living."""
    return db.scalar(select(Death).where(Death.person_id == person_id, Death.undone_at.is_(None)))


def find_death_report(db: Session, application: Application) -> DeathReport | None:
    """The report that stands, as staff read it on the page of an application."""
    found = find_death(db, application.person_id)
    if found is None:
        return None
    return DeathReport(
        died_on=date.fromisoformat(found.died_on) if found.died_on else None,
        source=found.source,
        words=found.words or "",
        reported_by=name_of(db, found.reported_by_id) or "",
        reported_on=clock.shanghai(found.reported_at).date(),
    )


def files_of(db: Session, person: Person) -> Sequence[Person]:
    """Every file of a person: theirs; of somebody proven also the other proven files with the same number."""
    if not person.is_proven or person.id_number_index is None:
        return [person]
    same = select(Person).where(Person.id_number_index == person.id_number_index, Person.is_proven.is_(True))
    return db.scalars(same.order_by(Person.id)).all()


def _note(db: Session, person: Person, told: _Told) -> None:
    """From now on nothing is sent or offered to the person, and what waited to be sent is not; nobody calls
    them about a rating."""
    person.death_reported_at = clock.now()
    db.add(
        Death(
            person_id=person.id,
            application_id=told.application_id,
            representation_id=told.representation_id,
            died_on=told.died_on.isoformat() if told.died_on else None,
            source=told.source,
            words=told.words or None,
            reported_by_id=told.actor.signed_in_id,
            reported_at=clock.now(),
        )
    )
    db.flush()
    _drop_messages(db, person)
    for application in applications_of(db, person):
        drop_tasks(db, application, "rating_contact", why="died")


def applications_of(db: Session, person: Person) -> Iterable[Application]:
    """Every application for the person of this file, held until the transaction is over."""
    own = select(Application).where(Application.person_id == person.id).order_by(Application.id)
    return db.scalars(own.with_for_update()).all()


def _end(db: Session, actor: Actor, application: Application) -> None:
    correction = open_correction(db, application)
    if correction is not None:
        correction.ended_at = clock.now()
        drop_timers(db, "correction_due", correction.id)
    entry = open_entry(application)
    if entry is not None:
        close_entry(db, entry, DIED)
    drop_tasks(db, application, why="died")
    drop_deliveries(db, application)
    move(db, actor, application, "end", details={"reason": "death"})
    if application.acting == "proxy":
        facts = {"ended_on": clock.today(), "is_death": True}
        send_notice(db, application, definition_of(db, application), "N18", facts)


def _drop_messages(db: Session, person: Person) -> None:
    """What waits to be sent: everything to the dead person's own account, of others' what is about them."""
    about = select(NoticeRow.id).join(Application).where(Application.person_id == person.id)
    unwanted: list[ColumnElement[bool]] = [Message.notice_id.in_(about)]
    if person.is_self:
        unwanted.append(Message.account_id == person.claimed_by_id)
    db.execute(
        update(Message)
        .where(Message.state == "queued", Message.is_quiet_exempt.is_(False), or_(*unwanted))
        .values(state="failed", leased_until=None, last_error="no longer wanted")
        .execution_options(synchronize_session=False)
    )


def record_death(db: Session, actor: Actor, stream: str, person: Person, tag: str, source: str) -> None:
    """That a death was reported, or that a report was wrong."""
    authority = "office" if actor.kind == "staff" else "family"
    record_event(db, actor, stream, tag, person_id=person.id, authority=authority, details={"source": source})
