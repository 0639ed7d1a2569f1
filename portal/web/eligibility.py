"""看看我能享受什么: a few questions without a name, and what of all services fits, may fit or does not.

Nothing is stored, and nothing here is a decision: whoever disagrees applies, and somebody looks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Flask

from portal.catalogue.model import Benefit, Service
from portal.rules.eligibility import Verdict
from portal.rules.precheck import facts_of
from portal.web.access import public
from portal.web.benefit_words import amount_words, benefit_of
from portal.web.eligibility_words import has_rules, is_unverified, verdicts_on
from portal.web.parts import parts
from portal.web.question_chain import NO_STORE, Asking, Page, QuestionChain, Visit
from portal.web.rendering import render
from portal.web.services import apply_href, name_of_service, open_services


@dataclass(frozen=True)
class Fit:
    """A service with what its rules say of the person, and what it gives."""

    service: Service
    verdict: Verdict
    benefit: Benefit | None
    apply_href: str


@dataclass(frozen=True)
class FirstStep:
    """A service that others wait for: whoever has no certificate is not left with a page full of noes."""

    code: str
    name: str
    waiting: int
    """How many services need it first."""
    apply_href: str


@public
def ask_first() -> Page:
    return _question_page(_chain().start())


@public
def take_answer() -> Page:
    chain = _chain()
    taken = chain.take()
    if isinstance(taken, Asking):
        return _question_page(taken)
    following = chain.after(taken)
    if following is None:
        return _result_page(taken)
    return _question_page(chain.ask(Visit(taken.answers, following.id)))


def _chain() -> QuestionChain:
    return QuestionChain("all", parts().catalogue.questionnaire)


def _question_page(asking: Asking) -> Page:
    html, status = render(
        "public/check.html",
        422 if asking.is_restart else asking.form.status,
        services=open_services(),
        **_chain().shown(asking),
    )
    return html, status, NO_STORE


def _result_page(visit: Visit) -> Page:
    services = [one for one in open_services() if not one.bundle]
    verdicts = verdicts_on(services, facts_of(parts().catalogue.questionnaire, visit.answers))
    fits = [
        Fit(one, verdicts[one.code], benefit_of(one), apply_href(one.code))
        for one in services
        if has_rules(one)
    ]
    html, status = render(
        "public/check_all_result.html",
        region=parts().region,
        amount_words=amount_words,
        fitting=[one for one in fits if one.verdict.kind in ("yes", "choose_one")],
        open_ones=[one for one in fits if one.verdict.kind == "we_check"],
        others=[one for one in fits if one.verdict.kind == "no"],
        first_steps=_first_steps(fits),
        anytime=[one for one in services if not has_rules(one)],
        has_unverified=any(is_unverified(one.service, one.verdict) for one in fits),
        **_chain().read_back(visit),
    )
    return html, status, NO_STORE


def _first_steps(fits: list[Fit]) -> list[FirstStep]:
    """What several of the services that do not fit now need first, and may be applied for whatever was
    answered. What only one of them leads to stands beside it."""
    leading = Counter(
        code
        for fit in fits
        if fit.verdict.kind == "no"
        for code in {one.service for one in fit.verdict.against if one.service}
    )
    judged = {fit.service.code for fit in fits}
    return [
        FirstStep(code, name_of_service(code), waiting, apply_href(code))
        for code, waiting in leading.most_common()
        if waiting > 1 and code not in judged
    ]


def register(app: Flask) -> None:
    app.add_url_rule("/check", "public.check", ask_first, methods=["GET"])
    app.add_url_rule("/check", "public.check_answer", take_answer, methods=["POST"])
