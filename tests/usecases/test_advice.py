"""What the rules say to whoever decides: from the answers, the findings and the registers, and never a no for
what nobody knows."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.loader import load_catalogue
from portal.rules.eligibility import VerdictKind
from portal.store.applications import Application
from portal.store.evidence import RegisterCheck
from portal.usecases.advice import Advice, find_advice, known_facts, verdict_on
from tests.support.certificates import holder_of_one
from tests.support.office import DEFINITION, REGION, prepare, resident, submitted
from tests.usecases.test_benefits import GIVING, again

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

CATALOGUE = load_catalogue()
LIVING = CATALOGUE.definition("bt-01", "demo")
POOR: dict[str, Any] = {
    "certificate": "valid",
    "grade": "1",
    "components": ["limb"],
    "hukou_here": "yes",
    "household_status": "dibao",
    "receives": ["none"],
    "living": "home",
}


@pytest.fixture
def db(db: Session) -> Session:
    prepare(db)
    return db


def advice_on(db: Session, application: Application, *, is_known: bool = True) -> Advice:
    found = find_advice(db, application, DEFINITION, GIVING, is_known=is_known)
    assert found is not None
    return found


def test_what_nobody_knows_is_to_be_looked_up_and_never_a_no(db: Session) -> None:
    verdict = advice_on(db, submitted(db, resident(db))).verdict
    assert (verdict.kind, verdict.against, verdict.amount) == ("we_check", (), None)


def test_certificate_on_record_says_which_group_and_how_much(db: Session) -> None:
    holder, _ = holder_of_one(db, [("limb", 2)])
    verdict = advice_on(db, again(db, holder)).verdict
    assert verdict.group is not None
    assert (verdict.kind, verdict.group.id, verdict.amount) == ("yes", "severe", 100)


def test_nothing_on_record_is_looked_at_before_somebody_has_proven_who_they_are(db: Session) -> None:
    holder, _ = holder_of_one(db, [("limb", 2)])
    assert advice_on(db, again(db, holder), is_known=False).verdict.kind == "we_check"


def test_a_service_without_rules_has_no_advice(db: Session) -> None:
    application = submitted(db, resident(db))
    assert find_advice(db, application, DEFINITION, REGION, is_known=True) is None


@pytest.mark.parametrize(
    ("outcome", "status", "kind"),
    [
        ("hit", "valid", "yes"),
        ("hit", "expired", "no"),
        ("hit", "cancelled", "no"),
        ("none", "", "we_check"),
        ("unavailable", "", "we_check"),
    ],
)
def test_answer_of_the_register_counts_and_that_it_knows_of_none_does_not(
    db: Session, outcome: str, status: str, kind: VerdictKind
) -> None:
    application = submitted(db, resident(db))
    db.add(
        RegisterCheck(
            application_id=application.id,
            person_id=application.person_id,
            is_simulated=True,
            register="certificate",
            state="done",
            asked_at=clock.now(),
            answered_at=clock.now(),
            result={"outcome": outcome, "facts": {"status": status} if status else {}},
        )
    )
    db.flush()
    card = CATALOGUE.definition("cy-03", "demo")  # every holder of a certificate
    rules = tuple(one for one in card.service.eligibility if one.id.startswith("certificate"))
    service = card.service.model_copy(update={"eligibility": rules})
    definition = DEFINITION.model_copy(update={"service": service})
    found = find_advice(db, application, definition, REGION, is_known=True)
    assert found is not None
    assert found.verdict.kind == kind


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, "yes"),
        ({"household_status": "none"}, "no"),
        ({"receives": ["orphan"]}, "no"),
        ({"receives": ["old_age_living"]}, "choose_one"),
        ({"household_status": "unknown"}, "we_check"),
        ({"receives": ["unknown"]}, "we_check"),
    ],
)
def test_verdict_on_a_subsidy_has_its_reasons_and_compares_in_yuan(
    db: Session, changed: dict[str, Any], kind: VerdictKind
) -> None:
    verdict = verdict_on(db, LIVING, REGION, REGION.benefit("living_subsidy"), {**POOR, **changed})
    assert verdict.kind == kind
    assert all(one.cite or one.source for one in verdict.against)
    if kind == "choose_one":
        assert [(one.this, one.other) for one in verdict.choosing] == [(100, 80)]


@pytest.mark.parametrize(("place", "said"), [("880001001", "yes"), ("440100000", "no"), ("", None)])
def test_where_the_household_is_registered_is_said_by_its_place(place: str, said: str | None) -> None:
    asked = LIVING.field_of("hukou_place")
    assert asked is not None
    answers = {asked.id: {"code": place}, "@age": 40}
    assert known_facts(LIVING, REGION, answers).get("hukou_here") == said


AID = CATALOGUE.definition("kf-01", "demo")
HERE, ELSEWHERE = {"code": "880001001"}, {"code": "440100000"}


@pytest.mark.parametrize(
    ("answers", "hukou", "permit", "kind"),
    [
        ({"h_place": ELSEWHERE, "a_place": HERE, "a_permit": "yes"}, "no", "yes", "yes"),
        ({"h_place": ELSEWHERE, "a_place": HERE, "a_permit": "no"}, "no", "no", "no"),
        ({"h_place": ELSEWHERE, "a_place": HERE, "a_permit": "unknown"}, "no", None, "we_check"),
        ({"h_place": ELSEWHERE, "a_place": ELSEWHERE, "a_permit": "yes"}, "no", "no", "no"),
        ({"h_place": ELSEWHERE}, "no", None, "we_check"),
        ({"h_place": ELSEWHERE, "p_id_type": "foreigner"}, None, None, "we_check"),
        ({"h_place": ELSEWHERE, "p_id_type": "taiwan"}, None, None, "we_check"),
        ({"h_place": HERE, "p_id_type": "foreigner"}, "yes", None, "yes"),
    ],
    ids=[
        "permit here",
        "no permit",
        "permit not known",
        "permit of another place",
        "not asked",
        "foreigner's card",
        "permit of a Taiwan resident",
        "foreigner's card, registered here",
    ],
)
def test_permit_holders_and_foreigners_are_read_as_the_pre_check_reads_them(
    db: Session, answers: dict[str, Any], hukou: str | None, permit: str | None, kind: VerdictKind
) -> None:
    facts = known_facts(AID, REGION, {"p_id_type": "resident", "d_has": "valid", "@age": 40, **answers})
    assert (facts.get("hukou_here"), facts.get("living_permit")) == (hukou, permit)
    assert verdict_on(db, AID, REGION, None, facts).kind == kind


@pytest.mark.parametrize(
    ("until", "kind"),
    [("2026-11-23", "yes"), ("2026-11-22", "we_check"), ("unknown", "we_check"), ("", "we_check")],
    ids=["last day", "over since yesterday", "not known", "not asked"],
)
def test_diagnosis_of_a_child_without_a_certificate_is_looked_up_and_never_a_no(
    db: Session, until: str, kind: VerdictKind
) -> None:
    child = CATALOGUE.definition("kf-02", "demo")
    answers = {"h_place": HERE, "d_has": "none", "et_valid_to": until, "@age": 4}
    verdict = verdict_on(db, child, REGION, None, known_facts(child, REGION, answers))
    assert (verdict.kind, verdict.against) == (kind, ())
