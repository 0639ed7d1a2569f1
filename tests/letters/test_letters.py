"""Letters: what they say, in which order, in each language and voice; and the text messages beside them."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from portal.catalogue.loader import load_catalogue
from portal.catalogue.texts import LANGUAGES, Language, Text
from portal.gateways import sms
from portal.i18n import date_text
from portal.letters import (
    as_text,
    formats,
    mail_subject,
    phone_script,
    render_notice,
    sms_text,
    too_long_messages,
)
from portal.letters.paper import as_paper

CATALOGUE = load_catalogue()
DEFINITION = CATALOGUE.definition("zj-01", "demo")
EVERY_KIND = DEFINITION.model_copy(update={"notices": tuple(CATALOGUE.notices.values())})
"""The service as if it had every notice there is."""
SIGNATURE = "【示例市一窗通办】"
EVERY_FACT = {
    **dict.fromkeys(("due_on", "promised_on", "accepted_on", "decided_on", "ended_on"), "2026-12-05"),
    **dict.fromkeys(
        ("visit_by_on", "notice_from_on", "notice_to_on", "valid_to_on", "ready_on"), "2026-12-05"
    ),
    **dict.fromkeys(("delivered_on", "resume_on", "renew_from_on"), "2026-12-05"),
    **{
        name: {"zh": "示例", "en": "Shili"}
        for name in ("step_name", "hospital", "hospital_address", "hospital_hours")
    },
    **dict.fromkeys(("hospital_phone", "village", "certificate_number", "category", "grade"), "示例"),
    **{name: {"zh": "示例", "en": "Shili"} for name in ("letter", "delivered_way")},
    **dict.fromkeys(("review_on",), "2026-12-05"),
    "moved_on": "2026-05-31",
    "transfer_by_on": "2026-11-30",
    "transfer_end_on": "2027-05-31",
    **{name: {"zh": "示例", "en": "Shili"} for name in ("benefit", "amount", "paid_for", "offer", "why")},
    **dict.fromkeys(("account_end", "shown"), "示例"),
    "show_unit": {"zh": "示例", "en": "Shili"},
}
"""Whatever a notice may be told."""
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
        "signature": SIGNATURE,
        "told_on": "2026-11-24",
        "next_unit": UNIT["names"],
    }
    return {**common, **more}


REFUSED = Row(
    "N10", facts(decided_on="2026-12-17", reasons=["R13"], summary="评定没有达到标准", words="详见报告")
)
RECEIVED = Row(
    "N01",
    facts(
        due_on="2026-12-05",
        shown_by=[["identity", "desk"], ["hukou", "upload"]],
        to_show="bring",
        show_unit=UNIT["names"],
        is_home_visit=True,
    ),
)
ACCEPTED = Row("N02", facts(accepted_on="2026-11-24", promised_on="2026-12-17"))


def test_receipt_says_what_has_still_to_be_shown_how_where_and_until_when() -> None:
    text = as_text(render_notice(DEFINITION, RECEIVED, "zh"))
    assert "还要给我们看的材料\n身份证\n带到窗口\n户口簿\n文件已经收到。原件还要看一次。" in text
    assert "最好在2026年12月5日以前，把要看的材料带到示例县残疾人联合会。晚了也不要紧" in text
    assert "手上没有的，请问示例县残疾人联合会。" in text
    assert "上门以前，先约好时间。" in text
    assert "原件还要看一次。" in phone_script(render_notice(DEFINITION, RECEIVED, "zh"), "zh")
    assert "by 5 December 2026" in as_text(render_notice(DEFINITION, RECEIVED, "en"))
    nothing = as_text(render_notice(DEFINITION, Row("N01", facts(due_on="2026-12-05")), "zh"))
    assert "要看的材料" not in nothing
    assert "原因" not in nothing


def test_receipt_written_when_its_day_is_over_names_no_day_and_says_why() -> None:
    late = Row("N01", {**RECEIVED.facts, "is_late": True})
    text = as_text(render_notice(DEFINITION, late, "zh"))
    assert "12月" not in text + (sms_text(DEFINITION, late, "zh") or "")
    assert "请把要看的材料带到示例县残疾人联合会。" in text
    assert "我们登记得晚了" in text
    assert "晚了也不要紧" not in text


@pytest.mark.parametrize("is_late", [False, True])
def test_receipt_says_the_same_of_originals_in_each_language_voice_and_print(is_late: bool) -> None:
    about = {"to_show": "bring", "shown_by": [["identity", "desk"]], "is_late": is_late}
    full = {"service", "show_unit"} | (set() if is_late else {"due_on"})
    for acting in ("self", "proxy"):
        for language in LANGUAGES:
            assert said_facts("N01", -1, acting, language, about) == full, (acting, language)
            letter = render_notice(DEFINITION, Row("N01", {**RECEIVED.facts, **about}), language)
            for is_large in (False, True):
                page = html.unescape(re.sub(r"<[^>]+>", "", as_paper(letter, is_large=is_large)))
                assert [line for line in as_text(letter).splitlines() if line not in page] == []


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
        "发短信：106 0000 0000",
        "电话：199 0000 1201",
        "示例县残疾人联合会\n2026年11月25日\n印章：示例县残疾人联合会",
    ]
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


SITUATIONS: tuple[Mapping[str, Any], ...] = (
    {},
    {"is_home_visit": True, "is_deemed": True, "is_death": True, "collect_way": "home"},
    {"state": "lapsed", "step_kind": "assessment", "collect_way": "post"},
    {"state": "withdrawn", "collect_way": "desk"},
)


@pytest.mark.parametrize("key", [notice.key for notice in EVERY_KIND.notices])
def test_no_placeholder_survives_in_any_letter(key: str) -> None:
    for about, acting, language in product(SITUATIONS, ("self", "proxy"), LANGUAGES):
        row = Row(key, facts(**EVERY_FACT, **about) | {"acting": acting})
        letter = render_notice(EVERY_KIND, row, language)
        sms = sms_text(EVERY_KIND, row, language) or ""
        for words in (as_text(letter), phone_script(letter, language), mail_subject(letter), sms):
            assert not re.search(r"[{}]", words), (about, acting, language)


KINDS = [(notice.key, place) for notice in EVERY_KIND.notices for place in range(-1, len(notice.variants))]
"""Every kind of letter, with its usual words (-1) and with those of each variant."""
TOKENS: Mapping[str, Any] = {
    name: (date(2027, 1, 1) + timedelta(days=place)).isoformat() if name.endswith("_on") else f"#{place}#"
    for place, name in enumerate(sorted({need for one in EVERY_KIND.notices for need in one.needs}))
    if name not in ("service", "reference")
}
"""By fact something that no other fact says."""


def said_facts(
    key: str, place: int, acting: str, language: Language, about: Mapping[str, Any] | None = None
) -> set[str]:
    """Which facts the body of a letter says, told by what only they say."""
    notice = next(one for one in EVERY_KIND.notices if one.key == key)
    words = notice.model_copy(update={"variants": ()})
    if place >= 0:
        variant = notice.variants[place]
        own = {name: getattr(variant, name) for name in ("title", "result", "sms")}
        words = words.model_copy(update={name: text for name, text in own.items() if text is not None})
    definition = EVERY_KIND.model_copy(update={"notices": (words,)})
    told = {**facts(**TOKENS), "acting": acting, **(about or {})}
    letter = render_notice(definition, Row(key, told), language)
    body = "\n".join((*letter.result, *letter.next))
    found = set()
    for name, token in TOKENS.items():
        is_day = name.endswith("_on")
        words_of = date_text(date.fromisoformat(token), language) if is_day else token
        if re.search(rf"(?<!\d){re.escape(words_of)}", body):
            found.add(name)
    return found | ({"service"} if DEFINITION.service.name.say(language) in body else set())


@pytest.mark.parametrize(("key", "place"), KINDS)
def test_every_letter_says_the_same_facts_in_each_language_and_voice(key: str, place: int) -> None:
    full = said_facts(key, place, "self", "zh")
    for acting in ("self", "proxy"):
        for language in LANGUAGES:
            assert said_facts(key, place, acting, language) == full, (acting, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", [notice.key for notice in EVERY_KIND.notices])
def test_every_letter_says_the_same_on_paper_in_large_print_and_as_plain_text(
    key: str, language: Language
) -> None:
    letter = render_notice(EVERY_KIND, Row(key, facts(**EVERY_FACT)), language)
    for is_large in (False, True):
        page = html.unescape(re.sub(r"<[^>]+>", "", as_paper(letter, is_large=is_large)))
        missing = [line for line in as_text(letter).splitlines() if line not in page]
        assert missing == []


def test_what_stands_against_an_assessment_is_not_in_a_letter_before_it() -> None:
    told = facts(reasons=["R05"], summary="户口不在本地", decided_on="2026-12-11")
    not_accepted = as_text(render_notice(DEFINITION, Row("N04", told), "zh"))
    assert "投诉和信访" in not_accepted
    assert "重新评定" not in not_accepted
    assert "申请重新评定" in as_text(render_notice(DEFINITION, Row("N10", told), "zh"))


@pytest.mark.parametrize(
    ("key", "language", "words"),
    [
        ("N10", "easy", "收到结论以后10个工作日里"),
        ("N02", "zh", "下一步是评定。去哪里、最晚哪一天，写在评定通知书里。"),
        ("N08", "zh", "姓名的一部分"),
        ("N08", "easy", "名字只写一部分"),
        ("N08", "en", "part of the name"),
        ("N14", "zh", "可以上网换"),
        ("N10", "en", "Reference: 2611 2204 5738"),
    ],
)
def test_words_of_the_certificates_letters_say_what_is_so(key: str, language: Language, words: str) -> None:
    row = Row(key, facts(**EVERY_FACT, reasons=["R13"]))
    assert words in as_text(render_notice(DEFINITION, row, language))


@pytest.mark.parametrize("way", ["desk", "post", "liaison", "home", "unknown"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_approval_says_by_when_the_card_is_made_whichever_way_it_comes(way: str, language: Language) -> None:
    row = Row("N09", facts(**{**EVERY_FACT, "ready_on": "2026-12-18", "collect_way": way}))
    assert date_text(date(2026, 12, 18), language) in as_text(render_notice(DEFINITION, row, language))


def test_nobody_who_waits_at_home_is_told_that_the_application_ends() -> None:
    at_home = as_text(render_notice(DEFINITION, Row("N07", facts(**EVERY_FACT, is_home_visit=True)), "zh"))
    assert "申请不会因为这个结束" in at_home
    assert "这次申请就结束" not in at_home
    assert "这次申请就结束" in as_text(render_notice(DEFINITION, Row("N07", facts(**EVERY_FACT)), "zh"))


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


def test_correction_letter_never_calls_the_persons_page_the_agents() -> None:
    """王小明的代办人：要补“您的姓名” would have the agent correct their own."""
    pages = [one for one in DEFINITION.pages if one.title.proxy_zh]
    points = [{"page": one.id, "reason": "C03", "words": None} for one in pages]
    row = Row("N03", facts(due_on="2026-12-05", points=points, acting="proxy"))
    titles = [point.title for point in render_notice(DEFINITION, row, "zh").points]
    assert "申请人的姓名" in titles
    assert titles == [(one.title.proxy_zh or "").replace("{name}", "示例王小明") for one in pages]


def test_telephone_script_reads_every_number_digit_by_digit() -> None:
    script = phone_script(render_notice(DEFINITION, Row("N01", facts(due_on="2026-12-05")), "zh"), "zh")
    assert "2 6 1 1，2 2 0 4，5 7 3 8" in script
    assert "2026年12月5日" in script
    assert "1 9 9，0 0 0 0，1 2 0 1" in script


@pytest.mark.parametrize("language", LANGUAGES)
def test_letter_with_digits_apart_says_every_number_digit_by_digit_and_no_day(language: Language) -> None:
    row = Row("N01", facts(due_on="2026-12-05"))
    letter = render_notice(DEFINITION, row, language, has_digits_apart=True)
    comma = ", " if language == "en" else "，"
    reference, phone = (
        comma.join(["2 6 1 1", "2 2 0 4", "5 7 3 8"]),
        comma.join(["1 9 9", "0 0 0 0", "1 2 0 1"]),
    )
    told = as_text(letter)
    assert reference in told
    assert phone in told
    assert reference in as_paper(letter)
    assert phone in as_paper(letter)
    assert reference in mail_subject(letter)
    assert phone in phone_script(letter, language)  # not told apart twice
    assert "199" not in told
    assert "2611" not in told
    assert date_text(date(2026, 12, 5), language) in told


def test_text_message_keeps_the_reference_in_one_piece_and_the_day_short() -> None:
    assert sms_text(DEFINITION, ACCEPTED, "zh") == (
        "【示例市一窗通办】收件号261122045738的申请已受理。最晚12月17日告诉您结果，去医院和公示的时间另算。"
    )


def test_text_message_that_can_become_too_long_is_named() -> None:
    notice = DEFINITION.notices[0].model_copy(update={"sms": Text(zh="【示例】" + "长" * 67, en="short")})
    changed = DEFINITION.model_copy(update={"notices": (notice,)})
    assert too_long_messages([changed], {"demo": SIGNATURE}) == [
        f"{notice.key}: sms.{language} can have 71 characters, not 70" for language in ("easy", "zh")
    ]
    with pytest.raises(ValueError, match="longer than 70"):
        sms_text(changed, Row(notice.key, facts(due_on="2026-12-05")), "zh")


def test_text_messages_of_the_catalogue_always_fit() -> None:
    assert too_long_messages([DEFINITION], {"demo": SIGNATURE}) == []


def test_signature_counts_towards_the_length_of_a_text_message() -> None:
    assert too_long_messages([DEFINITION], {"demo": "【" + "长" * 60 + "】"}) != []


def test_days_off_on_the_way_are_said_after_the_result() -> None:
    days_off = [{"first_on": "2026-10-01", "last_on": "2026-10-07", "keys": ["national_day"]}]
    row = Row("N02", facts(accepted_on="2026-09-24", promised_on="2026-10-15", holidays=days_off))
    assert render_notice(DEFINITION, row, "zh").result[-1] == "10月1日至7日国庆节放假，不算在内。"
    assert render_notice(DEFINITION, row, "en").result[-1].startswith("National Day: 1 October to 7 October")


@pytest.mark.parametrize(
    ("key", "about", "words"),
    [
        ("N02", {"is_deemed": True}, "从2026年12月5日起算受理"),
        ("N07", {}, "请在2026年12月5日以前，到示例做评定"),
        ("N07", {"is_home_visit": True}, "到您家里做评定"),
        ("N06", {}, "先停下来，2026年12月5日再接着办"),
        ("N18", {"state": "lapsed", "step_kind": "assessment"}, "因为到期还没有评定"),
        ("N18", {"state": "lapsed", "step_kind": "intake"}, "因为到期还没有补好材料"),
        ("N18", {"state": "withdrawn"}, "您撤回了"),
        ("N18", {"state": "ended", "is_death": True}, "很抱歉打扰您"),
    ],
)
def test_words_fit_what_happened(key: str, about: dict[str, Any], words: str) -> None:
    assert words in "".join(render_notice(DEFINITION, Row(key, facts(**EVERY_FACT, **about)), "zh").result)


def test_line_without_its_fact_is_left_out() -> None:
    letter = render_notice(DEFINITION, Row("N09", facts(decided_on="2026-12-05")), "zh")
    assert not [line for line in letter.next if "证号" in line or "有效期：" in line or "做好" in line]
    assert "证10年有效，到期免费换。" in letter.next


def test_letters_and_the_gateway_count_text_messages_alike() -> None:
    assert formats.LONGEST_SMS == sms.LONGEST_SMS
    for words in ("", "您好", "𠮷", "a" * 70):
        assert formats.sms_length(words) == sms.sms_length(words)
