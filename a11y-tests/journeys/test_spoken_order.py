"""What a screen reader says, in its order: nothing important comes late, and every name stands by itself."""

import re

import pytest
from pages.journey_pages import PAGES as JOURNEY
from pages.offline_pages import PAGES as OFFLINE
from pages.staff_pages import PAGES as STAFF
from support import PLAIN, Chromium, Server, Stage, Visitor, assert_in_order, spoken_names, spoken_order

PAGES = {page.name: page for page in (*JOURNEY, *OFFLINE, *STAFF)}


@pytest.fixture
def visitor(driver: Chromium, server: Server, stage: Stage) -> Visitor:
    return Visitor(driver, server, stage, {"language": "zh"})


def spoken(visitor: Visitor, name: str) -> list[str]:
    """The lines that are read on the page of the table with this name."""
    PAGES[name].reach(visitor)
    return spoken_order(visitor.driver).splitlines()


def test_question_with_an_error_reads_summary_first_and_error_with_the_question(visitor: Visitor) -> None:
    lines = spoken(visitor, "/apply/<code>/<reference>/<page_id> person-identity error")
    assert_in_order(
        lines,
        'RootWebArea "错误：.*第2部分，共6部分：申请人信息.* - 一窗通办"',
        'link "跳到正文"',
        "banner",
        'navigation "主导航"',
        'link "上一步"',
        "main",
        'heading "有1处需要修改" level=2',
        'link "证件类型：请选择一项。"',
        'heading ".*证件.*" level=1',
        'radio "居民身份证".*',
        'radio "我现在没有证件号码".*',
        'button "保存并继续"',
        'button "保存，以后再办"',
        'region "找人帮忙"',
        "contentinfo",
    )
    assert any(re.match('group ".*证件.*" description="错误：请选择一项。"', line) for line in lines)
    assert visitor.driver.switch_to.active_element.get_attribute("id") == "errors"


def test_whoever_acts_for_someone_hears_for_whom_before_the_page(visitor: Visitor) -> None:
    lines = spoken(visitor, "/apply/<code>/<reference>/<page_id> person-name long")
    assert_in_order(
        lines,
        'region "这一页的提示"',
        'text "您正在替示例.*办事。.*"',
        'link "换一个人"',
        "main",
        'textbox ".*"',
    )


def test_check_page_reads_question_answer_change_and_then_what_follows(visitor: Visitor) -> None:
    lines = spoken(visitor, "/apply/<code>/<reference>/check long")
    assert_in_order(
        lines,
        'text "您正在替.*办事。.*"',
        "main",
        'heading "检查并提交" level=1',
        'heading "谁来办" level=2',
        'heading "申请人信息" level=2',
        'term "姓名"',
        'text "示例𠮷.*"',
        'link "修改姓名"',
        'term "证件号码"',
        'text "880000 19881102 ....".*',
        'link "修改证件号码"',
        'heading "材料和领取" level=2',
        'heading "提交以后" level=2',
        'heading "请确认" level=2',
        'checkbox "我填写的内容是真的".*',
        'button "确认无误，提交"',
    )
    changes = [name for name in spoken_names(lines, "link") if name.startswith("修改")]
    assert len(changes) > 20
    assert len(changes) == len(set(changes))


def test_receipt_reads_number_what_follows_and_the_look_up_code(visitor: Visitor) -> None:
    lines = spoken(visitor, "/apply/<code>/<reference>/receipt received")
    assert_in_order(
        lines,
        'heading "已经收到" level=1',
        'text "收件号："',
        'text "\\d{4}"',
        'text "\\d{4}"',
        'text "\\d{4}"',
        'heading "接下来" level=2',
        'text "最晚20.*"',
        'heading "不登录也能查" level=2',
        'text "查询码："',
        'link "看进度"',
    )


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_status_reads_state_then_whose_turn_it_is(visitor: Visitor, state: str) -> None:
    lines = spoken(visitor, f"/account/applications/<reference> {state}")
    whose_turn = (
        ('heading "现在轮到谁" level=2', 'text ".*最晚.*"')
        if state == "submitted"
        else ('text "请在.*以前补好。.*"', 'link "现在补"')
    )
    assert_in_order(
        lines, "main", 'heading ".+" level=1', 'text "收件号："', *whose_turn, 'heading "经过" level=2'
    )


def test_application_in_the_office_reads_what_to_do_what_is_new_needs_answers_and_then_the_decision(
    visitor: Visitor,
) -> None:
    lines = spoken(visitor, "/office/applications/<reference> refusing error")
    assert_in_order(
        lines,
        "main",
        'heading "有.处需要修改" level=2',
        'heading "新办残疾人证，收件号.*" level=1',
        'navigation "这一页的各部分"',
        'link "现在要做什么"',
        'link "处理：县残联批准"',
        'heading "现在要做什么" level=2',
        'link "去处理"',
        'heading "上次看过以后" level=2',
        'heading "沟通需要和要留意的" level=2',
        'text "和这位申请人联系、见面时要这样做。"',
        'term "请不要这样联系"',
        'heading "概况" level=2',
        'term "申请人"',
        'heading "申请内容" level=2',
        'heading "申请人信息" level=3',
        'heading "和申请人的留言" level=2',
        'heading "内部便条" level=2',
        'heading "办理经过" level=2',
        'heading "处理：县残联批准" level=2',
        'radio "同意办理".*',
        'radio "不同意办理" checked=true.*',
        'button "看看申请人会读到什么"',
    )


def test_sheet_for_a_home_without_network_reads_where_it_lies_before_the_questions(visitor: Visitor) -> None:
    lines = spoken(visitor, "/desk/offline/sheets/<serial> open")
    assert_in_order(
        lines,
        'RootWebArea "离线表：新办残疾人证 - 一窗通办"',
        'link "跳到正文"',
        "main",
        'heading "离线表：新办残疾人证" level=1',
        'text "存好了。没有网络也能打开这张表。"',
        'heading "照着问，照着填" level=2',
        'text "还留14天。过了就自动删掉。"',
        'text ".*是加密的。.*"',
        'button "锁上"',
        'heading "这次上门" level=2',
        'text "在场的是代办人。.*"',
        'textbox "哪一天上门、填的这张表？".*',
        'group "怎么知道在场的是谁？"',
        'textbox "证件号码（可以不填）".*',
        'heading "第1部分：谁来办" level=2',
        'heading "第6部分：材料和领取" level=2',
        'button "送出（要有网络）"',
        "contentinfo",
    )


@pytest.mark.parametrize("language", ["zh", "easy"])
def test_long_list_of_choices_reads_each_group_with_its_heading(
    driver: Chromium, server: Server, stage: Stage, language: str
) -> None:
    visitor = Visitor(driver, server, stage, {"language": language})
    staged = stage.draft(PLAIN, until="kinds")
    visitor.sign_in(staged.applicant)
    visitor.open(f"/apply/zj-01/{staged.reference}/kinds")
    lines = spoken_order(visitor.driver).splitlines()
    assert_in_order(
        lines,
        'heading ".+" level=1',
        'group "看、听、说"',
        'checkbox "看东西".*',
        'checkbox "听声音".*',
        'checkbox "说话".*',
        'group "(活动、学习、情绪|走路、学习、心情)"',
        'checkbox "走路和活动".*',
        'checkbox "学习.*".*',
        'checkbox "情绪和精神".*',
        'checkbox "(不清楚|不知道)".*',
        'button "保存并继续"',
    )
