"""Rating over HTTP: one choice is enough, names only where agreed, a bad one is mended on its own page."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.model import Role
from portal.rules.references import grouped
from portal.store.accounts import Account
from portal.store.applications import Application, Slip
from portal.store.audit import AuditEvent
from portal.store.ratings import Rating
from portal.usecases.deliveries import INVITATION
from portal.usecases.notices import send_notice
from tests.support.client import CheckingClient
from tests.support.office import COUNTY, DEFINITION, DESK, SUBJECT, resident, submitted
from tests.support.pages import HOSTILE_TEXT
from tests.support.people import furnish, make_officer, parts_of, sign_in

pytestmark = pytest.mark.one_database

Move = Callable[[str | datetime], None]
BAD = {"grade": "5", "aspects": ["slow"], "words": HOSTILE_TEXT, "consent": "contact"}


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Move, app: Flask) -> None:
    clock_at("2026-11-23T09:00+08:00")
    furnish(app)


@pytest.fixture
def application(app: Flask) -> Application:
    with parts_of(app).store.transaction() as db:
        return submitted(db, resident(db))


@pytest.fixture
def applicant(app: Flask, application: Application) -> CheckingClient:
    with parts_of(app).store.reading() as db:
        return sign_in(app, db.get_one(Account, application.account_id))


def officer(app: Flask, role: Role = Role.DESK_CLERK, unit: str = DESK) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        post = make_officer(db, role, unit, f"{role}-{unit}")
        account = post.account
    return sign_in(app, account, role_id=post.id)


def page_of(application: Application) -> str:
    return f"/account/applications/{application.reference}/rating"


def test_one_choice_is_enough_and_it_is_said_once(
    applicant: CheckingClient, application: Application
) -> None:
    applicant.get(f"/account/applications/{application.reference}")
    applicant.follow("评一评我们的服务")
    assert "示例东风镇便民服务中心" in applicant.text
    assert "没有核对原文" in applicant.text
    applicant.submit("交评价", {"grade": "2"})
    assert "谢谢您的评价" in applicant.text
    applicant.get(f"/account/applications/{application.reference}")
    assert "评一评我们的服务" not in applicant.text


def test_invitation_to_rate_stands_below_every_letter_that_says_something(
    app: Flask, applicant: CheckingClient, application: Application
) -> None:
    with parts_of(app).store.transaction() as db:
        mine = db.get_one(Application, application.id)
        send_notice(db, mine, DEFINITION, "N18", {"ended_on": "2026-11-23"})
        send_notice(db, mine, DEFINITION, INVITATION, {"unit": DESK})
    applicant.get(f"/account/applications/{application.reference}")
    letters = [one.get_text() for one in applicant.page.select("main a[href^='/account/notices/']")]
    assert len(letters) == 3
    assert ["评" in one for one in letters] == [False, False, True]


def test_without_a_grade_everything_typed_is_kept(
    applicant: CheckingClient, application: Application
) -> None:
    applicant.get(page_of(application))
    applicant.submit("交评价", {"words": HOSTILE_TEXT, "aspects": ["site"]}, expect=422)
    assert applicant.page.select("[role=alert], .summary, main a[href='#grade']")
    assert applicant.page.select("textarea[name=words]")[0].get_text().strip() == HOSTILE_TEXT
    assert applicant.page.select("input[name=aspects][value=site][checked]")


def test_bad_rating_goes_from_the_list_of_tasks_to_contact_mending_and_one_more_rating(
    app: Flask, applicant: CheckingClient, application: Application
) -> None:
    applicant.get(page_of(application))
    applicant.submit("交评价", BAD)
    clerk = officer(app)
    clerk.get("/desk/tasks")
    clerk.follow(f"有人评价不满意，请联系（收件号{grouped(application.reference)}）")
    assert clerk.path.startswith("/desk/ratings/")
    assert SUBJECT in clerk.text
    assert HOSTILE_TEXT in clerk.text
    clerk.submit("联系过了", {"contact_words": "打过电话"})
    clerk.submit("改好了", {}, expect=422)
    clerk.submit("改好了", {"mended_words": "加了人手"})
    assert "对方还没有再评" in clerk.text
    clerk.get("/desk/tasks")
    assert "现在没有要做的事" not in clerk.text or "评价不满意" not in clerk.text
    applicant.get("/account/notices")
    [letter] = [one for one in applicant.page.select("main a") if "请再评一次" in one.get_text()]
    applicant.get(str(letter["href"]))
    applicant.follow("评一评我们的服务")
    applicant.submit("交评价", {"grade": "1"})
    clerk.get("/desk/ratings")
    assert "非常满意" in clerk.text
    assert SUBJECT not in clerk.text
    assert application.reference not in clerk.text


def test_nameless_rating_shows_no_name_and_no_number_anywhere(
    app: Flask, applicant: CheckingClient, application: Application
) -> None:
    applicant.get(page_of(application))
    applicant.submit("交评价", {**BAD, "consent": "unnamed"})
    clerk = officer(app)
    clerk.get("/desk/tasks")
    assert "没有同意写名字" in clerk.text
    clerk.follow("有人评价不满意，请改正")
    number = grouped(application.reference)
    assert not any(word in clerk.text for word in (SUBJECT, application.reference, number))
    task = clerk.get("/desk/tasks")
    assert task.status == 200
    clerk.post("/desk/tasks/1", {"words": "这样就算办好了？"})
    assert clerk.path.startswith(("/desk/ratings/", "/desk/tasks"))
    clerk.get("/desk/ratings")
    assert "还要改" in clerk.text


def test_invitation_leads_to_the_page(
    app: Flask, applicant: CheckingClient, application: Application
) -> None:
    with parts_of(app).store.transaction() as db:
        found = db.get_one(Application, application.id)
        letter = send_notice(db, found, DEFINITION, "N17", {"unit": COUNTY}).id
    applicant.get(f"/account/notices/{letter}")
    applicant.follow("评一评我们的服务")
    assert applicant.path == page_of(application)


def test_another_account_and_another_unit_find_nothing(
    app: Flask, applicant: CheckingClient, application: Application
) -> None:
    applicant.get(page_of(application))
    applicant.submit("交评价", BAD)
    with parts_of(app).store.transaction() as db:
        other = db.get_one(Account, resident(db).signed_in_id)
    sign_in(app, other).get(page_of(application), expect=404)
    reviewer = officer(app, Role.COUNTY_REVIEWER, COUNTY)
    reviewer.get("/office/ratings")
    assert "还没有收到评价" in reviewer.text
    reviewer.get("/office/ratings/1", expect=404)
    reviewer.post("/office/ratings/1", {"do": "mend", "mended_words": "不是我的"}, expect=404)


def test_stage_that_has_passed_is_refused_with_what_was_written(
    applicant: CheckingClient, application: Application
) -> None:
    applicant.get(page_of(application))
    fields = {"stage": "close", "grade": "5", "consent": "named", "words": "等了很久"}
    applicant.post(page_of(application), fields, expect=409)
    assert "等了很久" in applicant.text


def by_slip(app: Flask, application: Application) -> CheckingClient:
    """Somebody without an account who has typed the two numbers of the slip."""
    with parts_of(app).store.reading() as db:
        code = db.get_one(Slip, application.id).code
    visitor = CheckingClient(app)
    visitor.get("/status")
    visitor.submit("查进度", {"reference": application.reference, "code": code})
    return visitor


def test_who_holds_the_slip_rates_without_an_account_and_reads_nothing_of_the_person(
    app: Flask, applicant: CheckingClient, application: Application
) -> None:
    visitor = by_slip(app, application)
    visitor.submit("评一评我们的服务")
    assert "示例东风镇便民服务中心" in visitor.text
    assert SUBJECT not in visitor.text
    visitor.submit("交评价", {"words": HOSTILE_TEXT}, expect=422)
    assert visitor.one("textarea[name=words]").get_text().strip() == HOSTILE_TEXT
    visitor.submit("交评价", {"grade": "2"})
    assert "谢谢您的评价" in visitor.text
    assert visitor.path == "/status/rating"
    assert "评一评我们的服务" not in [
        one.get_text() for one in by_slip(app, application).page.select("button")
    ]
    applicant.get(page_of(application))
    assert "您评过的" in applicant.text
    with parts_of(app).store.reading() as db:
        event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "rating:make")).one()
        assert (event.actor_kind, event.actor_id, event.authority) == ("visitor", None, "slip")


def test_what_was_rated_before_is_not_shown_to_who_holds_the_slip(
    app: Flask, applicant: CheckingClient, application: Application
) -> None:
    visitor = by_slip(app, application)
    visitor.submit("评一评我们的服务")
    applicant.get(page_of(application))
    applicant.submit("交评价", BAD)
    visitor.submit("交评价", {"grade": "1"})
    assert "谢谢您的评价" in visitor.text
    assert "不满意" not in visitor.text.split("您满意吗")[0]
    with parts_of(app).store.reading() as db:
        assert [one.grade for one in db.scalars(select(Rating))] == [5]


def test_slip_that_is_off_forged_or_too_old_rates_nothing(
    app: Flask, applicant: CheckingClient, application: Application, clock_at: Move
) -> None:
    visitor = by_slip(app, application)
    slip = str(visitor.one("input[name=slip]")["value"])
    for forged in ("", slip[:-1], application.reference, HOSTILE_TEXT):
        visitor.get("/status")
        visitor.post("/status/rating", {"slip": forged, "stage": "acceptance", "grade": "1"})
        assert visitor.path == "/status"
    applicant.get(f"/account/applications/{application.reference}")
    applicant.submit("关掉查询码")
    visitor.post("/status/rating", {"slip": slip}, expect=404)
    sent = {"slip": slip, "stage": "acceptance", "grade": "1", "consent": "unnamed"}
    visitor.get("/status")
    visitor.post("/status/rating", sent, expect=404)
    with parts_of(app).store.reading() as db:
        assert db.scalars(select(Rating)).all() == []
    visitor.get("/status/rating")
    assert visitor.path == "/status"


def test_staff_rate_nothing_with_a_slip(app: Flask, application: Application) -> None:
    slip = str(by_slip(app, application).one("input[name=slip]")["value"])
    clerk = officer(app)
    clerk.get("/desk")
    clerk.post("/status/rating", {"slip": slip}, expect=403)
