"""Second looks: another person agrees, days are granted, a sample is looked at again, answers mended."""

from collections.abc import Callable

from pages.deciding_pages import in_hand
from pages.staff_pages import DESK, DESK_ROUTE, OFFICE, OFFICE_ROUTE, clerk, officer, reviewer, work
from pages.states import PageState, Reach, sending, signed_in
from sqlalchemy import select
from support import LONG, Someone, Stage, Staged, Visitor

from portal.clock import now
from portal.store.applications import Decision, StepEntry
from portal.store.rechecks import Recheck
from portal.store.second_persons import ProposedDecision
from portal.usecases.applications import get_own
from portal.usecases.decision_checks import Deciding
from portal.usecases.extensions import ask_extension
from portal.usecases.recusals import add_relative, declare_recusal
from portal.usecases.review import decide
from tests.support.chain import deciding
from tests.support.office import REGION
from tests.support.second_looks import pin, with_second_person

CAUSE = "要向另一个省核对户口，对方说要等几天。Pneumonoultramicroscopicsilicovolcanoconiosis。" * 3
NUMBER = "880000198811020022"

head = officer("lead-shili")
head_of_desk = officer("lead-dongfeng")


class Extended:
    """The reviewer has asked the head of the unit for more days."""

    def __init__(self, stage: Stage) -> None:
        self.staged = in_hand("at_review", reviewer)(stage)
        with stage.transaction() as db:
            asked = ask_extension(db, stage.reviewer.actor, self.staged.reference, 5, CAUSE)
            self.extension_id = asked.id


class Proposed:
    """The approver would refuse, and a colleague has to agree."""

    def __init__(self, stage: Stage) -> None:
        self.staged: Staged = stage.taken_for_decision(LONG)
        with stage.transaction() as db:
            application = get_own(db, self.staged.applicant.actor, self.staged.reference, "follow")
            pin(db, application, with_second_person("refuse"))
            actor, version = stage.approver.actor, application.version
            what = deciding("refuse", words="医院的评定结论是不符合残疾标准。" * 10)
            decide(db, actor, self.staged.reference, REGION, version=version, deciding=what)
            newest = select(ProposedDecision.id).order_by(ProposedDecision.id.desc())
            self.proposal_id = db.scalars(newest).first()


class Drawn:
    """A refusal that was drawn into the sample."""

    def __init__(self, stage: Stage) -> None:
        self.staged: Staged = stage.refused(LONG)
        with stage.transaction() as db:
            application = get_own(db, self.staged.applicant.actor, self.staged.reference, "follow")
            newest = select(Decision.id).join(StepEntry).where(StepEntry.application_id == application.id)
            decision_id = db.scalars(newest.order_by(Decision.id.desc())).first()
            if db.scalar(select(Recheck.id).where(Recheck.decision_id == decision_id)) is None:
                db.add(Recheck(decision_id=decision_id, unit_code="federation_shili", drawn_at=now()))


class ProposedAtCounter:
    """The clerk would not accept it, and a colleague has to agree."""

    def __init__(self, stage: Stage) -> None:
        self.staged: Staged = stage.claimed(LONG)
        with stage.transaction() as db:
            application = get_own(db, self.staged.applicant.actor, self.staged.reference, "follow")
            pin(db, application, with_second_person("not_ours"))
            actor, version = stage.clerk.actor, application.version
            what = Deciding("not_ours", reasons=["J01"], summary="请到户口所在地的县残联办")
            decide(db, actor, self.staged.reference, REGION, version=version, deciding=what)
            newest = select(ProposedDecision.id).order_by(ProposedDecision.id.desc())
            self.proposal_id = db.scalars(newest).first()


def extended(stage: Stage) -> Extended:
    made: Extended = stage.once(("extended", ""), lambda: Extended(stage))
    return made


def proposed(stage: Stage) -> Proposed:
    made: Proposed = stage.once(("proposed", ""), lambda: Proposed(stage))
    return made


def drawn(stage: Stage) -> Drawn:
    made: Drawn = stage.once(("drawn", ""), lambda: Drawn(stage))
    return made


def recused(stage: Stage) -> Staged:
    """The clerk keeps away from it."""

    def make() -> Staged:
        staged = stage.claimed(LONG, "proxy")
        with stage.transaction() as db:
            declare_recusal(db, stage.clerk.actor, staged.reference, "interest", CAUSE)
        return staged

    made: Staged = stage.once(("recused", ""), make)
    return made


def at_counter(stage: Stage) -> Staged:
    """An application in the hand of the clerk whose answers nobody changes."""
    made: Staged = stage.the("claimed", "to be put right", answers=LONG, acting="proxy")
    return made


def second(stage: Stage) -> Someone:
    """Another approver, for whom the decision waits."""
    return officer("approver-shili")(stage)


def answering_days(visitor: Visitor) -> None:
    visitor.sign_in(head(visitor.stage))
    visitor.open(f"/office/extensions/{extended(visitor.stage).extension_id}")


def answering_proposal(visitor: Visitor) -> None:
    visitor.sign_in(second(visitor.stage))
    made = proposed(visitor.stage)
    visitor.open(f"/office/applications/{made.staged.reference}/proposals/{made.proposal_id}")


def answering_at_counter(visitor: Visitor) -> None:
    made: ProposedAtCounter = visitor.stage.once(
        ("proposed at the counter", ""), lambda: ProposedAtCounter(visitor.stage)
    )
    visitor.sign_in(visitor.stage.the("colleague", "second"))
    visitor.open(f"/desk/applications/{made.staged.reference}/proposals/{made.proposal_id}")


def with_numbers(visitor: Visitor) -> None:
    made = visitor.stage.the("colleague", "with relatives")
    with visitor.stage.transaction() as db:
        add_relative(db, made.actor, NUMBER, "relative")
    visitor.sign_in(made)
    visitor.open("/staff/relatives")


def everything_waits(visitor: Visitor) -> None:
    extended(visitor.stage)
    drawn(visitor.stage)
    signed_in(head, "/office/approvals")(visitor)


def below(path: str, who: Callable[[Stage], Someone], make: Callable[[Stage], Staged], more: str) -> Reach:
    return work(who, path + more, make)


RECUSAL = below(DESK, clerk, at_counter, "/recusal")
ASKING_DAYS = below(OFFICE, reviewer, in_hand("at_review", reviewer), "/extension")
CORRECTING = below(DESK, clerk, at_counter, "/correct/p_name")
RECHECKING = below(OFFICE, head, lambda stage: drawn(stage).staged, "/recheck")
REOPENING = below(OFFICE, head, lambda stage: drawn(stage).staged, "/reopen")
RELATIVES = signed_in(lambda stage: stage.the("colleague", "without relatives"), "/staff/relatives")

PAGES = (
    PageState(f"{DESK_ROUTE}/recusal", "empty", RECUSAL),
    PageState(f"{DESK_ROUTE}/recusal", "error", sending(RECUSAL), 422),
    PageState(
        f"{OFFICE_ROUTE}/recusal",
        "empty",
        below(OFFICE, reviewer, in_hand("at_review", reviewer), "/recusal"),
    ),
    PageState(DESK_ROUTE, "kept away from", work(clerk, DESK, recused)),
    PageState(OFFICE_ROUTE, "somebody keeps away", work(head_of_desk, OFFICE, recused)),
    PageState("/staff/relatives", "empty", RELATIVES),
    PageState("/staff/relatives", "error", sending(RELATIVES, number="12"), 422),
    PageState("/staff/relatives", "filled", with_numbers),
    PageState(f"{OFFICE_ROUTE}/extension", "empty", ASKING_DAYS),
    PageState(f"{OFFICE_ROUTE}/extension", "error", sending(ASKING_DAYS, days="99"), 422),
    PageState("/office/extensions/<int:extension_id>", "asked", answering_days),
    PageState("/office/extensions/<int:extension_id>", "error", sending(answering_days), 422),
    PageState(OFFICE_ROUTE, "more days", work(reviewer, OFFICE, lambda stage: extended(stage).staged)),
    PageState("/desk/approvals", "empty", signed_in(officer("clerk-beiqiao"), "/desk/approvals")),
    PageState("/office/approvals", "filled", everything_waits),
    PageState(f"{OFFICE_ROUTE}/proposals/<int:proposal_id>", "open", answering_proposal),
    PageState(f"{OFFICE_ROUTE}/proposals/<int:proposal_id>", "error", sending(answering_proposal), 422),
    PageState(f"{DESK_ROUTE}/proposals/<int:proposal_id>", "open", answering_at_counter),
    PageState(OFFICE_ROUTE, "proposed", work(second, OFFICE, lambda stage: proposed(stage).staged)),
    PageState(f"{OFFICE_ROUTE}/recheck", "drawn", RECHECKING),
    PageState(f"{OFFICE_ROUTE}/recheck", "error", sending(RECHECKING), 422),
    PageState(f"{OFFICE_ROUTE}/reopen", "empty", REOPENING),
    PageState(f"{OFFICE_ROUTE}/reopen", "error", sending(REOPENING), 422),
    PageState(f"{DESK_ROUTE}/correct", "choosing", below(DESK, clerk, at_counter, "/correct")),
    PageState(f"{DESK_ROUTE}/correct/<field_id>", "shown", CORRECTING),
    PageState(f"{DESK_ROUTE}/correct/<field_id>", "error", sending(CORRECTING, p_name=""), 422),
)
