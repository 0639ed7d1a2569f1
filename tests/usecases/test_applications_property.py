"""Whatever applicants, officers and the clock do, in any order: every state has what belongs to it."""

import secrets
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.rules.errors import PortalError
from portal.rules.journey import Journey
from portal.store.applications import Application, StepEntry
from portal.store.public_notices import Objection, PublicNotice
from portal.usecases.actor import SYSTEM, VISITOR, Actor
from portal.usecases.applications import (
    journey_of,
    load_answers,
    save_page,
    start_application,
    withdraw,
)
from portal.usecases.calendar_days import add_calendar_day
from portal.usecases.claims import claim
from portal.usecases.deaths import report_death
from portal.usecases.decisions import Deciding, PointAsked
from portal.usecases.demo_applications import see_originals
from portal.usecases.drafts import delete_draft
from portal.usecases.objections import answer_objection, object_to
from portal.usecases.review import decide
from portal.usecases.submission import seen_hash_of, submit
from portal.usecases.timed import run_next_timer
from portal.usecases.undone_deaths import undo_death
from tests.support.chain import WHO, chain_staff, deciding
from tests.support.companions import assert_companions
from tests.support.office import (
    ANSWERS,
    DEFINITION,
    REGION,
    answers_for,
    keep_pages,
    prepare,
    resident,
)
from tests.support.stores import open_alike, settings_for

ASK = Deciding("ask_more", points=[PointAsked("person-name", "C03", "")])
NOT_OURS = Deciding("not_ours", reasons=["J01"], summary="不归这里办")
DECISIONS: dict[str, tuple[str | Deciding, ...]] = {
    "intake": ("forward", ASK, NOT_OURS),
    "acceptance": ("accept", ASK, NOT_OURS),
    "assessment": ("met", "below", "unstable"),
    "public_notice": ("no_objection", "reassess", "reassess"),
    "review": ("propose_grant", "propose_refusal", ASK),
    "decision": ("approve", "refuse", "back"),
    "issue": ("handed_over", "handed_over", ASK),
}
"""What an officer may try at each step."""
MOST_APPLICATIONS = 3
some_application = st.integers(0, MOST_APPLICATIONS - 1)


def see_all(db: Session, officer: Actor, reference: str) -> None:
    """Whoever would grant has every original before them first."""
    see_originals(
        db, officer, db.scalars(select(Application).where(Application.reference == reference)).one()
    )


class Office(RuleBasedStateMachine):
    """Two residents with one ID number between them, one of each officer, and a clock that only goes on."""

    template: ClassVar[Path]
    met: ClassVar[set[str]] = set()

    @initialize(far=st.integers(0, 8), last=st.lists(st.integers(0, 2), max_size=2))
    def open(self, far: int, last: list[int]) -> None:
        """The first application is on its way already, so that short stories come to every step."""
        clock.use_fixed(datetime.fromisoformat("2026-11-23T09:00+08:00"))
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "portal.db")
        self.store = open_alike(settings_for(self.folder, f"sqlite:///{self.folder / 'portal.db'}"))
        with self.store.transaction() as db:
            prepare(db)
            self.people = [resident(db), resident(db)]
            self.staff = chain_staff(db)
        self.references: list[tuple[int, str]] = []
        self.begin(0, "self")
        self.hand_in(0, False, True)
        for what in (*[0] * far, *last):
            self.act(0, what, False)
            if self.standing(0) == "public_notice":
                self.wait(10)

    def attempt(self, act: Any, *told: Any, **named: Any) -> None:
        """Do it in a transaction of its own; a refusal is an answer too, and changes nothing."""
        with suppress(PortalError), self.store.transaction() as db:
            act(db, *told, **named)

    def chosen(self, number: int) -> tuple[int, str]:
        return self.references[number % len(self.references)]

    def standing(self, number: int) -> str | None:
        """The step at which the application stands."""
        _owner, reference = self.chosen(number)
        standing = select(StepEntry.step).join(Application).where(Application.reference == reference)
        with self.store.reading() as db:
            return db.scalar(standing.where(StepEntry.closed_at.is_(None)))

    @precondition(lambda self: len(self.references) < MOST_APPLICATIONS)
    @rule(who=st.integers(0, 1), acting=st.sampled_from(["self", "proxy"]))
    def begin(self, who: int, acting: Any) -> None:
        answers = answers_for(acting, ANSWERS)
        actor = self.people[who]
        with self.store.transaction() as db:
            begun = start_application(db, actor, DEFINITION, acting, secrets.token_urlsafe(16))
            keep_pages(db, actor, begun, Journey(DEFINITION, answers, acting, clock.today()))
            self.references.append((who, begun.reference))

    @precondition(lambda self: self.references)
    @rule(number=some_application, is_stranger=st.booleans(), has_seen=st.booleans())
    def hand_in(self, number: int, is_stranger: bool, has_seen: bool) -> None:
        owner, reference = self.chosen(number)
        with self.store.reading() as db:
            row = db.scalar(select(Application).where(Application.reference == reference))
            answers = journey_of(DEFINITION, row, load_answers(db, row)).answers if row else {}
            now_shown = seen_hash_of(db, row, answers) if row else "none"
        actor = self.people[1 - owner if is_stranger else owner]
        seen = now_shown if has_seen else "old"
        self.attempt(submit, actor, reference, REGION, declarations=["cs_truth"], seen_hash=seen)

    @precondition(lambda self: self.references)
    @rule(number=some_application, name=st.sampled_from(["示例王小明", "示例王晓明", ""]))
    def change_name(self, number: int, name: str) -> None:
        owner, reference = self.chosen(number)
        typed = {"p_name": name, "p_name_sound": ""}
        self.attempt(save_page, self.people[owner], reference, "person-name", typed)

    @precondition(lambda self: self.references)
    @rule(number=some_application)
    def take_back(self, number: int) -> None:
        owner, reference = self.chosen(number)
        self.attempt(withdraw, self.people[owner], reference)

    @precondition(lambda self: self.references)
    @rule(number=some_application)
    def throw_away(self, number: int) -> None:
        owner, reference = self.chosen(number)
        self.attempt(delete_draft, self.people[owner], reference)

    @precondition(lambda self: self.references)
    @rule(number=some_application, what=st.integers(0, 2), is_old=st.booleans())
    def act(self, number: int, what: int, is_old: bool) -> None:
        _owner, reference = self.chosen(number)
        step = self.standing(number)
        if step is None:
            return
        with self.store.reading() as db:
            row = db.scalars(select(Application).where(Application.reference == reference)).one()
        officer = self.staff[WHO[step]]
        self.attempt(claim, officer, reference)
        chosen = DECISIONS[step][what]
        if chosen == "approve":
            self.attempt(see_all, officer, reference)
        named: dict[str, Any] = {"deciding": deciding(chosen) if isinstance(chosen, str) else chosen}
        self.attempt(decide, officer, reference, REGION, version=row.version - is_old, **named)

    @precondition(lambda self: self.references)
    @rule(
        event=st.sampled_from(["death", "objection", "calendar"]),
        number=some_application,
        is_so=st.booleans(),
    )
    def happen(self, event: str, number: int, is_so: bool) -> None:
        if event == "death":
            self.report_or_undo_a_death(number, is_so)
        elif event == "objection":
            self.object_to_whatever_is_posted(number, is_so)
        else:
            self.attempt(
                add_calendar_day, SYSTEM, clock.today() + timedelta(number), "通知", is_working=is_so
            )
            self.run_timers()

    def report_or_undo_a_death(self, number: int, is_wrong: bool) -> None:
        _owner, reference = self.chosen(number)
        if is_wrong:
            self.attempt(undo_death, self.staff["clerk"], reference, REGION)
        else:
            self.attempt(report_death, self.staff["clerk"], reference, source="family")

    def object_to_whatever_is_posted(self, number: int, is_upheld: bool) -> None:
        """Somebody objects; the unit answers an objection that waits, unless ``number`` is 0."""
        with self.store.reading() as db:
            posted = db.scalar(select(PublicNotice.slug).where(PublicNotice.ended_at.is_(None)).limit(1))
        if posted is None:
            return
        self.attempt(object_to, VISITOR, posted, "他不住在这个村")
        with self.store.reading() as db:
            said = db.scalars(select(Objection).where(Objection.answered_at.is_(None))).first()
            reference = said.notice.application.reference if said else ""
        if said is not None and number:
            told = {"is_upheld": is_upheld}
            self.attempt(answer_objection, self.staff["reviewer"], reference, said.id, "去村里问过", **told)

    @rule(days=st.sampled_from([1, 10, 25, 95]))
    def wait(self, days: int) -> None:
        clock.use_fixed(clock.now() + timedelta(days=days))
        self.run_timers()

    def run_timers(self) -> None:
        for _ in range(50):
            with self.store.transaction() as db:
                if run_next_timer(db, REGION) is None:
                    return
        raise AssertionError("the timers never end")

    @invariant()
    def everything_has_its_companions(self) -> None:
        if hasattr(self, "store"):
            with self.store.transaction() as db:
                assert_companions(db)
                self.met.update(db.scalars(select(Application.state)))

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)
        clock.reset()


@pytest.mark.parametrize(
    ("far", "last", "state"),
    [(0, [], "in_review"), (0, [1], "returned"), (0, [2], "not_accepted"), (7, [], "approved")],
)
def test_way_that_every_story_begins_with_leads_there(
    migrated_sqlite: Path, far: int, last: list[int], state: str
) -> None:
    """What chance makes of it depends on more than this file; that it can come to each state does not."""
    Office.template = migrated_sqlite
    office = Office()
    office.open(far, last)
    with office.store.transaction() as db:
        assert_companions(db)
        assert db.scalars(select(Application.state)).all() == [state]
    office.teardown()


def test_no_order_of_acts_leaves_a_state_without_companions(migrated_sqlite: Path) -> None:
    Office.template = migrated_sqlite
    Office.TestCase.settings = settings(
        max_examples=30,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],  # a story of twelve acts is short enough to read
        suppress_health_check=list(HealthCheck),
    )
    run = Office.TestCase("runTest").run()
    assert run is not None
    if not run.wasSuccessful():
        pytest.fail("\n".join(text for _test, text in [*run.errors, *run.failures]))
    assert {"draft", "in_review", "approved"} <= Office.met
    assert len(Office.met) >= 5, Office.met
