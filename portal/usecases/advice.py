"""What the rules say of a person at this moment, for whoever decides: advice, which decides nothing.

The facts are those of the application, and over them what officers found, what the register of certificates
answered, and the certificate on record here. What nobody knows stays unknown and is looked up: never a no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.conditions import UNKNOWN
from portal.catalogue.model import Benefit, Definition, Region
from portal.rules.benefits import card_facts
from portal.rules.eligibility import Verdict, assess
from portal.rules.places import county_of
from portal.store.applications import Application
from portal.store.evidence import RegisterCheck
from portal.store.people import Person
from portal.usecases.amounts import find_parameters
from portal.usecases.certificates import find_in_force, state_today
from portal.usecases.register_queue import list_register_checks
from portal.usecases.steps import facts_of

CARD_STATES: Final = frozenset({"valid", "expired", "frozen"})
"""What the register of certificates says of a card, in the words of the rules; any other is none."""

WITH_HOUSEHOLD: Final = frozenset({"resident", "none", None})
"""Documents of people who are registered with a household; the others (居住证 of Hong Kong, Macao and Taiwan
residents, foreigners' cards) say nothing of one."""


@dataclass(frozen=True)
class Advice:
    """What the rules say, and of which benefit."""

    verdict: Verdict
    definition: Definition
    benefit: Benefit | None


def find_advice(
    db: Session, application: Application, definition: Definition, region: Region, *, is_known: bool
) -> Advice | None:
    """What the rules of the application's service say now; None where it has none.

    ``is_known``: whether somebody has proven who the person is. Before that nothing on record is looked at.
    """
    service = definition.service
    benefit = next((one for one in region.benefits if one.service == service.code), None)
    if not service.eligibility and benefit is None:
        return None
    answers = facts_of(db, application, definition)
    facts = known_facts(definition, region, answers)
    if is_known:
        facts |= _registered(db, application) | on_record(db, application.person, region)
    return Advice(verdict_on(db, definition, region, benefit, facts), definition, benefit)


def verdict_on(
    db: Session, definition: Definition, region: Region, benefit: Benefit | None, facts: Mapping[str, Any]
) -> Verdict:
    """What the rules say of these facts, with the amounts of today in one query."""
    names = {group.amount for group in benefit.groups} if benefit else set()
    names |= {overlap.other_amount for overlap in benefit.overlaps} if benefit else set()
    wanted = sorted(name for name in names if name)
    found = find_parameters(db, region, wanted) if wanted else {}
    amounts = {name: int(one.value) for name, one in found.items() if one.unit in (None, "yuan")}
    return assess(definition.service, benefit, facts, amounts.get)


def known_facts(definition: Definition, region: Region, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the answers and the findings of officers mean, with what follows from them."""
    facts = {**definition.meant(answers), "@age": answers.get("@age")}
    is_here = _is_in(region, facts.get("hukou_place"))
    # whoever has no household register is not asked to have it here (rules.md 12.1 no. 12)
    may_say_no = _id_type_of(definition, answers) in WITH_HOUSEHOLD
    if "hukou_here" not in facts and (is_here or (is_here is False and may_say_no)):
        facts["hukou_here"] = "yes" if is_here else "no"
    if "living_permit" not in facts:
        facts |= _permit(facts.get("home_permit"), _is_in(region, facts.get("living_place")))
    return facts | _diagnosis(facts.get("diagnosis_until"))


def _diagnosis(until: Any) -> dict[str, str]:
    """Whether a child's diagnosis holds today. Where nobody said until when, and where its days ran out while
    the application was under way, staff look: neither is a no (rules.md 10 KF-01, KF-02)."""
    is_valid = isinstance(until, str) and until not in ("", UNKNOWN) and until >= clock.today().isoformat()
    return {"@diagnosis": "valid"} if is_valid else {}


def _is_in(region: Region, place: Any) -> bool | None:
    """Whether a place lies in the region; None where no place with a code was named."""
    code = place.get("code") if isinstance(place, dict) else None
    return county_of(region, str(code)) is not None if code else None


def _id_type_of(definition: Definition, answers: Mapping[str, Any]) -> Any:
    """Which kind of document the number is of that the person gave."""
    subject = definition.field(definition.service.subject_id_field)
    return answers.get(subject.id_type_field) if subject and subject.id_type_field else None


def _permit(held: Any, is_here: bool | None) -> dict[str, str]:
    """Whether there is a residence permit of the region: one for the place of living, where that lies in it.
    Nothing where either is not known."""
    if held == "no" or (held == "yes" and is_here is False):
        return {"living_permit": "no"}
    return {"living_permit": "yes"} if held == "yes" and is_here else {}


def on_record(db: Session, person: Person, region: Region) -> dict[str, Any]:
    """What the certificate that is in force here says; nothing where there is none."""
    card = find_in_force(db, person)
    if card is None:
        return {}
    components = [category for category, _grade in card.components]
    return dict(card_facts(state_today(db, card, region), card.grade, components))


def _registered(db: Session, application: Application) -> dict[str, Any]:
    """What the register of certificates answered last. Only a hit says something: that it knows of none may
    be its own gap."""
    checks = [one for one in list_register_checks(db, application) if one.register == "certificate"]
    status = _status(checks[0]) if checks else None
    if status is None:
        return {}
    return {"certificate": status if status in CARD_STATES else "none"}


def _status(check: RegisterCheck) -> str | None:
    result: Mapping[str, Any] = check.result or {}
    if result.get("outcome") != "hit":
        return None
    return str(result.get("facts", {}).get("status") or "") or None
