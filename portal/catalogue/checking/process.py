"""Steps that lead somewhere, outcomes that give their reasons and tell the applicant."""

from __future__ import annotations

from portal.catalogue.checking.report import Report
from portal.catalogue.model import Outcome, OutcomeKind, Service, Step
from portal.catalogue.reading import Source

REASONS_FOR = {
    OutcomeKind.RETURN: "return",
    OutcomeKind.REFUSE: "refuse",
    OutcomeKind.NOT_ACCEPT: "not_accept",
}
"""Outcomes that need a reason, and the kind of reason that they need."""

SAYING_NO = (OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT)
"""Outcomes after which the applicant is told what can be done about them."""


IN_BULK = (OutcomeKind.ADVANCE, OutcomeKind.APPROVE, OutcomeKind.COMPLETE)
"""Outcomes that may be decided for several at once, where a definition says so."""

SILENT = (OutcomeKind.ADVANCE, OutcomeKind.COMPLETE)
"""Outcomes that may pass without a notice of their own."""


RESUME_ON = "resume_on"
"""The day on which a suspended step goes on; whoever suspends it names the day."""


def check_process(service: Service, file: str, source: Source, report: Report) -> None:
    """The steps of a service against each other and against the reasons and notices."""
    report.once(file, "steps", [step.id for step in service.steps])
    papers = [step.paper.id for step in service.steps if step.paper]
    report.once(file, "steps.paper", papers + [one.id for one in service.evidence])
    notices = {notice.key: notice for notice in source.notices}
    known = {step.id for step in service.steps}
    for key in service.notices:
        report.known(file, "notices", key, notices, "notice")
    for place, step in enumerate(service.steps):
        earlier = {before.id for before in service.steps[:place]}
        own_fields = {field.id for field in step.fields}
        following = {after.id for after in service.steps[place + 1 :]}
        path = f"steps[{step.id}]"
        for other in step.not_same_person_as:
            report.known(file, f"{path}.not_same_person_as", other, earlier, "earlier step")
        report.known(file, f"{path}.clock.cite", step.clock.cite, service.citations, "citation")
        report.once(file, f"{path}.outcomes", [outcome.id for outcome in step.outcomes])
        for outcome in step.outcomes:
            _check_outcome(outcome, file, f"{path}.outcomes[{outcome.id}]", source, report)
            report.known(file, f"{path}.outcomes[{outcome.id}].next", outcome.next, known, "step")
            if outcome.bulk:
                _check_bulk(step, outcome, file, f"{path}.outcomes[{outcome.id}].bulk", report)
            if outcome.kind == OutcomeKind.SUSPEND and RESUME_ON not in (outcome.asks or ()):
                report.add(file, f"{path}.outcomes[{outcome.id}].asks", f"ask {RESUME_ON!r}: until when?")
            for name in outcome.asks or ():
                report.known(
                    file, f"{path}.outcomes[{outcome.id}].asks", name, own_fields, "field of the step"
                )
        advances = [outcome for outcome in step.outcomes if outcome.kind == OutcomeKind.ADVANCE]
        if not following and any(outcome.next is None for outcome in advances):
            report.add(file, f"{path}.outcomes", "nothing follows the last step; let it approve, not advance")
        report.known(file, f"{path}.clock.shares_with", step.clock.shares_with, earlier, "earlier step")
        report.known(file, f"{path}.notice", step.notice, notices, "notice")
        report.known(
            file, f"{path}.ends_with", step.ends_with, [one.id for one in advances], "advance outcome"
        )
        for name in step.sees:
            report.known(file, f"{path}.sees", name, {one.id for one in service.sections}, "section")
        _check_way_on(step, file, path, report)
    _check_deemed(service, file, report)
    _check_again(service, file, report)


def _check_again(service: Service, file: str, report: Report) -> None:
    again = service.again
    if again is None:
        return
    if service.once_per not in ("subject", "household"):
        report.add(file, "again", "years between two need one at a time; say once_per subject or household")
    steps = {one.id: [outcome.id for outcome in one.outcomes] for one in service.steps}
    report.known(file, "again.step", again.step, steps, "step")
    report.known(file, "again.outcome", again.outcome, steps.get(again.step, []), "outcome of the step")
    report.known(file, "again.cite", again.cite, service.citations, "citation")


def _check_deemed(service: Service, file: str, report: Report) -> None:
    if service.deemed is None:
        return
    step = next((one for one in service.steps if one.id == service.deemed.step), None)
    if step is None:
        report.add(file, "deemed.step", f"there is no step {service.deemed.step!r}; name one that exists")
        return
    known = [one.id for one in step.outcomes if one.kind == OutcomeKind.ADVANCE]
    report.known(file, "deemed.outcome", service.deemed.outcome, known, "advance outcome")
    report.known(file, "deemed.cite", service.deemed.cite, service.citations, "citation")


def _check_way_on(step: Step, file: str, path: str, report: Report) -> None:
    kinds = {outcome.kind for outcome in step.outcomes}
    if not kinds & {OutcomeKind.ADVANCE, OutcomeKind.APPROVE, OutcomeKind.COMPLETE}:
        report.add(file, f"{path}.outcomes", "add an outcome that goes on (advance), grants or completes")


def _check_bulk(step: Step, outcome: Outcome, file: str, path: str, report: Report) -> None:
    """What is the same for several can be decided for several; what each is told for itself cannot."""
    if outcome.kind not in IN_BULK or outcome.reasons or outcome.second_person:
        report.add(file, path, "decide each by itself: only what goes on, grants or completes can be in bulk")
    if outcome.effects:
        report.add(file, path, "it has effects, which ask again who is there; decide each by itself")
    asked = outcome.fields_of(step)
    if any(field.when is not None or field.kind in ("group", "documents") for field in asked):
        report.add(file, path, "its form asks what differs from one to the other; decide each by itself")


def _check_outcome(outcome: Outcome, file: str, path: str, source: Source, report: Report) -> None:
    reasons = {reason.code: reason for reason in source.reasons}
    notices = {notice.key: notice for notice in source.notices}
    report.known(file, f"{path}.notice", outcome.notice, notices, "notice")
    wanted = REASONS_FOR.get(outcome.kind)
    for code in outcome.reasons:
        report.known(file, f"{path}.reasons", code, reasons, "reason")
        if code in reasons and reasons[code].kind != wanted:
            report.add(file, f"{path}.reasons", f"{code!r} is a reason to {reasons[code].kind}; use another")
    if wanted and not outcome.reasons:
        report.add(file, f"{path}.reasons", "name at least one reason; nobody is sent away without one")
    if outcome.kind not in SILENT and not outcome.notice:
        report.add(file, f"{path}.notice", "name the notice that tells the applicant")
    notice = notices.get(outcome.notice or "")
    if notice and outcome.kind in SAYING_NO and not notice.has_remedies:
        report.add(file, f"{path}.notice", f"{outcome.notice} says no, so it needs has_remedies = true")
