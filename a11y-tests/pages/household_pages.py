"""What only the household answers: a plan with its money, the choice, what belongs to it, what is wrong."""

import secrets
from datetime import date
from typing import Any

from pages.states import PageState, Reach, sending
from support import Stage, Staged, Visitor

from portal.catalogue.loader import load_catalogue
from portal.rules.journey import Journey
from portal.usecases.applications import get_own, save_page, start_application
from portal.usecases.claims import claim
from portal.usecases.decision_checks import Deciding
from portal.usecases.demo_people import demo_id_number
from portal.usecases.review import decide
from portal.usecases.submission import seen_hash_of, submit
from tests.support.any_service import answers_to
from tests.support.office import REGION

GZ = load_catalogue().definition("gz-01", REGION.code)
STATUS = "/account/applications/{}"
STATUS_ROUTE = "/account/applications/<reference>"
ANSWER = STATUS + "/answer"
ANSWER_ROUTE = STATUS_ROUTE + "/answer"
VISITORS = {"visitor_1": "示例工作人员甲", "visitor_2": "示例工作人员乙"}
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("township-dongfeng", "accept", {}),
    (
        "reviewer-shili",
        "eligible",
        {
            "found_certificate": "valid",
            "found_grade": "1",
            "found_components": ["limb"],
            "share_group": "ordinary",
            "priority": ["severe", "alone", "fall"],
        },
    ),
    (
        "reviewer-shili",
        "visited",
        {
            **VISITORS,
            "visited_on": date(2026, 1, 5).isoformat(),
            "visit_measures": "门口台阶高15厘米。",
            "visit_needs": "想自己出门。",
        },
    ),
    (
        "reviewer-shili",
        "propose",
        {
            "plan_items": [
                {"item": item, "quantity": "1个", "cost": cost}
                for item, cost in (("ramp", 900_000), ("gas_alarm", 50_000), ("window_guard", 123_45))
            ],
            "plan_words": "门口做坡道，长3米，宽1.2米，右边装扶手，高85厘米。" * 6,
            "plan_days": 12,
        },
    ),
)


def asked(stage: Stage) -> Staged:
    """A home whose plan is written and waits for the household."""
    made: Staged = stage.once(("asked", "household"), lambda: _asked(stage))
    return made


def _asked(stage: Stage) -> Staged:
    applicant = stage.resident()
    number = demo_id_number(date(1975, 5, 5), 4321)
    answers = answers_to(GZ, REGION, "self", number, {})
    with stage.transaction() as db:
        begun = start_application(db, applicant.actor, GZ, "self", secrets.token_urlsafe(24))
        journey = Journey(GZ, answers, "self", date(2026, 1, 5))
        for page in journey.pages():
            kept = {one.id: answers[one.id] for one in page.fields if one.id in answers}
            save_page(db, applicant.actor, begun.reference, page.id, kept)
        submit(
            db,
            applicant.actor,
            begun.reference,
            REGION,
            declarations=[one.id for one in GZ.service.declarations],
            seen_hash=seen_hash_of(db, begun, journey.answers),
            has_registers=False,
        )
        reference = begun.reference
    for name, outcome, form in STEPS:
        officer = stage.staff(name)
        with stage.transaction() as db:
            claim(db, officer.actor, reference)
            version = get_own(db, applicant.actor, reference, "follow").version
            deciding = Deciding(outcome, form=form)
            decide(db, officer.actor, reference, REGION, version=version, deciding=deciding)
    return Staged(reference, applicant)


def page(path: str) -> Reach:
    """The page of its applicant."""

    def reach(visitor: Visitor) -> None:
        staged = asked(visitor.stage)
        visitor.sign_in(staged.applicant)
        visitor.open(path.format(staged.reference))

    return reach


PAGES = (
    PageState(STATUS_ROUTE, "asks the household", page(STATUS)),
    PageState(ANSWER_ROUTE, "plan", page(ANSWER)),
    PageState(ANSWER_ROUTE, "nothing chosen", sending(page(ANSWER)), 422),
    PageState(ANSWER_ROUTE, "agreeing", sending(page(ANSWER), outcome="agree")),
    PageState(ANSWER_ROUTE, "change without words", sending(sending(page(ANSWER), outcome="change")), 422),
)
