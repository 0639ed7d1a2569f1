"""Checks between two answers and the region: does the hospital assess what was chosen?"""

from datetime import date

import pytest

from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Field
from portal.rules.calendar import Calendar, DayOverride
from portal.rules.checks import CHECKS, as_many_as, hints_for, institution_covers, run_check, term_hint

CATALOGUE = load_catalogue()
REGION = CATALOGUE.regions["demo"]
DEFINITION = CATALOGUE.definition("zj-01", "demo")


@pytest.mark.parametrize(
    ("kinds", "codes"),
    [
        (["visual"], []),
        (["visual", "limb"], []),
        (["psychiatric"], ["institution_covers"]),
        (["visual", "psychiatric"], ["institution_covers"]),
        (["unknown"], []),
        ([], []),
        ("unknown", []),
        (None, []),
    ],
)
def test_hospital_covers_every_chosen_kind(kinds: object, codes: list[str]) -> None:
    assert [fault.code for fault in institution_covers("hospital_first", kinds, REGION)] == codes


@pytest.mark.parametrize("value", ["unknown", "", None, "示例"])
def test_what_is_no_hospital_is_for_other_checks_to_refuse(value: object) -> None:
    assert institution_covers(value, ["psychiatric"], REGION) == []


def test_check_named_in_the_definition_looks_at_its_other_answer() -> None:
    field = DEFINITION.field("zj_hospital")
    assert field is not None
    answers = {"zj_kind": ["psychiatric"], "c_needs": ["visual"]}
    assert [fault.code for fault in run_check(field, "hospital_first", answers, REGION)] == [
        "institution_covers"
    ]
    assert run_check(field, "hospital_calm", answers, REGION) == []


@pytest.mark.parametrize(
    ("field_id", "value", "answers", "codes"),
    [
        ("c_channels", ["sms", "post"], {"c_has_phone": "none"}, ["way_needs_phone"]),
        ("c_channels", ["phone"], {"c_has_phone": "none"}, ["way_needs_phone"]),
        ("c_channels", ["post"], {"c_has_phone": "none"}, []),
        ("c_channels", ["sms"], {"c_has_phone": "via"}, []),
        ("c_channels", None, {"c_has_phone": "none"}, []),
        ("c_do_not", ["sms"], {"c_channels": ["sms", "post"]}, ["way_barred_sms"]),
        ("c_do_not", ["call", "post"], {"c_channels": ["phone", "post"]}, ["way_barred_phone"]),
        ("c_do_not", ["post"], {"c_channels": ["post"]}, ["way_barred_post"]),
        ("c_do_not", ["call", "visit"], {"c_channels": ["sms"]}, []),
        ("c_do_not", [], {"c_channels": ["unknown"]}, []),
        ("c_do_not", ["sms"], {}, []),
    ],
)
def test_nobody_is_reached_in_a_way_that_they_have_not_or_forbid(
    field_id: str, value: object, answers: dict[str, object], codes: list[str]
) -> None:
    field = DEFINITION.field(field_id)
    assert field is not None
    assert [fault.code for fault in run_check(field, value, answers, REGION)] == codes


def test_field_without_a_check_is_not_checked() -> None:
    field = DEFINITION.field("p_name")
    assert field is not None
    assert run_check(field, "示例", {}, REGION) == []


def test_every_check_of_every_service_exists() -> None:
    named = {
        field.check
        for definition in CATALOGUE.definitions.values()
        for page in definition.pages
        for field in page.fields
        if field.check
    }
    assert named <= CHECKS.keys()


@pytest.mark.parametrize(
    ("number", "hints"),
    [
        ("000101198811020012", ["id_area_unknown"]),
        ("880000198811020014", []),  # of the region itself
        ("110105198811020013", []),
        ("unknown", []),
        ("", []),
        (None, []),
        (7, []),
    ],
)
def test_odd_answer_is_hinted_at_and_everything_else_is_not(number: object, hints: list[str]) -> None:
    field = DEFINITION.field("p_id_no")
    assert field is not None
    found = hints_for(field, {"p_id_no": number, "p_id_type": "resident"}, REGION, date(2026, 11, 23))
    assert [hint.code for hint in found] == hints


def test_example_answers_raise_no_hint() -> None:
    fields = [field for page in DEFINITION.pages for field in page.fields]
    answers = {
        "p_id_no": "880000199001010011",
        "p_name": "示例王小明",
        "h_place": {"code": "", "written": "x"},
    }
    assert [hints_for(field, answers, REGION, date(2026, 11, 23)) for field in fields] == [[]] * len(fields)


@pytest.mark.parametrize(
    ("lines", "adults", "missing"),
    [(1, 1, None), (3, 2, None), (1, 3, 2), (0, 1, 1), (1, "unknown", None), (1, None, None)],
    ids=["one of one", "more than needed", "two are missing", "nobody yet", "not known", "not asked"],
)
def test_every_adult_has_an_entry_and_not_knowing_how_many_stops_nobody(
    lines: int, adults: object, missing: int | None
) -> None:
    found = as_many_as([{"e_member_name": "示例"}] * lines, adults, REGION)
    assert [(fault.code, fault.params) for fault in found] == (
        [] if missing is None else [("lines_missing", {"count": missing})]
    )


@pytest.mark.parametrize(
    ("today", "code", "left"),
    [
        (date(2026, 11, 9), "term_left", 10),
        (date(2026, 11, 13), "term_left", 6),
        (date(2026, 11, 20), "term_left", 1),
        (date(2026, 11, 22), "term_left", 1),
        (date(2026, 11, 23), "term_last_day", 0),
        (date(2026, 11, 24), "term_over", -1),
    ],
    ids=str,
)
def test_ten_working_days_to_object_are_counted_down(today: date, code: str, left: int) -> None:
    """Art. 25: from the day after the conclusion came, Saturdays and Sundays not counted."""
    found = term_hint(date(2026, 11, 9), 10, today, Calendar())
    assert (found.code, found.params) == (code, {"count": left, "day": "2026-11-23"})


def test_a_day_that_officials_took_out_moves_the_last_day() -> None:
    closed = Calendar({date(2026, 11, 18): DayOverride(is_working=False)})
    found = term_hint(date(2026, 11, 9), 10, date(2026, 11, 13), closed)
    assert found.params == {"count": 6, "day": "2026-11-24"}


@pytest.mark.parametrize("answer", ["unknown", "", None, "示例"])
def test_a_day_that_nobody_knows_counts_nothing_down(answer: object) -> None:
    label = {"zh": "哪天", "en": "When"}
    field = Field.model_validate({"id": "yy_received_on", "kind": "date", "label": label, "term_days": 10})
    assert hints_for(field, {"yy_received_on": answer}, REGION, date(2026, 11, 23)) == []
