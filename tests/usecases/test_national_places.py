"""Places of the whole country: found by name, old name, short name and an ID number's first digits."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from portal.catalogue.national import PlaceLine
from portal.usecases.national_places import (
    Imported,
    find_national_places,
    has_places,
    import_places,
    name_of_national_place,
)

LIST = [
    PlaceLine("11", "北京市"),
    PlaceLine("1101", "市辖区"),
    PlaceLine("110105", "朝阳区"),
    PlaceLine("22", "吉林省"),
    PlaceLine("2201", "长春市"),
    PlaceLine("220104", "朝阳区"),
    PlaceLine("33", "浙江省"),
    PlaceLine("3301", "杭州市"),
    PlaceLine("330102", "上城区"),
    PlaceLine("330104", "江干区"),
    PlaceLine("330102001", "清波街道"),
    PlaceLine("44", "广东省"),
    PlaceLine("4420", "中山市"),
    PlaceLine("442000", "中山市"),
]


@pytest.fixture
def db(db: Session, clock_at: Callable[[str], None]) -> Session:
    clock_at("2026-11-23T09:00+08:00")
    import_places(db, LIST)
    return db


def names(db: Session, typed: str) -> list[str]:
    return [found.full_name for found in find_national_places(db, typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("上城区", "浙江省杭州市上城区"),
        ("杭州上城", "浙江省杭州市上城区"),
        ("浙江省杭州市上城区清波街道3号", "浙江省杭州市上城区清波街道"),
        ("长春朝阳", "吉林省长春市朝阳区"),
        ("北京市朝阳区", "北京市朝阳区"),
        ("中山", "广东省中山市"),
        ("330102195001011234", "浙江省杭州市上城区"),
        ("33010219500101123X", "浙江省杭州市上城区"),
        ("３３０１０２", "浙江省杭州市上城区"),
    ],
)
def test_place_that_was_meant_comes_first(db: Session, typed: str, first: str) -> None:
    assert names(db, typed)[0] == first


def test_city_offers_its_counties_and_places_of_one_name_are_all_offered(db: Session) -> None:
    assert names(db, "杭州市") == ["浙江省杭州市上城区", "浙江省杭州市江干区"]
    assert names(db, "朝阳") == ["北京市朝阳区", "吉林省长春市朝阳区"]


@pytest.mark.parametrize(
    "typed", ["", "上", "33", "%", "__", "\\", "😀😀", "乌有", "9999", "²²²²²²", "x" * 5000]
)
def test_what_is_no_place_finds_none_and_never_fails(db: Session, typed: str) -> None:
    assert names(db, typed) == []


def test_import_again_changes_nothing(db: Session) -> None:
    assert has_places(db)
    assert import_places(db, LIST) == Imported(0, 0, 0)


def test_renamed_and_abolished_places_are_found_by_what_they_were(db: Session) -> None:
    newer = [line for line in LIST if line.code != "330104"]
    newer = [PlaceLine("330102", "新上城区") if line.code == "330102" else line for line in newer]
    assert import_places(db, newer) == Imported(0, 1, 1)
    assert names(db, "上城区")[0] == "浙江省杭州市新上城区"
    assert names(db, "江干区") == ["浙江省杭州市江干区"]
    assert names(db, "330104195001011234") == ["浙江省杭州市江干区"]
    assert import_places(db, LIST) == Imported(0, 1, 0)


def test_list_without_townships_retires_none(db: Session) -> None:
    assert import_places(db, [line for line in LIST if line.level != "township"]) == Imported(0, 0, 0)


@pytest.mark.parametrize(
    ("code", "name"), [("330102", "浙江省杭州市上城区"), ("3301", None), ("99", None), ("", None)]
)
def test_name_is_given_of_what_may_be_chosen(db: Session, code: str, name: str | None) -> None:
    assert name_of_national_place(db, code) == name
