"""What both sides of a representation are told: who acts, and the person in their own way: by message, or,
where none reaches them, by a letter or the liaison of the counter where it was handed in.

No name and no cause stands in them: they arrive on locked screens and shared telephones (words.md 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.catalogue.model import Region
from portal.catalogue.texts import Text
from portal.store.applications import Application
from portal.store.messages import Message
from portal.store.people import Person
from portal.store.representations import Representation
from portal.store.tasks import Task
from portal.usecases.access_needs import needs_for
from portal.usecases.alerts import signature_of, tell_account
from portal.usecases.definitions import get_definition
from portal.usecases.letter_post import address_lines
from portal.usecases.outbox import queue_message
from portal.usecases.own_accounts import find_own_account, has_contacts
from portal.usecases.own_notices import is_to_be_told, own_needs
from portal.usecases.own_ways import by_hand_for, own_ways
from portal.usecases.regions import get_region
from portal.usecases.tasks import open_task

BY_POST: Final = "authority-post"
BY_LIAISON: Final = "authority-committee"
"""What a task of staff to tell the person is about begins so, by the way in which they are told."""


@dataclass(frozen=True)
class Told:
    """The same event in words to each side; ``{day}`` is the last day, where there is one."""

    agent: Text
    person: Text


ACTIVATED = Told(
    Text(
        zh="您替别人办事的授权已经登记，现在可以用了。请登录看能办什么。",
        easy="您可以替别人办事了。请登录看能办什么。",
        en="You may now act for someone. Sign in to see what for.",
    ),
    Text(
        zh="有人替您办事的授权已经登记。不是您的意思，请联系窗口，随时可以收回。",
        easy="有人可以替您办事了。您不愿意，请找窗口。随时可以收回。",
        en="Someone may now act for you. Not your wish? Tell a counter.",
    ),
)
WARNED = Told(
    Text(
        zh="您替别人办事的授权到{day}为止。还要接着办，请和本人再签一份。",
        easy="您替别人办事，到{day}为止。还要办，请和本人再签一份。",
        en="Your authority to act for someone ends {day}. Sign a new one.",
    ),
    Text(
        zh="您请人办事的授权到{day}为止。还想请人办，请再签一份；不想，不用做什么。",
        easy="别人替您办事，到{day}为止。还想请人，请再签一份。不想，不用管。",
        en="Authority to act for you ends {day}. To go on, sign a new one.",
    ),
)
OVER = Told(
    Text(
        zh="您替别人办事的授权到期了。已经交的申请照常办。请登录看怎么接着办。",
        easy="您替别人办事的时间到了。交了的申请照常办。请登录看。",
        en="Your authority to act has run out. What was sent in goes on.",
    ),
    Text(
        zh="您请人办事的授权到期了。已经交的申请照常办。您可以自己办，或者再签一份。",
        easy="别人替您办事的时间到了。交了的申请照常办。您可以自己办。",
        en="Authority to act for you has run out. What was sent in goes on.",
    ),
)
OF_AGE = Told(
    Text(
        zh="您监护的人满18周岁了，以后由本人办。还要您办，请和本人签委托书。",
        easy="您照顾的人满18岁了，以后自己办。还要您办，请签委托书。",
        en="The child is 18 and acts alone now. To go on, sign a mandate.",
    ),
    Text(
        zh="您满18周岁了，以后的事由您自己办。想请人办，可以签委托书。",
        easy="您满18岁了，可以自己办事。想请人办，请签委托书。",
        en="You are 18 and act for yourself now. You may ask someone to.",
    ),
)
LAID_DOWN = Told(
    Text(
        zh="您已经不再替别人办事了。已经交的申请照常办。不是您办的，请联系窗口。",
        easy="您不再替别人办事了。不是您办的，请找窗口。",
        en="You no longer act for someone. Not you? Tell a counter.",
    ),
    Text(
        zh="替您办事的人不再办了。已经交的申请照常办。您可以自己办，或者请别人。",
        easy="替您办事的人不办了。您可以自己办，也可以请别人。",
        en="Your representative has stopped. Act yourself, or ask someone.",
    ),
)
TAKEN_BACK = Told(
    Text(
        zh="本人收回了请您办事的授权，您现在不能再办。已经交的申请照常办。",
        easy="本人不请您办了。您现在不能再办。交了的申请照常办。",
        en="Your authority was taken back. What was sent in goes on.",
    ),
    Text(
        zh="您收回了请人办事的授权。已经交的申请照常办。不是您做的，请联系窗口。",
        easy="您不请人办了。交了的申请照常办。不是您做的，请找窗口。",
        en="You took back the authority. Not you? Tell a counter.",
    ),
)
ENDED = Told(
    Text(
        zh="您替别人办事的授权结束了。已经交的申请照常办。请登录看原因。",
        easy="您不能再替别人办事了。请登录看原因。",
        en="Your authority to act has ended. Sign in to see why.",
    ),
    Text(
        zh="请人替您办事的授权结束了。已经交的申请照常办。有疑问，请联系窗口。",
        easy="别人不再替您办事了。有问题，请找窗口。",
        en="Authority to act for you has ended. Questions? Ask a counter.",
    ),
)
SUSPENDED = Told(
    Text(
        zh="您替别人办事的授权先停下来了。请登录看怎么办，或者问窗口。",
        easy="您替别人办事，先停一停。请登录看，或者问窗口。",
        en="Your authority to act is on hold. Sign in, or ask a counter.",
    ),
    Text(
        zh="请人替您办事的授权先停下来了。您自己随时可以办。有疑问，请联系窗口。",
        easy="别人先不替您办了。您自己可以办。有问题，请找窗口。",
        en="Authority to act for you is on hold. You may act yourself.",
    ),
)
RESUMED = Told(
    Text(
        zh="您替别人办事的授权恢复了，可以接着办。",
        easy="您又可以替别人办事了。",
        en="You may act for someone again.",
    ),
    Text(
        zh="请人替您办事的授权恢复了。不是您的意思，请联系窗口。",
        easy="又有人可以替您办事了。您不愿意，请找窗口。",
        en="Someone may act for you again. Not your wish? Tell a counter.",
    ),
)


def tell_both(
    db: Session,
    region: Region,
    kept: Representation,
    told: Told,
    *,
    unique: str,
    day: date | None = None,
    is_person_told: bool = True,
) -> bool:
    """Tell both sides once for each ``unique``; whether they are told now, and not before."""
    said = Message.unique_key.startswith(f"{unique}-", autoescape=True)
    by_hand = Task.about.in_([f"{way}-{unique}" for way in (BY_POST, BY_LIAISON)])
    for known in (select(Message.id).where(said), select(Task.id).where(by_hand)):
        if db.scalar(known.limit(1)) is not None:
            return False
    tell_account(db, region, kept.account_id, _on(told.agent, day), unique=f"{unique}-agent")
    if is_person_told:
        _tell_person(db, region, kept, _on(told.person, day), unique=f"{unique}-person")
    return True


def _tell_person(db: Session, region: Region, kept: Representation, text: Text, *, unique: str) -> None:
    """Through the person's own account; where nobody can be written to there, through what was given with the
    newest application as their own, never through who acts for them."""
    account_id = find_own_account(db.get_one(Person, kept.person_id))
    if account_id is not None and has_contacts(db, account_id):
        tell_account(db, region, account_id, text, unique=unique)
        return
    application = _newest_handed_in(db, kept)
    if application is None:
        return
    needs = own_needs(needs_for(db, application))
    words = text.say("easy" if needs.get("contact_format") == "easy" else "zh")
    ways = own_ways(db, application, needs)
    if not ways:
        _have_told(db, application, needs, words, unique)
    words = signature_of(region) + words
    for channel, to in ways.items():
        subject = "" if channel == "sms" else words[:20]
        queue_message(
            db, unique_key=f"{unique}-{channel}", channel=channel, to=to, subject=subject, body=words
        )


def _newest_handed_in(db: Session, kept: Representation) -> Application | None:
    """By what it is known how the person is reached: what was handed in under this record, else for them."""
    handed_in = select(Application).where(
        Application.person_id == kept.person_id, Application.submitted_at.is_not(None)
    )
    under_it = Application.representation_id == kept.id
    return db.scalar(handed_in.order_by(under_it.desc(), Application.id.desc()).limit(1))


def _have_told(
    db: Session, application: Application, needs: Mapping[str, Any], words: str, unique: str
) -> None:
    """No message reaches the person: the counter where it was handed in writes, or has the liaison tell them.
    Nobody is written to who is not told anything (``own_notices``)."""
    if not is_to_be_told(db, application, get_definition(db, application.definition_hash)):
        return
    is_by_post = by_hand_for(needs) == ("post",)
    where = address_lines(get_region(application.region), needs) if is_by_post else ()
    open_task(
        db,
        application,
        "post_letter",
        unit_code=application.entries[0].unit_code,
        about=f"{BY_POST if is_by_post else BY_LIAISON}-{unique}",
        note="\n".join(one for one in (application.subject_name, *where, words) if one),
    )


def _on(text: Text, day: date | None) -> Text:
    if day is None:
        return text
    chinese = f"{day.month}月{day.day}日"
    return Text(
        zh=text.zh.replace("{day}", chinese),
        easy=text.easy.replace("{day}", chinese) if text.easy else None,
        en=text.en.replace("{day}", f"{day.day} {day:%b}"),
    )
