"""Ratings (好差评) as the side of the applicant gives them: once for each stage, once more after mending.

A bad one becomes a task of the unit that was rated (rules.md 5.6); what the unit does is in ``rating_work``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition, Region
from portal.rules.deadlines import due
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.ratings import (
    ASPECTS,
    CONTACT_DAYS,
    GRADES,
    MEND_DAYS,
    Consent,
    Stage,
    is_bad,
    stage_of,
)
from portal.store.applications import Application, Slip
from portal.store.messages import NoticeRow
from portal.store.ratings import Rating
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_parameters
from portal.usecases.applications import definition_of, get_own
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import get_calendar
from portal.usecases.deliveries import INVITATION
from portal.usecases.notices import send_notice
from portal.usecases.tasks import TaskKind, open_task
from portal.usecases.transitions import authority_of, open_entry

LIMITS = ("rating_contact_days", "rating_mend_days")


ApplicationSeen = Application
"""A row as pages pass it on."""

BY_SLIP: Final = "slip"
"""The authority of whoever rates with reference and code of the slip, without an account."""


@dataclass(frozen=True)
class Given:
    """What somebody filled in; ``grade`` is one of ``rules.ratings.GRADES``."""

    grade: int
    consent: Consent
    aspects: Sequence[str] = ()
    words: str = ""


@dataclass(frozen=True)
class Offer:
    """What can be rated now, and whom that concerns."""

    stage: Stage
    unit_code: str
    follows: Rating | None = None
    """The bad rating that was mended, for a follow-up."""


def find_offer(db: Session, application: Application) -> Offer | None:
    """What the side of the applicant may rate now; None where nothing is left to rate, and after a death."""
    if application.person.death_reported_at is not None:
        return None
    given = ratings_of(db, application)
    followed = {one.follows_id for one in given}
    mended = [one for one in given if one.mended_at is not None and one.id not in followed]
    definition = definition_of(db, application)
    stage = stage_of(
        application.state,
        is_accepted=_is_accepted(application, definition),
        is_under_way=open_entry(application) is not None,
    )
    if stage is None:
        return None
    if mended:
        return Offer("follow_up", mended[0].unit_code, mended[0])
    if any(one.stage == stage for one in given):
        return None
    newest = application.entries[-1]
    return Offer(stage, newest.stand_in_unit or newest.unit_code)  # the federation answers for a hospital


def ratings_of(db: Session, application: Application) -> Sequence[Rating]:
    """What the side of the applicant has rated so far, oldest first."""
    rows = select(Rating).where(Rating.application_id == application.id).order_by(Rating.id)
    return db.scalars(rows).all()


def rate(db: Session, actor: Actor, reference: str, region: Region, stage: str, given: Given) -> Rating:
    """Keep a rating. Sent twice it is given once.

    Raises NotFound for another's application or a grade or aspect that does not exist, Conflict where that
    stage can no longer be rated.
    """
    application = get_own(db, actor, reference, "rate", lock=True)
    return _keep(db, actor, application, region, stage, given, authority_of(application))


def get_offer_by_slip(db: Session, actor: Actor, reference: str) -> tuple[Application, Offer | None]:
    """What whoever holds the slip may rate; its code was looked at before (``progress.look_up``).

    Raises NotFound where the slip was switched off, NotAllowed for staff: what they rate would be their own
    work.
    """
    application = _by_slip(db, actor, reference)
    return application, find_offer(db, application)


def rate_by_slip(
    db: Session, actor: Actor, reference: str, region: Region, stage: str, given: Given
) -> Rating:
    """As ``rate``, without an account: for whoever holds the slip. Raises also what ``get_offer_by_slip``
    raises."""
    application = _by_slip(db, actor, reference, lock=True)
    return _keep(db, actor, application, region, stage, given, BY_SLIP)


def _by_slip(db: Session, actor: Actor, reference: str, *, lock: bool = False) -> Application:
    if actor.kind not in ("visitor", "resident"):
        raise NotAllowed("staff_do_not_rate")
    query = (
        select(Application)
        .join(Slip, Slip.application_id == Application.id)
        .where(Application.reference == reference, Slip.is_off.is_(False))
    )
    application = db.scalar(query.with_for_update(of=Application) if lock else query)
    if application is None:
        raise NotFound("slip")
    return application


def _keep(
    db: Session,
    actor: Actor,
    application: Application,
    region: Region,
    stage: str,
    given: Given,
    authority: str,
) -> Rating:
    if given.grade not in GRADES or not set(given.aspects) <= set(ASPECTS):
        raise NotFound("rating")
    offer = find_offer(db, application)
    if offer is None or offer.stage != stage:
        earlier = [one for one in ratings_of(db, application) if one.stage == stage]
        if earlier:
            return earlier[-1]
        raise Conflict("rating_moved_on", what=application.state, when=application.changed_at)
    rating = Rating(
        application_id=application.id,
        unit_code=offer.unit_code,
        stage=stage,
        grade=given.grade,
        aspects=list(given.aspects) if is_bad(given.grade) else [],
        words=given.words or None,
        consent=given.consent,
        created_at=clock.now(),
        follows_id=offer.follows.id if offer.follows else None,
    )
    db.add(rating)
    db.flush()
    record_rating(db, actor, rating, "rating:make", authority)
    if is_bad(rating.grade) and offer.follows is None:
        _ask_to_mend(db, rating, region)
    return rating


def invite_to_rate(db: Session, application: Application, definition: Definition, unit_code: str) -> None:
    """Ask once, when everything is over; nobody has to answer. Never after a death (words.md 6)."""
    if application.person.death_reported_at is not None:
        return
    asked = select(NoticeRow.id).where(
        NoticeRow.application_id == application.id, NoticeRow.key == INVITATION
    )
    if db.scalar(asked.limit(1)) is None:
        send_notice(db, application, definition, INVITATION, {"unit": unit_code})


def limits(db: Session, region: Region) -> tuple[int, int, str]:
    """Days until somebody gets in touch and until it is mended, and where that stands."""
    found = find_parameters(db, region, LIMITS)
    contact_days, mend_days = (int(found[name].value) if name in found else None for name in LIMITS)
    source = next((found[name].source for name in LIMITS if name in found), "")
    return contact_days or CONTACT_DAYS, mend_days or MEND_DAYS, source


def _ask_to_mend(db: Session, rating: Rating, region: Region) -> None:
    contact_days, mend_days, _source = limits(db, region)
    rating.mend_due_on = _day(db, mend_days)
    if rating.consent == "contact":
        rating.contact_due_on = _day(db, contact_days)
        _open(db, rating, "rating_contact", rating.contact_due_on)
    _open(db, rating, "rating_mend", rating.mend_due_on)


def _open(db: Session, rating: Rating, kind: TaskKind, due_on: date) -> None:
    open_task(
        db,
        rating.application,
        kind,
        unit_code=rating.unit_code,
        about=str(rating.id),
        due_on=due_on,
        is_nameless=rating.consent == "unnamed",
    )


def _day(db: Session, days: int) -> date:
    return due(clock.today(), days, "calendar", (), get_calendar(db)).on


def _is_accepted(application: Application, definition: Definition) -> bool:
    """Whether the step of acceptance is over; where the service names none, the first step."""
    done = {one.step for one in application.entries if one.closed_at is not None}
    deemed = definition.service.deemed
    return deemed.step in done if deemed is not None else bool(done)


def record_rating(db: Session, actor: Actor, rating: Rating, tag: str, authority: str) -> None:
    """Without the grade; where nobody may know whose it is, away from the history of the application."""
    application = db.get_one(Application, rating.application_id)
    is_named = rating.consent != "unnamed"
    record_event(
        db,
        actor,
        stream_of(application) if is_named else f"rating:{rating.id}",
        tag,
        person_id=application.person_id if is_named else None,
        authority=authority,
        details={"rating": rating.id, "stage": rating.stage},
    )
