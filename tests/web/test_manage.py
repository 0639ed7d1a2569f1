"""Management in the browser: staff, units, calendar, numbers, messages; closed to everyone else."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.catalogue.model import Role
from portal.catalogue.wording import Voice, answer_text, offered_choices
from portal.store import Store
from portal.usecases.actor import VISITOR
from portal.usecases.calendar import get_calendar
from portal.usecases.calendar_days import add_calendar_day, missing_holidays
from portal.usecases.visitor_messages import leave_message
from tests.support.client import CheckingClient
from tests.support.office import DEFINITION
from tests.support.pages import HOSTILE_TEXT
from tests.support.people import parts_of
from tests.support.workers import Worker, make_worker, sign_in

pytestmark = pytest.mark.one_database

HOSPITAL = next(
    field
    for page in DEFINITION.service.pages
    for field in page.fields
    if field.choices_from == "institutions"
)

GETS = (
    "/manage",
    "/manage/staff",
    "/manage/staff/new",
    "/manage/staff/{id}",
    "/manage/units",
    "/manage/units/new",
    "/manage/units/desk_dongfeng",
    "/manage/units/desk_dongfeng/change",
    "/manage/units/desk_dongfeng/close",
    "/manage/calendar",
    "/manage/amounts",
    "/manage/amounts/most_in_hand",
    "/manage/amendments",
    "/manage/messages",
    "/manage/messages/{reference}",
)
POSTS = (
    "/manage/audit-check",
    "/manage/staff/new",
    "/manage/staff/{id}/posts",
    "/manage/staff/{id}/posts/{role}/end",
    "/manage/staff/{id}/link",
    "/manage/staff/{id}/disable",
    "/manage/staff/{id}/enable",
    "/manage/calendar",
    "/manage/calendar/2026-12-01/remove",
    "/manage/calendar/years",
    "/manage/calendar/years/2028/remove",
    "/manage/amounts/most_in_hand",
    "/manage/amendments/1",
    "/manage/units/new",
    "/manage/units/desk_dongfeng/change",
    "/manage/units/desk_dongfeng/close",
    "/manage/messages/{reference}",
)


@pytest.fixture(autouse=True)
def noon(clock_at: Callable[..., None]) -> None:
    clock_at("2026-11-23T12:00:00+08:00")


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["portal"].store
    return found


@pytest.fixture
def chief(app: Flask, client: CheckingClient, store: Store) -> Worker:
    with store.transaction() as db:
        worker = make_worker(db, Role.ADMINISTRATOR, "chief", name="示例管理员")
    sign_in(app, client, worker)
    return worker


@pytest.fixture
def other(store: Store, chief: Worker) -> Worker:
    """A second administrator."""
    with store.transaction() as db:
        return make_worker(db, Role.ADMINISTRATOR, "other-chief", name="示例管理员乙")


@pytest.fixture
def clerk(store: Store) -> Worker:
    with store.transaction() as db:
        return make_worker(db, Role.DESK_CLERK, "clerk", name="示例窗口")


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.ADMINISTRATOR)])
def test_every_page_is_closed_to_staff_who_do_not_administer(
    app: Flask, client: CheckingClient, store: Store, clerk: Worker, role: Role | None
) -> None:
    with store.transaction() as db:
        reference = leave_message(db, VISITOR, "question", "怎么办？")
        worker = make_worker(db, role)
    about = {"id": clerk.account_id, "role": clerk.role_id, "reference": reference}
    sign_in(app, client, worker)
    for path in GETS:
        client.get(path.format(**about), expect=403)
    for path in POSTS:
        client.post(path.format(**about), {}, expect=403)


def test_every_page_sends_visitors_to_the_door_of_staff(client: CheckingClient, clerk: Worker) -> None:
    about = {"id": clerk.account_id, "role": clerk.role_id, "reference": "261122045738"}
    for path in GETS:
        client.get(path.format(**about))
        assert client.path == "/staff/sign-in"
    for path in POSTS:
        client.post(path.format(**about), {}, expect=403)
        assert "请在新的标签页里登录" in client.text  # what was typed is still there


def test_applications_are_closed_to_administrators(client: CheckingClient, chief: Worker) -> None:
    for path in ("/office", "/desk"):
        client.get(path, expect=403)


def test_overview_and_check_of_the_audit_say_how_it_stands(client: CheckingClient, chief: Worker) -> None:
    client.get("/manage")
    assert "还没有封存过" in client.text
    client.submit("现在检查")
    assert "全部记录和写入时一样" in client.text


def test_new_member_of_staff_gets_a_link_that_opens(client: CheckingClient, chief: Worker) -> None:
    client.get("/manage/staff/new")
    client.submit(
        "新建并取得登记链接",
        {
            "display_name": "示例新人",
            "login_name": "New-Clerk",
            "role": "窗口工作人员",
            "unit": "desk_xishan",
        },
    )
    link = client.one("main code").get_text()
    client.get("/manage/staff")
    assert "new-clerk" in client.text
    client.get(link)
    assert client.heading() == "登记工作账户"
    assert "示例新人" in client.text


def test_mistakes_in_a_new_account_are_explained_and_kept(
    client: CheckingClient, chief: Worker, clerk: Worker
) -> None:
    client.get("/manage/staff/new")
    filled = {
        "display_name": HOSTILE_TEXT[:40],
        "login_name": "clerk",
        "role": "hospital",
        "unit": "desk_xishan",
    }
    client.submit("新建并取得登记链接", filled, 422)
    assert "已经有人用" in client.text
    client.submit("新建并取得登记链接", {"login_name": "somebody"}, 422)
    assert "没有这种岗位" in client.text
    client.submit("新建并取得登记链接", {"login_name": "名字"}, 422)
    assert "小写字母" in client.text
    client.submit("新建并取得登记链接", {"display_name": "", "login_name": ""}, 422)
    assert client.one("#errors a[href='#display-name']")


def test_posts_are_added_and_ended_on_the_page_of_a_person(
    client: CheckingClient, chief: Worker, clerk: Worker
) -> None:
    client.get(f"/manage/staff/{clerk.account_id}")
    assert "示例窗口" not in client.page.title.get_text()
    client.submit("加上这个岗位", {"role": "township_clerk", "unit": "desk_xishan"})
    assert "示例西山乡" in client.text
    client.submit("加上这个岗位", {"role": "township_clerk", "unit": "desk_xishan"}, 422)
    client.submit("加上这个岗位", {"role": "administrator", "unit": "federation_city"}, 422)
    client.get(f"/manage/staff/{clerk.account_id}")
    client.submit("结束这个岗位：窗口工作人员，示例东风镇便民服务中心")
    assert "已结束" in client.text


def test_account_is_disabled_enabled_and_invited_anew(
    client: CheckingClient, chief: Worker, clerk: Worker
) -> None:
    client.get(f"/manage/staff/{clerk.account_id}")
    client.submit("停用这个账户")
    assert "已停用" in client.text
    client.submit("恢复这个账户")
    assert "可以登录" in client.text
    client.submit("取得新的登记链接")
    assert "/staff/enrol/" in client.one("main code").get_text()


def test_own_account_has_no_buttons_and_refuses_posts(client: CheckingClient, chief: Worker) -> None:
    client.get(f"/manage/staff/{chief.account_id}")
    assert "另一位系统管理员" in client.text
    assert client.page.select("main button") == []
    for act in ("link", "disable", f"posts/{chief.role_id}/end"):
        client.get("/manage")
        client.post(f"/manage/staff/{chief.account_id}/{act}", {}, expect=403)


def test_units_are_listed_with_place_and_telephone(client: CheckingClient, chief: Worker) -> None:
    client.get("/manage/units")
    assert "示例市示例县示例东风镇" in client.text
    assert "19900001101" in client.text


def open_first(client: CheckingClient) -> None:
    """Open the first of the changes: what waits stands before what is decided."""
    client.get(str(client.page.select("tbody a")[0]["href"]))


def grant(app: Flask, client: CheckingClient, chief: Worker, other: Worker) -> None:
    """The other administrator grants the newest change, and the first one sits there again."""
    sign_in(app, client, other)
    client.get("/manage/amendments")
    open_first(client)
    client.submit("提交", {"answer": "同意"})
    sign_in(app, client, chief)


WHEN = {"from_on": "2026-11-23", "source": "示例通知"}


def test_number_waits_for_the_other_administrator_and_is_listed_with_its_unit(
    app: Flask, client: CheckingClient, chief: Worker, other: Worker
) -> None:
    client.get("/manage/amounts/certificate_years")
    assert "从1年到100年" in client.text
    filled = {"value": "12", "from_on": "2026-12-01", "source": "示例通知", "is_verified": "核对过"}
    client.submit("交给另一位管理员", {**filled, "value": "999"}, 422)
    client.submit("交给另一位管理员", {**filled, "value": "0"}, 422)
    client.submit("交给另一位管理员", {**filled, "from_on": "2026-11-01"}, 422)
    assert client.one("#errors a[href='#from-on']")
    client.submit("交给另一位管理员", filled)
    open_first(client)
    assert "这是您提出的" in client.text
    assert "残疾人证的有效期：12年" in client.text
    client.post(client.path, {"answer": "grant"}, expect=403)
    client.get("/manage")
    assert "等您答复" not in client.text  # one's own is for the other to answer
    sign_in(app, client, other)
    client.get("/manage")
    assert "另一位管理员提出了1个修改，等您答复。" in client.text
    client.follow("看要改的清单")
    open_first(client)
    assert [one.get_text(strip=True) for one in client.page.select("dd")][2] == "10年"  # what it is now
    assert "示例管理员" in client.text
    grant(app, client, chief, other)
    client.get("/manage/amounts")
    assert "2026年12月1日起12年" in client.text
    client.get("/manage/amounts/sms_signature", expect=404)


def test_new_unit_is_described_granted_and_listed(
    app: Flask, client: CheckingClient, chief: Worker, other: Worker
) -> None:
    client.get("/manage/units/new")
    filled = {
        "name_zh": "示例新医院",
        "name_en": "New hospital (example)",
        "kind": "评定医院",
        "place": "样本县",
        "phone": "19900004444",
        "categories": "视力残疾",
        **WHEN,
    }
    client.submit("交给另一位管理员", {**filled, "place": "哪里也不是"}, 422)
    assert client.one("#errors a[href='#place']")
    client.submit("交给另一位管理员", {**filled, "address_zh": "示例路9号"}, 422)
    assert client.one("#errors a[href='#address-en']")
    client.submit("交给另一位管理员", {**filled, "address_zh": "", "kind": "县民政局"}, 422)
    assert client.one("#errors a[href='#categories']")
    client.submit("交给另一位管理员", {**filled, "address_zh": ""})
    open_first(client)
    assert "示例市样本县" in client.text
    assert "视力残疾" in client.text
    client.submit("提交", {"answer": "撤回"})
    client.get("/manage/units/new")
    client.submit("交给另一位管理员", filled)
    grant(app, client, chief, other)
    client.get("/manage/units")
    assert "示例新医院" in client.text
    region = parts_of(app).region
    offered = {choice.label.zh: choice.hint for choice in offered_choices(HOSPITAL, region)}
    assert offered["示例新医院"] is not None
    assert offered["示例新医院"].zh == "评定：视力残疾"


def test_unit_is_changed_in_what_the_form_says_differently(
    app: Flask, client: CheckingClient, chief: Worker, other: Worker
) -> None:
    client.get("/manage/units/desk_dongfeng/change")
    client.submit("交给另一位管理员", WHEN, 422)
    assert "还没有改任何内容" in client.text
    client.submit("交给另一位管理员", {"phone": "19900007777", "name_zh": "示例改名窗口"})
    assert "名称、电话" in client.text
    open_first(client)
    assert "19900007777（现在：19900001101）" in client.text
    client.get("/manage/units/desk_dongfeng")
    assert "改单位的资料，2026年11月23日起" in client.text
    grant(app, client, chief, other)
    client.get("/manage/units/desk_dongfeng")
    assert "19900007777" in client.text
    assert "示例改名窗口" in client.text
    client.get("/manage/units/nowhere", expect=404)


def test_closing_says_where_the_work_goes_and_leaves_nothing_to_change(
    app: Flask, client: CheckingClient, chief: Worker, other: Worker
) -> None:
    client.get("/manage/units/federation_city/close")
    assert "没有别的同一种类的单位" in client.text
    client.get("/manage/units/desk_dongfeng/close")
    client.submit("交给另一位管理员", {**WHEN, "from_on": "2026-11-01"}, 422)
    client.submit("交给另一位管理员", {**WHEN, "to": "示例西山乡便民服务中心"})
    open_first(client)
    assert "停用以后不能恢复" in client.text
    assert "申请转到示例西山乡便民服务中心" in client.text
    grant(app, client, chief, other)
    client.get("/manage/units/desk_dongfeng")
    assert "2026年11月23日起停用" in client.text
    region = parts_of(app).region
    every = HOSPITAL.model_copy(update={"choices_from": "units"})
    assert "desk_dongfeng" not in {choice.value for choice in offered_choices(every, region)}
    assert answer_text(every, "desk_dongfeng", region, Voice("zh")) == "示例东风镇便民服务中心"
    for act in ("change", "close"):
        client.get(f"/manage/units/desk_dongfeng/{act}", expect=404)


def test_day_is_added_refused_twice_and_removed(
    app: Flask, client: CheckingClient, chief: Worker, other: Worker
) -> None:
    client.get("/manage/calendar")
    filled = {"day": "2026年12月1日", "is_working": "放假", "source": "示例市通知〔2026〕1号"}
    client.submit("加上这一天", filled)
    assert "2026年12月1日放假" in client.text
    client.get("/manage/calendar")
    assert "还没有加过" in client.text
    client.submit("加上这一天", filled, 422)
    assert "已经有一个这样的修改在等人同意" in client.text
    grant(app, client, chief, other)
    client.get("/manage/calendar")
    assert "示例市通知" in client.text
    client.submit("加上这一天", filled, 422)
    client.submit("加上这一天", {**filled, "day": "2026-11-22"}, 422)
    client.get("/manage/calendar")
    client.submit("删除2026年12月1日")
    grant(app, client, chief, other)
    client.get("/manage/calendar")
    assert "还没有加过" in client.text
    client.post("/manage/calendar/nonsense/remove", {}, expect=404)


def test_year_is_confirmed_once_its_holidays_are_there_and_taken_back(
    app: Flask, client: CheckingClient, chief: Worker, other: Worker, store: Store
) -> None:
    client.get("/manage/calendar")
    whole_year = {"year": "2028年", "year_source": "国办发明电〔2027〕1号"}
    client.submit("确认这一年", whole_year, 422)
    assert "5月1日" in client.text
    client.submit("确认这一年", {"year_source": ""}, 422)
    with store.transaction() as db:
        for day in missing_holidays(get_calendar(db), 2028):
            add_calendar_day(db, chief.actor, day, "国办发明电〔2027〕1号", is_working=False)
    client.get("/manage/calendar")
    client.submit("确认这一年", whole_year)
    grant(app, client, chief, other)
    client.get("/manage/calendar")
    assert "已经确认的年份" in client.text
    client.submit("撤回2028年")
    grant(app, client, chief, other)
    client.get("/manage/calendar")
    assert "已经确认的年份" not in client.text
    client.post("/manage/calendar/years/2028/remove", {}, expect=404)
    client.post("/manage/calendar/years/9999999999999999999999/remove", {}, expect=404)
    client.post("/manage/calendar/years", {"year": "1999", "year_source": "x"}, expect=422)


def test_message_is_read_and_answered(client: CheckingClient, chief: Worker, store: Store) -> None:
    with store.transaction() as db:
        reference = leave_message(db, VISITOR, "barrier", HOSTILE_TEXT, path="/services", contact="到家里来")
    client.get("/manage/messages")
    assert "等待答复：1条" in client.text
    client.get(f"/manage/messages/{reference}")
    client.submit("保存答复", {"answer": ""}, 422)
    client.submit("保存答复", {"answer": "改好了。"})
    assert "改好了。" in client.text
    assert "按对方写的方式" in client.text
    client.get("/manage/messages")
    assert "现在没有等待答复的留言" in client.text
    client.post(f"/manage/messages/{reference}", {"answer": "又一次"}, expect=409)
    client.get("/manage/messages/000000000000", expect=404)


def test_unknown_account_and_unknown_post_are_404(
    client: CheckingClient, chief: Worker, clerk: Worker
) -> None:
    client.get("/manage/staff/99999", expect=404)
    client.get("/manage")
    for path in ("99999/link", "99999/posts", f"{clerk.account_id}/posts/99999/end"):
        client.get("/manage")
        client.post(f"/manage/staff/{path}", {"role": "hospital", "unit": "hospital_first"}, expect=404)


@pytest.mark.parametrize("path", GETS)
def test_management_speaks_english(
    client: CheckingClient, chief: Worker, clerk: Worker, store: Store, path: str
) -> None:
    with store.transaction() as db:
        reference = leave_message(db, VISITOR, "question", "怎么办？")
    client.language = "en"
    client.get(path.format(id=clerk.account_id, reference=reference) + "?language=en")
