"""Acting for somebody over HTTP: a mother, a guardian whose child comes of age, a neighbour's errand."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.rules.references import grouped
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.store.representations import Mandate, Representation
from portal.usecases.actor import SYSTEM
from portal.usecases.demo_people import demo_id_number
from portal.usecases.evidence_checks import Seen, record_seen
from portal.usecases.mandates import hash_of
from portal.usecases.representations import activate, end_by_person
from tests.support.client import CheckingClient
from tests.support.journeys import FORM, Office, begin, go
from tests.support.office import ANSWERS, REGION, submitted
from tests.support.people import actor_of, officer, parts_of

pytestmark = [pytest.mark.one_database]

NAME = "示例王小明"
BANNER = f"您正在替{NAME}办事。"
REFUSED = "现在不能替这个人办"


class Helper:
    """Somebody who has handed in an application for another, with their browser."""

    def __init__(self, office: Office, **own: Any) -> None:
        self.office = office
        self.account: Account = office.resident()
        with parts_of(office.app).store.transaction() as db:
            application = submitted(
                db, actor_of(self.account), "proxy", {**ANSWERS, "g_name": "示例王母", **own}
            )
            self.reference = application.reference
            self.record_id = application.representation_id
        self.browser = office.browser(self.account)

    def again(self) -> CheckingClient:
        """Another day, another session."""
        self.browser = self.office.browser(self.account)
        return self.browser

    def record(self) -> Representation:
        with parts_of(self.office.app).store.reading() as db:
            kept = db.get_one(Representation, self.record_id)
            db.expunge(kept)
            return kept

    def told(self) -> list[str]:
        with parts_of(self.office.app).store.reading() as db:
            rows = select(Message.body).where(Message.account_id == self.account.id).order_by(Message.id)
            return list(db.scalars(rows))

    def make_active(self, **how: Any) -> None:
        with parts_of(self.office.app).store.transaction() as db:
            kept = db.get_one(Representation, self.record_id)
            activate(db, SYSTEM, REGION, kept, **how)

    def seen_at_counter(self) -> None:
        """The counter looks at the proof that came with the application."""
        with parts_of(self.office.app).store.transaction() as db:
            post = self.office.posts["desk_clerk", "desk_dongfeng"]
            clerk = officer(post)
            record_seen(db, clerk, self.reference, "guardian", Seen("desk", "示例王母"))


def chosen(client: CheckingClient, words: str) -> str:
    """The value of the choice of the start page with these words."""
    client.get("/apply/zj-01")
    label = next(one for one in client.page.select("label") if words in one.get_text())
    return str(client.one(f"#{label['for']}")["value"])


def test_mother_goes_on_for_the_same_son_and_every_page_says_for_whom(office: Office) -> None:
    mother = Helper(office, g_kind="parent", g_is_guardian="no")
    client = mother.browser
    status = f"/account/applications/{mother.reference}"
    for page in (status, f"{status}/messages", f"{status}/rating", f"{status}/withdraw"):
        client.get(page)
        assert BANNER in client.text
        assert "您是示例王小明的父亲或母亲" in client.text
        assert NAME not in client.one("title").get_text()
    client.get(status)
    client.follow("换一个人")
    assert client.heading() == "我替谁办事"
    value = chosen(client, f"替{NAME}办")
    client.submit(FORM, {"acting": value})
    begun = client.path.split("/")[3]
    with parts_of(office.app).store.reading() as db:
        rows = select(Application.representation_id).where(Application.acting == "proxy")
        assert set(db.scalars(rows)) == {mother.record_id}
    go(client, begun, "person-name")
    assert client.one("input[name=p_name]")["value"] == NAME


def test_every_page_about_a_person_says_for_whom_it_is(office: Office) -> None:
    mother = Helper(office)
    mother.make_active(basis="adult_guardian")
    client = mother.again()
    about = f"/account/people/{mother.record_id}"
    client.get(f"{about}/needs")
    first = client.page.select(f"main a[href^='{about}/needs/']")[0]["href"]
    for page in (
        about,
        f"{about}/needs",
        str(first).partition("#")[0],
        f"{about}/holdings",
        f"{about}/record",
    ):
        client.get(page)
        assert BANNER in client.text, page
        assert "替您办事" not in client.text, page
        assert "您是不是本人" not in client.text, page
    for page in (f"{about}/end", f"{about}/death"):
        client.get(page)
        assert BANNER in client.text, page
        assert NAME in client.one("main").get_text(), page
        assert client.page.select(f"a[href='{about}']"), page


def test_hint_of_a_long_answer_begins_without_an_empty_line_in_easy_read(office: Office) -> None:
    client = office.browser(office.resident())
    client.get("/account/appointments?language=easy")
    for hint in client.page.select("form .hint"):
        assert not hint.decode_contents().lstrip().startswith("<br")
        assert "<br/><br/>" not in hint.decode_contents().replace(" ", "")


def test_mandate_is_the_same_text_until_the_record_changes(office: Office) -> None:
    mother = Helper(office, g_kind="parent", g_is_guardian="no")
    client = mother.browser
    page = f"/account/people/{mother.record_id}"
    for _ in range(2):
        client.get(page)
        client.submit("写好委托书，准备打印")
    assert client.heading() == "授权委托书"
    for said in (
        NAME,
        "示例王母",
        "新办残疾人证",
        "委托期限：从2026年11月23日起",
        "签名或者按手印",
        "第一百六十五条",
    ):
        assert said in client.text
    with parts_of(office.app).store.transaction() as db:
        made = db.scalars(select(Mandate)).all()
        assert [one.text_hash for one in made] == [hash_of(made[0].text)]
        shown = client.one("code").get_text().replace(" ", "")
        assert shown == made[0].text_hash
        db.get_one(Representation, mother.record_id).to_on = date(2026, 12, 22)
    client.get(f"{page}/mandate")
    client.submit("重新写一份")
    assert "到2026年12月22日止" in client.text
    with parts_of(office.app).store.reading() as db:
        assert len(set(db.scalars(select(Mandate.text_hash)))) == 2


def test_laid_down_it_is_over_at_once_and_what_is_handed_in_goes_on(office: Office) -> None:
    mother = Helper(office)
    client = mother.browser
    draft = begin(client, chosen(client, f"替{NAME}办"))
    client.get(f"/account/people/{mother.record_id}")
    client.follow("不再替这个人办事")
    client.submit("不再替这个人办事")
    assert "您自己不再办了" in client.text
    numbers = [
        [group.get_text() for group in one.select("span")] for one in client.page.select(".tasks .numbers")
    ]
    assert grouped(mother.reference).split() in numbers
    for closed in (f"/account/applications/{mother.reference}", f"/apply/zj-01/{draft}"):
        client.get(closed, 403)
        assert client.heading() == REFUSED
    client.get("/account")
    assert "授权现在不能用" in client.text
    client.get("/apply/zj-01")
    assert "现在不能接着办" in client.text
    assert f"替{NAME}办" not in client.text
    assert office.standing(mother.reference) == ("desk_clerk", "desk_dongfeng")
    with parts_of(office.app).store.reading() as db:
        stream = f"account:{mother.account.id}"
        tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == stream)).all()
    assert tags.count("representation:end") == 1
    assert any("已经不再替别人办事" in one for one in mother.told())


def test_taken_back_in_the_midst_of_a_page_what_was_typed_waits(office: Office) -> None:
    mother = Helper(office)
    client = mother.browser
    draft = begin(client, chosen(client, f"替{NAME}办"))
    go(client, draft, "person-name")
    with parts_of(office.app).store.transaction() as db:
        kept = db.get_one(Representation, mother.record_id)
        end_by_person(db, SYSTEM, REGION, kept, by="slip")
    client.submit(FORM, {"p_name": "示例王小李"}, 403)
    assert "本人收回了授权" in client.text
    back = client.href("回到刚才填的那一页")
    client.get(back, 403)
    with parts_of(office.app).store.transaction() as db:
        kept = db.get_one(Representation, mother.record_id)
        anew = Representation(
            account_id=kept.account_id,
            person_id=kept.person_id,
            relation="parent",
            powers=kept.powers,
            state="asked",
            from_on=clock.today(),
            created_at=clock.now(),
        )
        db.add(anew)
        db.flush()
        activate(db, SYSTEM, REGION, anew, basis="entrusted", agreed_way="slip")
    client.get(back)
    assert client.one("input[name=p_name]")["value"] == "示例王小李"


def test_guardian_of_a_child_guards_until_the_birthday_and_both_are_told(office: Office) -> None:
    born = date(2008, 12, 10)
    guardian = Helper(
        office,
        p_id_no=demo_id_number(born, 7),
        g_kind="parent",
        g_is_guardian="yes",
        evidence_guardian="desk",
    )
    guardian.seen_at_counter()
    kept = guardian.record()
    assert (kept.state, kept.basis, kept.to_on) == ("active", "minor_guardian", date(2026, 12, 9))
    office.go_to(date(2026, 12, 2))
    assert any("到12月9日为止" in one for one in guardian.told())
    guardian.again().get(f"/account/applications/{guardian.reference}")
    clock.use_fixed(clock.now() + timedelta(days=8))
    guardian.again().get(f"/account/applications/{guardian.reference}", 403)
    office.go_to(date(2026, 12, 10))
    kept = guardian.record()
    assert (kept.state, kept.ended_by, kept.ended_for) == ("ended", "system", "of_age")
    assert any("满18周岁" in one for one in guardian.told())
    guardian.again().get(f"/account/applications/{guardian.reference}", 403)
    assert "满18周岁了，以后由本人办" in guardian.browser.text
    assert office.standing(guardian.reference)


def test_neighbour_with_one_errand_stops_on_the_last_day_in_the_midst_of_it(office: Office) -> None:
    neighbour = Helper(office, g_kind="other", g_other="entrusted")
    with parts_of(office.app).store.transaction() as db:
        db.get_one(Representation, neighbour.record_id).services = ["zj-01"]
    neighbour.make_active(
        basis="entrusted",
        to_on=clock.today() + timedelta(days=29),
        powers=["fill", "submit"],
        agreed_way="slip",
    )
    client = neighbour.again()
    draft = begin(client, chosen(client, f"替{NAME}办"))
    client.get("/apply/bt-01")
    assert f"替{NAME}办" not in client.text
    client.post("/apply/bt-01", {"acting": f"with-{neighbour.record_id}", "start_key": "k" * 20}, 403)
    assert "不包括这一件事" in client.text
    office.go_to(date(2026, 12, 15))
    assert sum("到12月22日为止" in one for one in neighbour.told()) == 1
    office.go_to(date(2026, 12, 22))
    client = neighbour.again()
    go(client, draft, "person-name")
    office.go_to(date(2026, 12, 23))
    client = neighbour.again()
    client.get(f"/apply/zj-01/{draft}/person-name", 403)
    assert "授权到期了" in client.text
    assert neighbour.record().ended_for == "over"


def test_two_people_of_one_household_never_bleed_into_each_other(office: Office) -> None:
    client = office.browser(office.resident())
    drafts = {}
    for name in ("示例甲", "示例乙"):
        drafts[name] = begin(client, "proxy")
        go(client, drafts[name], "person-name")
        client.submit(FORM, {"p_name": name})
    for _turn in range(2):  # one after another, and again as from two tabs
        for name, draft in drafts.items():
            other = next(one for one in drafts if one != name)
            for page in ("person-name", "guardian-relation", "guardian-agent", "guardian-wish"):
                go(client, draft, page)
                assert f"您正在替{name}办事。" in client.text
                assert other not in client.text
            client.get(f"/apply/zj-01/{draft}/check")
            assert name in client.text
            assert other not in client.text
    go(client, drafts["示例甲"], "guardian-wish")
    client.submit(FORM, {"g_wish": "示例甲想自己领证"})
    go(client, drafts["示例乙"], "guardian-wish")
    assert "想自己领证" not in client.text
    with parts_of(office.app).store.reading() as db:
        both = db.execute(
            select(Application.person_id, Application.representation_id).where(
                Application.reference.in_(drafts.values())
            )
        ).all()
    assert len({one.person_id for one in both}) == len({one.representation_id for one in both}) == 2


def test_page_of_a_person_leads_to_needs_and_to_what_a_family_reports(office: Office) -> None:
    mother = Helper(office, g_kind="parent", g_is_guardian="no")
    client, page = mother.browser, f"/account/people/{mother.record_id}"
    for link, heading in (("联系和沟通", "联系和沟通"), ("家里有人去世", "家里有人去世")):
        client.get(page)
        client.follow(link)
        assert client.heading() == heading
    client.get(page)
    assert "谁看过这个人的材料" not in client.text
    mother.make_active(basis="adult_guardian")
    client.get(page)
    client.follow("谁看过这个人的材料")
    assert client.heading() == "谁看过这个人的材料"
