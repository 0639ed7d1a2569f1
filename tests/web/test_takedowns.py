"""Taking a public notice down over HTTP: why is said, the page answers without data, and comes back."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from portal.catalogue.model import Role
from portal.store.accounts import Account
from portal.store.public_notices import PublicNotice
from tests.support.client import CheckingClient
from tests.support.office import COUNTY, OTHER_COUNTY, SUBJECT
from tests.support.pages import HOSTILE_TEXT
from tests.support.people import furnish, make_officer, parts_of, sign_in
from tests.support.public_notices import VILLAGE, posted_notice

pytestmark = pytest.mark.one_database

Move = Callable[[str | datetime], None]


@pytest.fixture(autouse=True)
def _monday_morning(clock_at: Move, app: Flask) -> None:
    clock_at("2026-11-23T09:00+08:00")
    furnish(app)


@pytest.fixture
def notice(app: Flask) -> PublicNotice:
    with parts_of(app).store.transaction() as db:
        found = posted_notice(db)
        assert found.application.reference
        return found


def officer(app: Flask, role: Role = Role.COUNTY_REVIEWER, unit: str = COUNTY) -> CheckingClient:
    with parts_of(app).store.transaction() as db:
        post = make_officer(db, role, unit, f"{role}-{unit}")
        account = post.account
    return sign_in(app, account, role_id=post.id)


def address(notice: PublicNotice) -> str:
    return f"/office/applications/{notice.application.reference}"


def test_reviewer_takes_it_down_and_posts_it_again(
    app: Flask, client: CheckingClient, notice: PublicNotice
) -> None:
    reviewer = officer(app)
    reviewer.get(address(notice))
    reviewer.follow("有危险或者写错了，撤下公示")
    assert reviewer.heading() == "撤下公示"
    reviewer.submit("撤下公示", {"reason": "danger", "words": HOSTILE_TEXT})
    assert reviewer.path == address(notice)
    assert "为了安全撤下" in reviewer.text
    assert "公示可能让人有危险" in reviewer.text
    gone = client.get(f"/public-notices/{notice.slug}", expect=410)
    assert gone.response.headers["Cache-Control"] == "no-store"
    assert "这份公示撤下来了" in client.text
    assert not any(word in client.text for word in (VILLAGE, SUBJECT, notice.masked_name, "危险"))
    client.get(f"/public-notices/{notice.slug}/objection", expect=410)
    client.get("/public-notices")
    assert VILLAGE not in client.text
    reviewer.get(address(notice))
    reviewer.follow("再公示")
    assert VILLAGE in reviewer.text
    reviewer.submit("再公示", {"is_safe": True})
    client.get(f"/public-notices/{notice.slug}")
    assert VILLAGE in client.text


def test_applicant_reads_that_it_is_down_and_that_the_step_waits(app: Flask, notice: PublicNotice) -> None:
    reviewer = officer(app)
    reviewer.get(address(notice))
    reviewer.post(f"{address(notice)}/public-notices/{notice.id}/take-down", {"reason": "wrong"})
    with parts_of(app).store.reading() as db:
        account = db.get_one(Account, notice.application.account_id)
    applicant = sign_in(app, account)
    applicant.get(f"/account/applications/{notice.application.reference}")
    assert "公示先撤下来了" in applicant.text
    [letter] = [one for one in applicant.page.select("main a") if "公示撤下告知书" in one.get_text()]
    applicant.get(str(letter["href"]))
    assert "原因：公示里有写错的" in applicant.text


def test_without_a_reason_or_a_word_that_it_is_safe_nothing_happens(app: Flask, notice: PublicNotice) -> None:
    reviewer = officer(app)
    reviewer.get(address(notice))
    down = f"{address(notice)}/public-notices/{notice.id}/take-down"
    reviewer.post(down, {"words": "没有选原因"}, expect=422)
    assert "没有选原因" in reviewer.text
    reviewer.post(down, {"reason": "danger"})
    reviewer.post(f"{address(notice)}/public-notices/{notice.id}/post-again", {}, expect=422)
    CheckingClient(app).get(f"/public-notices/{notice.slug}", expect=410)


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        (Role.COUNTY_REVIEWER, OTHER_COUNTY, 404),
        (Role.COUNTY_APPROVER, COUNTY, 403),
    ],
    ids=["elsewhere", "approver"],
)
def test_nobody_else_takes_it_down(
    app: Flask, notice: PublicNotice, role: Role, unit: str, status: int
) -> None:
    other = officer(app, role, unit)
    for end in ("take-down", "post-again"):
        one = f"{address(notice)}/public-notices/{notice.id}/{end}"
        other.get(one, expect=status)
        other.post(one, {"reason": "danger", "is_safe": True}, expect=status)
    CheckingClient(app).get(f"/public-notices/{notice.slug}")


def test_who_keeps_away_takes_nothing_down(app: Flask, client: CheckingClient, notice: PublicNotice) -> None:
    reviewer = officer(app)
    reviewer.get(f"{address(notice)}/recusal")
    reviewer.post(f"{address(notice)}/recusal", {"cause": "interest"})
    taking_down = f"{address(notice)}/public-notices/{notice.id}/take-down"
    reviewer.post(taking_down, {"reason": "danger"}, expect=403)
    reviewer.get(taking_down, expect=403)
    client.get(f"/public-notices/{notice.slug}")
    assert VILLAGE in client.text


def test_head_and_second_officer_give_it_up_and_the_inspector_reads_why(
    app: Flask, notice: PublicNotice
) -> None:
    reviewer, head = officer(app), officer(app, Role.LEAD)
    head.get(address(notice))
    assert "提出不再公示" not in head.text
    reviewer.get(f"{address(notice)}/public-notices/{notice.id}/take-down")
    reviewer.submit("撤下公示", {"reason": "danger"})
    head.get(address(notice))
    head.follow("以后也不能公示，提出不再公示")
    assert "这一条还没有核对原文" in head.text
    head.submit("提出不再公示", {}, expect=422)
    head.submit("提出不再公示", {"cause": HOSTILE_TEXT})
    assert HOSTILE_TEXT in head.text
    reviewer.get(address(notice))
    assert "再公示" not in [link.get_text() for link in reviewer.page.select("main a")]
    reviewer.get("/office/approvals")
    reviewer.get(str(reviewer.one("#approvals a")["href"]))
    assert HOSTILE_TEXT in reviewer.text
    reviewer.submit("确认", {"answer": "send_back"}, expect=422)
    reviewer.submit("确认", {"answer": "agree"})
    assert reviewer.path == address(notice)
    assert "不再公示" in reviewer.text
    with parts_of(app).store.reading() as db:
        account = db.get_one(Account, notice.application.account_id)
    applicant = sign_in(app, account)
    applicant.get(f"/account/applications/{notice.application.reference}")
    applicant.get(str(applicant.page.select("main ul.tap a")[0]["href"]))
    assert "以后也不再公示" in applicant.text
    assert HOSTILE_TEXT not in applicant.text


def test_nobody_but_the_head_gives_it_up(app: Flask, notice: PublicNotice) -> None:
    reviewer = officer(app)
    reviewer.get(address(notice))
    reviewer.post(f"{address(notice)}/public-notices/{notice.id}/take-down", {"reason": "danger"})
    one = f"{address(notice)}/public-notices/{notice.id}/waive"
    reviewer.get(one, expect=403)
    reviewer.post(one, {"cause": "示例"}, expect=403)
    elsewhere = officer(app, Role.LEAD, OTHER_COUNTY)
    elsewhere.get(one, expect=404)
    elsewhere.post(one, {"cause": "示例"}, expect=404)
    head = officer(app, Role.LEAD)
    head.get(one)
    head.submit("提出不再公示", {"cause": "示例"})
    head.get(f"{address(notice)}/waivers/1")
    head.submit("确认", {"answer": "agree"}, expect=403)
    head.get(f"{address(notice)}/waivers/1")
    head.submit("确认", {"answer": "send_back", "words": "收回"})
    assert "提出过不再公示" in head.text
    head.get(f"{address(notice)}/waivers/1")
    assert head.path == address(notice)
