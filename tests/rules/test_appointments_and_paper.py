"""Serials as people and scanners type them; conditions as a sheet of paper says them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.condition_words import condition_words
from portal.catalogue.conditions import Condition
from portal.catalogue.field_types import FieldError
from portal.catalogue.paper_sheet import sheet_of
from portal.catalogue.wording import Voice
from portal.rules.paper_forms import parse_serial
from portal.rules.references import new_reference
from tests.support.office import CATALOGUE, REGION

pytestmark = pytest.mark.one_database

NAMES = {"has": (3, {"yes": "有", "no": "没有", "unknown": "我不知道"}), "age": (4, {})}


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"field": "has", "is": "yes"}, "第3题选了“有”"),
        ({"field": "has", "any_of": ["yes", "no"]}, "第3题选了“有”、“没有”中的一个"),
        ({"field": "has", "contains": "yes"}, "第3题选了“有”"),
        ({"not": {"field": "has", "is": "no"}}, "第3题没有选“没有”"),
        ({"field": "age", "at_least": 3}, "第4题是3或者更多"),
        ({"not": {"field": "age", "at_least": 3}}, "第4题不到3"),
        ({"field": "age", "answered": False}, "第4题没有填"),
        ({"field": "@age", "less_than": 18}, "不满18岁"),
        ({"not": {"field": "@age", "less_than": 18}}, "满18岁"),
        ({"field": "@acting", "is": "proxy"}, ""),
        (
            {"all": [{"field": "@acting", "is": "proxy"}, {"field": "age", "answered": True}]},
            "第4题填了",
        ),
        (
            {"not": {"all": [{"field": "has", "is": "yes"}, {"field": "age", "answered": True}]}},
            "第3题没有选“有”，或者第4题没有填",
        ),
        ({"any": [{"field": "@acting", "is": "proxy"}, {"field": "has", "is": "yes"}]}, ""),
        ({"field": "elsewhere", "is": "yes"}, ""),
    ],
)
def test_condition_is_said_by_the_numbers_of_the_sheet(condition: dict[str, object], words: str) -> None:
    read = Condition.model_validate(condition)
    assert condition_words(read, {"@acting": "proxy"}, NAMES.get, "zh") == words


@given(st.sampled_from(("{}", " {} ", "http://localhost/services/zj-01/form/{}", "https://a.example/x/{}/")))
def test_serial_is_read_as_typed_and_as_scanned(pattern: str) -> None:
    serial = new_reference()
    assert parse_serial(pattern.format(serial)) == serial


@pytest.mark.parametrize(
    "text", ["", "12", "http://localhost/services/zj-01", "一二三四五六七八九十", "1" * 400]
)
def test_what_is_no_serial_is_refused_in_words(text: str) -> None:
    with pytest.raises(FieldError) as refusal:
        parse_serial(text)
    assert refusal.value.code == "reference_shape"


@pytest.mark.parametrize("acting", ["self", "proxy"])
@pytest.mark.parametrize("language", ["zh", "easy", "en"])
def test_sheet_of_every_service_numbers_its_questions_and_names_none_by_its_code(
    language: str, acting: str
) -> None:
    for code in REGION.services:
        definition = CATALOGUE.definition(code, "demo")
        voice = Voice(language, None, acting == "proxy")  # type: ignore[arg-type]
        sections = sheet_of(definition, REGION, voice, acting)  # type: ignore[arg-type]
        questions = [one for section in sections for page in section.pages for one in page.questions]
        assert [one.number for one in questions] == list(range(1, len(questions) + 1))
        clauses = [one.only_for for section in sections for page in section.pages for one in [page]]
        clauses += [one.only_for for one in questions] + [b.only_for for one in questions for b in one.boxes]
        assert [clause for clause in clauses if "_" in clause] == []
        assert all(one.boxes for one in questions if one.writing in ("one", "many"))
