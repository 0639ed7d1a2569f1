"""Who may get what: yes, no with the rule, a choice of two, or 我们帮您查 (rules.md 3.2, 4.1, 10).

Pure. Rules and groups look at what answers *mean*, so that a questionnaire, an application and the register
all ask the same rules. What nobody knows yet is never a no: whoever refuses knows why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from portal.catalogue.conditions import Condition
from portal.catalogue.model import Benefit, BenefitGroup, EligibilityRule, Overlap, Service
from portal.catalogue.texts import Text

VerdictKind = Literal["yes", "no", "choose_one", "we_check"]

AmountOf: TypeAlias = Callable[[str], int | None]
"""The amount of a dated parameter in yuan, as it holds on the day that counts; None where none does."""

AGE_BANDS: Final = ((7, "0_6"), (16, "7_15"), (18, "16_17"), (60, "18_59"))
"""Below which age each band holds: 0-6 is the age of 国发〔2018〕20号, 16 and 60 those of a pension."""
OLDEST_BAND: Final = "60_up"


@dataclass(frozen=True)
class Ground:
    """Why it is a no, or what is still to be looked up: the words, and where the rule stands."""

    words: Text
    cite: str | None = None
    """A citation of the service."""
    source: str = ""
    """The document of the region, in words, where the rule is the region's own."""
    is_verified: bool = False
    service: str | None = None
    """Where to go instead."""


@dataclass(frozen=True)
class Choosing:
    """Two benefits of which only one can be drawn, with both amounts in yuan a month where they are known."""

    overlap: Overlap
    this: int | None
    other: int | None


@dataclass(frozen=True)
class Verdict:
    """What the rules say of somebody, with every reason: ``against`` decides, ``to_check`` is our work."""

    kind: VerdictKind
    against: tuple[Ground, ...] = ()
    to_check: tuple[Ground, ...] = ()
    choosing: tuple[Choosing, ...] = ()
    group: BenefitGroup | None = None
    """Whom it is given to, and with it how much; None where that is not known, or nothing is given."""
    amount: int | None = None
    """In yuan for each period of the benefit."""
    rests_on: tuple[str, ...] = ()
    """The citations of the rules that hold: where it stands that it is a yes."""


def assess(
    service: Service, benefit: Benefit | None, facts: Mapping[str, Any], amount_of: AmountOf
) -> Verdict:
    """What the rules of a service, and of what the region gives with it, say of these facts."""
    known = with_age_band(facts)
    against: list[Ground] = []
    to_check: list[Ground] = []
    rests_on: dict[str, None] = {}
    for rule in service.eligibility:
        holds = rule.needs.holds(known)
        if holds is False:
            against.append(_no(rule))
        elif holds is None:
            to_check.append(Ground(rule.check, rule.cite))
        elif rule.cite is not None:
            rests_on[rule.cite] = None
    if benefit is None:
        kind = _kind(against, to_check, ())
        return Verdict(kind, tuple(against), tuple(to_check), rests_on=tuple(rests_on))
    group, is_sure = group_for(benefit, known)
    if group is None and is_sure:
        against.append(_local(benefit.outside, benefit))
    elif not is_sure:
        to_check.append(_local(WHICH_GROUP, benefit))
    amount = amount_of(group.amount) if group is not None and group.amount and is_sure else None
    choosing = _beside(benefit, known, amount, amount_of, against, to_check)
    kind = _kind(against, to_check, choosing)
    sure = group if is_sure else None
    return Verdict(kind, tuple(against), tuple(to_check), choosing, sure, amount, tuple(rests_on))


WHICH_GROUP: Final = Text(
    zh="属于哪一类、有多少，我们帮您查。",
    easy="有多少钱，我们帮您查。",
    en="Which group applies, and how much it is, we will look up for you.",
    proxy_zh="属于哪一类、有多少，我们帮着查。",
    proxy_easy="有多少钱，我们帮着查。",
)
WHAT_ELSE: Final = Text(
    zh="现在领取哪些待遇，我们帮您查。有的待遇不能一起领。",
    easy="现在领什么钱，我们帮您查。\n有的钱不能一起领。",
    en="Which benefits are received now we will look up for you. Some cannot be drawn together.",
    proxy_zh="现在领取哪些待遇，我们帮着查。有的待遇不能一起领。",
    proxy_easy="现在领什么钱，我们帮着查。\n有的钱不能一起领。",
)


def group_for(benefit: Benefit, facts: Mapping[str, Any]) -> tuple[BenefitGroup | None, bool]:
    """The first group that fits, and whether that is sure: an earlier one that nobody can say yet is not."""
    for group in benefit.groups:
        holds = group.when.holds(facts)
        if holds is None:
            return None, False
        if holds:
            return group, True
    return None, True


def with_age_band(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with the band of the age where an age is known; else what somebody said counts."""
    age = facts.get("@age")
    return {**facts, "age_band": age_band(age)} if isinstance(age, int) else dict(facts)


def age_band(age: int) -> str:
    """The band that whole years fall into, as the questions of the pre-check name it."""
    return next((band for below, band in AGE_BANDS if age < below), OLDEST_BAND)


def _beside(
    benefit: Benefit,
    facts: Mapping[str, Any],
    amount: int | None,
    amount_of: AmountOf,
    against: list[Ground],
    to_check: list[Ground],
) -> tuple[Choosing, ...]:
    """What follows from what the person draws already: the matrix of rules.md 3.2."""
    choosing: list[Choosing] = []
    is_open = False
    for overlap in benefit.overlaps:
        draws = Condition(field="receives", contains=overlap.receives).holds(facts)
        is_open |= draws is None
        if not draws:
            continue
        said = Ground(overlap.why, source=overlap.source, is_verified=overlap.status == "verified")
        if overlap.then == "no":
            against.append(said)
        elif overlap.then == "we_check":
            to_check.append(said)
        else:
            other = amount_of(overlap.other_amount) if overlap.other_amount else None
            choosing.append(Choosing(overlap, amount, other))
    if is_open:
        to_check.append(_local(WHAT_ELSE, benefit))
    return tuple(choosing)


def _kind(against: Sequence[Ground], to_check: Sequence[Ground], choosing: Sequence[Choosing]) -> VerdictKind:
    if against:
        return "no"
    if to_check:
        return "we_check"
    return "choose_one" if choosing else "yes"


def _no(rule: EligibilityRule) -> Ground:
    return Ground(rule.otherwise, rule.cite, service=rule.service)


def _local(words: Text, benefit: Benefit) -> Ground:
    return Ground(words, source=benefit.cite, is_verified=benefit.status == "verified")
