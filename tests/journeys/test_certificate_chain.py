"""From the first question to the certificate in the hand, on both databases: who applies, and where."""

from collections.abc import Mapping
from datetime import date

from portal.usecases.demo_people import demo_id_number
from tests.support.chain import assessment_form, deciding
from tests.support.client import CheckingClient
from tests.support.forms import Filling
from tests.support.journeys import Office
from tests.support.stories import apply_online

CHOOSE, PREVIEW, CONFIRM = "选这一种，往下填", "看看申请人会读到什么", "确认，现在生效"
COUNTY, NEIGHBOUR = "federation_shili", "federation_yangben"
MINOR = demo_id_number(date(2015, 6, 12), 77)
ASSESSED: Mapping[str, Filling] = {
    "assess_on": "2026年11月23日",
    "assess_doctor_1": "示例医生甲",
    "assess_doctor_2": "示例医生乙",
}
ELSEWHERE: Mapping[str, Filling] = {
    "h_place": "示例南湖镇",
    "h_place-place": "880002001",
    "a_same_as_hukou": "no",
    "a_place": "示例东风镇",
    "a_place-place": "880001001",
    "a_detail": "示例东风镇示例莲花村3组12号",
    "a_permit": "yes",
}


def take_next(office: Office, reference: str) -> CheckingClient:
    """Whoever has the step takes the next application of the queue: it is this one."""
    client = office.at_post(reference)
    front = client.path.split("/applications/")[0]
    client.get(front)
    client.submit("领取下一件")
    assert client.path == f"{front}/applications/{reference}"
    return client


def decide_at_the_page(client: CheckingClient, outcome: str, filled: Mapping[str, Filling]) -> None:
    client.submit(CHOOSE, {"outcome": outcome})
    client.submit(PREVIEW, filled)
    client.submit(CONFIRM)
    assert "您的处理已经生效" in client.text


def test_adult_with_every_hand_at_its_own_page_to_the_certificate_in_the_hand(office: Office) -> None:
    applicant, _receipt = apply_online(office)
    applicant.prove_identity()
    reference = applicant.reference
    decide_at_the_page(take_next(office, reference), "forward", {})
    referral = {"referred_hospital": "hospital_first", "assess_at": "hospital"}
    decide_at_the_page(take_next(office, reference), "accept", referral)
    assert "示例市第一示范医院" in applicant.letter("N07").text

    doctor = take_next(office, reference)
    doctor.submit(CHOOSE, {"outcome": "met"})
    doctor.submit("再加一个", {"assessed-1-category": "visual", "assessed-1-grade": "2"})
    doctor.submit("删除残疾类别和等级第2个", ASSESSED)
    doctor.submit(PREVIEW)
    doctor.submit(CONFIRM)

    visitor = CheckingClient(office.app)
    visitor.get("/public-notices")
    assert "示某" in visitor.text
    assert "公示到" in applicant.status("in_review").text
    office.lead(reference, "no_objection")

    reviewer = take_next(office, reference)
    assert "示例医生甲" in reviewer.text
    decide_at_the_page(reviewer, "propose_grant", {})
    office.see_originals(reference)
    decide_at_the_page(take_next(office, reference), "approve", {})
    number = "8800 0019 9001 0100 1112"
    assert "县残联于2026年12月1日同意办理" in applicant.letter("N09").text
    coming = applicant.status("approved").one("section[aria-labelledby=card]").get_text(" ", strip=True)
    assert "残疾人证怎么拿到 领证方式 到窗口领 最晚做好 2026年12月8日 有效期到 2036年" in coming
    assert "请带身份证到窗口领" in coming
    assert "从2036年" not in coming, "it is not there yet to be exchanged"
    handed_over = {"handed_over_by": "desk", "handed_over_on": "2026年12月1日"}
    decide_at_the_page(take_next(office, reference), "handed_over", handed_over)

    holder = applicant.status("approved")
    card = holder.one("section[aria-labelledby=card]").get_text(" ", strip=True)
    assert "怎么交的 窗口领取 哪天交的 2026年12月1日 有效期到 2036年" in card
    assert card.index("到期以前，我们会提醒") < card.index("2036年9月1日") < card.index("从2036年")
    holder.follow("看我的残疾人证")
    holder.get(str(holder.page.select("main a[href^='/account/certificates/']")[0]["href"]))
    assert "".join(number.split()) in "".join(holder.text.split())
    assert "2036年" in holder.text
    assert applicant.letters() == ["N01", "N02", "N07", "N08", "N09", "N17"]
    office.check()


def test_minor_with_a_guardian_is_never_posted(office: Office) -> None:
    answers = {"p_id_no": MINOR, "p_name": "示例王小朵"}
    applicant, _receipt = apply_online(office, answers, "proxy")
    assert ("see_original", "guardian") in applicant.tasks()
    office.lead(applicant.reference, "forward", "accept", "met")
    assert applicant.steps()[-1] == ("review", COUNTY)
    assert CheckingClient(office.app).get("/public-notices").text.find("示某") == -1
    office.lead(applicant.reference, "propose_grant", "approve", "handed_over")
    applicant.status("approved")
    assert "N08" not in applicant.letters()
    assert "示例王小朵申请的“新办残疾人证”" in applicant.letter("N09").text
    office.check()


def test_psychiatric_applicant_shows_who_the_guardian_is_and_goes_to_a_hospital_that_assesses_it(
    office: Office,
) -> None:
    answers = {
        "zj_kind": ["psychiatric"],
        "zj_hospital": "hospital_calm",
        "mg_has": "yes",
        "mg_name": "示例王母",
        "mg_phone": "19900000009",
    }
    applicant, _receipt = apply_online(office, answers)
    reference = applicant.reference
    assert ("see_original", "guardian") in applicant.tasks()
    office.decide(reference, "forward")
    county = take_next(office, reference)
    county.submit(CHOOSE, {"outcome": "accept"})
    county.submit(PREVIEW, {"referred_hospital": "hospital_first", "assess_at": "hospital"}, expect=422)
    county.submit(PREVIEW, {"referred_hospital": "hospital_calm"})
    county.submit(CONFIRM)
    assert "示例市安心示范医院" in applicant.letter("N07").text
    found = assessment_form(assessed=[{"category": "psychiatric", "grade": "2"}])
    office.lead(reference, deciding("met", form=found), "no_objection", "propose_grant", "approve")
    assert "精神" in applicant.letter("N09").text
    office.check()


def test_who_cannot_go_is_assessed_at_home_and_the_letter_says_so(office: Office) -> None:
    answers = {"zj_home_visit": "home", "zj_home_visit_why": "一直躺在床上"}
    applicant, _receipt = apply_online(office, answers)
    office.decide(applicant.reference, "forward")
    at_home = {"referred_hospital": "hospital_first", "assess_at": "home"}
    office.decide(applicant.reference, deciding("accept", form=at_home))
    letter = applicant.letter("N07")
    assert letter.heading() == "评定通知书（上门评定）"
    assert "到您家里做评定" in letter.text
    office.lead(applicant.reference, "met", "no_objection", "propose_grant", "approve", "handed_over")
    applicant.status("approved")
    office.check()


def test_applied_where_one_lives_and_decided_where_the_hukou_is(office: Office) -> None:
    applicant, _receipt = apply_online(office, ELSEWHERE)
    reference = applicant.reference
    assert ("see_original", "permit") in applicant.tasks()
    office.lead(reference, "forward", "accept", "met")
    visitor = CheckingClient(office.app)
    visitor.get("/public-notices")
    assert [str(tag.get_text()) for tag in visitor.page.select("main h2, main h3")] == [
        "示例县",
        "示例东风镇",
    ]
    assert "在示例市示例县交申请、做评定，由示例市样本县决定" in applicant.status("in_review").text
    office.lead(reference, "no_objection")
    assert applicant.steps() == [
        ("intake", "desk_dongfeng"),
        ("acceptance", COUNTY),
        ("assessment", "hospital_first"),
        ("public_notice", COUNTY),
        ("review", NEIGHBOUR),
    ]
    passed_on = applicant.letter("N05")
    assert "转到了样本县残疾人联合会" in passed_on.text
    assert "示例县残疾人联合会" in passed_on.text
    last_day = "2026年12月15日"
    for reads in (
        office.at_post(reference),
        office.at_post(reference, ("county_reviewer", COUNTY)),
        applicant.status("in_review"),
    ):
        assert last_day in reads.text
    office.lead(reference, "propose_grant", "approve", "handed_over")
    assert applicant.steps()[-1] == ("issue", NEIGHBOUR)
    assert "样本县残疾人联合会" in applicant.letter("N09").text
    office.check()
