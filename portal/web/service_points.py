"""Where to go: the directory of service points in words, and the switch of the place that one looks from."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types.normalise import groups
from portal.catalogue.model import Place, ServicePoint
from portal.rules.places import find_places
from portal.rules.search import normal
from portal.web.access import public
from portal.web.chosen_place import (
    choosable,
    chosen_place,
    find_choosable,
    keep_place,
    lies_in,
    name_of_place,
)
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question
from portal.web.rendering import render

MOBILE = (3, 4, 4)

FACILITIES = {
    "ramp": _l("门口有坡道"),
    "lift": _l("有电梯"),
    "toilet": _l("有无障碍卫生间"),
    "sign_language": _l("有会手语的工作人员"),
    "low_counter": _l("有低位柜台"),
    "braille": _l("有盲文材料"),
    "parking": _l("有无障碍停车位"),
    "writing_pad": _l("有写字板，可以笔谈"),
}


@dataclass(frozen=True)
class CountyPoints:
    """The service points of one county, or of the city itself."""

    place: Place
    points: list[ServicePoint]


@public
def service_points() -> tuple[str, int]:
    counties = [place for place in choosable() if place.level == "county"]
    wanted = request.args.get("county", "")
    county = next((place for place in counties if place.code == wanted), None)
    shown = [county] if county else counties
    return render(
        "public/service_points.html",
        counties=counties,
        county=county,
        groups=[group for place in [*shown, *_cities()] if (group := _points_of(place)).points],
        facilities=FACILITIES,
    )


def _cities() -> list[Place]:
    return [place for place in parts().region.places if place.level == "city"]


def _points_of(place: Place) -> CountyPoints:
    """A county's points with those of its townships; a city's own points only."""
    found = [
        point
        for point in parts().region.service_points
        if (point.place == place.code if place.level == "city" else lies_in(point.place, place.code))
    ]
    return CountyPoints(place, found)


class RegionForm(PlainForm):
    place = Question(_l("选县或者乡镇"), "choice", hint=_l("选好以后，网站告诉您就近的窗口。"))


@public
def region_switch() -> tuple[str, int] | Response:
    """Choose a county or township; a search by name shortens the list."""
    typed = normal(request.args.get("q", ""))
    form = RegionForm(request.form if request.method == "POST" else None, place=chosen_place())
    form.place.offer([(place.code, name_of_place(place.code)) for place in _offered(typed)])
    if request.method == "POST" and form.validate():
        return keep_place(redirect("/region?saved=1", 303), form.place.data)
    return render(
        "public/region.html",
        form.status,
        form=form,
        typed=typed,
        was_found=bool(find_places(parts().region, typed)) if typed else None,
        is_saved=request.method == "GET" and request.args.get("saved") == "1",
    )


def _offered(typed: str) -> list[Place]:
    """What fits what was typed; else the counties and the townships around the chosen place."""
    if request.method == "POST":
        return choosable()
    if typed and (found := find_places(parts().region, typed)):
        return found
    chosen = find_choosable(chosen_place())
    county = chosen.parent if chosen and chosen.level == "township" else chosen_place()
    return [place for place in choosable() if place.level == "county" or place.parent == county]


def phone_groups(number: str) -> list[str]:
    """A telephone number for the eye: mobile numbers 3-4-4, short lines whole."""
    return groups(number, MOBILE) if len(number) == sum(MOBILE) else [number]


def register(app: Flask) -> None:
    app.jinja_env.globals["phone_groups"] = phone_groups
    app.add_url_rule("/service-points", "public.service_points", view_func=service_points)
    app.add_url_rule("/region", "public.region", view_func=region_switch, methods=["GET", "POST"])
