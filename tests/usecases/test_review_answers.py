"""How well an answer is known, whose other applications are shown, and what staff are warned of."""

from typing import get_args

import pytest
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.states import Action
from portal.store.applications import Application
from portal.usecases.actor import Actor
from portal.usecases.applications import withdraw
from portal.usecases.evidence import raise_facts
from portal.usecases.review import Review, get_review
from portal.web.office_events import EVENTS
from tests.support.certificates import prove
from tests.support.office import DESK, REGION, SUBJECT, prepare, resident, staff_account, submitted

pytestmark = pytest.mark.monday_morning


@pytest.fixture
def clerk(db: Session) -> Actor:
    prepare(db)
    return staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]


def look(db: Session, actor: Actor, application: Application) -> Review:
    return get_review(db, actor, application.reference, REGION)


@pytest.mark.parametrize(
    ("level", "value", "known"),
    [("A", SUBJECT, "A"), ("B", SUBJECT, "B"), ("B", "示例别人", None), ("C", SUBJECT, None)],
    ids=["register", "original", "another value", "a copy only"],
)
def test_an_answer_is_known_as_well_as_what_was_confirmed_says_the_same(
    db: Session, clerk: Actor, level: str, value: str, known: str | None
) -> None:
    application = submitted(db, resident(db))
    raise_facts(db, application, {"p_name": value}, level, application.reference)
    rows = {row.field.id: row for one in look(db, clerk, application).sections for row in one.rows}
    assert (rows["p_name"].known.level if rows["p_name"].known else None) == known


def test_other_applications_are_shown_only_of_somebody_who_is_proven(db: Session, clerk: Actor) -> None:
    applicant = resident(db)
    first = submitted(db, applicant)
    withdraw(db, applicant, first.reference)
    second = submitted(db, applicant)
    earlier = look(db, clerk, second).earlier
    assert earlier is not None
    assert (earlier.is_known, list(earlier.applications)) == (False, [])
    prove(db, applicant)
    earlier = look(db, clerk, second).earlier
    assert earlier is not None
    assert [(one.reference, one.state, one.is_openable) for one in earlier.applications] == [
        (first.reference, "withdrawn", True)
    ]


def test_a_second_claim_on_the_same_number_is_warned_of(db: Session, clerk: Actor) -> None:
    first = submitted(db, resident(db))
    assert not look(db, clerk, first).has_second_claim
    submitted(db, resident(db))
    assert look(db, clerk, first).has_second_claim


def test_how_many_people_somebody_acts_for_is_counted(db: Session, clerk: Actor) -> None:
    applicant = resident(db)
    own = {"p_id_type": "none"}
    applications = [submitted(db, applicant, "proxy", own) for _time in range(2)]
    assert look(db, clerk, applications[0]).principals == 2
    assert look(db, clerk, submitted(db, resident(db), own=own)).principals == 0


def test_every_move_of_an_application_has_a_word_in_its_history() -> None:
    assert [one for one in get_args(Action) if f"application:{one}" not in EVENTS] == []
