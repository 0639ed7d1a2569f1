"""The answers of an application as staff read them: under their headings, with earlier rounds, and how well
each is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Field, Page, Section
from portal.rules.journey import Journey
from portal.store.applications import Application, Submission
from portal.store.people import Fact

BETTER_THAN_SAID = ("A", "B")
"""Levels of what somebody else than the applicant confirmed (rules.md 5.3)."""


@dataclass(frozen=True)
class Known:
    """That an answer is confirmed: how well, by which source, when."""

    level: str
    source: str
    """The name of a register, or the reference of the application with which the original was seen."""
    on: datetime | None


@dataclass(frozen=True)
class AnswerRow:
    """One answer as last submitted, with what stood there in earlier rounds where that differs."""

    page: Page
    field: Field
    value: Any
    earlier: tuple[tuple[int, Any], ...] = ()
    """(round, value), oldest first."""
    is_changed: bool = False
    """Whether the last round changed it."""
    known: Known | None = None
    """Where it is more than what the applicant wrote."""


@dataclass(frozen=True)
class AnswerSection:
    section: Section
    rows: tuple[AnswerRow, ...]


def read_sections(
    definition: Definition,
    journey: Journey,
    submissions: Sequence[Submission],
    sees: Sequence[str],
    known: Mapping[str, Fact],
) -> tuple[AnswerSection, ...]:
    """The answers in reading order under the headings of the service's sections; where a step needs only some
    of them (``sees``), only those. ``known`` are the facts of the person."""
    rows = [
        _answer(row.page, row.field, submissions, known.get(row.field.id))
        for row in journey.visible_answers()
    ]
    return tuple(
        AnswerSection(section, own)
        for section in definition.service.sections
        if not sees or section.id in sees
        if (own := tuple(row for row in rows if row.page.section == section.id))
    )


def file_keys(sections: Sequence[AnswerSection]) -> list[str]:
    """The files that the answers name."""
    rows = [row for section in sections for row in section.rows if row.field.kind == "documents"]
    return [key for row in rows for key in row.value or ()]


def confirmed_facts(db: Session, application: Application) -> dict[str, Fact]:
    """What somebody confirmed of the person, by field."""
    rows = db.scalars(
        select(Fact).where(Fact.person_id == application.person_id, Fact.level.in_(BETTER_THAN_SAID))
    )
    return {row.field: row for row in rows}


def _answer(page: Page, field: Field, submissions: Sequence[Submission], fact: Fact | None) -> AnswerRow:
    values = [(one.round, one.answers.get(field.id)) for one in submissions]
    earlier = tuple(before for before, after in pairwise(values) if before[1] != after[1])
    is_changed = bool(earlier) and earlier[-1][0] == values[-2][0]
    value = values[-1][1]
    # what was confirmed is this answer only where it says the same
    known = Known(fact.level, fact.source, fact.verified_at) if fact and fact.value == value else None
    return AnswerRow(page, field, value, earlier, is_changed, known)
