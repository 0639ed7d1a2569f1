"""The pre-check: one question a page, 不清楚 never refuses, nothing is stored, forged answers fail kindly."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from portal.catalogue.texts import Language
from portal.store.base import Base
from tests.support.client import CheckingClient
from tests.web.public_support import BUDGET, LANGUAGES, open_region, weight

pytestmark = pytest.mark.one_database

CHECK = "/services/zj-01/check"
WAY_TO_APPLY = ["没有", "没有", "在本地", ["看东西"], "满18周岁", "能去"]


@pytest.fixture
def visitor(app: Flask) -> CheckingClient:
    open_region(app)
    visitor = CheckingClient(app)
    visitor.get(CHECK)
    return visitor


def choose(visitor: CheckingClient, *labels: str, button: str = "继续", expect: int = 200) -> None:
    """Choose by the words beside the controls and press a button."""
    values = [
        str(control["value"])
        for control in visitor.page.select("input[name=answer]")
        if visitor.one(f"label[for={control['id']}]").get_text() in labels
    ]
    assert len(values) == len(labels), labels
    is_radio = visitor.page.select_one("input[name=answer][type=radio]") is not None
    answer = {"answer": values[0] if is_radio else values} if values else {}
    visitor.submit(button, answer, expect=expect)


def walk(visitor: CheckingClient, answers: list[str | list[str]]) -> None:
    for answer in answers:
        choose(visitor, *([answer] if isinstance(answer, str) else answer))


def test_straight_way_ends_in_may_apply_with_link_reasons_and_no_grade(visitor: CheckingClient) -> None:
    walk(visitor, WAY_TO_APPLY)
    assert "可以申请" in visitor.heading()
    assert visitor.href("开始申请").endswith("/apply/zj-01")
    assert "看东西" in visitor.text
    assert "不是决定" in visitor.text


def test_every_unclear_answer_still_may_apply(visitor: CheckingClient) -> None:
    for _question in range(10):
        if not visitor.page.select("input[name=answer]"):
            break
        choose(visitor, "不清楚")
    assert "可以申请" in visitor.heading()
    assert "工作人员会帮您查" in visitor.text


def test_every_question_offers_not_sure(visitor: CheckingClient) -> None:
    for answer in WAY_TO_APPLY:
        assert [one.get_text() for one in visitor.page.select(".choice label")][-1] == "不清楚"
        walk(visitor, [answer])


def test_the_result_leads_to_the_service_that_fits(visitor: CheckingClient) -> None:
    walk(visitor, ["有", "户口迁来了，证还没有迁"])
    assert visitor.href("残疾人证迁移").endswith("/services/zj-04")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (["有", "丢了"], "可能要办别的事"),
        (["没有", "注销过"], "现在还不能申请"),
        (["没有", "没有", "不在本地", "没有"], "请到别的地方申请"),
    ],
)
def test_deciding_answer_ends_the_questions_with_its_reason(
    visitor: CheckingClient, answers: list[str | list[str]], said: str
) -> None:
    walk(visitor, answers)
    assert said in visitor.heading()
    assert not visitor.page.select("input[name=answer]")
    assert len(visitor.page.select("main dt")) == len(answers)


def test_not_yet_names_its_unverified_rule_and_whom_to_ask(visitor: CheckingClient) -> None:
    walk(visitor, ["没有", "注销过"])
    assert "第二十四条" in visitor.text
    assert "这一条还没有核对原文" in visitor.text
    assert visitor.text.count("“待核实”是什么意思？") == 1
    assert visitor.href("写留言问工作人员").endswith("/questions")


def test_permit_holder_from_elsewhere_may_apply_and_reads_where_it_is_decided(
    visitor: CheckingClient,
) -> None:
    walk(visitor, ["没有", "没有", "不在本地", "有", ["听声音"], "满18周岁", "能去"])
    assert "可以申请" in visitor.heading()
    assert "户口所在地的县级残联批准" in visitor.text


def test_no_answer_shows_the_same_question_with_an_error(visitor: CheckingClient) -> None:
    choose(visitor, "没有")
    asked = visitor.heading()
    visitor.submit("继续", expect=422)
    assert visitor.heading() == asked
    assert visitor.one("title").get_text().startswith("错误：")
    assert visitor.one("#answer-error")


def test_going_back_keeps_every_answer(visitor: CheckingClient) -> None:
    choose(visitor, "没有")
    choose(visitor, "没有")
    choose(visitor, "在本地", button="回到上一个问题")
    assert visitor.one("input[name=answer][checked]")["value"] == "no"
    choose(visitor, "没有")
    assert visitor.one("input[name=answer][checked]")["value"] == "yes"


def test_going_back_needs_no_answer(visitor: CheckingClient) -> None:
    first = visitor.heading()
    choose(visitor, "没有")
    visitor.submit("回到上一个问题")
    assert visitor.heading() == first


def test_one_answer_can_be_changed_from_the_result_without_asking_again(visitor: CheckingClient) -> None:
    walk(visitor, WAY_TO_APPLY)
    visitor.submit("修改第3个回答")
    assert visitor.heading() == "户口在本地吗？"
    choose(visitor, "不在本地")
    choose(visitor, "没有")
    assert "请到别的地方申请" in visitor.heading()


@pytest.mark.parametrize("state", ["", "x", "e30.x", "W3t9LCJxIixmYWxzZV0.AAAA", "\0", "🙂", "x" * 100_000])
def test_changed_signature_starts_again_kindly(visitor: CheckingClient, state: str) -> None:
    first = visitor.heading()
    choose(visitor, "没有")
    visitor.post(CHECK, {"state": state, "answer": "no", "next": "1"}, expect=422)
    assert visitor.heading() == first
    assert "请从第1个问题再回答一次" in visitor.text


@pytest.mark.parametrize("answer", ["maybe", "", "\0", "🙂", "x" * 10_000])
def test_answer_that_is_not_offered_is_asked_again(visitor: CheckingClient, answer: str) -> None:
    state = visitor.one("input[name=state]")["value"]
    visitor.post(CHECK, {"state": state, "answer": answer, "next": "1"}, expect=422)
    assert visitor.one("#answer-error")


def test_question_that_is_not_on_the_path_cannot_be_asked_for(visitor: CheckingClient) -> None:
    asked = visitor.heading()
    state = visitor.one("input[name=state]")["value"]
    visitor.post(CHECK, {"state": state, "change": "q_permit"})
    assert visitor.heading() == asked


def test_every_page_of_the_chain_says_no_store(visitor: CheckingClient) -> None:
    for answer in WAY_TO_APPLY:
        assert visitor.answer is not None
        assert visitor.answer.response.headers["Cache-Control"] == "no-store"
        walk(visitor, [answer])
    assert visitor.answer.response.headers["Cache-Control"] == "no-store"
    assert visitor.path == CHECK


def test_answers_leave_neither_a_row_nor_a_cookie(app: Flask, visitor: CheckingClient) -> None:
    def rows() -> dict[str, int]:
        with app.extensions["portal"].store.reading() as db:
            return {
                name: db.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
                for name in Base.metadata.tables
            }

    def cookies() -> str:
        return visitor.browser.get("/robots.txt").request.headers.get("Cookie", "")

    before = (rows(), cookies())
    walk(visitor, WAY_TO_APPLY)
    assert (rows(), cookies()) == before
    assert [one.split("=")[0] for one in cookies().split("; ")] == ["visit"]  # ties a form to its browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_chain_works_in_each_language_within_its_weight(app: Flask, language: Language) -> None:
    open_region(app)
    visitor = CheckingClient(app)
    visitor.use_language(language)
    visitor.get(CHECK)
    while visitor.page.select("input[name=answer]"):
        first = visitor.one("#answer")
        values = [str(first["value"])] if first["type"] == "checkbox" else str(first["value"])
        button = visitor.one("main form .actions button[name=next]").get_text()
        if visitor.path == CHECK and visitor.answer is not None:
            assert weight(app, visitor.answer) <= BUDGET
        visitor.submit(button, {"answer": values})
    assert visitor.page.select("main dl")


def test_list_of_pre_checks_leads_to_the_open_service(visitor: CheckingClient) -> None:
    visitor.get("/check")
    visitor.follow("看看能不能办：新办残疾人证")
    assert visitor.path == CHECK


def test_whoever_must_choose_reads_both_amounts_and_where_that_stands(visitor: CheckingClient) -> None:
    wanted = {"valid", "1", "limb", "18_59", "yes", "dibao", "old_age_living", "home"}
    visitor.get("/check")
    while offered := visitor.page.select("input[name=answer]"):
        value = next(
            (str(one["value"]) for one in offered if one["value"] in wanted), str(offered[0]["value"])
        )
        button = visitor.one("main form .actions button[name=next]").get_text()
        visitor.submit(button, {"answer": [value] if offered[0]["type"] == "checkbox" else value})
    assert "两项只能领一项" in visitor.text
    said = visitor.text.replace(" ", "")
    assert "依据：两项补贴与其他待遇衔接的规定（地方公布的文字）（待核实）" in said
    assert visitor.text.count("“待核实”是什么意思？") == 1


def answer_all(visitor: CheckingClient, path: str, wanted: set[str]) -> None:
    """Every question with what is wanted, else with its first choice."""
    visitor.get(path)
    while offered := visitor.page.select("input[name=answer]"):
        values = [str(one["value"]) for one in offered]
        value = next((one for one in values if one in wanted), values[0])
        button = visitor.one("main form .actions button[name=next]").get_text()
        visitor.submit(button, {"answer": [value] if offered[0]["type"] == "checkbox" else value})


def test_each_service_that_fits_says_why_and_where_that_stands(visitor: CheckingClient) -> None:
    answer_all(visitor, "/check", {"valid", "1", "limb", "18_59", "yes", "dibao", "none", "home"})
    fitting = []
    for heading in visitor.page.select("main h2, main h3"):
        if heading.name == "h2" and fitting:
            break
        if heading.name == "h3":
            beside = [one for one in heading.find_next_siblings() if one.find_previous("h3") is heading]
            fitting.append((heading.get_text(), " ".join(one.get_text() for one in beside)))
    assert len(fitting) > 3
    for service, said in fitting:
        assert "条件都符合" in said, service
        assert "依据：" in said, service


@pytest.mark.parametrize("certificate", ["valid", "none"])
def test_where_it_stands_is_said_once_for_each_service_behind_a_line_that_says_what_it_is(
    visitor: CheckingClient, certificate: str
) -> None:
    answer_all(visitor, "/check", {certificate, "1", "limb", "18_59", "yes", "dibao", "home"})
    folded = visitor.page.select("main .folded")
    assert len(folded) > 3
    for one in folded:
        lines = [line.get_text() for line in one.select("p")]
        assert len(lines) == len(set(lines)) > 0
        heading, summary = one.find_previous("h3"), one.find_previous("summary")
        assert heading is not None
        assert summary is not None
        assert summary.get_text() == f"哪里规定的：{heading.get_text()}"
    assert len(visitor.page.select("main details:not([open])")) == len(folded)
    outside = [one for one in visitor.page.select("main .hint") if one.find_parent(class_="folded") is None]
    assert not [one for one in outside if "依据" in one.get_text()]


def test_no_amount_is_named_to_whom_nothing_is_given(visitor: CheckingClient) -> None:
    answer_all(visitor, "/services/bt-01/check", {"valid", "yes", "dibao", "orphan", "home"})
    assert "现在可能不符合" in visitor.heading()
    assert "每月" not in visitor.page.select("main > p")[0].get_text()
    assert "元（示例）" not in visitor.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_choices_stand_under_headings_and_the_way_out_alone(app: Flask, language: Language) -> None:
    open_region(app)
    visitor = CheckingClient(app)
    visitor.use_language(language)
    visitor.get(CHECK)
    for answer in ("no", "no", "yes"):
        button = visitor.one("main form .actions button[name=next]").get_text()
        visitor.submit(button, {"answer": answer})
    groups = visitor.page.select("fieldset fieldset")
    offered = [[one["value"] for one in group.select("input")] for group in groups]
    assert offered == [["visual", "hearing", "speech"], ["limb", "intellectual", "psychiatric"]]
    assert all(group.select_one(":scope > legend").get_text(strip=True) for group in groups)
    alone = visitor.one("input[value=unknown]")
    assert len(alone.find_parents("fieldset")) == 1


def answered_all(visitor: CheckingClient, wanted: set[str]) -> None:
    """The questions of /check with these answers, else the first on offer."""
    visitor.get("/check")
    while offered := visitor.page.select("input[name=answer]"):
        value = next((str(one["value"]) for one in offered if one["value"] in wanted), offered[0]["value"])
        button = visitor.one("main form .actions button[name=next]").get_text()
        visitor.submit(button, {"answer": [value] if offered[0]["type"] == "checkbox" else str(value)})


def test_whoever_has_no_certificate_reads_first_how_to_get_one(visitor: CheckingClient) -> None:
    answered_all(visitor, {"none", "18_59", "home"})
    first = visitor.page.select("main h2")[0]
    assert first.get_text() == "先办这一件：新办残疾人证"
    assert visitor.href("申请：新办残疾人证").endswith("/apply/zj-01")
    assert visitor.page.select("main .actions a")[0]["href"] == "/apply/zj-01"
    needing = re.search(r"下面有(\d+)项，要先办好这一件", visitor.text)
    assert needing
    assert int(needing[1]) == visitor.text.count("要先有残疾人证")


def test_whoever_has_a_certificate_is_not_sent_to_get_one(visitor: CheckingClient) -> None:
    answered_all(visitor, {"valid", "1", "limb", "18_59", "yes", "dibao", "home"})
    assert "先办这一件" not in visitor.text
