"""Public notices: as anyone reads them while they are up, as the applicant and the office do around that.

No search engine lists them and no browser keeps them: when the term is over they are gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import Flask, make_response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.model import Place
from portal.rules.errors import NotFound
from portal.rules.public_notices import NoticeWords, is_spared
from portal.usecases.objections import list_notice_records
from portal.usecases.progress import Progress
from portal.usecases.public_notices import (
    Posted,
    find_posted_notice,
    get_posting_unit,
    get_public_notice,
    is_taken_down,
    list_public_notices,
    preview_public_notice,
)
from portal.usecases.review import Review
from portal.usecases.takedowns import REASONS
from portal.web.access import actor, public
from portal.web.going import Going
from portal.web.office_waivers import waivers_of
from portal.web.parts import parts, reading
from portal.web.rendering import render, say

BASE = "/public-notices"


@dataclass(frozen=True)
class TownNotices:
    """What is posted of one town; ``name`` is empty for what is posted of the county itself."""

    name: str
    notices: tuple[Posted, ...]


@dataclass(frozen=True)
class CountyNotices:
    code: str
    name: str
    towns: tuple[TownNotices, ...]


@dataclass(frozen=True)
class NoticeAhead:
    """What an applicant is told before handing in: the words that will be posted, or that none will be."""

    words: NoticeWords | None


@public
def posted_list() -> Response:
    counties = [place for place in parts().region.places if place.level == "county"]
    wanted = request.args.get("county", "")
    county = next((place for place in counties if place.code == wanted), None)
    with reading() as db:
        page = list_public_notices(
            db, parts().region, county.code if county else None, request.args.get("after")
        )
    query = {"county": county.code} if county else {}
    return unlisted(
        render(
            "public/public_notices.html",
            counties=counties,
            county=county,
            groups=grouped_by_place(page.notices),
            next_href=f"{BASE}?{urlencode({**query, 'after': page.after})}" if page.after else None,
        )
    )


@public
def posted_one(slug: str) -> Response:
    try:
        with reading() as db:
            posted, unit = get_public_notice(db, slug), get_posting_unit(db, slug)
    except NotFound:
        return gone(slug)
    return unlisted(render("public/public_notice.html", posted=posted, unit=unit))


def gone(slug: str) -> Response:
    """404, the same for a notice whose term is over and for one that never was; 410 for one that had to come
    down before its time. Neither says anything of the notice."""
    with reading() as db:
        status = 410 if is_taken_down(db, slug) else 404
    return unlisted(render("public/public_notice_gone.html", status, is_taken_down=status == 410))


def unlisted(page: tuple[str, int]) -> Response:
    """A page that no search engine lists and no browser keeps."""
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response


def grouped_by_place(notices: Iterable[Posted]) -> list[CountyNotices]:
    """By county and town, in the order in which they come."""
    places = {place.code: place for place in parts().region.places}

    def towns(found: Iterable[Posted]) -> tuple[TownNotices, ...]:
        return tuple(
            TownNotices("" if code == notices_of[0].county else _name(places, code), notices_of)
            for code, some in groupby(found, key=lambda one: one.place)
            if (notices_of := tuple(some))
        )

    return [
        CountyNotices(code, _name(places, code), towns(some))
        for code, some in groupby(notices, key=lambda one: one.county)
    ]


def notice_ahead(db: Session, going: Going) -> NoticeAhead | None:
    """What will be posted of an application under way; None where its service posts nothing."""
    facts = going.journey.facts
    name = facts.get(going.definition.service.subject_name_field)
    words = preview_public_notice(db, going.definition, parts().region, facts, name)
    return NoticeAhead(words) if words or is_spared(going.definition, facts) else None


def posted_of(found: Progress) -> Posted | None:
    """The notice of somebody's application, while it is up."""
    with reading() as db:
        return find_posted_notice(db, found.application)


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """The notices of an application and what was said against them, as far as this officer reads them."""
    records = list_notice_records(db, actor(), review.application)
    return {"notice_records": records, "takedown_reasons": REASONS, **waivers_of(db, review, records)}


def _name(places: dict[str, Place], code: str) -> str:
    return say(places[code].name) if code in places else code


def register(app: Flask) -> None:
    app.add_url_rule(BASE, "public.public_notices", posted_list)
    app.add_url_rule(f"{BASE}/<slug>", "public.public_notice", posted_one)
