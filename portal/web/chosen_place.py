"""The county or township that a visitor looks from: kept in a cookie, so that the right counter is named."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from portal.catalogue.model import Place, Region
from portal.catalogue.remembering import remembered
from portal.catalogue.texts import Language
from portal.rules.places import ancestors, full_name
from portal.web.parts import parts
from portal.web.preferences import YEAR_SECONDS, language

COOKIE = "place"
LEVELS = ("county", "township")
"""What may be chosen; a village is served by its township."""


def chosen_place() -> str:
    """The code that was chosen and still exists; else the region's own starting place."""
    found = g.get("chosen_place")
    if found is None:
        cookies = request.cookies
        wanted = find_choosable(cookies[COOKIE]) if COOKIE in cookies else None
        found = g.chosen_place = wanted.code if wanted else parts().region.default_place
    return str(found)


def find_choosable(code: str) -> Place | None:
    """The county or township with this code."""
    places = parts().region.places
    return next((place for place in places if place.code == code and place.level in LEVELS), None)


def choosable() -> list[Place]:
    """Every county and township of the region, each county before its townships."""
    region = parts().region
    return sorted((place for place in region.places if place.level in LEVELS), key=lambda place: place.code)


def name_of_place(code: str) -> str:
    return _full_name(parts().region, code, language())


@remembered
def _full_name(region: Region, code: str, language: Language) -> str:
    """Of a code that the region itself wrote."""
    return full_name(region, code, language)


def lies_in(code: str, around: str) -> bool:
    """Whether a place is ``around`` or lies in it."""
    return any(place.code == around for place in ancestors(parts().region, code))


def keep_place(response: Response, code: str) -> Response:
    """Remember the choice for a year."""
    response.set_cookie(
        COOKIE, code, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=parts().settings.is_https
    )
    return response
