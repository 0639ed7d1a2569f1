"""What every state of an application must have beside it.

Its step and a clock that loses no day, timers, letters that each have their event, key, public notice,
certificate, tasks, audit events.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Definition
from portal.rules.states import ENDED, MOVES
from portal.store.applications import Application, Correction, Decision, LiveKey, Slip, StepEntry, Submission
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow, Timer
from portal.store.public_notices import PublicNotice
from portal.store.rechecks import Reopening
from portal.store.spot_corrections import SpotCorrection
from portal.usecases.applications import definition_of
from portal.usecases.given_again import carried_out_on
from portal.usecases.tasks import BEFORE_DECISION, tasks_of
from portal.usecases.transitions import due_of

MOVED = {f"application:{action}" for _state, action in MOVES}
LAST_WORD = {
    "approved": "N09",
    "refused": "N10",
    "not_accepted": "N04",
    "withdrawn": "N18",
    "lapsed": "N18",
    "ended": "N18",
}
"""The notice that tells of each end."""
UNDECIDED = {"withdrawn", "lapsed", "ended", "deemed", "no_objection", "waived"}
"""Outcomes of a step that nobody decided."""
LETTERS = {
    "submit": "N01",
    "suspend": "N06",
    "approve": "N09",
    "refuse": "N10",
    "not_accept": "N04",
    "withdraw": "N18",
    "lapse": "N18",
}
"""By move the letter that tells of it."""
OF_OUTCOMES = {"taken_down": "N08"}
"""By outcome the letter that tells of it in place of the usual one of its move."""
OF_OBJECTIONS = ("objected", "objection_upheld", "objection_dismissed")
"""What letters tell of that is no move."""


def assert_companions(db: Session) -> None:
    """Every application of the database has exactly what its state needs."""
    db.flush()
    faults = [
        f"{application.state}: {fault}"
        for application in db.scalars(select(Application).execution_options(populate_existing=True))
        for rule in RULES
        for fault in rule(db, application)
    ]
    assert not faults, faults


def moves_of(db: Session, application: Application) -> list[tuple[str, str]]:
    """(action, state after it) of every recorded move, in order."""
    return [(action, details["to"]) for action, details in _recorded(db, application)]


def _recorded(db: Session, application: Application) -> list[tuple[str, Mapping[str, Any]]]:
    """Every recorded move with its details."""
    rows = db.execute(
        select(AuditEvent.tag, AuditDetails.details)
        .join(AuditDetails, AuditDetails.event_id == AuditEvent.id)
        .where(AuditEvent.stream == f"application:{application.reference}", AuditEvent.tag.in_(MOVED))
        .order_by(AuditEvent.seq)
    )
    return [(tag.split(":")[1], details) for tag, details in rows]


def waiting_timers(db: Session, kind: str, subject: int) -> int:
    found = select(func.count(Timer.id)).where(
        Timer.kind == kind, Timer.subject == subject, Timer.done_at.is_(None)
    )
    return db.scalar(found) or 0


def _has_run(db: Session, kind: str, entry: StepEntry) -> bool:
    key = f"{kind}:{entry.id}:{entry.due_on.isoformat()}"
    return db.scalar(select(Timer.id).where(Timer.unique_key == key, Timer.done_at.is_not(None))) is not None


def _steps(db: Session, application: Application) -> Iterator[str]:
    entries = db.scalars(select(StepEntry).where(StepEntry.application_id == application.id)).all()
    standing = [entry for entry in entries if entry.closed_at is None]
    is_alive = application.state in ("in_review", "returned")
    is_handing_over = application.state == "approved" and len(standing) <= 1
    if len(standing) != int(is_alive) and not is_handing_over:
        yield f"{len(standing)} open entries"
    for entry in standing:
        reasons = [one.reason for one in entry.pauses if one.to_on is None]
        if len(reasons) != int(entry.is_paused) or ("correction" in reasons) != (
            application.state == "returned"
        ):
            yield "the clock of the step does not fit"
        if ("suspended" in reasons) != bool(waiting_timers(db, "step_resume", entry.id)):
            yield "nothing lets the step go on"
    asked = db.scalars(
        select(Correction).where(
            Correction.application_id == application.id,
            Correction.answered_at.is_(None),
            Correction.ended_at.is_(None),
        )
    ).all()
    if len(asked) != int(application.state == "returned"):
        yield f"{len(asked)} open corrections"
    if (application.closed_at is not None) != (application.state in ENDED):
        yield "closed_at does not fit"
    ends_of = {step.id: step.ends_with for step in definition_of(db, application).service.steps}
    for entry in entries:
        decided = db.scalar(select(func.count(Decision.id)).where(Decision.entry_id == entry.id)) or 0
        by_itself = ends_of.get(entry.step)
        is_decided = entry.closed_at is not None and entry.outcome not in {*UNDECIDED, by_itself}
        if is_decided and decided == 0:
            yield f"{entry.step} was closed without a decision"


def _timers(db: Session, application: Application) -> Iterator[str]:
    if (waiting_timers(db, "draft_expiry", application.id) > 0) != (application.state == "draft"):
        yield "timers of a draft do not fit"
    for entry in application.entries:
        runs = entry.closed_at is None and not entry.is_paused
        for kind in ("step_half", "step_late"):
            waiting = waiting_timers(db, kind, entry.id)
            if (
                waiting > 1
                or (waiting and not runs)
                or (runs and not waiting and not _has_run(db, kind, entry))
            ):
                yield f"{kind} does not fit the clock of {entry.step}"
    for asked in db.scalars(select(Correction).where(Correction.application_id == application.id)):
        is_open = asked.answered_at is None and asked.ended_at is None
        if waiting_timers(db, "correction_due", asked.id) != int(is_open):
            yield "correction_due does not fit"


def _keys(db: Session, application: Application) -> Iterator[str]:
    own = db.scalars(select(LiveKey).where(LiveKey.application_id == application.id)).all()
    definition = definition_of(db, application)
    again = definition.service.again
    is_at_work = again is not None and carried_out_on(application, again) is None
    kept = application.state == "approved" and (definition.is_given_yearly or is_at_work)
    if own and application.state not in ("in_review", "returned") and not kept:
        yield "holds a key of the living"
    is_alive = application.state in ("in_review", "returned") and application.subject_id_index is not None
    if is_alive and definition.service.once_per == "subject":
        key = f"{application.service_code}:{application.subject_id_index}"
        if db.get(LiveKey, key) is None:
            yield "nobody holds the key of this person"


def _grants(definition: Definition) -> dict[tuple[str, str], str]:
    """By step and outcome the letter of every outcome that grants: most say N09, a referral N05."""
    return {
        (step.id, one.id): one.notice
        for step in definition.service.steps
        for one in step.outcomes
        if one.kind == "approve" and one.notice
    }


def _to_who_applied(application: Application) -> tuple[ColumnElement[bool], ...]:
    """Without the copies for the person for whom somebody else applied."""
    return (NoticeRow.application_id == application.id, NoticeRow.account_id == application.account_id)


def _notices(db: Session, application: Application) -> Iterator[str]:
    said = db.scalars(select(NoticeRow.key).where(*_to_who_applied(application)).order_by(NoticeRow.id)).all()
    asked = db.scalar(select(func.count(Correction.id)).where(Correction.application_id == application.id))
    if said.count("N01") != int(application.submitted_at is not None):
        yield "no receipt, or several"
    if said.count("N03") != asked:
        yield f"{said.count('N03')} notices of {asked} corrections"
    said = [key for key in said if key != "N17"]
    granting = set(_grants(definition_of(db, application)).values())
    if application.state == "approved" and (told := granting.intersection(said)):
        # what is told while it is carried out comes after
        said = said[: max(said.index(key) for key in told) + 1]
    is_quiet = application.state == "ended" and application.acting == "self"  # the dead are not written to
    wanted = granting if application.state == "approved" else {LAST_WORD.get(application.state)}
    if application.state in ENDED and not is_quiet and (not said or said[-1] not in wanted):
        yield f"the last word is {said[-1:]}"


def _decided(details: Mapping[str, Any]) -> tuple[str, str]:
    """The step and the outcome of a recorded move; "" where nobody decided one."""
    return str(details.get("step", "")), str(details.get("outcome", ""))


def _letters(db: Session, application: Application) -> Iterator[str]:
    """Every move has told its letter, and no letter tells of what did not happen."""
    moves = _recorded(db, application)
    definition = definition_of(db, application)
    steps = {step.id: step.notice for step in definition.service.steps if step.notice}
    completing = {
        (step.id, one.id): one.notice
        for step in definition.service.steps
        for one in step.outcomes
        if one.notice and one.kind == "complete"
    }
    grants = _grants(definition)
    advancing = {
        (step.id, one.id): one.notice
        for step in definition.service.steps
        for one in step.outcomes
        if one.notice and one.kind == "advance"
    }
    due = Counter(
        grants.get((str(details.get("step")), str(details.get("outcome"))))
        or OF_OUTCOMES.get(str(details.get("outcome")), LETTERS[action])
        for action, details in moves
        if action in LETTERS
    )
    for action, details in moves:
        if action == "advance" and details.get("outcome") == "deemed":
            due["N02"] += 1
        if action == "advance" and (key := advancing.get(_decided(details))):
            due[key] += 1
        if action == "advance" and details.get("outcome") == "continued":
            due.update({steps[details["step"]]} if details["step"] in steps else ())
        if action == "complete" and (key := completing.get((details["step"], details["outcome"]))):
            due[key] += 1
        if action == "advance" and details.get("outcome") in ("posted_again", "waived"):
            due["N08"] += 1
        is_about_death = action == "end" or (action == "reopen" and "step" not in details)
        if is_about_death and application.acting == "proxy":
            due["N18"] += 1
    due += Counter(steps[entry.step] for entry in application.entries if entry.step in steps)
    for action, details in moves:
        if action == "advance" and "by" in details:  # entered by an objection: nobody was asked to come
            due -= Counter({steps[details["step"]]})
    rows = db.scalars(
        select(NoticeRow).where(
            *_to_who_applied(application),
            NoticeRow.key.in_({"N02", *LETTERS.values(), *steps.values(), *grants.values()}),
        )
    )
    told = Counter(row.key for row in rows if row.facts.get("event") not in OF_OBJECTIONS)
    if told != due:
        yield f"letters {dict(told)} of events {dict(due)}"


def _clock(db: Session, application: Application) -> Iterator[str]:
    """The due date of a clock that runs is what its days and pauses give."""
    definition = definition_of(db, application)
    for entry in application.entries:
        step = definition.step(entry.step)
        if step is None or entry.closed_at is not None or entry.is_paused:
            continue
        counted = due_of(db, entry, step)
        if counted.on > entry.due_on or (step.ends_with is None and counted.on != entry.due_on):
            yield f"{entry.step} is due on {entry.due_on}, counted on {counted.on}"


def _decided_once(db: Session, application: Application) -> Iterator[str]:
    opened_again = select(Reopening.decision_id).where(Reopening.application_id == application.id)
    rows = (
        select(Decision.kind)
        .join(StepEntry)
        .where(StepEntry.application_id == application.id, Decision.id.not_in(opened_again))
    )
    last = [kind for kind in db.scalars(rows) if kind in ("approve", "refuse", "not_accept")]
    if len(last) > 1 or bool(last) != (application.state in ("approved", "refused", "not_accepted")):
        yield f"decided as {last}"


def _posted(db: Session, application: Application) -> Iterator[str]:
    standing = [
        (one.id, one.due_on)
        for one in application.entries
        if one.closed_at is None and one.step == "public_notice" and not one.is_paused
    ]
    posted = select(PublicNotice).where(
        PublicNotice.application_id == application.id, PublicNotice.ended_at.is_(None)
    )
    up = [(one.entry_id, one.to_on) for one in db.scalars(posted)]
    if up != standing:
        yield f"public notices {up} are up for the steps {standing}"


def _certificate(db: Session, application: Application) -> Iterator[str]:
    issued = db.scalar(select(func.count(Certificate.id)).where(Certificate.application_id == application.id))
    granted = select(Decision.outcome, StepEntry.step).join(StepEntry, StepEntry.id == Decision.entry_id)
    granted = granted.where(StepEntry.application_id == application.id, Decision.kind == "approve")
    definition = definition_of(db, application)
    made = [
        effect.name
        for outcome_id, step_id in db.execute(granted)
        if (step := definition.step(step_id)) is not None
        for outcome in step.outcomes
        if outcome.id == outcome_id
        for effect in outcome.effects
        if effect.name in ("issue_certificate", "replace_certificate")
    ]
    if issued != len(made):
        yield f"{issued} certificates"


def _tasks(db: Session, application: Application) -> Iterator[str]:
    waiting = [one.kind for one in tasks_of(db, application) if one.state == "open"]
    if application.state in ENDED and set(waiting) & {*BEFORE_DECISION, "objection"}:
        yield f"still to be done: {waiting}"


def _audit(db: Session, application: Application) -> Iterator[str]:
    moves = moves_of(db, application)
    if application.state != "draft" and (not moves or moves[-1][1] != application.state):
        yield f"the audit ends with {moves[-1:]}"
    if application.state == "draft" and moves:
        yield f"a draft has moved: {moves}"


def _rounds(db: Session, application: Application) -> Iterator[str]:
    rounds = db.scalars(
        select(Submission.round).where(Submission.application_id == application.id).order_by(Submission.round)
    ).all()
    handed_in = [action for action, _ in moves_of(db, application) if action in ("submit", "resubmit")]
    at_counter = select(func.count(SpotCorrection.id)).where(SpotCorrection.application_id == application.id)
    if list(rounds) != list(range(1, len(handed_in) + (db.scalar(at_counter) or 0) + 1)):
        yield f"rounds {rounds} of {handed_in}"
    if (db.get(Slip, application.id) is None) != (application.state == "draft"):
        yield "the slip does not fit"


RULES = (
    _steps,
    _timers,
    _keys,
    _notices,
    _letters,
    _clock,
    _decided_once,
    _posted,
    _certificate,
    _tasks,
    _audit,
    _rounds,
)
