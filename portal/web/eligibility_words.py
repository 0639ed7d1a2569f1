"""What the rules say of somebody, in words: for the pre-check of a service and for 看看我能享受什么."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.catalogue.model import Benefit, Service
from portal.rules.eligibility import Verdict, assess
from portal.usecases.amounts import find_parameters
from portal.web.parts import parts, reading


def has_rules(service: Service) -> bool:
    """Whether anything can be said before somebody applies."""
    return bool(service.eligibility) or benefit_of(service) is not None


def benefit_of(service: Service) -> Benefit | None:
    """What the service gives in this region, where the region says to whom."""
    return next((one for one in parts().region.benefits if one.service == service.code), None)


def verdict_on(service: Service, facts: Mapping[str, Any]) -> Verdict | None:
    """What the rules of the service and of the region's benefit say of these facts; None without rules."""
    return verdicts_on([service], facts).get(service.code) if has_rules(service) else None


def verdicts_on(services: list[Service], facts: Mapping[str, Any]) -> dict[str, Verdict]:
    """The same for several services, with every amount of today in one query."""
    region = parts().region
    benefits = {service.code: benefit_of(service) for service in services}
    names = {name for benefit in benefits.values() if benefit for name in _amounts_of(benefit)}
    found: Mapping[str, Any] = {}
    if names:
        with reading() as db:
            found = find_parameters(db, region, sorted(names))
    amounts = {name: int(one.value) for name, one in found.items()}
    return {
        service.code: assess(service, benefits[service.code], facts, amounts.get)
        for service in services
        if has_rules(service)
    }


def _amounts_of(benefit: Benefit) -> set[str]:
    by_group = {group.amount for group in benefit.groups}
    beside = {overlap.other_amount for overlap in benefit.overlaps}
    return {name for name in by_group | beside if name}
