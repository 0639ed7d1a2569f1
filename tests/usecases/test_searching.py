"""Finding an application by what somebody says of it; nothing is found that the post may not see."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.store.audit import AuditDetails, AuditEvent
from portal.store.office_queue import SearchKey
from portal.usecases.actor import Actor
from portal.usecases.search_keys import add_keys
from portal.usecases.searching import search_applications
from tests.support.office import DEFINITION, DESK, SUBJECT, prepare, resident, staff_account, submitted

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

ID = "880000198811020014"


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def found(db: Session, actor: Actor, text: str) -> list[str]:
    return [row.reference for row in search_applications(db, actor, text).rows]


@pytest.mark.parametrize(
    "typed",
    [SUBJECT, f"  {SUBJECT} ", ID, "880000 19881102 0014", "19900000001", "199 0000 0001"],
    ids=["name", "name with spaces", "ID number", "ID number in groups", "phone", "phone in groups"],
)
def test_exactly_what_was_said_finds_it(db: Session, clerk: Actor, typed: str) -> None:
    application = submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": ID})
    assert found(db, clerk, typed) == [application.reference]


def test_reference_in_any_writing_finds_it(db: Session, clerk: Actor) -> None:
    reference = submitted(db, resident(db)).reference
    assert found(db, clerk, f"{reference[:4]} {reference[4:8]}-{reference[8:]}") == [reference]


def test_certificate_number_finds_it(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db))
    add_keys(db, application, [("certificate", f"{ID}43")])
    assert found(db, clerk, f"{ID}43") == [application.reference]


@pytest.mark.parametrize(
    "typed", ["", "示", "880000198811020028", "19900000002", "x" * 5000, "000000000000", "😀"]
)
def test_anything_else_finds_nothing(db: Session, clerk: Actor, typed: str) -> None:
    submitted(db, resident(db))
    assert found(db, clerk, typed) == []


OTHER_ID = "880000196504100021"


def endings(db: Session, actor: Actor, text: str) -> dict[str, str | None]:
    return {row.reference: row.id_ending for row in search_applications(db, actor, text).rows}


def test_two_people_of_one_name_are_told_apart_by_the_last_of_their_numbers(
    db: Session, clerk: Actor
) -> None:
    """Two applications of one person are no namesakes, and whoever has no number says so."""
    numbers = {number: {"p_name": SUBJECT, "p_id_no": number} for number in (ID, OTHER_ID, "unknown")}
    first, again = (submitted(db, resident(db), own=numbers[ID]).reference for _ in range(2))
    assert endings(db, clerk, SUBJECT) == {first: None, again: None}
    other = submitted(db, resident(db), own=numbers[OTHER_ID]).reference
    none = submitted(db, resident(db), own=numbers["unknown"]).reference
    assert endings(db, clerk, SUBJECT) == {first: "0014", again: "0014", other: "0021", none: ""}


def test_a_post_that_does_not_read_the_number_is_not_shown_its_end(
    db: Session, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (ID, OTHER_ID):
        submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": number})
    step = DEFINITION.step("intake")
    assert step is not None
    for sees, shown in ((("person",), {"0014", "0021"}), (("contact",), {None})):
        seeing = step.model_copy(update={"sees": sees})
        monkeypatch.setattr("portal.usecases.searching.step_of", lambda *_of, one=seeing: one)
        assert set(endings(db, clerk, SUBJECT).values()) == shown


def test_a_number_says_nothing_more_of_the_only_one_of_a_name(db: Session, clerk: Actor) -> None:
    one = submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": ID})
    assert endings(db, clerk, one.reference) == {one.reference: None}


def test_another_post_is_told_of_nothing(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": ID})
    other = staff_account(db, "other", Role.DESK_CLERK, "desk_xishan")[0]
    assert [found(db, other, one) for one in (application.reference, SUBJECT, ID)] == [[], [], []]


def test_search_is_recorded_without_what_was_typed(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": ID})
    found(db, clerk, ID)
    event = db.scalars(select(AuditEvent).where(AuditEvent.tag == "queue:search")).one()
    details = db.get_one(AuditDetails, event.id).details
    assert (event.actor_id, details) == (
        clerk.account_id,
        {"kinds": ["id_number"], "found": [application.reference]},
    )


def test_keys_show_nothing_and_are_kept_once(db: Session, clerk: Actor) -> None:
    application = submitted(db, resident(db), own={"p_name": SUBJECT, "p_id_no": ID})
    keys = db.scalars(select(SearchKey).where(SearchKey.application_id == application.id)).all()
    add_keys(db, application, [("name", SUBJECT), ("id_number", ID)])
    again = db.scalars(select(SearchKey.id).where(SearchKey.application_id == application.id)).all()
    assert sorted(again) == sorted(key.id for key in keys)
    assert not any(SUBJECT in key.value_index or ID in key.value_index for key in keys)
