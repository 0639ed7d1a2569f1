"""Who may get what: rules and groups look at meanings that exist, amounts are parameters that are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from portal.catalogue.checking.conditions import Known, check_condition
from portal.catalogue.checking.facts import check_fact_condition
from portal.catalogue.checking.meanings import RECEIVED
from portal.catalogue.checking.report import Report
from portal.catalogue.conditions import Condition
from portal.catalogue.model import Benefit, GrantBenefit, Meaning, Question, Region, Service
from portal.catalogue.reading import Source

FACTS = {*get_args(Meaning), "@age", "@acting", "@diagnosis"}
"""What a rule of eligibility may look at: what answers mean, not how a block calls its questions."""


def check_eligibility(service: Service, file: str, source: Source, facts: Known, report: Report) -> None:
    """The rules of a service, and the benefit that it gives where a region gives it."""
    report.once(file, "eligibility", [rule.id for rule in service.eligibility])
    codes = {one.code for one in source.services.values()}
    for rule in service.eligibility:
        path = f"eligibility[{rule.id}]"
        _check_facts(rule.needs, facts, file, f"{path}.needs", report)
        report.known(file, f"{path}.service", rule.service, codes, "service")
    for finding in service.findings:
        report.known(file, "findings.service", finding.service, codes, "service")
    wanted = {effect.benefit for effect in service.effects if isinstance(effect, GrantBenefit)}
    wanted |= {service.benefit} if service.benefit else set()
    for region_file, region in source.regions.items():
        if service.code in region.services:
            given = {one.code for one in region.benefits}
            for code in sorted(wanted):
                report.known(region_file, f"benefits ({service.code})", code, given, "benefit")


def check_questionnaire(questions: Sequence[Question], report: Report) -> None:
    """Asked in an order in which each may look back, with a way out for whoever does not know."""
    file = "questionnaire.toml"
    report.once(file, "questions", [one.id for one in questions])
    report.once(file, "questions.means", [one.means for one in questions if one.means])
    earlier: Known = {}
    for one in questions:
        path = f"questions[{one.id}]"
        if one.means is None:
            report.add(file, f"{path}.means", "say what the rules read it as; else nothing follows from it")
        names = set(one.when.fields()) if one.when else set()
        for name in names:
            report.known(file, f"{path}.when", name, earlier, "earlier question")
        if names <= earlier.keys():
            check_condition(one.when, earlier, set(), file, f"{path}.when", report)
        if not any(choice.is_way_out for choice in one.choices):
            report.add(file, f"{path}.choices", "offer 不清楚 (is_way_out)")
        earlier[one.id] = (one, (one.when,) if one.when else ())


def check_benefits(region: Region, file: str, source: Source, facts: Known, report: Report) -> None:
    """What a region gives: to groups that can be told apart, in amounts that have a date and a source."""
    report.once(file, "benefits", [one.code for one in region.benefits])
    codes = {one.code for one in source.services.values()}
    for benefit in region.benefits:
        path = f"benefits[{benefit.code}]"
        report.known(file, f"{path}.service", benefit.service, codes, "service")
        _check_groups(benefit, region, facts, file, path, report)


def _check_groups(
    benefit: Benefit, region: Region, facts: Known, file: str, path: str, report: Report
) -> None:
    parameters = {one.name for one in region.parameters}
    report.once(file, f"{path}.groups", [group.id for group in benefit.groups])
    for group in benefit.groups:
        _check_facts(group.when, facts, file, f"{path}.groups[{group.id}].when", report)
        report.known(file, f"{path}.groups[{group.id}].amount", group.amount, parameters, "parameter")
    report.once(file, f"{path}.overlaps", [one.receives for one in benefit.overlaps])
    for overlap in benefit.overlaps:
        there = f"{path}.overlaps[{overlap.receives}]"
        report.known(file, f"{there}.receives", overlap.receives, RECEIVED, "choice of `receives`")
        report.known(file, f"{there}.other_amount", overlap.other_amount, parameters, "parameter")
        if overlap.other_amount and overlap.then != "choose_one":
            report.add(file, f"{there}.other_amount", "only what is chosen between is compared; remove it")


def _check_facts(condition: Condition, facts: Known, file: str, path: str, report: Report) -> None:
    for name in condition.fields():
        report.known(file, path, name, FACTS, "meaning")
    check_fact_condition(condition, facts, file, path, report)
