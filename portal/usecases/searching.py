"""Finding an application by what somebody says of it: reference, exact name, telephone, ID, certificate.

Nothing that was typed is kept. That somebody searched, for what kind of thing, and what it found, is recorded
as an act of reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, selectinload

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types import FieldError
from portal.catalogue.model import Answers, Page
from portal.rules.references import parse_reference
from portal.rules.steps import step_of
from portal.store.applications import Application, StepEntry
from portal.store.office_queue import SearchKey
from portal.usecases.actor import Actor
from portal.usecases.audit import record_event
from portal.usecases.calendar import get_calendar
from portal.usecases.claims import entry_of
from portal.usecases.definitions import get_definition
from portal.usecases.handed_in import list_newest_answers
from portal.usecases.queue_lists import seen_by
from portal.usecases.review_queue import QueueRow, queue_rows
from portal.usecases.search_keys import read_keys

ENDING: Final = 4
MOST_FOUND = 50
"""Shown at once: whoever has more of one name is asked for something that tells people apart."""


@dataclass(frozen=True)
class Found:
    """What a search found of what the post may see, newest first."""

    rows: tuple[QueueRow, ...]
    is_more: bool


def search_applications(db: Session, actor: Actor, text: str) -> Found:
    """The applications of the actor's post that exactly this names. Others' are as if they did not exist."""
    found = _references(text)
    kinds = ["reference"] if found is not None else []
    if found is None:
        keys = read_keys(db, text)
        kinds = sorted(kind for kind, _index in keys)
        found = _by_keys(keys)
    applications: Sequence[Application] = ()
    if kinds:
        applications = db.scalars(
            found.where(_is_seen(actor))
            .order_by(Application.id.desc())
            .limit(MOST_FOUND + 1)
            .options(
                selectinload(Application.entries).selectinload(StepEntry.pauses),
                selectinload(Application.entries).selectinload(StepEntry.application),
            )
        ).all()
    shown = applications[:MOST_FOUND]
    record_event(
        db,
        actor,
        f"account:{actor.signed_in_id}",
        "queue:search",
        authority="office",
        details={"kinds": kinds, "found": [one.reference for one in shown]},
    )
    entries = [entry_of(one, actor) for one in shown]
    endings = _endings_of_namesakes(db, entries)
    rows = queue_rows(db, actor, entries, get_calendar(db))
    told_apart = tuple(replace(row, id_ending=endings.get(row.reference)) for row in rows)
    return Found(told_apart, len(applications) > MOST_FOUND)


def _endings_of_namesakes(db: Session, entries: Sequence[StepEntry]) -> dict[str, str]:
    """By reference, how the ID numbers end of those who share their name with somebody else who was found:
    masked, they read alike. Nobody else's number is shown, and none to a post that does not read it."""
    names = {one: one.application.subject_name for one in entries}
    alike = Counter(names.values())
    among = [one for one in entries if names[one] and alike[names[one]] > 1]
    answers = list_newest_answers(db, [one.application_id for one in among])
    numbers = {one: _id_number(db, one, answers.get(one.application_id, {})) for one in among}
    people = {name: {numbers[one] for one in among if names[one] == name} for name in alike}
    return {
        one.application.reference: number[-ENDING:]
        for one, number in numbers.items()
        if number is not None and len(people[names[one]]) > 1
    }


def _id_number(db: Session, entry: StepEntry, answers: Answers) -> str | None:
    """As it was handed in last, empty where none was; None where this step does not read it."""
    definition = get_definition(db, entry.application.definition_hash)
    asked = definition.service.subject_id_field
    sees = step_of(definition, entry.step).sees
    if sees and not any(page.section in sees and _asks(page, asked) for page in definition.pages):
        return None
    number = answers.get(asked)
    return number if isinstance(number, str) and number != UNKNOWN else ""


def _asks(page: Page, field_id: str) -> bool:
    return any(field.id == field_id for field in page.fields)


def _references(text: str) -> Select[Application] | None:
    try:
        return select(Application).where(Application.reference == parse_reference(text))
    except FieldError:
        return None


def _by_keys(keys: Sequence[tuple[str, str]]) -> Select[Application]:
    one_of = or_(
        false(), *(and_(SearchKey.kind == kind, SearchKey.value_index == index) for kind, index in keys)
    )
    return select(Application).where(Application.id.in_(select(SearchKey.application_id).where(one_of)))


def _is_seen(actor: Actor) -> ColumnElement[bool]:
    return select(StepEntry.id).where(StepEntry.application_id == Application.id, seen_by(actor)).exists()
