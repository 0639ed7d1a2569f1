"""How an application ends before the certificate, on both databases: refused, lapsed, withdrawn, a death."""

from datetime import date

import pytest

from portal.catalogue.texts import Language
from portal.letters.words import REMEDIES
from portal.rules.journey import Acting
from portal.usecases.decisions import Deciding, PointAsked
from tests.support.chain import BELOW, GRANTED
from tests.support.client import CheckingClient
from tests.support.journeys import Office
from tests.support.pages import words
from tests.support.stories import applied

CHOOSE, PREVIEW, CONFIRM = "选这一种，往下填", "看看申请人会读到什么", "确认，现在生效"
ASK = Deciding("ask_more", points=[PointAsked("person-name", "C03", "请照身份证写")])
DESK_EVIDENCE = {f"evidence_{one}": "desk" for one in ("identity", "hukou", "photo", "guardian")}
LANGUAGES = ("zh", "easy", "en")


def posted(office: Office) -> str:
    """What anyone reads on the page of public notices."""
    visitor = CheckingClient(office.app)
    visitor.get("/public-notices")
    return visitor.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_below_the_standard_is_refused_and_the_first_remedy_is_a_new_assessment(
    office: Office, language: Language
) -> None:
    applicant = applied(office, language=language)
    office.lead(applicant.reference, *BELOW)
    assert "看决定" in applicant.status("refused").text or language != "zh"
    letter = applicant.letter("N10")
    assert "评定结论不符合标准" in letter.text
    parts = [tag.get_text() for tag in letter.page.select("article :is(h2, h3)")]
    new_assessment = {
        "zh": "不同意评定结论：申请重新评定",
        "easy": "评定不对，怎么办？",
        "en": "Disagree with the assessment: ask for a new one",
    }
    assert parts[parts.index(REMEDIES.say(language)) + 1] == new_assessment[language]
    status = applicant.status("refused")
    status.follow(new_assessment[language])
    assert status.path == "/services/zj-07"
    assert "N08" not in applicant.letters()
    assert "示某" not in posted(office)
    office.check()


def test_receipt_names_no_day_that_is_over(office: Office) -> None:
    applicant = applied(office)
    receipt = applicant.browser()
    receipt.get(f"/apply/zj-01/{applicant.reference}/receipt")
    assert "最晚2026年11月24日告诉您下一步" in receipt.text
    office.go_to(date(2026, 11, 25))
    receipt.get(f"/apply/zj-01/{applicant.reference}/receipt")
    assert "告诉您下一步" not in receipt.text


def test_refusal_at_the_page_carries_reason_and_sentence_to_the_applicant(office: Office) -> None:
    applicant = applied(office)
    office.lead(applicant.reference, *BELOW[:-1])
    approver = office.at_post(applicant.reference)
    approver.submit("领取这件申请")
    approver.submit(CHOOSE, {"outcome": "refuse"})
    approver.submit(PREVIEW, {"reasons": ["R13"], "summary": "医院评定没有达到标准"})
    assert "医院评定没有达到标准" in approver.text
    approver.submit(CONFIRM)
    assert "医院评定没有达到标准" in applicant.letter("N10").text
    office.check()


def test_assessment_that_nobody_attends_in_ninety_days_ends_the_application(office: Office) -> None:
    applicant = applied(office)
    office.lead(applicant.reference, "forward", "accept")
    assert "请在2027年2月21日以前" in applicant.letter("N07").text
    office.go_to(date(2027, 2, 21), hour=23)
    applicant.status("in_review")
    office.go_to(date(2027, 2, 22))
    applicant.status("lapsed")
    assert "2027年2月22日结束" in applicant.letter("N18").text
    assert applicant.tasks() == set()
    office.check()


def test_unstable_illness_waits_for_its_day_and_is_called_again(office: Office) -> None:
    applicant = applied(office)
    office.lead(applicant.reference, "forward", "accept", "unstable")
    assert "2027年1月22日" in applicant.letter("N06").text
    assert "2027年1月22日" in applicant.status("in_review").text
    assert "时限现在暂停" in office.at_post(applicant.reference).text
    office.go_to(date(2027, 1, 22))
    assert applicant.letters() == ["N01", "N02", "N07", "N06", "N07"]
    assert "请在2027年4月22日以前" in applicant.letter("N07").text
    office.lead(applicant.reference, "met", "no_objection", "propose_grant", "approve", "handed_over")
    applicant.status("approved")
    office.check()


@pytest.mark.parametrize(
    "before",
    [
        (),
        (ASK,),
        ("forward",),
        ("forward", ASK),
        *(GRANTED[:steps] for steps in range(2, 6)),
        ("forward", "accept", "unstable"),
        BELOW[:-1],
    ],
    ids=lambda before: "-".join(getattr(one, "outcome_id", one) for one in before) or "intake",
)
def test_withdrawn_in_any_state_before_the_decision_nothing_is_left_to_do(
    office: Office, before: tuple[str | Deciding, ...]
) -> None:
    applicant = applied(office, DESK_EVIDENCE)
    office.lead(applicant.reference, *before)
    assert applicant.tasks()
    applicant.withdraw()
    assert applicant.letters()[-1] == "N18"
    assert applicant.tasks() == set()
    assert words(applicant.status("withdrawn").page.select(".time li")[-1]).startswith("没有办完：")
    assert "示某" not in posted(office)
    office.check()


def test_what_is_approved_cannot_be_withdrawn(office: Office) -> None:
    applicant = applied(office)
    office.lead(applicant.reference, *GRANTED[:-1])
    client = applicant.status("approved")
    assert "撤回申请" not in client.text
    client.get(f"/account/applications/{applicant.reference}/withdraw")
    assert client.path == f"/account/applications/{applicant.reference}"
    client.post(f"/account/applications/{applicant.reference}/withdraw", {}, expect=409)
    applicant.status("approved")
    office.check()


@pytest.mark.parametrize("acting", ["self", "proxy"])
def test_death_on_public_notice_ends_it_quietly_and_a_wrong_report_is_undone_at_the_counter(
    office: Office, acting: Acting
) -> None:
    applicant = applied(office, DESK_EVIDENCE, acting)
    office.lead(applicant.reference, *GRANTED[:3])
    assert "示某" in posted(office)
    before = applicant.letters()
    county = office.at_post(applicant.reference)
    county.get(f"/office/applications/{applicant.reference}/death")
    county.submit("登记去世", {"source": "village", "died_on": "2026年11月22日"})
    assert applicant.letters() == before + (["N18"] if acting == "proxy" else [])
    applicant.status("ended")
    assert "示某" not in posted(office)
    assert applicant.tasks() == set()
    office.check()
    clerk = office.at_post(applicant.reference, ("desk_clerk", "desk_dongfeng"))
    clerk.get("/desk/deaths")
    clerk.submit("#undo", {"reference": applicant.reference, "is_alive": True})
    applicant.status("in_review")
    assert "示某" in posted(office)
    office.lead(applicant.reference, "no_objection", "propose_grant", "approve", "handed_over")
    office.check()
