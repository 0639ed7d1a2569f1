"""For whom one acts: nobody, somebody, a mandate for signing, laid down; what is closed from then on."""

from datetime import timedelta
from typing import Any

from pages.states import PageState, Reach, signed_in
from support import Someone, Stage, Staged, Visitor

from portal import clock
from portal.store.representations import Representation
from portal.usecases.applications import get_own
from portal.usecases.representations import activate, end_representation, suspend_representation
from tests.support.office import REGION

PEOPLE = "/account/people"
ONE = "/account/people/<int:representation_id>"
STATUS = "/account/applications/<reference>"
SAID = {"p_name": "示例王小明", "g_kind": "parent", "g_name": "示例王母", "g_is_guardian": "no"}


def newcomer(stage: Stage) -> Someone:
    found: Someone = stage.the("resident")
    return found


def said(stage: Stage) -> Staged:
    """Somebody who has applied for another, and says so."""
    made: Staged = stage.the("submitted", "for another", answers=SAID, acting="proxy")
    return made


def held(kind: str) -> Any:
    """The same with a record that was proved, and what became of it."""

    def make(stage: Stage) -> Staged:
        made: Staged = stage.once(("acting", kind), lambda: _make(stage, kind))
        return made

    return make


def _make(stage: Stage, kind: str) -> Staged:
    staged = stage.submitted(SAID, "proxy")
    actor = staged.applicant.actor
    with stage.transaction() as db:
        kept = db.get_one(Representation, get_own(db, actor, staged.reference, "follow").representation_id)
        to_on = clock.today() + timedelta(days=29)
        activate(db, actor, REGION, kept, basis="entrusted", to_on=to_on, agreed_way="slip")
        if kind == "ended":
            end_representation(db, actor, REGION, kept, by="slip", why="revoked")
        if kind == "suspended":
            suspend_representation(db, actor, REGION, kept, why="dispute")
    return staged


def at(who: Any, path: str, press: str = "") -> Reach:
    """A page about the person, reached from the list; ``press`` is a link or button there."""

    def reach(visitor: Visitor) -> None:
        staged = who(visitor.stage)
        visitor.sign_in(staged.applicant)
        visitor.open(path.format(staged.reference))
        if path == PEOPLE:
            visitor.press("main .tasks a")
        if press:
            visitor.press(press)

    return reach


PAGES = (
    PageState(PEOPLE, "nobody", signed_in(newcomer, PEOPLE)),
    PageState(PEOPLE, "somebody", signed_in(lambda stage: said(stage).applicant, PEOPLE)),
    PageState(PEOPLE, "ended", signed_in(lambda stage: held("ended")(stage).applicant, PEOPLE)),
    PageState(ONE, "said", at(said, PEOPLE)),
    PageState(ONE, "active", at(held("active"), PEOPLE)),
    PageState(ONE, "suspended", at(held("suspended"), PEOPLE), is_in_every_run=False),
    PageState(ONE, "ended", at(held("ended"), PEOPLE)),
    PageState(f"{ONE}/mandate", "to be signed", at(said, PEOPLE, "main #mandate .actions button")),
    PageState(f"{ONE}/end", "asked", at(held("active"), PEOPLE, "main a[href$='/end']")),
    PageState(STATUS, "authority ended", at(held("ended"), "/account/applications/{}"), 403),
    PageState(STATUS, "authority suspended", at(held("suspended"), "/account/applications/{}"), 403, False),
    PageState(STATUS, "for another", at(said, "/account/applications/{}")),
    PageState("/apply/<code>", "with people", at(held("active"), "/apply/zj-01")),
)
