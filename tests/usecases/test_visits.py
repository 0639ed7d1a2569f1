"""One visitor at a time, whoever begins first; what waits for visitors, with its reasons."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Gone, NotAllowed, NotFound
from portal.store import Store, blind_index
from portal.store.accounts import Account, SignInSession
from portal.store.applications import Application
from portal.store.people import Person
from portal.store.visits import Entering, Visit
from portal.store.voices import OwnWords
from portal.usecases.actor import Actor
from portal.usecases.applications import note_entering
from portal.usecases.claims import claim
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.receiving import Reception, receive_by_document
from portal.usecases.recusals import add_relative
from portal.usecases.review import decide
from portal.usecases.sessions import find_session
from portal.usecases.visitor_applications import list_under_way
from portal.usecases.visits import Begun, begin_visit, beside, find_visit
from portal.usecases.waiting_visitors import list_waiting_visitors
from tests.support.at_once import at_once
from tests.support.office import DESK, REGION, prepare, resident, sign_in_staff, submitted

NUMBER = "880000195001010013"
ONE_POINT = Deciding(
    "ask_more", points=[PointAsked("person-name", "C03", "请照身份证写")], summary="请照身份证写姓名"
)


@pytest.fixture
def clerk(store: Store) -> tuple[Actor, int]:
    """A clerk, and the session she works in."""
    with store.transaction() as db:
        prepare(db)
        token = sign_in_staff(db, "clerk", Role.DESK_CLERK, DESK)[1]
        found = find_session(db, token)
        assert found is not None
        return found.actor, found.session_id


def received(db: Session, clerk: tuple[Actor, int], visitor: Actor) -> Begun:
    actor, session_id = clerk
    return begin_visit(
        db, actor, session_id, visitor.signed_in_id, channel="counter", standing="self", identity_seen="slip"
    )


def test_of_two_visits_begun_at_once_in_a_session_one_is_open(store: Store, clerk: tuple[Actor, int]) -> None:
    with store.transaction() as db:
        visitors = [resident(db), resident(db)]

    def begin(number: int) -> Begun:
        with store.transaction() as db:
            return received(db, clerk, visitors[number])

    tokens = at_once(begin, 2)
    with store.reading() as db:
        opened = db.scalars(select(Visit).where(Visit.ended_at.is_(None))).all()
        assert len(opened) == 1
        assert len(db.scalars(select(Visit)).all()) == 2
        found = []
        for begun in tokens:
            try:
                found.append(find_visit(db, *clerk, begun.token).account_id)
            except Gone:
                continue
        assert found == [opened[0].account_id]


def test_one_document_at_two_counters_at_once_begins_one_account(
    store: Store, clerk: tuple[Actor, int]
) -> None:
    with store.transaction() as db:
        other = find_session(db, sign_in_staff(db, "other", Role.DESK_CLERK, DESK)[1])
        assert other is not None
    counters = [clerk, (other.actor, other.session_id)]

    def receive(number: int) -> Begun:
        reception = Reception(*counters[number], "counter", "self")
        with store.transaction() as db:
            return receive_by_document(db, reception, "resident", "示例王小明", NUMBER, REGION)

    begun = at_once(receive, 2)
    with store.reading() as db:
        assert len({one.visit.account_id for one in begun}) == 1
        assert len(db.scalars(select(Account).where(Account.kind == "resident")).all()) == 1


def test_visit_ends_with_its_session_and_is_of_no_other(store: Store, clerk: tuple[Actor, int]) -> None:
    actor, session_id = clerk
    with store.transaction() as db:
        begun = received(db, clerk, resident(db))
    with store.transaction() as db:
        with pytest.raises(NotFound):
            find_visit(db, actor, session_id + 1, begun.token)
        with pytest.raises(NotFound):
            find_visit(db, actor, session_id, "no such token")
        acting = beside(actor, find_visit(db, actor, session_id, begun.token))
        assert (acting.behalf_of_id, acting.channel) == (begun.visit.account_id, "counter")
        assert acting.signed_in_id == actor.signed_in_id
        session = db.get_one(SignInSession, session_id)
        session.revoked_at = session.created_at
        db.flush()
        with pytest.raises(Gone):
            find_visit(db, actor, session_id, begun.token)
        db.delete(session)
        db.flush()
        with pytest.raises(Gone):
            find_visit(db, actor, session_id, begun.token)


@pytest.mark.one_database
def test_whose_number_is_a_relatives_is_not_received_however_they_are_found(
    store: Store, clerk: tuple[Actor, int]
) -> None:
    with store.transaction() as db:
        visitor = resident(db)
        submitted(db, visitor, own={"p_id_no": NUMBER})
        index = blind_index(db, "id_number", NUMBER)
        assert db.scalars(select(Person.id_number_index)).all() == [index]
        add_relative(db, clerk[0], NUMBER, "relative")
        with pytest.raises(NotAllowed, match="own_visitor"):
            received(db, clerk, visitor)


@pytest.mark.one_database
def test_who_stands_there_and_was_said_to_have_died_is_known_at_once(
    store: Store, clerk: tuple[Actor, int]
) -> None:
    with store.transaction() as db:
        visitor = resident(db)
        submitted(db, visitor)
        assert not received(db, clerk, visitor).visit.is_reported_dead
        db.scalars(select(Person)).one().death_reported_at = clock.now()
        begun = received(db, clerk, visitor)
        assert begun.visit.is_reported_dead
        assert find_visit(db, *clerk, begun.token).is_reported_dead


@pytest.mark.one_database
def test_what_waits_is_listed_by_clerk_and_by_counter_with_its_reasons(
    store: Store, clerk: tuple[Actor, int]
) -> None:
    actor, _session_id = clerk
    with store.transaction() as db:
        colleague = sign_in_staff(db, "colleague", Role.DESK_CLERK, DESK)[0]
        elsewhere = sign_in_staff(db, "elsewhere", Role.DESK_CLERK, "desk_nanhu")[0]
        visitor = resident(db)
        returned, running = (typed(db, actor, visitor, number) for number in ("2", "4"))
        claim(db, colleague, returned.reference)
        decide(db, colleague, returned.reference, REGION, version=returned.version, deciding=ONE_POINT)
        (row,) = list_waiting_visitors(db, actor).rows
        assert row.application.reference == returned.reference != running.reference
        assert row.correction is not None
        assert [(point.reason, point.words) for point in row.correction.points] == [("C03", "请照身份证写")]
        assert row.until_on == row.correction.due_on
        assert row.since_at == row.correction.asked_at
        assert row.waits_for == "correction"
        assert row.needs["contact_do_not"] == ["call"]
        assert list_waiting_visitors(db, colleague).rows == ()
        (same,) = list_waiting_visitors(db, colleague, of_unit=True).rows
        assert same.application.reference == returned.reference
        liaison = sign_in_staff(db, "liaison", Role.LIAISON, DESK)[0]
        assert list_waiting_visitors(db, liaison, of_unit=True).rows == ()  # only what they typed themselves
        assert list_waiting_visitors(db, elsewhere, of_unit=True).rows == ()
        with pytest.raises(NotAllowed):
            list_waiting_visitors(db, visitor)


@pytest.mark.one_database
def test_no_day_is_named_while_the_person_objects_to_what_is_to_be_mended(
    store: Store, clerk: tuple[Actor, int]
) -> None:
    actor, _session_id = clerk
    with store.transaction() as db:
        colleague = sign_in_staff(db, "colleague", Role.DESK_CLERK, DESK)[0]
        visitor = resident(db)
        returned = typed(db, actor, visitor, "2")
        claim(db, colleague, returned.reference)
        decide(db, colleague, returned.reference, REGION, version=returned.version, deciding=ONE_POINT)
        (shown,) = list_under_way(db, visitor)
        assert not shown.is_held
        said = {"kind": "objection", "way": "counter", "said_at": clock.now()}
        db.add(OwnWords(application_id=returned.id, **said))
        db.flush()
        (row,) = list_waiting_visitors(db, actor).rows
        assert row.until_on is None
        (shown,) = list_under_way(db, visitor)
        assert shown.is_held


def typed(db: Session, clerk: Actor, visitor: Actor, last: str) -> Application:
    """Handed in by the visitor after the clerk had typed in it."""
    application = submitted(db, visitor, own={"p_id_no": f"88000019500101{last}", "c_do_not": ["call"]})
    note_entering(db, replace(clerk, channel="counter", behalf_of_id=visitor.signed_in_id), application)
    assert db.scalars(select(Entering.unit_code)).all()[-1] == DESK
    return application
