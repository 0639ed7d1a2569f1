"""Effects of a decision: carried out in its transaction, or the decision does not come about."""

from typing import Any, get_args

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Outcome
from portal.catalogue.model.effects import Effect
from portal.rules.errors import Conflict
from portal.store.certificates import Certificate
from portal.usecases.card_effects import components_in
from portal.usecases.effects import EFFECTS, run_effects, why_not
from tests.support.certificates import APPROVER, HOLDER_ID, applied, issue
from tests.support.office import COUNTY, DEFINITION, REGION, prepare, resident

pytestmark = pytest.mark.monday_morning

GRANTING: Outcome = next(o for step in DEFINITION.service.steps for o in step.outcomes if o.effects)
PLAIN: Outcome = next(o for step in DEFINITION.service.steps for o in step.outcomes if not o.effects)
ROWS = [{"category": "speech", "grade": "4"}, {"category": "hearing", "grade": "1"}]


@pytest.fixture
def db(db: Session) -> Session:
    prepare(db)
    return db


def run(db: Session, outcome: Outcome, form: dict[str, Any]) -> dict[str, Any]:
    application = applied(db, resident(db))
    return run_effects(db, APPROVER, application, DEFINITION, REGION, outcome, {"assessment": form})


def test_every_effect_that_a_service_may_name_is_carried_out() -> None:
    assert set(EFFECTS) == set(get_args(get_args(Effect)[0]))


def test_approval_issues_the_certificate_and_tells_of_it(db: Session) -> None:
    facts = run(db, GRANTING, {"assessed": ROWS})
    certificate = db.scalars(select(Certificate)).one()
    assert (certificate.number, certificate.issuer_unit) == (HOLDER_ID + "71", COUNTY)
    assert [list(one) for one in certificate.components] == [["speech", 4], ["hearing", 1]]
    assert facts == {
        "certificate_number": "880000 19881102 001X 71",
        "category": {
            "zh": "多重：言语、听力",
            "easy": "有几种：言语、听力",
            "en": "Multiple: Speech, Hearing",
        },
        "grade": {"zh": "一级", "easy": "一级", "en": "1"},
        "valid_to_on": certificate.valid_to_on,
    }


def test_category_of_one_component_is_said_alone(db: Session) -> None:
    facts = run(db, GRANTING, {"assessed": ROWS[:1]})
    assert facts["category"]["zh"] == "言语"


def test_outcome_without_effects_does_nothing_more(db: Session) -> None:
    assert run(db, PLAIN, {"assessed": ROWS}) == {}
    assert db.scalars(select(Certificate)).all() == []


@pytest.mark.parametrize(
    "form", [{}, {"assessed": []}, {"assessed": [{"category": "limb"}]}, {"assessed": ["?"]}]
)
def test_assessment_without_components_stops_the_decision(db: Session, form: dict[str, Any]) -> None:
    with pytest.raises(Conflict, match="no_components"):
        run(db, GRANTING, form)


def test_grade_of_the_form_is_read_as_a_number() -> None:
    assert components_in({"assessed": ROWS}) == [("speech", 4), ("hearing", 1)]


def test_what_stands_against_it_is_known_before_the_decision(db: Session) -> None:
    issue(db, applied(db, resident(db)))
    again = applied(db, resident(db))
    assert why_not(db, again, GRANTING) == ["has_certificate"]
    assert why_not(db, again, PLAIN) == []
