"""The pre-check: plain questions, an honest first answer, nothing stored (rules.md 2.6, 10b.1).

It never predicts a grade and never says no because of a 不清楚: what is not known counts for nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from portal.catalogue.conditions import BLANK
from portal.catalogue.model import Definition, Finding, Question

PrecheckKind = Literal["may_apply", "other_service", "other_place", "not_yet", "not_eligible"]
"""``not_eligible``: a rule of eligibility does not hold, whatever is answered to the open questions."""


@dataclass(frozen=True)
class PrecheckResult:
    """``kind`` is None while an open question can still change it.

    ``findings`` are the deciding one and every note that applies, in the order of the file: what must be read
    first is written first. ``unanswered`` are the open questions.
    """

    kind: PrecheckKind | None
    findings: tuple[Finding, ...]
    unanswered: tuple[Question, ...]


def path_of(asked: Sequence[Question], answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions on the path in order: each looks only at answers before it that are on the path."""
    path: list[Question] = []
    kept: dict[str, Any] = {}
    for question in asked:
        if question.when is None or question.when.may_hold(kept):
            path.append(question)
            if answers.get(question.id) not in BLANK:
                kept[question.id] = answers[question.id]
    return tuple(path)


def questions(definition: Definition, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The questions of a service's own pre-check that are on the path."""
    return path_of(definition.service.precheck, answers)


def facts_of(asked: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the answers on the path mean to the rules of eligibility."""
    path = path_of(asked, answers)
    return {one.means: answers[one.id] for one in path if one.means and answers.get(one.id) not in BLANK}


def check(definition: Definition, answers: Mapping[str, Any]) -> PrecheckResult:
    """What the answers so far say. Deciding findings count in the order in which they are written."""
    path = questions(definition, answers)
    unanswered = tuple(question for question in path if answers.get(question.id) in BLANK)
    kept = {question.id: answers[question.id] for question in path if question not in unanswered}
    decision = _decision(definition, kept, {question.id for question in unanswered})
    notes = [f for f in definition.service.findings if f.kind == "note" and _holds(f, kept)]
    if decision is None:
        return PrecheckResult(None, tuple(notes), unanswered)
    if decision.kind == "may_apply" and _is_ruled_out(definition, answers):
        return PrecheckResult("not_eligible", (), unanswered)
    if decision.kind != "may_apply":
        notes = []  # advice on how to apply would contradict the answer
    said = tuple(one for one in definition.service.findings if one is decision or one in notes)
    return PrecheckResult(_kind_of(decision), said, unanswered)


def _decision(definition: Definition, kept: Mapping[str, Any], is_open: set[str]) -> Finding | None:
    for finding in definition.service.findings:
        if finding.kind == "note":
            continue
        if _holds(finding, kept):
            return finding
        waits = finding.when is not None and finding.when.holds(kept) is None
        if waits and finding.when is not None and is_open.intersection(finding.when.fields()):
            return None
    return None


def _is_ruled_out(definition: Definition, answers: Mapping[str, Any]) -> bool:
    facts = facts_of(definition.service.precheck, answers)
    return any(rule.needs.holds(facts) is False for rule in definition.service.eligibility)


def _holds(finding: Finding, kept: Mapping[str, Any]) -> bool:
    return finding.when is None or finding.when.holds(kept) is True


def _kind_of(finding: Finding) -> PrecheckKind | None:
    return None if finding.kind == "note" else finding.kind
