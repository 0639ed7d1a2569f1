"""What can be done here: the list with its search, and each service's guide, made from its definition."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, current_app, request
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import labels
from portal.catalogue.element_words import UNIT_KINDS
from portal.catalogue.elements import NOT_ASKED, total_clock
from portal.catalogue.evidence_pages import UPLOAD_LABEL
from portal.catalogue.model import Citation, Clock, Definition, Service, Step, UnitKind
from portal.rules.errors import NotFound
from portal.rules.search import SearchIndex, build_index, normal
from portal.usecases.contact_units import ContactUnit, list_contact_units
from portal.web.access import public
from portal.web.benefit_words import amounts_of, benefit_of, numbers_of
from portal.web.chosen_place import chosen_place
from portal.web.kept_pages import kept
from portal.web.parts import parts, reading
from portal.web.rendering import render, say

INDEX = "portal.search"
"""Where the app keeps the search index."""

UNIT_WORDS = {kind: LazyString(say, words) for kind, words in UNIT_KINDS.items()}
"""What a kind of unit is called."""

PART_TITLES = {
    "who": _l("谁可以办？"),
    "get": _l("能得到什么？"),
    "need": _l("要准备什么？"),
    "time": _l("要多长时间？"),
    "cost": _l("要花多少钱？"),
    "after": _l("交了以后会怎样？"),
    "faq": _l("常见问题"),
}

BUNDLE_TITLES = {**PART_TITLES, "time": _l("先办哪一件？"), "after": _l("接着会怎样？")}
"""What the parts of a bundle's guide answer: nothing is handed in there."""


def open_services() -> list[Service]:
    """The services that this region gives, in the region's order."""
    catalogue, region = parts().catalogue, parts().region
    return [catalogue.definition(code, region.code).service for code in region.services]


def services_by_category() -> dict[str, list[Service]]:
    """The open services under their categories; a category without any is not named."""
    grouped = {
        category: [service for service in open_services() if service.category == category]
        for category in labels.CATEGORIES
    }
    return {category: found for category, found in grouped.items() if found}


def get_definition(code: str) -> Definition:
    """The service as this region gives it. Raises NotFound."""
    definition = parts().catalogue.find_definition(code, parts().region.code)
    if definition is None:
        raise NotFound("service")
    return definition


def get_applied_for(code: str) -> Definition:
    """The service, where it is applied for by itself: a bundle only leads to others. Raises NotFound."""
    definition = get_definition(code)
    if definition.service.bundle:
        raise NotFound("service")
    return definition


def rests_on_unverified(citations: Iterable[Citation | None]) -> bool:
    """Whether nobody has compared one of these with the original: the page says once what the mark means."""
    return any(one is not None and one.status != "verified" for one in citations)


def name_of_service(code: str) -> str:
    """What a service of this region is called."""
    return say(parts().catalogue.definition(code, parts().region.code).service.name)


def apply_href(code: str) -> str:
    """Where an application for a service begins."""
    return f"/apply/{code}"


MOST_FOUND = 30
"""Services shown of those found: whoever finds more writes another word."""


@public
def services() -> tuple[str, int]:
    typed = normal(request.args.get("q", ""))
    index = current_app.extensions[INDEX]
    assert isinstance(index, SearchIndex)
    codes = index.find(typed)
    return render(
        "public/services.html",
        typed=typed,
        found_count=len(codes),
        found=[get_definition(code).service for code in codes[:MOST_FOUND]],
        grouped={} if typed else services_by_category(),
        is_for_other=request.args.get("for") == "other",
    )


@public
@kept
def guide(code: str) -> tuple[str, int]:
    definition = get_definition(code)
    service = definition.service
    if service.bundle:
        return _bundle_page(service)
    with reading() as db:
        units = list_contact_units(db, parts().region, [step.unit for step in service.steps], chosen_place())
    contacts = [unit for kind, unit in units.items() if kind not in NOT_ASKED]
    amounts, numbers = amounts_of(service), numbers_of(service)
    return render(
        "public/guide.html",
        service=service,
        guide={part.kind: part.statements for part in service.guide},
        titles=PART_TITLES,
        upload_label=UPLOAD_LABEL,
        rows=[_step_row(step, units) for step in service.steps],
        total=total_words(definition),
        basis={key: number for number, key in enumerate(service.citations, 1)},
        contacts=contacts,
        apply_href=apply_href(code),
        benefit=benefit_of(service),
        amounts=amounts,
        numbers=numbers,
        has_unverified=rests_on_unverified(service.citations.values())
        or not all(one.is_verified for one in amounts)
        or not all(one.is_verified for one in numbers),
    )


def _bundle_page(service: Service) -> tuple[str, int]:
    """一件事: its guide, and in place of an application the services that this region gives of it."""
    return render(
        "public/bundle.html",
        service=service,
        leads_to=[one for one in open_services() if one.code in service.bundle],
        guide={part.kind: part.statements for part in service.guide},
        titles=BUNDLE_TITLES,
        basis={key: number for number, key in enumerate(service.citations, 1)},
        has_unverified=rests_on_unverified(service.citations.values()),
    )


def _step_row(step: Step, units: dict[UnitKind, ContactUnit]) -> list[str]:
    """Where the time of an application goes: step, who, how long at most, whether it counts in the total."""
    # An answer chooses the hospital: naming the one nearby would send some to a wrong one.
    unit = units.get(step.unit) if step.unit_from is None else None
    return [
        say(step.name),
        say(unit.name) if unit else str(UNIT_WORDS[step.unit]),
        _("和前一步一起算") if step.clock.shares_with else clock_words(step.clock),
        _counted_words(step),
    ]


def _counted_words(step: Step) -> str:
    if not step.clock.counts:
        return _("不算在总时间里")
    return _("有的人才要") if step.when is not None else _("算在总时间里")


def clock_words(clock: Clock) -> str:
    if clock.unit == "working":
        return str(ngettext("%(num)s个工作日", "%(num)s个工作日", clock.days))
    return str(ngettext("%(num)s天", "%(num)s天", clock.days))


def total_words(definition: Definition) -> str | None:
    """The counted time in words; None where it cannot be added up."""
    total = total_clock(definition)
    return clock_words(total) if total else None


def register(app: Flask) -> None:
    app.jinja_env.globals["name_of_service"] = name_of_service
    given = app.extensions["portal"]
    region = given.catalogue.regions[given.settings.region]
    app.extensions[INDEX] = build_index(
        given.catalogue.definition(code, region.code).service for code in region.services
    )
    app.add_url_rule("/services", "public.services", services)
    app.add_url_rule("/services/<code>", "public.guide", guide)
