"""Letters: what they say, in which order, in each language and voice; and the text messages beside them."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.catalogue.loader import load_catalogue
from portal.catalogue.texts import LANGUAGES, Text
from portal.letters import as_text, mail_subject, phone_script, render_notice, sms_text, too_long_messages

DEFINITION = load_catalogue().definition("zj-01", "demo")
UNIT = {
    "names": {"zh": "示例县残疾人联合会", "easy": "示例县残联", "en": "Shili County Federation"},
    "contact": {
        "phone": "19900001201",
        "text_line": "10600000000",
        "address": {"zh": "示例路5号", "en": "5 Shili Road"},
    },
}


@dataclass
class Row:
    """A notice as it is stored."""

    key: str
    facts: dict[str, Any]
    number: str | None = "〔2026〕第7号"
    created_at: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 17, 0, tzinfo=UTC))


def facts(**more: Any) -> dict[str, Any]:
    common = {
        "reference": "261122045738",
        "acting": "self",
        "subject_name": "示例王小明",
        "unit": UNIT,
        "is_example": True,
    }
    return {**common, **more}


REFUSED = Row(
    "N10", facts(decided_on="2026-12-17", reasons=["R13"], summary="评定没有达到标准", words="详见报告")
)
ACCEPTED = Row("N02", facts(accepted_on="2026-11-24", due_on="2026-12-17"))


def test_letter_says_the_result_before_the_law_and_ends_with_unit_date_and_seal() -> None:
    text = as_text(render_notice(DEFINITION, REFUSED, "zh"))
    order = [
        "示例，无法律效力",
        "不予办理告知书",
        "文号：〔2026〕第7号",
        "收件号：2611 2204 5738",
        "示例王小明：",
        "县残联于2026年12月17日决定不同意办理",
        "评定没有达到标准",
        "医院评定的结论是没有达到残疾标准",
        "详见报告",
        "依据",
        "残疾人证管理办法",
        "投诉和信访",
        "发短信：10600000000",
        "电话：19900001201",
        "示例县残疾人联合会\n2026年11月25日\n印章：示例县残疾人联合会",
    ]
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("acting", ["self", "proxy"])
@pytest.mark.parametrize("key", [notice.key for notice in DEFINITION.notices])
def test_no_placeholder_survives_in_any_letter(key: str, acting: str, language: Any) -> None:
    days = dict.fromkeys(("due_on", "accepted_on", "decided_on", "ended_on"), "2026-12-05")
    row = Row(key, facts(**days) | {"acting": acting})
    letter = render_notice(DEFINITION, row, language)
    for words in (as_text(letter), phone_script(letter, language), mail_subject(letter)):
        assert not re.search(r"[{}]", words)


def test_representative_is_addressed_and_the_person_is_named() -> None:
    row = Row("N02", {**ACCEPTED.facts, "acting": "proxy"})
    letter = render_notice(DEFINITION, row, "zh")
    assert letter.addressee == "示例王小明的代办人："
    assert letter.result[0].startswith("示例王小明申请的")


def test_typed_braces_in_a_name_stay_as_typed() -> None:
    row = Row("N02", {**ACCEPTED.facts, "acting": "proxy", "subject_name": "{reference}"})
    assert render_notice(DEFINITION, row, "zh").result[0].startswith("{reference}申请的")


def test_easy_letter_is_in_lines_with_weekday() -> None:
    letter = render_notice(DEFINITION, ACCEPTED, "easy")
    assert len(letter.result) > 2
    assert "2026年12月17日（星期四）" in "".join(letter.result)


def test_day_from_an_unpublished_calendar_is_only_expected() -> None:
    row = Row("N02", {**ACCEPTED.facts, "is_due_provisional": True})
    assert "最晚预计2026年12月17日" in render_notice(DEFINITION, row, "zh").result[0]


def test_correction_letter_names_each_page_with_what_to_do() -> None:
    points = [{"page": DEFINITION.pages[0].id, "reason": "C01", "words": "请补第2页"}]
    letter = render_notice(DEFINITION, Row("N03", facts(due_on="2026-12-05", points=points)), "zh")
    (point,) = letter.points
    assert point.title == DEFINITION.pages[0].title.zh
    assert point.own_words == "请补第2页"
    assert letter.headings.points == "要补的内容"


def test_telephone_script_reads_every_number_digit_by_digit() -> None:
    script = phone_script(render_notice(DEFINITION, Row("N01", facts(due_on="2026-12-05")), "zh"), "zh")
    assert "2 6 1 1，2 2 0 4，5 7 3 8" in script
    assert "2026年12月5日" in script
    assert "19900001201" not in script


def test_text_message_keeps_the_reference_in_one_piece_and_the_day_short() -> None:
    assert sms_text(DEFINITION, ACCEPTED, "zh") == (
        "【示例市一窗通办】收件号261122045738的申请已受理。最晚12月17日告诉您结果。"
    )


def test_text_message_that_can_become_too_long_is_named() -> None:
    notice = DEFINITION.notices[0].model_copy(update={"sms": Text(zh="【示例】" + "长" * 67, en="short")})
    changed = DEFINITION.model_copy(update={"notices": (notice,)})
    assert too_long_messages([changed]) == [
        f"{notice.key}: sms.{language} can have 71 characters, not 70" for language in ("easy", "zh")
    ]
    with pytest.raises(ValueError, match="longer than 70"):
        sms_text(changed, Row(notice.key, facts(due_on="2026-12-05")), "zh")


def test_text_messages_of_the_catalogue_always_fit() -> None:
    assert too_long_messages([DEFINITION]) == []
