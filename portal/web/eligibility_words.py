"""What the rules say of somebody, in words: for the pre-check of a service and for 看看我能享受什么."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from portal.catalogue.model import Service
from portal.rules.eligibility import Verdict, assess
from portal.web.benefit_words import amounts_today, benefit_of

YES: Final = ("yes", "choose_one")
"""Verdicts that say where it stands that it is a yes."""


def has_rules(service: Service) -> bool:
    """Whether anything can be said before somebody applies."""
    return bool(service.eligibility) or benefit_of(service) is not None


def verdict_on(service: Service, facts: Mapping[str, Any]) -> Verdict | None:
    """What the rules of the service and of the region's benefit say of these facts; None without rules."""
    return verdicts_on([service], facts).get(service.code) if has_rules(service) else None


def is_unverified(service: Service, verdict: Verdict) -> bool:
    """Whether one of the reasons that are shown rests on what nobody has compared with the original."""
    shown = (*verdict.against, *(verdict.to_check if verdict.kind != "no" else ()))
    if any(one.overlap.status != "verified" for one in verdict.choosing):
        return True
    if verdict.kind in YES:
        benefit, bases = benefit_of(service), [service.citations[one] for one in verdict.rests_on]
        if any(one.status != "verified" for one in (*bases, *((benefit,) if benefit else ()))):
            return True
    return any(
        service.citations[one.cite].status != "verified"
        if one.cite
        else bool(one.source) and not one.is_verified
        for one in shown
    )


def verdicts_on(services: list[Service], facts: Mapping[str, Any]) -> dict[str, Verdict]:
    """The same for several services, with every amount of today in one query."""
    benefits = {service.code: benefit_of(service) for service in services}
    found = amounts_today(benefit for benefit in benefits.values() if benefit)
    amounts = {name: int(one.value) for name, one in found.items()}
    return {
        service.code: assess(service, benefits[service.code], facts, amounts.get)
        for service in services
        if has_rules(service)
    }
