"""A service as the lists of a region give it, element by element (rules.md 5.1; GB/T 39554.2 要素要求).

One builder for the public list, the implementation list, the staff handbook and the files of
``portal export-catalogue``: they cannot say different things. What a service does not say is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal.catalogue.element_words import (
    AFTER_NAME,
    BETWEEN,
    COUNTY_LEVEL,
    LEVELS,
    NAMES,
    ONCE_PER,
    SAID,
    UNIT_KINDS,
)
from portal.catalogue.localising import total_days
from portal.catalogue.model import (
    Citation,
    Clock,
    Definition,
    Evidence,
    OutcomeKind,
    Region,
    Step,
    StepKind,
    Unit,
    UnitKind,
)
from portal.catalogue.texts import Language

NOT_ASKED = (UnitKind.HOSPITAL, UnitKind.CONTRACTOR)
"""Who has a part in a service, and does not answer questions about it."""
COMPLAINTS = "sq-01"
"""The service by which people complain, where the region gives it."""


@dataclass(frozen=True)
class ElementLine:
    """One sentence or fact of an element, with where its rule stands."""

    text: str
    basis: Citation | None = None
    service: str | None = None  # that it leads to


@dataclass(frozen=True)
class Element:
    """One element of a service: its code (``NAMES``), what it is called, what it says."""

    code: str
    name: str
    lines: tuple[ElementLine, ...]


def elements_of(definition: Definition, region: Region, language: Language) -> list[Element]:
    """Every element that the service has in this region, in the order of an implementation list.

    ``region`` carries the units as they are now; its names, hours and numbers are told.
    """
    told = _Teller(definition, region, language)
    found = [(code, tuple(getattr(told, code)())) for code in NAMES]
    return [Element(code, NAMES[code].say(language), lines) for code, lines in found if lines]


def clock_text(clock: Clock, language: Language) -> str:
    """The days of a clock in words."""
    return SAID[clock.unit].say(language).replace("{days}", str(clock.days))


def total_clock(definition: Definition) -> Clock | None:
    """The promised total of a service; None where it cannot be added up."""
    days = total_days(definition.service)
    return Clock(days=min(days, 400)) if days is not None else None


def deciding_units(definition: Definition) -> list[UnitKind]:
    """The kinds of unit that say yes or no, in the order of the steps."""
    last_words = (OutcomeKind.APPROVE, OutcomeKind.REFUSE)
    return list(
        dict.fromkeys(
            step.unit
            for step in definition.service.steps
            if any(outcome.kind in last_words for outcome in step.outcomes)
        )
    )


def is_only_at_counter(evidence: Evidence) -> bool:
    """Whether there is no way to show it without going to the counter."""
    return not evidence.accepts and all(way.way == "desk" for way in evidence.alternatives)


class _Teller:
    """Says each element of a service; a method for each code of ``NAMES``."""

    def __init__(self, definition: Definition, region: Region, language: Language) -> None:
        self.definition, self.service = definition, definition.service
        self.region, self.language = region, language
        kinds = {step.unit for step in self.service.steps}
        self.open_units = [unit for unit in region.units if unit.kind in kinds and not unit.is_closed]

    def say(self, key: str, **words: Any) -> str:
        said = SAID[key].say(self.language)
        for name, word in words.items():
            said = said.replace("{" + name + "}", str(word))
        return said

    def line(self, text: Any, cite: str | None = None) -> ElementLine:
        words = text if isinstance(text, str) else text.say(self.language)
        return ElementLine(words, self.service.citations[cite] if cite else None)

    def guide(self, *kinds: str) -> Iterator[ElementLine]:
        for part in self.service.guide:
            if part.kind in kinds:
                yield from (self.line(one.text, one.cite) for one in part.statements)

    def name(self) -> Iterator[ElementLine]:
        yield self.line(self.service.name)

    def code(self) -> Iterator[ElementLine]:
        yield self.line(self.service.code.upper())

    def type(self) -> Iterator[ElementLine]:
        yield self.line(self.service.service_type)

    def lead(self) -> Iterator[ElementLine]:
        yield self.line(self.service.lead_unit)

    def units(self) -> Iterator[ElementLine]:
        for kind in dict.fromkeys(step.unit for step in self.service.steps):
            yield self.line(UNIT_KINDS[kind])

    def level(self) -> Iterator[ElementLine]:
        levels = (LEVELS.get(kind, COUNTY_LEVEL) for kind in deciding_units(self.definition))
        yield from (self.line(level) for level in dict.fromkeys(levels))

    def once(self) -> Iterator[ElementLine]:
        if self.service.steps:
            yield self.line(ONCE_PER[self.service.once_per])

    def conditions(self) -> Iterator[ElementLine]:
        yield from self.guide("who")

    def not_for(self) -> Iterator[ElementLine]:
        yield from (self.line(rule.otherwise, rule.cite) for rule in self.service.eligibility)

    def materials(self) -> Iterator[ElementLine]:
        if not self.service.evidence:
            yield from self.guide("need")
        for one in self.service.evidence:
            title = one.title.say(self.language)
            yield self.line(self.say("sometimes", what=title) if one.when else title, one.cite)

    def steps(self) -> Iterator[ElementLine]:
        for step in self.service.steps:
            yield self._step(step, clock_text(step.clock, self.language))

    def special(self) -> Iterator[ElementLine]:
        for step in self.service.steps:
            if not step.clock.counts:
                yield self._step(step, clock_text(step.clock, self.language), self.say("not_counted"))

    def _step(self, step: Step, *facts: str) -> ElementLine:
        name = step.name.say(self.language)
        named = self.say("may_follow", what=name) if step.when else name
        told = [UNIT_KINDS[step.unit].say(self.language), *facts]
        if step.clock.shares_with:
            told.append(self.say("shared"))
        return self.line(
            self._named(named, told),
            step.clock.cite if step.clock.cite in self.service.citations else None,
        )

    def time(self) -> Iterator[ElementLine]:
        if self.service.steps:
            total = total_clock(self.definition)
            words = clock_text(total, self.language) if total else ""
            yield self.line(self.say("total", time=words) if total else self.say("no_total"))

    def fee(self) -> Iterator[ElementLine]:
        yield from self.guide("cost")

    def basis(self) -> Iterator[ElementLine]:
        for citation in self.service.citations.values():
            yield ElementLine("", citation)

    def where(self) -> Iterator[ElementLine]:
        for unit in self._asked_units():
            facts = [fact.say(self.language) for fact in (unit.address, unit.hours) if fact]
            if facts:
                yield self.line(self._of_unit(unit, *facts))

    def telephone(self) -> Iterator[ElementLine]:
        for unit in self._asked_units():
            if unit.phone:
                yield self.line(self._of_unit(unit, unit.phone))

    def _asked_units(self) -> list[Unit]:
        return [unit for unit in self.open_units if unit.kind not in NOT_ASKED]

    def _of_unit(self, unit: Unit, *facts: str) -> str:
        return self._named(unit.name.say(self.language), facts)

    def _named(self, name: str, facts: Sequence[str]) -> str:
        return f"{name}{AFTER_NAME[self.language]}{BETWEEN[self.language].join(facts)}"

    def visits(self) -> Iterator[ElementLine]:
        if not self.service.steps:
            return
        at_counter = sum(is_only_at_counter(one) and one.when is None for one in self.service.evidence)
        is_met = any(
            step.kind == StepKind.ASSESSMENT and step.unit == UnitKind.HOSPITAL and step.when is None
            for step in self.service.steps
        )
        if at_counter:
            yield self.line(self.say("visits_papers", count=at_counter))
        if is_met:
            yield self.line(self.say("visits_assessment"))
        if not at_counter and not is_met:
            yield self.line(self.say("visits_none"))

    def supervision(self) -> Iterator[ElementLine]:
        if COMPLAINTS in self.region.services:
            yield ElementLine(self.say("supervision"), service=COMPLAINTS)

    def faq(self) -> Iterator[ElementLine]:
        yield from self.guide("faq")

    def remedies(self) -> Iterator[ElementLine]:
        for remedy in self.service.remedies:
            words = [one.say(self.language) for one in (remedy.title, remedy.text, remedy.deadline) if one]
            yield self.line(self._named(words[0], words[1:]), remedy.cite)
