"""Places of a region: ancestors, the county that decides, finding what was typed."""

import pytest

from portal.rules.places import ancestors, county_of, find_places, full_name, township_of
from tests.support.workers import demo_region

REGION = demo_region()


def found(typed: str) -> list[str]:
    return [place.code for place in find_places(REGION, typed)]


def test_ancestors_go_outwards_from_the_place_itself() -> None:
    assert [place.code for place in ancestors(REGION, "880001002")] == [
        "880001002",
        "880001",
        "8800",
        "88",
    ]


@pytest.mark.parametrize("code", ["", "999999", "88000100", "880001001 "])
def test_unknown_code_has_no_ancestors_and_no_county(code: str) -> None:
    assert list(ancestors(REGION, code)) == []
    assert county_of(REGION, code) is None
    assert township_of(REGION, code) is None


@pytest.mark.parametrize(
    ("code", "county", "township"),
    [
        ("880002001", "880002", "880002001"),
        ("880002", "880002", None),
        ("8800", None, None),
    ],
)
def test_county_and_township_of_a_place_are_found(
    code: str, county: str | None, township: str | None
) -> None:
    assert county_of(REGION, code) == county
    assert township_of(REGION, code) == township


def test_full_name_goes_from_large_to_small_in_chinese_and_back_in_english() -> None:
    assert full_name(REGION, "880001001", "zh") == "示例市示例县示例东风镇"
    assert full_name(REGION, "880001001", "en").startswith("Dongfeng Town")
    assert full_name(REGION, "nowhere", "zh") == ""
    assert full_name(REGION, "88", "zh") == "示例省"


@pytest.mark.parametrize(
    "typed", ["东风", "示例东风镇", " 东风镇 ", "东风镇3组12号", "示例县东风镇", "DONGFENG TOWN"]
)
def test_township_is_found_first_however_it_is_typed(typed: str) -> None:
    assert found(typed)[:1] == ["880001001"]


@pytest.mark.parametrize("typed", ["880002", "８８０００２", "880002194902300016"])
def test_first_digits_of_an_id_number_give_the_county_and_its_townships(typed: str) -> None:
    assert found(typed) == ["880002001", "880002002", "880002"]


@pytest.mark.parametrize("typed", ["", "   ", "镇江", "123", "88", "x" * 10_000, "\ud800"])
def test_what_names_no_place_finds_none_and_refuses_nothing(typed: str) -> None:
    assert found(typed) == []


def test_the_city_itself_is_never_offered() -> None:
    assert "8800" not in found("示例市") + found("8800")
