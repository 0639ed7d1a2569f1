"""Decisions that take effect only when a second officer agrees, on both databases where two press at once."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.catalogue.model import Role
from portal.rules.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.store import Store
from portal.store.applications import Application, Decision
from portal.store.audit import AuditEvent
from portal.store.evidence import EvidenceCheck
from portal.store.messages import NoticeRow
from portal.store.second_persons import ProposedDecision
from portal.usecases.actor import Actor
from portal.usecases.approvals import list_waiting
from portal.usecases.claims import claim
from portal.usecases.preview import preview_decision
from portal.usecases.recusals import declare_recusal
from portal.usecases.review import decide
from portal.usecases.second_persons import agree, send_back
from tests.support.at_once import at_once
from tests.support.chain import BELOW, chain_staff, deciding, lead, up_to
from tests.support.companions import assert_companions
from tests.support.office import COUNTY, REGION, prepare, resident, staff_account, submitted
from tests.support.second_looks import head_of, pin, with_second_person

pytestmark = [pytest.mark.one_database, pytest.mark.monday_morning]


@pytest.fixture
def engine_url(request: pytest.FixtureRequest) -> str:
    """Only who presses at once needs PostgreSQL."""
    wanted = "postgres_url" if "at_once" in request.node.name else "sqlite_url"
    return str(request.getfixturevalue(wanted))


def colleagues(db: Session) -> dict[str, Actor]:
    prepare(db)
    staff = chain_staff(db)
    for number in (2, 3):
        second, _post = staff_account(db, f"approver-{number}", Role.COUNTY_APPROVER, COUNTY)
        staff[f"approver {number}"] = second
    return staff


def proposed(db: Session, staff: dict[str, Actor]) -> tuple[Application, ProposedDecision]:
    """A refusal that waits for a second officer."""
    application = submitted(db, resident(db))
    pin(db, application, with_second_person("refuse"))
    lead(db, staff, application, up_to(BELOW, "propose_refusal"))
    claim(db, staff["approver"], application.reference)
    version, what = application.version, deciding("refuse")
    assert (
        decide(db, staff["approver"], application.reference, REGION, version=version, deciding=what) is None
    )
    return application, db.scalars(select(ProposedDecision)).one()


@pytest.fixture
def staff(db: Session) -> dict[str, Actor]:
    return colleagues(db)


def test_nothing_takes_effect_until_the_second_agrees(db: Session, staff: dict[str, Actor]) -> None:
    application, proposal = proposed(db, staff)
    assert application.state == "in_review"
    assert "N10" not in set(db.scalars(select(NoticeRow.key)))
    assert [(one.kind, one.id) for one in list_waiting(db, staff["approver 2"])[0]] == [
        ("proposal", proposal.id)
    ]
    assert list_waiting(db, staff["approver"]) == ([], False)
    decision = agree(db, staff["approver 2"], application.reference, proposal.id, REGION)
    assert application.state == "refused"
    assert decision.decided_by_id == staff["approver"].account_id
    assert (decision.reasons, decision.summary) == (["R13"], "评定结论不符合标准")
    assert (proposal.answered_by_id, proposal.decision_id) == (staff["approver 2"].account_id, decision.id)
    events = db.execute(
        select(AuditEvent.tag, AuditEvent.actor_id).where(AuditEvent.tag.startswith("decision:"))
    ).all()
    assert events == [
        ("decision:propose", staff["approver"].account_id),
        ("decision:agree", staff["approver 2"].account_id),
    ]
    assert list_waiting(db, staff["approver 3"]) == ([], False)
    assert_companions(db)


def test_sent_back_with_words_it_can_be_decided_anew(db: Session, staff: dict[str, Actor]) -> None:
    application, proposal = proposed(db, staff)
    with pytest.raises(Invalid):
        send_back(db, staff["approver 2"], application.reference, proposal.id, " ")
    send_back(db, staff["approver 2"], application.reference, proposal.id, "理由和评定表对不上")
    assert (proposal.is_agreed, proposal.words) == (False, "理由和评定表对不上")
    with pytest.raises(Conflict) as late:
        agree(db, staff["approver 3"], application.reference, proposal.id, REGION)
    assert (late.value.who, late.value.what) == ("approver-2（示例）", "send_back")
    version, what = application.version, deciding("refuse")
    assert (
        decide(db, staff["approver"], application.reference, REGION, version=version, deciding=what) is None
    )
    assert db.scalar(select(func.count(ProposedDecision.id))) == 2


def test_who_proposed_cannot_agree_but_can_take_it_back(db: Session, staff: dict[str, Actor]) -> None:
    application, proposal = proposed(db, staff)
    with pytest.raises(NotAllowed):
        agree(db, staff["approver"], application.reference, proposal.id, REGION)
    version, what = application.version, deciding("back")
    with pytest.raises(Conflict) as waiting:
        decide(db, staff["approver"], application.reference, REGION, version=version, deciding=what)
    assert waiting.value.key == "proposed_meanwhile"
    send_back(db, staff["approver"], application.reference, proposal.id, "我写错了")
    assert proposal.is_agreed is False


def test_the_second_is_of_the_same_post_and_free_to_decide(db: Session, staff: dict[str, Actor]) -> None:
    application, proposal = proposed(db, staff)
    for other in (staff["reviewer"], head_of(db)):
        with pytest.raises(NotAllowed):
            agree(db, other, application.reference, proposal.id, REGION)
    with pytest.raises(NotFound):
        agree(db, staff["hospital"], "000000000000", proposal.id, REGION)
    declare_recusal(db, staff["approver 2"], application.reference, "relative")
    with pytest.raises(NotAllowed):
        agree(db, staff["approver 2"], application.reference, proposal.id, REGION)
    with pytest.raises(NotFound):
        agree(db, staff["approver 3"], application.reference, proposal.id + 1, REGION)
    reviewer_too = replace(staff["reviewer"], role=Role.COUNTY_APPROVER)
    with pytest.raises(NotAllowed):
        agree(db, reviewer_too, application.reference, proposal.id, REGION)  # decided the review


def test_what_came_since_is_not_agreed_to(db: Session, staff: dict[str, Actor]) -> None:
    application, proposal = proposed(db, staff)
    db.add(
        EvidenceCheck(
            application_id=application.id,
            evidence="identity",
            level="B",
            seen_how="desk",
            seen_by_id=staff["clerk"].account_id,
            seen_at=clock.now(),
            documents=[],
            recorded={},
        )
    )
    db.flush()
    with pytest.raises(Conflict) as stale:
        agree(db, staff["approver 2"], application.reference, proposal.id, REGION)
    assert (stale.value.who, stale.value.what) == ("clerk-chain（示例）", "evidence")
    assert application.state == "in_review"


def test_preview_shows_the_letter_as_if_the_second_had_agreed(db: Session, staff: dict[str, Actor]) -> None:
    application = submitted(db, resident(db))
    pin(db, application, with_second_person("refuse"))
    lead(db, staff, application, up_to(BELOW, "propose_refusal"))
    claim(db, staff["approver"], application.reference)
    version, what = application.version, deciding("refuse")
    preview = preview_decision(
        db, staff["approver"], application.reference, REGION, version=version, deciding=what
    )
    assert [one.notice.key for one in preview.letters] == ["N10"]
    assert db.scalar(select(func.count(ProposedDecision.id))) == 0


def test_of_two_who_agree_at_once_one_does(store: Store) -> None:
    with store.transaction() as db:
        staff = colleagues(db)
        application, proposal = proposed(db, staff)
        reference, number = application.reference, proposal.id

    def press(place: int) -> str:
        try:
            with store.transaction() as db:
                agree(db, staff[f"approver {place + 2}"], reference, number, REGION)
            return "done"
        except Conflict as late:
            return late.key

    assert sorted(at_once(press, 2)) == ["decided_meanwhile", "done"]
    with store.reading() as db:
        kinds = db.scalars(select(Decision.kind).where(Decision.kind == "refuse")).all()
        assert kinds == ["refuse"]
        assert db.scalars(select(NoticeRow.key)).all().count("N10") == 1
