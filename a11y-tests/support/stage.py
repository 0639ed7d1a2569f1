"""What the pages show: residents, staff at their posts, and applications in every state.

Made through the use cases themselves on the data of the running server, so that a page is reached at once.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.rules.journey import Acting
from portal.rules.ratings import Consent
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.store.people import Person
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.applications import (
    MOST_DRAFTS,
    get_own,
    get_slip,
    journey_of,
    load_answers,
    save_page,
    start_application,
    withdraw,
)
from portal.usecases.claims import claim, release
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.deliveries import INVITATION
from portal.usecases.demo_applications import see_originals
from portal.usecases.demo_people import demo_id_number
from portal.usecases.notices import list_notices
from portal.usecases.objections import object_to
from portal.usecases.rating_work import note_contact, note_mended
from portal.usecases.ratings import Given, find_offer, rate
from portal.usecases.review import decide
from portal.usecases.sessions import open_session
from portal.usecases.takedowns import take_down
from support.cast import Cast, Someone
from support.server import Server
from tests.support.certificates import applied, issue, prove
from tests.support.chain import BELOW, GRANTED, lead, up_to
from tests.support.office import DEFINITION, REGION, answers_for, declare
from tests.support.public_notices import VILLAGE_ANSWERS, posted_notice

PLAIN: Mapping[str, Any] = {
    "p_name": "示例王小明",
    "h_place": {"code": "880001001", "written": "1组"},
    "c_format": "large",
    "c_do_not": ["call"],
}
LONG: Mapping[str, Any] = {
    **PLAIN,
    "p_name": "示例𠮷𡙸阿卜杜热合曼·买买提依明·吐尔逊",
    "g_kind": "parent",
    "h_place": {
        "code": "880001001",
        "written": "示例东风镇示例第一社区居民委员会幸福里小区二期12号楼3单元1204室，从北门进，电梯旁边",
    },
    "zj_cause": "小时候发高烧，以后就看不清了。" * 12,
    "zj_home_visit": "home",
    "zj_home_visit_why": "Pneumonoultramicroscopicsilicovolcanoconiosis，一直躺在床上，不能坐车。" * 3,
}
"""All at its longest: a name with rare characters and ·, an address that fills its box, a long word."""

ELSEWHERE: Mapping[str, Any] = {
    **PLAIN,
    "h_place": {"code": "880002001", "written": "2组"},
    "a_same_as_hukou": "no",
    "a_place": {"code": "880001001", "written": "1号"},
    "a_permit": "yes",
}
"""Applies in 示例县, where they live; 样本县, where the hukou is, decides."""

PUT_OFF = ("forward", "accept", "unstable")
"""The outcomes where the illness is not stable yet."""

ASK_MORE = Deciding(
    "ask_more",
    points=[
        PointAsked("person-name", "C03", "请照身份证写姓名，一个字一个字核对。"),
        PointAsked("person-identity", "C03", "号码对不上。"),
    ],
    summary="请照身份证写姓名和号码",
)


@dataclass(frozen=True)
class Held:
    """A certificate, by the key in its address, and its holder."""

    key: str
    holder: Someone


RATED = "等了很久，也没有人告诉我们要等多久。" * 6
"""What somebody writes who is not satisfied."""


@dataclass(frozen=True)
class Staged:
    """An application, and whoever applied for it."""

    reference: str
    applicant: Someone


@dataclass(frozen=True)
class Posted(Staged):
    """An application on public notice; ``objection_id`` is that of an objection, 0 without one."""

    slug: str
    notice_id: int
    objection_id: int


@dataclass(frozen=True)
class Rated(Staged):
    """An application that was rated, and the number of the rating."""

    rating_id: int


class Stage(Cast):
    """Makes people and applications on the data of `server`, and keeps those that are only looked at."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._made: dict[tuple[str, str], Any] = {}
        self.clerk = self.staff("clerk-dongfeng")
        self.reviewer = self.staff("reviewer-shili")
        self.approver = self.staff("approver-shili")
        self.hospital = self.staff("hospital-first")

    def the(self, kind: str, mark: str = "", **wishes: Any) -> Any:
        """What the method `kind` makes, made once for each `mark` and its wishes: for pages that only look at
        it. Who wishes for something else under the same mark gets something else, in whatever order."""
        wished = f"{mark} {sorted(wishes.items())}" if wishes else mark
        return self.once((kind, wished), lambda: getattr(self, kind)(**wishes))

    def once(self, key: tuple[str, str], make: Callable[[], Any]) -> Any:
        """What ``make`` makes, made once for each key."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def draft(
        self, answers: Mapping[str, Any] | None = None, acting: Acting = "self", until: str | None = None
    ) -> Staged:
        """A draft: untouched when `answers` is None, else answered, all or before page `until`."""
        applicant = self.resident()
        with self.transaction() as db:
            begun = start_application(db, applicant.actor, DEFINITION, acting, secrets.token_urlsafe(24))
            if answers is not None:
                self._answer(db, applicant.actor, begun, answers, until)
            return Staged(begun.reference, applicant)

    def overfull(self) -> Someone:
        """Somebody with as many drafts as one may have."""
        applicant = self.resident()
        with self.transaction() as db:
            for _ in range(MOST_DRAFTS):
                start_application(db, applicant.actor, DEFINITION, "self", secrets.token_urlsafe(24))
        return applicant

    def submitted(self, answers: Mapping[str, Any] = PLAIN, acting: Acting = "self") -> Staged:
        """Waiting at the counter, in nobody's hands."""
        staged = self.draft(answers, acting)
        with self.transaction() as db:
            self._declare(db, staged)
        return staged

    def withdrawn(self) -> Staged:
        staged = self.submitted()
        with self.transaction() as db:
            withdraw(db, staged.applicant.actor, staged.reference)
        return staged

    def claimed(self, answers: Mapping[str, Any] = PLAIN, acting: Acting = "self") -> Staged:
        """In the hands of the clerk."""
        staged = self.submitted(answers, acting)
        self.claim(self.clerk, staged)
        return staged

    def returned(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Asked to put two pages right."""
        return self.ask_more(self.clerk, self.submitted(answers))

    def not_accepted(self) -> Staged:
        deciding = Deciding("not_ours", reasons=["J01"], summary="请到户口所在地的县残联办")
        return self._decided(self.clerk, self.submitted(), deciding)

    def at_acceptance(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Forwarded to the county, in nobody's hands."""
        return self._led(GRANTED, "forward", answers)

    def at_assessment(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Accepted and referred to the hospital, in nobody's hands."""
        return self._led(GRANTED, "accept", answers)

    def suspended(self) -> Staged:
        """The illness is not stable yet: the assessment stands still until a day."""
        return self._led(PUT_OFF, "unstable")

    def at_public_notice(self) -> Staged:
        """Assessed and posted just now, in nobody's hands."""
        return self._led(GRANTED, "met")

    def without_number(self) -> Staged:
        """Before the approver, of somebody without an ID number: no certificate can be issued."""
        return self._led(GRANTED, "propose_grant", {**PLAIN, "p_id_type": "none"})

    def at_review(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Assessed and posted, before the reviewer, in nobody's hands."""
        return self._led(GRANTED, "no_objection", answers)

    def at_decision(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Assessed as below the standard, before the approver, in nobody's hands."""
        return self._led(BELOW, "propose_refusal", answers)

    def approved(self) -> Staged:
        """Granted; the card is still to be made."""
        return self._led(GRANTED, "approve")

    def handed_over(self) -> Staged:
        """Granted, and the card is in the hand."""
        return self._led(GRANTED, "handed_over")

    def refused(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Refused, with the longest words that an officer may write."""
        refusal = Deciding(
            "refuse",
            reasons=["R13"],
            summary="评定的结果，没有达到残疾标准",
            words="医院的评定结论是不符合残疾标准。" * 20,
        )
        return self._decided(self.approver, self.at_decision(answers), refusal)

    def taken_for_assessment(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """In the hands of the hospital."""
        staged = self.at_assessment(answers)
        self.claim(self.hospital, staged)
        return staged

    def taken_for_decision(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """In the hands of the approver."""
        staged = self.at_decision(answers)
        self.claim(self.approver, staged)
        return staged

    def certified(self, **changes: Any) -> Held:
        """Somebody proven, with the longest name and a certificate of two components; `changes` say what
        happened to it since."""
        holder = self.resident(is_proven=True)
        name, number = LONG["p_name"], demo_id_number(date(1988, 11, 2), next(self._numbers))
        with self.transaction() as db:
            prove(db, holder.actor, number, name)
            application = applied(db, holder.actor, {"p_id_no": number, "p_name": name})
            certificate = issue(db, application, [("hearing", 1), ("speech", 2)])
            for fact, value in changes.items():
                setattr(certificate, fact, value)
            return Held(certificate.key, holder)

    def corrected(self) -> Staged:
        """Back at the counter with the name put right, in the hands of the clerk."""
        return self.correct(self.returned())

    def posted(self, objection: str = "") -> Posted:
        """On public notice, with an objection in these words if there are any."""
        with self.transaction() as db:
            number = demo_id_number(date(1988, 11, 2), next(self._numbers))
            notice = posted_notice(db, {**VILLAGE_ANSWERS, "p_id_no": number})
            if objection:
                object_to(db, VISITOR, notice.slug, objection, "19900000001")
                db.refresh(notice)
            account = db.get_one(Account, notice.application.account_id)
            return Posted(
                notice.application.reference,
                self._someone(db, open_session(db, account, "code")),
                notice.slug,
                notice.id,
                notice.objections[0].id if objection else 0,
            )

    def slip_code(self, staged: Staged) -> str:
        """The code on the slip, with which the status can be looked up."""
        with self.transaction() as db:
            slip = get_slip(db, get_own(db, staged.applicant.actor, staged.reference, "follow"))
            assert slip is not None
            return slip.code

    def newest_notice(self, staged: Staged) -> int:
        """The number in the address of the newest notice that is not the invitation to rate."""
        with self.transaction() as db:
            notices = list_notices(db, staged.applicant.actor)
            return next(one.id for one in notices if one.key != INVITATION)

    def taken_down(self) -> Posted:
        """On public notice, which came down for safety."""
        posted = self.posted()
        with self.transaction() as db:
            words = "家里有人威胁她。"
            take_down(
                db, self.reviewer.actor, posted.reference, posted.notice_id, reason="danger", words=words
            )
        return posted

    def rated(self, consent: Consent = "contact", *, at: str = "submitted", is_mended: bool = False) -> Rated:
        """Rated badly where it stands: at the counter, or at the county's acceptance."""
        staged: Staged = getattr(self, at)()
        worker = self.clerk if at == "submitted" else self.reviewer
        given = Given(5, consent, ("slow", "attitude", "other"), RATED)
        with self.transaction() as db:
            offer = find_offer(db, get_own(db, staged.applicant.actor, staged.reference, "rate"))
            assert offer is not None
            rating = rate(db, staged.applicant.actor, staged.reference, REGION, offer.stage, given)
            if is_mended:
                note_contact(db, worker.actor, rating.id, RATED)
                note_mended(db, worker.actor, rating.id, RATED)
            return Rated(staged.reference, staged.applicant, rating.id)

    def claim(self, officer: Someone, staged: Staged) -> None:
        with self.transaction() as db:
            claim(db, officer.actor, staged.reference)

    def pass_on(self, staged: Staged, officer: Someone) -> None:
        """The clerk gives it back, and this officer takes it."""
        with self.transaction() as db:
            release(db, self.clerk.actor, staged.reference)
        self.claim(officer, staged)

    def ask_more(self, officer: Someone, staged: Staged) -> Staged:
        """This officer asks to put two pages right."""
        return self._decided(officer, staged, ASK_MORE)

    def correct(self, staged: Staged) -> Staged:
        """The applicant puts the name right and hands in again."""
        with self.transaction() as db:
            actor = staged.applicant.actor
            known = load_answers(db, get_own(db, actor, staged.reference, "follow"))
            name = {"p_name": "示例王晓明", "p_name_sound": known["p_name_sound"]}
            save_page(db, actor, staged.reference, "person-name", name)
            self._declare(db, staged, rounds=1)
        return staged

    def end_public_notice(self, reference: str) -> None:
        """Its days go by, and nobody objects."""
        with self.transaction() as db:
            application = db.scalars(select(Application).where(Application.reference == reference)).one()
            lead(db, {}, application, ("no_objection",))

    def see_originals(self, reference: str) -> None:
        """The counter is shown the original of everything that has to be proved."""
        with self.transaction() as db:
            application = db.scalars(select(Application).where(Application.reference == reference)).one()
            see_originals(db, self.clerk.actor, application)

    def prove_identity(self, who: Someone) -> None:
        """The counter has seen the identity card of somebody who applied for themselves."""
        with self.transaction() as db:
            own = select(Person).where(Person.claimed_by_id == who.actor.account_id, Person.is_self)
            person = db.scalars(own).one()
            prove(db, who.actor, str(person.id_number), str(person.name))

    def _led(self, outcomes: tuple[str, ...], last: str, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Handed in, then decided step after step up to the outcome `last`."""
        staged = self.submitted(answers)
        officers = {name: getattr(self, name).actor for name in ("clerk", "reviewer", "hospital", "approver")}
        with self.transaction() as db:
            application = get_own(db, staged.applicant.actor, staged.reference, "follow")
            lead(db, officers, application, up_to(outcomes, last))
        return staged

    def _decided(self, officer: Someone, staged: Staged, deciding: Deciding) -> Staged:
        self.claim(officer, staged)
        with self.transaction() as db:
            version = get_own(db, staged.applicant.actor, staged.reference, "follow").version
            decide(db, officer.actor, staged.reference, REGION, version=version, deciding=deciding)
        return staged

    def _declare(self, db: Session, staged: Staged, rounds: int = 0) -> None:
        actor = staged.applicant.actor
        application = get_own(db, actor, staged.reference, "follow")
        answers = journey_of(DEFINITION, application, load_answers(db, application)).answers
        declare(db, actor, staged.reference, answers, rounds)

    def _answer(
        self, db: Session, actor: Actor, begun: Application, own: Mapping[str, Any], until: str | None
    ) -> None:
        number = demo_id_number(date(1988, 11, 2), next(self._numbers))
        answers = answers_for("proxy" if begun.representation_id else "self", {"p_id_no": number, **own})
        for page in journey_of(DEFINITION, begun, answers).pages():
            if page.id == until:
                return
            save_page(db, actor, begun.reference, page.id, {one.id: answers[one.id] for one in page.fields})
