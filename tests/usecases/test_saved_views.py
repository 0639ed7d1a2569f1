"""Views are their owner's; one of a front is where the work begins."""

import pytest
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotFound
from portal.usecases import saved_views
from portal.usecases.actor import Actor
from portal.usecases.saved_views import choose_start, find_start, list_views, remove_view, save_view
from tests.support.office import DESK, prepare, staff_account

pytestmark = pytest.mark.one_database


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def test_view_keeps_its_list_and_filters_and_the_same_name_replaces_it(db: Session, clerk: Actor) -> None:
    save_view(db, clerk, "desk", "急的", "unit", {"due": "soon"})
    save_view(db, clerk, "desk", "急的", "late", {})
    (view,) = list_views(db, clerk, "desk")
    assert (view.name, view.which, view.filters) == ("急的", "late", {})
    assert list_views(db, clerk, "office") == []


def test_one_view_at_most_is_the_start(db: Session, clerk: Actor) -> None:
    for name in ("一", "二"):
        save_view(db, clerk, "desk", name, "unit", {})
    first, second = list_views(db, clerk, "desk")
    choose_start(db, clerk, "desk", first.id)
    choose_start(db, clerk, "desk", second.id)
    assert find_start(db, clerk.signed_in_id, "desk") is second
    choose_start(db, clerk, "desk", None)
    assert find_start(db, clerk.signed_in_id, "desk") is None


def test_views_of_others_are_not_there(db: Session, clerk: Actor) -> None:
    other = staff_account(db, "other", Role.DESK_CLERK, DESK)[0]
    save_view(db, clerk, "desk", "急的", "unit", {})
    (view,) = list_views(db, clerk, "desk")
    assert list_views(db, other, "desk") == []
    for act in (choose_start, remove_view):
        with pytest.raises(NotFound, match="view"):
            act(db, other, "desk", view.id)
    remove_view(db, clerk, "desk", view.id)
    assert list_views(db, clerk, "desk") == []


def test_there_is_an_end_to_views(db: Session, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    save_view(db, clerk, "desk", "一", "unit", {})
    with pytest.raises(Conflict, match="too_many_views"):
        save_view(db, clerk, "desk", "二", "unit", {})
