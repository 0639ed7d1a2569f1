"""Numbers of a step's form that nobody types: totals, shares and scores (``Field.worked_out``).

Pure. Worked out once, when the step is decided, and kept with its form: what was shown stays as it was shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from portal.catalogue.field_types import FEN
from portal.catalogue.model import Step, WorkedOut
from portal.rules.cost_sharing import Share, ShareGroup, SharingRule, share_cost

NumberOf: TypeAlias = Callable[[str], int | None]
"""The region's number as it holds today; None where it has none."""


def work_out(
    step: Step, form: Mapping[str, Any], known: Mapping[str, Any], number_of: NumberOf
) -> dict[str, Any]:
    """The numbers of a form, by field. ``known`` are the answers and the forms before it.

    What lacks something that it is made of is left out: an outcome that does not ask for it has none.
    """
    found: dict[str, Any] = {}
    for field in step.fields:
        if field.worked_out is not None:
            answers = {**known, **form, **found}
            value = _RULES[field.worked_out.rule](field.worked_out, answers, number_of)
            if value is not None and _is_of(field.worked_out, {**form, **found}):
                found[field.id] = value
    return found


def _is_of(worked_out: WorkedOut, form: Mapping[str, Any]) -> bool:
    """Whether this very form says what the number is made of, not one before it."""
    return (worked_out.group or worked_out.of) in form


def _total(worked_out: WorkedOut, answers: Mapping[str, Any], _number_of: NumberOf) -> int | None:
    rows = answers.get(worked_out.group or "")
    if not isinstance(rows, list):
        return None
    return sum(cost for row in rows if isinstance(cost := row.get(worked_out.of), int))


def _share(worked_out: WorkedOut, answers: Mapping[str, Any], number_of: NumberOf) -> Share | None:
    cost, group = answers.get(worked_out.of), answers.get(worked_out.beside or "")
    limit, percent, free = (
        number_of(f"{worked_out.numbers}_{name}") for name in ("limit", "share_percent", "free_part")
    )
    if not isinstance(cost, int) or group is None or limit is None or percent is None or free is None:
        return None
    share = share_cost(cost, ShareGroup(group), SharingRule(limit * FEN, percent, free * FEN))
    agreed = answers.get(worked_out.most or "")
    if not isinstance(agreed, int) or share.self_pay <= agreed:
        return share
    return replace(share, subsidy=cost - agreed, self_pay=agreed)


def _self_pay(worked_out: WorkedOut, answers: Mapping[str, Any], number_of: NumberOf) -> int | None:
    share = _share(worked_out, answers, number_of)
    return share.self_pay if share else None


def _subsidy(worked_out: WorkedOut, answers: Mapping[str, Any], number_of: NumberOf) -> int | None:
    share = _share(worked_out, answers, number_of)
    return share.subsidy if share else None


def _score(worked_out: WorkedOut, answers: Mapping[str, Any], number_of: NumberOf) -> int | None:
    chosen = answers.get(worked_out.of)
    if not isinstance(chosen, list):
        return None
    return sum(number_of(f"{worked_out.numbers}_weight_{value}") or 0 for value in chosen)


_RULES: Mapping[str, Callable[[WorkedOut, Mapping[str, Any], NumberOf], int | None]] = {
    "total": _total,
    "self_pay": _self_pay,
    "subsidy": _subsidy,
    "score": _score,
}
