"""An officer writes down that a holder's household registration moved away; the holder reads both days."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select

from portal.catalogue.model import Role
from portal.store.accounts import Account
from portal.store.applications import LiveKey
from portal.store.certificates import Certificate
from portal.store.messages import NoticeRow
from portal.usecases.sessions import open_session
from tests.support.certificates import holder_of_one
from tests.support.client import CheckingClient
from tests.support.office import COUNTY, prepare, sign_in_staff
from tests.support.people import parts_of

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

SENT = {"moved_on": "2026-11-23", "source": "word"}


class Away:
    """A holder, and the officer of the county that answers for the card."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with parts_of(app).store.transaction() as db:
            prepare(db)
            holder, card = holder_of_one(db)
            entry = card.spoken_through.entries[-1]
            entry.unit_code, entry.role = COUNTY, Role.COUNTY_REVIEWER
            _actor, self.staff = sign_in_staff(db, "reviewer", Role.COUNTY_REVIEWER, COUNTY)
            _actor, self.head = sign_in_staff(db, "head", Role.LEAD, COUNTY)
            self.holder = open_session(db, db.get_one(Account, holder.signed_in_id), "code")
            db.execute(delete(LiveKey))
            self.page = f"/office/applications/{card.spoken_through.reference}"
            self.form = f"{self.page}/moved/{card.id}"
            self.card = f"/account/certificates/{card.key}"

    def visitor(self, token: str) -> CheckingClient:
        client = CheckingClient(self.app)
        client.browser.set_cookie("session", token)
        return client

    def moved_on(self) -> str | None:
        with parts_of(self.app).store.reading() as db:
            day = db.scalars(select(Certificate.moved_on)).one()
            return day.isoformat() if day else None


@pytest.fixture
def away(app: Flask) -> Away:
    return Away(app)


def test_move_is_written_down_read_by_the_holder_and_taken_back(app: Flask, away: Away) -> None:
    officer = away.visitor(away.staff)
    officer.get(away.page)
    officer.follow("记录户口迁走了")
    officer.submit("记录户口迁走了", SENT)
    page = officer.get(away.page).text
    assert "本人或者家人说的" in page
    assert "2027年5月23日" in page
    holder = away.visitor(away.holder)
    seen = holder.get(away.card).text
    assert "您的户口迁走了，证还没有迁" in seen
    assert "2027年5月23日" in seen
    assert "2027年11月23日" in seen
    assert "/services/zj-04" in seen
    with parts_of(app).store.reading() as db:
        letter = db.scalars(select(NoticeRow.id).where(NoticeRow.key == "N22")).one()
    assert "户口迁走以后，请办残疾人证迁移" in holder.get(f"/account/notices/{letter}").text
    officer.get(away.page)
    officer.follow("记录不对，收回")
    officer.submit("收回这个记录", {})
    assert away.moved_on() is None
    assert "户口迁走" not in holder.get(away.card).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"moved_on": "2026-11-24"}, "日期不能晚于今天"),
        ({"moved_on": "2026-11-22"}, "2026年11月23日"),
        ({"source": ""}, "从哪里知道的"),
    ],
    ids=["tomorrow", "before the card", "no source"],
)
def test_what_cannot_be_is_asked_again(away: Away, wrong: dict[str, str], said: str) -> None:
    officer = away.visitor(away.staff)
    officer.get(away.form)
    assert said in officer.submit("记录户口迁走了", {**SENT, **wrong}, 422).text
    assert away.moved_on() is None


def test_another_day_over_a_record_is_refused(away: Away) -> None:
    officer, late = away.visitor(away.staff), away.visitor(away.staff)
    late.get(away.form)
    officer.get(away.form)
    officer.submit("记录户口迁走了", SENT)
    with parts_of(away.app).store.transaction() as db:
        card = db.scalars(select(Certificate)).one()
        assert card.moved_on is not None
        card.moved_on = card.moved_on.replace(day=1)
    late.post(away.form, SENT, 409)


def test_head_reads_no_way_to_write_it_down(away: Away) -> None:
    head = away.visitor(away.head)
    assert "记录户口迁走了" not in head.get(away.page).text
    head.get(away.form, 403)
