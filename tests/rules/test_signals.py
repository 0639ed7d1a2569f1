"""Signals: what is to be looked at twice, by one table; nothing else is said."""

from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.signals import MOST_PRINCIPALS, Signal, SignalFacts, signals_of

TODAY = date(2026, 11, 23)
QUIET = SignalFacts(
    today=TODAY,
    is_proxy=True,
    basis="entrusted",
    standing="active",
    began_on=date(2026, 11, 2),
    born_on=date(1988, 11, 2),
    principals=MOST_PRINCIPALS,
    informed="yes",
    subject_name="示例王小明",
    representative_names=frozenset({"示例李梅"}),
    is_account_own="yes",
    person_contacts=frozenset({"19900000001"}),
    representative_contacts=frozenset({"19900000002"}),
)

TABLE: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"is_in_danger": True}, ["danger"]),
    ({"tells_nobody": True}, ["tell_nobody"]),
    ({"informed": "against"}, ["against"]),
    ({"informed": "no"}, ["not_informed"]),
    ({"informed": "unknown"}, []),
    ({"is_death_said": True}, ["death_said"]),
    ({"others": 1}, ["two_representatives"]),
    ({"standing": "ended"}, ["authority_ended"]),
    ({"standing": "over"}, ["authority_over"]),
    ({"standing": "suspended"}, ["authority_suspended"]),
    ({"standing": "not_yet"}, ["authority_not_yet"]),
    ({"standing": "claimed"}, []),
    ({"born_on": date(2008, 11, 20)}, ["of_age"]),
    ({"born_on": date(2008, 11, 23)}, ["of_age"]),
    ({"born_on": date(2008, 11, 24)}, []),
    ({"born_on": date(2008, 11, 2)}, []),
    ({"born_on": date(1988, 11, 2), "basis": "minor_guardian"}, ["of_age"]),
    ({"is_account_own": "no", "holder": "示例李梅"}, ["payee_representative"]),
    ({"is_account_own": "no", "holder": "示例别人"}, ["payee_other"]),
    ({"is_account_own": "no", "holder": "示例王小明"}, []),
    ({"is_account_own": "no", "holder": ""}, []),
    ({"representative_contacts": frozenset({"19900000001"})}, ["same_contact"]),
    ({"has_other_number": True}, ["other_number"]),
    ({"principals": MOST_PRINCIPALS + 1}, ["many_principals"]),
    ({"is_invoice_used": True}, ["same_invoice"]),
    ({"is_proxy": False, "is_invoice_used": True}, ["same_invoice"]),
    (
        {"is_in_danger": True, "informed": "against", "standing": "over", "others": 2},
        ["danger", "against", "two_representatives", "authority_over"],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), TABLE, ids=range(len(TABLE)))
def test_each_fact_gives_its_signal_and_no_other(changes: dict[str, Any], expected: list[str]):
    assert list(signals_of(replace(QUIET, **changes))) == expected


def test_who_acts_for_themselves_has_no_signal_about_acting():
    own = replace(
        QUIET,
        is_proxy=False,
        standing=None,
        informed="against",
        others=3,
        principals=9,
        born_on=date(2008, 11, 20),
        representative_contacts=QUIET.person_contacts,
        is_account_own="no",
        holder="示例李梅",
    )
    assert signals_of(own) == ("payee_other",)


facts = st.builds(
    SignalFacts,
    today=st.just(TODAY),
    is_proxy=st.booleans(),
    basis=st.sampled_from([None, "entrusted", "minor_guardian"]),
    standing=st.sampled_from([None, "claimed", "active", "over", "ended", "suspended", "not_yet"]),
    began_on=st.none() | st.dates(date(2026, 1, 1), TODAY),
    born_on=st.none() | st.dates(date(1940, 1, 1), TODAY),
    others=st.integers(0, 3),
    principals=st.integers(0, 9),
    informed=st.sampled_from([None, "yes", "no", "against", "unknown"]),
    is_account_own=st.sampled_from([None, "yes", "no", "unknown"]),
    holder=st.sampled_from([None, "", "示例李梅", "示例别人"]),
    representative_names=st.sampled_from([frozenset(), frozenset({"示例李梅"})]),
    has_other_number=st.booleans(),
    is_in_danger=st.booleans(),
    tells_nobody=st.booleans(),
    is_death_said=st.booleans(),
)


@given(facts)
def test_signals_stand_once_in_their_order_and_danger_first(one: SignalFacts):
    found = signals_of(one)
    order = {signal: place for place, signal in enumerate(get_args(Signal))}
    assert [order[signal] for signal in found] == sorted({order[signal] for signal in found})
    assert not one.is_in_danger or found[0] == "danger"
