"""Units: loaded from the region file once, kept as officials change them, found by place."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import UnitKind
from portal.rules.errors import NotFound
from portal.store.units import CalendarDay, UnitRow
from portal.usecases.calendar import get_calendar
from portal.usecases.units import get_unit, load_region, unit_for
from tests.support.workers import demo_region

REGION = demo_region()


@pytest.fixture
def loaded(db: Session) -> Session:
    load_region(db, REGION)
    return db


def test_loading_twice_changes_nothing(loaded: Session) -> None:
    load_region(loaded, REGION)
    assert loaded.scalar(select(func.count()).select_from(UnitRow)) == len(REGION.units)


def test_loading_again_keeps_what_officials_changed(loaded: Session) -> None:
    unit = get_unit(loaded, "desk_dongfeng")
    unit.contact = {**unit.contact, "phone": "19900001999"}
    loaded.flush()
    load_region(loaded, REGION)
    loaded.refresh(unit)
    assert unit.contact["phone"] == "19900001999"


def test_days_of_the_region_file_count_and_those_of_officials_speak_first(db: Session) -> None:
    sunday, monday, tuesday = (date(2026, 11, day) for day in (22, 23, 24))
    db.add(CalendarDay(day=tuesday, is_working=True, source="通知", added_at=clock.now()))
    own = REGION.model_copy(update={"days_off": (monday, tuesday), "days_on": (sunday,)})
    for _ in range(2):
        load_region(db, own)
    calendar = get_calendar(db)
    assert [calendar.is_working(day) for day in (sunday, monday, tuesday)] == [True, False, True]


def test_unknown_unit_is_not_found(loaded: Session) -> None:
    with pytest.raises(NotFound):
        get_unit(loaded, "desk_nowhere")


@pytest.mark.parametrize(
    ("kind", "place", "expected"),
    [
        (UnitKind.TOWN_DESK, "880001002", "desk_xishan"),
        (UnitKind.TOWN_DESK, "880002001", "desk_nanhu"),
        (UnitKind.COUNTY_FEDERATION, "880001002", "federation_shili"),
        (UnitKind.COUNTY_FEDERATION, "880002", "federation_yangben"),
        (UnitKind.CITY_FEDERATION, "880001001", "federation_city"),
    ],
)
def test_place_is_served_by_its_own_unit_or_the_nearest_around_it(
    loaded: Session, kind: UnitKind, place: str, expected: str
) -> None:
    assert unit_for(loaded, kind, REGION, place).code == expected


def test_county_without_known_township_goes_to_the_first_desk_of_the_county(loaded: Session) -> None:
    assert unit_for(loaded, UnitKind.TOWN_DESK, REGION, "880002").code == "desk_beiqiao"


@pytest.mark.parametrize("place", ["", "999999"])
def test_unknown_place_goes_to_the_default_county(loaded: Session, place: str) -> None:
    assert unit_for(loaded, UnitKind.TOWN_DESK, REGION, place).county == "880001"


def test_closed_desk_is_replaced_by_another_of_its_county(loaded: Session) -> None:
    get_unit(loaded, "desk_xishan").closed_on = date(2026, 11, 1)
    loaded.flush()
    assert unit_for(loaded, UnitKind.TOWN_DESK, REGION, "880001002").code == "desk_dongfeng"


def test_kind_that_nobody_serves_is_not_found(loaded: Session) -> None:
    for unit in loaded.scalars(select(UnitRow).where(UnitRow.kind == UnitKind.CITY_FEDERATION)):
        unit.closed_on = date(2026, 11, 1)
    loaded.flush()
    with pytest.raises(NotFound):
        unit_for(loaded, UnitKind.CITY_FEDERATION, REGION, "880001")
