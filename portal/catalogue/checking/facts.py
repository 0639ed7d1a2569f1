"""Rules of eligibility and groups of a region look at what answers *mean*: only at what some question can
say, and never so that no answer fits. A slip there would refuse everybody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from portal.catalogue.checking.conditions import Known, check_condition
from portal.catalogue.checking.report import Report
from portal.catalogue.conditions import Condition
from portal.catalogue.model import Field, Question
from portal.catalogue.reading import Source

DIAGNOSIS = "@diagnosis"
"""What an officer knows of a child's diagnosis; it is looked at, and asked of nobody."""


def facts_known(source: Source) -> Known:
    """Each meaning by a question that offers every choice with which any question says it."""
    known: Known = {}
    for asked in _asking(source):
        if asked.means is None:
            continue
        first = known[asked.means][0] if asked.means in known else asked
        offered = {choice.value: choice for choice in (*asked.choices, *first.choices)}
        whole = first.model_copy(update={"choices": tuple(offered.values()), "when": None})
        known[asked.means] = (whole, ())
    if source.questionnaire:
        some = source.questionnaire[0]
        valid = some.choices[0].model_copy(update={"value": "valid"})
        known[DIAGNOSIS] = (some.model_copy(update={"kind": "choice", "choices": (valid,), "when": None}), ())
    return known


def check_fact_condition(condition: Condition, known: Known, file: str, path: str, report: Report) -> None:
    """That it names choices that are offered, and that some answers make it true. What nobody asks with
    choices is taken on trust."""
    names = {name for name in condition.fields() if not name.startswith("@") or name == DIAGNOSIS}
    if names <= known.keys():
        check_condition(condition, known, set(), file, path, report)


def _asking(source: Source) -> Iterator[Field | Question]:
    yield from source.questionnaire
    for service in source.services.values():
        yield from service.precheck
        for step in service.steps:
            yield from step.fields
    own = (service.pages for service in source.services.values())
    shared = (block.pages for block in source.blocks.values())
    for page in chain.from_iterable((*own, *shared)):
        yield from page.fields
