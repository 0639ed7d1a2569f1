"""What a region decides for its services: rules and days that exist, numbers that texts can be given."""

from __future__ import annotations

from portal.catalogue.checking.report import Report
from portal.catalogue.localising import CHOICES, LEAST, MOST, named_in, numbers_of
from portal.catalogue.model import LocalRule, Region, Service
from portal.catalogue.reading import Source


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
    for service in services.values():
        _check_texts(service, region, file, source, report)


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
