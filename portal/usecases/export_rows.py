"""The rows of a list as a file holds them: what the list shows, in words, names masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import mask_name
from portal.catalogue.texts import Language, Text
from portal.rules.references import grouped
from portal.rules.steps import step_of
from portal.store.applications import Application, StepEntry
from portal.usecases.actor import Actor
from portal.usecases.calendar import get_calendar
from portal.usecases.definitions import get_definition
from portal.usecases.queue_lists import QueueFilters, Which, cursor_of, in_list, paged
from portal.usecases.staff_names import names_of

Row: TypeAlias = tuple[str, ...]

HEAD: Final = (
    Text(zh="收件号", en="Reference"),
    Text(zh="服务", en="Service"),
    Text(zh="申请人", en="Applicant"),
    Text(zh="步骤", en="Step"),
    Text(zh="经办人", en="Officer"),
    Text(zh="提交日期", en="Handed in on"),
    Text(zh="最晚哪天", en="Due on"),
    Text(zh="状况", en="Standing"),
    Text(zh="办完的日期", en="Finished on"),
)
LANES: Final[Mapping[str, Text]] = {
    "running": Text(zh="在办", en="Running"),
    "late": Text(zh="超期", en="Overdue"),
    "waiting": Text(zh="等申请人补正", en="Waiting for the applicant"),
    "paused": Text(zh="暂停", en="Paused"),
    "done": Text(zh="办完", en="Finished"),
}
TITLE: Final = Text(zh="申请清单", en="Applications")


def head_of(language: Language) -> Row:
    """The names of the columns."""
    return tuple(one.say(language) for one in HEAD)


def list_rows(
    db: Session,
    actor: Actor,
    which: Which,
    filters: QueueFilters,
    language: Language,
    after: str | None,
    limit: int,
) -> tuple[list[Row], str | None]:
    """``limit`` rows of one of the actor's lists in its order, and the cursor of the next page."""
    columns: tuple[Any, ...] = (StepEntry, Application)
    query: Select[Any] = select(*columns).join(Application, Application.id == StepEntry.application_id)
    narrowed = in_list(query, actor, which, filters, get_calendar(db))
    found = db.execute(paged(narrowed, which, after).limit(limit + 1)).all()
    shown = [(row[0], row[1]) for row in found[:limit]]
    names = names_of(db, [entry.claimed_by_id for entry, _application in shown])
    rows = [_row(db, entry, application, names, language) for entry, application in shown]
    return rows, cursor_of(shown[-1][0], which) if len(found) > limit else None


def _row(
    db: Session, entry: StepEntry, application: Application, names: Mapping[int, str], language: Language
) -> Row:
    definition = get_definition(db, application.definition_hash)
    closed_on = clock.shanghai(entry.closed_at).date().isoformat() if entry.closed_at else ""
    return (
        grouped(application.reference),
        definition.service.name.say(language),
        mask_name(application.subject_name or ""),
        step_of(definition, entry.step).name.say(language),
        names.get(entry.claimed_by_id or 0, ""),
        application.submitted_on.isoformat() if application.submitted_on else "",
        entry.due_on.isoformat(),
        LANES[_standing(entry)].say(language),
        closed_on,
    )


def _standing(entry: StepEntry) -> str:
    if entry.closed_at is not None:
        return "done"
    is_late = entry.lane == "running" and entry.due_on < clock.today()
    return "late" if is_late else entry.lane
