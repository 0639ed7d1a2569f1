"""A visit at home as the person has a say in it: read it, agree, name other times, call it off.

With their own account, with nothing but their slip, or told to staff who read the slip: the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import Session

from portal.rules.errors import NotAllowed, NotFound
from portal.store.applications import Application
from portal.store.appointments import Appointment
from portal.store.people import Person
from portal.usecases.appointments import (
    OPEN,
    PAGE_ROWS,
    REMINDER,
    ConfirmedWay,
    call_off_appointment,
    keep_confirmation,
    record_appointment,
    refuse_ended,
)
from portal.usecases.own_accounts import find_own_account
from portal.usecases.own_files import is_own_of
from portal.usecases.person_slips import person_of_slip
from portal.usecases.standing import require_act, side_of
from portal.usecases.timers import drop_timers
from portal.usecases.transitions import authority_of
from portal.usecases.voices import Voice, Way

CONFIRMED_WAYS: Final[dict[Way, ConfirmedWay]] = {
    "web": "account",
    "slip": "slip",
    "counter": "counter",
    "phone": "phone",
    "home_visit": "counter",
}
"""How somebody said yes, by how they speak."""


def list_own_appointments(db: Session, voice: Voice) -> Sequence[Appointment]:
    """Those of the person who speaks, or of who acts for somebody: the open ones first, then the newest.
    Raises NotFound once the slip is off."""
    rows = db.scalars(
        select(Appointment)
        .where(_theirs(db, voice))
        .order_by(Appointment.state.not_in(OPEN), Appointment.id.desc())
        .limit(PAGE_ROWS)
    )
    return [one for one in rows if not _is_barred(db, voice, one)]


def get_own_appointment(db: Session, voice: Voice, appointment_id: int) -> Appointment:
    """One of them. Raises NotFound."""
    return _own(db, voice, appointment_id, lock=False)


def confirm_own_appointment(db: Session, voice: Voice, appointment_id: int) -> None:
    """Yes to day and hour; said twice it is said once. Raises NotFound, Conflict ``not_proposed``,
    ``hour_is_over``, NotAllowed for who may not act (any more)."""
    found = _own(db, voice, appointment_id)
    keep_confirmation(db, voice.by, found, CONFIRMED_WAYS[voice.way], authority=_authority(db, voice, found))


def cancel_own_appointment(db: Session, voice: Voice, appointment_id: int) -> None:
    """The person does not want it (any more); no reason is asked. Raises as ``confirm_own_appointment``, and
    Conflict ``appointment_is_over``."""
    found = _own(db, voice, appointment_id)
    call_off_appointment(db, voice.by, found, "person", None, authority=_authority(db, voice, found))


def wish_other_times(db: Session, voice: Voice, appointment_id: int, good_times: Sequence[str]) -> None:
    """Not then, but at these times: it waits for another day and hour. Said twice it is said once. Raises as
    ``cancel_own_appointment``."""
    found = _own(db, voice, appointment_id)
    refuse_ended(found)
    if found.state == "asked" and found.good_times == list(good_times):
        return
    found.state, found.good_times, found.starts_at = "asked", list(good_times), None
    found.confirmed_at = found.confirmed_way = found.noted_by_id = None
    drop_timers(db, REMINDER, found.id)
    record_appointment(db, voice.by, found, "appointment:other_times", authority=_authority(db, voice, found))


def _theirs(db: Session, voice: Voice) -> ColumnElement[bool]:
    """What was arranged for the person's applications, whoever made them, and in the person's own account."""
    if voice.slip_id is None:
        account_id: int | None = voice.actor.side_id
        people = select(Person.id).where(is_own_of(account_id))
    else:
        person = person_of_slip(db, voice.slip_id)
        account_id = find_own_account(person)
        people = select(Person.id).where(Person.id == person.id)
    about_them = select(Application.id).where(
        Application.person_id.in_(people), Application.acting == "proxy"
    )
    return Appointment.id.in_(  # united and not "or": each is found by its index
        union(
            select(Appointment.id).where(Appointment.account_id == account_id),
            select(Appointment.id).where(Appointment.application_id.in_(about_them)),
        )
    )


def _authority(db: Session, voice: Voice, found: Appointment) -> str:
    if voice.slip_id is not None or found.account_id != voice.actor.side_id:
        return voice.authority
    return (
        "self"
        if found.application_id is None
        else authority_of(db.get_one(Application, found.application_id))
    )


def _own(db: Session, voice: Voice, appointment_id: int, *, lock: bool = True) -> Appointment:
    query = select(Appointment).where(Appointment.id == appointment_id, _theirs(db, voice))
    locked = query.with_for_update().execution_options(populate_existing=True)
    found = db.scalar(locked if lock else query)
    if found is None:
        raise NotFound("appointment")
    _require_say(db, voice, found)
    return found


def _require_say(db: Session, voice: Voice, found: Appointment) -> None:
    """Whoever acts for somebody has a say as long as they may act. Raises NotAllowed ``authority_...``."""
    if found.application_id is None or voice.slip_id is not None:
        return
    application = db.get_one(Application, found.application_id)
    if side_of(voice.actor, application) == "representative":
        require_act(voice.actor, application, "write", "representative")


def _is_barred(db: Session, voice: Voice, found: Appointment) -> bool:
    try:
        _require_say(db, voice, found)
    except NotAllowed:
        return True
    return False
