"""Keeping away: by an officer's own word, by ID number, and by having entered answers."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Role
from portal.rules.errors import NotAllowed, NotFound
from portal.store.audit import AuditEvent
from portal.store.messages import Message
from portal.store.recusals import Relative
from portal.usecases.actor import SYSTEM, Actor
from portal.usecases.approvals import list_waiting
from portal.usecases.claims import claim, get_seen, take_next
from portal.usecases.decisions import decide_step, lock_entry
from portal.usecases.recusals import (
    add_relative,
    declare_recusal,
    list_recusals,
    list_relatives,
    note_recusal,
    remove_relative,
)
from portal.usecases.review import get_review
from portal.usecases.staff import set_work_mail
from portal.usecases.transitions import open_entry
from portal.usecases.whole_view import get_whole
from tests.support.chain import chain_staff, deciding
from tests.support.office import DESK, OTHER_COUNTY, REGION, prepare, resident, staff_account, submitted
from tests.support.second_looks import head_of

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]

ID_NUMBER = "88000019881102001X"


@pytest.fixture
def staff(db: Session) -> dict[str, Actor]:
    prepare(db)
    return chain_staff(db)


def test_who_keeps_away_gives_it_back_and_touches_it_no_more(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    claim(db, staff["clerk"], application.reference)
    recusal = declare_recusal(db, staff["clerk"], application.reference, "interest", "认识申请人")
    entry = open_entry(application)
    assert entry is not None
    assert entry.claimed_by_id is None
    with pytest.raises(NotAllowed) as refused:
        claim(db, staff["clerk"], application.reference)
    assert refused.value.key == "recused"
    assert take_next(db, staff["clerk"]) is None
    with pytest.raises(NotAllowed):
        decide_step(
            db,
            staff["clerk"],
            *lock_entry(db, entry.id),
            REGION,
            version=application.version,
            deciding=deciding("forward"),
        )
    again = declare_recusal(db, staff["clerk"], application.reference, "own")
    assert (again.id, again.cause) == (recusal.id, "interest")
    assert [(one.cause, name) for one, name in list_recusals(db, application)] == [
        ("interest", "clerk-chain（示例）")
    ]
    tags = db.scalars(
        select(AuditEvent.tag).where(AuditEvent.stream == f"application:{application.reference}")
    )
    assert list(tags).count("recusal:declare") == 1


def test_who_keeps_away_reads_nothing_of_it_any_more(db: Session, staff: dict[str, Actor]) -> None:
    """By the own word, or by the number of a relative; a colleague of the same post still does."""
    said = submitted(db, resident(db)).reference
    relative = submitted(db, resident(db), own={"p_id_no": ID_NUMBER}).reference
    colleague, _post = staff_account(db, "colleague", Role.DESK_CLERK, DESK)
    for reference in (said, relative):
        assert get_review(db, staff["clerk"], reference, REGION)
    declare_recusal(db, staff["clerk"], said, "interest")
    add_relative(db, staff["clerk"], ID_NUMBER, "relative")
    for reference in (said, relative):
        for read in (get_seen, get_whole):
            with pytest.raises(NotAllowed) as refused:
                read(db, staff["clerk"], reference)
            assert refused.value.key == "recused"
        assert get_review(db, colleague, reference, REGION)


def test_another_officer_of_the_post_takes_it(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    declare_recusal(db, staff["clerk"], application.reference, "relative")
    other, _post = staff_account(db, "other-clerk", Role.DESK_CLERK, DESK)
    assert take_next(db, other) == application.reference


def test_head_of_the_unit_is_told_and_notes_it(db: Session, staff: dict[str, Actor]) -> None:
    head = head_of(db, DESK)
    set_work_mail(db, SYSTEM, head.signed_in_id, "head@example.org")
    application = submitted(db, resident(db))
    recusal = declare_recusal(db, staff["clerk"], application.reference, "own")
    told = db.scalars(select(Message).where(Message.account_id == head.account_id)).one()
    assert told.to == "head@example.org"
    assert application.reference[-4:] in told.subject
    assert "王" not in told.body
    waiting, _more = list_waiting(db, head)
    assert [(one.kind, one.id, one.by) for one in waiting] == [("recusal", recusal.id, "clerk-chain（示例）")]
    with pytest.raises(NotFound):
        note_recusal(db, staff["clerk"], application.reference, recusal.id)
    with pytest.raises(NotFound):
        note_recusal(db, head_of(db, OTHER_COUNTY, "head-elsewhere"), application.reference, recusal.id)
    note_recusal(db, head, application.reference, recusal.id)
    assert list_waiting(db, head) == ([], False)


def test_another_units_application_is_not_found(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    stranger, _post = staff_account(db, "stranger", Role.COUNTY_REVIEWER, OTHER_COUNTY)
    with pytest.raises(NotFound):
        declare_recusal(db, stranger, application.reference, "own")


def test_id_number_of_a_relative_keeps_away_from_every_application_of_theirs(
    db: Session, staff: dict[str, Actor]
) -> None:
    application = submitted(db, resident(db))
    relative = add_relative(db, staff["clerk"], ID_NUMBER.lower(), "relative")
    assert add_relative(db, staff["clerk"], ID_NUMBER, "relative").id == relative.id
    assert take_next(db, staff["clerk"]) is None
    with pytest.raises(NotAllowed) as refused:
        claim(db, staff["clerk"], application.reference)
    assert refused.value.key == "recused"
    remove_relative(db, staff["clerk"], relative.id)
    claim(db, staff["clerk"], application.reference)


def test_a_relative_is_kept_as_an_index_and_belongs_to_who_entered_it(
    db: Session, staff: dict[str, Actor]
) -> None:
    relative = add_relative(db, staff["clerk"], ID_NUMBER, "self")
    raw = db.connection().exec_driver_sql("SELECT * FROM relatives").one()
    assert not any(ID_NUMBER[6:14] in str(cell) for cell in raw)
    assert [one.ending for one in list_relatives(db, staff["clerk"])] == ["001X"]
    assert list_relatives(db, staff["reviewer"]) == []
    with pytest.raises(NotFound):
        remove_relative(db, staff["reviewer"], relative.id)
    with pytest.raises(NotAllowed):
        add_relative(db, resident(db), ID_NUMBER, "self")
    assert db.get(Relative, relative.id) is not None
