"""When a unit closes, what lies open there goes to another one of its kind: in small batches, each
application with a line in its history and a word to whoever applied. Nobody there has it in hand yet.

Once more the next morning: what came in the very moment of the closing is then brought along too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, selectinload

from portal import clock
from portal.catalogue.model import Region
from portal.catalogue.texts import Text
from portal.store.amendments import Amendment
from portal.store.applications import Application, StepEntry
from portal.store.consultations import Consultation
from portal.store.extensions import Extension
from portal.store.inspections import InspectionRemark
from portal.store.letters import Delivery
from portal.store.public_notices import NoticeWaiver, PublicNotice
from portal.store.ratings import Rating
from portal.store.rechecks import Recheck
from portal.store.recusals import Recusal
from portal.store.second_persons import ProposedDecision
from portal.store.tasks import Task
from portal.store.units import UnitRow
from portal.usecases.actor import SYSTEM
from portal.usecases.alerts import tell_account
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import morning_after
from portal.usecases.heads import tell_heads
from portal.usecases.held_posts import holds_post
from portal.usecases.timers import set_timer
from portal.usecases.transitions import open_entry
from portal.usecases.units import acting_unit, get_unit

TIMER: Final = "unit_closing"
BATCH: Final = 100
"""Applications brought along in one transaction, so that nobody waits long for a lock."""


def begin_closing(db: Session, amendment: Amendment) -> None:
    """Have the worker bring along what lies at the unit of a closing that has just taken effect."""
    set_timer(db, TIMER, amendment.id, clock.now(), unique="first")
    set_timer(db, TIMER, amendment.id, morning_after(clock.today()), unique="next-morning")


def bring_along(db: Session, region: Region, amendment_id: int) -> None:
    """Bring the next open applications of the closed unit to its heir, and leave a timer for those after
    them. Doing it twice does no harm."""
    amendment = db.get(Amendment, amendment_id)
    if amendment is None or amendment.effective_at is None:
        return
    closed = get_unit(db, amendment.subject)
    heir = acting_unit(db, closed.code)
    if heir.code == closed.code:
        return
    _bring_what_waits(db, closed, heir)
    applications = _next_open(db, closed.code)
    for application in applications:
        _bring(db, region, application, closed, heir)
    if applications:
        _tell_heads(db, closed, heir, len(applications))
    if len(applications) == BATCH:
        set_timer(db, TIMER, amendment.id, clock.now(), unique=f"after-{applications[-1].id}")


def _next_open(db: Session, code: str) -> Sequence[Application]:
    """Locked all at once and in order, so that this and an officer never wait for each other."""
    standing = or_(StepEntry.unit_code == code, StepEntry.stand_in_unit == code)
    there = select(StepEntry.application_id).where(standing, StepEntry.closed_at.is_(None))
    return db.scalars(
        select(Application)
        .where(Application.id.in_(there))
        .options(selectinload(Application.entries))
        .order_by(Application.id)
        .limit(BATCH)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _bring(db: Session, region: Region, application: Application, closed: UnitRow, heir: UnitRow) -> None:
    entry = open_entry(application)
    if entry is None:
        return
    if entry.stand_in_unit == closed.code:
        entry.stand_in_unit = heir.code
    if entry.unit_code == closed.code:
        entry.unit_code, entry.county = heir.code, heir.county
        _tell_applicant(db, region, application, entry, heir)
    holder = entry.claimed_by_id
    if holder is not None and not holds_post(db, holder, entry.unit_code, entry.role):
        entry.claimed_by_id = entry.claimed_at = None
    record_event(
        db,
        SYSTEM,
        stream_of(application),
        "application:move_unit",
        person_id=application.person_id,
        authority="system",
        details={"step": entry.step, "from": closed.code, "to": heir.code},
    )


def _tell_applicant(
    db: Session, region: Region, application: Application, entry: StepEntry, heir: UnitRow
) -> None:
    name = Text.model_validate(heir.names)
    text = Text(
        zh=f"您的申请改由{name.say('zh')}办理，最晚办完的日子不变。",
        easy=f"您的申请，换{name.say('easy')}来办。办好的日子不变。",
        en=f"Your application is now with {name.say('en')}. Its due day stays.",
    )
    tell_account(db, region, application.account_id, text, unique=f"unit-{entry.id}-{heir.code}")


def _tell_heads(db: Session, closed: UnitRow, heir: UnitRow, count: int) -> None:
    tell_heads(
        db,
        heir.code,
        topic=f"unit-{closed.code}-closed",
        subject=f"有{count}件申请转到您的单位",
        body=f"{closed.names['zh']}停用了，有{count}件申请转到您的单位，现在没有人领取。\n"
        f"{count} application(s) of a closed unit were moved to yours.\n",
    )


def _bring_what_waits(db: Session, closed: UnitRow, heir: UnitRow) -> None:
    """Everything else that somebody of the unit still has to do or to answer."""
    db.execute(
        update(Task)
        .where(Task.unit_code == closed.code, Task.state == "open")
        .values(unit_code=heir.code, county=heir.county)
    )
    asking = (Consultation.asked_unit == closed.code, Consultation.is_open.is_(True))
    db.execute(update(Consultation).where(*asking).values(asked_unit=heir.code))
    for table, is_waiting in _WAITING:
        db.execute(
            update(table).where(table.unit_code == closed.code, is_waiting).values(unit_code=heir.code)
        )


_WAITING: Final[tuple[tuple[Any, Any], ...]] = (
    (Consultation, Consultation.is_open.is_(True)),
    (Delivery, Delivery.state == "waiting"),
    (Extension, Extension.decided_at.is_(None)),
    (InspectionRemark, InspectionRemark.answered_at.is_(None)),
    (NoticeWaiver, NoticeWaiver.answered_at.is_(None)),
    (ProposedDecision, ProposedDecision.answered_at.is_(None)),
    (PublicNotice, PublicNotice.ended_at.is_(None)),
    (Rating, Rating.mend_due_on.is_not(None) & Rating.mended_at.is_(None)),
    (Recheck, Recheck.checked_at.is_(None)),
    (Recusal, Recusal.noted_at.is_(None)),
)
"""Rows with the unit in ``unit_code``, and when they wait for it; what is over keeps its unit."""
