"""Two who answer one invitation at the same moment: one answer counts, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from portal.rules.errors import Conflict
from portal.store import Store
from portal.store.representations import Representation
from portal.usecases.invitation_answers import answer_invitation
from portal.usecases.invitations import Wanted, invite, withdraw_invitation
from tests.support.office import REGION, prepare, resident

pytestmark = pytest.mark.monday_morning

WANTED = Wanted("relative", "示例李小帮", ("fill",), None, 30)


def test_of_two_answers_and_a_withdrawal_at_once_one_counts(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        person, first, second = resident(db), resident(db), resident(db)
        number = invite(db, person, WANTED, own_name="示例王小明").offer.id

    def act(turn: int) -> str:
        try:
            with store.transaction() as db:
                if turn == 2:
                    withdraw_invitation(db, person, number, REGION)
                    return "withdrawn"
                answer_invitation(db, (first, second)[turn], number, REGION, accepts=True)
                return "accepted"
        except Conflict as refused:
            return refused.key

    with ThreadPoolExecutor(3) as together:
        outcomes = list(together.map(act, range(3)))
    assert outcomes.count("invitation_answered") == 2
    with store.reading() as db:
        records = db.scalar(select(func.count()).select_from(Representation))
    assert records == outcomes.count("accepted")
