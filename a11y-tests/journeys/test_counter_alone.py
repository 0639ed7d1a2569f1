"""A visit at the counter by keyboard alone: two parts asked, read back, agreed to, witnessed, handed in."""

from pages.visit_pages import received
from selenium.webdriver.common.keys import Keys
from support import PLAIN, Person, spoken_names, spoken_order

from portal.rules.references import grouped


def send(person: Person, fillings: dict[str, str], button: str) -> None:
    person.keys.fill_page(fillings, button)
    person.keys.go(Keys.ENTER)


def test_a_clerk_asks_reads_back_and_hands_in_with_the_word_of_a_colleague(person: Person) -> None:
    here = received(person.stage, person.stage.draft(PLAIN))
    base = f"{here.address}/apply/zj-01/{here.visitor.reference}"
    person.become(here.clerk, base)
    person.keys.follow("申请人信息")
    person.keys.write("您的姓名", "示例王小鸣")
    person.keys.push("保存并继续")
    assert person.path == f"{base}/part/home"
    person.keys.follow("照着念的问题")
    assert person.heading == "照着念的问题"
    person.keys.follow("回到填写的页面")
    person.visitor.open(f"{base}/check")
    assert "示例王小鸣" in person.main
    send(person, {"way": "gesture", "words": "点头两次。", "declarations": "cs_truth"}, "记下来人的确认")
    assert "还要第二位工作人员确认在场" in person.main
    colleague = person.stage.colleague()
    person.become(colleague, "/desk/confirmations")
    person.keys.follow(grouped(here.visitor.reference))
    send(person, {"was_there": "yes"}, "确认我在场")
    person.become(here.clerk, f"{base}/check")
    person.keys.push("替来人提交")
    assert person.path == f"{base}/receipt"
    assert "示例王小鸣" not in person.driver.title
    lines = spoken_order(person.driver).splitlines()
    assert "给来人再办一件事" in spoken_names(lines, "link")
