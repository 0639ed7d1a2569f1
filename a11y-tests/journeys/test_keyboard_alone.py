"""The whole story with a keyboard and nothing else, with and without script.

A resident signs up and applies; the counter asks for a correction; the resident answers; the county refers
to a hospital; the doctors write what they found; after the public notice the county reviews and decides; the
resident reads the decision and the certificate, or what can be done about a refusal.
"""

from collections.abc import Iterator
from datetime import date

import pytest
from support import Chromium, Filling, Person

from portal import clock
from portal.usecases.demo_people import demo_id_number
from tests.support.journeys import GOOD_ANSWERS

REFERRAL = {"referred_hospital": "hospital_first", "assess_at": "hospital"}
TODAY = clock.today().isoformat()
BELOW = {"assess_on": TODAY, "assess_doctor_1": "示例医生甲", "assess_doctor_2": "示例医生乙"}
MET = {**BELOW, "assessed-1-category": "visual", "assessed-1-grade": "2"}
REFUSAL = {"reasons": "R13", "summary": "没有达到残疾标准"}
HANDED_OVER = {"handed_over_by": "desk", "handed_over_on": TODAY}


@pytest.fixture
def without_script(driver: Chromium) -> Iterator[None]:
    driver.use_script(False)
    yield
    driver.use_script(True)


def answers(number: int) -> dict[str, Filling]:
    """Good answers about somebody of their own."""
    found: dict[str, Filling] = {**GOOD_ANSWERS, "p_id_no": demo_id_number(date(1990, 1, 1), number)}
    return found


@pytest.mark.long_story
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
    person.stage.see_originals(reference)
    person.works(person.stage.approver, "/office", reference, "approve", {})

    person.read_decision(signed_in)
    assert "同意" in person.heading
    person.stage.prove_identity(signed_in)
    person.read_certificate(signed_in)
    assert "示例王晓明" in person.main
    person.works(person.stage.reviewer, "/office", reference, "handed_over", HANDED_OVER)


@pytest.mark.long_story
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
