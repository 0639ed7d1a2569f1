"""Where an application stands, as its person is told: whose turn, since when, until when, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Definition, Step
from portal.catalogue.texts import Text
from portal.letters import name_in_lists
from portal.rules.calendar import Calendar, HolidayRange
from portal.rules.deadlines import holidays_between, remaining
from portal.rules.errors import NotFound
from portal.rules.states import may
from portal.rules.steps import step_of, steps_after
from portal.store.applications import Application, Correction, Decision, Slip, StepEntry
from portal.store.messages import NoticeRow
from portal.store.units import UnitRow
from portal.usecases.actor import Actor
from portal.usecases.applications import definition_of, get_own, open_correction
from portal.usecases.audit import record_event, stream_of
from portal.usecases.calendar import get_calendar
from portal.usecases.deaths import DIED
from portal.usecases.definitions import get_definition
from portal.usecases.deliveries import INVITATION
from portal.usecases.escalation import is_half_over
from portal.usecases.objecting import find_objection
from portal.usecases.slips import find_by_slip
from portal.usecases.steps import facts_of
from portal.usecases.transitions import authority_of, open_entry
from portal.usecases.units import get_unit

CUT_SHORT = frozenset({"withdrawn", "lapsed", DIED})
"""How a step is left that nobody has done."""


@dataclass(frozen=True)
class StepSeen:
    """One visit to a step, as shown to the applicant."""

    step: Step
    unit: UnitRow
    opened_on: date
    closed_at: datetime | None
    is_cut_short: bool
    """Whether the application ended here before the step was done."""
    due_on: date
    is_provisional: bool
    is_paused: bool
    pause_reason: str | None
    paused_until: date | None
    days_left: int
    """Days after today, in the unit of the step's clock: 0 on the last day, negative when late;
    as the office sees it."""
    is_half: bool
    """Whether half of its time is used, and its last day not over yet."""
    holidays: tuple[HolidayRange, ...]
    mended_on: tuple[date, ...]
    """The days on which what was asked for was handed in, in order."""


@dataclass(frozen=True)
class Progress:
    application: Application
    definition: Definition
    steps: Sequence[StepSeen]
    upcoming: Sequence[Step]
    correction: Correction | None
    is_objected: bool
    """Whether the person objects to what is done in their name."""
    notices: Sequence[NoticeRow]
    """Newest first, but what asks for a rating after what one came to read."""
    titles: Mapping[int, Text]
    """What each notice is called, by its id."""
    may_withdraw: bool
    decision: Decision | None

    @property
    def is_held(self) -> bool:
        """Whether the days to put it right stand still, because the person objects."""
        return self.correction is not None and self.is_objected

    @property
    def is_left_by_death(self) -> bool:
        """Whether its person was reported to have died since it was begun: it ends when staff have looked."""
        died_at = self.application.person.death_reported_at
        is_open = self.application.state in ("in_review", "returned")
        return is_open and died_at is not None and self.application.created_at <= died_at

    @property
    def current(self) -> StepSeen | None:
        return next((seen for seen in self.steps if seen.closed_at is None), None)


def get_progress(db: Session, actor: Actor, reference: str) -> Progress:
    """For the account that applied. Raises NotFound for anyone else's application."""
    return read_progress(db, get_own(db, actor, reference, "follow"), actor.side_id)


def look_up(db: Session, reference: str, code: str) -> Progress:
    """For whoever holds the reference and the code of the slip: status only, no account needed.

    Raises NotFound, the same for a wrong reference, a wrong code and a slip that was switched off.
    """
    application = find_by_slip(db, reference, code)
    if application is None:
        raise NotFound("slip")
    return read_progress(db, application)


def switch_slip(db: Session, actor: Actor, reference: str, *, is_off: bool) -> Application:
    """The applicant turns the look-up without an account off, or on again."""
    application = get_own(db, actor, reference, "slip")
    slip = db.get(Slip, application.id)
    if slip is None:
        raise NotFound("slip")
    if slip.is_off != is_off:
        slip.is_off = is_off
        record_event(
            db,
            actor,
            stream_of(application),
            "slip:off" if is_off else "slip:on",
            person_id=application.person_id,
            authority=authority_of(application),
        )
    return application


def read_progress(db: Session, application: Application, account_id: int | None = None) -> Progress:
    """Where it stands, with the letters to this account; to who applied where none is named."""
    definition = definition_of(db, application)
    notices = db.scalars(
        select(NoticeRow)
        .where(
            NoticeRow.application_id == application.id,
            NoticeRow.account_id == (account_id or application.account_id),
        )
        .order_by(NoticeRow.id.desc())
    ).all()
    decision = db.scalar(
        select(Decision)
        .join(StepEntry, StepEntry.id == Decision.entry_id)
        .where(StepEntry.application_id == application.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    calendar, correction = get_calendar(db), open_correction(db, application)
    return Progress(
        application=application,
        definition=definition,
        steps=[_seen(db, definition, calendar, entry) for entry in application.entries],
        upcoming=_upcoming(db, application, definition),
        correction=correction,
        is_objected=application.acting == "proxy" and find_objection(db, application) is not None,
        notices=sorted(notices, key=lambda row: row.key == INVITATION),
        # as the definition says that the notice was written with, which may be newer than the application's
        titles={row.id: name_in_lists(get_definition(db, row.definition_hash), row) for row in notices},
        may_withdraw=may(application.state, "withdraw"),
        decision=decision,
    )


def _seen(db: Session, definition: Definition, calendar: Calendar, entry: StepEntry) -> StepSeen:
    step = step_of(definition, entry.step)
    unit = get_unit(db, entry.unit_code)
    standing = next((one for one in entry.pauses if one.to_on is None), None)
    until = entry.due_on if entry.closed_at is None else clock.shanghai(entry.closed_at).date()
    return StepSeen(
        step=step,
        unit=unit,
        opened_on=entry.opened_on,
        closed_at=entry.closed_at,
        is_cut_short=entry.outcome in CUT_SHORT,
        due_on=entry.due_on,
        is_provisional=entry.is_due_provisional,
        is_paused=entry.is_paused,
        pause_reason=standing.reason if standing else None,
        paused_until=standing.until_on if standing else None,
        days_left=remaining(entry.due_on, clock.today(), calendar, step.clock.unit),
        is_half=is_half_over(entry),
        holidays=holidays_between(entry.opened_on, until, calendar),
        mended_on=_mended_on(entry),
    )


def _mended_on(entry: StepEntry) -> tuple[date, ...]:
    """The clock that stood for it ran on from that day; a step that ended instead was not mended."""
    days = [one.to_on for one in entry.pauses if one.reason == "correction" and one.to_on is not None]
    return tuple(sorted(days)) if entry.outcome not in CUT_SHORT else ()


def _upcoming(db: Session, application: Application, definition: Definition) -> Sequence[Step]:
    """The steps still to come, while the application is under way."""
    entry = open_entry(application)
    if entry is None:
        return ()
    return steps_after(definition, entry.step, facts_of(db, application, definition))
