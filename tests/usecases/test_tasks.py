"""Tasks: opened once, seen by the unit that has to do them, done or dropped exactly once, recorded."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotFound
from portal.rules.states import Action
from portal.store import Store
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.applications import withdraw
from portal.usecases.tasks import (
    TaskKind,
    drop_tasks,
    finish_task,
    list_tasks,
    open_task,
    tasks_of,
)
from portal.usecases.transitions import close_entry, move, open_entry
from tests.support.at_once import at_once
from tests.support.office import COUNTY, DESK, prepare, resident, staff_account, submitted


@pytest.fixture
def application(db: Session) -> Application:
    prepare(db)
    made = submitted(db, resident(db))
    drop_tasks(db, made, why="other_way")
    return made


@pytest.fixture
def clerk(db: Session, application: Application) -> Actor:
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def tags(db: Session, application: Application) -> list[str]:
    rows = select(AuditEvent.tag).where(AuditEvent.stream == f"application:{application.reference}")
    return [tag for tag in db.scalars(rows.order_by(AuditEvent.seq)) if tag.startswith("task:")]


def test_task_opened_twice_is_one_task(db: Session, application: Application):
    first = open_task(db, application, "see_original", unit_code=DESK, about="identity")
    again = open_task(db, application, "see_original", unit_code=DESK, about="identity", note="再来")
    other = open_task(db, application, "see_original", unit_code=DESK, about="hukou")
    assert first.id == again.id != other.id
    assert first.county == "880001"


def test_task_done_may_be_opened_anew(db: Session, application: Application, clerk: Actor):
    first = open_task(db, application, "describe", unit_code=DESK, about="hukou")
    finish_task(db, clerk, first.id, "看过了")
    assert open_task(db, application, "describe", unit_code=DESK, about="hukou").id != first.id
    assert [one.state for one in tasks_of(db, application) if one.kind == "describe"] == ["done", "open"]


def test_unit_sees_its_open_tasks_soonest_due_first(db: Session, application: Application, clerk: Actor):
    whenever = open_task(db, application, "photo", unit_code=DESK)
    late = open_task(db, application, "see_original", unit_code=DESK, due_on=date(2026, 12, 8))
    soon = open_task(db, application, "home_visit", unit_code=DESK, due_on=date(2026, 12, 1))
    open_task(db, application, "objection", unit_code=COUNTY)
    done = open_task(db, application, "deemed", unit_code=DESK)
    finish_task(db, clerk, done.id)
    page = list_tasks(db, clerk)
    assert [one.id for one in page.tasks] == [soon.id, late.id, whenever.id]
    assert page.after is None


def test_what_is_done_at_once_comes_before_all_that_has_a_date(
    db: Session, application: Application, clerk: Actor
):
    open_task(db, application, "describe", unit_code=DESK, about="photo", due_on=date(2026, 11, 1))
    death = open_task(db, application, "staff_check", unit_code=DESK, about="death", is_at_once=True)
    open_task(db, application, "see_original", unit_code=DESK, about="id_card")
    first, following = list_tasks(db, clerk, limit=1).tasks, list_tasks(db, clerk, limit=1).after
    assert list(first) == [death]
    assert death not in list_tasks(db, clerk, following).tasks


def test_long_list_goes_on_where_its_page_ended(db: Session, application: Application, clerk: Actor):
    made = [open_task(db, application, "see_original", unit_code=DESK, about=f"e{n}").id for n in range(5)]
    first = list_tasks(db, clerk, limit=3)
    rest = list_tasks(db, clerk, after=first.after, limit=3)
    assert [one.id for one in (*first.tasks, *rest.tasks)] == made
    assert [one.id for one in list_tasks(db, clerk, after="nonsense", limit=3).tasks] == made[:3]


def test_task_of_a_role_is_hidden_from_the_others_of_its_unit(db: Session, application: Application):
    reviewer = staff_account(db, "reviewer", Role.COUNTY_REVIEWER, COUNTY)[0]
    approver = staff_account(db, "approver", Role.COUNTY_APPROVER, COUNTY)[0]
    task = open_task(db, application, "objection", unit_code=COUNTY, role=Role.COUNTY_REVIEWER)
    assert [one.id for one in list_tasks(db, reviewer).tasks] == [task.id]
    assert list_tasks(db, approver).tasks == ()
    with pytest.raises(NotFound):
        finish_task(db, approver, task.id)


def test_visitor_has_no_tasks(db: Session, application: Application):
    open_task(db, application, "objection", unit_code=COUNTY)
    assert list_tasks(db, VISITOR).tasks == ()


def test_task_of_another_unit_is_not_found(db: Session, application: Application, clerk: Actor):
    task = open_task(db, application, "objection", unit_code=COUNTY)
    with pytest.raises(NotFound):
        finish_task(db, clerk, task.id)


def test_finishing_says_who_when_and_what(db: Session, application: Application, clerk: Actor):
    task = open_task(db, application, "home_visit", unit_code=DESK, about="identity")
    finish_task(db, clerk, task.id, "到家看过身份证")
    assert (task.state, task.done_by_id, task.result) == ("done", clerk.account_id, "到家看过身份证")
    assert task.done_at is not None
    assert tags(db, application)[-2:] == ["task:open", "task:finish"]


def test_pressed_twice_by_one_person_it_is_done_once(db: Session, application: Application, clerk: Actor):
    task = open_task(db, application, "home_visit", unit_code=DESK)
    finish_task(db, clerk, task.id, "第一次")
    assert finish_task(db, clerk, task.id, "第二次").result == "第一次"
    assert tags(db, application).count("task:finish") == 1


def test_task_that_a_colleague_finished_is_a_conflict_with_the_name(
    db: Session, application: Application, clerk: Actor
):
    task = open_task(db, application, "home_visit", unit_code=DESK)
    finish_task(db, clerk, task.id)
    colleague = staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]
    with pytest.raises(Conflict) as refusal:
        finish_task(db, colleague, task.id)
    assert refusal.value.who == "clerk（示例）"
    assert refusal.value.when == task.done_at


def test_dropped_task_cannot_be_finished(db: Session, application: Application, clerk: Actor):
    task = open_task(db, application, "see_original", unit_code=DESK, about="identity")
    open_task(db, application, "see_original", unit_code=DESK, about="hukou")
    assert drop_tasks(db, application, "see_original", "identity", why="other_way") == 1
    assert task.state == "dropped"
    with pytest.raises(Conflict):
        finish_task(db, clerk, task.id)
    assert drop_tasks(db, application, why="died") == 1
    assert drop_tasks(db, application, why="died") == 0


@pytest.mark.parametrize("kind", ["photo", "see_original", "infected"])
def test_withdrawal_drops_what_nobody_needs_any_more_and_says_why(
    db: Session, application: Application, kind: TaskKind
):
    task = open_task(db, application, kind, unit_code=DESK, about="photo")
    letter = open_task(db, application, "post_letter", unit_code=DESK)
    owner = Actor("resident", application.account_id)
    withdraw(db, owner, application.reference)
    assert (task.state, task.why_dropped) == ("dropped", "withdrawn")
    assert (letter.state, letter.why_dropped) == ("open", None)
    assert tags(db, application)[-1] == "task:drop"


@pytest.mark.parametrize(
    ("action", "state"), [("approve", "open"), ("refuse", "dropped"), ("lapse", "dropped")]
)
def test_photo_is_needed_for_a_card_that_will_be_made(
    db: Session, application: Application, action: Action, state: str
):
    photo = open_task(db, application, "photo", unit_code=DESK)
    entry = open_entry(application)
    assert entry is not None
    close_entry(db, entry, action)
    move(db, SYSTEM, application, action)
    assert photo.state == state


def test_end_of_the_application_drops_what_served_the_decision(
    db: Session, application: Application, clerk: Actor
):
    seeing = open_task(db, application, "see_original", unit_code=DESK, about="identity")
    posting = open_task(db, application, "post_letter", unit_code=DESK)
    withdraw(db, Actor("resident", application.account_id), application.reference)
    assert (seeing.state, posting.state) == ("dropped", "open")


def test_of_many_who_open_the_same_task_at_once_one_does(store: Store):
    with store.transaction() as db:
        prepare(db)
        made = submitted(db, resident(db))

    def open_it(_number: int) -> int:
        with store.transaction() as db:
            application = db.get_one(Application, made.id)
            return open_task(db, application, "photo", unit_code=DESK, about="extra").id

    assert len(set(at_once(open_it, 4))) == 1
