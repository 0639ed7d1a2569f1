"""Benefits that people get: granted and changed by decisions, shown to their holder and to whoever decides.

Moving money is not ours: what is kept is who gets what, from which month to which, and who decided it. One
row is one amount over one time; a change ends it and begins another, so that the history stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Benefit, Region
from portal.rules.benefits import (
    REVIEW_MONTHS,
    back_pay,
    month_of,
    rests_on_certificate,
    review_days,
    start_month,
)
from portal.rules.calendar import months_on
from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.store.benefits import BenefitRow
from portal.store.people import Person
from portal.usecases.actor import Actor
from portal.usecases.amounts import find_number
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import morning_of
from portal.usecases.definitions import get_definition
from portal.usecases.tasks import drop_tasks, open_task
from portal.usecases.timers import set_timer
from portal.usecases.transitions import authority_for
from portal.usecases.turns import take_turn

OfCard = Literal["certificate_cancelled", "certificate_restored", "certificate_moved", "certificate_changed"]
Flag = OfCard | Literal["certificate_frozen", "review_unanswered"]
"""What happened to the certificate that a benefit rests on; or that nobody answered at its review."""

REVIEW_TIMER: Final = "benefit_review"
REVIEW_PARAMETER: Final = "benefit_review_months"
"""After how many months a benefit is looked at again, where the region says so."""


@dataclass(frozen=True)
class Paid:
    """What a decision brings about: the row that holds now, and what is paid afterwards for months that are
    over, in fen."""

    row: BenefitRow
    owed: int = 0


def grant_benefit(
    db: Session,
    actor: Actor,
    application: Application,
    benefit: Benefit,
    region: Region,
    *,
    amount: int | None,
    group: str | None,
    year: int | None,
) -> Paid:
    """Give a benefit to the person whom the application is for. ``amount`` is in fen, None where it is no
    money. A monthly one begins as the region's rule says (``rules.benefits.start_month``), and never in a
    month that was paid already.

    Raises Conflict ``has_benefit`` where a monthly one runs already, or it was given for this year.
    """
    today = clock.today()
    _take_turn(db, application.person)
    if _is_given(db, application.person, benefit, year):
        raise Conflict("has_benefit")
    from_month = None
    if benefit.period == "month":
        from_month = start_month(benefit.start, application.submitted_on or today, today)
        over = _last_month_given(db, application.person, benefit.code)
        from_month = max(from_month, months_on(over, 1)) if over is not None else from_month
    row = _new_row(db, actor, application, benefit, region, amount, from_month)
    row.group_code, row.year = group, year
    _keep(db, row)
    _record(db, actor, application, row, "benefit:grant")
    return Paid(row, back_pay(amount, from_month, today) if amount and from_month else 0)


def continue_benefit(
    db: Session, actor: Actor, application: Application, benefit: Benefit, region: Region
) -> Paid:
    """It goes on as it is, and is looked at again later. One from before this portal is noted."""
    row = find_running(db, application.person, benefit.code)
    if row is None:
        row = _new_row(db, actor, application, benefit, region, None, None)
        db.add(row)
    row.review_on = _review_on(db, region, benefit)
    settle_flag(db, row)
    _set_reviews(db, row)
    _record(db, actor, application, row, "benefit:continue")
    return Paid(row)


def change_benefit(
    db: Session,
    actor: Actor,
    application: Application,
    benefit: Benefit,
    region: Region,
    *,
    amount: int,
    from_month: date,
) -> Paid:
    """Another amount in fen from a month on; the row before ends with the month before."""
    before = find_running(db, application.person, benefit.code)
    paid_before = (before.amount or 0) if before is not None else amount
    if before is not None:
        from_month = max(from_month, before.from_on or from_month)
        _end(db, before, application, "ended", months_on(from_month, -1))
    row = _new_row(db, actor, application, benefit, region, amount, from_month)
    row.group_code = before.group_code if before is not None else None
    _keep(db, row)
    _record(db, actor, application, row, "benefit:change")
    return Paid(row, back_pay(amount, from_month, clock.today(), paid_before))


def stop_benefit(
    db: Session, actor: Actor, application: Application, benefit: Benefit, region: Region, *, without: date
) -> Paid:
    """It is given for the last time in the month before ``without``. It may be restored."""
    row = find_running(db, application.person, benefit.code)
    if row is None:
        row = _new_row(db, actor, application, benefit, region, None, None)
        row.state, row.to_on, row.review_on = "stopped", months_on(without, -1), None
        db.add(row)
    _end(db, row, application, "stopped", months_on(without, -1))
    _record(db, actor, application, row, "benefit:stop")
    return Paid(row)


def end_benefit(db: Session, actor: Actor, application: Application, row: BenefitRow, last: date) -> None:
    """It was given for the last time in the month ``last``, as was decided before."""
    _end(db, row, application, "ended", last)
    _record(db, actor, application, row, "benefit:end")


def restore_benefit(
    db: Session,
    actor: Actor,
    application: Application,
    benefit: Benefit,
    region: Region,
    *,
    from_month: date | None,
    amount: int | None,
) -> Paid:
    """What was stopped is given again, from the first month without it unless another is named; the months
    that are over are paid afterwards (rules.md 3.4). One that was stopped before this portal needs both the
    month and the amount.

    Raises Conflict ``has_benefit`` where it runs, ``no_benefit`` where nothing is known to have been stopped.
    """
    if find_running(db, application.person, benefit.code) is not None:
        raise Conflict("has_benefit")
    stopped = _newest(db, application.person, benefit.code, "stopped")
    first = months_on(stopped.to_on, 1) if stopped is not None and stopped.to_on else from_month
    given = stopped.amount if stopped is not None and amount is None else amount
    if first is None or (stopped is None and given is None):
        raise Conflict("no_benefit")
    begins = max(from_month or first, first)
    row = _new_row(db, actor, application, benefit, region, given, begins)
    if stopped is not None:
        stopped.state, stopped.changed_by_id = "ended", application.id
        row.group_code, row.fading = stopped.group_code, stopped.fading
    _keep(db, row)
    _record(db, actor, application, row, "benefit:restore")
    return Paid(row, back_pay(given or 0, begins, clock.today()))


def flag_benefits(db: Session, application: Application, region: Region, flag: Flag) -> None:
    """The certificate of a person has changed: whoever decides on the benefits that rest on it looks at them.
    Nothing stops by itself (rules.md BT-03)."""
    for row in rows_of(db, application.person, "granted"):
        benefit = region.benefit(row.code)
        granting = db.get_one(Application, row.application_id)
        service = get_definition(db, granting.definition_hash).service
        if row.period != "month" or not rests_on_certificate(service, [benefit] if benefit else []):
            continue
        row.flag, row.flagged_on = flag, clock.today()
        open_task(db, granting, "benefit", unit_code=row.unit_code, about=str(row.id))


def find_running(db: Session, person: Person, code: str) -> BenefitRow | None:
    """The row of a benefit that runs. Whoever is about to change it waits for others who do."""
    _take_turn(db, person)
    return _newest(db, person, code, "granted")


def _new_row(
    db: Session,
    actor: Actor,
    application: Application,
    benefit: Benefit,
    region: Region,
    amount: int | None,
    from_month: date | None,
) -> BenefitRow:
    person = application.person
    entry = application.entries[-1] if application.entries else None
    return BenefitRow(
        person_id=person.id,
        holder_name=application.subject_name or person.name or "",
        holder_index=person.id_number_index,
        region=region.code,
        county=application.county or "",
        unit_code=actor.unit_code or (entry.unit_code if entry else ""),
        service_code=benefit.service,
        code=benefit.code,
        period=benefit.period,
        amount=amount,
        from_on=from_month,
        state="granted",
        decided_on=clock.today(),
        review_on=_review_on(db, region, benefit),
        application_id=application.id,
        created_at=clock.now(),
    )


def _keep(db: Session, row: BenefitRow) -> None:
    """Add a row that runs, with the reminders of its review."""
    db.add(row)
    db.flush()
    _set_reviews(db, row)


def _set_reviews(db: Session, row: BenefitRow) -> None:
    """Remind of the next review, as far as the days for it are to come."""
    if row.review_on is None:
        return
    days = review_days(row.review_on)
    for day in (days.first_on, days.second_on, days.contact_on):
        if day > clock.today():
            set_timer(db, REVIEW_TIMER, row.id, morning_of(day), unique=day.isoformat())


def _review_on(db: Session, region: Region, benefit: Benefit) -> date | None:
    if benefit.period != "month":
        return None
    months = find_number(db, region, REVIEW_PARAMETER) or REVIEW_MONTHS
    return months_on(month_of(clock.today()), months)


def _end(
    db: Session, row: BenefitRow, application: Application, state: Literal["stopped", "ended"], last: date
) -> None:
    row.state, row.to_on, row.changed_by_id, row.review_on = state, last, application.id, None
    settle_flag(db, row)


def settle_flag(db: Session, row: BenefitRow) -> None:
    """Somebody has looked at it: nobody has to any more."""
    row.flag = row.flagged_on = None
    db.flush()
    granting = db.get_one(Application, row.application_id)
    drop_tasks(db, granting, "benefit", str(row.id), why="done_elsewhere")


def _is_given(db: Session, person: Person, benefit: Benefit, year: int | None) -> bool:
    if benefit.period == "once" or (benefit.period == "year" and year is None):
        return False
    rows = [row for row in rows_of(db, person, "granted") if row.code == benefit.code]
    return any(benefit.period == "month" or row.year == year for row in rows)


def _last_month_given(db: Session, person: Person, code: str) -> date | None:
    rows = [row for row in rows_of(db, person) if row.code == code]
    return max((row.to_on for row in rows if row.to_on is not None), default=None)


def _newest(db: Session, person: Person, code: str, state: str) -> BenefitRow | None:
    return next((row for row in rows_of(db, person, state) if row.code == code), None)


def rows_of(db: Session, person: Person, state: str | None = None) -> Sequence[BenefitRow]:
    """Everything on record about a person, by file and by ID number, newest first."""
    theirs = BenefitRow.person_id == person.id
    if person.id_number_index is not None:
        theirs = or_(theirs, BenefitRow.holder_index == person.id_number_index)
    query = select(BenefitRow).where(theirs).order_by(BenefitRow.id.desc())
    return db.scalars(query if state is None else query.where(BenefitRow.state == state)).all()


def _take_turn(db: Session, person: Person) -> None:
    take_turn(db, "benefits", person.id_number_index or str(person.id))


def _record(db: Session, actor: Actor, application: Application, row: BenefitRow, tag: str) -> None:
    """Months and the code, never the amount."""
    record_event(
        db,
        actor,
        stream_of(application),
        tag,
        person_id=row.person_id,
        authority=authority_for(actor, application),
        details={"benefit": row.id, "code": row.code, "from": _iso(row.from_on), "to": _iso(row.to_on)},
    )


def _iso(month: date | None) -> str | None:
    return month.isoformat() if month is not None else None
