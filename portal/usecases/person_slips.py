"""本人联系单: the paper with a number and a code by which a person reaches what others do in their name.

One opens at a time for a person. It never goes through the hands of who acts: it goes to the person's own
account, telephone or mailbox, where nobody else has the same; else people of a unit bring it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.texts import Language, Text
from portal.rules.errors import Conflict, NotFound
from portal.rules.references import grouped, new_reference, new_slip_code, parse_reference, parse_slip_code
from portal.store.applications import Application
from portal.store.people import Person
from portal.store.voices import PersonSlip
from portal.usecases.access_needs import Written, needs_for, needs_of
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.alerts import signature_of
from portal.usecases.audit import record_event
from portal.usecases.definitions import get_definition
from portal.usecases.letter_post import address_lines
from portal.usecases.outbox import queue_message
from portal.usecases.own_accounts import find_own_account, has_contacts, keep_own_account
from portal.usecases.own_notices import is_to_be_told
from portal.usecases.own_ways import by_hand_for, own_ways
from portal.usecases.person_files import list_joined_files, standing_file
from portal.usecases.rates import Limit
from portal.usecases.regions import get_region
from portal.usecases.transitions import open_entry
from portal.usecases.turns import take_turn

Given = Literal["account", "sms", "mail", "post", "liaison", "counter", "home_visit"]
"""How a slip reached its person."""

OPENED = Limit("person_slip", 10, timedelta(hours=1))
"""Tries of one number; a code alone has 39.6 bits."""
MOST_WAITING = 100

NUMBER = Text(
    zh="有人替您办事。本人联系单的号码：{number}。查询码在另一条短信里。",
    easy="有人替您办事。联系单号码：{number}。查询码在另一条短信里。",
    en="Somebody applies for you. Your slip: {number}. Its code follows.",
)
CODE = Text(
    zh="本人联系单的查询码：{code}。到窗口、打电话、上网都能用。不要给别人。",
    easy="联系单的查询码：{code}。窗口、电话、上网都能用。不要给别人。",
    en="Code of your slip: {code}. Keep it to yourself.",
)
SUBJECT = Text(zh="本人联系单", en="Your own slip")


def make_slip(
    db: Session,
    actor: Actor,
    person: Person,
    way: Given,
    *,
    application: Application | None = None,
    unit_code: str | None = None,
) -> PersonSlip:
    """A new slip of a person; the one before opens nothing any more. At a counter it opens their own account.

    ``unit_code`` and ``application``: whose people bring it, and by what it is known where to.
    """
    take_turn(db, "person_slip", str(person.id))
    keep_own_account(db, person)
    now = clock.now()
    for before in list_live_slips(db, person):
        before.off_at = now
    db.flush()
    slip = PersonSlip(
        person_id=person.id,
        number=_free_number(db),
        code=new_slip_code(),
        given_way=way,
        made_by_id=actor.account_id,
        made_at=now,
        unit_code=unit_code,
        application_id=application.id if application is not None else None,
        given_at=now if unit_code is None else None,
    )
    db.add(slip)
    db.flush()
    record_slip(db, actor, slip, "person_slip:make", {"way": way})
    return slip


def give_slip(db: Session, application: Application, needs: Mapping[str, Any]) -> PersonSlip | None:
    """See that the person for whom somebody applies has a slip, brought past who acts; once for a person.

    None where they have one, where they sign in themselves, and where the person is not told
    (``own_notices``). ``needs`` is what was
    said about reaching the person, by meaning.
    """
    person = application.person
    own = find_own_account(person)
    definition = get_definition(db, application.definition_hash)
    if not is_to_be_told(db, application, definition) or find_live_slip(db, person.id) is not None:
        return None
    if own is not None and has_contacts(db, own):
        return None
    ways = own_ways(db, application, needs)
    if not ways:
        entry = open_entry(application)
        way: Given = "liaison" if "committee" in by_hand_for(needs) else "post"
        unit_code = entry.unit_code if entry is not None else None
        return make_slip(db, SYSTEM, person, way, application=application, unit_code=unit_code)
    channel, to = next(iter(ways.items()))
    slip = make_slip(db, SYSTEM, person, "sms" if channel == "sms" else "mail", application=application)
    _send(db, application, slip, channel, to, needs)
    return slip


def open_slip(db: Session, actor: Actor, number: str, code: str) -> PersonSlip:
    """For whoever has both numbers; on record. Count the try before (``OPENED``, by number).

    Raises NotFound, the same for a wrong number and a wrong code; Conflict ``slip_is_off`` for who has both
    of one that a newer one has replaced: they hold the paper, and must know that it opens nothing.
    """
    try:
        wanted, spoken = parse_reference(number), parse_slip_code(code)
    except FieldError as odd:
        raise NotFound("slip") from odd
    slip = db.scalar(select(PersonSlip).where(PersonSlip.number == wanted))
    if slip is None or not hmac.compare_digest(slip.code, spoken):
        raise NotFound("slip")
    if slip.off_at is not None:
        raise Conflict("slip_is_off", what="person_slip", when=slip.off_at)
    slip.used_at = clock.now()
    record_slip(db, actor, slip, "person_slip:open", {})
    return slip


def get_live_slip(db: Session, slip_id: int) -> PersonSlip:
    """One that was opened before. Raises NotFound once it is off."""
    slip = db.get(PersonSlip, slip_id)
    if slip is None or slip.off_at is not None:
        raise NotFound("slip")
    return slip


def person_of_slip(db: Session, slip_id: int) -> Person:
    """Whom a slip that was opened before reaches, in the file that stands. Raises NotFound once it is off."""
    return standing_file(db, db.get_one(Person, get_live_slip(db, slip_id).person_id))


def list_live_slips(db: Session, person: Person) -> Sequence[PersonSlip]:
    """Every slip that opens for a person now: two files that became one may have one each."""
    of_person = PersonSlip.person_id.in_(list_joined_files(db, [person]))
    return db.scalars(select(PersonSlip).where(of_person, PersonSlip.off_at.is_(None))).all()


def find_live_slip(db: Session, person_id: int) -> PersonSlip | None:
    """The slip that opens now."""
    return db.scalar(select(PersonSlip).where(PersonSlip.person_id == person_id, PersonSlip.off_at.is_(None)))


def list_waiting_slips(db: Session, actor: Actor) -> Sequence[PersonSlip]:
    """Slips that people of the actor's unit have to bring, oldest first."""
    of_unit = PersonSlip.unit_code == actor.unit_code if actor.kind == "staff" else false()
    waiting = (of_unit, PersonSlip.given_at.is_(None), PersonSlip.off_at.is_(None))
    return db.scalars(select(PersonSlip).where(*waiting).order_by(PersonSlip.id).limit(MOST_WAITING)).all()


def read_waiting_slip(db: Session, actor: Actor, slip_id: int) -> PersonSlip:
    """One of them, to be printed: on record. Raises NotFound, also for another unit's."""
    slip = _waiting(db, actor, slip_id)
    record_slip(db, actor, slip, "person_slip:print", {})
    return slip


def address_of(db: Session, slip: PersonSlip) -> tuple[str, ...]:
    """Where a slip is brought, as lines for an envelope; empty where it is handed over."""
    application = db.get(Application, slip.application_id) if slip.application_id is not None else None
    if application is None or slip.unit_code is None:
        return ()
    lines = address_lines(get_region(application.region), needs_for(db, application))
    return tuple(one for one in (application.subject_name, *lines) if one)


def way_of_writing_slip(db: Session, slip: PersonSlip) -> Written:
    """In which language and size a slip is written to its person."""
    application = db.get(Application, slip.application_id) if slip.application_id is not None else None
    person = db.get_one(Person, slip.person_id)
    needs = needs_for(db, application) if application is not None else needs_of(db, person)
    return Written(_language_of(needs), needs.get("contact_format") == "large")


def _language_of(needs: Mapping[str, Any]) -> Language:
    return "easy" if needs.get("contact_format") == "easy" else "zh"


def note_slip_given(db: Session, actor: Actor, slip_id: int) -> None:
    """It is on its way, or in the person's hands; twice is once. Raises NotFound."""
    slip = _waiting(db, actor, slip_id, lock=True)
    if slip.given_at is None:
        slip.given_at, slip.given_by_id = clock.now(), actor.signed_in_id
        record_slip(db, actor, slip, "person_slip:give", {"way": slip.given_way})


def record_slip(db: Session, actor: Actor, slip: PersonSlip, tag: str, details: Mapping[str, Any]) -> None:
    """What was done with a slip, in the stream of its person."""
    record_event(
        db,
        actor,
        f"person:{slip.person_id}",
        tag,
        person_id=slip.person_id,
        authority="office" if actor.kind == "staff" else "system" if actor.kind == "system" else "slip",
        details={"slip": slip.id, **details},
    )


def _waiting(db: Session, actor: Actor, slip_id: int, *, lock: bool = False) -> PersonSlip:
    if actor.kind != "staff" or actor.unit_code is None:
        raise NotFound("slip")
    query = select(PersonSlip).where(
        PersonSlip.id == slip_id, PersonSlip.unit_code == actor.unit_code, PersonSlip.off_at.is_(None)
    )
    slip = db.scalar(query.with_for_update() if lock else query)
    if slip is None:
        raise NotFound("slip")
    return slip


def _send(
    db: Session,
    application: Application,
    slip: PersonSlip,
    channel: str,
    to: str,
    needs: Mapping[str, Any],
) -> None:
    """Two text messages, so that no lock screen shows both numbers at once; or one letter by mail."""
    signature = signature_of(get_region(application.region))
    language = _language_of(needs)
    said = [
        NUMBER.say(language).replace("{number}", grouped(slip.number)),
        CODE.say(language).replace("{code}", grouped(slip.code)),
    ]
    bodies = [signature + one for one in said] if channel == "sms" else ["\n".join([*said, signature])]
    for part, body in enumerate(bodies, 1):
        queue_message(
            db,
            unique_key=f"person-slip-{slip.id}-{part}",
            channel=channel,
            to=to,
            subject=SUBJECT.say(language),
            body=body,
        )


def _free_number(db: Session) -> str:
    while True:
        number = new_reference()
        if db.scalar(select(PersonSlip.id).where(PersonSlip.number == number)) is None:
            return number
