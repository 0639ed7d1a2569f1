"""What the parts that act on an answer ask of its question: a kind, and the choices that they know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from portal.catalogue.checking.asked import Asked
from portal.catalogue.checking.report import Report
from portal.catalogue.model import Field, Meaning, Service
from portal.catalogue.model.effects import COMPONENTS, GRADES

KINDS: Final[Mapping[Meaning, str]] = {
    "account_holder": "name",
    "account_own": "yes_no",
    "care_long": "choice",
    "certificate": "choice",
    "child_needs": "multi",
    "components": "multi",
    "contact_channels": "multi",
    "contact_do_not": "multi",
    "contact_do_not_note": "text",
    "contact_email": "email",
    "contact_format": "choice",
    "contact_interpreter": "multi",
    "contact_may_not_tell": "text",
    "contact_may_tell": "group",
    "contact_needs": "multi",
    "contact_sign": "choice",
    "contact_times": "multi",
    "danger": "yes_no",
    "diagnosis_until": "date",
    "delivery_address": "text",
    "delivery_way": "choice",
    "grade": "choice",
    "home_kind": "choice",
    "home_permit": "yes_no",
    "household_status": "choice",
    "hukou_detail": "text",
    "hukou_here": "choice",
    "hukou_place": "place",
    "insured": "choice",
    "invoice_amount": "money",
    "invoice_no": "text",
    "invoice_on": "date",
    "invoice_why": "longtext",
    "living": "choice",
    "living_detail": "text",
    "living_place": "place",
    "own_income": "money",
    "phone_other": "tel",
    "phone_other_name": "name",
    "phone_own": "tel",
    "phone_whose": "choice",
    "receives": "multi",
    "relation": "choice",
    "representative_document": "text",
    "representative_name": "name",
    "representative_number": "id_number",
    "representative_phone": "tel",
    "acting_as": "choice",
    "is_guardian": "yes_no",
    "person_informed": "choice",
    "not_informed_why": "longtext",
    "person_wish": "longtext",
    "retrofit_before": "choice",
    "studies": "choice",
    "work": "choice",
}
RECEIVED: Final = frozenset(
    {
        *("orphan", "destitute", "work_injury_care", "care_insurance", "home_care", "old_age_living"),
        *("old_age_care", "disability_pension", "pension", "none"),
    }
)
"""What a region may name beside its own benefits (rules.md 3.2)."""
CHILD_NEEDS: Final = frozenset({"surgery", "device", "hearing_speech", "limb", "intellectual", "autism"})
"""What a child may be helped with (国发〔2018〕20号)."""
CHOICES: Final[Mapping[Meaning, frozenset[str]]] = {
    "acting_as": frozenset({"entrusted", "appointed", "committee", "institution", "desk"}),
    "certificate": frozenset({"valid", "expired", "frozen", "none"}),
    "child_needs": CHILD_NEEDS,
    "components": frozenset(COMPONENTS),
    "contact_channels": frozenset({"sms", "email", "post", "phone", "liaison", "unknown"}),
    "contact_do_not": frozenset({"call", "sms", "post", "others"}),
    "contact_format": frozenset({"easy", "large"}),
    "delivery_way": frozenset({"post"}),
    "grade": frozenset({str(grade) for grade in GRADES}),
    "home_kind": frozenset({"own", "family", "rented", "public", "unit"}),
    "household_status": frozenset({"dibao", "margin", "low_income", "destitute", "none"}),
    "insured": frozenset({"residents", "employees", "none"}),
    "living": frozenset({"home", "institution", "prison", "other"}),
    "person_informed": frozenset({"yes", "against", "no"}),
    "phone_whose": frozenset({"via"}),
    "receives": RECEIVED,
    "retrofit_before": frozenset({"no", "long_ago", "changed", "recent"}),
    "studies": frozenset({"kindergarten", "school", "high_school", "university", "none"}),
    "work": frozenset({"employed", "business", "flexible", "none"}),
}
"""Codes that are looked for; a question may offer more."""


def check_meanings(service: Service, asked: Iterable[Asked], file: str, report: Report) -> None:
    """Each meaning once in the journey of a service, by a question that can have it; officers may find it
    anew in the form of a step."""
    found = [(one, field) for one in asked for field in one.page.fields if field.means]
    report.once(file, "means", [field.means for _one, field in found if field.means])
    for one, field in found:
        _check_meaning(field, one.file, f"{one.place_of(field)}.means", report)
    for step in service.steps:
        path = f"steps[{step.id}].fields"
        report.once(file, f"{path}.means", [field.means for field in step.fields if field.means])
        for field in step.fields:
            _check_meaning(field, file, f"{path}[{field.id}].means", report)


def _check_meaning(field: Field, file: str, path: str, report: Report) -> None:
    if field.means is None:
        return
    if field.kind != KINDS[field.means]:
        wanted = KINDS[field.means]
        report.add(file, path, f"{field.means!r} is answered by a {wanted}; this is a {field.kind}")
    missing = CHOICES.get(field.means, frozenset()) - {choice.value for choice in field.choices}
    for code in sorted(missing):
        report.add(file, path, f"add the choice {code!r}, which {field.means!r} must offer")
