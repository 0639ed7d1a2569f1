"""Effects of outcomes: one that could not be carried out is refused when the catalogue is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

import portal.catalogue
from portal.catalogue.checking.effects import check_effects
from portal.catalogue.checking.report import Report
from portal.catalogue.model import (
    ChangeBenefit,
    GrantBenefit,
    MoveCertificate,
    Outcome,
    OutcomeKind,
    Service,
    Step,
)
from portal.catalogue.model.effects import ASSESSED
from portal.catalogue.reading import Source, read_source

ZJ01 = "services/zj-01.toml"
SOURCE, _ = read_source(Path(portal.catalogue.__file__).parent)
SOURCE.regions = {"regions/demo.toml": SOURCE.regions["regions/demo.toml"]}
"""One region, so that each mistake is said once."""

Spoil = Callable[[Service], Service]


def checked(spoil: Spoil, source: Source = SOURCE) -> list[str]:
    report = Report()
    check_effects(spoil(source.services[ZJ01]), ZJ01, source, report)
    return [f"{one.file} {one.path}: {one.advice}" for one in report.problems]


def each_outcome(change: Callable[[Outcome], Outcome]) -> Spoil:
    def spoil(service: Service) -> Service:
        steps = tuple(
            step.model_copy(update={"outcomes": tuple(change(one) for one in step.outcomes)})
            for step in service.steps
        )
        return service.model_copy(update={"steps": steps})

    return spoil


def with_effect(**changes: object) -> Spoil:
    """The effects of the service, each with something else in it."""

    def change(outcome: Outcome) -> Outcome:
        effects = tuple(one.model_copy(update=changes) for one in outcome.effects)
        return outcome.model_copy(update={"effects": effects})

    return each_outcome(change)


def assessment(change: Callable[[Step], Step]) -> Spoil:
    def spoil(service: Service) -> Service:
        steps = tuple(change(step) if step.id == "assessment" else step for step in service.steps)
        return service.model_copy(update={"steps": steps})

    return spoil


def without_group(step: Step) -> Step:
    return step.model_copy(update={"fields": tuple(one for one in step.fields if one.id != ASSESSED)})


def with_free_grade(step: Step) -> Step:
    fields = []
    for field in step.fields:
        if field.id == ASSESSED:
            columns = tuple(
                one.model_copy(update={"choices": ()}) if one.id == "grade" else one for one in field.fields
            )
            fields.append(field.model_copy(update={"fields": columns}))
        else:
            fields.append(field)
    return step.model_copy(update={"fields": tuple(fields)})


def as_refusal(outcome: Outcome) -> Outcome:
    return outcome.model_copy(update={"kind": OutcomeKind.REFUSE})


def without_reminder(service: Service) -> Service:
    return service.model_copy(update={"notices": tuple(one for one in service.notices if one != "N14")})


def test_our_own_catalogue_issues_a_certificate_and_is_good() -> None:
    assert [one.name for one in SOURCE.services[ZJ01].effects] == ["issue_certificate"]
    assert checked(lambda service: service) == []


@pytest.mark.parametrize(
    ("spoil", "advice"),
    [
        (with_effect(components_from="moon"), "no earlier step 'moon'"),
        (with_effect(components_from="intake"), "form of step 'intake' needs a group 'assessed'"),
        (with_effect(years="moon_years"), "regions/demo.toml parameters: add 'moon_years'"),
        (assessment(without_group), "form of step 'assessment' needs a group 'assessed'"),
        (assessment(with_free_grade), "fields[assessed].fields: 'grade' is a choice among 1, 2, 3, 4"),
        (each_outcome(as_refusal), "only an outcome that grants"),
        (without_reminder, "notices: add 'N14'"),
    ],
)
def test_effect_that_cannot_be_carried_out_is_refused(spoil: Spoil, advice: str) -> None:
    found = checked(spoil)
    assert len(found) == 1
    assert advice in found[0]


GRANT = GrantBenefit(name="grant_benefit", benefit="moon")
CHANGE = ChangeBenefit(name="change_benefit", to="stopped", benefit_field="moon_which")


def naming(effect: GrantBenefit | ChangeBenefit | MoveCertificate) -> Spoil:
    """The service with this effect wherever it had one."""
    return each_outcome(
        lambda one: one.model_copy(update={"effects": (effect,)}) if one.effects else one,
    )


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (GRANT, "benefits: add 'moon'"),
        (GRANT.model_copy(update={"amount_field": "moon_money"}), "amount_field: no field"),
        (GRANT.model_copy(update={"year_field": "moon_year"}), "year_field: no question"),
        (CHANGE, "benefit_field: no field"),
        (CHANGE.model_copy(update={"month_field": "moon_month"}), "month_field: no field"),
    ],
)
def test_effect_on_a_benefit_names_what_is_there(effect: GrantBenefit | ChangeBenefit, said: str) -> None:
    problems = checked(naming(effect))
    assert any(said in one or said.replace("no ", "there is no ") in one for one in problems), problems


def test_card_that_lives_on_has_its_holder_reminded() -> None:
    move = MoveCertificate(name="move_certificate", entered_in="assessment")
    with_move = naming(move)
    problems = checked(lambda service: with_move(service.model_copy(update={"notices": ("N01",)})))
    assert any("notices: add 'N14'" in one for one in problems), problems
