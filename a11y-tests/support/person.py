"""Somebody at the keyboard who does a whole piece of work: applies, reads, takes an application, decides."""

import re
from collections.abc import Mapping

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from support.browser import Chromium
from support.cast import Someone
from support.keyboard import Filling, Keyboard
from support.server import Server
from support.stage import Stage
from support.visitor import Visitor

GO_ON = "保存并继续"
INVITATION = "评价邀请"
MOST_PAGES = 60


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
        """From the home page to the newest notice that is not the invitation to rate."""
        self.become(who, "/")
        self.keys.follow("我的事")
        self.keys.follow("通知")
        self.keys.skip_to_main()
        self.keys.tab()
        while INVITATION in self.keys.focused.accessible_name:
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
        """Choose, fill in, read what the applicant will read, confirm: it takes effect."""
        self.read_letter(outcome, fillings)
        self.keys.push("确认，现在生效")
        assert "您的处理已经生效" in self.main

    def propose(self, outcome: str, fillings: Mapping[str, Filling]) -> None:
        """The same, where somebody else has to agree before it takes effect."""
        self.read_letter(outcome, fillings)
        self.keys.push("确认，交给另一个人看")
        assert "现在还没有生效" in self.main
        assert "已经生效" not in self.main

    def read_letter(self, outcome: str, fillings: Mapping[str, Filling]) -> None:
        """Choose, fill in, and come to what the applicant will read."""
        self.keys.fill_page({"outcome": outcome}, "选这一种，往下填")
        self.keys.go(Keys.ENTER)
        for _ in range(3):
            self.keys.fill_page(fillings, "看看申请人会读到什么")
            self.keys.go(Keys.ENTER)
            if self.heading.startswith("请核对"):
                break
        else:
            raise AssertionError(self.main)
