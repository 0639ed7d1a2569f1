"""The pre-check of a service: its questions, and an honest first answer. Nothing is stored."""

from __future__ import annotations

from flask import Flask

from portal.catalogue.model import Definition
from portal.rules import precheck
from portal.rules.errors import NotFound
from portal.web.access import public
from portal.web.benefit_words import amount_words, benefit_of
from portal.web.eligibility_words import is_unverified, verdict_on
from portal.web.parts import parts
from portal.web.question_chain import NO_STORE, Asking, Page, QuestionChain, Visit
from portal.web.rendering import render, say
from portal.web.services import apply_href, get_definition, open_services, rests_on_unverified


@public
def ask_first(code: str) -> Page:
    definition = _get_checkable(code)
    return _question_page(definition, _chain(definition).start())


@public
def take_answer(code: str) -> Page:
    definition = _get_checkable(code)
    chain = _chain(definition)
    taken = chain.take()
    if isinstance(taken, Asking):
        return _question_page(definition, taken)
    result = precheck.check(definition, taken.answers)
    is_decided = result.kind is not None and result.kind != "may_apply"
    following = None if is_decided else chain.after(taken)
    if following is None:
        return _result_page(definition, taken)
    return _question_page(definition, chain.ask(Visit(taken.answers, following.id)))


def _get_checkable(code: str) -> Definition:
    definition = get_definition(code)
    if not definition.service.precheck:
        raise NotFound("precheck")
    return definition


def _chain(definition: Definition) -> QuestionChain:
    return QuestionChain(definition.service.code, definition.service.precheck)


def _question_page(definition: Definition, asking: Asking) -> Page:
    html, status = render(
        "public/check_question.html",
        422 if asking.is_restart else asking.form.status,
        service=definition.service,
        **_chain(definition).shown(asking),
    )
    return html, status, NO_STORE


def _result_page(definition: Definition, visit: Visit) -> Page:
    result = precheck.check(definition, visit.answers)
    service = definition.service
    facts = precheck.facts_of(service.precheck, visit.answers)
    verdict = verdict_on(service, facts) if result.kind in ("may_apply", "not_eligible") else None
    cited = [service.citations[one.cite] for one in result.findings if one.cite]
    html, status = render(
        "public/check_result.html",
        service=service,
        result=result,
        names={one.code: say(one.name) for one in open_services()},
        verdict=verdict,
        has_unverified=rests_on_unverified(cited)
        or (verdict is not None and is_unverified(service, verdict)),
        amount_words=amount_words,
        benefit=benefit_of(service),
        region=parts().region,
        apply_href=apply_href(service.code),
        **_chain(definition).read_back(visit),
    )
    return html, status, NO_STORE


def register(app: Flask) -> None:
    app.add_url_rule("/services/<code>/check", "public.precheck", ask_first, methods=["GET"])
    app.add_url_rule("/services/<code>/check", "public.precheck_answer", take_answer, methods=["POST"])
