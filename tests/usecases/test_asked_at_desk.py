"""Who has no device says yes or no at the counter: before staff to whom the person is a stranger."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import NotAllowed
from portal.store import blind_index
from portal.store.accounts import Account
from portal.store.recusals import Relative
from portal.store.representations import Invitation
from portal.usecases.actor import Actor
from portal.usecases.asked_at_desk import answer_at_desk
from portal.usecases.invitations import Wanted, ask_to_act
from tests.support.office import DESK, REGION, prepare, resident, staff_account, submitted

NAME, NUMBER = "示例王小明", "880000199001010011"
OTHER_NUMBER = "88000019881102001X"

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@dataclass
class Asked:
    """Somebody asks to act for a person, who stands before a clerk."""

    db: Session
    clerk: Actor
    invitation_id: int

    def answer(self) -> str:
        """The person says yes; how the request stands then."""
        answer_at_desk(
            self.db,
            self.clerk,
            self.invitation_id,
            REGION,
            accepts=True,
            way="counter",
            name=NAME,
            id_type="resident",
            id_number=NUMBER,
        )
        return self.db.get_one(Invitation, self.invitation_id).state


@pytest.fixture
def asked(db: Session) -> Asked:
    prepare(db)
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    person = submitted(db, resident(db), "proxy").person
    person.name, person.id_number = NAME, NUMBER
    person.id_number_index = blind_index(db, "id_number", NUMBER)
    wanted = Wanted("relative", "示例王姨", ("fill",), None, 30)
    return Asked(db, clerk, ask_to_act(db, resident(db), wanted, REGION, person=person).offer.id)


def keeps_away(db: Session, clerk: Actor, number: str) -> None:
    index = blind_index(db, "id_number", number)
    db.add(
        Relative(
            account_id=clerk.signed_in_id,
            relation="relative",
            id_index=index,
            ending=number[-4:],
            added_at=clock.now(),
        )
    )
    db.flush()


def is_called(db: Session, clerk: Actor, name: str) -> None:
    db.get_one(Account, clerk.signed_in_id).display_name = name
    db.flush()


@pytest.mark.parametrize(
    ("made_so", "refusal"),
    [
        (lambda db, clerk: keeps_away(db, clerk, NUMBER), "own_visitor"),
        (lambda db, clerk: is_called(db, clerk, NAME), "own_identity"),
    ],
    ids=["a relative", "oneself"],
)
def test_nobody_writes_down_the_answer_of_a_relative_or_their_own(
    db: Session, asked: Asked, made_so: Callable[[Session, Actor], None], refusal: str
) -> None:
    made_so(db, asked.clerk)
    with pytest.raises(NotAllowed, match=refusal):
        asked.answer()
    assert db.get_one(Invitation, asked.invitation_id).state == "open"


def test_clerk_with_other_relatives_and_another_name_writes_it_down(db: Session, asked: Asked) -> None:
    keeps_away(db, asked.clerk, OTHER_NUMBER)
    is_called(db, asked.clerk, "示例李四")
    keeps_away(db, staff_account(db, "other", Role.DESK_CLERK, DESK)[0], NUMBER)
    assert asked.answer() == "accepted"
