"""What officers keep for themselves, pressed several times at the same moment: it is there once."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.store import Store
from portal.store.base import Base
from portal.store.office_queue import SavedView
from portal.store.recusals import Relative
from portal.store.staff_keys import PrintedCode
from portal.usecases.actor import Actor
from portal.usecases.printed_codes import CARD_CODES, RECOVERY_CODES, make_card, make_recovery_codes
from portal.usecases.recusals import add_relative
from portal.usecases.saved_views import save_view
from tests.support.at_once import at_once
from tests.support.office import DESK, prepare, staff_account

pytestmark = [pytest.mark.postgres, pytest.mark.one_database]

PRESSES = 3


@pytest.fixture
def engine_url(postgres_url: str) -> str:
    """SQLite lets one write at a time."""
    return postgres_url


@pytest.fixture
def clerk(store: Store) -> Actor:
    with store.transaction() as db:
        prepare(db)
        return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


@pytest.mark.parametrize(
    ("press", "kept", "count"),
    [
        pytest.param(make_recovery_codes, PrintedCode, RECOVERY_CODES, id="recovery-codes"),
        pytest.param(
            lambda db, who: add_relative(db, who, "88000019881102001X", "self"), Relative, 1, id="relative"
        ),
        pytest.param(lambda db, who: save_view(db, who, "desk", "甲", "unit", {}), SavedView, 1, id="view"),
    ],
)
def test_pressed_several_times_at_once_it_is_there_once(
    store: Store, clerk: Actor, press: Callable[[Session, Actor], object], kept: type[Base], count: int
) -> None:
    def act(_number: int) -> None:
        with store.transaction() as db:
            press(db, clerk)

    at_once(act, PRESSES)
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(kept)) == count


def test_of_several_cards_made_at_once_one_is_left(store: Store, clerk: Actor) -> None:
    with store.transaction() as db:
        chief = staff_account(db, "chief", Role.ADMINISTRATOR, "federation_city")[0]

    def act(_number: int) -> None:
        with store.transaction() as db:
            make_card(db, chief, clerk.signed_in_id)

    at_once(act, PRESSES)
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(PrintedCode)) == CARD_CODES
