"""Pages that say no: too much at once, too often, too late because a colleague was quicker, our own fault."""

from pages.account_pages import asked_for_code
from pages.staff_pages import DESK, DESK_ROUTE, PREVIEW, clerk, work
from pages.states import PageState, plain
from support import Visitor
from support.server import FAILING

from portal.usecases.rates import count_attempt
from portal.web.bodies import MOST_FIELDS
from portal.web.network import CODES, network_of

CLAIM = "main form[action$='/claim'] button"
WRONG_CODE = "22222222"
MOST_TRIES = 20
ADDRESS = "1.1.1.1"


def flooding(visitor: Visitor) -> None:
    """A form with more fields than any form of ours can have."""
    visitor.open("/questions")
    visitor.driver.execute_script(
        """const form = document.querySelector("main form");
           for (let number = 0; number < arguments[0]; number += 1) {
             const field = document.createElement("input");
             form.append(Object.assign(field, { type: "hidden", name: "f" + number }));
           }""",
        MOST_FIELDS,
    )
    visitor.send()


def looked_up_too_often(visitor: Visitor) -> None:
    """Wrong codes for one reference, until there were too many."""
    staged = visitor.stage.the("submitted", "looked up too often")
    for _ in range(MOST_TRIES):
        visitor.open("/status")
        visitor.send({"reference": staged.reference, "code": WRONG_CODE})
        if visitor.status == 429:
            return


def from_busy_network(visitor: Visitor) -> None:
    """One code more than one network may ask for."""
    network = network_of(ADDRESS)
    assert network is not None
    with visitor.stage.transaction() as db:
        for _ in range(CODES.times):
            count_attempt(db, CODES, network)
    with visitor.at_address(ADDRESS):
        asked_for_code(visitor)


def with_most_drafts(visitor: Visitor) -> None:
    """As many drafts as one may have, and one more is begun."""
    visitor.sign_in(visitor.stage.the("overfull"))
    visitor.open("/apply/zj-01")
    visitor.send({"acting": "self"})


def taken_by_a_colleague(visitor: Visitor) -> None:
    """Both look at one that is free; the colleague takes it first."""
    staged = visitor.stage.submitted()
    work(clerk, DESK, lambda stage: staged)(visitor)
    visitor.stage.claim(visitor.stage.the("colleague"), staged)
    visitor.press(CLAIM)


def decided_by_a_colleague(visitor: Visitor) -> None:
    """The clerk is about to forward it, gives it back elsewhere, and the colleague decides."""
    staged = visitor.stage.claimed()
    work(clerk, DESK, lambda stage: staged, "?outcome=not_ours")(visitor)
    visitor.stage.pass_on(staged, visitor.stage.the("colleague"))
    visitor.stage.ask_more(visitor.stage.the("colleague"), staged)
    visitor.send({"reasons": "J01", "summary": "请到户口所在地的县残联办"}, PREVIEW)


def changed_meanwhile(visitor: Visitor) -> None:
    """While the form was open, the application was returned in another window, put right and sent again."""
    staged = visitor.stage.claimed()
    work(clerk, DESK, lambda stage: staged, "?outcome=forward")(visitor)
    visitor.stage.correct(visitor.stage.ask_more(visitor.stage.clerk, staged))
    visitor.send({}, PREVIEW)


PAGES = (
    PageState("/questions", "too much at once", flooding, 413),
    PageState("/status", "too often", looked_up_too_often, 429),
    PageState("/sign-in", "too often from one network", from_busy_network, 429),
    PageState("/apply/<code>", "too many drafts", with_most_drafts, 409),
    PageState("", "our own fault", plain(FAILING), 500),
    PageState(f"{DESK_ROUTE}/claim", "taken by a colleague", taken_by_a_colleague, 409),
    PageState(DESK_ROUTE, "decided by a colleague", decided_by_a_colleague, 409),
    PageState(DESK_ROUTE, "changed meanwhile", changed_meanwhile, 409),
)
