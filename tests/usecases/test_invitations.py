"""Inviting, asking, answering: what opens, what does not, and what each side is told."""

import secrets
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.field_types import mask_name
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.store.accounts import Account, Contact
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.store.people import Person
from portal.store.representations import Invitation, Representation
from portal.usecases.account_messages import Voice
from portal.usecases.actor import Actor
from portal.usecases.applications import start_application
from portal.usecases.contact_values import TypedContact
from portal.usecases.contacts import UNUSED, new_contact
from portal.usecases.invitation_answers import answer_ask, answer_invitation, find_by_code
from portal.usecases.invitation_messages import ASKED, DECLINED, INVITED, OVER, WITHDRAWN, send_code
from portal.usecases.invitations import (
    ASK_LIFE,
    INVITATION_LIFE,
    MOST_OPEN,
    Made,
    Wanted,
    ask_to_act,
    end_invitation,
    invite,
    list_asked_of,
    list_asks,
    list_made,
    withdraw_invitation,
)
from portal.usecases.mandates import make_mandate
from portal.usecases.person_files import get_own_file
from portal.usecases.represented import list_people
from tests.support.certificates import prove
from tests.support.office import DEFINITION, REGION, prepare, submitted

pytestmark = [pytest.mark.monday_morning, pytest.mark.one_database]

HELPER, PERSON = "示例李小帮", "示例王小明"
WANTED = Wanted("relative", HELPER, ("fill", "submit"), ("zj-01",), 30)
VOICE = Voice("【示例市一窗通办】", "一窗通办", "zh", "http://localhost")


def resident(db: Session, phone: str) -> Actor:
    account = Account(kind="resident", preferences={}, created_at=clock.now())
    db.add(account)
    db.flush()
    new_contact(db, account, TypedContact("phone", phone))
    return Actor("resident", account.id)


@pytest.fixture
def person(db: Session) -> Actor:
    prepare(db)
    return resident(db, "19900000101")


@pytest.fixture
def helper(db: Session, person: Actor) -> Actor:
    return resident(db, "19900000102")


def invited(db: Session, person: Actor) -> Made:
    return invite(db, person, WANTED, own_name=PERSON)


def accept(db: Session, who: Actor, made: Made, name: str = HELPER) -> Representation:
    found = find_by_code(db, who, made.code, name)
    assert found is not None
    row = answer_invitation(db, who, found.id, REGION, accepts=True)
    return db.get_one(Representation, row.representation_id)


def begin(db: Session, who: Actor, kept: Representation) -> None:
    start_application(db, who, DEFINITION, "proxy", secrets.token_urlsafe(16), representation_id=kept.id)


def told(db: Session, who: Actor) -> list[str]:
    return [one.body for one in db.scalars(select(Message).where(Message.account_id == who.account_id))]


def test_invited_helper_acts_for_the_persons_own_file_as_long_as_was_said(
    db: Session, person: Actor, helper: Actor
) -> None:
    kept = accept(db, helper, invited(db, person))
    assert (kept.state, kept.basis, kept.account_id) == ("active", "entrusted", helper.account_id)
    assert kept.person_id == get_own_file(db, person).id
    assert (kept.from_on, kept.to_on) == (date(2026, 11, 23), date(2026, 12, 22))
    assert (kept.powers, kept.services) == (["fill", "submit"], ["zj-01"])
    assert kept.agreed_at is not None
    begin(db, helper, kept)
    for who in (person, helper):
        tags = set(db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == f"account:{who.account_id}")))
        assert {"invitation:accepted", "representation:activate"} <= tags
        assert told(db, who)


def test_code_alone_opens_nothing_without_the_name_that_the_other_side_wrote(
    db: Session, person: Actor, helper: Actor
) -> None:
    made = invited(db, person)
    assert find_by_code(db, helper, made.code, "示例别的人") is None
    assert find_by_code(db, helper, "2" * 12, HELPER) is None
    assert find_by_code(db, person, made.code, HELPER) is None
    assert find_by_code(db, helper, made.code, f" {HELPER} ") is not None


def test_declined_gives_nothing_and_the_other_side_is_told(db: Session, person: Actor, helper: Actor) -> None:
    made = invited(db, person)
    answer_invitation(db, helper, made.offer.id, REGION, accepts=False)
    assert db.scalars(select(Representation)).all() == []
    assert any("没有同意" in one for one in told(db, person))
    assert find_by_code(db, helper, made.code, HELPER) is None
    with pytest.raises(Conflict, match="invitation_answered"):
        answer_invitation(db, helper, made.offer.id, REGION, accepts=True)


def test_time_of_an_invitation_runs_out(db: Session, person: Actor, helper: Actor) -> None:
    made = invited(db, person)
    clock.use_fixed(clock.now() + INVITATION_LIFE)
    assert find_by_code(db, helper, made.code, HELPER) is None
    end_invitation(db, REGION, made.offer.id)
    end_invitation(db, REGION, made.offer.id)
    assert db.get_one(Invitation, made.offer.id).state == "over"
    assert len([one for one in told(db, person) if "到期" in one]) == 1


def test_withdrawn_invitation_opens_nothing_and_only_who_made_it_withdraws(
    db: Session, person: Actor, helper: Actor
) -> None:
    made = invited(db, person)
    with pytest.raises(NotFound):
        withdraw_invitation(db, helper, made.offer.id, REGION)
    assert [one.id for one in list_made(db, person)] == [made.offer.id]
    withdraw_invitation(db, person, made.offer.id, REGION)
    assert list_made(db, person) == []
    assert find_by_code(db, helper, made.code, HELPER) is None


def test_asked_record_opens_nothing_until_the_person_says_yes(
    db: Session, person: Actor, helper: Actor
) -> None:
    made = ask_to_act(db, helper, WANTED, REGION, name=PERSON)
    kept = db.scalars(select(Representation)).one()
    assert kept.state == "asked"
    with pytest.raises(NotAllowed, match="authority_asked"):
        begin(db, helper, kept)
    claim = db.get_one(Person, kept.person_id)
    assert [one.id for one in list_asks(db, claim)] == [made.offer.id]
    answer_ask(db, person, claim, made.offer.id, REGION, accepts=True, way="slip")
    assert (kept.state, kept.agreed_way) == ("active", "slip")
    begin(db, helper, kept)


def test_person_who_answers_with_their_own_account_has_it_in_their_own_file(
    db: Session, person: Actor, helper: Actor
) -> None:
    made = ask_to_act(db, helper, WANTED, REGION, name=PERSON)
    assert find_by_code(db, person, made.code, "示例别的人") is None
    kept = accept(db, person, made, PERSON)
    assert kept.person_id == get_own_file(db, person).id
    assert kept.account_id == helper.account_id


def test_what_was_begun_under_another_number_is_not_taken_into_the_own_file(
    db: Session, person: Actor, helper: Actor
) -> None:
    prove(db, person, "880000199001010011")
    kept = submitted(db, helper, acting="proxy").representation
    assert kept is not None
    claim = db.get_one(Person, kept.person_id)
    made = ask_to_act(db, helper, WANTED, REGION, person=claim)
    with pytest.raises(Conflict, match="other_person"):
        answer_invitation(db, person, made.offer.id, REGION, accepts=True)


def test_what_the_helper_began_under_the_same_number_comes_into_the_own_file_with_the_yes(
    db: Session, person: Actor, helper: Actor
) -> None:
    begun = submitted(db, helper, acting="proxy")
    prove(db, person)
    kept = accept(db, helper, invite(db, person, WANTED))
    assert begun.person_id == kept.person_id == get_own_file(db, person).id


def test_asking_for_somebody_takes_nothing_from_what_could_be_done_before(
    db: Session, person: Actor, helper: Actor
) -> None:
    begun = submitted(db, helper, acting="proxy")
    made = ask_to_act(db, helper, WANTED, REGION, person=begun.person)
    assert begun.representation is not None
    assert begun.representation.state == "claimed"
    answer_ask(db, person, begun.person, made.offer.id, REGION, accepts=False, way="slip")
    assert begun.representation.state == "claimed"


def test_who_has_an_account_is_told_that_somebody_asks_and_answers_there(
    db: Session, person: Actor, helper: Actor
) -> None:
    made = ask_to_act(db, helper, WANTED, REGION, person=get_own_file(db, person))
    assert [one.id for one in list_asked_of(db, person)] == [made.offer.id]
    assert list_asked_of(db, helper) == []
    (words,) = told(db, person)
    assert "等您答复" in words
    answer_invitation(db, person, made.offer.id, REGION, accepts=False)
    assert db.scalars(select(Representation)).one().state == "ended"


def test_code_of_an_ask_for_somebodys_own_file_is_answered_by_nobody_else(
    db: Session, person: Actor, helper: Actor
) -> None:
    made = ask_to_act(db, helper, WANTED, REGION, person=get_own_file(db, person))
    stranger = resident(db, "19900000103")
    assert find_by_code(db, stranger, made.code, PERSON) is None
    assert find_by_code(db, person, made.code, PERSON) is not None


def test_unanswered_ask_ends_and_so_does_its_record(db: Session, person: Actor, helper: Actor) -> None:
    made = ask_to_act(db, helper, WANTED, REGION, name=PERSON)
    clock.use_fixed(clock.now() + ASK_LIFE)
    end_invitation(db, REGION, made.offer.id)
    assert db.scalars(select(Representation)).one().ended_for == "over"


def test_many_open_invitations_are_refused(db: Session, person: Actor) -> None:
    for _ in range(MOST_OPEN):
        invited(db, person)
    with pytest.raises(Conflict, match="too_many_invitations"):
        invited(db, person)


def test_who_is_under_age_invites_nobody(db: Session, person: Actor) -> None:
    prove(db, person, "880000201501010013")
    with pytest.raises(Conflict, match="under_age"):
        invited(db, person)


def test_nobody_asks_to_act_for_themselves(db: Session, person: Actor) -> None:
    with pytest.raises(Conflict, match="own_invitation"):
        ask_to_act(db, person, WANTED, REGION, person=get_own_file(db, person))


def test_message_with_a_code_names_nobody_and_fits_a_text_message(db: Session, person: Actor) -> None:
    made = invited(db, person)
    send_code(db, TypedContact("phone", "19900000777"), made.code, VOICE)
    (message,) = (one for one in db.scalars(select(Message)) if one.to == "19900000777")
    assert len(message.body) <= 70
    for name in (HELPER, PERSON, mask_name(PERSON), "残疾"):
        assert name not in message.body
    for text in (ASKED, DECLINED, WITHDRAWN, OVER):
        for said in (text.zh, text.easy or "", text.en):
            assert len(VOICE.signature + said) <= 70
    assert (
        len(INVITED.sms.en.replace("{signature}", VOICE.signature).replace("{code}", "1234 5678 9012")) <= 70
    )


def test_number_that_nobody_has_used_for_long_is_sent_no_code(
    db: Session, person: Actor, helper: Actor
) -> None:
    made = invited(db, person)
    contact = db.scalars(select(Contact).where(Contact.account_id == helper.account_id)).one()
    clock.use_fixed(clock.now() + UNUSED + timedelta(days=1))
    send_code(db, TypedContact("phone", contact.value), made.code, VOICE)
    assert [one for one in db.scalars(select(Message)) if one.to == contact.value] == []


def test_who_only_asks_is_told_no_name_until_the_person_says_yes(
    db: Session, person: Actor, helper: Actor
) -> None:
    own = get_own_file(db, person)
    own.name = PERSON
    made = ask_to_act(db, helper, WANTED, REGION, person=own)
    (asked,) = list_people(db, helper)
    assert (asked.standing, asked.name, asked.number_index) == ("asked", None, None)
    answer_invitation(db, person, made.offer.id, REGION, accepts=True)
    (agreed,) = list_people(db, helper)
    assert (agreed.standing, agreed.name) == ("active", PERSON)


def test_mandate_does_not_show_who_acts_a_number_that_only_the_person_gave(
    db: Session, person: Actor, helper: Actor
) -> None:
    own = get_own_file(db, person)
    own.name, own.id_number = PERSON, "880000195001010013"
    made = ask_to_act(db, helper, WANTED, REGION, person=own)
    answer_invitation(db, person, made.offer.id, REGION, accepts=True)
    (agreed,) = list_people(db, helper)
    text = make_mandate(db, helper, agreed.id, {"zj-01": "示例"}).text
    assert PERSON in text
    assert "880000195001010013" not in text
