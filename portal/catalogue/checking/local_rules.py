"""What a region decides for its services: rules and days that exist, numbers that texts can be given."""

from __future__ import annotations

from typing import Final

from portal.catalogue.checking.household import numbers_of_field
from portal.catalogue.checking.report import Report
from portal.catalogue.localising import CHOICES, LEAST, MOST, named_in, numbers_of
from portal.catalogue.model import IssueCertificate, LocalRule, Region, ReplaceCertificate, Service
from portal.catalogue.reading import Source

READ_BY_NAME: Final = frozenset(
    {
        *("benefit_review_months", "late_again_days", "most_in_hand", "rating_contact_days"),
        *("transfer_freeze_months", "transfer_end_months", "transfer_notice_days"),
        *("rating_mend_days", "recheck_percent", "renew_window_months", "service_code_name", "sms_signature"),
    }
)
"""Numbers and words of a region that the application itself asks for."""


def check_local_rules(region: Region, file: str, source: Source, report: Report) -> None:
    """The rules and limits of a region, and the texts of its services that name a number of either."""
    services = {one.code: one for one in source.services.values() if one.code in region.services}
    report.once(file, "rules", [one.name for one in region.rules])
    report.once(file, "limits", [f"{one.service}/{one.step}" for one in region.limits])
    for one in region.rules:
        _check_value(one, file, report)
    for limit in region.limits:
        path = f"limits[{limit.service}/{limit.step}]"
        report.known(file, path, limit.service, services, "service of the region")
        if limit.service in services:
            steps = {step.id: step for step in services[limit.service].steps}
            report.known(file, path, limit.step, steps, "step")
            if limit.step in steps and steps[limit.step].clock.shares_with:
                report.add(file, path, "this step has the days of another; give those")
    _check_read(region, file, list(services.values()), report)
    for service in services.values():
        _check_texts(service, region, file, source, report)


def _check_read(region: Region, file: str, services: list[Service], report: Report) -> None:
    """Every dated number is read by somebody, and every number that a service tells is there."""
    names = {one.name for one in region.parameters}
    for service in services:
        for name in service.numbers:
            report.known(file, f"parameters ({service.code})", name, names, "parameter")
    unread = names - READ_BY_NAME - _read_in(region, services)
    for name in sorted(unread):
        report.add(file, f"parameters[{name}]", "nobody reads it; name it in a service (numbers), or drop it")


def _read_in(region: Region, services: list[Service]) -> set[str]:
    """What benefits, effects, scores and guides name."""
    found = {group.amount for one in region.benefits for group in one.groups}
    found |= {overlap.other_amount for one in region.benefits for overlap in one.overlaps}
    found |= {name for service in services for name in service.numbers}
    effects = [effect for service in services for effect in service.effects]
    found |= {one.years for one in effects if isinstance(one, IssueCertificate | ReplaceCertificate)}
    for step in (step for service in services for step in service.steps):
        own = {field.id: field for field in step.fields}
        for field in step.fields:
            if field.worked_out is not None:
                found |= numbers_of_field(field.worked_out, own)
    return {name for name in found if name}


def _check_value(rule: LocalRule, file: str, report: Report) -> None:
    path, choices = f"rules[{rule.name}].value", CHOICES.get(rule.name)
    if choices is not None and rule.value not in choices:
        report.add(file, path, f"say one of {', '.join(sorted(choices))}")
    if choices is None and not (isinstance(rule.value, int) and LEAST <= rule.value <= MOST):
        report.add(file, path, f"write a number from {LEAST} to {MOST}")


def _check_texts(service: Service, region: Region, file: str, source: Source, report: Report) -> None:
    blocks = {name.split(".")[0] for section in service.sections for name in section.pages}
    named = named_in(service)
    for block in source.blocks.values():
        if block.code in blocks:
            named |= named_in(block)
    for name in sorted(named - set(numbers_of(service, region))):
        report.add(file, "rules", f"{service.code} names {{{name}}}: say it here, or name a step with days")
