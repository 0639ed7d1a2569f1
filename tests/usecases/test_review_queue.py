"""The queue of a post on both databases: what it lists, in which order, and who gets what."""

import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from sqlalchemy import Select, event, func, select, text
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store import Store
from portal.store.applications import StepEntry
from portal.store.audit import AuditEvent
from portal.usecases.actor import Actor
from portal.usecases.calendar import get_calendar
from portal.usecases.claims import claim, release, take_next
from portal.usecases.decision_checks import Deciding, PointAsked
from portal.usecases.handed_in import newest_answers_of
from portal.usecases.looks import note_look
from portal.usecases.queue_lists import QueueFilters, Which, in_list, paged
from portal.usecases.review import decide
from portal.usecases.review_queue import Standing, list_queue
from portal.usecases.transitions import EPOCH, pause
from tests.support.chain import BELOW, chain_staff, lead, up_to
from tests.support.office import COUNTY, DESK, REGION, declare, prepare, resident, staff_account, submitted

pytestmark = pytest.mark.monday_morning

ClockAt = Callable[[str], None]


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def entries(db: Session, count: int) -> list[StepEntry]:
    """Entries at the counter, each of its own application, the last one the most urgent."""
    found = []
    for number in range(count):
        application = submitted(db, resident(db), own={"p_id_no": "unknown"})
        entry = application.entries[0]
        entry.due_on = date(2026, 12, 31) - timedelta(days=number)
        entry.urgency = (entry.due_on - EPOCH).days
        found.append(entry)
    db.flush()
    return found


def test_most_urgent_comes_first_and_every_page_follows_the_last(db: Session, clerk: Actor) -> None:
    made = entries(db, 7)
    first = list_queue(db, clerk, "unit", limit=3)
    second = list_queue(db, clerk, "unit", after=first.after, limit=3)
    third = list_queue(db, clerk, "unit", after=second.after, limit=3)
    rows = [*first.rows, *second.rows, *third.rows]
    assert [row.reference for row in rows] == [one.application.reference for one in reversed(made)]
    assert third.after is None
    assert (first.count, first.is_more) == (7, False)


def test_row_masks_the_name_and_says_how_to_reach_the_person(db: Session, clerk: Actor) -> None:
    submitted(db, resident(db))
    (row,) = list_queue(db, clerk, "unit").rows
    assert row.masked_name == "示某"
    assert {field.id: value for field, value in row.needs}["c_do_not"] == ["call"]
    assert (row.days_left, row.claimed_by) == (1, None)


def test_listing_is_not_a_reading_of_the_file(db: Session, clerk: Actor) -> None:
    submitted(db, resident(db))
    list_queue(db, clerk, "unit")
    assert db.scalar(select(AuditEvent.id).where(AuditEvent.tag == "application:read")) is None


def test_another_post_sees_nothing_of_the_queue(db: Session, clerk: Actor) -> None:
    submitted(db, resident(db))
    others = [
        staff_account(db, "other_unit", Role.DESK_CLERK, "desk_xishan")[0],
        staff_account(db, "other_role", Role.TOWNSHIP_CLERK, DESK)[0],
        Actor("staff", clerk.account_id),
        resident(db),
    ]
    assert [list_queue(db, other, "unit").rows for other in others] == [()] * 4
    assert [take_next(db, other) for other in others[:3]] == [None] * 3


def test_each_list_holds_what_its_name_says(db: Session, clerk: Actor) -> None:
    taken, waiting, standing, closed, late, untouched = entries(db, 6)
    for one in (taken, closed):
        claim(db, clerk, one.application.reference)
    taken.returned_at = clock.now()
    pause(db, waiting, "correction")
    pause(db, standing, "suspended", date(2026, 12, 24))
    late.urgency = (date(2026, 11, 20) - EPOCH).days
    version = closed.application.version
    decide(db, clerk, closed.application.reference, REGION, version=version, deciding=Deciding("forward"))
    lists = {which: [row.reference for row in list_queue(db, clerk, which).rows] for which in get_args(Which)}
    named = {
        "mine": [taken],
        "returned": [taken],
        "unit": [late, untouched, taken],
        "late": [late],
        "waiting": [waiting],
        "paused": [standing],
        "coming": [],
        "stand_in": [],
        "done": [closed],
    }
    assert lists == {which: [one.application.reference for one in held] for which, held in named.items()}


def test_row_says_why_its_clock_stands_and_until_when(db: Session, clerk: Actor) -> None:
    (entry,) = entries(db, 1)
    pause(db, entry, "suspended", date(2026, 12, 24))
    (row,) = list_queue(db, clerk, "paused").rows
    assert (row.is_paused, row.standing) == (True, Standing("suspended", date(2026, 12, 24)))


def test_answered_correction_comes_back_to_whoever_asked(db: Session, clerk: Actor) -> None:
    applicant = resident(db)
    application = submitted(db, applicant)
    claim(db, clerk, application.reference)
    point = PointAsked("person-name", "C03", "")
    deciding = Deciding("ask_more", summary="请改姓名", points=[point])
    decide(db, clerk, application.reference, REGION, version=application.version, deciding=deciding)
    (row,) = list_queue(db, clerk, "waiting").rows
    assert row.standing is not None
    assert (row.standing.reason, row.standing.until_on) == ("correction", date(2026, 12, 14))
    declare(db, applicant, application.reference, newest_answers_of(db, application), rounds=1)
    (row,) = list_queue(db, clerk, "returned").rows
    assert (row.reference, row.returned_at is None, row.standing) == (application.reference, False, None)


def test_colleagues_who_have_it_open_are_named(db: Session, clerk: Actor) -> None:
    (entry,) = entries(db, 1)
    colleague = staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]
    note_look(db, colleague, entry.application, entry.due_on)
    (row,) = list_queue(db, clerk, "unit").rows
    assert row.others == ["colleague（示例）"]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", [Role.COUNTY_REVIEWER, Role.LEAD])
def test_every_list_is_walked_in_the_order_of_its_index(db: Session, role: Role) -> None:
    prepare(db)
    officer = staff_account(db, "officer", role, COUNTY)[0]
    narrowed = [
        QueueFilters(),
        *(QueueFilters(**{name: "x"}) for name in ("service", "step", "township", "channel")),
        *(QueueFilters(taker=taker) for taker in (0, 7)),
        QueueFilters(has_needs=True),
        QueueFilters(due="late"),
        QueueFilters(service="x", township="y", taker=0, has_needs=True),
    ]
    for which in set(get_args(Which)) - ({"coming", "stand_in"} if role is Role.LEAD else set()):
        for filters in narrowed:
            query = paged(in_list(select(StepEntry), officer, which, filters, get_calendar(db)), which, None)
            plan = plan_of(db, query.limit(26))
            assert "TEMP B-TREE" not in plan, (which, filters, plan)
            assert "ix_step_entries_" in plan or "CONSTANT" in plan, (which, filters, plan)
            if which in ("mine", "returned", "done") and role is not Role.LEAD:
                assert f"ix_step_entries_{which}" in plan, (which, filters, plan)


GROWING = (
    "accounts",
    "applications",
    "audit_events",
    "clock_pauses",
    "consultations",
    "corrections",
    "decisions",
    "extensions",
    "looks",
    "notices",
    "people",
    "proposed_decisions",
    "search_keys",
    "step_entries",
    "submissions",
    "tasks",
)


def test_no_list_reads_a_growing_table_from_end_to_end(db: Session, clerk: Actor) -> None:
    still, late, _third = entries(db, 3)
    pause(db, still, "correction")
    late.due_on = date(2026, 11, 2)
    claim(db, clerk, late.application.reference)
    db.flush()
    asked: list[tuple[str, Any]] = []
    engine = db.get_bind()

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", keep)
    try:
        for which in get_args(Which):
            list_queue(db, clerk, which)
    finally:
        event.remove(engine, "before_cursor_execute", keep)
    if engine.dialect.name == "postgresql":
        db.execute(text("SET LOCAL enable_seqscan = off"))  # however few there are
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[engine.dialect.name]
    plans = {
        str(row[-1])
        for statement, parameters in asked
        for row in db.connection().exec_driver_sql(f"{explain} {statement}", parameters)
        if "0 = 1" not in statement and "false" not in statement  # a list that this post has not
    }
    for table in ("accounts", "corrections", "consultations", "extensions"):
        assert any(table in plan for plan in plans), table
    assert {plan for plan in plans if _END_TO_END.search(plan) or "AUTOMATIC" in plan} == set()


_END_TO_END = re.compile(rf"^SCAN ({'|'.join(GROWING)})$|Seq Scan on ({'|'.join(GROWING)})\b")


def plan_of(db: Session, query: Select[StepEntry]) -> str:
    """How SQLite would answer it."""
    sql = str(query.compile(db.get_bind(), compile_kwargs={"literal_binds": True}))
    return " ".join(str(row[-1]) for row in db.execute(text(f"EXPLAIN QUERY PLAN {sql}")))


def test_done_list_is_paged_newest_first(db: Session, clerk: Actor, clock_at: ClockAt) -> None:
    made = entries(db, 3)
    for minute, one in enumerate(made):
        clock_at(f"2026-11-23T10:0{minute}+08:00")
        claim(db, clerk, one.application.reference)
        version = one.application.version
        decide(db, clerk, one.application.reference, REGION, version=version, deciding=Deciding("forward"))
    first = list_queue(db, clerk, "done", limit=2)
    second = list_queue(db, clerk, "done", after=first.after, limit=2)
    rows = [row.reference for row in (*first.rows, *second.rows)]
    assert rows == [one.application.reference for one in reversed(made)]
    assert second.after is None


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (QueueFilters(service="zj-01"), 3),
        (QueueFilters(service="zj-99"), 0),
        (QueueFilters(step="intake"), 3),
        (QueueFilters(step="decision"), 0),
        (QueueFilters(due="late"), 1),
        (QueueFilters(due="soon"), 1),
    ],
)
def test_filters_narrow_rows_and_count_alike(
    db: Session, clerk: Actor, filters: QueueFilters, expected: int
) -> None:
    for entry, day in zip(entries(db, 3), (20, 24, 30), strict=True):
        entry.due_on = date(2026, 11, day)
        entry.urgency = (entry.due_on - EPOCH).days
    db.flush()
    page = list_queue(db, clerk, "unit", filters)
    assert (len(page.rows), page.count) == (expected, expected)


@pytest.mark.parametrize("cursor", ["", "x", "1-", "9" * 17 + "-1", "-5-1", "1-" + "9" * 18])
def test_odd_cursor_never_fails_a_page(db: Session, clerk: Actor, cursor: str) -> None:
    entries(db, 1)
    for which in get_args(Which):
        assert list_queue(db, clerk, which, after=cursor).count in (0, 1)


def test_count_stops_at_a_thousand(db: Session, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.usecases.review_queue.MOST_COUNTED", 2)
    entries(db, 3)
    page = list_queue(db, clerk, "unit")
    assert (page.count, page.is_more) == (2, True)


def test_number_of_queries_does_not_grow_with_the_rows(db: Session, clerk: Actor) -> None:
    entries(db, 2)
    few = queries_of_listing(db, clerk)
    entries(db, 10)
    assert queries_of_listing(db, clerk) == few


def queries_of_listing(db: Session, clerk: Actor) -> int:
    statements: list[str] = []

    def note(*execution: object) -> None:
        statements.append(str(execution[2]))

    db.flush()
    db.expunge_all()
    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    list_queue(db, clerk, "unit")
    event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_next_is_the_most_urgent_that_nobody_has(db: Session, clerk: Actor) -> None:
    later, sooner = entries(db, 2)
    assert take_next(db, clerk) == sooner.application.reference
    assert take_next(db, clerk) == later.application.reference
    assert take_next(db, clerk) is None
    assert sooner.claimed_by_id == clerk.account_id


def test_next_passes_over_what_four_eyes_forbid(db: Session) -> None:
    """Whoever reviewed an application is not given its decision, even at another post."""
    prepare(db)
    one = submitted(db, resident(db), own={"p_id_no": "unknown"})
    other = submitted(db, resident(db), own={"p_id_no": "unknown"})
    staff = chain_staff(db)
    colleague = staff_account(db, "colleague", Role.COUNTY_REVIEWER, COUNTY)[0]
    lead(db, staff, one, up_to(BELOW, "propose_refusal"))
    lead(db, {**staff, "reviewer": colleague}, other, up_to(BELOW, "propose_refusal"))
    reviewer = staff["reviewer"]
    as_approver = Actor("staff", reviewer.account_id, True, Role.COUNTY_APPROVER, COUNTY)
    assert take_next(db, as_approver) == other.reference
    assert take_next(db, as_approver) is None
    with pytest.raises(NotAllowed, match="four_eyes"):
        claim(db, as_approver, one.reference)


def finish(db: Session, officer: Actor, reference: str, outcome: str) -> None:
    page = list_queue(db, officer, "mine")
    assert reference in [row.reference for row in page.rows]
    entry = db.scalars(
        select(StepEntry).where(StepEntry.claimed_by_id == officer.account_id, StepEntry.closed_at.is_(None))
    ).one()
    version = entry.application.version
    decide(db, officer, reference, REGION, version=version, deciding=Deciding(outcome))


def test_what_someone_has_cannot_be_taken_until_given_back(db: Session, clerk: Actor) -> None:
    (entry,) = entries(db, 1)
    reference = entry.application.reference
    colleague = staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]
    claim(db, clerk, reference)
    claim(db, clerk, reference)
    with pytest.raises(Conflict) as refused:
        claim(db, colleague, reference)
    assert (refused.value.who, refused.value.what) == ("clerk（示例）", "claim")
    release(db, colleague, reference)
    assert entry.claimed_by_id == clerk.account_id
    release(db, clerk, reference)
    claim(db, colleague, reference)
    assert entry.claimed_by_id == colleague.account_id
    tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.actor_kind == "staff").order_by(AuditEvent.id))
    assert list(tags) == ["application:claim", "application:release", "application:claim"]


@pytest.mark.parametrize("reference", ["000000000000", "x", "", "2611"])
def test_taking_what_is_not_there_is_not_found(db: Session, clerk: Actor, reference: str) -> None:
    with pytest.raises(NotFound):
        claim(db, clerk, reference)


@pytest.mark.postgres
@pytest.mark.parametrize("engine_url", ["postgresql"], indirect=True)
def test_eight_officers_taking_from_a_hundred_get_each_one_once(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        officers = [staff_account(db, f"clerk{number}", Role.DESK_CLERK, DESK)[0] for number in range(8)]
        first = submitted(db, resident(db))
        copy_entries(db, first.entries[0], 99)
    taken: list[list[str]] = [[] for _ in officers]

    def take_all(officer: Actor, mine: list[str]) -> None:
        while True:
            with store.transaction() as own:
                reference = take_next(own, officer)
            if reference is None:
                return
            mine.append(reference)

    threads = [threading.Thread(target=take_all, args=pair) for pair in zip(officers, taken, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    references = [reference for mine in taken for reference in mine]
    assert (len(references), len(set(references))) == (100, 100)
    with store.reading() as db:
        events = select(func.count()).where(AuditEvent.tag == "application:claim")
        assert db.scalar(events) == 100


def copy_entries(db: Session, entry: StepEntry, count: int) -> None:
    """As many applications at the same step, quicker than by submitting each."""
    for number in range(count):
        columns = {c.key: getattr(entry.application, c.key) for c in entry.application.__table__.columns}
        columns |= {"reference": f"{number:012d}", "start_key": f"copied-{number:012d}"}
        del columns["id"]
        application = type(entry.application)(**columns)
        db.add(application)
        db.flush()
        columns = {c.key: getattr(entry, c.key) for c in entry.__table__.columns}
        del columns["id"]
        db.add(StepEntry(**columns | {"application_id": application.id}))
