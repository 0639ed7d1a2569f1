"""Agreeing at the counter: two of the staff where nobody signs, exactly these answers, exactly once."""

import secrets
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.rules.journey import Journey
from portal.store import Store
from portal.store.applications import Submission
from portal.store.recusals import Recusal
from portal.store.visits import SpokenConfirmation
from portal.usecases.actor import Actor
from portal.usecases.applications import save_page, start_application
from portal.usecases.confirming import (
    ConfirmedBy,
    Said,
    hand_in_confirmed,
    read_waiting_word,
    record_confirmation,
    witness_confirmation,
)
from portal.usecases.own_record import read_own_record
from portal.usecases.submission import answers_hash, submit
from tests.support.at_once import at_once
from tests.support.certificates import prove
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    prepare,
    resident,
    staff_account,
)

DECLARED = [one.id for one in DEFINITION.service.declarations]
CHANGES = {**ANSWERS, "p_id_no": "880000199001010011"}


class Desk:
    """A clerk beside a visitor for whom everything was typed, and two colleagues of the unit."""

    def __init__(self, db: Session) -> None:
        prepare(db)
        clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
        self.colleague = staff_account(db, "colleague", Role.DESK_CLERK, DESK)[0]
        self.third = staff_account(db, "third", Role.DESK_CLERK, DESK)[0]
        self.beside: Actor = replace(clerk, behalf_of_id=resident(db).account_id)
        begun = start_application(db, self.beside, DEFINITION, "self", secrets.token_urlsafe(16))
        answers = answers_for("self", CHANGES)
        for page in Journey(DEFINITION, answers, "self", clock.today()).pages():
            save_page(db, self.beside, begun.reference, page.id, {f.id: answers[f.id] for f in page.fields})
        self.reference, self.seen = begun.reference, answers_hash(answers)

    def agree(self, db: Session, way: ConfirmedBy = "spoken", words: str = "同意。") -> SpokenConfirmation:
        said = Said(way, "姓名：示例王小明。", DECLARED, words)
        return record_confirmation(db, self.beside, self.reference, REGION, said, self.seen)

    def hand_in(self, db: Session) -> bool:
        return hand_in_confirmed(
            db, self.beside, self.reference, REGION, self.seen, has_registers=False
        ).is_new


@pytest.fixture
def desk(store: Store) -> Desk:
    with store.transaction() as db:
        return Desk(db)


def test_two_colleagues_and_two_presses_at_once_make_one_second_and_one_submission(
    store: Store, desk: Desk
) -> None:
    with store.transaction() as db:
        number = desk.agree(db).id
    people = (desk.colleague, desk.third)

    def confirm(person: int) -> str:
        try:
            with store.transaction() as db:
                witness_confirmation(db, people[person], number)
            return "second"
        except Conflict as late:
            return late.key

    def press(_person: int) -> bool:
        with store.transaction() as db:
            return desk.hand_in(db)

    assert sorted(at_once(confirm, 2)) == ["confirmation_is_whole", "second"]
    assert sorted(at_once(press, 2)) == [False, True]
    with store.reading() as db:
        assert len(db.scalars(select(Submission)).all()) == 1


@pytest.mark.one_database
def test_no_way_leads_around_the_word_of_the_visitor(store: Store, desk: Desk) -> None:
    with store.transaction() as db, pytest.raises(Conflict, match="not_confirmed"):
        desk.hand_in(db)
    with store.transaction() as db, pytest.raises(Conflict, match="not_confirmed"):
        submit(db, desk.beside, desk.reference, REGION, declarations=DECLARED, seen_hash=desk.seen)
    with store.transaction() as db, pytest.raises(Invalid):
        desk.agree(db, "gesture", " ")
    with store.transaction() as db, pytest.raises(Invalid):
        desk.agree(db, "thumbprint")
    with store.transaction() as db:
        number = desk.agree(db).id
    with store.transaction() as db, pytest.raises(Conflict, match="waits_for_second"):
        desk.hand_in(db)
    with store.transaction() as db, pytest.raises(NotFound):
        witness_confirmation(db, replace(desk.beside, behalf_of_id=None), number)
    alone = replace(desk.beside, behalf_of_id=None)
    with store.transaction() as db, pytest.raises(NotAllowed, match="counter_only"):
        record_confirmation(db, alone, desk.reference, REGION, Said("signed", "", DECLARED), desk.seen)


@pytest.mark.one_database
def test_the_second_cannot_confirm_what_was_changed_since(store: Store, desk: Desk) -> None:
    with store.transaction() as db:
        number = desk.agree(db).id
        name = {one.id: "示例" for one in DEFINITION.page("person-name").fields}
        save_page(db, desk.beside, desk.reference, "person-name", name)
    with store.transaction() as db, pytest.raises(Conflict, match="answers_changed_meanwhile"):
        read_waiting_word(db, desk.colleague, number)
    with store.transaction() as db, pytest.raises(Conflict, match="answers_changed_meanwhile"):
        witness_confirmation(db, desk.colleague, number)


@pytest.mark.one_database
def test_who_keeps_away_neither_hears_nor_witnesses_nor_hands_in(store: Store, desk: Desk) -> None:
    with store.transaction() as db:
        number = desk.agree(db, "signed").id
        waiting = desk.agree(db).id
        application_id = db.get_one(SpokenConfirmation, number).application_id
        declared = {"unit_code": DESK, "cause": "interest", "declared_at": clock.now()}
        for one in (desk.beside.signed_in_id, desk.colleague.signed_in_id):
            db.add(Recusal(application_id=application_id, account_id=one, **declared))
    for act in (
        desk.agree,
        desk.hand_in,
        lambda db: witness_confirmation(db, desk.colleague, waiting),
    ):
        with store.transaction() as db, pytest.raises(NotAllowed, match="own_visitor"):
            act(db)
    with store.transaction() as db:
        assert witness_confirmation(db, desk.third, waiting).second_id == desk.third.signed_in_id


@pytest.mark.one_database
def test_person_reads_in_their_record_who_was_read_everything_and_who_was_there(
    store: Store, desk: Desk
) -> None:
    with store.transaction() as db:
        number = desk.agree(db).id
        read_waiting_word(db, desk.colleague, number)
        witness_confirmation(db, desk.colleague, number)
        person = Actor("resident", desk.beside.side_id)
        prove(db, person)
        found = read_own_record(db, person)
    assert found is not None
    done = {tag for day in found.days for line in day.lines for tag, _times in line.tags}
    assert {"confirmation:hear", "confirmation:read", "confirmation:witness"} <= done
