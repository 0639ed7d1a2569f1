"""户口迁走了: the unit that answers for a card writes down that its holder's registration has moved away,
or takes that back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.catalogue.field_types import FieldOptions
from portal.i18n import moment_text
from portal.rules.certificates import number_groups
from portal.rules.errors import Conflict
from portal.usecases.moved_cards import (
    DECIDING,
    MovedCard,
    get_movable,
    list_movable,
    record_move,
    take_back_move,
)
from portal.usecases.review import Review
from portal.web import review_words
from portal.web.access import Mark, actor, staff
from portal.web.certificate_words import days_of_move
from portal.web.office_door import at_application, open_review
from portal.web.parts import parts
from portal.web.plain_form import PlainForm, Question, sent
from portal.web.preferences import language
from portal.web.rendering import render

OFFICE: Final = "/office"
Page: TypeAlias = tuple[str, int] | Response

SOURCE_WORDS: Final = {
    "register": _l("户口登记系统"),
    "document": _l("看了户口本或者别的证明"),
    "word": _l("本人或者家人说的"),
}
TOLD_WORDS: Final = {
    "": _l("告诉了持证人最晚哪天申请迁证"),
    "frozen": _l("告诉了持证人证已经冻结"),
    "warned": _l("又提醒了一次"),
}


class MoveForm(PlainForm):
    moved_on = Question(
        _l("户口哪一天迁走的？"),
        "date",
        hint=_l("例如2026年10月8日。"),
        options=FieldOptions(not_future=True),
    )
    source = Question(_l("从哪里知道的？"), "choice", choices=list(SOURCE_WORDS.items()))


@dataclass(frozen=True)
class MoveLines:
    """A card with what is on record of a move: facts, what its holder was told and when."""

    number: str
    href: str | None
    """Where it is written down or taken back; None for who may not."""
    facts: list[tuple[str, str]]
    told: list[tuple[str, str]]


def page_parts(db: Session, review: Review) -> dict[str, Any]:
    """The cards of the person that the officer's unit answers for; of somebody proven only."""
    if review.earlier is None or not review.earlier.is_known:
        return {"moved_cards": []}
    rows = [one.row for one in review.earlier.certificates]
    found = list_movable(db, actor(), rows)
    return {"moved_cards": [_lines(one) for one in found]}


def add_to(page: Blueprint, base: str, _mark: Mark) -> None:
    """The addresses in the office alone: no post of the counter answers for a card."""
    if base != OFFICE:
        return
    mark = staff(*DECIDING)

    @page.route("/applications/<reference>/moved/<int:certificate_id>", methods=["GET", "POST"])
    @mark
    def moved(reference: str, certificate_id: int) -> Page:
        return show_moved(base, reference, certificate_id)

    @page.post("/applications/<reference>/moved/<int:certificate_id>/take-back")
    @mark
    def take_back_moved(reference: str, certificate_id: int) -> Page:
        with at_application(reference) as db:
            take_back_move(db, actor(), reference, certificate_id)
        return redirect(f"{base}/applications/{quote(reference)}#earlier", 303)


def show_moved(base: str, reference: str, certificate_id: int) -> Page:
    """Since when and on what it is known; of what is on record, that it can be taken back."""
    address = f"{base}/applications/{quote(reference)}"
    form = MoveForm(sent())
    with at_application(reference) as db:
        card = get_movable(db, actor(), reference, certificate_id)
        lines, issued_on = _lines(card), card.row.issued_on
    if issued_on is not None:
        form.moved_on.options = replace(form.moved_on.options, earliest=issued_on.isoformat())
    if request.method == "POST" and form.validate():
        try:
            with at_application(reference) as db:
                record_move(
                    db,
                    actor(),
                    reference,
                    certificate_id,
                    parts().region,
                    moved_on=date.fromisoformat(form.moved_on.data),
                    source=form.source.data,
                )
            return redirect(f"{address}#earlier", 303)
        except Conflict as conflict:
            return render("errors/conflict.html", 409, error=conflict, kept=[])
    return render(
        "office/moved.html",
        form.status,
        form=form,
        address=address,
        title=review_words.title_of(open_review(reference)),
        lines=lines,
    )


def _lines(card: MovedCard) -> MoveLines:
    row = card.row
    facts = days_of_move(row)
    if facts:
        facts.insert(1, (_("从哪里知道的"), str(SOURCE_WORDS[str(row.moved_source)])))
    return MoveLines(
        number=" ".join(number_groups(row.number)),
        href=f"moved/{row.id}" if card.may_change else None,
        facts=facts,
        told=[
            (moment_text(one.created_at, language()), str(TOLD_WORDS[one.facts["event"]]))
            for one in card.told
        ],
    )
