"""Any service of a region, walked by made-up people through every step, by the use cases themselves."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.conditions import Condition
from portal.catalogue.loader import load_catalogue
from portal.catalogue.model import Answers, Definition, Outcome, OutcomeKind, Region, Role, Step
from portal.catalogue.texts import LANGUAGES
from portal.catalogue.wording import region_options
from portal.letters import as_text, render_notice
from portal.rules.checks import run_check
from portal.rules.journey import Acting, Journey
from portal.rules.steps import next_step, offered_outcomes
from portal.store.applications import Application, StepEntry
from portal.store.messages import NoticeRow
from portal.usecases.actor import Actor
from portal.usecases.applications import start_application
from portal.usecases.claims import claim
from portal.usecases.decision_checks import Deciding, PointAsked
from portal.usecases.decisions import decide_step, lock_entry
from portal.usecases.definitions import store_definition
from portal.usecases.demo_people import demo_id_number
from portal.usecases.silence import end_step
from portal.usecases.steps import facts_of
from portal.usecases.submission import seen_hash_of, submit
from portal.usecases.transitions import open_entry
from portal.usecases.units import load_region
from tests.support.certificates import prove
from tests.support.companions import assert_companions
from tests.support.made_up import answer_to
from tests.support.office import keep_pages, resident, staff_account
from tests.support.originals import see_before

MOST_DECISIONS = 60


def services_of(region: str) -> list[str]:
    """Every service of a region that is applied for."""
    catalogue = load_catalogue()
    return [code for code in catalogue.regions[region].services if not catalogue.services[code].bundle]


def answers_to(
    definition: Definition, region: Region, acting: Acting, id_number: str, own: Mapping[str, Any]
) -> Answers:
    """A complete set of answers, each made up from its question."""
    answers: Answers = {}
    while True:
        journey = Journey(definition, answers, acting, clock.today())
        asked = [one for page in journey.pages() for one in page.fields if one.id not in answers]
        if not asked:
            return journey.answers
        for one in asked:
            answers[one.id] = own.get(one.id, answer_to(one, region, id_number))


@dataclass
class Walker:
    """One service, its applicants, and whoever of the staff its steps need."""

    db: Session
    definition: Definition
    region: Region
    acting: Acting
    staff: dict[tuple[str, str], Actor] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    """Answers, of applicant and officers, that lead where the newest application is to go."""
    people: int = 0
    met: set[tuple[str, str]] = field(default_factory=set)
    """Step and outcome, each that was decided."""

    @property
    def id_number(self) -> str:
        """That of the newest applicant."""
        return demo_id_number(date(1990, 1, 1), self.people)

    def furnish(self) -> None:
        load_region(self.db, self.region)
        store_definition(self.db, self.definition)

    def every_outcome(self) -> None:
        """Applications, one after another, until each outcome of each step was decided once."""
        for step in self.definition.service.steps:
            if any((step.id, outcome.id) not in self.met for outcome in step.outcomes):
                self.own = dict(_leading_to(step.when))
                self.lead_through(self.apply(), step.id)

    def lead_through(self, application: Application, step_id: str) -> None:
        """Decide towards a step and from there to the end. Whatever else could be decided on the way is tried
        and undone."""
        for _ in range(MOST_DECISIONS):
            entry = open_entry(application)
            if entry is None:
                return
            step = self.definition.step(entry.step)
            assert step is not None
            self.officer(entry)  # who is there before the trials is there after them
            offered = offered_outcomes(step, facts_of(self.db, application, self.definition))
            for outcome in offered:
                if (step.id, outcome.id) not in self.met:
                    with self.db.begin_nested() as trial:
                        self.decide(application, step, outcome)
                        trial.rollback()
            if step.id == step_id:
                step_id = self.definition.service.steps[-1].id
            self.decide(application, step, self._towards(step, step_id) or offered[0])
        raise AssertionError(f"never came to the end after {step_id}")

    def apply(self) -> Application:
        """Somebody new, whose identity was seen, hands in."""
        self.people += 1
        applicant = resident(self.db)
        if self.acting == "self":
            applicant = prove(self.db, applicant, self.id_number)
        application = start_application(
            self.db, applicant, self.definition, self.acting, secrets.token_urlsafe(16)
        )
        keep_pages(self.db, applicant, application, self.answers())
        self.hand_in(application, applicant)
        return application

    def hand_in(self, application: Application, applicant: Actor) -> None:
        submit(
            self.db,
            applicant,
            application.reference,
            self.region,
            declarations=[one.id for one in self.definition.service.declarations],
            seen_hash=seen_hash_of(self.db, application, self.answers().answers),
            has_registers=False,
        )

    def decide(self, application: Application, step: Step, outcome: Outcome) -> None:
        """Decide, look whether everything that belongs to it is there, and read every letter."""
        entry = open_entry(application)
        assert entry is not None
        self.met.add((step.id, outcome.id))
        if step.ends_with == outcome.id:
            days = (entry.due_on - clock.today()).days + 3
            with clock.earlier(-days):
                end_step(self.db, self.region, entry.id)
        else:
            officer = self.officer(entry)
            claim(self.db, officer, application.reference)
            what = self._deciding(step, outcome)
            see_before(self.db, officer, application, outcome.id)
            decide_step(
                self.db,
                officer,
                *lock_entry(self.db, entry.id),
                self.region,
                version=application.version,
                deciding=what,
            )
        self.db.flush()
        assert_companions(self.db)
        self.read_letters(application)
        if outcome.kind == OutcomeKind.RETURN:
            self.hand_in(application, Actor("resident", application.account_id, self.acting == "self"))

    def officer(self, entry: StepEntry) -> Actor:
        """Whoever has the post, another one at each step."""
        key = (entry.step, entry.unit_code)
        if key not in self.staff:
            name = f"{entry.step}-{entry.unit_code}"
            self.staff[key] = staff_account(self.db, name, Role(entry.role), entry.unit_code, entry.county)[0]
        return self.staff[key]

    def read_letters(self, application: Application) -> None:
        """Every letter that went out says in every language what it promises."""
        rows = select(NoticeRow).where(NoticeRow.application_id == application.id)
        for notice in self.db.scalars(rows.order_by(NoticeRow.id.desc()).limit(2)):
            for language in LANGUAGES:
                assert "{" not in as_text(render_notice(self.definition, notice, language))

    def _deciding(self, step: Step, outcome: Outcome) -> Deciding:
        is_no = outcome.kind in (OutcomeKind.REFUSE, OutcomeKind.NOT_ACCEPT)
        reasons, points = outcome.reasons[:1], ()
        if outcome.kind == OutcomeKind.RETURN:
            first = self.answers().pages()[0]
            points, reasons = (PointAsked(first.id, outcome.reasons[0], "请改一改"),), ()
        return Deciding(
            outcome.id,
            reasons=reasons,
            summary="不符合规定的条件" if is_no else "",
            form=_form(step, outcome, self.region, self.id_number, self.own),
            points=points,
        )

    def _towards(self, start: Step, wanted: str) -> Outcome | None:
        """What to decide at a step so as to come to another: the outcomes in the order in which they are
        written, so that the usual way comes before the ways round."""
        facts = {"@age": 36, **self.own}
        return next((first for first, met in self._ways(start, {start.id}, facts) if met == wanted), None)

    def _ways(self, step: Step, seen: set[str], facts: Mapping[str, Any]) -> Iterator[tuple[Outcome, str]]:
        """Every step that can be reached, with the outcome that leads there; a form says what is known."""
        for outcome in offered_outcomes(step, {**self.answers().facts, **facts}):
            if outcome.kind not in (OutcomeKind.ADVANCE, OutcomeKind.APPROVE):
                continue
            known = {**facts, **_form(step, outcome, self.region, self.id_number, self.own)}
            following = next_step(self.definition, step.id, outcome, known)
            if following is None or following.id in seen:
                continue
            seen.add(following.id)
            yield outcome, following.id
            yield from ((outcome, met) for _next, met in self._ways(following, seen, known))

    def answers(self) -> Journey:
        """The way through the questions with an answer to each."""
        answers = answers_to(self.definition, self.region, self.acting, self.id_number, self.own)
        return Journey(self.definition, answers, self.acting, clock.today())


def _form(
    step: Step, outcome: Outcome, region: Region, id_number: str, own: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The officer's answers to what the outcome asks, those that depend on others last."""
    form: dict[str, Any] = {}
    for one in outcome.fields_of(step):
        if one.when is None or one.when.holds(form) is not False:
            form[one.id] = own.get(one.id, answer_to(one, region, id_number))
            if run_check(one, form[one.id], form, region) and one.check == "another_than":
                form[one.id] = region_options(one, region).choices[1]
    return form


def _leading_to(when: Condition | None) -> Iterator[tuple[str, Any]]:
    """Answers with which a condition holds, where it says so plainly."""
    if when is None or (when.field or "").startswith("@"):
        return
    if when.field is not None:
        wanted = when.is_ if when.is_ is not None else (when.any_of or [None])[0]
        if wanted is not None:
            yield when.field, wanted
    for part in when.all_ or (when.any_ or ())[:1]:
        yield from _leading_to(part)
