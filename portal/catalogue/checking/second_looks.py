"""More days, second persons, notices given up, answers put right at the counter: what a step may say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from portal.catalogue.checking.asked import Asked
from portal.catalogue.checking.report import Report
from portal.catalogue.model import Outcome, OutcomeKind, Service, Step, StepKind

EXTENSION_NOTICE: Final = "N16"
WITH_SECOND: Final = (OutcomeKind.APPROVE, OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT)
"""Outcomes that may ask for a second person: those that say the last word."""
NOT_AT_ONCE: Final = ("documents", "group", "place", "id_number")
"""Kinds of answer that prove something, or decide where it goes: never put right in passing."""


def check_second_looks(service: Service, file: str, asked: Sequence[Asked], report: Report) -> None:
    kinds = {field.id: field.kind for one in asked for field in one.page.fields}
    for step in service.steps:
        path = f"steps[{step.id}]"
        _check_extension(service, step, file, path, report)
        _check_waiver(service, step, file, path, report)
        for outcome in step.outcomes:
            _check_second_person(outcome, file, path, report)
        for name in step.corrects:
            report.known(file, f"{path}.corrects", name, kinds, "field")
            if kinds.get(name) in NOT_AT_ONCE:
                report.add(
                    file, f"{path}.corrects", f"{name!r} cannot be put right at once; ask for it instead"
                )
        if step.corrects and step.kind is not StepKind.INTAKE:
            report.add(file, f"{path}.corrects", "answers are put right at the counter: at a step of intake")


def _check_extension(service: Service, step: Step, file: str, path: str, report: Report) -> None:
    extension = step.clock.extension
    if extension is None:
        return
    if step.kind is StepKind.INTAKE:
        report.add(file, f"{path}.clock.extension", "what is taken in at the counter is not put off")
    report.known(file, f"{path}.clock.extension.cite", extension.cite, service.citations, "citation")
    if EXTENSION_NOTICE not in service.notices:
        report.add(
            file, f"{path}.clock.extension", f"add {EXTENSION_NOTICE} to notices: it tells the new day"
        )


def _check_waiver(service: Service, step: Step, file: str, path: str, report: Report) -> None:
    if step.waiver is None:
        return
    report.known(file, f"{path}.waiver.cite", step.waiver.cite, service.citations, "citation")
    if step.kind is not StepKind.PUBLIC_NOTICE or step.ends_with is None:
        report.add(file, f"{path}.waiver", "only a public notice that ends by itself can be given up")


def _check_second_person(outcome: Outcome, file: str, path: str, report: Report) -> None:
    if outcome.second_person and outcome.kind not in WITH_SECOND:
        where = f"{path}.outcomes[{outcome.id}].second_person"
        report.add(file, where, "only what approves, refuses or does not accept has a second person")
