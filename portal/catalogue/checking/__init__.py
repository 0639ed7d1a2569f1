"""What the files of the catalogue say of each other: every contradiction at once, each with its place."""

from __future__ import annotations

from portal.catalogue.checking.asked import asked_in, check_fields
from portal.catalogue.checking.bundles import check_bundle
from portal.catalogue.checking.conditions import check_conditions
from portal.catalogue.checking.effects import check_effects
from portal.catalogue.checking.eligibility import (
    check_benefits,
    check_eligibility,
    check_questionnaire,
)
from portal.catalogue.checking.facts import facts_known
from portal.catalogue.checking.filled_in import check_filled_in
from portal.catalogue.checking.household import check_household
from portal.catalogue.checking.local_rules import check_local_rules
from portal.catalogue.checking.meanings import check_meanings
from portal.catalogue.checking.process import check_process
from portal.catalogue.checking.regions import check_region
from portal.catalogue.checking.report import Report
from portal.catalogue.checking.second_looks import check_second_looks
from portal.catalogue.checking.statements import (
    check_letters,
    check_notices,
    check_reasons,
    check_statements,
)
from portal.catalogue.checking.voices import check_voices
from portal.catalogue.problems import Problem
from portal.catalogue.reading import Source
from portal.catalogue.resolving import journey_pages

__all__ = ["check_source"]


def check_source(source: Source) -> list[Problem]:
    """Everything that is wrong although each file has its shape."""
    report = Report()
    report.once("reasons.toml", "reasons", [reason.code for reason in source.reasons])
    report.once("notices.toml", "notices", [notice.key for notice in source.notices])
    check_notices(source.notices, report)
    check_reasons(source.reasons, report)
    check_questionnaire(source.questionnaire, report)
    facts = facts_known(source)
    for file, service in source.services.items():
        _, lost = journey_pages(service, source, file)
        report.problems += lost
        asked = asked_in(service, file, source)
        check_filled_in(service, file, report)
        check_fields(service, file, asked, report)
        check_bundle(service, file, source, report)
        check_meanings(service, asked, file, report)
        check_conditions(service, file, asked, report)
        check_voices(service, file, asked, report)
        check_process(service, file, source, report)
        check_second_looks(service, file, asked, report)
        check_household(service, file, asked, source, report)
        check_effects(service, file, source, report)
        check_statements(service, file, report)
        check_letters(service, file, source, report)
        check_eligibility(service, file, source, facts, report)
    for file, region in source.regions.items():
        check_region(region, file, source, report)
        check_local_rules(region, file, source, report)
        check_benefits(region, file, source, facts, report)
    return report.problems
