"""What the ways of proving that an applicant chose mean for the counter: tasks, or a promise on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Answers, Definition
from portal.store.applications import Application
from portal.store.evidence import EvidenceCheck
from portal.store.tasks import Task
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.audit import record_event, stream_of
from portal.usecases.evidence import UPLOAD, EvidenceState, list_evidence
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.tasks import TaskKind, drop_task, finish_task, may_do, open_task, tasks_of
from portal.usecases.transitions import open_entry
from portal.usecases.units import get_unit

TASK_OF_WAY: Final[Mapping[str, TaskKind]] = {
    "desk": "see_original",
    "post": "see_original",
    UPLOAD: "see_original",  # a copy must be compared with the original before it is used (rules.md 5.3)
    "home_visit": "home_visit",
    "staff_check": "staff_check",
}
BY_STAFF: Final = frozenset({"home_visit", "staff_check"})
"""Ways in which staff come or look; everything else the applicant brings or sends."""
EVIDENCE_TASKS: Final[frozenset[str]] = frozenset({*TASK_OF_WAY.values(), "infected"})


def open_evidence_tasks(
    db: Session, application: Application, definition: Definition, answers: Answers
) -> None:
    """After each submission: open what has to be done, drop what another answer has made needless.

    The unit that took the application in does it. Call it when the first step is open.
    """
    states = {one.evidence.id: one for one in list_evidence(db, application, definition, answers)}
    wanted: dict[str, TaskKind] = {}
    for state in states.values():
        if state.way == "promise" and state.level is None:
            _keep_promise(db, application, state)
        elif not state.is_enough and state.way in TASK_OF_WAY:
            wanted[state.evidence.id] = TASK_OF_WAY[state.way]
    known = {evidence.id for evidence in definition.service.evidence}
    for task in tasks_of(db, application):
        is_ours = task.kind in EVIDENCE_TASKS and task.about in known
        if task.state == "open" and is_ours and wanted.get(task.about) != task.kind:
            drop_task(db, application, task, "other_way")
    for evidence_id, kind in wanted.items():
        _open(db, application, evidence_id, kind)


def open_again(db: Session, application: Application, state: EvidenceState) -> None:
    """What was enough is not any more, since a copy was taken back: somebody has to see the original."""
    if not state.is_enough and state.way in TASK_OF_WAY:
        _open(db, application, state.evidence.id, TASK_OF_WAY[state.way])


def _open(db: Session, application: Application, evidence_id: str, kind: TaskKind) -> None:
    standing = open_entry(application)
    taker = application.entries[0]
    open_task(
        db,
        application,
        kind,
        unit_code=taker.unit_code,
        role=taker.role,
        about=evidence_id,
        due_on=standing.due_on if standing else None,
    )


def list_open_tasks(db: Session, application: Application) -> list[Task]:
    """What somebody has to do about a piece of evidence, oldest first."""
    return [one for one in tasks_of(db, application) if one.state == "open" and one.kind in EVIDENCE_TASKS]


def list_still_to_show(
    db: Session, application: Application, definition: Definition
) -> tuple[EvidenceState, ...]:
    """What was handed in without being proved well enough yet; nothing once the application has ended.

    Whoever applied must know it (rules.md 5.2: everything that is missing is told at once).
    """
    if open_entry(application) is None:
        return ()
    answers = newest_answers_of(db, application)
    states = list_evidence(db, application, definition, answers)
    return tuple(one for one in states if not one.is_enough and one.way != "promise")


def facts_of_what_to_show(db: Session, application: Application, definition: Definition) -> dict[str, Any]:
    """The same for a notice: each thing and how it is shown, and the unit to which something is brought."""
    states = list_still_to_show(db, application, definition)
    ways = {one.way for one in states}
    facts: dict[str, Any] = {
        "shown_by": [[one.evidence.id, one.way] for one in states],
        "is_home_visit": "home_visit" in ways,
    }
    if ways - BY_STAFF:
        facts |= {"to_show": "bring", "show_unit": get_unit(db, application.entries[0].unit_code).names}
    return facts


def close_evidence_tasks(db: Session, actor: Actor, application: Application, evidence_id: str) -> None:
    """Whoever saw it, nobody has to see it any more."""
    for task in list_open_tasks(db, application):
        if task.about != evidence_id:
            continue
        if may_do(actor, task):
            finish_task(db, actor, task.id)
        else:
            drop_task(db, application, task, "done_elsewhere")


def _keep_promise(db: Session, application: Application, state: EvidenceState) -> None:
    """A promise of truth proves at level D, from the moment it was submitted."""
    db.add(
        EvidenceCheck(
            application_id=application.id,
            evidence=state.evidence.id,
            level="D",
            seen_how="promise",
            seen_at=clock.now(),
            documents=[],
            recorded={},
        )
    )
    record_event(
        db,
        SYSTEM,
        stream_of(application),
        "evidence:promise",
        person_id=application.person_id,
        authority="system",
        details={"evidence": state.evidence.id},
    )
