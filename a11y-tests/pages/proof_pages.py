"""The pages of proof: tasks, originals seen, registers, deaths; and what the applicant reads of it."""

from collections.abc import Callable
from datetime import date

from pages.staff_pages import (
    DESK,
    DESK_ROUTE,
    OFFICE,
    OFFICE_ROUTE,
    at_post,
    clerk,
    reviewer,
    work,
)
from pages.states import PageState, Reach, sending, signed_in
from sqlalchemy import select
from support import LONG, Stage, Staged, Visitor

from portal.clock import today
from portal.gateways.registers import RegisterAnswer
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.usecases.deaths import report_death
from portal.usecases.evidence_checks import Seen, record_seen
from portal.usecases.register_checks import ask_register, note_answer, take_check
from portal.usecases.tasks import finish_task, open_task
from tests.support.office import COUNTY, REGION
from tests.support.office import DESK as COUNTER

SAID = {
    "household": RegisterAnswer("mismatch", {}, "模拟数据", is_simulated=True),
    "certificate": RegisterAnswer(
        "hit",
        {"status": "cancelled", "cancelled_on": today().isoformat()},
        "模拟数据",
        is_simulated=True,
    ),
    "death": RegisterAnswer("hit", {"died_on": "2026-10-31"}, "模拟数据", is_simulated=True),
}
NOTE = "照片清楚，有一个折角，第二页有手写的更正，旁边盖了派出所的章。" * 4
WORDS = "打过三次电话，都没有人接。" * 20


def proven(stage: Stage) -> Staged:
    """At the counter, from somebody proven: the ID card was seen, every register has answered."""
    staged: Staged = stage.submitted(LONG)
    with stage.transaction() as db:
        application = of(db, staged)
        db.get_one(Account, application.account_id).identity_level = "proven"
        application.person.is_proven = True
        seen = Seen("home", LONG["p_name"], "", date(2020, 1, 1), "no", NOTE)
        record_seen(db, stage.clerk.actor, staged.reference, "identity", seen)
        open_task(db, application, "home_visit", unit_code=COUNTER, about="hukou")
        for register, answer in SAID.items():
            ask_register(db, stage.clerk.actor, staged.reference, register)
            asking = take_check(db)
            assert asking is not None
            note_answer(db, REGION, asking, answer)
        ask_register(db, stage.clerk.actor, staged.reference, "household")
    return staged


def of(db: object, staged: Staged) -> Application:
    found = db.scalars(select(Application).where(Application.reference == staged.reference)).one()  # type: ignore[attr-defined]
    assert isinstance(found, Application)
    return found


def once(make: Callable[[Stage], Staged], mark: str) -> Callable[[Stage], Staged]:
    """The same one for every page that only looks at it."""
    kept: dict[int, Staged] = {}

    def made(stage: Stage) -> Staged:
        if id(stage) not in kept:
            kept[id(stage)] = make(stage)
        return kept[id(stage)]

    made.__name__ = mark
    return made


def dead(stage: Stage) -> Staged:
    staged: Staged = stage.submitted(LONG, "proxy")
    with stage.transaction() as db:
        report_death(
            db, stage.clerk.actor, staged.reference, source="document", died_on=date(2026, 11, 2), words=WORDS
        )
    return staged


at_counter = once(proven, "proven")
died = once(dead, "dead")
at_county = once(lambda stage: stage.at_acceptance(LONG), "at_county")


def task(make: Callable[[Stage, Staged], int], base: str, who: Callable[[Stage], object]) -> Reach:
    def reach(visitor: Visitor) -> None:
        task_id = make(visitor.stage, visitor.stage.the("submitted", "long", answers=LONG, acting="proxy"))
        visitor.sign_in(who(visitor.stage))
        visitor.open(f"{base}/tasks/{task_id}")

    return reach


def waiting(stage: Stage, staged: Staged) -> int:
    with stage.transaction() as db:
        return open_task(db, of(db, staged), "see_original", unit_code=COUNTER, about="identity").id


def done(stage: Stage, staged: Staged) -> int:
    with stage.transaction() as db:
        made = open_task(db, of(db, staged), "describe", unit_code=COUNTER, about="hukou")
        return finish_task(db, stage.clerk.actor, made.id, WORDS).id


def at_the_county(stage: Stage, staged: Staged) -> int:
    with stage.transaction() as db:
        return open_task(db, of(db, staged), "delivery_failed", unit_code=COUNTY, note=WORDS).id


def county_list(visitor: Visitor) -> None:
    at_the_county(visitor.stage, visitor.stage.the("submitted", "long", answers=LONG, acting="proxy"))
    signed_in(reviewer, "/office/tasks")(visitor)


def counter_list(visitor: Visitor) -> None:
    waiting(visitor.stage, visitor.stage.the("submitted", "long", answers=LONG, acting="proxy"))
    signed_in(clerk, "/desk/tasks")(visitor)


def owner(visitor: Visitor) -> None:
    staged = at_counter(visitor.stage)
    visitor.sign_in(staged.applicant)
    visitor.open(f"/account/applications/{staged.reference}")


def undone(visitor: Visitor) -> None:
    staged = dead(visitor.stage)
    visitor.sign_in(visitor.stage.clerk)
    visitor.open(f"/desk/deaths?reference={staged.reference}")
    visitor.send({"is_alive": True})


EVIDENCE = "/applications/<reference>/evidence/<evidence_id>"
DEATH = "/applications/<reference>/death"
PAGES = (
    PageState("/desk/tasks", "empty", at_post("clerk-beiqiao", "/desk/tasks")),
    PageState("/desk/tasks", "filled", counter_list),
    PageState("/office/tasks", "empty", at_post("reviewer-yangben", "/office/tasks")),
    PageState("/office/tasks", "filled", county_list),
    PageState("/desk/tasks/<int:task_id>", "waiting", task(waiting, "/desk", clerk)),
    PageState(
        "/desk/tasks/<int:task_id>",
        "error",
        sending(task(waiting, "/desk", clerk), "#finish .actions button", words="长" * 1001),
        422,
    ),
    PageState("/desk/tasks/<int:task_id>", "done", task(done, "/desk", clerk)),
    PageState("/office/tasks/<int:task_id>", "waiting", task(at_the_county, "/office", reviewer)),
    PageState(DESK_ROUTE, "proven", work(clerk, DESK, at_counter)),
    PageState(DESK_ROUTE, "died", work(clerk, DESK, died)),
    PageState(OFFICE_ROUTE, "evidence", work(reviewer, OFFICE, at_county)),
    PageState("/desk" + EVIDENCE, "empty", work(clerk, DESK + "/evidence/identity", at_counter)),
    PageState(
        "/desk" + EVIDENCE, "error", sending(work(clerk, DESK + "/evidence/identity", at_counter)), 422
    ),
    PageState("/office" + EVIDENCE, "empty", work(reviewer, OFFICE + "/evidence/hukou", at_county)),
    PageState("/desk" + DEATH, "empty", work(clerk, DESK + "/death", at_counter)),
    PageState("/desk" + DEATH, "error", sending(work(clerk, DESK + "/death", at_counter)), 422),
    PageState("/office" + DEATH, "empty", work(reviewer, OFFICE + "/death", at_county)),
    PageState("/desk/deaths", "empty", signed_in(clerk, "/desk/deaths")),
    PageState("/desk/deaths", "error", sending(signed_in(clerk, "/desk/deaths"), reference="12"), 422),
    PageState("/desk/deaths", "undone", undone),
    PageState("/desk/deaths/people", "empty", signed_in(clerk, "/desk/deaths/people")),
    PageState(
        "/desk/deaths/people",
        "error",
        sending(
            signed_in(clerk, "/desk/deaths/people"),
            id_type="resident",
            name="示例王小明",
            id_number="880000199001010011",
            is_alive=True,
        ),
        422,
    ),
    PageState("/account/applications/<reference>", "originals seen", owner),
)
