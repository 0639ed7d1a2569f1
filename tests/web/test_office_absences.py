"""Absences and handing over in the browser: by the officer, by the head, and what is refused in words."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.catalogue.model import Role
from portal.store import Store
from portal.usecases.claims import claim
from tests.support.client import CheckingClient
from tests.support.office import DESK, prepare, resident, submitted
from tests.support.people import parts_of
from tests.support.workers import Worker, make_worker, sign_in

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _monday(clock_at: Callable[[str], None]) -> None:
    clock_at("2026-11-23T12:00+08:00")


@pytest.fixture
def store(app: Flask) -> Store:
    store: Store = parts_of(app).store
    with store.transaction() as db:
        prepare(db)
    return store


@pytest.fixture
def clerks(store: Store) -> tuple[Worker, Worker]:
    with store.transaction() as db:
        return (
            make_worker(db, Role.DESK_CLERK, "first", name="示例甲"),
            make_worker(db, Role.DESK_CLERK, "second", name="示例乙"),
        )


def test_officer_enters_an_absence_and_ends_it(
    app: Flask, client: CheckingClient, clerks: tuple[Worker, Worker]
) -> None:
    first, second = clerks
    sign_in(app, client, first)
    client.get("/desk/absences")
    wrong = {
        "who": str(first.role_id),
        "from_on": "2026-11-25",
        "to_on": "2026-11-24",
        "deputy": str(second.account_id),
    }
    client.post("/desk/absences", wrong, expect=422)
    assert "最后一天要在第一天以后" in client.text
    client.post("/desk/absences", {**wrong, "to_on": "2026-11-26"})
    assert "示例乙" in client.text
    client.submit("结束示例甲的这一次")
    assert "现在没有人记过不在岗" in client.text


def test_everything_in_hand_goes_to_a_colleague_of_the_post(
    app: Flask, client: CheckingClient, store: Store, clerks: tuple[Worker, Worker]
) -> None:
    first, second = clerks
    with store.transaction() as db:
        reference = submitted(db, resident(db)).reference
        claim(db, first.actor, reference)
    sign_in(app, client, first)
    client.get("/desk/hand-over")
    client.post("/desk/hand-over", {"who": str(first.role_id), "to": str(first.account_id)}, expect=422)
    assert "同一个岗位的另一个人" in client.text
    client.post("/desk/hand-over", {"who": str(first.role_id), "to": str(second.account_id)})
    assert client.heading() == "办好1件"


def test_absence_of_another_unit_does_not_exist(
    app: Flask, client: CheckingClient, store: Store, clerks: tuple[Worker, Worker]
) -> None:
    with store.transaction() as db:
        head = make_worker(db, Role.LEAD, "head")  # of the federation, not of the counter
    assert head.actor.unit_code != DESK
    sign_in(app, client, clerks[0])
    client.get("/desk/absences")
    client.post(
        "/desk/absences",
        {"who": str(clerks[0].role_id), "from_on": "2026-11-25", "to_on": "2026-11-25", "deputy": "nobody"},
    )
    sign_in(app, client, head)
    client.get("/office/absences")
    assert "示例甲" not in client.text
    client.post("/office/absences/1/end", {}, expect=404)
