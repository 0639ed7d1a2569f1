"""Appointments at home: asked for by the person or proposed by the unit, confirmed by the person in a way
that they allow, reminded of the day before, and begun as a visit. A liaison sees those given to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Region, Role, UnitKind
from portal.rules.appointments import fault_of_hour
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store.accounts import Account, StaffRole
from portal.store.appointments import Appointment
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.appointment_messages import CANCELLED, PROPOSED, REMINDED, tell_of_appointment
from portal.usecases.appointment_people import MAY_COME, list_of_the_dead, may_phone, needs_of_appointment
from portal.usecases.audit import record_event
from portal.usecases.calendar import morning_of
from portal.usecases.claims import get_seen
from portal.usecases.held_posts import is_held_today, may_work
from portal.usecases.staff_names import names_of
from portal.usecases.timers import drop_timers, set_timer
from portal.usecases.units import unit_for
from portal.usecases.visits import Begun, VisitorStanding, begin_visit

AppointmentRow = Appointment
"""A row as pages show it."""
OPEN: Final = ("asked", "proposed", "confirmed")
MOST_OPEN: Final = 5
"""Of one account at a time; ours."""
PAGE_ROWS: Final = 50
REMINDER: Final = "appointment_reminder"
ConfirmedWay = Literal["account", "slip", "phone", "counter", "message"]
"""How the person said yes: on their own page, with their slip, or to staff who note it."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: what is to be done, where, and when it suits them."""

    purpose: str
    address: str
    good_times: Sequence[str]


@dataclass(frozen=True)
class Hour:
    """A day and hour in Shanghai, who comes, and whether another time than the usual was agreed on."""

    starts_at: datetime
    officer_id: int
    is_agreed: bool = False


def ask_appointment(db: Session, actor: Actor, region: Region, place: str, wish: Wish) -> Appointment:
    """Somebody asks to be visited by the counter that serves ``place``. Raises Conflict ``too_many``."""
    db.execute(select(Account.id).where(Account.id == actor.side_id).with_for_update(key_share=True))
    counted = select(func.count()).where(Appointment.account_id == actor.side_id, Appointment.state.in_(OPEN))
    if (db.scalar(counted) or 0) >= MOST_OPEN:
        raise Conflict("too_many_appointments")
    unit = unit_for(db, UnitKind.TOWN_DESK, region, place)
    return _add(db, actor, unit.code, actor.side_id, wish, None)


def offer_appointment(db: Session, actor: Actor, reference: str, wish: Wish, hour: Hour) -> Appointment:
    """The unit proposes a visit for an application that stands at its post, with day and hour. Raises
    NotFound, and Invalid as ``propose``."""
    application = get_seen(db, actor, reference)
    if actor.unit_code is None:
        raise NotAllowed("counter_only")
    made = _add(db, actor, actor.unit_code, application.account_id, wish, application.id)
    propose_hour(db, actor, made.id, hour)
    return made


def propose_hour(db: Session, actor: Actor, appointment_id: int, hour: Hour) -> None:
    """Say when and who comes, or change it: then the person is asked anew.

    Raises Invalid (``starts_at``, ``officer``), Conflict for one that is over.
    """
    appointment = _of_unit(db, actor, appointment_id)
    refuse_ended(appointment)
    _refuse_dead(db, appointment)
    fault = fault_of_hour(
        clock.shanghai(hour.starts_at),
        clock.shanghai(clock.now()),
        appointment.good_times or needs_of_appointment(db, appointment).get("contact_times") or (),
        is_agreed=hour.is_agreed,
    )
    if fault is not None:
        raise Invalid({"starts_at": [FieldError(fault)]})
    if hour.officer_id not in {one for one, _name, _role in list_officers(db, actor)}:
        raise Invalid({"officer": [FieldError("choice_unknown")]})
    appointment.starts_at, appointment.officer_id = hour.starts_at, hour.officer_id
    appointment.state, appointment.proposal = "proposed", appointment.proposal + 1
    appointment.confirmed_at = appointment.confirmed_way = appointment.noted_by_id = None
    drop_timers(db, REMINDER, appointment.id)
    db.flush()
    record_appointment(db, actor, appointment, "appointment:propose", starts_at=hour.starts_at.isoformat())
    tell_of_appointment(db, appointment, PROPOSED, f"proposed-{appointment.proposal}")


def note_confirmation(db: Session, actor: Actor, appointment_id: int, way: ConfirmedWay) -> None:
    """Staff note the person's yes. Raises NotAllowed ``never_phone`` where nobody may telephone them."""
    appointment = _of_unit(db, actor, appointment_id)
    if way == "phone" and not may_phone(needs_of_appointment(db, appointment)):
        raise NotAllowed("never_phone")
    keep_confirmation(db, actor, appointment, way, authority="office")


def cancel_appointment(db: Session, actor: Actor, appointment_id: int, words: str) -> None:
    """The unit cannot come, and says why; the person is told."""
    appointment = _of_unit(db, actor, appointment_id)
    call_off_appointment(db, actor, appointment, "staff", words, authority="office")
    tell_of_appointment(db, appointment, CANCELLED, "cancelled")


def begin_home_visit(
    db: Session,
    actor: Actor,
    session_id: int,
    appointment_id: int,
    *,
    standing: VisitorStanding = "self",
) -> Begun:
    """Stand at the door: the appointment is done, and the visit begins. Nobody is visited unannounced: raises
    Conflict ``not_confirmed`` where the person has not said yes."""
    appointment = _of_unit(db, actor, appointment_id)
    if appointment.state != "confirmed":
        raise Conflict("not_confirmed", what=appointment.state)
    _refuse_dead(db, appointment)
    holder = appointment.account_id
    begun = begin_visit(
        db, actor, session_id, holder, channel="home_visit", standing=standing, identity_seen=None
    )
    appointment.state, appointment.ended_at, appointment.ended_by = "done", clock.now(), "staff"
    drop_timers(db, REMINDER, appointment.id)
    record_appointment(db, actor, appointment, "appointment:begin")
    return begun


def remind_of_appointment(db: Session, _region: Region, appointment_id: int) -> None:
    """The morning before: tell the person once more. One that was changed or cancelled is not reminded of."""
    appointment = db.get(Appointment, appointment_id)
    if appointment is None or appointment.state != "confirmed" or appointment.starts_at is None:
        return
    if clock.shanghai(appointment.starts_at).date() != clock.today() + timedelta(days=1):
        return
    if list_of_the_dead(db, [appointment]):
        return
    tell_of_appointment(db, appointment, REMINDED, f"reminder-{appointment.proposal}")
    record_appointment(db, SYSTEM, appointment, "appointment:remind")


def list_appointments(db: Session, actor: Actor, after: int = 0) -> tuple[Sequence[Appointment], int | None]:
    """What is open at the actor's counter, what waits for an hour first, then by hour; the offset of the next
    page. Of a liaison only what was given to them."""
    rows = db.scalars(
        select(Appointment)
        .where(*_ours(actor), Appointment.state.in_(OPEN))
        .order_by(Appointment.starts_at.is_not(None), Appointment.starts_at, Appointment.id)
        .offset(after)
        .limit(PAGE_ROWS + 1)
    ).all()
    return rows[:PAGE_ROWS], after + PAGE_ROWS if len(rows) > PAGE_ROWS else None


def list_called_off(db: Session, actor: Actor) -> Sequence[Appointment]:
    """Where somebody would go to an hour that lies ahead, and the person has said no since; by hour. Of a
    liaison only what was given to them."""
    said_no = (Appointment.state == "cancelled", Appointment.ended_by == "person")
    ahead = select(Appointment).where(*_ours(actor), *said_no, Appointment.starts_at > clock.now())
    return db.scalars(ahead.order_by(Appointment.starts_at, Appointment.id).limit(PAGE_ROWS)).all()


def get_appointment(db: Session, actor: Actor, appointment_id: int) -> Appointment:
    """One of the actor's counter, or given to this liaison. Raises NotFound."""
    return _of_unit(db, actor, appointment_id, lock=False)


def list_officers(db: Session, actor: Actor) -> Sequence[tuple[int, str, str]]:
    """(account, name, role) of who may come from the actor's counter today."""
    rows = db.execute(
        select(Account.id, StaffRole.role)
        .join(StaffRole, StaffRole.account_id == Account.id)
        .where(
            StaffRole.unit_code == actor.unit_code,
            StaffRole.role.in_(MAY_COME),
            is_held_today(),
            may_work(),
        )
        .order_by(StaffRole.role.desc(), StaffRole.id)
    ).all()
    names = names_of(db, [row.id for row in rows])
    return [(row.id, names[row.id], row.role) for row in rows]


def _add(
    db: Session, actor: Actor, unit_code: str, account_id: int, wish: Wish, application_id: int | None
) -> Appointment:
    appointment = Appointment(
        account_id=account_id,
        application_id=application_id,
        unit_code=unit_code,
        state="asked",
        good_times=list(wish.good_times),
        purpose=wish.purpose,
        address=wish.address or None,
        made_by_id=actor.signed_in_id,
        made_at=clock.now(),
    )
    db.add(appointment)
    db.flush()
    record_appointment(db, actor, appointment, "appointment:ask")
    return appointment


def keep_confirmation(
    db: Session, actor: Actor, appointment: Appointment, way: ConfirmedWay, *, authority: str
) -> None:
    """The person's yes to day and hour; twice is once. Raises Conflict ``not_proposed``, ``hour_is_over``."""
    if appointment.state == "confirmed":
        return
    if appointment.state != "proposed" or appointment.starts_at is None:
        raise Conflict("not_proposed", what=appointment.state)
    if appointment.starts_at <= clock.now():
        raise Conflict("hour_is_over", when=appointment.starts_at)
    appointment.state, appointment.confirmed_at = "confirmed", clock.now()
    appointment.confirmed_way = way
    appointment.noted_by_id = actor.account_id if actor.kind == "staff" else None
    day_before = clock.shanghai(appointment.starts_at).date() - timedelta(days=1)
    if day_before >= clock.today():
        due_at = max(morning_of(day_before), clock.now())
        set_timer(db, REMINDER, appointment.id, due_at, unique=str(appointment.proposal))
    record_appointment(db, actor, appointment, "appointment:confirm", authority=authority, way=way)


def call_off_appointment(
    db: Session,
    actor: Actor,
    appointment: Appointment,
    by: Literal["person", "staff"],
    words: str | None,
    *,
    authority: str,
) -> None:
    """It does not take place; twice is once. Raises Conflict ``appointment_is_over``."""
    if appointment.state == "cancelled":
        return
    refuse_ended(appointment)
    appointment.state, appointment.ended_at = "cancelled", clock.now()
    appointment.ended_by, appointment.end_words = by, words
    drop_timers(db, REMINDER, appointment.id)
    record_appointment(db, actor, appointment, "appointment:cancel", authority=authority, by=by)


def refuse_ended(appointment: Appointment) -> None:
    """Raises Conflict ``appointment_is_over`` for what was done or cancelled."""
    if appointment.state not in OPEN:
        raise Conflict("appointment_is_over", what=appointment.state, when=appointment.ended_at)


def _refuse_dead(db: Session, appointment: Appointment) -> None:
    """Nobody is visited or asked whose death was reported; once that is undone, all stands as before."""
    if list_of_the_dead(db, [appointment]):
        raise Conflict("person_died")


def _ours(actor: Actor) -> list[ColumnElement[bool]]:
    if actor.kind != "staff" or actor.unit_code is None or actor.role not in MAY_COME:
        return [false()]
    own = [Appointment.unit_code == actor.unit_code]
    return [*own, Appointment.officer_id == actor.account_id] if actor.role is Role.LIAISON else own


def _of_unit(db: Session, actor: Actor, appointment_id: int, *, lock: bool = True) -> Appointment:
    return _one(db, [Appointment.id == appointment_id, *_ours(actor)], lock=lock)


def _one(db: Session, wanted: list[ColumnElement[bool]], *, lock: bool) -> Appointment:
    query = select(Appointment).where(*wanted)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.scalar(query)
    if found is None:
        raise NotFound("appointment")
    return found


def record_appointment(
    db: Session, actor: Actor, appointment: Appointment, tag: str, *, authority: str = "", **more: str
) -> None:
    """Put on record in the account that it was arranged with; without ``authority`` by who the actor is."""
    record_event(
        db,
        actor,
        f"account:{appointment.account_id}",
        tag,
        authority=authority or actor.authority(),
        details={"appointment": appointment.id, "unit": appointment.unit_code, **more},
    )
