"""What everyone may read: home, statements, the map of the site. Other public pages register here too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from flask import Flask, Response
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import labels
from portal.catalogue.model import Service, UnitKind
from portal.usecases.barrier_figures import count_answers, published_steps
from portal.usecases.benefit_effects import month_text
from portal.usecases.contact_units import ContactUnit, list_contact_units
from portal.web import (
    eligibility,
    objections,
    precheck,
    public_notices,
    service_lists,
    service_points,
    services,
    settings_pages,
    visitor_messages,
)
from portal.web.access import public
from portal.web.chosen_place import chosen_place
from portal.web.kept_pages import kept
from portal.web.parts import parts, reading
from portal.web.preferences import language, preferences
from portal.web.rendering import render
from portal.web.services import get_definition, services_by_category

ICONS = {
    "certificate": "card",
    "subsidy": "money",
    "retrofit": "home",
    "care": "wheelchair",
    "school": "school",
    "work": "work",
    "travel": "travel",
    "voice": "talk",
    "bundle": "window",
}
"""The drawing beside each category of services."""

STATEMENT_ON = date(2026, 11, 22)
"""When the accessibility statement was last looked through; change it with the statement."""

STATIC_ADDRESSES = (
    "/",
    "/services",
    "/check",
    "/service-points",
    "/lists",
    "/directories/units",
    "/directories/policies",
    "/questions",
    "/accessibility",
    "/accessibility/report",
    "/privacy",
    "/sitemap",
)
"""What search engines may list, beside the services themselves."""

ROOMS = (
    services,
    service_lists,
    eligibility,
    precheck,
    service_points,
    settings_pages,
    visitor_messages,
    public_notices,
    objections,
)
"""The other rooms of this front."""

NOT_LISTED = (
    "/account",
    "/apply",
    "/desk",
    "/manage",
    "/office",
    "/public-notices",
    "/sign-in",
    "/staff",
    "/status",
    "/verify",
)
"""What belongs to a person or to the staff."""


@public
@kept
def home() -> tuple[str, int]:
    grouped = services_by_category()
    if preferences().is_elder:
        return render("public/home_elder.html")
    subjects = [
        {
            "icon": ICONS[category],
            "text": labels.label(labels.CATEGORIES, category, language()),
            "href": f"/services#{category}",
            "hint": _what_is_there(found),
        }
        for category, found in grouped.items()
    ]
    return render(
        "public/home.html", subjects=subjects, service_count=sum(len(found) for found in grouped.values())
    )


def _what_is_there(services: list[Service]) -> str:
    """Of a category: its services by name; in easy-read how many; a row of names is no list."""
    if language() == "easy":
        return ngettext("有%(num)s件事", "有%(num)s件事", len(services))
    return _("、").join(service.name.say(language()) for service in services)


@public
def privacy() -> tuple[str, int]:
    return render("public/privacy.html", contacts=_whom_to_tell())


@public
@kept
def accessibility() -> tuple[str, int]:
    with reading() as db:
        figures = count_answers(
            db, published_steps([get_definition(code) for code in parts().region.services])
        )
    return render(
        "public/accessibility.html",
        looked_through_on=STATEMENT_ON,
        contacts=_whom_to_tell(),
        figures=figures,
        months=[
            (month_text(one.month, language()), one.answered, one.in_time)
            for one in figures.months
            if one.answered
        ],
    )


def _whom_to_tell() -> list[ContactUnit]:
    """The unit that runs the site: the federation of the city."""
    with reading() as db:
        found = list_contact_units(db, parts().region, [UnitKind.CITY_FEDERATION], chosen_place())
    return list(found.values())


@public
def sitemap() -> tuple[str, int]:
    return render("public/sitemap.html", grouped=services_by_category())


@public
def sitemap_xml() -> Response:
    base = parts().settings.base_url.rstrip("/")
    rows = "".join(f"<url><loc>{escape(base + address)}</loc></url>" for address in _addresses())
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    )
    return Response(body, mimetype="application/xml")


def _addresses() -> Sequence[str]:
    services = [service for found in services_by_category().values() for service in found]
    guides = [f"/services/{service.code}" for service in services]
    checks = [f"/services/{service.code}/check" for service in services if service.precheck]
    return [*STATIC_ADDRESSES, *guides, *checks]


@public
def robots() -> Response:
    """An example site is not for search engines; a real one shows all but the pages of people and staff."""
    base = parts().settings.base_url.rstrip("/")
    closed = ("/",) if parts().region.is_example else NOT_LISTED
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in closed), f"Sitemap: {base}/sitemap.xml"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def register(app: Flask) -> None:
    """Add this front's addresses."""
    app.add_url_rule("/", "public.home", home)
    app.add_url_rule("/privacy", "public.privacy", privacy)
    app.add_url_rule("/accessibility", "public.accessibility", accessibility)
    app.add_url_rule("/sitemap", "public.sitemap", sitemap)
    app.add_url_rule("/sitemap.xml", "public.sitemap_xml", sitemap_xml)
    app.add_url_rule("/robots.txt", "public.robots", robots)
    for room in ROOMS:
        room.register(app)
