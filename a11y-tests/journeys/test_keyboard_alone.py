"""The whole story with a keyboard and nothing else, with and without script.

A resident signs up and applies; the counter asks for a correction; the resident answers; the county refers
to a hospital; the doctors write what they found; after the public notice the county reviews and decides; the
resident reads the decision and the certificate, or what can be done about a refusal.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from support import Chromium, Filling, Keyboard, Server, Someone, Stage, Visitor

from portal import clock
from portal.usecases.demo_people import demo_id_number
from tests.support.journeys import GOOD_ANSWERS

GO_ON = "保存并继续"
MOST_PAGES = 60
REFERRAL = {"referred_hospital": "hospital_first", "assess_at": "hospital"}
TODAY = clock.today().isoformat()
BELOW = {"assess_on": TODAY, "assess_doctor_1": "示例医生甲", "assess_doctor_2": "示例医生乙"}
MET = {**BELOW, "assessed-1-category": "visual", "assessed-1-grade": "2"}
REFUSAL = {"reasons": "R13", "summary": "没有达到残疾标准"}
HANDED_OVER = {"handed_over_by": "desk", "handed_over_on": TODAY}


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

    def read_certificate(self, who: Someone) -> None:
        """From the home page to the certificate."""
        self.become(who, "/")
        self.keys.follow("我的事")
        self.keys.follow("我的残疾人证")
        self.keys.skip_to_main()
        self.keys.tab()
        self.keys.go(Keys.ENTER)

    def works(
        self, officer: Someone, base: str, reference: str, outcome: str, fillings: Mapping[str, Filling]
    ) -> None:
        """An officer takes the application from the queue of the post and decides."""
        self.become(officer, base)
        self.take(base, reference)
        self.decide(outcome, fillings)

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
    person.works(person.stage.reviewer, "/office", reference, "accept", REFERRAL)
    person.works(person.stage.hospital, "/office", reference, "met", MET)
    person.stage.end_public_notice(reference)
    person.works(person.stage.reviewer, "/office", reference, "propose_grant", {})
    person.works(person.stage.approver, "/office", reference, "approve", {})

    person.read_decision(signed_in)
    assert "同意" in person.heading
    person.stage.prove_identity(signed_in)
    person.read_certificate(signed_in)
    assert "示例王晓明" in person.main
    person.works(person.stage.reviewer, "/office", reference, "handed_over", HANDED_OVER)


@pytest.mark.usefixtures("without_script")
def test_without_script_a_refused_resident_reads_the_decision_and_the_remedies(person: Person) -> None:
    person.sign_up()
    person.begin()
    person.answer(answers(902))
    reference = person.submit()
    signed_in = person.visitor.session()
    for officer, base, outcome, fillings in (
        (person.stage.clerk, "/desk", "forward", {}),
        (person.stage.reviewer, "/office", "accept", REFERRAL),
        (person.stage.hospital, "/office", "below", BELOW),
        (person.stage.reviewer, "/office", "propose_refusal", {}),
        (person.stage.approver, "/office", "refuse", REFUSAL),
    ):
        person.works(officer, base, reference, outcome, fillings)

    person.read_decision(signed_in)
    assert "没有达到残疾标准" in person.main
    remedies = person.main.split("您不同意，可以怎么做")[1]
    assert "重新评定" in remedies
    assert "10个工作日" in remedies
