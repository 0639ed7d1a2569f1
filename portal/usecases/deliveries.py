"""How each notice is given (送达): planned with the notice, noted when it arrives, a task when it does not.

The account always has it. Messages go out by themselves; what a person wished from people (a letter by post,
a call, the liaison) waits at a unit until somebody has done it (``letter_post``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import UnitKind
from portal.catalogue.texts import Language
from portal.rules.errors import NotFound
from portal.store.applications import Application
from portal.store.letters import Delivery
from portal.store.messages import Message, NoticeRow
from portal.store.units import UnitRow
from portal.usecases.letter_files import Form, queue_letter_file
from portal.usecases.regions import get_region
from portal.usecases.tasks import open_task
from portal.usecases.units import unit_for

BY_STAFF = {"phone": "phone", "post": "post", "liaison": "committee"}
"""Wishes of ``c_channels`` that people fulfil, and the way that each is."""

BARRED_BY = {"phone": "call", "post": "post"}
"""Ways, and the answer to ``contact_do_not`` that rules them out."""

ANOTHER_WAY = ("post", "phone", "committee")
"""What is taken where nobody answered: what can be kept and read again first."""

ABOUT_A_DELIVERY = "N13"
INVITATION = "N17"
NEVER_BY_HAND = frozenset({ABOUT_A_DELIVERY, INVITATION})
"""What says that a letter was given would have no end; and nobody is called to be asked for a rating."""

GIVING = (UnitKind.TOWN_DESK, UnitKind.COUNTY_FEDERATION, UnitKind.CITY_FEDERATION)
"""Units whose people post letters; for any other the county does."""


@dataclass(frozen=True)
class Given:
    """One way in which a letter is or was given, and how far that has come."""

    way: str
    state: Literal["waiting", "sent", "delivered", "failed"]
    at: datetime
    given_on: date | None


def plan_deliveries(
    db: Session,
    application: Application,
    notice: NoticeRow,
    channels: Collection[str],
    needs: Mapping[str, Any],
    language: Language,
    *,
    is_by_hand: bool,
    given: Collection[str],
    tried: Collection[str],
) -> list[str]:
    """Write down every way in which the notice is given; those besides ``channels``, which have a message
    in the outbox already, are given by hand and returned. Nothing is ``given`` by hand twice. Where the same
    was said before in the ways ``tried``, without an answer, one goes out in another way as well."""
    now = clock.now()
    by_hand = _by_hand(channels, needs) if is_by_hand and notice.key not in NEVER_BY_HAND else []
    if is_by_hand and tried and not {*channels, *by_hand} - set(tried):
        by_hand += _another_way(tried, needs)
    by_hand = [way for way in by_hand if way not in given]
    unit_code = _giving_unit(db, application, notice) if by_hand else None
    db.add(Delivery(notice_id=notice.id, way="account", state="sent", at=now))
    for way in [*channels, *by_hand]:
        giver = unit_code if way in by_hand else None
        db.add(Delivery(notice_id=notice.id, way=way, state="waiting", at=now, unit_code=giver))
    if "post" in by_hand:
        form: Form = "pdf_large" if needs.get("contact_format") == "large" else "pdf"
        queue_letter_file(db, notice, form, language)
    db.flush()
    return by_hand


def deliveries_of(db: Session, notice: NoticeRow) -> list[Given]:
    """Every way in which a notice is or was given, in the order in which it was planned."""
    rows = db.scalars(select(Delivery).where(Delivery.notice_id == notice.id).order_by(Delivery.id))
    return [Given(row.way, row.state, row.at, row.given_on) for row in rows]  # type: ignore[arg-type]


def list_ways(db: Session, notice_ids: Collection[int]) -> Sequence[str]:
    """In which ways some notices were given or are to be given, besides lying in the account."""
    ways = select(Delivery.way).where(Delivery.notice_id.in_(notice_ids), Delivery.way != "account")
    return db.scalars(ways.distinct()).all() if notice_ids else ()


def note_read(db: Session, notice: NoticeRow) -> None:
    """The account's owner has opened it: there it is delivered."""
    _note(db, notice.id, "account", "delivered")


def note_message(db: Session, message: Message) -> None:
    """A message of a notice has left, or failed for good: then people have to do it, and get a task."""
    if message.notice_id is None or message.state not in ("sent", "failed"):
        return
    _note(db, message.notice_id, message.channel, message.state)
    if message.state == "failed":
        open_delivery_task(db, db.get_one(NoticeRow, message.notice_id), message.channel)


def open_delivery_task(db: Session, notice: NoticeRow, about: str) -> None:
    """Ask the unit to reach the person in another way."""
    application = db.get_one(Application, notice.application_id)
    unit_code = _giving_unit(db, application, notice)
    if unit_code is not None:
        open_task(db, application, "delivery_failed", unit_code=unit_code, about=about, notice_id=notice.id)


def drop_deliveries(db: Session, application: Application) -> None:
    """Nobody is to be told any more: what still waits at a unit is forgotten."""
    waiting = db.scalars(
        select(Delivery)
        .join(NoticeRow, NoticeRow.id == Delivery.notice_id)
        .where(NoticeRow.application_id == application.id, Delivery.state == "waiting")
    )
    for delivery in waiting:
        db.delete(delivery)


def _note(db: Session, notice_id: int, way: str, state: str) -> None:
    delivery = db.scalar(select(Delivery).where(Delivery.notice_id == notice_id, Delivery.way == way))
    if delivery is not None:
        delivery.state, delivery.at = state, clock.now()


def _by_hand(channels: Collection[str], needs: Mapping[str, Any]) -> list[str]:
    """What was wished of people; where nothing at all would reach the person, a letter or a call."""
    barred = set(needs.get("contact_do_not") or ())
    wished = set(needs.get("contact_channels") or ())
    chosen = [way for wish, way in BY_STAFF.items() if wish in wished and BARRED_BY.get(way) not in barred]
    if chosen or channels:
        return chosen
    return [way for way in ("post", "phone") if BARRED_BY[way] not in barred][:1]


def _another_way(tried: Collection[str], needs: Mapping[str, Any]) -> list[str]:
    """One more way that people take, which was not tried and which the person did not rule out."""
    barred = set(needs.get("contact_do_not") or ())
    left = [way for way in ANOTHER_WAY if way not in tried and BARRED_BY.get(way) not in barred]
    return left[:1]


def _giving_unit(db: Session, application: Application, notice: NoticeRow) -> str | None:
    """Whose people give it: the unit that says it, or the county where the application was handed in."""
    row = db.get(UnitRow, notice.facts["unit"].get("code") or "")
    if row is not None and row.kind in GIVING:
        return row.code
    region = get_region(application.region)
    place = application.acceptance_county or application.county or region.default_place
    try:
        return unit_for(db, UnitKind.COUNTY_FEDERATION, region, place).code
    except NotFound:
        return None
