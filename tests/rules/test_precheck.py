"""The pre-check: honest, never a refusal for not knowing, never a grade."""

from itertools import product
from typing import Any

import pytest

from portal.catalogue.loader import load_catalogue
from portal.rules.precheck import check, questions

DEFINITION = load_catalogue().definition("zj-01", "demo")
CLEAR: dict[str, Any] = {
    "q_has": "no",
    "q_cancelled": "no",
    "q_hukou": "yes",
    "q_kind": ["limb"],
    "q_age": "yes",
    "q_hospital": "yes",
}


def asked(answers: dict[str, Any]) -> list[str]:
    return [question.id for question in questions(DEFINITION, answers)]


def test_a_clear_path_ends_in_may_apply_without_notes() -> None:
    result = check(DEFINITION, CLEAR)
    assert result.kind == "may_apply"
    assert result.unanswered == ()
    assert [finding.kind for finding in result.findings] == ["may_apply"]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"q_has": "yes", "q_what": "lost"}, "other_service"),
        ({"q_has": "no", "q_cancelled": "yes"}, "not_yet"),
        ({"q_has": "no", "q_cancelled": "no", "q_hukou": "no", "q_permit": "no"}, "other_place"),
    ],
)
def test_a_deciding_answer_ends_the_questions_early(answers: dict[str, Any], kind: str) -> None:
    result = check(DEFINITION, answers)
    assert result.kind == kind
    assert len(result.findings) == 1


def test_the_first_finding_in_order_decides_when_two_hold() -> None:
    answers = {**CLEAR, "q_has": "yes", "q_what": "moved", "q_hukou": "no", "q_permit": "no"}
    assert check(DEFINITION, answers).kind == "other_service"


@pytest.mark.parametrize(
    ("what", "service"),
    [("exchange", "zj-02"), ("lost", "zj-03"), ("moved", "zj-04"), ("changed", "zj-06"), ("nothing", None)],
)
def test_whoever_has_a_certificate_is_led_to_what_is_wanted(what: str, service: str | None) -> None:
    result = check(DEFINITION, {"q_has": "yes", "q_what": what})
    assert (result.kind, result.findings[0].service) == ("other_service", service)


def test_an_open_question_that_could_change_it_leaves_the_kind_open() -> None:
    result = check(DEFINITION, {"q_hukou": "yes"})
    assert result.kind is None
    assert result.unanswered[0].id == "q_has"


def test_information_questions_stay_open_without_holding_the_answer_back() -> None:
    result = check(DEFINITION, {"q_has": "no", "q_cancelled": "no", "q_hukou": "yes"})
    assert result.kind == "may_apply"
    assert [question.id for question in result.unanswered] == ["q_kind", "q_age", "q_hospital"]


def test_not_knowing_never_ends_in_a_refusal() -> None:
    choices = [[*(c.value for c in question.choices)] for question in DEFINITION.service.precheck]
    names = [question.id for question in DEFINITION.service.precheck]
    for values in product(*choices):
        answers = {
            name: ([value] if name == "q_kind" else value) for name, value in zip(names, values, strict=True)
        }
        sure_no = (
            answers["q_has"] == "yes"
            or (answers["q_has"] != "yes" and answers["q_cancelled"] == "yes")
            or (answers["q_hukou"] != "yes" and answers["q_permit"] == "no" and answers["q_hukou"] == "no")
        )
        assert (check(DEFINITION, answers).kind != "may_apply") == sure_no, answers


def test_unknown_everywhere_may_apply_and_still_advises() -> None:
    unknown = {q.id: ["unknown"] if q.kind == "multi" else "unknown" for q in DEFINITION.service.precheck}
    result = check(DEFINITION, unknown)
    assert result.kind == "may_apply"
    assert result.unanswered == ()


def test_a_question_off_the_path_is_not_asked_and_has_no_say() -> None:
    assert "q_cancelled" not in asked({"q_has": "yes"})
    assert "q_permit" not in asked({"q_hukou": "yes"})
    assert "q_permit" in asked({"q_hukou": "no"})
    stale = {**CLEAR, "q_permit": "no"}
    assert check(DEFINITION, stale).kind == "may_apply"


def test_notes_tell_of_guardian_and_home_assessment() -> None:
    result = check(DEFINITION, {**CLEAR, "q_kind": ["psychiatric"], "q_hospital": "no"})
    said = [finding.text.zh for finding in result.findings]
    assert any("监护人" in text for text in said)
    assert any("上门" in text for text in said)


def test_questions_come_one_by_one_to_the_end() -> None:
    answers: dict[str, Any] = {}
    while unanswered := check(DEFINITION, answers).unanswered:
        assert unanswered[0].id not in answers
        answers[unanswered[0].id] = CLEAR[unanswered[0].id]
    assert answers == CLEAR


def test_no_finding_speaks_of_a_grade_as_a_result() -> None:
    for finding in DEFINITION.service.findings:
        assert not any(word in finding.text.zh for word in ("一级", "二级", "三级", "四级"))


def test_danger_is_answered_before_anything_else() -> None:
    matter = load_catalogue().definition("sq-01", "demo")
    said = [one.kind for one in check(matter, {"q_danger": "yes"}).findings]
    assert said == ["note", "may_apply"]
