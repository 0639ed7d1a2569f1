"""The lists of what a region gives: the catalogue, the elements of each service, units and rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask import Flask

from portal import clock
from portal.catalogue.element_words import ONCE_PER
from portal.catalogue.elements import deciding_units, elements_of
from portal.catalogue.model import Citation, Service, Unit, UnitKind
from portal.web.access import public
from portal.web.kept_pages import kept
from portal.web.parts import parts
from portal.web.preferences import language
from portal.web.rendering import render, say
from portal.web.services import (
    UNIT_WORDS,
    get_definition,
    open_services,
    rests_on_unverified,
    services_by_category,
    total_words,
)


@dataclass(frozen=True)
class ListRow:
    """A service in the catalogue of the region; what a bundle does not have is empty."""

    service: Service
    decided_by: tuple[str, ...]
    time: str
    once: str


@dataclass
class Policy:
    """One rule, and the services that rest on it."""

    citation: Citation
    services: list[Service] = field(default_factory=list)


@public
@kept
def lists() -> tuple[str, int]:
    return render(
        "public/lists.html",
        grouped={
            category: [_row(service) for service in found]
            for category, found in services_by_category().items()
        },
    )


def _row(service: Service) -> ListRow:
    definition = get_definition(service.code)
    return ListRow(
        service,
        tuple(str(UNIT_WORDS[kind]) for kind in deciding_units(definition)),
        total_words(definition) or "",
        say(ONCE_PER[service.once_per]) if service.steps else "",
    )


@public
@kept
def elements(code: str) -> tuple[str, int]:
    definition = get_definition(code)
    found = elements_of(definition, parts().region, language())
    return render(
        "public/elements.html",
        service=definition.service,
        elements=found,
        has_unverified=rests_on_unverified(line.basis for one in found for line in one.lines),
    )


@public
@kept
def units() -> tuple[str, int]:
    return render("public/units.html", grouped=_units_by_kind(), words=UNIT_WORDS)


def _units_by_kind() -> dict[UnitKind, list[Unit]]:
    """Whom residents may turn to; who only builds is sent by others."""
    shown = [one for one in parts().region.units if not one.is_closed and one.kind != UnitKind.CONTRACTOR]
    grouped = {kind: [one for one in shown if one.kind == kind] for kind in UnitKind}
    return {kind: found for kind, found in grouped.items() if found}


@public
@kept
def policies() -> tuple[str, int]:
    today = clock.today()
    found = _policies()
    return render(
        "public/policies.html",
        current=[one for one in found if not _is_over(one.citation, today)],
        superseded=[one for one in found if _is_over(one.citation, today)],
        has_unverified=rests_on_unverified(one.citation for one in found),
    )


def _policies() -> list[Policy]:
    """Every rule that a service of this region rests on, once, with the services in the region's order."""
    found: dict[tuple[str, str], Policy] = {}
    for service in open_services():
        for citation in service.citations.values():
            policy = found.setdefault((citation.title, citation.article), Policy(citation))
            if service not in policy.services:
                policy.services.append(service)
    return sorted(found.values(), key=lambda one: one.citation.title)


def _is_over(citation: Citation, today: date) -> bool:
    return citation.ended_on is not None and citation.ended_on <= today


def register(app: Flask) -> None:
    app.add_url_rule("/lists", "public.lists", lists)
    app.add_url_rule("/services/<code>/elements", "public.elements", elements)
    app.add_url_rule("/directories/units", "public.units", units)
    app.add_url_rule("/directories/policies", "public.policies", policies)
