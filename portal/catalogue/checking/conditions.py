"""Conditions that look at what is not there, look forward, or can never hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations, product
from math import prod
from typing import Any

from portal.catalogue.checking.asked import Asked, conditions_of
from portal.catalogue.checking.choices import check_groups
from portal.catalogue.checking.report import Report
from portal.catalogue.conditions import UNKNOWN, Condition
from portal.catalogue.localising import CHOICES
from portal.catalogue.model import Field, Question, Service

DERIVED: Mapping[str, frozenset[str] | None] = {
    "@acting": frozenset({"self", "proxy"}),
    "@age": None,
    **{f"@{name}": said for name, said in CHOICES.items()},
}
"""Values that nobody types; None where they are numbers."""

MEASURED = ("integer", "year", "money")
MOST_WORLDS = 50_000
"""Beyond so many combinations of answers a condition is taken on trust."""

Known = dict[str, tuple[Field | Question, tuple[Condition, ...]]]
"""Every question asked so far, with the conditions under which it is asked."""


def check_conditions(service: Service, file: str, asked: tuple[Asked, ...], report: Report) -> None:
    """Every ``when`` of a service: journey, pre-check, findings, guide, steps."""
    later = {field.id for one in asked for field in one.page.fields}
    known: Known = {}
    for one in asked:
        check_condition(one.page.when, known, later, one.file, f"{one.path}.when", report)
        for field in one.page.fields:
            path = one.place_of(field)
            check_condition(field.when, known, later, one.file, f"{path}.when", report)
            for choice in field.choices:
                place = f"{path}.choices[{choice.value}].when"
                check_condition(choice.when, known, later, one.file, place, report)
            known[field.id] = (field, conditions_of(one, field))
    if service.again is not None:
        check_condition(service.again.unless, known, later, file, "again.unless", report)
    for step in service.steps:
        check_condition(step.when, known, later, file, f"steps[{step.id}].when", report)
        for field in step.fields:
            check_condition(
                field.when, known, later, file, f"steps[{step.id}].fields[{field.id}].when", report
            )
            known[field.id] = (field, (field.when,) if field.when else ())
        for outcome in step.outcomes:
            there = f"steps[{step.id}].outcomes[{outcome.id}].when"
            check_condition(outcome.when, known, later, file, there, report)
    _check_precheck(service, file, report)


def _check_precheck(service: Service, file: str, report: Report) -> None:
    report.once(file, "precheck", [question.id for question in service.precheck])
    later = {question.id for question in service.precheck}
    known: Known = {}
    for question in service.precheck:
        path = f"precheck[{question.id}]"
        check_condition(question.when, known, later, file, f"{path}.when", report)
        report.once(file, f"{path}.choices", [choice.value for choice in question.choices])
        check_groups(question.choices, file, f"{path}.choices", report)
        if all(choice.value != UNKNOWN for choice in question.choices):
            report.add(file, f"{path}.choices", "add 不清楚 with the value 'unknown'")
        known[question.id] = (question, (question.when,) if question.when else ())
    for place, finding in enumerate(service.findings):
        check_condition(finding.when, known, later, file, f"findings[{place}].when", report)
    for part in service.guide:
        for place, said in enumerate(part.statements):
            check_condition(
                said.when, known, later, file, f"guide[{part.kind}].statements[{place}].when", report
            )
    if service.precheck and all(f.when is not None for f in service.findings if f.kind != "note"):
        report.add(file, "findings", "add a finding without `when`, for everyone whom no other fits")


def check_condition(
    condition: Condition | None, known: Known, later: set[str], file: str, path: str, report: Report
) -> None:
    """One condition over what is ``known``; ``later`` is asked, but not yet."""
    if condition is None:
        return
    advice = [_advice_on(leaf, known, later) for leaf in _leaves(condition)]
    for said in advice:
        if said:
            report.add(file, path, said)
    if not any(advice) and not _may_ever_hold(condition, known):
        report.add(file, path, "this can never hold, whatever is answered; correct or remove it")


def _leaves(condition: Condition) -> Iterator[Condition]:
    if condition.field is not None:
        yield condition
    for part in condition.all_ or condition.any_ or ((condition.not_,) if condition.not_ else ()):
        yield from _leaves(part)


def _advice_on(leaf: Condition, known: Known, later: set[str]) -> str | None:
    name = leaf.field or ""
    if not _is_there(name, known):
        if name in later:
            return f"{name!r} is asked later; move that page before this one"
        return f"there is no question {name!r}; name one that is asked before"
    return None if leaf.answered is not None else _advice_on_comparison(leaf, name, known)


def _advice_on_comparison(leaf: Condition, name: str, known: Known) -> str | None:
    is_measuring = leaf.at_least is not None or leaf.less_than is not None
    if is_measuring != _is_measured(name, known):
        return f"measure numbers and choose among words; {name!r} and this comparison do not fit"
    offered = _offered(name, known)
    if is_measuring or offered is None:
        return None if is_measuring else f"{name!r} is free text; ask only whether it is answered"
    if (leaf.contains is not None) != _is_several(name, known):
        return f"use `contains` for a question with several answers, `is` or `any_of` for one ({name!r})"
    unknown = sorted(value for value in map(str, _mentioned(leaf)) if value not in offered)
    return f"{name!r} has no choice {', '.join(map(repr, unknown))}" if unknown else None


def _is_measured(name: str, known: Known) -> bool:
    return name == "@age" or (name in known and known[name][0].kind in MEASURED)


def _is_several(name: str, known: Known) -> bool:
    return name in known and known[name][0].kind == "multi"


def _offered(name: str, known: Known) -> frozenset[str] | None:
    """The values that an answer can have; None where anything can be written."""
    if name in DERIVED:
        return DERIVED[name]
    field = known[name][0]
    values = {choice.value for choice in field.choices}
    if isinstance(field, Field):
        if field.has_unknown:
            values.add(UNKNOWN)
        if field.kind == "yes_no":
            values |= {"yes", "no"}
        elif field.kind == "confirm":
            values |= {"True", "False"}
        elif field.choices_from or field.kind not in ("choice", "multi"):
            return None
    return frozenset(values)


def _mentioned(leaf: Condition) -> tuple[Any, ...]:
    if leaf.is_ is not None:
        return (leaf.is_,)
    if isinstance(leaf.contains, str):
        return (leaf.contains,)
    return leaf.any_of or leaf.contains or ()


def _may_ever_hold(condition: Condition, known: Known) -> bool:
    """Whether any honest set of answers makes it true: each question answered only where it is asked."""
    asking = _everything_behind(condition, known)
    leaves = [leaf for part in [condition, *chain(*asking.values())] for leaf in _leaves(part)]
    domains = {name: _values_worth_trying(name, leaves, known) for name in asking}
    if prod(len(values) for values in domains.values()) > MOST_WORLDS:
        return True
    for world in product(*domains.values()):
        facts = {name: value for name, value in zip(domains, world, strict=True) if value is not None}
        is_honest = all(when.may_hold(facts) for name in facts for when in asking[name])
        if is_honest and condition.holds(facts):
            return True
    return False


def _everything_behind(condition: Condition, known: Known) -> dict[str, tuple[Condition, ...]]:
    """Every question that has a say, directly or through the conditions of those that have."""
    found: dict[str, tuple[Condition, ...]] = {}
    names = list(condition.fields())
    while names:
        name = names.pop()
        if name not in found:
            found[name] = () if name in DERIVED else known[name][1]
            names += [inner for when in found[name] for inner in when.fields() if _is_there(inner, known)]
    return found


def _is_there(name: str, known: Known) -> bool:
    return name in DERIVED or name in known


def _values_worth_trying(name: str, leaves: Iterable[Condition], known: Known) -> list[Any]:
    """None for not answered, every value that a condition mentions, and one that none does."""
    own = [leaf for leaf in leaves if leaf.field == name]
    if _is_measured(name, known):
        bounds = {bound for leaf in own for bound in (leaf.at_least, leaf.less_than) if bound is not None}
        return [None, *sorted(bounds | {bound - 1 for bound in bounds})]
    mentioned = list(dict.fromkeys(value for leaf in own for value in _mentioned(leaf)))
    others = sorted((_offered(name, known) or frozenset({"?"})) - {str(value) for value in mentioned})
    values = [*mentioned, *others[:1]]
    if not _is_several(name, known):
        return [None, *values]
    sets = chain.from_iterable(combinations(values, size) for size in range(1, len(values) + 1))
    return [None, *(list(chosen) for chosen in sets)]
