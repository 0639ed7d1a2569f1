"""What anybody may open: home, guides, pre-check, places, settings, statements, messages, look-up, errors."""

from pages.states import PageState, emptied, plain, sending, signed_in
from support import Staged, Visitor

UNKNOWN_WORD = "𠮷野家外卖骑手等级证书"


def precheck(*answers: str) -> PageState:
    """The pre-check with these answers, one a question; with none left to ask it is the result."""

    def reach(visitor: Visitor) -> None:
        visitor.open("/services/zj-01/check")
        for answer in answers:
            visitor.send({"answer": answer})

    return PageState("/services/<code>/check", f"after {'-'.join(answers)}", reach)


def leaving(path: str) -> PageState:
    return PageState(
        f"{path}/<reference>", "left", sending(plain(path), what="看不清楚。" * 50, contact="19900000001")
    )


def look_up(visitor: Visitor, staged: Staged | None = None) -> None:
    """With the slip of this application; without one, of any that waits at the counter."""
    staged = staged or visitor.stage.the("submitted")
    visitor.open("/status")
    visitor.send({"reference": staged.reference, "code": visitor.stage.slip_code(staged)})


def sent_twice(visitor: Visitor) -> None:
    """A form whose token is gone, as after the cookies were deleted."""
    visitor.open("/questions")
    visitor.driver.execute_script("document.querySelector('main [name=csrf_token]').value = 'old'")
    visitor.send({"what": "以前写的留言还在。"})


PAGES = (
    PageState("/", "usual", plain("/")),
    PageState("/", "elder", plain("/?elder=1")),
    PageState("/", "signed in", signed_in(lambda stage: stage.the("resident"), "/")),
    PageState("/services", "all", plain("/services")),
    PageState("/services", "for somebody else", plain("/services?for=other")),
    PageState("/services", "found", plain("/services?q=canjizheng")),
    PageState("/services", "nothing found", plain(f"/services?q={UNKNOWN_WORD}")),
    PageState("/services/<code>", "guide", plain("/services/zj-01")),
    PageState("/services/<code>", "bundle", plain("/services/yj-01")),
    PageState("/lists", "all", plain("/lists")),
    PageState("/services/<code>/elements", "usual", plain("/services/zj-01/elements")),
    PageState("/services/<code>/elements", "bundle", plain("/services/yj-01/elements")),
    PageState("/directories/units", "all", plain("/directories/units")),
    PageState("/directories/policies", "all", plain("/directories/policies")),
    PageState("/check", "all", plain("/check")),
    PageState("/services/<code>/check", "first", plain("/services/zj-01/check")),
    PageState("/services/<code>/check", "error", sending(plain("/services/zj-01/check")), 422),
    precheck("yes", "lost"),
    precheck("no", "no", "yes", "unknown"),
    precheck("unknown", "unknown", "unknown", "unknown", "unknown", "visual", "no", "no"),
    PageState("/service-points", "all", plain("/service-points")),
    PageState("/service-points", "of a county", plain("/service-points?county=880001")),
    PageState("/region", "all", plain("/region")),
    PageState("/region", "found", plain("/region?q=东风")),
    PageState("/region", "nothing found", plain(f"/region?q={UNKNOWN_WORD}")),
    PageState("/region", "error", sending(emptied(plain("/region"))), 422),
    PageState("/preferences", "usual", plain("/preferences")),
    PageState("/preferences", "saved", sending(plain("/preferences"))),
    PageState("/privacy", "usual", plain("/privacy")),
    PageState("/accessibility", "usual", plain("/accessibility")),
    PageState("/sitemap", "usual", plain("/sitemap")),
    PageState("/accessibility/report", "empty", plain("/accessibility/report")),
    PageState("/accessibility/report", "error", sending(plain("/accessibility/report"), contact="没有"), 422),
    leaving("/accessibility/report"),
    PageState("/questions", "empty", plain("/questions")),
    PageState("/questions", "error", sending(plain("/questions"), contact="没有"), 422),
    leaving("/questions"),
    PageState("/status", "empty", plain("/status")),
    PageState("/status", "error", sending(plain("/status"), reference="1234", code="8"), 422),
    PageState("/status", "found", look_up),
    PageState("/demo", "people", plain("/demo")),
    PageState("/demo/messages", "messages", plain("/demo/messages")),
    PageState("", "not found", plain("/there/is/nothing"), 404),
    PageState("/questions", "stale form", sent_twice, 403),
    PageState("/office", "not for residents", signed_in(lambda stage: stage.the("resident"), "/office"), 403),
)
