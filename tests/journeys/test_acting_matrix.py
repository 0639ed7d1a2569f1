"""Every use case of the applicant's side × every kind of actor × every state and basis of the record by which
one acts.

The table (acting.toml) says what is allowed. Everything else is refused, whatever the record says. Which use
cases there are is read from the source: what asks a door of the applicant's side, or speaks for a person.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy.orm import Session

from portal.rules.acting import GUARDIANS, Basis
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.representations import Representation
from portal.usecases.mandates import MADE_FOR
from tests.support.acting_calls import BY_GUARDIANS_ALONE, CALLS, Call, Cast
from tests.support.acting_cast import make_cast, put
from tests.support.applicants_side import use_cases

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

FILED: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("acting.toml").read_text(encoding="utf-8"))
SAME_DOOR: Mapping[str, str] = FILED["same_door"]
CALLED_AS: Mapping[str, str] = FILED["called_as"]
TABLE: Mapping[str, Mapping[str, Any]] = {
    name: row for name, row in FILED.items() if name not in ("same_door", "called_as")
}
STATES = (
    *("claimed", "active", "asked", "suspended", "ended", "not_yet", "over"),
    *("hidden", "other_service", "without_power"),
)
ONLY_BY_RECORD = ("representative", "beside_representative")
ALONE = (
    *("self", "beside_self", "person", "second_account", "beside_person"),
    *("slip", "slip_at_counter"),
    *("stranger", "other_representative", "visitor", "staff", "system"),
)
REFUSALS = (NotAllowed, NotFound, RuntimeError)
"""No, nothing of that kind here, or nobody is signed in at all."""
NOT_CONFIRMED = "not_confirmed"
"""A clerk may hand in what they typed, once it was read back and agreed to."""
NO_MANDATE = "no_mandate"
"""Nothing is signed by a record that does not hold."""


@pytest.fixture
def cast(db: Session) -> Cast:
    return make_cast(db)


@contextmanager
def undone(db: Session) -> Iterator[None]:
    """What is done inside is taken back."""
    inside = db.begin_nested()
    try:
        yield
    finally:
        inside.rollback()
        db.expire_all()


def is_taken(db: Session, cast: Cast, use_case: str, who: str) -> bool:
    """Whether the use case lets them; what it did is taken back."""
    with undone(db):
        try:
            CALLS[use_case](Call(db, cast, who))
        except REFUSALS:
            return False
        except Conflict as later:
            if later.key not in (NOT_CONFIRMED, NO_MANDATE):
                raise
            return later.key == NOT_CONFIRMED
    return True


def test_every_use_case_has_its_row_and_every_row_its_use_case() -> None:
    assert TABLE.keys() == CALLS.keys()
    for row in TABLE.values():
        assert row.keys() <= {*ALONE, *ONLY_BY_RECORD}
        assert {state for who in ONLY_BY_RECORD for state in row.get(who, ())} <= set(STATES)


def test_no_use_case_of_the_applicants_side_is_missing_in_the_table() -> None:
    found = use_cases()
    assert len(found) > 40
    assert sorted(found.keys() - TABLE.keys() - SAME_DOOR.keys() - CALLED_AS.keys()) == []
    assert sorted((SAME_DOOR.keys() | CALLED_AS.keys()) - found.keys()) == []
    assert {*SAME_DOOR.values(), *CALLED_AS.values()} <= TABLE.keys()


def test_what_stands_for_a_use_case_asks_for_the_same_act() -> None:
    found = use_cases()
    wrong = {name: (found[name], found[row]) for name, row in SAME_DOOR.items() if found[name] != found[row]}
    assert wrong == {}


def test_whoever_is_not_listed_is_refused_and_whoever_is_listed_is_not(db: Session, cast: Cast) -> None:
    wrong = []
    for use_case, row in TABLE.items():
        for who in ALONE:
            wanted = bool(row.get(who)) or (who == "slip_at_counter" and bool(row.get("slip")))
            if is_taken(db, cast, use_case, who) != wanted:
                wrong.append((use_case, who, "refused" if wanted else "let in"))
    assert wrong == []


def test_representative_is_held_to_the_state_of_the_record(db: Session, cast: Cast) -> None:
    wrong = []
    for state in STATES:
        with undone(db):
            put(db, cast, state)
            for use_case, row in TABLE.items():
                for who in ONLY_BY_RECORD:
                    wanted = state in row.get(who, ())
                    if is_taken(db, cast, use_case, who) != wanted:
                        wrong.append((use_case, who, state, "refused" if wanted else "let in"))
    assert wrong == []


def test_no_basis_gives_more_or_less_than_the_table(db: Session, cast: Cast) -> None:
    """Guardians, the entrusted, committees: what they may do while it holds is the same, but that who guards
    somebody by law reads who of the offices has looked."""
    wrong = []
    for basis in get_args(Basis):
        with undone(db):
            put(db, cast, "active")
            db.get_one(Representation, cast.representation_id).basis = basis
            db.flush()
            for use_case, row in TABLE.items():
                for who in ONLY_BY_RECORD:
                    wanted = "active" in row.get(who, ())
                    if use_case in BY_GUARDIANS_ALONE:
                        wanted = basis in GUARDIANS
                    elif use_case == "make_mandate":
                        wanted = basis in MADE_FOR
                    if is_taken(db, cast, use_case, who) != wanted:
                        wrong.append((use_case, who, basis, "refused" if wanted else "let in"))
    assert wrong == []
