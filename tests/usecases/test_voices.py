"""The person's own voice: what they stop, take back, end and hide, and what nobody may do over their head."""

import secrets
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Answers, Role
from portal.rules.acting import GUARDIANS
from portal.rules.errors import Conflict, NotAllowed, NotFound
from portal.rules.journey import Journey
from portal.store import Store
from portal.store.accounts import Account, Contact
from portal.store.applications import Application, Slip
from portal.store.audit import AuditEvent
from portal.store.messages import Message, NoticeRow
from portal.store.voices import OwnWords, PersonSlip
from portal.usecases.actor import VISITOR, Actor
from portal.usecases.applications import get_own, list_own, load_answers, save_page, start_application
from portal.usecases.decisions import Deciding
from portal.usecases.letter_files import ask_letter_file
from portal.usecases.notices import get_notice, list_notices
from portal.usecases.objecting import find_objection
from portal.usecases.own_slips import list_own_slips, renew_own_slips
from portal.usecases.own_words import take_note
from portal.usecases.person_files import get_own_file
from portal.usecases.person_slips import find_live_slip, make_slip, open_slip
from portal.usecases.progress import look_up
from portal.usecases.submission import submit
from portal.usecases.taking_over import end_authority, keep_in_account, take_over
from portal.usecases.voices import (
    Voice,
    hide,
    list_in_my_name,
    object_to_it,
    reach,
    speak,
    take_objection_back,
)
from tests.support.at_once import at_once
from tests.support.chain import chain_staff, lead, run
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    DESK,
    REGION,
    answers_for,
    declare,
    prepare,
    resident,
    staff_account,
    submitted,
)
from tests.support.people import make_resident

pytestmark = pytest.mark.monday_morning

OWN_PHONE = "19900000077"
NOT_HERE = Deciding("not_ours", reasons=("J01",), summary="不归这里办", form={"ask_where": "示例单位"})


def helper(db: Session) -> Actor:
    return Actor("resident", make_resident(db, "19900000001").id)


def applied_for(db: Session, own: dict[str, object] | None = None) -> tuple[Application, Actor, Voice]:
    """What a helper handed in, and the person with their slip."""
    prepare(db)
    agent = helper(db)
    application = submitted(db, agent, "proxy", {"p_name": "示例王小明", **(own or {})})
    slip = find_live_slip(db, application.person_id)
    assert slip is not None
    return application, agent, Voice(VISITOR, "slip", slip.id)


def drafted_for(db: Session) -> tuple[Application, Actor, Voice, Answers]:
    """A complete draft of a helper, and the person with a slip from the counter."""
    prepare(db)
    agent = helper(db)
    application = start_application(db, agent, DEFINITION, "proxy", secrets.token_urlsafe(16))
    answers = answers_for("proxy", ANSWERS)
    for page in Journey(DEFINITION, answers, "proxy", clock.today()).pages():
        save_page(db, agent, application.reference, page.id, {f.id: answers[f.id] for f in page.fields})
    slip = make_slip(db, VISITOR, application.person, "counter")
    return application, agent, Voice(VISITOR, "slip", slip.id), answers


def test_slip_opens_by_both_numbers_only_and_a_new_one_switches_the_old_off(db: Session) -> None:
    application, _agent, voice = applied_for(db)
    old = db.get_one(PersonSlip, voice.slip_id)
    assert open_slip(db, VISITOR, old.number, old.code.lower()).id == old.id
    for number, code in ((old.number, "22222222"), ("000000000000", old.code), ("", "")):
        with pytest.raises(NotFound):
            open_slip(db, VISITOR, number, code)
    new = make_slip(db, VISITOR, application.person, "counter")
    with pytest.raises(Conflict, match="slip_is_off"):
        open_slip(db, VISITOR, old.number, old.code)
    with pytest.raises(NotFound):
        list_in_my_name(db, voice)
    assert [one.id for one in list_in_my_name(db, Voice(VISITOR, "slip", new.id))] == [application.id]


def test_person_makes_a_new_slip_in_the_account_once_and_the_old_one_is_void(db: Session) -> None:
    application, agent, voice = applied_for(db)
    me = Actor("resident", make_resident(db, "19900000055").id)
    assert renew_own_slips(db, me, ()) == []  # nobody acts for this account
    keep_in_account(db, Voice(me, "slip", voice.slip_id))
    [before] = list_own_slips(db, me)
    [made] = renew_own_slips(db, me, [before.id])
    assert [one.id for one in renew_own_slips(db, me, [before.id])] == [made.id]  # pressed twice
    assert (made.given_way, made.given_at is not None) == ("account", True)
    with pytest.raises(Conflict, match="slip_is_off"):
        open_slip(db, VISITOR, before.number, before.code)
    assert open_slip(db, VISITOR, made.number, made.code).id == made.id
    assert renew_own_slips(db, agent, ()) == []  # who acts never makes one
    assert [one.id for one in list_in_my_name(db, Voice(VISITOR, "slip", made.id))] == [application.id]


@pytest.mark.parametrize("has_own", [False, True], ids=["first file", "file of their own"])
def test_slip_kept_in_the_account_brings_along_what_was_taken_over_at_the_counter(
    db: Session, has_own: bool
) -> None:
    application, _agent, voice = applied_for(db)
    clerk, _post = staff_account(db, "clerk", Role.DESK_CLERK, DESK)
    take_over(db, Voice(clerk, "counter", voice.slip_id), application.reference)
    me = Actor("resident", make_resident(db, "19900000055").id)
    own = get_own_file(db, me).id if has_own else application.person_id
    with pytest.raises(NotFound):
        get_own(db, me, application.reference, "follow")
    keep_in_account(db, Voice(me, "slip", voice.slip_id))
    assert get_own(db, me, application.reference, "submit").acting == "self"
    assert (application.person_id, get_own_file(db, me).id) == (own, own)
    assert {one.key for one in list_notices(db, me)} == {"N01"}
    assert [one.reference for one in list_own(db, me)] == [application.reference]


def test_slip_opens_nothing_of_anybody_else(db: Session) -> None:
    _application, _agent, voice = applied_for(db)
    other = submitted(db, Actor("resident", make_resident(db, "19900000002").id), "proxy")
    with pytest.raises(NotFound):
        reach(db, voice, other.reference, "follow")


@pytest.mark.parametrize(
    ("own", "ways"),
    [
        ({"c_has_phone": "own", "c_phone": OWN_PHONE}, ["sms", "sms"]),
        ({"c_has_phone": "own", "c_phone": "19900000001"}, []),
        ({"c_has_phone": "via", "c_via_phone": OWN_PHONE}, []),
        ({"c_has_phone": "own", "c_phone": OWN_PHONE, "g_phone": OWN_PHONE}, []),
        ({"c_has_phone": "own", "c_phone": OWN_PHONE, "c_channels": ["unknown"], "c_do_not": ["sms"]}, []),
    ],
    ids=[
        "own phone",
        "phone of the helper",
        "somebody passes it on",
        "phone that the helper gave",
        "no texts",
    ],
)
def test_slip_goes_past_who_acts(db: Session, own: dict[str, object], ways: list[str]) -> None:
    _application, _agent, voice = applied_for(db, {"c_channels": ["sms"], "c_format": "standard", **own})
    slip = db.get_one(PersonSlip, voice.slip_id)
    sent = db.scalars(select(Message).where(Message.unique_key.startswith("person-slip-"))).all()
    assert [one.channel for one in sent] == ways
    assert {one.to for one in sent} <= {OWN_PHONE}
    assert all(len(one.body) <= 70 and "残疾" not in one.body for one in sent)
    assert not any(slip.number in one.body and slip.code in one.body for one in sent)
    assert (slip.unit_code is None) is bool(ways)
    told = select(Message).where(Message.body.contains(slip.code))
    assert not ways or db.scalars(told).all() == []  # grouped for the eye


def test_objection_stops_handing_in_until_it_is_taken_back(db: Session) -> None:
    application, agent, voice, answers = drafted_for(db)
    said = object_to_it(db, voice, application.reference, "我不想申请")
    assert object_to_it(db, voice, application.reference).id == said.id
    with pytest.raises(Conflict, match="person_objects"):
        declare(db, agent, application.reference, answers)
    assert application.state == "draft"
    take_objection_back(db, voice, application.reference)
    declare(db, agent, application.reference, answers)
    assert application.state == "in_review"


def test_officer_has_no_last_word_before_taking_note(db: Session) -> None:
    application, _agent, voice = applied_for(db)
    staff = chain_staff(db)
    lead(db, staff, application, ("forward",))
    object_to_it(db, voice, application.reference, "不是我要办的")
    with pytest.raises(Conflict, match="objection_unheard"):
        run(db, staff["reviewer"], application, NOT_HERE)
    standing = find_objection(db, application)
    assert standing is not None
    take_note(db, staff["reviewer"], application.reference, standing.id, "打电话问过本人", is_settled=False)
    run(db, staff["reviewer"], application, NOT_HERE)
    assert application.state == "not_accepted"
    with pytest.raises(Conflict, match="too_late_to_take_over"):
        take_over(db, voice, application.reference)


def test_note_is_taken_once_and_of_ones_own_post_only(db: Session) -> None:
    application, _agent, voice = applied_for(db)
    said = object_to_it(db, voice, application.reference)
    clerk, _post = staff_account(db, "clerk", Role.DESK_CLERK, DESK)
    other, _post = staff_account(db, "other", Role.DESK_CLERK, "desk_nanhu")
    with pytest.raises(NotFound):
        take_note(db, other, application.reference, said.id, "看过了", is_settled=False)
    take_note(db, clerk, application.reference, said.id, "听过双方", is_settled=True)
    take_note(db, clerk, application.reference, said.id, "听过双方", is_settled=True)
    assert find_objection(db, application) is None
    with pytest.raises(Conflict):
        take_note(db, clerk, application.reference, said.id, "别的话", is_settled=False)


def test_who_takes_over_has_it_and_the_helper_keeps_nothing(db: Session) -> None:
    application, agent, voice = applied_for(db)
    receipt = db.get_one(Slip, application.id).code
    letters = [one.id for one in list_notices(db, agent)]
    account = make_resident(db, "19900000055")
    me = Actor("resident", account.id)
    taken = take_over(db, Voice(me, "slip", voice.slip_id), application.reference)
    assert taken is application
    assert (application.account_id, application.acting) == (account.id, "self")
    assert get_own(db, me, application.reference, "submit") is application
    assert list_own(db, agent) == []
    assert list_notices(db, agent) == []
    assert {one.key for one in list_notices(db, me)} == {"N01"}
    for number in letters:
        with pytest.raises(NotFound):
            get_notice(db, agent, number)
    with pytest.raises(NotFound):
        get_own(db, agent, application.reference, "follow")
    with pytest.raises(NotFound):
        look_up(db, application.reference, receipt)
    told = db.scalars(select(Message.body).where(Message.account_id == agent.account_id)).all()
    assert any("本人自己接着办了" in body for body in told)


def test_taking_over_a_draft_drops_what_was_said_of_the_helper(db: Session) -> None:
    application, _agent, voice, _answers = drafted_for(db)
    account = make_resident(db, "19900000055")
    take_over(db, Voice(Actor("resident", account.id), "slip", voice.slip_id), application.reference)
    assert not [name for name in load_answers(db, application) if name.startswith("g_")]


def test_helper_does_not_take_over_with_the_slip(db: Session) -> None:
    application, agent, voice = applied_for(db)
    with pytest.raises(NotAllowed, match="own_helper"):
        take_over(db, Voice(agent, "slip", voice.slip_id), application.reference)


def test_nobody_takes_over_past_the_account_of_the_person(db: Session) -> None:
    application, _agent, voice = applied_for(db)
    first, second = (make_resident(db, f"1990000005{number}") for number in (5, 6))
    application.person.own_account_id = first.id
    db.flush()
    with pytest.raises(NotAllowed, match="file_has_account"):
        take_over(db, Voice(Actor("resident", second.id), "slip", voice.slip_id), application.reference)


def test_at_the_counter_it_is_in_an_account_that_nobody_signs_in_to(db: Session) -> None:
    application, agent, voice = applied_for(db)
    clerk, _post = staff_account(db, "clerk", Role.DESK_CLERK, DESK)
    take_over(db, Voice(clerk, "counter", voice.slip_id), application.reference)
    account = db.get_one(Account, application.account_id)
    assert account.id != agent.account_id
    assert db.scalars(select(Contact).where(Contact.account_id == account.id)).all() == []
    [event] = db.scalars(select(AuditEvent).where(AuditEvent.tag == "voice:takeover"))
    assert (event.actor_kind, event.actor_id, event.channel) == ("staff", clerk.account_id, "counter")
    assert event.authority == f"slip:{voice.slip_id}"
    assert db.scalars(select(OwnWords.noted_by_id)).all() == [clerk.account_id]


@pytest.mark.parametrize("basis", sorted(GUARDIANS))
@pytest.mark.parametrize("act", [take_over, end_authority], ids=["take over", "end"])
def test_where_a_guardian_acts_staff_hear_both(db: Session, basis: str, act: Callable[..., object]) -> None:
    application, agent, voice = applied_for(db)
    assert application.representation is not None
    application.representation.basis = basis
    me = Voice(Actor("resident", make_resident(db, "19900000055").id), "slip", voice.slip_id)
    assert not act(db, me, application.reference, "我想自己办")
    assert application.account_id == agent.account_id
    assert application.representation.state == "claimed"
    standing = find_objection(db, application)
    assert standing is not None
    assert standing.words == "我想自己办"


def test_who_acted_acts_no_more_once_the_authority_is_ended(db: Session) -> None:
    application, agent, voice = applied_for(db)
    assert end_authority(db, voice, application.reference)
    assert end_authority(db, voice, application.reference)
    with pytest.raises(NotAllowed, match="authority_ended"):
        get_own(db, agent, application.reference, "withdraw")
    assert db.scalars(select(OwnWords.kind)).all() == ["end"]


def test_what_is_hidden_is_in_no_list_and_no_letter_of_who_acts(db: Session) -> None:
    application, agent, voice = applied_for(db)
    receipt = db.get_one(Slip, application.id).code
    before = len(db.scalars(select(Message.id).where(Message.account_id == agent.account_id)).all())
    hide(db, voice, application.reference, is_hidden=True)
    assert list_own(db, agent) == []
    assert list_notices(db, agent) == []
    letter = db.scalars(select(NoticeRow.id).where(NoticeRow.account_id == agent.account_id)).first()
    assert letter is not None
    for read in (get_notice, lambda *found: ask_letter_file(*found, "pdf", "zh")):
        with pytest.raises(NotAllowed):
            read(db, agent, letter)
    with pytest.raises(NotAllowed):
        get_own(db, agent, application.reference, "follow")
    with pytest.raises(NotFound):
        look_up(db, application.reference, receipt)
    object_to_it(db, voice, application.reference)
    assert len(db.scalars(select(Message.id).where(Message.account_id == agent.account_id)).all()) == before
    hide(db, voice, application.reference, is_hidden=False)
    assert list_own(db, agent) == [application]


def test_own_words_are_said_once_and_who_acts_is_told_without_them(db: Session) -> None:
    application, agent, voice = applied_for(db)
    said = speak(db, voice, application.reference, "我想要自己去医院")
    assert speak(db, voice, application.reference, "我想要自己去医院").id == said.id
    told = db.scalars(select(Message.body).where(Message.account_id == agent.account_id)).all()
    assert any("本人" in body and "想法" in body for body in told)
    assert not any("医院" in body for body in told)


def test_person_with_an_account_reaches_what_others_began_for_them(db: Session) -> None:
    application, _agent, _voice = applied_for(db)
    me = Actor("resident", make_resident(db, "19900000055").id)
    assert list_in_my_name(db, Voice(me, "web")) == []
    application.person.own_account_id = me.account_id
    db.flush()
    assert list_in_my_name(db, Voice(me, "web")) == [application]
    object_to_it(db, Voice(me, "web"), application.reference)
    with pytest.raises(NotAllowed):
        submit(db, me, application.reference, REGION, declarations=(), seen_hash="")


def test_own_application_has_nothing_to_take_back(db: Session) -> None:
    prepare(db)
    me = resident(db)
    application = submitted(db, me)
    assert list_in_my_name(db, Voice(me, "web")) == []
    with pytest.raises(NotAllowed):
        object_to_it(db, Voice(me, "web"), application.reference)
    assert db.scalars(select(PersonSlip)).all() == []
    assert len(db.scalars(select(NoticeRow)).all()) == 1


def test_too_late_to_object_once_it_is_decided(db: Session) -> None:
    application, _agent, voice = applied_for(db)
    staff = chain_staff(db)
    lead(db, staff, application, ("forward",))
    run(db, staff["reviewer"], application, NOT_HERE)
    with pytest.raises(Conflict, match="too_late_to_object"):
        object_to_it(db, voice, application.reference)


def test_objecting_while_it_is_handed_in_comes_before_or_after(store: Store) -> None:
    with store.transaction() as db:
        application, agent, voice, answers = drafted_for(db)
        reference = application.reference

    def act(number: int) -> str:
        try:
            with store.transaction() as db:
                if number:
                    object_to_it(db, voice, reference)
                else:
                    declare(db, agent, reference, answers)
        except Conflict as conflict:
            return conflict.key
        return "done"

    handed_in, objected = at_once(act, 2)
    assert objected == "done"
    with store.reading() as db:
        after = db.scalars(select(Application).where(Application.reference == reference)).one()
        assert (handed_in, after.state) in {("done", "in_review"), ("person_objects", "draft")}
        assert find_objection(db, after) is not None
