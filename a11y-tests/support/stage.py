"""What the pages show: residents, staff at their posts, and applications in every state.

Made through the use cases themselves on the data of the running server, so that a page is reached at once.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.clock import now
from portal.config import Settings
from portal.gateways import from_settings
from portal.rules.journey import Acting
from portal.store import open_store
from portal.store.accounts import Account
from portal.store.applications import Application
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.applications import (
    get_own,
    get_slip,
    journey_of,
    load_answers,
    save_page,
    start_application,
    withdraw,
)
from portal.usecases.claims import claim
from portal.usecases.codes import make_link
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.demo_people import demo_id_number, sign_in_demo_person
from portal.usecases.enrolment import enrol, get_enrolment
from portal.usecases.notices import list_notices
from portal.usecases.passwords import hash_password
from portal.usecases.review import decide
from portal.usecases.sessions import find_session, open_session
from portal.usecases.staff import create_staff
from portal.usecases.visitor_messages import leave_message
from portal.worker import Worker
from support.server import Server
from tests.support.office import DEFINITION, REGION, answers_for, declare
from tests.support.people import make_resident

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

ASK_MORE = Deciding(
    "ask_more",
    points=[
        PointAsked("person-name", "C03", "请照身份证写姓名，一个字一个字核对。"),
        PointAsked("person-identity", "C03", "号码对不上。"),
    ],
    summary="请照身份证写姓名和号码",
)
NOT_MET: Mapping[str, Any] = {
    "assessment_institution": next(unit.code for unit in REGION.units if unit.kind == "hospital"),
    "assessment_on": "2026-11-20",
    "assessment_conclusion": "not_met",
}
MET: Mapping[str, Any] = {
    **NOT_MET,
    "assessment_conclusion": "met",
    "assessment_categories": ["visual"],
    "assessment_grade": "2",
}


@dataclass(frozen=True)
class Someone:
    """A person with an open session: its token is the cookie."""

    actor: Actor
    token: str


@dataclass(frozen=True)
class Staged:
    """An application, whoever applied for it, and the code of its slip."""

    reference: str
    applicant: Someone


class Stage:
    """Makes people and applications on the data of `server`."""

    def __init__(self, server: Server) -> None:
        settings = Settings.from_environment(server.environment)
        self._store = open_store(settings)
        self._gateways = from_settings(settings)
        self._worker = Worker(settings, REGION, self._store, self._gateways)
        self._made: dict[tuple[str, str], Any] = {}
        self._numbers = count(500)  # the demonstration people have the first ones
        self.transaction = self._store.transaction
        self.clerk = self.staff("clerk-dongfeng")
        self.reviewer = self.staff("reviewer-shili")
        self.approver = self.staff("approver-shili")

    def close(self) -> None:
        self._store.close()

    def the(self, kind: str, mark: str = "", **wishes: Any) -> Any:
        """What the method `kind` makes, made once for each `mark`: for pages that only look at it."""
        key = (kind, mark)
        if key not in self._made:
            self._made[key] = getattr(self, kind)(**wishes)
        return self._made[key]

    def new_phone(self) -> str:
        """A phone that nobody has used here."""
        return f"1990000{next(self._numbers):04d}"

    def someone(self, token: str) -> Someone:
        """Whose session this is."""
        with self.transaction() as db:
            return self._someone(db, token)

    def staff(self, login_name: str) -> Someone:
        """The demonstration officer of that name at the only post there is."""
        with self.transaction() as db:
            account = db.scalars(select(Account).where(Account.login_name == login_name)).one()
            token, _role = sign_in_demo_person(db, account.id)
            return self._someone(db, token)

    def resident(self, *, is_proven: bool = False) -> Someone:
        """Somebody new with a phone of their own and nothing else."""
        with self.transaction() as db:
            account = make_resident(db, phone=self.new_phone())
            account.identity_level = "proven" if is_proven else "unproven"
            return self._someone(db, open_session(db, account, "code"))

    def old_phone(self) -> str:
        """A phone with an account that nobody has used for longer than numbers are kept."""
        phone = self.new_phone()
        with self.transaction() as db:
            account = make_resident(db, phone)
            account.contacts[0].last_used_at = account.contacts[0].verified_at = now() - timedelta(days=100)
        return phone

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
        return self._decided(self.clerk, self.submitted(answers), ASK_MORE)

    def not_accepted(self) -> Staged:
        deciding = Deciding("not_ours", reasons=["J01"], summary="请到户口所在地的县残联办")
        return self._decided(self.clerk, self.submitted(), deciding)

    def at_acceptance(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Forwarded to the county, in nobody's hands."""
        return self._decided(self.clerk, self.submitted(answers), Deciding("forward"))

    def at_decision(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Accepted by the county, in nobody's hands."""
        return self._decided(self.reviewer, self.at_acceptance(answers), Deciding("accept"))

    def approved(self) -> Staged:
        return self._decided(self.approver, self.at_decision(), Deciding("approve", form=MET))

    def refused(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """Refused, with the longest words that an officer may write."""
        deciding = Deciding(
            "refuse",
            reasons=["R05"],
            summary="评定的结果，没有达到残疾标准",
            words="医院的评定结论是不符合残疾标准。" * 20,
            form=NOT_MET,
        )
        return self._decided(self.approver, self.at_decision(answers), deciding)

    def taken_for_decision(self, answers: Mapping[str, Any] = PLAIN) -> Staged:
        """In the hands of the approver."""
        staged = self.at_decision(answers)
        self.claim(self.approver, staged)
        return staged

    def corrected(self) -> Staged:
        """Back at the counter with the name put right, in the hands of the clerk."""
        staged = self.returned()
        with self.transaction() as db:
            actor = staged.applicant.actor
            known = load_answers(db, get_own(db, actor, staged.reference))
            name = {"p_name": "示例王晓明", "p_name_sound": known["p_name_sound"]}
            save_page(db, actor, staged.reference, "person-name", name)
            self._declare(db, staged)
        return staged

    def slip_code(self, staged: Staged) -> str:
        """The code on the slip, with which the status can be looked up."""
        with self.transaction() as db:
            slip = get_slip(db, get_own(db, staged.applicant.actor, staged.reference))
            assert slip is not None
            return slip.code

    def newest_notice(self, staged: Staged) -> int:
        """The number in the address of the newest notice."""
        with self.transaction() as db:
            return list_notices(db, staged.applicant.actor)[0].id

    def message(self) -> str:
        """The reference of a question that somebody left and that waits for an answer."""
        with self.transaction() as db:
            return leave_message(db, VISITOR, "question", "去不了窗口，怎么办？" * 20, contact="19900000001")

    def enrolment(self) -> str:
        """The token of an enrolment link that nobody has used."""
        login_name = f"new-{next(self._numbers)}"
        with self.transaction() as db:
            return create_staff(db, SYSTEM, login_name, "示例新同事", Role.DESK_CLERK, "desk_nanhu")

    def enrolled(self) -> tuple[str, str]:
        """The login name and the password of somebody who can sign in."""
        token, password = self.enrolment(), "four words make a password"
        with self.transaction() as db:
            found = get_enrolment(db, token)
            enrol(db, token, hash_password(password), pyotp.TOTP(found.secret).now())
            return found.login_name, password

    def code_sent_to(self, contact: str) -> str:
        """Let the worker send what waits, and read the newest code in the messages to this contact."""
        self._worker.turn()
        sent = self._gateways.folder.list_messages(20)
        texts = [one.text for one in sent if one.to == contact]
        found = re.search(r"(?<!\d)\d{6}(?!\d)", texts[0]) if texts else None
        assert found, f"no code for {contact} in {texts}"
        return found.group()

    def sign_in_token(self, who: Someone) -> str:
        """The token of a one-time link, as in a letter."""
        with self.transaction() as db:
            return make_link(db, db.get_one(Account, who.actor.signed_in_id), timedelta(minutes=10))

    def claim(self, officer: Someone, staged: Staged) -> None:
        with self.transaction() as db:
            claim(db, officer.actor, staged.reference)

    def _decided(self, officer: Someone, staged: Staged, deciding: Deciding) -> Staged:
        self.claim(officer, staged)
        with self.transaction() as db:
            version = get_own(db, staged.applicant.actor, staged.reference).version
            decide(db, officer.actor, staged.reference, REGION, version=version, deciding=deciding)
        return staged

    def _declare(self, db: Session, staged: Staged) -> None:
        actor = staged.applicant.actor
        application = get_own(db, actor, staged.reference)
        answers = journey_of(DEFINITION, application, load_answers(db, application)).answers
        declare(db, actor, staged.reference, answers)

    def _answer(
        self, db: Session, actor: Actor, begun: Application, own: Mapping[str, Any], until: str | None
    ) -> None:
        number = demo_id_number(date(1988, 11, 2), next(self._numbers))
        answers = answers_for("proxy" if begun.representation_id else "self", {"p_id_no": number, **own})
        for page in journey_of(DEFINITION, begun, answers).pages():
            if page.id == until:
                return
            save_page(db, actor, begun.reference, page.id, {one.id: answers[one.id] for one in page.fields})

    def _someone(self, db: Session, token: str) -> Someone:
        db.flush()
        found = find_session(db, token)
        assert found is not None
        return Someone(found.actor, token)
