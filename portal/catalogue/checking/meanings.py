"""What the parts that act on an answer ask of its question: a kind, and the choices that they know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from portal.catalogue.checking.asked import Asked
from portal.catalogue.checking.report import Report
from portal.catalogue.model import Meaning

KINDS: Final[Mapping[Meaning, str]] = {
    "care_long": "choice",
    "contact_channels": "multi",
    "contact_do_not": "multi",
    "contact_do_not_note": "text",
    "contact_format": "choice",
    "contact_interpreter": "multi",
    "contact_needs": "multi",
    "contact_sign": "choice",
    "contact_times": "multi",
    "delivery_address": "text",
    "delivery_way": "choice",
    "household_status": "choice",
    "hukou_detail": "text",
    "hukou_place": "place",
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
}
RECEIVED: Final = frozenset(
    {
        *("orphan", "destitute", "work_injury_care", "care_insurance", "home_care", "old_age_living"),
        *("old_age_care", "disability_pension", "pension", "none"),
    }
)
"""What a region may name beside its own benefits (rules.md 3.2)."""
CHOICES: Final[Mapping[Meaning, frozenset[str]]] = {
    "contact_channels": frozenset({"sms", "email", "post", "phone", "liaison", "unknown"}),
    "contact_do_not": frozenset({"call", "sms", "post", "others"}),
    "contact_format": frozenset({"easy", "large"}),
    "delivery_way": frozenset({"post"}),
    "household_status": frozenset({"dibao", "margin", "low_income", "destitute", "none"}),
    "living": frozenset({"home", "institution", "prison", "other"}),
    "phone_whose": frozenset({"via"}),
    "receives": RECEIVED,
}
"""Codes that are looked for; a question may offer more."""


def check_meanings(asked: Iterable[Asked], file: str, report: Report) -> None:
    """Each meaning once in a service, by a question that can have it."""
    found = [(one, field) for one in asked for field in one.page.fields if field.means]
    report.once(file, "means", [field.means for _one, field in found if field.means])
    for one, field in found:
        if field.means is None:
            continue
        kind, path = KINDS[field.means], f"{one.place_of(field)}.means"
        if field.kind != kind:
            report.add(one.file, path, f"{field.means!r} is answered by a {kind}; this is a {field.kind}")
        missing = CHOICES.get(field.means, frozenset()) - {choice.value for choice in field.choices}
        for code in sorted(missing):
            report.add(one.file, path, f"add the choice {code!r}, which {field.means!r} must offer")
