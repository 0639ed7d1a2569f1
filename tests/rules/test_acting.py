"""One table says who may do what for somebody; whatever a record says, nothing besides it is allowed."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.rules.acting import (
    BESIDE,
    GUARDIANS,
    MAY,
    NEEDS,
    POWERS,
    Act,
    Authority,
    Basis,
    Kept,
    Side,
    day_of_age,
    may_reclaim_alone,
    why_not_act,
)

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
days = st.dates(TODAY - 400 * DAY, TODAY + 400 * DAY)
authorities = st.builds(
    Authority,
    state=st.sampled_from(get_args(Kept)),
    basis=st.sampled_from(get_args(Basis)),
    powers=st.frozensets(st.sampled_from(POWERS)),
    services=st.none() | st.frozensets(st.sampled_from(["zj-01", "bt-01"])),
    from_on=days,
    to_on=st.none() | days,
)
acts = st.sampled_from(get_args(Act))


def authority(**own: object) -> Authority:
    """One that holds today, for every service, with every power."""
    given_: dict[str, object] = {
        "state": "active",
        "basis": "entrusted",
        "powers": frozenset(POWERS),
        "services": None,
        "from_on": TODAY,
        "to_on": None,
    }
    return Authority(**{**given_, **own})  # type: ignore[arg-type]


@given(st.sampled_from(get_args(Side)), acts, authorities, st.booleans(), st.booleans())
def test_what_the_table_does_not_list_is_refused_whatever_the_record_says(
    side: Side, act: Act, kept: Authority, is_hidden: bool, is_beside: bool
) -> None:
    assume(act not in MAY[side] or (is_beside and act not in BESIDE))
    why = why_not_act(act, side, kept, "zj-01", TODAY, is_hidden=is_hidden, is_beside=is_beside)
    assert why == "not_listed"


@given(acts, authorities, st.booleans(), st.booleans())
def test_representative_acts_only_by_a_record_that_holds_today_for_this_and_with_the_power(
    act: Act, kept: Authority, is_hidden: bool, is_beside: bool
) -> None:
    why = why_not_act(act, "representative", kept, "zj-01", TODAY, is_hidden=is_hidden, is_beside=is_beside)
    if why is not None or act == "end":
        return
    assert kept.state in ("claimed", "active")
    assert kept.from_on <= TODAY
    assert kept.to_on is None or kept.to_on >= TODAY
    assert kept.services is None or "zj-01" in kept.services
    assert NEEDS[act] in kept.powers
    assert not is_hidden


@given(acts, st.booleans(), st.booleans())
def test_without_a_record_nobody_acts_for_another(act: Act, is_hidden: bool, is_beside: bool) -> None:
    flags = {"is_hidden": is_hidden, "is_beside": is_beside}
    assert why_not_act(act, "representative", None, "zj-01", TODAY, **flags) is not None


@given(authorities, st.booleans())
def test_whatever_is_not_over_can_be_laid_down(kept: Authority, is_hidden: bool) -> None:
    why = why_not_act("end", "representative", kept, "zj-01", TODAY, is_hidden=is_hidden)
    assert why == ("ended" if kept.state == "ended" else None)


@given(authorities, st.sampled_from(["follow", "speak", "stop", "reclaim", "end", "hide"]))
def test_no_record_of_another_stands_in_the_way_of_the_person(kept: Authority, act: Act) -> None:
    for side in ("person", "slip"):
        assert why_not_act(act, side, kept, "zj-01", TODAY, is_hidden=True) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({}, None),
        ({"state": "claimed"}, None),
        ({"state": "asked"}, "asked"),
        ({"state": "suspended"}, "suspended"),
        ({"state": "ended"}, "ended"),
        ({"from_on": TODAY + DAY}, "not_yet"),
        ({"to_on": TODAY}, None),
        ({"from_on": TODAY - 9 * DAY, "to_on": TODAY - DAY}, "over"),
        ({"services": frozenset({"bt-01"})}, "service"),
        ({"powers": frozenset({"submit"})}, "power"),
    ],
    ids=lambda one: one if isinstance(one, str) else None,
)
def test_first_day_counts_and_so_does_the_last(own: dict[str, object], why: str | None) -> None:
    assert why_not_act("fill", "representative", authority(**own), "zj-01", TODAY) == why


def test_what_the_person_keeps_to_themselves_is_closed_to_who_acts() -> None:
    assert why_not_act("follow", "representative", authority(), "zj-01", TODAY, is_hidden=True) == "hidden"


@pytest.mark.parametrize(
    ("born", "grown"),
    [
        (date(2008, 11, 24), date(2026, 11, 24)),
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2010, 12, 31), date(2028, 12, 31)),
    ],
)
def test_eighteenth_birthday_is_the_first_day_of_age(born: date, grown: date) -> None:
    assert day_of_age(born) == grown


@pytest.mark.parametrize("basis", get_args(Basis))
def test_person_reclaims_alone_where_no_guardian_stands(basis: Basis) -> None:
    assert may_reclaim_alone(basis) == (basis not in GUARDIANS)
