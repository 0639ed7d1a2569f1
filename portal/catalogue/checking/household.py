"""What is shown, what is worked out, what the household itself answers: steps that say so say it whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from portal.catalogue.checking.asked import Asked
from portal.catalogue.checking.report import Report
from portal.catalogue.model import Field, OutcomeKind, Service, Step, StepKind, WorkedOut
from portal.catalogue.reading import Source

ANSWERS: Final = (OutcomeKind.ADVANCE, OutcomeKind.WITHDRAW)
"""What a household can say: to go on, here or there, or that it does not want it."""
TWO: Final = 2
"""Whoever writes down what somebody said is not alone (rules.md 5.2, 5.7)."""
NUMBERS: Final = {"total": "money", "self_pay": "money", "subsidy": "money", "score": "integer"}
"""The kind of field for each rule of ``rules/working_out``."""
PARAMETERS: Final = {
    "self_pay": ("limit", "share_percent", "free_part"),
    "subsidy": ("limit", "share_percent", "free_part"),
}
"""How the region's numbers end that a rule reads; a score reads one for each choice."""


def check_household(
    service: Service, file: str, asked: Iterable[Asked], source: Source, report: Report
) -> None:
    """Every step of a service; and that no page of the journey has numbers that nobody types."""
    for one in asked:
        for field in one.page.fields:
            if field.worked_out is not None:
                report.add(one.file, one.place_of(field), "only the form of a step has what is worked out")
            if field.recorded is not None:
                report.add(one.file, one.place_of(field), "only the form of a step asks what is on record")
    for place, step in enumerate(service.steps):
        earlier = {before.id: before for before in service.steps[:place]}
        path = f"steps[{step.id}]"
        for shown in step.shows:
            report.known(file, f"{path}.shows.step", shown.step, earlier, "earlier step")
            fields = {field.id for field in earlier[shown.step].fields} if shown.step in earlier else set()
            for name in shown.fields:
                report.known(file, f"{path}.shows.fields", name, fields, f"field of {shown.step!r}")
        _check_step(step, file, path, report)
        known = {field.id for before in earlier.values() for field in before.fields}
        for field in step.fields:
            if field.worked_out is not None:
                _check_number(service, step, field, known, file, f"{path}.fields[{field.id}]", source, report)


def _check_step(step: Step, file: str, path: str, report: Report) -> None:
    if step.kind is not StepKind.HOUSEHOLD:
        if step.witnesses:
            report.add(file, f"{path}.witnesses", "only what a household says is written down for it")
        for outcome in step.outcomes:
            if outcome.kind == OutcomeKind.WITHDRAW:
                report.add(file, f"{path}.outcomes[{outcome.id}]", "only the household can withdraw")
        return
    if not step.shows or step.to_do is None:
        report.add(file, path, "say what the household is shown (shows), and what it does (to_do)")
    if len(step.witnesses) < TWO:
        report.add(file, f"{path}.witnesses", "name the fields with the two who write its word down")
    for name in step.witnesses:
        report.known(
            file, f"{path}.witnesses", name, {field.id for field in step.fields}, "field of the step"
        )
    for outcome in step.outcomes:
        there = f"{path}.outcomes[{outcome.id}]"
        if outcome.kind not in ANSWERS or outcome.reasons or outcome.second_person:
            report.add(
                file, there, "a household agrees, asks for something else, or withdraws, without codes"
            )
        missing = set(step.witnesses) - {field.id for field in outcome.fields_of(step)}
        for name in sorted(missing):
            report.add(file, f"{there}.asks", f"ask {name!r} too, of staff who write the answer down")


def _check_number(
    service: Service,
    step: Step,
    field: Field,
    known: set[str],
    file: str,
    path: str,
    source: Source,
    report: Report,
) -> None:
    made = field.worked_out
    if made is None:
        return
    own = {one.id: one for one in step.fields}
    if field.kind != NUMBERS[made.rule]:
        report.add(file, f"{path}.kind", f"a {made.rule} is a field of kind {NUMBERS[made.rule]!r}")
    if made.rule == "total":
        report.known(file, f"{path}.worked_out.group", made.group or "", own, "group of the step")
        columns = {one.id for one in own[made.group].fields} if made.group in own else set()
        report.known(file, f"{path}.worked_out.of", made.of, columns, "column of the group")
    else:
        report.known(file, f"{path}.worked_out.of", made.of, own, "field of the step")
    if made.rule in PARAMETERS:
        report.known(
            file, f"{path}.worked_out.beside", made.beside or "", known | set(own), "field before it"
        )
    if made.most is not None:
        report.known(file, f"{path}.worked_out.most", made.most, known, "field before it")
    for region_file, region in source.regions.items():
        if service.code in region.services:
            names = {one.name for one in region.parameters}
            for name in sorted(numbers_of_field(made, own) - names):
                report.add(region_file, "parameters", f"add {name!r}: {service.code} needs it")


def numbers_of_field(made: WorkedOut, own: dict[str, Field]) -> set[str]:
    """The numbers of the region that a field which nobody types is made of; ``own`` are those of its form."""
    if made.rule == "score" and made.of in own:
        choices = (choice for choice in own[made.of].choices if not choice.is_way_out)
        return {f"{made.numbers}_weight_{choice.value}" for choice in choices}
    return {f"{made.numbers}_{ending}" for ending in PARAMETERS.get(made.rule, ())}
