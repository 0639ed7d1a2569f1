"""The page on which everything is read back before it is handed in.

Mostly nothing is missing or odd. Then all but the answers is the same for everybody and comes from a mould.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from portal import labels
from portal.catalogue.field_types import message
from portal.catalogue.model import Field, Page, Region, Step
from portal.catalogue.remembering import remembered
from portal.catalogue.texts import Language, Text
from portal.catalogue.wording import Speaker, Voice, speaker_of
from portal.rules.places import full_name
from portal.rules.references import grouped
from portal.rules.steps import applying_steps
from portal.web.going import (
    Going,
    answer_rows,
    banner_with_holes,
    is_read_back,
    label_of,
    voice_codes,
    with_holes,
    words_for_holes,
)
from portal.web.jinja_words import said as _
from portal.web.moulds import hole
from portal.web.open_questions import said_open
from portal.web.parts import parts
from portal.web.plain_form import sent
from portal.web.public_notices import NoticeAhead
from portal.web.rendering import page_title, render, render_mould, say
from portal.web.visit_door import acting_side

TEMPLATE = "apply/check.html"


@dataclass(frozen=True)
class ReadingBack:
    """What the page shows beside the answers: ``seen`` comes back with the post and says what was on it."""

    seen: str
    ahead: NoticeAhead | None


def show_complete(going: Going, back: ReadingBack) -> tuple[str, int]:
    """The page when nothing is missing or odd, there are no files and nothing has been said yet."""
    notice = back.ahead.words if back.ahead else None
    fill = render_mould(
        TEMPLATE,
        (
            voice_codes(going),
            acting_side().is_proven,
            back.ahead is not None,
            notice.days if notice else None,
            tuple(step.id for step in _steps(going)),
        ),
        (going.definition, *going.pages()),
        lambda: {
            **_about(with_holes(going), going.pages(), _hole_of, hole("seen")),
            "steps": _steps(going),
            "acting_for": banner_with_holes(going),
            "notice_ahead": _notice_with_holes(back.ahead),
        },
    )
    words = _shown_answers(going) | words_for_holes(going) | {"seen": back.seen}
    if notice is not None:
        words |= {"notice-name": notice.masked_name, "notice-village": notice.village}
        words["notice-unit"] = say(notice.unit)
    return fill(words), 200


def _steps(going: Going) -> tuple[Step, ...]:
    """What it will go through, as far as the answers say."""
    return applying_steps(going.definition, going.journey.facts)


def _notice_with_holes(ahead: NoticeAhead | None) -> NoticeAhead | None:
    if ahead is None or ahead.words is None:
        return ahead
    unit = Text(zh=hole("notice-unit"), en=hole("notice-unit"))
    words = replace(ahead.words, masked_name=hole("notice-name"), village=hole("notice-village"), unit=unit)
    return NoticeAhead(words)


def _name_of_hole(field: Field) -> str:
    return f"answer-{field.id}"


def _hole_of(field: Field) -> str:
    return hole(_name_of_hole(field))


class ReadBack(NamedTuple):
    """A question that is read back: the name of its answer's hole, and who says the answer."""

    hole: str
    field: str
    speaker: Speaker


def _shown_answers(going: Going) -> dict[str, str]:
    """Each answer as it is shown, by the name of its hole."""
    region, voice, answers = parts().region, going.voice, going.answers
    pages, blank = going.pages(), _("没有填")
    shown = {}
    for name, field, speaker in (
        _read_back(region, voice, pages) if voice.is_proxy else _read_back_in(region, voice.language, *pages)
    ):
        value, names = answers.get(field), None
        if isinstance(value, dict) and value.get("code"):
            names = {value["code"]: full_name(region, value["code"], voice.language)}
        shown[name] = (speaker.say(value, place_names=names) if value else "") or blank
    return shown


@remembered
def _read_back_in(region: Region, language: Language, *pages: Page) -> tuple[ReadBack, ...]:
    """In the person's own voice, which says the same to everybody."""
    return _read_back(region, Voice(language), pages)


def _read_back(region: Region, voice: Voice, pages: Sequence[Page]) -> tuple[ReadBack, ...]:
    fields = [field for page in pages for field in page.fields if is_read_back(field)]
    return tuple(
        ReadBack(_name_of_hole(field), field.id, speaker_of(field, region, voice)) for field in fields
    )


def show_check(
    going: Going,
    back: ReadingBack,
    faults: dict[str, str],
    *,
    has_changed: bool = False,
    used_with: str | None = None,
) -> tuple[str, int]:
    """Everything that was answered, and what is missing or wrong. ``used_with`` is the application with which
    the same account handed in the same invoice."""
    missing = [(words, going.change_at(page, field)) for page, field, words in said_open(going)]
    hints = [
        (
            _(
                "%(question)s：%(error)s",
                question=label_of(going, field).rstrip("？?"),
                error=going.voice.say(field.errors.get(hint.code)) or message(hint, going.voice.language),
            ),
            going.change_at(page, field),
        )
        for page, field, hint in going.hints
    ]
    errors = (missing if faults else []) + [
        (faults[one.id], f"#{one.id}") for one in going.definition.service.declarations if one.id in faults
    ]
    if used_with is not None:
        errors.append(_used_invoice(going, used_with))
    shown = _shown_answers(going)
    about = _about(going, going.pages(), lambda field: shown[_name_of_hole(field)], back.seen)
    about |= {
        "acting_for": going.banner,
        "notice_ahead": back.ahead,
        "steps": _steps(going),
        "missing": missing,
        "hints": hints,
        "errors": errors,
        "has_changed": has_changed,
        "declared": typed.getlist("declarations") if (typed := sent()) else [],
        "title": _title(going, has_errors=bool(errors) or has_changed),
    }
    status = 409 if has_changed or used_with is not None else 422 if faults else 200
    return render(TEMPLATE, status, **about)


def _used_invoice(going: Going, used_with: str) -> tuple[str, str]:
    """That the invoice counts with another application already, and the question to put it right."""
    words = _(
        "这张发票您在%(number)s那一件里用过了。写错了，请改；没有写错，请找窗口。这一次没有提交。",
        number=grouped(used_with),
    )
    href = next(
        going.change_at(page, field)
        for page in going.journey.pages()
        for field in page.fields
        if field.means == "invoice_no"
    )
    return words, href


def _about(going: Going, pages: Sequence[Page], shown: Callable[[Field], str], seen: str) -> dict[str, Any]:
    """What the template is told when all is well."""
    sections = [
        (number, section, [row for page in own for row in answer_rows(going, page, shown)])
        for number, section in enumerate(going.definition.service.sections, start=1)
        for own in [[page for page in pages if page.section == section.id]]
    ]
    return {
        "going": going,
        "identity": labels.label(
            labels.IDENTITY_LEVELS, "proven" if acting_side().is_proven else "unproven", going.voice.language
        ),
        "is_proven": acting_side().is_proven,
        "sections": [part for part in sections if part[2]],
        "missing": [],
        "hints": [],
        "errors": [],
        "has_changed": False,
        "declared": [],
        "seen_hash": seen,
        "title": _title(going),
    }


def _title(going: Going, *, has_errors: bool = False) -> str:
    return page_title(_("检查并提交"), going.service_name, has_errors=has_errors)
