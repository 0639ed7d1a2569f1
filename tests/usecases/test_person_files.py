"""Two files of one person: what moves to the file that is kept, and moves back; two who join them at once."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import Conflict, NotFound
from portal.store import Store
from portal.store.applications import Application
from portal.store.audit import AuditEvent
from portal.store.people import AccessNeeds, Fact, Person, PersonMerge
from portal.store.representations import Representation
from portal.store.voices import PersonSlip
from portal.usecases.access_needs import barred_ways, find_own_file, make_own_file, needs_of, save_needs
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.applications import get_own, start_application
from portal.usecases.person_files import (
    get_own_file,
    is_one_person,
    list_merges,
    merge_files,
    unmerge_files,
    which_is_kept,
)
from portal.usecases.person_slips import make_slip
from portal.usecases.voices import Voice, list_in_my_name, speak
from tests.support.office import ANSWERS, DEFINITION, prepare, resident, submitted

pytestmark = pytest.mark.monday_morning


class Two:
    """A person with an account of their own, and the file that a helper began for them."""

    def __init__(self, db: Session) -> None:
        prepare(db)
        self.person, self.helper = resident(db), resident(db)
        self.application = submitted(db, self.helper, acting="proxy")
        self.claim = self.application.person
        self.own = get_own_file(db, self.person)

    def merge(self, db: Session) -> PersonMerge:
        return merge_files(db, self.person, self.own, self.claim, cause="accepted")


@pytest.fixture
def two(db: Session) -> Two:
    return Two(db)


def files_of(db: Session, model: type, person: Person) -> int:
    return db.scalar(select(func.count()).where(model.person_id == person.id)) or 0


def test_what_a_helper_began_belongs_to_the_persons_own_file(db: Session, two: Two) -> None:
    with pytest.raises(NotFound):
        get_own(db, two.person, two.application.reference, "follow")
    row = two.merge(db)
    assert two.application.person_id == two.own.id
    assert files_of(db, Representation, two.own) == 1
    assert files_of(db, Fact, two.claim) == 0
    assert row.moved["applications"] == [two.application.id]
    assert get_own(db, two.person, two.application.reference, "follow").id == two.application.id
    assert get_own(db, two.helper, two.application.reference, "follow").account_id == two.helper.account_id


def test_parting_them_again_moves_back_exactly_what_moved(db: Session, two: Two) -> None:
    own_before = submitted(db, two.person, own={**ANSWERS, "p_id_no": "880000199001010011"})
    row = two.merge(db)
    unmerge_files(db, two.person, row.id)
    assert two.application.person_id == two.claim.id
    assert own_before.person_id == two.own.id
    assert files_of(db, Representation, two.claim) == 1
    assert list_merges(db, two.own.id) == []
    with pytest.raises(NotFound):
        get_own(db, two.person, two.application.reference, "follow")


def test_two_files_with_a_slip_each_become_one_and_both_papers_open_it(db: Session, two: Two) -> None:
    slips = [make_slip(db, SYSTEM, file, "counter") for file in (two.own, two.claim)]
    row = two.merge(db)
    for slip in slips:
        voice = Voice(VISITOR, "slip", slip.id)
        assert [one.id for one in list_in_my_name(db, voice)] == [two.application.id]
        assert speak(db, voice, two.application.reference, f"{slip.number}").application_id
    unmerge_files(db, two.person, row.id)
    assert [slip.person_id for slip in slips] == [two.own.id, two.claim.id]
    assert list_in_my_name(db, Voice(VISITOR, "slip", slips[0].id)) == []


@pytest.mark.one_database
def test_new_slip_of_joined_files_puts_the_papers_of_both_out_of_use(db: Session, two: Two) -> None:
    slips = [make_slip(db, SYSTEM, file, "counter") for file in (two.own, two.claim)]
    two.merge(db)
    make_slip(db, SYSTEM, two.own, "counter")
    assert all(slip.off_at is not None for slip in slips)


def test_what_was_begun_since_by_a_moved_record_goes_back_with_it_and_all_else_stays(
    db: Session, two: Two
) -> None:
    row = two.merge(db)
    key = secrets.token_urlsafe(16)
    by_record = start_application(
        db, two.helper, DEFINITION, "proxy", key, representation_id=two.application.representation_id
    )
    own = start_application(db, two.person, DEFINITION, "self", secrets.token_urlsafe(16))
    assert by_record.person_id == own.person_id == two.own.id
    unmerge_files(db, two.person, row.id)
    assert by_record.person_id == two.claim.id
    assert own.person_id == two.own.id


@pytest.mark.one_database
def test_own_file_that_was_joined_to_another_is_that_other_one_from_then_on(db: Session, two: Two) -> None:
    again = resident(db)
    second = get_own_file(db, again)
    kept, merged = which_is_kept(second, two.own)
    assert (kept.id, merged.id) == (two.own.id, second.id)
    row = merge_files(db, two.person, kept, merged, cause="staff")
    assert get_own_file(db, again).id == two.own.id
    unmerge_files(db, two.person, row.id)
    assert get_own_file(db, again).id == second.id


@pytest.mark.one_database
def test_facts_of_one_account_about_both_files_stay_apart(db: Session, two: Two) -> None:
    twice = Fact(
        person_id=two.own.id,
        account_id=two.helper.signed_in_id,
        field="p_name",
        value="示例别的写法",
        source="desk",
        level="B",
        saved_at=clock.now(),
    )
    db.add(twice)
    db.flush()
    row = two.merge(db)
    names = select(Fact.value).where(Fact.person_id == two.own.id, Fact.field == "p_name")
    assert db.scalars(names).all() == ["示例别的写法"]
    unmerge_files(db, two.person, row.id)
    assert db.scalars(names).all() == ["示例别的写法"]


@pytest.mark.one_database
def test_merge_and_parting_are_on_record_with_both_holders(db: Session, two: Two) -> None:
    unmerge_files(db, two.person, two.merge(db).id)
    for account_id in (two.person.account_id, two.helper.account_id):
        tags = db.scalars(select(AuditEvent.tag).where(AuditEvent.stream == f"account:{account_id}")).all()
        assert [one for one in tags if one.startswith("person:")] == ["person:merge", "person:unmerge"]


@pytest.mark.one_database
def test_file_is_merged_once_and_parted_once(db: Session, two: Two) -> None:
    row = two.merge(db)
    with pytest.raises(Conflict, match="merged_already"):
        two.merge(db)
    unmerge_files(db, two.person, row.id)
    with pytest.raises(Conflict, match="undone_already"):
        unmerge_files(db, two.person, row.id)
    assert two.merge(db).id != row.id


@pytest.mark.parametrize(
    ("numbers", "names", "is_one"),
    [
        (("1", "1"), ("示例甲", "示例乙"), True),
        (("1", "2"), ("示例甲", "示例甲"), False),
        ((None, "2"), ("示例甲", "示例甲"), True),
        ((None, "2"), ("示例甲", "示例乙"), False),
        ((None, "2"), (None, "示例乙"), True),
    ],
)
@pytest.mark.one_database
def test_numbers_say_whether_two_files_may_be_one_person_and_names_where_there_are_none(
    numbers: tuple[str | None, str | None], names: tuple[str | None, str | None], is_one: bool
) -> None:
    one, other = (Person(id_number_index=n, name=name) for n, name in zip(numbers, names, strict=True))
    assert is_one_person(one, other) is is_one


@pytest.mark.one_database
def test_two_proven_files_with_two_numbers_are_two_people(db: Session, two: Two) -> None:
    for file, index in ((two.own, "a"), (two.claim, "b")):
        file.is_proven, file.id_number_index = True, index
    with pytest.raises(Conflict, match="proven_as_another"):
        two.merge(db)


@pytest.mark.one_database
def test_a_living_and_a_dead_file_are_not_joined(db: Session, two: Two) -> None:
    two.claim.death_reported_at = clock.now()
    with pytest.raises(Conflict, match="death_reported"):
        two.merge(db)


def test_of_two_who_join_the_same_files_at_once_one_wins(
    store: Store, clock_at: Callable[[str], None]
) -> None:
    with store.transaction() as db:
        two = Two(db)
        own_id, claim_id = two.own.id, two.claim.id
        person: Actor = two.person

    def join(_turn: int) -> str:
        try:
            with store.transaction() as db:
                kept, merged = db.get_one(Person, own_id), db.get_one(Person, claim_id)
                merge_files(db, person, kept, merged, cause="accepted")
        except Conflict as refused:
            return refused.key
        return "merged"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(join, range(2))) == ["merged", "merged_already"]
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(PersonMerge)) == 1
        claimed = select(func.count()).where(Application.person_id == claim_id)
        assert db.scalar(claimed) == 0


def test_second_account_of_joined_files_sees_what_others_began_until_they_are_parted(
    db: Session, two: Two
) -> None:
    second = resident(db)
    other = get_own_file(db, second)
    two.merge(db)
    mine = submitted(db, two.person, own={**ANSWERS, "p_id_no": "880000199001010011"})
    begun, voice = two.application, Voice(second, "web")
    assert list_in_my_name(db, voice) == []
    row = merge_files(db, two.person, two.own, other, cause="staff")
    assert list_in_my_name(db, voice) == [begun]
    assert get_own(db, second, begun.reference, "follow").id == begun.id
    assert speak(db, voice, begun.reference, "示例").kind == "words"
    with pytest.raises(NotFound):
        get_own(db, second, mine.reference, "follow")
    unmerge_files(db, two.person, row.id)
    assert list_in_my_name(db, voice) == []
    with pytest.raises(NotFound):
        get_own(db, second, begun.reference, "follow")


def test_needs_said_with_the_second_account_are_the_persons_own_word(db: Session, two: Two) -> None:
    second = resident(db)
    other = get_own_file(db, second)
    save_needs(db, second, other, {"contact_do_not": ["call"], "contact_format": "large"})
    save_needs(db, two.helper, two.own, {"contact_do_not": [], "contact_format": "easy"})
    row = merge_files(db, two.person, two.own, other, cause="staff")
    assert needs_of(db, two.own) == {"contact_do_not": ["call"], "contact_format": "large"}
    assert barred_ways(db, second.side_id) == {"call"}
    assert find_own_file(db, second) is two.own
    assert make_own_file(db, second) is two.own
    unmerge_files(db, two.person, row.id)
    assert needs_of(db, two.own) == {"contact_do_not": [], "contact_format": "easy"}
    assert needs_of(db, other) == {"contact_do_not": ["call"], "contact_format": "large"}
    assert find_own_file(db, second) is other
    assert barred_ways(db, second.side_id) == {"call"}


def test_parted_files_are_as_they_were_before(db: Session, two: Two) -> None:
    """Applications, records, invitations, slips, facts and needs of both: none lost, none mixed up."""
    mine = submitted(db, two.person)
    make_slip(db, SYSTEM, two.claim, "counter")
    save_needs(db, two.helper, two.claim, {"contact_format": "easy"})
    save_needs(db, two.person, two.own, {"contact_format": "large"})
    kinds = (Application, Representation, PersonSlip, Fact, AccessNeeds)

    def owned() -> dict[tuple[str, int], list[int]]:
        return {
            (kind.__name__, file.id): list(
                db.scalars(select(kind.id).where(kind.person_id == file.id).order_by(kind.id))
            )
            for kind in kinds
            for file in (two.own, two.claim)
        }

    before = owned()
    assert before["Application", two.own.id] == [mine.id]
    assert all(before[kind.__name__, two.claim.id] for kind in kinds)
    row = two.merge(db)
    assert not any(owned()[kind.__name__, two.claim.id] for kind in kinds)
    unmerge_files(db, two.person, row.id)
    assert owned() == before
    assert needs_of(db, two.own)["contact_format"] == "large"
    assert needs_of(db, two.claim)["contact_format"] == "easy"
