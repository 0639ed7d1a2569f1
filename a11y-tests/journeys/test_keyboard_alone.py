"""The whole story with a keyboard and nothing else, with and without script.

A resident signs up and applies; the counter asks for a correction; the resident answers; the counter, the
reviewer and the approver decide; the resident reads what was decided and what can be done about it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from support import Chromium, Filling, Keyboard, Server, Someone, Stage, Visitor

from portal.usecases.demo_people import demo_id_number
from tests.support.journeys import GOOD_ANSWERS

GO_ON = "保存并继续"
MOST_PAGES = 60
MET = {
    "assessment_institution": "hospital_first",
    "assessment_on": "2026-11-20",
    "assessment_conclusion": "met",
    "assessment_categories": "visual",
    "assessment_grade": "2",
    "notice_posted_on": "",
}
NOT_MET = {**MET, "assessment_conclusion": "not_met", "reasons": "R05", "summary": "没有达到残疾标准"}


class Person:
    """Somebody at the keyboard."""

    def __init__(self, driver: Chromium, server: Server, stage: Stage) -> None:
        self.driver = driver
        self.stage = stage
        self.keys = Keyboard(driver)
        self.visitor = Visitor(driver, server, stage, {})

    @property
    def heading(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "h1").text

    @property
    def main(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "main").text

    @property
    def path(self) -> str:
        return re.sub(r"^https?://[^/]+|[?#].*$", "", self.driver.current_url)

    def sign_up(self) -> str:
        """With a phone that was never seen here and the code that comes to it."""
        phone = self.stage.new_phone()
        self.visitor.open("/")
        self.keys.follow("登录")
        self.keys.fill_page({"contact": phone, "is_shared": False}, "发验证码")
        self.keys.go(Keys.ENTER)
        self.keys.fill_page({"code": self.stage.code_sent_to(phone)}, "登录")
        self.keys.go(Keys.ENTER)
        return phone

    def become(self, who: Someone, path: str) -> None:
        """Come back to a browser in which somebody is signed in."""
        self.visitor.sign_in(who)
        self.visitor.open(path)

    def begin(self) -> None:
        """From the home page to the first question."""
        self.visitor.open("/")
        self.keys.follow("我要办事")
        self.keys.follow("新办残疾人证")
        self.keys.follow("开始申请")
        self.keys.fill_page({"acting": "self"}, "开始填")
        self.keys.go(Keys.SPACE)

    def answer(self, fillings: Mapping[str, Filling]) -> None:
        """Page after page until the check page."""
        for _ in range(MOST_PAGES):
            if self.path.endswith("/check"):
                return
            self.answer_page(fillings)
        raise AssertionError(f"no end after {MOST_PAGES} pages, now at {self.path}")

    def answer_page(self, fillings: Mapping[str, Filling]) -> None:
        for button in self.driver.find_elements(By.CSS_SELECTOR, "main button[name=find]"):
            self.keys.fill_page(fillings, button.accessible_name)
            self.keys.go(Keys.ENTER)
            break
        self.keys.fill_page(fillings, GO_ON)
        self.keys.go(Keys.ENTER)

    def submit(self) -> str:
        """Tick and hand in; the reference on the receipt."""
        self.keys.fill_page({"declarations": ["cs_truth"]}, "确认无误，提交")
        self.keys.go(Keys.SPACE)
        assert self.heading == "已经收到"
        found = re.search(r"/(\d{12})/receipt$", self.path)
        assert found, self.path
        return found[1]

    def read_decision(self, who: Someone) -> None:
        """From the home page to the newest notice."""
        self.become(who, "/")
        self.keys.follow("我的事")
        self.keys.follow("通知")
        self.keys.skip_to_main()
        self.keys.tab()
        self.keys.go(Keys.ENTER)

    def take(self, base: str, reference: str) -> None:
        """Take an application from the queue of the post."""
        self.visitor.open(f"{base}/unit")
        self.keys.skip_to_main()
        self.keys.follow(f"{reference[:4]} {reference[4:8]} {reference[8:]}")
        self.keys.push("领取这件申请")

    def decide(self, outcome: str, fillings: Mapping[str, Filling]) -> None:
        """Choose, fill in, read what the applicant will read, confirm."""
        self.keys.fill_page({"outcome": outcome}, "选这一种，往下填")
        self.keys.go(Keys.ENTER)
        for _ in range(3):
            self.keys.fill_page(fillings, "看看申请人会读到什么")
            self.keys.go(Keys.ENTER)
            if self.heading.startswith("请核对"):
                break
        else:
            raise AssertionError(self.main)
        self.keys.push("确认，现在生效")
        assert "您的处理已经生效" in self.main


@pytest.fixture
def person(driver: Chromium, server: Server, stage: Stage) -> Person:
    return Person(driver, server, stage)


@pytest.fixture
def without_script(driver: Chromium) -> Iterator[None]:
    driver.use_script(False)
    yield
    driver.use_script(True)


def answers(number: int) -> dict[str, Filling]:
    """Good answers about somebody of their own."""
    found: dict[str, Filling] = {**GOOD_ANSWERS, "p_id_no": demo_id_number(date(1990, 1, 1), number)}
    return found


def test_sign_up_apply_correct_and_read_the_approval(person: Person) -> None:
    person.sign_up()
    person.begin()
    person.answer(answers(901))
    reference = person.submit()
    signed_in = person.visitor.session()

    person.become(person.stage.clerk, "/desk")
    person.take("/desk", reference)
    person.decide(
        "ask_more",
        {
            "points": "person-name",
            "reason--person-name": "C03",
            "words--person-name": "请照身份证写姓名。",
            "summary": "请照身份证写姓名",
        },
    )

    person.become(signed_in, f"/account/applications/{reference}")
    person.keys.follow("现在补")
    person.keys.skip_to_main()
    person.keys.follow("您的姓名")
    assert "请照身份证写姓名。" in person.main
    person.answer({"p_name": "示例王晓明"})
    assert person.submit() == reference

    person.become(person.stage.clerk, f"/desk/applications/{reference}")
    person.decide("forward", {})
    person.become(person.stage.reviewer, "/office")
    person.take("/office", reference)
    person.decide("accept", {})
    person.become(person.stage.approver, "/office")
    person.take("/office", reference)
    person.decide("approve", MET)

    person.read_decision(signed_in)
    assert "同意" in person.heading


@pytest.mark.usefixtures("without_script")
def test_without_script_a_refused_resident_reads_the_decision_and_the_remedies(person: Person) -> None:
    person.sign_up()
    person.begin()
    person.answer(answers(902))
    reference = person.submit()
    signed_in = person.visitor.session()
    for officer, base, outcome, fillings in (
        (person.stage.clerk, "/desk", "forward", {}),
        (person.stage.reviewer, "/office", "accept", {}),
        (person.stage.approver, "/office", "refuse", NOT_MET),
    ):
        person.become(officer, base)
        person.take(base, reference)
        person.decide(outcome, fillings)

    person.read_decision(signed_in)
    assert "没有达到残疾标准" in person.main
    remedies = person.main.split("您不同意，可以怎么做")[1]
    assert "重新评定" in remedies
    assert "10个工作日" in remedies
