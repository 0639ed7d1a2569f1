"""Letters that people give by hand: what waits at a unit to be posted, told or handed over, and what was.

Only the unit that gives a letter sees it here, with what it needs for that: where to, and how not to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import false, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Definition, Region
from portal.letters import DELIVERY_WAYS
from portal.rules.errors import Conflict, Invalid, NotFound
from portal.rules.places import full_name
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.letters import Delivery, LetterFile
from portal.store.messages import NoticeRow
from portal.usecases.access_needs import Written, needs_for, written_to
from portal.usecases.actor import Actor
from portal.usecases.audit import record_office_event
from portal.usecases.definitions import get_definition
from portal.usecases.deliveries import ABOUT_A_DELIVERY
from portal.usecases.letter_files import AskedFile, as_asked
from portal.usecases.notices import NUMBERED, send_notice
from portal.usecases.regions import get_region
from portal.usecases.staff_names import name_of

ByHand = Literal["post", "desk", "committee", "phone"]
BY_HAND: tuple[ByHand, ...] = ("post", "desk", "committee", "phone")

PAGE_ROWS = 50


@dataclass(frozen=True)
class ListedLetter:
    """A letter to be given, as the list names it."""

    delivery: Delivery
    notice: NoticeRow
    application: Application
    definition: Definition


@dataclass(frozen=True)
class WaitingLetter(ListedLetter):
    """The same with what whoever gives it must know."""

    written: Written
    address: tuple[str, ...]
    phone: tuple[str, ...]  # the number, and who answers it where that is somebody else
    is_discreet: bool  # nobody at home and nobody next door may learn of it
    do_not: str  # what else must not be done, as the person wrote it
    file: AskedFile | None


@dataclass(frozen=True)
class WaitingPage:
    """One page of what waits at a unit; ``after`` is the cursor of the next, None on the last."""

    letters: tuple[ListedLetter, ...]
    after: int | None


def list_waiting_letters(db: Session, actor: Actor, after: int = 0, limit: int = PAGE_ROWS) -> WaitingPage:
    """What waits at the actor's unit, oldest first."""
    rows = db.execute(
        select(Delivery, NoticeRow, Application)
        .join(NoticeRow, NoticeRow.id == Delivery.notice_id)
        .join(Application, Application.id == NoticeRow.application_id)
        .where(*_of_unit(actor), Delivery.state == "waiting", Delivery.id > after)
        .order_by(Delivery.id)
        .limit(limit + 1)
    ).all()
    shown = tuple(
        ListedLetter(delivery, notice, application, get_definition(db, notice.definition_hash))
        for delivery, notice, application in rows[:limit]
    )
    return WaitingPage(shown, shown[-1].delivery.id if len(rows) > limit else None)


def get_waiting_letter(db: Session, actor: Actor, delivery_id: int) -> WaitingLetter:
    """One of them, given or not yet. Raises NotFound, also for another unit's."""
    return _waiting(db, _get(db, actor, delivery_id))


def read_letter(db: Session, actor: Actor, delivery_id: int) -> WaitingLetter:
    """The same to be printed or read out: whoever opens somebody's letter is on record. Raises NotFound."""
    found = get_waiting_letter(db, actor, delivery_id)
    _record(db, actor, found.application, "notice:print", {"notice": found.notice.key})
    return found


def record_delivery(
    db: Session, actor: Actor, delivery_id: int, *, way: ByHand, given_on: date, words: str
) -> Delivery:
    """Say that a letter was given: how, on which day, and what proves it (``words``, may be empty).

    A letter of decision is confirmed to the account (N13). Raises NotFound, Conflict when somebody was first,
    Invalid ``way`` when that way is another row of the same letter, ``given_on`` when the day cannot be.
    """
    delivery = _get(db, actor, delivery_id, lock=True)
    if delivery.state != "waiting":
        who = name_of(db, delivery.by_id)
        raise Conflict("letter_was_given", who=who, when=delivery.at)
    notice = delivery.notice
    _check(db, delivery, notice, way, given_on)
    application = db.get_one(Application, notice.application_id)
    delivery.way, delivery.given_on, delivery.proof = way, given_on, words or None
    delivery.state = "sent" if way == "post" else "delivered"
    delivery.at, delivery.by_id = clock.now(), actor.signed_in_id
    details = {"notice": notice.key, "way": way, "given_on": given_on.isoformat()}
    _record(db, actor, application, "notice:deliver", details)
    definition = get_definition(db, notice.definition_hash)
    if notice.key in NUMBERED and definition.notice(ABOUT_A_DELIVERY) is not None:
        facts = {"letter": _title(definition, notice), "delivered_on": given_on, "unit": actor.unit_code}
        ways = DELIVERY_WAYS[way].by_language()
        send_notice(db, application, definition, ABOUT_A_DELIVERY, {**facts, "delivered_way": ways})
    return delivery


def _check(db: Session, delivery: Delivery, notice: NoticeRow, way: ByHand, given_on: date) -> None:
    faults: dict[str, list[FieldError]] = {}
    other = select(Delivery.id).where(
        Delivery.notice_id == notice.id, Delivery.way == way, Delivery.id != delivery.id
    )
    if way not in BY_HAND or db.scalar(other) is not None:
        faults["way"] = [FieldError("choice_unknown")]
    if given_on > clock.today():
        faults["given_on"] = [FieldError("date_future")]
    elif given_on < clock.shanghai(notice.created_at).date():
        faults["given_on"] = [FieldError("date_past")]
    if faults:
        raise Invalid(faults)


def _title(definition: Definition, notice: NoticeRow) -> dict[str, str]:
    words = definition.notice(notice.key)
    if words is None:
        raise NotFound("notice")
    title = words.said_of(notice.facts).title
    return title.by_language()


def _of_unit(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.kind != "staff" or actor.unit_code is None:
        return [false()]
    return [Delivery.unit_code == actor.unit_code]


def _get(db: Session, actor: Actor, delivery_id: int, *, lock: bool = False) -> Delivery:
    wanted = select(Delivery).where(Delivery.id == delivery_id, *_of_unit(actor))
    delivery = db.scalar(wanted.with_for_update() if lock else wanted)
    if delivery is None:
        raise NotFound("delivery")
    return delivery


def _waiting(db: Session, delivery: Delivery) -> WaitingLetter:
    notice = delivery.notice
    application = db.get_one(Application, notice.application_id)
    needs = needs_for(db, application)
    file = db.scalar(
        select(LetterFile).where(LetterFile.notice_id == notice.id).order_by(LetterFile.id).limit(1)
    )
    return WaitingLetter(
        delivery=delivery,
        notice=notice,
        application=application,
        definition=get_definition(db, notice.definition_hash),
        written=written_to(db.get_one(Account, application.account_id), needs),
        address=address_lines(get_region(application.region), needs),
        phone=_phone(needs),
        is_discreet="others" in (needs.get("contact_do_not") or ()),
        do_not=str(needs.get("contact_do_not_note") or ""),
        file=as_asked(file) if file else None,
    )


def address_lines(region: Region, needs: Mapping[str, Any]) -> tuple[str, ...]:
    """Where the certificate is to be sent, else where the person lives; lines for an envelope."""
    if needs.get("delivery_way") == "post" and needs.get("delivery_address"):
        return (str(needs["delivery_address"]),)
    where = "living" if needs.get("living_place") else "hukou"
    place = needs.get(f"{where}_place") or {}
    named = full_name(region, str(place.get("code") or ""), "zh")
    lines = (named, str(place.get("written") or ""), str(needs.get(f"{where}_detail") or ""))
    return tuple(line for line in lines if line)


def _phone(needs: Mapping[str, Any]) -> tuple[str, ...]:
    if needs.get("phone_whose") == "via":
        told = (needs.get("phone_other"), needs.get("phone_other_name"))
    else:
        told = (needs.get("phone_own"), None)
    return tuple(str(one) for one in told if one)


def _record(
    db: Session, actor: Actor, application: Application, tag: str, details: Mapping[str, Any]
) -> None:
    record_office_event(db, actor, application, tag, details=details)
