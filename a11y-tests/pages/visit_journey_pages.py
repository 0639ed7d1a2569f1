"""The journey at the counter: for whom, parts with their questions, read aloud, read back, agreed to."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pages.document_pages import filed
from pages.journey_pages import whole
from pages.staff_pages import at_post
from pages.states import PageState, Reach, emptied, sending
from pages.visit_pages import CLERK, Received, beside, received
from selenium.webdriver.support.ui import WebDriverWait
from sqlalchemy import select
from support import LONG, PLAIN, Stage, Staged, Visitor
from support.browser import WAIT_SECONDS

from portal import clock
from portal.rules.journey import Journey
from portal.store.accounts import Account
from portal.store.visits import SpokenConfirmation
from portal.usecases.applications import start_application
from portal.usecases.confirming import ConfirmedBy, Said, hand_in_confirmed, record_confirmation
from portal.usecases.looking import look_at_own
from portal.usecases.submission import seen_hash_of
from tests.support.office import DEFINITION, REGION

BASE = "/desk/visits/<token>/apply/<code>"
ONE = BASE + "/<reference>"
PART = ONE + "/part/<section_id>"
HERE = "/apply/zj-01/{}"
TEXT = "申请人信息\n姓名：示例欧阳·买买提江。\n证件号码：8 8 0 0 0 0，1 9 9 0 0 1 0 1，0 0 1 1。\n" * 8
WORDS = "听完后点头两次，又用手语打了“同意”。" * 10


def of_draft(kind: str, path: str) -> Reach:
    """A page of a draft in which everything is answered, beside whose it is."""
    return beside(lambda stage: received(stage, whole(stage, kind)), HERE + path)


def own_draft(mark: str, path: str, answers: Mapping[str, Any] = PLAIN) -> Reach:
    """The same of a draft of its own, because even nonsense is kept."""
    return beside(lambda stage: received(stage, stage.the("draft", mark, answers=answers)), HERE + path)


def agreed(mark: str, way: ConfirmedBy, *, is_handed_in: bool = False) -> Reach:
    """The page on which everything is read back, or the receipt, after the visitor agreed."""

    def make(stage: Stage) -> Received:
        staged: Staged = stage.the("draft", mark, answers=LONG, acting="proxy")
        return received(
            stage, stage.once(("agreed", mark), lambda: _agreed(stage, staged, way, is_handed_in))
        )

    return beside(make, HERE + ("/receipt" if is_handed_in else "/check"))


def _agreed(stage: Stage, staged: Staged, way: ConfirmedBy, is_handed_in: bool) -> Staged:
    clerk = stage.colleague()
    with stage.transaction() as db:
        visitor_id = staged.applicant.actor.signed_in_id
        actor = replace(clerk.actor, channel="counter", behalf_of_id=visitor_id)
        looked = look_at_own(db, actor, staged.reference)
        seen = seen_hash_of(db, looked.application, on_path(looked.answers))
        declared = [one.id for one in DEFINITION.service.declarations]
        record_confirmation(db, actor, staged.reference, REGION, Said(way, TEXT, declared, WORDS), seen)
        if is_handed_in:
            hand_in_confirmed(db, actor, staged.reference, REGION, seen, has_registers=False)
    return staged


def on_path(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count."""
    return Journey(DEFINITION, answers, "proxy", clock.today()).answers


def all_receipts(visitor: Visitor, mark: str = "receipt") -> None:
    agreed(mark, "signed", is_handed_in=True)(visitor)
    visitor.open(urlsplit(visitor.driver.current_url).path.split("/apply/")[0] + "/receipts")


def receipts_in_english(visitor: Visitor) -> None:
    """A sheet in the visitor's language among the words of the clerk."""
    _reads_english(visitor)
    all_receipts(visitor, "receipt in English")


def receipt_in_english(visitor: Visitor) -> None:
    _reads_english(visitor)
    agreed("receipt in English", "signed", is_handed_in=True)(visitor)


def _reads_english(visitor: Visitor) -> None:
    staged: Staged = visitor.stage.the("draft", "receipt in English", answers=LONG, acting="proxy")
    with visitor.stage.transaction() as db:
        account = db.get_one(Account, staged.applicant.actor.signed_in_id)
        account.preferences = {"language": "en"}


def to_witness(path: str = "/desk/confirmations") -> Reach:
    """What a colleague heard waits for the clerk of this counter; ``{}`` is its number."""

    def reach(visitor: Visitor) -> None:
        agreed("to witness", "gesture")(visitor)
        with visitor.stage.transaction() as db:
            newest = db.scalars(select(SpokenConfirmation.id).order_by(SpokenConfirmation.id.desc())).first()
        at_post(CLERK, path.format(newest))(visitor)

    return reach


def agreed_and_handed_in(visitor: Visitor) -> None:
    """At the counter of the clerk, who reads how the visitor agreed."""
    agreed("handed in", "signed", is_handed_in=True)(visitor)
    staged: Staged = visitor.stage.the("draft", "handed in", answers=LONG, acting="proxy")
    at_post(CLERK, f"/desk/applications/{staged.reference}")(visitor)


def with_files(path: str) -> Reach:
    """A draft with a photo and a PDF; ``{key}`` is the PDF's."""

    def reach(visitor: Visitor) -> None:
        made = filed(visitor.stage, "draft", LONG)
        beside(lambda stage: received(stage, made.staged), path.replace("{key}", made.keys[1]))(visitor)

    return reach


def camera_on(visitor: Visitor) -> None:
    """Where papers are taken in, the camera shows its picture; it has no sound and is said in words."""
    with_files(HERE + "/part/papers")(visitor)
    driver = visitor.driver
    driver.execute_script("document.querySelector('main button[id^=camera-]').click()")
    playing = "return (document.querySelector('video.camera:not([hidden])') || {}).readyState > 1"
    WebDriverWait(driver, WAIT_SECONDS, 0.05).until(lambda _: driver.execute_script(playing))


def start(visitor: Visitor) -> None:
    """For whom; drafts of the same service wait."""
    beside(lambda stage: received(stage, whole(stage, "long")), "/apply/zj-01")(visitor)


def said_before(stage: Stage) -> Received:
    """The next application of somebody who has said before how they are reached and met."""
    found: Staged = stage.the("submitted", "needs", answers=PLAIN)
    with stage.transaction() as db:
        key = secrets.token_urlsafe(24)
        begun = start_application(db, found.applicant.actor, DEFINITION, "self", key)
    return received(stage, Staged(begun.reference, found.applicant))


def to_mend(stage: Stage) -> Received:
    return received(stage, stage.the("returned", "long", answers=LONG))


PAGES = (
    PageState(BASE, "", start),
    PageState(BASE, "nothing chosen", sending(start), 422),
    PageState(ONE, "", of_draft("long", "")),
    PageState(ONE, "to mend", beside(to_mend, HERE)),
    PageState(PART, "person", of_draft("long", "/part/person")),
    PageState(
        PART,
        "nonsense",
        sending(
            own_draft("counter nonsense", "/part/person"),
            "main form > .actions button",
            p_name="",
            p_id_no="88000019",
        ),
        422,
    ),
    PageState(PART, "contact", of_draft("long", "/part/contact"), is_in_every_run=False),
    PageState(PART, "home", of_draft("elsewhere", "/part/home"), is_in_every_run=False),
    PageState(PART, "papers with files", with_files(HERE + "/part/papers")),
    PageState(PART, "camera on", camera_on),
    PageState(ONE + "/paper", "to choose", of_draft("long", "/paper")),
    PageState(ONE + "/paper", "error", sending(emptied(of_draft("long", "/paper"))), 422),
    PageState(ONE + "/paper/<serial>", "filled", sending(of_draft("long", "/paper"))),
    PageState(ONE + "/read/<section_id>", "", of_draft("long", "/read/contact")),
    PageState(ONE + "/seen/<evidence_id>", "", of_draft("plain", "/seen/identity")),
    PageState(ONE + "/seen/<evidence_id>", "wrong", sending(of_draft("plain", "/seen/identity")), 422),
    PageState(ONE + "/still-so", "known", beside(said_before, HERE + "/still-so")),
    PageState(ONE + "/check", "", of_draft("long", "/check")),
    PageState(
        ONE + "/check",
        "nothing agreed",
        sending(of_draft("long", "/check"), "#say-yes > .actions button"),
        422,
    ),
    PageState(ONE + "/check", "waits for the second", agreed("waits", "spoken")),
    PageState(ONE + "/check", "agreed", agreed("signed", "signed")),
    PageState(ONE + "/receipt", "", agreed("receipt", "signed", is_handed_in=True)),
    PageState(ONE + "/receipt", "in English", receipt_in_english),
    PageState("/desk/visits/<token>/receipts", "", all_receipts),
    PageState("/desk/visits/<token>/receipts", "in English", receipts_in_english),
    PageState("/desk/applications/<reference>", "agreed at the counter", agreed_and_handed_in),
    PageState("/desk/visits/<token>/documents/<key>", "", with_files("/documents/{key}")),
    PageState("/desk/confirmations", "", to_witness()),
    PageState("/desk/confirmations", "none", at_post("township-dongfeng", "/desk/confirmations?said=1")),
    PageState("/desk/confirmations/<int:confirmation_id>", "", to_witness("/desk/confirmations/{}")),
    PageState(
        "/desk/confirmations/<int:confirmation_id>",
        "not ticked",
        sending(to_witness("/desk/confirmations/{}")),
        422,
    ),
)
