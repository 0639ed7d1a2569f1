"""Objecting to an assessment: before handing in, how many working days are left is said (art. 25)."""

import pytest
from sqlalchemy.orm import Session

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Role
from portal.store.applications import Application
from tests.support.journeys import Office, begin, walk
from tests.support.made_up import fillings_for
from tests.support.people import make_officer, parts_of
from tests.usecases.test_reassessment import refused, walker

CATALOGUE = load_catalogue()

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.mark.parametrize(
    ("received_on", "said"),
    [
        ("2026-11-16", "还剩5个工作日，最后一天是2026年11月30日"),
        ("2026-11-09", "今天（2026年11月23日）是最后一天"),
        ("2026-11-06", "最后一天是2026年11月20日，已经过了"),
    ],
    ids=["in time", "last day", "late"],
)
def test_the_days_that_are_left_are_said_before_handing_in(
    office: Office, received_on: str, said: str
) -> None:
    client = office.browser(office.resident())
    begin(client, "self", "zj-07")
    fillings = fillings_for(CATALOGUE.definition("zj-07", "demo"), CATALOGUE.regions["demo"])
    walk(client, {**fillings, "yy_received_on": received_on})
    assert said in client.text


def at_city(db: Session, office: Office, application: Application) -> str:
    """Somebody of the city federation is at work, to whom the application has come."""
    entry = application.entries[-1]
    post = entry.role, entry.unit_code
    office.posts[post] = make_officer(db, Role(entry.role), entry.unit_code, "city")
    return application.reference


def test_officer_reads_the_first_result_and_is_not_offered_its_institution(office: Office) -> None:
    with parts_of(office.app).store.transaction() as db:
        first, earlier = refused(db)
        application, source = walker(db, "zj-07", first).apply(), earlier.reference
        made = at_city(db, office, application)
    officer = office.at_post(made)
    said = officer.page.select("h2#first-assessment + *")[0].get_text(" ")
    assert "示例市第一示范医院" in said
    assert "没有达到残疾标准" in said
    assert source in "".join(officer.text.split())
    officer.submit("领取这件申请")
    officer.submit("选这一种，往下填", {"outcome": "look_again"})
    assert not officer.page.select("[name='first_hospital']")
    offered = [str(one["value"]) for one in officer.page.select("input[name='referred_hospital']")]
    assert "hospital_calm" in offered
    assert "hospital_first" not in offered
    filled = {"referred_hospital": "hospital_calm", "assess_at": "hospital"}
    officer.submit("看看申请人会读到什么", filled)
    officer.submit("确认，现在生效")
    assert "您的处理已经生效" in officer.text


def test_officer_is_told_that_it_came_late_and_that_nothing_is_on_record(office: Office) -> None:
    with parts_of(office.app).store.transaction() as db:
        made = at_city(db, office, walker(db, "zj-07", yy_received_on="2026-11-02").apply())
    officer = office.at_post(made)
    assert "这里没有记录，是在别处评定的" in officer.text
    assert "最后一天是2026年11月16日，交的时候已经过了" in officer.text
    officer.submit("领取这件申请")
    officer.submit("选这一种，往下填", {"outcome": "look_again"})
    assert officer.page.select("[name='first_source']")
    assert not officer.page.select("input[value='record']")
