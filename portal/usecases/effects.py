"""What a decision brings about besides moving its application: the effects that its outcome names.

An effect touches only the database, in the transaction of the decision: either all of it holds, or nothing.
What is said elsewhere goes through the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from portal.catalogue.model import Definition, Outcome, Region
from portal.catalogue.model.effects import ASSESSED, Effect, IssueCertificate
from portal.catalogue.texts import LANGUAGES, Text
from portal.rules.certificates import MULTIPLE, Component, number_groups
from portal.rules.errors import Conflict
from portal.store.applications import Application
from portal.usecases.actor import Actor
from portal.usecases.certificates import issue_certificate, why_not_issue

ISSUE = "issue_certificate"
SEVERAL = Text(zh="多重：{parts}", easy="有几种：{parts}", en="Multiple: {parts}")
"""How the components of a certificate that has several are said."""

Forms: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By step id the form of the decision that closed the step last."""


@dataclass(frozen=True)
class Deed:
    """Who decides what, on which application: what every effect is given."""

    actor: Actor
    application: Application
    definition: Definition
    region: Region
    forms: Forms


def run_effects(
    db: Session,
    actor: Actor,
    application: Application,
    definition: Definition,
    region: Region,
    outcome: Outcome,
    forms: Forms,
) -> dict[str, Any]:
    """Carry out the effects of an outcome, in their order; the facts that its notice says.

    Raises Conflict with the key of what stands against one; ``why_not`` says so before.
    """
    deed = Deed(actor, application, definition, region, forms)
    facts: dict[str, Any] = {}
    for effect in outcome.effects:
        facts |= EFFECTS[type(effect)](db, deed, effect)
    return facts


def why_not(db: Session, application: Application, outcome: Outcome) -> list[str]:
    """What stands against an outcome's effects, as keys of ``labels.WHY_NOT_ISSUE``, before it is decided."""
    refusals = [why_not_issue(db, application) for effect in outcome.effects if effect.name == ISSUE]
    return [key for key in refusals if key is not None]


def _issue(db: Session, deed: Deed, effect: IssueCertificate) -> dict[str, Any]:
    components = components_in(deed.forms.get(effect.components_from, {}))
    certificate = issue_certificate(
        db,
        deed.actor,
        deed.application,
        deed.region,
        components=components,
        issuer_unit=deed.actor.unit_code or deed.application.entries[-1].unit_code,
        years_parameter=effect.years,
    )
    words = _words(deed.definition, effect.components_from)
    return {
        "certificate_number": " ".join(number_groups(certificate.number)),
        "category": _category(certificate.category, components, words),
        "grade": {language: words["grade", str(certificate.grade)].say(language) for language in LANGUAGES},
        "valid_to_on": certificate.valid_to_on,
    }


def _words(definition: Definition, step_id: str) -> dict[tuple[str, str], Text]:
    """What the assessment's form calls each category and grade, by column and value."""
    step = definition.step(step_id)
    group = next((field for field in step.fields if field.id == ASSESSED), None) if step else None
    columns = group.fields if group else ()
    return {(column.id, one.value): one.label for column in columns for one in column.choices}


def _category(
    category: str, components: Sequence[Component], words: Mapping[tuple[str, str], Text]
) -> dict[str, str]:
    """The category in words; of several components all of them."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        joint = ", " if language == "en" else "、"
        all_of_them = joint.join(words["category", one.category].say(language) for one in components)
        is_multiple = category == MULTIPLE
        found[language] = SEVERAL.say(language).format(parts=all_of_them) if is_multiple else all_of_them
    return found


def components_in(form: Mapping[str, Any]) -> list[Component]:
    """What an assessment found, from the rows of its form. Raises Conflict where it found nothing."""
    try:
        found = [Component(str(row["category"]), int(row["grade"])) for row in form.get(ASSESSED) or ()]
    except (KeyError, TypeError, ValueError) as wrong:
        raise Conflict("no_components") from wrong
    if not found:
        raise Conflict("no_components")
    return found


EFFECTS: Mapping[type[Effect], Callable[[Session, Deed, Any], dict[str, Any]]] = {IssueCertificate: _issue}
"""What each kind of effect does; the facts that it gives to the notice."""
