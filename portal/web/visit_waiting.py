"""我的来访者里等本人补材料的: what the counter typed for people and now waits for them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request
from flask_babel import gettext as _

from portal.catalogue.model import Role
from portal.rules.references import grouped
from portal.usecases.waiting_visitors import WaitingVisitor, list_waiting_visitors
from portal.web.access import actor, desk
from portal.web.parts import reading
from portal.web.rendering import render, say
from portal.web.visit_words import needs_lines

ADDRESS = "/desk/visits/waiting"


@dataclass(frozen=True)
class WaitingLine:
    """One row of the list."""

    name: str
    service: str
    reference: str
    until: object
    reasons: list[str]
    reach: list[tuple[str, str]]


@desk
def waiting() -> tuple[str, int]:
    """By clerk, or for the whole counter; the most urgent first."""
    of_unit = request.args.get("of") == "unit"
    after = request.args.get("after", "")
    with reading() as db:
        page = list_waiting_visitors(db, actor(), of_unit=of_unit, after=after)
        lines = [_line(one) for one in page.rows]
    query = "?of=unit&" if of_unit else "?"
    return render(
        "desk/visits_waiting.html",
        lines=lines,
        of_unit=of_unit,
        has_unit=actor().role is not Role.LIAISON,
        is_first=not after,
        first_href=f"{ADDRESS}?of=unit" if of_unit else ADDRESS,
        next_href=f"{ADDRESS}{query}after={page.after}" if page.after else None,
    )


def _line(one: WaitingVisitor) -> WaitingLine:
    return WaitingLine(
        name=one.application.subject_name or "",
        service=say(one.definition.service.name),
        reference=grouped(one.application.reference),
        until=one.until_on,
        reasons=_reasons(one),
        reach=needs_lines(one.needs, reach=True),
    )


def _reasons(one: WaitingVisitor) -> list[str]:
    """What is to be mended, in the words that the applicant was told; else whose turn it is."""
    if one.correction is None:
        step = one.definition.step(one.entry.step)
        return [_("等本人做：%(step)s", step=say(step.name))] if step is not None else []
    words = {reason.code: reason for reason in one.definition.reasons}
    lines = []
    for point in one.correction.points:
        reason = words.get(point.reason)
        said = say(reason.label) if reason is not None else ""
        lines.append(_("%(reason)s：%(words)s", reason=said, words=point.words) if said else point.words)
    return lines


def register(app: Flask) -> None:
    app.add_url_rule(ADDRESS, "visits.waiting", waiting)
