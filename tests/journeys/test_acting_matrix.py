"""Every use case of the applicant's side × every kind of actor × every state and basis of the record by which
one acts.

The table (acting.toml) says what is allowed. Everything else is refused, whatever the record says. Which use
cases there are is read from the source: what asks a door of the applicant's side, or speaks for a person.
"""

from __future__ import annotations

import ast
import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, get_args

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.acting import CLAIMED_POWERS, GUARDIANS, Act, Basis
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.journey import Journey
from portal.store.applications import Application
from portal.store.messages import NoticeRow
from portal.store.people import Person
from portal.store.representations import Representation
from portal.usecases import applications, progress, submission, voices
from portal.usecases.access_needs import get_person_acted_for, save_needs
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.appointments import Wish, ask_appointment, cancel_own_appointment
from portal.usecases.confirmation_scans import begin_scan
from portal.usecases.deaths import report_death_in_family
from portal.usecases.documents import begin_document, get_document
from portal.usecases.drafts import delete_draft
from portal.usecases.evidence_checks import get_evidence
from portal.usecases.in_my_name import (
    answer_ask_by_slip,
    get_seen_by_person,
    list_asks_by_slip,
    list_seen,
    read_answers,
)
from portal.usecases.invitations import Wanted, ask, find_whom_to_ask, get_asked_of
from portal.usecases.letter_files import ask_letter_file
from portal.usecases.looking import look_at_own
from portal.usecases.mandates import MADE_FOR, get_mandate, make_mandate
from portal.usecases.notices import get_notice
from portal.usecases.own_record import read_record_of_ward
from portal.usecases.own_slips import list_own_slips, renew_own_slips
from portal.usecases.person_slips import find_live_slip, make_slip
from portal.usecases.ratings import Given, get_offer, rate
from portal.usecases.representations import lay_down
from portal.usecases.represented import find_by_application
from portal.usecases.taking_over import end_authority, keep_in_account, take_over
from portal.usecases.thread import get_own_thread, write_to_office
from portal.usecases.visitor_applications import list_under_way
from portal.usecases.visitor_letters import read_at_counter
from portal.usecases.voices import Voice
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    prepare,
    resident,
    staff_account,
    submitted,
)

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

FILED: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("acting.toml").read_text(encoding="utf-8"))
SAME_DOOR: Mapping[str, str] = FILED["same_door"]
CALLED_AS: Mapping[str, str] = FILED["called_as"]
TABLE: Mapping[str, Mapping[str, Any]] = {
    name: row for name, row in FILED.items() if name not in ("same_door", "called_as")
}
USECASES = Path(applications.__file__).parent
DOORS = frozenset(
    {
        *("get_own", "reach", "require_act", "require_letter", "refuse_act", "side_of", "for_whom"),
        *("get_representation", "get_represented", "get_person_acted_for"),
    }
)
"""Who asks one of these acts on the applicant's side."""
BY_GUARDIANS_ALONE = "read_record_of_ward"
Found = TypeVar("Found")
STATES = (
    *("claimed", "active", "asked", "suspended", "ended", "not_yet", "over"),
    *("hidden", "other_service", "without_power"),
)
ONLY_BY_RECORD = ("representative", "beside_representative")
ALONE = (
    *("self", "beside_self", "person", "beside_person", "slip", "slip_at_counter"),
    *("stranger", "other_representative", "visitor", "staff", "system"),
)
REFUSALS = (NotAllowed, NotFound, RuntimeError)
"""No, nothing of that kind here, or nobody is signed in at all."""
NOT_CONFIRMED = "not_confirmed"
"""A clerk may hand in what they typed, once it was read back and agreed to."""
NO_MANDATE = "no_mandate"
"""Nothing is signed by a record that does not hold."""


@dataclass(frozen=True)
class Side:
    """What there is on one side: a draft and something handed in, with what was written about it."""

    draft: str
    handed_in: str
    notice_id: int
    document_key: str


@dataclass(frozen=True)
class Cast:
    """Everybody, and what is the applicant's own and what is done for the person."""

    actors: Mapping[str, Actor]
    own: Side
    proxied: Side
    own_notice_id: int
    slip_id: int
    representation_id: int
    appointment_id: int
    invitation_id: int


@dataclass(frozen=True)
class Call:
    """One use case called by somebody."""

    db: Session
    cast: Cast
    who: str

    @property
    def actor(self) -> Actor:
        return self.cast.actors[self.who]

    @property
    def side(self) -> Side:
        return self.cast.own if self.who in ("self", "beside_self") else self.cast.proxied

    @property
    def voice(self) -> Voice:
        if self.who == "slip":
            return Voice(self.actor, "slip", self.cast.slip_id)
        return Voice(self.actor, "counter", self.cast.slip_id if self.who == "slip_at_counter" else None)


def _start_by_record(call: Call) -> None:
    applications.start_application(
        call.db,
        call.actor,
        DEFINITION,
        "proxy",
        secrets.token_urlsafe(16),
        representation_id=call.cast.representation_id,
    )


def _submit(call: Call) -> None:
    draft = call.db.scalars(select(Application).where(Application.reference == call.side.draft)).one()
    answers = applications.load_answers(call.db, draft)
    submission.submit(
        call.db,
        call.actor,
        call.side.draft,
        REGION,
        declarations=[one.id for one in DEFINITION.service.declarations],
        seen_hash=submission.seen_hash_of(call.db, draft, answers),
        has_registers=False,
    )


def _some(found: Found | None) -> Found:
    """Who is shown nothing is not let in."""
    if not found:
        raise NotFound("nothing")
    return found


def _save_needs(call: Call) -> None:
    person = get_person_acted_for(call.db, call.actor, call.cast.representation_id)
    save_needs(call.db, call.actor, person, {"contact_format": "large"})


def _renew_slips(call: Call) -> None:
    before = [one.id for one in list_own_slips(call.db, call.actor)]
    _some(renew_own_slips(call.db, call.actor, before))


def _under_way(call: Call) -> None:
    listed = list_under_way(call.db, call.actor)
    of_it = [one for one in listed if one.application.reference == call.side.handed_in]
    if not of_it or of_it[0].refused:
        raise NotAllowed("refused")


CALLS: Mapping[str, Callable[[Call], object]] = {
    "start_by_record": _start_by_record,
    "look_at_draft": lambda c: look_at_own(c.db, c.actor, c.side.draft),
    "save_page": lambda c: applications.save_page(
        c.db, c.actor, c.side.draft, "person-name", {"p_name": "示例"}
    ),
    "begin_document": lambda c: begin_document(c.db, c.actor, c.side.draft, "hukou", "0" * 64, 10),
    "submit": _submit,
    "delete_draft": lambda c: delete_draft(c.db, c.actor, c.side.draft),
    "withdraw": lambda c: applications.withdraw(c.db, c.actor, c.side.handed_in),
    "get_progress": lambda c: progress.get_progress(c.db, c.actor, c.side.handed_in),
    "get_receipt": lambda c: submission.get_receipt(c.db, c.actor, c.side.handed_in),
    "get_notice": lambda c: get_notice(c.db, c.actor, c.side.notice_id),
    "get_own_notice": lambda c: get_notice(c.db, c.actor, c.cast.own_notice_id),
    "write_to_office": lambda c: write_to_office(c.db, c.actor, c.side.handed_in, "示例"),
    "rate": lambda c: rate(c.db, c.actor, c.side.handed_in, REGION, "acceptance", Given(1, "unnamed")),
    "switch_slip": lambda c: progress.switch_slip(c.db, c.actor, c.side.handed_in, is_off=True),
    "lay_down": lambda c: lay_down(c.db, c.actor, REGION, c.cast.representation_id),
    "make_mandate": lambda c: make_mandate(c.db, c.actor, c.cast.representation_id, {"zj-01": "示例"}),
    "speak": lambda c: voices.speak(c.db, c.voice, c.side.handed_in, "示例"),
    "object_to_it": lambda c: voices.object_to_it(c.db, c.voice, c.side.handed_in),
    "take_over": lambda c: take_over(c.db, c.voice, c.side.handed_in),
    "end_authority": lambda c: end_authority(c.db, c.voice, c.side.handed_in),
    "take_objection_back": lambda c: voices.take_objection_back(c.db, c.voice, c.side.handed_in),
    "get_seen_by_person": lambda c: get_seen_by_person(c.db, c.voice, c.side.handed_in),
    "read_answers": lambda c: read_answers(c.db, c.voice, c.side.handed_in),
    "list_in_my_name": lambda c: _some(voices.list_in_my_name(c.db, c.voice)),
    "list_seen": lambda c: _some(list_seen(c.db, c.voice)),
    "list_asks_by_slip": lambda c: _some(list_asks_by_slip(c.db, c.voice)),
    "answer_ask_by_slip": lambda c: answer_ask_by_slip(
        c.db, c.voice, c.cast.invitation_id, REGION, accepts=False
    ),
    "get_asked_of": lambda c: get_asked_of(c.db, c.actor, c.cast.invitation_id),
    "keep_in_account": lambda c: keep_in_account(c.db, c.voice),
    "renew_own_slips": _renew_slips,
    "get_own_thread": lambda c: get_own_thread(c.db, c.actor, c.side.handed_in),
    "get_offer": lambda c: get_offer(c.db, c.actor, c.side.handed_in),
    "get_document": lambda c: get_document(c.db, c.actor, c.side.document_key),
    "get_evidence": lambda c: get_evidence(c.db, c.actor, c.side.draft, "hukou"),
    "begin_scan": lambda c: begin_scan(c.db, c.actor, c.side.draft, "0" * 64, 10),
    "ask_letter_file": lambda c: ask_letter_file(c.db, c.actor, c.side.notice_id, "pdf", "zh"),
    "read_at_counter": lambda c: read_at_counter(c.db, c.actor, c.side.notice_id),
    "list_under_way": _under_way,
    "get_mandate": lambda c: get_mandate(c.db, c.actor, c.cast.representation_id, {"zj-01": "示例"}),
    "find_by_application": lambda c: _some(find_by_application(c.db, c.actor, c.cast.proxied.handed_in)),
    "find_whom_to_ask": lambda c: find_whom_to_ask(
        c.db, c.actor, slip=None, record_id=c.cast.representation_id
    ),
    "save_needs": _save_needs,
    "report_death_in_family": lambda c: report_death_in_family(c.db, c.actor, c.cast.representation_id),
    BY_GUARDIANS_ALONE: lambda c: read_record_of_ward(c.db, c.actor, c.cast.representation_id),
    "cancel_own_appointment": lambda c: cancel_own_appointment(c.db, c.actor, c.cast.appointment_id),
    "hide": lambda c: voices.hide(c.db, c.voice, c.side.handed_in, is_hidden=True),
}


@pytest.fixture
def cast(db: Session) -> Cast:
    prepare(db)
    own, helper, person, stranger, other, asker = (resident(db) for _ in range(6))
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]

    def beside(whom: Actor) -> Actor:
        return Actor(
            "staff",
            clerk.account_id,
            True,
            Role.DESK_CLERK,
            DESK,
            "880001",
            "counter",
            behalf_of_id=whom.account_id,
        )

    own_side = _side(db, own, "self")
    proxied = _side(db, helper, "proxy", person_account_id=person.signed_in_id)
    application = db.scalars(select(Application).where(Application.reference == proxied.handed_in)).one()
    slip = find_live_slip(db, application.person_id) or make_slip(db, SYSTEM, application.person, "post")
    own_notice = select(NoticeRow.id).where(NoticeRow.account_id == person.signed_in_id)
    others = Representation(
        account_id=other.signed_in_id,
        person_id=application.person_id,
        relation="child",
        basis="entrusted",
        powers=list(CLAIMED_POWERS),
        state="active",
        from_on=clock.today(),
        created_at=clock.now(),
    )
    db.add(others)
    db.flush()
    assert application.representation_id is not None
    make_mandate(db, helper, application.representation_id, {"zj-01": "示例"})
    wanted = Wanted("relative", "示例王姨", ("fill",), None, 30)
    asked = ask(db, asker, wanted, REGION, person=application.person)
    appointment = ask_appointment(db, own, REGION, "880001001", Wish("示例", "示例", ()))
    return Cast(
        actors={
            "self": own,
            "beside_self": beside(own),
            "representative": helper,
            "beside_representative": beside(helper),
            "person": person,
            "beside_person": beside(person),
            "slip": VISITOR,
            "slip_at_counter": clerk,
            "stranger": stranger,
            "other_representative": other,
            "visitor": VISITOR,
            "staff": clerk,
            "system": SYSTEM,
        },
        own=own_side,
        proxied=proxied,
        own_notice_id=db.scalars(own_notice).first() or 0,
        slip_id=slip.id,
        representation_id=application.representation_id,
        appointment_id=appointment.id,
        invitation_id=asked.offer.id,
    )


def _side(db: Session, actor: Actor, acting: Any, person_account_id: int | None = None) -> Side:
    """Something handed in, and a draft with every answer, of the same person by the same record."""
    if person_account_id is None:
        handed_in = submitted(db, actor, acting, has_registers=False)
    else:
        handed_in = submitted_for(db, actor, person_account_id)
    number = {"p_name": "示例李四", "p_id_no": "880000199001010011"}
    draft = applications.start_application(
        db,
        actor,
        DEFINITION,
        acting,
        secrets.token_urlsafe(16),
        representation_id=handed_in.representation_id,
    )
    answers = answers_for(acting, {**ANSWERS, **number})
    for page in Journey(DEFINITION, answers, acting, clock.today()).pages():
        kept = {one.id: answers[one.id] for one in page.fields}
        applications.save_page(db, actor, draft.reference, page.id, kept)
    to_reader = select(NoticeRow.id).where(
        NoticeRow.account_id == actor.signed_in_id, NoticeRow.application_id == handed_in.id
    )
    paper = begin_document(db, actor, draft.reference, "hukou", "0" * 64, 10)
    paper.state, paper.scan, paper.pages = "here", "clean", 1
    db.flush()
    return Side(draft.reference, handed_in.reference, db.scalars(to_reader).first() or 0, paper.key)


def submitted_for(db: Session, actor: Actor, person_account_id: int) -> Application:
    """Handed in for a person who has an account of their own."""
    begun = applications.start_application(db, actor, DEFINITION, "proxy", secrets.token_urlsafe(16))
    db.get_one(Person, begun.person_id).own_account_id = person_account_id
    answers = answers_for("proxy", {**ANSWERS, "g_other": "entrusted", "g_kind": "other"})
    for page in Journey(DEFINITION, answers, "proxy", clock.today()).pages():
        kept = {one.id: answers[one.id] for one in page.fields}
        applications.save_page(db, actor, begun.reference, page.id, kept)
    submission.submit(
        db,
        actor,
        begun.reference,
        REGION,
        declarations=[one.id for one in DEFINITION.service.declarations],
        seen_hash=submission.seen_hash_of(db, begun, answers),
        has_registers=False,
    )
    return begun


@contextmanager
def undone(db: Session) -> Iterator[None]:
    """What is done inside is taken back."""
    inside = db.begin_nested()
    try:
        yield
    finally:
        inside.rollback()
        db.expire_all()


def put(db: Session, cast: Cast, state: str) -> None:
    """The record, or what it stands for, in a state."""
    kept = db.get_one(Representation, cast.representation_id)
    day = timedelta(days=1)
    if state in ("asked", "suspended", "ended"):
        kept.state = state
        kept.ended_at = clock.now() if state == "ended" else None
    elif state != "claimed":
        kept.state, kept.basis = "active", "entrusted"
    if state == "not_yet":
        kept.from_on = clock.today() + day
    elif state == "over":
        kept.from_on, kept.to_on = clock.today() - 2 * day, clock.today() - day
    elif state == "other_service":
        kept.services = ["bt-01"]
    elif state == "without_power":
        kept.powers = []
    elif state == "hidden":
        ours = select(Application).where(Application.representation_id == kept.id)
        for one in db.scalars(ours).all():
            one.is_hidden = True
    db.flush()


def is_taken(db: Session, cast: Cast, use_case: str, who: str) -> bool:
    """Whether the use case lets them; what it did is taken back."""
    with undone(db):
        try:
            CALLS[use_case](Call(db, cast, who))
        except REFUSALS:
            return False
        except Conflict as later:
            if later.key not in (NOT_CONFIRMED, NO_MANDATE):
                raise
            return later.key == NOT_CONFIRMED
    return True


def test_every_use_case_has_its_row_and_every_row_its_use_case() -> None:
    assert TABLE.keys() == CALLS.keys()
    for row in TABLE.values():
        assert row.keys() <= {*ALONE, *ONLY_BY_RECORD}
        assert {state for who in ONLY_BY_RECORD for state in row.get(who, ())} <= set(STATES)


def use_cases() -> dict[str, frozenset[str]]:
    """Every public use case that somebody on the applicant's side may call, as the source says, and which
    acts it asks for by name."""
    found: dict[str, frozenset[str]] = {}
    for file in sorted(USECASES.glob("*.py")):
        source = file.read_text(encoding="utf-8")
        knows_voices = file.stem == "voices" or "from portal.usecases.voices import" in source
        functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
        asked = {one.name: _doors_of(one) for one in functions}
        helpers = {one.name: one for one in functions if one.name.startswith("_")}
        for _round in range(3):  # what a helper of the module asks, its callers ask
            for one in functions:
                called = _called_in(one) & helpers.keys()
                asked[one.name] = asked[one.name].union(*(asked[name] for name in called))
        for one in functions:
            parameters = {each.arg: _kind(each) for each in (*one.args.args, *one.args.kwonlyargs)}
            is_opened = "application" in parameters  # whoever calls has opened it
            speaks = parameters.get("voice") == "Voice" and knows_voices
            asks = parameters.get("actor") == "Actor" and bool(asked[one.name])
            if one.name[0] != "_" and one.name not in DOORS and not is_opened and (speaks or asks):
                found[one.name] = asked[one.name]
    return found


def _kind(parameter: ast.arg) -> str:
    return parameter.annotation.id if isinstance(parameter.annotation, ast.Name) else ""


def _called_in(function: ast.FunctionDef) -> set[str]:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {one.id for one in calls if isinstance(one, ast.Name)}


def _doors_of(function: ast.FunctionDef) -> frozenset[str]:
    """The doors that it asks, and the acts that it names at them."""
    doors: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DOORS:
            named = [one.value for one in node.args if isinstance(one, ast.Constant)]
            doors |= {node.func.id, *(str(one) for one in named if one in get_args(Act))}
    return frozenset(doors)


def test_no_use_case_of_the_applicants_side_is_missing_in_the_table() -> None:
    found = use_cases()
    assert len(found) > 40
    assert sorted(found.keys() - TABLE.keys() - SAME_DOOR.keys() - CALLED_AS.keys()) == []
    assert sorted((SAME_DOOR.keys() | CALLED_AS.keys()) - found.keys()) == []
    assert {*SAME_DOOR.values(), *CALLED_AS.values()} <= TABLE.keys()


def test_what_stands_for_a_use_case_asks_for_the_same_act() -> None:
    found = use_cases()
    wrong = {name: (found[name], found[row]) for name, row in SAME_DOOR.items() if found[name] != found[row]}
    assert wrong == {}


def test_whoever_is_not_listed_is_refused_and_whoever_is_listed_is_not(db: Session, cast: Cast) -> None:
    wrong = []
    for use_case, row in TABLE.items():
        for who in ALONE:
            wanted = bool(row.get(who)) or (who == "slip_at_counter" and bool(row.get("slip")))
            if is_taken(db, cast, use_case, who) != wanted:
                wrong.append((use_case, who, "refused" if wanted else "let in"))
    assert wrong == []


def test_representative_is_held_to_the_state_of_the_record(db: Session, cast: Cast) -> None:
    wrong = []
    for state in STATES:
        with undone(db):
            put(db, cast, state)
            for use_case, row in TABLE.items():
                for who in ONLY_BY_RECORD:
                    wanted = state in row.get(who, ())
                    if is_taken(db, cast, use_case, who) != wanted:
                        wrong.append((use_case, who, state, "refused" if wanted else "let in"))
    assert wrong == []


def test_no_basis_gives_more_or_less_than_the_table(db: Session, cast: Cast) -> None:
    """Guardians, the entrusted, committees: what they may do while it holds is the same, but that who guards
    somebody by law reads who of the offices has looked."""
    wrong = []
    for basis in get_args(Basis):
        with undone(db):
            put(db, cast, "active")
            db.get_one(Representation, cast.representation_id).basis = basis
            db.flush()
            for use_case, row in TABLE.items():
                for who in ONLY_BY_RECORD:
                    wanted = "active" in row.get(who, ())
                    if use_case == BY_GUARDIANS_ALONE:
                        wanted = basis in GUARDIANS
                    elif use_case == "make_mandate":
                        wanted = basis in MADE_FOR
                    if is_taken(db, cast, use_case, who) != wanted:
                        wrong.append((use_case, who, basis, "refused" if wanted else "let in"))
    assert wrong == []
