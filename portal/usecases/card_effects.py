"""Effects on certificates: a card is issued, another takes its place, it moves, it is cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from portal.catalogue.field_types import FieldError
from portal.catalogue.model import CancelCertificate, Definition, MoveCertificate, ReplaceCertificate
from portal.catalogue.model.effects import ASSESSED, IssueCertificate
from portal.catalogue.texts import LANGUAGES, Text
from portal.rules.certificates import MULTIPLE, Component, number_groups
from portal.rules.errors import Conflict, Invalid
from portal.store.certificates import Certificate
from portal.usecases import card_changes
from portal.usecases.benefits import flag_benefits
from portal.usecases.card_changes import EarlierCard
from portal.usecases.deeds import Deed
from portal.usecases.new_cards import issue_certificate

SEVERAL = Text(zh="多重：{parts}", easy="有几种：{parts}", en="Multiple: {parts}")
"""How the components of a certificate that has several are said."""

ON_FILE, ENTERED = "card_on_file", "entered"
"""The question whether the old card is on record, and the answer that it is entered."""


def issue(db: Session, deed: Deed, effect: IssueCertificate) -> dict[str, Any]:
    """The first card of a person."""
    certificate = issue_certificate(
        db,
        deed.actor,
        deed.application,
        deed.region,
        components=components_in(deed.forms.get(effect.components_from, {})),
        issuer_unit=deed.unit_code,
        years_parameter=effect.years,
    )
    return _told(deed, certificate, effect.components_from)


def replace(db: Session, deed: Deed, effect: ReplaceCertificate) -> dict[str, Any]:
    """Another card in place of the old one. Where nobody assessed anew, it says what the old one said."""
    old = _old_card(db, deed, effect.entered_in)
    components = [Component(*one) for one in old.components]
    assessed = effect.components_from
    if assessed is not None and deed.forms.get(assessed, {}).get(ASSESSED):
        components = components_in(deed.forms[assessed])
    certificate = card_changes.replace_certificate(
        db,
        deed.actor,
        deed.application,
        deed.region,
        old,
        cause=effect.cause,
        components=components,
        issuer_unit=deed.unit_code,
        years_parameter=effect.years,
    )
    if {tuple(one) for one in old.components} != set(components):
        flag_benefits(db, deed.application, deed.region, "certificate_changed")
    return _told(deed, certificate, effect.entered_in)


def move(db: Session, deed: Deed, effect: MoveCertificate) -> dict[str, Any]:
    """The deciding unit answers for the card."""
    certificate = _old_card(db, deed, effect.entered_in)
    card_changes.move_certificate(db, deed.actor, deed.application, certificate, deed.unit_code)
    flag_benefits(db, deed.application, deed.region, "certificate_moved")
    return _told(deed, certificate, effect.entered_in)


def cancel(db: Session, deed: Deed, effect: CancelCertificate) -> dict[str, Any]:
    """The card is no more."""
    certificate = _old_card(db, deed, effect.entered_in)
    reason = str(deed.answers.get(effect.reason_field) or "other")
    card_changes.cancel_certificate(db, deed.actor, deed.application, certificate, reason)
    flag_benefits(db, deed.application, deed.region, "certificate_cancelled")
    return {**_told(deed, certificate, effect.entered_in), "cancelled_on": certificate.cancelled_on}


def components_in(form: Mapping[str, Any]) -> list[Component]:
    """What an assessment found, from the rows of its form. Raises Conflict where it found nothing."""
    try:
        found = [Component(str(row["category"]), int(row["grade"])) for row in form.get(ASSESSED) or ()]
    except (KeyError, TypeError, ValueError) as wrong:
        raise Conflict("no_components") from wrong
    if not found:
        raise Conflict("no_components")
    return found


def _old_card(db: Session, deed: Deed, entered_in: str) -> Certificate:
    """The card on record, or as the form of a step enters it. What is wrong with that is said at the question
    where the deciding officer has just answered it."""
    form = deed.forms.get(entered_in, {})
    try:
        earlier = _entered(form)
        return card_changes.get_card(db, deed.actor, deed.application, earlier, deed.unit_code)
    except Conflict as refusal:
        if refusal.key in ("no_certificate", "on_record") and entered_in == deed.step and ON_FILE in form:
            raise Invalid({ON_FILE: [FieldError(refusal.key)]}) from refusal
        raise


def _entered(form: Mapping[str, Any]) -> EarlierCard | None:
    if form.get(ON_FILE) != ENTERED:
        return None
    try:
        until = date.fromisoformat(str(form["card_valid_to"]))
        return EarlierCard(str(form["card_number"]), until, components_in(form))
    except (KeyError, ValueError) as wrong:
        raise Conflict("no_certificate") from wrong


def _told(deed: Deed, certificate: Certificate, worded_in: str) -> dict[str, Any]:
    """What a letter says of a card; categories and grades in the words of the form of ``worded_in``."""
    words = _words(deed.definition, worded_in)
    components = [Component(*one) for one in certificate.components]
    grade = words["grade", str(certificate.grade)]
    return {
        "certificate_number": " ".join(number_groups(certificate.number)),
        "category": _category(certificate.category, components, words),
        "grade": grade.by_language(),
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
