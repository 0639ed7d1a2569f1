"""Who may take and who may decide, as one table."""

from dataclasses import dataclass

import pytest

from portal.rules.permissions import EntryFacts, may_decide, why_not, why_not_claim


@dataclass(frozen=True)
class Officer:
    kind: str = "staff"
    account_id: int | None = 7
    role: str | None = "county_approver"
    unit_code: str | None = "federation"


def facts(
    claimed_by_id: int | None = None, applicant_id: int = 1, earlier: frozenset[int] = frozenset()
) -> EntryFacts:
    return EntryFacts("federation", "county_approver", claimed_by_id, applicant_id, earlier)


TABLE = [
    (Officer(), facts(), None, "not_taken"),
    (Officer(), facts(claimed_by_id=7), None, None),
    (Officer(), facts(claimed_by_id=8), "taken", "taken"),
    (Officer(), facts(claimed_by_id=7, applicant_id=7), "own_application", "own_application"),
    (Officer(), facts(claimed_by_id=7, earlier=frozenset({7, 9})), "four_eyes", "four_eyes"),
    (Officer(), facts(claimed_by_id=7, earlier=frozenset({9})), None, None),
    (Officer(unit_code="other"), facts(claimed_by_id=7), "other_unit", "other_unit"),
    (Officer(unit_code=None), facts(claimed_by_id=7), "other_unit", "other_unit"),
    (Officer(role="county_reviewer"), facts(claimed_by_id=7), "other_role", "other_role"),
    (Officer(role="administrator"), facts(claimed_by_id=7), "other_role", "other_role"),
    (Officer(role=None), facts(), "other_role", "other_role"),
    (Officer(role="lead"), facts(claimed_by_id=7), "other_role", "other_role"),
    (Officer(role="inspector"), facts(), "other_role", "other_role"),
    (Officer(kind="resident"), facts(claimed_by_id=7), "not_staff", "not_staff"),
    (Officer(kind="system"), facts(claimed_by_id=7), "not_staff", "not_staff"),
    (Officer(account_id=None), facts(), "not_staff", "not_staff"),
]


@pytest.mark.parametrize(("officer", "entry", "not_claim", "not_decide"), TABLE)
def test_table_of_who_may_take_and_decide_holds(
    officer: Officer, entry: EntryFacts, not_claim: str | None, not_decide: str | None
) -> None:
    assert (why_not_claim(officer, entry), why_not(officer, entry)) == (not_claim, not_decide)
    assert may_decide(officer, entry) == (not_decide is None)
