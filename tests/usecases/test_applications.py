"""An applicant's own applications: starting, saving, throwing away, taking back, on both databases."""

import secrets

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import Conflict, NotFound
from portal.store import Store
from portal.store.applications import AnswerPage, Application
from portal.store.audit import AuditEvent
from portal.store.people import AccessNeeds, Person
from portal.store.representations import Representation
from portal.usecases import applications
from portal.usecases.access_needs import save_needs
from portal.usecases.actor import Actor
from portal.usecases.applications import (
    get_own,
    list_own,
    load_answers,
    load_pages,
    save_page,
    start_application,
    withdraw,
)
from portal.usecases.claims import claim
from portal.usecases.deaths import report_death_in_family
from portal.usecases.decisions import Deciding
from portal.usecases.drafts import delete_draft, list_drafts
from portal.usecases.invitations import Wanted, ask_to_act
from portal.usecases.review import decide
from tests.support.at_once import at_once
from tests.support.companions import assert_companions, moves_of
from tests.support.office import DEFINITION, DESK, REGION, prepare, resident, staff_account, submitted

pytestmark = pytest.mark.monday_morning

KEY = "a-start-key-of-one-shown-page"


@pytest.fixture
def applicant(db: Session) -> Actor:
    prepare(db)
    return resident(db)


def draft(db: Session, actor: Actor) -> Application:
    return start_application(db, actor, DEFINITION, "self", secrets.token_urlsafe(16))


def test_the_same_start_button_pressed_again_gives_the_same_draft(db: Session, applicant: Actor) -> None:
    first = start_application(db, applicant, DEFINITION, "self", KEY)
    assert start_application(db, applicant, DEFINITION, "proxy", KEY) is first
    assert db.scalar(select(func.count(Application.id))) == 1
    assert_companions(db)


def test_account_full_of_drafts_begins_another_only_after_one_is_deleted(
    db: Session, applicant: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applications, "MOST_DRAFTS", 2)
    first, _second = draft(db, applicant), draft(db, applicant)
    with pytest.raises(Conflict, match="too_many_drafts"):
        draft(db, applicant)
    assert start_application(db, applicant, DEFINITION, "self", first.start_key) is first
    draft(db, resident(db))
    delete_draft(db, applicant, first.reference)
    draft(db, applicant)
    assert_companions(db)


def test_start_key_of_another_account_is_not_found(db: Session, applicant: Actor) -> None:
    start_application(db, applicant, DEFINITION, "self", KEY)
    with pytest.raises(NotFound):
        start_application(db, resident(db), DEFINITION, "self", KEY)


def test_start_key_that_no_page_made_is_not_found(db: Session, applicant: Actor) -> None:
    for key in ("", "short", "k" * 65, "钥匙" * 8, "a" * 20 + "\0"):
        with pytest.raises(NotFound):
            start_application(db, applicant, DEFINITION, "self", key)


def test_start_pressed_twice_at_once_gives_one_draft(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        actor = resident(db)

    def start(_number: int) -> str:
        with store.transaction() as own:
            return start_application(own, actor, DEFINITION, "self", KEY).reference

    references = at_once(start, 2)
    with store.reading() as db:
        assert set(references) == set(db.scalars(select(Application.reference)))
        assert len(set(references)) == 1


def test_for_oneself_there_is_one_person_file_and_for_others_one_each(db: Session, applicant: Actor) -> None:
    own = [draft(db, applicant), draft(db, applicant)]
    others = [
        start_application(db, applicant, DEFINITION, "proxy", secrets.token_urlsafe(16)) for _ in range(2)
    ]
    assert len({one.person_id for one in own}) == 1
    assert len({one.person_id for one in [*own, *others]}) == 3


def test_reference_that_is_none_is_not_found(db: Session, applicant: Actor) -> None:
    for reference in ("", "000000000000", "12345", "１２３４５６７８９０１２", "'; DROP", "9" * 10_000, "\0"):
        with pytest.raises(NotFound):
            get_own(db, applicant, reference, "follow")


def test_application_of_another_account_looks_like_one_that_does_not_exist(
    db: Session, applicant: Actor
) -> None:
    reference = draft(db, applicant).reference
    stranger = resident(db)
    with pytest.raises(NotFound, match=r"^application$"):
        get_own(db, stranger, reference, "follow")
    for act in (delete_draft, withdraw):
        with pytest.raises(NotFound, match=r"^application$"):
            act(db, stranger, reference)
    with pytest.raises(NotFound, match=r"^application$"):
        save_page(db, stranger, reference, "person-name", {"p_name": "别人"})
    assert load_answers(db, get_own(db, applicant, reference, "follow")) == {}


def test_page_keeps_answers_and_what_could_not_be_read(db: Session, applicant: Actor) -> None:
    application = draft(db, applicant)
    save_page(db, applicant, application.reference, "since", {"zj_cause": "生病"}, {"zj_since": ["二〇一九"]})
    assert load_answers(db, application) == {"zj_cause": "生病"}
    assert load_pages(db, application)[1]["since"] == {"zj_since": ["二〇一九"]}
    save_page(db, applicant, application.reference, "since", {"zj_cause": "生病", "zj_since": 2019})
    assert "since" not in load_pages(db, application)[1]


def test_page_saved_in_two_tabs_at_once_keeps_one_of_them_whole(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        actor = resident(db)
        reference = draft(db, actor).reference

    def save(number: int) -> None:
        with store.transaction() as own:
            answers = {"p_name": f"示例{number}", "p_name_sound": f"{number}"}
            save_page(own, actor, reference, "person-name", answers)

    at_once(save, 4)
    with store.reading() as db:
        row = db.scalars(select(AnswerPage)).one()
    assert row.answers["p_name"] == f"示例{row.answers['p_name_sound']}"


def test_nothing_is_saved_into_what_was_submitted(db: Session, applicant: Actor) -> None:
    application = submitted(db, applicant)
    before = load_answers(db, application)
    with pytest.raises(Conflict, match="page_is_closed"):
        save_page(db, applicant, application.reference, "person-name", {"p_name": "换一个人"})
    assert load_answers(db, application) == before


def test_what_needs_attention_stands_first(db: Session, applicant: Actor) -> None:
    waiting, begun = submitted(db, applicant), draft(db, applicant)
    assert [one.id for one in list_own(db, applicant)] == [begun.id, waiting.id]
    assert [one.id for one in list_drafts(db, applicant, "zj-01")] == [begun.id]
    assert list_own(db, resident(db)) == []


def test_deleted_draft_leaves_nothing_of_what_was_typed(db: Session, applicant: Actor) -> None:
    application = start_application(db, applicant, DEFINITION, "proxy", KEY)
    save_page(db, applicant, application.reference, "person-name", {"p_name": "示例王小明"})
    delete_draft(db, applicant, application.reference)
    for table in (Application, AnswerPage, Person, Representation):
        assert db.scalar(select(func.count()).select_from(table)) == 0
    assert db.scalar(select(func.count()).where(AuditEvent.tag == "draft:delete")) == 1


def test_draft_goes_although_needs_were_said_for_its_person_or_their_word_was_asked_for(
    db: Session, applicant: Actor
) -> None:
    told, asking, dead = (
        start_application(db, applicant, DEFINITION, "proxy", secrets.token_urlsafe(16)) for _ in range(3)
    )
    save_needs(db, applicant, told.person, {"contact_do_not": ["call"]})
    ask_to_act(db, applicant, Wanted("mother", "示例王母", ("fill",), None, 30), REGION, person=asking.person)
    assert dead.representation_id is not None
    report_death_in_family(db, applicant, dead.representation_id)
    kept = {asking.person_id, dead.person_id}
    for one in (told, asking, dead):
        delete_draft(db, applicant, one.reference)
    assert set(db.scalars(select(Representation.person_id))) == kept
    assert set(db.scalars(select(Person.id))) == kept
    assert db.scalar(select(func.count()).select_from(AccessNeeds)) == 0


def test_deleting_a_draft_twice_is_the_same_as_once_and_for_others_there_is_none(
    db: Session, applicant: Actor
) -> None:
    reference = draft(db, applicant).reference
    for _ in range(2):
        delete_draft(db, applicant, reference)
    assert db.scalar(select(func.count()).where(AuditEvent.tag == "draft:delete")) == 1
    for who, wanted in ((resident(db), reference), (applicant, "000000000000"), (applicant, "nonsense")):
        with pytest.raises(NotFound):
            delete_draft(db, who, wanted)


def test_deleting_a_draft_for_oneself_keeps_the_person_file(db: Session, applicant: Actor) -> None:
    kept = draft(db, applicant)
    delete_draft(db, applicant, draft(db, applicant).reference)
    assert [one.id for one in list_own(db, applicant)] == [kept.id]
    assert db.get(Person, kept.person_id) is not None


def test_what_was_submitted_cannot_be_deleted(db: Session, applicant: Actor) -> None:
    application = submitted(db, applicant)
    with pytest.raises(Conflict, match="only_drafts_can_be_deleted"):
        delete_draft(db, applicant, application.reference)
    assert_companions(db)


def test_withdrawing_ends_the_application_and_frees_the_number(db: Session, applicant: Actor) -> None:
    application = submitted(db, applicant)
    withdraw(db, applicant, application.reference)
    assert moves_of(db, application)[-1] == ("withdraw", "withdrawn")
    assert_companions(db)
    again = submitted(db, applicant)
    assert again.state == "in_review"
    assert_companions(db)


def test_withdrawing_twice_is_the_same_as_once(db: Session, applicant: Actor) -> None:
    application = submitted(db, applicant)
    withdraw(db, applicant, application.reference)
    assert withdraw(db, applicant, application.reference).state == "withdrawn"
    assert [action for action, _ in moves_of(db, application)] == ["submit", "withdraw"]


def test_draft_is_deleted_not_withdrawn(db: Session, applicant: Actor) -> None:
    with pytest.raises(Conflict, match="too_late_to_withdraw"):
        withdraw(db, applicant, draft(db, applicant).reference)


def test_decided_application_cannot_be_withdrawn(db: Session, applicant: Actor) -> None:
    application = submitted(db, applicant)
    clerk = staff_account(db, "clerk", Role.DESK_CLERK, DESK)[0]
    claim(db, clerk, application.reference)
    not_ours = Deciding("not_ours", reasons=["J01"], summary="不归这里办")
    decide(db, clerk, application.reference, REGION, version=application.version, deciding=not_ours)
    with pytest.raises(Conflict, match="too_late_to_withdraw") as refused:
        withdraw(db, applicant, application.reference)
    assert (refused.value.what, refused.value.when) == ("not_accepted", application.changed_at)
    assert_companions(db)
