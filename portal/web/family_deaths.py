"""The family says that somebody has died: silence at once, and what there is to do in one place."""

from __future__ import annotations

from datetime import date

from flask import Flask, redirect, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal.catalogue.field_types import FieldOptions
from portal.catalogue.model import Service
from portal.usecases.access_needs import get_person_acted_for
from portal.usecases.deaths import is_known_as_dead, report_death_in_family
from portal.usecases.represented import get_represented
from portal.web.access import actor, applicant
from portal.web.acting_for import PEOPLE, banner_for
from portal.web.parts import parts, reading, transaction
from portal.web.people import name_of
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.rendering import render, say

AFTER_A_DEATH = "yj-02"
"""The bundle of what has to be done then (身后一件事)."""


class FamilyDeathForm(PlainForm):
    died_on = Question(
        _l("哪一天去世的？"),
        "date",
        is_required=False,
        options=FieldOptions(not_future=True),
    )
    words = Question(_l("有什么要告诉我们的？"), "longtext", is_required=False, max_length=500)
    has_died = Question(_l("这个人已经去世"), "confirm")


@applicant
def death(representation_id: int) -> Response | tuple[str, int]:
    base = f"/account/people/{representation_id}/death"
    form = FamilyDeathForm(sent())
    with reading() as db:
        is_known = is_known_as_dead(db, actor(), representation_id)
        one = get_represented(db, actor(), representation_id)
        if not is_known:
            get_person_acted_for(db, actor(), representation_id)
    if request.method == "POST" and (is_known or form.validate()):
        if not is_known:
            died_on = date.fromisoformat(form.died_on.data) if form.died_on.data else None
            with transaction() as db:
                report_death_in_family(
                    db, actor(), representation_id, died_on=died_on, words=form.words.data or ""
                )
        return redirect(base, 303)
    return render(
        "account/death.html",
        form.status,
        form=form,
        base=base,
        is_known=is_known,
        name=name_of(one),
        acting_for=None if is_known else banner_for(one),
        href=f"{PEOPLE}/{representation_id}",
        to_do=[(say(one.name), f"/apply/{one.code}") for one in _to_do()],
    )


def _to_do() -> list[Service]:
    """What the region offers of it."""
    services = parts().catalogue.services
    bundle = services[AFTER_A_DEATH].bundle if AFTER_A_DEATH in services else ()
    return [services[code] for code in bundle if code in parts().region.services]


def register(app: Flask) -> None:
    """Add this page's address."""
    app.add_url_rule(
        "/account/people/<int:representation_id>/death", "account.death", death, methods=["GET", "POST"]
    )
