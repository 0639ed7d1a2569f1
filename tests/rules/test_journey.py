"""The way through the questions: nobody gets stuck, and no abandoned branch has a say."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.field_types import FIELD_TYPES
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Answers, Field
from portal.rules.journey import Acting, Journey, SectionStatus, on_path

DEFINITION = load_catalogue().definition("zj-01", "demo")
TODAY = date(2026, 11, 22)
ADULT_ID, CHILD_ID = "880000199001010017", "880000201506120033"
PLACE = {"code": "880001001", "written": "3组"}

GOOD: dict[str, Any] = {
    "name": "王小明",
    "text": "示例",
    "longtext": "示例",
    "year": 2019,
    "date": "1990-01-01",
    "id_number": ADULT_ID,
    "tel": "19900000001",
    "email": "shili@example.cn",
    "yes_no": "yes",
    "confirm": True,
    "place": PLACE,
    "documents": ["0" * 32],
}


def good(field: Field) -> Any:
    """An answer that stands: the first choice, or one of the kind."""
    if field.choices_from == "institutions":
        return "hospital_first"
    if field.kind in ("choice", "multi"):
        value = field.choices[0].value
        return [value] if field.kind == "multi" else value
    if field.kind == "group":
        return [{member.id: good(member) for member in field.fields}]
    return GOOD[field.kind]


def journey(answers: Answers, acting: Acting = "self") -> Journey:
    return Journey(DEFINITION, answers, acting, TODAY)


def walked(acting: Acting = "self", **own: Any) -> Journey:
    """A journey answered page by page, with ``own`` answers where they are asked."""
    answers: Answers = {}
    for _ in range(2 * len(DEFINITION.pages)):
        now = journey(answers, acting)
        page = now.first_incomplete()
        if page is None:
            return now
        for field in page.fields:
            answers.setdefault(field.id, own.get(field.id, good(field)))
    raise AssertionError(f"stuck on {page.id}")


def ids(walk: Journey) -> list[str]:
    return [page.id for page in walk.pages()]


# ---------------------------------------------------------------- the path


def test_a_person_is_not_asked_who_acts_for_them() -> None:
    walk = walked("self")
    assert not [page for page in ids(walk) if page.startswith("guardian")]
    assert walk.missing() == ()


def test_a_proxy_is_asked_relation_guardianship_and_the_wish() -> None:
    asked = [page for page in ids(walked("proxy")) if page.startswith("guardian")]
    assert asked == [f"guardian-{page}" for page in ("relation", "guardianship", "agent", "informed", "wish")]


def test_birth_and_sex_are_asked_only_without_a_telling_number() -> None:
    assert "person-birth" not in ids(walked(p_id_type="resident"))
    assert "person-birth" in ids(walked(p_id_type="none"))
    assert walked(p_id_type="none").age == 36


@pytest.mark.parametrize(
    ("number", "today", "age"),
    [
        (ADULT_ID, date(2026, 11, 22), 36),
        ("880000200811230018", date(2026, 11, 22), 17),
        ("880000200811220018", date(2026, 11, 22), 18),
        ("880000200402290018", date(2022, 2, 28), 17),
        ("880000200402290018", date(2022, 3, 1), 18),
        ("880000203001010018", date(2026, 11, 22), None),
    ],
)
def test_age_is_whole_years_on_the_day_of_asking(number: str, today: date, age: int | None) -> None:
    answers = {"p_name": "王小明", "p_id_type": "resident", "p_id_no": number}
    assert Journey(DEFINITION, answers, "self", today).age == age


@pytest.mark.parametrize(
    ("own", "acting", "is_asked"),
    [
        ({"zj_kind": ["limb"]}, "self", False),
        ({"zj_kind": ["psychiatric"]}, "self", True),
        ({"zj_kind": ["unknown"]}, "self", True),
        ({"zj_kind": ["limb"], "p_id_no": CHILD_ID}, "self", True),
        ({"zj_kind": ["limb"], "g_is_guardian": "no"}, "proxy", False),
        ({"zj_kind": ["limb"], "g_is_guardian": "yes"}, "proxy", True),
        ({"zj_kind": ["limb"], "g_is_guardian": "unknown"}, "proxy", True),
        ({"zj_kind": ["limb"], "g_kind": "other", "g_other": "entrusted"}, "proxy", False),
        ({"zj_kind": ["limb"], "g_kind": "other", "g_other": "appointed"}, "proxy", True),
    ],
)
def test_proof_of_guardian_is_asked_where_the_law_wants_it(
    own: Answers, acting: Acting, is_asked: bool
) -> None:
    own = {**own, "p_id_no": own.get("p_id_no", ADULT_ID)}
    assert ("evidence-guardian" in ids(walked(acting, **own))) is is_asked


@pytest.mark.parametrize("code", ["bt-01", "bt-02", "bt-03", "jt-01", "sb-01", "sb-02"])
@pytest.mark.parametrize(
    ("born", "acting", "is_asked"),
    [
        ("20081124", "self", False),  # one day before 18
        ("20181122", "self", False),  # 8 today
        ("20181123", "self", True),  # 8 tomorrow
        ("20081124", "proxy", True),
        ("19900101", "self", False),
    ],
)
def test_who_is_eight_asks_alone_for_what_only_benefits_them(
    code: str, born: str, acting: Acting, is_asked: bool
) -> None:
    definition = load_catalogue().definition(code, "demo")
    answers = {"p_id_type": "resident", "p_id_no": f"880000{born}0018", "g_is_guardian": "no"}
    walk = Journey(definition, answers, acting, TODAY)
    assert (walk.page("evidence-guardian") is not None) is is_asked


def test_a_friend_who_acts_for_a_child_is_asked_for_the_guardian() -> None:
    walk = walked("proxy", g_kind="other", g_other="entrusted", p_id_no=CHILD_ID)
    assert "guardian-own" in ids(walk)
    assert "guardian-own" not in ids(walked("proxy", g_kind="parent", g_is_guardian="yes", p_id_no=CHILD_ID))


def test_an_unknown_permit_asks_rather_than_skips() -> None:
    assert "evidence-permit" in ids(walked(a_same_as_hukou="no", a_permit=UNKNOWN))
    assert "evidence-permit" not in ids(walked(a_same_as_hukou="no", a_permit="no"))
    assert "evidence-permit" not in ids(walked(a_same_as_hukou="yes"))


def test_a_page_waits_until_its_deciding_answer_is_there() -> None:
    assert "address-live" not in ids(journey({}))
    assert "address-live" in ids(journey({"a_same_as_hukou": "no"}))


def test_sms_is_offered_only_to_whom_a_phone_can_reach() -> None:
    def offered(has_phone: str) -> set[str]:
        page = journey({"c_has_phone": has_phone}).page("contact-channels")
        assert page is not None
        return {choice.value for choice in page.fields[0].choices}

    assert {"sms", "phone", "post"} <= offered("own")
    assert not {"sms", "phone"} & offered("none")
    assert "post" in offered("none")


# ---------------------------------------------------------------- moving along it


def test_a_choice_that_uncovers_a_question_keeps_its_page() -> None:
    first = journey({"c_has_phone": "own"})
    page = first.next_page("contact-phone")
    assert page is not None
    assert page.id == "contact-phone"
    assert [field.id for field in page.fields] == ["c_has_phone", "c_phone"]
    then = journey({"c_has_phone": "own", "c_phone": "19900000001"}).next_page("contact-phone")
    assert then is not None
    assert then.id == "contact-channels"


def test_next_and_previous_walk_the_same_path() -> None:
    walk = walked("proxy")
    forward = ["consent-notice"]
    while (page := walk.next_page(forward[-1])) is not None:
        forward.append(page.id)
    assert forward == ids(walk)
    back = [forward[-1]]
    while (page := walk.previous_page(back[-1])) is not None:
        back.append(page.id)
    assert back[::-1] == forward


def test_a_page_off_the_path_leads_nowhere() -> None:
    assert journey({}).next_page("guardian-wish") is None
    assert journey({}).previous_page("guardian-wish") is None
    assert journey({}).page("guardian-wish") is None


def test_a_blank_optional_page_counts_once_it_was_shown() -> None:
    before = journey({"p_name": "王小明"})
    page = before.page("person-ethnic")
    assert page is not None
    assert not before.is_complete(page)
    assert journey({"p_ethnic": ""}).is_complete(page)
    assert page not in [missing for missing, _ in before.missing()]


def test_a_needed_blank_and_an_unborn_number_stop_a_submission() -> None:
    walk = journey({**walked().answers, "p_name": "", "p_id_no": "880000203001010018", "zj_since": None})
    assert [field.id for _, field in walk.missing()] == ["p_name", "p_id_no"]
    page = walk.first_incomplete()
    assert page is not None
    assert page.id == "person-name"


# ---------------------------------------------------------------- sections and the one list


def test_six_sections_are_counted_whatever_is_answered() -> None:
    for walk in (journey({}), walked("self"), walked("proxy")):
        assert [state.number for state in walk.sections()] == [1, 2, 3, 4, 5, 6]


def test_sections_go_from_not_started_through_progress_to_done() -> None:
    fresh = journey({}).sections()
    assert {state.status for state in fresh} == {SectionStatus.NOT_STARTED}
    begun = journey({"p_name": "王小明", "p_name_sound": ""}).sections()[1]
    assert (begun.status, begun.done, len(begun.pages)) == (SectionStatus.IN_PROGRESS, 1, 3)
    assert {state.status for state in walked().sections()} == {SectionStatus.DONE}


def test_visible_answers_are_the_path_in_order_and_nothing_else() -> None:
    walk = walked("proxy")
    listed = walk.visible_answers()
    assert list(dict.fromkeys(answer.page.id for answer in listed)) == ids(walk)
    assert {answer.field.id: answer.value for answer in listed} == walk.answers
    empty = {answer.field.id: answer.value for answer in journey({}).visible_answers()}
    assert empty["zj_kind"] == []
    assert empty["h_place"] is None


def test_answers_of_an_abandoned_branch_are_dropped() -> None:
    answers = {**walked(a_same_as_hukou="no").answers, "a_same_as_hukou": "yes"}
    kept = on_path(DEFINITION, answers, "self", TODAY)
    assert not {"a_place", "a_detail", "a_permit", "evidence_permit"} & set(kept)
    assert kept["a_same_as_hukou"] == "yes"


def test_a_choice_no_longer_offered_is_asked_again() -> None:
    answers = {**walked().answers, "c_channels": ["sms", "post"], "c_has_phone": "none"}
    assert journey(answers).answers["c_channels"] == ["post"]
    answers["c_channels"] = ["sms"]
    page = journey(answers).first_incomplete()
    assert page is not None
    assert page.id == "contact-channels"


# ---------------------------------------------------------------- for all answers

ALL_FIELDS = {field.id: field for page in DEFINITION.pages for field in page.fields}


def an_answer(field: Field) -> st.SearchStrategy[Any]:
    """Good, unknown, empty and nonsensical answers of a field."""
    values = [choice.value for choice in field.choices] or ["yes", "no"]
    picked: st.SearchStrategy[Any] = st.sampled_from([*values, UNKNOWN, "", "?"])
    if field.kind == "multi":
        picked = st.lists(st.sampled_from([*values, UNKNOWN, "?"]), max_size=3)
    odd = st.sampled_from([None, "", [], 7, True, {}, "2015-06-12", CHILD_ID, ["?"], {"code": 3}])
    return st.one_of(st.just(good(field)), picked, odd)


any_answers = st.fixed_dictionaries({}, optional={key: an_answer(field) for key, field in ALL_FIELDS.items()})
any_acting: st.SearchStrategy[Acting] = st.sampled_from(["self", "proxy"])


@given(any_answers, any_acting)
@settings(max_examples=150, deadline=None)
def test_no_answers_leave_a_journey_stuck(answers: Answers, acting: Acting) -> None:
    answers = dict(answers)
    for _ in range(2 * len(DEFINITION.pages)):
        walk = journey(answers, acting)
        page = walk.first_incomplete()
        if page is None:
            assert walk.missing() == ()
            return
        for field in page.fields:
            answers[field.id] = good(field)
    pytest.fail("the journey does not end")


@given(any_answers, any_acting)
@settings(max_examples=150, deadline=None)
def test_pruning_twice_prunes_nothing_more(answers: Answers, acting: Acting) -> None:
    kept = on_path(DEFINITION, answers, acting, TODAY)
    assert set(kept) <= set(answers)
    assert on_path(DEFINITION, kept, acting, TODAY) == kept


@given(any_answers, any_acting)
@settings(max_examples=150, deadline=None)
def test_pruned_answers_have_no_say_in_the_path(answers: Answers, acting: Acting) -> None:
    walk = journey(answers, acting)
    assert journey(walk.answers, acting).pages() == walk.pages()
    assert {answer.field.id for answer in walk.visible_answers()} >= set(walk.answers)


@given(any_answers, any_acting)
@settings(max_examples=50, deadline=None)
def test_every_visible_answer_can_be_formatted(answers: Answers, acting: Acting) -> None:
    for answer in journey(answers, acting).visible_answers():
        assert isinstance(FIELD_TYPES[answer.field.kind].format(answer.value, "zh"), str)
