"""Letters: as a file that is asked for, ready or failed, and those that staff post, hand over or read out."""

from datetime import timedelta
from typing import Any

from pages.states import PageState, Reach, sending, signed_in
from sqlalchemy import select
from support import LONG, PLAIN, Staged, Visitor

from portal.clock import now, today
from portal.store.letters import Delivery, LetterFile
from portal.usecases.letter_post import record_delivery
from portal.usecases.notices import list_notices
from tests.support.office import COUNTY

LETTER = "/account/notices/<int:notice_id>"
LIST, ONE = "/desk/letters", "/desk/letters/<int:delivery_id>"
PRINT = f"{ONE}/print"
BY_POST = {"c_channels": ["post"], "c_do_not": ["others"], "c_do_not_note": "不要找我哥哥，他会生气。" * 8}
RECORD = "main .actions button"


def applied(visitor: Visitor, mark: str, **answers: Any) -> Staged:
    """Somebody whose receipt is given by staff."""
    staged: Staged = visitor.stage.the("submitted", mark, answers={**PLAIN, **BY_POST, **answers})
    return staged


def with_file(state: str, **columns: Any) -> Reach:
    """The page of a letter whose file is in this state and stays there."""

    def reach(visitor: Visitor) -> None:
        staged = applied(visitor, f"file {state}", c_channels=["sms"])
        with visitor.stage.transaction() as db:
            notice = list_notices(db, staged.applicant.actor)[0]
            one = {
                "notice_id": notice.id,
                "format": "pdf",
                "language": visitor.settings.get("language", "zh"),
            }
            if db.scalar(select(LetterFile.id).filter_by(**one)) is None:
                moments = {"asked_at": now(), "due_at": now() + timedelta(days=99)}
                db.add(LetterFile(**one, state=state, **moments, **columns))
        visitor.sign_in(staged.applicant)
        visitor.open(f"/account/notices/{notice.id}")

    return reach


def waiting(visitor: Visitor, mark: str, **answers: Any) -> int:
    """The number of a letter at the counter of Dongfeng."""
    staged = applied(visitor, mark, **answers)
    with visitor.stage.transaction() as db:
        receipt = list_notices(db, staged.applicant.actor)[-1]
        given = select(Delivery.id).where(Delivery.notice_id == receipt.id, Delivery.unit_code.is_not(None))
        return db.scalars(given).one()


def at_counter(mark: str, end: str = "", **answers: Any) -> Reach:
    def reach(visitor: Visitor) -> None:
        number = waiting(visitor, mark, **answers)
        visitor.sign_in(visitor.stage.clerk)
        visitor.open(f"/desk/letters/{number}{end}")

    return reach


def given(visitor: Visitor) -> None:
    """A letter that the clerk has posted."""
    number = waiting(visitor, "given")
    clerk = visitor.stage.clerk
    with visitor.stage.transaction() as db:
        if db.get_one(Delivery, number).state == "waiting":
            words = "挂号信XA123456789CN，由本人签收。" * 4
            record_delivery(db, clerk.actor, number, way="post", given_on=today(), words=words)
    visitor.sign_in(clerk)
    visitor.open(f"/desk/letters/{number}")


def at_office(end: str = "") -> Reach:
    """A letter that the county gives."""

    def reach(visitor: Visitor) -> None:
        number = waiting(visitor, "of the county")
        with visitor.stage.transaction() as db:
            db.get_one(Delivery, number).unit_code = COUNTY
        visitor.sign_in(visitor.stage.reviewer)
        visitor.open(f"/office/letters/{number}{end}")

    return reach


def listed(visitor: Visitor) -> None:
    applied(visitor, "long", **LONG)
    visitor.sign_in(visitor.stage.clerk)
    visitor.open("/desk/letters")


PAGES = (
    PageState(LETTER, "file asked", with_file("queued")),
    PageState(LETTER, "file failed", with_file("failed", error="no_glyph")),
    PageState(
        LETTER,
        "file ready",
        with_file("ready", file_key="0" * 32, sha256="0" * 64, size=31000, made_at=now()),
    ),
    PageState(LIST, "filled", listed),
    PageState(ONE, "waiting", at_counter("to post")),
    PageState(ONE, "error", sending(at_counter("to post"), RECORD), 422),
    PageState(ONE, "given", given),
    PageState(PRINT, "letter", at_counter("to post", "/print")),
    PageState(PRINT, "easy letter", at_counter("to post easy", "/print", c_format="easy")),
    PageState(PRINT, "telephone", at_counter("to call", "/print", c_channels=["phone"])),
    PageState("/office/letters/<int:delivery_id>", "waiting", at_office()),
    PageState("/office/letters/<int:delivery_id>/print", "letter", at_office("/print")),
    PageState("/office/letters", "filled", signed_in(lambda stage: stage.reviewer, "/office/letters")),
)
