"""Drafts and applications of any service, filled in by made-up people so that a wanted page is on the way."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from portal import clock
from portal.catalogue.conditions import Condition
from portal.catalogue.model import Definition, Page
from portal.rules.journey import Acting, Journey
from portal.usecases.applications import get_own, journey_of, load_answers, save_page, start_application
from portal.usecases.decisions import Deciding
from portal.usecases.demo_people import demo_id_number
from portal.usecases.review import decide
from portal.usecases.silence import end_step
from portal.usecases.submission import seen_hash_of, submit
from portal.usecases.transitions import open_entry
from support.stage import Stage, Staged
from tests.support.any_service import answers_to
from tests.support.office import REGION

GROWN, YOUNG = date(1990, 1, 1), date(2019, 1, 1)
ACTINGS: tuple[Acting, ...] = ("self", "proxy")


def way_to(definition: Definition, page: Page) -> tuple[Acting, Mapping[str, Any], date]:
    """Who acts, with which answers of their own, born when, so that the page is asked."""
    own = dict(_wishes(definition, page))
    for born in (GROWN, YOUNG):
        for acting in ACTINGS:
            answers = answers_to(definition, REGION, acting, demo_id_number(born, 1), own)
            pages = Journey(definition, answers, acting, clock.today()).pages()
            if page.id in {one.id for one in pages} and _are_offered(pages, own):
                return acting, own, born
    raise AssertionError(f"nobody ever comes to {definition.service.code} {page.id}, not with {own}")


def _are_offered(pages: Iterable[Page], own: Mapping[str, Any]) -> bool:
    """Whether whoever acts may choose what these answers choose."""
    return all(
        own[field.id] in {one.value for one in field.choices}
        for page in pages
        for field in page.fields
        if field.kind == "choice" and field.id in own
    )


def drafted(stage: Stage, definition: Definition, page: Page) -> Staged:
    """A draft with every answer, that page among them."""
    acting, own, born = way_to(definition, page)
    number = demo_id_number(born, int(stage.new_phone()[-4:]))
    answers = answers_to(definition, REGION, acting, number, own)
    applicant = stage.resident()
    with stage.transaction() as db:
        begun = start_application(db, applicant.actor, definition, acting, secrets.token_urlsafe(24))
        for asked in Journey(definition, answers, acting, clock.today()).pages():
            kept = {one.id: answers[one.id] for one in asked.fields if one.id in answers}
            save_page(db, applicant.actor, begun.reference, asked.id, kept)
        return Staged(begun.reference, applicant)


def handed_in(stage: Stage, definition: Definition) -> Staged:
    """A draft that was submitted and waits at the counter."""
    staged = drafted(stage, definition, definition.pages[0])
    actor, reference = staged.applicant.actor, staged.reference
    with stage.transaction() as db:
        application = get_own(db, actor, reference, "follow")
        answers = journey_of(definition, application, load_answers(db, application)).answers
        declarations = [one.id for one in definition.service.declarations]
        seen = seen_hash_of(db, application, answers)
        submit(db, actor, reference, REGION, declarations=declarations, seen_hash=seen, has_registers=False)
    return staged


def decided(stage: Stage, staged: Staged, *steps: tuple[str, Deciding]) -> Staged:
    """Decided step after step, each by the demonstration officer of that name."""
    for login_name, deciding in steps:
        officer = stage.staff(login_name)
        stage.claim(officer, staged)
        with stage.transaction() as db:
            version = get_own(db, staged.applicant.actor, staged.reference, "follow").version
            decide(db, officer.actor, staged.reference, REGION, version=version, deciding=deciding)
    return staged


def waited(stage: Stage, staged: Staged, days: int) -> None:
    """The days of a public notice go by, and nobody objects."""
    with stage.transaction() as db:
        entry = open_entry(get_own(db, staged.applicant.actor, staged.reference, "follow"))
        assert entry is not None
        with clock.earlier(-days):
            end_step(db, REGION, entry.id)


def _wishes(definition: Definition, page: Page) -> Iterator[tuple[str, Any]]:
    """Answers that put the page on the way with its further questions, and before them the pages that ask."""
    further = [one.when for one in sorted(page.fields, key=lambda one: one.required)]  # those asked first
    open_ones = [*further, _condition_of_section(definition, page), page.when]
    met: set[str] = set()
    while open_ones:
        for name, value in _leading_to(open_ones.pop()):
            if name in met:
                continue
            met.add(name)
            yield name, value
            for asked in definition.pages:
                for field in asked.fields:
                    if field.id == name:
                        open_ones += [_condition_of_section(definition, asked), asked.when, field.when]


def _condition_of_section(definition: Definition, page: Page) -> Condition | None:
    return next((one.when for one in definition.service.sections if one.id == page.section), None)


def _leading_to(when: Condition | None) -> Iterator[tuple[str, Any]]:
    """Answers with which a condition holds, where it says so plainly."""
    if when is None:
        return
    for part in when.all_ or (when.any_ or ())[:1]:
        yield from _leading_to(part)
    if when.field is None or when.field.startswith("@"):
        return
    if when.is_ is not None:
        yield when.field, when.is_
    elif when.any_of:
        yield when.field, when.any_of[0]
    elif when.contains:
        yield when.field, [when.contains] if isinstance(when.contains, str) else [when.contains[0]]
