"""Which entries a list of the office holds, by what it is narrowed, and the index that it walks.

Every list has its rows in the order of one index, from the first row on and from any cursor, so that a long
queue costs no more than a short one. ``Walk`` says by which columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from portal import clock
from portal.catalogue.model import Role
from portal.rules.calendar import Calendar
from portal.rules.deadlines import add_working_days
from portal.store.applications import StepEntry
from portal.usecases.actor import Actor
from portal.usecases.transitions import EPOCH

Asked = TypeVar("Asked", bound=Any)
Which = Literal["mine", "returned", "unit", "late", "waiting", "paused", "coming", "stand_in", "done"]
"""``mine`` are those that I have; ``returned`` those of them whose applicant has answered; ``unit`` all whose
clock runs, ``late`` of these what is over its day; ``waiting`` what the applicant has to mend, ``paused``
what stands still for another cause; ``coming`` what another place handles now and my county decides;
``stand_in`` what my post may do for a unit without an account here; ``done`` what I closed, newest first."""
DueFilter = Literal["late", "soon"]

SOON_DAYS: Final = 2
"""Working days after today within which a step counts as soon due."""
NOBODY: Final = 0
"""As ``QueueFilters.taker``: what nobody has."""
DECIDING_ROLES = frozenset({Role.COUNTY_REVIEWER, Role.COUNTY_APPROVER})

FILTERED: Final = ("service_code", "step", "township", "channel", "has_needs")
"""Columns that a list can be narrowed by and still be walked in order."""

_CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})")
_START = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class beside(FunctionElement[Any]):
    """A column that narrows a list and is not what the list is found by.

    PostgreSQL knows by its statistics which index serves best. SQLite guesses, and for two that look alike it
    may guess the one that walks a whole unit; a plus before a column tells it to leave that column's out.
    """

    name = "beside"
    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(beside)
def _plain(element: beside, compiler: SQLCompiler, **about: Any) -> str:
    return compiler.process(element.clauses, **about)


@compiles(beside, "sqlite")
def _not_by_index(element: beside, compiler: SQLCompiler, **about: Any) -> str:
    return f"+{compiler.process(element.clauses, **about)}"


@dataclass(frozen=True)
class Walk:
    """An index of ``step_entries`` as a list walks it: from where its leading columns are as wanted."""

    leading: frozenset[str]

    def column(self, name: str) -> ColumnElement[Any]:
        """The column, to be looked up in the index or read beside it."""
        if name not in self.leading:
            return beside(getattr(StepEntry, name))
        column: ColumnElement[Any] = getattr(StepEntry, name)
        return column


WALKS: Final[Mapping[str, Walk]] = {
    name: Walk(frozenset(leading.split()))
    for name, leading in {
        "queue": "unit_code role lane",
        "unit": "unit_code lane",
        "free": "unit_code role lane claimed_by_id",
        "mine": "claimed_by_id lane",
        "returned": "claimed_by_id",
        **{name: f"unit_code lane {name}" for name in FILTERED},
        "coming": "deciding_county",
        "stand_in": "stand_in_unit stand_in_role",
        "done": "claimed_by_id",
        "unit_done": "unit_code",
    }.items()
}
"""By the name of the index (``ix_step_entries_…``)."""


@dataclass(frozen=True)
class QueueFilters:
    """What to show of a list; empty is everything."""

    service: str | None = None
    step: str | None = None
    due: DueFilter | None = None
    township: str | None = None
    channel: str | None = None
    has_needs: bool = False
    """Only people who said something special about reaching or meeting them."""
    taker: int | None = None
    """The account of the officer who has it; ``NOBODY`` for what nobody has."""


EVERYTHING: Final = QueueFilters()


def belonging(actor: Actor) -> list[ColumnElement[bool]]:
    """The entries of the post the actor sits at, all of the unit's for its head; of no post, none."""
    if actor.kind != "staff" or actor.unit_code is None or actor.role is None:
        return [false()]
    if actor.role is Role.LEAD:
        return [StepEntry.unit_code == actor.unit_code]
    return [StepEntry.unit_code == actor.unit_code, StepEntry.role == actor.role]


def coming_to(actor: Actor) -> list[ColumnElement[bool]]:
    """Where applications stand that were handed in elsewhere and that the actor's county will decide
    (跨省通办): both sides see the same clock."""
    if actor.kind != "staff" or actor.county is None or actor.role not in DECIDING_ROLES:
        return [false()]
    return [StepEntry.deciding_county == actor.county, StepEntry.unit_code != actor.unit_code]


def standing_in(actor: Actor) -> list[ColumnElement[bool]]:
    """The entries of other units for which the actor's post may act."""
    if actor.kind != "staff" or actor.unit_code is None or actor.role is None:
        return [false()]
    return [StepEntry.stand_in_unit == actor.unit_code, StepEntry.stand_in_role == actor.role]


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Every entry that lets the actor open its application."""
    return or_(*(and_(*some) for some in (belonging(actor), coming_to(actor), standing_in(actor))))


def in_list(
    query: Select[Asked],
    actor: Actor,
    which: Which,
    filters: QueueFilters,
    calendar: Calendar,
    represented: Sequence[int] = (),
) -> Select[Asked]:
    """The query for the entries of one list, narrowed, by the index that has them in order. ``represented``
    are those whose work the actor does while they are away: their few are sorted in among one's own."""
    walk = WALKS[_index_of(actor, which, filters)]
    return query.where(*_part(actor, which, walk, represented), *_filtered(filters, calendar, walk))


def paged(query: Select[Asked], which: Which, after: str | None) -> Select[Asked]:
    """In order, from the first row behind the cursor; a cursor that means nothing is the start."""
    found = _CURSOR.fullmatch(after or "")
    if which == "done":
        query = query.order_by(StepEntry.closed_at.desc(), StepEntry.id.desc())
        if found:
            closed_at = _START + int(found[1]) * _TICK
            query = query.where(tuple_(StepEntry.closed_at, StepEntry.id) < (closed_at, int(found[2])))
        return query
    query = query.order_by(StepEntry.urgency, StepEntry.id)
    if found and int(found[1]) < 2**31:
        query = query.where(tuple_(StepEntry.urgency, StepEntry.id) > (int(found[1]), int(found[2])))
    return query


def cursor_of(last: StepEntry, which: Which) -> str:
    """Where the page after this row begins."""
    place = (last.closed_at - _START) // _TICK if which == "done" and last.closed_at else last.urgency
    return f"{place}-{last.id}"


def _part(actor: Actor, which: Which, walk: Walk, represented: Sequence[int]) -> list[ColumnElement[bool]]:
    """What makes an entry belong to a list."""
    is_open, lane = StepEntry.closed_at.is_(None), walk.column("lane")
    is_own = walk.column("claimed_by_id") == actor.account_id
    in_hand = walk.column("claimed_by_id").in_([actor.account_id, *represented]) if represented else is_own
    if which == "coming":
        return [*coming_to(actor), is_open]
    if which == "stand_in":
        return [*standing_in(actor), is_open]
    at_post = _at_post(actor, walk)
    if which == "done":
        closed = [*at_post, StepEntry.closed_at.is_not(None)]
        return closed if actor.role is Role.LEAD else [*closed, is_own]
    own: dict[Which, list[ColumnElement[bool]]] = {
        "mine": [in_hand, lane == "running"],
        "returned": [in_hand, StepEntry.returned_at.is_not(None)],
        "unit": [lane == "running"],
        "late": [lane == "running", StepEntry.urgency < (clock.today() - EPOCH).days],
        "waiting": [lane == "waiting"],
        "paused": [lane == "paused"],
    }
    return [*at_post, is_open, *own[which]]


def _at_post(actor: Actor, walk: Walk) -> list[ColumnElement[bool]]:
    """As ``belonging``, by the index that is walked."""
    if actor.kind != "staff" or actor.unit_code is None or actor.role is None:
        return [false()]
    in_unit = walk.column("unit_code") == actor.unit_code
    return [in_unit] if actor.role is Role.LEAD else [in_unit, walk.column("role") == actor.role]


def _filtered(filters: QueueFilters, calendar: Calendar, walk: Walk) -> list[ColumnElement[bool]]:
    today = (clock.today() - EPOCH).days
    found: list[ColumnElement[bool]] = [
        walk.column(column) == wanted
        for column, wanted in (
            ("service_code", filters.service),
            ("step", filters.step),
            ("township", filters.township),
            ("channel", filters.channel),
            ("claimed_by_id", filters.taker or None),
        )
        if wanted is not None
    ]
    if filters.taker == NOBODY:
        found.append(walk.column("claimed_by_id").is_(None))
    if filters.has_needs:
        found.append(walk.column("has_needs").is_(True))
    if filters.due == "late":
        found.append(StepEntry.urgency < today)
    if filters.due == "soon":
        last = add_working_days(clock.today(), SOON_DAYS, calendar)
        found.append(StepEntry.urgency.between(today, (last - EPOCH).days))
    return found


def _index_of(actor: Actor, which: Which, filters: QueueFilters) -> str:
    """The index that has the list in its order: of what it is narrowed by, what leaves the fewest rows."""
    is_lead = actor.role is Role.LEAD
    if which == "done":
        return "unit_done" if is_lead else "done"
    if which in ("mine", "returned", "coming", "stand_in"):
        return which
    if filters.taker:
        return "mine"
    chosen = {
        "free": filters.taker == NOBODY and not is_lead,
        "step": filters.step,
        "township": filters.township,
        "service_code": filters.service,
        "channel": filters.channel,
        "has_needs": filters.has_needs,
    }
    return next((name for name, wanted in chosen.items() if wanted), "unit" if is_lead else "queue")
