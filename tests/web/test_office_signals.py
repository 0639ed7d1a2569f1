"""要留意的 stands before the decision, each with what to do; nobody else is shown it."""

from typing import get_args

import pytest

from portal.catalogue.model import Role
from portal.rules.signals import Signal
from portal.store import Store
from portal.usecases.actor import Actor
from portal.usecases.deaths import report_death_in_family
from portal.usecases.sessions import open_session
from portal.web.office_signals import WORDS
from tests.support.client import CheckingClient
from tests.support.office import ANSWERS, DESK, sign_in_staff, submitted
from tests.support.people import make_resident

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

SHOWN = (
    "本人不要我们告诉家里人和邻居。",
    "代办人说，本人知道，但是不愿意。",
    "家人说这个人已经去世，还没有核实。",
    "还有别人也替这个人办事。",
)


def test_every_signal_has_a_sentence_and_what_to_do():
    assert set(WORDS) == set(get_args(Signal))


def test_signals_stand_on_the_page_of_the_office_and_not_on_that_of_who_acts(
    house: Store, client: CheckingClient
):
    with house.transaction() as db:
        helper, second = make_resident(db), make_resident(db, "19900000044")
        answers = {**ANSWERS, "g_person_informed": "against", "c_do_not": ["others"]}
        made = submitted(db, Actor("resident", helper.id), "proxy", answers)
        submitted(db, Actor("resident", second.id), "proxy", answers)
        report_death_in_family(db, Actor("resident", helper.id), made.representation_id)
        reference = made.reference
        _clerk, token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)
        helpers = open_session(db, helper, "code")
    client.browser.set_cookie("session", token)
    client.get(f"/desk/applications/{reference}")
    for words in SHOWN:
        assert words in client.text
    assert "决定以前，有5条要留意的" in client.text
    client.browser.set_cookie("session", helpers)
    client.get(f"/account/applications/{reference}")
    assert "还有别人也替这个人办事" not in client.text
