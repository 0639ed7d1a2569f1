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


def check_process(service: Service, file: str, source: Source, report: Report) -> None:
    """The steps of a service against each other and against the reasons and notices."""
    report.once(file, "steps", [step.id for step in service.steps])
    notices = {notice.key: notice for notice in source.notices}
    for key in service.notices:
        report.known(file, "notices", key, notices, "notice")
    for place, step in enumerate(service.steps):
        earlier = {before.id for before in service.steps[:place]}
        following = {after.id for after in service.steps[place + 1 :]}
        path = f"steps[{step.id}]"
        for other in step.not_same_person_as:
            report.known(file, f"{path}.not_same_person_as", other, earlier, "earlier step")
        report.known(file, f"{path}.clock.cite", step.clock.cite, service.citations, "citation")
        report.once(file, f"{path}.outcomes", [outcome.id for outcome in step.outcomes])
        for outcome in step.outcomes:
            _check_outcome(outcome, file, f"{path}.outcomes[{outcome.id}]", source, report)
            report.known(file, f"{path}.outcomes[{outcome.id}].next", outcome.next, following, "later step")
        if not following and any(outcome.kind == OutcomeKind.ADVANCE for outcome in step.outcomes):
            report.add(file, f"{path}.outcomes", "nothing follows the last step; let it approve, not advance")
        _check_way_on(step, file, path, report)


def _check_way_on(step: Step, file: str, path: str, report: Report) -> None:
    kinds = {outcome.kind for outcome in step.outcomes}
    if not kinds & {OutcomeKind.ADVANCE, OutcomeKind.APPROVE}:
        report.add(file, f"{path}.outcomes", "add an outcome that goes on (advance) or grants (approve)")


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
    if outcome.kind != OutcomeKind.ADVANCE and not outcome.notice:
        report.add(file, f"{path}.notice", "name the notice that tells the applicant")
    notice = notices.get(outcome.notice or "")
    if notice and outcome.kind in SAYING_NO and not notice.has_remedies:
        report.add(file, f"{path}.notice", f"{outcome.notice} says no, so it needs has_remedies = true")
