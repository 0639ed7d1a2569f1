"""The demonstration on both databases: everyone and everything made by real use cases, the same each time."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.catalogue.field_types import FIELD_TYPES, FieldOptions
from portal.catalogue.model import Role
from portal.gateways.files import FolderFiles
from portal.gateways.scanner import NoScanner
from portal.store import Store
from portal.store.accounts import Account, Contact, StaffRole
from portal.store.applications import Application, Submission
from portal.store.documents import Document
from portal.store.people import Person
from portal.usecases.audit_verify import verify_audit
from portal.usecases.definitions import store_definition
from portal.usecases.demo_applications import GOALS, is_told_of, make_demo_application
from portal.usecases.demo_people import make_demo_resident, make_demo_staff
from portal.usecases.demo_photo import PhotoBox
from portal.usecases.demo_services import make_demo_story, stories_of
from portal.usecases.document_bytes import page_of_document
from portal.usecases.handed_in import newest_answers_of
from tests.support.office import CATALOGUE, DEFINITION, REGION, prepare

STATES = {
    "draft": "draft",
    "arrived": "in_review",
    "accepting": "in_review",
    "assessing": "in_review",
    "posted": "in_review",
    "deciding": "in_review",
    "returned": "returned",
    "approved": "approved",
    "refused": "refused",
    "withdrawn": "withdrawn",
}


def furnish(store: Store, people: int, seed: int = 1, photos: PhotoBox | None = None) -> None:
    with store.transaction() as db:
        prepare(db)
        make_demo_staff(db, REGION)
        for number in range(1, people + 1):
            resident = make_demo_resident(db, number, seed)
            if resident:
                make_demo_application(db, DEFINITION, REGION, resident, photos)


def test_every_state_is_there_and_the_audit_is_whole(store: Store) -> None:
    furnish(store, len(GOALS))
    with store.reading() as db:
        states = db.scalars(select(Application.state).order_by(Application.id)).all()
        steps = {
            goal: [entry.step for entry in application.entries if entry.closed_at is None]
            for goal, application in zip(
                GOALS, db.scalars(select(Application).order_by(Application.id)), strict=True
            )
        }
        assert list(states) == [STATES[goal] for goal in GOALS]
        assert {goal: step for goal, standing in steps.items() for step in standing} == {
            "returned": "intake",
            "arrived": "intake",
            "accepting": "acceptance",
            "assessing": "assessment",
            "posted": "public_notice",
            "deciding": "decision",
            "approved": "issue",
        }
        assert verify_audit(db).breaks == ()


def test_somebody_has_handed_in_a_photo_and_it_is_a_picture_of_nobody(store: Store, tmp_path: Path) -> None:
    files = FolderFiles(tmp_path, store.keys)
    furnish(store, 2, photos=PhotoBox(files, NoScanner()))
    with store.reading() as db:
        (photo,) = db.scalars(select(Document))
        assert (photo.evidence, photo.state, photo.quality) == ("photo", "here", [[]])
        assert page_of_document(files, photo, 1).startswith(b"\xff\xd8")
        application = db.get_one(Application, photo.application_id)
        assert newest_answers_of(db, application)["documents_photo"] == [photo.key]


def test_doing_it_again_changes_nothing(store: Store) -> None:
    furnish(store, 3)
    tables = (Account, Contact, StaffRole, Application, Submission)
    with store.reading() as db:
        before = [db.scalar(select(func.count()).select_from(table)) for table in tables]
    furnish(store, 3)
    with store.reading() as db:
        assert [db.scalar(select(func.count()).select_from(table)) for table in tables] == before


def test_everybody_is_marked_as_an_example_and_their_numbers_are_nobodys(store: Store) -> None:
    furnish(store, 10)
    with store.reading() as db:
        kept_for = select(Person.own_account_id).where(Person.own_account_id.is_not(None))  # nobody signs in
        named = select(Account.display_name).where(Account.id.not_in(kept_for))
        assert all(str(name).startswith("示例") for name in db.scalars(named))
        assert all(str(phone).startswith("1990000") for phone in db.scalars(select(Contact.value)))
        numbers = [number for number in db.scalars(select(Person.id_number)) if number]
        assert len(numbers) >= 9
        assert all(number.startswith("880000") for number in numbers)
        assert all(FIELD_TYPES["id_number"].parse([number], FieldOptions()) == number for number in numbers)


def test_every_post_of_the_region_is_held(store: Store) -> None:
    furnish(store, 0)
    with store.reading() as db:
        held = set(db.execute(select(StaffRole.role, StaffRole.unit_code)).all())
    desks = [unit.code for unit in REGION.units if unit.kind == "town_desk"]
    assert {(Role.DESK_CLERK.value, code) for code in desks} <= held
    assert (Role.COUNTY_APPROVER.value, "federation_shili") in held


def test_same_seed_makes_the_same_people_and_another_seed_others(store: Store) -> None:
    found = []
    for seed in (1, 1, 2):
        with store.transaction() as db:
            made = [make_demo_resident(db, number, seed) for number in range(20, 30)]
            found.append([(one.name, one.id_number) for one in made if one])
            db.rollback()
    assert found[0] == found[1]
    assert len(found[0]) == 10
    assert not set(found[0]) & set(found[2])


def test_stories_are_told_of_the_service_whose_way_they_go() -> None:
    offered = [CATALOGUE.definition(code, REGION.code) for code in REGION.services]
    assert [one.service.code for one in offered if is_told_of(one)] == ["zj-01"]


@pytest.mark.one_database
def test_every_unit_of_a_step_has_something_of_each_service_before_it(store: Store) -> None:
    with store.transaction() as db:
        prepare(db)
        make_demo_staff(db, REGION)
        definitions = {code: CATALOGUE.definition(code, REGION.code) for code in ("bt-01", "gz-01", "sq-01")}
        for definition in definitions.values():
            store_definition(db, definition)
        for number, story in enumerate(stories_of(REGION)):
            make_demo_story(db, definitions[story.service], REGION, 1, number, story)
    with store.reading() as db:
        applications = db.scalars(select(Application)).all()
        waiting = {
            (one.service_code, entry.unit_code)
            for one in applications
            for entry in one.entries
            if entry.closed_at is None
        }
        desks = [unit.code for unit in REGION.units if unit.kind == "town_desk"]
        federations = [unit.code for unit in REGION.units if unit.kind == "county_federation"]
        civil = [unit.code for unit in REGION.units if unit.kind == "civil_affairs"]
        assert {(code, desk) for code in ("bt-01", "gz-01") for desk in desks} <= waiting
        assert {(code, one) for code in definitions for one in federations} <= waiting
        assert {("bt-01", one) for one in civil} | {("gz-01", "contractor_care")} <= waiting
        entries = [entry for one in applications for entry in one.entries if entry.closed_at is None]
        assert any(entry.is_paused for entry in entries)
        assert any(entry.due_on < clock.today() and not entry.is_paused for entry in entries)
        written = " ".join(
            str(value)
            for one in applications
            for submission in db.scalars(select(Submission).where(Submission.application_id == one.id))
            for value in submission.answers.values()
            if isinstance(value, str)
        ).split()
        assert "示例" not in written
        assert verify_audit(db).breaks == ()
