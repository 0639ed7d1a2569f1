"""Files side by side, as large and as turned as wanted, for this look only; what was recorded beside them.

Everything is a form that is asked by GET, so that it works without script and stands in the address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.rules.errors import NotFound
from portal.rules.references import grouped
from portal.usecases.documents import get_document
from portal.usecases.review import Review
from portal.web.access import Mark, actor
from portal.web.document_question import ShownDocument
from portal.web.office_documents import files_of
from portal.web.office_door import at_application, open_review
from portal.web.parts import reading
from portal.web.proof_words import look_facts
from portal.web.rendering import render

SIZES: Final = {
    "fit": _l("和栏一样宽"),
    "150": _l("放大到1.5倍"),
    "200": _l("放大到2倍"),
    "400": _l("放大到4倍"),
}
TURNS: Final = {"0": _l("不转"), "90": _l("向右转90度"), "180": _l("转180度"), "270": _l("向左转90度")}


@dataclass(frozen=True)
class Pick:
    """One choice of the form above the files."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    value: str


@dataclass(frozen=True)
class ShownSide:
    """One of the files, as it is to be looked at."""

    document: ShownDocument
    size: str
    turn: int
    recorded: list[tuple[str, str]]
    """What somebody wrote down of the original that it proves."""

    @property
    def pictures(self) -> tuple[tuple[int, int], ...]:
        """Width and height of each page as it is turned now."""
        is_on_its_side = self.turn in (90, 270)
        return tuple(
            (high, wide) if is_on_its_side else (wide, high) for wide, high in self.document.pictures
        )


def add_to(page: Blueprint, base: str, mark: Mark) -> None:
    """The addresses below ``base``."""

    @page.get("/applications/<reference>/compare")
    @mark
    def compare(reference: str) -> tuple[str, int]:
        return show(base, reference)


def show(base: str, reference: str) -> tuple[str, int]:
    """One file, or two beside each other. Raises NotFound for a file that is not one of the application's."""
    review = open_review(reference)
    with reading() as db:
        shown = [one for _thing, found in files_of(db, review) for one in found if one.is_viewable]
    if not shown:
        raise NotFound("document")
    left = _side(review, shown, "left", shown[0].key)
    right = _side(review, shown, "right", "")
    with at_application(reference) as db:
        for side in (left, right):
            if side is not None:
                get_document(db, actor(), side.document.key, reference=reference, what="compare")
    names = [(one.key, one.called) for one in shown]
    address = f"{base}/applications/{quote(reference)}"
    return render(
        "office/compare.html",
        number=grouped(review.application.reference),
        address=address,
        sides=[one for one in (left, right) if one is not None],
        picks=[
            *_picks("left", _l("第一份"), names),
            *_picks("right", _l("第二份"), [("", _("不对照")), *names]),
        ],
    )


def _side(review: Review, shown: list[ShownDocument], name: str, default: str) -> ShownSide | None:
    wanted = request.args.get(name, default)
    if not wanted:
        return None
    document = next((one for one in shown if one.key == wanted), None)
    if document is None:
        raise NotFound("document")
    evidence = review.documents[wanted].evidence
    state = next((one for one in review.proof.evidence if one.evidence.id == evidence), None)
    look = (state.check or state.outdated) if state else None
    return ShownSide(
        document=document,
        size=_chosen(f"{name}_size", SIZES),
        turn=int(_chosen(f"{name}_turn", TURNS)),
        recorded=look_facts(look, review.names) if look else [],
    )


def _picks(side: str, label: Any, names: list[tuple[str, str]]) -> list[Pick]:
    """Which file, how large and how turned."""
    sizes = [(value, str(words)) for value, words in SIZES.items()]
    turns = [(value, str(words)) for value, words in TURNS.items()]
    wanted = request.args.get(side, names[0][0])
    return [
        Pick(side, str(label), names, wanted),
        Pick(f"{side}_size", _("%(file)s的大小", file=label), sizes, _chosen(f"{side}_size", SIZES)),
        Pick(f"{side}_turn", _("%(file)s的方向", file=label), turns, _chosen(f"{side}_turn", TURNS)),
    ]


def _chosen(name: str, offered: Any) -> str:
    wanted = request.args.get(name, "")
    return wanted if wanted in offered else next(iter(offered))
