"""What a service gives in this region, to whom and how much: read from the region and its dated amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.catalogue.field_types import FEN
from portal.catalogue.model import Benefit, Parameter, Service
from portal.usecases.amounts import find_parameters
from portal.usecases.benefit_effects import amount_by_language
from portal.web.amount_words import name_of, value_in_words
from portal.web.parts import parts, reading
from portal.web.preferences import language
from portal.web.rendering import say


@dataclass(frozen=True)
class GroupAmount:
    """One group of people and what it gets today, with where that stands."""

    name: str
    amount: str | None
    """In words; None where it is decided for each person."""
    source: str
    is_verified: bool


def benefit_of(service: Service) -> Benefit | None:
    """What the service gives in this region, where the region says to whom."""
    return next((one for one in parts().region.benefits if one.service == service.code), None)


def amounts_of(service: Service) -> list[GroupAmount]:
    """Who gets how much today, in the order in which the groups are asked."""
    benefit = benefit_of(service)
    if benefit is None:
        return []
    found = amounts_today([benefit])
    return [
        GroupAmount(say(group.name), amount_words(benefit, one), one.source, one.status == "verified")
        if (one := found.get(group.amount or ""))
        else GroupAmount(say(group.name), None, benefit.cite, benefit.status == "verified")
        for group in benefit.groups
    ]


@dataclass(frozen=True)
class NumberTold:
    """A number of the region that belongs to a service: what it is called, how much, and where it stands."""

    name: str
    value: str
    source: str
    is_verified: bool


def numbers_of(service: Service) -> list[NumberTold]:
    """What the region says in numbers about the service today, in the order in which it names them."""
    if not service.numbers:
        return []
    with reading() as db:
        found = find_parameters(db, parts().region, service.numbers)
    return [
        NumberTold(name_of(one), value_in_words(one, one.value), one.source, one.status == "verified")
        for name in service.numbers
        if (one := found.get(name)) is not None
    ]


def amounts_today(benefits: Iterable[Benefit]) -> Mapping[str, Parameter]:
    """Every amount that the groups of these benefits, and what is compared with them, name: one query."""
    names = {
        name
        for benefit in benefits
        for name in (*(one.amount for one in benefit.groups), *(one.other_amount for one in benefit.overlaps))
        if name
    }
    if not names:
        return {}
    with reading() as db:
        return find_parameters(db, parts().region, sorted(names))


def amount_words(benefit: Benefit, amount: Parameter | int) -> str:
    """An amount in yuan with its period: 每月100元."""
    whole = amount if isinstance(amount, int) else int(amount.value)
    return amount_by_language(whole * FEN, benefit.period)[language()]
