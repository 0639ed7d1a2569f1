"""A day's work in the office without sight and without a mouse.

By keyboard alone a reviewer signs in, narrows the list, takes the next, writes, asks, proposes; a second
officer agrees; an approver decides in two tabs; the head of the unit hands out, takes back, grants days and
opens again.
Then the list and the page of an application as they are read, thing after thing.
"""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from sqlalchemy import select
from support import (
    Person,
    Someone,
    Stage,
    Staged,
    assert_in_order,
    spoken_names,
    spoken_order,
)

from portal import clock
from portal.catalogue.model import Role
from portal.rules.references import grouped
from portal.store.applications import Application
from portal.usecases.extensions import ask_extension
from tests.support.chain import deciding, run
from tests.support.office import COUNTY
from tests.support.second_looks import pin, with_second_person

NAMES = ("王小明", "王晓明")
ONE_POINT = {
    "points": "person-name",
    "reason--person-name": "C03",
    "words--person-name": "请照身份证写姓名。",
    "summary": "请照身份证写姓名",
}
REFERRAL = {"referred_hospital": "hospital_first", "assess_at": "hospital"}
REFUSAL = {"reasons": "R13", "words": "评定的结论不符合标准。", "summary": "没有达到残疾标准"}
TOO_LATE = "这一段在另一个标签页里写了很久。"
AGAIN = {"cause": "评定表看错了一行。", "basis": "示例文件第三条", "summary": "我们看错了，重新办"}


def sign_in_at_the_door(person: Person, role: Role) -> Someone:
    """With the login name, the password and the number of the authenticator."""
    login_name, password = person.stage.enrolled(role, COUNTY)
    person.visitor.open("/staff/sign-in")
    person.keys.fill_page({"login_name": login_name, "password": password}, "下一步")
    person.keys.go(Keys.ENTER)
    person.keys.fill_page({"code": person.stage.authenticator_code(login_name)}, "登录")
    person.keys.go(Keys.ENTER)
    return person.visitor.session()


def waiting(stage: Stage, days: int) -> Staged:
    """At the acceptance since so many days ago, in nobody's hands; a proposal to refuse needs two."""
    with clock.earlier(days):
        staged: Staged = stage.at_acceptance()
    with stage.transaction() as db:
        application = db.scalars(select(Application).where(Application.reference == staged.reference)).one()
        pin(db, application, with_second_person("propose_refusal"))
    return staged


def assess(stage: Stage, staged: Staged) -> None:
    """The doctors find it below the standard."""
    with stage.transaction() as db:
        application = db.scalars(select(Application).where(Application.reference == staged.reference)).one()
        run(db, stage.hospital.actor, application, deciding("below"))


def refused_with_days_wanted(stage: Stage) -> tuple[Staged, Staged]:
    """One that was refused, and one for which the reviewer asks for more days."""
    wanting: Staged = stage.at_review()
    stage.claim(stage.reviewer, wanting)
    with stage.transaction() as db:
        ask_extension(db, stage.reviewer.actor, wanting.reference, 5, "要向另一个省核对户口。")
    refused: Staged = stage.refused()
    return refused, wanting


def fill_and_send(person: Person, fillings: dict[str, str], button: str) -> None:
    person.keys.fill_page(fillings, button)
    person.keys.go(Keys.ENTER)


def find(person: Person, reference: str) -> None:
    """By its number, from wherever one is."""
    person.keys.follow("找一件申请")
    fill_and_send(person, {"words": reference}, "查找")
    person.keys.follow(grouped(reference))


def spoken(person: Person) -> list[str]:
    """What is read on the page that is open; its title names no applicant."""
    assert not any(name in person.driver.title for name in NAMES)
    return spoken_order(person.driver).splitlines()


@pytest.mark.long_story
def test_reviewer_takes_the_next_asks_and_proposes_a_refusal_to_which_another_agrees(person: Person) -> None:
    staged = waiting(person.stage, 60)  # longer than any other: it is the next
    number = grouped(staged.reference)
    reviewer = sign_in_at_the_door(person, Role.COUNTY_REVIEWER)
    person.keys.follow("本单位")
    person.keys.skip_to_main()
    person.keys.follow("更多筛选")
    person.keys.pick("谁领取的", "没有人领取")
    person.keys.pick("服务", "新办残疾人证")
    person.keys.push("筛选")
    person.keys.skip_to_main()
    person.keys.pick("步骤", "县残联受理")
    person.keys.push("筛选")
    assert person.driver.find_elements(By.LINK_TEXT, number)
    person.keys.push("领取下一件")
    assert person.path.endswith(staged.reference)
    assert "您第一次看这件申请。" in person.main

    person.keys.jump("内部便条")
    person.keys.follow("写内部便条")
    fill_and_send(person, {"note": "已经打电话问过。"}, "保存便条")
    assert "已经打电话问过。" in person.main
    person.keys.skip_to_main()
    person.keys.jump("和申请人的留言")
    person.keys.follow("给申请人留言")
    fill_and_send(person, {"message": "请看一看姓名。"}, "发给申请人")
    assert "请看一看姓名。" in person.main
    person.decide("ask_more", ONE_POINT)
    person.keys.push("看完了，离开这件申请")

    person.stage.correct(staged)
    person.keys.follow("我的待办")  # one came back to the list that one had narrowed
    person.keys.follow("申请人补好的")
    person.keys.skip_to_main()
    person.keys.follow(number)
    assert_in_order(
        spoken(person),
        'heading "现在要做什么" level=2',
        'heading "上次看过以后" level=2',
        'text "您上次.*看过。"',
        'link "改了答案：姓名"',
        'heading "这次补正改了什么" level=3',
        'term "姓名"',
        'text "示例王晓明"',
        'text ".*示例王小明"',
        'heading "沟通需要和要留意的" level=2',
    )
    person.decide("accept", REFERRAL)

    assess(person.stage, staged)
    person.take("/office", staged.reference)
    person.propose("propose_refusal", {})

    person.become(person.stage.reviewer, "/office")
    assert person.stage.reviewer.actor.account_id != reviewer.actor.account_id
    person.keys.follow("等我看的事")
    person.keys.follow(f"处理决定，等第二个人同意，收件号{number}")
    assert_in_order(
        spoken(person),
        'heading "等第二个人同意" level=1',
        'term "打算怎么处理"',
        'text "建议不同意，送批准"',
        'group "您同意这样处理吗？"',
        'radio "同意，现在生效"',
        'button "确认"',
    )
    fill_and_send(person, {"answer": "agree"}, "确认")
    assert_in_order(
        spoken(person),
        'heading ".*" level=1',
        'text "已完成："',
        'text "您的处理已经生效。.*"',
        "navigation .*",
    )


def test_approver_decides_and_a_stale_second_tab_keeps_what_was_written(person: Person) -> None:
    staged = person.stage.at_decision()
    person.become(person.stage.approver, "/office")
    person.take("/office", staged.reference)
    fill_and_send(person, {"outcome": "refuse"}, "选这一种，往下填")
    stale = person.driver.current_window_handle
    person.driver.switch_to.new_window("tab")
    try:
        person.visitor.open(f"/office/applications/{staged.reference}")
        person.decide("refuse", REFUSAL)
    finally:
        person.driver.close()
        person.driver.switch_to.window(stale)
    fill_and_send(person, {**REFUSAL, "words": TOO_LATE}, "看看申请人会读到什么")
    assert person.visitor.status == 409
    assert_in_order(
        spoken(person),
        'heading "刚才已经有人处理了" level=1',
        'term "时间"',
        'term "处理的人"',
        'term "做了什么"',
        'heading "您写的理由还在" level=2',
        f'text "{TOO_LATE}"',
    )


def test_head_hands_out_what_is_late_takes_it_back_grants_days_and_opens_again(person: Person) -> None:
    late = waiting(person.stage, 30)
    refused, wanting = refused_with_days_wanted(person.stage)
    person.become(person.stage.staff("lead-shili"), "/office/unit")
    person.keys.follow("超期的")
    person.keys.to(f"选 {grouped(late.reference)}", "input")
    person.keys.press(Keys.SPACE)
    person.keys.push("一起处理选中的")
    assert person.heading == "一起处理1件"
    fill_and_send(person, {"to": str(person.stage.reviewer.actor.account_id)}, "交给这位同事")
    assert person.heading == "办好1件"
    find(person, late.reference)
    person.keys.push("交给同事")
    person.keys.push("收回到本单位")
    assert person.heading == "办好1件"
    find(person, late.reference)
    assert "没有人领取" in person.main

    waits = f"申请延长时限，收件号{grouped(wanting.reference)}"
    person.keys.follow("等我看的事")
    person.keys.follow(waits)
    fill_and_send(person, {"answer": "grant", "summary": "多用几天核对户口"}, "答复")
    assert person.heading == "等我看的事"
    assert waits not in person.main

    find(person, refused.reference)
    person.keys.follow("原来的决定错了，重新办理")
    fill_and_send(person, AGAIN, "重新办理")
    assert AGAIN["cause"] in person.main
    assert "县残联审核" in person.main


def test_list_reads_what_can_be_done_then_the_table_in_which_every_row_has_its_number(person: Person) -> None:
    number = grouped(waiting(person.stage, 30).reference)
    person.become(person.stage.reviewer, "/office/unit")
    lines = spoken(person)
    assert_in_order(
        lines,
        'RootWebArea "本单位（.*件） - 一窗通办"',
        'link "跳到正文"',
        'navigation "主导航"',
        "main",
        'heading "本单位（.*件）" level=1',
        'button "领取下一件"',
        'navigation "清单"',
        'form "筛选"',
        'combobox "步骤".*',
        'button "筛选"',
        'table "最急的在前"',
        'columnheader "收件号"',
        'columnheader "时限"',
        f'rowheader "{number}"',
        f'checkbox "选 {number}"',
        f'link "{number}"',
        'cell "新办残疾人证"',
        'button "一起处理选中的"',
    )
    for role in ("checkbox", "button", "combobox"):
        said = spoken_names(lines, role)
        assert len(said) == len(set(said)), f"two of {said} are called the same"
        assert all(said)


def test_application_reads_what_to_do_now_first_and_the_decision_last(person: Person) -> None:
    staged = waiting(person.stage, 30)
    person.stage.claim(person.stage.reviewer, staged)
    person.become(person.stage.reviewer, f"/office/applications/{staged.reference}?outcome=ask_more")
    lines = spoken(person)
    headings = [line for line in lines if line.startswith("heading") and line.endswith("level=2")]
    assert headings[0] == 'heading "现在要做什么" level=2'
    assert headings[1] == 'heading "上次看过以后" level=2'
    assert headings[-1] == 'heading "处理：县残联受理" level=2'
    assert spoken_names(lines, "heading").count("您选了：请申请人补材料") == 1
    parts = [name for name in spoken_names(lines, "heading") if f'link "{name}"' in lines]
    assert len(parts) == len(headings), f"the list at the top leads to {parts} of {headings}"
