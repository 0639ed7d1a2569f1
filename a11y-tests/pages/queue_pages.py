"""The lists of the office: by what has to be done, narrowed, searched, several at once, the head's people."""

from pages.staff_pages import at_post, clerk, officer, reviewer
from pages.states import PageState, sending, signed_in
from pages.visit_pages import opened_up
from support import LONG, Visitor

from portal.usecases.assigning import list_colleagues
from portal.usecases.saved_views import save_view

SEVERAL = "#several button:not([hidden])"
SEARCH = "#search button:not([hidden])"
head = officer("lead-dongfeng")


def ticked(visitor: Visitor) -> None:
    """Every row of the unit's list, one of them with everything long."""
    visitor.stage.the("submitted", "long", answers=LONG, acting="proxy")
    visitor.sign_in(head(visitor.stage))
    visitor.open("/office/unit?all=1")
    visitor.send({}, SEVERAL)


def saved(visitor: Visitor) -> None:
    """Two views, one of them the start of the work, and the form for a third."""
    who = visitor.stage.clerk
    with visitor.stage.transaction() as db:
        save_view(db, who.actor, "desk", "快到期、没有人领取的" * 3, "unit", {"due": "soon"})
        save_view(db, who.actor, "desk", "网上交来的", "late", {"channel": "online"})
    visitor.sign_in(who)
    visitor.open("/desk/views?which=unit&due=soon")


def named(visitor: Visitor) -> None:
    """One officer of the head's unit."""
    who = head(visitor.stage)
    with visitor.stage.transaction() as db:
        post = list_colleagues(db, who.actor)[0].role_id
    visitor.sign_in(who)
    visitor.open(f"/office/people/{post}")


NARROWED = "?service=zj-01&due=soon&township=880001001&needs=yes&channel=online&taker=nobody"

COUNTER = tuple(
    PageState(f"/desk{rule}", "usual", signed_in(clerk, f"/desk{rule}"))
    for rule in ("/returned", "/unit/late", "/unit/paused", "/search", "/views")
)
OFFICE = tuple(
    PageState(f"/office{rule}", "usual", signed_in(reviewer, f"/office{rule}"))
    for rule in ("/returned", "/unit/late", "/unit/paused", "/unit/stand-in", "/coming", "/search", "/views")
)
PAGES = (
    *COUNTER,
    *OFFICE,
    PageState("/desk/unit", "narrowed", signed_in(clerk, f"/desk/unit{NARROWED}")),
    PageState("/desk/unit", "more filters", signed_in(clerk, "/desk/unit?more=1")),
    PageState("/desk/unit", "all ticked", signed_in(clerk, "/desk/unit?all=1")),
    PageState("/desk", "full hands", signed_in(clerk, "/desk?full=100")),
    PageState("/desk/search", "error", sending(signed_in(clerk, "/desk/search"), SEARCH), 422),
    PageState("/desk/search", "none", sending(signed_in(clerk, "/desk/search"), SEARCH, words="没有这个人")),
    PageState("/desk/views", "filled", saved),
    PageState("/desk/views", "saved", signed_in(clerk, "/desk/views?done=saved")),
    PageState("/desk/views", "error", sending(saved, "#save button:not([hidden])", name=""), 422),
    PageState("/office/search", "every entry in sight", opened_up(signed_in(reviewer, "/office/search"))),
    PageState("/office/unit", "of a head", signed_in(head, "/office/unit?all=1")),
    PageState("/desk/bulk", "nothing ticked", sending(signed_in(clerk, "/desk/unit"), SEVERAL), 422),
    PageState("/office/bulk", "several", ticked),
    PageState("/office/bulk", "error", sending(ticked, "#message button:not([hidden])", words=""), 422),
    PageState("/office/bulk", "done", sending(ticked, "#take-back button:not([hidden])")),
    PageState("/office/people", "all", at_post("lead-dongfeng", "/office/people")),
    PageState("/office/people/<int:role_id>", "one", named),
)
